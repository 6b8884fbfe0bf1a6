"""What results are judged against - the prompt, its key, its harmony, its bars, made once for a request - and a clip's
notes as the rows that measures count with: steps of a grid, bars, the line that leads.

Onsets are taken to the nearest of 24 steps a beat; notes of one step begin together.

Offers: ``Ground`` (``of``, ``of_clip``), ``Shape``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.chords import find_chords
from models.analysis.key import find_key, find_scale
from models.analysis.role import find_role
from models.generator import Request
from models.music.beats import TIGHT, Metre
from models.music.chord import TimedChord
from models.music.clip import Clip, Role
from models.music.scale import CHROMATIC, Scale


@dataclass(frozen=True)
class Ground:
    """The surroundings of results.

    notes         the prompt's notes that sound; none where there is no prompt to compare with
    scale         the scale asked for, else the one that the prompt is in
    tonic, minor  of the key
    chord_starts  (C,) in beats; chord_tones (C, 12) bool, a row for each chord; C is 0 where harmony isn't known
    in_time       True: a result's beats are the prompt's beats; False: it comes after it (continuation) or from nothing
    """

    notes: NoteArrays
    role: Role
    metre: Metre
    length: float
    scale: Scale
    tonic: int
    minor: bool
    chord_starts: np.ndarray
    chord_tones: np.ndarray
    in_time: bool = True

    @classmethod
    def of(cls, request: Request, example: Clip | None = None) -> Ground:
        """The ground of a request; ``example``, one of its results, tells key and role where there is no prompt."""
        clip = request.prompt if request.prompts and request.prompt.notes else example
        if clip is None:
            clip = request.prompts[0] if request.prompts else Clip((), 4.0)
        role = request.role or find_role(clip) or "melody"
        in_time = bool(request.prompts) and request.task != "continue"
        ground = cls.of_clip(clip, role, request.scale, tuple(request.chords), tuple(request.context))
        if not in_time:
            ground = replace(ground, chord_starts=np.zeros(0), chord_tones=np.zeros((0, 12), bool), in_time=False)
        return ground if request.prompts else replace(ground, notes=NoteArrays.of(()))

    @classmethod
    def of_clip(
        cls,
        clip: Clip,
        role: Role,
        scale: Scale | None = None,
        chords: Sequence[TimedChord] = (),
        context: Sequence[Clip] = (),
    ) -> Ground:
        """The ground that a prompt gives, with what is known of its harmony; the rest is found out."""
        pitched = replace(clip, role=role)
        keys = find_key(pitched, context) if role != "drums" else ()
        if keys:
            scale = scale or find_scale(keys[0], NoteArrays.heard_with(pitched, context))
            chords = chords or find_chords(pitched, context)
        tones = np.array([[place in timed.chord for place in range(12)] for timed in chords], bool).reshape(-1, 12)
        return cls(
            NoteArrays.of(clip.notes),
            role,
            clip.metre,
            clip.length,
            scale or CHROMATIC,
            keys[0].tonic if keys else 0,
            bool(keys) and keys[0].minor,
            np.array([timed.onset for timed in chords], float),
            tones,
        )

    def in_scale(self, pitches: np.ndarray) -> np.ndarray:
        """Which pitches belong to the scale, (N,)."""
        inside: np.ndarray = self.scale.mask >> (pitches - self.scale.root) % 12 & 1 > 0
        return inside

    def on_chord(self, notes: NoteArrays) -> np.ndarray:
        """Which notes are tones of the chord at their onset, (N,); harmony must be known."""
        at = np.searchsorted(self.chord_starts, notes.onset + TIGHT, side="right") - 1
        inside: np.ndarray = self.chord_tones[np.maximum(at, 0), notes.pitch % 12]
        return inside


STEPS = 24
SLOTS = 4
"""Slots of a beat that rhythms are compared in: 16ths."""


@dataclass(frozen=True)
class Shape:
    """Notes seen on the grid.

    notes   (N,) arrays, sorted by onset, then pitch
    steps   (N,) onsets in steps
    onsets  (O,) the different ones
    first   (O,) index of the lowest note of each onset; counts (O,) how many begin there
    leads   (O,) index of the note that leads at each onset: the lowest in a bass, else the highest
    slots   (N,) onsets in 16ths; bar_slots: 16ths in a bar
    """

    notes: NoteArrays
    steps: np.ndarray
    onsets: np.ndarray
    first: np.ndarray
    counts: np.ndarray
    leads: np.ndarray
    slots: np.ndarray
    bar_slots: int

    @classmethod
    def of(cls, notes: NoteArrays, ground: Ground) -> Shape:
        """The shape of notes in the metre of their ground."""
        steps = np.rint(notes.onset * STEPS).astype(np.int64)
        order = np.lexsort((notes.pitch, steps))
        notes = NoteArrays(notes.onset[order], notes.pitch[order], notes.duration[order], notes.velocity[order])
        steps = steps[order]
        first = np.flatnonzero(np.diff(steps, prepend=-1))
        counts = np.diff(first, append=len(steps))
        leads = first if ground.role == "bass" else first + counts - 1
        slots = (steps + STEPS // SLOTS // 2) * SLOTS // STEPS
        return cls(notes, steps, steps[first], first, counts, leads, slots, max(1, round(ground.metre.bar * SLOTS)))

    def __len__(self) -> int:
        return len(self.steps)

    @cached_property
    def line(self) -> np.ndarray:
        """The pitch that leads at each onset, (O,)."""
        line: np.ndarray = self.notes.pitch[self.leads]
        return line

    @cached_property
    def gaps(self) -> np.ndarray:
        """Steps between onsets, (O - 1,)."""
        gaps: np.ndarray = np.diff(self.onsets)
        return gaps

    @cached_property
    def intervals(self) -> np.ndarray:
        """Semitones from each note of the line to the next, (O - 1,)."""
        intervals: np.ndarray = np.diff(self.line)
        return intervals

    @cached_property
    def repetition(self) -> float:
        """How much of a bar's notes (16th, pitch) the bar most like it shares, as Dice's coefficient, on average; 0-1.

        Of at least one note.
        """
        number = self.slots // self.bar_slots
        bar = np.cumsum(np.diff(number, prepend=number[0]) != 0)  # those without notes don't count
        bars = int(bar[-1]) + 1
        if bars < 2:
            return 0.0
        keys, place = np.unique((self.slots % self.bar_slots) * 128 + self.notes.pitch, return_inverse=True)
        played = np.zeros((bars, len(keys)))
        played[bar, place] = 1
        counts = played.sum(axis=1)
        alike = 2 * (played @ played.T) / (counts[:, None] + counts[None])
        np.fill_diagonal(alike, 0)
        return float(alike.max(axis=1).mean())
