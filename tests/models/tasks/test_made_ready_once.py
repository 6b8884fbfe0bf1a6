"""What is found out about a clip is found out once for a request, and a request's calls only go down the floors."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from models.analysis import chords, key, role
from models.generator import Request
from models.sampling.engine import ProposingEngine, Sampler
from models.studio import Studio
from tests.strategies import a_bass_line, a_beat, a_tune, some_chords

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[3]
FLOORS = [
    floor.strip(" ()")
    for floors in next(
        contract
        for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
            "contracts"
        ]
        if contract["name"].startswith("Rooms")
    )["layers"][::-1]
    for floor in [floors]
]
"""The rooms of models from the ground up, as the import contract has them."""
HEIGHT = {room.strip(): height for height, floor in enumerate(FLOORS) for room in floor.split("|")}

TUNE, CHORDS, BASS, BEAT = (replace(clip, role=None) for clip in (a_tune(), some_chords(), a_bass_line(), a_beat()))
REQUESTS = {
    "vary": (Request(prompts=(TUNE,), context=(CHORDS, BASS), similarity=0.7), "rules"),
    "mood": (Request(prompts=(TUNE,), mood="darker", similarity=0.7, count=1), "rules"),
    "infill": (Request(task="infill", prompts=(TUNE,), region=(4.0, 8.0), context=(CHORDS,)), "rules"),
    "continue": (Request(task="continue", prompts=(TUNE,), bars=2), "rules"),
    "humanise": (Request(task="humanise", prompts=(TUNE,)), "rules"),
    "generate": (Request(task="generate", role="chords", context=(TUNE,)), "harmony"),
    "voice": (Request(task="voice", prompts=(CHORDS,), style="lofi", polyphony=4), "auto"),
    "harmonise": (Request(task="harmonise", prompts=(TUNE,)), "auto"),
    "reharmonise": (Request(task="reharmonise", prompts=(CHORDS,), polyphony=3), "auto"),
    "accompany": (Request(task="accompany", context=(TUNE, CHORDS, BEAT), role="bass", count=8), "auto"),
    "accompany by rules": (Request(task="accompany", context=(CHORDS, BEAT), role="bass", count=3), "rules"),
    "drums": (Request(task="drums", prompts=(replace(BEAT, role="drums"),), style="fill"), "auto"),
    "groove": (Request(task="drums", prompts=(replace(BEAT, role="drums"),), style="groove"), "rules"),
    "arrange": (Request(task="arrange", prompts=(TUNE,), context=(CHORDS, BASS, BEAT), bars=32), "rules"),
}

CONTRACT = {name for kind in (ProposingEngine, Sampler) for name in kind.__abstractmethods__}
"""What the base of the engines asks of each engine by its own contract: that is no call back."""


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(patient=True)


def forget() -> None:
    for found in (chords._chords_of, key.keys_of, role._role_of):
        found.cache_clear()


@pytest.mark.parametrize("name", REQUESTS)
def test_role_key_and_chords_of_a_clip_are_found_once(name: str, studio: Studio, monkeypatch) -> None:
    counts: Counter = Counter()

    def counting(room, finder: str) -> None:
        find = getattr(room, finder)

        def counted(notes, *others):
            length = others[1] if finder == "chords_of" else 0.0
            counts[finder, notes.onset.tobytes(), notes.pitch.tobytes(), notes.duration.tobytes(), length] += 1
            return find(notes, *others)

        monkeypatch.setattr(room, finder, counted)

    counting(chords, "chords_of")
    counting(key, "rank_keys")
    counting(role, "rank_roles")
    forget()
    request, engine = REQUESTS[name]
    assert list(studio.generate(request, engine))
    assert {found[0]: number for found, number in counts.items() if number > 1} == {}
    assert counts or request.task == "drums"  # whose clip says that it is one


@cache
def room_of(filename: str) -> str | None:
    """The room of models that a file lies in; None for code of elsewhere."""
    parts = Path(filename).parts
    if "models" not in parts or "site-packages" in parts or "tests" in parts:
        return None
    return Path(parts[parts.index("models") + 1]).stem


def climbs_of(studio: Studio, name: str) -> Counter:
    """Calls of a request that go from a room to one above it."""
    climbs: Counter = Counter()

    def watch(frame, event: str, _: object) -> None:
        if event != "call" or frame.f_back is None:
            return
        caller, callee = room_of(frame.f_back.f_code.co_filename), room_of(frame.f_code.co_filename)
        if frame.f_code.co_name in CONTRACT:
            return
        if caller in HEIGHT and callee in HEIGHT and HEIGHT[callee] > HEIGHT[caller]:
            climbs[f"{caller} → {callee}: {frame.f_back.f_code.co_name} → {frame.f_code.co_name}"] += 1

    request, engine = REQUESTS[name]
    list(studio.generate(request.but(count=1), engine))  # what is imported and loaded at first is no request's call
    sys.setprofile(watch)
    try:
        assert list(studio.generate(request, engine))
    finally:
        sys.setprofile(None)
    return climbs


def test_calls_only_go_down_the_floors() -> None:
    # In a process of its own: Python 3.11 can hang where a profiler is set in one that has run long.
    program = (
        f"from {__name__} import *; studio = Studio(patient=True); print({{n: climbs_of(studio, n) for n in REQUESTS}})"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str({name: Counter() for name in REQUESTS})


def test_the_floors_are_those_of_the_contract() -> None:
    assert HEIGHT["studio"] > HEIGHT["arrangement"] > HEIGHT["engines"] > HEIGHT["constraints"] > HEIGHT["music"]
