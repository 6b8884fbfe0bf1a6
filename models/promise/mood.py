"""Mood words as a request's own controls.

Words become what a producer would set by hand (``analysis/mood``): a density and a scale before an engine is asked,
and afterwards the dynamics and articulation of what may change, as far as locks and the similarity dial let them.
Works with every engine, since it works around them.

Offers: ``Tint`` (``Tint.of(request)``; ``asked``, ``tinted``, ``nearness``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.analysis.analyse import analyse
from models.analysis.arrays import NoteArrays
from models.analysis.key import find_key, find_scale
from models.analysis.mood.words import Wish, read_words
from models.analysis.role import find_role
from models.generator import Density, Request, Variation
from models.music.beats import TIGHT
from models.music.clip import Role
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import similarity
from models.promise.dial import TOLERANCE, Reached
from models.promise.freedom import Freedom
from models.promise.outcome import finished

_SPARSER, _BUSIER = 0.87, 1.2
"""Factors of the density from which the words ask for fewer, or more, notes."""

_LEAST_CHANGE = 0.03
"""Share by which a duration must change to be worth it."""

_Traced = tuple[Note, "int | None"]
"""A note and the prompt's index of the note that it is, None for a new one."""


@dataclass(frozen=True)
class Tint:
    """What the mood words of a request do to it and to its results."""

    request: Request
    wish: Wish

    @classmethod
    def of(cls, request: Request) -> Tint | None:
        """The tint of a request with a prompt and mood words, None of any other."""
        return cls(request, read_words(request.mood)) if request.mood.strip() and request.prompts else None

    @property
    def asked(self) -> Request:
        """The request with the words as controls; what the user has set by hand stays as it is."""
        factor = self.wish.controls.settings.density_factor
        density: Density = "low" if factor < _SPARSER else "high" if factor > _BUSIER else "same"
        return self.request.but(mood="", scale=self.request.scale or self._recoloured(),
                                density=density if self.request.density == "same" else self.request.density)

    def _recoloured(self) -> Scale | None:
        """The clip's own scale, darker or brighter as the words want it; None where they don't say."""
        prompt = self.request.prompt
        if self._role == "drums" or not prompt.notes:
            return None
        keys = find_key(prompt, self.request.context)
        if not keys:
            return None
        scale = find_scale(keys[0], NoteArrays.heard_with(prompt, self.request.context))
        wanted = self.wish.controls.recoloured(scale)
        return None if wanted == scale else wanted

    @property
    def _role(self) -> Role:
        prompt = self.request.prompt
        return self.request.role or prompt.role or find_role(prompt) or "melody"

    def tinted(self, variation: Variation) -> Variation:
        """The variation played as the words want it: louder or softer, and shorter or longer where the dial bears it.

        Only where the result lies in the prompt's own time: a continuation stays as it is.
        """
        request = self.asked
        if request.task not in ("vary", "infill", "humanise") or not variation.clip.notes:
            return variation
        freedom, settings = Freedom.of(request, self._role), self.wish.controls.settings
        louder = _louder(freedom, variation, settings.velocity_shift)
        goal = variation.report.similarity if request.similarity is None else request.similarity
        allowed = max(TOLERANCE, abs(variation.report.similarity - goal))
        for strength in (1.0, 0.5, 0.25, 0.0):
            played = _articulated(freedom, louder, 1 + strength * (settings.duration_factor - 1))
            notes = tuple(note for note, _ in played)
            value = similarity(freedom.prompt.notes, notes, drums=freedom.drums)
            if abs(value - goal) <= allowed or strength == 0:
                break
        result = finished(freedom, variation.seed, Reached(notes, tuple(origin for _, origin in played), value),
                          request.similarity)
        return replace(variation, clip=result.clip, kept=result.kept, report=result.report)

    def nearness(self, variation: Variation) -> float:
        """How far the result lies in the direction of the words, in the plane of valence and arousal."""
        mood = analyse(variation.clip).mood
        return 0.0 if mood is None else mood.valence * self.wish.valence + mood.arousal * self.wish.arousal


def _louder(freedom: Freedom, variation: Variation, shift: int) -> list[_Traced]:
    """The notes with other velocities, where they may have them; a kept note that changes is a new one."""
    place = {origin: index for index, origin in enumerate(freedom.origin) if origin is not None}
    traced: list[_Traced] = []
    for note, origin in zip(variation.clip.notes, variation.kept, strict=True):
        changed = note.moved(velocity=max(1, min(127, note.velocity + shift)))
        free = origin is None or (place.get(origin) in freedom.free and freedom.may_lie(changed))
        if freedom.may.revelocity and free and changed != note:
            traced.append((changed, None))
        else:
            traced.append((note, origin))
    return traced


def _articulated(freedom: Freedom, traced: list[_Traced], factor: float) -> list[_Traced]:
    """The new notes shorter or longer; a longer one ends where the next of its pitch, or of a single line, begins."""
    if not freedom.may.stretch or freedom.drums or abs(factor - 1) < _LEAST_CHANGE:
        return traced
    single = freedom.voices == 1
    if factor > 1 and freedom.voices is not None and not single:
        return traced
    result: list[_Traced] = []
    for number, (note, origin) in enumerate(traced):
        if origin is None:
            following = (other.onset for other, _ in traced[number + 1:]
                         if other.onset > note.onset + TIGHT and (single or other.pitch == note.pitch))
            end = min(next(following, freedom.end), freedom.end) if factor > 1 else note.end
            room = max(note.duration, end - note.onset)
            longer = note.moved(duration=min(note.duration * factor, room))
            # A longer note may ring into another note of a locked line, and then lie beyond it.
            note = longer if factor < 1 or freedom.may_lie(longer) else note
        result.append((note, origin))
    return result
