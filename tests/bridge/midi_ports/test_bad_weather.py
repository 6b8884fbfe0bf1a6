"""A jam whose port goes, which is told to end, whose typist has gone; clocks that jump; several controllers at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bridge.command_line.main import main
from bridge.midi_ports.player import Player
from models.jam.clock import PULSE, START, BeatClock
from models.jam.dials import Dials
from models.jam.jam import Jam, Timed, Turn
from models.jam.sounding import NOTE_OFF, NOTE_ON, note_off, note_on
from models.music.clip import Clip
from models.music.note import Note

ANSWER = Clip((Note(60, 0.0, 4.0, 90),), 4.0)
JAM = """
import sys, threading, time
from bridge.command_line.main import main
from bridge.midi_ports import player as ports
from models.jam.sounding import note_off, note_on

how, out = sys.argv[1:]
said = []

def open_output(name=""):
    def send(message):
        if how == "lost" and said:
            raise ports.PortLost('The MIDI port "Keys" has gone; plug it in and begin again.')
        said.append(message)
        print(message.hex(), flush=True)
    return ports.Port("Keys", send, lambda: None)

def open_input(receive, name=""):
    def play():
        for number in range(150):
            receive(note_on(0, 60 + number % 5, 90))
            time.sleep(0.1)
            receive(note_off(0, 60 + number % 5))
    threading.Thread(target=play, daemon=True).start()
    return ports.Port("Keys", lambda message: None, lambda: None)

ports.open_output, ports.open_input = open_output, open_input
sys.exit(main(["jam", "--tempo", "300", "--bars", "1", "--engine", "rules", "--out", out]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a console's processes aren't told to end by signals there")
@pytest.mark.parametrize(("how", "code"), [("told", 130), ("left", 0), ("lost", 2)])
def test_however_a_jam_ends_no_note_sounds_on_and_what_was_played_is_kept(how: str, code: int, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", JAM, how, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as jam:
        assert jam.stdin
        assert jam.stdout
        assert jam.stderr
        messages = [next(line for line in jam.stdout if line.startswith("9"))]  # in the middle of its first note
        if how == "told":
            jam.send_signal(signal.SIGTERM)
        if how == "left":
            jam.stdin.close()
        said, sentence = jam.stdout.read(), jam.stderr.read()
    assert jam.returncode == code, sentence
    messages += [line for line in said.split() if len(line) == 6 and line[0] in "89"]
    begun = [line[2:4] for line in messages if line.startswith("9")]
    ended = [line[2:4] for line in messages if line.startswith("8")]
    if how == "lost":
        assert sentence == 'The MIDI port "Keys" has gone; plug it in and begin again.\n'
    else:
        assert sorted(begun) == sorted(ended)
    assert list(tmp_path.glob("call-*.mid"))


def a_jam(clock: BeatClock) -> tuple[Player, Jam, list[bytes]]:
    sent: list[bytes] = []
    jam = Jam(lambda ask: jam.answered(ask.turn, ANSWER), lambda turn: None, Dials(bars=1), tempo=clock.tempo)
    return Player(clock, sent.append, jam.hear, jam.advance, jam.restart), jam, sent


def play_until(player: Player, now: float, until: float) -> None:
    while now < until:
        now += max(player.step(now), 0.001)


def test_a_clock_that_jumps_silences_and_begins_anew_at_a_bar() -> None:
    clock = BeatClock(120)
    player, jam, sent = a_jam(clock)
    player.receive(note_on(0, 64, 90), 0.5)
    play_until(player, 0.0, 2.5)  # half a second into the answer
    assert sent == [note_on(0, 60, 90)]
    clock.begin(2.5 - 101.5 * 0.5)  # beat 101.5
    play_until(player, 2.5, 2.6)
    assert sent == [note_on(0, 60, 90), note_off(0, 60)]
    assert jam.end == 108  # a call from the next bar line, 104, on


def test_what_is_played_before_the_first_beat_is_no_call_and_half_a_call_is_kept() -> None:
    kept: list[Turn] = []
    jam = Jam(lambda ask: None, kept.append, Dials(bars=1), tempo=120)
    player = Player(BeatClock(120, 2.0), lambda message: None, jam.hear, jam.advance, jam.restart)
    for pitch, second in ((50, 1.0), (60, 2.5), (62, 3.0)):
        player.receive(note_on(0, pitch, 90), second)
        player.receive(note_off(0, pitch), second + 0.2)
        play_until(player, second, second + 0.4)
    jam.finish()
    assert [(turn.kind, [(note.pitch, round(note.onset, 3)) for note in turn.clip.notes]) for turn in kept] == [
        ("call", [(60, 1.0), (62, 2.0)])
    ]


def test_a_clock_that_stops_in_an_answer_silences_it() -> None:
    clock = BeatClock(300, followed=True)
    player, _, sent = a_jam(clock)
    player.receive(bytes((START,)), 0.0)
    player.receive(note_on(0, 64, 90), 0.1)
    for tick in range(24 * 5):  # 300 a minute: the answer begins at 0.8 s
        now = tick / 24 * 0.2
        player.receive(bytes((PULSE,)), now)
        play_until(player, now, now + 0.2 / 24)
    assert sent == [note_on(0, 60, 90)]
    play_until(player, 1.0, 2.0)
    assert sent == [note_on(0, 60, 90), note_off(0, 60)]


def test_several_controllers_at_once_lose_nothing() -> None:
    player, jam, sent = a_jam(BeatClock(240))

    def turn(controller: int, channel: int) -> None:
        for value in range(128):
            player.receive(bytes((0xB0 | channel, controller, value)), 0.0)
            player.receive(note_on(channel, controller, 1 + value % 127), 0.0)
            player.receive(note_off(channel, controller), 0.0)

    hands = [threading.Thread(target=turn, args=(20 + place, place)) for place in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    play_until(player, 0.0, 3.0)
    player.silence()
    assert (jam.dials.similarity, jam.dials.density, jam.dials.bars) == (1.0, "high", 8)
    kinds = [message[0] & 0xF0 for message in sent]
    assert kinds.count(NOTE_ON) == kinds.count(NOTE_OFF)


def test_a_message_before_its_beat_is_no_answer_of_an_old_turn() -> None:
    player, jam, _ = a_jam(BeatClock(120))
    jam.answered(7, ANSWER)  # of a turn that isn't this one
    assert all(not isinstance(event, Timed) for event in jam.advance(3.99))
    player.silence()


@pytest.mark.parametrize(
    ("missing", "words", "says"),
    [("rtmidi", ["jam"], "clipkin[midi]"), ("soundfile", ["hear", "hum.wav"], "clipkin[audio]")],
)
def test_without_an_extra_it_is_said(missing, words, says, monkeypatch, tmp_path, capfd) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hum.wav").write_bytes(b"RIFF")
    assert main([*words]) == 2
    assert says in capfd.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["hum.wav"]
