"""A variation to numbers and back, with its report and its place in a song."""

from dataclasses import replace

import pytest

from bridge.messages.message import LARGEST, Malformed
from bridge.messages.table import pack
from bridge.transfer.parts import split
from bridge.translation.notes import to_clip, to_wire, wire_order
from bridge.translation.outcome import to_variation, to_wire_variation
from models.generator import Place, Report, Request, Variation
from models.music.carried import Carried
from models.music.clip import Clip
from models.music.note import Note


def test_a_variation_comes_back_with_the_prompts_own_times():
    prompt = Clip((Note(60, 0.123456789, 0.987654321), Note(64, 1.1, 0.3)), 4.0000001, name="Lead", key="A minor")
    played = to_clip(to_wire(prompt))
    report = Report(
        0.75,
        0.5,
        {"rhythm": True, "lane:38": False, "lane:42": True},
        0.9,
        None,
        {"novelty": 0.25},
        ("No less than 0.61 of 12 notes.",),
    )
    made = Variation(played.with_notes((played.notes[0], played.notes[1].moved(pitch=65))), 9, (0, None), report)
    found = to_variation(to_wire_variation(made, wire_order(to_wire(prompt)), "Lead"), Request(prompts=(prompt,)))
    assert found.clip.notes[0] == prompt.notes[0]
    assert found.clip.notes[1] == made.clip.notes[1]
    assert (found.clip.length, found.clip.name, found.clip.key) == (4.0000001, "Lead", "A minor")
    assert (found.seed, found.kept, found.report) == (9, (0, None), report)


def test_a_name_of_its_own_travels_and_the_prompts_name_does_not():
    prompt = Clip((Note(60, 0, 1),), 4.0, name="Lead")
    request = Request(prompts=(prompt,))
    for name, sent in (("Lead", ""), ("", ""), ("bass walking", "bass walking"), ("ü" * 40, "ü" * 30)):
        wire = to_wire_variation(Variation(replace(prompt, name=name), 1, (0,), Report(1.0)), (0,), "Lead")
        assert wire.name == sent
        assert to_variation(wire, request).clip.name == (sent or "Lead")


def test_a_clip_of_a_song_knows_its_place_and_its_loop():
    keys, beat = Clip((Note(60, 0, 1),), 4.0, name="Keys"), Clip((Note(36, 0, 1), Note(38, 1, 1)), 4.0, role="drums")
    request = Request(task="arrange", prompts=(keys,), context=(beat,))
    place = Place(3, 1, "drop")
    made = Variation(
        Clip((beat.notes[0], Note(38, 5, 1)), 8.0, "drop", role="drums"),
        5,
        (0, None),
        Report(0.0, measures={"energy": 0.9}),
        place,
    )
    wire = to_wire_variation(made, (1, 0))
    assert wire.kept == (2, 0)
    assert wire.report.pairs[:2] == (("section", 3), ("track", 1))
    found = to_variation(replace(wire, kept=(1, 0)), request)
    assert (found.place, found.clip.name, found.kept, found.clip.length) == (place, "drop", (0, None), 8.0)
    assert found.report.measures == {"energy": 0.9}
    with pytest.raises(Malformed) as caught:
        to_variation(wire, request.but(context=()))
    assert caught.value.field == "track"


def test_the_longest_report_and_remark_stay_below_1300_bytes():
    clip = Clip((Note(60, 0, 1),), 4.0)
    report = Report(
        1.0,
        1.0,
        {f"lane:{lane}": False for lane in range(128)},
        1.0,
        1.0,
        {f"{place:02} {'figure ' * 8}": 1.0 for place in range(40)},
        ("ünsäglich 1.25 " * 80,) * 20,
    )
    wire = to_wire_variation(Variation(clip, LARGEST, (0,), report), (0,))
    begin, parts = split(wire, LARGEST, LARGEST)
    for message in (begin, *parts):
        assert len(pack(message)) < 1300
        assert len(message.to_osc()) <= 255
        assert type(message).from_osc(message.to_osc()) == message
    assert to_variation(wire, Request(prompts=(clip,))).report.similarity == 1.0


def test_what_a_file_held_stays_with_who_has_it():
    carried = Carried(5, 220, ((0.0, bytes((0xB0, 64, 127))),), markers=((1.0, "loop"),))
    prompt = Clip((Note(60, 0, 1), Note(62, 1, 1)), 4.0, carried=carried)
    request = Request(prompts=(prompt,), count=1)
    there = to_wire_variation(Variation(prompt, 1, (0, 1), Report(1.0)), (0, 1))
    back = to_variation(there, request)
    assert back.clip.carried == carried
    assert to_variation(there, request.but(task="continue", similarity=None)).clip.carried == carried.instrument
