"""``clipkin follow``: a piece that runs and is steered over OSC, by a game, a stage controller or a video player;
``clipkin score-scene``: music to picture, with moods over seconds and hits at given ones.
"""

import argparse
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bridge.command_line.command import add_json, command, option, out, print_json
from bridge.command_line.commands.examples import EXAMPLES, own_server
from bridge.messages.piece import BAR, EndCue, Intensity, Landing, MoodCue, SectionCue, StyleCue

_LOOK_S = 0.005
_EXAMPLE = ("lead", "chords", "bass", "beat")
_DEMO_TEMPO = 168.0
GAME: tuple[tuple[float, str, Landing], ...] = (
    (0.0, "intensity 0.1", Intensity(1, 1, BAR, 100)),
    (4.0, "intensity 0.45", Intensity(1, 1, BAR, 450)),
    (8.0, "mood hopeful", MoodCue(1, 1, BAR, "hopeful")),
    (9.0, "intensity 0.7", Intensity(1, 1, BAR, 700)),
    (13.0, "section break", SectionCue(1, 1, BAR, "break")),
    (17.0, "style techno", StyleCue(1, 1, BAR, "techno")),
    (18.0, "intensity 1", Intensity(1, 1, BAR, 1000)),
    (22.0, "mood", MoodCue(1, 1, BAR, "")),
    (23.0, "intensity 0.3", Intensity(1, 1, BAR, 300)),
    (26.0, "end", EndCue(1, 1, BAR)),
)
"""The script that plays the game in the demo: seconds, words for the picture, and the cue."""


def scene_of(paths: list[Path]) -> list[Any]:
    """The clips of files, or of the shipped scene; raises UnreadableFile, BadValue."""
    from bridge.command_line.request import read_clips

    paths = paths or [EXAMPLES / f"{name}.mid" for name in _EXAMPLE]
    return [clip for path in paths for clip in read_clips(path)]


@command(
    "follow",
    "a piece that a game or a stage controller steers over OSC",
    "Plays a scene on a MIDI port and follows /clipkin/live messages (bridge/PROTOCOL.md, section 11).",
    option("clips", nargs="*", type=Path, metavar="CLIP.mid", help="the scene (the clips of `examples`)"),
    option("--to", default="", metavar="PORT", help="the MIDI port to play on (a port of our own)"),
    option("--tempo", type=float, help="quarter notes a minute (the scene's)"),
    option("--intensity", type=float, default=0.4, help="0-1, to begin with (0.4)"),
    option("--demo", action="store_true", help="a small script is the game; draws what came of it, 30 s"),
    out(),
)
def run(arguments: argparse.Namespace) -> int:
    """Play until the end is asked for, or Ctrl-C."""
    from bridge.client.client import Client
    from bridge.client.piece import Running
    from bridge.midi_ports.player import end_when_told, open_output
    from models.following.layers import Layers

    layers = Layers.of(scene_of(arguments.clips))
    if arguments.demo:
        return _demo(layers, arguments.out)
    end_when_told()
    with ExitStack() as opened:
        output = open_output(arguments.to)
        opened.callback(output.close)
        client = opened.enter_context(Client.connect(name="follow"))
        piece = Running(layers, arguments.tempo or layers.loops[0].tempo, arguments.intensity, output.send, client)
        opened.callback(piece.player.close)
        sys.stdout.write(f"A piece runs on {output.name}; it follows /clipkin/live. Ctrl-C ends it.\n")
        while piece.look():
            time.sleep(_LOOK_S)
        return piece.player.end_code()


