"""Does a beat stay that beat, and can it be played?

    pads added      different pads of the result that the clip doesn't have
    backbeats lost  share of the clip's backbeats (snare or clap on a pulse that isn't the bar's first, no ghost notes)
                    without a snare or clap in the result
    kick kept       how much of the kick's pattern is shared (Dice of 16ths, 0-1)
    rolls kept      share of the hits of the clip's rolls (three and more of one pad, each within a 16th triplet of the
                    last) that the same pad has in the result
    one-hit pads    pads with a single hit in the result and more, or none, in the clip
    unplayable      share of moments with more than two hands or two feet, beyond the clip's

Offers: ``keeps_beat``.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from models.evaluation.musical.parts import UNSAID, dice, share, step_of
from models.music.clip import Clip
from models.music.drum_kit import part_of
from models.music.note import Note

_NEAR = 0.1
"""Beats by which a hit may lie beside the place that it is meant for."""
_GHOST = 0.6
"""A snare softer than this share of the loudest is a ghost note."""
_ROLL_GAP = 1 / 6 + 0.01
_FEET = frozenset((35, 36, 44))
_LIMBS = 2


def keeps_beat(before: Clip, after: Clip) -> dict[str, float]:
    """All measures of this page, of a result in its clip's time."""
    pads = Counter(note.pitch for note in before.notes)
    now = Counter(note.pitch for note in after.notes)
    snares = [note.onset for note in after.notes if part_of(note.pitch) == "snare"]
    kicks = [{step_of(n.onset) // 6 for n in clip.notes if part_of(n.pitch) == "kick"} for clip in (before, after)]
    return {
        "pads added": float(len(now.keys() - pads.keys())),
        "backbeats lost": share(
            [not any(abs(snare - onset) <= _NEAR for snare in snares) for onset in backbeats(before)]
        ),
        "kick kept": dice(*kicks) if kicks[0] else UNSAID,
        "rolls kept": share(
            [
                any(hit.pitch == n.pitch and abs(hit.onset - n.onset) < 1 / 24 for hit in after.notes)
                for n in _rolls(before)
            ]
        ),
        "one-hit pads": float(sum(hits == 1 and pads[pad] != 1 for pad, hits in now.items())),
        "unplayable": max(0.0, _unplayable(after) - _unplayable(before)),
    }


def backbeats(clip: Clip) -> list[float]:
    """Onsets of a clip's backbeats."""
    snares = [note for note in clip.notes if part_of(note.pitch) == "snare"]
    loudest = max((note.velocity for note in snares), default=0)
    places = [(note, clip.metre.in_bar(note.onset + _NEAR) - _NEAR) for note in snares]
    return [
        note.onset
        for note, place in places
        if note.velocity >= _GHOST * loudest and any(abs(place - pulse) <= _NEAR for pulse in clip.metre.pulses[1:])
    ]


def _rolls(clip: Clip) -> list[Note]:
    """The hits of a clip that belong to rolls."""
    found = []
    for pad in {note.pitch for note in clip.notes}:
        hits = sorted((note for note in clip.notes if note.pitch == pad), key=lambda note: note.onset)
        gaps = np.diff([hit.onset for hit in hits])
        bounds = [0, *(np.flatnonzero(gaps > _ROLL_GAP) + 1).tolist(), len(hits)]
        for start, end in zip(bounds, bounds[1:], strict=False):
            if end - start > _LIMBS:
                found += hits[start:end]
    return found


def _unplayable(clip: Clip) -> float:
    moments: dict[int, list[int]] = {}
    for note in clip.notes:
        moments.setdefault(step_of(note.onset), []).append(note.pitch)
    feet = [sum(pad in _FEET for pad in set(pads)) for pads in moments.values()]
    hands = [len(set(pads)) - foot for pads, foot in zip(moments.values(), feet, strict=True)]
    return float(np.mean([max(pair) > _LIMBS for pair in zip(feet, hands, strict=True)])) if moments else 0.0
