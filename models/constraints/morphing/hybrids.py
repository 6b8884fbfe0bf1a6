"""Music between two clips: the rhythm of one with the harmony and the line of the other, in one key.

A hybrid takes its figure (onsets, lengths, velocities) whole from one clip, bar for bar, so that no bar is emptier than
its model, and stands in the key of one of them: the other clip is moved there, tonic to tonic, or, of a major and a
minor clip, to the key with the same signature. Its pitches are the figure's own in the other's key, or those that the
other clip has at each place, or the figure's own, bar by bar moved along the scale to where the other's bar begins.
In a line no pitch class sounds that neither clip has. How it rests, closes and leads on is said in ``endings``.

Offers: ``hybrids``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from statistics import median

from models.analysis.arrays import NoteArrays
from models.analysis.key import RankedKey, find_key, find_scale
from models.constraints.morphing.by_notes import PUSHED, by_notes, hits_of, place_of
from models.constraints.morphing.endings import FIFTH, LOW, closed, joined, leading, nearest, settled
from models.music.beats import strength
from models.music.chord import TimedChord, chord_at
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import PARTS, part_of
from models.music.note import Note
from models.music.scale import Scale

Notes = tuple[Note, ...]

_STRONG = 0.5
"""Metrical strength from which a note of a line belongs to a chord that the user gives."""

_HOME = 8.0
"""How much likelier a key is for a clip that begins on its tonic; a loop's key is often the relative one's in pitch
classes alone."""

_RETURN = 10.0
"""How much likelier for a tune that ends on its tonic."""

_ROOT = 9.0
"""How much likelier for a bass that begins on it, as that is the first chord's root."""

_LIKELY = 0.05
"""Of the likeliest key's confidence: what another one needs at least, which holds as many of the notes."""

_DEEP = 16
"""How much worse a bass's pitch is below both clips than above them."""

_BELOW = 2
"""How much worse a tune's is there."""

_THIRD = 8
"""How much worse a bar is that begins a third below where the other's does."""

_CUTS = (1 / 4, 1 / 2, 3 / 4)
"""Where the way changes in which a step is made."""

_RESTS = 1.25
"""Beats from which a line's last note, with the silence behind it, is the end of a phrase and not a way on."""


def hybrids(
    first: Clip,
    second: Clip,
    *,
    drums: bool,
    chords: Sequence[TimedChord] = (),
    scale: Scale | None = None,
    halves: bool = False,
) -> list[Notes]:
    """Every hybrid of two clips of one length that is neither of them, each once; a figure of the first comes first.

    chords  the harmony that all of them hold to, where the user gives it; it begins again where it is shorter
    scale   the one that they stand in, where the user gives it
    halves  also those of which one part, a half or of all but beats a quarter, is made so and the other so
    """
    ends = [first.notes, second.notes]
    if drums:
        found = _beats(first, second, halves=halves)
    else:
        told = [_Clothed(clip) for clip in (first, second)]
        found = []
        for figure, other in (told, told[::-1]):
            for key in (scale,) if scale else (other.scale, figure.scale):
                found += _Between(figure, other, key, chords).all(halves=halves)
    return [notes for notes in dict.fromkeys(found) if notes and notes not in ends]


class _Clothed:
    """A clip with the scale that it is in."""

    def __init__(self, clip: Clip) -> None:
        self.clip, self.scale = clip, _home(clip)
        self.minor = _is_minor(self.scale)
        self.comes_home = _ends_on(clip) == self.scale.root

    def in_key(self, key: Scale, *, minor: bool) -> tuple[Clip, int]:
        """The clip in another scale by its degrees, and the tonic that it has there."""
        own = self.scale
        if self.minor != minor and own.root != key.root:  # the same signature, so that no chord changes its kind
            root = key.root + (3 if minor else 9)
            key = Scale.from_intervals(root, [each - root for each in key.classes])
        moved = (note.moved(pitch=max(0, min(127, _by_degree(note.pitch, own, key)))) for note in self.clip.notes)
        return (self.clip if own == key else self.clip.with_notes(moved)), key.root


