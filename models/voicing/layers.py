"""Layers: what of a clip is the tune on top, the bass below, and what lies between them and may be voiced.

A pianist's left hand keeps its bass and the right hand its tune, however the chords between are laid out. A tune is a
line above the rest that moves while a chord lasts and leaves chords behind when it is taken away; a bass is what lies
lowest under a chord, in the register of a bass. Clips of bare chords have neither, or a bass alone.

Offers: ``Layers`` (``of``), ``Hit``, ``hits_of``, ``during``, ``EARLY``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from models.analysis.arrays import NoteArrays
from models.analysis.voices import melody_line
from models.constraints.lines import struck_together
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.music.note import Note

EARLY = 0.08
"""Beats by which a hand strikes before the time of its chord."""

HIGHEST_BASS = 52
"""Where the usual lowest note of a clip's chords lies higher, the chords stand alone: no hand plays a bass."""

_CLEAR_OF_IT = 3
"""Semitones that a bass note lies below what is struck with it."""
_FIFTH, _OCTAVE = 7, 12
_HIGH, _RINGS, _LONGER = HIGHEST_BASS + _FIFTH, 0.1, 1.5
"""Where a bass may lie now and then; beats by which one may ring over the next; how much longer than the chord above
it an octave lasts that is the bass's.
"""
_STRUCK_ALONE = 2
"""Notes struck with one of the line (at most one other) that leave it a line; more, and it is the top of a chord."""
_MOVES = 1.2
"""Notes of a line for each chord from which it is a tune."""
_ABOVE = 5
_LEFT = 0.6
"""Share of the chords that have two classes without the tune, at least."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What is struck together, strummed or rolled: the notes, lowest first."""

    notes: tuple[Note, ...]

    @property
    def classes(self) -> frozenset[int]:
        """The pitch classes struck."""
        return frozenset(note.pitch % 12 for note in self.notes)

    @property
    def onset(self) -> float:
        """When its first note begins, beats."""
        return min(note.onset for note in self.notes)


def hits_of(notes: Iterable[Note]) -> list[Hit]:
    """The notes, grouped into what is struck, strummed or rolled together."""
    ordered = sorted(notes, key=lambda note: note.order)
    return [Hit(tuple(ordered[place] for place in group)) for group in struck_together(ordered)]


@dataclass(frozen=True, slots=True)
class Layers:
    """The sounding notes of a clip, parted; each note in one layer."""

    tune: tuple[Note, ...]
    bass: tuple[Note, ...]
    middle: tuple[Note, ...]

    @classmethod
    def of(cls, clip: Clip, chords: Sequence[TimedChord], *, low: bool = True) -> Layers:
        """The layers of a clip whose harmony is known; ``low`` False: the bass is part of the chords."""
        notes = [note for note in clip.notes if not note.mute]
        tune = _tune(notes, chords)
        rest = [note for note in notes if note not in tune]
        bass = _bass(rest, chords) if low else set()
        line = tuple(sorted(tune, key=lambda note: note.order))
        return cls(line, tuple(n for n in rest if n in bass), tuple(n for n in rest if n not in bass))


def during(notes: Sequence[Note], timed: TimedChord) -> list[Note]:
    """The notes that begin while a chord lasts; a hair early counts."""
    return [note for note in notes if timed.onset - EARLY <= note.onset < timed.end - EARLY]


def _tune(notes: Sequence[Note], chords: Sequence[TimedChord]) -> set[Note]:
    """The notes of the tune; none where the highest line is but the top of the chords, or all there is."""
    if not notes or not chords:
        return set()
    ordered = sorted(notes, key=lambda note: (note.onset, note.pitch, note.duration, note.velocity))
    beside = {note: len(hit.notes) for hit in hits_of(notes) for note in hit.notes}
    line = [ordered[place] for place in melody_line(NoteArrays.of(ordered))]
    tune = set(line)
    rest = [note for note in notes if note not in tune]
    alone = sum(beside[note] <= _STRUCK_ALONE for note in line)
    if not rest or len(line) < _MOVES * len(chords) or 2 * alone <= len(line):
        return set()
    if fmean(note.pitch for note in tune) - fmean(note.pitch for note in rest) < _ABOVE:
        return set()
    moving = sum(len({note.pitch for note in during(list(tune), timed)}) > 1 for timed in chords)
    full = 0
    for timed in chords:
        below = during(rest, timed)
        above = [note for note in below if note.pitch > min(note.pitch for note in below)]
        full += len({note.pitch % 12 for note in above}) >= 2
    return tune if 2 * moving >= len(chords) and full >= _LEFT * len(chords) else set()


def _bass(notes: Sequence[Note], chords: Sequence[TimedChord]) -> set[Note]:
    """The bass notes: under each chord the lowest pitch, its octave, and notes within a fifth, as far below all."""
    stretches = [inside for timed in chords if (inside := during(notes, timed))]
    if not stretches or median(min(note.pitch for note in inside) for inside in stretches) > HIGHEST_BASS:
        return set()
    if all(_is_one_hand(inside) for inside in stretches):
        return set()
    bass: set[Note] = set()
    for inside in stretches:
        lowest, onset = min(note.pitch for note in inside), min(note.onset for note in inside)
        if lowest > HIGHEST_BASS and (lowest > _HIGH or any(note.end > onset + _RINGS for note in bass)):
            continue  # the bass of before rings on, or rests
        hits = hits_of(inside)
        broken = all(len(hit.notes) == 1 for hit in hits)  # then a low note is but the arpeggio's next
        for hit in hits:
            low, *above = hit.notes
            apart = above[0].pitch - low.pitch if above else _FIFTH - broken
            reach = _FIFTH if apart >= _FIFTH else 0
            held = apart >= _FIFTH or low.duration > _LONGER * max((note.duration for note in above), default=0.0)
            octave = held and not broken and low.pitch == lowest + _OCTAVE
            if apart >= _CLEAR_OF_IT and (octave or low.pitch <= lowest + reach) and low.pitch <= _HIGH:
                bass.add(low)
                if len(above) > _STRUCK_ALONE and apart == _OCTAVE and above[1].pitch - above[0].pitch > _ABOVE:
                    bass.add(above[0])  # a left hand's octave
    return bass


def _is_one_hand(inside: Sequence[Note]) -> bool:
    """Are all notes of a chord struck together, within an octave? Then the lowest is no bass of its own."""
    hits = hits_of(inside)
    return all(len(hit.notes) > 2 and hit.notes[-1].pitch - hit.notes[0].pitch <= _OCTAVE for hit in hits)
