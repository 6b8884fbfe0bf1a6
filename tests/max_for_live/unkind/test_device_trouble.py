"""Loss and death on the way, at random moments: each clip once, none half written, or a clear sentence in time.

A few runs here; ``CLIPKIN_TROUBLE=100`` asks for as many as are wanted before a release.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.server.serve import Server
from bridge.trial.loss_relay import LossRelay, Trouble
from bridge.trial.reliability.processes import ServerProcess

RUNS = int(os.environ.get("CLIPKIN_TROUBLE", "3"))
IN_TIME_MS = 7000
START_MS = 1500
"""How long a server needs to start at most; a machine that takes longer is busy elsewhere, and slower by as much."""
Start = Callable[..., "subprocess.Popen[str]"]
ResultOf = Callable[["subprocess.Popen[str]"], dict[str, Any]]


def is_whole_or_nothing(result: dict[str, Any], count: int) -> bool:
    """All clips are there with notes in them, or none is and the last word is a sentence; True for the first."""
    _, *made = result["clips"]
    assert result["source_changes"] == 0
    assert result["undo_steps"] <= 1
    assert len(made) in (0, count), result["statuses"]
    assert all(len(clip["notes"]) > 100 for clip in made)
    assert result["statuses"][-1].rstrip("0123456789 ").endswith(".")
    return bool(made)


def test_with_a_fifth_lost_a_tenth_doubled_and_a_quarter_late_every_clip_comes_once(
    server: Server, start: Start, result_of: ResultOf
) -> None:
    for seed in range(RUNS):
        with LossRelay(server.port, Trouble(0.2, 0.1, 0.25), seed=seed) as relay:
            device = start(relay.port, notes=300, patient=True, controls={"engine": 1, "count": 2, "seed": 11})
            result = result_of(device)
        assert is_whole_or_nothing(result, 2), f"in run {seed} {result['statuses']}"


def test_a_server_killed_at_any_moment_leaves_all_or_nothing_and_a_sentence(
    start: Start, result_of: ResultOf, tmp_path: Path
) -> None:
    """The time counts from the kill, but for how long this machine needs to start a Python again."""
    chance, came = random.Random(5), 0
    for _ in range(-(-RUNS // 2)):
        with ServerProcess(tmp_path, "brief") as server:
            device = start(server.port, notes=1000, patient=True, controls={"engine": 1, "count": 2, "seed": 11})
            assert device.stderr is not None
            assert device.stderr.readline() == "pressed\n"
            time.sleep(chance.random() * 0.8)
            server.kill()
            killed_ms = 1000 * time.time()
            server.start()
            away_ms = 1000 * time.time() - killed_ms
            result = result_of(device)
        came += is_whole_or_nothing(result, 2)
        took_ms = result["ended_at_ms"] - killed_ms
        print(f"{took_ms:.0f} ms after the kill, {away_ms:.0f} of them without a server: {result['statuses'][-1]}")
        assert took_ms - away_ms < IN_TIME_MS * max(1.0, away_ms / START_MS), result["statuses"]
    assert came > 0
