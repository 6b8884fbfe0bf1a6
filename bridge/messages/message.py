"""What every message of the wire is: a frozen dataclass whose fields say how they travel.

Each field is made with ``number``, ``word``, ``numbers``, ``words`` or ``pairs``, which holds its kind, its range and
its check. ``to_osc`` and ``from_osc`` read that table; a new message costs its rows and nothing else.

Offers: ``Message``, the five kinds, ``Malformed``, ``LARGEST``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol, TypeVar

from models.music.errors import BadValue

Atom = int | float | str
"""One argument of an OSC message."""

LARGEST = 2**24 - 1
"""Every integer on the wire lies within ± this: exact in a float32."""

LARGEST_SENTENCE = 400
"""Bytes of a sentence."""

M = TypeVar("M", bound="Message")


class Malformed(BadValue):
    """Arguments that are not those of the message's address; names the field."""


class Kind(Protocol):
    """How a field travels: its type tags, and the two directions."""

    tags: str

    def atoms(self, value: Any) -> Sequence[Atom]:  # noqa: ANN401 - each kind has a value type of its own
        """The arguments that carry ``value``."""

    def read(self, name: str, arguments: Sequence[Atom], at: int) -> tuple[Any, int]:
        """The value that stands at place ``at``, and the place behind it; raises Malformed."""


class Message:
    """Base of the messages: ``ADDRESS``, and the mirror pair ``to_osc`` and ``from_osc``."""

    __slots__ = ()
    ADDRESS: ClassVar[str]

    def to_osc(self) -> tuple[Atom, ...]:
        """The message's arguments."""
        atoms: list[Atom] = []
        for row in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            atoms += row.metadata["kind"].atoms(getattr(self, row.name))
        return tuple(atoms)

    @classmethod
    def from_osc(cls: type[M], arguments: Sequence[Atom]) -> M:
        """The message that ``arguments`` carry; the reverse of ``to_osc``; raises Malformed."""
        values, at = {}, 0
        for row in fields(cls):  # type: ignore[arg-type]
            values[row.name], at = row.metadata["kind"].read(row.name, arguments, at)
        if at != len(arguments):
            raise Malformed(f"{cls.ADDRESS} has {len(arguments)} arguments, not {at}.", field="arguments")
        message = cls(**values)
        message.check()
        return message

    def check(self) -> None:
        """Raise Malformed when fields that are each in range don't fit together."""

    @classmethod
    def tags(cls) -> str:
        """The type tags, with a group that repeats in brackets: "iis(i)"."""
        return "".join(row.metadata["kind"].tags for row in fields(cls))  # type: ignore[arg-type]


def _whole(name: str, value: Atom, low: int, high: int) -> int:
    """``value`` as an int within [low, high]; a float must be whole, because some clients know floats only."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int):
        raise Malformed(f"The argument {name} must be a whole number.", field=name)
    if not low <= value <= high:
        raise Malformed(f"The argument {name} must be {low} to {high}, not {value}.", field=name)
    return value


def _text(name: str, value: Atom, most: int) -> str:
    if not isinstance(value, str):
        raise Malformed(f"The argument {name} must be a string.", field=name)
    if len(value.encode()) > most:
        raise Malformed(f"The argument {name} must have at most {most} bytes.", field=name)
    return "" if value == "-" else value


def _at(name: str, arguments: Sequence[Atom], at: int) -> Atom:
    if at >= len(arguments):
        raise Malformed(f"The argument {name} is missing.", field=name)
    return arguments[at]


@dataclass(frozen=True)
class _Number:
    low: int
    high: int
    tags = "i"

    def atoms(self, value: int) -> Sequence[Atom]:
        return (value,)

    def read(self, name: str, arguments: Sequence[Atom], at: int) -> tuple[int, int]:
        return _whole(name, _at(name, arguments, at), self.low, self.high), at + 1


@dataclass(frozen=True)
class _Word:
    most: int
    tags = "s"

    def atoms(self, value: str) -> Sequence[Atom]:
        return (value or "-",)

    def read(self, name: str, arguments: Sequence[Atom], at: int) -> tuple[str, int]:
        return _text(name, _at(name, arguments, at), self.most), at + 1


@dataclass(frozen=True)
class _Numbers:
    most: int
    tags = "(i)"

    def atoms(self, value: tuple[int, ...]) -> Sequence[Atom]:
        return value

    def read(self, name: str, arguments: Sequence[Atom], at: int) -> tuple[tuple[int, ...], int]:
        if len(arguments) - at > self.most:
            raise Malformed(f"There are more than {self.most} {name}.", field=name)
        return tuple(_whole(name, value, -LARGEST, LARGEST) for value in arguments[at:]), len(arguments)


@dataclass(frozen=True)
class _Words:
    most: int
    tags = "(s)"

    def atoms(self, value: tuple[str, ...]) -> Sequence[Atom]:
        return tuple(word or "-" for word in value)

    def read(self, name: str, arguments: Sequence[Atom], at: int) -> tuple[tuple[str, ...], int]:
        return tuple(_text(name, value, self.most) for value in arguments[at:]), len(arguments)


@dataclass(frozen=True)
class _Pairs:
    most: int
    tags = "(si)"

    def atoms(self, value: tuple[tuple[str, int], ...]) -> Sequence[Atom]:
        return [atom for pair in value for atom in pair]

    def read(self, name: str, arguments: Sequence[Atom], at: int) -> tuple[tuple[tuple[str, int], ...], int]:
        rest = arguments[at:]
        if len(rest) % 2 or len(rest) > 2 * self.most:
            raise Malformed(f"The {name} must be at most {self.most} pairs of a key and a number.", field=name)
        found = zip(rest[::2], rest[1::2], strict=True)
        return tuple((_text(name, key, 32), _whole(str(key), value, -LARGEST, LARGEST)) for key, value in found), len(
            arguments
        )


def number(low: int = 0, high: int = LARGEST) -> Any:  # noqa: ANN401 - a dataclass field stands for its value
    """A field that is one integer of [low, high]."""
    return field(metadata={"kind": _Number(low, high)})


def identity() -> Any:  # noqa: ANN401
    """A field that is a session, transfer or request."""
    return number(1)


def word(most: int = 48) -> Any:  # noqa: ANN401
    """A field that is one string of at most ``most`` bytes; the empty one travels as "-"."""
    return field(metadata={"kind": _Word(most)})


def numbers(most: int = 192) -> Any:  # noqa: ANN401
    """The last field: up to ``most`` integers."""
    return field(metadata={"kind": _Numbers(most)})


def words(most: int = 48) -> Any:  # noqa: ANN401
    """The last field: strings of at most ``most`` bytes each."""
    return field(metadata={"kind": _Words(most)})


def pairs(most: int = 60) -> Any:  # noqa: ANN401
    """The last field: up to ``most`` pairs of a key and an integer."""
    return field(metadata={"kind": _Pairs(most)})
