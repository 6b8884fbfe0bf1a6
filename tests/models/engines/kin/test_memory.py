"""What can be looked up while writing: nothing of the future of what is written, everything of the prompt."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.engines.kin.config import STEPS
from models.engines.kin.reading.chords import COMING
from models.engines.kin.reading.copy_features import AHEAD_SIZES, ECHO_SIZES, FORETELLERS, PROMPT_NEXT, CopyFeatures
from models.engines.kin.reading.representation import rows_of
from tests.strategies import a_note

BAR = 4 * STEPS
NOTHING = np.zeros((0, 5), np.int64)
PROMPT, BEAT_AGO, _, BAR_AGO, TWO_BARS_AGO, BAR_LATER, AS_BEFORE = (
    slice(0, 4),
    *(slice(start, start + 3) for start in range(PROMPT_NEXT, PROMPT_NEXT + 18, 3)),
)
STACKED = len(AHEAD_SIZES) - 1
TRUST = slice(STACKED - FORETELLERS, STACKED)

notes = st.lists(
    st.tuples(st.integers(0, 6 * BAR), st.integers(1, 256), st.integers(1, 30), st.integers(0, 32), st.integers(0, 21)),
    min_size=1,
    max_size=24,
    unique_by=lambda row: row[:2],
).map(sorted)


def empty() -> CopyFeatures:
    return CopyFeatures(NOTHING, NOTHING[:, 0] > 0, 0, BAR)


def written(*rows) -> CopyFeatures:
    memory = empty()
    for row in rows:
        memory.write(row)
    return memory


def test_nothing_is_known_at_first() -> None:
    assert empty().ahead() == [0] * (len(AHEAD_SIZES) + COMING)
    assert empty().echo(0, 61) == [0] * len(ECHO_SIZES)


def test_what_lies_ahead_in_the_prompt() -> None:
    rows, _ = rows_of([a_note(60, 0), a_note(64, 1.5), a_note(67, 1.5)], drums=False)
    memory = CopyFeatures(rows, np.array([False, True, False]), 0, BAR)
    seen = [memory.ahead()[PROMPT]]
    for row in rows.tolist():
        memory.write(row)
        seen.append(memory.ahead()[PROMPT])
    assert seen == [[1, 0, 61, 1], [2, 12, 65, 2], [1, 12, 68, 1], [0, 0, 0, 0]]


def test_what_followed_a_bar_and_two_bars_ago_is_told_as_if_it_were_now() -> None:
    memory = written(
        (0, 61, 5, 9, 0), (30, 62, 5, 9, 0), (BAR, 61, 5, 9, 0), (BAR + 36, 64, 5, 9, 0), (2 * BAR, 61, 5, 9, 0)
    )
    ahead = memory.ahead()
    assert ahead[BAR_AGO] == [2, 12, 64]
    assert ahead[TWO_BARS_AGO] == [2, 6, 62]


def test_what_the_prompt_has_a_bar_later() -> None:
    prompt = np.array([(BAR, 61, 5, 9, 0), (BAR + STEPS, 68, 5, 9, 0)])
    memory = CopyFeatures(prompt, np.array([True, True]), 0, BAR)
    memory.write((0, 61, 5, 9, 0))
    assert memory.ahead()[BAR_LATER] == [2, 0, 68]


def test_a_motif_goes_on_as_it_did_before() -> None:
    memory = written((0, 61, 5, 9, 0), (12, 63, 5, 9, 0), (30, 70, 5, 9, 0), (48, 61, 5, 9, 0), (60, 63, 5, 9, 0))
    assert memory.ahead()[AS_BEFORE] == [2, (60 + 18) % STEPS, 70]


def test_a_foreteller_is_trusted_as_often_in_a_row_as_it_was_right() -> None:
    hats = [(12 * number, 170, 1, 20, 0) for number in range(5)]
    memory = written(*hats)
    assert memory.ahead()[BEAT_AGO] == [1, 12, 170]
    assert memory.ahead()[TRUST][1] == 2  # a beat ago there was nothing before the third hit
    memory.write((66, 170, 1, 20, 0))
    assert memory.ahead()[TRUST][1] == 0


def test_notes_of_one_onset_are_counted() -> None:
    memory = written((0, 61, 5, 9, 0), (0, 65, 5, 9, 0), (0, 68, 5, 9, 0))
    assert memory.ahead()[STACKED] == 3
    memory.write((24, 61, 5, 9, 0))
    assert memory.ahead()[STACKED] == 1


def test_an_echo_is_how_a_pitch_was_played() -> None:
    prompt = np.array([(0, 61, 2, 11, 3), (BAR, 61, 4, 12, 5)])
    memory = CopyFeatures(prompt, np.array([False, False]), 0, BAR)
    memory.write((6, 61, 7, 20, 8))
    assert memory.echo(BAR, 61) == [4, 12, 5, 2, 11, 3, 7, 20, 8]


@settings(max_examples=60, deadline=None)
@given(notes, notes, st.integers(0, BAR), st.sampled_from([BAR, 3 * STEPS, 36]))
def test_every_column_lies_in_its_table(prompt, result, begin, bar) -> None:
    memory = CopyFeatures(np.array(prompt), np.zeros(len(prompt), bool), begin, bar)
    for row in result:
        if row[0] < begin:
            continue
        assert (np.array(memory.echo(*row[:2])) < ECHO_SIZES).all()
        memory.write(row)
        ahead = np.array(memory.ahead())
        assert (ahead >= 0).all()
        assert (ahead[: len(AHEAD_SIZES)] < AHEAD_SIZES).all()


def test_a_note_that_is_not_chosen_in_full_is_played_as_its_pitch_is_or_as_its_neighbour() -> None:
    rows, _ = rows_of([a_note(60, 0, 1.0), a_note(64, 1.0, 0.5), a_note(67, 2.0, 0.25)], drums=False)
    memory = CopyFeatures(rows, np.zeros(3, bool), 0, BAR)
    played = [tuple(row[2:]) for row in rows.tolist()]
    assert memory.played(0, 61) == played[0]
    assert memory.played(60, 68) == played[2]  # that pitch elsewhere
    assert memory.played(30, 63) == played[1]  # what stands before
    assert empty().played(0, 61) == (0, 0, 0)


def test_two_go_on_apart_from_one_memory() -> None:
    memory = written((0, 61, 5, 9, 0))
    one, other = memory.another(), memory.another()
    one.write((24, 63, 5, 9, 0))
    assert other.ahead() == memory.ahead() != one.ahead()
    assert other.echo(48, 63) == [0] * len(ECHO_SIZES) != one.echo(48, 63)
