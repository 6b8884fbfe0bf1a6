"""Busier and sparser: hits come or go one after the other in a fixed order, so that every version has more, or fewer,
than the one before and keeps what that one had.

What comes first: hats between the strokes, ghosts beside the backbeats, kicks before and behind kicks; places that all
bars have alike come together, so that a beat stays a pattern. What goes first: weak places of light drums.

Offers: ``more_hits``, ``fewer_hits``, ``versions``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from random import Random

from models.drums.kit import lane_weight, pitch_for, uses
from models.music.beats import TIGHT, strength
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of
from models.music.note import Note

_LIKED: dict[Lane, float] = {
    "closed hat": 1.0,
    "snare": 0.55,
    "kick": 0.7,
    "open hat": 0.35,
    "ride": 0.8,
    "low tom": 0.1,
    "mid tom": 0.1,
    "high tom": 0.1,
}
_SOFTER: dict[Lane, float] = {"closed hat": 0.75, "snare": 0.4, "kick": 0.85, "ride": 0.75, "open hat": 0.85}
_STEPS = (0.25, 0.125)
_LENGTH = 0.2
_WHIMS = 0.35
_FEW = 2
_BLURRED = 0.1
"""Beats; two hits of a lane nearer than this are one."""

_HATS: tuple[Lane, ...] = ("closed hat", "open hat")


def versions(hits: int, amount: float, count: int, room: int) -> list[int]:
    """How many hits come or go in each of ``count`` versions, rising to ``amount`` (0-1) of the hits, within the
    room."""
    most = min(room, max(count, math.ceil(amount * hits - TIGHT)))
    return sorted({max(1, round(most * number / count)) for number in range(1, count + 1)}) if most else []


def more_hits(clip: Clip, start: float, end: float, lanes: Collection[int], seed: int) -> list[Note]:
    """Hits that may be added in [start, end), the first ones first; ``lanes``: the pitches that may be played."""
    chance = Random(seed)
    around = _Around(clip)
    pitches = _playable(clip, lanes)
    ranked: list[tuple[float, int, Note]] = []
    whims: dict[tuple[float, int], float] = {}
    for step in _STEPS:
        for place in range(math.ceil((start - TIGHT) / step), math.ceil((end - TIGHT) / step)):
            onset = place * step
            for lane, pitch in pitches.items():
                if around.taken(pitch, onset, 0.6 * step):
                    continue
                in_bar = round(clip.metre.in_bar(onset), 4)
                whim = whims.setdefault((in_bar, pitch), _WHIMS * chance.random())
                ranked.append(
                    (
                        _liking(around, lane, onset, step) + whim,
                        clip.metre.bar_of(onset),
                        _hit(around, lane, pitch, onset, step),
                    )
                )
    ranked.sort(key=lambda item: (-item[0], int(f"{item[1]:010b}"[::-1], 2), item[2].onset, item[2].pitch))
    return _apart([note for _, _, note in ranked])


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


def _playable(clip: Clip, allowed: Collection[int]) -> dict[Lane, int]:
    """The drums that may be hit more: those that the clip uses, and hats where it has hardly any."""
    used: list[Lane] = [lane for lane in _LIKED if uses(clip.notes, lane)]
    if len(used) < _FEW:
        used += [lane for lane in ("closed hat", "snare") if lane not in used]
    pitches = {lane: pitch_for(clip.notes, lane) for lane in used}
    return {lane: pitch for lane, pitch in pitches.items() if pitch in allowed}


class _Around:
    """The clip's hits by time."""

    def __init__(self, clip: Clip) -> None:
        self.metre, self.length = clip.metre, clip.length
        self._by_beat: dict[int, list[Note]] = {}
        self._loud: dict[int, list[int]] = {}
        for note in clip.notes:
            self._by_beat.setdefault(int(note.onset), []).append(note)
            self._loud.setdefault(note.pitch, []).append(note.velocity)

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

    def beside(self, lane: Lane, onset: float) -> bool:
        """Is the lane hit up to an 8th away?"""
        return any(abs(note.onset - onset) > 0.1 for note in self.near(onset, 0.55) if lane_of(note.pitch) == lane)

    def loudness(self, pitch: int) -> float:
        """Mean velocity of a drum."""
        own = self._loud.get(pitch)
        return sum(own) / len(own) if own else 90.0


def _liking(around: _Around, lane: Lane, onset: float, step: float) -> float:
    """How gladly a drummer would add this hit, about 0-1.5."""
    liked, place = _LIKED[lane], strength(onset, around.metre)
    if lane == "kick":
        back = any(lane_of(note.pitch) == "snare" for note in around.near(onset, 0.1))
        liked += 0.2 * around.beside("kick", onset) - 0.6 * back - (0.5 if place >= 0.6 else 0.0)
    elif lane == "snare":
        liked += 0.25 * around.beside("snare", onset) - (0.6 if place >= 0.4 else 0.0)
    elif lane == "open hat":
        liked += 0.3 if abs(place - 0.4) < TIGHT else -0.3
    else:
        liked += 0.4 * place
    return liked if step == _STEPS[0] else liked - 1.0


def _hit(around: _Around, lane: Lane, pitch: int, onset: float, step: float) -> Note:
    """A new hit: as loud as the drum's own, but for the accent, and as far from the grid as its neighbours are."""
    late = [note.onset - onset for note in around.near(onset, 1 / 16)]
    at = max(0.0, onset + (sum(late) / len(late) if late else 0.0))
    softer = _SOFTER.get(lane, 0.8) if step == _STEPS[0] else 0.6
    velocity = max(1, min(127, round(around.loudness(pitch) * softer)))
    return Note(pitch, at, min(_LENGTH, step * 0.9, around.length - at), velocity)


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
