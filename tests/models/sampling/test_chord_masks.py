"""What the notes of a chord seldom are."""

from __future__ import annotations

import numpy as np
import pytest

from models.sampling.chord_masks import FullChords, OnChords, OpenChords
from tests.models.sampling.test_hypothesis_and_masks import STEPS, WAITS, a_draft, costs, put_down


def test_a_chord_is_left_gladly_only_when_it_is_full() -> None:
    draft = put_down(a_draft(), (0, 60))
    rule = FullChords(2, 3, 1.5)
    beats, ticks = np.zeros(WAITS), np.zeros(STEPS)
    rule.apply("beat", beats, draft)
    rule.apply("tick", ticks, draft)
    assert beats[0] == ticks[0] == 0
    assert set(beats[1:]) == set(ticks[1:]) == {-1.5}
    put_down(draft, (0, 62), (0, 64))
    ticks = np.zeros(STEPS)
    rule.apply("tick", ticks, draft)
    assert ticks[0] == -1.5
    assert not ticks[1:].any()


def test_a_chord_that_cannot_grow_may_be_left() -> None:
    draft = put_down(a_draft(), (0, 67))  # the highest pitch there is room for
    beats = np.zeros(WAITS)
    FullChords(2, 3, 1.5).apply("beat", beats, draft)
    assert not beats.any()


@pytest.mark.parametrize(("written", "dear"), [((), []), (((0, 60),), [61]), (((0, 60), (0, 64)), [65])])
def test_a_semitone_above_in_the_same_chord_costs(written, dear) -> None:
    draft = put_down(a_draft(), *written)
    draft.onset = 0
    assert costs(OpenChords(3.0), "pitch", 128, draft) == dear
    draft.onset = 24
    assert costs(OpenChords(3.0), "pitch", 128, draft) == ([] if written else dear)


def test_the_highest_pitch_of_all_has_nothing_above_it() -> None:
    draft = put_down(a_draft(pitches=(127,)), (0, 127))
    assert costs(OpenChords(3.0), "pitch", 128, draft) == []


def test_pitches_outside_the_chord_cost_most_at_strong_places() -> None:
    rule = OnChords([{0, 4, 7}, {0, 4, 7}, None], [True, False, True], 4.0)
    draft = a_draft()
    for onset, cost in ((0, 4.0), (1, 1.0), (2, 0.0), (3, 0.0)):
        draft.onset = onset
        logits = np.zeros(128)
        rule.apply("pitch", logits, draft)
        assert {pitch % 12 for pitch in np.flatnonzero(logits == 0).tolist()} >= {0, 4, 7}
        assert logits.min() == -cost
    assert costs(rule, "beat", WAITS, a_draft()) == []
