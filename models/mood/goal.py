"""What a mood wants of a result, in the units of music: so many onsets, so high, so short, so loud.

Goals are counted from the prompt, so that "louder" is louder than the clip, whatever the engine has played.

Offers: ``Quality`` (of some notes, of what a request lets change), ``MoodGoal``, ``strength_at``, ``left_free``;
``own_scale``, ``wanted_scale``, ``Turn``: a mode that the music can bear, and what becomes of its
chords there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import fmean, median

from models.analysis.arrays import NoteArrays
from models.analysis.emotion import BRIGHTNESS
from models.analysis.key import RankedKey, find_key, find_scale
from models.constraints.constraints import Constraints
from models.mood.controls import DARKEST, Controls, replacements
from models.music.beats import TIGHT, Metre, strength
from models.music.chord import Chord, TimedChord, chord_at
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import OTHER_PITCH_CREDIT

_FOR_THE_MODE = 0.06
"""What turning notes into another mode may cost beyond what the dial leaves."""

_AS_LIKELY = 0.3
"""Share of the likeliest key's confidence from which its relative may be meant."""

_PASSING = 0.03
"""Share of the time below which a class that must stay is passing, and stands against no mode."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What moods are heard by, of at least one note.

    onsets  how many different ones; pitch, velocity: means; gate: usual duration by usual distance of onsets
    """

    onsets: float
    pitch: float
    velocity: float
    gate: float

    @classmethod
    def of(cls, notes: Sequence[Note]) -> Quality:
        """Measured."""
        onsets = sorted({round(note.onset, 3) for note in notes})
        gaps = [after - before for before, after in zip(onsets, onsets[1:], strict=False)]
        gate = median(note.duration for note in notes) / max(median(gaps), TIGHT) if gaps else 1.0
        return cls(len(onsets), fmean(note.pitch for note in notes), fmean(note.velocity for note in notes), gate)

    @classmethod
    def before(cls, base: Constraints, result: Sequence[Note]) -> Quality:
        """How the prompt is where the result may differ; where it is silent, how all of it is; of none, the result."""
        inside = [note for note in base.notes if base.start <= note.onset < base.end]
        if inside:
            return cls.of(inside)
        if base.notes:
            whole, beats = cls.of(base.notes), base.end - base.start
            # Nearly all of a clip may be silent: what sounds elsewhere is then no measure of how full it should be.
            elsewhere = max(base.prompt.length - beats, base.prompt.metre.bar)
            return replace(whole, onsets=max(1, whole.onsets * beats / elsewhere))
        return cls.of([note for note in result if base.start <= note.onset < base.end] or result)

    def under(self, controls: Controls) -> Quality:
        """What the controls make of it."""
        settings = controls.settings
        return Quality(
            self.onsets * settings.density_factor,
            self.pitch + 5 * controls["register"],
            self.velocity + settings.velocity_shift,
            self.gate * settings.duration_factor,
        )


