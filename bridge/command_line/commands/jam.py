"""``clipkin jam``: one plays a phrase on a keyboard, Clipkin answers in time; everything played is kept as clips."""

import argparse
import contextlib
import os
import stat
import sys
import threading
import time
from collections import deque
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from bridge.command_line.command import command, option, out
from bridge.command_line.commands.examples import EXAMPLES

_LOOK_S = 0.05


@command(
    "jam",
    "trade phrases with Clipkin over MIDI",
    "You play some bars, Clipkin answers with as many, in your key and groove. While it plays, type "
    "closer, farther, denser, sparser, mood WORDS, bars N, with PART or stop; Enter alone taps the tempo. "
    "Controllers 20, 21, 22 turn similarity, density, bars.",
    option(
        "--call",
        type=Path,
        nargs="?",
        const=EXAMPLES / "lead.mid",
        metavar="CLIP.mid",
        help="this clip (a shipped one) plays the calls; no MIDI port needed",
    ),
    option("--turns", type=int, default=4, help="how many calls of that clip (4)"),
    option("--from", dest="source", default="", metavar="PORT", help="listen there (a port of our own)"),
    option("--to", default="", metavar="PORT", help="answer there (a port of our own)"),
    option("--bars", type=int, default=2, help="bars of a call, and of an answer: 1, 2, 4, 8 (2)"),
    option("--tempo", type=float, default=120.0, help="quarter notes a minute, 30-300 (120)"),
    option("--metre", default="4/4", help="time signature (4/4)"),
    option("--clock", action="store_true", help="follow the MIDI clock of the port listened to"),
    option("--with", dest="partner", default="same", metavar="PART", help="same, melody, chords, bass, drums"),
    option("--similarity", type=float, default=0.6, help="0-1, how close answers are (0.6)"),
    option("--density", default="same", help="low, same, high"),
    option("--mood", default="", metavar="WORDS", help='for example "romantic"'),
    option("--engine", default="auto", metavar="NAME", help="see `clipkin engines` (auto)"),
    out("jam"),
)
def run(arguments: argparse.Namespace) -> int:
    """Play until "stop" or Ctrl-C, or the calls of a clip at once."""
    from models.jam.dials import Dials

    dials = Dials(**{each.name: getattr(arguments, each.name) for each in fields(Dials)})
    return _rehearse(arguments, dials) if arguments.call else _play(arguments, dials)


def _rehearse(arguments: argparse.Namespace, dials: Any) -> int:  # noqa: ANN401 - loaded late, for a quick --help
    from bridge.command_line.request import read_clip
    from bridge.midi_ports.rehearsal import rehearse
    from models import midi_file
    from models.jam.answers import answer_of
    from models.music.errors import BadValue, EmptyClip

    clip = read_clip(arguments.call)
    if not clip.notes:
        raise EmptyClip(f'"{arguments.call}" has no notes; choose a clip with at least one.')
    if not 1 <= arguments.turns <= 64:
        raise BadValue(f"The turns must be 1 to 64, not {arguments.turns}.", field="turns")
    found = rehearse(clip, dials, answer_of, arguments.turns)
    sys.stdout.writelines(f"{sentence}\n" for sentence in dict.fromkeys(found.said))
    for turn in found.turns:
        _write(arguments.out, turn)
    length = 2 * dials.bars * clip.metre.bar
    tracks = []
    for kind, offset in (("call", 0.0), ("answer", length / 2)):
        turns = [turn for turn in found.turns if turn.kind == kind]
        notes = [note for turn in turns for note in turn.clip.later(turn.number * length + offset).notes]
        like = turns[0].clip if turns else clip
        tracks.append(replace(like, notes=tuple(notes), length=arguments.turns * length, name=kind, carried=None))
    path = midi_file.write_numbered(arguments.out, "jam", [track for track in tracks if track.notes])
    sys.stdout.write(f"{path}: calls and answers in turn; hear it with `clipkin play {path}`.\n")
    return 0


def _play(arguments: argparse.Namespace, dials: Any) -> int:  # noqa: ANN401 - as above
    from bridge.midi_ports.player import Player, end_when_told, open_input, open_output
    from models.jam.answers import Answers
    from models.jam.clock import BeatClock
    from models.jam.jam import Jam, Turn
    from models.music.beats import Metre
    from models.music.clip import Clip

    kept: deque[Turn | str] = deque()
    metre = Metre.parse(arguments.metre)
    clock = BeatClock(arguments.tempo, followed=arguments.clock)

    def answered(turn: int, answer: Clip | str) -> None:
        if isinstance(answer, str):
            kept.append(answer)
        else:
            player.tell(lambda: jam.answered(turn, answer))

    with contextlib.ExitStack() as open_things:
        open_things.callback(_look, arguments.out, kept)  # however it ends, what was played is kept
        output = open_output(arguments.to)
        open_things.callback(output.close)
        answers = Answers(answered)
        open_things.callback(answers.close)
        jam = Jam(answers.ask, kept.append, dials, metre, clock.tempo)
        player = Player(clock, output.send, jam.hear, jam.advance, jam.restart)
        source = open_input(player.receive, arguments.source)
        open_things.callback(source.close)
        sys.stdout.write(f"Listening on {source.name}, answering on {output.name}; type stop, or Ctrl-C, to end.\n")
        if not arguments.clock:
            clock.begin(time.monotonic() + metre.bar * 60 / clock.tempo)  # a bar to lift the hands
        end_when_told()
        player.start()
        open_things.callback(jam.finish)
        open_things.callback(player.close)
        lines: deque[str] = deque()
        threading.Thread(target=_read_lines, args=(lines,), daemon=True).start()
        while player.plays:
            _look(arguments.out, kept)
            if not _obey(lines, player, jam):
                break
            time.sleep(_LOOK_S)
    return player.end_code()


def _read_lines(lines: deque[str]) -> None:
    lines.extend(sys.stdin)
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):  # the program that typed has gone
        lines.append("stop")


def _look(folder: Path, kept: deque[Any]) -> None:
    """Write what was played since the last look, and say what is to be said."""
    while kept:
        turn = kept[0]
        if isinstance(turn, str):
            sys.stdout.write(f"{turn} The last answer goes on.\n")
        else:
            _write(folder, turn)
        kept.popleft()  # only now: whoever is interrupted meanwhile writes it at the end


def _write(folder: Path, turn: Any) -> None:  # noqa: ANN401 - loaded late
    from models import midi_file

    path = midi_file.write_numbered(folder, turn.kind, replace(turn.clip, name=f"{turn.kind} {turn.number + 1}"))
    again = "" if turn.fresh else ", the last one again"
    sys.stdout.write(f"{path}: {len(turn.clip.notes)} notes{again}\n")


def _obey(lines: deque[str], player: Any, jam: Any) -> bool:  # noqa: ANN401 - loaded late
    """Do what was typed; False: stop."""
    from models.music.errors import BadValue

    while lines:
        line = lines.popleft().strip()
        if line in ("stop", "end", "quit", "q"):
            return False
        if not line:
            now = time.monotonic()
            player.tell(lambda now=now: player.clock.tap(now))
            continue
        try:
            dials = jam.dials.told(line)
        except BadValue as problem:
            sys.stdout.write(f"{problem.sentence}\n")
        else:
            # Turned from where they are then: two lines may come at once.
            player.tell(lambda line=line: setattr(jam, "dials", jam.dials.told(line)))
            sys.stdout.write(f"Similarity {dials.similarity:.2f}, density {dials.density}, {dials.bars} bars.\n")
    return True
