"""Every message of the protocol, and the road from a datagram to one of them, strictly.

``decode`` checks what python-osc lets pass (and what hangs it) before anything else looks at a datagram: no bundle, no
pattern, exact type tags and length, clean strings. The bytes that ``encode`` makes equal python-osc's.

Offers: ``MESSAGES``, ``pack``, ``unpack``; ``encode``, ``decode``, ``BadDatagram``.
"""

import re
import struct
from collections.abc import Sequence
from itertools import groupby

from bridge.messages import clip, greeting, live, piece, request
from bridge.messages.message import BY_ADDRESS, Atom, Malformed, Message

LARGEST_DATAGRAM = 4096
"""Bytes; anything longer is dropped unread."""

_ADDRESS = re.compile(rb"/[A-Za-z0-9_/]{1,62}\0")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadDatagram(ValueError):
    """Bytes that are not one plain OSC message of i, f and s."""


def _padded(text: bytes) -> bytes:
    return text + b"\0" * (4 - len(text) % 4)


def encode(address: str, arguments: Sequence[Atom]) -> bytes:
    """The datagram of a message: ints as i, floats as f, strings as s."""
    body, tags = [], [b","]
    for kind, run in groupby(arguments, type):
        values = list(run)
        if issubclass(kind, str):
            tags.append(b"s" * len(values))
            body += [_padded(str(value).encode()) for value in values]
        else:
            letter = "i" if issubclass(kind, int) else "f"
            tags.append(letter.encode() * len(values))
            body.append(struct.pack(f">{len(values)}{letter}", *values))
    return b"".join((_padded(address.encode()), _padded(b"".join(tags)), *body))


def decode(datagram: bytes) -> tuple[str, tuple[Atom, ...]]:
    """Address and arguments; the reverse of ``encode``; raises BadDatagram."""
    if len(datagram) % 4 or not 8 <= len(datagram) <= LARGEST_DATAGRAM or not _ADDRESS.match(datagram):
        raise BadDatagram("not one plain OSC message")
    address, at = _string(datagram, 0)
    tags, at = _string(datagram, at)
    if not tags.startswith(","):
        raise BadDatagram("no type tags")
    arguments: list[Atom] = []
    for letter, run in groupby(tags[1:]):
        size = len(list(run))
        if letter == "s":
            for _ in range(size):
                text, at = _string(datagram, at)
                arguments.append(text)
        elif letter in "if":
            if at + 4 * size > len(datagram):
                raise BadDatagram("cut short")
            arguments += struct.unpack_from(f">{size}{letter}", datagram, at)
            at += 4 * size
        else:
            raise BadDatagram("a type tag that is not i, f or s")
    if at != len(datagram):
        raise BadDatagram("bytes behind the last argument")
    return address, tuple(arguments)


def _string(datagram: bytes, at: int) -> tuple[str, int]:
    """The string at ``at`` and the place behind its padding, which must be zeros."""
    end = datagram.find(b"\0", at)
    after = end + 4 - (end - at) % 4
    if end < 0 or after > len(datagram) or datagram[end:after].strip(b"\0"):
        raise BadDatagram("a string without its end")
    try:
        text = datagram[at:end].decode()
    except UnicodeDecodeError:
        raise BadDatagram("a string that is not UTF-8") from None
    if _CONTROL.search(text):
        raise BadDatagram("a control character")
    return text, after


MESSAGES = tuple(
    kind
    for module in (greeting, clip, request, live, piece)
    for kind in BY_ADDRESS.values()
    if kind.__module__ == module.__name__
)
"""In the order of PROTOCOL.md."""


def pack(message: Message) -> bytes:
    """The datagram of a message."""
    return encode(message.ADDRESS, message.to_osc())


def unpack(address: str, arguments: Sequence[Atom]) -> Message:
    """The message that a decoded datagram is; the reverse of ``pack`` after ``decode``; raises Malformed."""
    kind = BY_ADDRESS.get(address)
    if kind is None:
        raise Malformed("This address is not in the protocol; see PROTOCOL.md.", field="address")
    return kind.from_osc(arguments)
