"""The tables that the patch is made of: every box is joined, every cord leads somewhere, every sentence is shown."""

import json
import re
from pathlib import Path

import pytest

import max_for_live
from max_for_live.build import SCRIPT_FOLDER
from max_for_live.controls import CONTROLS
from max_for_live.patcher import PORTS, ports_of
from max_for_live.wiring import describe

WIRING = json.loads((Path(max_for_live.__file__).parent / "wiring.json").read_text(encoding="utf-8"))
ENDS = [re.sub(r"^\d:|:(\d|\{active\})$", "", end) for cord in WIRING["cords"] for end in cord.split(" > ")]
SAID = json.loads((SCRIPT_FOLDER / "sentences.json").read_text(encoding="ascii"))


@pytest.fixture(scope="module")
def patcher():
    return json.loads(describe("clipkin.js"))["patcher"]


def test_every_box_of_the_table_has_a_cord_and_every_cord_its_boxes():
    assert set(ENDS) == {*WIRING["boxes"], *WIRING["messages"]}


def test_cords_join_ports_that_are_there(patcher):
    boxes = {entry["box"]["id"]: entry["box"] for entry in patcher["boxes"]}
    for line in patcher["lines"]:
        (source, outlet), (sink, inlet) = line["patchline"]["source"], line["patchline"]["destination"]
        assert outlet < boxes[source]["numoutlets"], boxes[source]
        assert inlet < boxes[sink]["numinlets"], boxes[sink]
    drawn = [json.dumps(line, sort_keys=True) for line in patcher["lines"]]
    assert len(set(drawn)) == len(drawn)  # a doubled cord would say all twice


def test_nothing_but_the_track_goes_to_the_track(patcher):
    """MIDI passes untouched: one way in, one way out, and a jam's notes by an object of their own."""
    texts = {entry["box"]["id"]: entry["box"].get("text", "") for entry in patcher["boxes"]}
    into = [
        texts[line["patchline"]["source"][0]]
        for line in patcher["lines"]
        if texts[line["patchline"]["destination"][0]] == "midiout"
    ]
    assert into == ["midiin"]
    assert [text for text in texts.values() if text == "noteout"] == ["noteout"]


def test_every_control_speaks_to_the_script_by_its_name(patcher):
    texts = [entry["box"].get("text", "") for entry in patcher["boxes"]]
    for control in CONTROLS:
        wanted = f"press {control.name}" if control.press else f"prepend control {control.name}"
        assert texts.count(wanted) == 1


@pytest.mark.parametrize(
    ("text", "inlets", "outlets"),
    [
        ("t b i l", 1, ("bang", "int", "")),
        ("route a b", 3, ("", "", "")),
        ("expr ($f1-$f2)*$f3", 3, ("",)),
        ("pack 0 0.", 2, ("",)),
        ("unpack 0 0.", 1, ("int", "float")),
        ("pipe 0 0 0.", 3, ("", "")),
        ("js clipkin.js", 1, ("", "", "", "")),
        ("udpreceive 11900 @quiet 1", 1, ("",)),
    ],
)
def test_ports_follow_the_words_of_an_object(text, inlets, outlets):
    assert ports_of("newobj", text) == (inlets, outlets)


def test_an_object_that_is_not_known_is_no_guess():
    with pytest.raises(KeyError):
        ports_of("newobj", "unheard-of 1 2")
    kinds = {kind for _, outlets in PORTS.values() for kind in outlets}
    assert kinds <= {"", "bang", "int", "float"}


@pytest.mark.parametrize("sentence", [*SAID["say"].values(), *SAID["hints"].values()])
def test_a_sentence_is_short_plain_and_without_a_number_of_the_moment(sentence):
    """Max keeps every distinct string for ever, and the status line has two lines."""
    assert sentence.isascii()
    assert len(sentence) <= 125
    assert not re.search(r"[{}%$;\\]", sentence.replace("; ", " "))
