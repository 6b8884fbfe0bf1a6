"""The index: what it finds, what it packs, what it says when it is damaged."""

import numpy as np
import pytest

from models.evaluation.index import COMMON, RunIndex
from models.music.errors import EngineUnavailable


def ngrams(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.uint32)


def an_index() -> RunIndex:
    return RunIndex.build([("a", ngrams(1, 2, 3, 4, 5)), ("b", ngrams(3, 4, 50, 51, 3)), ("c", ngrams(2**32 - 1))])


def test_the_longest_run_is_found_with_its_piece():
    run = an_index().longest_run(ngrams(9, 2, 3, 4, 9, 50, 51))
    assert run is not None
    assert (run.first, run.last, run.distinct, an_index().names[run.piece]) == (1, 3, 3, "a")


def test_a_run_ends_where_another_piece_would_have_to_go_on():
    run = an_index().longest_run(ngrams(1, 2, 50, 51))
    assert run is not None
    assert run.distinct == 2


def test_a_loop_counts_once():
    looped = an_index().longest_run(ngrams(1, 2, 1, 2, 1, 2, 9, 3, 4, 5))
    assert looped is not None
    assert (looped.first, looped.distinct) == (7, 3)


def test_no_shared_gram_is_no_run():
    assert an_index().longest_run(ngrams(100, 101)) is None
    assert an_index().longest_run(ngrams()) is None


def test_grams_that_dont_count_break_a_run():
    run = an_index().longest_run(ngrams(1, 2, 3, 4, 5), np.array([True, True, False, True, False]))
    assert run is not None
    assert (run.first, run.last) == (0, 1)


def test_what_everyone_plays_joins_runs_but_makes_none():
    index = RunIndex.build([("own", ngrams(1, 2, 7, 3, 4)), *((str(n), ngrams(7, 100 + n)) for n in range(COMMON))])
    assert index.common.tolist() == [7]
    assert index.longest_run(ngrams(7, 7, 7)) is None
    run = index.longest_run(ngrams(7, 1, 2, 7, 3, 4, 7))
    assert run is not None
    assert (run.first, run.last) == (1, 5)


def test_a_stored_index_comes_back(tmp_path):
    index = an_index()
    index.save(tmp_path / "index.npz")
    again = RunIndex.load(tmp_path / "index.npz")
    assert (again.hashes == index.hashes).all()
    assert (again.pieces == index.pieces).all()
    assert (again.names, again.about) == (index.names, index.about)
    assert [path.name for path in tmp_path.iterdir()] == ["index.npz"]


def test_a_missing_index_says_so(tmp_path):
    with pytest.raises(EngineUnavailable, match="missing"):
        RunIndex.load(tmp_path / "index.npz")


@pytest.mark.parametrize("cut", [0, 1, 40, 200, -30])
def test_a_cut_index_is_damaged(tmp_path, cut):
    path = tmp_path / "index.npz"
    an_index().save(path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(EngineUnavailable, match="damaged"):
        RunIndex.load(path)


def test_flipped_bytes_are_damage(tmp_path):
    path = tmp_path / "index.npz"
    an_index().save(path)
    whole = path.read_bytes()
    for place in range(60, len(whole) - 300, 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            RunIndex.load(path)
        except EngineUnavailable as problem:
            assert "damaged" in problem.sentence  # noqa: PT017 - a flip in padding changes nothing and may pass


def test_a_piece_without_a_name_is_damage(tmp_path):
    path = tmp_path / "index.npz"
    RunIndex(ngrams(1, 2), np.array([0, 5], np.uint16), ngrams(), ("a",)).save(path)
    with pytest.raises(EngineUnavailable, match="damaged"):
        RunIndex.load(path)
