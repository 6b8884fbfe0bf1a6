"""The device's patch as Max's JSON: boxes with their ports, cords between them, and the project around them.

Offers: ``Patch`` (``add``, ``connect``, ``document``), ``PORTS`` (inlets, outlet types of the objects we use).
"""

from __future__ import annotations

import json
import re
import struct
from copy import deepcopy
from pathlib import Path
from typing import Any

from max_for_live.amxd import MIDI_EFFECT, SEVENTY_YEARS_S
from max_for_live.controls import HEIGHT, WIDTH

SAVED = SEVENTY_YEARS_S + 1_767_225_600
"""The date that every build carries (2026-01-01, in Max's seconds), so that the same sources give the same bytes."""

AMXD_TYPE = struct.unpack(">I", MIDI_EFFECT.encode("ascii"))[0]

_KNOWN = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
PORTS: dict[str, tuple[int, list[str]]] = _KNOWN["ports"]
"""Inlets and the type of each outlet, for objects whose ports don't depend on their arguments. Beside them stands a
patcher without boxes, with the keys that every real device has. The minimum versions are empty until a person has
loaded it: a wrong word there would keep it from loading at all."""

TRIGGER_TYPES = {"b": "bang", "i": "int", "f": "float", "l": "", "s": ""}


def ports_of(maxclass: str, text: str = "") -> tuple[int, tuple[str, ...]]:
    """Inlets and outlet types of an object; raises KeyError for one that isn't known here."""
    words = text.split() if maxclass == "newobj" else [maxclass]
    name, arguments = words[0], words[1:]
    if name == "t":
        return 1, tuple(TRIGGER_TYPES[letter] for letter in arguments)
    if name == "route":
        return len(arguments) + 1, ("",) * (len(arguments) + 1)
    if name == "expr":
        return max(map(int, re.findall(r"\$f(\d)", text))), ("",)
    if name == "pack":
        return len(arguments), ("",)
    if name == "unpack":
        return 1, tuple("float" if "." in argument else "int" for argument in arguments)
    if name == "pipe":
        return len(arguments), ("",) * (len(arguments) - 1)
    inlets, outlets = PORTS[name]
    return inlets, tuple(outlets)


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
        patcher = deepcopy(_KNOWN["patcher"])
        patcher |= {"openrect": [0.0, 0.0, float(WIDTH), float(HEIGHT)], "devicewidth": float(WIDTH)}
        patcher |= {"boxes": self.boxes, "lines": self.cords, "parameters": parameters}
        patcher["dependency_cache"][0]["name"] = script
        patcher["project"] |= {"creationdate": SAVED, "modificationdate": SAVED, "amxdtype": AMXD_TYPE}
        patcher["project"]["contents"]["code"] = {script: {"kind": "javascript", "local": 1}}
        return json.dumps({"patcher": patcher}, indent="\t", ensure_ascii=True) + "\n"
