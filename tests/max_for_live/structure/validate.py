"""Checks a built device without Max: the container, the patcher's keys, boxes, cords, face and parameters.

Offers: ``faults_of`` (every fault of an .amxd's bytes, as sentences; none for a good one).
"""

from __future__ import annotations

import itertools
import json
import re
import struct
from collections.abc import Iterator
from typing import Any

from max_for_live import amxd
from max_for_live.controls import BLOB, ENUM, FLOAT, HEIGHT, HIDDEN, INT
from max_for_live.patcher import ports_of
from tests.max_for_live.structure.reading import BrokenDevice, decode

_PATCHER = (
    "fileversion appversion classnamespace rect boxes lines project autosave openrect default_fontsize "
    "default_fontname gridsize latency is_mpe minimum_live_version minimum_max_version platform_compatibility "
    "openinpresentation devicewidth parameters dependency_cache boxanimatetime"
)
_PROJECT = (
    "version creationdate modificationdate viewrect autoorganize hideprojectwindow showdependencies autolocalize "
    "contents layout searchpath detailsvisible amxdtype readonly devpathtype devpath sortmode viewmode includepackages"
)
_PARAMETER = ("longname", "shortname", "type", "invisible", "modmode", "linknames", "info", "order")
PATCHER_KEYS, PROJECT_KEYS = _PATCHER.split(), _PROJECT.split()
PARAMETER_KEYS = [f"parameter_{key}" for key in _PARAMETER]
RANGE_KEYS = ["parameter_mmin", "parameter_mmax", "parameter_initial", "parameter_initial_enable"]
"""What real devices have."""
NARROW, WIDE = "fijlrt'.,:|-() ", "mwMW%"
LINE_HEIGHT = 18
"""A text field that isn't higher shows one line."""
GENERIC = re.compile(r"^live\.|\[\d+\]$")
Box = dict[str, Any]


