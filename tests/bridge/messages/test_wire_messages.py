"""Every message has an example, a way back, and a row in PROTOCOL.md."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import bridge
from bridge.messages import clip, greeting, live, piece, request
from bridge.messages.message import LARGEST, Malformed
from bridge.messages.table import MESSAGES, decode, pack, unpack

EXAMPLES = (
    greeting.Hello(7, 2, 9001, "test", "1.0", ""),
    greeting.Welcome(7, 2, 9, "0.1.0", 20_000, 24, 16, 2000),
    greeting.Ping(7, 1),
    greeting.Pong(7, 1, 9, 2, 1, "kin"),
    greeting.Sync(7, 3),
    greeting.Synced(7, 3),
    greeting.Bye(7),
    greeting.EngineQuery(7),
    greeting.EngineNames(7, 2, ("rules", "kin")),
    greeting.Card(7, 0, 2, 1, 2, 1, 0, "rules", "Instant.", "GPL", "", "", ("vary", "infill", "melody")),
    clip.Begin(7, 1, 0, 0, 1, 1, 53_760, 227_452, 1, 120_000, 4, 4),
    clip.Part(7, 1, 0, 1, (60, 0, 13_440, 100, 0, 1000, -5, 64)),
    clip.Selected(7, 1, 1, 2, (LARGEST, 1)),
    clip.Chords(7, 1, 2, 1, (0, 13_440, 9, 0b10001001, 9)),
    clip.Kept(7, 1, 3, 2, (0, 1)),
    clip.Name(7, 1, 4, "drop"),
    clip.Pickup(7, 1, 5, 13_440),
    clip.VariationReport(7, 1, 5, 42, 700, 3, 8, 1000, -1, 880, 1, 1, (("lane", 38),)),
    clip.Remark(7, 1, 6, "No less than {} is possible.", (61, 2)),
    clip.Ack(7, 1, 2, 5, 0, 0),
    clip.Abort(7, 1, 400),
    request.Start(7, 5, 1, "vary", "auto", "", "lofi 9", 4, 1000, -1, 42, (("locks", 1), ("lane", 38))),
    request.Accepted(7, 5, 0),
    request.Progress(7, 5, 300, 1, "drawing"),
    request.Done(7, 5, 4, 212, 42),
    request.Fail(7, 5, "/clipkin/request/start", 400, "count", "The count must be {} to {}.", (1, 0, 64, 0)),
    request.Seen(7, 5),
    request.Cancel(7, 5),
    request.Query(7, 5),
    request.State(7, 5, 2, 300),
    live.Offer(7, 3, "Live 12.4.6", "My set", "Bass", "verse"),
    live.HostQuery(7),
    live.HostState(7, 3, "Live 12.4.6", "My set", "Bass", "", 1),
    live.Take(7, 8388610, 1),
    live.Pad(7, 8388610, 0, 36, "Kick"),
    live.Taken(7, 8388610, 2, 1, -1, 0, "Bass"),
    live.Put(7, 8388611, 8388610, 2, (0, 1, 16)),
    live.Status(7, 8388611, 2, "The track is gone; nothing was written."),
    piece.PieceOffer(7, "lead", 120_000),
    piece.Intensity(7, 3, 1, 650),
    piece.MoodCue(7, 4, 1, "hopeful"),
    piece.StyleCue(7, 5, 2, "techno"),
    piece.SectionCue(7, 6, 2, "break"),
    piece.EndCue(7, 8, 1),
    piece.CueStatus(7, 8, 1, "The section is not known."),
)
PROTOCOL = (Path(bridge.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")


def test_every_message_has_an_example():
    assert [type(example) for example in EXAMPLES] == list(MESSAGES)


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.ADDRESS)
def test_a_message_comes_back_as_it_was(message):
    datagram = pack(message)
    assert unpack(*decode(datagram)) == message
    assert len(datagram) < 1300
    assert len(message.to_osc()) <= 255


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.ADDRESS)
def test_whole_floats_are_taken_for_integers(message):
    floats = [float(atom) if isinstance(atom, int) else atom for atom in message.to_osc()]
    assert type(message).from_osc(floats) == message


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.ADDRESS)
def test_a_missing_argument_is_refused(message):
    with pytest.raises(Malformed):
        type(message).from_osc(message.to_osc()[: len(fields(message)) - 2])


def test_the_largest_part_is_196_atoms_and_1004_bytes():
    part = clip.Part(LARGEST, LARGEST, 833, 24, (LARGEST,) * 192)
    assert (len(part.to_osc()), len(pack(part))) == (196, 1004)


@pytest.mark.parametrize(
    ("address", "arguments", "field"),
    [
        ("/clipkin/server/ping", (0, 1), "session"),
        ("/clipkin/server/ping", (1.5, 1), "session"),
        ("/clipkin/server/ping", (float("nan"), 1), "session"),
        ("/clipkin/server/ping", ("7", 1), "session"),
        ("/clipkin/server/ping", (7, LARGEST + 1), "n"),
        ("/clipkin/server/ping", (7, 1, 1), "arguments"),
        ("/clipkin/clip/part", (7, 1, 0, 2, *range(8)), "count"),
        ("/clipkin/clip/part", (7, 1, 0, 0), "count"),
        ("/clipkin/clip/part", (7, 1, 0, 25, *range(200)), "numbers"),
        ("/clipkin/request/start", (7, 5, 1, "vary", "auto", "-", "-", 4, 1000, -1, 42, "locks"), "pairs"),
        ("/clipkin/request/start", (7, 5, 1, 3, "auto", "-", "-", 4, 1000, -1, 42), "task"),
        ("/clipkin/request/start", (7, 5, 1, "vary", "auto", "x" * 121, "-", 4, 1000, -1, 42), "mood"),
        ("/clipkin/request/start", (7, 5, 1, "vary", "auto", "-", "x" * 61, 4, 1000, -1, 42), "style"),
        ("/clipkin/client/hello", (7, 1, 0, "a", "1", "-"), "reply_port"),
        ("/clipkin/other/thing", (7,), "address"),
    ],
)
def test_what_is_wrong_is_refused_by_name(address, arguments, field):
    with pytest.raises(Malformed) as caught:
        unpack(address, arguments)
    assert caught.value.field == field


def test_protocol_names_every_message_with_its_tags_and_arguments():
    rows = re.findall(r"^\| (C→S|S→C|both) \| (\S+) \| (\S+) \| (.+) \|$", PROTOCOL, re.MULTILINE)
    assert rows == [
        (message.WAY, message.ADDRESS, message.tags(), ", ".join(row.name for row in fields(message)))
        for message in MESSAGES
    ]


def test_protocol_names_no_address_that_is_not_there():
    mentioned = set(re.findall(r"/clipkin/[a-z]+/[a-z]+", PROTOCOL))
    assert mentioned == {message.ADDRESS for message in MESSAGES}


def test_protocol_gives_the_limits_of_the_code():
    from bridge.port_file import DEFAULT_PORT
    from bridge.transfer.parts import MODULUS
    from bridge.translation.notes import TICKS_PER_BEAT
    from bridge.translation.start import KEYS

    assert f"Protocol version: {greeting.PROTOCOL}. Default port: {DEFAULT_PORT}" in PROTOCOL
    assert f"M = {MODULUS}" in PROTOCOL
    assert f"{TICKS_PER_BEAT:,}".replace(",", " ") + " to a beat" in PROTOCOL
    told = re.search(r"\| key \| value \|\n\|---\|---\|\n((?:\|.*\n)+)", PROTOCOL)[1]
    assert sorted(word for row in told.splitlines() for word in row.split("|")[1].replace(",", " ").split()) == sorted(
        KEYS
    )


def test_protocol_names_every_task_and_role():
    from models.generator import TASKS
    from models.music.clip import ROLES

    told = re.search(r"The tasks are .+", PROTOCOL)[0]
    assert all(f"`{word}`" in told for word in (*TASKS, *ROLES))
