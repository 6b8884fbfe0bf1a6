"""Which box is joined to which: MIDI straight through, the controls and the server's answers into the script, and the
objects that play a jam's answers and hear its calls.

``wiring.json`` has the boxes that are always there (left, top, width, and what stands in them) and the cords between
them: "words:4 > 2:wait" from words' outlet 4 to wait's inlet 2, 0 where no number stands. What they are for:

order, ask        when the device is there every control says the value that Live restored; then the script starts
own, self         our own port, and a way to send to ourselves: so the script finds out whether ours is free
transport, where  asked where Live is, the script hears tempo (outlet 4), metre (5), whether it runs (6), ticks (7)
played            notes of the track come to the script with the transport's tick
words … noteout   a note that it hands on waits for its tick in ``pipe`` by milliseconds, in the scheduler's time, so
                  that no engine and no picture of Live's makes it late; ``makenote`` ends it by itself. One whose tick
                  is far from where Live is now belongs to a place that Live has left: ``near`` shuts the gate
silence           on the script's word, where the device is switched off or goes: first nothing more begins, then all
                  that sounds ends
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from max_for_live.controls import (
    BANKS,
    BLOB,
    CHOOSY,
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
from max_for_live.patcher import Patch

LAMP: dict[str, Any] = {
    "varname": "Clipkin Light",
    "annotation": "Grey: not connected. Green: ready. Amber: at work.",
    "annotation_name": "Light",
    "mode": 0,
    "rounded": 6,
    "bgcolor": [0.5, 0.5, 0.5, 1.0],
}

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

_FIXED = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_END = re.compile(r"(?:(\d+):)?([a-z ]+)(?::(\d+))?")


def describe(script: str) -> str:
    """The patcher's JSON text of the device that runs the file ``script``."""
    patch, words = Patch(), {"script": script, "listen": LISTEN_PORT, "server": SERVER_PORT, "active": len(_SAID)}
    words |= {"said": " ".join(_SAID), "choosy": " ".join(CHOOSY)}
    keys = {"js": {"saved_object_attributes": {"filename": script, "parameter_enable": 0}}}
    boxes = {
        name: patch.add(maxclass, (left, top, wide, 20), text.format(**words), **keys.get(name, {}))
        for maxclass, fixed in (("newobj", _FIXED["boxes"]), ("message", _FIXED["messages"]))
        for name, (left, top, wide, text) in fixed.items()
    }
    for cord in _FIXED["cords"]:
        ends = [_END.findall(end)[0] for end in cord.format(**words).split(" > ")]
        for (_, source, outlet), (inlet, sink, _) in zip(ends[:-1], ends[1:], strict=True):
            patch.connect(boxes[source], boxes[sink], int(outlet or 0), int(inlet or 0))
    values = _add_controls(patch, boxes)
    _join_face(patch, boxes, values)
    return patch.document(script, _parameters(values))


def _add_controls(patch: Patch, boxes: dict[str, str]) -> dict[str, str]:
    """A box for each control, joined to the script and asked for its value at the start; ids by the control's name."""
    values = {}
    for number, control in enumerate(CONTROLS):
        left, top = 40 + number % 6 * 140, 120 + number // 6 * 84
        box = values[control.name] = patch.add(control.maxclass, (left, top, *control.rect[2:]), **face_of(control))
        if control.press:
            sender = patch.add("message", (left, top + 54, 80, 20), f"press {control.name}")
        else:
            sender = patch.add("newobj", (left, top + 54, 130, 20), f"prepend control {control.name}")
        if control.kind == BLOB:
            patch.chain(box, patch.add("newobj", (left, top + 28, 70, 20), "route text"), sender, boxes["js"])
            patch.connect(boxes["order"], box, outlet=1)  # a field says its words when it is banged
        else:
            patch.chain(box, sender, boxes["js"])
            if not control.press:
                patch.connect(boxes["ask"], box)
    for label in LABELS:
        _add_label(patch, label)
    return values


def _add_label(patch: Patch, label: Label, **keys: object) -> str:
    text, rect = label
    return patch.add("live.comment", _aside(rect), text, **shown_at(rect), textjustification=0, **keys)


def _aside(rect: Rect) -> Rect:
    """A place in the patch for what has one on the face, below all else."""
    return rect[0] + 40, rect[1] + 540, rect[2], rect[3]


def _join_face(patch: Patch, boxes: dict[str, str], values: dict[str, str]) -> None:
    """What the script says goes to the face; ``active NAME 0``: the present task doesn't take that control."""
    status = _add_label(patch, STATUS, varname="Clipkin Status", annotation=STATUS_INFO, annotation_name="Status")
    light = patch.add("panel", _aside(LIGHT), **shown_at(LIGHT), **LAMP)
    hearing = {**values, "status": status, "light": light}
    for outlet, (what, name) in enumerate(_SAID.values()):
        sender = hearing[name]
        if what:
            sender = patch.add("newobj", (60 + outlet * 160, 496, 150, 20), f"prepend {what}")
            patch.chain(sender, hearing[name])
        patch.connect(boxes["said"], sender, outlet=outlet)
    for outlet, name in enumerate(CHOOSY):
        sender = patch.add("newobj", (760 + outlet % 5 * 110, 470 + outlet // 5 * 26, 100, 20), "prepend active")
        patch.connect(boxes["active"], sender, outlet=outlet)
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
