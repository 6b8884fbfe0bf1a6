"""R4, R5 and R18: clips over a line that loses, repeats, reorders and corrupts, and over none at all.

Offers: ``losses``, ``silence``, ``starved``; ``LINES``, ``round_trip``, ``busy``.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bridge.client.client import Client
from bridge.server.serve import Server
from models.benchmarks.figure import Figure
from models.generator import Request
from models.music.errors import ClipkinError
from tests.bridge.trial.echo import Echo, a_long_clip, sounded
from tests.bridge.trial.loss_relay import LossRelay, Trouble

SIZES = (0, 1, 23, 24, 25, 1_000)
MANY = 10_000
LINES = {
    "clean": (Trouble(), 0.5),
    "5/5/10/1 %": (Trouble(0.05, 0.05, 0.10, corrupted=0.01), 2.0),
    "20/10/25/1 %": (Trouble(0.20, 0.10, 0.25, corrupted=0.01), 2.0),
    "40/20/50/5 %": (Trouble(0.40, 0.20, 0.50, corrupted=0.05), 5.0),
}
"""Lost, repeated, reordered and corrupted each way, and the seconds in which 10 000 notes have to cross."""
SESSIONS, AT_ONCE = 50, 7


def losses(long: bool) -> Iterator[Figure]:
    """R4: clips of many sizes out and back, on four lines; then 50 sessions on one that loses 30 %."""
    rounds = 5 if long else 1
    with an_echo() as port:
        for name, (trouble, limit) in LINES.items():
            exact = sum(round_trip(port, size, trouble, seed)[0] for size in SIZES for seed in range(rounds))
            trips = [round_trip(port, MANY, trouble, seed) for seed in range(rounds)]
            exact += sum(right for right, _ in trips)
            tries = rounds * (len(SIZES) + 1)
            yield Figure(
                f"R4 {name}: clips out and back, exactly once and equal, of {tries}", exact, "", (tries, tries)
            )
            slowest = max(seconds for _, (seconds,) in trips)
            # One way is half of both: as many parts go out as come back.
            yield Figure(f"R4 {name}: 10 000 notes one way", slowest / 2, "s", (0, limit))
        yield _sessions(port, SESSIONS, Trouble(0.30))


def round_trip(port: int, notes: int, trouble: Trouble, seed: int = 0, back: int = 1) -> tuple[bool, list[float]]:
    """One clip to the server and some variations back: was each right, once, and when did each come, in seconds?"""
    clip, found, times = a_long_clip(notes), [], []
    with (
        LossRelay(port, trouble, seed=seed) as relay,
        Client.connect(relay.port, name="reliability", timeout_s=20) as client,
    ):
        began = time.monotonic()
        for variation in client.vary(Request(prompts=(clip,), count=back, seed=3)):
            times.append(time.monotonic() - began)
            found.append((variation.seed, variation.clip.notes))
    right = sorted(found, key=lambda each: each[0]) == [
        (3 + number, sounded(clip.notes, number)) for number in range(back)
    ]
    return right, times


def _sessions(port: int, count: int, trouble: Trouble) -> Figure:
    """So many sessions, as many at a time as the server takes."""

    def right(seed: int) -> bool:
        try:
            return round_trip(port, 24, trouble, seed)[0]
        except ClipkinError:
            return False

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Figure(
            f"R4 30 % lost: sessions right, of {count}", sum(pool.map(right, range(count))), "", (count, count)
        )


def silence(long: bool) -> Iterator[Figure]:
    """R5: a line that goes dead while a clip is on it, in one way or both, ends in an error and commits nothing."""
    del long
    cases = {"nothing passes": ("forth", "back"), "answers lost": ("back",), "clips lost": ("forth",)}

    def go_dead(deaf: tuple[str, ...]) -> tuple[float, int]:
        came = 0
        with LossRelay(port, Trouble()) as relay, Client.connect(relay.port, name="reliability") as client:
            relay.trouble = Trouble(deaf=deaf)
            began = time.monotonic()
            try:
                came = len(list(client.vary(Request(prompts=(a_long_clip(500),), count=1))))
            except ClipkinError:
                return time.monotonic() - began, came
        return float("inf"), came

    with an_echo() as port, ThreadPoolExecutor(len(cases)) as pool:
        found = list(pool.map(go_dead, cases.values()))
    for name, (seconds, came) in zip(cases, found, strict=True):
        yield Figure(f"R5 {name}: error after", seconds, "s", (0, 11))
        yield Figure(f"R5 {name}: variations committed", came, "", (0, 0))


def starved(long: bool) -> Iterator[Figure]:
    """R18: the line that loses 20 %, while something else has every core of the computer."""
    trouble, _ = LINES["20/10/25/1 %"]
    rounds = 9 if long else 3
    with an_echo() as port:
        alone = [round_trip(port, 1_000, trouble, seed) for seed in range(rounds)]
        with busy(os.cpu_count() or 2):
            time.sleep(1)
            beside = [round_trip(port, 1_000, trouble, seed) for seed in range(rounds)]
    exact = sum(right for right, _ in beside)
    yield Figure(f"R18 every core busy: right, of {rounds}", exact, "", (rounds, rounds))
    ratio = sum(seconds for _, (seconds,) in beside) / sum(seconds for _, (seconds,) in alone)
    yield Figure("R18 time beside the same alone", ratio, "×", (0, 3))


@contextmanager
def an_echo() -> Iterator[int]:
    """A server in this process that echoes; its port."""
    with tempfile.TemporaryDirectory() as folder, Server(0, Echo(), folder=Path(folder)) as server:
        yield server.port


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that compute, as long as it lasts."""
    hogs = [multiprocessing.get_context("spawn").Process(target=_hog, daemon=True) for _ in range(processes)]
    for hog in hogs:
        hog.start()
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()


def _hog() -> None:
    while True:
        sum(range(10_000))
