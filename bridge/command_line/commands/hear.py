"""``clipkin hear``: a recording as a clip, written as a .mid file."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from bridge.command_line.command import command, option
from bridge.command_line.options import add_json, out
from bridge.command_line.places import check_places, make_folder


@command(
    "hear",
    "a hummed tune, a tapped beat, a take of chords as a clip",
    "Listens to a recording and writes what it heard as a clip. Every task takes a recording, too.",
    option("recording", type=Path, metavar="IN.wav", help="WAV, FLAC, OGG, MP3 or AIFF"),
    option("--as", dest="kind", choices=("melody", "chords", "drums"), help="what it is (as it sounds)"),
    option("--tempo", type=float, help="quarter notes a minute (as it is heard)"),
    option("--metre", default="4/4", help="time signature (4/4)"),
    option("--quantise", type=float, default=0.0, metavar="0-1", help="how far onto 16ths (0)"),
    option("--as-sung", action="store_true", help="leave half-sung notes outside the key"),
    out(),
    add_json,
)
def run(arguments: argparse.Namespace) -> int:
    """Listen, write, say what was heard and what is unsure."""
    from rich.console import Console

    from bridge.command_line.clip_files import listen
    from models import midi_file
    from models.listening.hear import Wish
    from models.music.beats import Metre

    check_places(arguments)
    metre = Metre.parse(arguments.metre)
    wish = Wish(arguments.kind, arguments.tempo, metre, arguments.quantise, not arguments.as_sung)
    began = time.perf_counter()
    clip = listen(arguments.recording, wish)
    elapsed_ms = (time.perf_counter() - began) * 1000
    make_folder(arguments.out)
    path = midi_file.write_numbered(arguments.out, arguments.recording.stem, clip)
    remarks = clip.carried.remarks if clip.carried else ()
    if arguments.json:
        told = {
            "file": str(path),
            "role": clip.role,
            "tempo": clip.tempo,
            "notes": len(clip.notes),
            "length": clip.length,
        }
        sys.stdout.write(json.dumps({**told, "elapsed_ms": round(elapsed_ms, 1), "remarks": remarks}) + "\n")
        return 0
    sys.stdout.write(f"{path}: {clip.role}, {len(clip.notes)} notes, {clip.tempo:g} a minute, {elapsed_ms:.0f} ms.\n")
    for remark in remarks:
        Console().print(remark, style="yellow", soft_wrap=True)
    return 0