@dataclass(frozen=True)
class Turn:
    """From one mode to another on the same root: what becomes of each note, chord by chord, so that all chords agree.

    A dominant that leads home keeps its leading tone in minor. A chord that would lose its fifth is another of the key:
    the seventh degree of minor stays whole in major (bVII), and of the second degree's triad the fifth rises in minor
    (bVII with its third below). A ninth or sixth that would rub becomes the tone beside it.

    shifts  pitch classes that move, and by how many semitones
    root    of both modes, 0-11
    rooted  a bass, whose roots say what the chords are
    mixed   is the key minor, and to be darker than that? Then the major chord on its sixth degree turns minor as well
    chords  what sounds; in a line, where they are only meant, they say no more than where the dominant is
    """

    shifts: Mapping[int, int]
    root: int
    chords: tuple[TimedChord, ...]
    chordal: bool
    rooted: bool = False
    mixed: bool = False

    @classmethod
    def of(
        cls,
        before: Scale | None,
        after: Scale | None,
        chords: tuple[TimedChord, ...],
        *,
        chordal: bool,
        rooted: bool = False,
        mixed: bool = False,
    ) -> Turn:
        """From one scale to the other; no turn where either is None or they have different roots."""
        return cls(dict(replacements(before, after)), after.root if after else 0, chords, chordal, rooted, mixed)

    def moved(self, note: Note) -> int:
        """By how many semitones."""
        tone = note.pitch % 12
        shift = self.shifts.get(tone, 0)
        chord = chord_at(self.chords, note.onset) if self.turns else None
        if chord is None:
            return shift
        degree = (chord.root - self.root) % 12
        if self.mixed and degree == 8 and 4 in chord.intervals and tone == (chord.root + 4) % 12:
            return -1
        upper = (tone - chord.root) % 12
        if shift == -1 and degree == 7 and (tone == (self.root + 11) % 12 or upper == 7):
            return 0
        if self._loses_its_fifth(chord):
            # In a line a passing tone is none of that chord's.
            if degree == 10 and (self.chordal or upper in chord.intervals):
                return 0
            if degree == 2 and 10 not in chord.intervals and upper == 7 and self.chordal:
                return 1
        if self.chordal and self._narrows(chord, upper):
            # A ninth would rub, and the sixth hide what the chord is: the tone below or above it is meant.
            if upper == 2 and degree != 7:
                return 1 if 3 in chord.intervals else -2
            if upper == 9 and not degree:
                return -2
        return shift

    @property
    def turns(self) -> bool:
        """Does anything become of any note?"""
        return bool(self.shifts) or self.mixed

    @property
    def is_sound(self) -> bool:
        """Is no chord left without its fifth?"""
        degrees = ((timed.chord, (timed.chord.root - self.root) % 12) for timed in self.chords)
        return all(degree in (2, 7, 10) or not self._loses_its_fifth(chord) for chord, degree in degrees)

    def _loses_its_fifth(self, chord: Chord) -> bool:
        return (self.chordal or self.rooted) and 7 in chord.intervals and self._narrows(chord, 7)

    def _narrows(self, chord: Chord, interval: int) -> bool:
        upper, root = (chord.root + interval) % 12, chord.root
        return self.shifts.get(upper, 0) - self.shifts.get(root, 0) == -1


@dataclass(frozen=True)
class MoodGoal:
    """What one pass of transforms is to bring about.

    controls  strengths, -1 … 1, from the prompt
    quality   what the result is to have
    scale     that new pitches lie in; None: any
    turn      what becomes of each note in that scale
    chords    what sounds, for the choice of pitches
    budget    similarity (0-1) that the next layer may cost
    """

    controls: Controls
    quality: Quality
    scale: Scale | None
    turn: Turn
    chords: tuple[TimedChord, ...]
    budget: float = 1.0
    needed: bool = False
    idea: int = 0

    def turned(self, **controls: float) -> MoodGoal:
        """The same with some controls at other strengths, -1 … 1."""
        after = Controls({**self.controls.strength, **controls})
        pitch = self.quality.pitch + 5 * (after["register"] - self.controls["register"])
        return replace(self, controls=after, quality=replace(self.quality, pitch=pitch))

    def stressed(self, density: float, articulation: float, register: float) -> MoodGoal:
        """The same with so many times the change in the number of onsets, in the durations, and in the mean pitch."""
        before, quality = self.controls.settings, self.quality
        onsets = min(2.0, max(0.5, 1 + density * (before.density_factor - 1))) / before.density_factor
        gate = min(4.0, max(0.35, 1 + articulation * (before.duration_factor - 1))) / before.duration_factor
        return replace(
            self,
            quality=replace(
                quality,
                onsets=quality.onsets * onsets,
                gate=quality.gate * gate,
                pitch=quality.pitch + max(-7.0, min(7.0, 5 * (register - 1) * self.controls["register"])),
            ),
        )


@lru_cache(4096)
def strength_at(onset: float, metre: Metre) -> float:
    """``strength``, remembered: results of one prompt share their places."""
    return strength(onset, metre)


def left_free(constraints: Constraints) -> frozenset[str]:
    """The controls that the locks leave something to do; dynamics where any free note may change its velocity."""
    allowed, pitched = constraints.allowed_edits, not constraints.drums
    free = {
        "mode": pitched and allowed.repitch and constraints.request.scale is None,
        "register": pitched and allowed.repitch,
        "leaps": pitched and allowed.repitch,
        "contour": pitched and allowed.repitch and not constraints.request.locks.contour,
        "density": allowed.add or allowed.remove,
        "articulation": pitched and allowed.stretch,
        "syncopation": pitched and allowed.move,
        "dynamics": allowed.revelocity and bool(constraints.free),
    }
    return frozenset(name for name, is_free in free.items() if is_free)


