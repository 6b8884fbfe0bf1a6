"""Runs the script's own tests, which Node reads, so that ``pytest`` alone runs everything."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*/*.test.js"))


def test_there_are_script_tests() -> None:
    assert len(FILES) >= 6


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_script(file: Path, node: str, script: Path, frozen_device: Path) -> None:
    ran = subprocess.run(
        [node, "--test", str(file)],
        capture_output=True,
        text=True,
        timeout=120,
        encoding="utf-8",
        env={**os.environ, "CLIPKIN_SCRIPT": str(script), "CLIPKIN_DEVICE": str(frozen_device)},
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
