"""How a mood is painted onto a result: all brushes, at the dial, and last louder or softer.

A first coat tells what the mood costs of the similarity; so much of the engine's changes is given back for it, and what
the mood leaves unspent goes into further changes that serve it.

Offers: ``Painter``, ``SLACK``, ``quality_before``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.constraints.similarity_search import GOOD_ENOUGH, TOLERANCE
from models.mood.candidate import Canvas
from models.mood.controls import Controls
from models.mood.modes import replacements
from models.mood.targets import Aim, Quality
from models.mood.transforms import BRUSHES, Brush, articulate, louden, spend
from models.music.scale import Scale

SLACK = TOLERANCE / 2
"""How much further from the dial a mood may lead where the locks keep the engine from it anyway."""

_SHARE, _MOST = 0.5, 0.2
"""What a mood may cost of the similarity, before it is given back: a share of what the dial leaves, and at most."""


@dataclass(frozen=True)
class Painter:
    """Paints what some controls ask for.

    before, after  the clip's own scale, and the one that the words want
    only_loudness  True where notes and times stay as the engine has made them
    """

    controls: Controls
    before: Scale | None
    after: Scale | None
    only_loudness: bool = False

    def painted(self, canvas: Canvas, strength: float, goal: float | None) -> Canvas:
        """The canvas with ``strength`` (0-1) of the mood, at 0 only louder or softer; ``goal``: similarity, if any."""
        if strength > 0 and not self.only_loudness:
            canvas = self._at(canvas, strength, goal) if goal is not None else self._coat(canvas, strength, 0.0, 1.0)
        # Loudness costs no similarity, so it is always as asked.
        return self._brushed(canvas, louden, 1.0, 0.0, 1.0)

    def _at(self, canvas: Canvas, strength: float, goal: float) -> Canvas:
        """Painted at a similarity of ``goal``, as near as it comes."""
        allowed_edits, dial = canvas.here.allowed_edits, goal
        stuck = canvas.similarity > goal + TOLERANCE
        if stuck:
            goal = canvas.similarity  # the engine has come as near as the locks let it; to come nearer costs nothing
        # Where nothing could be changed in its place, no more of the engine's changes is undone than the dial bears.
        can_spend = not canvas.here.drums and (allowed_edits.move or allowed_edits.repitch)
        further = SLACK if stuck else TOLERANCE - GOOD_ENOUGH
        ceiling = 1.0 if can_spend else max(canvas.similarity, goal + further)
        floor = dial - min(_MOST, _SHARE * (1 - dial))
        cost = canvas.similarity - self._coat(canvas, strength, floor, ceiling).similarity
        canvas = canvas.given_back(dial + cost) if cost > GOOD_ENOUGH + goal - dial else canvas
        canvas = self._coat(canvas, strength, min(canvas.similarity, dial - TOLERANCE / 2), ceiling)
        canvas = self._spent(canvas, strength, goal)
        # Gaps may have changed since, by which durations are heard as long or short.
        return self._brushed(
            canvas,
            articulate,
            strength,
            min(canvas.similarity, dial - TOLERANCE / 2),
            max(canvas.similarity, goal + TOLERANCE / 2),
        )

    def _spent(self, canvas: Canvas, strength: float, goal: float) -> Canvas:
        """What the mood leaves of the dial, spent; where notes are to be long, on shorter ones only in the end."""
        for stretch in (True,) if self.controls["articulation"] >= 0 else (False, True):
            aim = self._aim(canvas, strength, goal)
            edit_set = canvas.edit_set(aim.scale, stretch=stretch)
            spend(canvas, aim, edit_set)
            canvas = canvas.settled(edit_set, goal)
        return canvas

    def _coat(self, canvas: Canvas, strength: float, floor: float, ceiling: float) -> Canvas:
        """Every brush, the similarity kept in these bounds."""
        for brush in BRUSHES:
            canvas = self._brushed(canvas, brush, strength, floor, ceiling)
        return canvas

    def _brushed(self, canvas: Canvas, brush: Brush, strength: float, floor: float, ceiling: float) -> Canvas:
        edit_set = canvas.edit_set()
        brush(canvas, self._aim(canvas, strength, floor), edit_set)
        return canvas.painted(edit_set, floor, ceiling)

    def _aim(self, canvas: Canvas, strength: float, floor: float) -> Aim:
        return Aim.of(
            self.controls,
            strength,
            quality_before(canvas),
            self.after or self.before,
            replacements(self.before, self.after),
            floor,
        )


def quality_before(canvas: Canvas) -> Quality:
    """How the prompt is where the result may differ; where it is silent, how all of it is; of none, the result."""
    base = canvas.base
    inside = [note for note in base.notes if base.start <= note.onset < base.end]
    if inside:
        return Quality.of(inside)
    if base.notes:
        whole, beats = Quality.of(base.notes), base.end - base.start
        # Nearly all of a clip may be silent: what sounds beside it is then no measure of how full it should be.
        elsewhere = max(base.prompt.length - beats, base.prompt.metre.bar)
        return replace(whole, onsets=max(1, whole.onsets * beats / elsewhere))
    return Quality.of([canvas.notes[place] for place in canvas.inside] or canvas.notes)
