"""Every field of every message at its borders: the last value in it is taken, the first beyond it refused by name."""

from dataclasses import replace

import pytest

from bridge.messages.clip import NOTE_RANGES, NOTES_PER_PART, Part
from bridge.messages.message import LARGEST, Malformed, Pairs, Text, Variadic, Whole
from bridge.messages.table import MESSAGES, decode, pack, unpack
from tests.bridge.messages.test_wire_messages import EXAMPLES

EXAMPLE_OF = {type(example): example for example in EXAMPLES}
KINDS = [(message, place, name, kind) for message in MESSAGES for place, (name, kind) in enumerate(message.kinds())]
NAMED = {"ids": lambda each: getattr(each, "ADDRESS", None) or str(each)}


def said(message, place, value):
    """The arguments of the message's example with another one at ``place``."""
    arguments = list(EXAMPLE_OF[message].to_osc())
    return [*arguments[:place], value, *arguments[place + 1 :]]


@pytest.mark.parametrize(
    ("message", "place", "name", "kind"), [each for each in KINDS if isinstance(each[3], Whole)], **NAMED
)
def test_a_whole_number_lies_within_its_borders(message, place, name, kind):
    for value in (kind.low - 1, kind.high + 1, kind.low + 0.5):
        with pytest.raises(Malformed) as refused:
            message.from_osc(said(message, place, value))
        assert refused.value.field == name
    for value in (kind.low, kind.high):
        assert kind(name, value) == kind(name, float(value)) == value
    assert abs(kind.low) <= LARGEST >= abs(kind.high)  # exact in a float32


@pytest.mark.parametrize(
    ("message", "place", "name", "kind"), [each for each in KINDS if isinstance(each[3], Text)], **NAMED
)
def test_a_text_has_as_many_bytes_as_the_protocol_says(message, place, name, kind):
    whole = replace(EXAMPLE_OF[message], **{name: "x" * kind.most})
    assert unpack(*decode(pack(whole))) == whole
    letters = kind.most // 2 + 1  # fewer letters than the limit, and more bytes
    for value in ("x" * (kind.most + 1), "ä" * letters, 5):
        with pytest.raises(Malformed) as refused:
            message.from_osc(said(message, place, value))
        assert refused.value.field == name
    empty = replace(EXAMPLE_OF[message], **{name: ""})
    assert empty.to_osc()[place] == "-"
    assert unpack(*decode(pack(empty))) == empty


@pytest.mark.parametrize(
    ("message", "place", "name", "kind"), [each for each in KINDS if isinstance(each[3], (Variadic, Pairs))], **NAMED
)
def test_a_row_of_arguments_ends_where_the_protocol_says(message, place, name, kind):
    fixed = list(EXAMPLE_OF[message].to_osc()[:place])
    one = ["key", 1] if isinstance(kind, Pairs) else ["x"] if isinstance(kind.kind, Text) else [1]
    with pytest.raises(Malformed) as refused:
        message.from_osc(fixed + one * (kind.most + 1))
    assert refused.value.field in (name, "words")
    if isinstance(kind, Pairs):
        for odd in (["key"], ["key", "value"], ["k" * 33, 1], ["key", LARGEST + 1]):
            with pytest.raises(Malformed):
                message.from_osc(fixed + odd)


@pytest.mark.parametrize("name", NOTE_RANGES)
def test_each_number_of_a_note_is_refused_beyond_its_range_with_the_notes_number(name):
    low, high = NOTE_RANGES[name]
    place = list(NOTE_RANGES).index(name)
    good = [60, 0, 13_440, 100, 0, 1000, 0, 64]
    for value in (low, high):
        numbers = [*good, *good[:place], value, *good[place + 1 :]]
        assert Part.from_osc([7, 1, 2, 2, *numbers]).numbers == tuple(numbers)
    for value in (low - 1, high + 1):
        if abs(value) <= LARGEST:
            numbers = [*good, *good[:place], value, *good[place + 1 :]]
            with pytest.raises(Malformed, match=f"Note {2 * NOTES_PER_PART + 1} can't be") as refused:
                Part.from_osc([7, 1, 2, 2, *numbers])
            assert refused.value.field == name
