"""Drafts and the rules that mask what a note may be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sampling.choose import SamplingParameters, choose
from models.sampling.hypothesis import Given, NoteHypothesis
from models.sampling.masks import (
    AtHome,
    Contour,
    FewHits,
    LogitMask,
    ShortCycles,
    ShortRests,
    UsualPlaces,
    Voices,
    cycle,
    standing,
)

DURATIONS = np.array([1, 2, 3, 6, 12, 24, 48, 96])
WAITS, STEPS = 18, 24
END = WAITS - 1


def a_draft(
    *givens: Given, end: int = 96, pitches: tuple[int, ...] = (60, 62, 64, 65, 67), open_count: bool = True
) -> NoteHypothesis:
    room = np.zeros((end, 128), bool)
    room[:, list(pitches)] = True
    draft = NoteHypothesis(0, end, room, list(givens), open_count, DURATIONS)
    for known in givens:
        if known.whole:
            draft.sound(known.onset, known.onset + int(DURATIONS[known.duration]), known.pitch)
    return draft


def kept(onset: int, pitch: int, duration: int = 5, index: int = 0) -> Given:
    return Given(index, onset, pitch, duration, 20, 10, whole=True)


def legal(field: str, size: int, draft: NoteHypothesis, *rules: LogitMask) -> list[int]:
    logits = np.zeros(size)
    for rule in standing(rules):
        if field in rule.fields:
            rule.apply(field, logits, draft)
    return np.flatnonzero(np.isfinite(logits)).tolist()


def write_all(draft: NoteHypothesis, seed: int, *rules: LogitMask) -> NoteHypothesis:
    """Write a draft with even chances under the rules."""
    rng = np.random.default_rng(seed)

    def value(field: str, size: int) -> int:
        logits = np.zeros(size)
        for rule in standing(rules):
            if field in rule.fields:
                rule.apply(field, logits, draft)
        return choose(logits, SamplingParameters(), rng)

    for _ in range(200):
        wait = value("beat", WAITS)
        if wait == END:
            draft.ended = True
            return draft
        draft.beat = draft.last[0] // STEPS + wait
        draft.onset = draft.beat * STEPS + value("tick", STEPS)
        draft.pitch = value("pitch", 128)
        given = draft.bound
        draft.duration = value("duration", len(DURATIONS)) if given is None else given.duration
        draft.write(0, 0)
    raise AssertionError("the draft never ended")


notes = st.lists(
    st.tuples(st.integers(0, 95), st.sampled_from((60, 62, 64, 65, 67)), st.integers(0, 6)),
    max_size=6,
    unique_by=lambda note: note[:2],
)


@settings(max_examples=60, deadline=None)
@given(notes, st.integers(0, 2**20))
def test_drafts_end_in_order_and_hold_every_given_note(wanted, seed) -> None:
    givens = [kept(onset, pitch, 0, index) for index, (onset, pitch, _) in enumerate(sorted(wanted))]
    draft = write_all(a_draft(*givens), seed)
    order = [(note.onset, note.pitch) for note in draft.written]
    assert order == sorted(set(order))
    assert [note.given for note in draft.written if note.given >= 0] == list(range(len(givens)))
    assert all(0 <= note.onset < 96 for note in draft.written)


@settings(max_examples=60, deadline=None)
@given(notes, st.integers(0, 2**20))
def test_no_pitch_sounds_twice_at_once_and_none_rings_past_the_end(wanted, seed) -> None:
    givens = [kept(onset, pitch, 0, index) for index, (onset, pitch, _) in enumerate(sorted(wanted))]
    draft = write_all(a_draft(*givens), seed)
    for pitch in {note.pitch for note in draft.written}:
        line = sorted(
            (note.onset, note.onset + int(DURATIONS[note.duration])) for note in draft.written if note.pitch == pitch
        )
        assert all(end <= onset for (_, end), (onset, _) in zip(line, line[1:], strict=False))
        assert line[-1][1] <= 96


def test_pitches_are_those_of_the_room_above_the_last_note_of_the_chord() -> None:
    draft = a_draft()
    draft.onset, draft.pitch, draft.duration = 0, 62, 4
    draft.write(0, 0)
    draft.beat = draft.onset = 0
    assert legal("pitch", 128, draft) == [64, 65, 67]


def test_no_given_note_is_passed_by() -> None:
    draft = a_draft(kept(30, 64))
    assert legal("beat", WAITS, draft) == [0, 1]
    draft.beat = 1
    assert max(legal("tick", STEPS, draft)) == 6
    draft.onset = 30
    assert legal("pitch", 128, draft) == [60, 62, 64]


def test_the_end_comes_when_nothing_fits_any_more() -> None:
    assert legal("beat", WAITS, a_draft(pitches=())) == [END]


def test_a_note_ends_before_the_next_of_its_pitch() -> None:
    draft = a_draft(kept(24, 60))
    draft.onset, draft.pitch = 12, 60
    assert [DURATIONS[index] for index in legal("duration", len(DURATIONS), draft)] == [1, 2, 3, 6, 12]


def test_voices_are_capped() -> None:
    draft = a_draft()
    draft.onset, draft.pitch, draft.duration = 0, 60, 4
    draft.write(0, 0)
    draft.beat = 0
    assert legal("tick", STEPS, draft, Voices(1)) == list(range(12, 24))
    assert legal("tick", STEPS, draft, Voices(2)) == list(range(24))


def test_a_locked_rhythm_leaves_only_the_pitch_open() -> None:
    given = Given(0, 12, None, 3, below=65)
    draft = a_draft(given, open_count=False)
    assert legal("beat", WAITS, draft) == [0]
    assert legal("tick", STEPS, draft) == [12]
    draft.onset = 12
    assert legal("pitch", 128, draft) == [60, 62, 64]


def test_a_locked_contour_keeps_the_sides() -> None:
    first, second = Given(0, 0, None, 3), Given(1, 24, None, 3)
    draft = a_draft(first, second, open_count=False)
    rule = Contour({0: (None, 62, 65), 1: (62, 65, None)})
    draft.onset = 0
    assert legal("pitch", 128, draft, rule) == [60, 62, 64]
    draft.pitch, draft.duration = 64, 3
    draft.write(0, 0)
    draft.onset = 24
    assert legal("pitch", 128, draft, rule) == [65, 67]


def put_down(draft: NoteHypothesis, *notes: tuple[int, int]) -> NoteHypothesis:
    for draft.onset, draft.pitch in notes:
        draft.duration = 3
        draft.write(0, 0)
    return draft


def costs(rule: LogitMask, field: str, size: int, draft: NoteHypothesis) -> list[int]:
    """The values that cost something."""
    logits = np.zeros(size)
    if field in rule.fields:
        rule.apply(field, logits, draft)
    return np.flatnonzero(logits < 0).tolist()


@pytest.mark.parametrize(
    ("most", "written", "costs"),
    [
        ((0,), (60,), {60}),
        ((1,), (60,), set()),
        ((1,), (60, 60), {60}),
        ((1,), (62, 60), set()),
        ((0,), (), set()),
        ((9, 2), (60, 62, 60, 62), {60}),
        ((9, 3), (60, 62, 60, 62), set()),
        ((9, 2), (60, 62, 64, 62), set()),
        ((0, 2), (60, 62, 60, 62), {60, 62}),
        ((9, 9, 3), (60, 62, 64, 60, 62, 64), {60}),
    ],
)
def test_going_in_circles_costs(most, written, costs) -> None:
    draft = put_down(a_draft(), *((6 * place, pitch) for place, pitch in enumerate(written)))
    draft.onset = 90
    logits = np.zeros(128)
    ShortCycles(most, 2.0).apply("pitch", logits, draft)
    assert {int(pitch) for pitch in np.flatnonzero(logits)} == costs
    assert set(logits) <= {0.0, -2.0}


def test_of_chords_the_lowest_notes_go_in_circles() -> None:
    draft = put_down(a_draft(), (0, 60), (0, 64), (6, 60), (6, 65))
    rule = ShortCycles((1,), 2.0)
    draft.onset = 6
    assert costs(rule, "pitch", 128, draft) == []  # a chord is still being built
    draft.onset = 12
    assert costs(rule, "pitch", 128, draft) == [60]


def test_a_cycle_is_as_long_as_notes_come_again() -> None:
    assert [cycle((60, 62, 60, 62, 60), period) for period in (1, 2, 3, 4)] == [0, 3, 0, 1]
    assert cycle((), 1) == 0


def test_a_foreign_pitch_costs_and_stays_possible() -> None:
    logits = np.zeros(128)
    AtHome({0, 4, 7}, 3.0).apply("pitch", logits, a_draft())
    assert {pitch % 12 for pitch in np.flatnonzero(logits == 0).tolist()} == {0, 4, 7}
    assert set(logits) == {0.0, -3.0}
    assert costs(AtHome({0}, 3.0), "beat", WAITS, a_draft()) == []


@pytest.mark.parametrize(
    ("longest", "last", "dear"),
    [
        (48, 0, [*range(3, WAITS)]),  # the end is four beats away
        (48, 12, [*range(3, WAITS)]),
        (96, 0, [*range(5, END)]),
        (48, 60, [*range(3, END)]),
        (1000, 0, []),
    ],
)
def test_a_longer_rest_than_usual_costs(longest, last, dear) -> None:
    draft = put_down(a_draft(), (last, 60))
    assert costs(ShortRests(longest, 3.0), "beat", WAITS, draft) == dear
    assert costs(ShortRests(longest, 3.0), "tick", STEPS, draft) == []


def test_a_place_of_the_bar_that_is_not_usual_costs() -> None:
    draft, rule = a_draft(), UsualPlaces({0, 36, 84}, 96, 3.0)
    for draft.beat, free in ((0, 0), (1, 12), (3, 12), (4, 0), (7, 12)):
        assert costs(rule, "tick", STEPS, draft) == [tick for tick in range(STEPS) if tick != free]
    draft.beat = 2
    assert costs(rule, "tick", STEPS, draft) == [*range(STEPS)]
    assert costs(rule, "pitch", 128, draft) == []


def test_one_hit_more_than_a_bar_may_have_of_a_part_costs() -> None:
    draft, rule = (
        put_down(a_draft(pitches=(36, 38, 42)), (0, 38), (12, 38), (24, 36), (96, 38)),
        FewHits({"snare": 2, "kick": 2}, 96, 3.0),
    )
    draft.onset = 84
    assert costs(rule, "pitch", 128, draft) == [37, 38, 39, 40]
    draft.onset = 108
    assert costs(rule, "pitch", 128, draft) == []  # a bar begins anew
    put_down(draft, (120, 40))
    draft.onset = 132
    assert costs(rule, "pitch", 128, draft) == [37, 38, 39, 40]
    assert costs(rule, "beat", WAITS, draft) == []
