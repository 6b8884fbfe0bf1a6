"""``clipkin examples``: the shipped clips, to try the commands on; ``clipkin demo``: the whole road on one of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.command_line.command import command, option, out
from models.music.errors import BadValue

if TYPE_CHECKING:
    from bridge.client.client import Client
    from models.studio import Studio

EXAMPLES = Path(__file__).parents[2] / "examples"


@command("examples", "write the clips of the README", "Writes the clips that the README's commands use.", out())
def run_examples(arguments: argparse.Namespace) -> int:
    """Write every shipped clip that isn't there yet; none where a name is taken by another file."""
    from models import midi_file

    clips = {arguments.out / shipped.name: shipped.read_bytes() for shipped in sorted(EXAMPLES.glob("*.mid"))}
    missing = {path: data for path, data in clips.items() if not path.exists()}
    other = [path for path, data in clips.items() if path not in missing and path.read_bytes() != data]
    if other:
        raise BadValue(f'"{other[0]}" is there already; choose another folder with --out.', field="out")
    for path, data in missing.items():
        midi_file.publish(path, data)
    sys.stdout.writelines(f"{path}\n" for path in clips)
    return 0


SEED = 42


@contextmanager
def own_server(studio: Studio) -> Iterator[Callable[[str], Client]]:
    """A server for a demo, on any free port; gives what connects a client of that name to it."""
    from bridge.client.client import Client
    from bridge.server.serve import Server

    # In a folder of its own, so that it doesn't take the port file of a server that serves Live.
    with tempfile.TemporaryDirectory() as folder, Server(0, studio, folder=Path(folder)) as server:
        yield lambda name: Client.connect(server.port, name=name, folder=Path(folder))


@command(
    "demo",
    "the main job on a shipped clip",
    "Sends a clip to a server over OSC, writes 4 variations and a picture.",
    out("clipkin-demo"),
    option("--engine", default="auto", metavar="NAME", help="see `clipkin engines` (auto)"),
)
def run_demo(arguments: argparse.Namespace) -> int:
    """Start a server on a free port, send the clip, receive, write, draw."""
    from bridge.command_line.piano_roll import piano_rolls
    from bridge.command_line.results import Results, print_table, rolls, write_results
    from models import midi_file
    from models.generator import Request
    from models.studio import Studio

    clip = midi_file.read(EXAMPLES / "lead.mid")
    request, studio = Request(prompts=(clip,), similarity=0.7, count=4, seed=SEED), Studio(patient=True)
    with own_server(studio) as connect, connect("demo") as client:
        sys.stdout.write(f"A server listens on port {client.port}; {len(clip.notes)} notes go to it over OSC.\n")
        results = Results.of(request, studio.chosen(request, arguments.engine), client.vary(request, arguments.engine))
    paths = write_results(results, arguments.out, "lead")
    picture = midi_file.publish_numbered(arguments.out, "lead", ".svg", piano_rolls(rolls(results)).encode())
    print_table(results, paths)
    sys.stdout.write(f"The first came after {results.first_ms:.0f} ms. Picture: {picture}\n")
    return 0