class _Between:
    """The figure of one clip with the music of the other, in the key of one of them."""

    def __init__(self, figure: _Clothed, other: _Clothed, key: Scale, given: Sequence[TimedChord]) -> None:
        minor = _is_minor(key)
        self.figure, home = figure.in_key(key, minor=minor)
        self.other, there = other.in_key(key, minor=minor)
        self.home = key.root if key.root in (home, there) else home
        if figure.comes_home != other.comes_home:  # the close is that one's
            self.home = home if figure.comes_home else there
        self.itself = key != figure.scale
        self.hits, self.given = hits_of(self.figure.notes), given
        self.comes_home = figure.comes_home, other.comes_home
        pitches = [note.pitch for clip in (figure.clip, other.clip) for note in clip.notes]
        self.reach = min(pitches), max(pitches)
        self.is_line = max(map(len, self.hits)) == 1
        self.is_bass = self.is_line and median(pitches) < LOW
        self.deep = _DEEP if self.is_bass else _BELOW
        heard = {note.pitch % 12 for clip in (self.figure, self.other) for note in clip.notes}
        self.scale, self.pool = key, Scale.from_intervals(key.root, [each - key.root for each in heard if each in key])
        told = {pitch % 12 for pitch in pitches}
        # A chord keeps its kind, and in a scale that is asked for all of it may sound.
        self.told = told if self.is_line and key in (figure.scale, other.scale) else set(range(12))
        self.instead = told if figure.scale.root == other.scale.root else told & heard
        rise = median(note.pitch for note in other.clip.notes) - median(note.pitch for note in self.figure.notes)
        self.octaves = 12 * round(rise / 12)

    def all(self, *, halves: bool) -> list[Notes]:
        """Every way to make it, in the register of either clip."""
        found, length = [], self.figure.length
        for octave in dict.fromkeys((0, self.octaves)):
            own = [note.moved(pitch=max(0, min(127, note.pitch + octave))) for hit in self.hits for note in hit]
            made = [by_notes(self.hits, self.other)]
            made += [own] if self.itself else []
            made += [self._by_bars(octave)] if self.is_line else []
            for cut, (one, other) in product(_CUTS if halves else (), ((own, made[0]), (made[0], own))):
                parts = [n for n in one if n.onset < cut * length], [n for n in other if n.onset >= cut * length]
                made.append(joined(*parts, reach=self.reach) if self.is_line else [*parts[0], *parts[1]])
            found += [self._finished(notes) for notes in made]
        return found

    def _by_bars(self, octave: int) -> list[Note]:
        """Each bar of the figure moved along the scale, so that it begins on the pitch class on which the other's does,
        in the octave that lies within the clips' reach and goes on from the bar before.
        """
        span, there = self.figure.metre.bar, hits_of(self.other.notes)
        bars: dict[int, list[Note]] = {}
        for note in (note for hit in self.hits for note in hit):
            bars.setdefault(int((note.onset + PUSHED) / span), []).append(note)
        moved: list[Note] = []
        for number, bar in bars.items():
            start, goal = bar[0].pitch, there[place_of(number * span, there, self.other)][0].pitch
            goal += 12 * round((start + octave - goal) / 12)
            goals = [goal + other for other in (0, 12, -12)]
            goals += [self.scale.step(each, -2) for each in goals] if not self.is_bass else []  # its third, if need be
            ways = [self._along(bar, start, max(0, min(127, each))) for each in goals]
            strains = [self._strain(way, moved, start + octave) + _THIRD * (at > 2) for at, way in enumerate(ways)]
            moved += ways[strains.index(min(strains))]
        return moved

    def _along(self, notes: Sequence[Note], start: int, goal: int) -> list[Note]:
        """Notes moved along the scale by the steps from one pitch to another; what lies outside keeps its distance."""
        steps, moved = len(self.scale.pitches(0, goal)) - len(self.scale.pitches(0, start)), []
        for note in notes:
            degree = self.scale.nearest(note.pitch)
            pitch = max(0, min(127, self.scale.step(degree, steps) + note.pitch - degree))
            moved.append(note.moved(pitch=self.pool.nearest(pitch) if note.pitch == degree else pitch))
        return moved

    def _strain(self, notes: Sequence[Note], before: Sequence[Note], home: int) -> float:
        """How far notes lie beyond both clips' reach, from what goes before and from where they were."""
        low, high = self.reach
        beyond = sum(self.deep * max(0, low - note.pitch) + max(0, note.pitch - high) for note in notes)
        leap = abs(notes[0].pitch - before[-1].pitch) if before else 0
        far = 0 if self.is_bass else max(0, leap - FIFTH)
        return 4 * beyond + leap + 4 * far + abs(notes[0].pitch - home) / 2

    def _finished(self, notes: list[Note]) -> Notes:
        told = [note.pitch if note.pitch % 12 in self.told else nearest(note.pitch, self.instead) for note in notes]
        notes = [note.moved(pitch=pitch) for note, pitch in zip(notes, told, strict=True)]
        if self.given:
            notes = [self._on_chord(note, len(hit), rank) for hit in hits_of(notes) for rank, note in enumerate(hit)]
        unique = {(round(note.onset, 4), note.pitch): note for note in self._in_reach(self._ended(notes))}
        return without_overlaps(list(unique.values()), self.other.length)

    def _on_chord(self, note: Note, voices: int, rank: int) -> Note:
        """One of so many voices struck together (``rank`` from below), on the chord given where it is heard as that."""
        chord = chord_at(self.given, (note.onset + PUSHED) % self.given[-1].end)
        if chord is None or not (voices > 1 or strength(note.onset, self.figure.metre) >= _STRONG):
            return note
        tones = (chord.root,) if voices > 1 and rank == 0 else tuple(chord.classes)
        return note.moved(pitch=nearest(note.pitch, tones))

    def _in_reach(self, notes: list[Note]) -> list[Note]:
        """In the octave that lies within the two clips' reach, first of all not below it."""
        low, high = self.reach

        def beyond(octave: int) -> int:
            pitches = [note.pitch + octave for note in notes]
            return sum(self.deep * max(0, low - pitch) + max(0, pitch - high) for pitch in pitches)

        octave = min((0, 12, -12), key=beyond)
        return [note.moved(pitch=max(0, min(127, note.pitch + octave))) for note in notes]

    def _ended(self, notes: list[Note]) -> list[Note]:
        """A line with its rests, its last note and what leads on put right; of chords nothing changes.

        It closes on the tonic where both clips do, a tune where the figure's does, what rests there where one does;
        else it rests on a tone of the tonic's chord.
        """
        if not self.is_line or not notes:
            return notes
        if self.given:
            chord = chord_at(self.given, notes[-1].onset % self.given[-1].end)
            return [*notes[:-1], notes[-1].moved(pitch=nearest(notes[-1].pitch, chord.classes))] if chord else notes
        tonic = [each for each in (0, 3, 4, 7) if (self.home + each) % 12 in self.pool.classes]
        if self.is_bass:
            notes = leading(notes, (self.figure, self.other), self.pool)
        else:
            notes = settled(notes, self.other.length, self.home, self.pool)
        tones = [(self.home + each) % 12 for each in tonic]
        last = self.other.length - notes[-1].onset
        if last >= _RESTS or all(self.comes_home) or (self.comes_home[0] and not self.is_bass):
            return closed(notes, tones[:1] if any(self.comes_home) else tones, self.reach)
        return notes


