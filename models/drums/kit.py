"""The drums of a clip: which pitch it plays for a lane, and which lanes a word means.

Offers: ``pitch_for``, ``pitches_named``, ``LANE_NAMES``, ``lane_weight``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.drums.styles import NAMES
from models.music.drum_kit import LANES, Lane, lane_of, main_pitch
from models.music.errors import BadValue
from models.music.note import Note

_NAMES: dict[str, tuple[Lane, ...]] = {name: tuple(lanes) for name, lanes in NAMES["lanes"].items()}
_PADS: dict[str, tuple[int, ...]] = {name: tuple(pads) for name, pads in NAMES["pads"].items()}
"""Single pads that people call by name."""

LANE_NAMES = tuple(_NAMES)
"""What a user may call the lanes; a pitch by number does as well."""

_WEIGHTS: dict[Lane, float] = {"kick": 0.5, "snare": 0.4, "closed hat": 0.1, "open hat": 0.0, "ride": 0.1, "crash": 0.3}


def lane_weight(pitch: int) -> float:
    """How much a drum carries the beat, 0-0.5: the lightest go first when it is thinned."""
    lane = lane_of(pitch)
    return _WEIGHTS.get(lane, 0.0) if lane else 0.0


def pitch_for(notes: Iterable[Note], lane: Lane) -> int:
    """The pitch that notes use most for a lane, else the usual one."""
    own = [note.pitch for note in notes if lane_of(note.pitch) == lane]
    return max(set(own), key=lambda pitch: (own.count(pitch), -pitch)) if own else main_pitch(lane)


def uses(notes: Iterable[Note], lane: Lane) -> bool:
    """Do notes play a lane?"""
    return any(lane_of(note.pitch) == lane for note in notes)


def lanes_named(name: str) -> tuple[Lane, ...]:
    """The lanes that a word means, or that of the pad that it names; none for another word."""
    word = name.strip().lower().replace(" ", "-")
    pads = (lane_of(pitch) for pitch in _pads_named(word))
    return _NAMES.get(NAMES["others"].get(word, word), ()) or tuple(dict.fromkeys(lane for lane in pads if lane))


def _pads_named(word: str) -> tuple[int, ...]:
    """The pads that a word names, "clap", "congas"."""
    return _PADS.get(word, ()) or _PADS.get(word.removesuffix("s"), ())


def pitches_named(name: str, notes: Sequence[Note]) -> frozenset[int]:
    """The pitches of a lane, by number or name: those that the notes play, else the usual ones; raises BadValue."""
    if name.strip().isdecimal() and int(name) <= 127:
        return frozenset((int(name),))
    pads = _pads_named(name.strip().lower())
    if pads:
        return frozenset(note.pitch for note in notes if note.pitch in pads) or frozenset(pads[:1])
    lanes = lanes_named(name)
    if not lanes:
        raise BadValue(
            f'The lane "{name}" is not known; it is one of {", ".join(LANE_NAMES)}, or a pitch such as 42.',
            field="lane",
        )
    played = frozenset(note.pitch for note in notes for lane in lanes if note.pitch in LANES[lane])
    return played or frozenset(map(main_pitch, lanes))
