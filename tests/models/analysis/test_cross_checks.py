"""Our analysis beside music21, mir_eval and muspy, on pieces made here.

These libraries are not needed to use or to build Clipkin; where one is absent its checks are skipped with that reason
(install them with the extra ``crosscheck``). Where we differ, and why:

| what               | theirs                                    | ours, and why it differs                            |
|--------------------|-------------------------------------------|-----------------------------------------------------|
| key, music21       | Aarden-Essen profile, notes by duration   | fitted, hears bass, beginning and end: the same on  |
|                    |                                           | plain pieces. The loop Am F C G is F major to them, |
|                    |                                           | for its many notes of that triad; to us A minor or C|
| key score, mir_eval| weighted_score                            | the same on all 576 pairs; a fifth too low scores 0 |
| chords, mir_eval   | majmin: sus, dim and aug don't count      | the same                                            |
| chord roots,       | stacked thirds: C E G A is an A minor     | the bass decides: C6 over C, Am7 over A             |
| music21            | seventh whatever its bass                 |                                                     |
| entropy, muspy     | pitch classes by number of notes          | the same                                            |
| polyphony, muspy   | mean over grid steps that sound           | over the time that sounds: the same on its grid     |
| scale consistency, | best of 24 major and minor scales         | of the scale on the key's tonic: at most a leading  |
| muspy              |                                           | note or two fewer                                   |
| empty beats, muspy | counted up to the last note               | density counts to the clip's end, where it loops    |
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.analysis.analyse import analyse
from models.analysis.arrays import NoteArrays
from models.analysis.chords import find_chords
from models.analysis.groove import find_groove
from models.analysis.key import find_key
from models.benchmarks.analysis import key_score, majmin
from models.evaluation.measures import entropy
from models.music.beats import Metre
from models.music.chord import QUALITIES, Chord
from models.music.clip import Clip
from models.music.note import Note
from tests.strategies import a_bass_line, a_tune, some_chords

CADENCES = {False: ((0, "maj"), (5, "maj"), (7, "7"), (0, "maj")), True: ((0, "min"), (5, "min"), (7, "7"), (0, "min"))}
CLIPS = [a_tune(), a_bass_line(), some_chords()]
TICKS = 24


def library(name: str) -> Any:  # noqa: ANN401 - a module of another house
    return pytest.importorskip(name, reason=f"{name} is not installed; the extra crosscheck has it")


def a_piece(tonic: int, *, minor: bool) -> Clip:
    """Four bars: a cadence in close chords over its roots, a scale from tonic to tonic above."""
    notes = []
    for bar, (degree, quality) in enumerate(CADENCES[minor]):
        root = (tonic + degree) % 12
        notes.append(Note(36 + root, 4.0 * bar, 4.0))
        notes += [Note(48 + root + step, 4.0 * bar, 4.0) for step in QUALITIES[quality]]
    steps = (0, 2, 3, 5, 7, 8, 11, 12) if minor else (0, 2, 4, 5, 7, 9, 11, 12)
    notes += [Note(72 + tonic + step, place * 2.0, 2.0) for place, step in enumerate(steps)]
    return Clip(tuple(notes), 16.0, role="chords")


def in_music21(clip: Clip) -> Any:  # noqa: ANN401
    library("music21")
    from music21 import note, stream

    part = stream.Stream()
    for one in clip.notes:
        part.insert(one.onset, note.Note(one.pitch, quarterLength=one.duration))
    return part


def in_muspy(clip: Clip) -> Any:  # noqa: ANN401
    muspy = library("muspy")
    notes = [
        muspy.Note(
            time=round(one.onset * TICKS),
            duration=max(1, round(one.duration * TICKS)),
            pitch=one.pitch,
            velocity=one.velocity,
        )
        for one in clip.notes
    ]
    return muspy.Music(resolution=TICKS, tracks=[muspy.Track(notes=notes)])


# ---- keys


@pytest.mark.parametrize("minor", [False, True])
def test_music21_finds_the_same_keys_of_plain_pieces(minor: bool) -> None:
    for tonic in range(0, 12, 3):
        theirs = in_music21(a_piece(tonic, minor=minor)).analyze("key.aarden")
        ours = find_key(a_piece(tonic, minor=minor))[0]
        assert (ours.tonic, ours.minor) == (tonic, minor)
        assert (theirs.tonic.pitchClass, theirs.mode == "minor") == (tonic, minor)


def test_of_a_loop_music21_counts_the_notes_and_we_hear_its_bass() -> None:
    loop = [(9, "min"), (5, "maj"), (0, "maj"), (7, "maj")]
    notes = [
        Note(pitch, 4.0 * bar, 4.0)
        for bar, (root, quality) in enumerate(loop)
        for pitch in (36 + root, *(48 + root + step for step in QUALITIES[quality]))
    ]
    clip = Clip(tuple(notes), 16.0, role="chords")
    theirs, ours = in_music21(clip).analyze("key.aarden"), find_key(clip)
    assert (theirs.tonic.name, theirs.mode) == ("F", "major")
    assert {key.name for key in ours[:2]} == {"C major", "A minor"}


def test_a_key_s_score_is_mir_eval_s() -> None:
    library("mir_eval")
    from mir_eval.key import weighted_score

    names = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

    def spelled(key: tuple[int, bool]) -> str:
        return f"{names[key[0]]} {'minor' if key[1] else 'major'}"

    keys = [(tonic, minor) for tonic in range(12) for minor in (False, True)]
    for truth in keys:
        for found in keys:
            assert key_score(truth, found) == pytest.approx(weighted_score(spelled(truth), spelled(found)))


# ---- chords


def test_chords_compare_as_in_mir_eval() -> None:
    library("mir_eval")
    from mir_eval.chord import majmin as theirs

    qualities = ("maj", "min", "7", "maj7", "min7", "dim", "aug", "sus4", "maj6", "min6", "hdim7")
    labels = [f"{root}:{quality}" for root in ("C", "E", "A") for quality in qualities]
    for truth in labels:
        scores = theirs([truth] * len(labels), labels)
        for found, score in zip(labels, scores, strict=True):
            ours = majmin(Chord.parse(truth)), majmin(Chord.parse(found))
            if score < 0:  # theirs for: not counted
                assert ours[0] is None
            else:
                assert float(ours[0] == ours[1]) == score, (truth, found)


@pytest.mark.parametrize("minor", [False, True])
def test_chords_of_a_cadence_are_right_by_mir_eval(minor: bool) -> None:
    library("mir_eval")
    from mir_eval import chord as theirs

    for tonic in range(12):
        clip = a_piece(tonic, minor=minor)
        found = find_chords(clip)
        truth = [Chord.of((tonic + degree) % 12, quality).label for degree, quality in CADENCES[minor]]
        scores = theirs.evaluate(
            np.array([(4.0 * bar, 4.0 * bar + 4) for bar in range(4)]),
            truth,
            np.array([(one.onset, one.end) for one in found]),
            [one.chord.label for one in found],
        )
        assert scores["majmin"] >= 0.9
        assert scores["root"] >= 0.9


def test_roots_of_single_chords_are_music21_s() -> None:
    library("music21")
    from music21 import chord

    same = ("maj", "min", "dim", "aug", "7", "maj7", "min7", "hdim7")
    for quality in same:
        for root in range(0, 12, 5):
            pitches = [48 + root + step for step in QUALITIES[quality]]
            held = Clip(tuple(Note(pitch, 0.0, 4.0) for pitch in pitches), 4.0, role="chords")
            theirs = chord.Chord(pitches).root().pitchClass
            # An augmented triad has as many roots as tones.
            assert quality == "aug" or find_chords(held)[0].chord.root == theirs == root


def test_of_a_sixth_chord_the_bass_decides_and_music21_stacks_thirds() -> None:
    library("music21")
    from music21 import chord

    for pitches, root in (((48, 52, 55, 57), 0), ((45, 48, 52, 55), 9)):
        held = Clip(tuple(Note(pitch, 0.0, 4.0) for pitch in pitches), 4.0, role="chords")
        assert chord.Chord(pitches).root().pitchClass == 9
        assert find_chords(held)[0].chord.root == root


# ---- figures


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.role)
def test_entropy_and_polyphony_are_muspy_s(clip: Clip) -> None:
    muspy = library("muspy")
    notes = NoteArrays.of(clip.notes)
    groove = find_groove(notes, clip.metre, clip.length)
    assert groove is not None
    assert entropy(notes.pitch, drums=False) == pytest.approx(muspy.pitch_class_entropy(in_muspy(clip)))
    assert groove.mean_polyphony == pytest.approx(muspy.polyphony(in_muspy(clip)), abs=0.02)
    assert groove.polyphony == max(
        sum(one.onset <= at.onset < one.end - 1e-6 for one in clip.notes) for at in clip.notes
    )


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.role)
def test_our_scale_holds_nearly_as_many_notes_as_muspy_s_best(clip: Clip) -> None:
    muspy = library("muspy")
    found = analyse(clip)
    assert found.scale is not None
    ours = np.mean([note.pitch in found.scale for note in clip.notes])
    # Theirs is the best scale whatever its tonic; ours has to stand on the key's.
    assert ours >= muspy.scale_consistency(in_muspy(clip)) - 0.05


def test_a_rest_lowers_our_density_and_not_the_count_of_beats_that_sound() -> None:
    muspy = library("muspy")
    half_silent = Clip(tuple(Note(60 + place, float(place), 1.0) for place in range(8)), 16.0)
    groove = find_groove(NoteArrays.of(half_silent.notes), Metre(), 16.0)
    assert groove is not None
    assert groove.density == pytest.approx(0.5)
    assert muspy.empty_beat_rate(in_muspy(half_silent)) == pytest.approx(0.0)  # they stop counting at the last note
