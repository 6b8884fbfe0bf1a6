"""The server as a process of its own, asked over UDP: start, memory, idle, and how soon variations come.

Offers: ``a_server``, ``server_figures``, ``variation_figures``, ``processor_s``.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.client.client import Client
from bridge.port_file import HOST
from models.benchmarks.figure import NO_GOAL, Figure
from models.generator import Request
from models.music.clip import Clip
from models.music.errors import ClipkinError

IDLE_S = 5.0


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


def server_figures(clip: Clip, beat: Clip, rounds: int) -> Iterator[Figure]:
    """Start, idle, every engine that varies, memory."""
    started = time.perf_counter()
    with a_server() as (process, port), Client(port, name="benchmark") as client:
        if not client.wait_online(15):
            raise ClipkinError("The server that the benchmark started doesn't answer; see `clipkin doctor`.")
        yield Figure("server: hello after", time.perf_counter() - started, "s", (0, 0.4))
        list(client.vary(Request(prompts=(clip,), count=1), "kin"))
        yield Figure("server: first result of kin after", time.perf_counter() - started, "s", (0, 2.5))
        if spent := processor_s(process.pid):
            yield Figure("server: processor time until then", spent, "s")
        yield from _memory(process.pid, "server with kin: memory", 450)
        yield from _idle(process.pid)
        for card in client.engines():
            if card.available and "vary" in card.tasks:
                prompt = clip if "melody" in card.roles else beat
                yield from variation_figures(client, prompt, card.name, rounds)
        yield from _memory(process.pid, "server with every engine: memory", 600)


def variation_figures(client: Client, clip: Clip, engine: str, rounds: int) -> list[Figure]:
    """Wall time over UDP until the first of four variations, and all of them: medians, and the slowest of all."""
    firsts, alls = [], []
    for number in range(rounds + 1):
        started, first = time.perf_counter(), 0.0
        for _ in client.vary(Request(prompts=(clip,), similarity=0.7, count=4, seed=number), engine):
            first = first or (time.perf_counter() - started) * 1000
        if number:  # the first round loads the engine
            firsts.append(first)
            alls.append((time.perf_counter() - started) * 1000)
    return [
        Figure(f"over UDP, {engine}: first of 4 variations", statistics.median(firsts), "ms"),
        Figure(f"over UDP, {engine}: all 4 variations", statistics.median(alls), "ms"),
        Figure(f"over UDP, {engine}: all 4 variations, slowest", max(alls), "ms"),
    ]


def _idle(pid: int) -> Iterator[Figure]:
    """Processor time of the server while only its heartbeat goes; Linux only, elsewhere nothing."""
    before, started = processor_s(pid), time.perf_counter()
    if before:
        time.sleep(IDLE_S)
        share = (processor_s(pid) - before) / (time.perf_counter() - started)
        yield Figure("server idle: processor", 100 * share, "%", (0, 0.3))


def _memory(pid: int, name: str, limit: float = NO_GOAL[1]) -> Iterator[Figure]:
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        resident = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        yield Figure(name, int(resident.split()[1]) / 1000, "MB", (0, limit))


def processor_s(pid: int) -> float:
    """Processor time of a process so far; 0 where the system doesn't say."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
