"""What plays beside: the clips of a scene, looped to their common span, heard as one piece of music.

Offers: ``Surroundings``, ``heard_together``, ``common_span``, ``held_over``, ``is_programmed``, ``is_near``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from models.accompaniment.figures import styles_of_bass
from models.accompaniment.implied import HARMONIES, chords_over, chords_under
from models.analysis.chord.views import ROLL
from models.analysis.chords import find_chords
from models.analysis.key import find_key
from models.analysis.role import find_role
from models.drums.hearing import styles_named, styles_of
from models.drums.rhythm import Rhythm, swung
from models.engines.rules.humanise import touched
from models.harmony.harmonise import top_line
from models.music.beats import TIGHT, Metre, off_grid, strength
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.errors import BadValue, EmptyClip
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.extensions import scale_of

MOST_BARS = 64
TOGETHER = 1 / 24
"""Two onsets no further apart (beats) are struck together."""

_STEPS = 24
_LOUD = 60
"""Velocity of a backbeat at least; softer strokes are ghosts."""

_TOUCH = 0.6
"""How much of a hand's freedom a part takes that is written for others."""

_ROOM, _PULSE, _BARE = 0.75, 0.6, 2
"""Beats that a stroke leaves behind it to be an accent; the strength of a pulse; the tones of a power chord."""

_ON_GRID = 1 / 96
_LATE = 0.09
"""Beats by which a player strikes beside what is written."""


