"""Both built devices pass the structure check, and the check sees each kind of fault."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from max_for_live import amxd
from max_for_live.build import SCRIPT_FOLDER, join_script, main, script_file, write_development_device, write_device
from max_for_live.controls import HEIGHT, VERSION, WIDTH
from models.tasks.table import TABLE
from tests.max_for_live.structure.picture import FACE, draw
from tests.max_for_live.structure.reading import decode
from tests.max_for_live.structure.validate import faults_of

ROOT = Path(__file__).parents[3]


def neighbours(device: Path) -> frozenset[str]:
    return frozenset(file.name for file in device.parent.iterdir())


def patcher_of(device: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(decode(device.read_bytes()).patcher_text)
    return document["patcher"]  # type: ignore[no-any-return]


def test_frozen_device_has_no_fault(frozen_device: Path) -> None:
    assert faults_of(frozen_device.read_bytes()) == []


def test_development_device_has_no_fault(development_device: Path) -> None:
    assert faults_of(development_device.read_bytes(), neighbours(development_device)) == []


def test_a_missing_script_is_a_fault(development_device: Path) -> None:
    assert any("The script is" in fault for fault in faults_of(development_device.read_bytes()))


def test_both_forms_hold_the_same_patcher(frozen_device: Path, development_device: Path) -> None:
    assert patcher_of(frozen_device) == patcher_of(development_device)


def test_the_frozen_script_is_the_joined_one(frozen_device: Path) -> None:
    own, inside = decode(frozen_device.read_bytes()).files
    assert own.name == "Clipkin.amxd"
    assert (inside.name, inside.body) == script_file()


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for write in (write_device, write_development_device):
        assert write(tmp_path / "one").read_bytes() == write(tmp_path / "two").read_bytes()


def test_the_command_writes_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "development" / "clipkin-0123456789.js"
    old.parent.mkdir()
    old.write_text("old")
    main([str(tmp_path)])
    printed = capsys.readouterr()
    assert [Path(line).parent.name for line in printed.out.splitlines()] == [tmp_path.name, "development"]
    assert printed.err == ""
    assert not old.exists()


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    device = write_device(tmp_path / "new" / "folder")
    assert [file.name for file in device.parent.iterdir()] == ["Clipkin.amxd"]


def test_no_folder_of_this_computer_is_in_the_device(frozen_device: Path) -> None:
    data = frozen_device.read_bytes()
    assert str(ROOT).encode() not in data
    assert not re.search(rb"/(home|Users|tmp|root)/", data)


def test_versions_agree() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(r'^version = "(.+)"$', project, re.MULTILINE)[1] == VERSION  # type: ignore[index]


def test_every_sentence_of_the_script_is_said() -> None:
    script = join_script()
    known = json.loads((SCRIPT_FOLDER / "sentences.json").read_text(encoding="ascii"))
    assert set(known["say"]) == set(re.findall(r"SAY\.(\w+)", script))
    assert set(known["hints"]) == {row.reads for row in TABLE.values()} - {"clip"}


def test_every_part_of_the_script_is_joined_once() -> None:
    script = join_script()
    assert all(script.count(path.read_text(encoding="ascii")) == 1 for path in SCRIPT_FOLDER.rglob("*.js"))


def test_the_script_is_plain_ascii_text() -> None:
    assert join_script().isascii()
    assert "\r" not in join_script()


def test_midi_goes_straight_through(frozen_device: Path) -> None:
    patcher = patcher_of(frozen_device)
    texts = {box["box"]["id"]: box["box"].get("text", "") for box in patcher["boxes"]}
    cords = [
        (texts[cord["patchline"]["source"][0]], texts[cord["patchline"]["destination"][0]]) for cord in patcher["lines"]
    ]
    assert [cord for cord in cords if "midi" in cord[0] or "midi" in cord[1]] == [("midiin", "midiout")]


def test_values_are_said_before_the_start(frozen_device: Path) -> None:
    """The trigger's right outlet fires first; no bang may reach a switch, which it would flip."""
    patcher = patcher_of(frozen_device)
    boxes = {box["box"]["id"]: box["box"] for box in patcher["boxes"]}
    trigger = next(key for key, box in boxes.items() if box.get("text") == "t b b")
    goes: dict[int, set[str]] = {0: set(), 1: set()}
    for cord in patcher["lines"]:
        if cord["patchline"]["source"][0] == trigger:
            box = boxes[cord["patchline"]["destination"][0]]
            goes[cord["patchline"]["source"][1]].add(box.get("text", box["maxclass"]))
    assert goes[1] == {"outputvalue", "textedit"}
    assert [text.split()[0] for text in goes[0]] == ["js"]


def test_the_face_has_every_control(frozen_device: Path) -> None:
    shown = {box["box"].get("varname") for box in patcher_of(frozen_device)["boxes"] if box["box"].get("presentation")}
    wanted = {
        "Task",
        "Engine",
        "Variations",
        "Temperature",
        "Similarity",
        "Scale",
        "Rhythm",
        "Pitch",
        "Contour",
        "Velocity",
        "Top",
        "Bass",
        "Style",
        "Role",
        "Mood",
        "Bars",
        "Make",
        "Cancel",
        "Status",
    }
    assert {f"Clipkin {name}" for name in wanted} <= shown
    assert (WIDTH, HEIGHT) == (764, 169)


def test_the_drawing_is_of_this_face() -> None:
    assert FACE.read_text(encoding="utf-8") == draw(), "python -m tests.max_for_live.structure.picture draws it anew"


