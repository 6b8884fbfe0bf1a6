"""Other chords in a clip's own texture: the bass goes along, the tune stays, dominants lead where they led."""

from __future__ import annotations

from itertools import combinations

import pytest

from models.benchmarks.band import timed as row_of
from models.generator import Request
from models.harmony.harmonise import HarmoniseOptions, harmonise
from models.harmony.played import Played
from models.harmony.reharmonise import ReharmoniseOptions, reharmonise, row_similarity
from models.harmony.substitutes import KINDS, substitutes
from models.music.chord import Chord, TimedChord
from models.music.chord_track import parse_chord_track
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from models.studio import Studio
from models.voicing.layers import Layers
from tests.models.voicing.test_layers import a_song
from tests.strategies import a_clip, a_note, a_tune

C = Scale.parse("C major")


@pytest.mark.parametrize("dominant", ["G:7", "G:maj"])
def test_a_dominant_goes_where_it_went_or_is_its_substitute(dominant: str) -> None:
    chord, home = Chord.parse(dominant), Chord.of(0)
    for way in substitutes(chord, home, C, set(KINDS)):
        last = way.parts[-1][1]
        leads = (home.root - last.root) % 12 in (5, 11, 2)  # V, its tritone substitute, or the backdoor
        assert leads, (way.kind, last.label)


ROWS = (
    "E:maj A:maj C#:min B:maj",
    "C:min9 F:13 Bb:maj9 G:7(b9)",
    "D:min9 G:13 C:maj9 A:7(b13) D:min9 C#:9 C:maj6(9) C:maj6(9)",
    "Ab:maj C:7 F:min9 Ab:13 C#:maj9 D:dim7 Eb:13 Ab:maj9",
    "F:min7 C#:maj7 Bb:min9 C:7(b9)",
)


@pytest.mark.parametrize("dial", [0.7, 0.6])
@pytest.mark.parametrize("labels", ROWS)
def test_what_asks_for_a_chord_gets_it_or_its_substitute(labels: str, dial: float) -> None:
    """Every dominant seventh, old or new: a fifth or a semitone down, the backdoor up, or deceptively to the sixth."""
    for result in reharmonise(row_of(labels), ReharmoniseOptions(similarity=dial), 4):
        row = [one.chord for one in result.chords]
        for chord, after in zip(row, [*row[1:], row[0]], strict=True):
            if {4, 10} <= set(chord.intervals) and chord.root != after.root:
                step, substitute = (after.root - chord.root) % 12, 10 in after.intervals and 4 in after.intervals
                assert step in (5, 11, 2, 1) or substitute or step == 9, (chord.label, after.label)


def test_four_reharmonisations_are_four_ideas() -> None:
    for labels in ROWS:
        old = row_of(labels)
        results = reharmonise(old, ReharmoniseOptions(similarity=0.6), 4)
        assert len(results) == 4
        alike = [row_similarity(one.chords, other.chords) for one, other in combinations(results, 2)]
        assert max(alike) <= 0.95, labels
        assert sum(alike) / len(alike) <= 0.85, labels


def test_chords_shorter_than_half_a_bar_are_left_whole() -> None:
    old = [*row_of("C:maj A:min", 4.0), *(one._replace(onset=one.onset + 8) for one in row_of("D:min7 G:7", 1.0))]
    for result in reharmonise(old, ReharmoniseOptions(similarity=0.5), 4):
        inside = [one for one in result.chords if one.onset >= 8]
        assert len(inside) == 2
        assert all(one.duration >= 2 for one in result.chords if one.onset < 8)


@pytest.mark.parametrize("dial", [0.85, 0.7, 0.55])
def test_the_bass_plays_the_new_roots_and_the_tune_stays(dial: float) -> None:
    song = a_song()
    for result in reharmonise(song, ReharmoniseOptions(similarity=dial), 4):
        assert {note for note in song.notes if note.velocity == 100} <= set(result.clip.notes)
        for timed in result.chords:
            sounding = [n for n in result.clip.notes if n.onset <= timed.onset + 0.6 and n.end > timed.onset + 0.05]
            assert min(n.pitch for n in sounding) % 12 == timed.chord.bass, timed.chord.label


