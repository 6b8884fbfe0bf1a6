"""Spans: a clip's stretches of one harmony, and the hits in which it is played between the clip's tune and its bass.

A span is a run of hits that need no other tones than its first. Where a clip is broken up into single notes, a span is
a chord that analysis found, and its hits play parts of it. What belongs to a tune on top or a bass below (``layers``)
is no part of a span: it stays as it is, and the span lies between.

Offers: ``Span``, ``OVER_A_BASS``, ``spans_of``, ``bass_under``, ``room_between``, ``held_above``, ``is_broken``,
``chord_of``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.analysis.chords import find_chords
from models.music.beats import TIGHT
from models.music.chord import QUALITIES, Chord, TimedChord, chord_at
from models.music.clip import Clip
from models.music.note import Note
from models.voicing.layers import EARLY, Hit, Layers, hits_of

_HELD_VELOCITY = 88
_BROKEN = 1.8
"""Pitch classes for each hit under which a clip is taken for a broken chord."""
OVER_A_BASS = 5
"""Semitones that the chords lie above a bass, at least."""
_OFF_BEAT = 2.0
"""Beats within which an off-beat chord follows its bass."""
_HOLDS = 0.75
"""Beats for which a note of a tune is held with a chord, at least."""
_LEGATO = 0.1
"""Beats by which a bass rings into the next chord without belonging to it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one harmony.

    onset, end  beats
    chord       with the bass that has to stay; its root where any tone may lie lowest
    hits        how it is played; empty for a chord that comes as a label: held
    broken      True where the hits are single notes that make up the chord together
    between     lowest and highest pitch that bass and tune leave it; None where there is neither
    tune        the pitches that a tune holds meanwhile
    over        the pitch of the bass that it stands on; None where no other voice plays one
    replaced    the chord that the hits play, where ``chord`` is to stand in its place
    """

    onset: float
    end: float
    chord: Chord
    hits: tuple[Hit, ...] = ()
    broken: bool = False
    between: tuple[int, int] | None = None
    replaced: Chord | None = None
    over: int | None = None
    tune: tuple[int, ...] = ()

    @property
    def pitches(self) -> tuple[int, ...]:
        """The different pitches of the hits, rising."""
        return tuple(sorted({note.pitch for hit in self.hits for note in hit.notes}))

    @property
    def classes(self) -> frozenset[int]:
        """The pitch classes of the hits."""
        return frozenset(tone for hit in self.hits for tone in hit.classes)


def spans_of(
    source: Clip | Sequence[TimedChord],
    *,
    chords: Sequence[TimedChord] = (),
    top_locked: bool = False,
    bass_locked: bool = False,
    whole: bool = False,
    bare: bool = False,
) -> list[Span]:
    """The spans of a clip or of a row of chords; a locked line begins a new span wherever it moves.

    chords  the clip's harmony where it is given; else it is found
    whole   the bass is part of the chords, as on a guitar
    bare    a tune on top is, too
    Among chords a hit of a single pitch class, a passing note, is no chord and is left out.
    """
    if not isinstance(source, Clip):
        return [Span(timed.onset, timed.end, timed.chord) for timed in source]
    heard = tuple(chords) or find_chords(source)
    everything = Layers((), (), tuple(note for note in source.notes if not note.mute))
    layers = everything if bare else Layers.of(source, heard, low=not whole)
    locked = (top_locked, bass_locked)
    found = _parted(source, heard, layers, locked, given=bool(chords))
    # A line alone has no chords between tune and bass: then it is one.
    return found or _parted(source, heard, everything, locked, given=bool(chords))


def _parted(
    source: Clip, heard: Sequence[TimedChord], layers: Layers, locked: tuple[bool, bool], *, given: bool
) -> list[Span]:
    """The spans of a clip between its layers; ``locked``: the top, the bass."""
    top_locked, bass_locked = locked
    hits = hits_of(layers.middle)
    broken = is_broken(hits)
    if broken and (top_locked or bass_locked):
        layers, hits = _inside(source, layers, top_locked=top_locked, bass_locked=bass_locked)
    if broken or given or layers.tune:
        return _by_chord(source, heard, hits, layers, broken)
    runs = _runs(hits, heard if layers.bass else (), top_locked=top_locked, bass_locked=bass_locked)
    onsets = [run[0].onset for run in runs] + [source.length]
    return [
        Span(
            onset,
            end,
            _heard_in(run, heard, layers),
            tuple(run),
            between=room_between(onset, end, layers),
            over=bass_under(onset, end, layers),
            tune=held_above(onset, end, layers.tune),
        )
        for run, onset, end in zip(runs, onsets, onsets[1:], strict=False)
    ]


def _inside(clip: Clip, layers: Layers, *, top_locked: bool, bass_locked: bool) -> tuple[Layers, list[Hit]]:
    """Of single notes a locked line is every one struck alone; what is struck within others may move in there."""
    whole = [hit for hit in hits_of(clip.notes) if len(hit.notes) > 1]
    outer = [(hit.notes[-1:] if top_locked else (), hit.notes[:1] if bass_locked else ()) for hit in whole]
    fixed = {note for tops, bottoms in outer for note in (*tops, *bottoms)}
    inner = (tuple(note for note in hit.notes if note in layers.middle and note not in fixed) for hit in whole)
    tune = (*layers.tune, *(note for tops, _ in outer for note in tops))
    bass = (*layers.bass, *(note for _, bottoms in outer for note in bottoms))
    return Layers(tune, bass, ()), [Hit(notes) for notes in inner if notes]


def _runs(hits: Sequence[Hit], heard: Sequence[TimedChord], *, top_locked: bool, bass_locked: bool) -> list[list[Hit]]:
    """The hits of more than one class, run by run: each run needs no tones but those of its first, over one root."""
    runs: list[list[Hit]] = []

    def root(hit: Hit) -> int | None:
        chord = chord_at(heard, hit.onset + EARLY)
        return chord.root if chord else None

    for hit in (hit for hit in hits if len(hit.classes) > 1):
        first = runs[-1][0] if runs else None
        moves = first is not None and (
            root(hit) != root(first)
            or top_locked
            and hit.notes[-1].pitch != first.notes[-1].pitch
            or bass_locked
            and hit.notes[0].pitch != first.notes[0].pitch
        )
        if first is not None and not moves and hit.classes <= first.classes:
            runs[-1].append(hit)
        else:
            runs.append([hit])
    return runs


def _heard_in(run: Sequence[Hit], heard: Sequence[TimedChord], layers: Layers) -> Chord:
    """The tones of a run's hits: on the root heard where a bass gives it, else on the one that explains them."""
    classes = frozenset().union(*(hit.classes for hit in run))
    sounding = chord_at(heard, run[0].onset + EARLY)
    if sounding is None or not (layers.bass or layers.tune):
        return chord_of(note.pitch for hit in run for note in hit.notes)
    return Chord(sounding.root, tuple(sorted((tone - sounding.root) % 12 for tone in classes)), sounding.root)


