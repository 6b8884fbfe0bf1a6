"""Sentences without their numbers, and back.

Max keeps every distinct string for ever, so a sentence travels as one of a fixed stock: each number leaves ``{}`` and
follows as two integers m and d, meaning m / 10^d written with d decimals. "take 0.61" is "take {}" and (61, 2).
A number that this can't write back (leading zeros, too many digits) stays in the text.

Offers: ``take_numbers_out`` and its reverse ``put_numbers_in``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bridge.messages.message import LARGEST, LARGEST_SENTENCE

_NUMBER = re.compile(r"(?:(?<![\w.)\]}-])-)?\d+(?:\.\d+)?")
"""With its sign, where the dash is one and not between two numbers or words."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_MOST = 20


def _written(mantissa: int, decimals: int) -> str:
    sign, digits = "-" * (mantissa < 0), str(abs(mantissa)).rjust(decimals + 1, "0")
    return sign + (digits if decimals == 0 else f"{digits[:-decimals]}.{digits[-decimals:]}")


def take_numbers_out(sentence: str) -> tuple[str, tuple[int, ...]]:
    """The sentence with ``{}`` for its numbers, cut to the wire's length, and two integers for each."""
    text = clean(sentence, LARGEST_SENTENCE).replace("{}", "()")
    numbers: list[int] = []

    def leave(found: re.Match[str]) -> str:
        whole, _, decimals = found[0].partition(".")
        mantissa = int(whole + decimals)
        if len(numbers) >= 2 * _MOST or abs(mantissa) > LARGEST or _written(mantissa, len(decimals)) != found[0]:
            return found[0]
        numbers.extend((mantissa, len(decimals)))
        return "{}"

    return _NUMBER.sub(leave, text), tuple(numbers)


def put_numbers_in(sentence: str, numbers: Sequence[int]) -> str:
    """The sentence as a person reads it; the reverse of ``take_numbers_out``."""
    rest = iter(zip(numbers[::2], numbers[1::2], strict=False))

    def fill(found: re.Match[str]) -> str:
        mantissa, decimals = next(rest, (0, -1))
        return found[0] if not 0 <= decimals <= 9 else _written(mantissa, decimals)

    return re.sub(re.escape("{}"), fill, sentence)


def clean(text: str, most: int) -> str:
    """``text`` without control characters, cut to ``most`` bytes of UTF-8."""
    return _CONTROL.sub(" ", text).encode()[:most].decode(errors="ignore")
