"""A song on disk and on the screen: a .mid file for each section, one for the whole, a picture, one JSON object."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import sys
from pathlib import Path

from bridge.command_line.places import make_folder, write_picture
from bridge.command_line.results import Results, remarks_of
from models import midi_file
from models.arrangement.arranged import Arrangement
from models.arrangement.picture import picture, song_picture
from models.arrangement.song import arrangement_of

SONG, PICTURE = "song.mid", "song.svg"


def tell_song(arguments: argparse.Namespace, results: Results) -> int:
    """Write the song that the results make together, and print it as the options say."""
    song = arrangement_of(results.request, results.variations)
    files = _write(song, arguments.out)
    drawn = arguments.picture or files[-1].with_name(PICTURE)
    write_picture(drawn, song_picture(song))
    if arguments.json:
        sections = [
            {
                "name": section.name,
                "bars": section.bars,
                "energy": section.energy,
                "file": str(path),
                "onset": marker.onset,
                "density": round(section.density, 2),
            }
            for section, marker, path in zip(song.sections, song.markers, files[:-1], strict=True)
        ]
        told = {
            **results.head(),
            "song": str(files[-1]),
            "sections": sections,
            "density_agreement": round(song.density_agreement, 4),
            "picture": str(drawn),
            "remarks": list(remarks_of(results.variations)),
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(picture(song) + "\n")
        sys.stdout.writelines(f"{line}\n" for line in (*remarks_of(results.variations), *files, drawn))
    return 0


def _write(song: Arrangement, folder: Path) -> list[Path]:
    """A file for each section and one for the song; in a folder of their own where one of the names is taken.

    The song comes first and claims the others' names, so that two commands in one folder don't meet.
    """
    names = [f"{number:02d}-{section.name.replace(' ', '-')}.mid" for number, section in enumerate(song.sections, 1)]
    names.append(SONG)
    markers = [(marker.onset, marker.name) for marker in song.markers]
    for place in itertools.chain([folder], (folder / f"song-{number}" for number in itertools.count(2))):
        if any((place / name).exists() for name in (*names, PICTURE)):
            continue
        make_folder(place)
        with contextlib.suppress(midi_file.Taken):
            midi_file.write(place / SONG, song.song, markers=markers)
            break
    for name, section in zip(names, song.sections, strict=False):
        midi_file.write(place / name, tuple(clip for clip in section.clips if clip.notes))
    return [place / name for name in names]
