"""Chord charts played as producers play them, so that the chord model hears what annotated pieces don't have.

A chart is a stretch of an annotated song, transposed, or a jazz progression made up. Its chords are coloured (sevenths,
ninths, thirteenths, altered dominants, suspensions), voiced (close, open, shells, rootless, inverted; with a bass, a
hand of roots or nothing below) and played by one figure a clip: pads, stabs, pushes, rolls, arpeggios, boom and chick,
bass lines, a tune above or a tune alone; sometimes off the grid.

Offers: ``Played``, ``play_chart``, ``made_up``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord, family_of
from models.music.clip import Role
from models.music.note import Note

_TOLD = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def _intervals(words: str) -> list[tuple[int, ...]]:
    return [tuple(map(int, colour.split())) for colour in words.split(",")]


_COLOURS = {family: [_intervals(level) for level in levels] for family, levels in _TOLD["colours"].items()}
"""Intervals by family and level of colour (plain, sevenths, more)."""
_JAZZ = [
    [(int(degree), family, int(bars)) for degree, family, bars in map(str.split, changes.split(","))]
    for changes in _TOLD["jazz"]
]
"""Degree, family and bars of progressions that songbooks of popular music hardly have."""
_ROOTLESS = {family: _intervals(hand)[0] for family, hand in _TOLD["rootless"].items()}


@dataclass(frozen=True)
class Played:
    """Settling is left to the reader; chords are the truth, ``shift`` semitones above the chart."""

    notes: NoteArrays
    chords: tuple[TimedChord, ...]
    metre: Metre
    length: float
    rootless: bool
    role: Role
    shift: int


def made_up(rng: np.random.Generator) -> tuple[tuple[TimedChord, ...], Metre]:
    """Eight bars or so of jazz changes in one key or two."""
    chords: list[TimedChord] = []
    at, tonic = 0.0, int(rng.integers(12))
    bar = float(rng.choice((2.0, 4.0, 4.0)))
    while at < 32:
        if rng.random() < 0.2:
            tonic = (tonic + int(rng.choice((2, 3, 5, 10)))) % 12
        for degree, family, bars in _JAZZ[int(rng.integers(len(_JAZZ)))]:
            chords.append(TimedChord(at, bar * bars, Chord.of(tonic + degree, family)))
            at += bar * bars
    return tuple(chords), Metre()


def play_chart(chart: Sequence[TimedChord], metre: Metre, rng: np.random.Generator) -> Played:
    """A chart, from beat 0, in one style drawn by chance."""
    shift = int(rng.integers(12))
    level = int(rng.choice(3, p=(0.35, 0.3, 0.35)))
    chords = []
    for place, timed in enumerate(chart):
        after = chart[(place + 1) % len(chart)].chord
        chords.append(timed._replace(chord=_coloured(timed.chord, after, level, rng).transposed(shift)))
    length = metre.bars(chords[-1].end) * metre.bar
    style = _Style(metre, level, rng)
    played = [style.play(timed) for timed in chords]
    if style.parts in ("chords", "arpeggio"):
        chords = [
            timed._replace(chord=replace(timed.chord, bass=min(note.pitch for note in own) % 12))
            for timed, own in zip(chords, played, strict=True)
        ]
    notes = [note for own in played for note in own]
    notes = [note for note in notes if -0.01 <= note.onset < length - 0.02 and note.duration > 0.02]
    return Played(
        NoteArrays.of(_humanised(notes, rng)),
        tuple(chords),
        metre,
        length,
        style.parts == "rootless",
        style.role,
        shift,
    )


def _coloured(chord: Chord, after: Chord, level: int, rng: np.random.Generator) -> Chord:
    family = family_of(chord.intervals)
    if family == "maj" and level and (after.root - chord.root) % 12 == 5 and rng.random() < 0.6:
        family = "7"
    if family not in _COLOURS:
        return chord
    choices = _COLOURS[family][level if rng.random() < 0.85 else max(level - 1, 0)]
    colour = choices[int(rng.integers(len(choices)))]
    if chord.bass != chord.root and (chord.bass - chord.root) % 12 not in colour:
        return Chord(chord.root, colour, chord.root)
    return Chord(chord.root, colour, chord.bass)


def _humanised(notes: list[Note], rng: np.random.Generator) -> list[Note]:
    if rng.random() < 0.6:
        return notes
    late, loose = float(rng.choice((0.0, 0.02, 0.05))), float(rng.uniform(0.004, 0.025))
    return [
        Note(note.pitch, max(0.0, note.onset + late + float(rng.normal(0, loose))), note.duration, note.velocity)
        for note in notes
    ]


class _Style:
    """How one clip is played."""

    def __init__(self, metre: Metre, level: int, rng: np.random.Generator) -> None:
        self.rng, self.metre = rng, metre
        self.parts = str(
            rng.choice(
                ("both", "chords", "rootless", "bass", "tune", "tune and chords", "arpeggio"),
                p=(0.42, 0.1, 0.13, 0.06, 0.08, 0.1, 0.11),
            )
        )
        if self.parts == "rootless" and level == 0:
            self.parts = "both"
        self.low = int(rng.integers(26, 42))
        self.floor = int(rng.integers(48, 63))
        self.drop_root, self.drop_fifth = rng.random() < 0.5, rng.random() < 0.4
        self.open, self.type_b = rng.random() < 0.25, rng.random() < 0.5
        self.roll = float(rng.choice((0.0, 0.0, 0.0, 0.03, 0.06)))
        self.push = float(rng.choice((0.0, 0.0, 0.0, 0.25, 0.5)))
        self.chord_figure, self.bass_figure = self._figure(chords=True), self._figure(chords=False)
        self.tune_at = int(rng.integers(64, 80))
        self.step = float(rng.choice((0.25, 0.5, 0.5, 1 / 3)))
        self.order = rng.permutation(8)
        self.bass_once = rng.random() < 0.35

    @property
    def role(self) -> Role:
        """What the clip is for; a slow broken chord without a bass is as good as a tune."""
        if self.parts in ("bass", "tune"):
            return "bass" if self.parts == "bass" else "melody"
        return "melody" if self.parts == "arpeggio" and not self.open and self.step >= 0.5 else "chords"

    def _figure(self, *, chords: bool) -> list[tuple[float, float]]:
        """Onsets and lengths in a bar."""
        rng, bar = self.rng, self.metre.bar
        kind = int(rng.integers(6))
        if kind == 0 or (kind == 1 and not chords):
            return [(0.0, bar)]
        if kind == 1:
            return [(beat, 0.5) for beat in np.arange(1.0, bar)]  # the chick without the boom
        if kind == 2:
            length = float(rng.choice((0.2, 0.5, 0.95)))
            return [(beat, length) for beat in np.arange(0.0, bar, float(rng.choice((0.5, 1.0, 2.0))))]
        if kind == 3:
            return [(beat + 0.5, float(rng.choice((0.2, 0.45)))) for beat in np.arange(0.0, bar)]
        slots = np.arange(0.0, bar, 0.25)
        chosen = np.sort(rng.choice(slots, size=min(len(slots), int(rng.integers(2, 6))), replace=False))
        if rng.random() < 0.6:
            chosen[0] = 0.0
        gaps = np.append(np.diff(chosen), bar - chosen[-1])
        return [(float(at), float(gap * rng.choice((0.4, 0.9)))) for at, gap in zip(chosen, gaps, strict=True)]

    def play(self, timed: TimedChord) -> list[Note]:
        """The notes of one chord."""
        upper, bass = self._upper(timed.chord), self.low + (timed.chord.bass - self.low) % 12
        notes: list[Note] = []
        if self.parts in ("both", "tune and chords", "chords", "rootless"):
            push = self.push if timed.onset > 0 else 0.0
            for onset, length in self._times(timed, self.chord_figure):
                early = push if abs(onset - timed.onset) < 0.01 else 0.0
                notes += [
                    Note(pitch, onset - early + place * self.roll, max(length + early - place * self.roll, 0.05))
                    for place, pitch in enumerate(upper)
                ]
        if self.parts == "arpeggio":
            notes += self._arpeggio(timed, upper)
        with_bass = self.parts in ("both", "tune and chords") or (self.parts == "arpeggio" and self.open)
        if with_bass or self.parts == "bass":
            notes += self._bass(timed, bass)
        if self.parts.startswith("tune"):
            notes += self._tune(timed)
        return notes

    def _times(self, timed: TimedChord, figure: list[tuple[float, float]]) -> list[tuple[float, float]]:
        times = []
        for bar in range(int(timed.onset // self.metre.bar), int(timed.end // self.metre.bar) + 1):
            for onset, length in figure:
                at = bar * self.metre.bar + onset
                if timed.onset - 1e-6 <= at < timed.end - 1e-6:
                    times.append((at, min(length, timed.end - at)))
        return times or [(timed.onset, timed.duration)]

    def _upper(self, chord: Chord) -> list[int]:
        family, tones = family_of(chord.intervals), list(chord.intervals)
        if self.parts == "rootless" and family in _ROOTLESS:
            extra = [place for place in tones if place in (1, 3, 8, 9, 6, 2, 11)]
            tones = list(_ROOTLESS[family]) if not extra or family != "7" else [10, 4, *extra][:4]
            if family in ("maj", "maj7") and 9 in chord.intervals:
                tones = [4, 9, 2, 7]
        elif self.parts == "both" and len(tones) > 3:
            tones = [place for place in tones if not (place == 0 and self.drop_root)]
            tones = [place for place in tones if not (place == 7 and self.drop_fifth)]
        lowest = self.floor
        if self.parts == "chords":  # nothing below: the bass stands lowest, mostly
            lowest = self.low + 12 + (chord.bass - self.low) % 12 if self.rng.random() < 0.8 else self.floor
        pitches = sorted(lowest + (chord.root + place - lowest) % 12 for place in tones)
        if self.open and len(pitches) > 3:
            pitches[1] += 12
        if len(pitches) == 3 and self.type_b:
            pitches.append(pitches[0] + 12)
        return sorted(pitches)

    def _arpeggio(self, timed: TimedChord, upper: list[int]) -> list[Note]:
        order = [int(place) % len(upper) for place in self.order]
        if self.type_b:
            order = list(range(len(upper)))
        ring = float(self.rng.choice((1.0, 1.0, 2.0)))
        return [
            Note(upper[order[step % len(order)]], at, min(self.step * ring, timed.end - at))
            for step, at in enumerate(np.arange(timed.onset, timed.end - 1e-6, self.step))
        ]

    def _bass(self, timed: TimedChord, bass: int) -> list[Note]:
        rng, notes = self.rng, []
        third = next((place for place in timed.chord.intervals if place in (3, 4)), 7)
        for step, (at, length) in enumerate(self._times(timed, self.bass_figure)):
            if self.bass_once and at > timed.onset + self.metre.bar - 0.01:
                break
            pitch = bass
            if step and rng.random() < (0.5 if self.parts == "bass" or self.drop_fifth else 0.2):
                pitch = bass + int(rng.choice((12, 7, -5, third, 10 if 10 in timed.chord.intervals else 7)))
            notes.append(Note(pitch, at, length, 100))
        return notes

    def _tune(self, timed: TimedChord) -> list[Note]:
        rng, notes, at = self.rng, [], timed.onset
        while at < timed.end - 0.05:
            length = float(rng.choice((0.25, 0.5, 0.5, 1.0, 1.0, 2.0)))
            length = min(length, timed.end - at)
            if rng.random() < 0.85:
                strong = abs(at - round(at)) < 0.01
                tone = int(rng.choice(timed.chord.intervals[:4]))
                if not strong and rng.random() < 0.5:
                    tone = int(rng.choice((2, 5, 9, 11 if 4 in timed.chord.intervals else 10)))
                pitch = self.tune_at + (timed.chord.root + tone - self.tune_at) % 12
                notes.append(Note(pitch, at, length * 0.95))
            at += length
        return notes
