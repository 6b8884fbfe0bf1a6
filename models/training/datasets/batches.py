"""Batches: exercises drawn with balance, bucketed by length, padded.

Every draw chooses a role, then a source in it (by the root of its size, so that the songs of the 19th century don't
drown the rest), then a task, then a place.

Offers: ``Drawer`` (``draw``), ``Batch`` (``of``), ``batches``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.engines.kin.config import ROLES, ROW, STEPS
from models.engines.kin.network import Known
from models.engines.kin.reading.chords import CHORD
from models.music.errors import BadValue
from models.training.datasets import exercises
from models.training.datasets.classics.grids import padded
from models.training.datasets.corpus import COUNT, GRID, SOURCE, VELOCITIES, Corpus, Wheels
from models.training.datasets.examples import Example, example_of, first_step

ROLE_SHARES = {"melody": 0.34, "chords": 0.22, "bass": 0.2, "drums": 0.24}
TASK_SHARES = {"vary": 0.42, "infill": 0.26, "continue": 0.16, "humanise": 0.05, "listen": 0.11}
MEASURED = ("vary", "infill", "continue")
"""Tasks that every run is measured on."""
SOURCE_FACTORS = {
    "helland": 1.5,
    "easyrpg": 0.8,
    "blasphemer": 0.8,
    "openhymnal": 0.7,
    "tunes": 0.35,
    "quartets": 0.5,
    "orchestra": 0.3,
    "polishscores": 0.4,
}
"""How much more often a source is drawn from than its size alone would have it; 1 where none is named."""
DRAWN = {
    "roles": ROLE_SHARES,
    "tasks": TASK_SHARES,
    "sources": "by the 0.6th power of their size in a role, times "
    + ", ".join(f"{factor:g} ({name})" for name, factor in SOURCE_FACTORS.items()),
}
"""How it is drawn, as the card says it."""
_BAR_SHARES = {1: 0.08, 2: 0.3, 4: 0.5, 8: 0.12}
_CONTEXT_SHARE, _CONTEXT_SHARE_LISTENING = 0.4, 0.6
"""How often other tracks of the piece are heard; when a part alone is asked for while it learns (it is measured by the
chords alone)."""
_PATIENCE = 10_000
"""Draws that may fail one after the other."""
_BUCKET = 48
"""Batches that are sorted by length together."""


@dataclass(frozen=True)
class Batch:
    """Padded examples: B sequences, S encoder rows, T decoder steps."""

    encoder: Tensor  # (B, S, 6)
    controls: Tensor  # (B, 8)
    bar_steps: Tensor  # (B, 1)
    end: Tensor  # (B, 1)
    decoder: Tensor  # (B, T, R)
    targets: Tensor  # (B, T, 6)
    echoes: Tensor  # (B, T, E + CHORD)
    weights: Tensor  # (B, T, 6)
    real: Tensor  # (B, T), True where a step counts
    examples: tuple[Example, ...]

    @classmethod
    def of(cls, chosen: Sequence[Example]) -> Batch:
        """Pad examples to the longest of each kind."""
        return cls(
            padded([e.encoder for e in chosen]),
            torch.from_numpy(np.stack([e.controls for e in chosen])),
            torch.tensor([[e.bar_steps] for e in chosen]),
            torch.tensor([[e.end] for e in chosen]),
            *(padded([getattr(e, name) for e in chosen]) for name in ("decoder", "targets", "echoes", "weights")),
            padded([np.ones(len(e.targets), bool) for e in chosen]),
            tuple(chosen),
        )

    def to(self, device: str) -> Batch:
        """This batch on another device."""
        moved = (getattr(self, name).to(device) for name in list(self.__dataclass_fields__)[:-1])
        return Batch(*moved, self.examples)

    def known(self) -> Known:
        """What is known beside the states of the N steps that count."""
        echoes = self.echoes[self.real]
        return Known(self.places[self.real], self.decoder[self.real][:, ROW:], echoes[:, :-CHORD], echoes[:, -CHORD:])

    @property
    def places(self) -> Tensor:
        """16th in the bar of each target, from 1, (B, T); 0 where the metre is not known."""
        onset = torch.cat([self.decoder[:, 1:, 1], self.decoder[:, -1:, 1]], dim=1)
        inside = onset % self.bar_steps.clamp(min=1)
        return torch.where(self.bar_steps > 0, (inside // (STEPS // 4) + 1).clamp(max=32), 0)


class Drawer:
    """Draws examples of one split."""

    def __init__(
        self, corpus: Corpus, pairs: np.ndarray, *, valid: bool, sources: Collection[str] | None = None
    ) -> None:
        self.corpus = corpus
        self.valid = valid
        tracks = corpus.tracks
        usable = corpus.usable(valid=valid)
        if sources is not None:
            usable &= np.isin(tracks[:, SOURCE], [i for i, name in enumerate(corpus.sources) if name in sources])
        factor = np.array([SOURCE_FACTORS.get(name, 1.0) for name in corpus.sources])[tracks[:, SOURCE]]
        self.tracks = Wheels(tracks, np.flatnonzero(usable), tracks[:, COUNT].astype(float), factor)
        self.pairs_table = pairs[usable[pairs[:, 0]]]
        self.pairs = Wheels(
            tracks[self.pairs_table[:, 0]],
            np.arange(len(self.pairs_table)),
            _even_similarity(self.pairs_table[:, 4]),
            factor[self.pairs_table[:, 0]],
        )
        played = usable & (tracks[:, VELOCITIES] == 1)
        timed = played & (tracks[:, GRID] == 0)
        self.played = Wheels(tracks, np.flatnonzero(played), tracks[:, COUNT] * np.where(timed, 3.0, 1.0), factor)

    def draw(self, rng: np.random.Generator, *, task: str | None = None, role: str | None = None) -> Example:
        """The next example; its task and role by chance where none is asked for."""
        for _ in range(_PATIENCE):
            chosen_role = ROLES.index(role) if role else int(rng.choice(4, p=list(ROLE_SHARES.values())))
            chosen_task = task or str(rng.choice(list(TASK_SHARES), p=list(TASK_SHARES.values())))
            example = self.attempt(chosen_task, chosen_role, rng)
            if example is not None:
                return example
        raise BadValue("There is too little music to learn from; give more or longer clips.", field="data")

    def offers(self, task: str, role: str) -> bool:
        """Is there anything of this kind?"""
        wheels = self.pairs if task == "vary" else self.played if task == "humanise" else self.tracks
        return wheels.holds(ROLES.index(role))

    @property
    def offers_anything(self) -> bool:
        """Is there any music to draw from?"""
        return any(self.tracks.holds(role) for role in range(len(ROLES)))

    def attempt(self, task: str, role: int | str, rng: np.random.Generator) -> Example | None:
        """An example of a task and a role (or its number), None where the place that chance chose gives none."""
        corpus, varied = self.corpus, not self.valid
        role = ROLES.index(role) if isinstance(role, str) else role
        if task == "vary":
            number = self.pairs.turn(role, rng)
            if number is None:
                return None
            pair = self.pairs_table[number]
            if rng.random() < 0.5:
                pair = pair[[0, 2, 1, 3, 4]]  # a variation of a variation is the theme
            exercise, track, start = exercises.vary(corpus, pair, rng), int(pair[0]), int(pair[2])
            place = track, start * corpus.bar(track)
            return example_of(exercise, corpus, *place, rng, context_share=0.2, varied=varied)
        track = (self.played if task == "humanise" else self.tracks).turn(role, rng)
        if track is None:
            return None
        bars = int(rng.choice(list(_BAR_SHARES), p=list(_BAR_SHARES.values())))
        begun = first_step(corpus, track) // corpus.bar(track)
        if corpus.bars(track) - begun < bars:
            return None
        first = int(rng.integers(begun, corpus.bars(track) - bars + 1))
        exercise = exercises.taken(task, corpus, track, first, bars, rng)
        share = _CONTEXT_SHARE if task != "listen" else _CONTEXT_SHARE_LISTENING * varied
        return example_of(exercise, corpus, track, first * corpus.bar(track), rng, context_share=share, varied=varied)


def _even_similarity(thousandths: np.ndarray) -> np.ndarray:
    """Weights that bring the similarities of pairs nearer to even."""
    bins = np.minimum(thousandths // 100, 9)
    return np.bincount(bins, minlength=10)[bins] ** -0.7


def batches(drawer: Drawer, steps: int, seed: int) -> Iterator[Batch]:
    """Endless batches of about ``steps`` decoder steps (padding counted)."""
    rng = np.random.default_rng(seed)
    while True:
        drawn: list[Example] = []
        while sum(len(example.targets) for example in drawn) < _BUCKET * steps * 0.9:
            drawn.append(drawer.draw(rng))
        groups = grouped(drawn, steps)
        for index in rng.permutation(len(groups)):
            yield Batch.of(groups[index])


def fixed_batches(drawer: Drawer, steps: int, *, examples_a_kind: int, seed: int) -> list[Batch]:
    """The same batches every time: so many examples of each task and role, for measuring."""
    rng = np.random.default_rng(seed)
    drawn = [
        drawer.draw(rng, task=task, role=role)
        for role in ROLES
        for task in MEASURED
        if drawer.offers(task, role)
        for _ in range(examples_a_kind)
    ]
    return [Batch.of(group) for group in grouped(drawn, steps)]


def grouped(drawn: list[Example], steps: int) -> list[list[Example]]:
    """Examples of like length together, as many as fit in ``steps`` decoder (and half as many again encoder) rows."""
    # Thirds of an octave of the decoder's length, then the encoder's: neither is padded much.
    drawn = sorted(drawn, key=lambda example: (round(3 * np.log2(len(example.targets))), len(example.encoder)))
    groups: list[list[Example]] = [[]]
    longest_target = longest_encoder = 0
    for example in drawn:
        longest_target = max(longest_target, len(example.targets))
        longest_encoder = max(longest_encoder, len(example.encoder))
        size = len(groups[-1]) + 1
        if size * longest_target > steps or size * longest_encoder > 1.5 * steps:
            groups.append([])
            longest_target, longest_encoder = len(example.targets), len(example.encoder)
        groups[-1].append(example)
    return groups