def test_one_glance_says_what_to_press(frozen_device: Path) -> None:
    """Make is larger than everything but the status line; no word on the face is one for programmers."""
    shown = [box["box"] for box in patcher_of(frozen_device)["boxes"] if box["box"].get("presentation")]
    size = {box.get("varname"): box["presentation_rect"][2] * box["presentation_rect"][3] for box in shown}
    largest = sorted((name for name in size if name), key=lambda name: -size[name])
    assert largest[:2] == ["Clipkin Status", "Clipkin Make"]
    words = " ".join(box.get("text", "") for box in shown).lower()
    assert not [word for word in ("port", "server", "udp", "json", "engine id") if word in words.split()]


def test_dials_switches_and_the_seed_can_be_automated(frozen_device: Path) -> None:
    boxes = [box["box"] for box in patcher_of(frozen_device)["boxes"] if box["box"].get("parameter_enable")]
    seen = {box["varname"]: box["saved_attribute_attributes"]["valueof"]["parameter_invisible"] for box in boxes}
    automated = {name.removeprefix("Clipkin ").lower() for name, invisible in seen.items() if invisible == 0}
    numbers = {"similarity", "variations", "temperature", "seed", "hold", "lowest", "highest"}
    assert automated == numbers | {"rhythm", "pitch", "contour", "velocity", "top", "bass"}


def _box(patcher: dict[str, Any], varname: str) -> dict[str, Any]:
    box: dict[str, Any] = next(
        entry["box"] for entry in patcher["boxes"] if entry["box"].get("varname") == f"Clipkin {varname}"
    )
    return box


def _value(patcher: dict[str, Any], varname: str) -> dict[str, Any]:
    value: dict[str, Any] = _box(patcher, varname)["saved_attribute_attributes"]["valueof"]
    return value


FAULTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "The patcher lacks openrect": lambda patcher: patcher.pop("openrect"),
    "amxdtype doesn't match": lambda patcher: patcher["project"].update(amxdtype=1633771873),
    "The id obj-1 is there twice": lambda patcher: patcher["boxes"][1]["box"].update(id="obj-1"),
    "The varname Clipkin Task is there twice": lambda patcher: _box(patcher, "Seed").update(varname="Clipkin Task"),
    "is generic": lambda patcher: _value(patcher, "Task").update(parameter_longname="live.menu[1]"),
    "isn't known": lambda patcher: patcher["boxes"][0]["box"].update(text="metro 20"),
    "has 1 inlets": lambda patcher: _box(patcher, "Task").update(numinlets=2),
    "the outlet types are": lambda patcher: _box(patcher, "Task").update(outlettype=["", ""]),
    "which doesn't exist": lambda patcher: patcher["lines"][0]["patchline"].update(source=["obj-999", 0]),
    "uses port 7": lambda patcher: patcher["lines"][0]["patchline"].update(source=["obj-1", 7]),
    "has no cord": lambda patcher: patcher["lines"].pop(0),
    "whole pixels": lambda patcher: _box(patcher, "Make").update(presentation_rect=[484.5, 8.0, 44.0, 62.0]),
    "lies outside": lambda patcher: _box(patcher, "Make").update(presentation_rect=[740.0, 8.0, 44.0, 62.0]),
    "overlap on the face": lambda patcher: _box(patcher, "Make").update(presentation_rect=[104.0, 40.0, 44.0, 62.0]),
    "holds 0 to 255 only": lambda patcher: _value(patcher, "Variations").update(parameter_mmax=300.0),
    "its range isn't its items": lambda patcher: _value(patcher, "Task").update(parameter_mmax=30.0),
    "its first value is outside": lambda patcher: _value(patcher, "Temperature").update(parameter_initial=[3.0]),
    "it has no info text": lambda patcher: _box(patcher, "Task").pop("annotation"),
    "its parameter lacks parameter_modmode": lambda patcher: _value(patcher, "Task").pop("parameter_modmode"),
    "a button must be hidden": lambda patcher: _value(patcher, "Make").update(parameter_invisible=0),
    "wider than its place": lambda patcher: _value(patcher, "Mood")["parameter_enum"].__setitem__(0, "m" * 20),
    "must be restored after": lambda patcher: _value(patcher, "Style").update(parameter_order=0),
    "the boxes disagree": lambda patcher: patcher["parameters"].pop(_box(patcher, "Task")["id"]),
    "names it otherwise": lambda patcher: patcher["parameters"].update({_box(patcher, "Task")["id"]: ["a", "b", 0]}),
    "which isn't there": lambda patcher: patcher["parameters"]["parameterbanks"]["0"]["parameters"].__setitem__(0, "x"),
    "The script is": lambda patcher: patcher["dependency_cache"][0].update(name="other.js"),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_each_fault_is_seen(sentence: str, frozen_device: Path) -> None:
    device = decode(frozen_device.read_bytes())
    patcher = json.loads(device.patcher_text)
    FAULTS[sentence](patcher["patcher"])
    inside = {file.name: file.body for file in device.files[1:]}
    spoilt = amxd.frozen("Clipkin.amxd", json.dumps(patcher), inside, device.files[0].modified)
    assert any(sentence in fault for fault in faults_of(amxd.encode(spoilt)))


def test_a_wrong_meta_is_seen(frozen_device: Path) -> None:
    device = decode(frozen_device.read_bytes())
    assert "meta is 1" in faults_of(amxd.encode(amxd.Device(device.files, amxd.UNFROZEN)))[0]


def test_rubbish_is_a_fault_not_an_error() -> None:
    assert faults_of(b"rubbish")[0].startswith("It can't be read")
