"""Lines and chords over the scene's harmony: what a track plays where a plan asks for more than its loop.

A solo is a line of its own: phrases of two bars, each a rhythm and a contour, of which the first comes back over other
chords before new ones grow denser and higher, and the last comes to rest. Chord tones stand on strong places and ends,
the key's tones lead from one to the next. A second voice and a tune over
chords are of the same harmony.

Offers: ``Harmony``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from statistics import median

from models.accompaniment.accompany import AccompanyOptions, accompany
from models.accompaniment.surroundings import Surroundings
from models.arrangement.playing.lines import velocity
from models.constraints.lines import top_line
from models.drums.hearing import styles_named
from models.drums.rhythm import strokes_of
from models.music.beats import TIGHT, strength
from models.music.chord import Chord, TimedChord, chord_at
from models.music.clip import Clip, without_overlaps
from models.music.errors import EmptyClip, Refused
from models.music.note import Note
from models.music.scale import Scale

_EIGHTHS = (
    ("....x-x-X---x---|..x-X-----......", "X---..x-x-x-X---|....x-..X-----.."),
    ("..x-x-x-X---x-x-|x-x-X-----....x-", "x-x-..x-X-x-x---|..x-x-x-X-----.."),
    ("x-x-x-x-x-x-X---|..x-x-x-X-----..", "..x-x-x-x-x-x-x-|X-x-x-x-X-----.."),
)
_SIXTEENTHS = (
    ("..x.X-......x.x-|X-..x.X-----....", "X--.....x.xxX---|....x-x.X-----.."),
    ("x-.xX-x-....xxx-|X-..x.x-X-----..", "..xxx-X-..x.x-x-|x.x-X-......x-x-"),
    ("xxx-x.x-X---xxxx|X-..x-xxX-----..", "x-xxx-xxx-x.X---|xxx.x-x-X-----.."),
)
"""Rhythms of phrases, sparse, flowing and dense: X an accent, x a stroke, "-" holds it."""

_ORDER = ((0, 0), (0, 0), (1, 0), (2, 1), (1, 1), (1, 1), (2, 0), (0, 1))
"""The phrases of eight pairs of bars: how dense, and which."""

_FINE = frozenset({"funk", "soul", "hip-hop", "trap", "lo-fi", "afro", "garage", "rnb", "drum-and-bass", "house"})
"""Styles whose solos run in sixteenths."""

_RISES = (0, 1, 2, 5, 3, 4, 7, 2)
"""Semitones by which each pair of bars lies above the first."""

_BELOW, _SPAN = 3, 19
_BASS = 40
"""Pitch below which the register of a solo begins that is a bass's."""

_WALK, _ON = 22, 0.75
"""Semitones that a walking bass has room for, and how gladly it goes on the way that it goes."""

_SECOND = 4
"""Semitones below a tune at which its second voice is at home, from a third to a sixth."""

_EARLY = 0.15
"""Beats by which a hand may be ahead of a chord."""


