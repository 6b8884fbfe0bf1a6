"""The promise every engine keeps: a ``Request`` goes in, ``Variation``s come out.

A request says what is wanted and what must not change; it is checked when it is made, so that an engine may trust it.
A variation says what came and where each note is from. design, promises: ``models/constraints`` makes them hold.

Times are beats from the prompt's start; a similarity, probability or share is 0-1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, get_args

from models.music.beats import Metre
from models.music.chord import TimedChord
from models.music.clip import ROLES, Clip, Role
from models.music.errors import BadValue
from models.music.locks import FLAGS as FLAGS
from models.music.locks import Locks as Locks
from models.music.scale import Scale
from models.tasks.table import BOUNDS, MOST_STYLE, TABLE
from models.tasks.table import LARGEST_SEED as LARGEST_SEED
from models.tasks.table import SEEDS_APART as SEEDS_APART
from models.tasks.table import TASKS as TASKS
from models.tasks.table import Task as Task

Density = Literal["low", "same", "high"]
DENSITIES: tuple[Density, ...] = get_args(Density)
DENSITY_FACTORS: dict[Density, float] = {"low": 0.7, "same": 1.0, "high": 1.4}
"""Notes of a result for each note of the prompt, in the same time."""
COUNTED: tuple[Task, ...] = tuple(task for task, row in TABLE.items() if "density" in row.takes)
"""Tasks whose density may be set."""
OutsideNotes = Literal["keep", "snap", "drop"]
OUTSIDE_NOTES: tuple[OutsideNotes, ...] = get_args(OutsideNotes)

Bass = Literal["free", "under", "none"]
BASSES: tuple[Bass, ...] = get_args(Bass)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is wanted; raises BadValue, with the field's name, when a value is out of range.

    prompts      the clips to work on: one; two for morph, none for generate, none or one for accompany
    region       [start, end) in beats: only notes that begin there may change
    selected     indices of the prompt's notes: only these may change; None: all
    scale        no new note outside it; None: no lock
    outside      what becomes of the prompt's own notes outside the scale
    similarity   0-1, the dial of ``music/similarity.py``; None: as the task likes it
    temperature  0.1-2, how daring
    range        lowest and highest pitch of a new note
    polyphony    most notes that may sound at once where new ones are
    mood         words; "" for none
    style        words of the task's row in ``models.tasks.table``, separated by spaces; at most 60 bytes
    bars         length of a continuation, a generated clip or a song
    count, seed  how many variations; the random seed of the first
    context      clips that play at the same time
    role         what the prompt is; None: to be found out
    chords       the harmony, where the user gives it
    tempo, metre of a generated clip (BPM); None: as the context's first clip, else 120 and 4/4
    voices       notes in a chord, 2-8; None: as many as it has tones, and what the style needs
    bass         where a chord's bass lies; None: as the style likes it
    every        beats from one chord under a melody to the next, 0.5-64; None: as it fits
    amount       0-1, of a groove and of hits that come or go; None: as the temperature says
    plan         a plan of the user's own, as the text of a TOML file; "" for one by name (``style``)
    """

    task: Task = "vary"
    prompts: tuple[Clip, ...] = ()
    region: tuple[float, float] | None = None
    selected: frozenset[int] | None = None
    locks: Locks = Locks()
    scale: Scale | None = None
    outside: OutsideNotes = "keep"
    similarity: float | None = None
    temperature: float = 1.0
    density: Density = "same"
    range: tuple[int, int] | None = None
    polyphony: int | None = None
    mood: str = ""
    style: str = ""
    bars: int | None = None
    count: int = 4
    seed: int = 0
    context: tuple[Clip, ...] = ()
    role: Role | None = None
    chords: tuple[TimedChord, ...] = ()
    tempo: float | None = None
    metre: Metre | None = None
    voices: int | None = None
    bass: Bass | None = None
    every: float | None = None
    amount: float | None = None
    plan: str = ""

    def __post_init__(self) -> None:
        for name, allowed in _ALLOWED.items():
            value = getattr(self, name)
            if value is not None and value not in allowed:
                known = ", ".join(allowed)
                raise BadValue(f'The {name} "{value}" is not known; it is one of {known}.', field=name)
        _within("bars", self.bars, 1, TABLE[self.task].most_bars)
        for name, (low, high) in BOUNDS.items():
            _within(name, getattr(self, name), low, high)
        if len(self.style.encode()) > MOST_STYLE:
            raise BadValue(f"The style must have at most {MOST_STYLE} bytes; use fewer words.", field="style")
        self._check_prompts()
        self._check_range_and_region()

    def _check_prompts(self) -> None:
        fewest, most = TABLE[self.task].clips
        if not fewest <= len(self.prompts) <= most:
            taken = f"{fewest} clip{'' if most == 1 else 's'}" if fewest == most else f"{fewest} or {most} clips"
            raise BadValue(f'The task "{self.task}" takes {taken}, not {len(self.prompts)}.', field="prompts")
        if self.task == "accompany" and not (*self.prompts, *self.context):
            raise BadValue("There is nothing to accompany; choose clips that play.", field="prompts")
        if self.selected is not None:
            notes = len(self.prompt.notes) if self.prompts else 0
            if any(not 0 <= index < notes for index in self.selected):
                raise BadValue("The selection names notes that the clip doesn't have.", field="selected")

    def _check_range_and_region(self) -> None:
        if self.range is not None:
            low, high = self.range
            _within("range", low, 0, 127)
            _within("range", high, 0, 127)
            if low > high:
                raise BadValue(f"The range {low}:{high} is upside down; write the lower pitch first.", field="range")
        if self.region is not None:
            start, end = self.region
            if not (math.isfinite(start) and math.isfinite(end) and 0 <= start < end):
                raise BadValue(
                    f"The region {start:.10g}:{end:.10g} is not possible; it is start:end in beats, start before end.",
                    field="region",
                )
            if self.prompts and start >= self.prompt.length:
                raise BadValue(
                    f"The region {start:.10g}:{end:.10g} begins behind the clip's end at "
                    f"{self.prompt.length:.10g} beats.",
                    field="region",
                )

    @property
    def prompt(self) -> Clip:
        """The clip to work on, the first of several."""
        return self.prompts[0]

    def but(self, **changes: object) -> Request:
        """This request with other values for the named fields."""
        return replace(self, **changes)  # type: ignore[arg-type]


