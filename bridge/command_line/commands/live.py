"""The two roads into Live: ``clipkin device`` writes the Max for Live device, ``clipkin live`` is about the control
surface: puts it into Live, takes it away, and asks it for variations of the clip that is selected in Live.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bridge.command_line.options import add_out
from bridge.command_line.places import check_places, make_folder
from bridge.messages.datagram import BadDatagram, decode, encode
from bridge.messages.message import LARGEST, Atom
from bridge.port_file import HOST, PortFile, home
from models.music.errors import BadValue, ClipkinError
from models.tasks.table import TABLE

SURFACE_FILE = "live.json"
"""In the user's data folder: where the control surface of a running Live listens."""

MAKE, STATUS = "/clipkin/host/make", "/clipkin/host/status"
AGAIN_S, SILENT_S = 0.5, 5.0
AT_WORK, WRITTEN = 0, 1
SCALE, CONTEXT, SELECTION, NEEDS_SELECTION = 1, 2, 4, 8
SELECTION_OF = {"infill": SELECTION | NEEDS_SELECTION, "continue": 0, "harmonise": 0, "drums": 0}

CHOOSE = (
    "In Live's settings (before 12: preferences), under Link, Tempo & MIDI, choose Clipkin as Control Surface; "
    "input and output stay None."
)


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare both commands."""
    device = commands.add_parser(
        "device", help="write Clipkin.amxd for Live", description="Writes the frozen Max for Live device."
    )
    add_out(device)
    device.set_defaults(run=write_device)

    live = commands.add_parser(
        "live",
        help="Clipkin in Live without Max for Live",
        description="The control surface for Live 11.1 or later: puts it in, takes it away, asks it for variations.",
    )
    what = live.add_mutually_exclusive_group(required=True)
    what.add_argument("--install", action="store_true", help="put the control surface into Live's User Library")
    what.add_argument("--uninstall", action="store_true", help="take it away")
    what.add_argument(
        "--make", nargs="?", const="vary", metavar="TASK", help="make variations of the clip selected in Live (vary)"
    )
    live.add_argument("--into", type=Path, metavar="DIR", help="Live's User Library; found where it usually is")
    live.add_argument("--count", type=int, default=4, help="how many results (4)")
    live.add_argument("--similarity", type=float, default=0.7, help="0-1, 1 is the clip itself (0.7)")
    live.add_argument("--temperature", type=float, default=1.0, help="how daring, 0.1-2 (1.0)")
    live.add_argument("--seed", type=int, help="the same seed gives the same notes; random when left out")
    live.add_argument("--engine", default="auto", metavar="NAME", help="see `clipkin engines` (auto)")
    live.add_argument("--mood", default="-", metavar="WORDS", help='for example "romantic"')
    live.add_argument("--style", default="-", metavar="WORDS", help="words that say how, for the tasks that take some")
    live.add_argument("--keep", default="-", metavar="PADS", help='drum pads that stay, by name: "Kick,Snare"')
    live.set_defaults(run=run)


def write_device(arguments: argparse.Namespace) -> int:
    """Write the device and say where it goes."""
    check_places(arguments)
    from max_for_live.build import DEVICE_NAME, write_device
    from models import midi_file

    path = arguments.out / DEVICE_NAME
    with tempfile.TemporaryDirectory() as folder:
        built = write_device(Path(folder)).read_bytes()
    if not path.exists() or path.read_bytes() != built:
        if path.exists():
            raise BadValue(f'Another "{path}" is there; move it away, or choose a folder with --out.', field="out")
        make_folder(arguments.out)
        midi_file.publish(path, built)
    sys.stdout.write(
        f"{path}\n"
        "Drag it onto a MIDI track in Live 11.1 or later (Suite, or Standard with Max for Live).\n"
        "To keep it at hand, put it into your User Library under Presets/MIDI Effects/Max MIDI Effect.\n"
    )
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Install, uninstall or make."""
    from max_for_live.live_script.install import find_library, install, uninstall

    if arguments.make:
        sys.stdout.write(make(arguments) + "\n")
        return 0
    library = arguments.into or find_library()
    try:
        folder = install(library) if arguments.install else uninstall(library)
    except OSError as problem:
        raise BadValue(f'"{library}" can\'t be changed ({problem.strerror}); see --into.', field="into") from None
    sys.stdout.write(f"{folder}\nRestart Live. {CHOOSE if arguments.install else ''}".rstrip() + "\n")
    return 0


def make(arguments: argparse.Namespace) -> str:
    """Ask the control surface, and wait for the end; gives its sentence, raises ClipkinError with it."""
    file = PortFile.read(home())
    if file is None:
        raise ClipkinError("Clipkin's server isn't running; start the panel or clipkin serve, then try again.")
    port = surface_port(home())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind((HOST, 0))
        ear.settimeout(AGAIN_S)
        order = random.SystemRandom().randint(1, LARGEST)
        datagram = encode(MAKE, (order, ear.getsockname()[1], file.token, *start_of(arguments)))
        heard_at = time.monotonic()
        while time.monotonic() - heard_at < SILENT_S:
            ear.sendto(datagram, (HOST, port))
            answer = _answer(ear, order)
            if answer is None:
                continue
            heard_at = time.monotonic()
            state, sentence = answer
            if state == WRITTEN:
                return sentence
            if state != AT_WORK:
                raise ClipkinError(sentence)
            time.sleep(AGAIN_S)
    raise ClipkinError(f"Live doesn't answer. {CHOOSE}")


def surface_port(folder: Path) -> int:
    """Where the control surface listens; raises ClipkinError where none does."""
    try:
        return int(json.loads((folder / SURFACE_FILE).read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ClipkinError(f"No Live with Clipkin is open. {CHOOSE}") from None


def start_of(arguments: argparse.Namespace) -> tuple[Atom, ...]:
    """What to read, the pads to keep, and the start from its task on; raises BadValue."""
    task, able = arguments.make, [name for name, row in TABLE.items() if row.reads == "clip"]
    if task not in able:
        raise BadValue(f"\"{task}\" can't be made from Live's selected clip; {', '.join(able)} can.", field="make")
    takes = TABLE[task].takes
    seed = random.SystemRandom().randint(64, LARGEST) if arguments.seed is None else arguments.seed
    return (
        SCALE | CONTEXT | SELECTION_OF.get(task, SELECTION),
        arguments.keep or "-",
        task,
        arguments.engine,
        arguments.mood or "-",
        arguments.style or "-",
        arguments.count if "count" in takes else 1,
        round(arguments.temperature * 1000),
        round(arguments.similarity * 1000) if "similarity" in takes else -1,
        seed,
    )


def _answer(ear: socket.socket, order: int) -> tuple[int, str] | None:
    """The control surface's word on this order; None when there is none."""
    try:
        address, arguments = decode(ear.recv(65_507))
    except (TimeoutError, ConnectionResetError, BadDatagram):
        return None
    if address != STATUS or len(arguments) != 3 or arguments[0] != order:
        return None
    return int(arguments[1]), str(arguments[2])
