"""R1 and R2: the codec is exact, and no damaged datagram harms or means something else.

Offers: ``properties``, ``mutants``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.messages.greeting import PROTOCOL, Hello, Ping
from bridge.messages.message import LARGEST, Atom, Malformed
from bridge.messages.request import Start
from bridge.messages.table import BadDatagram, decode, encode, pack, unpack
from bridge.transfer.parts import split
from bridge.translation.notes import to_wire
from models.benchmarks.figure import Figure
from tests.bridge.trial.echo import a_long_clip

EXAMPLES, MUTANTS = (10_000, 100_000), (60_000, 1_000_000)
"""In the short form and in the long one; so the pairs of the other trials, too."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz_0123456789 äöü音符"
_TAGS = {int: "i", float: "f", str: "s"}


def properties(long: bool) -> Iterator[Figure]:
    """R1: whatever is encoded is decoded to the same, and its bytes are python-osc's."""
    chance, count = random.Random(1), EXAMPLES[long]
    wrong = foreign = 0
    for _ in range(count):
        address, atoms = _any_address(chance), [_any_atom(chance) for _ in range(chance.randrange(24))]
        datagram = encode(address, atoms)
        wrong += len(datagram) <= 4096 and decode(datagram) != (address, tuple(atoms))
        builder = OscMessageBuilder(address)
        for atom in atoms:
            builder.add_arg(atom, _TAGS[type(atom)])
        foreign += builder.build().dgram != datagram
    yield Figure("R1 messages encoded and decoded", count, "")
    yield Figure("R1 that came back as something else", wrong, "", (0, 0))
    yield Figure("R1 whose bytes are not python-osc's", foreign, "", (0, 0))


def _any_address(chance: random.Random) -> str:
    return f"/clipkin/{''.join(chance.choices(_LETTERS[:26], k=chance.randint(1, 20)))}"


def _any_atom(chance: random.Random) -> Atom:
    kind = chance.randrange(3)
    if kind == 0:
        return chance.choice((0, 1, -1, LARGEST, -(2**31), 2**31 - 1, chance.randint(-(2**31), 2**31 - 1)))
    if kind == 1:
        return chance.randint(-(2**20), 2**20) / 16  # exact in a float32
    return "".join(chance.choices(_LETTERS, k=chance.randrange(40)))


def samples() -> tuple[bytes, ...]:
    """Good datagrams of the kinds that a server meets."""
    begin, parts = split(to_wire(a_long_clip(48)), 4711, 1)
    hello = Hello(4711, PROTOCOL, 9001, "client", "1", "")
    start = Start(4711, 5, 1, "vary", "auto", "warm", "", 4, 1000, 700, 42, (("locks", 1), ("lane", 36)))
    return tuple(pack(message) for message in (hello, Ping(4711, 7), begin, *parts, start))


def mutated(chance: random.Random, datagram: bytes) -> bytes:
    """The datagram with a few bytes changed, doubled, taken out or cut off."""
    changed = bytearray(datagram)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        at = chance.randrange(len(changed))
        how = chance.randrange(8)
        if how < 5:
            changed[at] = chance.randrange(256)
        elif how == 5:
            changed[at:at] = changed[at : at + 4]
        elif how == 6 and len(changed) > 8:
            del changed[at : at + 4]
        elif len(changed) > 8:
            del changed[max(4, at) :]
    return bytes(changed)


def mutants(long: bool) -> Iterator[Figure]:
    """R2: mutated datagrams are taken as what their bytes say, or refused with one of two errors, and soon."""
    chance, count, good = random.Random(2), MUTANTS[long], samples()
    foreign = changed = taken = 0
    slowest = 0.0
    for _ in range(count):
        datagram = mutated(chance, chance.choice(good))
        began = time.thread_time()
        try:
            address, atoms = decode(datagram)
            unpack(address, atoms)
        except (BadDatagram, Malformed):
            pass
        except Exception:  # noqa: BLE001 - what must not happen is counted
            foreign += 1
        else:
            taken += 1
            changed += encode(address, atoms) != datagram and not any(atom != atom for atom in atoms)
        slowest = max(slowest, time.thread_time() - began)
    yield Figure("R2 mutated datagrams", count, "")
    yield Figure("R2 taken as a message", taken, "")
    yield Figure("R2 other errors than the two", foreign, "", (0, 0))
    yield Figure("R2 read as other than their bytes say", changed, "", (0, 0))
    yield Figure("R2 slowest", slowest * 1000, "ms", (0, 5))
