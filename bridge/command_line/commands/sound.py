"""``clipkin play`` and ``clipkin render``: a MIDI file as one hears it, through the speakers or as a wave file."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare both commands."""
    playing = commands.add_parser(
        "play", help="hear a MIDI file", description="Plays a file's tracks together; Ctrl-C ends it."
    )
    playing.add_argument("file", type=Path, metavar="FILE.mid", help="what to play")
    playing.add_argument("--loop", action="store_true", help="over and over, until Ctrl-C")
    playing.add_argument("--start", type=float, default=0.0, metavar="BEAT", help="the beat to begin at (0)")
    playing.add_argument("--port", default="", metavar="NAME", help="play on this MIDI port instead of the speakers")
    playing.set_defaults(run=run_play)

    rendering = commands.add_parser(
        "render",
        help="a MIDI file as a wave file",
        description="Writes what play would sound: 44.1 kHz, 16 bit, stereo.",
    )
    rendering.add_argument("file", type=Path, metavar="FILE.mid", help="what to render; its tracks sound together")
    rendering.add_argument("--out", type=Path, required=True, metavar="FILE.wav", help="a file that isn't there yet")
    rendering.set_defaults(run=run_render)


def run_play(arguments: argparse.Namespace) -> int:
    """Play it in a process of its own: sound comes through Qt, which belongs to the panel."""
    from models import midi_file

    midi_file.read_together(arguments.file)  # so that what is wrong with the file is said before Qt is loaded
    command = [sys.executable, "-m", "gui.hearing", str(arguments.file), "--start", str(arguments.start)]
    command += ["--loop"] * arguments.loop + (["--port", arguments.port] if arguments.port else [])
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:  # the player heard it, too
        return 0


def run_render(arguments: argparse.Namespace) -> int:
    """Write the wave file."""
    from models import midi_file
    from models.sound.frames import RATE
    from models.sound.rendering import render, write_wav

    samples = render(midi_file.read_together(arguments.file))
    write_wav(arguments.out, samples)
    sys.stdout.write(f"Written {arguments.out}, {len(samples) / RATE:.1f} s.\n")
    return 0
