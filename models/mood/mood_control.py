"""Mood words as a request's own controls, and a density that the user sets by hand.

Words become what a producer would set by hand: settings before an engine is asked (density, scale, temperature, and a
similarity that leaves room for the mood), and afterwards one pass of transforms over each result (``transforms``), as
far as locks and the similarity dial let it. Works with every engine, since it works around them.

Offers: ``MoodControl`` (``of``, ``asked``, ``applied``, ``of_the_prompt``, ``of_the_engine``, ``nearness``,
``remarks``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.diff import diff
from models.constraints.edits import EditSet
from models.constraints.similarity_search import (
    TOLERANCE,
    SearchResult,
    apply_edits,
    search_similarity,
    similarity_after,
)
from models.generator import Report, Request, Variation
from models.mood.beat import bears
from models.mood.goal import MoodGoal, strength_at
from models.mood.layers import IDEAS, louder, painted
from models.mood.outcome import MoodOutcome
from models.mood.rhythm import has_room
from models.mood.settings import is_counted
from models.mood.words import read_words
from models.music.beats import TIGHT
from models.music.drum_kit import lane_of
from models.music.note import Note
from models.tasks.table import LARGEST_SEED, SEEDS_APART

_GIVEN_BACK = (0.3, 0.7)
"""Shares of the engine's changes that are given back where the words aren't heard among them."""

_STRESSES, _ALIKE = (1.0, 3.0), 0.87
"""How much an idea stresses rhythm, touch and register, in the order of trial; and the share of what two results play
both from which they are one idea."""

_MORE = (1.0, 2.0, 5.0)
"""The same where the engine's changes leave room."""

_TURNS, _BACK = 6, pow(SEEDS_APART, -1, LARGEST_SEED + 1)
"""Results after which the ideas come again: as many as are tried for four, so that none comes twice; and what makes
of a seed its number in the row of those that follow each other.
"""

_PLAIN_ENOUGH, _SHORTEST = 0.1, 0.125
"""How plainly the words must be heard in the prompt itself beside what is locked, and beats below which no note is
halved."""

_BELOW = 0.049
"""How far below the dial a mood may bring a result."""


