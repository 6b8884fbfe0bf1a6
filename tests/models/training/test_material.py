"""What is learned from: corpora read, pairs mined, exercises written, batches padded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.engines.kin.config import FIXED, NEW, PROMPT, ROLES
from models.engines.kin.reading.representation import ONSET, PITCH
from models.music.drum_kit import lane_of
from models.music.errors import BadValue, UnreadableFile
from models.music.similarity import similarity
from models.training.datasets import examples, exercises
from models.training.datasets.batches import TASK_SHARES, Batch, Drawer, batches, fixed_batches, grouped
from models.training.datasets.corpus import BAR_STEPS, ROLE, VALID, Corpus, cache_name
from models.training.datasets.exercises import another_kit, played_on
from models.training.datasets.pairs import mine, plain, same_notes
from models.training.datasets.sources import read_folder, read_packed, without_doubles

TICKS = 480


def a_packed_corpus(folder: Path, pieces: int = 4, bars: int = 16) -> Path:
    """A corpus in the packed form: a tune with variations over a bass and drums, every fourth piece for validation."""
    rng = np.random.default_rng(0)
    rows, lines = [], []
    for number in range(pieces):
        tracks = []
        for role, low, step in (("melody", 60, 240), ("bass", 36, 480), ("drums", 36, 240), ("piano", 50, 480)):
            start = len(rows)
            theme = rng.integers(0, 12, 1920 // step * 2)
            for bar in range(bars):
                for place in range(1920 // step):
                    chosen = theme[(bar % 2) * len(theme) // 2 + place]
                    pitch = low + int(chosen) + (int(rng.integers(0, 5)) if rng.random() < 0.2 else 0)
                    for voice in range(2 if role == "piano" else 1):
                        rows.append((bar * 1920 + place * step, pitch + 4 * voice, step, int(rng.integers(50, 110))))
            tracks.append({"role": role, "name": role, "start": start, "n": len(rows) - start, "program": None})
        lines.append(
            {
                "source": "lmms",
                "id": str(number),
                "split": "valid" if number % 4 == 3 else "train",
                "tier": "A",
                "licence": "test",
                "tempo": 120,
                "time_signature": "4/4",
                "n_ts": 1,
                "key": None,
                "tags": [],
                "has_velocity": True,
                "tracks": tracks,
                "chords": [[0, 8, "C:maj"], [8, 8, "A:min7"]],
            }
        )
    np.savez(folder / "lmms.npz", notes=np.array(rows, np.int32))
    (folder / "lmms.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus.build(read_packed(a_packed_corpus(tmp_path)))


@pytest.fixture
def drawer(corpus: Corpus) -> Drawer:
    return Drawer(corpus, mine(corpus), valid=False)


def test_pieces_are_read_with_their_roles_and_chords(tmp_path: Path) -> None:
    pieces = list(read_packed(a_packed_corpus(tmp_path)))
    assert [piece.split for piece in pieces] == ["train", "train", "train", "valid"]
    assert [track.role for track in pieces[0].tracks] == ["melody", "bass", "drums", "chords", "chords"]
    assert pieces[0].tracks[-1].labels
    assert set(pieces[0].tracks[-1].notes[:3, 1] % 12) == {0, 4, 7}


def test_a_missing_or_harmed_corpus_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no corpus"):
        list(read_packed(tmp_path))
    (a_packed_corpus(tmp_path) / "lmms.npz").write_bytes(b"nonsense")
    with pytest.raises(UnreadableFile, match="can't be read"):
        list(read_packed(tmp_path))


def test_doubled_notes_are_dropped_and_overlaps_cut() -> None:
    notes = np.array([[0, 60, 2, 90], [0, 60, 1, 90], [1, 60, 1, 90], [1, 64, 1, 90]], float)
    assert without_doubles(notes).tolist() == [[0, 60, 1, 90], [1, 60, 1, 90], [1, 64, 1, 90]]


def test_a_corpus_comes_back_from_its_cache(corpus: Corpus, tmp_path: Path) -> None:
    corpus.save(tmp_path / "cache.npz")
    back = Corpus.load(tmp_path / "cache.npz")
    assert (back.rows == corpus.rows).all()
    assert (back.tracks == corpus.tracks).all()
    assert (back.sources, back.pieces) == (corpus.sources, corpus.pieces)


def test_a_changed_folder_has_another_cache(tmp_path: Path) -> None:
    before = cache_name(a_packed_corpus(tmp_path), ("lmms",))
    assert before == cache_name(tmp_path, ("lmms",))
    (tmp_path / "lmms.jsonl").write_text("{}", encoding="utf-8")
    assert before != cache_name(tmp_path, ("lmms",))


def test_windows_begin_at_zero(corpus: Corpus) -> None:
    window = corpus.window(0, 96, 192)
    assert window[0, ONSET] == 0
    assert len(window) == 8


def test_pairs_are_alike_but_not_the_same(corpus: Corpus) -> None:
    pairs = mine(corpus)
    assert len(pairs)
    for track, first, second, bars, thousandths in pairs[::7]:
        bar = corpus.bar(track)
        a, b = (plain(corpus.window(track, start * bar, (start + bars) * bar)) for start in (first, second))
        drums = ROLES[corpus.tracks[track, ROLE]] == "drums"
        assert similarity(a, b, drums=drums) == pytest.approx(thousandths / 1000, abs=6e-4)
        assert 200 < thousandths < 980
        assert second - first >= bars


def test_no_pair_joins_two_splits(corpus: Corpus) -> None:
    tracks = mine(corpus)[:, 0]
    assert len(set(corpus.tracks[tracks, VALID].tolist())) == 2
    train, valid = (Drawer(corpus, mine(corpus), valid=valid) for valid in (False, True))
    assert not set(train.pairs_table[:, 0]) & set(valid.pairs_table[:, 0])


@pytest.mark.parametrize("task", TASK_SHARES)
@pytest.mark.parametrize("role", ROLES)
def test_every_exercise_can_be_drawn(drawer: Drawer, task: str, role: str) -> None:
    rng = np.random.default_rng(0)
    for _ in range(10):
        example = drawer.draw(rng, task=task, role=role)
        assert (example.task, example.role) == (task, role)
        assert len(example.decoder) == len(example.targets) == len(example.weights) == len(example.new)
        assert example.targets.min() >= 0
        assert example.weights.sum() > 0


def test_an_answer_is_never_shown(drawer: Drawer) -> None:
    rng = np.random.default_rng(1)
    for _ in range(30):
        example = drawer.draw(rng, task="infill")
        shown = {tuple(row[1:3]) for row in example.encoder if row[0] in (PROMPT, FIXED)}
        asked = {tuple(row[1:3]) for row in example.decoder if row[0] == NEW}
        assert not shown & asked


def test_what_is_said_to_be_fixed_is_in_the_answer(drawer: Drawer) -> None:
    rng = np.random.default_rng(2)
    for _ in range(60):
        example = drawer.draw(rng, task="vary")
        fixed = {tuple(row[1:4]) for row in example.encoder if row[0] == FIXED}
        given = {tuple(row[1:4]) for row in example.decoder if row[0] == FIXED}
        assert fixed == given


def test_validation_is_not_varied(corpus: Corpus) -> None:
    pairs = mine(corpus)
    drawn = [Drawer(corpus, pairs, valid=True).draw(np.random.default_rng(5)) for _ in range(2)]
    assert (drawn[0].encoder == drawn[1].encoder).all()


def test_a_beat_is_learned_on_other_kits_too(corpus: Corpus) -> None:
    rng = np.random.default_rng(3)
    kits = [another_kit(rng) for _ in range(20)]
    assert all(sorted(pads) == list(range(128)) for pads in kits)  # no two pads become one
    assert all(lane_of(int(pads[pitch])) == lane_of(pitch) for pads in kits for pitch in range(128))
    assert any(pads[38] != 38 for pads in kits)
    shown = np.array([False, True, False])
    rows = np.array([(0, 129 + 36, 1, 9, 0), (0, 129 + 42, 1, 9, 0), (6, 129 + 36, 1, 9, 0)])
    pads = np.arange(128)
    pads[[36, 42, 22]] = (90, 22, 42)
    played = played_on(exercises.Exercise("infill", rows, shown, rows, shown, (0, 96), 1), pads)
    assert played.prompt[:, 1].tolist() == [129 + 22, 129 + 90, 129 + 90]
    assert played.given.tolist() == [True, False, False]  # what was fixed is so still, in its new place


def test_groups_hold_every_example_and_stay_small(drawer: Drawer) -> None:
    rng = np.random.default_rng(3)
    drawn = [drawer.draw(rng) for _ in range(80)]
    groups = grouped(drawn, 512)
    assert sum(map(len, groups)) == 80
    assert all(len(group) * max(len(e.targets) for e in group) <= 512 or len(group) == 1 for group in groups)


def test_a_batch_is_padded_with_nothing(drawer: Drawer) -> None:
    rng = np.random.default_rng(4)
    drawn = [drawer.draw(rng, role=role) for role in ROLES]
    batch = Batch.of(drawn)
    for number, example in enumerate(drawn):
        assert batch.real[number].sum() == len(example.targets)
        assert (batch.encoder[number, len(example.encoder) :] == 0).all()
        assert (batch.weights[number, len(example.targets) :] == 0).all()
    onset = batch.decoder[0, 1, 1]
    assert batch.places[0, 0] == onset % 96 // 6 + 1


def test_batches_are_the_same_for_the_same_seed(drawer: Drawer) -> None:
    one, other = (next(batches(drawer, 256, 7)) for _ in range(2))
    assert (one.encoder == other.encoder).all()
    assert not (
        next(batches(drawer, 256, 8)).encoder.shape == one.encoder.shape
        and (next(batches(drawer, 256, 8)).encoder == one.encoder).all()
    )


def test_fixed_batches_have_every_kind(corpus: Corpus) -> None:
    fixed = fixed_batches(Drawer(corpus, mine(corpus), valid=True), 512, examples_a_kind=2, seed=0)
    kinds = [(example.role, example.task) for batch in fixed for example in batch.examples]
    assert len(kinds) == 2 * 4 * 3
    assert len(set(kinds)) == 4 * 3


def test_too_little_music_is_refused_with_a_sentence(corpus: Corpus) -> None:
    empty = Corpus(corpus.rows, corpus.tracks[:0], corpus.chords, corpus.sources, corpus.pieces)
    with pytest.raises(BadValue, match="too little music"):
        Drawer(empty, np.zeros((0, 5), np.int64), valid=False).draw(np.random.default_rng(0))


def test_same_notes_ignores_loudness(corpus: Corpus) -> None:
    a = corpus.window(0, 0, 96)
    b = a.copy()
    b[0, 3] = 1
    b[1, PITCH] += 1
    assert same_notes(a, b).tolist() == [True, False, *[True] * (len(a) - 2)]


def test_a_folder_of_midi_files_is_read(tmp_path: Path) -> None:
    from models.midi_file import write
    from tests.strategies import a_bass_line, a_tune

    for number, clip in enumerate((a_tune(), a_bass_line())):
        write(tmp_path / f"{number}.mid", clip)
    corpus = Corpus.build(read_folder(tmp_path))
    assert len(corpus.tracks) == 2
    assert corpus.tracks[0, BAR_STEPS] == 96
    with pytest.raises(UnreadableFile, match=r"no \.mid files"):
        list(read_folder(tmp_path / "nothing"))


def test_an_exercise_without_a_question_is_left_out(corpus: Corpus) -> None:
    whole = corpus.window(0, 0, 192)
    known = np.ones(len(whole), bool)
    nothing = exercises.Exercise("infill", whole, known, whole, known, (0, 192), 2)
    assert examples.example_of(nothing, corpus, 0, 0, np.random.default_rng(0)) is None
