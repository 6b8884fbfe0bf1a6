"""How a clip moves in time: grid, swing, micro-timing, syncopation, density, polyphony.

Onsets closer than 1/24 beat are one. Swing is the place of the second of two 8ths (or 16ths) between its neighbours, as
on drum machines: 0.5 straight, 0.67 a triplet. Micro-timing is what is left when the grid is taken away, behind (+) or
ahead (-) of it, in beats. Syncopation is Longuet-Higgins & Lee's (1984), summed over a bar in steps of a 16th.

A pad's key says little in a producer's own kit, so each pitch of a drum clip is also judged by when it plays: the
backbone on the strong beats, the backbeat on those between, the pulse that ticks along, accents that are rare, fills.

Offers: ``Groove``, ``find_groove``, ``syncopation``, ``DrumLane``, ``find_lanes``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from models.analysis.arrays import NoteArrays
from models.music.beats import TIGHT, Metre, strength
from models.music.drum_kit import lane_of

GRIDS: tuple[tuple[str, float], ...] = (
    ("1/4", 1.0),
    ("1/8", 1 / 2),
    ("1/8 triplets", 1 / 3),
    ("1/16", 1 / 4),
    ("1/16 triplets", 1 / 6),
    ("1/32", 1 / 8),
)
"""Names and steps in beats, coarse to fine."""

_ON_GRID = 0.95
"""Share of onsets that a grid must hold."""

_STRICT = 1 / 96
_LOOSE = 1 / 12
"""Beats by which a programmed, and a played, onset may miss its place."""

_TOGETHER = 1 / 24
_SWUNG = 0.53
_LEAST_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Groove:
    """Times in beats.

    grid            the coarsest of GRIDS that holds the onsets; "free" when none does
    quantised       share of onsets that lie on the grid to 1/96 beat
    swing           0.5 straight … 0.75; of 8ths or, where those are straight, of 16ths
    swing_unit      "1/8" or "1/16", what swings; "" when nothing does
    micro_mean, micro_spread  mean and standard deviation of the distance from the grid
    template        mean distance for each 16th of the bar, None where nothing begins
    syncopation     per bar
    density         onsets per beat
    polyphony       most notes at once; mean_polyphony: while anything sounds
    """

    grid: str
    quantised: float
    swing: float
    swing_unit: str
    micro_mean: float
    micro_spread: float
    template: tuple[float | None, ...]
    syncopation: float
    density: float
    polyphony: int
    mean_polyphony: float


def find_groove(notes: NoteArrays, metre: Metre, length: float) -> Groove | None:
    """The groove of a clip of ``length`` beats; None without notes."""
    if not len(notes):
        return None
    onsets = _merged(notes.onset)
    grid, step = _grid(onsets)
    swing, unit = _swing(onsets)
    missed = onsets - np.round(onsets / step) * step
    micro = missed if unit == "" else _missed_swing(onsets, swing, unit)
    if not len(micro):  # a middle between two kinds of off-beats, at which nothing is played, is no swing
        swing, unit, micro = 0.5, "", missed
    most, mean = _polyphony(notes)
    return Groove(
        grid,
        float((np.abs(missed) <= _STRICT).mean()),
        swing,
        unit,
        float(micro.mean()),
        float(micro.std()),
        _template(onsets, metre),
        syncopation(notes.onset, metre, length),
        len(onsets) / length,
        most,
        mean,
    )


def _merged(onset: np.ndarray) -> np.ndarray:
    """Onsets, those struck together as one."""
    apart = np.diff(onset, prepend=-1.0) >= _TOGETHER
    merged: np.ndarray = onset[apart]
    return merged


def _grid(onsets: np.ndarray) -> tuple[str, float]:
    """Name and step of the coarsest grid that holds the onsets, first strictly, then as people play."""
    for allowed in (_STRICT, 1 / 24):
        for name, step in GRIDS:
            if allowed < step / 3 and (_distance(onsets, step) <= allowed).mean() >= _ON_GRID:
                return name, step
    # Played or swung: the 16ths it leans on, unless even they don't fit.
    fits = (_distance(onsets, 1 / 4) <= _LOOSE).mean() >= 0.9 or (_distance(onsets, 1 / 6) <= 1 / 24).mean() >= 0.8
    return ("1/16" if fits else "free"), 1 / 4


def _distance(onsets: np.ndarray, step: float) -> np.ndarray:
    distance: np.ndarray = np.abs(onsets - np.round(onsets / step) * step)
    return distance


def _swing(onsets: np.ndarray) -> tuple[float, str]:
    """Swing ratio and what swings."""
    for unit, span in (("1/8", 1.0), ("1/16", 0.5)):
        inside = onsets / span - np.floor(onsets / span + 2 * _TOGETHER)
        late = float(np.median(inside[inside < 0.2])) if (inside < 0.2).any() else 0.0
        inside = inside - late  # a player who is late altogether doesn't swing
        off = inside[(inside > 0.42) & (inside < 0.76)]
        # Notes in the middle are straight; others between are triplets or 16ths on their own.
        straight = (np.abs(inside - 0.5) < 0.03) | (inside > 0.1) & (inside <= 0.42) | (inside >= 0.76) & (inside < 0.9)
        ratio = float(np.median(off)) if len(off) >= _LEAST_PAIRS else 0.5
        if _SWUNG < ratio < 0.74 and straight.sum() < len(off) / 3 and np.abs(off - ratio).mean() < 0.06:
            return ratio, unit
    return 0.5, ""


def _missed_swing(onsets: np.ndarray, swing: float, unit: str) -> np.ndarray:
    """Distance of each onset from the nearest place that swing gives it; what lies between such places is left out."""
    span = 1.0 if unit == "1/8" else 0.5
    inside = onsets - np.floor(onsets / span + _TOGETHER) * span
    distances = inside[:, None] - np.array([0.0, swing * span, span])[None]
    nearest = distances[np.arange(len(inside)), np.abs(distances).argmin(axis=1)]
    return nearest[np.abs(nearest) <= _LOOSE]


def _template(onsets: np.ndarray, metre: Metre) -> tuple[float | None, ...]:
    steps = max(1, round(metre.bar * 4))
    nearest = np.round(onsets * 4).astype(int)
    missed = onsets - nearest / 4
    return tuple(
        round(float(missed[nearest % steps == place].mean()), 4) if (nearest % steps == place).any() else None
        for place in range(steps)
    )


def syncopation(onset: np.ndarray, metre: Metre, length: float) -> float:
    """Longuet-Higgins & Lee's, of at least one onset (beats, sorted), a bar: where nothing begins at a stronger place
    than the note before, the difference counts."""
    rises = _rises(metre)
    steps = len(rises)
    played = np.unique(np.round(_merged(onset) * 4).astype(int))
    around = played[0] + max(round(length * 4), int(played[-1]) + 1)
    silent = np.minimum(np.diff(played, append=around) - 1, steps)
    return float(rises[played % steps, silent].sum()) / metre.bars(length)


@cache
def _rises(metre: Metre) -> np.ndarray:
    """For each 16th of a bar by how much the strongest of so many after it is above it, 0 for none, (16ths, from 0)."""
    levels = _levels(metre)
    steps = len(levels)
    after = [np.maximum.accumulate(np.roll(levels, -place - 1)) - levels[place] for place in range(steps)]
    return np.pad(np.maximum(0, after), ((0, 0), (1, 0)))


@cache
def _levels(metre: Metre) -> np.ndarray:
    """For each 16th of a bar its level below the bar line: 0 the bar, -1 its half, -2 a pulse, -3 its half, -4 a
    quarter of it, -5 less."""
    levels = {1.0: 0.0, 0.8: -1.0, 0.6: -2.0, 0.4: -3.0, 0.2: -4.0}
    places = range(max(1, round(metre.bar * 4)))
    return np.array([levels.get(strength(place / 4, metre), -5.0) for place in places])


def _polyphony(notes: NoteArrays) -> tuple[int, float]:
    """Most notes at once, and the mean while anything sounds."""
    times = np.concatenate([notes.onset, notes.end - TIGHT])
    order = np.argsort(times, kind="stable")
    sounding = np.cumsum(np.repeat([1, -1], len(notes))[order])
    spans = np.diff(times[order], append=times[order[-1]])
    heard = spans[sounding > 0].sum()
    return int(sounding.max()), float((sounding * spans).sum() / heard) if heard > 0 else 1.0


Duty = Literal["backbone", "backbeat", "pulse", "accent", "fill"]


@dataclass(frozen=True, slots=True)
class DrumLane:
    """One pitch of a drum clip.

    name    General MIDI's name for it, "" where there is none
    duty    what it does in this clip
    hits    how often it is played; per_bar: in a bar
    """

    pitch: int
    name: str
    duty: Duty
    hits: int
    per_bar: float


def find_lanes(notes: NoteArrays, metre: Metre, length: float) -> tuple[DrumLane, ...]:
    """The lanes of a drum clip, by pitch."""
    bars = metre.bars(length)
    return tuple(
        DrumLane(
            int(pitch),
            lane_of(int(pitch)) or "",
            _duty(notes.onset[notes.pitch == pitch], metre, bars),
            int((notes.pitch == pitch).sum()),
            float((notes.pitch == pitch).sum() / bars),
        )
        for pitch in np.unique(notes.pitch)
    )


def _duty(onsets: np.ndarray, metre: Metre, bars: int) -> Duty:
    """What a drum does that is hit at ``onsets``."""
    per_bar = len(onsets) / bars
    if per_bar < 0.75 and bars >= 2 or len(onsets) == 1:
        return "accent"
    pulses = np.array([*metre.pulses, metre.bar])
    inside = np.array([metre.in_bar(float(onset) + _LOOSE) - _LOOSE for onset in onsets])
    nearest = np.abs(inside[:, None] - pulses[None]).argmin(axis=1)
    on_pulse = np.abs(inside - pulses[nearest]) <= _LOOSE
    number = nearest % (len(pulses) - 1)
    backbeat = on_pulse & (number % 2 == 1) if len(pulses) > 2 else on_pulse & False
    gaps = np.diff(onsets)
    steady = len(gaps) >= 3 and (np.abs(gaps - np.median(gaps)) <= _LOOSE).mean() >= 0.6
    if backbeat.mean() >= 0.6:
        return "backbeat"
    if steady and per_bar >= len(metre.pulses) - 0.5 and not (on_pulse.all() and per_bar <= len(metre.pulses)):
        return "pulse"
    if (on_pulse & (number == 0)).sum() >= 0.5 * bars:
        return "backbone"
    return "pulse" if steady and per_bar >= 2 else "fill"
