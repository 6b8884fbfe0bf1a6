"""Originality: a copy is found in any key and tempo, what is new or the user's own is left in peace."""

import json
from dataclasses import replace

import numpy as np
import pytest

from models.evaluation.index import RunIndex
from models.evaluation.ngrams import RUN, ngrams_of
from models.evaluation.originality import SIZES, WEIGHTS, Borrowing, originality
from models.music.clip import Clip
from tests.strategies import a_beat, a_clip, a_note, a_tune, some_chords

HUMAN = [(8.0, 10.0, 12.0)] * (len(SIZES) + 1)


@pytest.fixture
def index(tmp_path):
    """An index that holds a tune, a beat and some chords."""
    about = json.dumps({"borrowing": {texture: HUMAN for texture in ("line", "chords", "drums")}})
    pieces = (("own/tune", a_tune()), ("own/beat", a_beat()), ("own/chords", some_chords()))
    path = tmp_path / "originality.npz"
    RunIndex.build([(name, ngrams_of(clip).hashes) for name, clip in pieces], about).save(path)
    return path


def transposed(clip: Clip, semitones: int) -> Clip:
    return clip.with_notes(replace(note, pitch=note.pitch + semitones) for note in clip.notes)


def a_walk(seed: int, notes: int = 40) -> Clip:
    rng = np.random.default_rng(seed)
    return a_clip(*(a_note(int(rng.integers(50, 80)), step / 2, 0.5) for step in range(notes)), length=notes / 2)


def test_a_copy_in_another_key_is_beyond_human(index):
    found = originality(transposed(a_tune(), 5), path=index)
    assert found.beyond_human
    assert (found.value, found.nearest) == (pytest.approx(1 / 16), "own/tune")
    assert (found.run_notes, found.run_beats) == (len(a_tune().notes), 14.0)


@pytest.mark.parametrize("clip", [a_beat(), some_chords()], ids=["drums", "chords"])
def test_drums_and_chords_are_found_too(index, clip):
    assert originality(clip, path=index).nearest == ("own/beat" if clip.drums else "own/chords")


def test_new_music_shares_nothing(index):
    found = originality(a_walk(1), path=index)
    assert (found.value, found.run_notes, found.nearest, found.beyond_human) == (1.0, 0, "", False)


def test_a_clip_too_short_to_tell_is_original(index):
    assert originality(a_clip(a_note()), path=index).value == 1.0
    assert originality(a_clip(), path=index).value == 1.0


@pytest.mark.parametrize(("copied", "value"), [(8, 1.0), (10, 0.5), (12, 0.25)])
def test_the_value_is_read_off_what_people_share(index, copied, value):
    quote = a_tune().notes[:copied]
    # What follows leaps in a way that the tune doesn't.
    rest = [a_note(40 + 31 * (step % 2) + step, 8.25 + step * 0.75, 0.5) for step in range(8)]
    found = originality(a_clip(*quote, *rest), path=index)
    assert found.run_notes == copied
    assert found.value == pytest.approx(value)


def test_runs_of_kept_notes_alone_dont_count(index):
    tune = a_tune()
    assert originality(tune, [False] * len(tune.notes), path=index).value == 1.0
    one_new = [place == 10 for place in range(len(tune.notes))]
    assert originality(tune, one_new, path=index).run_notes == 2 * RUN + 1


def test_what_the_user_gave_is_the_users(index):
    assert originality(transposed(a_tune(), 2), known=np.sort(ngrams_of(a_tune()).hashes), path=index).value == 1.0


def test_a_missing_index_is_a_reason_and_no_crash(tmp_path):
    found = originality(a_tune(), path=tmp_path / "none.npz")
    assert found.value is None
    assert "missing" in found.reason
    assert not found.beyond_human


@pytest.mark.parametrize("about", ["", "[]", "{}", '{"borrowing": {"line": []}}', '{"borrowing": 3}'])
def test_an_index_without_its_human_measure_is_damaged(tmp_path, about):
    path = tmp_path / "originality.npz"
    RunIndex.build([("a", ngrams_of(a_tune()).hashes)], about).save(path)
    found = originality(a_tune(), path=path)
    assert found.value is None
    assert "damaged" in found.reason


def test_human_figures_rise_with_size_and_percentile():
    rng = np.random.default_rng(3)
    seen = [
        (texture, int(rng.integers(7, 400)), int(rng.integers(0, 30)))
        for texture in ("line", "chords", "drums")
        for _ in range(300)
    ]
    borrowing = Borrowing.measured(seen)
    for rows in borrowing.rows.values():
        assert (np.diff(np.array(rows), axis=0) >= 0).all()
        assert (np.diff(np.array(rows), axis=1) > 0).all()
    assert Borrowing.read(json.dumps({"borrowing": borrowing.rows})) == borrowing


def test_the_shipped_index_is_small_and_reads_long_clips():
    assert WEIGHTS.stat().st_size < 14_000_000
    long = a_walk(2, notes=1000)
    assert originality(long).reason == ""


def test_the_shipped_index_leaves_chance_in_peace():
    values = [originality(a_walk(seed)).value for seed in range(20)]
    assert min(value for value in values if value is not None) >= 0.5
    assert None not in values
