"""What a network is measured on while it learns, and whether it hears chords.

The exercises of the first set of sources are those of every run so far, without a word about chords ("all" and the
rest), so that runs of any age can be compared. Beside them: the same with their chords told, the second set, and parts
taken out of their pieces whole, with the right chords, with none, and with all of them a fifth higher.

Offers: ``Exam`` (``Exam.of``), ``examine``, ``with_chords``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from models.analysis.harmony import CLASSES
from models.engines.kin.config import ROW
from models.engines.kin.reading.chords import CHORD, COMING
from models.training.datasets.batches import Batch, Drawer, fixed_batches, grouped
from models.training.datasets.corpus import Corpus
from models.training.datasets.sources import FIRST, SECOND
from models.training.loop.learners import measure

SEED = 20
FIFTH = 7
_STEPS = 2048
_FIRST_EXAMPLES, _SECOND_EXAMPLES, _LISTENING_EXAMPLES = 80, 25, 60
_WHOLE = (1 << CLASSES) - 1


@dataclass(frozen=True)
class Exam:
    """Fixed exercises of the valid split: of the first set of sources, of the second, and those of listening alone."""

    first: list[Batch]
    second: list[Batch]
    listening: list[Batch]

    @classmethod
    def of(cls, corpus: Corpus, pairs: np.ndarray) -> Exam:
        """The exam of a corpus; a set that it lacks is left out."""
        old, new = (Drawer(corpus, pairs, valid=True, sources=names) for names in (FIRST, SECOND))
        if not old.offers_anything:  # music of another kind than the packed corpora
            old = Drawer(corpus, pairs, valid=True)
        return cls(
            fixed_batches(old, _STEPS, examples_a_kind=_FIRST_EXAMPLES, seed=SEED),
            fixed_batches(new, _STEPS, examples_a_kind=_SECOND_EXAMPLES, seed=SEED) if new.offers_anything else [],
            _listening(old),
        )


def _listening(drawer: Drawer) -> list[Batch]:
    """Parts of which only the chords are known, of the roles whose pieces have chords."""
    rng = np.random.default_rng(SEED)
    chosen = [
        example
        for role in ("melody", "chords", "bass")
        for _ in range(3 * _LISTENING_EXAMPLES)
        if (example := drawer.attempt("listen", role, rng)) is not None
    ]
    return [Batch.of(group) for group in grouped(chosen, _STEPS)] if chosen else []


def examine(model: nn.Module, exam: Exam, device: str = "cpu") -> dict[str, float]:
    """Nats a new note, on the exercises and in the manners that the names say; "all" is the one to choose by."""
    untold = [with_chords(batch, None) for batch in exam.first]
    figures = measure(model, untold, device)
    told = measure(model, exam.first, device)
    figures |= {f"{name}, chords told": told[name] for name in told}
    if exam.second:
        figures["all of the second set"] = measure(model, [with_chords(b, None) for b in exam.second], device)["all"]
    if exam.listening:
        for how, semitones in (("right chords", 0), ("no chords", None), ("chords a fifth higher", FIFTH)):
            heard = measure(model, [with_chords(batch, semitones) for batch in exam.listening], device)
            figures |= {f"{name} by {how}": heard[name] for name in ("melody", "chords", "bass") if name in heard}
    return figures


def with_chords(batch: Batch, semitones: int | None) -> Batch:
    """The batch with all its chords moved up (0-11 semitones), or with None, not told."""
    encoder, decoder, echoes = batch.encoder.clone(), batch.decoder.clone(), batch.echoes.clone()
    next_chord = slice(-COMING + CHORD, -1)
    for rows, columns in (
        (encoder, slice(ROW, None)),
        (decoder, slice(-COMING, -COMING + CHORD)),
        (decoder, next_chord),
        (echoes, slice(-CHORD, None)),
    ):
        rows[..., columns] = 0 if semitones is None else _moved(rows[..., columns], semitones)
    if semitones is None:
        decoder[..., -1] = 0
    return replace(batch, encoder=encoder, decoder=decoder, echoes=echoes)


def _moved(chords: Tensor, semitones: int) -> Tensor:
    """Chord columns (..., CHORD) so many semitones higher."""
    tones, members = chords[..., :2], chords[..., 2]
    tones = torch.where(tones > 0, (tones - 1 + semitones) % CLASSES + 1, 0)
    members = (members << semitones | members >> (CLASSES - semitones)) & _WHOLE
    return torch.cat([tones, members[..., None]], dim=-1)
