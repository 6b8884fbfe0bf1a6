"""R16, R17 and R19: programs of others, and the panel, as their tests show them.

Offers: ``strangers``, ``readers``, ``panel``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

from bridge.trial.reliability.processes import ROOT, environment, run_python
from models import midi_file
from models.benchmarks.figure import Figure

EXAMPLES = ROOT / "bridge" / "examples"


def strangers(long: bool) -> Iterator[Figure]:
    """R16: oscsend, Pure Data and Node, each where it is installed, talk to a real server."""
    del long
    yield from _tests("R16 programs of others", "tests/peers", "tests/max_for_live/test_device_end_to_end.py")


def panel(long: bool) -> Iterator[Figure]:
    """R19: the panel's tests; the short form takes the controls' alone."""
    yield from _tests("R19 panel", *(("tests/gui",) if long else ("tests/gui/controls", "tests/gui/test_panel.py")))


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
        told = ElementTree.parse(report).getroot()[0].attrib  # our own pytest wrote it
    ran, skipped = int(told["tests"]), int(told["skipped"])
    failed = int(told["failures"]) + int(told["errors"])
    yield Figure(f"{name}: tests passed", ran - skipped - failed, "", (1, float("inf")))
    yield Figure(f"{name}: tests failed", failed, "", (0, 0))
    yield Figure(f"{name}: tests left out, their program isn't installed", skipped, "")


_BY_MIDO = """
import mido, sys
file, found = mido.MidiFile(sys.argv[1]), []
for track in file.tracks:
    ticks = 0
    for event in track:
        ticks += event.time
        if event.type == "note_on" and event.velocity:
            found.append([round(1000 * ticks / file.ticks_per_beat), event.note, event.velocity])
print(sorted(found))
"""


def readers(long: bool) -> Iterator[Figure]:
    """R17: what is written is read alike by mido alone: onset, pitch and velocity of every note."""
    del long
    clips, alike = [midi_file.read(path) for path in sorted(EXAMPLES.glob("*.mid"))], 0
    with tempfile.TemporaryDirectory() as folder:
        for number, clip in enumerate(clips):
            path = Path(folder) / f"{number}.mid"
            midi_file.write(path, clip)
            code, said, _ = run_python(f"import sys; sys.argv.append({str(path)!r})\n{_BY_MIDO}", Path(folder))
            ours = sorted([round(1000 * note.onset), note.pitch, round(note.velocity)] for note in clip.notes)
            alike += code == 0 and json.loads(said) == ours
    yield Figure(f"R17 files that mido reads as they were meant, of {len(clips)}", alike, "", (len(clips), len(clips)))
