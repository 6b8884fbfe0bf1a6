"""The wire benchmark: clips out and variations back through a relay that loses, repeats and reorders.

The variations are made by an echo, so that the figures are the wire's alone. Every note must come exactly once.

Offers: ``main``, ``run_wire_benchmark``, ``print_wire_benchmark``.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bridge.client.client import Client
from bridge.server.serve import Server
from bridge.trial.loss_relay import LossRelay, Trouble
from models.generator import Cancelled, OnProgress, Report, Request, Variation, ignore_progress, never_cancelled
from models.music.clip import Clip
from models.music.note import Note
from models.training.options import Options

BACK = 4
SIZES = (16, 200, 2_000, 10_000)
TROUBLES = (Trouble(), Trouble(0.05, 0.05, 0.10), Trouble(0.20, 0.10, 0.25), Trouble(0.40, 0.20, 0.50))


def main(arguments: Sequence[str]) -> None:
    """The command ``benchmark wire``."""
    as_json = Options("benchmark wire", __doc__, data="", json=True).parse_args(arguments).json
    rows = run_wire_benchmark()
    if as_json:
        sys.stdout.write(json.dumps([asdict(row) for row in rows]) + "\n")
    else:
        print_wire_benchmark(rows)


class Echo:
    """A studio whose variations are the prompt, every second note one semitone higher than in the one before."""

    def engines(self) -> tuple[Any, ...]:
        """None: the benchmark asks for no menu."""
        return ()

    def generate(
        self,
        request: Request,
        engine: str = "auto",
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> Iterator[Variation]:
        """Yield ``request.count`` clips at once."""
        notes = request.prompt.notes
        kept = tuple(index if index % 2 else None for index in range(len(notes)))
        for number in range(request.count):
            yield Variation(request.prompt.with_notes(sounded(notes, number)), request.seed + number, kept, Report(0.5))


class SlowEcho(Echo):
    """One that takes its time: ``seconds`` before the first variation, in which it asks whether it is still wanted."""

    def __init__(self, seconds: float = 20.0) -> None:
        self._seconds = seconds

    def generate(
        self,
        request: Request,
        engine: str = "auto",
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> Iterator[Variation]:
        """See ``Echo``."""
        until = time.monotonic() + self._seconds
        while time.monotonic() < until:
            if cancelled():
                return
            on_progress(0.0, "waiting")
            time.sleep(0.02)
        yield from super().generate(request, engine, on_progress, cancelled)


def sounded(notes: Sequence[Note], number: int) -> tuple[Note, ...]:
    """The notes of the echo's ``number``th variation."""
    return tuple(
        note if index % 2 else note.moved(pitch=(note.pitch + number) % 128) for index, note in enumerate(notes)
    )


def a_long_clip(notes: int) -> Clip:
    """A clip of so many notes, a sixteenth apart, no two alike."""
    return Clip(
        tuple(
            Note(index % 128, index / 16, 1 / 16, 1 + index % 127, index % 5 == 0, 0.5, -(index % 64))
            for index in range(notes)
        ),
        max(1.0, notes / 16),
    )


@dataclass(frozen=True)
class Row:
    """One line of the table: ``notes`` out and ``back`` times as many back, ``exact`` of ``rounds`` times right.

    Times in milliseconds; ``first_ms`` until the first variation was whole, ``all_ms`` until the last one was.
    """

    notes: int
    back: int
    trouble: Trouble
    rounds: int
    exact: int
    first_ms: float
    all_ms: float
    worst_ms: float


def run_wire_benchmark(
    sizes: Sequence[int] = SIZES, troubles: Sequence[Trouble] = TROUBLES, rounds: int = 5
) -> list[Row]:
    """Measure every size under every trouble, ``rounds`` times, each with a relay and a client of its own."""
    with tempfile.TemporaryDirectory() as folder, Server(0, Echo(), folder=Path(folder)) as server:
        return [_measure(server.port, size, trouble, rounds) for trouble in troubles for size in sizes]


def _measure(port: int, size: int, trouble: Trouble, rounds: int) -> Row:
    firsts, alls, exact = [], [], 0
    clip = a_long_clip(size)
    for number in range(rounds):
        with (
            LossRelay(port, trouble, seed=number) as relay,
            Client.connect(relay.port, name="benchmark", timeout_s=10) as client,
        ):
            first_ms, all_ms, right = _one_round(client, clip)
        firsts.append(first_ms)
        alls.append(all_ms)
        exact += right
    return Row(size, BACK, trouble, rounds, exact, statistics.median(firsts), statistics.median(alls), max(alls))


def _one_round(client: Client, clip: Clip) -> tuple[float, float, bool]:
    began = time.perf_counter()
    times, found = [], []
    for variation in client.vary(Request(prompts=(clip,), count=BACK, seed=1)):
        times.append((time.perf_counter() - began) * 1000)
        found.append(variation)
    expected = [clip.with_notes(sounded(clip.notes, number)) for number in range(BACK)]
    right = sorted(variation.seed for variation in found) == [1 + number for number in range(BACK)] and all(
        variation.clip.notes == expected[variation.seed - 1].notes for variation in found
    )
    return times[0] if times else float("nan"), times[-1] if times else float("nan"), right


def print_wire_benchmark(rows: Sequence[Row], console: Console | None = None) -> None:
    """Show the rows as a table."""
    table = Table(title="The wire, through a relay that loses, repeats and reorders both ways (times in ms)")
    for heading in ("lost", "rep.", "reord.", "out", "back", "exact", "first", "all", "worst"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        trouble = row.trouble
        table.add_row(
            f"{trouble.lost:.0%}",
            f"{trouble.repeated:.0%}",
            f"{trouble.reordered:.0%}",
            str(row.notes),
            f"{row.back} × {row.notes}",
            f"{row.exact}/{row.rounds}",
            f"{row.first_ms:.1f}",
            f"{row.all_ms:.1f}",
            f"{row.worst_ms:.1f}",
        )
    (console or Console()).print(table)
