"""R3: a flood on the live socket leaves the server as it was.

Offers: ``HANGING``, ``flood``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from models.benchmarks.figure import Figure
from tests.bridge.trial.reliability.codec import mutated, samples
from tests.bridge.trial.reliability.processes import ServerProcess
from tests.bridge.trial.reliability.stranger import Stranger

_BUNDLE = b"#bundle\0" + (1).to_bytes(8, "big")
DATAGRAMS, FIRST = (60_000, 1_000_000), 20_000
HANGING = {
    "bundle with a negative size": _BUNDLE + (-4 & 0xFFFFFFFF).to_bytes(4, "big"),
    "pattern that backtracks": b"/" + b"*a" * 24 + b"!" + b"\0" * 2 + b",\0\0\0",
    "bundle from the future": b"#bundle\0" + b"\xff" * 8 + (12).to_bytes(4, "big") + b"/a\0\0,\0\0\0",
    "pattern for all": b"/*\0\0,\0\0\0",
}
"""One datagram each, with which python-osc alone is hung up for good."""


def flood(long: bool) -> Iterator[Figure]:
    """R3: good, mutated and hanging datagrams as fast as they go; then a ping, and what has grown."""
    chance, count = random.Random(3), DATAGRAMS[long]
    with ServerProcess() as server, Stranger(server.port) as one:
        pool = [mutated(chance, datagram) for datagram in samples() for _ in range(200)]
        pool += [*(samples() * 20), *HANGING.values()]
        _throw(one, pool, FIRST, chance)  # what the first ones need is needed once
        one.answers_within(5)
        memory, threads, handles = server.stands()
        _throw(one, pool, count, chance)
        answered = one.answers_within(5)
        after = server.stands()
    yield Figure("R3 datagrams of a flood", count, "")
    yield Figure("R3 ping answered after it", answered * 1000, "ms", (0, 100))
    yield Figure("R3 memory grown", max(0.0, after[0] - memory), "MB", (0, 10))
    yield Figure("R3 threads more", max(0, after[1] - threads), "", (0, 0))
    yield Figure("R3 handles more", max(0, after[2] - handles), "", (0, 0))


def _throw(one: Stranger, pool: list[bytes], count: int, chance: random.Random) -> None:
    for _ in range(count):
        one.throw(chance.choice(pool))
    one.socket.setblocking(False)
    try:
        while True:
            one.socket.recv(65_507)
    except BlockingIOError:
        pass
