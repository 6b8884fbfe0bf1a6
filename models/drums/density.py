"""Busier and sparser: hits come or go one after the other in a fixed order, so that every version has more, or fewer,
than the one before and keeps what that one had.

What comes first is what a drummer would add, on the beat's own grid and in its swing: ghosts beside the backbeats,
kicks that push into another, the hats' missing strokes, an open hat or a tom that leads over the bar line. Places that
all bars have alike come together, so that a beat stays a pattern. What goes first: weak places of light drums.

Offers: ``more_hits``, ``fewer_hits``, ``versions``, ``named_versions``; ``Whim``, what a seed says of them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import NamedTuple

from models.drums.kit import lane_weight, pitch_for, uses
from models.drums.rhythm import Rhythm, swung
from models.music.beats import TIGHT, strength
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of
from models.music.note import Note
from models.tasks.table import LARGEST_SEED

_LENGTH = 0.2
_WHIMS = 0.25
_FEW = 2
_BLURRED = 0.1
"""Beats; two hits of a lane nearer than this are one."""

_HATS: tuple[Lane, ...] = ("closed hat", "open hat")
_LANES: tuple[Lane, ...] = ("snare", "kick", "closed hat", "ride", "open hat", "high tom", "mid tom", "low tom")
_GHOST, _PUSH, _BETWEEN, _LEAD = 0.38, 0.82, 0.68, 0.8
"""Loudness of what is added, of the drum's own: a ghost, a kick, a stroke of the hats, what leads over the bar line."""

_BEHIND = 0.7
"""How gladly a ghost comes behind a snare rather than before it, and what it costs in a line such as a clave's."""
_HARD, _WEAK, _LINE, _ROLLS = 0.6, 0.6, 0.5, 0.75
"""Loudness of hits that count, strength of weak places, and the share of hits there from which on a drum is a line;
share of a step nearer than which hits are a roll."""
_CLAP, _HALF_TIME_FROM = 39, 110
_ELSEWHERE = 0.7
"""What it is worth that other bars have such a hit in the same place."""

_MOST: dict[Lane, int] = {"kick": 1, "snare": 3, "high tom": 3, "mid tom": 3, "low tom": 3}
"""New places of a bar that a drum takes, at most twice as many; hats and the like 8."""


_ORDERS, _COUNTS = 32, 2**14
_FIRST = LARGEST_SEED + 1 - _ORDERS * _COUNTS


