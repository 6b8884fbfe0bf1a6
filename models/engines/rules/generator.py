"""The engine ``rules``: musical edits by rule, at once and without weights.

For each variation it sketches moves - figures on notes, chords and bars (``plan``), or new material out of the
prompt's own (``compose``) - all of them legal whatever is chosen, and lets the dial choose (``models/constraints``).
"""

from __future__ import annotations

from collections.abc import Iterator

from models.analysis.chords import find_chords
from models.analysis.key import clip_scale
from models.analysis.role import find_role
from models.constraints.constraints import Freedom
from models.constraints.continuation import as_infill, behind
from models.constraints.edits import Sketch
from models.constraints.result import finished
from models.constraints.similarity_search import reach
from models.engines.rules import humanise
from models.engines.rules.plan import sketch_variation
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
from models.music.clip import ROLES, Role
from models.music.note import Note
from models.music.scale import CHROMATIC

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
                reached = reach(_sketch(setting, target), target, taken, cancelled)
            except Stopped:
                return
            if reached is None:
                return
            taken.append(reached.notes)
            on_progress((number + 1) / request.count, "rules")
            yield finished(setting.freedom, setting.seed, reached, target)


def surroundings(request: Request) -> Setting:
    """The setting of a request: role, key and harmony, found out where they aren't given."""
    prompt = request.prompt
    role = request.role or prompt.role or find_role(prompt) or "melody"
    freedom = Freedom.of(request, role)
    if role == "drums":
        return Setting(freedom, CHROMATIC, ())
    tonal = tuple(clip for clip in request.context if not clip.drums)
    scale = request.scale or clip_scale(prompt, tonal) or CHROMATIC
    return Setting(freedom, scale, request.chords or tuple(find_chords(prompt, tonal)))


def _dial(request: Request) -> float | None:
    if request.task == "humanise":
        return None
    if request.task == "vary":
        return DEFAULT_SIMILARITY if request.similarity is None else request.similarity
    return request.similarity


def _sketch(setting: Setting, target: float | None) -> Sketch:
    freedom = setting.freedom
    if setting.request.task == "humanise":
        sketch = Sketch(freedom)
        (humanise.touch_and_time if freedom.may.move else humanise.touch)(setting, sketch)
        return sketch
    if not freedom.may.reshape or (target is not None and target >= 1):
        sketch = Sketch(freedom)
        humanise.touch(setting, sketch)
        return sketch
    return sketch_variation(setting, target)


def load(name: str) -> RulesEngine:
    """The engine of this folder; there is nothing to read."""
    assert name == RulesEngine.name
    return RulesEngine()