@dataclass(frozen=True)
class Surroundings:
    """The music beside a new part; all onsets in beats, rising, over the common span.

    scale   given, else the key found
    chords  the harmony, without a gap
    kicks, backs  onsets of the kick, and of snare, clap and rim; empty without drums
    comped  the notes of the chord clips
    tune    the highest line of the melody clips
    rhythm  of all that plays
    loud    how loud a part beside it is on the whole: the upper quarter's velocity of what plays, 64-88
    on_grid True: what plays was programmed, not played
    told    True: the harmony is given, or played by chords
    bass    the lowest line of the bass clips
    """

    length: float
    metre: Metre
    tempo: float
    scale: Scale
    chords: tuple[TimedChord, ...]
    kicks: tuple[float, ...]
    backs: tuple[float, ...]
    comped: tuple[Note, ...]
    tune: tuple[Note, ...]
    rhythm: Rhythm
    told: bool
    bass: tuple[Note, ...]
    loud: int
    on_grid: bool

    @classmethod
    def of(cls, clips: Sequence[Clip], scale: Scale | None = None, chords: Sequence[TimedChord] = ()) -> Surroundings:
        """What the clips give together; raises EmptyClip without notes, BadValue where their metres differ."""
        heard, length = heard_together(clips, chords)
        parts = [(find_role(clip), clip.looped(length)) for clip in heard]
        pitched = [clip for role, clip in parts if role != "drums"]
        if not pitched and not chords:
            raise EmptyClip("There are only drums here; add a clip with pitches or say which chords you want.")
        low = sorted((n for role, clip in parts if role == "bass" for n in top_line(clip)), key=lambda note: note.order)
        sung = (note for role, clip in parts if role == "melody" for note in top_line(clip))
        tune = tuple(sorted(sung, key=lambda note: note.onset))
        if chords:
            found = _looped(chords, length)
            key = scale or (_key_with(found, pitched) if pitched else scale_of(found))
        elif low and all(role != "chords" for role, _ in parts):
            found, key = chords_over(low, tune, heard[0].metre, length)
            key = scale or key
        else:
            found = find_chords(pitched[0], pitched[1:])
            key = scale or find_key(pitched[0], pitched[1:])[0].scale
        if not chords and all(role != "bass" for role, _ in parts):
            found = tuple(timed._replace(chord=_on_its_root(timed.chord)) for timed in found)
        drums = [note for role, clip in parts if role == "drums" for note in clip.notes]
        velocities = sorted(note.velocity for _, clip in parts for note in clip.notes)
        return cls(
            length,
            heard[0].metre,
            heard[0].tempo,
            key,
            _without_gaps(found, length),
            _onsets(note for note in drums if lane_of(note.pitch) == "kick"),
            _onsets(note for note in drums if lane_of(note.pitch) == "snare" and note.velocity >= _LOUD),
            tuple(note for role, clip in parts if role == "chords" for note in clip.notes),
            tune,
            Rhythm.of(heard, length),
            bool(chords) or any(role == "chords" for role, _ in parts),
            tuple(low),
            max(64, min(88, velocities[3 * len(velocities) // 4])) if velocities else 84,
            is_programmed([note for _, clip in parts for note in clip.notes]),
        )

    @cached_property
    def strikes(self) -> tuple[float, ...]:
        """Onsets of the chord clips."""
        return _onsets(self.comped, ROLL)

    @cached_property
    def accents(self) -> tuple[float, ...]:
        """What a bass goes with: the kick; without drums the strokes of power chords, or of chords that have a figure
        of their own, on the one and between the pulses, of which those are heard that leave room behind them."""
        if self.kicks or self.backs:
            return self.kicks
        if all(len(timed.chord.classes) == _BARE for timed in self.chords):
            return self.strikes
        following = (*self.strikes[1:], self.length)[: len(self.strikes)]
        roomy = [one for one, after in zip(self.strikes, following, strict=True) if after - one >= _ROOM - TOGETHER]
        pushed = sum(strength(onset, self.metre) < _PULSE for onset in roomy)
        ones = sum(self.metre.in_bar(onset + TOGETHER) <= 2 * TOGETHER for onset in roomy)
        bars = self.metre.bars(self.length)
        own = ones >= bars / 2 and pushed >= len(roomy) / 3 and len(roomy) >= 2 * bars
        return tuple(roomy) if own else ()

    @cached_property
    def pumps(self) -> bool:
        """Does the kick fall on every beat? Then the half between two kicks is the bass's place as well."""
        beats = [float(beat) for beat in range(round(self.length))]
        return sum(is_near(self.kicks, beat) for beat in beats) >= 0.85 * len(beats)

    def harmonised(self, number: int) -> Surroundings:
        """With the ``number``-th of the harmonies found for the tune, where nothing else tells one."""
        if self.told or self.bass or not self.tune:
            return self
        melody = Clip(self.tune, self.length, tempo=self.tempo, metre=self.metre, role="melody")
        chords, scale = chords_under(melody, number % HARMONIES)
        return replace(self, chords=_without_gaps(chords, self.length), scale=scale)

    def styles(self, words: str) -> list[str]:
        """Names of the styles that the words name, else of those that fit, the best first: where a bass plays without
        drums and chords, those whose bass it is."""
        led = self.comped or self.bass or self.tune
        alone = not self.comped and not self.bass
        heard = styles_of(words, self.rhythm, self.kicks, self.backs, led, tune=alone)
        known = styles_named(words) or self.kicks or self.backs or self.comped or alone
        return heard if known else list(dict.fromkeys((*styles_of_bass(self.bass, self.metre, self.tempo), *heard)))

    def anchored(self, onset: float) -> bool:
        """True where kick or chord is struck; between the kicks of a four to the floor; without a kick on pulses."""
        if is_near(self.kicks, onset) or is_near(self.strikes, onset):
            return True
        if self.pumps:
            return abs(onset % 1.0 - self.swung(0.5)) <= TOGETHER
        in_bar = self.metre.in_bar(onset + TOGETHER)
        return not self.kicks and any(abs(in_bar - TOGETHER - pulse) <= TOGETHER for pulse in self.metre.pulses)

    def sung(self, start: float, end: float) -> tuple[Note, ...]:
        """The notes of the tune that begin in [start, end)."""
        first, last = (bisect_left(self.tune, at, key=lambda note: note.onset) for at in (start, end))
        return self.tune[first:last]

    def heard(self, start: float, end: float) -> list[Note]:
        """The notes of the tune that sound in [start, end), of which none lasts longer than 16 beats."""
        return [note for note in self.sung(start - 16.0, end - TIGHT) if note.end > start + TIGHT]

    def swung(self, onset: float) -> float:
        """Where a straight onset lies in the scene's swing."""
        return swung(onset, self.rhythm.swing, self.rhythm.swing_unit)

    def moment(self, onset: float) -> float:
        """When the kick, or else the chords, strike what is written at an onset: a rolled chord with its first note."""
        for struck in (self.kicks, self.strikes):
            place = bisect_left(struck, onset)
            near = min(struck[max(0, place - 1) : place + 1], key=lambda other: abs(other - onset), default=math.inf)
            if abs(near - onset) <= _LATE:
                return near
        return onset

    def played(self, notes: Sequence[Note], seed: int) -> tuple[Note, ...]:
        """A written part as a player of this scene plays it: on the grid where the scene is, else about as free."""
        ordered = sorted(notes, key=lambda note: note.order)
        struck = touched(ordered, self.metre, self.tempo, seed, drums=False, width=_TOUCH)
        if self.on_grid:
            return tuple(note.moved(velocity=hand.velocity) for note, hand in zip(ordered, struck, strict=True))
        return tuple(struck)

    def shared(self, notes: Sequence[Note]) -> float:
        """Share (0-1) of the notes that are ``anchored``; 1 where there is neither kick nor chord."""
        if not notes or not (self.kicks or self.strikes):
            return 1.0
        return sum(self.anchored(note.onset) for note in notes) / len(notes)


def _key_with(chords: Sequence[TimedChord], clips: Sequence[Clip]) -> Scale:
    """The key of clips in which the given chords, as notes, are heard as well."""
    tones = [(timed, interval) for timed in chords for interval in timed.chord.intervals[:4]]
    notes = [Note(48 + (timed.chord.root + each) % 12, timed.onset, timed.duration) for timed, each in tones]
    return find_key(clips[0], [*clips[1:], replace(clips[0], notes=tuple(notes), role="chords")])[0].scale


def is_near(rising: Sequence[float], onset: float, beats: float = TOGETHER) -> bool:
    """Does one of the onsets come together with this one, or so near?"""
    place = bisect_left(rising, onset - beats)
    return place < len(rising) and rising[place] <= onset + beats


def is_programmed(notes: Sequence[Note]) -> bool:
    """Do nearly all notes stand on a grid, straight or of triplets?"""
    on = [min(abs(off_grid(note.onset, step)) for step in (1 / 8, 1 / 12)) <= _ON_GRID for note in notes]
    return sum(on) >= 0.8 * len(on)


def heard_together(clips: Sequence[Clip], chords: Sequence[TimedChord] = ()) -> tuple[list[Clip], float]:
    """The clips that sound, and their common span; raises EmptyClip where none has, BadValue where metres differ."""
    heard = [clip for clip in clips if any(not note.mute for note in clip.notes)]
    if not heard:
        raise EmptyClip("There is nothing to accompany; choose clips with notes.", field="prompts")
    if len({clip.metre for clip in heard}) > 1:
        raise BadValue("The clips have different metres; accompany clips of one metre.", field="prompts")
    return heard, common_span(heard, chords)


def common_span(clips: Sequence[Clip], chords: Sequence[TimedChord] = ()) -> float:
    """The shortest time, in beats, after which all loops begin together; the longest one's where that is too long."""
    lengths = [clip.length for clip in clips] + ([chords[-1].end] if chords else [])
    length = math.lcm(*(max(1, round(each * _STEPS)) for each in lengths)) / _STEPS
    longest = max(lengths)
    return length if length <= MOST_BARS * clips[0].metre.bar + TIGHT else longest


def _looped(chords: Sequence[TimedChord], length: float) -> tuple[TimedChord, ...]:
    """Given chords, again and again until the span is full."""
    period = chords[-1].end
    return tuple(
        timed._replace(onset=timed.onset + turn * period)
        for turn in range(math.ceil(length / period - TIGHT))
        for timed in chords
        if timed.onset + turn * period < length - TIGHT
    )


def held_over(chords: Sequence[TimedChord], length: float) -> tuple[TimedChord, ...]:
    """Given chords over a length, again and again until it is full, without a gap."""
    return _without_gaps(_looped(chords, length), length)


def _on_its_root(chord: Chord) -> Chord:
    """Without a bass part, an inversion is a way to play the chord, not a bass; a foreign bass note is one."""
    inverted = (chord.bass - chord.root) % 12 in chord.intervals
    return replace(chord, bass=chord.root) if inverted else chord


def _without_gaps(chords: Sequence[TimedChord], length: float) -> tuple[TimedChord, ...]:
    """Each chord held until the next, the first from the start."""
    starts = [0.0, *(timed.onset for timed in chords[1:])]
    return tuple(
        TimedChord(start, end - start, timed.chord)
        for timed, start, end in zip(chords, starts, [*starts[1:], length], strict=True)
        if end - start > TIGHT
    )


def _onsets(notes: Iterable[Note], within: float = TOGETHER) -> tuple[float, ...]:
    """The different onsets of notes, rising; what begins ``within`` beats of the first of them is one, as a roll is."""
    found: list[float] = []
    for onset in sorted(note.onset for note in notes):
        if not found or onset - found[-1] > within:
            found.append(onset)
    return tuple(found)
