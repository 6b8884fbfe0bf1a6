"""R7, R8, R10 and R11: servers and clients that are killed, stopped, doubled, and clocks that jump.

Offers: ``kills``, ``pauses``, ``taken_ports``, ``dead_clients``.
"""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.client.client import Client
from bridge.client.job import Job
from bridge.messages.greeting import Ping, Pong
from bridge.port_file import HOST
from models.benchmarks.figure import Figure
from models.generator import Request
from models.music.note import Note
from tests.bridge.trial.echo import a_long_clip, sounded
from tests.bridge.trial.reliability.line import an_echo
from tests.bridge.trial.reliability.processes import ServerProcess, begun, ended, first_line
from tests.bridge.trial.reliability.stranger import Stranger

NOTES, KILLS = 2_000, (6, 60)
DAY_S = 86_400


def kills(long: bool) -> Iterator[Figure]:
    """R7: the server killed at random moments of a request and started again, every second time twice: the second time
    while the request is taken up again. The client gets all of it, once."""
    tries, chance = KILLS[long], random.Random(7)
    clip, wrong, same, times = a_long_clip(NOTES), 0, 0, []
    with ServerProcess() as server:
        for number in range(tries):
            epochs = [server.epoch]
            with Client.connect(server.port, name="reliability") as client:
                job = client.start(Request(prompts=(clip,), count=8, seed=1))
                for pause in (0.5, 0.2)[: 1 + number % 2]:
                    time.sleep(chance.random() * pause)
                    server.kill()
                    began = time.monotonic()
                    server.start()
                    epochs.append(server.epoch)
                found = sorted(job.variations(), key=lambda variation: variation.seed)
                times.append(time.monotonic() - began)
            same += len(epochs) - len(set(epochs))
            wrong += [(one.seed, one.clip.notes) for one in found] != [
                (1 + place, sounded(clip.notes, place)) for place in range(8)
            ]
    yield Figure(f"R7 requests not whole or doubled, of {tries} kills", wrong, "", (0, 0))
    yield Figure("R7 slowest to go on and end, with the server's start", max(times), "s", (0, 7))
    yield Figure("R7 restarts with the same epoch", same, "", (0, 0))


def pauses(long: bool) -> Iterator[Figure]:
    """R8: the server stopped for 5 s, and the clock a day on or back, in the midst of a request."""
    clip = a_long_clip(50)  # so short that recovering is all that takes time
    if hasattr(signal, "SIGSTOP"):
        with ServerProcess() as server, Client.connect(server.port, name="reliability") as client:
            job = client.start(Request(prompts=(clip,), count=8, seed=1))
            server.freeze(5.0)
            began = time.monotonic()
            whole = _is_whole(job, clip.notes)
            recovered = time.monotonic() - began
        yield Figure("R8 stopped 5 s: whole and once", whole, "", (1, 1))
        yield Figure("R8 whole again after it went on", recovered, "s", (0, 1))
    rounds, right = 10 if long else 2, 0
    with an_echo() as port, Client.connect(port, name="reliability") as client:
        began = time.monotonic()
        for number in range(rounds):
            with _another_day(DAY_S if number % 2 else -DAY_S):
                right += _is_whole(client.start(Request(prompts=(clip,), count=8, seed=1)), clip.notes)
        slowest = (time.monotonic() - began) / rounds
    yield Figure(f"R8 clock a day off: whole and once, of {rounds}", right, "", (rounds, rounds))
    yield Figure("R8 time of each", slowest, "s", (0, 5))


def _is_whole(job: Job, notes: tuple[Note, ...]) -> bool:
    found = sorted(job.variations(), key=lambda variation: variation.seed)
    return [(one.seed, one.clip.notes) for one in found] == [(1 + n, sounded(notes, n)) for n in range(8)]


@contextmanager
def _another_day(seconds: float) -> Iterator[None]:
    """The clock of this process, in which the server is a thread, jumps after a moment."""
    right, jump = time.time, threading.Timer(0.05, lambda: setattr(time, "time", lambda: right() + seconds))
    jump.start()
    try:
        yield
    finally:
        jump.cancel()
        jump.join()
        time.time = right


def taken_ports(long: bool) -> Iterator[Figure]:
    """R10: a port that another program has, and one that a server of our own has, by the command line."""
    del long
    with tempfile.TemporaryDirectory() as folder:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((HOST, 0))
            named = _serve(other.getsockname()[1], Path(folder))
        data = Path(folder) / "clipkin"
        if sys.platform == "darwin":
            data = Path(folder) / "Library/Application Support/clipkin"
        with ServerProcess(folder=data) as server:
            doubled = _serve(server.port, Path(folder))
            with Client.connect(folder=data) as client:
                joined = client.port == server.port
    yield Figure("R10 port of another program: exit code 3, one sentence with the port", named, "", (1, 1))
    yield Figure("R10 port of a server of our own: the same", doubled, "", (1, 1))
    yield Figure("R10 a client joins the server that runs", joined, "", (1, 1))


def _serve(port: int, home: Path) -> bool:
    code, said = ended(("-m", "bridge.command_line", "serve", "--port", str(port)), home)
    return (code, len(said.splitlines()), str(port) in said) == (3, 1, True)


_CLIENT = """
import sys
from bridge.client.client import Client
from bridge.client.job import Failed
from tests.bridge.trial.echo import a_long_clip
from models.generator import Request
from models.music.note import Note
with Client.connect({port}, name="panel") as client:
    job = client.start(Request(prompts=(a_long_clip(100),), count=1))
    job.events.get()
    print("begun", flush=True)
    try:
        list(job.variations())
        print("ended", flush=True)
    except Failed as problem:  # silent for longer than three heartbeats: the server says so
        print("ended:", problem, flush=True)
"""


def dead_clients(long: bool) -> Iterator[Figure]:
    """R11: a client killed while its request is at work, one frozen, and one that comes after it."""
    frozen_s = 10.0 if long else 3.0
    with ServerProcess(studio="slow") as server:
        process = _a_client(server)
        process.kill()
        process.communicate()
        began = time.monotonic()
        with Client.connect(server.port, name="reliability", timeout_s=2) as client:
            joined = time.monotonic() - began
            shown = client.status.online
        with Stranger(server.port) as one:
            while _is_working(one) and time.monotonic() - began < 30:
                time.sleep(0.05)
        freed = time.monotonic() - began
        yield Figure("R11 client killed: worker free after", freed, "s", (0, 7))
        yield Figure("R11 the next client sees the server after", joined if shown else float("inf"), "s", (0, 2))
        if hasattr(signal, "SIGSTOP"):
            process = _a_client(server)
            process.send_signal(signal.SIGSTOP)
            time.sleep(frozen_s)
            process.send_signal(signal.SIGCONT)
            said = process.communicate(timeout=60)[0]
            yield Figure(f"R11 client frozen {frozen_s:g} s: its request ends", "ended" in said, "", (1, 1))


def _a_client(server: ServerProcess) -> subprocess.Popen[str]:
    process = begun(("-c", _CLIENT.format(port=server.port)), server.folder)
    first_line(process)
    return process


def _is_working(one: Stranger) -> bool:
    one.say(Ping(one.session, 1))
    return bool(one.hear(Pong).state)
