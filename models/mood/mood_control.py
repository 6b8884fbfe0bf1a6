"""Mood words as a request's own controls, and a density that the user sets by hand.

Words become what a producer would set by hand: settings before an engine is asked (density, scale, temperature, and a
similarity that leaves room for the mood), and afterwards one pass of transforms over each result (``transforms``), as
far as locks and the similarity dial let it. Works with every engine, since it works around them.

Offers: ``MoodControl`` (``of``, ``asked``, ``over``, ``applied``, ``nearness``, ``remarks``), ``NOTHING_LEFT``,
``HARDLY_HEARD``, ``HARDLY_COUNTED``, ``COUNT_LOCKED``, ``HEARD_AS``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.analysis.analyse import analyse
from models.analysis.chords import find_chords
from models.analysis.emotion import Mood
from models.analysis.role import find_role
from models.constraints.constraints import Constraints, polyphony_of
from models.constraints.continuation import as_infill, behind
from models.constraints.diff import diff
from models.constraints.edits import Edit, EditSet
from models.constraints.playing import DEFAULT_SIMILARITY, from_nothing, in_the_kit
from models.constraints.result import as_variation
from models.constraints.similarity_search import (
    TOLERANCE,
    SearchResult,
    apply_edits,
    search_similarity,
    similarity_after,
)
from models.generator import COUNTED, DENSITY_FACTORS, Density, Request, Variation
from models.mood.controls import CONTROLS, Controls, stand_ins
from models.mood.goal import MoodGoal, Quality, left_free
from models.mood.modes import own_scale, replacements, wanted_scale
from models.mood.perceived import PerceivedMood
from models.mood.transforms import early_edits, louder, mood_edits
from models.mood.words import MoodText, read_words
from models.music.chord import TimedChord
from models.music.clip import Clip, Role
from models.music.errors import ClipkinError
from models.music.note import Note
from models.music.scale import Scale

NOTHING_LEFT = "the locks leave nothing that could make it"
"""Words by which a report says that a mood can't be had."""

_SPARSER, _BUSIER = 0.87, 1.2
"""Factors of the density from which the words ask an engine for fewer, or more, notes."""

_WARMER = 0.2
"""Share by which full arousal raises, and full calm lowers, the temperature."""

_SHARE = 0.5
"""Share of what the dial leaves that a mood may cost; the rest is the engine's."""

_GIVEN_BACK = 0.25
"""Share of the engine's changes that are given back where the words aren't heard among them."""

_BELOW = 0.04
"""How far below the dial a mood may bring a result."""

HARDLY_HEARD = "Mood: little of it can be heard here; the clip, the locks or the dial leave no more."
HARDLY_COUNTED = {
    "low": "There are hardly fewer notes; the clip, the locks or the dial leave no more.",
    "high": "There are hardly more notes; the clip, the locks or the dial leave no more.",
}
COUNT_LOCKED = "The locks leave the number of notes as it is."
_HARDLY = 0.25
"""Share of the words, or of the change in the number of onsets, below which that is said."""

_PLAINLY = 0.5
"""Share of them from which a result is not passed a second time."""

_FAINT = 0.2
"""Axes weaker than this aren't worth a word."""

_AXES = {
    "valence": ("mode", "register", "contour", "articulation", "density"),
    "arousal": ("density", "dynamics", "articulation", "register", "leaps", "syncopation"),
}
"""Controls that can express an axis."""

HEARD_AS = {"valence": "happier or sadder", "arousal": "more or less excited"}


