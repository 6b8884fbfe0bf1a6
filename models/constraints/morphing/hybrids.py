"""Music between two clips: the rhythm of one with the harmony and the line of the other, in one key.

A hybrid takes its figure (onsets, lengths, velocities, its rise and fall) whole from one clip, bar for bar, so that no
bar is emptier than its model. Its pitches are those of a key: the figure's own, moved to the other clip's key by
degrees, or, further along, fitted to the chord or the notes that the other clip has at each place, or one half so and
the other half so. So each hybrid has one key, one touch and one figure. No note sounds that neither clip has in that
key. A line closes on the key's tonic where both clips close on theirs, else on the chord that its harmony closes on.

Offers: ``hybrids``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from statistics import median

from models.analysis.arrays import NoteArrays
from models.analysis.chords import find_chords
from models.analysis.key import RankedKey, find_key, find_scale
from models.constraints.lines import struck_together
from models.music.beats import strength
from models.music.chord import TimedChord, chord_at
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import PARTS, part_of
from models.music.note import Note
from models.music.scale import Scale

Notes = tuple[Note, ...]

_PUSHED = 0.25
"""Beats by which an onset comes early and belongs to what follows."""

_SOON = 0.5
"""Beats after a beat on which a clip rests, and before what it plays there off the beat."""

_ROUND = 9
"""Semitones up to which a line goes round a note; what leaps farther is not meant as that."""

_STRONG = 0.5
"""Metrical strength from which a note of a line belongs to the chord."""

_HOME = 3.0
"""How much likelier a key is each for a clip that opens or ends on its tonic; a loop's key is often the relative one's
in pitch classes alone."""

_STEP = 2
"""Semitones up to which two tonics are near: then a figure may stay where it is, its tonic alone going to the other."""


def hybrids(
    first: Clip, second: Clip, *, drums: bool, chords: Sequence[TimedChord] = (), halves: bool = False
) -> list[Notes]:
    """Every hybrid of two clips of one length that is neither of them, each once; a figure of the first comes first.

    chords  the harmony that all of them hold to, where the user gives it; it begins again where it is shorter
    halves  also those of which one half is made so and the other half so
    """
    ends = [first.notes, second.notes]
    if drums:
        found = _beats(first, second, halves=halves)
    else:
        found = []
        for figure, other in ((first, second), (second, first)):
            dressed = _Dressed(figure, other, chords)
            found += [dressed.by_notes(), *(dressed.by_harmony(*how) for how in product(dressed.how, (False, True)))]
            found += dressed.by_halves() if halves else []
    return [notes for notes in dict.fromkeys(found) if notes and notes not in ends]


class _Dressed:
    """The figure of one clip in the other's harmony."""

    def __init__(self, figure: Clip, other: Clip, given: Sequence[TimedChord]) -> None:
        self.figure, self.other = figure, other
        self.hits = _hits(figure.notes)
        keys = [_home(clip) for clip in (figure, other)]
        self.before, self.scale = (_seven(key, clip) for key, clip in zip(keys, (figure, other), strict=True))
        heard = {note.pitch % 12 for clip in (figure, other) for note in clip.notes}
        used = [pitch_class for pitch_class in self.scale.classes if pitch_class in heard]
        self.pool = Scale.from_intervals(self.scale.root, [pitch_class - self.scale.root for pitch_class in used])
        self.chords, self.given = given or find_chords(other), bool(given)
        self.comes_home = all(_ends_on(clip) == key.tonic for key, clip in zip(keys, (figure, other), strict=True))
        apart = abs((self.scale.root - self.before.root + 6) % 12 - 6)
        self.how = ("near", "degree", "chords") if apart <= _STEP else ("degree", "chords")
        rise = median(note.pitch for note in other.notes) - median(note.pitch for note in figure.notes)
        self.octaves = 12 * round(rise / 12)

    def by_notes(self) -> Notes:
        """With the other's notes."""
        return self._finished(_by_notes(self.hits, self.other))

    def by_harmony(self, how: str, there: bool) -> Notes:
        """In the other's key ("near": each note goes to its nearest; "degree": to its degree) or on its "chords".

        The tonic goes to the tonic either way.

        there: in the other's register
        """
        notes: list[Note] = []
        for hit in self.hits:
            for rank, note in enumerate(hit):
                moved = self._near(note.pitch) if how == "near" else self._by_degree(note.pitch)
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
        wanted = (chord.root,) if is_bass else tuple(chord.classes)
        allowed = wanted if self.given else [pitch_class for pitch_class in wanted if pitch_class in self.pool]
        return note.moved(pitch=_nearest(note.pitch, allowed))

    def by_halves(self) -> list[Notes]:
        """One half with the other's notes, the other half in its key by degrees, and the other way round."""
        whole, half = (self.by_notes(), self.by_harmony("degree", there=True)), self.figure.length / 2
        pairs = (whole, whole[::-1])
        return [
            self._finished([*(n for n in one if n.onset < half), *(n for n in other if n.onset >= half)])
            for one, other in pairs
        ]

    def _near(self, pitch: int) -> int:
        home = self.scale.root if pitch % 12 == self.before.root else None
        return self.pool.nearest(pitch) if home is None else _nearest(pitch, (home,))

    def _by_degree(self, pitch: int) -> int:
        return self.pool.nearest(max(0, min(127, _by_degree(pitch, self.before, self.scale))))

    def _finished(self, notes: list[Note]) -> Notes:
        if self.given:
            notes = [self._on_chord(note, len(hit), rank) for hit in _hits(notes) for rank, note in enumerate(hit)]
        unique = {(round(note.onset, 4), note.pitch): note for note in self._in_reach(self._closed(notes))}
        return without_overlaps(list(unique.values()), self.other.length)

    def _in_reach(self, notes: list[Note]) -> list[Note]:
        """In the octave that lies within the two clips' reach; of a line no note is lower than both clips go."""
        pitches = [note.pitch for clip in (self.figure, self.other) for note in clip.notes]
        low, high = min(pitches), max(pitches)

        def beyond(octave: int) -> int:
            return sum(max(0, low - note.pitch - octave, note.pitch + octave - high) for note in notes)

        octave = min((0, 12, -12), key=beyond)
        moved = [note.moved(pitch=max(0, min(127, note.pitch + octave))) for note in notes]
        if max(len(hit) for hit in self.hits) > 1:
            return moved
        return [note.moved(pitch=note.pitch + 12) if low - 12 <= note.pitch < low else note for note in moved]

    def _closed(self, notes: list[Note]) -> list[Note]:
        """The last note of a line is the tonic's where both clips' are, else of the other's last chord, or its tonic.

        Of chords nothing changes.
        """
        if max(len(hit) for hit in self.hits) > 1 or not notes:
            return notes
        last = notes[-1]
        chord = chord_at(self.chords, last.onset)
        if self.comes_home or chord is None:
            home: Sequence[int] = (self.scale.root,)
        else:
            home = tuple(chord.classes) if self.given else [one for one in chord.classes if one in self.pool]
        return [*notes[:-1], last.moved(pitch=_nearest(last.pitch, home))]


