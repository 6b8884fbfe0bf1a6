"""Numbers and limits that other programs have learned: a change of one is a change of the protocol."""

from pathlib import Path

import pytest

from bridge.messages import clip as clips
from bridge.messages import greeting, live, message, request, table
from bridge.messages.request import Stage
from bridge.messages.table import MESSAGES
from bridge.translation.notes import role_number, role_of
from models.music.clip import ROLES


def test_roles_have_their_numbers():
    assert {role: role_number(role) for role in ROLES} == {"melody": 1, "chords": 2, "bass": 3, "drums": 4}
    assert role_number(None) == 0
    assert [role_of(number) for number in range(5)] == [None, "melody", "chords", "bass", "drums"]


def test_stages_have_their_numbers():
    assert {stage.name: int(stage) for stage in Stage} == {
        "UNKNOWN": 0, "WAITING": 1, "WORKING": 2, "SENDING": 3, "DONE": 4, "FAILED": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("home", "name", "value"),
    [
        (clips, "NOTE_NUMBERS", 8),
        (clips.Chords, "ITEM", 5),
        (clips, "NOTES_PER_PART", 24),
        (clips, "NUMBERS_PER_PART", 192),
        (clips, "MOST_NOTES", 20_000),
        (message, "MOST_PARTS", 2_000),
        (clips, "MOST_NAME", 60),
        (clips, "FIRST_SERVER_TRANSFER", 8_388_608),
        (table, "LARGEST_DATAGRAM", 4096),
        (greeting, "PROTOCOL", 3),
        (greeting, "OLDEST", 2),
        (message, "LARGEST", 16_777_215),
        (message, "LARGEST_SENTENCE", 400),
        (request, "MOST_MOOD", 120),
    ],
)
def test_limits_are_those_of_the_protocol(home, name, value):
    assert getattr(home, name) == value


def test_every_message_has_the_fields_that_it_had():
    """``wire_fields.txt`` is the protocol as others have built it; a new line there is a new protocol."""
    lines = [f"{kind.ADDRESS} {name} {shape}".replace("_", "") for kind in MESSAGES for name, shape in kind.kinds()]
    assert lines == Path(__file__).with_name("wire_fields.txt").read_text(encoding="utf-8").splitlines()


def test_the_shortest_datagram_is_eight_bytes_and_the_longest_4096():
    assert table.decode(b"/a\0\0,\0\0\0") == ("/a", ())
    for wrong in (b"/a\0\0", b"/a\0\0,\0\0", b"", table.encode("/a", ("x" * 4087,)) + b"\0\0\0\0"):
        with pytest.raises(table.BadDatagram):
            table.decode(wrong)


@pytest.mark.parametrize(
    ("place", "name", "least", "most"),
    [
        (0, "pitch", 0, 127),
        (1, "onset", 0, 16_777_215),
        (2, "duration", 1, 16_777_215),
        (3, "velocity", 1, 127),
        (4, "mute", 0, 1),
        (5, "probability", 0, 1000),
        (6, "velocity_deviation", -127, 127),
        (7, "release_velocity", 0, 127),
    ],
)
def test_a_note_s_numbers_have_their_ranges(place, name, least, most):
    def told(number):
        note = [60, 0, 480, 100, 0, 1000, 0, 64]
        note[place] = number
        clips.Part(session=1, transfer=1, part=0, count=1, numbers=tuple(note)).check()

    told(least)
    told(most)
    for number in (least - 1, most + 1):
        with pytest.raises(message.Malformed) as refused:
            told(number)
        assert refused.value.field == name


@pytest.mark.parametrize(("part", "place", "number"), [(0, 0, 0), (0, 2, 2), (3, 1, 73)])
def test_of_many_notes_the_one_that_can_not_be_is_named(part, place, number):
    for wrong in (-1, 128):
        numbers = [[60, 0, 480, 100, 0, 1000, 0, 64] for _ in range(3)]
        numbers[place][0] = wrong
        listed = tuple(each for note in numbers for each in note)
        with pytest.raises(
            message.Malformed, match=f"^Note {number} can't be: its pitch must be 0 to 127, not {wrong}"
        ):
            clips.Part(session=1, transfer=1, part=part, count=3, numbers=listed).check()


def test_the_bits_and_places_of_live_s_orders():
    assert (live.CONTEXT, live.NEEDS_SELECTION, live.ALL_NOTES) == (1, 2, 4)
    assert (live.BELOW, live.HERE, live.SCENES, live.ARRANGEMENT, live.LANES) == (0, 1, 2, 3, 4)
    assert live.FIRST_ORDER == 8_388_608