def faults_of(data: bytes, neighbours: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with an .amxd, in sentences; ``neighbours`` are the names of the files in its folder."""
    try:
        device = decode(data)
        patcher = json.loads(device.patcher_text)["patcher"]
    except (BrokenDevice, ValueError, KeyError) as error:
        return [f"It can't be read: {error}."]
    missing = [key for key in PATCHER_KEYS if key not in patcher]
    missing += [f"project.{key}" for key in PROJECT_KEYS if key not in patcher.get("project", {})]
    if missing:
        return [f"The patcher lacks {', '.join(missing)}."]
    boxes = [entry["box"] for entry in patcher["boxes"]]
    return [
        *_container_faults(data, device, patcher),
        *_name_faults(boxes),
        *_port_faults(boxes),
        *_cord_faults(boxes, patcher["lines"]),
        *_face_faults(boxes, int(patcher["devicewidth"])),
        *_text_faults(boxes),
        *_parameter_faults(boxes),
        *_order_faults(boxes, patcher["lines"]),
        *_list_faults(boxes, patcher["parameters"]),
        *_script_faults(boxes, patcher, device, neighbours),
    ]


def _container_faults(data: bytes, device: amxd.Device, patcher: dict[str, Any]) -> Iterator[str]:
    if amxd.encode(device) != data:
        yield "It doesn't come back byte for byte when it is written again."
    if device.meta != (amxd.FROZEN if device.frozen else amxd.UNFROZEN):
        yield f"meta is {device.meta} in {'a frozen' if device.frozen else 'an unfrozen'} device."
    if patcher["project"]["amxdtype"] != struct.unpack(">I", device.type.encode("ascii"))[0]:
        yield f"amxdtype doesn't match the type {device.type}."
    if not device.files[0].body.endswith(amxd.PATCHER_END):
        yield "The patcher doesn't end with a line end and a NUL."


def _name_faults(boxes: list[Box]) -> Iterator[str]:
    for what, names in (
        ("id", [box["id"] for box in boxes]),
        ("varname", [box["varname"] for box in boxes if "varname" in box]),
        ("long name", [value["parameter_longname"] for _, value in _parameters(boxes)]),
    ):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"The {what} {name} is there twice."
        if what != "id":
            yield from (f"The {what} {name} is generic." for name in names if GENERIC.search(name))


def _port_faults(boxes: list[Box]) -> Iterator[str]:
    for box in boxes:
        try:
            inlets, outlets = ports_of(box["maxclass"], box.get("text", ""))
        except (KeyError, IndexError):
            yield f"{box['id']}: the object {box.get('text') or box['maxclass']} isn't known."
            continue
        if (box["numinlets"], box["numoutlets"]) != (inlets, len(outlets)):
            yield f"{box['id']}: {box['maxclass']} has {inlets} inlets and {len(outlets)} outlets."
        if tuple(box.get("outlettype", ())) != outlets:
            yield f"{box['id']}: the outlet types are {outlets}."


def _cord_faults(boxes: list[Box], cords: list[dict[str, Any]]) -> Iterator[str]:
    by_id = {box["id"]: box for box in boxes}
    for cord in (entry["patchline"] for entry in cords):
        for end, count in (("source", "numoutlets"), ("destination", "numinlets")):
            identity, port = cord[end]
            if identity not in by_id:
                yield f"A cord ends at {identity}, which doesn't exist."
            elif not 0 <= port < by_id[identity][count]:
                yield f"A cord uses port {port} of {identity}, which has {by_id[identity][count]}."
    starts = {cord["patchline"]["source"][0] for cord in cords}
    ends = {cord["patchline"]["destination"][0] for cord in cords}
    for box in boxes:
        if box["maxclass"] != "live.comment" and box["id"] not in starts | ends:
            yield f"{box['id']}: {box.get('text') or box['maxclass']} has no cord."


def _face_faults(boxes: list[Box], width: int) -> Iterator[str]:
    shown = [(box["id"], box["presentation_rect"]) for box in boxes if box.get("presentation")]
    for identity, rect in shown:
        left, top, wide, high = rect
        if any(edge != int(edge) for edge in rect):
            yield f"{identity}: its place isn't on whole pixels."
        if left < 0 or top < 0 or wide <= 0 or high <= 0 or left + wide > width or top + high > HEIGHT:
            yield f"{identity}: its place lies outside {width} x {HEIGHT}."
    for (one, (left, top, wide, high)), (other, (x, y, w, h)) in itertools.combinations(shown, 2):
        if left < x + w and x < left + wide and top < y + h and y < top + high:
            yield f"{one} and {other} overlap on the face."


def _text_faults(boxes: list[Box]) -> Iterator[str]:
    """Words that are wider than their place: a menu loses some of it to its triangle."""
    for box in boxes:
        if not box.get("presentation"):
            continue
        wide, high = box["presentation_rect"][2:]
        kind = box["maxclass"]
        texts, room = [box.get("text", "")], wide - 2
        if kind == "live.menu":
            texts, room = box["saved_attribute_attributes"]["valueof"].get("parameter_enum", []), wide - 14
        elif kind == "live.dial":
            texts = [box["saved_attribute_attributes"]["valueof"].get("parameter_shortname", "")]
        elif kind == "live.comment" and high > LINE_HEIGHT:
            continue
        yield from (f"{box['id']}: {text} is wider than its place." for text in texts if width_of(text) > room)


def width_of(text: str) -> float:
    """About as many pixels as a text takes in Live's font at 10 points, rather too many than too few."""
    widths = (3 if letter in NARROW else 8.5 if letter in WIDE else 6.5 if letter.isupper() else 5.6 for letter in text)
    return sum(widths)


def _parameters(boxes: list[Box]) -> list[tuple[Box, dict[str, Any]]]:
    return [(box, box["saved_attribute_attributes"]["valueof"]) for box in boxes if box.get("parameter_enable")]


def _parameter_faults(boxes: list[Box]) -> Iterator[str]:
    for box, value in _parameters(boxes):
        wanted = PARAMETER_KEYS + ([] if value.get("parameter_type") == BLOB else RANGE_KEYS)
        missing = [key for key in wanted if key not in value]
        if missing:
            yield f"{box['id']}: its parameter lacks {', '.join(missing)}."
            continue
        name, kind = value["parameter_longname"], value["parameter_type"]
        if not value["parameter_info"] or not box.get("annotation"):
            yield f"{name}: it has no info text."
        if box.get("varname") != name:
            yield f"{name}: its scripting name is another."
        if box["maxclass"] == "live.text" and box.get("mode") == 0 and value["parameter_invisible"] != HIDDEN:
            yield f"{name}: a button must be hidden."
        if kind == BLOB:
            continue
        low, high, first = value["parameter_mmin"], value["parameter_mmax"], value["parameter_initial"][0]
        if kind not in (FLOAT, INT, ENUM):
            yield f"{name}: the type {kind} isn't known."
        if kind == INT and not 0 <= low < high <= 255:
            yield f"{name}: an int parameter holds 0 to 255 only."
        if kind == ENUM and (low != 0 or high != len(value.get("parameter_enum", ())) - 1):
            yield f"{name}: its range isn't its items."
        if not low <= first <= high:
            yield f"{name}: its first value is outside its range."


def _order_faults(boxes: list[Box], cords: list[dict[str, Any]]) -> Iterator[str]:
    """A menu that the script chooses an item in is restored after the control whose change makes it do so."""
    values = {box["id"]: value for box, value in _parameters(boxes)}
    first = min((value["parameter_order"] for value in values.values()), default=0)
    # A menu's item comes through "prepend assign".
    routes = {box["id"] for box in boxes if box.get("text") == "prepend assign"}
    for (source, _), (menu, _) in ((cord["patchline"]["source"], cord["patchline"]["destination"]) for cord in cords):
        if source in routes and menu in values and values[menu]["parameter_order"] <= first:
            yield f"{values[menu]['parameter_longname']}: it must be restored after the others."


def _list_faults(boxes: list[Box], listed: dict[str, Any]) -> Iterator[str]:
    parameters = {box["id"]: value for box, value in _parameters(boxes)}
    entries = {key: entry for key, entry in listed.items() if key not in ("parameterbanks", "inherited_shortname")}
    for identity in sorted(parameters.keys() ^ entries.keys()):
        yield f"{identity}: the list of parameters and the boxes disagree."
    for identity in sorted(parameters.keys() & entries.keys()):
        value = parameters[identity]
        if entries[identity] != [value["parameter_longname"], value["parameter_shortname"], 0]:
            yield f"{identity}: the list of parameters names it otherwise."
    known = {value["parameter_longname"] for value in parameters.values()} | {"-"}
    for bank in listed.get("parameterbanks", {}).values():
        if len(bank["parameters"]) != 8:
            yield f"The bank {bank['name']} hasn't 8 places."
        yield from (
            f"The bank {bank['name']} names {name}, which isn't there."
            for name in bank["parameters"]
            if name not in known
        )


def _script_faults(
    boxes: list[Box], patcher: dict[str, Any], device: amxd.Device, neighbours: frozenset[str]
) -> Iterator[str]:
    scripts = [box for box in boxes if box.get("text", "").startswith("js ")]
    if len(scripts) != 1:
        yield f"There are {len(scripts)} js objects; one is needed."
        return
    name = scripts[0]["text"].split()[1]
    where = {
        "the js object's filename": {scripts[0].get("saved_object_attributes", {}).get("filename")},
        "the dependency cache": {entry["name"] for entry in patcher["dependency_cache"]},
        "the project": set(patcher["project"]["contents"]["code"]),
        "the device": {file.name for file in device.files[1:]}
        if device.frozen
        else {file for file in neighbours if file.endswith(".js")},
    }
    for place, names in where.items():
        if names != {name}:
            yield f"The script is {name}; {place} says {', '.join(sorted(map(str, names))) or 'nothing'}."
    yield from (
        f"{file.name} isn't marked as a text without flags."
        for file in device.files[1:]
        if (file.kind, file.flag) != ("TEXT", 0)
    )
