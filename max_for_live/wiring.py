"""Which box is joined to which: MIDI straight through, the controls and the server's answers into the script."""

from __future__ import annotations

from typing import Any

from max_for_live.controls import (
    BANKS,
    BLOB,
    CONTROLS,
    ENUM,
    LABELS,
    LIGHT,
    LISTEN_PORT,
    SERVER_PORT,
    STATUS,
    STATUS_INFO,
    Control,
    Label,
    Rect,
)
from max_for_live.menus import CHOOSY
from max_for_live.patcher import Patch
from max_for_live.player import join_player

THEME = {
    "activebgcolor": {"expression": "themecolor.live_control_selection"},
    "activetextcolor": {"expression": "themecolor.live_meter_bg"},
}
ACCENT = {"activebgcolor": [1.0, 0.678, 0.337, 1.0], "activetextcolor": [0.08, 0.08, 0.08, 1.0], "fontsize": 14.0}
"""The colours of what is to be pressed first: those of Live's theme, and what stands in for them elsewhere."""

LAMP: dict[str, Any] = {
    "varname": "Clipkin Light",
    "annotation": "Grey: not connected. Green: ready. Amber: at work.",
    "annotation_name": "Light",
    "mode": 0,
    "rounded": 6,
    "bgcolor": [0.5, 0.5, 0.5, 1.0],
}


def describe(script: str) -> str:
    """The patcher's JSON text of the device that runs the file ``script``."""
    patch = Patch()
    # MIDI goes straight through.
    patch.chain(patch.add("newobj", (700, 20, 50, 20), "midiin"), patch.add("newobj", (700, 60, 50, 20), "midiout"))
    js = patch.add(
        "newobj",
        (40, 400, 220, 20),
        f"js {script}",
        saved_object_attributes={"filename": script, "parameter_enable": 0},
    )
    values = _add_controls(patch, js)
    _start_in_order(patch, js, values)
    _join_network(patch, js)
    _join_face(patch, js, values)
    join_player(patch, js)
    return patch.document(script, _parameters(values))


def _add_controls(patch: Patch, js: str) -> dict[str, str]:
    """A box for each control, joined to the script; ids by the control's name."""
    boxes = {}
    for number, control in enumerate(CONTROLS):
        left = 40 + number % 6 * 140
        top = 120 + number // 6 * 84
        boxes[control.name] = patch.add(control.maxclass, (left, top, *control.rect[2:]), **_face_of(control))
        if control.press:
            sender = patch.add("message", (left, top + 54, 80, 20), f"press {control.name}")
        else:
            sender = patch.add("newobj", (left, top + 54, 130, 20), f"prepend control {control.name}")
        if control.kind == BLOB:
            words = patch.add("newobj", (left, top + 28, 70, 20), "route text")
            patch.chain(boxes[control.name], words, sender, js)
        else:
            patch.chain(boxes[control.name], sender, js)
    for label in LABELS:
        _add_label(patch, label)
    return boxes


def _add_label(patch: Patch, label: Label, **keys: object) -> str:
    text, rect = label
    return patch.add("live.comment", _aside(rect), text, **_shown_at(rect), textjustification=0, **keys)


def _aside(rect: Rect) -> Rect:
    """A place in the patch for what has one on the face, below all else."""
    return rect[0] + 40, rect[1] + 540, rect[2], rect[3]


def _shown_at(rect: Rect) -> dict[str, Any]:
    return {"presentation": 1, "presentation_rect": [float(edge) for edge in rect]}


