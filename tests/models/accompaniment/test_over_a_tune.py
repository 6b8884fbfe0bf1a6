"""Chords, basses and drums to a tune that nothing else tells the harmony of."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from models.accompaniment.accompany import AccompanyOptions, accompany
from models.accompaniment.surroundings import HARMONIES, Surroundings
from models.harmony.harmonise import HarmoniseOptions, chord_tone_share, harmonise
from models.music.beats import Metre
from models.music.chord import chord_at
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import similarity


def a_line(*bars: str, tempo: float = 100.0, role: str = "melody") -> Clip:
    """Pitches and the beats in the bar on which they begin: "64:0 68:1"."""
    told = [
        (int(word.split(":")[0]), 4 * bar + float(word.split(":")[1]))
        for bar, row in enumerate(bars)
        for word in row.split()
    ]
    ends = [onset for _, onset in told[1:]] + [4.0 * len(bars)]
    notes = [
        Note(pitch, onset, min(1.5, 0.9 * (end - onset)), 95) for (pitch, onset), end in zip(told, ends, strict=True)
    ]
    return Clip(tuple(notes), 4.0 * len(bars), tempo=tempo, role=role)  # type: ignore[arg-type]


ROCK = a_line(
    "64:0 68:1 71:1.5 71:2.5 69:3 68:3.5",
    "69:0 68:1 66:1.5",
    "64:0 68:1 71:1.5 71:2.5 73:3 71:3.5",
    "69:0 68:1 66:1.5 64:2",
)
"""E major."""


def test_four_results_over_a_tune_have_the_four_harmonies_that_harmonise_finds() -> None:
    wanted = [found.chords for found in harmonise(ROCK, HarmoniseOptions(scale=Scale.parse("E major")), HARMONIES)]
    around = Surroundings.of((ROCK,))
    heard = [around.harmonised(number).chords for number in range(HARMONIES)]
    assert [[timed.chord.label for timed in row] for row in heard] == [
        [timed.chord.label for timed in row] for row in wanted
    ]
    assert len({tuple(timed.chord.root for timed in row) for row in heard}) == HARMONIES
    assert all(len(row) > 1 for row in heard)
    assert all(chord_tone_share(ROCK.notes, row, ROCK.metre) >= 0.85 for row in heard)


@pytest.mark.parametrize("style", ["pad", "rocking", "quarters", "lazy"])
def test_held_chords_without_a_bass_stand_on_their_roots_below_the_tune(style: str) -> None:
    around = Surroundings.of((ROCK,))
    for found in accompany((ROCK,), AccompanyOptions(part="chords", style=style), 2):
        chords = around.harmonised(found.seed).chords
        for timed in chords:
            first = min(note.onset for note in found.clip.notes if note.onset >= timed.onset - 0.05)
            here = [note for note in found.clip.notes if first <= note.onset < first + 0.3]
            low = min(here, key=lambda note: note.pitch)
            chord = chord_at(chords, timed.onset)
            assert chord is not None
            assert low.pitch % 12 == chord.root
            assert max(note.pitch for note in here) <= max(note.pitch for note in ROCK.notes)


def test_a_bass_under_a_tune_has_the_roots_of_the_same_harmony() -> None:
    around = Surroundings.of((ROCK,))
    for found in accompany((ROCK,), AccompanyOptions(part="bass"), 4):
        for timed in around.harmonised(found.seed).chords:
            first = min((n for n in found.clip.notes if n.onset >= timed.onset - 0.05), key=lambda note: note.onset)
            assert first.pitch % 12 == timed.chord.root


def test_a_hand_on_its_way_up_leaves_the_lowest_string() -> None:
    (found,) = accompany((ROCK,), AccompanyOptions(part="chords", style="strum"), 1)
    voices = {place: sum(abs(note.onset - place) < 0.2 for note in found.clip.notes) for place in (4.0, 5.5)}
    assert voices[5.5] == voices[4.0] - 1


def test_where_a_tune_is_busy_weak_strokes_give_way_and_even_ones_go_on() -> None:
    busy = a_line(*["76:0 74:0.5 72:1 74:1.5 76:2 77:2.5 76:3 74:3.5"] * 2)
    calm = a_line(*["76:0 72:2"] * 2)

    def strokes(tune: Clip, style: str) -> int:
        (found,) = accompany((tune,), AccompanyOptions(part="chords", style=style), 1)
        onsets = sorted(note.onset for note in found.clip.notes)
        return 1 + sum(after - before > 0.2 for before, after in zip(onsets, onsets[1:], strict=False))

    assert strokes(busy, "sway") < strokes(calm, "sway")
    assert strokes(busy, "skank") == strokes(calm, "skank")


def test_four_beats_to_a_bass_are_four_ideas() -> None:
    bass = a_line(*["28:0 28:0.5 28:1 28:1.5 28:2 28:2.5 32:3 35:3.5"] * 4, tempo=132.0, role="bass")
    beats = [found.clip.notes for found in accompany((bass,), AccompanyOptions(part="drums"), 4)]
    assert max(similarity(one, other, drums=True) for one, other in combinations(beats, 2)) < 0.75


def test_the_kick_follows_a_riff_in_every_bar() -> None:
    """A bass on one, two-and and four: what comes back in each bar has the same kicks in each."""
    riff = a_line(*["33:0 33:1.5 36:3"] * 4, tempo=100.0, role="bass")
    for found in accompany((riff,), AccompanyOptions(part="drums", style="pop"), 2):
        kicks = [
            {round(n.onset % 4, 1) for n in found.clip.notes if n.pitch == 36 and n.onset // 4 == bar}
            for bar in range(4)
        ]
        assert all(row == kicks[0] and {0.0, 1.5} <= row for row in kicks)


def test_a_walking_bass_gets_a_ride_that_swings() -> None:
    walk = a_line(
        "38:0 41:1 45:2 48:3",
        "43:0 47:1 50:2 41:3",
        "40:0 43:1 47:2 45:3",
        "45:0 49:1 52:2 51:3",
        tempo=150.0,
        role="bass",
    )
    first = accompany((walk,), AccompanyOptions(part="drums"), 1)[0]
    rides = {round(note.onset % 1, 1) for note in first.clip.notes if note.pitch == 51}
    assert first.manner == "jazz"
    assert rides == {0.0, 0.7}


@pytest.mark.parametrize(
    ("metre", "tempo", "row", "style"),
    [
        ("6/8", 110, "67:0 71:0.5 74:1 79:1.5 78:2 76:2.5", "folk"),
        ("4/4", 168, "74:0 65:0.25 72:0.5 70:1 69:1.5 72:2 75:2.5 79:3 77:3.5", "jazz"),
        ("4/4", 132, "64:0 68:1 71:1.5 71:2.5 69:3 68:3.5", "rock"),
        ("4/4", 126, "76:0 73:1.5 76:2 73:3.5", "pop"),
    ],
)
def test_a_tune_alone_tells_its_style_by_metre_tempo_and_beat(metre: str, tempo: float, row: str, style: str) -> None:
    tune = replace(a_line(row, tempo=tempo), metre=Metre.parse(metre), length=Metre.parse(metre).bar)
    assert Surroundings.of((tune,)).styles("")[0] == style
