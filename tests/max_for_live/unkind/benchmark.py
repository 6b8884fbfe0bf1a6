"""Both roads into Live, each in its imitation, over UDP beside a real server: how fast, how exact, and what loss and
killed servers leave.

The imitations are the tests' own, so that it needs the source; the device's script needs Node. Times are the best of
five, because another program can only add to them. About 12 minutes with all runs. Offers: ``main``, ``lossy_runs``,
``killed_runs``.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import max_for_live
from bridge.messages.live import ALL_NOTES
from bridge.server.serve import Server
from max_for_live.build import write_development_device
from models.benchmarks.figure import Figure, show
from models.generator import Report, Request, Variation
from models.music.errors import BadValue
from models.training.options import Options
from tests.bridge.trial.echo import Echo
from tests.bridge.trial.loss_relay import LossRelay, Trouble
from tests.bridge.trial.reliability.processes import ServerProcess
from tests.max_for_live.device import find_node, result_of, start_device, whole_or_nothing
from tests.max_for_live.live_script.stage import FOUR, Stage

ROUNDS, LOSSY, KILLED = 5, 100, 50
REPLAYS = 9
TROUBLE = Trouble(0.2, 0.1, 0.25)
TURN_MS = 6.0
"""The script's own: a turn of the Task begins no new piece of work after it."""
ES5 = {"mujs": "mujs", "duktape": "duk"}
CLEAR = ("Clipkin has stopped", "Clipkin isn't running", "The server was restarted", "The server stopped")
FIGURES = Path(__file__).parent / "figures.js"
README = Path(max_for_live.__file__).parent / "README.md"
BEGIN, END = "<!-- figures: written by `clipkin benchmark live --readme`; do not edit -->", "<!-- end of figures -->"


class Same(Echo):
    """A studio whose variations are the prompt: what remains is the way there, the way back and the writing."""

    def generate(self, request: Request, *_: object, **__: object) -> Iterator[Variation]:  # type: ignore[override]
        """Yield ``request.count`` times the prompt."""
        kept = tuple(range(len(request.prompt.notes)))
        for number in range(request.count):
            yield Variation(request.prompt, request.seed + number, kept, Report(1.0))