@dataclass(frozen=True)
class Harmony:
    """The scene's harmony, and who plays over it.

    loops   the scene's
    chords  from the first beat on; behind their end they begin again
    scale   no new note lies outside; None: no lock
    style   the plan's, by its name
    seed    0 and up
    """

    loops: Sequence[Clip]
    chords: tuple[TimedChord, ...]
    scale: Scale | None
    style: str
    seed: int

    @cached_property
    def around(self) -> Surroundings:
        """The scene as who joins in hears it; there is one wherever there are chords."""
        return Surroundings.of(self.loops, self.scale, self.chords)

    def chord(self, onset: float) -> Chord:
        """What is to be heard at a time."""
        return chord_at(self.chords, onset % self.chords[-1].end) or self.chords[0].chord

    def played(self, role: str, word: str, loop: Clip, turn: int) -> Clip:
        """A part of the role in a way of the accompaniment's, by its word, on the loop's track; the loop itself where
        there is none, as for chords that nobody can voice."""
        beside = [each for each in self.loops if each.role != role] or list(self.loops)
        found = self._accompanied(beside, role, word, turn)
        return replace(found, name=loop.name, role=loop.role) if found else loop

    def _accompanied(self, beside: Sequence[Clip], part: str, words: str, seed: int) -> Clip | None:
        options = AccompanyOptions(part=part, style=words, scale=self.scale, chords=self.chords, seed=seed)
        try:
            return next((found.clip for found in accompany(beside, options)), None)
        except (EmptyClip, Refused):
            return None

    def sung_over(self, clip: Clip, *, two: bool = False) -> Clip:
        """Chords with a tune above them in the plan's style, in two voices where that is asked for; where the scene has
        a tune, with a counter-melody that speaks where that rests, from the middle on."""
        style = next(iter(styles_named(self.style)), "pop")
        has_tune = any(loop.role == "melody" for loop in self.loops)
        word = "echo" if has_tune else style
        found = self._accompanied(self.loops, "counter", word, self.seed)
        if found is None or not clip.notes:
            return clip
        tune = found.looped(clip.length)
        tune = self.in_two(tune) if two and not has_tune else tune
        top = median(clip.notes[place].pitch for place in top_line(clip.notes))
        up = 12 * (median(note.pitch for note in tune.notes) < top + 3)
        loud = median(note.velocity for note in clip.notes) - median(note.velocity for note in tune.notes) + 4
        sung = [
            note.moved(pitch=note.pitch + up, velocity=velocity(note.velocity + loud))
            for note in tune.notes
            if not has_tune or note.onset >= clip.length / 2 - _EARLY
        ]
        # What the chords strike just then they play themselves.
        struck = {(note.pitch, round(note.onset * 4 + shift)) for note in clip.notes for shift in (-0.5, 0.0, 0.5)}
        sung = [note for note in sung if (note.pitch, round(note.onset * 4)) not in struck]
        return clip.with_notes(without_overlaps([*clip.notes, *sung], clip.length))

    def in_two(self, clip: Clip) -> Clip:
        """A tune with a second voice: below each note the chord's tone a third to a sixth away, softer."""
        if clip.role != "melody":
            return clip
        second = []
        for note in clip.notes:
            chord = self.chord(note.onset + _EARLY)
            scale = self.scale or self.around.scale
            row = range(note.pitch - 9, note.pitch - 2)
            fits = [pitch for pitch in row if pitch in chord and pitch in scale]
            if note.pitch not in chord:
                fits = [pitch for pitch in row if pitch in scale and note.pitch - pitch <= _SECOND] or fits
            if fits:
                pitch = min(fits, key=lambda each: (abs(note.pitch - each - _SECOND), each))
                second.append(note.moved(pitch=pitch, velocity=velocity(note.velocity - 12)))
        return clip.with_notes(without_overlaps([*clip.notes, *second], clip.length))

    def solo(self, loop: Clip, length: float, turn: int) -> Clip:
        """A solo of a track over ``length`` beats, in its register and about as loud; another one for each turn. That
        of chords is the right hand's, above what they play."""
        if loop.role == "chords":
            top = [loop.notes[place].moved(pitch=loop.notes[place].pitch + 9) for place in top_line(loop.notes)]
            hand = self.solo(replace(loop, notes=tuple(top), role="melody"), length, turn)
            return loop.looped(length).with_notes(without_overlaps([*loop.looped(length).notes, *hand.notes], length))
        chance, metre = Random(1009 * self.seed + turn), loop.metre
        rows = _SIXTEENTHS if _FINE & {*styles_named(self.style)} else _EIGHTHS
        low = max(0, min(note.pitch for note in loop.notes) - _BELOW)
        home = round(median(note.pitch for note in loop.notes)) + (5 if loop.role == "bass" else 0)
        span = range(low, min(128, max(low + _SPAN, max(note.pitch for note in loop.notes) + 5)))
        loud = round(median(note.velocity for note in loop.notes))
        contours = {(dense, which): _contour(chance) for dense, which in _ORDER}
        bars = metre.bars(length)
        notes: list[Note] = []
        for bar in range(bars):
            pair = bar // 2
            dense, which = _ORDER[(pair + 4 * (turn % 2) * (bars > 8)) % len(_ORDER)]
            middle = home + _RISES[round(pair * 7 / max(1, bars / 2 - 1)) % len(_RISES)] * (span.stop - home > 8)
            if bar >= bars - 2:
                dense, which = 0, 1
            row = rows[dense][(which + turn) % 2]
            for place, (at, gap, sign) in enumerate(strokes_of(row, bar, metre, ternary=self.around.rhythm.ternary)):
                onset = self.around.swung(bar * metre.bar + at)
                end = min(length, self.around.swung(bar * metre.bar + at + gap))
                if end - onset < TIGHT:
                    continue
                rests = gap >= 1.0 or sign == "X"
                last = bar == bars - 1 and gap >= 1.0
                before = notes[-1].pitch if notes else middle
                fresh = not notes or onset - notes[-1].onset > 1.25
                wish = contours[dense, which][(8 * (bar % 2) + place) % 16] * (-1 if fresh and before > middle else 1)
                pitch = self._next(onset, before, wish, middle, span, rests=rests, closes=last)
                accent = 5 * (sign == "X") - 4 + round(6 * strength(at, metre)) + round(8 * bar / bars)
                notes.append(Note(pitch, onset, max(0.1, 0.92 * (end - onset)), velocity(loud + accent)))
        return loop.with_notes(()).looped(length).with_notes(without_overlaps(self.around.played(notes, turn), length))

    def walk(self, loop: Clip, length: float, turn: int) -> Clip:
        """A bass that walks in beats over ``length`` beats: the loop's own note at the head of each bar, or a new
        chord's root, tones up and down the register, and before the next of these a step beside it."""
        chance, metre, scale = Random(1009 * self.seed + turn), loop.metre, self.around.scale
        low, loud = max(0, min(note.pitch for note in loop.notes) - 1), median(note.velocity for note in loop.notes)
        span = [pitch for pitch in range(low, low + _WALK) if self.scale is None or pitch in self.scale] or [low]
        heads = {beat: self.chord(beat + _EARLY).bass for beat in range(round(length) + 1)
                 if beat == 0 or self.chord(beat + _EARLY) != self.chord(beat - 1 + _EARLY)}  # fmt: skip
        bars = [note for note in loop.looped(length).notes if abs(metre.in_bar(note.onset + _EARLY) - _EARLY) <= _EARLY]
        heads |= {round(note.onset): note.pitch % 12 for note in bars}
        # A chord that is pushed before its bar is the bar's.
        heads = {beat: root for beat, root in heads.items() if heads.get(beat + 1) != root}
        notes: list[Note] = []
        before, way = low + 5, 1
        for beat in range(round(length)):
            fits = [pitch for pitch in span if pitch in self.chord(beat + _EARLY) and pitch != before]
            if beat in heads:
                fits = [pitch for pitch in span if pitch % 12 == heads[beat]]
            elif beat + 1 in heads:
                steps = [each for each in span if each in scale and (each - heads[beat + 1]) % 12 in (1, 2, 10, 11)]
                fits = [each for each in steps if each != before] or fits
            whims = {pitch: 4.5 * chance.random() for pitch in fits}
            costs = {pitch: abs(pitch - before - 4 * way) + 2 * max(0, abs(pitch - before) - 7) for pitch in fits}
            pitch = min(fits or [before], key=lambda each: costs.get(each, 0) + whims.get(each, 0))
            turned = way if chance.random() < _ON else -way
            way = -1 if pitch > low + _WALK - 7 else 1 if pitch < low + 5 else turned
            accent = 4 * (beat % round(metre.bar) == 0) - 4 * (beat % 2)
            notes.append(Note(pitch, self.around.swung(float(beat)), 0.92, velocity(loud + accent)))
            before = pitch
        played = self.around.played(notes, turn)
        return loop.with_notes(()).looped(length).with_notes(without_overlaps(played, length))

    def _next(
        self, onset: float, before: int, wish: int, middle: int, span: range, *, rests: bool, closes: bool
    ) -> int:
        """The next note of a line: about ``wish`` semitones on, of the chord where it rests or the place is strong."""
        chord, scale = self.chord(onset + _EARLY), self.around.scale
        strange = [tone for tone in chord.classes if tone not in scale]
        firm = rests or strength(onset, self.around.metre) >= 0.6
        # What tells a chord: of a tune its third and seventh, of a bass the root and the fifth.
        telling = (0, 7) if span.start < _BASS else (3, 4, 10, 11)
        wish = -wish if abs(before + wish - middle) > max(7, abs(before - middle)) else wish

        def cost(pitch: int) -> float:
            foreign, degree = pitch not in chord, (pitch - chord.root) % 12
            rubs = foreign and any((pitch - tone) % 12 == 1 for tone in chord.classes)
            return (
                abs(pitch - before - wish)
                + 5 * (pitch == before)
                + (9 if firm else 0.5) * foreign
                + (6 if firm else 2) * rubs
                - 1.5 * (firm and degree in telling)
                + 2 * max(0, abs(pitch - before) - 7)
                + 0.15 * abs(pitch - middle)
                + 6 * (closes and degree not in (0, 3, 4, 7))
            )

        fits = [
            pitch
            for pitch in span
            if pitch in chord or (pitch in scale and all((pitch - tone) % 12 not in (1, 11) for tone in strange))
        ]
        locked = [pitch for pitch in fits if self.scale is None or pitch in self.scale]
        return min(locked or [before], key=lambda pitch: (cost(pitch), pitch))


def _contour(chance: Random) -> list[int]:
    """Sixteen wishes in semitones: runs of steps with a leap the other way between them."""
    found: list[int] = []
    way = chance.choice((-1, 1))
    while len(found) < 16:
        found += [2 * way] * chance.choice((1, 2, 3)) + [-way * chance.choice((3, 4, 5))]
        way = chance.choice((-way, -way, way))
    return found[:16]