def _by_notes(hits: Sequence[Sequence[Note]], other: Clip) -> list[Note]:
    """The pitches that the other clip has at each place: the lowest for the lowest, the highest for the highest.

    A chord takes what the other breaks up while it lasts; a broken chord breaks up what the other strikes at once. What
    a line has more notes of, while the other has one, goes round that one as it does in the line, among the other's.
    """
    clothes = _hits(other.notes)
    starts = [min(note.onset for note in hit) for hit in clothes]
    among_all = {note.pitch for note in other.notes}
    dressed: list[Note] = []
    stands: tuple[object, int] = (None, 0)
    for number, hit in enumerate(hits):
        onset = min(note.onset for note in hit)
        place = _place(onset, clothes, other)
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
        if len(hit) == len(wanted) == 1:
            where = (place, onset < starts[place])  # what comes early stands for itself
            stands = stands if stands[0] == where else (where, hit[0].pitch)
            rise = hit[0].pitch - stands[1]
            wanted = [_nearest_of(among_all, wanted[0] + rise)] if abs(rise) <= _ROUND else wanted
        most = len(wanted) - 1
        dressed += [
            note.moved(pitch=wanted[round(rank * most / (among - 1)) if among > 1 else most])
            for note, rank in zip(hit, ranks, strict=True)
        ]
    return dressed


