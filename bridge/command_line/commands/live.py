"""The two roads into Live: ``clipkin device`` writes the Max for Live device, ``clipkin live`` is about the control
surface: puts it into Live, takes it away, and asks it for variations of the clip that is selected in Live.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.command_line.command import command, one_of, option, out
from bridge.messages.live import ARRANGEMENT, BELOW, CONTEXT, LANES, NEEDS_SELECTION
from bridge.messages.message import LARGEST
from bridge.port_file import PortFile, home
from models.generator import Locks, Request
from models.music.chord_track import parse_chord_track
from models.music.errors import BadValue, ClipkinError
from models.tasks.table import TABLE

if TYPE_CHECKING:
    from bridge.client.live import FromLive

NAMED = re.compile(r" ~\d+ s\d+$")
"""What a variation's name ends with: its place, and the seed that makes it again."""

CHOOSE = (
    "In Live's settings (before 12: preferences), under Link, Tempo & MIDI, choose Clipkin as Control Surface; "
    "input and output stay None."
)


@command("device", "write Clipkin.amxd for Live", "Writes the frozen Max for Live device.", out())
def write_device(arguments: argparse.Namespace) -> int:
    """Write the device and say where it goes."""
    from max_for_live.build import DEVICE_NAME, write_device
    from models import midi_file

    path = arguments.out / DEVICE_NAME
    with tempfile.TemporaryDirectory() as folder:
        built = write_device(Path(folder)).read_bytes()
    if not path.exists() or path.read_bytes() != built:
        if path.exists():
            raise BadValue(f'Another "{path}" is there; move it away, or choose a folder with --out.', field="out")
        midi_file.publish(path, built)
    sys.stdout.write(
        f"{path}\n"
        "Drag it onto a MIDI track in Live 11.1 or later (Suite, or Standard with Max for Live).\n"
        "To keep it at hand, put it into your User Library under Presets/MIDI Effects/Max MIDI Effect.\n"
    )
    return 0


@command(
    "live",
    "Clipkin in Live without Max for Live",
    "The control surface for Live 11.1 or later: puts it in, takes it away, asks it for variations.",
    one_of(
        option("--install", action="store_true", help="put the control surface into Live's User Library"),
        option("--uninstall", action="store_true", help="take it away"),
        option(
            "--make", nargs="?", const="vary", metavar="TASK", help="variations of the clip selected in Live (vary)"
        ),
        required=True,
    ),
    option("--into", type=Path, metavar="DIR", help="Live's User Library; found where it usually is"),
    option("--count", type=int, default=4, help="how many results (4)"),
    option("--similarity", type=float, default=0.7, help="0-1, 1 is the clip itself (0.7)"),
    option("--temperature", type=float, default=1.0, help="how daring, 0.1-2 (1.0)"),
    option("--seed", type=int, help="the same seed gives the same notes; random when left out"),
    option("--engine", default="auto", metavar="NAME", help="see `clipkin engines` (auto)"),
    option("--mood", default="", metavar="WORDS", help='for example "romantic"'),
    option("--style", default="", metavar="WORDS", help="words that say how, for the tasks that take some"),
    option("--keep", default="", metavar="PADS", help='drum pads that stay, by name: "Kick,Snare"'),
    option("--chords", default="", metavar="CHORDS", help='the harmony: "Am9 | Dm9 | G7 | C"'),
    one_of(
        option("--arrangement", action="store_true", help="into the arrangement, behind the clip (Live 12.1.10)"),
        option("--takes", action="store_true", help="into take lanes, at the clip's own time (Live 12.2)"),
    ),
)
def run(arguments: argparse.Namespace) -> int:
    """Install, uninstall or make."""
    from max_for_live.live_script.install import find_library, install, uninstall

    if arguments.make:
        sys.stdout.write(make(arguments) + "\n")
        return 0
    library = arguments.into or find_library()
    try:
        folder = install(library) if arguments.install else uninstall(library)
    except OSError as problem:
        raise BadValue(f'"{library}" can\'t be changed ({problem.strerror}); see --into.', field="into") from None
    sys.stdout.write(
        f"{folder}\nRestart Live. {CHOOSE}\n" if arguments.install else f"{folder} is gone. Restart Live.\n"
    )
    return 0


def make(arguments: argparse.Namespace) -> str:
    """Take the clip that is selected in Live, make variations, put them; gives Live's sentence, raises ClipkinError."""
    task, able = arguments.make, [name for name, row in TABLE.items() if row.reads == "clip" and name != "arrange"]
    if task not in able:
        raise BadValue(f"\"{task}\" can't be made from Live's selected clip; {', '.join(able)} can.", field="make")
    if PortFile.read(home()) is None:
        raise ClipkinError("Clipkin's server isn't running; start the panel or clipkin serve, then try again.")
    # The wire is loaded by who uses it: every command's parser is made of this module.
    from bridge.client.client import Client
    from bridge.client.live import put_into_live, take_from_live

    goes = LANES if arguments.takes else ARRANGEMENT if arguments.arrangement else BELOW
    with Client.connect(name="live") as client:
        taken = take_from_live(client, CONTEXT | (NEEDS_SELECTION if task == "infill" else 0))
        made = list(client.vary(request_of(arguments, taken), arguments.engine))
        stem = NAMED.sub("", taken.clip.name) or "clip"
        clips = [replace(one.clip, name=f"{stem} ~{place} s{one.seed}") for place, one in enumerate(made, 1)]
        return put_into_live(client, clips, taken, goes)


def request_of(arguments: argparse.Namespace, taken: FromLive) -> Request:
    """The request for a clip taken from Live; raises BadValue."""
    clip = taken.clip
    chords = parse_chord_track(arguments.chords, clip.metre.bar, clip.length) if arguments.chords else ()
    asked = Request(
        task=arguments.make,
        prompts=(clip,),
        locks=Locks(lanes=frozenset(lanes(taken.pads, arguments.keep))),
        temperature=arguments.temperature,
        mood=arguments.mood,
        style=arguments.style,
        count=1,
        seed=random.SystemRandom().randint(64, LARGEST) if arguments.seed is None else arguments.seed,
        chords=chords,
    )
    given = {"similarity": arguments.similarity, "count": arguments.count}
    given |= {"selected": taken.selected, "scale": taken.scale, "context": taken.context}
    return asked.but(**{name: value for name, value in given.items() if name in TABLE[arguments.make].takes})


def lanes(pads: Mapping[int, str], keep: str) -> set[int]:
    """The pitches of the pads whose names hold one of the words, which commas part; raises BadValue."""
    words = [word.strip().lower() for word in keep.split(",") if word.strip()]
    for word in words:
        if not any(word in name.lower() for name in pads.values()):
            known = f"; it has {', '.join(pads.values())}" if pads else ""
            raise BadValue(f'No drum pad of this track is called "{word}"{known}.', field="keep")
    return {pitch for pitch, name in pads.items() if any(word in name.lower() for word in words)}
