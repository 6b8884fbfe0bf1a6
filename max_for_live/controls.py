"""The device's face: every control with its name, range, place and help text, as ``face.json`` has them; and what its
menus offer besides the table of tasks: the moods, the roles, the numbers.

Places are whole pixels in Live's device view, which is 169 high. The script gets the same lists, so that a menu and
what the script makes of it can't differ. Live stores the place of a menu's item, not its word. So a new item goes to
the end of its list, and none is ever moved: else a set that was saved with an older device would ask for another thing.

Offers: ``CONTROLS``, ``LABELS``, ``BANKS``, ``face_of``, ``shown_at``; ``CHOOSY``, ``taken``, ``MOODS``, ``ROLES``,
``DENSITY_WORDS``, ``BARS``, ``JAM_BARS``, ``QUICK``, ``ENGINES``, ``CHORDS``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.generator import Density
from models.music.chord_track import parse_symbol
from models.music.clip import ROLES as PARTS
from models.music.locks import FLAGS
from models.tasks.table import TABLE, TASKS, Row

AUTO, NO_MORE = "auto", "nothing else"
"""The first item of a menu that may leave the choice to the server, and of the menu for a second word of style."""

_SAME = ("style", "mood", "bars", "density", "scale", "context", "count", "temperature", "similarity", "chords", "pads")
_CONTROLS = {name: name for name in _SAME} | {"style2": "style", "role": "parts", "low": "range", "high": "range"}
"""The face's controls that not every task takes, and what the table of tasks calls them; the locks besides."""

CHOOSY = (*_CONTROLS, *FLAGS)


def taken(row: Row) -> tuple[str, ...]:
    """Which of ``CHOOSY`` a task takes; the others are shown inactive and not sent."""
    takes = {*row.takes, *(["parts"] if row.parts else []), *(["pads"] if row.keeps_lanes else [])}
    takes -= set() if row.styles else {"style"}
    return (*(name for name, control in _CONTROLS.items() if control in takes), *row.locks)


LONGEST_STYLES = max((row.styles for row in TABLE.values()), key=len)
"""What a style menu is stored with: as many words as any task has, so that Live cuts no stored place."""

_MOODS = (
    "none happy bright playful hopeful romantic tender warm dreamy calm nostalgic sad melancholic lonely dark "
    "mysterious tense angry wild energetic epic triumphant solemn elegant groovy"
)
MOODS = tuple(_MOODS.split())
"""Words of the server's lexicon; the first asks for nothing."""

ROLES = (AUTO, *PARTS)
"""By the wire's number of each role, which is its place here."""

DENSITY_WORDS: dict[Density, str] = {"same": "as many notes", "low": "fewer notes", "high": "more notes"}
"""In the menu's order."""

BARS = (0, 1, 2, 4, 8, 16, 32, 64)
"""Lengths in bars; 0: as the task likes it."""

JAM_BARS = (0, 1, 2, 4, 8)
"""Bars of a jam's turns; 0: no jam."""

QUICK = "rules"
"""The engine that a jam asks first, because it answers at once."""

_SYMBOLS = (
    " m min - dim o aug + 6 m6 69 6/9 m69 7 maj7 M7 m7 mM7 dim7 o7 m7b5 9 maj9 m9 11 m11 13 maj13 m13 sus2 sus4 sus "
    "7sus4 9sus4 5 add9 madd9 7b9 7#9 7b5 7#5 7#11 maj7#11 7b13 7alt alt"
)
CHORDS = {
    symbol: sum(1 << interval for interval in set(chord.intervals))
    for symbol in _SYMBOLS.split(" ")
    if (chord := parse_symbol("C" + symbol))
}
"""What may stand behind a root in the field for chords, and its semitones above the root as the wire's mask."""

ENGINES = (AUTO, "rules", "kin", "rnn", "lstm", "vae", "gan", "harmony")
"""The engines that the menu has in fixed places; further ones of the server come behind them."""

VERSION = "0.1.0"
LISTEN_PORT = 11900

FLOAT, INT, ENUM, BLOB = 0, 1, 2, 3
"""Max's parameter types; an INT holds 0-255 only, so a port or a seed is a FLOAT shown as a whole number."""
_KINDS = {"float": FLOAT, "int": INT, "enum": ENUM, "blob": BLOB}

UNIT_PERCENT, UNIT_NOTE = 5, 8
_UNITS = {"int": 0, "float": 1, "percent": UNIT_PERCENT, "note": UNIT_NOTE}
AUTOMATED, STORED, HIDDEN = 0, 1, 2
"""Visibility: automated and on Push as well as stored with the set; stored only; or neither, as for buttons."""

Rect = tuple[int, int, int, int]
"""Left, top, width, height."""

