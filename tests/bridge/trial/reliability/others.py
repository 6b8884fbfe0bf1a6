"""R16 and R19: programs of others, and the panel, as their tests show them.

Offers: ``strangers``, ``panel``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

from models.benchmarks.figure import Figure
from tests.bridge.trial.reliability.processes import ROOT, environment


def strangers(long: bool) -> Iterator[Figure]:
    """R16: oscsend, Pure Data, SuperCollider and Node, each where it is installed, talk to a real server."""
    del long
    yield from _tests("R16 programs of others", "tests/peers", "tests/max_for_live/test_device_end_to_end.py")


def panel(long: bool) -> Iterator[Figure]:
    """R19: the panel's tests; the short form takes the controls' alone."""
    yield from _tests(
        "R19 panel", *(("tests/gui",) if long else ("tests/gui/controls", "tests/gui/panel/test_panel.py"))
    )


def _tests(name: str, *places: str) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *places],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": environment(ROOT)["PYTHONPATH"], "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            check=False,
        )
        cases = list(ElementTree.parse(report).iter("testcase"))  # our own pytest wrote it
    skipped = sum(case.find("skipped") is not None for case in cases)
    failed = {case.get("name", "") for case in cases if {"failure", "error"} & {child.tag for child in case}}
    yield Figure(f"{name}: tests passed", len(cases) - skipped - len(failed), "", (1, float("inf")))
    yield Figure(": ".join((f"{name}: tests failed", *sorted(failed))), len(failed), "", (0, 0))
    yield Figure(f"{name}: tests left out, their program isn't installed", skipped, "")
