"""``clipkin score-scene``: music to picture, with moods over seconds and hits at given ones."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bridge.command_line.command import command, option
from bridge.command_line.options import add_json, out
from bridge.command_line.places import check_places, make_folder


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
def run(arguments: argparse.Namespace) -> int:
    """Write the music and a picture of it; say where each mood begins."""
    from bridge.command_line.playing.follow import scene_of
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
        told = {
            "file": str(path),
            "tempo": scene.tempo,
            "length_s": arguments.length,
            "moods": [{"mood": words, "asked_s": asked, "begins_s": round(at, 4)} for words, asked, at in scene.begins],
            "hits_s": list(hits),
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return 0
    sys.stdout.write(f"{path}: {arguments.length:g} s at {scene.tempo:g} a minute.\n")
    for words, asked, begins in scene.begins:
        off = (
            ""
            if abs(begins - asked) < 0.01
            else f", {abs(begins - asked):.2f} s {'late' if begins > asked else 'early'}"
        )
        sys.stdout.write(f"{begins:7.2f} s  {words}{off}\n")
    sys.stdout.writelines(f"{hit:7.2f} s  hit\n" for hit in hits)
    return 0
