"""What a result is judged against: the prompt, its key, its harmony, its bars. Made once for all results of a request.

Offers: ``Ground`` (``of``, ``of_clip``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