def _place(onset: float, hits: Sequence[Sequence[Note]], clip: Clip) -> int:
    """Which of the hits sounds at an onset: the last that has begun, or, on a beat where it's over, one just after."""
    place = max((place for place, hit in enumerate(hits) if hit[0].onset <= onset + _PUSHED), default=0)
    if place + 1 < len(hits):
        after = hits[place + 1][0].onset
        is_over = max(note.end for note in hits[place]) <= onset and after - onset <= _SOON
        if is_over and strength(onset, clip.metre) > strength(after, clip.metre):
            return place + 1
    return place


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
    near = [other for other in range(max(0, pitch - 11), min(127, pitch + 11) + 1) if other % 12 in classes]
    return _nearest_of(near, pitch) if near else pitch


def _nearest_of(pitches: Iterable[int], pitch: int) -> int:
    return min(pitches, key=lambda other: (abs(other - pitch), other))


def _home(clip: Clip) -> RankedKey:
    """The key of a clip: of those that its pitch classes may mean the one on whose tonic it opens or ends."""
    opens, ends = min(_hits(clip.notes)[0], key=lambda note: note.pitch).pitch % 12, _ends_on(clip)
    keys = find_key(clip) or (RankedKey(Scale.parse("C"), 1.0),)
    return max(keys, key=lambda key: key.confidence * (1 + _HOME * (key.tonic == opens) + _HOME * (key.tonic == ends)))


def _ends_on(clip: Clip) -> int:
    """The pitch class of the last note, of several the lowest."""
    return _hits(clip.notes)[-1][0].pitch % 12


def _seven(key: RankedKey, clip: Clip) -> Scale:
    """The scale that a clip is in, with all its degrees: where it uses but five or six of them, those of its key."""
    notes = NoteArrays.of(clip.notes)
    scale = find_scale(key, notes) if len(notes) else key.scale  # none that sounds where all are muted
    return scale if scale.root == key.tonic and len(scale.classes) >= len(key.scale.classes) else key.scale


def _hits(notes: Sequence[Note]) -> list[list[Note]]:
    """What is struck together, each group from its lowest note up."""
    return [[notes[place] for place in group] for group in struck_together(notes)]


def _beats(first: Clip, second: Clip, *, halves: bool) -> list[Notes]:
    """Each layer (kick, snare, toms, cymbals) whole from one beat or from the other, equal shares first.

    In halves: kick and snare change places half-way.
    """
    parts, half = list(PARTS), second.length / 2
    layers: list[dict[str, list[Note]]] = [{part: [] for part in parts} for _ in range(2)]
    for clip, own in zip((first, second), layers, strict=True):
        for note in clip.notes:
            own[part_of(note.pitch) or parts[-1]].append(note)
    found, answers = [], []
    for way in sorted(product((0, 1), repeat=len(parts)), key=lambda way: (sum(way) * 2 != len(way), way)):
        mixed = [note for part, one in zip(parts, way, strict=True) for note in layers[one][part]]
        found += [without_overlaps(mixed, second.length)] if 0 < sum(way) < len(way) else []
        if halves and way[0] != way[1]:
            later = (way[1], way[0], *way[2:])
            turned = [note for part, one in zip(parts, later, strict=True) for note in layers[one][part]]
            both = [*(n for n in mixed if n.onset < half), *(n for n in turned if n.onset >= half)]
            answers.append(without_overlaps(both, second.length))
    return found + answers
