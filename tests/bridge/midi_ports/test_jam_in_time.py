"""A jam from end to end, in a time of its own, and the ports' refusals."""

from __future__ import annotations

import queue
import time
from collections import Counter
from concurrent.futures import Executor, Future
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.command_line.commands.examples import EXAMPLES
from bridge.command_line.main import main
from bridge.midi_ports.player import Player, PortLost
from bridge.midi_ports.rehearsal import rehearse
from models import midi_file
from models.jam.answers import Answers, answer_of
from models.jam.clock import CONTINUE, PULSE, START, STOP, BeatClock
from models.jam.dials import Dials
from models.jam.jam import Ask, Jam, Timed
from models.jam.sounding import NOTE_OFF, NOTE_ON, note_off, note_on
from models.music.clip import Clip

LEAD = midi_file.read(EXAMPLES / "lead.mid")


def sounding(messages: list[bytes]) -> Counter[tuple[int, int]]:
    """Beginnings less ends of each key; raises where a key ends that doesn't sound, or begins twice."""
    keys: Counter[tuple[int, int]] = Counter()
    for message in messages:
        kind, key = message[0] & 0xF0, (message[0] & 0x0F, message[1])
        if kind in (NOTE_ON, NOTE_OFF):
            keys[key] += 1 if kind == NOTE_ON else -1
            assert keys[key] in (0, 1)
    return +keys


def test_answers_begin_where_calls_end_and_are_of_the_same_key() -> None:
    found = rehearse(LEAD, Dials(engine="rules", similarity=0.7), answer_of, 2)
    kinds = [(turn.number, turn.kind) for turn in found.turns]
    assert kinds == [(0, "call"), (0, "answer"), (1, "call"), (1, "answer")]
    assert found.turns[0].clip.notes[0].pitch == LEAD.notes[0].pitch
    scale = {note.pitch % 12 for note in LEAD.notes} | {9, 11, 0, 2, 4, 5, 7}
    assert all(note.pitch % 12 in scale for turn in found.turns for note in turn.clip.notes)
    begins = [at for at, message in found.sent if message[0] & 0xF0 == NOTE_ON]
    first = 8 + found.turns[1].clip.notes[0].onset
    assert begins[0] == pytest.approx(first * 60 / LEAD.tempo, abs=0.005)
    assert not sounding([message for _, message in found.sent])


def test_the_last_answer_goes_on_where_none_is_ready() -> None:
    given_out = iter([LEAD.cut(0, 8), "The engine is away.", "The engine is away.", "no", "no", "no"])
    found = rehearse(LEAD, Dials(), lambda ask: next(given_out, "no"), 2)
    assert [turn.fresh for turn in found.turns if turn.kind == "answer"] == [True, False]
    assert found.missed == 1


class AtOnce(Executor):
    """Makes of every ask an answer that says by its name who has made it."""

    def submit(self, function, ask):
        made: Future[Clip] = Future()
        made.set_result(replace(ask.call, name=ask.dials.engine))
        return made


def test_a_hurried_ask_replaces_no_better_answer() -> None:
    made: list[tuple[int, str]] = []
    answers = Answers(lambda turn, answer: made.append((turn, answer.name)), AtOnce())
    ask = Ask(0, LEAD, (), Dials())
    for each in (ask, replace(ask, hurried=True), replace(ask, turn=1, hurried=True)):
        answers.ask(each)
    assert made == [(0, "rules"), (0, "auto"), (1, "rules")]


def test_a_part_beside_the_call_answers() -> None:
    found = rehearse(LEAD, Dials(partner="bass"), answer_of, 1)
    answer = next(turn.clip for turn in found.turns if turn.kind == "answer")
    assert answer.role == "bass"
    assert answer.length == 8


MESSAGES = st.one_of(
    st.builds(note_on, st.integers(0, 1), st.integers(60, 63), st.integers(1, 127)),
    st.builds(note_off, st.integers(0, 1), st.integers(60, 63)),
    st.sampled_from([bytes((each,)) for each in (PULSE, START, CONTINUE, STOP)]),
    st.tuples(st.sampled_from([20, 21, 22]), st.integers(0, 127)).map(lambda turned: bytes((0xB0, *turned))),
)


@settings(max_examples=60, deadline=None)
@given(
    coming=st.lists(st.tuples(MESSAGES, st.sampled_from([0.0, 0.003, 0.02, 0.4, 3.0])), max_size=80),
    followed=st.booleans(),
    lost_after=st.integers(0, 40),
)
def test_no_note_is_ever_left_sounding(coming: list[tuple[bytes, float]], followed: bool, lost_after: int) -> None:
    sent: list[bytes] = []
    jam = Jam(lambda ask: jam.answered(ask.turn, LEAD.cut(0, 4)), lambda turn: None, Dials(bars=1), tempo=240)
    player = Player(BeatClock(240, followed=followed), sent.append, jam.hear, jam.advance, jam.restart)
    now = 0.0
    for number, (message, pause) in enumerate(coming):
        if number == lost_after:
            break
        player.receive(message, now)
        until = now + pause
        while now <= until:
            now += max(player.step(now), 0.001)
    player.silence()
    assert not sounding(sent)


