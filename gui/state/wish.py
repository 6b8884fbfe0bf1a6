"""What the user wants: where every control of the panel stands, as one frozen value.

Offers: ``Wish`` (``to_request``, ``to_json``, ``from_json``), ``MOST_CONTEXT``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from gui.state.tasks import (
    LOCK_WORDS,
    PARTS,
    REGION_WORDS,
    SHEETS,
    Control,
    needs_prompt,
    styles_of,
    takes,
    takes_prompt,
    takes_second,
)
from models.generator import DENSITIES, LARGEST_SEED, MOST_BARS, MOST_STYLE, MOST_VARIATIONS, Density, Locks, Request
from models.music.clip import ROLES, Clip, Role
from models.music.errors import BadValue, ClipkinError
from models.music.scale import Scale
from models.music.tasks import Task

AUTO, OFF = "auto", "off"
MOST_CONTEXT = 8
"""Clips that can play with the prompt: as many as the wire carries."""

LONGEST_MOOD = 120
"""Bytes of the mood's words."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Where the controls stand.

    engine       "auto" or a name from the server's list
    similarity   0-1; temperature 0.1-2; density: fewer notes ("low"), as many, or more
    scale        "auto" (the key found in the prompt), "off", or a scale in words
    region       [start, end) in beats; only notes that begin there may change; None: all of the clip
    bars         length of a continuation or a generated clip
    mood         words, "" for none
    styles       for each task its style words; parts: for each task the part that it makes
    seed         of the first variation; ``seed_locked``: use it again, else draw a new one each time
    """

    task: Task = "vary"
    engine: str = AUTO
    similarity: float = 0.7
    temperature: float = 1.0
    density: Density = "same"
    count: int = 4
    locks: Locks = Locks()
    scale: str = AUTO
    region: tuple[float, float] | None = None
    bars: int = 4
    mood: str = ""
    styles: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Role] = field(default_factory=dict)
    seed: int = 1
    seed_locked: bool = False

    @property
    def style(self) -> str:
        """The style words of the task."""
        return self.styles.get(self.task, "")

    @property
    def part(self) -> Role | None:
        """The part that the task makes; None where it makes none."""
        return self.parts.get(self.task, next(iter(PARTS[self.task]))) if self.task in PARTS else None

    def but(self, **changes: Any) -> Wish:  # noqa: ANN401  (the fields have several types)
        """This wish with other values for the named fields; ``style`` and ``part`` are those of the task."""
        task = changes.get("task", self.task)
        if "style" in changes:
            changes["styles"] = {**self.styles, task: changes.pop("style")}
        if "part" in changes:
            changes["parts"] = {**self.parts, task: changes.pop("part")}
        return replace(self, **changes)

    def takes(self, control: Control) -> bool:
        """True when the control matters to the task; of the drums a beat has no region."""
        beat = self.task == "drums" and not REGION_WORDS & set(self.style.split())
        return takes(self.task, control) and not (control == "region" and beat)

    @property
    def mattering_locks(self) -> tuple[str, ...]:
        """The locks that matter to the task; of the drums only a groove can keep any."""
        if self.task == "drums" and not LOCK_WORDS & set(self.style.split()):
            return ()
        return SHEETS[self.task].locks

    @property
    def lanes_matter(self) -> bool:
        """True when single drums of a drum clip can be locked: wherever the rhythm can."""
        return "rhythm" in SHEETS[self.task].locks

    def to_request(
        self, prompt: Clip | None, key: str | None = None, second: Clip | None = None, context: tuple[Clip, ...] = ()
    ) -> Request:
        """What to ask of the server.

        key      found in the prompt
        second   the clip to morph into; context: clips that play at the same time
        Raises BadValue.
        """
        task = self.task
        if task == "infill" and self.region is None:
            raise BadValue("Filling anew needs a region; drag over the prompt or switch the region on.", field="region")
        wanted = [prompt, second if takes_second(task) else None] if takes_prompt(task) else []
        fresh = prompt if not takes_prompt(task) else None
        return Request(
            task=task,
            prompts=tuple(clip for clip in wanted if clip is not None),
            locks=self._locks(prompt),
            scale=self._scale(prompt, key),
            similarity=self.similarity if self.takes("similarity") else None,
            temperature=self.temperature if self.takes("temperature") else 1.0,
            density=self.density if self.takes("density") else "same",
            count=self.count if self.takes("count") else 1,
            region=self.region if self.takes("region") else None,
            bars=self.bars if self.takes("bars") else None,
            mood=self.mood.strip() if self.takes("mood") else "",
            style=" ".join(self.style.split()) if styles_of(task) else "",
            role=self.part,
            context=context if self.takes("context") else (),
            seed=self.seed if self.takes("seed") else 0,
            tempo=fresh.tempo if fresh else None,
            metre=fresh.metre if fresh else None,
        )

    def _locks(self, prompt: Clip | None) -> Locks:
        """The locks that matter to the task and the prompt."""
        flags = {flag: getattr(self.locks, flag) for flag in self.mattering_locks}
        drums = {note.pitch for note in prompt.notes} if prompt and prompt.drums and self.lanes_matter else set()
        return Locks(**flags, lanes=self.locks.lanes & drums)

    def _scale(self, prompt: Clip | None, key: str | None) -> Scale | None:
        if not self.takes("scale") or self.scale == OFF:
            return None
        drums = self.part == "drums" or (self.part is None and prompt is not None and prompt.drums)
        if self.scale == AUTO and (key is None or drums):
            return None
        return Scale.parse(key if self.scale == AUTO and key else self.scale)

    def why_not(self, prompt: bool, second: bool, context: bool) -> str:
        """Why it can't be asked for with the clips that are there, in a sentence; "" when it can."""
        if not prompt and needs_prompt(self.task):
            return "First open a clip, or drop one in."
        if self.task == "infill" and self.region is None:
            return "First drag a region over the prompt."
        if not second and takes_second(self.task):
            return "First open the second clip, or drop it on its place."
        if not prompt and not context and takes_prompt(self.task):
            return "First open a clip, or give it context."
        return ""

    def to_json(self) -> dict[str, object]:
        """Values that JSON holds; the reverse of ``from_json``. A region belongs to one clip and is left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "region"}
        return values | {"locks": str(self.locks), "styles": dict(self.styles), "parts": dict(self.parts)}

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> Wish:
        """The wish that ``values`` hold; what is missing, unknown or out of range stays as it is at first."""
        sane = {name: _READ[name](values[name]) for name in _READ if name in values}
        return cls(**{name: value for name, value in sane.items() if value is not None})


def _number(kind: type, low: float, high: float) -> Callable[[object], Any]:
    def read(value: object) -> Any:  # noqa: ANN401
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return kind(value) if low <= value <= high else None

    return read


def _text(allowed: Callable[[str], bool]) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and allowed(value) else None


def _by_task(tasks: Mapping[Any, object], allowed: Callable[[Any], bool]) -> Callable[[object], Any]:
    def read(value: object) -> Any:  # noqa: ANN401
        if not isinstance(value, dict):
            return None
        return {task: said for task, said in value.items() if task in tasks and isinstance(said, str) and allowed(said)}

    return read


def _short(text: str, most: int) -> bool:
    return len(text.encode(errors="replace")) <= most


def _locks(value: object) -> Locks | None:
    try:
        return Locks.parse(value) if isinstance(value, str) else None
    except ClipkinError:
        return None


def _is_scale(text: str) -> bool:
    try:
        return text in (AUTO, OFF) or bool(Scale.parse(text))
    except ClipkinError:
        return False


_READ: dict[str, Callable[[object], Any]] = {
    "task": _text(SHEETS.__contains__),
    "engine": _text(lambda text: 0 < len(text) <= 40),
    "similarity": _number(float, 0, 1),
    "temperature": _number(float, 0.1, 2),
    "density": _text(DENSITIES.__contains__),
    "count": _number(int, 1, MOST_VARIATIONS),
    "locks": _locks,
    "scale": _text(_is_scale),
    "bars": _number(int, 1, MOST_BARS),
    "mood": _text(lambda text: _short(text, LONGEST_MOOD)),
    "styles": _by_task(SHEETS, lambda text: _short(text, MOST_STYLE)),
    "parts": _by_task(PARTS, ROLES.__contains__),
    "seed": _number(int, 0, LARGEST_SEED),
    "seed_locked": lambda value: value if isinstance(value, bool) else None,
}
