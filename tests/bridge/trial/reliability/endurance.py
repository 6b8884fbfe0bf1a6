"""R6, R9 and R15: many requests, two clients with the same numbers, and a request cancelled at any moment.

Offers: ``leaks``, ``twins``, ``cancels``.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

from bridge.client.client import Client
from bridge.messages.greeting import PROTOCOL, Hello, Ping, Pong
from bridge.messages.request import Accepted, Cancel, Done, Fail, Progress, Seen, Start
from models.benchmarks.figure import Figure
from models.generator import Request
from models.music.clip import Clip
from models.music.note import Note
from tests.bridge.trial.echo import a_long_clip, sounded
from tests.bridge.trial.reliability.processes import ServerProcess
from tests.bridge.trial.reliability.stranger import Stranger

WARM_UP, REQUESTS, TWINS = 100, (1_000, 14_400), (100, 1_000)


def leaks(long: bool) -> Iterator[Figure]:
    """R6: many requests on one server; it is as large, and as fast, at the end as at the beginning."""
    requests, most = REQUESTS[long], (10, 50)[long]
    request = Request(prompts=(a_long_clip(16),), count=1)
    with ServerProcess() as server, Client.connect(server.port, name="reliability") as client:
        times = []
        for number in range(WARM_UP + requests):
            if number == WARM_UP:
                memory, threads, handles = server.stands()
            began = time.monotonic()
            list(client.vary(request.but(seed=number)))
            times.append(time.monotonic() - began)
        after = server.stands()
    first, last = (sorted(some)[-2] for some in (times[WARM_UP : WARM_UP + 100], times[-100:]))
    yield Figure(f"R6 memory grown over {requests} requests", max(0.0, after[0] - memory), "MB", (0, most))
    yield Figure("R6 threads more", max(0, after[1] - threads), "", (0, 0))
    yield Figure("R6 handles more", max(0, after[2] - handles), "", (0, 0))
    yield Figure("R6 99th of the last hundred beside the first", last / first, "×", (0, 1.2))


def twins(long: bool) -> Iterator[Figure]:
    """R9: two clients with the same numbers on purpose, while a third pretends to be the first one."""
    requests = TWINS[long]
    with ServerProcess() as server:
        alone = max(_many(server.port, requests, (20,))[1])
        wrong, times = _many(server.port, requests, (20, 30))
        stolen = _theft(server.port)
    yield Figure(f"R9 variations that went to the other client, of {2 * requests}", wrong, "", (0, 0))
    yield Figure("R9 time of each beside a client alone", max(times) / alone, "×", (0, 2.2))
    yield Figure("R9 answers that a thief of the session got or kept from its owner", stolen, "", (0, 0))


def _many(port: int, requests: int, sizes: tuple[int, ...]) -> tuple[int, list[float]]:
    """A client for each size of clip, at once: variations that are not theirs, and the seconds that each took."""

    def ask(size: int) -> tuple[int, float]:
        clip, wrong = a_long_clip(size), 0
        with Client.connect(port, name="twin") as client:
            began = time.monotonic()
            for seed in range(requests):
                for variation in client.vary(Request(prompts=(clip,), count=1, seed=seed)):
                    wrong += variation.clip.notes != sounded(clip.notes, 0) or variation.seed != seed
            return wrong, time.monotonic() - began

    with ThreadPoolExecutor(len(sizes)) as pool:
        told = list(pool.map(ask, sizes))
    return sum(wrong for wrong, _ in told), [seconds for _, seconds in told]


def _theft(port: int) -> int:
    """What a thief got who says hello with a stolen session: answers of it, or its owner's silence."""
    with Stranger(port) as owner, Stranger(port, session=owner.session, hello=False) as thief:
        owner.send_clip(a_long_clip(16))
        for request in range(1, 6):
            thief.say(Hello(owner.session, PROTOCOL, thief.port, "thief", "1", ""))
            owner.say(_start(owner, request))
        time.sleep(0.3)
        begun, got = set(), 0
        while (message := owner.listen(0.1)) is not None:
            begun |= {message.request} if isinstance(message, Accepted) else set()
        while (message := thief.listen(0.1)) is not None:
            got += not (isinstance(message, Fail) and message.code == 409)
    return got + 5 - len(begun)


def _start(one: Stranger, request: int, engine: str = "auto", task: str = "vary", similarity: int = 600) -> Start:
    return Start(one.session, request, 1, task, engine, "", "", 4, 1000, similarity, 42, ())


