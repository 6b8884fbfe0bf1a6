"""What each task is called in the panel, and which controls matter to it.

Offers: ``TaskSheet``, ``SHEETS``, ``PARTS``, ``SCENE_TASKS``, ``ONE_STYLE``, and what a task takes, by a function each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.generator import FLAGS
from models.music.clip import Role
from models.music.tasks import CLIPS_TAKEN, STYLES, Task

Control = Literal[
    "region",
    "bars",
    "context",
    "part",
    "mood",
    "engine",
    "similarity",
    "temperature",
    "density",
    "count",
    "scale",
    "seed",
]
"""What some tasks take and others don't. A second clip goes with what ``CLIPS_TAKEN`` says, a style with ``STYLES``."""


@dataclass(frozen=True, slots=True)
class TaskSheet:
    """One task.

    words       in the menu
    verb        on the button, with its mnemonic
    controls    those that matter; the others are hidden
    locks       those that matter; the others can't be pressed
    same_time   what comes lies at the same time as the prompt, note under note
    """

    words: str
    verb: str
    controls: frozenset[Control]
    locks: tuple[str, ...] = ()
    same_time: bool = False


def _sheet(words: str, verb: str, controls: str, locks: tuple[str, ...] = (), same_time: bool = False) -> TaskSheet:
    return TaskSheet(words, verb, frozenset(controls.split()), locks, same_time)  # type: ignore[arg-type]


SHEETS: Mapping[Task, TaskSheet] = {
    "vary": _sheet(
        "Vary the clip",
        "&Vary",
        "region context mood engine similarity temperature density count scale seed",
        FLAGS,
        True,
    ),
    "infill": _sheet(
        "Fill a region anew",
        "&Fill the region",
        "region context mood engine similarity temperature density count scale seed",
        FLAGS,
        True,
    ),
    "continue": _sheet(
        "Continue the clip", "Contin&ue", "bars context mood engine temperature density count scale seed"
    ),
    "humanise": _sheet(
        "Humanise the playing", "H&umanise", "region context mood engine similarity temperature count seed", FLAGS, True
    ),
    "morph": _sheet("Morph into another clip", "Mor&ph", "engine temperature count scale seed", same_time=True),
    "generate": _sheet(
        "Generate from nothing", "Ge&nerate", "bars context part mood engine temperature density count scale seed"
    ),
    "voice": _sheet("Voice the chords anew", "&Voice", "count scale", ("top", "bass"), True),
    "harmonise": _sheet("Harmonise a melody", "H&armonise", "temperature count scale"),
    "reharmonise": _sheet("Reharmonise the chords", "&Reharmonise", "similarity count scale", same_time=True),
    "accompany": _sheet("Accompany the clips", "&Accompany", "context part engine count scale seed"),
    "drums": _sheet(
        "Work on the drums", "Make the dr&ums", "region context engine temperature count seed", FLAGS, True
    ),
    "arrange": _sheet("Arrange a song", "&Arrange", "context engine scale seed"),
}
"""All tasks, in the order of the menu."""

PARTS: Mapping[Task, Mapping[Role, str]] = {
    "generate": {"melody": "Melody", "chords": "Chords", "bass": "Bass", "drums": "Drums"},
    "accompany": {"bass": "Bass line", "chords": "Chords", "drums": "Drums", "melody": "Counter-melody"},
}
"""For the tasks that make a part: which ones, in words; the first is the one to begin with."""

SCENE_TASKS: tuple[Task, ...] = ("accompany", "arrange")
"""Tasks that work on all clips that play at the same time."""

ONE_STYLE: tuple[Task, ...] = ("arrange",)
"""Tasks of whose style words only one can be taken."""

REGION_WORDS = frozenset({"groove", "fill", "lane", "busier", "sparser"})
"""Style words of "drums" that can work on a region; a beat is made anew from end to end."""

LOCK_WORDS = frozenset({"groove"})
"""Style words of "drums" that can keep what is locked."""


def takes(task: Task, control: Control) -> bool:
    """True when the control matters to the task."""
    return control in SHEETS[task].controls


def takes_second(task: Task) -> bool:
    """True when the task needs a second clip."""
    return CLIPS_TAKEN.get(task, (1, 1))[0] > 1


def needs_prompt(task: Task) -> bool:
    """False when the task can do without a prompt."""
    return CLIPS_TAKEN.get(task, (1, 1))[0] > 0


def takes_prompt(task: Task) -> bool:
    """False when the task has no use for a prompt."""
    return CLIPS_TAKEN.get(task, (1, 1))[1] > 0


def styles_of(task: Task) -> tuple[str, ...]:
    """The style words that the task knows; none where it takes no style."""
    return STYLES.get(task, ())
