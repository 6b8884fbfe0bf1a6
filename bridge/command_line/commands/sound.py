"""``clipkin play`` and ``clipkin render``: a MIDI file as one hears it, through the speakers or as a wave file."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from bridge.command_line.command import command, option


@command(
    "play",
    "hear a MIDI file",
    "Plays a file's tracks together; Ctrl-C ends it.",
    option("file", type=Path, metavar="FILE.mid", help="what to play"),
    option("--loop", action="store_true", help="over and over, until Ctrl-C"),
    option("--start", type=float, default=0.0, metavar="BEAT", help="the beat to begin at (0)"),
    option("--port", default="", metavar="NAME", help="play on this MIDI port instead of the speakers"),
)
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


@command(
    "render",
    "a MIDI file as a wave file",
    "Writes what play would sound: 44.1 kHz, 16 bit, stereo.",
    option("file", type=Path, metavar="FILE.mid", help="what to render; its tracks sound together"),
    option("--out", type=Path, required=True, metavar="FILE.wav", help="a file that isn't there yet"),
)
def run_render(arguments: argparse.Namespace) -> int:
    """Write the wave file."""
    from models import midi_file
    from models.sound.frames import RATE
    from models.sound.rendering import render, write_wav

    samples = render(midi_file.read_together(arguments.file))
    write_wav(arguments.out, samples)
    sys.stdout.write(f"Written {arguments.out}, {len(samples) / RATE:.1f} s.\n")
    return 0
