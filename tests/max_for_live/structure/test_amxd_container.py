"""The .amxd container: written, read, written again, byte for byte; broken ones are refused with a sentence."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from max_for_live import amxd
from tests.max_for_live.structure.reading import BrokenDevice, decode

names = st.text("abcdefghijklmnopqrstuvwxyz0123456789-._ ", min_size=1, max_size=24).map(lambda name: f"x{name}x")
u32 = st.integers(0, 2**32 - 1)
files = st.builds(
    amxd.EmbeddedFile,
    names,
    st.binary(max_size=60),
    st.sampled_from(["TEXT", "JSON", "svg"]),
    st.sampled_from([0, 8]),
    u32,
)


def a_frozen_device() -> amxd.Device:
    return amxd.frozen("A.amxd", '{"patcher": {}}', {"one.js": b"var a;", "two.js": b""}, 5)


@given(st.text(max_size=40), st.lists(files, max_size=4), u32)
@settings(max_examples=60)
def test_decode_is_the_reverse_of_encode(patcher: str, inside: list[amxd.EmbeddedFile], modified: int) -> None:
    own = amxd.EmbeddedFile("Own.amxd", patcher.encode() + amxd.PATCHER_END, "JSON", amxd.DEVICE_FLAG, modified)
    device = amxd.Device((own, *inside), amxd.FROZEN)
    assert decode(amxd.encode(device)) == device


@given(st.text(max_size=40).filter(lambda text: not text.startswith("mx@c")))
@settings(max_examples=40)
def test_unfrozen_devices_come_back(patcher: str) -> None:
    device = amxd.unfrozen(patcher)
    assert decode(amxd.encode(device)) == device
    assert not device.frozen


def test_outer_chunks_are_little_endian_and_back_to_back() -> None:
    assert amxd.encode(amxd.unfrozen("{}")) == (b"ampf\x04\0\0\0mmmmmeta\x04\0\0\0\x01\0\0\0ptch\x04\0\0\0{}\n\0")


def test_frozen_block_byte_for_byte() -> None:
    """The whole layout of one small device, written out by hand."""
    data = amxd.encode(amxd.frozen("D", "{}", {"abc": b"xy"}, 258))

    def entry(kind: bytes, name: bytes, size: int, offset: int, flag: int) -> bytes:
        fields = (
            b"type"
            + struct.pack(">I", 12)
            + kind
            + b"fnam"
            + struct.pack(">I", 8 + len(name))
            + name
            + b"sz32"
            + struct.pack(">II", 12, size)
            + b"of32"
            + struct.pack(">II", 12, offset)
            + b"vers"
            + struct.pack(">II", 12, 0)
            + b"flag"
            + struct.pack(">II", 12, flag)
            + b"mdat"
            + struct.pack(">II", 12, 258)
        )
        return b"dire" + struct.pack(">I", 8 + len(fields)) + fields

    directory = entry(b"JSON", b"D\0\0\0", 4, 16, 0x11) + entry(b"TEXT", b"abc\0", 2, 20, 0)
    block = (
        b"mx@c"
        + struct.pack(">IQ", 16, 22)
        + b"{}\n\0"
        + b"xy"
        + b"dlst"
        + struct.pack(">I", 8 + len(directory))
        + directory
    )
    assert data == b"ampf\x04\0\0\0mmmmmeta\x04\0\0\0\x07\0\0\0ptch" + struct.pack("<I", len(block)) + block


def test_a_name_of_four_letters_gets_four_nuls() -> None:
    data = amxd.encode(amxd.frozen("D", "{}", {"abcd": b""}, 0))
    assert b"fnam" + struct.pack(">I", 16) + b"abcd\0\0\0\0" in data


def test_meta_may_be_missing_as_in_exported_projects() -> None:
    device = amxd.Device(a_frozen_device().files, None)
    assert decode(amxd.encode(device)) == device


@pytest.mark.parametrize("cut", [0, 3, 11, 30, 60, 120])
def test_cut_devices_are_refused(cut: int) -> None:
    with pytest.raises(BrokenDevice, match=r"\w"):
        decode(amxd.encode(a_frozen_device())[:cut])


@given(st.data())
@settings(max_examples=100)
def test_damage_is_refused_or_read_but_never_a_foreign_error(data: st.DataObject) -> None:
    good = bytearray(amxd.encode(a_frozen_device()))
    place = data.draw(st.integers(0, len(good) - 1))
    good[place] = data.draw(st.integers(0, 255))
    try:
        device = decode(bytes(good))
    except BrokenDevice:
        return
    assert device.files


def test_a_gap_between_bodies_is_refused() -> None:
    data = amxd.encode(a_frozen_device())
    second = data.index(b"of32", data.index(b"of32") + 1) + 8
    moved = data[:second] + struct.pack(">I", struct.unpack_from(">I", data, second)[0] + 1) + data[second + 4 :]
    with pytest.raises(BrokenDevice):
        decode(moved)
