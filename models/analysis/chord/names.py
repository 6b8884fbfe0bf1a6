"""What a chord is called, once its root and family are known: its colours and its bass.

Offers: ``named``.
"""

from __future__ import annotations

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.chord.views import LOW
from models.music.chord import QUALITIES, Chord, family_of

_LEAST = 0.05
"""Share of a chord's sound below which a class is a grace or passing note."""

_FEWEST_TOGETHER = 3
"""Notes at once from which on colours are meant; in a line they may pass."""

_MOST_IN_A_LINE = 5
"""Classes that a line spells a chord with at most; more are a scale."""

_EVEN = 0.05
"""Beats by which the steps of an even figure differ at most."""

_COLOURS: dict[str, tuple[int, ...]] = {
    "maj": (2, 9, 10, 11, 6),
    "min": (2, 9, 10, 11, 5),
    "7": (1, 2, 3, 6, 8, 9),
    "maj7": (2, 6, 9),
    "min7": (2, 5, 9),
    "hdim7": (2, 5),
    "dim": (9, 10),
    "sus4": (10, 2, 9),
    "sus2": (10, 11, 9),
    "aug": (10, 11),
}
"""Semitones above the root that colour each family."""


def named(root: int, family: str, notes: NoteArrays, bass: int) -> Chord:
    """The chord of a stretch: ``notes`` are what sounds in it, settled and cut to it, at least one; ``bass`` 0-11."""
    low = bool((notes.pitch[notes.pitch % 12 == bass] <= LOW).any())
    chordal, meant = _chordal(notes)
    from_root = np.roll(np.bincount(chordal.pitch % 12, chordal.duration, 12), -root)
    present = {int(place) for place in np.flatnonzero(from_root > _LEAST * from_root.sum())}
    if _power_chord(root, notes):
        return Chord.of(root, "5", bass)
    if not meant:
        return _spelled_in_a_line(root, family, present, notes, bass if low else root)
    if LOW < notes.pitch[0] == notes.pitch.min():
        bass = int(notes.pitch[0]) % 12  # a hand alone stands on its lowest note, if that comes first
    if low and (bass - root) % 12 not in {*QUALITIES[family], 9, 10, 11}:
        moved = _on_the_bass(root, bass, present)
        if moved is not None:
            return moved
    chord = Chord.spelled(root, _coloured(family, present))
    if "maj6" in chord.quality and bass == (root + 9) % 12:
        return Chord.of(bass, "min7")
    rootless = not low and 0 not in present
    return Chord(root, chord.intervals, bass) if low or (bass in chord and not rootless) else chord


def _power_chord(root: int, notes: NoteArrays) -> bool:
    """True when nothing but root and fifth sounds, and both are struck together: a power chord, no chord unfinished."""
    if {(int(pitch) - root) % 12 for pitch in notes.pitch} != {0, 7}:
        return False
    onsets = np.unique(notes.onset)
    return all(len(np.unique(notes.pitch[notes.onset == onset] % 12)) == 2 for onset in onsets)


def _chordal(notes: NoteArrays) -> tuple[NoteArrays, bool]:
    """The notes that are struck together with others, and the lowest; all notes, and False, where few are."""
    _, group, size = np.unique(notes.onset, return_inverse=True, return_counts=True)
    together = size[group] >= _FEWEST_TOGETHER
    if not together.any():
        # A broken chord that rings is one as well.
        return notes, _ringing(notes) >= _FEWEST_TOGETHER
    kept = together | (notes.pitch <= int(notes.pitch[together].min()))
    return NoteArrays(notes.onset[kept], notes.pitch[kept], notes.duration[kept], notes.velocity[kept]), True


def _ringing(notes: NoteArrays) -> int:
    """The most notes that sound at once."""
    sounds = (notes.onset[:, None] <= notes.onset[None]) & (notes.end[:, None] > notes.onset[None] + 0.06)
    return int(sounds.sum(axis=0).max())


def _spelled_in_a_line(root: int, family: str, present: set[int], notes: NoteArrays, bass: int) -> Chord:
    """The quality whose tones are exactly what sounds, when it has the same third; else the family."""
    third = {3, 4} & present
    if third and third == {3, 4} & {*QUALITIES[family]} and len(present) <= _MOST_IN_A_LINE:
        family = next((name for name, tones in QUALITIES.items() if {*tones} == present), family)
    chord = Chord.of(root, family)
    # Where a tune begins is no bass; a chord that is broken evenly stands on its lowest note, if that comes first.
    first, steps = int(notes.pitch[0]), np.diff(notes.onset)
    broken = len(present) >= 3 and all(root + place in chord for place in present)
    if first <= LOW or (broken and first == notes.pitch.min() and len(steps) > 3 and np.ptp(steps) < _EVEN):
        bass = first % 12
    return Chord.of(root, family, bass if bass in chord else None)


def _coloured(family: str, present: set[int]) -> set[int]:
    """Intervals of the family and of its colours that are present, as the names have them."""
    tones = set(QUALITIES[family]) | (present & set(_COLOURS.get(family, ())))
    if family == "min" and 5 in tones and not tones & {10, 11}:
        tones.discard(5)
    if family in ("maj", "min") and 10 in tones:
        tones.discard(11)
    if family == "maj" and 6 in tones and 11 not in tones:
        tones.discard(6)
    if 4 in tones and 10 in tones and 9 in tones and not tones & {1, 3}:
        tones.add(2)  # a thirteenth stands on a ninth
    if family == "min7" and 5 in tones and 2 in tones:
        tones.discard(9)
    return tones


def _on_the_bass(root: int, bass: int, present: set[int]) -> Chord | None:
    """The chord read from its bass, where that has a third or is a suspension; None where it is only a pedal."""
    from_bass = {(place + root - bass) % 12 for place in present} | {0}
    if from_bass & {3, 4} and from_bass & {7, 10, 11}:
        family = family_of(tuple(from_bass | {7}))
        return Chord.spelled(bass, _coloured(family, from_bass))
    if {5, 10} <= from_bass:
        return Chord.spelled(bass, {0, 5, 7, 10} | (from_bass & {2, 9}))
    return None
