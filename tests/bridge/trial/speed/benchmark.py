"""The speed benchmark: how soon the server is there, what it costs, how soon variations come, beside what the machine
allows and a peer.

Over UDP wall time is measured, in this process processor time, which a busy machine distorts less; medians of several
rounds, beside a loop to calibrate by. In this process each round asks for a clip of its own, of which no engine has
anything kept; where "asked again" is said, for one clip with other seeds. ``--whole`` measures every engine and task by
length and count.

Offers: ``main``, ``run_speed_benchmark``.
"""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from models import midi_file
from models.benchmarks.figure import Figure, show
from models.engines.kin.weights import read_decoder
from models.studio import Studio
from models.training.options import Options
from tests.bridge.trial.speed import readme
from tests.bridge.trial.speed.direct import Cell, a_line, growth, measured, of_another_clip, requests_of
from tests.bridge.trial.speed.machine import Limits, calibration_s, step_s
from tests.bridge.trial.speed.peer import music_rnn
from tests.bridge.trial.speed.picture import picture
from tests.bridge.trial.speed.server import server_figures

EXAMPLES = Path(__file__).parents[4] / "bridge" / "examples"
ROUNDS = 7
PEER_GOALS = {"kin": 5, "lstm": 5, "rnn": 5, "vae": 8, "gan": 8, "rules": 15}
"""How many times faster than MusicRNN all four variations of an engine are to come."""
_FIRST_GOAL, _VARIATIONS = 3, 4
_MOOD, _LIMIT, _LINEAR, _EIGHT = 1.5, 3.0, 1.1, 2.5


def main(arguments: Sequence[str]) -> None:
    """The command ``benchmark speed``."""
    options = Options("benchmark speed", __doc__, data="", json=True)
    options.add_argument("--whole", action="store_true", help="every engine and task by length and count: many minutes")
    options.add_argument("--engines", default="", metavar="NAMES", help="with --whole: only these, with commas between")
    options.add_argument("--picture", type=Path, metavar="SVG", help="with --whole: draw how time grows with notes")
    options.add_argument("--peer", choices=("magenta",), help="Magenta.js MusicRNN beside it; needs Node")
    options.add_argument("--peer-dir", type=Path, default=Path(), metavar="DIR", help="where its packages are")
    options.add_argument("--readme", action="store_true", help="only what stands in the README, and write it there")
    chosen = options.parse_args(arguments)
    if chosen.readme:
        studio = Studio(patient=True)
        peer = music_rnn(chosen.peer_dir) if chosen.peer else None
        readme.write(readme.table(studio, _usual(studio), peer))
        return
    if not chosen.whole:
        show(run_speed_benchmark(chosen.peer_dir if chosen.peer else None), as_json=chosen.json)
        return
    studio = Studio(patient=True)
    names = [name for name in chosen.engines.split(",") if name] or [card.name for card in studio.engines()]
    cells = list(measured(studio, names, 3))
    if chosen.picture:
        chosen.picture.write_text(picture(cells), encoding="utf-8")
    show(_cell_figures(cells), as_json=chosen.json, more=[asdict(cell) for cell in cells])


def run_speed_benchmark(peer: Path | None = None) -> list[Figure]:
    """Measure; a minute. peer: the folder of the peer's packages."""
    lead, beat = (midi_file.read(EXAMPLES / f"{name}.mid") for name in ("lead", "beat"))
    figures = [Figure("calibration: a million steps of Python", calibration_s(), "s")]
    figures += [*_commands(), *server_figures(lead, beat, ROUNDS)]
    studio = Studio(patient=True)
    cells = _usual(studio)
    for cell in cells:
        figures.append(Figure(f"{cell.engine}: first of 4 variations, processor", cell.first_s, "s"))
        figures.append(Figure(f"{cell.engine}: all 4 variations, processor", cell.all_s, "s"))
        figures.append(Figure(f"{cell.engine}: spread of the rounds", cell.spread))
    figures += [*_ratios(studio), *_decoding(), *_stopping(studio)]
    if peer is not None:
        figures += _beside(*music_rnn(peer), cells)
    return [*figures, Figure("calibration again", calibration_s(), "s")]


def _usual(studio: Studio) -> list[Cell]:
    """Four variations of 32 notes by every engine that varies."""
    names = [card.name for card in studio.engines() if card.available and "vary" in card.tasks]
    return list(measured(studio, names, ROUNDS, tasks=("vary",), whole=False))


def _commands() -> Iterator[Figure]:
    """Processor time of commands from a cold start; where the system tells."""
    try:
        import resource
    except ImportError:
        return

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    with tempfile.TemporaryDirectory() as folder:
        for what, arguments, goal in (
            ("--help", ["--help"], 0.15),
            ("vary with kin", ["vary", str(EXAMPLES / "lead.mid"), "--engine", "kin", "--out", folder], 2.0),
        ):
            before = spent()
            subprocess.run(
                [sys.executable, "-m", "bridge.command_line", *arguments], check=True, stdout=subprocess.DEVNULL
            )
            yield Figure(f"clipkin {what}: processor", spent() - before, "s", (0, goal))


