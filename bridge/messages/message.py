"""What every message of the wire is: a frozen dataclass whose annotations say how its fields travel.

An annotation names a kind and its range (``Number``, ``Permille``, ``Word`` …); ``to_osc`` and ``from_osc`` read them,
so a new message costs its rows and nothing else. Only the last field may be a row of several arguments.

Offers: ``BY_ADDRESS``; ``Message`` and its branches ``OfRequest``, ``OfTransfer``, ``Numbered``; the
kinds; ``Malformed``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar, get_type_hints

from models.music.errors import BadValue

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:  # of typing from Python 3.11 on; only type checkers read it
    dataclass_transform = lambda **_: lambda kind: kind  # noqa: E731

Atom = int | float | str
"""One argument of an OSC message."""

LARGEST = 2**24 - 1
"""Every integer on the wire lies within ± this: exact in a float32."""

LARGEST_SENTENCE = 400
"""Bytes of a sentence."""

MOST_ARGUMENTS = 255
MOST_PARTS = 2_000

M = TypeVar("M", bound="Message")


class Malformed(BadValue):
    """Arguments that are not those of the message's address; names the field."""


# A kind is called with a field's name and what came for it; it gives the field's value, or raises Malformed.


@dataclass(frozen=True)
class Whole:
    """One integer of [low, high]; a float must be whole, because some clients know floats only."""

    low: int = 0
    high: int = LARGEST
    tags = "i"

    def __call__(self, name: str, atom: Atom) -> int:
        if isinstance(atom, float) and atom.is_integer():
            atom = int(atom)
        if not isinstance(atom, int):
            raise Malformed(f"The argument {name} must be a whole number.", field=name)
        if not self.low <= atom <= self.high:
            raise Malformed(f"The argument {name} must be {self.low} to {self.high}, not {atom}.", field=name)
        return atom


@dataclass(frozen=True)
class Text:
    """One string of at most ``most`` bytes; the empty one travels as "-"."""

    most: int = 48
    tags = "s"

    def __call__(self, name: str, atom: Atom) -> str:
        if not isinstance(atom, str):
            raise Malformed(f"The argument {name} must be a string.", field=name)
        if len(atom.encode()) > self.most:
            raise Malformed(f"The argument {name} must have at most {self.most} bytes.", field=name)
        return "" if atom == "-" else atom


_ANY = Whole(-LARGEST, LARGEST)


@dataclass(frozen=True)
class Variadic:
    """All further arguments: up to ``most`` of one kind, their number a multiple of ``step``."""

    kind: Whole | Text = _ANY
    most: int = MOST_ARGUMENTS
    step: int = 1

    @property
    def tags(self) -> str:
        """The type tag, in brackets."""
        return f"({self.kind.tags})"

    def __call__(self, name: str, atoms: Sequence[Atom]) -> tuple[Atom, ...]:
        if len(atoms) > self.most or len(atoms) % self.step:
            raise Malformed(f"There must be at most {self.most} {name}, in steps of {self.step}.", field=name)
        return tuple(self.kind(name, atom) for atom in atoms)


@dataclass(frozen=True)
class Pairs:
    """All further arguments: up to ``most`` pairs of a key and an integer."""

    most: int
    tags = "(si)"

    def __call__(self, name: str, atoms: Sequence[Atom]) -> tuple[tuple[str, int], ...]:
        if len(atoms) % 2 or len(atoms) > 2 * self.most:
            raise Malformed(f"The {name} must be at most {self.most} pairs of a key and a number.", field=name)
        keys = [Text(32)(name, key) for key in atoms[::2]]
        return tuple((key, _ANY(key, value)) for key, value in zip(keys, atoms[1::2], strict=True))


def _atoms(value: Atom | tuple[Any, ...]) -> list[Atom]:
    """The arguments that carry a field's value."""
    if isinstance(value, tuple):
        return [atom for item in value for atom in _atoms(item)]
    return [value or "-" if isinstance(value, str) else value]


Id = Annotated[int, Whole(1)]
Number = Annotated[int, Whole()]
Flag = Annotated[int, Whole(0, 1)]
Permille = Annotated[int, Whole(0, 1000)]
Judged = Annotated[int, Whole(-1, 1000)]
"""‰, or -1 where not judged."""

Code = Annotated[int, Whole(0, 999)]
Word = Annotated[str, Text()]
Sentence = Annotated[str, Text(LARGEST_SENTENCE)]
SentenceNumbers = Annotated[tuple[int, ...], Variadic(most=40, step=2)]
"""Two integers for each number taken out of the sentence."""


BY_ADDRESS: dict[str, type[Message]] = {}
"""Every message of the modules that were imported, in their order."""


@dataclass_transform(frozen_default=True)
class _OnWire:
    """Every class below it is a frozen dataclass, and one with an address a message: ``way`` says who sends it."""

    ADDRESS: ClassVar[str]
    WAY: ClassVar[str]

    def __init_subclass__(cls, way: Literal["", "C→S", "S→C", "both"] = "", address: str = "") -> None:
        dataclass(frozen=True)(cls)
        if address:
            cls.ADDRESS, cls.WAY = address, way
            BY_ADDRESS[address] = cls  # type: ignore[assignment]  # all of them stand below Message


class Message(_OnWire):
    """Base of the messages: the session that all of them begin with, and their arguments both ways."""

    session: Id

    def to_osc(self) -> tuple[Atom, ...]:
        """The message's arguments."""
        return tuple(_atoms(tuple(getattr(self, name) for name, _ in self.kinds())))

    @classmethod
    def from_osc(cls: type[M], arguments: Sequence[Atom]) -> M:
        """The message that ``arguments`` carry; the reverse of ``to_osc``; raises Malformed."""
        values: dict[str, Any] = {}
        kinds = cls.kinds()
        for place, (name, kind) in enumerate(kinds):
            if isinstance(kind, Variadic | Pairs):
                values[name] = kind(name, arguments[place:])
            elif place < len(arguments):
                values[name] = kind(name, arguments[place])
            else:
                raise Malformed(f"The argument {name} is missing.", field=name)
        if len(arguments) > len(kinds) and isinstance(kinds[-1][1], Whole | Text):
            raise Malformed(f"{cls.ADDRESS} has {len(arguments)} arguments, not {len(kinds)}.", field="arguments")
        message = cls(**values)
        message.check()
        return message

    def check(self) -> None:
        """Raise Malformed when fields that are each in range don't fit together."""

    @classmethod
    @cache  # noqa: B019 - one entry a class
    def kinds(cls) -> tuple[tuple[str, Any], ...]:
        """Name and kind of each field, in the order of the arguments."""
        hints = get_type_hints(cls, include_extras=True)
        return tuple((field.name, hints[field.name].__metadata__[0]) for field in fields(cls))

    @classmethod
    def tags(cls) -> str:
        """The type tags, with a group that repeats in brackets: "iis(i)"."""
        return "".join(kind.tags for _, kind in cls.kinds())


class OfRequest(Message):
    """A message about one request."""

    request: Id


class OfTransfer(Message):
    """A message about a clip on its way."""

    transfer: Id


class Numbered(OfTransfer):
    """One part of a clip on its way."""

    part: Annotated[int, Whole(0, MOST_PARTS - 1)]
