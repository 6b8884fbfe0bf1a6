"""Sound in and out: ``clipkin play`` and ``render``, a MIDI file as one hears it; ``hear``, a recording as a clip."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from bridge.command_line.command import add_json, command, option, out, print_json


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
def run_hear(arguments: argparse.Namespace) -> int:
    """Listen, write, say what was heard and what is unsure."""
    from bridge.command_line.request import listen
    from bridge.command_line.results import Screen
    from models import midi_file
    from models.listening.hear import Wish
    from models.music.beats import Metre

    metre = Metre.parse(arguments.metre)
    wish = Wish(arguments.kind, arguments.tempo, metre, arguments.quantise, not arguments.as_sung)
    began = time.perf_counter()
    clip = listen(arguments.recording, wish)
    elapsed_ms = (time.perf_counter() - began) * 1000
    path = midi_file.write_numbered(arguments.out, arguments.recording.stem, clip)
    remarks = clip.carried.remarks if clip.carried else ()
    if arguments.json:
        told = {"file": str(path), "role": clip.role, "tempo": clip.tempo, "notes": len(clip.notes)}
        told |= {"length": clip.length}
        return print_json({**told, "elapsed_ms": round(elapsed_ms, 1), "remarks": remarks})
    sys.stdout.write(f"{path}: {clip.role}, {len(clip.notes)} notes, {clip.tempo:g} a minute, {elapsed_ms:.0f} ms.\n")
    for remark in remarks:
        Screen().print(remark, style="yellow", soft_wrap=True)
    return 0


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
    option("--out", dest="wave", type=Path, required=True, metavar="FILE.wav", help="a file that isn't there yet"),
)
def run_render(arguments: argparse.Namespace) -> int:
    """Write the wave file."""
    from models import midi_file
    from models.sound.frames import RATE
    from models.sound.rendering import render, wav

    samples = render(midi_file.read_together(arguments.file))
    midi_file.publish(arguments.wave, wav(samples))
    sys.stdout.write(f"Written {arguments.wave}, {len(samples) / RATE:.1f} s.\n")
    return 0
