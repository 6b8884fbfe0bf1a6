"""The player against an output that keeps what it is given and hears as fast as the test likes."""

from __future__ import annotations

import numpy as np
import pytest

from gui.hearing.output import NoSound
from gui.hearing.player import Player
from models.music.clip import Clip
from models.music.note import Note
from models.sound.frames import RATE

BUFFER = 4096


class FakeOutput:
    """Hears ``pace`` frames each time it is asked how much it has heard."""

    def __init__(self, pace=2000):
        self.pace, self.blocks, self.written, self.said, self.closed, self._heard = pace, [], 0, "", False, 0

    def free(self):
        return BUFFER - (self.written - self._heard)

    def write(self, rendering, position, count, loop):
        self.blocks.append(rendering.read(position, count, loop))
        self.written += count

    def heard(self):
        self._heard = min(self.written, self._heard + self.pace)
        return self._heard

    def problem(self):
        return self.said

    def close(self):
        self.closed = True

    @property
    def samples(self):
        return np.concatenate(self.blocks)


@pytest.fixture
def output():
    return FakeOutput()


@pytest.fixture
def player(qapp, output):
    player = Player(open_output=lambda: output)
    player.beats, player.sentences = [], []
    player.moved.connect(player.beats.append)
    player.failed.connect(player.sentences.append)
    yield player
    player.stop()


def a_clip(pitch=60, length=1.0, **changes):
    return Clip((Note(pitch, 0.0, 0.4),), length, **changes)


def test_a_clip_loops_and_its_playhead_with_it(qtbot, player, output):
    player.play(a_clip())
    qtbot.waitUntil(lambda: len(player.beats) > 40)
    assert 0 <= min(player.beats) < max(player.beats) <= 1.0
    assert any(after < before for before, after in zip(player.beats, player.beats[1:], strict=False))
    loop = RATE // 2
    np.testing.assert_allclose(output.samples[2000:6000], output.samples[loop * 2 + 2000 : loop * 2 + 6000], atol=0.02)


def test_playing_begins_where_it_is_asked_to(qtbot, player):
    player.play(a_clip(length=8.0), start=6.0)
    qtbot.waitUntil(lambda: bool(player.beats))
    assert 6.0 <= player.beats[0] < 6.5


def test_without_a_loop_it_rings_out_and_stops(qtbot, player, output):
    output.pace = 8000
    with qtbot.waitSignal(player.stopped):
        player.play(a_clip(), loop=False)
    assert player.playing is None
    assert player.beats[-1] == 1.0
    assert output.closed


def test_another_clip_takes_over_in_time(qtbot, player, output):
    first, second = a_clip(60, 8.0), a_clip(72, 8.0)
    player.play(first)
    qtbot.waitUntil(lambda: len(player.beats) > 10)
    player.swap(second)
    assert player.playing is second
    seen = len(player.beats)
    qtbot.waitUntil(lambda: len(player.beats) > seen + 10)
    steps = np.diff(player.beats)
    assert steps.min() > 0  # never back, never a jump
    assert steps.max() < 2.5 * output.pace / RATE * 2


def test_going_back_and_forth_renders_once(qtbot, player):
    first, second = a_clip(60), a_clip(72)
    player.play(first)
    for clip in (second, first, second, first):
        seen = len(player.beats)
        qtbot.waitUntil(lambda seen=seen: len(player.beats) > seen + 2)
        player.swap(clip)
    assert len(player._makers) == 2


def test_stopping_lets_the_output_go(qtbot, player, output):
    clip = a_clip()
    player.play(clip)
    assert player.playing is clip
    with qtbot.waitSignal(player.stopped):
        player.stop()
    assert player.playing is None
    assert output.closed


def test_context_is_heard(qtbot, player, output):
    player.context = (Clip((Note(36, 0.5, 0.1),), 1.0, role="drums"),)
    player.play(Clip((Note(60, 0.0, 0.1),), 1.0))
    qtbot.waitUntil(lambda: output.written > RATE // 2)
    quiet = int(0.25 * RATE)
    assert np.abs(output.samples[quiet : quiet + 3000]).max() > 0.05


def test_no_sound_device_is_a_sentence(qapp):
    def nothing():
        raise NoSound("No sound device was found.")

    player, said = Player(open_output=nothing), []
    player.failed.connect(said.append)
    player.play(a_clip())
    player.swap(a_clip())
    assert said == ["No sound device was found."] * 2
    assert player.playing is None


def test_a_device_that_goes_while_playing_is_a_sentence(qtbot, player, output):
    player.play(a_clip())
    qtbot.waitUntil(lambda: bool(player.beats))
    output.said = "The sound device has gone."
    with qtbot.waitSignal(player.stopped):
        pass
    assert player.sentences == ["The sound device has gone."]


def test_a_clip_that_is_too_long_is_a_sentence(qtbot, player):
    player.play(a_clip(length=5000.0))
    qtbot.waitUntil(lambda: bool(player.sentences))
    assert "minutes" in player.sentences[0]
    assert player.playing is None