def _by_degree(pitch: int, before: Scale, after: Scale) -> int:
    """The same degree of the other scale, in the register where it was; what lies outside keeps its distance."""
    shift = (after.root - before.root + 6) % 12 - 6
    lower = before.nearest(pitch)
    degrees = sorted((pitch_class - before.root) % 12 for pitch_class in before.classes)
    others = sorted((pitch_class - after.root) % 12 for pitch_class in after.classes)
    if len(degrees) != len(others):
        return after.nearest(pitch + shift)
    change = others[degrees.index((lower - before.root) % 12)] - (lower - before.root) % 12
    return pitch + shift + change


def _home(clip: Clip) -> Scale:
    """The scale that a clip is in: of those that its pitch classes may mean the one on whose tonic it begins or ends.

    It has all its degrees: where the clip uses but five or six of them, those of its key.
    """
    first, ends = hits_of(clip.notes)[0][0], _ends_on(clip)
    begun, ended = (_ROOT, _HOME) if median(note.pitch for note in clip.notes) < LOW else (_HOME, _RETURN)
    opens = first.pitch % 12 if first.onset < PUSHED or begun == _ROOT else None  # a tune's upbeat is on its way
    keys = find_key(clip) or (RankedKey(Scale.parse("C"), 1.0),)
    foreign = [sum(note.pitch not in key.scale for note in clip.notes) for key in keys]
    likely = [
        key
        for key, strange in zip(keys, foreign, strict=True)
        if key.confidence >= _LIKELY * keys[0].confidence and strange <= foreign[0]
    ]
    key = max(likely, key=lambda key: key.confidence * (1 + begun * (key.tonic == opens) + ended * (key.tonic == ends)))
    notes = NoteArrays.of(clip.notes)
    scale = find_scale(key, notes) if len(notes) else key.scale  # none that sounds where all are muted
    return scale if len(scale.classes) >= len(key.scale.classes) else key.scale


def _is_minor(scale: Scale) -> bool:
    """Whether a scale has a minor third, or the minor second of modes that are like it (phrygian dominant)."""
    return bool(scale.mask & 0b1010)


def _ends_on(clip: Clip) -> int:
    """The pitch class of the last note, of several the lowest."""
    return hits_of(clip.notes)[-1][0].pitch % 12


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
