"""The container of a Max for Live device (.amxd), byte for byte.

Outer file, little-endian, chunks back to back: fourcc, u32 size of the payload, payload.

    ampf   device type: "mmmm" is a MIDI effect
    meta   u32: 1 an unfrozen device, 7 a frozen one (left out by some exports)
    ptch   unfrozen: the patcher's JSON and "\\n\\0"; frozen: an "mx@c" block

The block, big-endian: "mx@c", u32 16, u64 offset of "dlst", the files' bodies without gaps, then the directory "dlst"
with one "dire" for each file. Sizes inside the directory count their own eight bytes; offsets count from the "m".

Offers: ``Device``, ``EmbeddedFile``, ``frozen``, ``unfrozen``, ``encode``; its reverse is the tests'.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MIDI_EFFECT = "mmmm"
UNFROZEN, FROZEN = 1, 7
"""What ``meta`` says, as Max 9 writes it."""

PATCHER_END = b"\n\0"
"""Stands behind the patcher's JSON."""

SEVENTY_YEARS_S = 2_082_844_800
"""From 1904-01-01, where Max's dates begin, to 1970-01-01, where Unix time begins."""

HEADER = 16
DEVICE_FLAG = 0x11
"""The flag of the device's own patcher; a dependency has 0."""

FIELDS = ("type", "fnam", "sz32", "of32", "vers", "flag", "mdat")
"""What a directory entry holds, always in this order."""


@dataclass(frozen=True)
class EmbeddedFile:
    """One file inside a device.

    kind      four characters: "JSON" the patcher, "TEXT" a script
    modified  seconds since 1904-01-01 UTC
    """

    name: str
    body: bytes
    kind: str = "TEXT"
    flag: int = 0
    modified: int = 0


@dataclass(frozen=True)
class Device:
    """A device: its type, what ``meta`` says (None: no such chunk) and its files, the patcher first.

    An unfrozen device has just the patcher, whose name, flag and date are not in the file.
    """

    files: tuple[EmbeddedFile, ...]
    meta: int | None
    type: str = MIDI_EFFECT

    @property
    def frozen(self) -> bool:
        """True when the files it needs are inside."""
        return self.files[0].flag == DEVICE_FLAG

    @property
    def patcher_text(self) -> str:
        """The patcher's JSON."""
        return self.files[0].body.rstrip(b"\0").decode("utf-8")


def unfrozen(patcher: str) -> Device:
    """The device for development: it finds its script in its folder."""
    return Device((EmbeddedFile("", patcher.encode() + PATCHER_END, "JSON"),), UNFROZEN)


def frozen(name: str, patcher: str, scripts: dict[str, bytes], modified: int) -> Device:
    """The device for release: ``name`` is its own file name, ``scripts`` lie inside by theirs."""
    own = EmbeddedFile(name, patcher.encode() + PATCHER_END, "JSON", DEVICE_FLAG, modified)
    inside = (EmbeddedFile(script, body, "TEXT", 0, modified) for script, body in scripts.items())
    return Device((own, *inside), FROZEN)


def encode(device: Device) -> bytes:
    """The bytes of the .amxd."""
    meta = b"" if device.meta is None else _chunk(b"meta", struct.pack("<I", device.meta))
    payload = _encode_block(device.files) if device.frozen else device.files[0].body
    return _chunk(b"ampf", device.type.encode("ascii")) + meta + _chunk(b"ptch", payload)


def _chunk(tag: bytes, payload: bytes) -> bytes:
    return tag + struct.pack("<I", len(payload)) + payload


def _field(tag: str, payload: bytes) -> bytes:
    return tag.encode("ascii") + struct.pack(">I", 8 + len(payload)) + payload


def _encode_block(files: tuple[EmbeddedFile, ...]) -> bytes:
    bodies, entries = b"", b""
    for file in files:
        name = file.name.encode("ascii")
        values = {
            "type": file.kind.ljust(4).encode("ascii"),
            "fnam": name + b"\0" * (4 - len(name) % 4),
            "sz32": struct.pack(">I", len(file.body)),
            "of32": struct.pack(">I", HEADER + len(bodies)),
            "vers": struct.pack(">I", 0),
            "flag": struct.pack(">I", file.flag),
            "mdat": struct.pack(">I", file.modified),
        }
        entries += _field("dire", b"".join(_field(tag, values[tag]) for tag in FIELDS))
        bodies += file.body
    return b"mx@c" + struct.pack(">IQ", HEADER, HEADER + len(bodies)) + bodies + _field("dlst", entries)