def _took_s(
    studio: Studio, engine: str, count: int, mood: str = "", notes: int = 32, *, again: bool = False
) -> tuple[float, float]:
    """The medians of rounds with a new clip each: processor time until the first and the last of so many variations.

    again: all rounds ask for the same clip
    """
    firsts, alls = [], []
    one = of_another_clip(requests_of("vary", "melody", notes, count))
    for number in range(ROUNDS):
        request = (one if again else of_another_clip(one)).but(mood=mood, seed=number)
        began, first = time.process_time(), 0.0
        for _ in studio.generate(request, engine):
            first = first or time.process_time() - began
        firsts.append(first)
        alls.append(time.process_time() - began)
    return statistics.median(firsts), statistics.median(alls)


def _ratios(studio: Studio) -> Iterator[Figure]:
    for engine in PEER_GOALS:
        eight = _took_s(studio, engine, 8)[1] / _took_s(studio, engine, 1)[1]
        yield Figure(f"{engine}: eight results, times one", eight, "", (0, _EIGHT))
        if engine == "kin":
            plain = _took_s(studio, engine, _VARIATIONS)[1]
            first, every = _took_s(studio, engine, _VARIATIONS, again=True)
            yield Figure("kin: first of 4 of a clip asked again, processor", first, "s")
            yield Figure("kin: all 4 of a clip asked again, processor", every, "s")
            moody = _took_s(studio, engine, _VARIATIONS, mood="happy")[1]
            yield Figure("kin: mood words, times the plain request", moody / plain, "", (0, _MOOD))
            longer = math.log(_took_s(studio, engine, _VARIATIONS, notes=512)[1] / plain) / math.log(512 / 32)
            yield Figure("kin: exponent of time by notes, 32 to 512", longer, "", (0, _LINEAR))


def _decoding() -> Iterator[Figure]:
    decoder, limits = read_decoder("kin"), Limits.measured()
    yield Figure("memory bandwidth, one core", limits.bytes_s / 1e9, "GB/s")
    yield Figure("peak arithmetic, one core", 2 * limits.products_s / 1e9, "GFLOP/s")
    for variations in (1, 8):
        step = step_s(decoder, variations)
        yield Figure(f"kin: steps a second, {variations} at once", variations / step, "")
        least = limits.step_s(decoder, variations)
        yield Figure(f"kin: a step of {variations}, times the machine's limit", step / least, "", (0, _LIMIT))


def _stopping(studio: Studio) -> Iterator[Figure]:
    """How long work goes on after it was cancelled; the longest of several moments, wall time."""
    worst = 0.0
    for after_s in (0.02, 0.1, 0.2, 0.3, 0.5, 0.8):
        stop_at = time.perf_counter() + after_s
        request = requests_of("vary", "melody", 512, 8).but(prompts=(a_line(512),))
        list(studio.generate(request, "kin", cancelled=partial(_is_past, stop_at)))
        worst = max(worst, time.perf_counter() - stop_at)
    yield Figure("kin: cancelled within, 512 notes", 1000 * worst, "ms", (0, 100))


def _is_past(moment: float) -> bool:
    return time.perf_counter() > moment


def _beside(first_s: float, all_s: float, cells: Iterable[Cell]) -> Iterator[Figure]:
    yield Figure("MusicRNN: first of 4, processor", first_s, "s")
    yield Figure("MusicRNN: all 4, processor", all_s, "s")
    for cell in cells:
        goal = PEER_GOALS.get(cell.engine, 1)
        yield Figure(f"{cell.engine}: all 4, times faster than MusicRNN", all_s / cell.all_s, "", (goal, math.inf))
        if cell.engine == "kin":
            first = first_s / cell.first_s
            yield Figure("kin: the first, times faster than MusicRNN", first, "", (_FIRST_GOAL, math.inf))


def _cell_figures(cells: Sequence[Cell]) -> Iterator[Figure]:
    """Each cell in words, and how time grows of each engine's tasks."""
    for cell in cells:
        what = f"{cell.engine} {cell.task}, {cell.notes} notes, {cell.count}"
        yield Figure(f"{what}: first", cell.first_s, "s")
        yield Figure(f"{what}: all (± {cell.spread / 2:.0%})", cell.all_s, "s")
    for pair in dict.fromkeys((cell.engine, cell.task) for cell in cells):
        grown = growth(cell for cell in cells if (cell.engine, cell.task) == pair)
        if not math.isnan(grown):
            yield Figure(f"{' '.join(pair)}: exponent of time by notes", grown, "", (0, _LINEAR))
