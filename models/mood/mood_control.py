"""Mood words as a request's own controls, and a density that the user sets by hand.

Words become what a producer would set by hand (``analysis/mood``): a density and a scale before an engine is asked, and
afterwards mode, density, register, contour, leaps, syncopation, articulation and dynamics of what may change, as far as
locks and the similarity dial let them. Works with every engine, since it works around them: an engine asked for more
notes does what it has learned, and what is missing is painted.

Offers: ``Tint`` (``Tint.of(request)``; ``asked``, ``tinted``, ``nearness``, ``remarks``), ``NOTHING_LEFT``,
``HARDLY_HEARD``, ``HARDLY_COUNTED``, ``COUNT_LOCKED``, ``HEARD_AS``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from models.analysis.analyse import analyse
from models.analysis.role import find_role
from models.constraints.constraints import Freedom, most_voices
from models.constraints.continuation import as_infill, behind
from models.constraints.playing import DEFAULT_SIMILARITY, from_nothing, in_the_kit
from models.constraints.result import finished
from models.constraints.similarity_search import TOLERANCE
from models.generator import COUNTED, DENSITY_FACTORS, Density, Request, Variation
from models.mood.apply import SLACK, Painter, quality_before
from models.mood.candidate import Canvas
from models.mood.controls import CONTROLS, Controls, stand_ins
from models.mood.modes import own_scale, wanted_scale
from models.mood.perceived import Ear
from models.mood.targets import left_free
from models.mood.words import Wish, read_words
from models.music.clip import Role
from models.music.errors import ClipkinError
from models.music.note import Note
from models.music.scale import Scale

NOTHING_LEFT = "the locks leave nothing that could make it"
"""Words by which a report says that a mood can't be had."""

_SPARSER, _BUSIER = 0.87, 1.2
"""Factors of the density from which the words ask an engine for fewer, or more, notes."""

_STRENGTHS = (1.0, 0.5, 0.25, 0.0)
"""Shares of what the words ask for, tried until the dial bears it; dynamics cost nothing and are played whole."""

_GIVEN_BACK = (0.5, 1.0)
"""Shares of the engine's changes that are given back where the words aren't heard among them."""

_PLAINLY = 0.99
"""Share of the words that is heard from which no other strength is tried."""

HARDLY_HEARD = "Mood: little of it can be heard here; the clip, the locks or the dial leave no more."
HARDLY_COUNTED = {
    "low": "There are hardly fewer notes; the clip, the locks or the dial leave no more.",
    "high": "There are hardly more notes; the clip, the locks or the dial leave no more.",
}
COUNT_LOCKED = "The locks leave the number of notes as it is."
_HARDLY = 0.25
"""Share of the words, or of the change in the number of onsets, below which that is said."""

_ENOUGH = 0.9
"""Share of such a change that is all of it: onsets come in whole numbers."""

_FAINT = 0.2
"""Axes weaker than this aren't worth a word."""

_AXES = {
    "valence": ("mode", "register", "contour", "articulation", "density"),
    "arousal": ("density", "dynamics", "articulation", "register", "leaps", "syncopation"),
}
"""Controls that can express an axis."""

HEARD_AS = {"valence": "happier or sadder", "arousal": "more or less excited"}


