"""``clipkin examples``: the shipped clips, as files to try the commands on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bridge.command_line.command import command
from bridge.command_line.options import out
from bridge.command_line.places import check_places, make_folder
from models.music.errors import BadValue

EXAMPLES = Path(__file__).parents[2] / "examples"


@command("examples", "write the clips of the README", "Writes the clips that the README's commands use.", out())
def run(arguments: argparse.Namespace) -> int:
    """Write every shipped clip that isn't there yet; none where a name is taken by another file."""
    check_places(arguments)
    from models import midi_file

    clips = {arguments.out / shipped.name: shipped.read_bytes() for shipped in sorted(EXAMPLES.glob("*.mid"))}
    missing = {path: data for path, data in clips.items() if not path.exists()}
    other = [path for path, data in clips.items() if path not in missing and path.read_bytes() != data]
    if other:
        raise BadValue(f'"{other[0]}" is there already; choose another folder with --out.', field="out")
    make_folder(arguments.out)
    for path, data in missing.items():
        midi_file.publish(path, data)
    sys.stdout.writelines(f"{path}\n" for path in clips)
    return 0