def _demo(layers: Any, folder: Path) -> int:  # noqa: ANN401 - loaded late, for a quick --help
    from bridge.client.piece import Running, steer
    from models import midi_file
    from models.following.picture import following_picture
    from models.following.scene import energy_of, tracks_of
    from models.jam.jam import Timed
    from models.music.errors import ClipkinError
    from models.studio import Studio

    sent: list[tuple[float, bytes]] = []
    told: list[tuple[float, str]] = []
    with own_server(Studio()) as connect, connect("follow") as client, connect("game") as game:
        piece = Running(layers, _DEMO_TEMPO, 0.1, lambda message: sent.append((time.monotonic(), message)), client)

        def play_game() -> None:
            begun = time.monotonic()
            for second, words, cue in GAME:
                time.sleep(max(0.0, begun + second - time.monotonic()))
                told.append((piece.clock.beat(time.monotonic()), words))
                try:
                    steer(game, cue)
                except ClipkinError as problem:
                    sys.stdout.write(f"{words}: {problem.sentence}\n")

        script = threading.Thread(target=play_game, daemon=True)
        script.start()
        while piece.look():
            time.sleep(_LOOK_S)
        piece.player.close()
        script.join()
    played = [Timed(piece.clock.beat(second), message) for second, message in sent]
    bar, last = piece.stage.metre.bar, piece.stage.end_beat
    bars = round(last / bar)
    asked = [piece.stage.asked_at(number * bar) for number in range(bars)]
    names = [(piece.stage.channel(number), loop.name or str(loop.role)) for number, loop in enumerate(layers.loops)]
    drawn = following_picture(played, bar, asked, energy_of(played, bar, bars), told, names)
    picture = midi_file.publish_numbered(folder, "follow", ".svg", drawn.encode())
    music = midi_file.write_numbered(folder, "follow", tracks_of(played, layers.loops, last))
    sys.stdout.write(f"{len(told)} events, {len(sent)} messages.\n{music}\n{picture}\n")
    return 0


@command(
    "score-scene",
    "music to picture: moods and hits at given seconds",
    "Writes music of a given length out of a scene's clips, a .mid file whose markers are the cues.",
    option("clips", nargs="*", type=Path, metavar="CLIP.mid", help="the scene (the clips of `examples`)"),
    option("--length", type=float, required=True, metavar="SECONDS", help="4-600"),
    option("--moods", required=True, metavar="MOODS", help='"tense 0-8, hopeful 8-24, triumphant 24-30"'),
    option("--hits", default="", metavar="SECONDS", help='a crash at exactly these: "8,24.5"'),
    out(),
    add_json,
)
def run_scene(arguments: argparse.Namespace) -> int:
    """Write the music and a picture of it; say where each mood begins."""
    from models import midi_file
    from models.following.scene import parse_moods, score_scene
    from models.music.errors import BadValue

    try:
        hits = tuple(float(hit) for hit in arguments.hits.replace(",", " ").split())
    except ValueError:
        wrong = f'The hits "{arguments.hits}" are not seconds; write for example "8,24.5".'
        raise BadValue(wrong, field="hits") from None
    moods = parse_moods(arguments.moods, arguments.length)
    scene = score_scene(scene_of(arguments.clips), arguments.length, moods, hits)
    beats = scene.tempo / 60
    cues = [(begins * beats, words) for words, _, begins in scene.begins]
    cues += [(hit * beats, f"hit {hit:g} s") for hit in hits]
    path = midi_file.publish_numbered(arguments.out, "scene", ".mid", midi_file.encode(scene.tracks, sorted(cues)))
    if arguments.json:
        begins = [{"mood": words, "asked_s": asked, "begins_s": round(at, 4)} for words, asked, at in scene.begins]
        told = {"file": str(path), "tempo": scene.tempo, "length_s": arguments.length}
        return print_json({**told, "moods": begins, "hits_s": list(hits)})
    sys.stdout.write(f"{path}: {arguments.length:g} s at {scene.tempo:g} a minute.\n")
    for words, asked, at in scene.begins:
        off = f", {abs(at - asked):.2f} s {'late' if at > asked else 'early'}" if abs(at - asked) >= 0.01 else ""
        sys.stdout.write(f"{at:7.2f} s  {words}{off}\n")
    sys.stdout.writelines(f"{hit:7.2f} s  hit\n" for hit in hits)
    return 0
