"""Chords at school: from the labels or from all tracks together, right in every window, dropped and moved whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from models.engines.kin.config import PROFILES, ROW, STEPS
from models.engines.kin.reading.chords import CHORD, COMING
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.training.checkpoint import Checkpoint
from models.training.datasets.batches import Batch, Drawer
from models.training.datasets.corpus import Corpus
from models.training.datasets.pairs import mine
from models.training.datasets.sources import Piece, Track, read_packed
from models.training.kin import Exam, Loss, measure, with_chords
from tests.models.training.test_material import a_packed_corpus

TURN = (TimedChord(0, 4, Chord.of(0)), TimedChord(4, 4, Chord.of(7, "7", bass=11)))


def notes(*rows: tuple[float, int, float]) -> np.ndarray:
    return np.array([(onset, pitch, duration, 80) for onset, pitch, duration in rows], float)


def a_song(*tracks: Track, chords: tuple[TimedChord, ...] = ()) -> Corpus:
    return Corpus.build([Piece("own", "own/1", "train", 120.0, Metre(), True, tracks, chords)])


TUNE = Track("melody", notes(*((float(beat), 72, 1.0) for beat in range(8))))
CHORDS = Track(
    "chords",
    notes(
        *((bar * 4.0, pitch, 4.0) for bar, triad in enumerate(((48, 60, 64, 67), (43, 59, 62, 67))) for pitch in triad)
    ),
)


def test_what_a_source_says_of_its_chords_counts() -> None:
    song = a_song(TUNE, chords=TURN)
    assert song.chords_in(0, 0, 8 * STEPS) == TURN
    late = song.chords_in(0, 2 * STEPS, 4 * STEPS)
    assert [(timed.onset, timed.duration, timed.chord.label) for timed in late] == [(0, 2, "C:maj"), (2, 2, "G:7/3")]


def test_else_all_tracks_together_spell_them_but_a_tune_alone_does_not() -> None:
    heard = a_song(TUNE, CHORDS).chords_in(0, 0, 8 * STEPS)
    assert [timed.chord.root for timed in heard] == [0, 7]
    assert a_song(TUNE).chords_in(0, 0, 8 * STEPS) == ()


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus.build(read_packed(a_packed_corpus(tmp_path)))


def a_listening_batch(corpus: Corpus) -> Batch:
    drawer, rng = Drawer(corpus, mine(corpus), valid=True), np.random.default_rng(0)
    drawn = [drawer.attempt("listen", "melody", rng) for _ in range(40)]
    return Batch.of([example for example in drawn if example is not None])


def test_a_part_taken_out_whole_is_known_by_its_chords_alone(corpus: Corpus) -> None:
    batch = a_listening_batch(corpus)
    kinds = set(batch.encoder[..., 0].flatten().tolist())
    assert kinds <= {0, 2, 3}  # padding and the marks of the span: no note is shown
    assert (batch.decoder[..., -COMING:] > 0).any(dim=1).any(dim=1).all()


def test_chords_are_taken_away_and_moved_whole(corpus: Corpus) -> None:
    batch = a_listening_batch(corpus)
    untold, moved = with_chords(batch, None), with_chords(batch, 7)
    columns = {"encoder": slice(ROW, None), "decoder": slice(-COMING, None), "echoes": slice(-CHORD, None)}
    assert not any(getattr(untold, rows)[..., said].any() for rows, said in columns.items())
    assert torch.equal(untold.targets, batch.targets)
    assert torch.equal(with_chords(moved, 5).decoder, batch.decoder)
    told = batch.echoes[..., -CHORD:]
    known = told[..., 0] > 0
    assert ((moved.echoes[..., -CHORD] - told[..., 0])[known] % 12 == 7).all()
    assert torch.equal(moved.decoder[..., -1], batch.decoder[..., -1])  # how soon the next one comes stays


def test_the_exam_tells_chords_rightly_wrongly_and_not(corpus: Corpus) -> None:
    torch.manual_seed(0)
    learner = Loss(PROFILES["tiny"])
    figures = measure(learner, Exam.of(corpus, mine(corpus)))
    right, none = figures["melody by right chords"], figures["melody by no chords"]
    assert right == pytest.approx(none)  # a new network doesn't hear
    assert learner.network.fields.pull is not None
    torch.nn.init.constant_(learner.network.fields.pull.bias, 1.0)
    assert measure(learner, Exam.of(corpus, mine(corpus)))["melody by right chords"] != pytest.approx(none, abs=1e-4)


def test_a_kept_run_is_small_and_can_be_gone_on_with(tmp_path: Path) -> None:
    model = Loss(PROFILES["tiny"])
    state, averaged, best = ({name: value.clone() for name, value in model.state_dict().items()} for _ in range(3))
    run = Checkpoint("kin", "tiny", state, averaged, best, {"state": {0: torch.ones(9)}}, step=7, minutes=3.0, notes=5)
    run.save(tmp_path / "whole.pt")
    run.keep(tmp_path / "kept" / "kin-tiny.pt")
    kept = Checkpoint.load(tmp_path / "kept" / "kin-tiny.pt")
    assert (kept.step, kept.minutes, kept.notes, kept.optimiser) == (7, 3.0, 5, {})
    assert (tmp_path / "kept" / "kin-tiny.pt").stat().st_size < 0.5 * (tmp_path / "whole.pt").stat().st_size
    model.load_state_dict(kept.model)
    assert all(torch.allclose(kept.best[name], value, atol=1e-3) for name, value in averaged.items())
