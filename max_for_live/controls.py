"""The device's face: every control with its name, range, place and help text, as one table.

Places are whole pixels in Live's device view, which is 169 high. What the menus offer stands in ``menus``; the script
gets the same lists, so that a menu and what the script makes of it can't differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from max_for_live.menus import AUTO, BARS, DENSITY_WORDS, ENGINES, LONGEST_STYLES, MOODS, NO_MORE, ROLES
from models.music.locks import FLAGS
from models.tasks.table import TASKS

WIDTH, HEIGHT = 536, 169

LISTEN_PORT = 11900
SERVER_PORT = 11800
VERSION = "0.1.0"

FLOAT, INT, ENUM = 0, 1, 2
"""Max's parameter types; an INT holds 0-255 only, so a port or a seed is a FLOAT shown as a whole number."""

UNIT_INT, UNIT_FLOAT, UNIT_PERCENT = 0, 1, 5
STORED, HIDDEN = 1, 2
"""Visibility: stored with the set but not automated; or neither, as for buttons."""

Rect = tuple[int, int, int, int]
"""Left, top, width, height."""


@dataclass(frozen=True)
class Control:
    """One control that Live stores, or a button.

    name     what the script calls it, and what its long name is made from
    maxclass live.menu, live.dial, live.numbox or live.text
    low, high, initial   the range and the first value; for a menu places in ``items``
    press    for a button: what the script hears instead of a value
    order    Live restores controls of a lower number first
    """

    name: str
    title: str
    maxclass: str
    rect: Rect
    info: str
    kind: int = ENUM
    low: float = 0
    high: float = 1
    initial: float = 0
    unit: int = UNIT_INT
    items: tuple[str, ...] = ()
    press: str = ""
    order: int = 0

    @property
    def longname(self) -> str:
        """Unique and stable: Live finds a stored value by it."""
        return f"Clipkin {self.title}"


@dataclass(frozen=True)
class Label:
    """Words on the face."""

    text: str
    rect: Rect


_LEFT_MENUS, _RIGHT_MENUS, _LOCKS = 46, 196, 304
_ROWS = (8, 29, 50, 71, 92)


def _menu(name: str, title: str, left: int, row: int, items: tuple[str, ...], info: str, order: int = 0) -> Control:
    return Control(
        name, title, "live.menu", (left, _ROWS[row], 100, 15), info, items=items, high=len(items) - 1, order=order
    )