def test_a_new_chord_within_a_bar_of_an_arpeggio_has_its_root_in_the_bass() -> None:
    """C for a bar, E7 from its half on, under A minor: E in the bass there, and C's bass ends."""
    bars = ((36, 43, 52, 60), (33, 40, 48, 57), (41, 48, 57, 65), (43, 50, 59, 65))
    notes = [
        Note(bar[voice], 4.0 * place + half / 2, 0.5 if voice else 4.0)
        for place, bar in enumerate(bars)
        for half, voice in enumerate((0, 1, 2, 3, 2, 1, 2, 1))
    ]
    clip = Clip(tuple(sorted(notes, key=lambda note: note.order)), 16.0, role="chords")
    for result in reharmonise(clip, ReharmoniseOptions(similarity=0.7, kinds=frozenset({"passing"})), 3):
        for timed in result.chords:
            sounding = [n for n in result.clip.notes if n.onset <= timed.onset + 1e-6 and n.end > timed.onset + 0.1]
            assert min(n.pitch for n in sounding) % 12 == timed.chord.bass, timed.chord.label


def test_no_chord_is_shorter_than_the_rhythm_of_harmony() -> None:
    for result in reharmonise(a_song(), ReharmoniseOptions(similarity=0.55), 4):
        assert min(timed.duration for timed in result.chords) >= 2.0


HANDS = ((33, (57, 60, 64)), (29, (57, 60, 65)), (36, (55, 60, 64)), (31, (55, 59, 62)))
"""Am, F, C, G: a left hand's root, and what its right hand strikes on two, three and four."""


def two_hands() -> Clip:
    """The left hand plays each root and, on three, its octave below the right hand's chord."""
    notes = []
    for bar, (root, chord) in enumerate(HANDS):
        notes += [Note(root, 4.0 * bar, 2.0, 80), Note(root + 12, 4.0 * bar + 2, 1.9, 72)]
        notes += [Note(pitch, 4.0 * bar + beat, 0.6, 66) for beat in (1, 2, 3) for pitch in chord]
    return Clip(tuple(sorted(notes, key=lambda note: note.order)), 16.0, role="chords")


def test_a_left_hand_s_octaves_go_along_with_its_roots() -> None:
    for result in reharmonise(two_hands(), ReharmoniseOptions(similarity=0.6), 4):
        for timed in result.chords:
            for onset in (timed.onset, timed.onset + 2.0):
                struck = [note for note in result.clip.notes if abs(note.onset - onset) < 1e-6 and onset < timed.end]
                assert not struck or min(struck, key=lambda note: note.pitch).pitch % 12 == timed.chord.bass
        # The chord under the octave is struck as short as it was.
        assert sum(note.duration > 1 for note in result.clip.notes) <= 2 * 4 + 4


def an_arpeggio() -> Clip:
    """Bm, G, D, A in sixteenths; the third bar's root lies higher than a bass does."""
    bars = ((47, 54, 59, 62, 66), (43, 50, 59, 62, 67), (53, 57, 62, 66, 69), (45, 52, 57, 61, 64))
    notes = [
        Note(bar[voice] + (voice == 0) * (place == 2), 4.0 * place + step / 4, 0.23)
        for place, bar in enumerate(bars)
        for step, voice in enumerate((0, 2, 3, 4, 3, 2, 1, 2) * 2)
    ]
    return Clip(tuple(notes), 16.0, role="chords")


def test_a_broken_chord_in_another_s_place_plays_that_one_s_tones_and_nothing_else() -> None:
    clip = an_arpeggio()
    highest = max(note.pitch for note in clip.notes)
    for result in reharmonise(clip, ReharmoniseOptions(similarity=0.6), 4):
        for note in result.clip.notes:
            timed = next(one for one in result.chords if one.onset - 1e-6 <= note.onset < one.end - 1e-6)
            assert note.pitch % 12 in timed.chord.classes, (timed.chord.label, note)
            assert note.pitch <= highest + 12


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("C:maj A:min F:maj G:7", "A:min F:maj D:min G:7"),
        ("A:min F:maj C:maj G:maj", "F:maj D:min C:maj E:min"),
        ("C#:maj7 Bb:min7 F#:maj7 G#:7", "Bb:min7 F#:maj7 Eb:min7 Ab:7"),
    ],
)
def test_the_first_reharmonisation_is_what_a_musician_would_try(labels: str, expected: str) -> None:
    result = reharmonise(row_of(labels), ReharmoniseOptions(similarity=0.6))[0]
    assert " ".join(timed.chord.label for timed in result.chords) == expected