_ALLOWED = {"task": TASKS, "density": DENSITIES, "outside": OUTSIDE_NOTES, "role": ROLES, "bass": BASSES}


def _within(name: str, value: float | None, low: float, high: float) -> None:
    # Written so that NaN is refused as well.
    if value is not None and not low <= value <= high:
        raise BadValue(f"The {name} must be {low:.10g} to {high:.10g}, not {value:.10g}.", field=name)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a request, measured on the result.

    similarity   to the prompt (0-1); for a task without a prompt of the same time, 0
    in_scale     share of the new notes inside the scale; 1 without a scale
    locks        name of each lock asked for: did it hold
    originality  0-1, 1 = shares no long run with the training set; None until judged
    score        0-1, how good the judges find it; None until judged
    measures     further figures by name
    remarks      sentences for the user: what couldn't be had, and why
    """

    similarity: float
    in_scale: float = 1.0
    locks: Mapping[str, bool] = field(default_factory=dict)
    originality: float | None = None
    score: float | None = None
    measures: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clip belongs in an arranged song: the section and the track, both counted from 0.

    track  the place of its loop among prompts and context
    """

    section: int
    track: int
    section_name: str


@dataclass(frozen=True, slots=True)
class Variation:
    """One result.

    kept   for every note of ``clip.notes``: the index of the prompt's note that it is, unchanged; None: a new note
    place  of an arranged song: the section and track that the clip is for; None: a clip for the next free slot
    """

    clip: Clip
    seed: int
    kept: tuple[int | None, ...]
    report: Report
    place: Place | None = None

    @property
    def kept_count(self) -> int:
        """How many notes come unchanged from the prompt."""
        return sum(index is not None for index in self.kept)

    def saying(self, *remarks: str) -> Variation:
        """The same with further remarks in its report."""
        return replace(self, report=replace(self.report, remarks=(*self.report.remarks, *remarks)))


class OfRequest(str):
    """A remark about the request, which its first result alone carries."""


OnProgress = Callable[[float, str], None]
"""Called with the share done (0-1) and a short word for the stage."""

Cancelled = Callable[[], bool]
"""Asked between steps; True: stop as soon as possible."""


class Stopped(Exception):
    """Raised inside an engine when it finds itself cancelled; never leaves ``generate``."""


def ignore_progress(share: float, stage: str) -> None:
    """The OnProgress of a caller that doesn't want to know."""


def never_cancelled() -> bool:
    """The Cancelled of a caller that never changes its mind."""
    return False


@dataclass(frozen=True, slots=True)
class EngineCard:
    """What is to be said of an engine without loading it.

    weights     name of its file, None where it needs none
    parameters  numbers that were learned
    data        what it was trained on, in words
    figures     what it reaches, by name
    reason      why it is not available, "" when it is
    only        tasks that it does for some of its roles alone, and for which
    use         what to use it for, in a few words
    minutes     that it was trained, by the clock
    """

    name: str
    sentence: str
    tasks: tuple[Task, ...]
    roles: tuple[Role, ...]
    weights: str | None = None
    parameters: int = 0
    licence: str = "GPL-3.0-or-later"
    data: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    only: Mapping[Task, tuple[Role, ...]] = field(default_factory=dict)
    use: str = ""
    minutes: float = 0.0

    def can(self, task: Task, role: Role | None) -> bool:
        """Does it do this task for this role (None: for any)?"""
        return task in self.tasks and (role is None or role in self.only.get(task, self.roles))

    @property
    def available(self) -> bool:
        """Can it be used now?"""
        return not self.reason


class Engine(Protocol):
    """A generator with a name, and what it does for whom."""

    name: str
    tasks: tuple[Task, ...]
    roles: tuple[Role, ...]

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """Yield up to ``request.count`` different variations, each as soon as it is ready.

        Raises Refused (with the engines or settings that would work) before the first one. A cancelled run just ends.
        Fewer come only where the locks leave no more that differ.
        """
        ...
