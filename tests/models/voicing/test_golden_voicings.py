"""Rows of voicings that a pianist would sign: to the note, and by the rules of the trade."""

import itertools

import numpy as np
import pytest

from models.music.chord import Chord, TimedChord
from models.voicing.motion import motion
from models.voicing.options import VoicingOptions
from models.voicing.rules import LOWEST_OF_INTERVAL, Wanted, allowed, dislikes, limits_kept
from models.voicing.voice import voice

POP = "C:maj G:maj A:min F:maj"
JAZZ = "D:min7 G:7 C:maj7 A:7"
MINOR = "A:min D:min E:7 A:min"


def voiced(labels, **options):
    row = [TimedChord(4.0 * place, 4.0, Chord.parse(label)) for place, label in enumerate(labels.split())]
    return voice(row, VoicingOptions(**options))[0].pitches


@pytest.mark.parametrize(
    ("style", "labels", "pitches"),
    [
        ("close", POP, ((60, 64, 67), (59, 62, 67), (60, 64, 69), (60, 65, 69))),
        ("close", MINOR, ((57, 60, 64), (57, 62, 65), (56, 59, 62, 64), (57, 60, 64))),
        ("drop2", JAZZ, ((57, 62, 65, 72), (55, 62, 65, 71), (55, 60, 64, 71), (55, 61, 64, 69))),
        ("rootless", JAZZ, ((60, 65, 69), (59, 62, 65), (59, 64, 67), (61, 64, 67))),
        ("shell", JAZZ, ((50, 60, 65), (55, 59, 65), (48, 59, 64), (45, 61, 67))),
        ("spread", POP, ((48, 55, 64, 72), (43, 55, 62, 71), (45, 57, 64, 72), (41, 57, 65, 72))),
    ],
)
def test_these_rows_are_signed(style, labels, pitches):
    assert tuple(tuple(map(int, row)) for row in voiced(labels, style=style)) == pitches


def test_the_leading_tone_goes_up_to_the_tonic():
    for style in ("close", "open", "drop2"):
        before, after = voiced(MINOR, style=style)[2:]
        leading = [pitch for pitch in before if pitch % 12 == 8]
        assert all(pitch + 1 in after for pitch in leading)
    before, after = voiced("G:7 C:maj", style="close")
    assert all(pitch + 1 in after for pitch in before if pitch % 12 == 11)


def test_the_seventh_goes_down_a_step_or_stays():
    before, after = voiced("G:7 C:maj", style="close")
    assert all({pitch - 1, pitch} & set(after) for pitch in before if pitch % 12 == 5)


@pytest.mark.parametrize("labels", [POP, JAZZ, MINOR, "C:maj A:min D:min7 G:7", "E:min C:maj G:maj D:maj"])
def test_a_close_row_has_no_leaps_and_holds_what_is_common(labels):
    rows = voiced(labels, style="close")
    for one, other in zip(rows, rows[1:], strict=False):
        assert abs(one[-1] - other[-1]) <= 4, "the top line leaps"
        shared = {pitch % 12 for pitch in one} & {pitch % 12 for pitch in other}
        assert any(pitch in other for pitch in one if pitch % 12 in shared) or not shared


def test_upper_voices_do_not_move_in_parallel_fifths_and_octaves_all_along():
    for labels in (POP, JAZZ, MINOR):
        rows = voiced(labels, style="close")
        parallels = 0
        for one, other in zip(rows, rows[1:], strict=False):
            if len(one) != len(other):
                continue
            for low, high in itertools.combinations(range(len(one)), 2):
                same = (one[high] - one[low]) % 12 == (other[high] - other[low]) % 12
                moved = one[low] != other[low]
                parallels += same and moved and (one[high] - one[low]) % 12 in (0, 7)
        assert parallels <= 1, labels


def test_the_low_interval_limits_are_those_of_arrangers():
    # Thirds not below C2 to D2, fifths down to C1, octaves anywhere, seconds from F2 up.
    assert LOWEST_OF_INTERVAL == {
        1: 55, 2: 53, 3: 50, 4: 48, 5: 46, 6: 47, 7: 36, 8: 43, 9: 43, 10: 41, 11: 41, 12: 24, 13: 43, 14: 40, 15: 38,
        16: 36,
    }  # fmt: skip
    rows = np.array([(48, 52), (47, 51), (36, 43), (35, 42), (24, 36), (23, 35), (30, 60)])
    assert limits_kept(rows).tolist() == [True, False, True, False, True, False, True]


def wanted(**changes):
    fields = {"root": 0, "tones": (0, 4, 7), "voices": 4, "style": "close", "bass_kind": "free", "bass": None}
    return Wanted(**{**fields, "low": 48, "high": 84, **changes})


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ((60, 64, 67, 72), (60, 64, 67, 76)),  # the third twice
        ((60, 67, 72, 76), (60, 61, 62, 76)),  # two seconds in a row
        ((60, 64, 67, 79), (60, 64, 67, 80)),  # a hole of more than an octave above
        ((48, 67, 72, 76), (48, 68, 72, 76)),  # a twelfth above the bass, and more
        ((60, 64, 70, 72), (60, 64, 71, 72)),  # a semitone under the top
        ((60, 64, 67, 72), (60, 64, 67, 73)),  # a minor ninth
    ],
)
def test_the_rules_of_taste_choose_the_better(good, bad):
    kept = allowed(np.array([good, bad]), wanted())
    assert tuple(map(int, kept[0])) == good
    assert len(kept) == 1


def test_a_locked_top_and_bass_are_hard():
    rows = np.array([(60, 64, 67), (55, 60, 64), (64, 67, 72)])
    assert allowed(rows, wanted(top=67)).tolist() == [[60, 64, 67]]
    assert allowed(rows, wanted(bottom=55)).tolist() == [[55, 60, 64]]
    assert allowed(rows, wanted(bass=4)).tolist() == [[64, 67, 72]]
    assert not len(allowed(rows, wanted(top=99)))


def test_a_second_inversion_is_liked_less_than_root_position_and_the_first():
    root, first, second = dislikes(np.array([(60, 64, 67), (64, 67, 72), (55, 60, 64)]), wanted(low=58, high=70))
    assert root < first < second


def test_motion_is_the_sum_of_steps_and_unequal_sizes_share_voices():
    assert motion((60, 64, 67), (60, 65, 69)) == 3
    assert motion((60, 64, 67), (60, 64, 67)) == 0
    assert motion((60, 67), (60, 64, 67)) == 3
    assert motion((60, 64, 67), (59, 68)) == 6
