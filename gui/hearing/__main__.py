"""``python -m gui.hearing FILE.mid``: plays a file's tracks together; Ctrl-C ends it. What ``clipkin play`` starts."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QTimer, qInstallMessageHandler

from gui.hearing.player import Player
from models import midi_file
from models.music.clip import Clip
from models.music.errors import ClipkinError

_SIGNALS_EVERY_MS = 200


def main(arguments: list[str] | None = None) -> int:
    """Play until the end, or Ctrl-C; 0, or 2 and a sentence when nothing can be heard."""
    parser = argparse.ArgumentParser(prog="clipkin play", description="Plays a MIDI file.")
    parser.add_argument("file", type=Path, metavar="FILE.mid")
    parser.add_argument("--loop", action="store_true", help="over and over, until Ctrl-C")
    parser.add_argument("--start", type=float, default=0.0, metavar="BEAT", help="the beat to begin at (0)")
    parser.add_argument("--port", default="", metavar="NAME", help="play on this MIDI port instead of the speakers")
    asked = parser.parse_args(arguments)
    try:
        clips = midi_file.read_together(asked.file)
    except ClipkinError as problem:
        sys.stderr.write(f"{problem.sentence}\n")
        return 2
    qInstallMessageHandler(lambda *_: None)  # what Qt finds missing is said in our own sentence
    application = QCoreApplication(sys.argv[:1])
    player, problems = Player(), list[str]()
    player.failed.connect(problems.append)
    player.stopped.connect(application.quit)
    player.moved.connect(lambda beat: _show(clips[0], beat))
    player.choose(asked.port)
    player.context = clips[1:]
    player.play(clips[0], asked.start, asked.loop)
    signal.signal(signal.SIGINT, lambda *_: player.stop())
    moment = QTimer()  # Python sees a signal only when it is given a moment
    moment.timeout.connect(lambda: None)
    moment.start(_SIGNALS_EVERY_MS)
    if player.playing is not None:
        application.exec()
    if sys.stderr.isatty():
        sys.stderr.write("\r" + " " * 30 + "\r")
    for sentence in problems:
        sys.stderr.write(f"{sentence}\n")
    return 2 if problems else 0


def _show(clip: Clip, beat: float) -> None:
    if sys.stderr.isatty():
        bar = clip.metre.bar_of(beat)
        sys.stderr.write(f"\rbar {bar + 1}, beat {clip.metre.in_bar(beat) / clip.metre.unit + 1:4.1f} ")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
