"""Both roads into Live, each in its imitation, over UDP beside a real server: how fast, how exact, and what loss and
killed servers leave.

The imitations are the tests' own, so that it needs the source; the device's script needs Node. Times are the best of
three, because another program can only add to them. About 12 minutes with all runs. Offers: ``main``, ``lossy_runs``,
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
from pathlib import Path
from typing import Any

from bridge.messages.live import ALL_NOTES
from bridge.server.serve import Server
from bridge.trial.loss_relay import LossRelay, Trouble
from bridge.trial.reliability.processes import ServerProcess
from bridge.trial.wire_benchmark import Echo
from max_for_live.build import write_development_device
from models.benchmarks.figure import Figure, show
from models.music.errors import BadValue
from models.training.options import Options
from tests.max_for_live.device import find_node, result_of, start_device, whole_or_nothing
from tests.max_for_live.live_script.stage import FOUR, Stage

ROUNDS, LOSSY, KILLED = 3, 100, 50
TROUBLE = Trouble(0.2, 0.1, 0.25)
TURN_MS = 6.0
"""The script's own: a turn of the Task begins no new piece of work after it."""
ES5 = {"mujs": "mujs", "duktape": "duk"}
CLEAR = ("Clipkin has stopped", "Clipkin isn't running", "The server was restarted", "The server stopped")
FIGURES = Path(__file__).parent / "figures.js"


def main(arguments: Sequence[str]) -> int:
    """The command ``benchmark live``; gives 1 where a goal is missed."""
    options = Options("benchmark live", __doc__, data="", json=True)
    options.add_argument("--share", type=float, default=1.0, help="of the runs with loss and with killed servers (1)")
    chosen = options.parse_args(arguments)
    lossy, killed = (max(1, round(chosen.share * runs)) for runs in (LOSSY, KILLED))
    with tempfile.TemporaryDirectory() as place:
        figures = [*_surface(Path(place) / "surface", lossy, killed), *_device(Path(place) / "device", lossy, killed)]
    show(figures, as_json=chosen.json)
    return 0 if all(figure.reached for figure in figures) else 1


def _surface(folder: Path, lossy: int, killed: int) -> Iterator[Figure]:
    times, exact, longest = [], 0, 0.0
    with Server(0, Echo(), folder=folder) as server:
        for _ in range(ROUNDS):
            live = Stage(folder)
            prompt = live.put_clip(2000)
            live.connect()
            assert live.client
            began = time.perf_counter()
            taken = live.take(ALL_NOTES)
            said = live.put([taken.clip] * 4, taken)
            times.append(time.perf_counter() - began)
            wanted = _values(prompt)
            exact += said == FOUR and [_values(clip) for clip in live.clips()] == [wanted] * 5
            longest = max(longest, live.longest_s)
            live.close()
        yield Figure("surface: 2000 notes out, 4 x 2000 in", min(times), "s", (0, 2))
        yield Figure(f"surface: every value exact, of {ROUNDS}", exact, "", (ROUNDS, ROUNDS))
        yield Figure("surface: longest beat, by the cost of its calls", 1000 * longest, "ms", (0, 10))
        whole = sum(_lossy_put(server, folder / "relay", seed) for seed in range(lossy))
    yield Figure(f"surface: lost, doubled, late 20/10/25 %: each clip once, of {lossy}", whole, "", (lossy, lossy))
    with ServerProcess(folder / "killed") as killable:
        ends = list(_killed_puts(killable, killed))
    yield from _kill_figures("surface", [(end, end) for end in ends], killed)


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


def _killed_puts(server: ServerProcess, runs: int) -> Iterator[float]:
    """Orders to take and to put, the server killed at a random moment of one; the seconds from the kill to its end."""
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
        yield max(0.0, ended - killing.at)


class _Kill:
    """Kills the server and starts it again, ``after`` so many seconds of an order, while Live goes on."""

    def __init__(self, server: ServerProcess, after: float) -> None:
        self._server, self._after, self.at = server, after, float("inf")
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


def _kill_figures(road: str, runs: list[tuple[float, float]], wanted: int) -> Iterator[Figure]:
    """``runs``: the seconds from each kill to a clear sentence or the end, and to the end."""
    name = f"{road}: server killed"
    yield Figure(f"{name}: all or none, and a sentence, of {wanted}", len(runs), "", (wanted, wanted))
    yield Figure(f"{name}: to a clear sentence or the end", max(first for first, _ in runs), "s", (0, 7))
    yield Figure(f"{name}: to the end", max(end for _, end in runs), "s", (0, 7))


def _device(folder: Path, lossy: int, killed: int) -> Iterator[Figure]:
    node = find_node()
    if node is None:
        raise BadValue("The device's script needs Node 18 or later; install it, then measure again.", field="node")
    write_development_device(folder)
    script = next(folder.glob("clipkin-*.js"))

    def start(port: int, **settings: object) -> subprocess.Popen[str]:
        return start_device(node, script, port, controls={"engine": 1, "seed": 11, "count": 2}, **settings)

    yield from _turns(node, script, folder)
    with Server(0, Echo(), folder=folder) as server:
        many = {"notes": 5000, "beats": 1200}
        results = [
            result_of(start_device(node, script, server.port, **many, controls={"engine": 1, "count": 4}))
            for _ in range(ROUNDS)
        ]
        exact = sum(_same_clips(result, 5, 5000) for result in results)
        best = min(results, key=lambda result: result["elapsed_ms"])
        yield Figure("device: 5000 notes out, 4 x 5000 in", best["elapsed_ms"] / 1000, "s", (0, 3))
        yield Figure("device: the same, processor time", best["cpu_ms"] / 1000, "s", (0, 3))
        yield Figure(f"device: every value exact, of {ROUNDS}", exact, "", (ROUNDS, ROUNDS))
        whole = sum(lossy_runs(start, server, lossy))
    yield Figure(f"device: lost, doubled, late 20/10/25 %: each clip once, of {lossy}", whole, "", (lossy, lossy))
    runs = list(killed_runs(start, folder / "killed", killed))
    yield Figure("device: server killed: clips came all the same", sum(came for came, _, _ in runs), "")
    yield from _kill_figures("device", [(first, end) for _, first, end in runs], killed)


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
    subprocess.run([node, FIGURES], env={**environment, "CLIPKIN_TRACES": str(folder)}, **run)
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


def killed_runs(start: Start, folder: Path, runs: int) -> Iterator[tuple[bool, float, float]]:
    """The device, its server killed at a random moment and started again at once: did the clips come, the seconds from
    the kill to a clear sentence or the end, and to the end. Never a half clip."""
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
            result = result_of(device)
            came = whole_or_nothing(result, 2, 100)
            ended = result["ended_at_ms"]
            clear = [at for at, words in result["said"] if at >= killed_ms and words.startswith(CLEAR)]
            yield came, max(0.0, min([ended, *clear]) - killed_ms) / 1000, max(0.0, ended - killed_ms) / 1000
