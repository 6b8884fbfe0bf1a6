"""Annotated pieces are read for what they are worth, scores are mir_eval's, and the fit finds what is there."""

import json

import numpy as np
import pytest
import torch

from models.analysis.arrays import NoteArrays
from models.music.clip import ROLES, Clip
from models.music.errors import UnreadableFile
from models.music.note import Note
from models.studio import Studio
from models.training.analysis import mood_trials
from models.training.analysis.annotated import read_annotated
from models.training.analysis.benchmark import key_score, signature_of
from models.training.analysis.fit import softmax_regression
from models.training.analysis.mood_trials import run_trials
from models.training.analysis.published_keys import nearest_profile

C, A, G = (0, False), (9, True), (7, False)


@pytest.mark.parametrize(("truth", "found", "score"), [
    (C, C, 1), (C, G, 0.5), (G, C, 0), (C, A, 0.3), (A, C, 0.3), (C, (0, True), 0.2), ((0, True), C, 0.2),
    (C, (2, False), 0), (A, (4, True), 0.5), (C, (4, True), 0)])
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
    monkeypatch.setattr(mood_trials, "_tried", lambda studio, engine, request, axis, words: seen.setdefault(
        (request.role, axis), []).append((words, request.prompt)))
    clips = {role: [Clip((Note(60, 0.0, 1.0 + number),), 8.0, role=role) for number in range(6)] for role in ROLES}
    for _ in run_trials(clips, [("rules", 2)], Studio()):
        pass
    for (role, axis), tried in seen.items():
        assert {prompt for _, prompt in tried} == set(clips[role])
        assert {words for words, _ in tried} == set(mood_trials.WORDS[axis])


def test_a_key_and_its_relative_share_a_signature():
    assert signature_of(C) == signature_of(A) == 0


def write_corpus(folder, source, last_pitch):
    rows = np.array([[0, 60, 480, 80], [480, 64, 480, 80], [960, last_pitch, 960, 80]], np.int32)
    np.savez(folder / f"{source}.npz", notes=rows)
    entry = {"source": source, "id": "1", "split": "valid", "time_signature": "4/4", "key": "C major",
             "tracks": [{"role": "piano", "start": 0, "n": 3}, {"role": "fx", "start": 3, "n": 0}],
             "chords": [[0, 2, "C:maj"], [2, 2, "N"]]}
    (folder / f"{source}.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")


@pytest.mark.parametrize(("last", "key"), [(48, C), (45, A), (50, None)])
def test_a_signature_alone_tells_the_tonic_only_by_the_last_bass(tmp_path, last, key):
    write_corpus(tmp_path, "lieder", last)
    (piece,) = read_annotated(tmp_path, ("lieder",), "valid")
    assert piece.key == key
    assert not piece.has_mode
    assert [role for role, _ in piece.tracks] == ["chords", None]
    assert [chord.chord.label for chord in piece.chords] == ["C:maj"]


def test_an_annotated_mode_is_believed(tmp_path):
    write_corpus(tmp_path, "pop909", 45)
    (piece,) = read_annotated(tmp_path, ("pop909",), "valid")
    assert piece.key == C


def test_a_corpus_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UnreadableFile, match="isn't in"):
        list(read_annotated(tmp_path, ("jsb",), "valid"))


def test_the_fit_finds_what_tells_the_classes_apart():
    rng = np.random.default_rng(1)
    target = rng.integers(0, 3, 300)
    table = np.eye(3)[target] + 0.3 * rng.standard_normal((300, 3))
    weights, bias, _ = softmax_regression(torch.tensor(table, dtype=torch.float32)[:, None], torch.tensor(target),
                                          torch.ones(300), 3, l2=1e-3)
    assert ((table @ weights.T + bias).argmax(axis=1) == target).mean() > 0.95

