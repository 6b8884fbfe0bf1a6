"""Music between two clips: the rhythm of one with the harmony and the line of the other, in one key.

A hybrid takes its figure (onsets, lengths, velocities, its rise and fall) whole from one clip, bar for bar, so that no
bar is emptier than its model. Its pitches are those of a key: the figure's own, moved to the other clip's key by
degrees, or, further along, fitted to the chord or the notes that the other clip has at each place. So each hybrid has
one key, one touch and one figure, and closes on the chord that its harmony closes on.

Offers: ``hybrids``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from statistics import median

from models.analysis.arrays import NoteArrays
from models.analysis.chords import find_chords
from models.analysis.key import find_key, find_scale
from models.constraints.lines import struck_together
from models.music.beats import strength
from models.music.chord import TimedChord, chord_at
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import lane_of
from models.music.note import Note
from models.music.scale import Scale

Notes = tuple[Note, ...]

_PUSHED = 0.25
"""Beats by which an onset comes early and belongs to what follows."""

_STRONG = 0.5
"""Metrical strength from which a note of a line belongs to the chord."""

_HOW = ("near", "degree", "chords")
_FIRMER = 0.6
"""Factor of the lengths of what keeps a clip's own notes, towards the other's touch."""


def hybrids(first: Clip, second: Clip, *, drums: bool, chords: Sequence[TimedChord] = ()) -> list[Notes]:
    """Every hybrid of two clips of one length that is neither of them, each once; a figure of the first comes first.

    chords  the harmony that all of them hold to, where the user gives it; it begins again where it is shorter
    """
    ends = [first.notes, second.notes]
    if drums:
        found = _beats(first, second)
    else:
        found = []
        for figure, other in ((first, second), (second, first)):
            dressed = _Dressed(figure, other, chords)
            found += [dressed.by_notes(), *(dressed.by_harmony(*how) for how in product(_HOW, (False, True)))]
            found += [] if chords else [dressed.touched()]
    return [notes for notes in dict.fromkeys(found) if notes and notes not in ends]


class _Dressed:
    """The figure of one clip in the other's harmony."""

    def __init__(self, figure: Clip, other: Clip, given: Sequence[TimedChord]) -> None:
        self.figure, self.other = figure, other
        self.hits = _hits(figure.notes)
        self.before, self.scale = _scale(figure), _scale(other)
        self.chords, self.given = given or find_chords(other), bool(given)
        rise = median(note.pitch for note in other.notes) - median(note.pitch for note in figure.notes)
        self.octaves = 12 * round(rise / 12)
        gates = [median(note.duration for note in clip.notes) for clip in (figure, other)]
        self.shorter = gates[1] < gates[0]

    def by_notes(self) -> Notes:
        """With the other's notes."""
        return self._finished(_by_notes(self.hits, self.other))

    def by_harmony(self, how: str, there: bool) -> Notes:
        """In the other's key ("near": each note goes to its nearest; "degree": to its degree) or on its "chords".

        there: in the other's register
        """
        notes: list[Note] = []
        for hit in self.hits:
            for rank, note in enumerate(hit):
                moved = (
                    self.scale.nearest(note.pitch) if how == "near" else _by_degree(note.pitch, self.before, self.scale)
                )
                pitch = max(0, min(127, moved + self.octaves * there))
                on_chord = how == "chords" and not self.given
                notes.append(
                    self._on_chord(note.moved(pitch=pitch), len(hit), rank) if on_chord else note.moved(pitch=pitch)
                )
        return self._finished(notes)

    def _on_chord(self, note: Note, voices: int, rank: int) -> Note:
        """One of so many voices struck together (``rank`` from below), on its chord where it is heard as that."""
        chord = chord_at(self.chords, (note.onset + _PUSHED) % self.chords[-1].end) if self.chords else None
        if chord is None or not (voices > 1 or strength(note.onset, self.figure.metre) >= _STRONG):
            return note
        is_bass = voices > 1 and rank == 0
        return note.moved(pitch=_nearest(note.pitch, (chord.root,) if is_bass else tuple(chord.classes)))

    def touched(self) -> Notes:
        """The figure as it is, with notes shorter or, where the other's are longer, towards the next onset."""
        if self.shorter:
            return tuple(note.moved(duration=note.duration * _FIRMER) for note in self.figure.notes)
        starts = [min(note.onset for note in hit) for hit in self.hits] + [self.figure.length]
        notes = []
        for hit, after in zip(self.hits, starts[1:], strict=True):
            for note in hit:
                longer = max(0.0, after - note.end) * _FIRMER
                notes.append(note.moved(duration=note.duration + longer))
        return without_overlaps(notes, self.other.length)

    def _finished(self, notes: list[Note]) -> Notes:
        if self.given:
            notes = [self._on_chord(note, len(hit), rank) for hit in _hits(notes) for rank, note in enumerate(hit)]
        unique = {(round(note.onset, 4), note.pitch): note for note in self._closed(notes)}
        return without_overlaps(list(unique.values()), self.other.length)

    def _closed(self, notes: list[Note]) -> list[Note]:
        """The last notes of a line close on the other clip's last chord, or its tonic; of chords nothing changes."""
        if max(len(hit) for hit in self.hits) > 1 or not notes:
            return notes
        last = notes[-1]
        chord = chord_at(self.chords, last.onset)
        home = tuple(chord.classes) if chord is not None else (self.scale.root,)
        return [*notes[:-1], last.moved(pitch=_nearest(last.pitch, home))]


