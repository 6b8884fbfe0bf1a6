"""What a note may be: one object for each constraint, which masks the logits of a field.

A field is one of "beat" (how many beats after the last note; the last value is the end), "tick" (step in the beat),
"pitch", "duration". ``apply`` sets logits to -inf where the constraint forbids the value, and never all of them: where
it leaves nothing it stands back, and ``models/constraints`` refuses the note afterwards.

Offers: ``LogitMask``, ``standing``, ``mask``, ``cycle``, and the masks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile

import numpy as np
from numpy.typing import ArrayLike

from models.music.drum_kit import LANES, PARTS, Part, part_of
from models.sampling import grid
from models.sampling.hypothesis import PITCHES, NoteHypothesis

NEVER = -np.inf
_PITCHES_OF = {part: [pitch for lane in lanes for pitch in LANES[lane]] for part, lanes in PARTS.items()}


class LogitMask:
    """One thing that must hold; each has one of the two ways to apply it.

    fields  the fields that it has a say in
    """

    fields: tuple[str, ...]

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        """Mask the values of one of its fields that break the constraint, in place; logits (size,)."""
        self.apply_all(field, logits[None], [hypothesis])

    def apply_all(self, field: str, logits: np.ndarray, hypotheses: Sequence[NoteHypothesis]) -> None:
        """The same for some hypotheses, one row of logits (N, size) each."""
        for row, hypothesis in zip(logits, hypotheses, strict=True):
            self.apply(field, row, hypothesis)


def mask(logits: np.ndarray, legal: np.ndarray) -> None:
    """Forbid what isn't legal, (N, size) both, unless nothing would be left of a row."""
    masked = np.where(legal, logits, NEVER)
    left = np.maximum.reduce(masked, axis=1) > NEVER
    if left.all():
        logits[:] = masked
    else:
        logits[left] = masked[left]


