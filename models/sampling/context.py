"""What sounds under a request's prompt: the clips of its context, and chords as given, heard there, or found.

Offers: ``Context``, ``add_sound``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.analysis.chords import find_chords
from models.analysis.key import clip_scale
from models.analysis.role import find_role
from models.generator import Request
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import CHROMATIC, Scale

_LEAST_SHARE = 0.3
"""Of a beat, in which a pitch class must sound to belong to its chord."""


@dataclass(frozen=True)
class Context:
    """What sounds under a prompt; each is worked out when it is first asked for."""

    request: Request

    @cached_property
    def clips(self) -> tuple[Clip, ...]:
        """The clips of the context that have notes and are no drums."""
        return tuple(clip for clip in self.request.context if clip.notes and (clip.role or find_role(clip)) != "drums")

    @cached_property
    def heard(self) -> tuple[Note, ...]:
        """The notes of the context, each clip repeated to the prompt's length."""
        return tuple(note for clip in self.clips for note in clip.looped(self.request.prompt.length).notes)

    @cached_property
    def chords(self) -> tuple[TimedChord, ...]:
        """The chords, as given or found; none where there are no notes."""
        prompt = self.request.prompt
        return self.request.chords or (find_chords(prompt, self.clips) if prompt.notes or self.clips else ())

    @property
    def tells_chords(self) -> bool:
        """Are the chords given, or heard in other clips as well? Else they are what the prompt itself spells."""
        return bool(self.request.chords or self.clips)

    @cached_property
    def scale(self) -> Scale:
        """The scale, as locked or found in the notes of prompt and context; every pitch where there is none."""
        return self.request.scale or clip_scale(self.request.prompt, self.clips) or CHROMATIC

    def pitch_classes(self, begin: float, beats: int) -> np.ndarray:
        """Which pitch classes sound in each of so many beats from ``begin``, (beats, 12), 0 or 1.

        Without given chords those of the context's notes, and without context those of the chords found.
        """
        sound = np.zeros((beats, 12))
        if self.heard and not self.request.chords:
            add_sound(sound, ((note.onset - begin, note.duration, note.pitch) for note in self.heard))
        else:
            add_sound(
                sound,
                (
                    (timed.onset - begin, timed.duration, timed.chord.root + interval)
                    for timed in self.chords
                    for interval in timed.chord.intervals
                ),
            )
        return (sound >= _LEAST_SHARE).astype(np.float32)


def add_sound(sound: np.ndarray, notes: Iterable[tuple[float, float, int]]) -> None:
    """Add to sound (beats, 12) the share of each beat in which notes (onset, duration, pitch) sound."""
    for onset, duration, pitch in notes:
        for beat in range(max(0, int(onset)), min(len(sound), int(np.ceil(onset + duration)))):
            sound[beat, pitch % 12] += max(0.0, min(onset + duration, beat + 1) - max(onset, beat))
