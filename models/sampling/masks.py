"""What a note may be: one object for each constraint, each with one ``apply`` that masks the logits of a field.

A field is one of "beat" (how many beats after the last note; the last value is the end), "tick" (step in the beat),
"pitch", "duration". ``apply`` sets logits to -inf where the constraint forbids the value, and never all of them: where
it leaves nothing it stands back, and ``models/constraints`` refuses the note afterwards.

Offers: ``LogitMask``, ``standing``, ``mask``, ``cycle``, and the masks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile
from typing import Protocol

import numpy as np

from models.music.drum_kit import LANES, PARTS, Part, part_of
from models.sampling import grid
from models.sampling.hypothesis import PITCHES, NoteHypothesis

NEVER = -np.inf
_PITCHES_OF = {part: [pitch for lane in lanes for pitch in LANES[lane]] for part, lanes in PARTS.items()}


class LogitMask(Protocol):
    """One thing that must hold."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it has a say in."""
        ...

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        """Mask the values of one of its fields that break the constraint, in place; logits (size,)."""
        ...


def mask(logits: np.ndarray, legal: np.ndarray) -> None:
    """Forbid what isn't legal, unless nothing would be left."""
    masked = np.where(legal, logits, NEVER)
    if np.maximum.reduce(masked) > NEVER:
        logits[:] = masked


class InTime:
    """Notes come in order of time, inside the room, and no given note is passed by. The end waits for the givens."""

    fields = ("beat", "tick")

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        if field == "beat":
            waits, legal = len(logits) - 1, np.empty(len(logits), bool)
            first = hypothesis.last[0] // hypothesis.steps * hypothesis.steps
            onsets = hypothesis.legal_onsets(first, first + waits * hypothesis.steps)
            np.logical_or.reduce(onsets.reshape(waits, hypothesis.steps), axis=1, out=legal[:-1])
            legal[-1] = may_end = hypothesis.coming is None
            mask(logits, legal)
            if may_end and not legal[:-1].any():
                logits[:-1] = NEVER
        else:
            first = hypothesis.beat * hypothesis.steps
            mask(logits, hypothesis.legal_onsets(first, first + hypothesis.steps))


class InRoom:
    """The pitch is one that may begin at this onset: in the scale, the range, between locked lines, not sounding."""

    fields = ("pitch",)

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        coming = hypothesis.coming
        onset, pitch = hypothesis.last
        legal = (
            hypothesis.room[hypothesis.onset].copy()
            if hypothesis.onset < len(hypothesis.room)
            else np.zeros(PITCHES, bool)
        )
        if hypothesis.onset == onset:
            legal[: pitch + 1] = False
        if coming is not None and not hypothesis.open_count:
            legal[coming.below :] = False
            if coming.pitch is not None:
                legal[:] = False
                legal[coming.pitch] = True
        elif coming is not None and hypothesis.onset == coming.onset:
            legal[coming.pitch :] = False
            legal[coming.pitch] = True
        mask(logits, legal)


class Fitting:
    """The duration ends inside the clip, and before the same pitch begins anew."""

    fields = ("duration",)

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        ends = [
            onset for onset, _, pitch in hypothesis.sounding if pitch == hypothesis.pitch and onset > hypothesis.onset
        ]
        _end_by(min([hypothesis.end, *ends]) - hypothesis.onset, logits, hypothesis)


def _end_by(steps: int, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
    """Forbid durations of more steps, unless none would be left."""
    fitting = int(hypothesis.durations.searchsorted(steps, side="right"))
    if fitting:
        logits[fitting:] = NEVER


class Voices:
    """No more than ``most`` notes sound at once."""

    fields = ("tick", "duration")

    def __init__(self, most: int) -> None:
        self.most = most

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        if field == "tick":
            first = hypothesis.beat * hypothesis.steps
            legal = hypothesis.voices[first : first + hypothesis.steps] < self.most
            coming = hypothesis.coming
            if coming is not None and coming.onset is not None and 0 <= coming.onset - first < hypothesis.steps:
                legal[coming.onset - first] = True
            mask(logits, legal)
        else:
            full = hypothesis.voices[hypothesis.onset :][: hypothesis.durations[-1]] >= self.most
            if full.any():
                _end_by(int(full.argmax()), logits, hypothesis)


class Contour:
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
        mask(logits, legal)


class ShortCycles:
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


class ShortRests:
    """Two onsets, or the last one and the end, seldom lie farther apart than so many steps."""

    fields = ("beat",)

    def __init__(self, longest: int, cost: float) -> None:
        self.longest, self.cost = longest, cost

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        last = hypothesis.last[0]
        near = (self.longest + last % hypothesis.steps) // hypothesis.steps  # beats
        logits[near + 1 : -1] -= self.cost
        if hypothesis.end - last > self.longest:
            logits[-1] -= self.cost


class UsualPlaces:
    """Onsets seldom lie at other places of the bar than these.

    places  steps from the bar line; bar: steps, the hypothesis begins on a bar line
    cost    nats for any other
    """

    fields = ("tick",)

    def __init__(self, places: Collection[int], bar: int, cost: float) -> None:
        self.bar = bar
        self.costs = np.where(np.isin(np.arange(bar + grid.STEPS) % bar, list(places)), 0.0, cost)

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        start = hypothesis.beat * hypothesis.steps % self.bar
        logits -= self.costs[start : start + len(logits)]


class AtHome:
    """Pitches of other classes than these come seldom.

    classes  pitch classes 0-11
    cost     nats for any other
    """

    fields = ("pitch",)

    def __init__(self, classes: Collection[int], cost: float) -> None:
        self.costs = np.array([0.0 if pitch % 12 in classes else cost for pitch in range(PITCHES)])

    def apply(self, field: str, logits: np.ndarray, hypothesis: NoteHypothesis) -> None:
        logits -= self.costs


class FewHits:
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
