"""The device's face: every control with its name, range, place and help text, as one table.

Places are whole pixels in Live's device view, which is 169 high. What the menus offer stands in ``menus``; the script
gets the same lists, so that a menu and what the script makes of it can't differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from max_for_live.menus import AUTO, BARS, DENSITY_WORDS, ENGINES, LONGEST_STYLES, MOODS, NO_MORE, ROLES
from models.music.locks import FLAGS
from models.tasks.table import TASKS

WIDTH, HEIGHT = 764, 169

LISTEN_PORT = 11900
SERVER_PORT = 11800
VERSION = "0.1.0"

FLOAT, INT, ENUM, BLOB = 0, 1, 2, 3
"""Max's parameter types; an INT holds 0-255 only, so a port or a seed is a FLOAT shown as a whole number."""

UNIT_INT, UNIT_FLOAT, UNIT_PERCENT, UNIT_NOTE = 0, 1, 5, 8
AUTOMATED, STORED, HIDDEN = 0, 1, 2
"""Visibility: automated and on Push as well as stored with the set; stored only; or neither, as for buttons."""

Rect = tuple[int, int, int, int]
"""Left, top, width, height."""


@dataclass(frozen=True)
class Control:
    """One control that Live stores, or a button.

    name     what the script calls it, and what its long name is made from
    maxclass live.menu, live.dial, live.numbox, live.text or textedit
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

    @property
    def invisible(self) -> int:
        """Dials, numbers and switches are automated; menus and words only stored: what they mean changes."""
        if self.press:
            return HIDDEN
        return STORED if self.maxclass in ("live.menu", "textedit") or self.name == "port" else AUTOMATED


@dataclass(frozen=True)
class Label:
    """Words on the face."""

    text: str
    rect: Rect


_ROWS = (8, 29, 50, 71, 92)
_STYLES, _OPTIONS, _RIGHT = 268, 420, 528


def _menu(name: str, title: str, place: tuple[int, int], items: tuple[str, ...], info: str, order: int = 0) -> Control:
    return Control(name, title, "live.menu", (*place, 100, 15), info, items=items, high=len(items) - 1, order=order)


def _switch(name: str, title: str, rect: Rect, info: str, press: str = "") -> Control:
    return Control(name, title, "live.text", rect, info, items=("off", "on"), press=press)


def _field(name: str, title: str, rect: Rect, info: str) -> Control:
    return Control(name, title, "textedit", rect, info, kind=BLOB)


def _pitch(name: str, title: str, left: int, initial: int, info: str) -> Control:
    rect = (left, _ROWS[1], 48, 15)
    return Control(name, title, "live.numbox", rect, info, kind=INT, high=127, initial=initial, unit=UNIT_NOTE)


def _dial(
    name: str, title: str, rect: Rect, info: str, span: tuple[float, float, float], kind: int, unit: int = UNIT_INT
) -> Control:
    """``span``: lowest, highest and first value."""
    low, high, initial = span
    return Control(name, title, "live.dial", rect, info, kind=kind, low=low, high=high, initial=initial, unit=unit)


_LOCK_INFO = {
    "rhythm": "Keeps every onset and duration; only pitches and velocities change.",
    "pitch": "Keeps the pitches and their order; only the rhythm and velocities change.",
    "contour": "Keeps the line's shape: where it rises, falls or stays.",
    "velocity": "Keeps the sequence of velocities.",
    "top": "Keeps the highest line, and puts no new note above it.",
    "bass": "Keeps the lowest line, and puts no new note below it.",
}
_PRESSES = (
    ("make", (6, 6, 92, 48), "Does what the task says and writes the new clips, never over anything."),
    ("again", (6, 58, 44, 18), "The same clip once more, with the same settings and other dice."),
    ("more", (54, 58, 44, 18), "More like the selected clip: click the new clip that you like best, then press."),
    ("keep", (6, 80, 44, 18), "The selected new clip stays; the other new ones that nobody changed go."),
    ("discard", (54, 80, 44, 18), "Takes away the new clips that nobody changed."),
    ("cancel", (6, 102, 92, 18), "Stops the present request; nothing is written."),
    ("report", (104, 102, 56, 18), "Says this device's version, Live's, and how often what was asked for came."),
    ("dice", (688, 7, 30, 16), "Throws the dice: another seed."),
)
"""The buttons: what is pressed, where it stands, what it does."""

CONTROLS: tuple[Control, ...] = (
    _menu(
        "task",
        "Task",
        (106, 8),
        TASKS,
        "What to make: each task says at the bottom what it gives. Most take the selected clip; generate and "
        "accompany an empty slot, arrange the selected scene.",
    ),
    _menu(
        "style",
        "Style",
        (_STYLES, _ROWS[0]),
        (AUTO, *LONGEST_STYLES),
        "How to make it: a voicing, a kind of music or a kind of beat, as the task has them. auto leaves it open.",
        order=1,
    ),
    _menu(
        "style2",
        "Style 2",
        (_STYLES, _ROWS[1]),
        (NO_MORE, *LONGEST_STYLES),
        "A second word of style, for example a 9 to a rootless voicing, house to a fill, or the drum to lane.",
        order=1,
    ),
    _menu(
        "role",
        "Role",
        (_STYLES, _ROWS[2]),
        ROLES,
        "Which part to generate or accompany with. auto: drums on a track with a Drum Rack, else what the task "
        "likes; with other clips melody is a counter-melody.",
    ),
    _menu("mood", "Mood", (_STYLES, _ROWS[3]), MOODS, "The mood of what is new. none: as the clip is."),
    _field("words", "Words", (_STYLES, _ROWS[4], 100, 16), "The mood in words of your own, instead; then Enter."),
    _menu(
        "scale",
        "Scale",
        (_OPTIONS, _ROWS[0]),
        ("Live's scale", "off"),
        "Live's scale: no new note outside the set's scale, where it is switched on. off: any note.",
    ),
    _menu(
        "context",
        "Context",
        (_OPTIONS, _ROWS[1]),
        ("with its context", "clip alone"),
        "Whether the clips that play at the same time, in the scene or the song, are listened to.",
    ),
    _menu(
        "bars",
        "Bars",
        (_OPTIONS, _ROWS[2]),
        tuple(f"{bars} bar{'s' if bars > 1 else ''}" if bars else AUTO for bars in BARS),
        "The length of a continuation, of a generated clip or of a song. auto: as the task likes it.",
    ),
    _menu(
        "density",
        "Density",
        (_OPTIONS, _ROWS[3]),
        tuple(DENSITY_WORDS.values()),
        "Whether the new notes come as thick as the clip's, thinner or thicker.",
    ),
    _menu(
        "where",
        "Where",
        (_OPTIONS, _ROWS[4]),
        ("free slots", "arrangement"),
        "Where variations go: free slots of the track, or the arrangement behind the clip (Live 12.1.10 or later).",
    ),
    _menu(
        "engine",
        "Engine",
        (634, _ROWS[2]),
        ENGINES,
        "Who makes the notes. auto leaves the choice to Clipkin; the names come from it.",
    ),
    _field(
        "chords",
        "Chords",
        (_OPTIONS - 152, 113, 252, 16),
        "The harmony that holds, in bars: Am9 | Dm9 | G7 . . C. Empty: as it is heard. Enter.",
    ),
    _field(
        "pads",
        "Pads",
        (_RIGHT + 34, 113, 196, 16),
        "Drums that stay as they are, by the names of their pads, parted by commas: Kick, Snare. Enter.",
    ),
    Control(
        "port",
        "Port",
        "live.numbox",
        (712, 95, 46, 15),
        "The port of the Clipkin server on this computer; 11800 unless you changed it.",
        kind=FLOAT,
        low=1024,
        high=65535,
        initial=SERVER_PORT,
    ),
    _dial(
        "similarity",
        "Similarity",
        (104, 28, 56, 48),
        "How near the variations stay to the clip: 100 % is the clip itself.",
        (0, 100, 70),
        FLOAT,
        UNIT_PERCENT,
    ),
    _dial("count", "Variations", (162, 28, 60, 48), "How many to make, each a clip of its own.", (1, 16, 4), INT),
    _dial(
        "temperature",
        "Temperature",
        (_RIGHT, 6, 64, 48),
        "How daring the new notes are: low is safe, 1 is as learned, high is wild. For harmonise: how colourful "
        "the chords.",
        (0.1, 2.0, 1.0),
        FLOAT,
        UNIT_FLOAT,
    ),
    Control(
        "seed",
        "Seed",
        "live.numbox",
        (624, _ROWS[0], 62, 15),
        "0 takes a new random seed each time. The seed in a clip's name makes the same notes again.",
        kind=FLOAT,
        high=2**24 - 1,
    ),
    _switch("seedlock", "Hold", (720, 7, 38, 16), "Holds the last random seed: the same dice with other settings."),
    _pitch("low", "Lowest", 634, 0, "The lowest new note."),
    _pitch("high", "Highest", 686, 127, "The highest new note."),
    *(
        _switch(name, name.capitalize(), (_RIGHT + place % 3 * 58, 76 + place // 3 * 18, 54, 16), _LOCK_INFO[name])
        for place, name in enumerate(FLAGS)
    ),
    *(_switch(name, name.capitalize(), rect, info, press=name) for name, rect, info in _PRESSES),
)

LABELS: tuple[Label, ...] = (
    *(
        Label(text, (228, top - 1, 38, 18))
        for text, top in zip(("Style", "and", "Role", "Mood", "or"), _ROWS, strict=True)
    ),
    *(
        Label(text, (374, top - 1, 44, 18))
        for text, top in zip(("Scale", "Context", "Bars", "Density", "Into"), _ROWS, strict=True)
    ),
    Label("Chords", (228, 112, 40, 18)),
    Label("Pads", (_RIGHT, 112, 32, 18)),
    Label("Lock", (_RIGHT, 56, 54, 18)),
    Label("Seed", (594, 7, 30, 18)),
    Label("Range", (594, 28, 38, 18)),
    Label("Engine", (594, 49, 40, 18)),
    Label("Link", (712, 76, 46, 18)),
)

LIGHT: Rect = (8, 135, 12, 12)
STATUS = Label("Looking for Clipkin.", (26, 131, 732, 34))
"""The status line: up to two lines of words, and a light that says the same from afar."""
STATUS_INFO = "What the device is doing, and what to do when it can't."

BANKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Variation", ("similarity", "count", "temperature", "seed", "seedlock", "low", "high")),
    ("Keep", FLAGS),
)
"""What a controller such as Push shows: pages of eight automated controls."""
