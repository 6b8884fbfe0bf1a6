"""Velocity and micro-timing of a hand, on notes whose pitch and place in the bar stay.

Louder on strong places than on weak ones, a slow swell over the phrase, a little chance on top; timing moves by less
than a 48th of a beat, weak places later than strong ones, so that the grid stays audible.

Offers: ``touch`` (velocity only), ``touch_and_time``.
"""

from __future__ import annotations

import math

from models.constraints.edits import EditSet
from models.engines.rules.setting import Setting
from models.music.beats import strength
from models.music.note import Note

_MOST_SHIFT = 1 / 48
_ACCENT, _SWELL, _CHANCE = 10.0, 5.0, 3.0


def touch(setting: Setting, edit_set: EditSet) -> None:
    """Offer for every free note the same note with another velocity."""
    for index in sorted(setting.constraints.free):
        edit_set.add((index,), (_louder_or_softer(setting, setting.notes[index]),))


def touch_and_time(setting: Setting, edit_set: EditSet) -> None:
    """Offer for every onset its notes with other velocities, a hair earlier or later together."""
    for group in setting.constraints.groups:
        if any(index not in setting.constraints.free for index in group):
            continue
        notes = [setting.notes[index] for index in group]
        weakness = 1 - strength(notes[0].onset, setting.clip.metre)
        shift = max(-_MOST_SHIFT, min(_MOST_SHIFT, setting.rng.gauss(0.25 * weakness, 0.35) * _MOST_SHIFT))
        played = tuple(_louder_or_softer(setting, note) for note in notes)
        timed = tuple(_shifted(setting, note, shift) for note in played)
        if not edit_set.add(tuple(group), timed):
            edit_set.add(tuple(group), played)


def _louder_or_softer(setting: Setting, note: Note) -> Note:
    place = strength(note.onset, setting.clip.metre)
    swell = math.sin(2 * math.pi * note.onset / (4 * setting.clip.metre.bar) + setting.seed)
    change = _ACCENT * (place - 0.5) + _SWELL * swell + setting.rng.gauss(0, _CHANCE)
    velocity = max(1, min(127, round(note.velocity + change * setting.request.temperature)))
    return note.moved(velocity=velocity)


def _shifted(setting: Setting, note: Note, shift: float) -> Note:
    onset = max(setting.constraints.start, note.onset + shift)
    return note.moved(onset=onset, duration=min(note.duration, max(setting.constraints.end, note.end) - onset))
