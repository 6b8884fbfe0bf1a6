"""OSC 1.0 in the form of PROTOCOL.md: one message a datagram, integers and short strings; and the wire's checksum.

Offers: ``encode``, ``decode``, ``checksum``, ``cut``, ``pieces``.
"""

from __future__ import annotations

import re
import struct
from typing import Iterable, Sequence, Union

Atom = Union[int, str]

LARGEST_DATAGRAM = 4096
MODULUS = 524287


def encode(address: str, arguments: Iterable[Atom]) -> bytes:
    """The datagram of a message: ints as i, texts as s."""
    tags, body = [","], []
    for value in arguments:
        if isinstance(value, str):
            tags.append("s")
            body.append(_padded(value))
        else:
            tags.append("i")
            body.append(struct.pack(">i", value))
    return _padded(address) + _padded("".join(tags)) + b"".join(body)


def decode(datagram: bytes) -> tuple[str, list[Atom]]:
    """Address and arguments, a float with a whole value as an int; raises ValueError for anything else."""
    if len(datagram) % 4 or len(datagram) > LARGEST_DATAGRAM or datagram[:1] != b"/":
        raise ValueError("not one plain OSC message")
    address, at = _string(datagram, 0)
    tags, at = _string(datagram, at)
    arguments: list[Atom] = []
    for run in re.findall("i+|.", tags[1:], re.DOTALL):
        size = 4 * len(run)
        if run == "s":
            text, at = _string(datagram, at)
            arguments.append(text)
        elif run[0] in "if" and at + size <= len(datagram):
            values = struct.unpack_from(f">{len(run)}{run[0]}", datagram, at)
            if run == "f" and not (abs(values[0]) <= 2**31 and values[0] == int(values[0])):
                raise ValueError("a number that isn't whole")
            arguments += map(int, values)
            at += size
        else:
            raise ValueError("a tag that isn't i, f or s, or a number cut short")
    if tags[:1] != "," or at != len(datagram):
        raise ValueError("no tags, or bytes behind the last argument")
    return address, arguments


def _padded(text: str) -> bytes:
    data = text.encode("utf-8")
    return data + b"\0" * (4 - len(data) % 4)


def _string(datagram: bytes, at: int) -> tuple[str, int]:
    end = datagram.index(b"\0", at)
    return datagram[at:end].decode("utf-8"), end + 4 - end % 4


def checksum(numbers: Iterable[int], value: int = 1) -> int:
    """PROTOCOL.md, section 4: for each v: c = (31 c + v mod M) mod M, going on from ``value``."""
    for number in numbers:
        value = (31 * value + number % MODULUS) % MODULUS
    return value


def cut(text: str) -> str:
    """A text as the wire takes it: without control characters, at most 60 bytes."""
    text = "".join(letter if letter >= " " and letter != "\x7f" else " " for letter in text)
    return text.encode("utf-8", "ignore")[:60].decode("utf-8", "ignore")


def pieces(items: Sequence, size: int) -> list[Sequence]:
    """The items in runs of at most ``size``."""
    return [items[start : start + size] for start in range(0, len(items), size)]
