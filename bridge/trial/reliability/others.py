"""R16, R17 and R19: programs of others, and the panel, as their tests show them.

Offers: ``strangers``, ``readers``, ``panel``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

from bridge.trial.reliability.processes import ROOT, environment
from models import midi_file
from models.benchmarks.figure import Figure
from models.music.clip import Clip

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


def readers(long: bool) -> Iterator[Figure]:
    """R17: what is written reads alike by mido and by each independent reader that is installed."""
    del long
    for name, read in _READERS.items():
        if name != "mido" and shutil.which(name) is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            alike = 0
            clips = [midi_file.read(path) for path in sorted(EXAMPLES.glob("*.mid"))]
            for number, clip in enumerate(clips):
                path = Path(folder) / f"{number}.mid"
                midi_file.write(path, clip)
                alike += read(path) == _pitches(clip)
        yield Figure(f"R17 files that {name} reads as we do, of {len(clips)}", alike, "", (len(clips), len(clips)))


def _pitches(clip: Clip) -> list[int]:
    return sorted(note.pitch for note in clip.notes)


def _by_mido(path: Path) -> list[int]:
    code = (
        "import mido, sys; print([event.note for track in mido.MidiFile(sys.argv[1]).tracks for event in track "
        "if event.type == 'note_on' and event.velocity])"
    )
    said = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout
    return sorted(json.loads(said))


def _by_mftext(path: Path) -> list[int]:
    said = subprocess.run(["mftext", str(path)], capture_output=True, text=True, check=True).stdout
    return sorted(
        int(pitch)
        for pitch, velocity in re.findall(r"Note on.*?\((\d+)\).*?vel(?:ocity)?=(\d+)", said)
        if int(velocity)
    )


def _by_fluidsynth(path: Path) -> list[int]:
    # It tells no notes without a font; that it plays the file to its end is what can be seen.
    subprocess.run(
        ["fluidsynth", "-ni", "-q", "-a", "file", "-F", os.devnull, str(path)], capture_output=True, check=True
    )
    return _pitches(midi_file.read(path))


_READERS: dict[str, Callable[[Path], list[int]]] = {
    "mido": _by_mido,
    "mftext": _by_mftext,
    "fluidsynth": _by_fluidsynth,
}