def test_an_end_in_the_middle_of_a_note_ends_it() -> None:
    sent: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    held = [Timed(0.0, note_on(0, 60, 90)), Timed(1e6, note_off(0, 60))]
    player = Player(BeatClock(120, time.monotonic()), sent.put, lambda *_: None, lambda beat: held and [held.pop(0)])
    player.start()
    assert sent.get(timeout=5) == note_on(0, 60, 90)
    player.close()
    assert sent.get(timeout=1) == note_off(0, 60)


def test_a_port_that_goes_is_said() -> None:
    def send(message: bytes) -> None:
        raise PortLost('The MIDI port "Keys" has gone; plug it in and begin again.')

    player = Player(
        BeatClock(120, time.monotonic()), send, lambda *_: None, lambda beat: [Timed(beat, note_on(0, 60, 90))]
    )
    player.start()
    for _ in range(500):
        if not player.plays:
            break
        time.sleep(0.01)
    assert "has gone" in player.sentence


def pulses(tempo: float, beats: int, start: float = 0.0) -> list[float]:
    return [start + tick * 60 / tempo / 24 for tick in range(beats * 24)]


@pytest.mark.parametrize("tempo", [40.0, 140.0, 300.0])
def test_a_midi_clock_is_followed(tempo: float) -> None:
    clock = BeatClock(120, followed=True)
    clock.take(START, 0.0)
    for now in pulses(tempo, 16):
        clock.take(PULSE, now)
    assert clock.tempo == pytest.approx(tempo, rel=0.01)
    assert clock.beat(16 * 60 / tempo) == pytest.approx(16, abs=0.02)


def test_a_clock_that_changes_and_stops_is_followed() -> None:
    clock = BeatClock(120, followed=True)
    for now in (*pulses(100, 8), *pulses(160, 8, 8 * 0.6)):
        clock.take(PULSE, now)
    end = 8 * 0.6 + 8 * 60 / 160
    assert clock.beat(end) == pytest.approx(16, abs=0.05)
    assert clock.runs(end)
    assert not clock.runs(end + 1)
    assert clock.beat(end + 100) < 18.1


def test_taps_set_the_tempo() -> None:
    clock = BeatClock(120)
    for tap in range(4):
        clock.tap(tap * 0.4)
    assert clock.tempo == pytest.approx(150)


def test_what_is_typed_turns_the_dials() -> None:
    dials = Dials()
    assert dials.told("closer").similarity > dials.similarity > dials.told("f").similarity
    assert dials.told("mood dark").mood == "dark"
    assert dials.told("bars 4").bars == 4
    assert dials.told("with bass").partner == "bass"
    assert dials.turned(21, 127).density == "high"


@pytest.mark.parametrize(
    ("typed", "said"), [("louder", "not understood"), ("bars 3", "1, 2, 4 or 8"), ("mood xyzzyq", "not known")]
)
def test_what_is_not_understood_is_said(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Dials().told(typed)


def test_the_command_writes_calls_answers_and_both_together(tmp_path, capsys) -> None:
    words = ["jam", "--call", str(EXAMPLES / "lead.mid"), "--engine", "rules", "--turns", "2", "--out", str(tmp_path)]
    assert main(words) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["answer-1.mid", "answer-2.mid", "call-1.mid", "call-2.mid", "jam-1.mid"]
    together = midi_file.read_tracks(tmp_path / "jam-1.mid")
    assert [clip.length for clip in together] == [32, 32]
    assert min(note.onset for note in together[1].notes) >= 8


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tempo", "500"], "30 to 300"),
        (["--mood", "xyzzyq"], "not known"),
        (["--with", "tuba"], "Nobody called"),
        (["--to", "no such port"], "MIDI"),
        (["--call", "none.mid"], "can't be opened"),
    ],
)
def test_bad_input_is_one_sentence(words: list[str], said: str, tmp_path, capfd) -> None:
    assert main(["jam", "--out", str(tmp_path / "out"), *words]) == 2
    assert said in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_thirty_minutes_neither_drift_nor_grow() -> None:
    from tests.bridge.trial.jam_benchmark import simulated

    _, within, drift, growth = simulated(replace(LEAD, tempo=140.0), 1.0)
    assert within.value < 5
    assert abs(drift.value) < 3
    assert growth.reached