def own_scale(constraints: Constraints) -> Scale | None:
    """The scale that the clip is in, heard with what plays beside it; None for drums and silence."""
    request = constraints.request
    keys = () if constraints.drums else find_key(constraints.prompt, request.context)
    if not keys:
        return None
    heard = NoteArrays.heard_with(constraints.prompt, request.context)
    return find_scale(_at_home(keys, constraints.prompt), heard)


def _at_home(keys: Sequence[RankedKey], clip: Clip) -> RankedKey:
    """The likeliest key or, where half of the bars begin on its tonic and it is as good as likely, its relative; or
    another likely one that beginning and end bear out: a mode is turned on the note that the clip comes home to."""
    first = keys[0]
    relative = ((first.tonic + (3 if first.minor else 9)) % 12, not first.minor)
    other = next((key for key in keys[1:] if (key.tonic, key.minor) == relative), first)

    starts: dict[int, int] = {}  # the lowest pitch at the beginning of each bar
    for note in clip.notes:
        if clip.metre.in_bar(note.onset + TIGHT) <= 2 * TIGHT:
            starts.setdefault(clip.metre.bar_of(note.onset + TIGHT), note.pitch)
    own, others = (sum(pitch % 12 == key.tonic for pitch in starts.values()) for key in (first, other))
    last = max((note.onset for note in clip.notes), default=0.0)
    ends = min((note.pitch for note in clip.notes if note.onset >= last - TIGHT), default=-1) % 12
    often = others > 2 * own and 2 * others >= len(starts) and ends != first.tonic
    if often and other.confidence >= _AS_LIKELY * first.confidence:
        return other

    def borne_out(key: RankedKey) -> float:
        """By the first downbeat, the end, and the beginnings of bars."""
        begins = starts.get(0) is not None and starts[0] % 12 == key.tonic
        share = sum(pitch % 12 == key.tonic for pitch in starts.values()) / max(1, len(starts))
        return begins + (ends == key.tonic) + share

    likely = [key for key in keys if 2 * key.confidence >= _AS_LIKELY * first.confidence]
    best = max(likely, key=borne_out)
    return best if borne_out(best) >= borne_out(first) + 1 else first


def wanted_scale(
    constraints: Constraints, scale: Scale, controls: Controls, dial: float, chords: tuple[TimedChord, ...] = ()
) -> Scale:
    """The clip's ``scale``, darker or brighter as the words want it; ``dial``: similarity asked for, 0-1.

    chords: what sounds; a mode that leaves one of a clip of chords without its fifth is none
    """
    request = constraints.request
    if not constraints.allowed_edits.repitch or request.scale is not None or request.task == "humanise":
        return scale
    free = [constraints.notes[place] for place in constraints.free]
    fixed = [note for place, note in enumerate(constraints.notes) if place not in constraints.free]
    fixed += [note for clip in request.context if not clip.drums for note in clip.notes]

    def bearable(mode: Scale) -> bool:
        turn = Turn.of(scale, mode, chords, chordal=constraints.role == "chords", rooted=constraints.role == "bass")
        moved = [note for note in free if turn.moved(note)]
        cost = (1 - OTHER_PITCH_CREDIT) * len(moved) / max(1, len(free))
        stays = _share_of(scale.classes - mode.classes, fixed)
        # What is darker than minor an ear takes for another key, unless all else is darker as well.
        known = not request.locks.names or BRIGHTNESS[mode.mask] >= DARKEST - 0.1
        return known and turn.is_sound and stays <= _PASSING and cost <= 1 - dial + _FOR_THE_MODE

    return controls.recoloured(scale, bearable)


def _share_of(classes: Iterable[int], notes: list[Note]) -> float:
    """Share of the notes' time that has one of the pitch classes."""
    there = sum(note.duration for note in notes if note.pitch % 12 in classes)
    return there / sum(note.duration for note in notes) if notes else 0.0
