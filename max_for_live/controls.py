"""The device's face: every control with its name, range, place and help text, as ``face.json`` has them.

Places are whole pixels in Live's device view, which is 169 high. What the menus offer stands in ``menus``; the script
gets the same lists, so that a menu and what the script makes of it can't differ.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from max_for_live.menus import AUTO, BARS, DENSITY_WORDS, ENGINES, JAM_BARS, LONGEST_STYLES, MOODS, NO_MORE, ROLES
from models.tasks.table import TASKS

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
