"""``clipkin doctor``: says in plain words what works and what doesn't, and what to do."""

import argparse
import contextlib
import errno
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import platformdirs

from bridge.command_line.command import command
from bridge.command_line.commands.serve import has_screen
from bridge.port_file import HOST, PortFile, home
from models.generator import Request
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.note import Note

OLDEST, NEWEST = (3, 10), (3, 13)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LEAST_FREE_MB = 50
QT_NEEDS = (
    "install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-shape0 "
    "libxkbcommon-x11-0 with your package manager."
)
LIBRARIES = ("mido", "numpy", "platformdirs", "pythonosc", "PyQt6", "rich", "safetensors", "torch")


class Finding(NamedTuple):
    """One thing looked at: ``good`` None means worth knowing, but nothing is wrong."""

    subject: str
    good: bool | None
    sentence: str


Found = tuple[bool | None, str]
"""A finding without its subject."""


@command("doctor", "what works, what doesn't, what to do", "Looks at this installation and says what it finds.")
def run(arguments: argparse.Namespace) -> int:
    """Print what was found; exit code 1 when something is wrong."""
    findings = list(examine())
    for finding in findings:
        mark = {True: "ok  ", False: "BAD ", None: "note"}[finding.good]
        sys.stdout.write(f"{mark}  {finding.subject}: {finding.sentence}\n")
    return 1 if any(finding.good is False for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """Look at one thing after the other; whatever goes wrong with one is its finding, not the end."""
    looks: dict[str, Callable[[], Found]] = {
        "Python": _python,
        "libraries": _libraries,
        "data folder": _data_folder,
        "settings": _settings,
        "engines": _engines,
        "tables": _tables,
        "a variation": _a_variation,
        "server": _server,
        "device": _device,
        "screen": _screen,
    }
    for subject, look in looks.items():
        try:
            yield Finding(subject, *look())
        except ClipkinError as problem:
            yield Finding(subject, False, problem.sentence)
        except Exception as problem:  # noqa: BLE001 - a doctor reports what he meets
            yield Finding(subject, False, f"{type(problem).__name__}: {problem}")


def _python() -> Found:
    found = ".".join(map(str, sys.version_info[:3]))
    good = OLDEST <= sys.version_info[:2] <= NEWEST
    return good, found if good else f"{found} is not tried; install Python 3.10 to 3.13 and run start.py with it."


def _libraries() -> Found:
    missing = ", ".join(name for name in LIBRARIES if importlib.util.find_spec(name) is None)
    return not missing, f"{missing} missing; run `python3 start.py` to install." if missing else "all there"


def _data_folder() -> Found:
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"clipkin")
            file.flush()
    except OSError as problem:
        how = "make room on the disk" if problem.errno in NO_ROOM else "give yourself the right to write there"
        return False, f"{folder} can't be written ({problem.strerror}); {how}."
    left_mb = shutil.disk_usage(folder).free // 2**20
    if left_mb < LEAST_FREE_MB:
        return False, f"{left_mb} MB are left where {folder} lies; make room on the disk."
    return True, f"{folder} can be written"


def _settings() -> Found:
    folder = platformdirs.user_config_path("clipkin", appauthor=False)
    file = folder / "panel.json"
    try:
        good = isinstance(json.loads(file.read_bytes()), dict)
    except FileNotFoundError:
        good = True
    except OSError as problem:
        return False, f"{file} can't be read ({problem.strerror}); give yourself the right to, or delete it."
    except (ValueError, RecursionError):
        good = False
    if not good:
        return None, f"{file} is damaged; the panel sets it aside and begins anew, so just open it."
    aside = sorted(folder.glob("panel.json.corrupt-*"))
    if aside:
        return None, f"damaged ones were set aside as {aside[-1].name}; delete that if it isn't wanted."
    return True, "can be read" if file.exists() else "none yet"


def _engines() -> Found:
    """Each engine is loaded, so that damaged weights are found."""
    from models.engines.registry import cards, load

    gone = {card.name: _problem(partial(load, card.name)) for card in cards()}
    there = ", ".join(name for name, problem in gone.items() if not problem) or "none"
    return not any(gone.values()), " ".join((f"{there} available", *filter(None, gone.values())))


def _tables() -> Found:
    """What isn't an engine and has to be read all the same: the judge's weights, the index, the chord progressions."""
    from models.evaluation import ranking
    from models.evaluation.originality import originality
    from models.harmony.progressions import progressions

    reads = (partial(ranking.ranker, ranking.WEIGHTS), progressions, lambda: originality(_a_clip()))
    gone = " ".join(filter(None, (_problem(read) for read in reads)))
    return not gone, gone or "judge, originality and progressions are there"


def _problem(load: Callable[[], object]) -> str:
    """What is wrong with what is loaded, by its own words; "" where it can be used."""
    try:
        return getattr(load(), "reason", "")
    except ClipkinError as problem:
        return problem.sentence


def _a_clip() -> Clip:
    return Clip(tuple(Note(60 + 2 * place, float(place), 1.0) for place in range(8)), 8.0, role="melody")


def _a_variation() -> Found:
    from models.studio import Studio

    found = list(Studio().generate(Request(prompts=(_a_clip(),), count=1), "rules"))
    return len(found) == 1, f"made, {len(found[0].clip.notes)} notes"


def _server() -> Found:
    from bridge.client.client import Client, find_port

    told = PortFile.read(home())
    port = find_port()
    with Client(port, name="doctor") as client:
        if client.wait_online(1.0):
            return True, f"answers on port {port}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.bind((HOST, port))
        left = f" (server.json is left of one on port {port}; the next start replaces it)" if told else ""
        return None, f"none runs{left}; the panel starts one, or run `clipkin serve`."
    if told is not None:
        return False, f"process {told.pid} has port {port} and doesn't answer; end it and run `clipkin serve`."
    return False, f"another program has port {port}; close it, or run `clipkin serve --port {port + 1}`."


def _device() -> Found:
    from max_for_live.build import write_device

    with tempfile.TemporaryDirectory() as folder:
        size = Path(write_device(Path(folder))).stat().st_size
    return True, f"can be built ({size // 1024} kB); `clipkin device` writes it."


def _screen() -> Found:
    if not has_screen():
        return None, "none here; the panel needs one, everything else works."
    missing = _missing_of_qt()
    if missing:
        return False, f"Qt can't draw: {missing}; {QT_NEEDS}"
    return True, "there"


def _missing_of_qt() -> str:
    """What the loader says of Qt's plugin for X11, in a process of its own; "" where it loads or isn't what is used."""
    found = importlib.util.find_spec("PyQt6")
    wanted = os.environ.get("QT_QPA_PLATFORM", "xcb")
    if found is None or found.origin is None or wanted != "xcb" or not os.environ.get("DISPLAY"):
        return ""
    plugin = Path(found.origin).parent / "Qt6" / "plugins" / "platforms" / "libqxcb.so"
    done = subprocess.run(
        [sys.executable, "-c", f"import ctypes; ctypes.CDLL({str(plugin)!r})"],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr.strip().splitlines()[-1].removeprefix("OSError: ")