def _lock(place: int, name: str, info: str) -> Control:
    rect = (_LOCKS + place % 3 * 58, 76 + place // 3 * 19, 54, 16)
    return Control(name, name.capitalize(), "live.text", rect, info, items=("off", "on"))


_LOCK_INFO = {
    "rhythm": "Keeps every onset and duration; only pitches and velocities change.",
    "pitch": "Keeps the pitches and their order; only the rhythm and velocities change.",
    "contour": "Keeps the line's shape: where it rises, falls or stays.",
    "velocity": "Keeps the sequence of velocities.",
    "top": "Keeps the highest line, and puts no new note above it.",
    "bass": "Keeps the lowest line, and puts no new note below it.",
}

CONTROLS: tuple[Control, ...] = (
    _menu(
        "task",
        "Task",
        _LEFT_MENUS,
        0,
        TASKS,
        "What to make: each task says at the bottom what it gives. Most take the selected clip; generate and "
        "accompany an empty slot, arrange the selected scene.",
    ),
    _menu(
        "style",
        "Style",
        _LEFT_MENUS,
        1,
        (AUTO, *LONGEST_STYLES),
        "How to make it: a voicing, a kind of music or a kind of beat, as the task has them. auto leaves it to the "
        "server.",
        order=1,
    ),
    _menu(
        "style2",
        "Style 2",
        _LEFT_MENUS,
        2,
        (NO_MORE, *LONGEST_STYLES),
        "A second word of style, for example a 9 to a rootless voicing, house to a fill, or the drum to lane.",
        order=1,
    ),
    _menu(
        "role",
        "Role",
        _LEFT_MENUS,
        3,
        ROLES,
        "Which part to generate or accompany with. auto: drums on a track with a Drum Rack, else what the task "
        "likes; with other clips melody is a counter-melody.",
    ),
    _menu("mood", "Mood", _LEFT_MENUS, 4, MOODS, "The mood of what is new. none: as the clip is."),
    _menu(
        "engine",
        "Engine",
        _RIGHT_MENUS,
        0,
        ENGINES,
        "Who makes the notes. auto leaves the choice to the server; the names come from it.",
    ),
    _menu(
        "scale",
        "Scale",
        _RIGHT_MENUS,
        1,
        ("Live's scale", "off"),
        "Live's scale: no new note outside the set's scale, where it is switched on. off: any note.",
    ),
    _menu(
        "context",
        "Context",
        _RIGHT_MENUS,
        2,
        ("with its context", "clip alone"),
        "Whether the clips that play at the same time, in the scene or the song, are listened to.",
    ),
    _menu(
        "bars",
        "Bars",
        _RIGHT_MENUS,
        3,
        tuple(f"{bars} bar{'s' if bars > 1 else ''}" if bars else AUTO for bars in BARS),
        "The length of a continuation, of a generated clip or of a song. auto: as the task likes it.",
    ),
    _menu(
        "density",
        "Density",
        _RIGHT_MENUS,
        4,
        tuple(DENSITY_WORDS.values()),
        "Whether the new notes come as thick as the clip's, thinner or thicker.",
    ),
    Control(
        "port",
        "Port",
        "live.numbox",
        (484, 96, 44, 15),
        "The port of the Clipkin server on this computer; 11800 unless you changed it.",
        kind=FLOAT,
        low=1024,
        high=65535,
        initial=SERVER_PORT,
    ),
    Control(
        "count",
        "Variations",
        "live.dial",
        (300, 6, 60, 48),
        "How many to make, each in a free slot of its own.",
        kind=INT,
        low=1,
        high=16,
        initial=4,
    ),
    Control(
        "temperature",
        "Temperature",
        "live.dial",
        (360, 6, 64, 48),
        "How daring the new notes are: low is safe, 1 is as learned, high is wild. For harmonise: how colourful "
        "the chords.",
        kind=FLOAT,
        low=0.1,
        high=2.0,
        initial=1.0,
        unit=UNIT_FLOAT,
    ),
    Control(
        "similarity",
        "Similarity",
        "live.dial",
        (424, 6, 56, 48),
        "How near the variations stay to the clip: 100 % is the clip itself.",
        kind=FLOAT,
        high=100,
        initial=70,
        unit=UNIT_PERCENT,
    ),
    Control(
        "seed",
        "Seed",
        "live.numbox",
        (392, 57, 82, 15),
        "0 takes a new random seed each time. The seed in a clip's name makes the same notes again.",
        kind=FLOAT,
        high=2**24 - 1,
    ),
    *(_lock(place, name, _LOCK_INFO[name]) for place, name in enumerate(FLAGS)),
    Control(
        "make",
        "Make",
        "live.text",
        (484, 8, 44, 44),
        "Does what the task says and writes the new clips into free slots, never over anything.",
        items=("off", "on"),
        press="make",
    ),
    Control(
        "cancel",
        "Cancel",
        "live.text",
        (484, 56, 44, 20),
        "Stops the present request; nothing is written.",
        items=("off", "on"),
        press="cancel",
    ),
)

LABELS: tuple[Label, ...] = (
    *(
        Label(text, (6, top - 1, 38, 18))
        for text, top in zip(("Task", "Style", "and", "Role", "Mood"), _ROWS, strict=True)
    ),
    *(
        Label(text, (152, top - 1, 44, 18))
        for text, top in zip(("Engine", "Scale", "Context", "Bars", "Density"), _ROWS, strict=True)
    ),
    Label("Keep", (_LOCKS, 56, 54, 18)),
    Label("Seed", (360, 56, 32, 18)),
    Label("Port", (484, 78, 44, 18)),
)

STATUS = Label("Looking for Clipkin.", (6, 118, 524, 44))
"""The status line: up to three lines of words."""
STATUS_INFO = "What the device is doing, and what to do when it can't."

BANKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Variation", ("task", "style", "style2", "mood", "count", "temperature", "similarity", "seed")),
    ("Keep", (*FLAGS, "scale", "context")),
    ("Part", ("role", "bars", "density", "engine", "port")),
)
"""What a controller such as Push shows: pages of eight."""
