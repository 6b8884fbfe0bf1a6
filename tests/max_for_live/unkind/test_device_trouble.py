"""Loss and death on the way, at random moments: each clip once, none half written, or a clear sentence.

A few runs here; ``clipkin benchmark live`` makes as many as are wanted before a release, and says how long each takes.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.server.serve import Server
from tests.max_for_live.unkind.benchmark import killed_runs, lossy_runs

Start = Callable[..., "subprocess.Popen[str]"]


def chosen(start: Start) -> Start:
    return lambda port, **settings: start(port, **settings, controls={"engine": 1, "count": 2, "seed": 11})


def test_with_a_fifth_lost_a_tenth_doubled_and_a_quarter_late_every_clip_comes_once(server: Server, start: Any) -> None:
    assert all(lossy_runs(chosen(start), server, 3))


def test_a_server_killed_at_any_moment_leaves_all_or_nothing_and_a_sentence(start: Any, tmp_path: Path) -> None:
    assert any(came for came, _, _ in killed_runs(chosen(start), tmp_path, 2))
