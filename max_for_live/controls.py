"""The device's face: every control with its name, range, place and help text, as one table.

Places are whole pixels in Live's device view, which is 169 high. The script gets the same table's defaults, so that
the menus and what the script makes of them can't differ.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 392, 169

LISTEN_PORT = 11900
SERVER_PORT = 11800
VERSION = "0.1.0"

TASKS = ("vary", "infill", "continue", "humanise")
ENGINES = ("auto", "rules", "kin", "rnn", "lstm", "vae", "gan")
"""What the engine menu shows until the server has said its names."""

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

    @property
    def longname(self) -> str:
        """Unique and stable: Live finds a stored value by it."""
        return f"Clipkin {self.title}"


@dataclass(frozen=True)
class Label:
    """Words on the face."""

    text: str
    rect: Rect


def _menu(name: str, title: str, top: int, items: tuple[str, ...], info: str) -> Control:
    return Control(name, title, "live.menu", (58, top, 92, 15), info, items=items, high=len(items) - 1)


def _lock(name: str, left: int, top: int, info: str) -> Control:
    return Control(name, name.capitalize(), "live.text", (left, top, 52, 16), info, items=("off", "on"))


CONTROLS: tuple[Control, ...] = (
    _menu("task", "Task", 8, TASKS,
          "What to make of the selected clip: variations of it, new notes in place of the selected ones, the bars "
          "that follow, or the same notes played by a hand."),
    _menu("engine", "Engine", 29, ENGINES,
          "Who makes the notes. auto leaves the choice to the server; the names come from it."),
    _menu("scale", "Scale", 50, ("Live's scale", "off"),
          "Live's scale: no new note outside the set's scale, where it is switched on. off: any note."),
    _menu("beside", "Context", 71, ("clips beside it", "clip alone"),
          "Whether the clips that play at the same time, in the scene or the song, are listened to."),
    Control("seed", "Seed", "live.numbox", (58, 92, 92, 15),
            "0 takes a new random seed each time. The seed in a clip's name makes the same notes again.",
            kind=FLOAT, high=2**24 - 1),
    Control("count", "Variations", "live.dial", (158, 6, 58, 48),
            "How many variations to make, each in a free slot of its own.", kind=INT, low=1, high=16, initial=4),
    Control("temperature", "Temperature", "live.dial", (218, 6, 62, 48),
            "How daring the new notes are: low is safe, 1 is as learned, high is wild.",
            kind=FLOAT, low=0.1, high=2.0, initial=1.0, unit=UNIT_FLOAT),
    Control("similarity", "Similarity", "live.dial", (282, 6, 54, 48),
            "How near the variations stay to the clip: 100 % is the clip itself.",
            kind=FLOAT, high=100, initial=70, unit=UNIT_PERCENT),
    _lock("rhythm", 160, 76, "Keeps every onset and duration; only pitches and velocities change."),
    _lock("pitch", 216, 76, "Keeps the pitches and their order; only the rhythm and velocities change."),
    _lock("contour", 272, 76, "Keeps the line's shape: where it rises, falls or stays."),
    _lock("velocity", 160, 95, "Keeps the sequence of velocities."),
    _lock("top", 216, 95, "Keeps the highest line, and puts no new note above it."),
    _lock("bass", 272, 95, "Keeps the lowest line, and puts no new note below it."),
    Control("vary", "Vary", "live.text", (340, 8, 44, 40),
            "Makes variations of the selected MIDI clip and writes them into free slots of its track.",
            items=("off", "on"), press="vary"),
    Control("cancel", "Cancel", "live.text", (340, 54, 44, 16), "Stops the present request; nothing is written.",
            items=("off", "on"), press="cancel"),
    Control("port", "Port", "live.numbox", (340, 92, 44, 15),
            "The port of the Clipkin server on this computer; 11800 unless you changed it.",
            kind=FLOAT, low=1024, high=65535, initial=SERVER_PORT),
)

LABELS: tuple[Label, ...] = (
    Label("Task", (8, 7, 48, 18)),
    Label("Engine", (8, 28, 48, 18)),
    Label("Scale", (8, 49, 48, 18)),
    Label("Context", (8, 70, 48, 18)),
    Label("Seed", (8, 91, 48, 18)),
    Label("Keep", (160, 57, 52, 18)),
    Label("Port", (340, 73, 44, 18)),
)

STATUS = Label("Looking for Clipkin.", (8, 118, 376, 44))
"""The status line: up to three lines of words."""
STATUS_INFO = "What the device is doing, and what to do when it can't."

BANKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Variation", ("task", "engine", "count", "temperature", "similarity", "scale", "beside", "seed")),
    ("Keep", ("rhythm", "pitch", "contour", "velocity", "top", "bass", "port")),
)
"""What a controller such as Push shows: pages of eight."""
