"""Which box is joined to which: MIDI straight through, the controls and the server's answers into the script, and the
objects that play a jam's answers and hear its calls."""

from __future__ import annotations

from typing import Any

from max_for_live.controls import (
    BANKS,
    BLOB,
    CONTROLS,
    LABELS,
    LIGHT,
    LISTEN_PORT,
    SERVER_PORT,
    STATUS,
    STATUS_INFO,
    Label,
    Rect,
    face_of,
    shown_at,
)
from max_for_live.menus import CHOOSY
from max_for_live.patcher import Patch

LAMP: dict[str, Any] = {
    "varname": "Clipkin Light",
    "annotation": "Grey: not connected. Green: ready. Amber: at work.",
    "annotation_name": "Light",
    "mode": 0,
    "rounded": 6,
    "bgcolor": [0.5, 0.5, 0.5, 1.0],
}


_TRANSPORT = "transport @clocksource live"
"""Its outlets, of which we use tempo (4), metre (5), whether it runs (6) and ticks (7), speak from the right."""


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
    _join_player(patch, js)
    return patch.document(script, _parameters(values))


def _add_controls(patch: Patch, js: str) -> dict[str, str]:
    """A box for each control, joined to the script; ids by the control's name."""
    boxes = {}
    for number, control in enumerate(CONTROLS):
        left = 40 + number % 6 * 140
        top = 120 + number // 6 * 84
        boxes[control.name] = patch.add(control.maxclass, (left, top, *control.rect[2:]), **face_of(control))
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
    return patch.add("live.comment", _aside(rect), text, **shown_at(rect), textjustification=0, **keys)


def _aside(rect: Rect) -> Rect:
    """A place in the patch for what has one on the face, below all else."""
    return rect[0] + 40, rect[1] + 540, rect[2], rect[3]


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


def _join_player(patch: Patch, js: str) -> None:
    """A jam's way in and out, in the scheduler's time, so that no engine and no picture of Live's makes it late.

    Notes of the track come to the script with the transport's tick. A note that it hands on waits for its tick in
    ``pipe`` by milliseconds; ``makenote`` ends it by itself. On the script's word, where the device is switched off or
    goes, those that wait are dropped and those that sound are ended.
    """
    orders = patch.add("newobj", (1300, 436, 160, 20), "route where play stop")
    patch.connect(js, orders, outlet=3)
    _join_transport(patch, js, orders)
    ticks = patch.add("newobj", (1300, 160, 150, 20), _TRANSPORT)
    _join_played(patch, js, ticks)
    first = patch.add("newobj", (1460, 470, 60, 20), "t l b")
    words = patch.add("newobj", (1460, 500, 160, 20), "unpack 0 0 0. 0. 0.")
    wait = patch.add("newobj", (1560, 530, 120, 20), "expr ($f1-$f2)*$f3")
    soon = patch.add("newobj", (1560, 560, 80, 20), "clip 0. 4000.")
    # A note whose tick is far from where Live is now belongs to a place that Live has left.
    near = patch.add("newobj", (1660, 560, 160, 20), "expr $f1>-150.&&$f1<4000.")
    gate = patch.add("newobj", (1460, 545, 60, 20), "gate")
    pipe = patch.add("newobj", (1460, 590, 120, 20), "pipe 0 0 0. 0.")
    note = patch.add("newobj", (1460, 620, 120, 20), "makenote 0 100")
    out = patch.add("newobj", (1460, 650, 80, 20), "noteout")
    patch.connect(orders, first, outlet=1)
    patch.connect(first, ticks, outlet=1)
    patch.connect(ticks, wait, outlet=7, inlet=1)
    patch.chain(first, words)
    patch.connect(words, gate, inlet=1)
    patch.chain(gate, pipe, note, out)
    patch.connect(words, wait, outlet=4, inlet=2)
    patch.connect(words, wait, outlet=3)
    patch.chain(wait, soon)
    patch.chain(wait, near, gate)
    patch.connect(soon, pipe, inlet=3)
    for place in (1, 2):
        patch.connect(words, pipe, outlet=place, inlet=place)
        patch.connect(pipe, note, outlet=place, inlet=place)
    patch.connect(note, out, outlet=1, inlet=1)
    _join_silence(patch, orders, pipe, note)


def _join_transport(patch: Patch, js: str, orders: str) -> None:
    """Asked where Live is, the script hears tempo, tick, whether it runs, and the metre."""
    transport = patch.add("newobj", (1300, 470, 150, 20), _TRANSPORT)
    metre = patch.add("newobj", (1300, 500, 80, 20), "unpack 0 0")
    where = patch.add("newobj", (1300, 530, 120, 20), "pack 0. 0. 0 0 0")
    patch.chain(orders, transport)
    patch.connect(transport, where, outlet=7, inlet=1)
    patch.connect(transport, where, outlet=6, inlet=2)
    patch.connect(transport, metre, outlet=5)
    patch.connect(metre, where, outlet=1, inlet=4)
    patch.connect(metre, where, inlet=3)
    patch.connect(transport, where, outlet=4)
    _tell_script(patch, js, where, "transport", 560)


def _tell_script(patch: Patch, js: str, source: str, name: str, top: int) -> None:
    """The script hears a list as the message ``name``, in its own time."""
    named = patch.add("newobj", (1300, top, 110, 20), f"prepend {name}")
    patch.chain(source, named, patch.add("newobj", (1300, top + 30, 60, 20), "deferlow"), js)


def _join_played(patch: Patch, js: str, ticks: str) -> None:
    notes = patch.add("newobj", (1300, 100, 80, 20), "notein")
    first = patch.add("newobj", (1300, 130, 60, 20), "t i b")
    played = patch.add("newobj", (1300, 200, 80, 20), "pack 0 0 0.")
    patch.connect(notes, played, outlet=1, inlet=1)
    patch.chain(notes, first, played)
    patch.connect(first, ticks, outlet=1)
    patch.connect(ticks, played, outlet=7, inlet=2)
    _tell_script(patch, js, played, "played", 230)


def _join_silence(patch: Patch, orders: str, pipe: str, note: str) -> None:
    """First nothing more begins, then all that sounds ends."""
    order = patch.add("newobj", (1640, 470, 60, 20), "t b b")
    clear = patch.add("message", (1700, 500, 50, 20), "clear")
    stop = patch.add("message", (1640, 500, 50, 20), "stop")
    gone = patch.add("newobj", (1640, 436, 70, 20), "freebang")
    off = patch.add("newobj", (1720, 436, 50, 20), "sel 0")
    device = next(box["box"]["id"] for box in patch.boxes if box["box"].get("text") == "live.thisdevice")
    patch.connect(orders, order, outlet=2)
    patch.connect(device, off, outlet=1)
    patch.chain(off, order)
    patch.chain(gone, order)
    patch.connect(order, clear, outlet=1)
    patch.chain(clear, pipe)
    patch.connect(order, stop)
    patch.chain(stop, note)


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
    light = patch.add("panel", _aside(LIGHT), **shown_at(LIGHT), **LAMP)
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
