"""Parts for chords, basses and tunes of many kinds: the style is told by what is played, and the part goes with it."""

from __future__ import annotations

import pytest

from models.accompaniment.accompany import Accompaniment, AccompanyOptions, accompany
from models.accompaniment.drum_part import DrumPart
from models.accompaniment.surroundings import Surroundings
from models.benchmarks.harmony import timed
from models.drums.styles import HEARD, STYLES
from models.music.beats import Metre
from models.music.chord import chord_at
from models.music.clip import Clip, Role
from models.music.note import Note

MINOR_SEVENTHS = ((57, 60, 64, 67), (53, 57, 60, 64), (50, 53, 57, 60), (52, 55, 59, 62))
TRIADS = ((60, 64, 67), (57, 60, 64), (53, 57, 60), (55, 59, 62))
FIFTHS = ((40, 47, 52), (40, 47, 52), (43, 50, 55), (45, 52, 57))


def struck(rows, places, held, tempo, bar: float = 4.0, metre: str = "4/4", role: Role = "chords") -> Clip:
    """Each row of pitches in a bar of its own, struck at the places."""
    notes = tuple(
        Note(pitch, number * bar + at, held, 80) for number, row in enumerate(rows) for at in places for pitch in row
    )
    return Clip(notes, bar * len(rows), tempo=tempo, metre=Metre.parse(metre), role=role)


EIGHTHS = tuple(n / 2 for n in range(8))
SIXTEENTHS = tuple(n / 4 for n in range(16))
SKANK = struck(MINOR_SEVENTHS, (1, 3), 0.4, 76)
TRANCE = struck(TRIADS, EIGHTHS, 0.4, 138)
FRENCH_HOUSE = struck(MINOR_SEVENTHS, (0, 0.75, 1.5, 2.5, 3.25), 0.4, 124)
RIFF = struck(FIFTHS, (0, 0.5, 0.75, 1, 1.5, 1.75, 2, 3), 0.2, 160)
WALTZ = Clip(
    tuple(Note(p, 3.0 * n + at, 0.9, 96) for n, row in enumerate(((77, 81), (79, 76), (74, 76), (77, 77)))
          for at, p in zip((0, 2), row, strict=True)),
    12.0, tempo=140, metre=Metre(3, 4), role="melody",
)  # fmt: skip


@pytest.mark.parametrize(
    ("clip", "style"),
    [
        pytest.param(SKANK, "reggae", id="a skank on two and four"),
        pytest.param(struck(TRIADS, (0.5, 1.5, 2.5, 3.5), 0.2, 74), "reggae", id="a skank between the beats"),
        pytest.param(struck(TRIADS, (0.5, 1.5, 2.5, 3.5), 0.2, 124), "house", id="stabs between the beats"),
        pytest.param(TRANCE, "techno", id="eighths at 138"),
        pytest.param(struck(TRIADS, EIGHTHS, 0.4, 70), "ballad", id="eighths at 70"),
        pytest.param(FRENCH_HOUSE, "house", id="stabs in sixteenths at 124"),
        pytest.param(struck(MINOR_SEVENTHS, (0.5, 0.75, 1.5, 2.5, 3.25), 0.2, 104), "funk", id="the same at 104"),
        pytest.param(RIFF, "rock", id="power chords"),
        pytest.param(struck(MINOR_SEVENTHS, (0, 1.5, 3, 3.5), 0.4, 136), "bossa", id="pushed sevenths at 136"),
        pytest.param(struck(TRIADS, (0,), 3.9, 138), "techno", id="triads held at 138"),
        pytest.param(struck(MINOR_SEVENTHS, (0, 1.5, 2.75), 0.3, 174), "drum-and-bass", id="stabs at 174"),
        pytest.param(struck(TRIADS, (0, 1.5, 2), 0.9, 90, 3.0, "6/8"), "ballad", id="slow six"),
        pytest.param(WALTZ, "folk", id="a tune in three, fast"),
    ],
)
def test_what_is_played_tells_the_style(clip: Clip, style: str) -> None:
    assert Surroundings.of((clip,)).styles("")[0] == style
    assert DrumPart.of((clip,)).styles("")[0] == style
    assert Surroundings.of((clip,)).styles("jazz") == ["jazz"]


