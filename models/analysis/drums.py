"""Which drum is which: by General MIDI, and by what it does.

A pad's key says little in a producer's own kit, so each pitch is also judged by when it plays: the backbone on the
strong beats, the backbeat on those between, the pulse that ticks along, accents that are rare, the rest fills.

Offers: ``DrumLane``, ``find_lanes``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.analysis.arrays import NoteArrays
from models.music.beats import Metre
from models.music.drum_kit import lane_of

Duty = Literal["backbone", "backbeat", "pulse", "accent", "fill"]

_TOLERANCE = 1 / 12


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
    inside = np.array([metre.in_bar(float(onset) + _TOLERANCE) - _TOLERANCE for onset in onsets])
    nearest = np.abs(inside[:, None] - pulses[None]).argmin(axis=1)
    on_pulse = np.abs(inside - pulses[nearest]) <= _TOLERANCE
    number = nearest % (len(pulses) - 1)
    backbeat = on_pulse & (number % 2 == 1) if len(pulses) > 2 else on_pulse & False
    gaps = np.diff(onsets)
    steady = len(gaps) >= 3 and (np.abs(gaps - np.median(gaps)) <= _TOLERANCE).mean() >= 0.6
    if backbeat.mean() >= 0.6:
        return "backbeat"
    if steady and per_bar >= len(metre.pulses) - 0.5 and not (on_pulse.all() and per_bar <= len(metre.pulses)):
        return "pulse"
    if (on_pulse & (number == 0)).sum() >= 0.5 * bars:
        return "backbone"
    return "pulse" if steady and per_bar >= 2 else "fill"
