"""A game steers a piece over the wire, with a server between them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.client.client import Client
from bridge.client.piece import Running, steer
from bridge.command_line.commands.examples import EXAMPLES
from bridge.messages.piece import BAR, BEAT, EndCue, Intensity, MoodCue, SectionCue, StyleCue
from bridge.server.serve import Server
from models import midi_file
from models.following.layers import Layers
from models.jam.sounding import NOTE_ON
from models.music.errors import BadValue
from models.studio import Studio


def test_cues_reach_the_piece_and_it_ends_without_a_note_left(tmp_path: Path) -> None:
    clips = [midi_file.read(EXAMPLES / f"{name}.mid") for name in ("lead", "chords", "bass", "beat")]
    sent: list[bytes] = []
    with (
        Server(0, Studio(), folder=tmp_path) as server,
        Client.connect(server.port, name="follow", folder=tmp_path) as client,
        Client.connect(server.port, name="game", folder=tmp_path) as game,
        Client.connect(server.port, name="desk", folder=tmp_path) as desk,
    ):
        with pytest.raises(BadValue, match="No piece runs"):
            steer(game, EndCue(1, 1, BAR))
        piece = Running(Layers.of(clips), 300.0, 0.0, sent.append, client)

        def play() -> None:
            while piece.look():
                time.sleep(0.005)

        playing = threading.Thread(target=play)
        playing.start()
        time.sleep(0.1)  # the offer is on its way
        assert "next beat" in steer(game, Intensity(1, 1, BEAT, 1000), 10)
        for cue in (MoodCue(1, 1, BAR, "xyzzyq"), SectionCue(1, 1, BAR, "xyzzyq"), StyleCue(1, 1, BAR, "xyzzyq")):
            with pytest.raises(BadValue, match="xyzzyq|not known"):
                steer(game, cue, 10)
        with ThreadPoolExecutor(2) as hands:  # two controllers at once: each gets its own answer
            one = hands.submit(steer, game, MoodCue(1, 1, BAR, "dark"), 10)
            other = hands.submit(steer, desk, Intensity(1, 1, BEAT, 300), 10)
        assert "next bar" in one.result()
        assert "next beat" in other.result()
        time.sleep(1.0)
        steer(game, EndCue(1, 1, BAR), 10)
        playing.join(20)
        assert not playing.is_alive()
        piece.player.close()
    assert any(message[0] == NOTE_ON | 9 for message in sent)
    sounding = set()
    for message in sent:
        key = (message[0] & 0x0F, message[1])
        (sounding.add if message[0] & 0xF0 == NOTE_ON else sounding.discard)(key)
    assert not sounding
