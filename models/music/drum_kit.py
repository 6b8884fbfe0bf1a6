"""Drum lanes: which pitch is which drum.

Nine lanes after GrooVAE (Gillick et al. 2019), by General MIDI pitch with the neighbours that real kits use.
A lock such as ``lane:38`` names a pitch; two pitches of one lane are still two lanes to the lock.

Offers: ``LANES``, ``lane_of``, ``main_pitch``; ``PARTS``, ``part_of``.
"""

from functools import cache
from typing import Literal

Lane = Literal["kick", "snare", "closed hat", "open hat", "low tom", "mid tom", "high tom", "crash", "ride"]

LANES: dict[Lane, tuple[int, ...]] = {
    "kick": (36, 35),
    "snare": (38, 40, 37, 39),
    "closed hat": (42, 22, 44, 54, 69, 70),
    "open hat": (46, 26),
    "low tom": (43, 58, 41, 64),
    "mid tom": (47, 45, 61),
    "high tom": (50, 48, 60, 62, 63),
    "crash": (49, 55, 57, 52),
    "ride": (51, 59, 53, 56),
}
"""Pitches of each lane; the first is the one that new notes take."""

Part = Literal["kick", "snare", "cymbals", "toms"]

PARTS: dict[Part, tuple[Lane, ...]] = {
    "kick": ("kick",),
    "snare": ("snare",),
    "cymbals": ("closed hat", "open hat", "crash", "ride"),
    "toms": ("low tom", "mid tom", "high tom"),
}
"""What a beat is made of, each by one hand or foot: lanes that stand in for each other."""

_LANE_OF: dict[int, Lane] = {pitch: lane for lane, pitches in LANES.items() for pitch in pitches}


def lane_of(pitch: int) -> Lane | None:
    """The lane of a drum pitch; None for a pitch that General MIDI gives to no lane."""
    return _LANE_OF.get(pitch)


def main_pitch(lane: Lane) -> int:
    """The pitch that a new note of ``lane`` takes when the clip has none of it yet."""
    return LANES[lane][0]


_PART_OF: dict[Lane, Part] = {lane: part for part, lanes in PARTS.items() for lane in lanes}


@cache
def part_of(pitch: int) -> Part | None:
    """The part of a beat that a drum pitch belongs to; None for a pitch of no lane."""
    lane = lane_of(pitch)
    return _PART_OF[lane] if lane else None
