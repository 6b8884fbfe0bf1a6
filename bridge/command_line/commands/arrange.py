"""``clipkin arrange``: from the clips of a scene a song of sections."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bridge.command_line import options
from bridge.command_line.piano_roll import write_svg
from bridge.command_line.results import Watch, make_folder
from models import midi_file
from models.arrangement.arrange import Arrangement, arrange
from models.arrangement.picture import picture, song_picture
from models.arrangement.plan import PLANS, plan_named
from models.generator import Request, Variation
from models.music.clip import Clip
from models.music.errors import EmptyClip
from models.music.scale import Scale
from models.studio import Studio


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command."""
    parser = commands.add_parser(
        "arrange",
        help="a song from the clips of a scene",
        description="Intro, verse, build, drop … from clips that play together.",
    )
    parser.add_argument(
        "prompt", metavar="CLIP.mid", type=Path, nargs="+", help="one file a track, or one with several"
    )
    parser.add_argument("--plan", default="pop", metavar="NAME|FILE.toml", help=f"{', '.join(PLANS)} or your own (pop)")
    parser.add_argument("--bars", type=int, help="length of the song; the plan's own when left out")
    parser.add_argument("--engine", default="rules", metavar="NAME", help="who varies where the plan says so (rules)")
    parser.add_argument("--scale", default=options.AUTO, metavar='auto|"A minor"', help="for what is varied")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other variations (0)")
    parser.add_argument("--out", type=Path, default=Path("."), metavar="DIR", help="folder for the results")
    parser.add_argument(
        "--picture", type=Path, metavar="FILE.svg", help="where the song's picture goes (song.svg beside song.mid)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Arrange, write one file for each section and one for the song, draw."""
    tracks = [clip for path in arguments.prompt for clip in midi_file.read_tracks(path)]
    if not tracks:
        raise EmptyClip("There is nothing to arrange; choose clips with notes.")
    plan = plan_named(arguments.plan)
    plan = plan.scaled(arguments.bars) if arguments.bars is not None else plan
    scale = None if arguments.scale in (options.AUTO, options.OFF) else Scale.parse(arguments.scale)
    studio = Studio(patient=True)

    def vary(request: Request) -> Iterator[Variation]:
        return studio.generate(request, arguments.engine)

    with Watch() as watch:
        song = arrange(tracks, plan, vary=vary, scale=scale, seed=arguments.seed)
    make_folder(arguments.out)
    drawn = arguments.picture or arguments.out / "song.svg"
    write_svg(drawn, song_picture(song))
    files = _write(song, arguments.out)
    if arguments.json:
        told = {**_told(song, files, watch.elapsed_ms, arguments.seed), "picture": str(drawn)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(picture(song) + "\n")
        sys.stdout.writelines(f"{path}\n" for path in (*files, drawn))
    return 0


def _write(song: Arrangement, folder: Path) -> list[Path]:
    files = []
    for number, section in enumerate(song.sections, 1):
        files.append(folder / f"{number:02d}-{section.name.replace(' ', '-')}.mid")
        midi_file.write(files[-1], _playing(section.clips))
    files.append(folder / "song.mid")
    midi_file.write(files[-1], song.song, markers=[(marker.onset, marker.name) for marker in song.markers])
    return files


def _playing(clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
    """The tracks that play in a section; the first, silent, where none does."""
    return tuple(clip for clip in clips if clip.notes) or clips[:1]


def _told(song: Arrangement, files: list[Path], elapsed_ms: float, seed: int) -> dict[str, Any]:
    return {
        "task": "arrange",
        "seed": seed,
        "elapsed_ms": round(elapsed_ms, 1),
        "song": str(files[-1]),
        "sections": [
            {
                "name": section.name,
                "bars": section.bars,
                "energy": section.energy,
                "file": str(path),
                "onset": marker.onset,
                "density": round(section.density, 2),
            }
            for section, marker, path in zip(song.sections, song.markers, files[:-1], strict=True)
        ],
        "density_agreement": round(song.density_agreement, 4),
    }