def is_broken(hits: Sequence[Hit]) -> bool:
    """Are the chords broken up into single notes?"""
    return bool(hits) and sum(len(hit.classes) for hit in hits) < _BROKEN * len(hits)


def bass_under(onset: float, end: float, layers: Layers) -> int | None:
    """The pitch of the first bass note that sounds while a span lasts, or of the one before an off-beat chord."""
    sounding = [note for note in layers.bass if note.onset < end - EARLY and note.end > onset + _LEGATO]
    before = [note for note in layers.bass if onset - _OFF_BEAT < note.onset <= onset + TIGHT]
    return next((note.pitch for note in (*before[-1:], *sounding)), None)


def held_above(onset: float, end: float, tune: Sequence[Note]) -> tuple[int, ...]:
    """The pitches that a tune holds, not only passes through, while a span lasts."""
    shared = ((note.pitch, min(note.end, end) - max(note.onset, onset)) for note in tune)
    return tuple(sorted({pitch for pitch, beats in shared if beats >= _HOLDS}))


def room_between(onset: float, end: float, layers: Layers) -> tuple[int, int] | None:
    """The room that bass and tune leave while a span lasts."""
    below = [note.pitch for note in layers.bass if note.onset < end - EARLY and note.end > onset + _LEGATO]
    # An off-beat chord stands over the bass of its beat, though that may be over.
    below += [note.pitch for note in layers.bass if onset - _OFF_BEAT < note.onset <= onset + TIGHT][-1:]
    above = [note.pitch for note in layers.tune if note.onset < end - TIGHT and note.end > onset + TIGHT]
    if not (layers.bass or layers.tune):
        return None
    return max(below, default=-OVER_A_BASS) + OVER_A_BASS, min(above, default=128) - 1


