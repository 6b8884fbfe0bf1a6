"""The device's script, in the fake host, talks over real UDP to the real server and writes clips into the fake set."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.client.client import Client
from bridge.server.serve import Server
from models.generator import Report, Request, Variation
from models.music.clip import Clip
from models.music.note import Note
from models.studio import Studio
from tests.bridge.trial.loss_relay import LossRelay, Trouble

LARGEST_DATAGRAM = 1_300

Start = Callable[..., "subprocess.Popen[str]"]
Play = Callable[..., dict[str, Any]]
ResultOf = Callable[["subprocess.Popen[str]"], dict[str, Any]]


def key(note: dict[str, float]) -> tuple[float, ...]:
    return (note["pitch"], note["start_time"], note["duration"], note["velocity"])


def check(result: dict[str, Any], count: int, notes: int) -> None:
    """The prompt untouched, ``count`` different clips beside it, all in one undo step."""
    prompt, *variations = result["clips"]
    assert len(variations) == count, result["statuses"]
    assert len(prompt["notes"]) == notes
    assert result["source_changes"] == 0
    assert result["undo_steps"] == 1
    assert result["largest"] < LARGEST_DATAGRAM
    assert result["console"] == []
    bodies = [frozenset(map(key, clip["notes"])) for clip in result["clips"]]
    assert len(set(bodies)) == count + 1
    assert all(clip["notes"] and clip["color"] == prompt["color"] for clip in variations)


def test_four_clips_are_written(server: Server, play: Play) -> None:
    result = play(server.port, controls={"engine": 1, "count": 4, "seed": 7})
    check(result, count=4, notes=60)
    names = [clip["name"] for clip in result["clips"]]
    assert names[0] == "prompt"
    assert all(name.startswith(f"prompt ~{place} s") for place, name in enumerate(names[1:], 1))
    assert result["statuses"][-1].startswith("4 variations are in free slots")


def test_kept_notes_are_the_originals_to_the_last_bit(server: Server, play: Play) -> None:
    prompt, *variations = play(server.port, controls={"engine": 1, "count": 2, "similarity": 80})["clips"]
    originals = set(map(key, prompt["notes"]))
    for clip in variations:
        kept = [note for note in clip["notes"] if key(note) in originals]
        assert len(kept) >= 20
        assert {note["velocity"] for note in kept} == {90.3}


def test_a_rhythm_lock_holds_on_the_way(server: Server, play: Play) -> None:
    prompt, variation = play(server.port, controls={"engine": 1, "count": 1, "rhythm": 1})["clips"]

    def rhythm(clip: dict[str, Any]) -> list[tuple[int, int]]:
        return sorted((round(note["start_time"] * 13440), round(note["duration"] * 13440)) for note in clip["notes"])

    assert rhythm(variation) == rhythm(prompt)


def test_the_same_seed_gives_the_same_clips(server: Server, play: Play) -> None:
    first, second = (play(server.port, controls={"engine": 1, "count": 1, "seed": 99}) for _ in range(2))
    assert first["clips"] == second["clips"]


def test_numbers_as_floats_mean_the_same(server: Server, play: Play) -> None:
    settings = {"engine": 1, "count": 1, "seed": 5}
    assert play(server.port, controls=settings)["clips"] == play(server.port, controls=settings, floats=True)["clips"]


class Echo(Studio):
    """Gives the prompt back: what remains is the way there, the way back and the writing."""

    def generate(self, request: Request, *_: Any, **__: Any) -> Iterator[Variation]:  # type: ignore[override]
        for seed in range(request.count):
            yield Variation(request.prompt, seed, tuple(range(len(request.prompt.notes))), Report(1.0))


def test_5000_notes_go_out_and_4_times_5000_come_back(play: Play, tmp_path: Path) -> None:
    with Server(0, Echo(), folder=tmp_path) as server:
        result = play(server.port, notes=5000, beats=1200, controls={"engine": 1, "count": 4})
    assert [len(clip["notes"]) for clip in result["clips"]] == [5000] * 5, result["statuses"]
    assert len({json.dumps(clip["notes"]) for clip in result["clips"]}) == 1


def test_20000_notes_go_out_and_come_back(play: Play, tmp_path: Path) -> None:
    with Server(0, Echo(), folder=tmp_path) as server:
        result = play(server.port, notes=20_000, beats=1200, controls={"engine": 1, "count": 1})
    assert [len(clip["notes"]) for clip in result["clips"]] == [20_000, 20_000], result["statuses"]


def test_2000_notes_go_out_and_come_back(server: Server, play: Play) -> None:
    check(play(server.port, notes=2000, controls={"engine": 1, "count": 3}), count=3, notes=2000)


@pytest.mark.parametrize("trouble", [Trouble(0.05, 0.05, 0.1), Trouble(0.2, 0.1, 0.25)], ids=["5 %", "20 %"])
def test_loss_repeats_and_disorder_change_nothing(trouble: Trouble, server: Server, play: Play) -> None:
    settings = {"engine": 1, "count": 2, "seed": 11}
    clean = play(server.port, notes=500, controls=settings)
    with LossRelay(server.port, trouble, seed=3) as relay:
        lossy = play(relay.port, notes=500, controls=settings)
        assert relay.dropped > 0
    check(lossy, count=2, notes=500)
    assert lossy["clips"] == clean["clips"]


def test_the_port_that_the_device_speaks_from_may_move(server: Server, play: Play) -> None:
    """A ``udpsend`` has no port of its own to keep: who it is, the session says."""
    check(play(server.port, notes=300, moving=7, controls={"engine": 1, "count": 2}), count=2, notes=300)


def test_our_port_taken_by_another_program(server: Server, play: Play) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        try:
            other.bind(("127.0.0.1", 11900))
        except OSError:
            pytest.skip("The port 11900 is in use on this computer, which is what this test wants to bring about.")
        check(play(server.port, controls={"engine": 1, "count": 1}), count=1, notes=60)


def test_without_a_server_the_device_says_how_to_start_it(play: Play) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        result = play(nobody.getsockname()[1], until="clipkin serve")
    assert "clipkin serve" in result["statuses"][-1]
    assert len(result["clips"]) == 1


def test_a_server_that_comes_later_is_found(start: Start, result_of: ResultOf, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    device = start(port, controls={"engine": 1, "count": 1})
    time.sleep(1.0)
    with Server(port, Studio(), folder=tmp_path):
        check(result_of(device), count=1, notes=60)


def test_two_devices_at_once(server: Server, start: Start, result_of: ResultOf) -> None:
    """Each takes a port of its own, and neither gets the other's clips."""
    devices = [start(server.port, notes=notes, controls={"engine": 1, "count": 2}) for notes in (80, 300)]
    for device, notes in zip(devices, (80, 300), strict=True):
        check(result_of(device), count=2, notes=notes)


def test_the_device_and_the_panel_at_once(server: Server, start: Start, result_of: ResultOf) -> None:
    notes = tuple(Note(60 + place % 7, place / 2, 0.25, 90) for place in range(32))
    device = start(server.port, notes=80, controls={"engine": 1, "count": 2})
    with Client.connect(server.port, name="panel") as panel:
        made = [clip for _ in range(4) for clip in panel.vary(Request(prompts=(Clip(notes, 16.0),), count=2), "rules")]
    check(result_of(device), count=2, notes=80)
    assert len(made) == 8


def test_locks_that_leave_nothing_are_refused_in_words(server: Server, play: Play) -> None:
    result = play(server.port, controls={"engine": 1, "rhythm": 1, "pitch": 1, "velocity": 1})
    assert len(result["clips"]) == 1
    assert result["statuses"][-1].endswith(".")
    assert "lock" in result["statuses"][-1].lower()
