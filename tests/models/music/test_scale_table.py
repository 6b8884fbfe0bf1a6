"""The table of scales by what musicians know of them: modes are rotations, symmetric scales repeat themselves."""

from __future__ import annotations

import pytest

from models.music.scale import SCALES


def rotated(name: str, degree: int) -> tuple[int, ...]:
    """The mode on a degree of a scale, from 1."""
    steps = SCALES[name]
    return tuple(sorted((step - steps[degree - 1]) % 12 for step in steps))


@pytest.mark.parametrize(
    ("mode", "scale", "degree"),
    [
        ("Dorian", "Major", 2),
        ("Phrygian", "Major", 3),
        ("Lydian", "Major", 4),
        ("Mixolydian", "Major", 5),
        ("Minor", "Major", 6),
        ("Locrian", "Major", 7),
        ("Minor Pentatonic", "Major Pentatonic", 5),
        ("Minor Blues", "Major Blues", 6),
        ("Dorian #4", "Harmonic Minor", 4),
        ("Phrygian Dominant", "Harmonic Minor", 5),
        ("Lydian Augmented", "Melodic Minor", 3),
        ("Lydian Dominant", "Melodic Minor", 4),
        ("Super Locrian", "Melodic Minor", 7),
        ("Half-whole Dim.", "Whole-half Dim.", 2),
        ("Iwato", "Hirajoshi", 2),
    ],
)
def test_a_mode_is_its_scale_from_another_degree(mode, scale, degree):
    assert SCALES[mode] == rotated(scale, degree)


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("Whole Tone", 2),
        ("Half-whole Dim.", 3),
        ("Messiaen 3", 4),
        ("Messiaen 4", 6),
        ("Messiaen 5", 6),
        ("Messiaen 6", 6),
        ("Messiaen 7", 6),
        ("Chromatic", 1),
    ],
)
def test_scales_of_limited_transposition_repeat(name, period):
    assert {(step + period) % 12 for step in SCALES[name]} == set(SCALES[name])


@pytest.mark.parametrize(
    ("name", "other", "raised", "lowered"),
    [
        ("Minor", "Major", (), (4, 9, 11)),
        ("Harmonic Minor", "Minor", (10,), ()),
        ("Melodic Minor", "Major", (), (4,)),
        ("Harmonic Major", "Major", (), (9,)),
        ("Hungarian Minor", "Harmonic Minor", (5,), ()),
        ("Bhairav", "Phrygian Dominant", (10,), ()),
        ("Kumoi", "Major Pentatonic", (), (4,)),
        ("Pelog Selisir", "Hirajoshi", (), (2,)),
    ],
)
def test_a_scale_is_another_one_with_degrees_raised_or_lowered(name, other, raised, lowered):
    steps = {step + (step in raised) - (step in lowered) for step in SCALES[other]}
    assert set(SCALES[name]) == steps


def test_the_scales_of_seven_degrees_have_each_letter_once_and_all_begin_on_the_root():
    for name, steps in SCALES.items():
        assert steps[0] == 0, name
        assert list(steps) == sorted(set(steps)), name
        assert max(steps) < 12, name
    pure = (0, 2, 4, 7, 9)
    assert SCALES["Major"] == (0, 2, 4, 5, 7, 9, 11)
    assert SCALES["Major Pentatonic"] == pure
    assert set(SCALES["Major Blues"]) == {*pure, 3}
    assert set(SCALES["8-Tone Spanish"]) == (set(SCALES["Phrygian"]) | {4, 6}) - {7}
    assert SCALES["In-Sen"] == (0, 1, 5, 7, 10)
    assert set(SCALES["Pelog Tembung"]) == {0, 1, 5, 7, 8}