def test_the_table_names_styles_that_there_are_and_its_last_row_takes_all() -> None:
    assert all(set(styles) <= set(STYLES) for _, styles in HEARD)
    assert HEARD[-1][0] == {}


def first(clip: Clip, part: str, count: int = 4, **asked: str) -> list[Accompaniment]:
    return accompany((clip,), AccompanyOptions(part=part, **asked), count)


def test_a_bass_under_eighths_of_trance_pulses_in_three_of_four_results() -> None:
    assert sum(len(found.clip.notes) >= 4 * 5 for found in first(TRANCE, "bass")) >= 3


def test_a_bass_goes_with_the_stabs_and_is_silent_on_no_root() -> None:
    (found,) = first(FRENCH_HOUSE, "bass", 1, style="root")
    assert [note.onset for note in found.clip.notes[:5]] == [0.0, 0.75, 1.5, 2.5, 3.25]
    ideas = first(FRENCH_HOUSE, "bass")
    assert [found.manner for found in ideas[:2]] == ["octave", "root"]
    assert {found.usual for found in ideas} == {1.0, 0.8, 0.6, 0.4}


def test_a_bass_under_power_chords_doubles_the_riff() -> None:
    found = first(RIFF, "bass", 1)[0].clip.notes
    assert {0.0, 0.5, 1.0, 1.5, 2.0, 3.0} <= {note.onset for note in found}


def test_a_guitar_beside_a_galloping_bass_strikes_what_it_does() -> None:
    bass = struck(
        ((28,), (28,), (31,), (33,)), (0, 0.5, 0.75, 1, 1.5, 1.75, 2, 2.5, 2.75, 3, 3.5), 0.2, 160, role="bass"
    )
    found = first(bass, "chords", 1, style="power")[0].clip.notes
    assert {note.onset for note in bass.notes} == {round(n.onset * 4) / 4 for n in found if abs(n.onset * 4 % 1) < 0.01}


def test_a_waltz_has_its_bass_on_one_and_its_chord_on_two_and_three() -> None:
    found = first(WALTZ, "chords", 1)[0]
    assert found.manner == "oompah"
    voices = [sum(abs(note.onset - at) < 0.1 for note in found.clip.notes) for at in (0, 1, 2)]
    assert voices[0] == 1
    assert min(voices[1:]) >= 2


def test_a_chord_that_comes_in_the_middle_of_a_broken_bar_begins_on_its_lowest() -> None:
    given = tuple(one._replace(onset=one.onset / 2, duration=one.duration / 2) for one in timed("G:maj C:maj"))
    tune = struck(((79,), (76,)), (0,), 1.8, 100, 2.0, "2/4", "melody")
    tune = Clip(tune.notes, 4.0, tempo=100, role="melody")
    (found,) = accompany((tune,), AccompanyOptions(part="chords", style="broken", chords=given), 1)
    at_change = [note for note in found.clip.notes if abs(note.onset - 2.0) < 0.05]
    assert [note.pitch % 12 for note in at_change] == [0]


def test_no_colour_of_a_chord_lies_a_semitone_beside_what_is_sung() -> None:
    tune = struck(((72,), (72,)), (0,), 3.9, 100, role="melody")
    given = tuple(timed("C:maj7 F:maj"))
    for style in ("quarters", "lazy", "stabs", "pad"):
        (found,) = accompany((tune,), AccompanyOptions(part="chords", style=style, chords=given), 1)
        sounding = [note for note in found.clip.notes if note.onset < 4]
        chord = chord_at(given, 0.0)
        assert chord is not None
        rubbing = [note for note in sounding if abs(note.pitch - 72) in (1, 11, 13)]
        assert all((note.pitch - chord.root) % 12 in (4, 7) for note in rubbing)


def test_chords_are_softer_than_the_bass_that_they_accompany() -> None:
    bass = struck(((33,), (29,), (36,), (31,)), (0, 1.5, 3), 0.5, 100, role="bass")
    loud = Clip(tuple(note.moved(velocity=104) for note in bass.notes), bass.length, tempo=100, role="bass")
    for found in first(loud, "chords"):
        assert max(note.velocity for note in found.clip.notes) <= 104