@dataclass(frozen=True)
class MoodControl(MoodOutcome):
    """What the mood words and the density of a request do to it and to its results."""

    @classmethod
    def of(cls, request: Request) -> MoodControl | None:
        """Of a request with mood words or a density; None of one without, and of a morph, whose ends say how it is."""
        # A style is a mood word of its own for a task that goes on from a clip.
        words = f"{request.style}, {request.mood}" if request.task == "vary" and request.style else request.mood
        has_mood = words.strip() and request.task != "morph"
        if not has_mood and not is_counted(request):
            return None
        text = read_words(words)
        if text.part and request.task in ("vary", "humanise") and request.region is None:
            start, end = (share * request.prompt.length for share in text.part[1])
            request = request.but(region=(start, end))
        return cls(request, text)

    def applied(self, variation: Variation, taken: Set[tuple[Note, ...]] = frozenset()) -> Variation:
        """The variation as the words want it, as far as locks and dial bear it, and not one of those ``taken``; where
        they ask for no more than the prompt in the mood, that.
        """
        own = self.of_the_prompt(variation.seed, taken) if variation.clip.notes and self.of_prompts else None
        return own if own is not None else self.of_the_engine(variation, taken)

    def of_the_engine(self, variation: Variation, taken: Set[tuple[Note, ...]]) -> Variation:
        """An engine's variation as the words want it, not one of those ``taken`` where it can."""
        if not variation.clip.notes:
            return variation
        base, here = self._placed(variation)
        result = self._finished(base, self._passed(base, here, taken), variation)
        if self._dial is not None:
            # The engine's changes may stand in the words' way; fewer of them leave more to the mood.
            for given_back in _GIVEN_BACK:
                came = self._came(base, result)
                if came >= self._is_plain:
                    break
                rng = np.random.default_rng(variation.seed)
                near = self._dial + given_back * (1 - self._dial)
                closer = search_similarity(diff(base, here.notes, rng), near)
                if closer is not None:
                    again = self._passed(base, base.carried_to(closer.notes, closer.kept), taken)
                    second = self._finished(base, again, variation)
                    fresh = second.clip.notes not in taken
                    if fresh and self._came(base, second) > came and self._as_near(second, result):
                        result = second
        if result.clip.notes in taken:
            result = variation
        return result.saying(*self._hardly(base, result))

    def of_the_prompt(self, seed: int, taken: Set[tuple[Note, ...]]) -> Variation | None:
        """The prompt itself in the mood, where that alone comes down to the dial: then it is known again best.

        Seeds that follow each other are other ideas, then the engine's, and by turns: which, the seed alone says. None
        where it is the engine's, or what it says is taken.
        """
        base, ideas, turn = self._base, self._ideas, seed * _BACK % (LARGEST_SEED + 1) % _TURNS
        found = ideas[turn] if turn < len(ideas) else None
        if base is None or found is None or found.notes in taken:
            return None
        bare = Variation(base.prompt, seed, tuple(range(len(base.prompt.notes))), Report(similarity=1.0))
        return self._finished(base, _with_origin(base, found), bare)

    @cached_property
    def _ideas(self) -> list[SearchResult]:
        """What arrangers make of the prompt itself, each with an idea of its own, as far as they come to the dial."""
        base, dial, ideas = self._base, self._dial, list[SearchResult]()
        if base is None or dial is None:
            return ideas
        for idea in range(IDEAS):
            for goal, stress in product(self._goals, _STRESSES):
                goal = replace(goal.stressed(stress, stress, stress), idea=idea)
                found = painted(base, base, goal, dial - _BELOW)
                near = abs(found.similarity - dial) <= TOLERANCE and found.notes != base.prompt.notes
                if near and all(_alike(found, other) <= _ALIKE for other in ideas) and self._is_heard(base, found):
                    ideas.append(found)
                    break
        return ideas

    def _is_heard(self, base: Constraints, found: SearchResult) -> bool:
        """Are the words heard in it? Where all is free an ear of nine cues, which takes some darker modes for other
        keys, is not asked."""
        bare = Variation(base.prompt.with_notes(found.notes), 0, found.kept, Report(similarity=found.similarity))
        return not base.request.locks.names or self._heard(bare) >= _PLAIN_ENOUGH

    def _as_near(self, one: Variation, other: Variation) -> bool:
        """Is one as near to the dial as the other, or within the tolerance?"""
        off, other_off = (abs(each.report.similarity - (self._dial or 0.0)) for each in (one, other))
        return off <= max(TOLERANCE, other_off)

    def _passed(self, base: Constraints, here: Constraints, taken: Set[tuple[Note, ...]]) -> SearchResult:
        """A result (``here``) after the pass."""
        goal = self._goal(base, here.notes)
        reached = apply_edits(EditSet(here), [], similarity_after(EditSet(here), []))
        if self.request.task != "humanise":
            reached = self._reached(base, here, goal, reached, taken)
        # Loudness doesn't count in the similarity: up to here a louder note is still the prompt's.
        after = base.carried_to(reached.notes, reached.kept)
        return _with_origin(base, replace(reached, notes=louder(after, goal)))

    def _reached(
        self,
        base: Constraints,
        here: Constraints,
        goal: MoodGoal,
        unchanged: SearchResult,
        taken: Set[tuple[Note, ...]],
    ) -> SearchResult:
        """As much of the goal as the dial bears; where that leaves the result too similar, what the search finds."""
        dial = self._dial
        if dial is None:
            return painted(base, here, goal, 0.0)
        # The locks may have kept the engine from what it was asked for.
        near = max(TOLERANCE, abs(unchanged.similarity - (self._engine_similarity or 0.0)))
        # Rather more of the mood than single notes nudged for the figure's sake.
        for stress in _MORE:
            found = painted(
                base,
                here,
                goal.stressed(1.0 if is_counted(self.request) else stress, stress, stress),
                dial - 0.8 * _BELOW,
            )
            if found.similarity - dial <= near:
                break
        choices: list[SearchResult | None] = [found]
        if abs(found.similarity - dial) > near or found.notes in taken:
            after = base.carried_to(found.notes, found.kept)
            choices += [search_similarity(_spare_edits(after, goal), dial, taken), unchanged]
        there = [one for one in choices if one and one.notes]
        fitting = [one for one in there if one.notes not in taken] or there
        within = [one for one in fitting if abs(one.similarity - dial) <= near]
        return next(iter(within), min(fitting, key=lambda one: abs(one.similarity - dial), default=unchanged))


