"""Makes the device: ``python -m max_for_live.build [FOLDER]`` writes both forms of it, built anew the same bytes.

    Clipkin.amxd               frozen: the script is inside, one file to drag into Live
    development/Clipkin.amxd   unfrozen: it finds the script that is written next to it

Needs the standard library only. Max keeps scripts by name until it is closed, so a hash of its text is in the name.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from max_for_live import amxd, controls
from max_for_live.patcher import SAVED
from max_for_live.wiring import describe
from models.generator import DENSITIES
from models.music.beats import TICKS_PER_BEAT
from models.music.locks import FLAGS
from models.music.scale import SCALES
from models.tasks.table import MOST_CONTEXT, TABLE

SCRIPT_FOLDER = Path(__file__).parent / "script"
FIRST, LAST = "words.js", "globals.js"
"""The parts that stand before and behind all others."""

DEVICE_NAME = "Clipkin.amxd"

HEAD = "// The Clipkin device's script, joined by max_for_live/build.py from max_for_live/script. ES5, for Max's js.\n"
OPENING = "var clipkin = (function () {\n"
CLOSING = """return { start: startDevice, stop: stopDevice, press: press, control: takeControl, message: takeMessage,
    played: takePlayed, transport: takeTransport,
    numbers: { fold: fold, toWire: toWire, fromWire: fromWire, isNote: isNote, isWhole: isWhole },
    words: SAY, hints: HINTS, withoutOverlaps: withoutOverlaps, filled: filled };
}());
"""
ENDING = 'if (typeof module !== "undefined") { module.exports = clipkin; }\n'


def write_device(folder: Path) -> Path:
    """Write the frozen Clipkin.amxd into ``folder`` (made if need be) and give its path; whole or not at all."""
    name, script = script_file()
    device = amxd.frozen(DEVICE_NAME, describe(name), {name: script}, SAVED)
    return _write_whole(Path(folder) / DEVICE_NAME, amxd.encode(device))


def write_development_device(folder: Path) -> Path:
    """Write the unfrozen Clipkin.amxd and its script into ``folder``; give the device's path.

    Scripts of earlier builds are taken away.
    """
    name, script = script_file()
    for old in Path(folder).glob("clipkin-*.js"):
        old.unlink()
    _write_whole(Path(folder) / name, script)
    return _write_whole(Path(folder) / DEVICE_NAME, amxd.encode(amxd.unfrozen(describe(name))))


def script_file() -> tuple[str, bytes]:
    """The script's file name, which holds a hash of its text, and the text."""
    text = join_script().encode("ascii")
    return f"clipkin-{hashlib.sha256(text).hexdigest()[:10]}.js", text


def join_script() -> str:
    """The script: the face's menus, the parts inside one function, then what Max calls."""
    # Read as text, so that a checkout with Windows' line ends builds the same bytes.
    names = sorted(path.relative_to(SCRIPT_FOLDER).as_posix() for path in SCRIPT_FOLDER.rglob("*.js"))
    texts = {name: (SCRIPT_FOLDER / name).read_text(encoding="ascii") for name in names}
    first, last = texts.pop(FIRST), texts.pop(LAST)
    parts = "\n".join((first, *texts.values()))
    return HEAD + f"var FACE = {_face()};\n\n" + OPENING + parts + CLOSING + "\n" + last + ENDING


def _face() -> str:
    """What the menus of the patch hold, for the script."""
    tasks = [
        {
            "name": task,
            "sentence": row.sentence,
            "styles": row.styles,
            "reads": row.reads,
            "ranked": row.ranked,
            "selection": "needs" if row.narrowed else "some" if "selected" in row.takes else "all",
            "takes": {name: name in controls.taken(row) for name in controls.CHOOSY},
        }
        for task, row in TABLE.items()
    ]
    said = json.loads((SCRIPT_FOLDER / "sentences.json").read_text(encoding="ascii"))
    face = {
        **said,
        "version": controls.VERSION,
        "tasks": tasks,
        "choosy": controls.CHOOSY,
        "firstStyles": [controls.AUTO, controls.NO_MORE],
        "moods": controls.MOODS,
        "bars": controls.BARS,
        "densities": [DENSITIES.index(density) for density in controls.DENSITY_WORDS],
        "engines": controls.ENGINES,
        "quick": controls.QUICK,
        "jam": controls.JAM_BARS,
        "locks": FLAGS,
        "chords": controls.CHORDS,
        "scales": SCALES,
        "mostContext": MOST_CONTEXT,
        "ticks": TICKS_PER_BEAT,
        "listenPort": controls.LISTEN_PORT,
        "serverPort": controls.SERVER_PORT,
    }
    return json.dumps(face, indent=1)


def _write_whole(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".part")
    half.write_bytes(data)
    os.replace(half, path)
    return path


def main(arguments: list[str]) -> None:
    """Write both forms under the named folder, by default build/."""
    folder = Path(arguments[0]) if arguments else Path("build")
    for path in (write_device(folder), write_development_device(folder / "development")):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
