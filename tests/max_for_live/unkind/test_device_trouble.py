"""Loss and death on the way, at random moments: each clip once, none half written, or a clear sentence.

A few runs here; ``clipkin benchmark live`` makes as many as are wanted before a release, and says how long each takes.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.server.serve import Server
from models.benchmarks.figure import Figure
from tests.max_for_live.unkind import benchmark
from tests.max_for_live.unkind.benchmark import killed_runs, lossy_runs

Start = Callable[..., "subprocess.Popen[str]"]


def chosen(start: Start) -> Start:
    return lambda port, **settings: start(port, **settings, controls={"engine": 1, "count": 2, "seed": 11})


def test_with_a_fifth_lost_a_tenth_doubled_and_a_quarter_late_every_clip_comes_once(server: Server, start: Any) -> None:
    assert all(lossy_runs(chosen(start), server, 3))


def test_a_server_killed_at_any_moment_leaves_all_or_nothing_and_a_sentence(start: Any, tmp_path: Path) -> None:
    assert any(came for came, *_ in killed_runs(chosen(start), tmp_path, 2))


def test_the_figures_are_written_into_the_readme(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{benchmark.BEGIN}\nold\n{benchmark.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(benchmark, "README", readme)
    monkeypatch.setattr(benchmark, "_surface", lambda *_: [Figure("quick", 1.0, "s", (0, 2))])
    monkeypatch.setattr(benchmark, "_device", lambda *_: [Figure("slow", 3.0, "s", (0, 2))])
    assert benchmark.main(["--readme", "--json"]) == 1
    text = readme.read_text(encoding="utf-8")
    assert "| quick | 1 s | ≤ 2 |  |\n| slow | 3 s | ≤ 2 | missed |" in text
    assert (text.startswith("before\n"), text.endswith(f"{benchmark.END}\nafter\n"), "old" in text) == (
        True,
        True,
        False,
    )
    assert [row["reached"] for row in json.loads(capsys.readouterr().out)] == [True, False]
