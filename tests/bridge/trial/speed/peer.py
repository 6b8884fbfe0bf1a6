"""The fastest learned peer beside us: Magenta.js MusicRNN in Node, at its true size, in the same run.

Offers: ``music_rnn``.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
from pathlib import Path

from models.music.errors import BadValue

SCRIPT = Path(__file__).with_name("music_rnn.cjs")
PACKAGES = "npm install --ignore-scripts @magenta/music @tensorflow/tfjs-core@2.8.6 @tensorflow/tfjs-backend-wasm@2.8.6"


def music_rnn(folder: Path) -> tuple[float, float]:
    """Processor time of four continuations of a 32-note melody: until the first, and all; medians.

    folder: where its packages are installed. Raises BadValue with what to install.
    """
    node = shutil.which("node")
    if node is None or not (folder / "node_modules" / "@magenta" / "music").is_dir():
        raise BadValue(f'--peer magenta needs Node, and in {folder}: "{PACKAGES}".', field="peer")
    told = subprocess.run([node, SCRIPT], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    rounds = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
    if told.returncode or not rounds:
        raise BadValue(f"MusicRNN doesn't run: {told.stderr.strip()[:200]}.", field="peer")
    first, whole = (statistics.median(each[name][0] for each in rounds) for name in ("first", "all"))
    return first, whole