_ITEMS: dict[str, tuple[str, ...]] = {
    "tasks": TASKS,
    "styles": (AUTO, *LONGEST_STYLES),
    "more styles": (NO_MORE, *LONGEST_STYLES),
    "roles": ROLES,
    "moods": MOODS,
    "bars": tuple(f"{bars} bar{'s' if bars > 1 else ''}" if bars else AUTO for bars in BARS),
    "densities": tuple(DENSITY_WORDS.values()),
    "engines": ENGINES,
    "jam": tuple(f"trade {bars} bar{'s' if bars > 1 else ''}" if bars else "off" for bars in JAM_BARS),
}
"""Lists of menus by the names that ``face.json`` has for them."""


@dataclass(frozen=True)
class Control:
    """One control that Live stores, or a button.

    name     what the script calls it, and what its long name is made from
    maxclass live.menu, live.dial, live.numbox, live.text or textedit
    low, high, initial   the range and the first value; for a menu places in ``items``
    press    a button: the script hears that it was pressed, instead of a value
    accent   in the theme's colour of what is on
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
    unit: int = 0
    items: tuple[str, ...] = ("off", "on")
    press: bool = False
    accent: bool = False
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


def _control(row: dict[str, Any]) -> Control:
    """A row of ``face.json``; a menu's items are a list, or the name of one."""
    row |= {"kind": _KINDS[row.get("kind", "enum")], "unit": _UNITS[row.get("unit", "int")], "rect": tuple(row["rect"])}
    if "items" in row:
        items = row["items"]
        row["items"] = _ITEMS[items] if isinstance(items, str) else tuple(items)
        row["high"] = len(row["items"]) - 1
    return Control(**row)


_FACE = json.loads(Path(__file__).with_name("face.json").read_text(encoding="utf-8"))
WIDTH, HEIGHT = _FACE["width"], _FACE["height"]
CONTROLS: tuple[Control, ...] = tuple(_control(row) for row in _FACE["controls"])
Label = tuple[str, Rect]
"""Words on the face, and their place."""
LABELS: tuple[Label, ...] = tuple((text, tuple(rect)) for text, rect in _FACE["labels"])
LIGHT: Rect = tuple(_FACE["light"])
STATUS: Label = (_FACE["status"][0], tuple(_FACE["status"][1]))
"""The status line: up to two lines of words, and a light that says the same from afar."""
STATUS_INFO = "What the device is doing, and what to do when it can't."
SERVER_PORT = int(next(control.initial for control in CONTROLS if control.name == "port"))
BANKS: tuple[tuple[str, tuple[str, ...]], ...] = tuple((name, tuple(controls)) for name, controls in _FACE["banks"])
"""What a controller such as Push shows: pages of eight automated controls."""

THEME = {
    "activebgcolor": {"expression": "themecolor.live_control_selection"},
    "activetextcolor": {"expression": "themecolor.live_meter_bg"},
}
ACCENT = {"activebgcolor": [1.0, 0.678, 0.337, 1.0], "activetextcolor": [0.08, 0.08, 0.08, 1.0], "fontsize": 14.0}
"""The colours of what is to be pressed first: those of Live's theme, and what stands in for them elsewhere."""


def shown_at(rect: Rect) -> dict[str, Any]:
    """The keys of a box that is on the face."""
    return {"presentation": 1, "presentation_rect": [float(edge) for edge in rect]}


def face_of(control: Control) -> dict[str, Any]:
    """The keys of a control's box: its place on the face, and the parameter that Live stores."""
    keys: dict[str, Any] = {
        **shown_at(control.rect),
        "parameter_enable": 1,
        "varname": control.longname,
        "annotation": control.info,
        "annotation_name": control.title,
        "saved_attribute_attributes": {"valueof": _parameter(control)},
    }
    if control.maxclass == "live.text":
        # A button fires when it is let go, as Live's own do.
        keys |= {"mode": 1, "text": control.title, "texton": control.title}
        keys |= {"mode": 0, "transition": 1} if control.press else {}
    if control.accent:
        keys |= ACCENT
        keys["saved_attribute_attributes"] |= THEME
    if control.kind == BLOB:
        keys |= {"keymode": 1, "lines": 1, "outputmode": 1, "wordwrap": 0}
    return keys


def _parameter(control: Control) -> dict[str, object]:
    value: dict[str, object] = {
        "parameter_longname": control.longname,
        "parameter_shortname": control.title,
        "parameter_type": control.kind,
        "parameter_invisible": control.invisible,
        "parameter_modmode": 0,
        "parameter_linknames": 1,
        "parameter_order": control.order,
        "parameter_info": control.info,
    }
    if control.kind == BLOB:
        return value
    value |= {"parameter_mmin": float(control.low), "parameter_mmax": float(control.high)}
    value |= {"parameter_initial": [float(control.initial)], "parameter_initial_enable": 1}
    if control.kind == ENUM:
        value["parameter_enum"] = list(control.items)
    else:
        value["parameter_unitstyle"] = control.unit
    return value
