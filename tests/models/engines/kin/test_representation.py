"""Notes as rows and back, and what the network is shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.analysis.harmony import Harmony
from models.engines.kin.config import (
    DURATIONS,
    END,
    FIELD_SIZES,
    FIXED,
    MICRO_UNIT,
    PROMPT,
    SPAN_END,
    SPAN_START,
    STEPS,
)
from models.engines.kin.reading.chords import CHORD, COMING, ChordConditions
from models.engines.kin.reading.copy_features import AHEAD_SIZES, ECHO_SIZES, CopyFeatures
from models.engines.kin.reading.representation import (
    MICRO_FIELD,
    ONSET,
    PITCH,
    home_of,
    home_shift,
    note_of,
    rows_of,
    shifted,
    write_onsets,
)
from models.engines.kin.reading.stream import control_row, decoder_rows, encoder_rows, targets_of
from models.music.chord import Chord, TimedChord
from tests.strategies import a_beat, a_note, a_tune

on_grid = st.builds(
    lambda onset, pitch, duration, velocity: a_note(
        pitch, onset / STEPS, DURATIONS[duration] / STEPS, 4 * velocity + 2
    ),
    st.integers(0, 800),
    st.integers(0, 127),
    st.integers(0, len(DURATIONS) - 1),
    st.integers(0, 31),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(on_grid, max_size=12), st.booleans())
def test_notes_on_the_grid_come_back_exactly(notes, drums) -> None:
    rows, quantised = rows_of(notes, drums=drums)
    assert quantised
    for note, row in zip(notes, rows, strict=True):
        back = note_of(row)
        assert (back.pitch, back.velocity) == (note.pitch, note.velocity)
        assert back.onset == pytest.approx(note.onset, abs=1e-9)
        assert back.duration == pytest.approx(note.duration, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 30), min_size=1, max_size=30))
def test_what_lies_off_the_grid_comes_back_within_a_unit(onsets) -> None:
    steps, micro, quantised = write_onsets(np.array(onsets))
    if quantised:
        assert np.allclose(steps / STEPS, onsets, atol=1 / 400)
    else:
        # The farthest that a note lies from a grid of 16ths is half a 16th, which micro-timing reaches.
        assert np.abs(steps / STEPS + micro * MICRO_UNIT - onsets).max() <= MICRO_UNIT / 2 + 1e-9


def test_a_late_backbeat_is_a_16th_with_micro_timing() -> None:
    steps, micro, quantised = write_onsets(np.array([0.0, 1.03, 2.0, 3.02]))
    assert not quantised
    assert steps.tolist() == [0, 24, 48, 72]
    assert micro.tolist() == [0, 2, 0, 2]


def test_triplets_played_loosely_stay_triplets() -> None:
    steps, _, _ = write_onsets(np.array([0.01, 0.35, 0.66, 1.0, 1.32, 1.68]))
    assert steps.tolist() == [0, 8, 16, 24, 32, 40]


@pytest.mark.parametrize("semitones", range(-5, 7))
def test_a_tune_finds_home_in_every_key(semitones: int) -> None:
    rows, _ = rows_of([note.moved(pitch=note.pitch + semitones) for note in a_tune().notes], drums=False)
    home = shifted(rows, home_shift(rows))
    natural = shifted(rows_of(a_tune().notes, drums=False)[0], home_shift(rows_of(a_tune().notes, drums=False)[0]))
    assert ((home[:, PITCH] - natural[:, PITCH]) % 12 == 0).all()


def test_drums_have_no_key() -> None:
    rows, _ = rows_of(a_beat().notes, drums=True)
    assert home_shift(rows) == 0
    assert (shifted(rows, 5) == rows).all()


def test_a_pitch_that_would_leave_the_range_stays_in_its_class() -> None:
    rows, _ = rows_of([a_note(1), a_note(126)], drums=False)
    assert ((shifted(rows, -4)[0, PITCH] - 1) % 12, (shifted(rows, 5)[1, PITCH] - 1) % 12) == (9, 11)


def test_the_encoder_sees_notes_in_order_inside_the_span() -> None:
    rows, _ = rows_of(a_tune().notes, drums=False)
    fixed = rows[:, ONSET] < 96
    shown = encoder_rows(rows, fixed, (96, 192))
    assert shown[:, 1].tolist() == sorted(shown[:, 1])
    assert {SPAN_START, SPAN_END, PROMPT, FIXED} == set(shown[:, 0].tolist())
    assert shown[shown[:, 0] == SPAN_START, 1] == 96


@settings(max_examples=40, deadline=None)
@given(st.lists(on_grid, min_size=1, max_size=12, unique_by=lambda note: (note.onset, note.pitch)))
def test_targets_say_every_note_and_the_end(notes) -> None:
    rows, _ = rows_of(sorted(notes, key=lambda note: note.order), drums=False)
    targets = targets_of(rows, 0)
    if targets is None:
        return
    assert (targets < np.array(FIELD_SIZES)).all()
    assert targets[-1, 0] == END
    beats = np.cumsum(targets[:-1, 0])
    assert (beats * STEPS + targets[:-1, 1]).tolist() == rows[:, ONSET].tolist()


def test_the_decoder_reads_one_row_before_each_target() -> None:
    rows, _ = rows_of(a_tune().notes, drums=False)
    fixed = np.zeros(len(rows), bool)
    decoder, echoes = decoder_rows(rows, fixed, 0, CopyFeatures(rows, fixed, 0, 96))
    assert decoder.shape == (len(targets_of(rows, 0)), 6 + len(AHEAD_SIZES) + COMING)
    assert echoes.shape == (len(decoder), len(ECHO_SIZES) + CHORD)


def two_chords() -> ChordConditions:
    """C for five beats, then G seven over B for three."""
    return ChordConditions(
        Harmony.of((TimedChord(0, 5, Chord.of(0)), TimedChord(5, 3, Chord.of(7, "7", bass=11))), length=8)
    )


C_MAJOR, G_SEVENTH = [1, 1, 0b000010010001], [8, 12, 0b100010100100]


def test_the_network_is_told_the_chord_the_next_one_and_how_soon_it_comes() -> None:
    told = two_chords()
    assert told.coming(0) == [*C_MAJOR, *G_SEVENTH, 6]
    assert told.coming(5 * STEPS - 1) == [*C_MAJOR, *G_SEVENTH, 1]
    assert told.coming(5 * STEPS) == [*G_SEVENTH, 0, 0, 0, 0]
    assert told.coming(8 * STEPS) == told.coming(999) == COMING * [0]
    assert ChordConditions(Harmony.silent(0)).coming(0) == COMING * [0]
    assert told.now(130) == G_SEVENTH


def test_notes_stand_beside_the_chord_that_is_wanted_there() -> None:
    rows, _ = rows_of([a_note(60, 0), a_note(62, 5), a_note(64, 9)], drums=False)
    nothing = np.zeros(3, bool)
    shown = encoder_rows(rows, nothing, (0, 240), (), two_chords())
    assert shown[shown[:, 0] == PROMPT, 6:].tolist() == [C_MAJOR, G_SEVENTH, [0, 0, 0]]
    decoder, light = decoder_rows(rows, nothing, 0, CopyFeatures(rows, nothing, 0, 96, two_chords()))
    assert decoder[1, -COMING:].tolist() == [*C_MAJOR, *G_SEVENTH, 6]  # having written the first note
    assert light[:, -CHORD:].tolist() == [C_MAJOR, G_SEVENTH, [0, 0, 0], [0, 0, 0]]  # where the next one will be


def test_chords_alone_say_where_the_white_keys_are() -> None:
    e_flat = Harmony.of((TimedChord(0, 4, Chord.of(3)), TimedChord(4, 4, Chord.of(10, "7"))), length=8)
    assert home_of(np.zeros((0, 5), np.int64), e_flat) == -3


def test_controls_not_said_are_zero() -> None:
    row = control_row(
        task="vary", role="bass", similarity=None, density=None, bar_steps=0, length=4, tempo=None, feel=1
    )
    assert row.tolist() == [1, 3, 0, 0, 0, 4, 0, 1]


def test_a_clip_off_the_grid_says_its_micro_timing() -> None:
    rows, quantised = rows_of([a_note(36, 0.02), a_note(38, 1.0)], drums=True)
    assert not quantised
    assert (rows[:, MICRO_FIELD] > 0).all()