def _with_origin(base: Constraints, reached: SearchResult) -> SearchResult:
    """The same; a note whose loudness alone has changed is no longer the prompt's."""
    prompt = base.prompt.notes
    kept = (
        index if index is not None and note == prompt[index] else None
        for note, index in zip(reached.notes, reached.kept, strict=True)
    )
    return replace(reached, kept=tuple(kept))


def _alike(one: SearchResult, other: SearchResult) -> float:
    """Share of what is played in both, whatever its touch, 0-1."""
    first, second = ({(round(note.onset, 3), note.pitch) for note in each.notes} for each in (one, other))
    return len(first & second) / max(1, len(first | second))


def _spare_edits(here: Constraints, goal: MoodGoal) -> EditSet:
    """What may still change where a mood has left a result too like the prompt: the touch of single notes from the end.

    Where notes are to be long, every other onset comes early instead and is held, and none is shortened. Of a beat what
    is neither kick nor snare falls silent, the weakest place of the bars first; beside what is locked, and before that
    where it is to be lively, it joins the hits that are there, softly, from the end.
    """
    if here.drums:
        lively = here.request.locks.names or goal.controls["density"] > 0
        edit_set = _joined(here) if lively else EditSet(here)
        return edit_set if here.request.locks.names else _thinned(here, edit_set)
    if goal.controls["articulation"] < 0 and has_room(here):
        return _early(replace(here, allowed_edits=replace(here.allowed_edits, stretch=False)))
    edit_set = EditSet(here)
    if not here.allowed_edits.stretch:
        return edit_set
    for place in sorted(here.free, reverse=True):
        note = here.notes[place]
        if note.duration >= _SHORTEST:
            edit_set.add((place,), (note.moved(duration=note.duration / 2),))
    return edit_set


def _early(here: Constraints) -> EditSet:
    edit_set, notes = EditSet(here), here.notes
    groups = here.groups if here.allowed_edits.move else []
    for before, group in list(zip(groups, groups[1:], strict=False))[::-2]:
        onset, previous = notes[group[0]].onset, notes[before[0]].onset
        start = onset - 0.25
        if start - previous >= 0.25 - TIGHT:
            cut = [place for place in before if notes[place].end > start + TIGHT]
            shorter = [notes[place].moved(duration=start - notes[place].onset) for place in cut]
            held = [notes[place].moved(onset=start, duration=notes[place].end - start) for place in group]
            edit_set.add((*cut, *group), (*shorter, *held))
    return edit_set


def _thinned(here: Constraints, edit_set: EditSet) -> EditSet:
    light = [place for place in here.free if not bears(here.notes[place])]
    for place in sorted(light, key=lambda place: (strength_at(here.notes[place].onset, here.prompt.metre), -place)):
        edit_set.add((place,), ())
    return edit_set


def _joined(here: Constraints) -> EditSet:
    edit_set = EditSet(here)
    heavy = ("kick",) if here.request.locks.names else ("kick", "snare", "open hat", "crash")
    drums = Counter(
        note.pitch for note in here.notes if lane_of(note.pitch) not in heavy and note.pitch in here.allowed
    )
    for pitch, _ in drums.most_common() if here.allowed_edits.add else ():
        soft = min((note for note in here.notes if note.pitch == pitch), key=lambda note: note.velocity)
        for group in reversed(here.groups):
            onset = here.notes[group[0]].onset
            if here.start <= onset < here.end and all(here.notes[place].pitch != pitch for place in group):
                edit_set.add((), (soft.moved(onset=onset, duration=min(soft.duration, here.end - onset)),))
    return edit_set
