"""What the notes of a chord seldom are: masks that count it in nats and never forbid.

Offers: ``FullChords``, ``OpenChords``, ``OnChords``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from models.sampling.hypothesis import PITCHES, NoteHypothesis
from models.sampling.masks import LogitMask


class FullChords(LogitMask):
    """A chord seldom has fewer notes than the prompt's smallest, or more than its largest.

    least, most  notes at one onset
    cost         nats for leaving a chord too early, or for one note too many
    """

    fields = ("beat", "tick")

    def __init__(self, least: int, most: int, cost: float) -> None:
        self.least, self.most, self.cost = least, most, cost

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        if not hypothesis.written:
            return
        onset, _ = hypothesis.last
        if field == "tick" and hypothesis.beat != onset // hypothesis.steps:
            return
        size = sum(note.onset == onset for note in hypothesis.written[-self.most :])
        here = 0 if field == "beat" else onset % hypothesis.steps
        if size < self.least and hypothesis.may_grow:
            logits[:here] -= self.cost
            logits[here + 1 :] -= self.cost
        elif size >= self.most and field == "tick":
            logits[here] -= self.cost


class OpenChords(LogitMask):
    """Notes of a chord seldom lie a semitone apart."""

    fields = ("pitch",)

    def __init__(self, cost: float) -> None:
        self.cost = cost

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        onset, pitch = hypothesis.last
        if hypothesis.written and hypothesis.onset == onset:
            logits[pitch + 1 : pitch + 2] -= self.cost


class OnChords(LogitMask):
    """At strong places pitches outside the chord that sounds there come seldom, at others a little less often.

    classes  for each step of the draft the pitch classes of its chord; None: none is known
    strong   for each step whether it is strong
    cost     nats at strong steps; a quarter of it at others
    """

    fields = ("pitch",)

    def __init__(self, classes: Sequence[Collection[int] | None], strong: Sequence[bool], cost: float) -> None:
        outside = {
            frozenset(some): np.array([0.0 if pitch % 12 in some else cost for pitch in range(PITCHES)])
            for some in classes
            if some is not None
        }
        self.costs = [
            None if some is None else outside[frozenset(some)] * (1.0 if heavy else 0.25)
            for some, heavy in zip(classes, strong, strict=True)
        ]

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        costs = self.costs[hypothesis.onset] if hypothesis.onset < len(self.costs) else None
        if costs is not None:
            logits -= costs
