"""What the user wants: where every control of the panel stands, as one frozen value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import Any

from gui.language.say import WORDS
from models.generator import DENSITIES, Density, Locks, Request
from models.music.beats import Metre
from models.music.chord import TimedChord
from models.music.chord_track import parse_chord_track
from models.music.clip import ROLES, Clip, Role
from models.music.errors import BadValue, ClipkinError
from models.music.scale import Scale
from models.tasks.table import BOUNDS, MOST_MOOD, MOST_STYLE, TABLE, Row, Task

PARTS: Mapping[Task, Mapping[Role, str]] = {
    task: {role: (WORDS["accompanying parts"] if task == "accompany" else WORDS["parts"])[role] for role in row.parts}
    for task, row in TABLE.items()
    if row.parts
}
"""For the tasks that make a part: which ones, in words; the first is the one to begin with."""

AUTO, OFF = "auto", "off"
FIRST_CHOICE = "kin"
"""The engine that "automatic" asks for where it knows the task: it is worth waiting for."""

LONGEST_CHORDS = 2_000
"""Letters of a chord track."""

_AS_THEY_STAND = ("temperature", "density", "count", "region", "bars", "range", "polyphony")
"""What goes into a request as it is where the task takes it; 0 and None mean that the request's own value holds."""

PERSONAL = ("seed", "seed_locked", "chords")
"""What a preset doesn't hold: it belongs to one clip or one press."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Where the controls stand."""

    task: Task = "vary"
    engine: str = AUTO  # or a name from the server's list
    similarity: float = 0.7  # 0-1
    temperature: float = 1.0  # 0.1-2
    density: Density = "same"  # fewer notes ("low"), as many, or more
    count: int = 4
    locks: Locks = Locks()
    scale: str = AUTO  # the key found in the prompt, "off", or a scale in words
    region: tuple[float, float] | None = None  # [start, end) in beats: only notes that begin there may change; or all
    mood: str = ""  # words, "" for none
    chords: str = ""  # the harmony as a musician writes it ("Am9 | Dm9 | G7 . . G7b9 | C"), "" for the clip's own
    range: tuple[int, int] | None = None  # lowest and highest pitch of new notes; None: as it fits
    polyphony: int = 0  # most new notes at once; 0: as it fits
    styles: Mapping[str, str] = field(default_factory=dict)  # for each task its style words
    parts: Mapping[str, Role] = field(default_factory=dict)  # for each task the part that it makes
    lengths: Mapping[str, int] = field(default_factory=dict)  # for each task the bars that it makes
    seed: int = 1  # of the first variation
    seed_locked: bool = False  # use the seed again, else draw a new one each time

    @property
    def row(self) -> Row:
        return TABLE[self.task]

    @property
    def bars(self) -> int:
        """Length of what the task makes; 0: as it fits."""
        return self.lengths.get(self.task, 0)

    @property
    def style(self) -> str:
        return self.styles.get(self.task, "")

    @property
    def part(self) -> Role | None:
        """The part that the task makes; None where it makes none."""
        return self.parts.get(self.task, next(iter(PARTS[self.task]))) if self.task in PARTS else None

    def but(self, **changes: Any) -> Wish:  # noqa: ANN401  (the fields have several types)
        """This wish with other values for the named fields; ``style``, ``part`` and ``bars`` are the task's."""
        task = changes.get("task", self.task)
        for one, by_task in (("style", "styles"), ("part", "parts"), ("bars", "lengths")):
            if one in changes:
                changes[by_task] = {**getattr(self, by_task), task: changes.pop(one)}
        return replace(self, **changes)

    def takes(self, control: str) -> bool:
        """True when the control matters to the task, with its style words and its part."""
        if control == "engine":
            return not self.row.ranked
        return self.row.allows(control, self.style, self.part)

    def to_request(
        self,
        prompt: Clip | None,
        key: str | None = None,
        second: Clip | None = None,
        context: tuple[Clip, ...] = (),
        selected: frozenset[int] | None = None,
    ) -> Request:
        """What to ask of the server.

        key      found in the prompt
        second   the clip to morph into; context: clips that play at the same time
        selected places of the notes that alone may change; None: all
        Raises BadValue.
        """
        if self.row.narrowed and self.region is None and not selected:
            raise BadValue("Filling anew needs a region; drag over the prompt or switch the region on.", field="region")
        taken = {name: getattr(self, name) for name in _AS_THEY_STAND if self.takes(name) and getattr(self, name)}
        if self.takes("similarity"):
            taken["similarity"] = self.similarity
        most = self.row.clips[1]
        fresh = None if most else prompt
        return Request(
            task=self.task,
            prompts=tuple(clip for clip in (prompt, second)[:most] if clip is not None),
            locks=self._locks(prompt),
            scale=self._scale(prompt, key),
            selected=selected if selected and self.takes("selected") else None,
            mood=self.mood.strip() if self.takes("mood") else "",
            style=" ".join(self.style.split()) if self.row.styles else "",
            role=self.part,
            context=context if self.takes("context") else (),
            chords=self._chords(prompt, context),
            seed=self.seed,
            tempo=fresh.tempo if fresh else None,
            metre=fresh.metre if fresh else None,
            **{"count": 1, **taken},
        )

    def _chords(self, prompt: Clip | None, context: tuple[Clip, ...]) -> tuple[TimedChord, ...]:
        """The user's harmony over the clip, and over the bars that the task adds; raises BadValue."""
        if not self.chords.strip() or not self.takes("chords"):
            return ()
        from models.constraints.continuation import DEFAULT_BARS  # with numpy behind it: not before the window

        clip = prompt or next(iter(context), None)
        bar = (clip.metre if clip else Metre()).bar
        length = clip.length if clip and self.row.clips[1] else 0.0
        if self.task in ("continue", "generate"):
            length += (self.bars or DEFAULT_BARS) * bar
        return parse_chord_track(self.chords, bar, length)

    def _locks(self, prompt: Clip | None) -> Locks:
        flags = {flag: getattr(self.locks, flag) for flag in self.row.kept(self.style)}
        drums = {note.pitch for note in prompt.notes} if prompt and prompt.drums and self.row.keeps_lanes else set()
        return Locks(**flags, lanes=self.locks.lanes & drums)

    def _scale(self, prompt: Clip | None, key: str | None) -> Scale | None:
        if not self.takes("scale") or self.scale == OFF:
            return None
        drums = self.part == "drums" or (self.part is None and prompt is not None and prompt.drums)
        if self.scale == AUTO and (key is None or not self.row.locks_key(drums, self.mood.strip())):
            return None
        return Scale.parse(key if self.scale == AUTO and key else self.scale)

    def why_not(self, prompt: bool, second: bool, context: bool, selected: bool = False) -> str:
        """Why it can't be asked for with the clips that are there, in a sentence; "" when it can."""
        if not prompt and self.row.clips[0]:
            return "First open a clip, or drop one in."
        if self.row.narrowed and self.region is None and not selected:
            return "First drag a region over the prompt."
        if not second and self.row.reads == "pair":
            return "First open the second clip, or drop it on its place."
        if not prompt and not context and self.row.clips[1]:
            return "First open a clip, or give it context."
        return ""

    def to_json(self) -> dict[str, object]:
        """Values that JSON holds; the reverse of ``from_json``. A region belongs to one clip and is left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "region"}
        by_task = {name: dict(values[name]) for name in ("styles", "parts", "lengths")}
        return {**values, **by_task, "locks": str(self.locks)}

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> Wish:
        """The wish that ``values`` hold; what is missing, unknown or out of range stays as it is at first."""
        return cls(**_sane(_READ, values))


def _if(allowed: bool, value: Any) -> Any:  # noqa: ANN401
    """The value where it is allowed; raises ValueError."""
    if not allowed:
        raise ValueError(value)
    return value


def _number(kind: type, low: float, high: float) -> Callable[[Any], Any]:
    return lambda said: kind(_if(isinstance(said, (int, float)) and said is not True and low <= said <= high, said))


def _text(most: int) -> Callable[[Any], str]:
    return lambda value: _if(len(value.encode(errors="replace")) <= most, value)


def _by_task(tasks: Mapping[Any, object], read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda said: _sane({task: read for task in tasks}, said)


def _sane(readers: Mapping[Any, Callable[[Any], Any]], said: Mapping[str, object]) -> dict[str, Any]:
    """What is said, read; what is missing, unknown or out of range is left out."""
    found = {}
    for name in readers.keys() & said.keys():
        with suppress(ClipkinError, AttributeError, KeyError, TypeError, ValueError):  # not what it should be
            found[name] = readers[name](said[name])
    return found


_READ: dict[str, Callable[[Any], Any]] = {
    "task": lambda value: _if(value in TABLE, value),
    "engine": lambda value: _if(0 < len(value.strip()) <= 40, value),
    "similarity": _number(float, *BOUNDS["similarity"]),
    "temperature": _number(float, *BOUNDS["temperature"]),
    "density": lambda value: _if(value in DENSITIES, value),
    "count": _number(int, *BOUNDS["count"]),
    "locks": Locks.parse,
    "scale": lambda value: _if(value in (AUTO, OFF) or bool(Scale.parse(value)), value),
    "mood": _text(MOST_MOOD),
    "chords": _text(LONGEST_CHORDS),
    "range": lambda value: _if([*map(type, value)] == [int, int] and 0 <= value[0] <= value[1] <= 127, tuple(value)),
    "polyphony": _number(int, 0, BOUNDS["polyphony"][1]),
    "styles": _by_task(TABLE, _text(MOST_STYLE)),
    "parts": _by_task(PARTS, lambda value: _if(value in ROLES, value)),
    "lengths": _by_task(TABLE, _number(int, 0, max(row.most_bars for row in TABLE.values()))),
    "seed": _number(int, *BOUNDS["seed"]),
    "seed_locked": lambda value: _if(isinstance(value, bool), value),
}
"""For each field what reads it; anything that it raises means that the value isn't one."""
