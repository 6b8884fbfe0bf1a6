"""Annotated pieces are read for what they are worth, scores are mir_eval's, and the fit finds what is there."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.analysis.arrays import NoteArrays
from models.benchmarks import mood as mood_trials
from models.benchmarks.analysis import key_score, nearest_profile, signature_of
from models.benchmarks.mood import run_trials
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import ROLES, Clip
from models.music.errors import UnreadableFile
from models.music.note import Note
from models.studio import Studio
from models.training.analysis.annotated import read_annotated
from models.training.analysis.network import Network, train
from models.training.analysis.played_chords import made_loop, play
from models.training.analysis.producer_styles import made_up, play_chart

C, A, G = (0, False), (9, True), (7, False)


@pytest.mark.parametrize(
    ("truth", "found", "score"),
    [
        (C, C, 1),
        (C, G, 0.5),
        (G, C, 0),
        (C, A, 0.3),
        (A, C, 0.3),
        (C, (0, True), 0.2),
        ((0, True), C, 0.2),
        (C, (2, False), 0),
        (A, (4, True), 0.5),
        (C, (4, True), 0),
    ],
)
def test_key_scores_are_those_of_mir_eval(truth, found, score):
    assert key_score(truth, found) == score


@pytest.mark.parametrize("semitones", range(12))
def test_the_published_profiles_find_a_cadence_in_every_key(semitones):
    major, minor = (0, 4, 7, 5, 9, 0, 7, 11, 2, 0, 4, 7), (0, 3, 7, 5, 8, 0, 7, 11, 2, 0, 3, 7)
    for pitches, is_minor in ((major, False), (minor, True)):
        notes = NoteArrays.of(Note(60 + pitch + semitones, place, 1.0) for place, pitch in enumerate(pitches))
        assert nearest_profile(notes) == (semitones, is_minor)


def test_mood_trials_turn_every_pair_of_words_on_every_clip(monkeypatch):
    seen = {}
    monkeypatch.setattr(
        mood_trials,
        "_tried",
        lambda studio, engine, request, axis, words: seen.setdefault((request.role, axis), []).append(
            (words, request.prompt)
        ),
    )
    clips = {role: [Clip((Note(60, 0.0, 1.0 + number),), 8.0, role=role) for number in range(6)] for role in ROLES}
    for _ in run_trials(clips, [("rules", 2)], Studio()):
        pass
    for (role, axis), tried in seen.items():
        assert {prompt for _, prompt in tried} == set(clips[role])
        assert {words for words, _ in tried} == set(mood_trials.WORDS[axis])


def test_a_key_and_its_relative_share_a_signature():
    assert signature_of(C) == signature_of(A) == 0


def write_corpus(folder, source, last_pitch, key="C major"):
    rows = np.array([[0, 60, 480, 80], [480, 64, 480, 80], [960, last_pitch, 960, 80]], np.int32)
    np.savez(folder / f"{source}.npz", notes=rows)
    entry = {
        "source": source,
        "id": "1",
        "split": "valid",
        "time_signature": "4/4",
        "key": key,
        "tracks": [{"role": "piano", "start": 0, "n": 3}, {"role": "fx", "start": 3, "n": 0}],
        "chords": [[0, 2, "C:maj"], [2, 2, "N"]],
    }
    (folder / f"{source}.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")


@pytest.mark.parametrize(("last", "key"), [(48, C), (45, A), (50, None)])
def test_a_signature_alone_tells_the_tonic_only_by_the_last_bass(tmp_path, last, key):
    write_corpus(tmp_path, "lieder", last)
    (piece,) = read_annotated(tmp_path, ("lieder",), "valid")
    assert piece.key == key
    assert not piece.has_mode
    assert [role for role, _ in piece.tracks] == ["chords", None]
    assert [chord.chord.label for chord in piece.chords] == ["C:maj"]


def test_a_tonic_without_a_mode_is_no_key(tmp_path):
    write_corpus(tmp_path, "pop909", 48, key="F#")
    (piece,) = read_annotated(tmp_path, ("pop909",), "valid")
    assert (piece.tonic, piece.signature, piece.key) == (6, None, None)


def test_an_annotated_mode_is_believed(tmp_path):
    write_corpus(tmp_path, "pop909", 45)
    (piece,) = read_annotated(tmp_path, ("pop909",), "valid")
    assert piece.key == C


def test_a_corpus_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UnreadableFile, match="jsb can't be read"):
        list(read_annotated(tmp_path, ("jsb",), "valid"))


@pytest.mark.parametrize("open_answers", [False, True])
def test_the_fit_finds_what_tells_the_classes_apart(open_answers):
    rng = np.random.default_rng(1)
    target = rng.integers(0, 3, 600)
    table = (np.eye(3)[target] + 0.2 * rng.standard_normal((600, 3))).astype(np.float32)
    right = target
    if open_answers:  # half of the rows leave a second answer open
        right = np.eye(3, dtype=bool)[target]
        right[::2] |= np.eye(3, dtype=bool)[(target[::2] + 1) % 3]
    torch.manual_seed(0)
    network = Network(3, 8, 3)
    train(network, network, table, right, np.ones(600), epochs=40)
    with torch.no_grad():
        assert (network(torch.from_numpy(table)).argmax(dim=1).numpy() == target).mean() > 0.9


@pytest.mark.parametrize("seed", range(6))
def test_charts_are_played_with_the_tones_that_their_chords_have(seed):
    rng = np.random.default_rng(seed)
    for _ in range(8):
        chart, metre = made_up(rng)
        played = play_chart(chart, metre, rng)
        assert {timed.onset for timed in played.chords} == {timed.onset for timed in chart}
        if played.role == "melody" or not len(played.notes):
            continue
        middles = played.notes.onset + np.minimum(played.notes.duration, 0.2) / 2 + 0.02
        inside = [
            pitch in timed.chord
            for middle, pitch in zip(middles, played.notes.pitch.tolist(), strict=True)
            for timed in played.chords
            if timed.onset <= middle < timed.end
        ]
        # Pushed chords come before their bar, basses play fifths, rootless hands take ninths and thirteenths.
        assert np.mean(inside) > 0.5


def test_a_chart_without_a_bass_stands_on_the_lowest_note_that_is_played():
    rng, told = np.random.default_rng(0), 0
    chart = [TimedChord(4.0 * place, 4.0, Chord.of(root)) for place, root in enumerate((0, 5, 7, 0))]
    for _ in range(200):
        played = play_chart(chart, Metre(), rng)
        if played.role != "chords" or played.rootless or not len(played.notes) or played.notes.pitch.min() <= 52:
            continue  # else it is a hand alone
        for timed in played.chords:
            own = played.notes.between(timed.onset + 0.15, timed.end - 0.6)
            told += timed.chord.bass != timed.chord.root
            assert not len(own) or timed.chord.bass == own.pitch.min() % 12
    assert told


def test_two_questions_are_learned_at_once():
    rng = np.random.default_rng(1)
    right = rng.integers(0, 3, (2, 300))
    table = np.eye(9)[3 * right[0] + right[1]].astype(np.float32)
    torch.manual_seed(0)
    network = Network(9, 8, 6)
    both = (np.ones(300), np.ones(300))
    train(network, lambda rows: network(rows).split(3, dim=1), table, tuple(right), both, epochs=25, batch=32)
    with torch.no_grad():
        found = network(torch.from_numpy(table)).reshape(-1, 2, 3).argmax(dim=2).numpy()
    assert (right == found.T).mean() > 0.9


@pytest.mark.parametrize("seed", range(4))
def test_a_loop_is_made_of_chords_in_order_and_fills_its_bars(seed):
    rng = np.random.default_rng(seed)
    for _ in range(20):
        chords, metre, _ = made_loop(rng)
        assert all(one.end == pytest.approx(other.onset) for one, other in zip(chords, chords[1:], strict=False))
        assert chords[0].onset == 0
        assert chords[-1].end >= 4 * metre.bar - 1e-6


@given(
    chords=st.lists(
        st.tuples(
            st.sampled_from(("C:maj", "A:min7/b7", "F#:hdim7", "G:sus4", "Bb:7/3")),
            st.sampled_from((0.5, 1.0, 2.0, 4.0, 6.0)),
        ),
        min_size=1,
        max_size=8,
    ),
    seed=st.integers(0, 99),
)
def test_played_chords_sound_as_they_are_written(chords, seed):
    starts = np.cumsum([0.0, *(duration for _, duration in chords)])
    timed = [
        TimedChord(float(start), duration, Chord.parse(label))
        for start, (label, duration) in zip(starts, chords, strict=False)
    ]
    notes = play(timed, np.random.default_rng(seed))
    for one in timed:
        during = (notes.onset >= one.onset - 1e-6) & (notes.onset < one.end - 1e-6)
        assert set(notes.pitch[during] % 12) <= one.chord.classes
        assert notes.pitch[during].min() % 12 == one.chord.bass
        assert notes.end[during].max() <= one.end + 1e-6
        if one.duration >= 1:
            assert set(notes.pitch[during] % 12) == one.chord.classes
    assert len(play([], np.random.default_rng(seed))) == 0
