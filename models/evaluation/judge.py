"""The judge: every result gets its measures, score and originality, and what it is worth beside others.

Nothing here raises for missing weights: what can't be told is None, and a remark says why.

Two variations of one prompt share what both kept of it, so only what each has changed is compared: the notes (onset to
1/24 beat, pitch) it has added to the prompt and those it has taken away. Variations whose changes overlap by more than
SAME (Dice) are near-duplicates. Where neither has moved a note, as when only velocities change, they are duplicates
only if all their notes are equal.

Offers: ``Judge`` (``assess``), ``Judged``, ``compare``; ``overlap``, ``SAME``.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.role import find_role
from models.evaluation import originality as originality_of
from models.evaluation import ranking
from models.evaluation.measures import measure, met
from models.evaluation.ngrams import ngrams_of
from models.evaluation.originality import Originality, originality
from models.evaluation.ranking import Ranker
from models.evaluation.shape import Ground, Shape
from models.generator import Report, Request, Variation
from models.music.beats import TICKS_PER_BEAT, TIGHT
from models.music.clip import Clip
from models.music.errors import EngineUnavailable
from models.music.similarity import matches, similarity

_SAME_PLACE = 1 / 12
"""Beats by which a note of the prompt may have moved and still be the prompt's own."""

_UNMET = 0.8
"""What each thing asked for that isn't met leaves of a result's worth when results are ranked."""


@dataclass(frozen=True)
class Judged:
    """A variation with its report filled.

    originality  of what it adds to the prompt
    worth        what results are ranked by: the score, less for each thing asked for that isn't met
    offered      False: it shares more with a training piece than human music does
    """

    variation: Variation
    originality: Originality
    worth: float

    @property
    def offered(self) -> bool:
        """True when it may be shown."""
        return not self.originality.beyond_human


class Judge:
    """Judges the results of one request; what all of them are measured against is found out once."""

    def __init__(
        self, request: Request, *, index: Path = originality_of.WEIGHTS, weights: Path = ranking.WEIGHTS
    ) -> None:
        self._request = request
        self._index = index
        self._prompt = request.prompt if request.prompts and request.prompt.notes else None
        self._ground = Ground.of(request) if self._prompt else None
        self._shape: Shape | None = None
        self._before: dict[str, float] = {}
        self._ranker: Ranker | None = None
        try:
            self._ranker = ranking.ranker(weights)
        except EngineUnavailable as problem:
            self._reason = problem.sentence
        if self._ground and len(self._ground.notes):
            self._shape = Shape.of(self._ground.notes, self._ground)
            if self._ranker:
                self._before = self._ranker.qualities(self._shape, self._ground)

    def assess(self, variation: Variation) -> Judged:
        """The variation with measures, score and originality in its report."""
        # As the wire and files have it, so that it is judged alike before and after.
        clip = variation.clip.with_notes(
            [note.moved(onset=round(note.onset * TICKS_PER_BEAT) / TICKS_PER_BEAT) for note in variation.clip.notes]
        )
        ground = self._ground or Ground.of(self._request, clip)
        if not ground.in_time:
            ground = replace(ground, length=clip.length)
        shape = Shape.of(NoteArrays.of(clip.notes), ground)
        measures = measure(shape, clip.length, self._ground or ground, self._shape)
        measures |= met(self._request, variation, measures.get("density"))
        own = self._originality(clip, ground)
        if own.run_notes:
            measures |= {"shared_run_notes": float(own.run_notes), "shared_run_beats": round(own.run_beats, 4)}
        score, reasons = None, [own.reason]
        if self._shape is not None and self._ranker is None:
            reasons.append(self._reason)
        elif self._shape is not None and self._ranker is not None and len(shape):
            score = self._ranker.score(shape, self._shape, self._before, ground)
        if own.beyond_human:
            reasons.append(
                f"{own.run_notes} notes in a row are also in {own.nearest}, more than human music usually shares."
            )
        report = replace(
            variation.report,
            measures={**variation.report.measures, **measures},
            originality=None if own.value is None else round(own.value, 4),
            score=None if score is None else round(score, 4),
            remarks=(*variation.report.remarks, *filter(None, reasons)),
        )
        unmet = sum(value == 0 for name, value in measures.items() if name.startswith("met_"))
        return Judged(replace(variation, report=report), own, (0.5 if score is None else score) * _UNMET**unmet)

    def _originality(self, clip: Clip, ground: Ground) -> Originality:
        new = None
        if ground.in_time and self._request.prompts:
            new = []
            for note in clip.notes:
                onsets = self._own.get(note.pitch, [])
                after = bisect_left(onsets, note.onset - _SAME_PLACE)
                new.append(after == len(onsets) or abs(note.onset - onsets[after]) > _SAME_PLACE)
        return originality(replace(clip, role=ground.role), new, known=self._known, path=self._index)

    @cached_property
    def _known(self) -> np.ndarray | None:
        """The n-grams of the prompts, sorted."""
        if self._ground is None:
            return None
        prompts = (replace(prompt, role=self._ground.role) for prompt in self._request.prompts)
        return np.sort(np.concatenate([ngrams_of(prompt).hashes for prompt in prompts]))

    @cached_property
    def _own(self) -> dict[int, list[float]]:
        """The onsets of each pitch of the prompts, in order."""
        own: dict[int, list[float]] = {}
        for note in sorted((n for prompt in self._request.prompts for n in prompt.notes), key=lambda note: note.onset):
            own.setdefault(note.pitch, []).append(note.onset)
        return own


def compare(prompt: Clip, result: Clip) -> Judged:
    """Judge any clip against any other, as if it had been made of it: what ``clipkin score`` prints.

    What the prompt is, its role, the variation is judged as, too.
    """
    role = find_role(prompt)
    drums = role == "drums"
    same = {match.b: match.a for match in matches(prompt.notes, result.notes, drums=drums) if match.credit > 1 - TIGHT}
    report = Report(similarity=similarity(prompt.notes, result.notes, drums=drums))
    kept = tuple(same.get(place) for place in range(len(result.notes)))
    return Judge(Request(prompts=(prompt,), role=role)).assess(Variation(result, 0, kept, report))


SAME = 0.9
_STEPS = 24

Places = set[tuple[int, int]]


def overlap(one: Clip, other: Clip, prompt: Clip | None) -> float:
    """How much of what two results of one prompt (None: there is none) have changed is the same change, 0-1."""
    if one.notes == other.notes:
        return 1.0
    origin = _places(prompt) if prompt else set()
    first, second = _places(one) ^ origin, _places(other) ^ origin
    return 2 * len(first & second) / max(1, len(first) + len(second))


def _places(clip: Clip) -> Places:
    return {(round(note.onset * _STEPS), note.pitch) for note in clip.notes}
