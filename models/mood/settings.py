"""Mood words and a density set by hand as settings, before an engine is asked: density, scale, temperature, similarity.

Offers: ``MoodSettings`` (``controls``, ``asked``), ``is_counted``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

from models.analysis.chords import find_chords
from models.analysis.emotion import BRIGHTNESS
from models.analysis.role import find_role
from models.constraints.constraints import Constraints
from models.constraints.continuation import as_infill
from models.constraints.playing import DEFAULT_SIMILARITY, from_nothing, in_the_kit
from models.generator import COUNTED, DENSITY_FACTORS, Density, Request
from models.mood.controls import BRIGHTEST, CONTROLS, DARKEST, RECOLOURED, Controls, stand_ins
from models.mood.goal import MoodGoal, Quality, Turn, left_free, own_scale, wanted_scale
from models.mood.layers import painted
from models.mood.words import MoodText
from models.music.chord import TimedChord
from models.music.clip import Role
from models.music.errors import ClipkinError
from models.music.note import Note
from models.music.scale import Scale

_SPARSER, _BUSIER = 0.87, 1.2
"""Factors of the density from which the words ask an engine for fewer, or more, notes."""

_TELLING = 0.2
"""Valence from which the words keep an engine within the clip's scale."""

_TIED_OVER = -0.3
"""How many fewer notes tied ones make, as a strength of ``density``."""

_WARMER = 0.2
"""Share by which full arousal raises, and full calm lowers, the temperature."""

_LONG = 0.2
"""Articulation from which notes are to be long."""

_SHARE = 0.8
"""Share of what the dial leaves that a mood may cost; the rest is the engine's."""

_ROOM = 0.12
"""Similarity that a nearer mode leaves to everything else."""

_FAR = 0.7
"""Register that is asked for where the words alone change too little."""

_STILL = -0.2
"""Arousal up to which a beat is to be calm, whatever else."""

_FEWER, _CALMER = 0.2, -0.3
"""Density from which a beat is to be calmer, and that of words that don't excite it."""


