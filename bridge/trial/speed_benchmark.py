"""The speed benchmark: how soon the server is there, what it costs idle, how soon variations come.

The server is the real one, a process of its own, asked over UDP. Medians of several runs.

Offers: ``main``, ``run_speed_benchmark``.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bridge.client.client import Client
from bridge.port_file import HOST
from models import midi_file
from models.benchmarks.figure import Figure, show
from models.generator import Request
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.training.options import Options

EXAMPLES = Path(__file__).parents[1] / "examples"
ROUNDS = 15
IDLE_S = 5.0
LIMITS_MS = {"rules": (50.0, 150.0), "kin": (250.0, 500.0)}
SMALL_LIMITS_MS = (150.0, 300.0)
"""Of the small learned engines: for the first variation and for all four."""


def main(arguments: Sequence[str]) -> None:
    """The command ``benchmark speed``."""
    as_json = Options("benchmark speed", __doc__, data="", json=True).parse_args(arguments).json
    show(run_speed_benchmark(), as_json=as_json)


@contextmanager
def a_server() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server in a process and a data folder of its own, on a free port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = {**os.environ, "HOME": folder, "XDG_DATA_HOME": folder, "LOCALAPPDATA": folder}
        process = subprocess.Popen(
            [sys.executable, "-m", "bridge.command_line", "serve", "--port", str(port)],
            stdout=subprocess.DEVNULL,
            env=elsewhere,
        )
        try:
            yield process, port
        finally:
            process.terminate()
            process.wait(10)


def run_speed_benchmark() -> list[Figure]:
    """Measure; a few tens of seconds."""
    started = time.perf_counter()
    with a_server() as (process, port), Client(port, name="benchmark") as client:
        if not client.wait_online(15):
            raise ClipkinError("The server that the benchmark started doesn't answer; see `clipkin doctor`.")
        figures = [Figure("server ready", time.perf_counter() - started, "s", (0, 1.0))]
        lead = midi_file.read(EXAMPLES / "lead.mid")
        figures += _variations(client, lead, "rules", LIMITS_MS["rules"])
        figures += _idle(process.pid)
        beat = midi_file.read(EXAMPLES / "beat.mid")
        for card in client.engines():
            if card.name != "rules" and card.available and "vary" in card.tasks:
                clip = lead if "melody" in card.roles else beat
                figures += _variations(client, clip, card.name, LIMITS_MS.get(card.name, SMALL_LIMITS_MS))
        figures += _memory(process.pid, "server with every engine: memory", 600)
    return figures


def _variations(client: Client, clip: Clip, engine: str, limits: tuple[float, float]) -> list[Figure]:
    firsts, alls = [], []
    for number in range(ROUNDS + 1):
        started, first = time.perf_counter(), 0.0
        for _ in client.vary(Request(prompts=(clip,), similarity=0.7, count=4, seed=number), engine):
            first = first or (time.perf_counter() - started) * 1000
        if number:  # the first round loads the engine
            firsts.append(first)
            alls.append((time.perf_counter() - started) * 1000)
    return [
        Figure(f"{engine}: first of 4 variations", statistics.median(firsts), "ms", (0, limits[0])),
        Figure(f"{engine}: all 4 variations", statistics.median(alls), "ms", (0, limits[1])),
    ]


def _idle(pid: int) -> list[Figure]:
    """Memory and processor time of the server while only its heartbeat goes; Linux only, elsewhere nothing."""
    memory = _memory(pid, "server idle: memory", 200)
    if not memory:
        return []
    before, started = _processor_s(pid), time.perf_counter()
    time.sleep(IDLE_S)
    share = (_processor_s(pid) - before) / (time.perf_counter() - started)
    return [*memory, Figure("server idle: processor", 100 * share, "%", (0, 0.5))]


def _memory(pid: int, name: str, limit: float) -> list[Figure]:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return []
    resident = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return [Figure(name, int(resident.split()[1]) / 1000, "MB", (0, limit))]


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
