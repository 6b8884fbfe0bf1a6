"""Harmonies as a musician reads them: the chord under each bar, how a tune comes home, how chords are struck."""

from __future__ import annotations

import itertools
from functools import lru_cache

import pytest

from models.harmony.harmonise import Harmonisation, HarmoniseOptions, harmonise, top_line
from models.harmony.tune_fit import key_of
from models.music import pitch as pitches
from models.music.beats import TIGHT, Metre
from models.music.chord import chord_at
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.layers import hits_of

BALLAD = "4/4 E4 2 D4 1 C4 1 B3 2 A3 2 C4 1.5 D4 .5 E4 1 F4 1 E4 4 F4 2 E4 1 D4 1 E4 2 C4 2 D4 1 C4 1 B3 1 G#3 1 A3 4"
HYMN = (
    "4/4 Bb3 1 C4 1 D4 1 Eb4 1 F4 2 D4 2 Eb4 1 D4 1 C4 1 Bb3 1 C4 4 "
    "D4 1 Eb4 1 F4 1 G4 1 F4 2 Bb3 2 Eb4 1 D4 1 C4 1 A3 1 Bb3 4"
)
UPBEAT = (
    "4/4 - 3 E3 .5 E3 .5 A3 1 A3 .5 B3 .5 C#4 1 B3 .5 A3 .5 F#3 1.5 E3 .5 E3 1 - .5 E3 .5 A3 1 A3 .5 B3 .5 C#4 1 E4 1 "
    "B3 3 - .5 B3 .5 D4 1 D4 .5 C#4 .5 B3 1 A3 1 C#4 1.5 B3 .5 A3 1 F#3 1 E3 1 A3 1 B3 1 G#3 1 A3 3 - 1"
)
LULLABY = (
    "6/8 B3 1 A3 .5 G3 1 D4 .5 B3 1.5 G3 1.5 C4 1 B3 .5 A3 1 B3 .5 A3 3 "
    "B3 1 A3 .5 G3 1 D4 .5 E4 1.5 D4 1.5 C4 1 A3 .5 F#3 1 A3 .5 G3 3"
)
CHORALE = (
    "4/4 E4 1 G4 1 F#4 1 E4 1 D#4 2 B3 2 C4 1 D4 1 E4 1 F#4 1 G4 2 F#4 2 "
    "E4 1 D4 1 C4 1 B3 1 A3 1 C4 1 B3 2 A3 1 G3 1 F#3 1 D#3 1 E3 4"
)
TUNES = {"ballad": BALLAD, "hymn": HYMN, "upbeat": UPBEAT, "lullaby": LULLABY, "chorale": CHORALE}


def sung(text: str) -> Clip:
    """A tune of names and beats after its metre; - is a rest."""
    metre, *words = text.split()
    notes, onset = [], 0.0
    for name, beats in zip(words[::2], words[1::2], strict=True):
        if name != "-":
            notes.append(Note(pitches.parse(name), onset, float(beats), 96))
        onset += float(beats)
    return Clip(tuple(notes), onset, metre=Metre.parse(metre))


@lru_cache
def harmonies(name: str, count: int) -> tuple[Harmonisation, ...]:
    return tuple(harmonise(sung(TUNES[name]), None, count))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ballad", "i | bVII:bVI | i | bIII | iv:V | i | iv:V | i"),
        ("hymn", "I | - | ii | V7 | I | - | ii:V7 | I"),
        ("upbeat", "- | I | IV:V | I | V | ii | I:IV | I:V7 | I"),
        ("lullaby", "I | vi7 | ii7 | V7 | I | vi7 | ii7:V7 | I"),
        ("chorale", "i | V7 | iv | i:V7 | iv | i | V7 | i"),
    ],
)
def test_the_first_harmony_is_what_a_musician_would_write(name: str, expected: str) -> None:
    """Two chords of a bar with a colon; - where none begins: the one before holds, and under an upbeat is none."""
    tune, found = sung(TUNES[name]), harmonies(name, 1)[0]
    labels: list[list[str]] = [[] for _ in range(tune.metre.bars(tune.length))]
    for timed, numeral in zip(found.chords, found.numerals, strict=True):
        labels[tune.metre.bar_of(timed.onset)].append(numeral)
    assert " | ".join(":".join(row) or "-" for row in labels) == expected


@pytest.mark.parametrize("name", ["ballad", "upbeat"])
def test_every_idea_goes_home_by_its_dominant(name: str) -> None:
    for found in harmonies(name, 4):
        home = found.scale.root
        assert found.chords[-1].chord.root == home
        assert found.chords[-2].chord.root == (home + 7) % 12
        assert 4 in found.chords[-2].chord.intervals, "minor's dominant has its leading note"


@pytest.mark.parametrize("name", ["ballad", "upbeat"])
def test_no_chord_has_the_major_seventh_under_its_held_root(name: str) -> None:
    """B2 under C4 is a minor ninth: a held C takes C or C6, never Cmaj7."""
    tune = sung(TUNES[name])
    for found, note in itertools.product(harmonies(name, 4), tune.notes):
        chord = chord_at(found.chords, note.onset)
        if chord is not None and note.duration >= 2 and note.pitch % 12 == chord.root:
            assert 11 not in chord.intervals


def test_a_tune_s_minor_third_is_not_set_against_a_major_one() -> None:
    """Bb over G major in C minor, and B over G minor, where the tune has the other."""
    for found in harmonies("chorale", 4):
        for note in sung(CHORALE).notes:
            chord = chord_at(found.chords, note.onset)
            third = (note.pitch - chord.root) % 12 if chord is not None and note.duration >= 2 else None
            assert third is None or third not in (3, 4) or third in chord.intervals


@pytest.mark.parametrize("name", ["ballad", "upbeat"])
def test_chords_are_struck_as_a_player_strikes_them(name: str) -> None:
    """On every bar line, softer than the tune, over their roots; what the tune sings stays free."""
    tune = sung(TUNES[name])
    for found in harmonies(name, 4):
        first = found.chords[0].onset
        lines = {bar * tune.metre.bar for bar in range(tune.metre.bars(tune.length))}
        struck = {hit.onset: hit for hit in hits_of(found.clip.notes)}
        assert {line for line in lines if line >= first - TIGHT} <= set(struck)
        assert min(struck) == first
        assert all(note.velocity < 96 for note in found.clip.notes)
        for timed in found.chords:
            assert struck[timed.onset].notes[0].pitch % 12 == timed.chord.root


def test_a_low_tune_is_not_covered() -> None:
    low = sung("4/4 E3 1.5 G3 .5 F#3 1 D3 1 B2 .5 E3 3.5 E3 1.5 G3 .5 F#3 1 D3 1 A2 4")
    lowest = min(note.pitch for note in low.notes)
    for found in harmonise(low, None, 2):
        assert max(note.pitch for note in found.clip.notes) <= lowest + 7


def test_one_chord_for_all_of_a_tune_with_an_upbeat_begins_where_the_clip_does() -> None:
    found = harmonise(sung(UPBEAT), HarmoniseOptions(every=64.0))[0]
    assert [(timed.onset, timed.end) for timed in found.chords] == [(0.0, 36.0)]


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