def long_clips() -> dict[str, Clip]:
    """2 000 notes of a melody, and of chords: what engines take longest over."""
    chance, steps = random.Random(6), (0, 2, 4, 5, 7, 9, 11)
    tune = tuple(
        Note(60 + steps[(place * 3 + chance.randrange(3)) % 7], place / 2, 0.5, 60 + place % 50)
        for place in range(2_000)
    )
    roots = [chance.choice((0, 5, 7, 9)) for _ in range(500)]
    held = tuple(
        Note(48 + root + above, 2.0 * place, 2.0, 80) for place, root in enumerate(roots) for above in (0, 4, 7, 12)
    )
    return {"melody": Clip(tune, 1_000.0, role="melody"), "chords": Clip(held, 1_000.0, role="chords")}


HARD = (
    ("vary", "kin", "melody"),
    ("vary", "rules", "melody"),
    ("vary", "rnn", "chords"),
    ("vary", "lstm", "melody"),
    ("vary", "vae", "melody"),
    ("humanise", "auto", "chords"),
    ("voice", "auto", "chords"),
    ("reharmonise", "auto", "chords"),
    ("harmonise", "auto", "melody"),
    ("accompany", "auto", "chords"),
    ("drums", "auto", "melody"),
    ("arrange", "auto", "chords"),
)
"""Task, engine and clip of the requests that are cancelled."""

CANCELS = (3 * len(HARD), 200)


def cancels(long: bool) -> Iterator[Figure]:
    """R15: requests on 2 000 notes, cancelled at random moments: one end each, and the worker is free."""
    times, ends, quiet = [], [], 0.0
    chance, tries = random.Random(15), CANCELS[long]
    with ServerProcess(studio="real") as server, Stranger(server.port) as one, _standstills() as stood:
        clips = long_clips()
        for number in range(tries):
            task, engine, clip = HARD[number % len(HARD)]
            if number < len(HARD):  # engines are loaded once
                one.send_clip(clips[clip], 2 + number)
            one.say(
                Start(one.session, 1 + number, 2 + number % len(HARD), task, engine, "", "", 4, 1000, -1, number, ())
            )
            silent, freed, ended = _cancelled(one, 1 + number, chance.random() * 3)
            quiet = max(quiet, silent)
            if number >= len(HARD):
                times.append(freed)
            ends.append(ended)
    yield Figure(f"R15 requests with one end, of {tries}", sum(end == 1 for end in ends), "", (tries, tries))
    yield Figure("R15 worker free after a cancel, median", sorted(times)[len(times) // 2] * 1000, "ms", (0, 250))
    yield Figure("R15 worker free after a cancel, slowest", max(times) * 1000, "ms", (0, 250))
    yield Figure("R15 longest without a progress", quiet, "s", (0, 1))
    yield Figure("R15 longest that the machine kept even a sleeper waiting meanwhile", max(stood) * 1000, "ms")


@contextmanager
def _standstills() -> Iterator[list[float]]:
    """Seconds by which sleeps of a hundredth of one were too long, while it lasts: what no server can help."""
    over, late = threading.Event(), [0.0]

    def look() -> None:
        began = time.monotonic()
        while not over.wait(0.01):
            late.append(time.monotonic() - began - 0.01)
            began = time.monotonic()

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    yield late
    over.set()
    watcher.join()


def _cancelled(one: Stranger, request: int, after_s: float) -> tuple[float, float, int]:
    """Listen so long, cancel: the longest silence before, seconds until the worker is free, how many ends came."""
    until, heard, silent = time.monotonic() + after_s, time.monotonic(), 0.0
    ends: list[Done | Fail] = []
    while (left := until - time.monotonic()) > 0 and not ends:
        message = one.listen(left)
        if isinstance(message, Progress) and message.request == request:
            silent, heard = max(silent, time.monotonic() - heard), time.monotonic()
        elif isinstance(message, Done | Fail) and message.request == request:
            ends.append(message)
    began = time.monotonic()
    one.say(Cancel(one.session, request))
    working = True
    for n in count(1):
        one.say(Ping(one.session, n))
        while (message := one.listen(0.02)) is not None:
            if isinstance(message, Done | Fail) and message.request == request:
                ends.append(message)
                one.say(Seen(one.session, request))
            elif isinstance(message, Pong):
                working = bool(message.state)
                break
        if not working or time.monotonic() - began > 30:
            break
    freed = time.monotonic() - began
    while (message := one.listen(0.15)) is not None:
        if isinstance(message, Done | Fail) and message.request == request:
            ends.append(message)
            one.say(Seen(one.session, request))
    return silent, freed, len({(type(end), getattr(end, "code", 0)) for end in ends})
