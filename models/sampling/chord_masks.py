"""What the notes of a chord seldom are: masks that count it in nats and never forbid.

Offers: ``FullChords``, ``OpenChords``, ``OnChords``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from models.sampling.hypothesis import PITCHES, NoteHypothesis


class FullChords:
    """A chord seldom has fewer notes than the prompt's smallest, or more than its largest.

    least, most  notes at one onset
    cost         nats for leaving a chord too early, or for one note too many
    """

    def __init__(self, least: int, most: int, cost: float) -> None:
        self.least, self.most, self.cost = least, most, cost

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        if field not in ("beat", "tick") or not hypothesis.written:
            return
        onset, pitch = hypothesis.last
        if field == "tick" and hypothesis.beat != onset // hypothesis.steps:
            return
        size = sum(note.onset == onset for note in hypothesis.written[-self.most :])
        may_grow = onset < len(hypothesis.room) and bool(hypothesis.room[onset, pitch + 1 :].any())
        here = 0 if field == "beat" else onset % hypothesis.steps
        if size < self.least and may_grow:
            logits[np.arange(len(logits)) != here] -= self.cost
        elif size >= self.most and field == "tick":
            logits[here] -= self.cost


class OpenChords:
    """Notes of a chord seldom lie a semitone apart."""

    def __init__(self, cost: float) -> None:
        self.cost = cost

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        onset, pitch = hypothesis.last
        if field == "pitch" and hypothesis.written and hypothesis.onset == onset:
            logits[pitch + 1 : pitch + 2] -= self.cost


class OnChords:
    """At strong places pitches outside the chord that sounds there come seldom, at others a little less often.

    classes  for each step of the draft the pitch classes of its chord; None: none is known
    strong   for each step whether it is strong
    cost     nats at strong steps; a quarter of it at others
    """

    def __init__(self, classes: Sequence[Collection[int] | None], strong: Sequence[bool], cost: float) -> None:
        self.strong, self.cost = strong, cost
        outside = {
            frozenset(some): np.array([pitch % 12 not in some for pitch in range(PITCHES)])
            for some in classes
            if some is not None
        }
        self.foreign = [None if some is None else outside[frozenset(some)] for some in classes]

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        foreign = self.foreign[hypothesis.onset] if field == "pitch" and hypothesis.onset < len(self.foreign) else None
        if foreign is not None:
            logits[foreign] -= self.cost if self.strong[hypothesis.onset] else self.cost / 4