@dataclass(frozen=True)
class MoodControl:
    """What the mood words and the density of a request do to it and to its results."""

    request: Request
    text: MoodText

    @classmethod
    def of(cls, request: Request) -> MoodControl | None:
        """Of a request with mood words or a density; None of one without, and of a morph, whose ends say how it is."""
        has_mood = request.mood.strip() and request.task != "morph"
        return cls(request, read_words(request.mood)) if has_mood or _is_counted(request) else None

    # ---- what is asked for

    @cached_property
    def controls(self) -> Controls:
        """What the words ask for, what stands in for what the locks keep from them, and the density set by hand."""
        if not _is_counted(self.request):
            return self._of_words
        by_hand = Controls.of_density(DENSITY_FACTORS[self.request.density])
        return Controls({**self._of_words.strength, **by_hand.strength})

    @cached_property
    def _of_words(self) -> Controls:
        return self.text.controls.plus(stand_ins(self.text.valence, self.text.arousal, self._free))

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

    def _constraints(self, role: Role) -> Constraints:
        """A continuation and a new clip are fillings of an empty place."""
        request = self.request.but(mood="")
        if request.task == "continue":
            request = as_infill(request)
        elif request.task == "generate":
            request = from_nothing(request, role)
        return in_the_kit(Constraints.of(request, role))

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
        return own, request.scale or wanted_scale(base, own, self.controls, dial)

    @cached_property
    def _chords(self) -> tuple[TimedChord, ...]:
        request = self.request
        return request.chords or (find_chords(request.prompt, request.context) if request.prompts else ())

    # ---- before an engine is asked

    @cached_property
    def asked(self) -> Request:
        """The request with the words as settings; what the user has set by hand stays as it is."""
        request = self.request
        before, after = self._scales
        return request.but(
            mood="",
            scale=after if request.scale is None and after != before else request.scale,
            density=self._density,
            temperature=min(2.0, max(0.1, request.temperature * (1 + _WARMER * self.text.arousal))),
            similarity=self._engine_similarity,
        )

    @cached_property
    def _density(self) -> Density:
        """What an engine is asked for; by hand, or by the words where they are plain enough."""
        if self.request.density != "same":
            return self.request.density
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
        edits = mood_edits(base, goal)
        own = similarity_after(edits, _bearable(edits, 1 - _SHARE * (1 - dial)))
        return min(1.0, dial / own)

    def _goal(self, base: Constraints, notes: tuple[Note, ...]) -> MoodGoal:
        before, after = self._scales
        budget = 1.0 if self._dial is None else _SHARE * (1 - self._dial)
        return MoodGoal(
            self.controls,
            Quality.before(base, notes).under(self.controls),
            after or before,
            replacements(before, after),
            () if base.drums else self._chords,
            budget,
        )

    # ---- over its results

    def over(self, candidates: Iterable[Variation]) -> Iterator[Variation]:
        """The candidates as the words want them, still different from each other and from the prompt."""
        taken = {self.request.prompt.notes} if self.request.prompts and self.request.similarity != 1 else set()
        for candidate in candidates:
            changed = self.applied(candidate, taken)
            taken.add(changed.clip.notes)
            yield changed

    def applied(self, variation: Variation, taken: Collection[tuple[Note, ...]] = ()) -> Variation:
        """The variation as the words want it, as far as locks and dial bear it, and not one of those ``taken``."""
        if not variation.clip.notes:
            return variation
        base, here = self._placed(variation)
        result = self._finished(base, self._passed(base, here, taken), variation)
        came = self._came(base, result)
        if came < _PLAINLY and self._dial is not None:
            # The engine's changes may stand in the words' way; fewer of them leave more to the mood.
            rng = np.random.default_rng(variation.seed)
            closer = search_similarity(diff(base, here.notes, rng), self._dial + _GIVEN_BACK * (1 - self._dial))
            if closer is not None:
                again = self._passed(base, base.carried_to(closer.notes, closer.kept), taken)
                second = self._finished(base, again, variation)
                if second.clip.notes not in taken and self._came(base, second) > came and self._as_near(second, result):
                    result = second
        if result.clip.notes in taken:
            result = variation
        return result.saying(*self._hardly(base, result))

    def _as_near(self, one: Variation, other: Variation) -> bool:
        """Is one as near to the dial as the other, or within the tolerance?"""
        off, other_off = (abs(each.report.similarity - (self._dial or 0.0)) for each in (one, other))
        return off <= max(TOLERANCE, other_off)

    def _passed(self, base: Constraints, here: Constraints, taken: Collection[tuple[Note, ...]]) -> SearchResult:
        """A result (``here``) after the pass."""
        goal = self._goal(base, here.notes)
        # Loudness doesn't count in the similarity: up to the end a louder note is still the prompt's.
        here = replace(here, notes=louder(here, goal))
        reached = None if self.request.task == "humanise" else self._reached(mood_edits(here, goal), taken)
        reached = reached or apply_edits(EditSet(here), [], similarity_after(EditSet(here), []))
        prompt = base.prompt.notes
        kept = (
            index if index is not None and note == prompt[index] else None
            for note, index in zip(reached.notes, reached.kept, strict=True)
        )
        return replace(reached, kept=tuple(kept))

    def _reached(self, edits: EditSet, taken: Collection[tuple[Note, ...]]) -> SearchResult | None:
        """As many of the edits as the dial bears; where they leave the result too similar, what the search finds."""
        dial = self._dial
        if dial is None:
            return search_similarity(edits, None)
        unchanged = apply_edits(edits, [], similarity_after(edits, []))
        chosen = _bearable(edits, dial - _BELOW)
        found = apply_edits(edits, chosen, similarity_after(edits, chosen)) if chosen else unchanged
        # The locks may have kept the engine from what it was asked for.
        near = max(TOLERANCE, abs(unchanged.similarity - (self._engine_similarity or 0.0)))
        choices: list[SearchResult | None] = [found]
        if abs(found.similarity - dial) > near or found.notes in taken:
            choices += [self._nudged(edits, found, dial, taken), search_similarity(edits, dial, taken), unchanged]
        there = [one for one in choices if one and one.notes]
        fitting = [one for one in there if one.notes not in taken] or there
        within = [one for one in fitting if abs(one.similarity - dial) <= near]
        return next(iter(within), min(fitting, key=lambda one: abs(one.similarity - dial), default=None))

    def _nudged(
        self, edits: EditSet, found: SearchResult, dial: float, taken: Collection[tuple[Note, ...]]
    ) -> SearchResult | None:
        """A result that the mood has left too similar, with single onsets early or nudged; what is to ring isn't."""
        here = edits.constraints.carried_to(found.notes, found.kept)
        if self.controls["articulation"] < 0:
            here = replace(here, allowed_edits=replace(here.allowed_edits, stretch=False))
        return search_similarity(early_edits(here), dial, taken) if found.notes else None

    def _placed(self, variation: Variation) -> tuple[Constraints, Constraints]:
        """The constraints of the prompt, and of the result in its place."""
        task, role = self.request.task, variation.clip.role or self._role
        base = self._constraints(role) if task == "generate" or self._base is None else self._base
        if task == "generate" and role in ("melody", "bass") and base.polyphony is None:
            base = replace(base, polyphony=polyphony_of(variation.clip.notes))
        if task != "continue":
            return base, base.carried_to(variation.clip.notes, variation.kept)
        old = base.prompt.notes
        new = [note.moved(onset=note.onset + base.start) for note in variation.clip.notes]
        return base, base.carried_to((*old, *new), (*range(len(old)), *([None] * len(new))))

    def _finished(self, base: Constraints, reached: SearchResult, variation: Variation) -> Variation:
        bounds = "the locks, the mood and the number of notes"
        result = as_variation(base, variation.seed, reached, self.request.similarity, bounds)
        if self.request.task == "continue":
            result = behind(base.request, result)
        said = [remark for remark in variation.report.remarks if not remark.startswith("The similarity is")]
        similarity = 0.0 if self.request.task == "generate" else result.report.similarity
        return replace(
            variation,
            clip=replace(variation.clip, notes=result.clip.notes),
            kept=result.kept,
            report=replace(result.report, similarity=similarity, remarks=(*result.report.remarks, *said)),
        )

    # ---- what came of it

    @cached_property
    def _perceived(self) -> PerceivedMood | None:
        """Measures results in the prompt's place; None where they take no prompt's place."""
        if self.request.task not in ("vary", "infill") or not self.request.prompt.notes:
            return None
        drums = self._role == "drums"
        return PerceivedMood.of(self.request.prompt, self.text.valence, self.text.arousal, drums=drums)

    @cached_property
    def _moods(self) -> dict[tuple[Note, ...], Mood | None]:
        """Those of results that were measured already."""
        return {}

    def _mood(self, clip: Clip) -> Mood | None:
        if clip.notes not in self._moods:
            heard = self._perceived
            self._moods[clip.notes] = heard.mood(clip.notes) if heard else analyse(clip).mood
        return self._moods[clip.notes]

    def nearness(self, variation: Variation) -> float:
        """How far the result lies in the direction of the words, in the plane of valence and arousal."""
        mood = self._mood(variation.clip)
        return 0.0 if mood is None else mood.valence * self.text.valence + mood.arousal * self.text.arousal

    def _heard(self, result: Variation) -> float:
        """How plainly a result lies where the words point: 1 plainly, below 0 the other way."""
        return self._perceived.heard(self._mood(result.clip)) if self._perceived else 1.0

    def _counted(self, base: Constraints, result: Variation) -> float:
        """How much has come of a number of onsets that the user has set by hand; 1: that, or none is."""
        if not _is_counted(self.request) or "density" not in self._free:
            return 1.0
        start = base.start if self.request.task != "continue" else 0.0
        inside = [note for note in result.clip.notes if start <= note.onset < start + base.end - base.start]
        change = math.log((Quality.of(inside).onsets if inside else 1) / Quality.before(base, inside).onsets)
        return change / math.log(self.controls.settings.density_factor)

    def _came(self, base: Constraints, result: Variation) -> float:
        return min(self._heard(result), self._counted(base, result))

    def _hardly(self, base: Constraints, result: Variation) -> Iterator[str]:
        """What is to be said of a result in which little of what was asked for has come."""
        said = any(NOTHING_LEFT in remark for remark in self._kept_back())
        if not said and self._heard(result) < _HARDLY:
            yield HARDLY_HEARD
        if self._counted(base, result) < _HARDLY:
            yield HARDLY_COUNTED[self.request.density]

    def remarks(self) -> tuple[str, ...]:
        """Sentences for the report: how the words were read, and what the locks keep from them."""
        return (*self.text.remarks(), *self._kept_back())

    def _kept_back(self) -> Iterator[str]:
        free, words = self._free, self._of_words
        if _is_counted(self.request) and "density" not in free:
            yield COUNT_LOCKED
        for axis, names in _AXES.items():
            if abs(getattr(self.text, axis)) >= _FAINT and not free & set(names):
                yield f"Mood: {NOTHING_LEFT} {HEARD_AS[axis]}."
        locked = Controls({name: words[name] for name in CONTROLS if name not in free and name != "tempo"}).sentences()
        if locked and self.request.locks.names:
            asked = self.text.controls
            more = {name: words[name] for name in free if abs(words[name]) > abs(asked[name]) + _FAINT / 2}
            instead = f"; instead {', '.join(Controls(more).sentences())}" if Controls(more).sentences() else ""
            yield f"Mood: {', '.join(self.request.locks.names)} locked, so without {', '.join(locked)}{instead}."


def _is_counted(request: Request) -> bool:
    """Has the user set a number of notes that the task can have?"""
    return request.density != "same" and request.task in COUNTED


def _bearable(edits: EditSet, floor: float) -> list[Edit]:
    """As many edits, from the front, as leave the similarity at ``floor`` (0-1) or more."""
    low, high = 0, len(edits.edits)
    if high and similarity_after(edits, edits.edits) >= floor:
        return edits.edits
    while low < high:
        middle = (low + high + 1) // 2
        if similarity_after(edits, edits.edits[:middle]) >= floor:
            low = middle
        else:
            high = middle - 1
    return edits.edits[:low]
