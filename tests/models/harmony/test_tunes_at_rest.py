"""Where a tune rests: its key, its close, its long notes, and the chords beside them."""

from __future__ import annotations

import pytest

from models.harmony.harmonise import HarmoniseOptions, harmonise, top_line
from models.harmony.tune_fit import key_of
from models.music.chord import chord_at
from models.music.clip import Clip
from models.music.scale import Scale
from tests.models.harmony.test_harmonies_read import sung

RIFF = (
    "4/4 B3 1 B3 .5 A3 .5 G3 1 E3 1 G3 .5 A3 .5 B3 1 D4 1 B3 1 B3 1 B3 .5 A3 .5 G3 1 E3 1 A3 .5 G3 .5 F#3 1 E3 1.5 - .5"
)
"""E minor, though all its notes are G major's."""
ROCK = (
    "4/4 D4 1 D4 .5 C4 .5 A3 1 F#3 1 G3 1 A3 .5 C4 .5 A3 2 D4 1 E4 .5 D4 .5 C4 1 A3 1 G3 1 C4 .5 B3 .5 G3 2 "
    "F#3 1 A3 .5 D4 .5 C4 1 A3 1 D4 .5 C4 .5 A3 1 G3 .5 F#3 .5 E3 1 D3 4"
)
"""D mixolydian."""
GOSPEL = (
    "6/8 C3 .5 F3 .5 A3 .5 C4 1 A3 .5 Bb3 .5 A3 .5 G3 .5 F3 1.5 D4 .5 C4 .5 A3 .5 G3 1 F3 .5 G3 1.5 C3 1 C3 .5 "
    "C3 .5 F3 .5 A3 .5 C4 1 Eb4 .5 D4 1 C4 .5 Bb3 1 D4 .5 C4 1 A3 .5 G3 1 A3 .5 F3 3"
)
"""F major with one Eb, the seventh of F7, which falls to the third of Bb."""
PHRYGIAN = "4/4 E3 1 F3 .5 G3 .5 F3 1 E3 1 C4 1 B3 .5 A3 .5 G3 1 F3 1 A3 1 G3 .5 F3 .5 G3 1 F3 1 E3 4"
HALF = "3/4 D4 1 E4 .5 F4 1 A3 .5 D4 1 C4 .5 A3 1.5 Bb3 1 C4 .5 D4 1 F3 .5 G3 1 A3 .5 A3 1.5"
HALF_CLOSE = "4/4 E4 1 D4 1 C4 2 A3 1 B3 1 C4 2 G3 1 A3 1 C4 1 E4 1 D4 4"


@pytest.mark.parametrize(
    ("tune", "expected"),
    [(RIFF, "E minor"), (ROCK, "D mixolydian"), (GOSPEL, "F major"), (PHRYGIAN, "E phrygian"), (HALF_CLOSE, "C major")],
)
def test_a_tune_is_in_the_key_that_it_rests_on(tune: str, expected: str) -> None:
    clip = sung(tune)
    found, wanted = key_of(top_line(clip), clip), Scale.parse(expected)
    assert (found.root, found.classes) == (wanted.root, wanted.classes)


@pytest.mark.parametrize(("tune", "home", "before"), [(RIFF, 4, {11, 2}), (ROCK, 2, {9, 0}), (PHRYGIAN, 4, {5, 2, 7})])
def test_a_mode_comes_home_its_own_way(tune: str, home: int, before: set[int]) -> None:
    """E minor from B or D, D mixolydian from A or C, E phrygian from F, or what has its notes: never from E itself."""
    for found in harmonise(sung(tune), None, 2):
        assert found.chords[-1].chord.root == home
        assert found.chords[-2].chord.root in before


def test_a_flat_seventh_that_falls_has_its_dominant() -> None:
    first = harmonise(sung(GOSPEL))[0]
    assert 4 in first.chords[-2].chord.intervals, "C with E natural, for one Eb makes no mixolydian"


def test_the_last_long_note_is_in_its_chord() -> None:
    """G A A over a half close is no C."""
    for found in harmonise(sung(HALF), None, 4):
        assert 9 in found.chords[-1].chord.classes


@pytest.mark.parametrize("tune", [RIFF, ROCK, GOSPEL, PHRYGIAN, HALF])
def test_most_of_a_tune_s_time_is_its_chords_own(tune: str) -> None:
    clip = sung(tune)
    for found in harmonise(clip, HarmoniseOptions(), 2):
        shares = [
            note.duration * ((chord := chord_at(found.chords, note.onset)) is not None and note.pitch in chord)
            for note in clip.notes
        ]
        assert sum(shares) >= 0.65 * sum(note.duration for note in clip.notes)


@pytest.mark.parametrize("tune", [RIFF, ROCK, GOSPEL, PHRYGIAN, HALF])
def test_chords_are_full_and_lie_no_semitone_beside_a_held_note(tune: str) -> None:
    clip = sung(tune)
    for found in harmonise(clip, None, 4):
        for timed in found.chords:
            struck = [note for note in found.clip.notes if note.onset == timed.onset]
            assert len(struck) >= 4
        for note in clip.notes:
            beside = {one.pitch for one in found.clip.notes if one.onset < note.end and one.end > note.onset}
            assert note.duration < 1 or not {note.pitch - 1, note.pitch + 1} & beside, note


def test_an_empty_bar_and_one_note_are_harmonised_too() -> None:
    assert harmonise(sung("4/4 - 4 A3 4"))[0].chords
    assert isinstance(harmonise(sung("4/4 A3 4"))[0].clip, Clip)
