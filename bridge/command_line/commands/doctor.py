"""``clipkin doctor``: says in plain words what works and what doesn't, and what to do."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.command_line.commands.panel import has_screen
from bridge.port_file import home
from models.generator import Request
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.note import Note

OLDEST, NEWEST = (3, 10), (3, 13)
LIBRARIES = ("mido", "numpy", "platformdirs", "pythonosc", "PyQt6", "rich", "safetensors", "torch")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: ``good`` None means worth knowing, but nothing is wrong."""

    subject: str
    good: bool | None
    sentence: str


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command."""
    parser = commands.add_parser(
        "doctor",
        help="what works, what doesn't, what to do",
        description="Looks at this installation and says what it finds.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; exit code 1 when something is wrong."""
    findings = list(examine())
    for finding in findings:
        mark = {True: "ok  ", False: "BAD ", None: "note"}[finding.good]
        sys.stdout.write(f"{mark}  {finding.subject}: {finding.sentence}\n")
    return 1 if any(finding.good is False for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """Look at one thing after the other; whatever goes wrong with one is its finding, not the end."""
    looks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("Python", _python),
        ("libraries", _libraries),
        ("data folder", _data_folder),
        ("engines", _engines),
        ("tables", _tables),
        ("a variation", _a_variation),
        ("server", _server),
        ("device", _device),
        ("screen", _screen),
    )
    for subject, look in looks:
        try:
            yield look()
        except ClipkinError as problem:
            yield Finding(subject, False, problem.sentence)
        except Exception as problem:  # noqa: BLE001 - a doctor reports what he meets
            yield Finding(subject, False, f"{type(problem).__name__}: {problem}")


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    good = OLDEST <= sys.version_info[:2] <= NEWEST
    return Finding(
        "Python",
        good,
        found if good else f"{found} is not tried; install Python 3.10 to 3.13 and run start.py with it.",
    )


def _libraries() -> Finding:
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    return Finding(
        "libraries",
        not missing,
        "all there" if not missing else f"{', '.join(missing)} missing; run `python3 start.py` to install.",
    )


def _data_folder() -> Finding:
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return Finding("data folder", True, f"{folder} can be written")


def _engines() -> Finding:
    from models.studio import Studio

    cards = Studio().engines()
    there = ", ".join(card.name for card in cards if card.available)
    gone = "; ".join(f"{card.name} not: {card.reason}" for card in cards if not card.available)
    return Finding("engines", bool(there), f"{there} available{'; ' + gone if gone else ''}")


def _tables() -> Finding:
    from models.evaluation import ranking
    from models.evaluation.originality import originality
    from models.harmony.progressions import progressions

    progressions()
    ranking.ranker(ranking.WEIGHTS)
    reason = originality(Clip((), 1.0)).reason
    return Finding("tables", not reason, reason or "of progressions, scores and originality there")


def _a_variation() -> Finding:
    from models.studio import Studio

    clip = Clip(tuple(Note(60 + 2 * place, float(place), 1.0) for place in range(8)), 8.0, role="melody")
    found = list(Studio().generate(Request(prompts=(clip,), count=1), "rules"))
    return Finding("a variation", len(found) == 1, f"made, {len(found[0].clip.notes)} notes")


def _server() -> Finding:
    from bridge.client.client import Client, find_port

    try:
        with Client.connect(name="doctor", timeout_s=1.0) as client:
            return Finding("server", True, f"answers on port {client.port}")
    except ClipkinError:
        return Finding(
            "server", None, f"none answers on port {find_port()}; the panel starts one, or run `clipkin serve`."
        )


def _device() -> Finding:
    from max_for_live.build import write_device

    with tempfile.TemporaryDirectory() as folder:
        size = Path(write_device(Path(folder))).stat().st_size
    return Finding("device", True, f"can be built ({size // 1024} kB); `clipkin device` writes it.")


def _screen() -> Finding:
    return Finding(
        "screen",
        True if has_screen() else None,
        "there" if has_screen() else "none here; the panel needs one, everything else works.",
    )
