"""What clips say of their sound - programs, controllers, bends, tempos - is what is performed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.carried import Carried
from models.music.clip import Clip
from models.music.note import Note
from models.sound.performance import DRUM_CHANNEL, PROGRAMS, Tempo, is_drums, perform


def told(*events: tuple[float, int, int, int], notes: tuple[Note, ...] = (Note(60, 0.0, 1.0),), **changes) -> Clip:
    """A bar with events: beat, status, and two data bytes (a program has one)."""
    size = {0xC0: 2}
    carried = Carried(events=tuple((at, bytes([kind, one, two])[: size.get(kind, 3)]) for at, kind, one, two in events))
    return Clip(notes, 4.0, carried=carried, **changes)


def test_loudness_is_the_square_of_volume_and_expression() -> None:
    (usual,) = perform([told()])
    (half,) = perform([told((0.0, 0xB0, 7, 50))])
    (soft,) = perform([told((0.0, 0xB0, 11, 64))])
    assert usual.gain == 1.0
    assert half.gain == pytest.approx(0.25)
    assert soft.gain == pytest.approx((64 / 127) ** 2)


def test_pan_goes_from_left_to_right() -> None:
    pans = [perform([told((0.0, 0xB0, 10, value))])[0].pan for value in (0, 64, 127)]
    assert pans == [-1.0, 0.0, 63 / 64]


def test_a_full_bend_is_two_semitones_and_its_middle_none() -> None:
    bends = [perform([told((0.0, 0xE0, low, high))])[0].bend for low, high in ((0, 0), (0, 64), (127, 127))]
    assert bends[0] == -200
    assert bends[1] == 0
    assert bends[2] == pytest.approx(200, abs=0.1)


def test_what_comes_later_says_nothing_of_what_was_before() -> None:
    notes = (Note(60, 0.0, 1.0), Note(62, 1.0, 1.0), Note(64, 2.0, 1.0))
    hits = perform([told((1.0, 0xC0, 40, 0), (2.0, 0xB0, 7, 10), notes=notes)])
    assert [hit.program for hit in hits] == [PROGRAMS[None], 40, 40]
    assert [hit.gain for hit in hits] == pytest.approx([1.0, 1.0, 0.01])


def test_a_pedal_that_never_comes_up_holds_to_the_end_of_the_clip() -> None:
    (hit,) = perform([told((0.0, 0xB0, 64, 127))])
    assert hit.held == pytest.approx(2.0)
    (half,) = perform([told((0.0, 0xB0, 64, 63))])
    assert half.held == pytest.approx(0.5)


def test_a_low_clip_of_no_role_sounds_as_a_bass_and_channel_ten_as_a_kit() -> None:
    low, high = (Clip((Note(pitch, 0.0, 1.0),), 4.0) for pitch in (40, 60))
    assert [perform([clip])[0].program for clip in (low, high)] == [PROGRAMS["bass"], PROGRAMS[None]]
    kit = Clip((Note(38, 0.0, 1.0),), 4.0, carried=Carried(channel=DRUM_CHANNEL))
    assert is_drums(kit)
    assert perform([kit])[0].drums
    assert not is_drums(low)


def test_a_longer_context_is_cut_where_the_leader_ends() -> None:
    leader = Clip((Note(60, 0.0, 1.0),), 2.0)
    longer = Clip((Note(40, 1.0, 4.0), Note(41, 3.0, 1.0)), 8.0, role="bass")
    hits = perform([leader, longer])
    assert [(hit.pitch, hit.start, hit.held) for hit in hits] == [(60, 0.0, 0.5), (40, 0.5, 0.5)]


@given(st.lists(st.tuples(st.floats(0.1, 15.0), st.floats(30, 240)), max_size=4), st.floats(0, 16))
def test_beats_and_seconds_are_each_other_s_reverse(changes: list[tuple[float, float]], beat: float) -> None:
    tempo = Tempo(Clip((), 16.0, tempo=100.0, carried=Carried(tempos=tuple(sorted(changes)))))
    assert tempo.beat(tempo.seconds(beat)) == pytest.approx(beat, abs=1e-6)
    assert tempo.seconds(beat) <= beat * 60 / 30 + 1e-6