def _by_chord(clip: Clip, heard: Sequence[TimedChord], hits: Sequence[Hit], layers: Layers, broken: bool) -> list[Span]:
    """One span for each chord of the harmony; its tones are those of that chord that really sound."""
    starts = [0.0, *(timed.onset for timed in heard[1:])]
    spans = []
    for timed, onset, end in zip(heard, starts, [*starts[1:], clip.length], strict=True):
        inside = tuple(hit for hit in hits if onset - EARLY <= hit.onset < end - EARLY)
        classes = frozenset(tone for hit in inside for tone in hit.classes)
        tones = classes & timed.chord.classes or classes
        if not broken:
            # What is foreign to the chord stays as it is.
            own = (tuple(note for note in hit.notes if note.pitch % 12 in tones) for hit in inside)
            inside = tuple(Hit(notes) for notes in own if notes)
        if not inside or (len(tones) < 2 and (layers.tune or layers.bass)):
            continue
        root = timed.chord.root
        if root in tones or layers.bass:
            played = Chord(root, tuple(sorted((tone - root) % 12 for tone in tones)), root)
        else:
            played = chord_of(note.pitch for hit in inside for note in hit.notes if note.pitch % 12 in tones)
        room, below = room_between(onset, end, layers), bass_under(onset, end, layers)
        above = held_above(onset, end, layers.tune)
        spans.append(Span(onset, end, played, inside, broken, room, over=below, tune=above))
    return spans


def held(span: Span) -> Hit:
    """A chord that comes as a label, as one long note to be copied."""
    return Hit((Note(60, span.onset, span.end - span.onset, _HELD_VELOCITY),))


def chord_of(sounding: Iterable[int]) -> Chord:
    """The chord that pitches make: exactly their pitch classes, on the root that explains them best.

    The lowest note stays the bass only where it is foreign to the chord (F/G); an inversion counts as a way of playing.
    """
    pitches = sorted(sounding)
    classes = frozenset(pitch % 12 for pitch in pitches)
    lowest = pitches[0] % 12

    def explains(pair: tuple[int, str]) -> tuple[float, ...]:
        tones = {(pair[0] + interval) % 12 for interval in QUALITIES[pair[1]]}
        hits, missing, foreign = len(tones & classes), len(tones - classes), len(classes - tones)
        first = pair[0] == lowest
        return (hits - 1.2 * missing - 1.0 * foreign + 0.9 * first, float(first), -len(tones))

    root, name = max(((root, name) for root in sorted(classes) for name in QUALITIES), key=explains)
    without = classes - {lowest}
    intervals = tuple(sorted((tone - root) % 12 for tone in classes))
    if root != lowest and (lowest - root) % 12 not in QUALITIES[name] and len(without) >= 3:
        return Chord(root, tuple(sorted((tone - root) % 12 for tone in without)), lowest)
    return Chord(root, intervals, root)