def test_a_song_that_comes_home_still_does_and_no_two_chords_in_a_row_are_one() -> None:
    song = row_of("A:min F:maj C:maj G:maj A:min D:min E:7 A:min")
    for result in reharmonise(song, ReharmoniseOptions(similarity=0.6), 4):
        last = result.chords[-1].chord
        assert last.root == 9
        assert 3 in last.intervals
        for one, other in zip(result.chords, result.chords[1:], strict=False):
            assert one.chord != other.chord


def test_harmonies_stand_on_their_roots_and_change_within_bars_only_to_change_at_the_next() -> None:
    for result in harmonise(a_tune(), HarmoniseOptions(), 4):
        for timed in result.chords:
            notes = [note.pitch for note in result.clip.notes if abs(note.onset - timed.onset) < 1e-6]
            assert min(notes) % 12 == timed.chord.root
            assert timed.onset % 4 == 0 or timed.onset // 4 == (timed.end - 1e-6) // 4, "held over the bar line"


def test_chords_that_are_given_are_followed_by_every_task() -> None:
    chords = parse_chord_track("Am | Dm | F | E7", 4.0, 16.0)
    asked = Request(task="harmonise", prompts=(a_tune(),), chords=chords, count=4)
    for variation in Studio().generate(asked, "harmony"):
        for timed in chords:
            sounding = {note.pitch % 12 for note in variation.clip.notes if note.onset == timed.onset}
            assert timed.chord.classes <= sounding
            assert min(n.pitch for n in variation.clip.notes if n.onset == timed.onset) % 12 == timed.chord.root
    given = parse_chord_track("Am | F | Dm | Am", 4.0, 16.0)
    request = Request(task="reharmonise", prompts=(a_song(),), chords=given, similarity=1.0, count=1)
    (kept,) = Studio().generate(request, "harmony")
    assert "Chords: A:min, F:maj, D:min, A:min." in kept.report.remarks


def test_a_new_chord_under_a_tune_comes_with_its_bass() -> None:
    """A left hand that lies between a deep bass and the tune isn't lost where the new chord leaves it no room."""
    rows = (
        (0, 44, 0.7), (0, 56, 0.7), (0, 60, 0.7), (0.5, 51, 0.4), (1, 46, 0.9), (1, 61, 0.9), (1.25, 53, 0.5),
        (1.5, 58, 0.3), (2, 51, 1.6), (2, 58, 1.6), (2, 63, 1.6), (2, 66, 1.6), (2.75, 66, 0.7), (3.5, 63, 0.2),
        (4, 53, 1.2), (4, 60, 1.2), (4, 65, 1.2), (4.75, 68, 0.5), (5.25, 65, 0.2), (5.5, 60, 0.1),
    )  # fmt: skip
    clip = a_clip(*(a_note(pitch, onset, duration) for onset, pitch, duration in rows), length=8.0, role="chords")
    old, new = Chord.parse("F:min"), Chord.parse("Db:maj")
    first = Chord.parse("Ab:maj")
    assert old
    assert new
    assert first
    tune = tuple(note for note in clip.notes if note.onset >= 4 and note.pitch >= 65 or note.onset == 5.5)
    bass = tuple(note for note in clip.notes if note.pitch < 52)
    middle = tuple(note for note in clip.notes if note not in (*tune, *bass))
    row = (TimedChord(0.0, 4.0, first), TimedChord(4.0, 4.0, old))
    # As when neither hand finds room: only the tune is left of the second bar.
    thin = clip.with_notes(note for note in clip.notes if note.onset < 4 or note in tune)
    played = Played(clip, row, Layers(tune, bass, middle))
    made = played._grounded(thin, [(0.0, 4.0, first, first), (4.0, 8.0, old, new)])
    (come,) = [note for note in made.notes if note.onset == 4 and note not in tune]
    assert (come.onset, come.pitch, come.duration) == (4, 49, 1.2)  # Db below, as long as the F was
    assert len(played._grounded(clip, [(4.0, 8.0, old, new)]).notes) == len(clip.notes)