def _by_notes(hits: Sequence[Sequence[Note]], other: Clip) -> list[Note]:
    """The pitches that the other clip has at each place: the lowest for the lowest, the highest for the highest.

    A chord takes what the other breaks up while it lasts; a broken chord breaks up what the other strikes at once.
    """
    clothes = _hits(other.notes)
    starts = [min(note.onset for note in hit) for hit in clothes]
    dressed: list[Note] = []
    for number, hit in enumerate(hits):
        onset = min(note.onset for note in hit)
        place = max((place for place, start in enumerate(starts) if start <= onset + _PUSHED), default=0)
        wanted = sorted({note.pitch for note in clothes[place]})
        if len(hit) > len(wanted):
            end = min((note.onset for note in hits[number + 1]), default=0) if number + 1 < len(hits) else other.length
            wanted = sorted({*wanted, *(note.pitch for note in other.notes if onset <= note.onset < end)})
        ranks, among = list(range(len(hit))), len(hit)
        if among == 1 < len(wanted):
            until = starts[place + 1] if place + 1 < len(starts) else other.length
            span = [one for many in hits for one in many if starts[place] - _PUSHED <= one.onset < until - _PUSHED]
            own = sorted({note.pitch for note in span})
            ranks, among = ([own.index(hit[0].pitch)], len(own)) if hit[0].pitch in own else (ranks, among)
        most = len(wanted) - 1
        dressed += [
            note.moved(pitch=wanted[round(rank * most / (among - 1)) if among > 1 else most])
            for note, rank in zip(hit, ranks, strict=True)
        ]
    return dressed


def _by_degree(pitch: int, before: Scale, after: Scale) -> int:
    """The same degree of the other scale, in the register where it was; what lies outside keeps its distance."""
    shift = (after.root - before.root + 6) % 12 - 6
    lower = before.nearest(pitch)
    degrees = sorted((pitch_class - before.root) % 12 for pitch_class in before.classes)
    others = sorted((pitch_class - after.root) % 12 for pitch_class in after.classes)
    if len(degrees) != len(others):
        return after.nearest(pitch + shift)
    change = others[degrees.index((lower - before.root) % 12)] - (lower - before.root) % 12
    return lower + shift + change


def _nearest(pitch: int, classes: Sequence[int]) -> int:
    """The pitch of one of the classes that is nearest, the lower one of two."""
    return min(
        (other for other in range(max(0, pitch - 11), min(127, pitch + 11) + 1) if other % 12 in classes),
        key=lambda other: (abs(other - pitch), other),
        default=pitch,
    )


def _scale(clip: Clip) -> Scale:
    keys = find_key(clip)
    return find_scale(keys[0], NoteArrays.of(clip.notes)) if keys else Scale.parse("C")


def _hits(notes: Sequence[Note]) -> list[list[Note]]:
    """What is struck together, each group from its lowest note up."""
    return [[notes[place] for place in group] for group in struck_together(notes)]


def _beats(first: Clip, second: Clip) -> list[Notes]:
    """Of two beats one gives kick and snare, or the kick alone, and the other the rest."""
    found = []
    for one, other in ((first, second), (second, first)):
        for lanes in (("kick", "snare"), ("kick",), ("snare",)):
            kept = [note for note in one.notes if lane_of(note.pitch) in lanes]
            rest = [note for note in other.notes if lane_of(note.pitch) not in lanes]
            found.append(without_overlaps([*kept, *rest], second.length))
    return found