@dataclass(frozen=True)
class Tint:
    """What the mood words and the density of a request do to it and to its results."""

    request: Request
    wish: Wish

    @classmethod
    def of(cls, request: Request) -> Tint | None:
        """The tint of a request with mood words or a density; None of one without, and of a morph, whose ends say how
        it is.
        """
        tinted = _is_counted(request) or (request.mood.strip() and request.task != "morph")
        return cls(request, read_words(request.mood)) if tinted else None

    @cached_property
    def controls(self) -> Controls:
        """What the words ask for, what stands in for what the locks keep from them, and the density set by hand."""
        if not _is_counted(self.request):
            return self._of_words
        by_hand = Controls.of_density(DENSITY_FACTORS[self.request.density])
        return Controls({**self._of_words.strength, **by_hand.strength})

    @cached_property
    def _of_words(self) -> Controls:
        return self.wish.controls.plus(stand_ins(self.wish.valence, self.wish.arousal, self._free))

    @cached_property
    def _free(self) -> frozenset[str]:
        """The controls that the locks leave something to do."""
        try:
            return left_free(self._freedom(self._role))
        except ClipkinError:
            return frozenset(CONTROLS)  # the engine will refuse it, with the same sentence

    @property
    def asked(self) -> Request:
        """The request with the words as controls; what the user has set by hand stays as it is."""
        factor = self.controls.settings.density_factor
        fewer = factor < _SPARSER and self._may_be_sparser
        density: Density = "low" if fewer else "high" if factor > _BUSIER else "same"
        before, after = self._scales
        return self._plain.but(
            scale=after if self.request.scale is None and after != before else self.request.scale,
            density=density if self.request.density == "same" else self.request.density,
        )

    @property
    def _plain(self) -> Request:
        return self.request.but(mood="")

    @cached_property
    def _role(self) -> Role:
        prompt = self.request.prompt if self.request.prompts else None
        found = prompt and (prompt.role or find_role(prompt))
        return self.request.role or found or "melody"

    @property
    def _may_be_sparser(self) -> bool:
        """Are there notes that may go? An engine asked for fewer where all are locked would find nothing to do."""
        try:
            return self.request.task == "generate" or bool(self._freedom(self._role).free)
        except ClipkinError:
            return True

    def _freedom(self, role: Role) -> Freedom:
        """What the request leaves free; a continuation and a new clip are fillings of an empty place."""
        request = self._plain
        if request.task == "continue":
            request = as_infill(request)
        elif request.task == "generate":
            request = from_nothing(request, role)
        return in_the_kit(Freedom.of(request, role))

    @cached_property
    def _scales(self) -> tuple[Scale | None, Scale | None]:
        """The clip's own scale, and the darker or brighter one that the words want."""
        request = self.request
        try:
            freedom = self._freedom(self._role)
        except ClipkinError:
            return None, None  # the engine will refuse it, with the same sentence
        own = own_scale(freedom)
        if own is None and request.task == "generate" and not freedom.drums and not request.chords:
            own = Scale.parse("C")
        if own is None:
            return request.scale, request.scale
        dial = (
            0.0
            if request.task != "vary"
            else DEFAULT_SIMILARITY
            if request.similarity is None
            else (request.similarity)
        )
        return own, request.scale or wanted_scale(freedom, own, self.controls, dial)

    def tinted(self, variation: Variation, taken: Collection[tuple[Note, ...]] = ()) -> Variation:
        """The variation as the words want it, as far as locks and dial bear it, and not one of those ``taken``."""
        if not variation.clip.notes:
            return variation
        canvas, goal = self._canvas(variation), self._goal(variation)
        allowed = TOLERANCE if goal is None else max(TOLERANCE, abs(variation.report.similarity - goal) + SLACK)
        best, best_canvas, best_heard = variation, canvas, self._heard(canvas)
        for painted in self._paintings(canvas, goal):
            if goal is not None and abs(painted.similarity - goal) > allowed:
                continue
            result = self._finished(painted, variation)
            if result.clip.notes in taken:
                continue
            heard = self._heard(painted)
            if heard > best_heard or best is variation:
                best, best_canvas, best_heard = result, painted, heard
            if heard >= _PLAINLY:
                break
        return best.saying(*self._hardly(best_canvas))

    def _heard(self, canvas: Canvas) -> float:
        """How plainly the canvas is as asked, by the words and in number: 1 plainly, below 0 the other way."""
        return min(self._words_heard(canvas), self._counted(canvas))

    def _words_heard(self, canvas: Canvas) -> float:
        return self._ear.heard(canvas.notes) if self._ear else 1.0

    def _counted(self, canvas: Canvas) -> float:
        """How much of a change in the number of onsets has come that the user has set by hand; 1: that, or none is."""
        if not _is_counted(self.request) or "density" not in self._free:
            return 1.0
        came = math.log(max(1, len(canvas.groups)) / quality_before(canvas).onsets)
        return max(-1.0, min(1.0, came / math.log(self.controls.settings.density_factor) / _ENOUGH))

    def _hardly(self, canvas: Canvas) -> Iterator[str]:
        """What is to be said of a result in which little of what was asked for has come."""
        if self._words_heard(canvas) < _HARDLY and not any(NOTHING_LEFT in said for said in self._kept_back()):
            yield HARDLY_HEARD
        if self._counted(canvas) < _HARDLY:
            yield HARDLY_COUNTED[self.request.density]

    def _paintings(self, canvas: Canvas, goal: float | None) -> Iterator[Canvas]:
        """Ways to paint the mood, the best first."""
        painter = self._painter
        for strength in _STRENGTHS:
            yield painter.painted(canvas, strength, goal)
        if goal is not None:
            # The engine's changes may stand in the words' way; fewer of them leave more to the mood.
            for share in _GIVEN_BACK:
                yield painter.painted(canvas.given_back(goal + share * (1 - goal)), 1.0, goal)

    @cached_property
    def _ear(self) -> Ear | None:
        """Hears whether a result has come as the words point; None where there is no prompt to hear it beside."""
        if self.request.task not in ("vary", "infill") or not self.request.prompt.notes:
            return None
        return Ear.of(self.request.prompt, self.wish.valence, self.wish.arousal, drums=self._role == "drums")

    @property
    def _painter(self) -> Painter:
        before, after = self._scales
        return Painter(self.controls, before, after, only_loudness=self.request.task == "humanise")

    def _canvas(self, variation: Variation) -> Canvas:
        role = variation.clip.role or self._role
        base = self._freedom(role if self.request.task == "generate" else self._role)
        if self.request.task == "generate" and role in ("melody", "bass") and base.voices is None:
            base = replace(base, voices=most_voices(variation.clip.notes))
        old, start = (base.prompt.notes, base.start) if self.request.task == "continue" else ((), 0.0)
        new = [note.moved(onset=note.onset + start) for note in variation.clip.notes]
        kept = variation.kept if self.request.task != "continue" else (*range(len(old)), *([None] * len(new)))
        return Canvas.of(base, (*old, *new), kept)

    def _goal(self, variation: Variation) -> float | None:
        """The similarity that the result is to have; None where there is nothing to be similar to."""
        if self.request.similarity is None and self.request.task in ("vary", "humanise"):
            return variation.report.similarity
        return self.request.similarity if self.request.task in ("vary", "infill", "humanise") else None

    def _finished(self, canvas: Canvas, variation: Variation) -> Variation:
        result = finished(
            canvas.base,
            variation.seed,
            canvas.reached,
            self.request.similarity,
            "the locks, the mood and the number of notes",
        )
        if self.request.task == "continue":
            result = behind(canvas.base.request, result)
        report = result.report
        said = [remark for remark in variation.report.remarks if not remark.startswith("The similarity is")]
        similarity = 0.0 if self.request.task == "generate" else report.similarity
        return replace(
            variation,
            clip=replace(variation.clip, notes=result.clip.notes),
            kept=result.kept,
            report=replace(report, similarity=similarity, remarks=(*report.remarks, *said)),
        )

    def nearness(self, variation: Variation) -> float:
        """How far the result lies in the direction of the words, in the plane of valence and arousal."""
        mood = analyse(variation.clip).mood
        return 0.0 if mood is None else mood.valence * self.wish.valence + mood.arousal * self.wish.arousal

    def remarks(self) -> tuple[str, ...]:
        """Sentences for the report: how the words were read, and what the locks keep from them."""
        return (*self.wish.remarks(), *self._kept_back())

    def _kept_back(self) -> Iterator[str]:
        free = self._free
        if _is_counted(self.request) and "density" not in free:
            yield COUNT_LOCKED
        for axis, names in _AXES.items():
            if abs(getattr(self.wish, axis)) >= _FAINT and not free & set(names):
                yield f"Mood: {NOTHING_LEFT} {HEARD_AS[axis]}."
        locked = Controls(
            {name: amount for name, amount in self._of_words.strength.items() if name not in free and name != "tempo"}
        )
        if locked.sentences() and self.request.locks.names:
            yield (
                f"Mood: {', '.join(self.request.locks.names)} locked, so without {', '.join(locked.sentences())}"
                f"{self._instead}."
            )

    @property
    def _instead(self) -> str:
        """What stands in for what is locked, as the end of a sentence."""
        words = self._of_words
        more = Controls(
            {name: words[name] for name in self._free if abs(words[name]) > abs(self.wish.controls[name]) + _FAINT / 2}
        )
        return f"; instead {', '.join(more.sentences())}" if more.sentences() else ""


def _is_counted(request: Request) -> bool:
    """Has the user set a number of notes that the task can have?"""
    return request.density != "same" and request.task in COUNTED
