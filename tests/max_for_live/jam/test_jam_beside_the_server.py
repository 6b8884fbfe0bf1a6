"""A jam of the device's own bytes in the fake Live, over real UDP, with the real server and its engines."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bridge.server.serve import Server

PROGRAM = Path(__file__).with_name("on_the_network.js")


@pytest.mark.parametrize("controls", [{"Similarity": 70}, {"Similarity": 10, "Mood": 3, "Role": 3}], ids=str)
def test_calls_are_answered_in_their_key_and_everything_is_kept(
    controls: dict[str, int], node: str, frozen_device: Path, server: Server
) -> None:
    wishes = {"port": server.port, "device": str(frozen_device), "controls": controls}
    ran = subprocess.run([node, str(PROGRAM), json.dumps(wishes)], capture_output=True, text=True, timeout=90)
    assert ran.returncode == 0, ran.stderr[-3000:]
    result = json.loads(ran.stdout)
    assert (result["stuck"], result["console"]) == ([], [])
    assert {int(beat // 4) for beat, _ in result["begun"]} in ({1, 3}, {3}), result["said"]  # a machine may be busy
    assert {pitch % 12 for _, pitch in result["begun"]} <= {0, 2, 4, 5, 7, 9, 11}
    names = [(clip["name"], clip["length"]) for clip in result["clips"]]
    assert names == [("jam", 16), ("jam answers", 16)]
    assert result["clips"][0]["notes"] == 16 + result["clips"][1]["notes"]
