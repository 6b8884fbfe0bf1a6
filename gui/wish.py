"""What the user wants: where every control of the panel stands, as one frozen value.

Offers: ``Wish`` (``to_request``, ``to_json``, ``from_json``), ``TASKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from models.generator import LARGEST_SEED, MOST_BARS, MOST_VARIATIONS, Locks, Request, Task
from models.music.clip import Clip
from models.music.errors import BadValue, ClipkinError
from models.music.scale import Scale

TASKS: dict[Task, str] = {
    "vary": "Vary the clip",
    "infill": "Fill a region anew",
    "continue": "Continue the clip",
    "humanise": "Humanise the playing",
}
"""The tasks that the panel knows how to ask for, each in words."""

AUTO, OFF = "auto", "off"


@dataclass(frozen=True, slots=True)
class Wish:
    """Where the controls stand.

    engine       "auto" or a name from the server's list
    similarity   0-1; temperature 0.1-2
    scale        "auto" (the key found in the prompt), "off", or a scale in words
    region       [start, end) in beats; only notes that begin there may change; None: all of the clip
    bars         length of a continuation
    seed         of the first variation; ``seed_locked``: use it again, else draw a new one each time
    """

    task: Task = "vary"
    engine: str = AUTO
    similarity: float = 0.7
    temperature: float = 1.0
    count: int = 4
    locks: Locks = Locks()
    scale: str = AUTO
    region: tuple[float, float] | None = None
    bars: int = 4
    seed: int = 1
    seed_locked: bool = False

    def but(self, **changes: Any) -> Wish:  # noqa: ANN401  (the fields have several types)
        """This wish with other values for the named fields."""
        return replace(self, **changes)

    def to_request(self, prompt: Clip, key: str | None = None) -> Request:
        """What to ask of the server; ``key``: the key found in the prompt. Raises BadValue."""
        if self.task == "infill" and self.region is None:
            raise BadValue("Filling anew needs a region; drag over the prompt or switch the region on.", field="region")
        continues = self.task == "continue"
        return Request(
            task=self.task, prompts=(prompt,), locks=self.locks, scale=self._scale(prompt, key),
            similarity=None if continues else self.similarity, temperature=self.temperature, count=self.count,
            region=None if continues else self.region, bars=self.bars if continues else None, seed=self.seed)

    def _scale(self, prompt: Clip, key: str | None) -> Scale | None:
        if self.scale == OFF or (self.scale == AUTO and (key is None or prompt.drums)):
            return None
        return Scale.parse(key if self.scale == AUTO and key else self.scale)

    def to_json(self) -> dict[str, object]:
        """Values that JSON holds; the reverse of ``from_json``. A region belongs to one clip and is left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "region"}
        return values | {"locks": str(self.locks)}

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
    "task": _text(TASKS.__contains__),
    "engine": _text(lambda text: 0 < len(text) <= 40),
    "similarity": _number(float, 0, 1),
    "temperature": _number(float, 0.1, 2),
    "count": _number(int, 1, MOST_VARIATIONS),
    "locks": _locks,
    "scale": _text(_is_scale),
    "bars": _number(int, 1, MOST_BARS),
    "seed": _number(int, 0, LARGEST_SEED),
    "seed_locked": lambda value: value if isinstance(value, bool) else None,
}
