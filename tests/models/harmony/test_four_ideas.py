"""Four results are four ideas: pairwise at most .7 alike, and each as clean as the first."""

from itertools import combinations, pairwise

import pytest

from models.generator import Request
from models.harmony.reharmonise import ReharmoniseOptions, reharmonise
from models.harmony.substitutes import substitutes
from models.music import pitch as pitches
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import similarity
from models.studio import Studio
from models.voicing.layers import Layers
from models.voicing.spans import spans_of

C_MAJOR = Scale.parse("C major")


def struck(*bars: str, onsets: tuple[float, ...] = (0.0, 2.0, 3.0)) -> Clip:
    """A chord a bar, struck at these beats; what stands before a | is a bass, struck with the first."""
    notes = []
    for bar, told in enumerate(bars):
        below, _, chord = told.rpartition("|")
        notes += [Note(pitches.parse(name), 4.0 * bar, 3.9, 84) for name in below.split()]
        notes += [Note(pitches.parse(name), 4.0 * bar + on, 0.9, 76) for on in onsets for name in chord.split()]
    return Clip(tuple(sorted(notes, key=lambda note: note.order)), 4.0 * len(bars), role="chords")


TRIADS = struck("C3 E3 G3", "B2 D3 G3", "A2 C3 E3", "A2 C3 F3")
PIANO = struck("C1|G2 C3 E3", "B0|G2 B2 D3", "A0|E2 A2 C3", "F0|F2 A2 C3")
STABS = struck("D3 F3 A3 C4", "G2 Bb2 D3 F3", "Bb2 D3 F3 A3", "A2 C3 E3 G3", onsets=(0.0, 0.75, 1.5, 2.5))


def made(task: str, clip: Clip) -> list[Clip]:
    return [one.clip for one in Studio().generate(Request(task=task, prompts=(clip,), count=4), "harmony")]


@pytest.mark.parametrize("clip", [TRIADS, PIANO, STABS])
@pytest.mark.parametrize("task", ["voice", "reharmonise"])
def test_four_results_are_pairwise_at_most_seven_tenths_alike(task: str, clip: Clip) -> None:
    results = made(task, clip)
    assert len(results) == 4
    assert max(similarity(one.notes, other.notes) for one, other in combinations(results, 2)) <= 0.7


@pytest.mark.parametrize("clip", [TRIADS, PIANO, STABS])
def test_no_voicing_leaps_or_rubs_for_the_sake_of_novelty(clip: Clip) -> None:
    for result in made("voice", clip):
        rows = [sorted(note.pitch for note in result.notes if note.onset == 4.0 * bar) for bar in range(4)]
        for row in rows:
            assert row[1] - row[0] > 2 or row[0] >= 60, row
            assert 13 not in {high - low for low, high in combinations(row, 2)}, row
        assert all(abs(one[-1] - other[-1]) <= 9 for one, other in pairwise(rows)), rows


def test_a_chord_over_another_bass_than_its_root_keeps_all_its_tones() -> None:
    """G over B would be no G without its root: no shell, no colour in its place."""
    for result in made("voice", PIANO):
        assert {note.pitch % 12 for note in result.notes if note.onset == 4.0} == {7, 11, 2}


def test_close_chords_have_no_bass_of_their_own() -> None:
    low = struck("C2 E2 G2", "D2 F#2 A2", "G2 B2 D3", "E2 G2 B2", onsets=(0.0,))
    assert not Layers.of(
        low, [TimedChord(4.0 * bar, 4.0, Chord.of(root, "maj")) for bar, root in enumerate((0, 2))]
    ).bass
    assert all(len(span.pitches) == 3 for span in spans_of(low))


def test_a_subdominant_becomes_no_tonic() -> None:
    ways = {way.parts[0][1].label for way in substitutes(Chord.of(5, "maj"), Chord.of(7, "maj"), C_MAJOR, {"relative"})}
    assert ways == {"F:maj", "D:min"}


def test_where_a_dominant_resolves_major_stays_major() -> None:
    row = [Chord.of(root, quality) for root, quality in ((4, "min7"), (9, "7"), (2, "7"), (7, "maj7"))]
    old = [TimedChord(4.0 * bar, 4.0, chord) for bar, chord in enumerate(row)]
    for result in reharmonise(old, ReharmoniseOptions(similarity=0.5, scale=Scale.parse("D major")), 4):
        before, last = result.chords[-2].chord, result.chords[-1].chord
        assert not ((last.root - before.root) % 12 == 5 and 10 in before.intervals and 3 in last.intervals)


@pytest.mark.parametrize("labels", ["E:min C:maj G:maj D:maj", "C:maj G:maj A:min F:maj"])
def test_no_chord_comes_again_where_another_was(labels: str) -> None:
    old = [TimedChord(4.0 * bar, 4.0, Chord.parse(label)) for bar, label in enumerate(labels.split())]
    first = reharmonise(old, ReharmoniseOptions(similarity=0.6))[0]
    heads = [next(one.chord.label for one in first.chords if one.onset == 4.0 * bar) for bar in range(4)]
    assert len(set(heads)) == 4, heads


def test_new_chords_come_with_what_is_struck() -> None:
    """Nothing is struck near the middle of a bar: no chord changes there."""
    clip = struck("F1|C2 A2 E3", "D1|C2 F2 A2", "G1|F2 B2 D3", "C1|G2 C3 E3", onsets=(0.0, 1.0, 3.5))
    for result in reharmonise(clip, ReharmoniseOptions(similarity=0.6), 4):
        assert all(one.onset % 4 == 0 for one in result.chords)
