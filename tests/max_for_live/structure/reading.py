"""Reads an .amxd byte for byte: the reverse of ``max_for_live.amxd.encode``, for tests of what was built.

Offers: ``decode``, ``BrokenDevice``.
"""

from __future__ import annotations

import struct

from max_for_live.amxd import FIELDS, HEADER, Device, EmbeddedFile


class BrokenDevice(ValueError):
    """Bytes that are no device of this layout; the message says where it breaks."""


def decode(data: bytes) -> Device:
    """The device that ``data`` holds; raises BrokenDevice."""
    chunks = dict(_split_chunks(data))
    if list(chunks) not in (["ampf", "meta", "ptch"], ["ampf", "ptch"]):
        raise BrokenDevice(f"The chunks are {', '.join(chunks) or 'none'}; ampf, meta, ptch are needed.")
    meta = struct.unpack("<I", _sized("meta", chunks["meta"], 4))[0] if "meta" in chunks else None
    payload = chunks["ptch"]
    files = _decode_block(payload) if payload[:4] == b"mx@c" else (EmbeddedFile("", payload, "JSON"),)
    return Device(files, meta, _sized("ampf", chunks["ampf"], 4).decode("ascii", "replace"))


def _split_chunks(data: bytes) -> list[tuple[str, bytes]]:
    """The outer chunks, in order; raises BrokenDevice where one is cut short."""
    chunks, place = [], 0
    while place < len(data):
        if place + 8 > len(data):
            raise BrokenDevice(f"A chunk's head is cut short at byte {place}.")
        size = struct.unpack_from("<I", data, place + 4)[0]
        payload = data[place + 8 : place + 8 + size]
        chunks.append((data[place : place + 4].decode("ascii", "replace"), _sized("a chunk", payload, size)))
        place += 8 + size
    return chunks


def _sized(what: str, payload: bytes, size: int) -> bytes:
    if len(payload) != size:
        raise BrokenDevice(f"{what} has {len(payload)} bytes; {size} are needed.")
    return payload


def _decode_block(block: bytes) -> tuple[EmbeddedFile, ...]:
    if len(block) < HEADER or struct.unpack_from(">I", block, 4)[0] != HEADER:
        raise BrokenDevice("The block's head is not 16 bytes long.")
    directory = struct.unpack_from(">Q", block, 8)[0]
    entries = _split_fields(block[directory:], ("dlst",))["dlst"]
    files, place = [], HEADER
    while entries:
        size = struct.unpack_from(">I", entries, 4)[0] if len(entries) >= 8 else 0
        file, offset = _decode_entry(_split_fields(entries[:size], ("dire",))["dire"], block)
        if offset != place:
            raise BrokenDevice(f"{file.name} begins at {offset}; the file before it ends at {place}.")
        files.append(file)
        place += len(file.body)
        entries = entries[size:]
    if place != directory or not files:
        raise BrokenDevice(f"The bodies end at {place}; the directory begins at {directory}.")
    return tuple(files)


def _decode_entry(entry: bytes, block: bytes) -> tuple[EmbeddedFile, int]:
    """The file of one directory entry, and where its body begins."""
    fields = _split_fields(entry, FIELDS)
    numbers = {tag: struct.unpack(">I", _sized(tag, fields[tag], 4))[0] for tag in ("sz32", "of32", "flag", "mdat")}
    offset, size = numbers["of32"], numbers["sz32"]
    return EmbeddedFile(
        name=fields["fnam"].rstrip(b"\0").decode("ascii", "replace"),
        body=_sized("a body", block[offset : offset + size], size),
        kind=fields["type"].decode("ascii", "replace").rstrip(" "),
        flag=numbers["flag"],
        modified=numbers["mdat"],
    ), offset


def _split_fields(data: bytes, tags: tuple[str, ...]) -> dict[str, bytes]:
    """The payloads of the fields ``tags``, which must fill ``data`` in this order."""
    fields, place = {}, 0
    for tag in tags:
        if data[place : place + 4] != tag.encode("ascii") or place + 8 > len(data):
            raise BrokenDevice(f"The field {tag} is missing in the directory.")
        size = struct.unpack_from(">I", data, place + 4)[0]
        if size < 8:
            raise BrokenDevice(f"The field {tag} says a size of {size} bytes; its head alone has 8.")
        fields[tag] = _sized(tag, data[place + 8 : place + size], size - 8)
        place += size
    if place != len(data):
        raise BrokenDevice(f"{len(data) - place} bytes stand behind the directory's field {tags[-1]}.")
    return fields
