"""One checksum over a whole clip: it guards the joining, not the bytes (UDP does that)."""

from __future__ import annotations

from collections.abc import Iterable

MODULUS = 524287
"""2^19 - 1, prime: no step below exceeds 2^24, so float32 clients reckon exactly."""


def checksum(numbers: Iterable[int]) -> int:
    """c = 1; for each number v: c = (31 c + v mod M) mod M."""
    value = 1
    for number in numbers:
        value = (31 * value + number % MODULUS) % MODULUS
    return value
