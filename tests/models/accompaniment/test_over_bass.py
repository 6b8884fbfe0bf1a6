"""Chords over a bass that plays alone, or under a tune: what a keyboard player would take them for."""

import pytest

from models.accompaniment.accompany import AccompanyOptions, accompany
from models.accompaniment.surroundings import Surroundings
from models.music import pitch as pitches
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.note import Note


def a_line(words, role="bass", tempo=120.0, metre="4/4"):
    """A clip of words such as "D1:.5 r:1": pitch and beats, r a rest; "x4" before a word says it four times."""
    onset, notes = 0.0, []
    for word in words.split():
        times, _, word = word.rpartition("*")
        for _ in range(int(times or 1)):
            name, _, beats = word.partition(":")
            if name != "r":
                notes.append(Note(pitches.parse(name), onset, 0.9 * float(beats or 1), 90))
            onset += float(beats or 1)
    return Clip(tuple(notes), onset, tempo=tempo, metre=Metre.parse(metre), role=role)


DISCO = a_line(
    "D1:.5 D2:.5 D1:.5 D2:.5 D1:.5 D2:.5 D1:.5 D2:.5 A#1:.5 A#2:.5 A#1:.5 A#2:.5 A#1:.5 A#2:.5 A#1:.5 A#2:.5 "
    "C1:.5 C2:.5 C1:.5 C2:.5 C1:.5 C2:.5 D1:.5 E1:.5 A0:.5 A1:.5 A0:.5 A1:.5 A0:.5 A1:.5 F1:.5 E1:.5",
    tempo=118.0,
)
SUNG = a_line(
    "A3 D4:.5 E4:.5 F4 E4:.5 D4:.5 D4:1.5 A#3:.5 F4:2 E4 G4:.5 E4:.5 C4 D4 C#4 A3 E4:2", role="melody", tempo=118.0
)


@pytest.mark.parametrize(
    ("clips", "chords", "style"),
    [
        pytest.param((DISCO,), "D:min Bb:maj C:maj A:min", "disco", id="the key's thirds, not F# over D minor"),
        pytest.param((DISCO, SUNG), "D:min Bb:maj C:maj A:maj", "disco", id="the tune's C# makes a dominant"),
        pytest.param((a_line("8*E1:.5 8*G1:.5 8*D1:.5 8*A0:.5", tempo=140.0),), "E:min G:maj D:maj A:min", "rock"),
        pytest.param(
            (a_line("A#0 D1 F1 B0 C1 D#1 G1 A1 A#1 A1 G1 F#1 F1 D#1 C1 F0", tempo=140.0),),
            "Bb:maj C:min Bb:maj F:maj",
            "jazz",
            id="a walking line: one chord a bar",
        ),
        pytest.param(
            (a_line("r A0:.5 C1:.5 E1 A1:.5 G1:.5 r D1:.5 F1:.5 A1 D1:.5 E1:.5", tempo=76.0),),
            "A:min D:min",
            "reggae",
            id="no note on the one: the chord begins there all the same",
        ),
        pytest.param(
            (a_line("D1:1.5 A1:.5 A1:1.5 D1:.5 C1:1.5 G1:.5 G1:1.5 C1:.5 A0:1.5 E1:.5 E1 C#1", tempo=130.0),),
            "D:min C:maj A:maj",
            "bossa",
            id="roots and fifths, and the third that the bass plays",
        ),
        pytest.param(
            (a_line("C2:2 B1:2 A#1:2 A1:2 G#1:2 G1 F1 G1:2 G0:2", tempo=72.0),),
            "C:maj B:dim Bb:maj A:min Ab:maj G:maj",
            "ballad",
            id="two chords in a bar",
        ),
        pytest.param(
            (a_line("G1:2 D1:2 C1:2 G1:2 D1:2 A1:2 G1:2 D1 F#1", tempo=96.0),), "G:maj C:maj D:maj G:maj", "folk"
        ),
        pytest.param(
            (a_line("D1:1.5 D1:.5 G#1 D1 G1:1.5 G1:.5 B1 F1 C1:1.5 C1:.5 D#1 G1 C1:4"),),
            "D:dim G:maj C:min",
            None,
            id="the third that the bass plays late tells the whole bar",
        ),
        pytest.param(
            (a_line("F1:2 C2 D#2 A#1:2 F1 G#1 C#2:2 G#1 C2 C2:2 G1 E1", tempo=78.0),),
            "F:min Bb:min C#:maj C:maj",
            None,
            id="a leading note at the end of its bar",
        ),
        pytest.param((a_line("16*F#0:1", tempo=134.0),), "F#:min", None, id="one root leaves the mode open"),
        pytest.param((a_line("D1:3 A1:3 B0:3 F#1:3", metre="3/4"),), "D:maj A:maj B:min F#:min", None),
    ],
)
def test_the_harmony_is_what_a_keyboard_player_would_take_it_for(clips, chords, style):
    around = Surroundings.of(clips)
    assert [timed.chord.label.partition("/")[0] for timed in around.chords] == chords.split()
    assert style is None or around.styles("")[0] == style
    for result in accompany(clips, AccompanyOptions(part="chords"), 4):
        for timed in around.chords:
            other = timed.chord.root + (3 if 4 in timed.chord.intervals else 4)
            struck = [note for note in result.clip.notes if timed.onset <= note.onset < timed.end - 0.6]
            assert struck
            assert all((note.pitch - other) % 12 for note in struck)


def test_a_bass_of_one_pitch_and_one_of_every_pitch_get_chords():
    for words in ("C1:4", " ".join(f"{name}1:.5" for name in ("C", "C#", "D", "D#", "E", "F", "F#", "G"))):
        assert accompany((a_line(words),), AccompanyOptions(part="chords"), 1)[0].clip.notes
