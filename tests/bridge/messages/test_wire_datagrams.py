"""The strict codec: python-osc's bytes, and nothing else comes through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.messages.table import BadDatagram, decode, encode

INTS = st.integers(-(2**31), 2**31 - 1)
FLOATS = st.floats(width=32, allow_nan=False)
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)
ATOMS = st.lists(st.one_of(INTS, FLOATS, TEXTS), max_size=60)
ADDRESSES = st.from_regex(r"/[a-z]{1,20}/[a-z_0-9]{1,20}", fullmatch=True)


def by_python_osc(address, atoms):
    builder = OscMessageBuilder(address)
    for atom in atoms:
        builder.add_arg(atom, {int: "i", float: "f", str: "s"}[type(atom)])
    return builder.build().dgram


@settings(max_examples=100, deadline=None)
@given(ADDRESSES, ATOMS)
def test_the_bytes_are_those_of_python_osc(address, atoms):
    datagram = encode(address, atoms)
    assert datagram == by_python_osc(address, atoms)
    assert OscMessage(datagram).params == atoms


@settings(max_examples=100, deadline=None)
@given(ADDRESSES, ATOMS)
def test_decode_is_the_reverse_of_encode(address, atoms):
    datagram = encode(address, atoms)
    if len(datagram) <= 4096:
        assert decode(datagram) == (address, tuple(atoms))


@settings(max_examples=100, deadline=None)
@given(ADDRESSES, ATOMS, st.data())
def test_a_damaged_datagram_is_refused_or_is_still_one_message(address, atoms, data):
    datagram = bytearray(encode(address, atoms))
    for _ in range(data.draw(st.integers(1, 4))):
        datagram[data.draw(st.integers(0, len(datagram) - 1))] = data.draw(st.integers(0, 255))
    del datagram[data.draw(st.integers(0, len(datagram))) :]
    try:
        found = decode(bytes(datagram))
    except BadDatagram:
        return
    again = encode(*found)
    # A damaged float may be another NaN; everything else is the same bytes again.
    assert again == bytes(datagram) or any(atom != atom for atom in found[1])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_refused(noise):
    with pytest.raises(BadDatagram):
        decode(b"#" + noise)


BUNDLE = b"#bundle\0" + (1).to_bytes(8, "big")
TRAPS = {
    "a bundle whose element has a negative size": BUNDLE + (-4 & 0xFFFFFFFF).to_bytes(4, "big"),
    "a bundle dated in the future": b"#bundle\0" + b"\xff" * 8 + (12).to_bytes(4, "big") + b"/a\0\0,\0\0\0",
    "a pattern that backtracks": b"/" + b"*a" * 24 + b"!" + b"\0" * 2 + b",\0\0\0",
    "a pattern for every address": b"/*\0\0,\0\0\0",
    "tags without arguments": b"/clipkin/server/ping\0\0\0\0,ii\0" + (7).to_bytes(4, "big"),
    "bytes behind the end": b"/clipkin/server/ping\0\0\0\0,ii\0" + bytes(12),
    "an unknown tag": b"/clipkin/server/ping\0\0\0\0,iX\0" + bytes(8),
    "nested arrays": b"/clipkin/server/ping\0\0\0\0," + b"[" * 3002 + b"\0",
    "a blob with a negative size": b"/clipkin/server/ping\0\0\0\0,b\0\0" + b"\xff" * 4,
    "a string that is not UTF-8": b"/clipkin/server/ping\0\0\0\0,s\0\0\xff\xfe\0\0",
    "a string without an end": b"/clipkin/server/ping\0\0\0\0,s\0\0abcd",
    "a control character": b"/clipkin/server/ping\0\0\0\0,s\0\0a\nb\0",
    "no tags": b"/clipkin/server/ping\0\0\0\0",
    "not a multiple of four": b"/clipkin/server/ping\0\0\0\0,ii\0" + bytes(7),
    "padding that is not zero": b"/a\0x,\0\0\0",
    "too long": b"/clipkin/server/ping\0\0\0\0," + b"i" * 3003 + b"\0" * 4 + bytes(4 * 3003),
    "empty": b"",
}


@pytest.mark.parametrize("datagram", TRAPS.values(), ids=TRAPS)
def test_every_known_trap_is_refused(datagram):
    with pytest.raises(BadDatagram):
        decode(datagram)
