"""How a clip moves, how it is built, and what its drums do."""

import numpy as np
import pytest

from models.analysis.arrays import NoteArrays
from models.analysis.form import find_contour, find_period, find_phrases, find_register, find_sections, longest_repeat
from models.analysis.groove import find_groove, find_lanes
from models.music.beats import Metre
from models.music.note import Note

FOUR = Metre()


def arrays(*onsets, pitch=60, duration=0.2):
    return NoteArrays.of(Note(pitch, onset, duration) for onset in onsets)


def groove(*onsets, length=4.0, metre=FOUR):
    return find_groove(arrays(*onsets), metre, length)


@pytest.mark.parametrize(
    ("step", "grid"),
    [(1.0, "1/4"), (0.5, "1/8"), (1 / 3, "1/8 triplets"), (0.25, "1/16"), (1 / 6, "1/16 triplets"), (0.125, "1/32")],
)
def test_the_coarsest_grid_that_holds_the_onsets(step, grid):
    found = groove(*np.arange(0, 4, step))
    assert found.grid == grid
    assert found.quantised == 1
    assert found.swing_unit == ""


def test_swung_eighths_have_their_ratio_and_no_micro_timing():
    found = groove(*(beat + off for beat in range(4) for off in (0.0, 0.62)))
    assert (found.swing_unit, found.swing) == ("1/8", pytest.approx(0.62))
    assert found.micro_spread == pytest.approx(0, abs=1e-6)


def test_swung_sixteenths():
    found = groove(*(place / 2 + off for place in range(8) for off in (0.0, 0.29)))
    assert (found.swing_unit, found.swing) == ("1/16", pytest.approx(0.58))


def test_straight_sixteenths_do_not_swing():
    assert groove(*np.arange(0, 4, 0.25)).swing == 0.5


def test_a_laid_back_player_is_behind_the_grid():
    found = groove(*(place / 4 + 0.03 for place in range(16)))
    assert found.micro_mean == pytest.approx(0.03)
    assert found.template == tuple([pytest.approx(0.03)] * 16)
    assert found.quantised == 0


def test_off_beats_are_syncopated_and_beats_are_not():
    assert groove(0, 1, 2, 3).syncopation == 0
    assert groove(0.5, 1.5, 2.5, 3.5).syncopation > 4
    assert groove(0, 1.5, 3).syncopation > 0


def test_density_and_polyphony():
    found = find_groove(NoteArrays.of([Note(60, 0, 4), Note(64, 0, 2), Note(67, 2, 2), Note(72, 3, 1)]), FOUR, 8.0)
    assert found.density == 3 / 8
    assert found.polyphony == 3
    assert found.mean_polyphony == pytest.approx((2 * 3 + 3) / 4)


def test_silence_has_neither_groove_nor_register():
    assert find_groove(arrays(), FOUR, 4.0) is None
    assert find_register(arrays()) is None
    assert find_period(arrays(), FOUR, 8.0) is None
    assert find_phrases(arrays(), []) == ()


@pytest.mark.parametrize(
    ("pitches", "contour"),
    [
        ((60, 64, 67), "rising"),
        ((67, 64, 60), "falling"),
        ((60, 67, 72, 67, 60), "arch"),
        ((72, 64, 60, 64, 72), "bowl"),
        ((60, 60, 60), "level"),
        ((60, 67, 67), "rising, then level"),
        ((60, 60, 67), "level, then rising"),
        ((60, 62), None),
    ],
)
def test_the_contours_of_huron(pitches, contour):
    assert find_contour(np.array(pitches)) == contour


def a_line(pitches, step=0.5, start=0.0):
    return [Note(pitch, start + place * step, step) for place, pitch in enumerate(pitches)]


@pytest.mark.parametrize(("bars", "period"), [((0, 0, 0, 0), 1), ((0, 5, 0, 5), 2), ((0, 5, 7, 2), None)])
def test_after_how_many_bars_a_clip_repeats(bars, period):
    notes = [
        note
        for number, shift in enumerate(bars)
        for note in a_line([60 + shift + place for place in range(8)], 0.5, 4.0 * number)
    ]
    assert find_period(NoteArrays.of(notes), FOUR, 16.0) == period


def test_phrases_end_at_long_notes_and_rests():
    notes = [
        *a_line((60, 62, 64, 65, 67)),
        Note(69, 2.5, 1.5),
        *a_line((67, 65, 64, 62, 60), 0.5, 4.0),
        Note(59, 6.5, 0.5),
        *a_line((60, 62, 64), 0.5, 9.0),
    ]
    found = NoteArrays.of(notes)
    assert find_phrases(found, list(range(len(found)))) == (4.0, 7.0, 10.5)


def test_the_longest_run_that_comes_twice_at_any_pitch():
    motif = (60, 64, 62, 67, 65)
    notes = NoteArrays.of([*a_line(motif), Note(50, 2.5, 1.5), *a_line([pitch + 5 for pitch in motif], 0.5, 4.0)])
    assert longest_repeat(notes, list(range(len(notes)))) == 5
    plain = NoteArrays.of(a_line((60, 61, 63, 66, 70, 75, 81)))
    assert longest_repeat(plain, list(range(7))) == 0


def test_drums_are_known_by_what_they_do_in_a_kit_of_any_keys():
    kick, snare, hat, crash = 61, 74, 90, 101
    notes = [Note(crash, 0, 0.1)]
    for bar in range(4):
        notes += [
            Note(kick, 4 * bar, 0.1),
            Note(kick, 4 * bar + 2.5, 0.1),
            Note(snare, 4 * bar + 1, 0.1),
            Note(snare, 4 * bar + 3, 0.1),
        ]
        notes += [Note(hat, 4 * bar + eighth / 2, 0.1) for eighth in range(8)]
    lanes = {lane.pitch: lane for lane in find_lanes(NoteArrays.of(notes), FOUR, 16.0)}
    assert {pitch: lane.duty for pitch, lane in lanes.items()} == {
        kick: "backbone",
        snare: "backbeat",
        hat: "pulse",
        crash: "accent",
    }
    assert lanes[hat].per_bar == 8
    assert lanes[hat].name == ""


def test_general_midi_names_the_lanes_and_a_four_on_the_floor_is_the_backbone():
    notes = [*(Note(36, beat, 0.1) for beat in range(8)), *(Note(46, beat + 0.5, 0.1) for beat in range(8))]
    assert [(lane.name, lane.duty) for lane in find_lanes(NoteArrays.of(notes), FOUR, 8.0)] == [
        ("kick", "backbone"),
        ("open hat", "pulse"),
    ]


@pytest.mark.parametrize(
    ("bars", "letters"),
    [("ABAC", "ABAC"), ("AAAA", "AAAA"), ("A", ""), ("AB" * 4 + "CD" * 4, "AAAABBBB"), ("A-B", "AB")],
)
def test_sections_are_named_by_what_comes_back(bars, letters):
    tunes = {"A": (60, 64, 67, 72), "B": (65, 62, 65, 69), "C": (71, 67, 62, 59), "D": (57, 58, 61, 63)}
    notes = NoteArrays.of(
        Note(pitch, 4.0 * bar + place, 1.0)
        for bar, letter in enumerate(bars)
        if letter in tunes
        for place, pitch in enumerate(tunes[letter])
    )
    sections = find_sections(notes, Metre(), 4.0 * len(bars))
    assert "".join(section.letter for section in sections) == letters
    assert all(section.onset + section.duration <= 4.0 * len(bars) for section in sections)
