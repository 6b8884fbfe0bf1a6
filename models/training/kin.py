"""How ``kin`` is trained: its network as the loop sees it, and what it is measured on while it learns.

The exercises of the first set of sources are those of every run so far, without a word about chords ("all" and the
rest), so that runs of any age can be compared. Beside them: the same with their chords told, the second set, and parts
taken out of their pieces whole, with the right chords, with none, and with all of them a fifth higher.

Offers: ``Loss``, ``dataset``, ``measure``, ``nats``; ``Exam``, ``with_chords``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from models.analysis.harmony import CLASSES
from models.engines.kin.config import PROFILES, ROW
from models.engines.kin.network import Network
from models.engines.kin.reading.chords import CHORD, COMING
from models.training.datasets.batches import Batch, Drawer, batches, fixed_batches, grouped
from models.training.datasets.corpus import Corpus
from models.training.datasets.sources import FIRST, SECOND
from models.training.loop import Learner


class Loss(Learner):
    """The network of ``kin`` and its loss."""

    NETWORK, PROFILES = Network, PROFILES

    def forward(self, batch: Batch, smoothing: float = 0.0) -> Tensor:
        """Costs (nats) of the fields at the steps where ``batch.real``, weighted, (N, 6)."""
        reading = self.network.read(batch.encoder, batch.controls, batch.bar_steps, batch.end)
        states = self.network.states(reading, batch.decoder)  # (B, T, W)
        real = batch.real
        return self.network.losses(
            states[real], batch.targets[real], batch.known(), batch.weights[real], smoothing=smoothing
        )

    def asked(self, batch: Batch, losses: Tensor) -> int:
        """See ``Learner``: some steps are there for what follows alone."""
        return int((batch.weights.amax(-1) > 0).sum())


@torch.no_grad()
def nats(model: nn.Module, fixed: list[Batch], device: str = "cpu") -> dict[str, float]:
    """Nats a new note on fixed batches: for each role, for each task, and the mean of the roles ("all")."""
    model.eval()
    cost: dict[str, float] = {}
    notes: dict[str, int] = {}
    for batch in fixed:
        losses = model(batch.to(device)).sum(-1).float().cpu()  # (N)
        start = 0
        for example in batch.examples:
            mine = losses[start : start + len(example.targets)]
            start += len(example.targets)
            new = torch.from_numpy(example.new)
            for name in (example.role, example.task):
                cost[name] = cost.get(name, 0.0) + float(mine[new].sum())
                notes[name] = notes.get(name, 0) + int(new.sum()) - 1
    model.train()
    figures = {name: cost[name] / max(1, notes[name]) for name in sorted(cost)}
    roles = [figures[name] for name in ("melody", "chords", "bass", "drums") if name in figures]
    return {"all": sum(roles) / len(roles), **figures}


_SEED = 20
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
            fixed_batches(old, _STEPS, examples_a_kind=_FIRST_EXAMPLES, seed=_SEED),
            fixed_batches(new, _STEPS, examples_a_kind=_SECOND_EXAMPLES, seed=_SEED) if new.offers_anything else [],
            _listening(old),
        )


def _listening(drawer: Drawer) -> list[Batch]:
    """Parts of which only the chords are known, of the roles whose pieces have chords."""
    rng = np.random.default_rng(_SEED)
    chosen = [
        example
        for role in ("melody", "chords", "bass")
        for _ in range(3 * _LISTENING_EXAMPLES)
        if (example := drawer.attempt("listen", role, rng)) is not None
    ]
    return [Batch.of(group) for group in grouped(chosen, _STEPS)] if chosen else []


def measure(model: nn.Module, exam: Exam, device: str = "cpu") -> dict[str, float]:
    """Nats a new note, on the exercises and in the manners that the names say; "all" is the one to choose by."""
    untold = [with_chords(batch, None) for batch in exam.first]
    figures = nats(model, untold, device)
    told = nats(model, exam.first, device)
    figures |= {f"{name}, chords told": told[name] for name in told}
    if exam.second:
        figures["all of the second set"] = nats(model, [with_chords(b, None) for b in exam.second], device)["all"]
    if exam.listening:
        for how, semitones in (("right chords", 0), ("no chords", None), ("chords a fifth higher", FIFTH)):
            heard = nats(model, [with_chords(batch, semitones) for batch in exam.listening], device)
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


def dataset(corpus: Corpus, pairs: np.ndarray, steps: int, seed: int) -> tuple[Iterator[Batch], Exam]:
    """Endless batches of about ``steps`` decoder steps, and the exam on valid."""
    return batches(Drawer(corpus, pairs, valid=False), steps, seed), Exam.of(corpus, pairs)
