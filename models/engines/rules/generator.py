"""The engine ``rules``: musical edits by rule, at once and without weights.

For each variation it plans edits - figures on notes, chords and bars (``plan``), or new material out of the
prompt's own (``compose``) - all of them legal whatever is chosen, and lets the dial choose (``models/constraints``).
"""

from __future__ import annotations

from collections.abc import Iterator

from models.analysis.arrays import NoteArrays
from models.analysis.chords import find_chords
from models.analysis.key import find_key, find_scale
from models.analysis.role import find_role
from models.constraints.constraints import Constraints
from models.constraints.continuation import as_infill, behind
from models.constraints.edits import EditSet
from models.constraints.result import as_variation
from models.constraints.similarity_search import search_similarity
from models.engines.rules import humanise
from models.engines.rules.plan import plan_variation
from models.engines.rules.setting import Setting
from models.generator import (
    LARGEST_SEED,
    Cancelled,
    OnProgress,
    Request,
    Stopped,
    Task,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.music.clip import ROLES, Clip, Role
from models.music.note import Note
from models.music.scale import CHROMATIC, Scale

DEFAULT_SIMILARITY = 0.7


class RulesEngine:
    """Varies, fills in, continues and humanises clips of every role."""

    name = "rules"
    tasks: tuple[Task, ...] = ("vary", "infill", "continue", "humanise")
    roles: tuple[Role, ...] = ROLES

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """See ``models.generator.Engine``."""
        if request.task == "continue":
            infill = as_infill(request)
            for variation in self._variations(infill, on_progress, cancelled):
                yield behind(infill, variation)
        else:
            yield from self._variations(request, on_progress, cancelled)

    def _variations(self, request: Request, on_progress: OnProgress, cancelled: Cancelled) -> Iterator[Variation]:
        setting = surroundings(request)
        setting.cancelled = cancelled
        target = _dial(request)
        taken: list[tuple[Note, ...]] = []
        for number in range(request.count):
            setting.begin((request.seed + number) % (LARGEST_SEED + 1))
            try:
                reached = search_similarity(_edit_set(setting, target), target, taken, cancelled)
            except Stopped:
                return
            if reached is None:
                return
            taken.append(reached.notes)
            on_progress((number + 1) / request.count, "rules")
            yield as_variation(setting.constraints, setting.seed, reached, target)


def surroundings(request: Request) -> Setting:
    """The setting of a request: role, key and harmony, found out where they aren't given."""
    prompt = request.prompt
    role = request.role or prompt.role or find_role(prompt) or "melody"
    constraints = Constraints.of(request, role)
    if role == "drums":
        return Setting(constraints, CHROMATIC, ())
    tonal = tuple(clip for clip in request.context if not clip.drums)
    scale = request.scale or _scale_of(prompt, tonal)
    return Setting(constraints, scale, request.chords or tuple(find_chords(prompt, tonal)))


def _scale_of(prompt: Clip, context: tuple[Clip, ...]) -> Scale:
    keys = find_key(prompt, context)
    return find_scale(keys[0], NoteArrays.heard_with(prompt, context)) if keys else CHROMATIC


def _dial(request: Request) -> float | None:
    if request.task == "humanise":
        return None
    if request.task == "vary":
        return DEFAULT_SIMILARITY if request.similarity is None else request.similarity
    return request.similarity


def _edit_set(setting: Setting, target: float | None) -> EditSet:
    constraints = setting.constraints
    if setting.request.task == "humanise":
        edit_set = EditSet(constraints)
        (humanise.touch_and_time if constraints.allowed_edits.move else humanise.touch)(setting, edit_set)
        return edit_set
    if not constraints.allowed_edits.reshape or (target is not None and target >= 1):
        edit_set = EditSet(constraints)
        humanise.touch(setting, edit_set)
        return edit_set
    return plan_variation(setting, target)


def load(name: str) -> RulesEngine:
    """The engine of this folder; there is nothing to read."""
    assert name == RulesEngine.name
    return RulesEngine()
