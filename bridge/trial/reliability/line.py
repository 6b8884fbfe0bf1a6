"""R4, R5 and R18: clips over a line that loses, repeats, reorders and corrupts, and over none at all.

Offers: ``losses``, ``silence``, ``starved``.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bridge.client.client import Client
from bridge.server.serve import Server
from bridge.trial.loss_relay import LossRelay, Trouble
from bridge.trial.wire_benchmark import Echo, a_long_clip, sounded
from models.benchmarks.figure import Figure
from models.generator import Request
from models.music.errors import ClipkinError

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
    with tempfile.TemporaryDirectory() as folder, Server(0, Echo(), folder=Path(folder)) as server:
        for name, (trouble, limit) in LINES.items():
            exact = sum(round_trip(server.port, size, trouble, seed)[0] for size in SIZES for seed in range(rounds))
            trips = [round_trip(server.port, MANY, trouble, seed) for seed in range(rounds)]
            exact += sum(right for right, _ in trips)
            tries = rounds * (len(SIZES) + 1)
            yield Figure(
                f"R4 {name}: clips out and back, exactly once and equal, of {tries}", exact, "", (tries, tries)
            )
            slowest = max(seconds for _, seconds in trips)
            # One way is half of both: as many parts go out as come back.
            yield Figure(f"R4 {name}: 10 000 notes one way", slowest / 2, "s", (0, limit))
        yield _sessions(server.port, SESSIONS, Trouble(0.30))


def round_trip(port: int, notes: int, trouble: Trouble, seed: int = 0) -> tuple[bool, float]:
    """One clip to the server and one variation back: was it right, once, and how many seconds did both take?"""
    clip = a_long_clip(notes)
    with (
        LossRelay(port, trouble, seed=seed) as relay,
        Client.connect(relay.port, name="reliability", timeout_s=20) as client,
    ):
        began = time.monotonic()
        found = list(client.vary(Request(prompts=(clip,), count=1, seed=3)))
        seconds = time.monotonic() - began
    right = [(variation.seed, variation.clip.notes) for variation in found] == [(3, sounded(clip.notes, 0))]
    return right, seconds


def _sessions(port: int, count: int, trouble: Trouble) -> Figure:
    """So many sessions, as many at a time as the server takes."""
    right: list[bool] = []

    def some(first: int) -> None:
        for seed in range(first, count, AT_ONCE):
            with suppress(ClipkinError):  # which is one that isn't right
                right.append(round_trip(port, 24, trouble, seed)[0])

    threads = [threading.Thread(target=some, args=(first,)) for first in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Figure(f"R4 30 % lost: sessions right, of {count}", sum(right), "", (count, count))


def silence(long: bool) -> Iterator[Figure]:
    """R5: a line that goes dead while a clip is on it, in one way or both, ends in an error and commits nothing."""
    del long
    cases = {"nothing passes": ("forth", "back"), "answers lost": ("back",), "clips lost": ("forth",)}
    found: dict[str, tuple[float, int]] = {}

    def go_dead(name: str, deaf: tuple[str, ...]) -> None:
        began, came, failed = time.monotonic(), 0, False
        with LossRelay(server.port, Trouble()) as relay, Client.connect(relay.port, name="reliability") as client:
            relay.trouble = Trouble(deaf=deaf)
            began = time.monotonic()
            try:
                came = len(list(client.vary(Request(prompts=(a_long_clip(500),), count=1))))
            except ClipkinError:
                failed = True
            found[name] = (time.monotonic() - began if failed else float("inf"), came)

    with tempfile.TemporaryDirectory() as folder, Server(0, Echo(), folder=Path(folder)) as server:
        threads = [threading.Thread(target=go_dead, args=case) for case in cases.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for name, (seconds, came) in found.items():
        yield Figure(f"R5 {name}: error after", seconds, "s", (0, 11))
        yield Figure(f"R5 {name}: variations committed", came, "", (0, 0))


def starved(long: bool) -> Iterator[Figure]:
    """R18: the line that loses 20 %, while something else has every core of the computer."""
    trouble, _ = LINES["20/10/25/1 %"]
    rounds = 9 if long else 3
    with tempfile.TemporaryDirectory() as folder, Server(0, Echo(), folder=Path(folder)) as server:
        alone = [round_trip(server.port, 1_000, trouble, seed) for seed in range(rounds)]
        hogs = [
            multiprocessing.get_context("spawn").Process(target=_hog, daemon=True) for _ in range(os.cpu_count() or 2)
        ]
        for hog in hogs:
            hog.start()
        time.sleep(1)
        beside = [round_trip(server.port, 1_000, trouble, seed) for seed in range(rounds)]
        for hog in hogs:
            hog.kill()
    exact = sum(right for right, _ in beside)
    yield Figure(f"R18 every core busy: right, of {rounds}", exact, "", (rounds, rounds))
    ratio = sum(seconds for _, seconds in beside) / sum(seconds for _, seconds in alone)
    yield Figure("R18 time beside the same alone", ratio, "×", (0, 3))


def _hog() -> None:
    while True:
        sum(range(10_000))