def _face_of(control: Control) -> dict[str, Any]:
    """The keys of a control's box: its place on the face, and the parameter that Live stores."""
    keys: dict[str, Any] = {
        **_shown_at(control.rect),
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


def _start_in_order(patch: Patch, js: str, values: dict[str, str]) -> None:
    """Right outlet first: every control says the value that Live restored; then the script starts."""
    device = patch.add("newobj", (40, 20, 90, 20), "live.thisdevice")
    order = patch.add("newobj", (40, 50, 60, 20), "t b b")
    ask = patch.add("message", (140, 84, 80, 20), "outputvalue")
    patch.chain(device, order, js)
    patch.connect(order, ask, outlet=1)
    for control in CONTROLS:
        if control.kind == BLOB:
            patch.connect(order, values[control.name], outlet=1)  # a field says its words when it is banged
        elif not control.press:
            patch.connect(ask, values[control.name])


def _join_network(patch: Patch, js: str) -> None:
    """The server's port, our own, and a way to send to ourselves: so the script finds out whether ours is free."""
    receive = patch.add("newobj", (300, 372, 120, 20), f"udpreceive {LISTEN_PORT} @quiet 1")
    later = patch.add("newobj", (440, 372, 60, 20), "deferlow")
    patch.chain(receive, later, js)
    patch.chain(js, patch.add("newobj", (40, 470, 160, 20), f"udpsend 127.0.0.1 {SERVER_PORT}"))
    own = patch.add("newobj", (420, 436, 120, 20), "route listen self")
    port = patch.add("newobj", (420, 470, 90, 20), "prepend port")
    self_send = patch.add("newobj", (520, 500, 160, 20), f"udpsend 127.0.0.1 {LISTEN_PORT}")
    patch.connect(js, own, outlet=2)
    patch.chain(own, port, receive)
    patch.connect(port, self_send)
    patch.connect(own, self_send, outlet=1)


_SAID = {
    "status": ("set", "status"),
    "light": ("bgcolor", "light"),
    "engines": ("_parameter_range", "engine"),
    "engine": ("set", "engine"),
    "styles": ("_parameter_range", "style"),
    "styles2": ("_parameter_range", "style2"),
    "style": ("assign", "style"),
    "style2": ("assign", "style2"),
    "seed": ("", "seed"),
}
"""What the script says to the face, what becomes of it, and what hears it. A style is assigned so that Live stores what
the menu shows, yet notes no change of the user's; the seed is the user's dice, and the user's undo entry."""


def _join_face(patch: Patch, js: str, values: dict[str, str]) -> None:
    words = patch.add("newobj", (220, 436, 380, 20), f"route {' '.join(_SAID)} active")
    patch.connect(js, words, outlet=1)
    status = _add_label(patch, STATUS, varname="Clipkin Status", annotation=STATUS_INFO, annotation_name="Status")
    light = patch.add("panel", _aside(LIGHT), **_shown_at(LIGHT), **LAMP)
    boxes = {**values, "status": status, "light": light}
    for outlet, (what, box) in enumerate(_SAID.values()):
        if what:
            sender = patch.add("newobj", (60 + outlet * 160, 496, 150, 20), f"prepend {what}")
            patch.connect(words, sender, outlet=outlet)
            patch.chain(sender, boxes[box])
        else:
            patch.connect(words, boxes[box], outlet=outlet)
    _join_active(patch, words, values)


def _join_active(patch: Patch, words: str, values: dict[str, str]) -> None:
    """``active NAME 0``: the present task doesn't take that control, which is then shown in grey."""
    names = patch.add("newobj", (760, 436, 480, 20), f"route {' '.join(CHOOSY)}")
    patch.connect(words, names, outlet=len(_SAID))
    for outlet, name in enumerate(CHOOSY):
        sender = patch.add("newobj", (760 + outlet % 5 * 110, 470 + outlet // 5 * 26, 100, 20), "prepend active")
        patch.connect(names, sender, outlet=outlet)
        patch.chain(sender, values[name])


def _parameters(values: dict[str, str]) -> dict[str, Any]:
    """The patcher's list of parameters, by box id, and the pages for controllers."""
    by_name = {control.name: control for control in CONTROLS}
    listed: dict[str, Any] = {values[name]: [control.longname, control.title, 0] for name, control in by_name.items()}
    banks = {}
    for number, (title, names) in enumerate(BANKS):
        places = [by_name[name].longname for name in names]
        banks[str(number)] = {"index": number, "name": title, "parameters": places + ["-"] * (8 - len(places))}
    return {**listed, "parameterbanks": banks, "inherited_shortname": 1}