class Whim(NamedTuple):
    """What a seed says: which of the orders hits come or go in, and how many; None: as many as are asked for.

    Only the last seeds say how many. So each of several versions has a seed that makes it again, alone.
    """

    order: int
    hits: int | None

    @classmethod
    def of(cls, seed: int) -> Whim:
        """That of any seed."""
        return cls(seed % _ORDERS, (seed - _FIRST) // _ORDERS if seed >= _FIRST else None)

    @property
    def seed(self) -> int:
        """The seed of a version; one of more than 16 383 hits has that of so many."""
        return self.order if self.hits is None else _FIRST + min(self.hits, _COUNTS - 1) * _ORDERS + self.order


def versions(hits: int, amount: float, count: int, room: int) -> list[int]:
    """How many hits come or go in each of ``count`` versions, rising to ``amount`` (0-1) of the hits, within the
    room; the first has enough of them to be heard."""
    most = min(room, max(count, math.ceil(amount * hits - TIGHT)))
    return sorted({max(1, round(most * (number + 1) / (count + 1))) for number in range(1, count + 1)}) if most else []


def named_versions(seed: int, hits: int, amount: float, count: int, room: int) -> Iterator[tuple[int, int]]:
    """``versions``, each with the seed that makes it again, alone."""
    order, named = Whim.of(seed)
    if named is not None and count == 1:
        yield min(named, room), seed
        return
    alone = versions(hits, amount, 1, room)
    for number in versions(hits, amount, count, room):
        yield number, seed if [number] == alone and named is None else Whim(order, number).seed


def more_hits(clip: Clip, start: float, end: float, lanes: Collection[int], seed: int) -> list[Note]:
    """Hits that may be added in [start, end), the first ones first; ``lanes``: the pitches that may be played."""
    chance, around = Random(seed), _Around(clip)
    # The drums that the clip uses, and hats where it has hardly any.
    used = [lane for lane in _LANES if uses(clip.notes, lane)]
    used += [lane for lane in ("closed hat", "snare") if lane not in used and len(used) < _FEW]
    playable = [(lane, pitch) for lane in used if (pitch := pitch_for(clip.notes, lane)) in lanes]
    ranked: list[tuple[float, int, Note]] = []
    whims: dict[tuple[float, int], float] = {}
    for step in dict.fromkeys((around.step, around.step / 2)):
        full = bool(ranked)  # half of a step is for drums that roll, or where nothing else is left
        for place in range(math.ceil((start - 0.5) / step), math.ceil((end - TIGHT) / step)):
            written = place * step
            onset = around.swung(written)
            if not max(0.0, start) - TIGHT <= onset < end - TIGHT:
                continue
            for lane, pitch in playable:
                rolling = pitch in around.rolled or (around.half_time and lane == "closed hat")
                if (full and not rolling) or around.taken(pitch, onset, 0.6 * step):
                    continue
                whim = whims.setdefault((round(clip.metre.in_bar(written), 4), pitch), _WHIMS * chance.random())
                liked, softer = _liking(around, lane, pitch, written)
                liked += _ELSEWHERE * around.elsewhere(lane, written)
                if step < around.step:
                    rolls = around.half_time and clip.metre.in_bar(written) >= clip.metre.bar - 1.0
                    liked, softer = liked - (0.0 if rolls else 3.0), 0.8 * softer
                hit = around.hit(pitch, onset, softer)
                if start - TIGHT <= hit.onset < end - TIGHT:
                    ranked.append((liked + whim, clip.metre.bar_of(written), hit))
    ranked.sort(key=lambda item: (-item[0], int(f"{item[1]:010b}"[::-1], 2), item[2].onset, item[2].pitch))
    return _apart(_a_few([(bar, note) for _, bar, note in ranked]))


def _a_few(ranked: Sequence[tuple[int, Note]]) -> list[Note]:
    """The hits, behind them those that would be many for a lane in one bar; too many are left out."""
    count: dict[tuple[int, Lane | None], int] = {}
    first: list[Note] = []
    later: list[Note] = []
    for bar, note in ranked:
        lane = lane_of(note.pitch)
        count[bar, lane] = count.get((bar, lane), 0) + 1
        most = _MOST.get(lane, 8) if lane else 8
        if count[bar, lane] <= 2 * most or len(ranked) <= _FEW:
            (first if count[bar, lane] <= most else later).append(note)
    return [*first, *later]


def fewer_hits(clip: Clip, free: Collection[int], seed: int) -> list[int]:
    """Indices of the notes that may go, the first to go first."""
    chance = Random(seed)
    whims: dict[tuple[float, int], float] = {}
    order = []
    for index in sorted(free):
        note = clip.notes[index]
        in_bar = round(clip.metre.in_bar(note.onset) * 8)
        whim = whims.setdefault((in_bar, note.pitch), _WHIMS * chance.random())
        weight = strength(note.onset, clip.metre) + lane_weight(note.pitch) + 0.3 * note.velocity / 127 + whim
        bar = clip.metre.bar_of(note.onset)
        order.append((round(weight, 2), -int(f"{bar:010b}"[::-1], 2), index))
    return [index for _, _, index in sorted(order)]


class _Around:
    """The clip's hits by time, and its grid."""

    def __init__(self, clip: Clip) -> None:
        self.metre, self.length = clip.metre, clip.length
        self._rhythm = Rhythm.of((clip,), clip.length, muted=True)
        self.step = 1 / 3 if self._rhythm.ternary else 0.25
        self._by_beat: dict[int, list[Note]] = {}
        self._of: dict[int, list[Note]] = {}
        for note in clip.notes:
            self._by_beat.setdefault(int(note.onset), []).append(note)
            self._of.setdefault(note.pitch, []).append(note)
        kicks = sum(self.struck("kick", float(beat)) for beat in range(int(self.length)))
        self.pumps = kicks >= 0.85 * int(self.length)
        bars, half = self.metre.bars(self.length), self.metre.bar / 2
        backs = [sum(self.struck("snare", bar * 2 * half + at, 0.7) for bar in range(bars)) for at in (half, 1.0)]
        self.half_time = backs[0] >= 0.6 * bars and backs[1] <= 0.2 * bars and clip.tempo >= _HALF_TIME_FROM
        self.rolled = {
            pitch
            for pitch, notes in self._of.items()
            if any(TIGHT < other.onset - note.onset < _ROLLS * self.step for note, other in pairwise(notes))
        }
        self.lines = {pitch for pitch, notes in self._of.items() if self._is_line(notes)}
        self._late = {pitch: self._lateness(notes) for pitch, notes in self._of.items()}

    def _is_line(self, notes: Sequence[Note]) -> bool:
        """Is a drum struck hard at weak places more often than not?"""
        hard = [note for note in notes if note.velocity >= _HARD * self.loudness(note.pitch)]
        weak = sum(strength(round(note.onset / self.step) * self.step, self.metre) < _WEAK for note in hard)
        return weak > _LINE * len(hard)

    def swung(self, onset: float) -> float:
        """Where a straight onset lies in the clip's swing."""
        return swung(onset, self._rhythm.swing, self._rhythm.swing_unit)

    def _lateness(self, notes: Sequence[Note]) -> float:
        """How far behind the grid a drum is played, in beats, at most a 24th."""
        missed = sorted(note.onset - self.swung(round(note.onset / self.step) * self.step) for note in notes)
        middle = missed[len(missed) // 2]
        return middle if abs(middle) <= 1 / 24 else 0.0

    def near(self, onset: float, beats: float) -> list[Note]:
        """Hits at most so many beats (up to 1) away."""
        there = range(int(onset - beats), int(onset + beats) + 1)
        return [note for beat in there for note in self._by_beat.get(beat, ()) if abs(note.onset - onset) <= beats]

    def taken(self, pitch: int, onset: float, beats: float) -> bool:
        """Is the drum, or another of its lane, hit so near that another hit would blur it?"""
        lane = lane_of(pitch)
        return any(
            lane_of(note.pitch) == lane or (lane in _HATS and lane_of(note.pitch) in _HATS)
            for note in self.near(onset, beats)
        )

    def struck(self, lane: Lane, written: float, least: float = 0.0) -> bool:
        """Is a lane hit at a place of the grid, at ``least`` of its usual loudness?"""
        return any(
            lane_of(note.pitch) == lane and note.velocity >= least * self.loudness(note.pitch)
            for note in self.near(self.swung(written), 0.6 * self.step)
        )

    def elsewhere(self, lane: Lane, written: float) -> bool:
        """Is the lane hit in another bar at this place?"""
        bars, place = self.metre.bars(self.length), self.metre.in_bar(written)
        return any(
            self.struck(lane, bar * self.metre.bar + place, 0.5)
            for bar in range(min(bars, 8))
            if bar != self.metre.bar_of(written)
        )

    def loudness(self, pitch: int) -> float:
        """The upper middle velocity of a drum, so that ghosts don't count."""
        own = sorted(note.velocity for note in self._of.get(pitch, ()))
        return own[2 * len(own) // 3] if own else 90.0

    def hit(self, pitch: int, onset: float, softer: float) -> Note:
        """A new hit where the drum's own hits lie, as loud as a share of them."""
        at = max(0.0, onset + self._late.get(pitch, 0.0))
        velocity = max(1, min(127, round(self.loudness(pitch) * softer)))
        return Note(pitch, at, max(TIGHT * 10, min(_LENGTH, self.step * 0.9, self.length - at)), velocity)


def _liking(around: _Around, lane: Lane, pitch: int, written: float) -> tuple[float, float]:
    """How gladly a drummer would add this hit, about 0-1.5, and how loud, as a share of the drum's own."""
    place, step = strength(written, around.metre), around.step
    in_bar = around.metre.in_bar(written)
    closing = in_bar >= around.metre.bar - 2 * step - TIGHT
    if lane == "snare":
        before, behind = (around.struck("snare", written + way, 0.7) for way in (step, -step))
        third = around.struck("snare", written - 3 * step, 0.7) or around.struck("snare", written + 3 * step, 0.7)
        beside = 1.15 if before else 1.0 if third else _BEHIND if behind else 0.1
        liked = (beside if place <= 0.2 else 0.1) - (_BEHIND if pitch in around.lines else 0.0)
        busy = around.struck("kick", written)
        machine = pitch == _CLAP or around.half_time  # nobody's hand ghosts there
        return liked - 0.4 * busy - 0.7 * machine - (0.6 if place >= 0.6 else 0.0), _GHOST
    if lane == "kick":
        pushes = around.struck("kick", written + step) or around.struck("kick", written + 2 * step)
        # Right behind a kick or the backbeat, or with a kick on either side, it clots.
        near = [around.struck("kick", written + way * step) for way in (-2, -1, 1)]
        crowded = near[1] or (near[0] and near[2]) or around.struck("snare", written - step, 0.7)
        back = around.struck("snare", written, 0.7) or (around.pumps and not closing)
        liked = (0.95 if pushes and place <= 0.4 else 0.2) - 0.6 * crowded - 0.9 * back
        return liked - (0.4 if place >= 0.6 else 0.0), _PUSH
    if lane in ("closed hat", "ride"):
        between = around.struck(lane, written - step) and around.struck(lane, written + step)
        return (0.9 if between else 0.55 if place <= 0.4 else 0.4), _BETWEEN
    if lane == "open hat":
        return (0.75 if closing and abs(place - 0.4) < TIGHT else 0.0), _LEAD
    return (0.5 if closing else -0.2), _LEAD


def _apart(notes: Sequence[Note]) -> list[Note]:
    """Without those that come too near an earlier one of their lane."""
    chosen: list[Note] = []
    struck: dict[tuple[Lane | None, int], list[float]] = {}
    for note in notes:
        lane, cell = lane_of(note.pitch), int(note.onset / _BLURRED)
        beside = [onset for near in (cell - 1, cell, cell + 1) for onset in struck.get((lane, near), ())]
        if all(abs(note.onset - onset) > _BLURRED for onset in beside):
            struck.setdefault((lane, cell), []).append(note.onset)
            chosen.append(note)
    return chosen