class InTime(LogitMask):
    """Notes come in order of time, inside the room, and no given note is passed by. The end waits for the givens."""

    fields = ("beat", "tick")

    def apply_all(self, field: str, logits: np.ndarray, hypotheses: Sequence[NoteHypothesis]) -> None:
        steps = hypotheses[0].steps
        firsts = [one.last[0] // steps if field == "beat" else one.beat for one in hypotheses]
        count = (logits.shape[1] - 1) * steps if field == "beat" else steps
        legal = np.array([_onsets(one, first * steps, count) for one, first in zip(hypotheses, firsts, strict=True)])
        if field == "beat":
            waits = np.logical_or.reduce(legal.reshape(len(hypotheses), -1, steps), axis=2)
            legal = np.concatenate([waits, [[one.coming is None] for one in hypotheses]], axis=1)
            logits[legal[:, -1] & ~legal[:, :-1].any(axis=1), :-1] = NEVER
        mask(logits, legal)


def _onsets(hypothesis: NoteHypothesis, first: int, count: int) -> np.ndarray:
    """Which of so many steps from the first on the next note may begin at, (count,)."""
    if not hypothesis.free:
        return hypothesis.legal_onsets(first, first + count)
    legal, before = hypothesis.open_steps[first : first + count].copy(), hypothesis.last[0] - first
    if before >= 0:
        legal[: before + 1] = False
        legal[before : before + 1] = hypothesis.may_grow
    return legal


class InRoom(LogitMask):
    """The pitch is one that may begin at this onset: in the scale, the range, between locked lines, not sounding."""

    fields = ("pitch",)

    def apply_all(self, field: str, logits: np.ndarray, hypotheses: Sequence[NoteHypothesis]) -> None:
        legal = np.array([hypothesis.room_at(hypothesis.onset) for hypothesis in hypotheses])
        for row, hypothesis in zip(legal, hypotheses, strict=True):
            coming, (onset, pitch) = hypothesis.coming, hypothesis.last
            if hypothesis.onset == onset:
                row[: pitch + 1] = False
            if coming is not None and not hypothesis.open_count:
                row[coming.below :] = False
                if coming.pitch is not None:
                    row[:] = False
                    row[coming.pitch] = True
            elif coming is not None and hypothesis.onset == coming.onset:
                row[coming.pitch :] = False
                row[coming.pitch] = True
        mask(logits, legal)


class Fitting(LogitMask):
    """The duration ends inside the clip, and before the same pitch begins anew."""

    fields = ("duration",)

    def apply_all(self, field: str, logits: np.ndarray, hypotheses: Sequence[NoteHypothesis]) -> None:
        room = [
            min([one.end, *(onset for onset, _, pitch in one.sounding if pitch == one.pitch and onset > one.onset)])
            - one.onset
            for one in hypotheses
        ]
        _end_by(room, logits, hypotheses)


def _end_by(steps: ArrayLike, logits: np.ndarray, hypotheses: Sequence[NoteHypothesis]) -> None:
    """Forbid durations of more steps, (N,), unless none would be left."""
    fitting = hypotheses[0].durations.searchsorted(steps, side="right")[:, None]
    logits[(np.arange(logits.shape[1]) >= fitting) & (fitting > 0)] = NEVER


class Voices(LogitMask):
    """No more than ``most`` notes sound at once."""

    fields = ("tick", "duration")

    def __init__(self, most: int) -> None:
        self.most = most

    def apply_all(self, field: str, logits: np.ndarray, hypotheses: Sequence[NoteHypothesis]) -> None:
        if field == "tick":
            places = [(one.beat * one.steps, (one.beat + 1) * one.steps) for one in hypotheses]
        else:
            places = [(one.onset, one.onset + int(one.durations[-1])) for one in hypotheses]
        voices = [one.voices[first:last] for one, (first, last) in zip(hypotheses, places, strict=True)]
        full = np.array(voices) >= self.most
        if not full.any():
            return
        if field == "duration":
            _end_by(np.where(full.any(axis=1), full.argmax(axis=1), full.shape[1]), logits, hypotheses)
            return
        for row, hypothesis in zip(full, hypotheses, strict=True):
            coming, first = hypothesis.coming, hypothesis.beat * hypothesis.steps
            if coming is not None and coming.onset is not None and 0 <= coming.onset - first < hypothesis.steps:
                row[coming.onset - first] = False
        mask(logits, ~full)


class Contour(LogitMask):
    """The highest notes rise and fall as the prompt's do, whether their neighbours change or stay.

    tops  for the index of each given that is the highest at its onset: (old pitch before, old pitch, old pitch after)
          of that line, None at its ends
    """

    fields = ("pitch",)

    def __init__(self, tops: dict[int, tuple[int | None, int, int | None]]) -> None:
        self.tops = tops

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        if hypothesis.coming is None or hypothesis.coming.index not in self.tops:
            return
        before, own, after = self.tops[hypothesis.coming.index]
        neighbours = [pitch for pitch in (before, after) if pitch is not None]
        written = next((note.pitch for note in reversed(hypothesis.written) if note.given in self.tops), None)
        pitches = np.arange(len(logits))
        legal = np.ones(len(logits), bool)
        for pitch in neighbours:
            legal &= np.sign(pitches - pitch) == np.sign(own - pitch)
        if written is not None and before is not None:
            legal &= np.sign(pitches - written) == np.sign(own - before)
        if not np.isfinite(logits[legal]).any():
            legal = pitches == own
            logits[own] = 0.0
        mask(logits[None], legal[None])


class ShortCycles(LogitMask):
    """A line seldom goes in circles longer than the prompt does: one pitch over and over, or two, three, four in turn.

    Of chords the lowest notes are the line.

    most  for each period from 1: how many notes in a row may equal the one so many notes before them
    cost  nats for the next one
    """

    fields = ("pitch",)

    def __init__(self, most: Sequence[int], cost: float) -> None:
        self.most, self.cost, self.longest = most, cost, max(most) + len(most)

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        if hypothesis.written and hypothesis.onset == hypothesis.last[0]:
            return
        lowest: dict[int, int] = {}
        for note in reversed(hypothesis.written):
            lowest[note.onset] = note.pitch
            if len(lowest) > self.longest:
                break
        pitches = list(lowest.values())[self.longest - 1 :: -1]
        dear = {
            pitches[-period]
            for period, most in enumerate(self.most, 1)
            if len(pitches) >= period + most and cycle(pitches, period) >= most
        }
        logits[list(dear)] -= self.cost


def cycle(pitches: Sequence[int], period: int) -> int:
    """How many of the last notes equal the one ``period`` notes before them."""
    same = 0
    while same + period < len(pitches) and pitches[-1 - same] == pitches[-1 - same - period]:
        same += 1
    return same


class ShortRests(LogitMask):
    """Two onsets, or the last one and the end, seldom lie farther apart than so many steps."""

    fields = ("beat",)

    def __init__(self, longest: int, cost: float) -> None:
        self.longest, self.cost = longest, cost

    def apply_all(self, field: str, logits: np.ndarray, hypotheses: Sequence[NoteHypothesis]) -> None:
        steps, last = hypotheses[0].steps, np.array([one.last[0] for one in hypotheses])
        near = (self.longest + last % steps) // steps  # beats
        dear = np.arange(logits.shape[1]) > near[:, None]
        dear[:, -1] = np.array([one.end for one in hypotheses]) - last > self.longest
        logits -= self.cost * dear


class UsualPlaces(LogitMask):
    """Onsets seldom lie at other places of the bar than these.

    places  steps from the bar line; bar: steps, the hypothesis begins on a bar line
    cost    nats for any other
    """

    fields = ("tick",)

    def __init__(self, places: Collection[int], bar: int, cost: float) -> None:
        self.bar = bar
        self.costs = np.where(np.isin(np.arange(bar + grid.STEPS) % bar, list(places)), 0.0, cost)

    def apply_all(self, field: str, logits: np.ndarray, hypotheses: Sequence[NoteHypothesis]) -> None:
        starts = [one.beat * one.steps % self.bar for one in hypotheses]
        logits -= np.array([self.costs[start : start + logits.shape[1]] for start in starts])


class AtHome(LogitMask):
    """Pitches of other classes than these come seldom.

    classes  pitch classes 0-11
    cost     nats for any other
    """

    fields = ("pitch",)

    def __init__(self, classes: Collection[int], cost: float) -> None:
        self.costs = np.array([0.0 if pitch % 12 in classes else cost for pitch in range(PITCHES)])

    def apply_all(self, field: str, logits: np.ndarray, hypotheses: Sequence[NoteHypothesis]) -> None:
        logits -= self.costs


class FewHits(LogitMask):
    """A part of a beat seldom has more hits in a bar than this.

    most  for each part: hits in a bar; a part that isn't named may have any number
    bar   steps, the hypothesis begins on a bar line; cost: nats for one more
    """

    fields = ("pitch",)

    def __init__(self, most: Mapping[Part, int], bar: int, cost: float) -> None:
        self.most, self.bar, self.cost = most, bar, cost

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        start = hypothesis.onset // self.bar * self.bar
        hits = Counter(
            part_of(note.pitch) for note in takewhile(lambda note: note.onset >= start, reversed(hypothesis.written))
        )
        for part, most in self.most.items():
            if hits[part] >= most:
                logits[_PITCHES_OF[part]] -= self.cost


def standing(masks: Sequence[LogitMask] = ()) -> list[LogitMask]:
    """The masks that always hold, then others."""
    return [InTime(), InRoom(), Fitting(), *masks]
