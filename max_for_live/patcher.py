"""The device's patch as Max's JSON: boxes with their ports, cords between them, and the project around them.

Offers: ``Patch`` (``add``, ``connect``, ``document``), ``PORTS`` (inlets, outlet types of the objects we use).
"""

from __future__ import annotations

import json
import struct
from typing import Any

from max_for_live.amxd import MIDI_EFFECT, SEVENTY_YEARS_S
from max_for_live.controls import HEIGHT, WIDTH

SAVED = SEVENTY_YEARS_S + 1_767_225_600
"""The date that every build carries (2026-01-01, in Max's seconds), so that the same sources give the same bytes."""

AMXD_TYPE = struct.unpack(">I", MIDI_EFFECT.encode("ascii"))[0]

PORTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "live.thisdevice": (1, ("bang", "int", "int")),
    "live.dial": (1, ("", "float")),
    "live.numbox": (1, ("", "float")),
    "live.menu": (1, ("", "", "float")),
    "live.text": (1, ("", "")),
    "live.comment": (1, ()),
    "panel": (1, ()),
    "textedit": (1, ("", "int", "", "")),
    "midiin": (1, ("int",)),
    "midiout": (1, ()),
    "udpreceive": (1, ("",)),
    "udpsend": (1, ()),
    "deferlow": (1, ("",)),
    "prepend": (1, ("",)),
    "message": (2, ("",)),
}
"""Inlets and the type of each outlet, for objects whose ports don't depend on their arguments."""

_AS_EVERY_DEVICE = {
    "boxanimatetime": 200,
    "enablehscroll": 1,
    "enablevscroll": 1,
    "gridonopen": 1,
    "gridsnaponopen": 1,
    "objectsnaponopen": 1,
    "statusbarvisible": 2,
    "toolbarvisible": 1,
    "lefttoolbarpinned": 0,
    "toptoolbarpinned": 0,
    "righttoolbarpinned": 0,
    "bottomtoolbarpinned": 0,
    "toolbars_unpinned_last_save": 0,
    "tallnewobj": 0,
    "digest": "",
    "tags": "",
    "style": "",
    "subpatcher_template": "",
    "assistshowspatchername": 0,
}
"""Keys of the editor's window that real devices carry."""

TRIGGER_TYPES = {"b": "bang", "i": "int", "f": "float", "l": "", "s": ""}


def ports_of(maxclass: str, text: str = "") -> tuple[int, tuple[str, ...]]:
    """Inlets and outlet types of an object; raises KeyError for one that isn't known here."""
    words = text.split() if maxclass == "newobj" else [maxclass]
    name, arguments = words[0], words[1:]
    if name == "t":
        return 1, tuple(TRIGGER_TYPES[letter] for letter in arguments)
    if name == "route":
        return len(arguments) + 1, ("",) * (len(arguments) + 1)
    if name == "js":
        return 1, ("", "", "")
    return PORTS[name]


class Patch:
    """Boxes and cords, in the order in which they are added."""

    def __init__(self) -> None:
        self.boxes: list[dict[str, Any]] = []
        self.cords: list[dict[str, Any]] = []

    def add(self, maxclass: str, place: tuple[int, int, int, int], text: str = "", **keys: object) -> str:
        """A box at ``place`` (left, top, width, height in the patch); gives its id."""
        inlets, outlets = ports_of(maxclass, text)
        identity = f"obj-{len(self.boxes) + 1}"
        box: dict[str, Any] = {
            "id": identity,
            "maxclass": maxclass,
            "numinlets": inlets,
            "numoutlets": len(outlets),
            "patching_rect": [float(edge) for edge in place],
        }
        if outlets:
            box["outlettype"] = list(outlets)
        if text:
            box["text"] = text
        self.boxes.append({"box": {**box, **keys}})
        return identity

    def connect(self, source: str, destination: str, outlet: int = 0, inlet: int = 0) -> None:
        """A cord from an outlet to an inlet, both counted from 0."""
        self.cords.append({"patchline": {"source": [source, outlet], "destination": [destination, inlet]}})

    def chain(self, *boxes: str) -> None:
        """Cords from each box's first outlet to the next one's first inlet."""
        for source, destination in zip(boxes[:-1], boxes[1:], strict=True):
            self.connect(source, destination)

    def document(self, script: str, parameters: dict[str, Any]) -> str:
        """The patcher's JSON text, for a device that runs ``script``."""
        patcher = {
            **_head(),
            "boxes": self.boxes,
            "lines": self.cords,
            "parameters": parameters,
            "dependency_cache": [
                {"name": script, "bootpath": ".", "patcherrelativepath": ".", "type": "TEXT", "implicit": 1}
            ],
            "project": _project(script),
        }
        return json.dumps({"patcher": patcher}, indent="\t", ensure_ascii=True) + "\n"


def _head() -> dict[str, Any]:
    return {
        "fileversion": 1,
        "appversion": {"major": 8, "minor": 2, "revision": 0, "architecture": "x64", "modernui": 1},
        "classnamespace": "box",
        "rect": [80.0, 100.0, 1000.0, 760.0],
        "openrect": [0.0, 0.0, float(WIDTH), float(HEIGHT)],
        "openinpresentation": 1,
        "default_fontsize": 10.0,
        "default_fontface": 0,
        "default_fontname": "Ableton Sans Medium",
        "gridsize": [8.0, 8.0],
        "devicewidth": float(WIDTH),
        "latency": 0,
        "is_mpe": 0,
        # Empty until a person has loaded it: a wrong word here would keep it from loading at all.
        "minimum_live_version": "",
        "minimum_max_version": "",
        "platform_compatibility": 0,
        "autosave": 0,
        **_AS_EVERY_DEVICE,
        "description": "Clipkin: variations, parts and songs from the clips of the set, in free slots",
    }


def _project(script: str) -> dict[str, Any]:
    return {
        "version": 1,
        "creationdate": SAVED,
        "modificationdate": SAVED,
        "viewrect": [0.0, 0.0, 300.0, 500.0],
        "autoorganize": 1,
        "hideprojectwindow": 1,
        "showdependencies": 1,
        "autolocalize": 0,
        "contents": {"patchers": {}, "code": {script: {"kind": "javascript", "local": 1}}},
        "layout": {},
        "searchpath": {},
        "detailsvisible": 0,
        "amxdtype": AMXD_TYPE,
        "readonly": 0,
        "devpathtype": 0,
        "devpath": ".",
        "sortmode": 0,
        "viewmode": 0,
        "includepackages": 0,
    }
