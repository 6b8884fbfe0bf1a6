"""Spans: the prompt's stretches of one harmony, and the hits in which it is played.

A hit is what is struck together, strummed ones too; a span is a run of hits that need no other tones than its first.
Where a clip is broken up into single notes, a span is a chord that analysis found, and its hits play parts of it.

Offers: ``Span``, ``Hit``, ``spans_of``, ``chord_of``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.analysis.chords import find_chords
from models.music.beats import TIGHT
from models.music.chord import QUALITIES, Chord, TimedChord
from models.music.clip import Clip
from models.music.note import Note

STRUM_BEATS = 0.13
"""Notes that begin no later than this after the first are one hit: a 32nd, and a little."""

_HELD_VELOCITY = 88
_BROKEN = 1.8
"""Pitch classes for each hit under which a clip is taken for a broken chord."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What is struck together: the prompt's notes, lowest first."""

    notes: tuple[Note, ...]

    @property
    def classes(self) -> frozenset[int]:
        """The pitch classes struck."""
        return frozenset(note.pitch % 12 for note in self.notes)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one harmony.

    onset, end  beats
    chord       with the bass that has to stay; its root where any tone may lie lowest
    hits        how it is played; empty for a chord that comes as a label: held
    broken      True where the hits are single notes that make up the chord together
    """

    onset: float
    end: float
    chord: Chord
    hits: tuple[Hit, ...] = ()
    broken: bool = False

    @property
    def pitches(self) -> tuple[int, ...]:
        """The different pitches of the hits, rising."""
        return tuple(sorted({note.pitch for hit in self.hits for note in hit.notes}))


def spans_of(
    source: Clip | Sequence[TimedChord], *, top_locked: bool = False, bass_locked: bool = False, singles: bool = False
) -> list[Span]:
    """The spans of a clip or of a row of chords; a locked line begins a new span wherever it moves.

    Among chords a hit of a single pitch class, a bass note or a passing one, is no chord; it is left out, or with
    ``singles`` a span of its own or part of the one before.
    """
    if not isinstance(source, Clip):
        return [Span(timed.onset, timed.end, timed.chord) for timed in source]
    hits = hits_of(source.notes)
    if hits and sum(len(hit.classes) for hit in hits) < _BROKEN * len(hits):
        return _broken_spans(source, hits)
    runs: list[list[Hit]] = []
    for hit in hits if singles else [hit for hit in hits if len(hit.classes) > 1]:
        first = runs[-1][0] if runs else None
        moves = first is not None and (
            top_locked
            and hit.notes[-1].pitch != first.notes[-1].pitch
            or bass_locked
            and hit.notes[0].pitch != first.notes[0].pitch
        )
        if first is not None and not moves and hit.classes <= first.classes and len(first.classes) > 1:
            runs[-1].append(hit)
        else:
            runs.append([hit])
    onsets = [_onset(run[0]) for run in runs] + [source.length]
    return [
        Span(onset, end, chord_of(note.pitch for hit in run for note in hit.notes), tuple(run))
        for run, onset, end in zip(runs, onsets, onsets[1:], strict=False)
    ]


def _broken_spans(clip: Clip, hits: Sequence[Hit]) -> list[Span]:
    """One span for each chord that analysis hears; its tones are those of that chord that really sound."""
    heard = find_chords(clip)
    starts = [0.0, *(timed.onset for timed in heard[1:])]
    spans = []
    for timed, onset, end in zip(heard, starts, [*starts[1:], clip.length], strict=True):
        chord = timed.chord
        inside = tuple(hit for hit in hits if onset - TIGHT <= _onset(hit) < end - TIGHT)
        if not inside:
            continue
        classes = frozenset(tone for hit in inside for tone in hit.classes)
        tones = classes & chord.classes or classes
        if chord.root in tones:
            played = Chord(chord.root, tuple(sorted((tone - chord.root) % 12 for tone in tones)), chord.root)
        else:
            played = chord_of(note.pitch for hit in inside for note in hit.notes if note.pitch % 12 in tones)
        spans.append(Span(onset, end, played, inside, broken=True))
    return spans


def hits_of(notes: Iterable[Note]) -> list[Hit]:
    """The notes, grouped into what is struck together."""
    groups: list[list[Note]] = []
    for note in sorted(notes, key=lambda note: note.order):
        if groups and note.onset - groups[-1][0].onset <= STRUM_BEATS + TIGHT:
            groups[-1].append(note)
        else:
            groups.append([note])
    return [Hit(tuple(sorted(group, key=lambda note: (note.pitch, note.onset)))) for group in groups]


def _onset(hit: Hit) -> float:
    return min(note.onset for note in hit.notes)


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
    root, name = max(
        ((root, name) for root in sorted(classes) for name in QUALITIES),
        key=lambda pair: _explains(pair[0], pair[1], classes, lowest),
    )
    without = classes - {lowest}
    intervals = tuple(sorted((tone - root) % 12 for tone in classes))
    if root != lowest and (lowest - root) % 12 not in QUALITIES[name] and len(without) >= 3:
        return Chord(root, tuple(sorted((tone - root) % 12 for tone in without)), lowest)
    return Chord(root, intervals, root)


def _explains(root: int, name: str, classes: frozenset[int], lowest: int) -> tuple[float, ...]:
    tones = {(root + interval) % 12 for interval in QUALITIES[name]}
    hits, missing, foreign = len(tones & classes), len(tones - classes), len(classes - tones)
    return (hits - 1.2 * missing - 1.0 * foreign + 0.9 * (root == lowest), float(root == lowest), -len(tones))