def main(arguments: Sequence[str]) -> int:
    """The command ``benchmark live``; gives 1 where a goal is missed."""
    options = Options("benchmark live", __doc__, data="", json=True)
    options.add_argument("--share", type=float, default=1.0, help="of the runs with loss and with killed servers (1)")
    options.add_argument("--readme", action="store_true", help="write the figures into max_for_live/README.md, too")
    chosen = options.parse_args(arguments)
    lossy, killed = (max(1, round(chosen.share * runs)) for runs in (LOSSY, KILLED))
    with tempfile.TemporaryDirectory() as place:
        figures = [*_surface(Path(place) / "surface", lossy, killed), *_device(Path(place) / "device", lossy, killed)]
    show(figures, as_json=chosen.json)
    if chosen.readme:
        before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n{_table(figures)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0 if all(figure.reached for figure in figures) else 1


def _table(figures: Sequence[Figure]) -> str:
    rows = [
        f"| {one.name} | {one.value_text} | {one.goal_text} | {'' if one.reached else 'missed'} |" for one in figures
    ]
    busy = f", load {os.getloadavg()[2]:.0f} over the last quarter of an hour" if hasattr(os, "getloadavg") else ""
    said = f"Measured on {date.today()}, {os.cpu_count()} cores{busy}: times are those of a machine that busy."
    return "\n".join(["| what | measured | goal | |", "|---|---|---|---|", *rows, "", said])


def _surface(folder: Path, lossy: int, killed: int) -> Iterator[Figure]:
    times, spent, exact, longest = [], [], 0, 0.0
    with Server(0, Same(), folder=folder) as server:
        for _ in range(ROUNDS):
            live = Stage(folder)
            prompt = live.put_clip(2000)
            live.connect()
            assert live.client
            began, spent_s = time.perf_counter(), time.process_time()
            taken = live.take(ALL_NOTES)
            said = live.put([taken.clip] * 4, taken)
            times.append(time.perf_counter() - began)
            spent.append(time.process_time() - spent_s)
            wanted = _values(prompt)
            exact += said == FOUR and [_values(clip) for clip in live.clips()] == [wanted] * 5
            longest = max(longest, live.longest_s)
            live.close()
        yield Figure("surface: 2000 notes out, 4 x 2000 in", min(times), "s", (0, 2))
        yield Figure("surface: the same, processor time with server and imitation", min(spent), "s", (0, 2))
        yield Figure(f"surface: every value exact, of {ROUNDS}", exact, "", (ROUNDS, ROUNDS))
        yield Figure("surface: longest beat, by the cost of its calls", 1000 * longest, "ms", (0, 10))
        whole = sum(_lossy_put(server, folder / "relay", seed) for seed in range(lossy))
    yield Figure(f"surface: lost, doubled, late 20/10/25 %: each clip once, of {lossy}", whole, "", (lossy, lossy))
    with ServerProcess(folder / "killed") as killable:
        ends = list(_killed_puts(killable, killed))
    yield from _kill_figures("surface", ends, killed)


def _values(clip: Any) -> list[tuple]:
    return sorted(tuple(note[name] for name in sorted(note)) for note in clip.notes.values())


def _lossy_put(server: Server, folder: Path, seed: int) -> bool:
    """Take 300 notes and put them twice, through the relay; True when each clip is there once."""
    with LossRelay(server.port, TROUBLE, seed=seed) as relay:
        replace(server.port_file, port=relay.port).write(folder)
        live = Stage(folder)
        live.client_folder = server._folder
        prompt = live.put_clip(300)
        taken = live.take(ALL_NOTES)
        if not live.refused:
            live.put([taken.clip] * 2, taken)
        whole = [_values(clip) for clip in live.clips()] == [_values(prompt)] * 3
        live.close()
    return whole


def _killed_puts(server: ServerProcess, runs: int) -> Iterator[tuple[float, float, float]]:
    """Orders to take and to put, the server killed at a random moment of one; as ``_kill_figures`` has it."""
    chance = random.Random(5)
    for number in range(runs):
        live = Stage(server.folder)
        live.put_clip(1000)
        taken = live.take(ALL_NOTES)
        killing = _Kill(server, chance.random() * 0.3)
        if number % 2:
            taken = live.take(ALL_NOTES)
        else:
            live.put([taken.clip] * 3, taken)
        ended = time.monotonic()
        live.until(killing.done)
        assert len(live.clips()) in (1, 4)
        assert all(len(clip.notes) == 1000 for clip in live.clips())
        live.close()
        end = max(0.0, ended - killing.at)
        yield end, end, killing.away


class _Kill:
    """Kills the server and starts it again, ``after`` so many seconds of an order, while Live goes on."""

    def __init__(self, server: ServerProcess, after: float) -> None:
        self._server, self._after, self.at, self.away = server, after, float("inf"), 0.0
        self._thread = threading.Thread(target=self._kill, daemon=True)
        self._thread.start()

    def done(self) -> bool:
        """Is the server there again?"""
        return not self._thread.is_alive()

    def _kill(self) -> None:
        time.sleep(self._after)
        self.at = time.monotonic()
        self._server.kill()
        self._server.start()
        self.away = time.monotonic() - self.at


def _kill_figures(road: str, runs: list[tuple[float, float, float]], wanted: int) -> Iterator[Figure]:
    """``runs``: the seconds from each kill to a clear sentence or the end, to the end, and until a server was there."""
    name = f"{road}: server killed"
    yield Figure(f"{name}: all or none, and a sentence, of {wanted}", len(runs), "", (wanted, wanted))
    yield Figure(f"{name}: to a clear sentence or the end", max(first for first, _, _ in runs), "s", (0, 7))
    yield Figure(f"{name}: to the end", max(end for _, end, _ in runs), "s", (0, 7))
    yield Figure(f"{name}: of which this machine took to start one", max(away for _, _, away in runs), "s")
    after = max(end - away for _, end, away in runs)
    yield Figure(f"{name}: from the server's return to the end", after, "s")


def _device(folder: Path, lossy: int, killed: int) -> Iterator[Figure]:
    node = find_node()
    if node is None:
        raise BadValue("The device's script needs Node 18 or later; install it, then measure again.", field="node")
    write_development_device(folder)
    script = next(folder.glob("clipkin-*.js"))

    def start(port: int, **settings: object) -> subprocess.Popen[str]:
        return start_device(node, script, port, controls={"engine": 1, "seed": 11, "count": 2}, **settings)

    yield from _turns(node, script, folder)
    with Server(0, Same(), folder=folder) as server:
        many = {"notes": 5000, "beats": 1200}
        results = [
            result_of(start_device(node, script, server.port, **many, controls={"engine": 1, "count": 4}))
            for _ in range(ROUNDS)
        ]
        exact = sum(_same_clips(result, 5, 5000) for result in results)
        best = min(results, key=lambda result: result["elapsed_ms"])
        yield Figure("device: 5000 notes out, 4 x 5000 in", best["elapsed_ms"] / 1000, "s", (0, 3))
        yield Figure("device: the same, processor time with the imitation", best["cpu_ms"] / 1000, "s", (0, 3))
        yield Figure(f"device: every value exact, of {ROUNDS}", exact, "", (ROUNDS, ROUNDS))
        whole = sum(lossy_runs(start, server, lossy))
    yield Figure(f"device: lost, doubled, late 20/10/25 %: each clip once, of {lossy}", whole, "", (lossy, lossy))
    runs = list(killed_runs(start, folder / "killed", killed))
    yield Figure("device: server killed: clips came all the same", sum(came for came, *_ in runs), "")
    yield from _kill_figures("device", [times for _, *times in runs], killed)


def _same_clips(result: dict[str, Any], count: int, notes: int) -> bool:
    clips = [clip["notes"] for clip in result["clips"]]
    return [len(clip) for clip in clips] == [notes] * count and all(clip == clips[0] for clip in clips)


def _turns(node: str, script: Path, folder: Path) -> Iterator[Figure]:
    """What the script asks and how long it takes, in V8 without its compiler and in the ES5 engines that are here."""
    environment = {**os.environ, "CLIPKIN_SCRIPT": str(script)}
    run = {"capture_output": True, "text": True, "check": True}
    found = json.loads(subprocess.run([node, "--jitless", FIGURES], env=environment, **run).stdout)
    yield Figure("device: questions of Make, 40 tracks x 200 scenes", found["questions"], "", (0, 200))
    yield Figure("device: reading 5000 notes when Make is pressed", found["press"], "ms")
    yield Figure("device: longest turn, V8 without compiler", TURN_MS + found["longest"], "ms", (0, 20))
    subprocess.run([node, FIGURES, str(REPLAYS)], env={**environment, "CLIPKIN_TRACES": str(folder)}, **run)
    for engine, program in ES5.items():
        if shutil.which(program):
            said = subprocess.run([program, folder / "replay.js"], **run).stdout
            yield Figure(f"device: longest turn, {engine}", TURN_MS + float(said.split()[-1]), "ms", (0, 20))


Start = Callable[..., "subprocess.Popen[str]"]


def lossy_runs(start: Start, server: Any, runs: int) -> Iterator[bool]:
    """The device through a relay that loses, doubles and delays: did each clip come, once? Never a half one."""
    for seed in range(runs):
        with LossRelay(server.port, TROUBLE, seed=seed) as relay:
            yield whole_or_nothing(result_of(start(relay.port, notes=300, patient=True)), 2, 100)


def killed_runs(start: Start, folder: Path, runs: int) -> Iterator[tuple[bool, float, float, float]]:
    """The device, its server killed at a random moment and started again at once: did the clips come, the seconds from
    the kill to a clear sentence or the end, to the end, and until a server was there. Never a half clip."""
    chance = random.Random(5)
    with ServerProcess(folder, "brief") as server:
        for _ in range(runs):
            device = start(server.port, notes=1000, patient=True)
            assert device.stderr is not None
            assert device.stderr.readline() == "pressed\n"
            time.sleep(chance.random() * 0.8)
            server.kill()
            killed_ms = 1000 * time.time()
            server.start()
            away = time.time() - killed_ms / 1000
            result = result_of(device)
            came = whole_or_nothing(result, 2, 100)
            ended = result["ended_at_ms"]
            clear = [at for at, words in result["said"] if at >= killed_ms and words.startswith(CLEAR)]
            first, end = (max(0.0, at - killed_ms) / 1000 for at in (min([ended, *clear]), ended))
            yield came, first, end, away
