"""Notes on a MIDI port: in time, and none of them stuck."""

from __future__ import annotations

import statistics
import time

import pytest

from bridge.midi_ports import player as ports
from gui.hearing.output import MidiPort, NoSound
from gui.hearing.player import Player
from models.music.carried import Carried
from models.music.clip import Clip
from models.music.note import Note
from models.sound.frames import RATE


class Port:
    """Keeps what is sent, with its time."""

    def __init__(self):
        self.sent, self.closed = [], False

    def opened(self, name):
        return ports.Port(name, lambda message: self.send(message), self.close)

    def send(self, message):
        self.sent.append((time.perf_counter(), message))

    def close(self):
        self.closed = True

    def stuck(self):
        sounding = set()
        for _, (status, pitch, _) in self.sent:
            (sounding.add if status & 0xF0 == 0x90 else sounding.discard)((status & 15, pitch))
        return sounding


@pytest.fixture
def port():
    return Port()


@pytest.fixture
def player(qapp, port):
    player = Player(open_output=lambda: MidiPort("any", port.opened))
    yield player
    player.stop()


LINE = Clip(tuple(Note(60 + step, step * 0.25, 0.25) for step in range(8)), 2.0, tempo=240.0)
BEAT = Clip((Note(36, 0.0, 0.5), Note(38, 1.0, 0.5)), 2.0, role="drums")


def test_notes_are_sent_in_time_on_their_channels(qtbot, player, port):
    player.context = (BEAT,)
    player.play(LINE, loop=False)
    qtbot.waitUntil(lambda: len(port.sent) >= 20, timeout=4000)
    begun = [(when, message) for when, message in port.sent if message[0] & 0xF0 == 0x90]
    assert {message[0] & 15 for _, message in begun if message[1] >= 60} == {0}
    assert {message[0] & 15 for _, message in begun if message[1] < 60} == {9}
    first = begun[0][0]
    late = [when - first - (message[1] - 60) / 16 for when, message in begun if message[1] >= 60]
    # The machine may be busy now and then; a missed tick would be a sixteenth, 62 ms.
    assert statistics.median(map(abs, late)) < 0.05
    assert not port.stuck()


def test_stopping_ends_every_note(qtbot, player, port):
    player.play(Clip((Note(60, 0.0, 60.0), Note(64, 0.0, 60.0)), 64.0))
    qtbot.waitUntil(lambda: len(port.sent) == 2)
    assert len(port.stuck()) == 2
    player.stop()
    assert not port.stuck()
    assert port.closed


def test_a_swap_leaves_no_note_behind(qtbot, player, port):
    player.play(LINE)
    for clip in (LINE.with_notes(note.moved(pitch=note.pitch + 12) for note in LINE.notes), LINE):
        before = len(port.sent)
        qtbot.waitUntil(lambda before=before: len(port.sent) > before + 6, timeout=4000)
        player.swap(clip)
    player.stop()
    assert not port.stuck()


def test_a_port_that_goes_is_a_sentence(qtbot, player, port):
    said = []
    player.failed.connect(said.append)

    def gone(message):
        raise ports.PortLost("It has gone.")

    port.send = gone
    with qtbot.waitSignal(player.stopped):
        player.play(LINE)
    assert "port has gone" in said[0]


def test_no_such_port_is_a_sentence():
    with pytest.raises(NoSound, match=r"rtmidi|No MIDI output"):
        MidiPort("no port is called so")


def test_each_program_has_a_channel_of_its_own_and_a_pause_is_no_debt(qtbot, player, port):
    held = tuple(Note(80, step * 0.5, 0.25) for step in range(4))
    strings = Clip(held, 2.0, tempo=240.0, carried=Carried(events=((0.0, b"\xc0\x30"),)))
    player.context = (strings, BEAT)
    player.play(LINE, loop=False)
    qtbot.waitUntil(lambda: {80, 60, 36} <= {message[1] for _, message in port.sent}, timeout=4000)
    channels = {message[1] > 70: message[0] & 15 for _, message in port.sent if message[1] >= 60}
    assert channels[True] != channels[False]
    assert 9 not in channels.values()


def test_a_port_takes_no_more_than_it_is_ahead_of_the_clock(port):
    out = MidiPort("any", port.opened)
    ahead = out.free()
    assert 0 < ahead <= int(0.07 * RATE)
    out.close()
    assert port.closed
