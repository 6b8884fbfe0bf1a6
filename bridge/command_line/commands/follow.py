"""``clipkin follow``: a piece that runs and is steered over OSC, by a game, a stage controller or a video player;
``clipkin score-scene``: music to picture, with moods over seconds and hits at given ones.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.command_line.command import command, option
from bridge.command_line.options import add_json, check_places, make_folder, out, print_json

if TYPE_CHECKING:
    from bridge.client.client import Client
    from bridge.client.piece import PieceHost
    from bridge.midi_ports.player import Player
    from models.following.layers import Layers
    from models.following.stage import Event, Stage


_LOOK_S = 0.005
_EXAMPLE = ("lead", "chords", "bass", "beat")
_DEMO_TEMPO = 168.0
GAME: tuple[tuple[float, str, str], ...] = (
    (0.0, "intensity", "0.1"),
    (4.0, "intensity", "0.45"),
    (8.0, "mood", "hopeful"),
    (9.0, "intensity", "0.7"),
    (13.0, "section", "break"),
    (17.0, "style", "techno"),
    (18.0, "intensity", "1"),
    (22.0, "mood", ""),
    (23.0, "intensity", "0.3"),
    (26.0, "end", ""),
)
"""The script that plays the game in the demo: seconds, what, and how."""


def scene_of(paths: list[Path]) -> list[Any]:
    """The clips of files, or of the shipped scene; raises UnreadableFile, BadValue."""
    from bridge.command_line.commands.examples import EXAMPLES
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
    from bridge.midi_ports.player import end_when_told, open_output
    from models.following.layers import Layers

    check_places(arguments)
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
        if piece.player.sentence:
            sys.stderr.write(f"{piece.player.sentence}\n")
            return 2
    return 0


class Running:
    """A stage, the thread that plays it, and the wire that steers it."""

    def __init__(
        self, layers: Layers, tempo: float, intensity: float, send: Callable[[bytes], None], client: Client
    ) -> None:
        from bridge.client.piece import PieceHost
        from bridge.midi_ports.player import Player
        from models.following.stage import Event, Stage
        from models.jam.clock import BeatClock
        from models.studio import Studio

        Event(intensity=intensity)
        self.stage: Stage = Stage(layers, intensity)
        self.clock = BeatClock(tempo)
        self.clock.begin(time.monotonic() + 0.5)
        self.player: Player = Player(self.clock, send, lambda *_: None, self.stage.advance, self.stage.restart)
        self._studio = Studio()
        self._host: PieceHost = PieceHost(client, layers.loops[0].name or "piece", tempo, self._take, self._parts)
        self.player.start()

    def look(self) -> bool:
        """Take and answer what has come; False when the piece has ended."""
        self._host.look()
        over = self.stage.ended and self.clock.beat(time.monotonic()) > self.stage.end_beat
        return self.player.plays and not over

    def _take(self, event: Event) -> None:
        self.stage.check(event)
        self.player.tell(lambda: self.stage.tell(event))

    def _parts(self, style: str, at: str) -> Event:
        """Drums and a bass of a style, made here while the player plays on; raises ClipkinError."""
        from models.following.layers import style_requests
        from models.following.stage import Event

        parts = [
            (role, variation.clip)
            for role, request in style_requests(self.stage.layers, style, 0)
            for variation in self._studio.generate(request)
        ]
        return Event(at, parts=tuple(parts))


def _demo(layers: Layers, out: Path) -> int:
    from bridge.client.client import Client
    from bridge.server.serve import Server
    from models import midi_file
    from models.following.picture import following_picture
    from models.following.scene import energy_of, tracks_of
    from models.jam.jam import Timed
    from models.studio import Studio

    sent: list[tuple[float, bytes]] = []
    told: list[tuple[float, str]] = []
    # A folder of its own, so that the demo doesn't take the port file of a server that serves Live.
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(0, Studio(), folder=Path(folder)) as server,
        Client.connect(server.port, name="follow", folder=Path(folder)) as client,
        Client.connect(server.port, name="game", folder=Path(folder)) as game,
    ):
        piece = Running(layers, _DEMO_TEMPO, 0.1, lambda message: sent.append((time.monotonic(), message)), client)
        script = threading.Thread(target=_play_game, args=(game, piece.clock, told), daemon=True)
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
    make_folder(out)
    picture = midi_file.publish_numbered(out, "follow", ".svg", drawn.encode())
    music = midi_file.write_numbered(out, "follow", tracks_of(played, layers.loops, last))
    sys.stdout.write(f"{len(told)} events, {len(sent)} messages.\n{music}\n{picture}\n")
    return 0


def _play_game(game: Client, clock: Any, told: list[tuple[float, str]]) -> None:  # noqa: ANN401 - loaded late
    from bridge.client.piece import steer
    from bridge.messages.piece import BAR, EndCue, Intensity, Landing, MoodCue, SectionCue, StyleCue
    from models.music.errors import ClipkinError

    cues: dict[str, Callable[[str], Landing]] = {
        "intensity": lambda how: Intensity(1, 1, BAR, round(float(how) * 1000)),
        "mood": lambda how: MoodCue(1, 1, BAR, how),
        "section": lambda how: SectionCue(1, 1, BAR, how),
        "style": lambda how: StyleCue(1, 1, BAR, how),
        "end": lambda how: EndCue(1, 1, BAR),
    }
    begun = time.monotonic()
    for second, what, how in GAME:
        time.sleep(max(0.0, begun + second - time.monotonic()))
        told.append((clock.beat(time.monotonic()), f"{what} {how}".strip()))
        try:
            steer(game, cues[what](how))
        except ClipkinError as problem:
            sys.stdout.write(f"{what} {how}: {problem.sentence}\n")


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

    check_places(arguments)
    try:
        hits = tuple(float(hit) for hit in arguments.hits.replace(",", " ").split())
    except ValueError:
        raise BadValue(
            f'The hits "{arguments.hits}" are not seconds; write for example "8,24.5".', field="hits"
        ) from None
    scene = score_scene(
        scene_of(arguments.clips), arguments.length, parse_moods(arguments.moods, arguments.length), hits
    )
    beats = scene.tempo / 60
    cues = [(begins * beats, words) for words, _, begins in scene.begins]
    cues += [(hit * beats, f"hit {hit:g} s") for hit in hits]
    make_folder(arguments.out)
    path = midi_file.publish_numbered(arguments.out, "scene", ".mid", midi_file.encode(scene.tracks, sorted(cues)))
    if arguments.json:
        moods = [{"mood": words, "asked_s": asked, "begins_s": round(at, 4)} for words, asked, at in scene.begins]
        told = {"file": str(path), "tempo": scene.tempo, "length_s": arguments.length}
        return print_json({**told, "moods": moods, "hits_s": list(hits)})
    sys.stdout.write(f"{path}: {arguments.length:g} s at {scene.tempo:g} a minute.\n")
    for words, asked, begins in scene.begins:
        off = f", {abs(begins - asked):.2f} s {'late' if begins > asked else 'early'}"
        sys.stdout.write(f"{begins:7.2f} s  {words}{off if abs(begins - asked) >= 0.01 else ''}\n")
    sys.stdout.writelines(f"{hit:7.2f} s  hit\n" for hit in hits)
    return 0
