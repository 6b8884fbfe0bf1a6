"""R12 and R14: a disk without room, and settings while their writer is killed.

Offers: ``full_disk``, ``settings``.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.client.client import Client
from models.benchmarks.figure import Figure
from models.generator import Request
from tests.bridge.trial.echo import a_long_clip
from tests.bridge.trial.reliability.processes import ROOT, ServerProcess, begun, ended, first_line

KILLS = (12, 200)


def no_room() -> None:
    """For the process that is about to begin: no file can take a byte, as on a disk that is full."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def full_disk(long: bool) -> Iterator[Figure]:
    """R12: a server and an export where no file can be written, and, where this user may mount one, on a disk of
    256 kB that is full; not on Windows, which has no such limit."""
    del long
    if os.name == "nt":
        return
    with tempfile.TemporaryDirectory() as folder:
        yield from _without_room(Path(folder), "no byte may be written", no_room)
    with tempfile.TemporaryDirectory() as folder, _small_disk(Path(folder)) as mounted:
        if mounted:
            (Path(folder) / "full").write_bytes(bytes(_room(folder) - 1))
            yield from _without_room(Path(folder), "a full disk", None)
        else:
            yield Figure("R12 a full disk: this user may mount none, so it was not tried", 0, "")


def _without_room(folder: Path, name: str, preexec: Callable[[], None] | None) -> Iterator[Figure]:
    with ServerProcess(folder=folder, preexec=preexec) as server:
        with Client.connect(server.port, name="reliability") as client:
            came = len(list(client.vary(Request(prompts=(a_long_clip(100),), count=4))))
        said = server.end()
    clip, options = ROOT / "bridge" / "examples" / "lead.mid", ("--engine", "rules", "--count", "1", "--out")
    code, told = ended(("-m", "bridge.command_line", "vary", str(clip), *options, str(folder)), folder, preexec)
    left = [file.name for file in folder.iterdir() if file.suffix in (".mid", ".part")]
    yield Figure(f"R12 {name}: variations from a server, of 4", came, "", (4, 4))
    yield Figure(f"R12 {name}: its warnings about the log", said.count("The log "), "", (1, 1))
    one_sentence = len(told.strip().splitlines()) == 1 and "Traceback" not in told
    yield Figure(f"R12 {name}: export, an exit code and one sentence", code != 0 and one_sentence, "", (1, 1))
    yield Figure(f"R12 {name}: half files left by it", len(left), "", (0, 0))


def _room(folder: str) -> int:
    told = os.statvfs(folder)
    return told.f_bavail * told.f_frsize


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    """A disk of 256 kB at a folder; False where it can't be had."""
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    root = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None
    mounted = root and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


_WRITER = """
import itertools
from pathlib import Path
from gui.link.settings import PanelSettings, write
for number in itertools.count():
    write(Path({folder!r}), PanelSettings(window=bytes([number % 256]) * 2000, folder="f" * (number % 500)))
    if not number:
        print("begun", flush=True)  # there is something to lose
"""
_READER = """
from pathlib import Path
from gui.link.settings import read
print(read(Path({folder!r}))[1])
"""
_GARBAGE = (b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b'{"version": 99, "wish": 7, "window": "?"}', b"null")


def settings(long: bool) -> Iterator[Figure]:
    """R14: the panel's settings, whose writer is killed at random moments; then garbage in their place."""
    tries, chance, unreadable = KILLS[long], random.Random(14), 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "panel.json"
        for _ in range(tries):
            writer = begun(("-c", _WRITER.format(folder=folder)), Path(folder))
            first_line(writer)
            time.sleep(0.02 + chance.random() * 0.1)
            writer.kill()
            writer.communicate()
            try:
                json.loads(file.read_bytes())
            except (OSError, ValueError):
                unreadable += 1
        noticed = 0
        for garbage in _GARBAGE:
            file.write_bytes(garbage)
            noticed += ended(("-c", _READER.format(folder=folder)), Path(folder))[0] == 0
    yield Figure(f"R14 settings that can't be read, of {tries} kills", unreadable, "", (0, 0))
    yield Figure(f"R14 garbage after which the panel starts, of {len(_GARBAGE)}", noticed, "", (len(_GARBAGE),) * 2)