@dataclass(frozen=True)
class MoodSettings:
    """What the mood words and the density of a request do to it before an engine is asked."""

    request: Request
    text: MoodText

    @cached_property
    def controls(self) -> Controls:
        """What the words ask for, what stands in for what the locks keep from them, and the density set by hand."""
        if not is_counted(self.request):
            return self._of_words
        by_hand = Controls.of_density(DENSITY_FACTORS[self.request.density])
        return Controls({**self._of_words.strength, **by_hand.strength})

    @cached_property
    def _of_words(self) -> Controls:
        free = self._free - {"mode"} if self._is_at_the_end else self._free
        asked = self.text.controls.plus(stand_ins(self.text.valence, self.text.arousal, free))
        still = self.text.arousal <= _STILL or self.text.arousal <= 0 > self.text.valence
        if self._role == "drums" and still and self.text.controls["density"] < _FEWER:
            # A beat has nothing else to be calm, or dark, by.
            asked = Controls({**asked.strength, "density": min(_CALMER, asked["density"])})
        if self.text.arousal < -abs(self.text.valence) and not self.request.locks.names:
            # Calm neither rises nor leaps for want of a brighter mode.
            asked = Controls({**asked.strength, "contour": self.text.controls["contour"]})
        if self.text.controls.ties:
            # What is to flow is not made to leap, or cut short, for want of a brighter mode.
            own = {name: self.text.controls[name] for name in ("articulation", "register", "contour")}
            asked = Controls({**asked.strength, **own})
        # Long notes and more of them are a contradiction, unless both are asked for.
        held = asked["articulation"] < -_LONG and "articulation" in free and self.text.controls["density"] < _LONG
        if not held:
            return asked
        # Notes that are to be tied take the place of those that they are tied over.
        most = _TIED_OVER if asked.ties else 0.0
        return Controls({**asked.strength, "density": min(most, asked["density"])})

    @cached_property
    def _is_at_the_end(self) -> bool:
        """Is the clip's mode as bright, or as dark, as the words could make it? Then the other cues have to tell it."""
        own = own_scale(self._base) if self._base else None
        if own is None:
            return False
        bright = BRIGHTNESS.get(own.mask, 0.0)
        return bright >= BRIGHTEST if self.text.valence > 0 else bright <= DARKEST

    @cached_property
    def _free(self) -> frozenset[str]:
        """The controls that the locks leave something to do; all where the engine will refuse the request anyway."""
        return left_free(self._base) if self._base else frozenset(CONTROLS)

    @cached_property
    def _role(self) -> Role:
        prompt = self.request.prompt if self.request.prompts else None
        return self.request.role or (prompt and (prompt.role or find_role(prompt))) or "melody"

    @cached_property
    def _base(self) -> Constraints | None:
        """The constraints of the prompt; None where the engine will refuse the request, with the same sentence."""
        try:
            return self._constraints(self._role)
        except ClipkinError:
            return None

    @cached_property
    def _built(self) -> dict[Role, Constraints]:
        return {}

    def _constraints(self, role: Role) -> Constraints:
        """A continuation and a new clip are fillings of an empty place; each role's are worked out once."""
        if role in self._built:
            return self._built[role]
        request = self.request.but(mood="")
        if request.task == "continue":
            request = as_infill(request)
        elif request.task == "generate":
            request = from_nothing(request, role)
        return self._built.setdefault(role, in_the_kit(Constraints.of(request, role)))

    @cached_property
    def _dial(self) -> float | None:
        """The similarity that results are to have; None where there is nothing to be similar to."""
        if self.request.task == "vary":
            return DEFAULT_SIMILARITY if self.request.similarity is None else self.request.similarity
        return self.request.similarity if self.request.task == "infill" else None

    @cached_property
    def _scales(self) -> tuple[Scale | None, Scale | None]:
        """The clip's own scale, and the darker or brighter one that the words want."""
        request, base = self.request, self._base
        own = own_scale(base) if base else None
        if own is None and base and request.task == "generate" and not base.drums and not request.chords:
            own = Scale.parse("C")
        if own is None or base is None:
            return request.scale, request.scale
        dial = self._dial if self._dial is not None and request.task == "vary" else 0.0
        return own, request.scale or wanted_scale(base, own, self.controls, dial, self._chords)

    @cached_property
    def _chords(self) -> tuple[TimedChord, ...]:
        request = self.request
        return request.chords or (find_chords(request.prompt, request.context) if request.prompts else ())

    @cached_property
    def asked(self) -> Request:
        """The request with the words as settings; what the user has set by hand stays as it is."""
        request = self.request
        before, after = self._scales
        return request.but(
            mood="",
            style="" if request.task == "vary" else request.style,
            scale=after if request.scale is None and (after != before or self._keeps_its_mode) else request.scale,
            density=self._density,
            temperature=min(2.0, max(0.1, request.temperature * (1 + _WARMER * self.text.arousal))),
            similarity=self._engine_similarity,
        )

    @property
    def _keeps_its_mode(self) -> bool:
        """Do the words say how happy the clip is to be? Then no note of the engine's may say otherwise."""
        clear = self._base is not None and len(self._base.free) > 0
        return clear and "mode" in self._free and abs(self.text.valence) >= _TELLING

    @cached_property
    def _density(self) -> Density:
        """What an engine is asked for; by hand, or by the words where they are plain enough."""
        paints = self.request.task in ("vary", "infill") and not self.request.locks.names
        if self.request.density != "same" or paints:
            return self.request.density  # fewer or more notes of what is varied freely are the mood's own to make
        factor = self.controls.settings.density_factor
        # An engine asked for fewer notes where all are locked would find nothing to do.
        if factor < _SPARSER and (self.request.task == "generate" or self._base is None or self._base.free):
            return "low"
        return "high" if factor > _BUSIER else "same"

    @cached_property
    def _engine_similarity(self) -> float | None:
        """How similar an engine's result is to be, so that the mood then brings it down to the dial."""
        dial, base = self._dial, self._base
        if dial is None or base is None or not base.notes or not 0 < dial < 1:
            return self.request.similarity
        goal = self._goal(base, base.notes)
        if self._density != "same":
            # The number of notes is the engine's to change.
            goal = replace(goal, controls=Controls({**goal.controls.strength, "density": 0.0}))
        return min(1.0, dial / painted(base, base, goal, 1 - _SHARE * (1 - dial)).similarity)

    def _goal(self, base: Constraints, notes: tuple[Note, ...], mode: Scale | None = None) -> MoodGoal:
        """The goal of a pass over notes; in another mode than the words' own where one is given."""
        before, after = self._scales
        after = mode or after
        chords = () if base.drums else self._chords
        return MoodGoal(
            self.controls,
            Quality.before(base, notes).under(self.controls),
            after or before,
            Turn.of(
                before,
                after or before,
                chords,
                chordal=base.role == "chords",
                rooted=base.role == "bass",
                mixed=self._is_mixed,
            ),
            chords,
        )

    @property
    def _is_mixed(self) -> bool:
        """Is a clip of chords that is as dark as minor to be darker?"""
        darker = self.controls["mode"] <= -RECOLOURED and "mode" in self._free and self.request.task == "vary"
        own = self._scales[0]
        minor = own is not None and BRIGHTNESS.get(own.mask, 0.0) <= DARKEST
        return darker and minor and self._role == "chords" and not self.request.context

    # ---- the prompt itself in the mood

    @cached_property
    def of_prompts(self) -> bool:
        """May a result be the prompt itself in the mood? Where words say more than a number of notes."""
        able = self.request.task == "vary" and self._dial is not None and self.text.readings
        return bool(able) and self._base is not None and bool(self._base.notes) and not is_counted(self.request)

    @cached_property
    def _goals(self) -> list[MoodGoal]:
        """What the prompt may be brought to, by turns: the mode as far as the dial bears it and, where that leaves
        nothing else, one nearer to the prompt's; in words that say how happy it is, with as many notes as before, or
        with more of the register.
        """
        base, (own, after) = self._base, self._scales
        if base is None or self._dial is None:
            return []
        goals = [self._goal(base, base.notes)]
        if own is not None and after not in (None, own) and self.request.scale is None:
            nearer = wanted_scale(base, own, self.controls, min(1.0, self._dial + _ROOM), self._chords)
            # What is nearer to major than to minor is none that is darker, nor the other way round.
            tells = BRIGHTNESS.get(nearer.mask, 0.0) * self.text.valence > 0
            goals += [self._goal(base, base.notes, nearer)] if nearer not in (own, after) and tells else []
        if not self._feels or base.drums:
            return goals
        still = [goal.turned(density=0.0) for goal in goals if not goal.turn.turns]
        far = [goal.turned(register=math.copysign(_FAR, self.text.valence)) for goal in goals]
        return [*still, *goals, *far] if self.text.valence < 0 else [*goals, *still, *far]

    @property
    def _feels(self) -> bool:
        """Do the words ask for happier or sadder rather than for more or less excited?"""
        return abs(self.text.valence) > abs(self.text.arousal)


def is_counted(request: Request) -> bool:
    """Has the user set a number of notes that the task can have?"""
    return request.density != "same" and request.task in COUNTED
