"""How examples are drawn, evened and padded, and what cards say of what was learned from."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from models.engines.kin.config import ROLES
from models.music.beats import Metre
from models.music.chord import Chord
from models.sampling.networks.shipped import WEIGHTS
from models.training.classics.markov import backed_off, rhythm_nats
from models.training.datasets.batches import DRAWN, SOURCE_FACTORS
from models.training.datasets.classics.grids import batched, chances_of, endless, padded, spun
from models.training.datasets.classics.rhythms import Rhythm
from models.training.datasets.corpus import BAR_STEPS, COUNT, TEMPO, VALID, VELOCITIES, Corpus, evened
from models.training.datasets.exercises import MAKERS, taken
from models.training.datasets.sources import ROLE_OF, SHIPPED, packed, read_packed
from models.training.judging.originality import SOURCES
from models.training.model_card import said_of, said_of_data, said_of_machine, said_of_sources, write_card
from models.training.progressions import SOURCES as ANNOTATED
from models.training.session import CLASSICS
from tests.models.training.test_material import a_packed_corpus


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_packed_corpus(tmp_path_factory.mktemp("corpus"), bars=8)


@pytest.fixture(scope="module")
def corpus(folder: Path) -> Corpus:
    return Corpus.build(read_packed(folder))


# ---- draws


def test_a_group_a_hundred_times_as_large_is_drawn_sixteen_times_as_often() -> None:
    groups = np.repeat([0, 1], [100, 1])
    weights = evened(np.ones(101), groups)
    assert weights[:100].sum() / weights[100] == pytest.approx(100**0.6)
    assert evened(np.full(4, 5.0), np.array([7, 7, 7, 7])) == pytest.approx(np.full(4, 5 * 20**-0.4))
    chances = chances_of(np.array([(0, 1, 9, 9)] * 100 + [(0, 2, 9, 9)]))
    assert chances.sum() == pytest.approx(1)
    assert chances[:100].sum() / chances[100] == pytest.approx(100**0.6)


def test_a_wheel_stops_where_its_edges_say() -> None:
    edges = np.cumsum([0.1, 0.0, 0.9 - 1e-12])
    numbers = spun(edges, np.random.default_rng(0), 1000)
    assert set(numbers.tolist()) == {0, 2}
    assert np.mean(numbers == 0) == pytest.approx(0.1, abs=0.03)
    assert int(spun(np.array([0.0]), np.random.default_rng(0))) == 0  # never behind the last


def test_batches_hold_what_is_of_like_length_and_everything_once() -> None:
    examples = ["a" * size for size in (5, 1, 4, 2, 3)]
    assert batched(examples, list, 2) == [["a", "aa"], ["aaa", "aaaa"], ["aaaaa"]]
    drawn = iter(range(1000))
    found = list(islice(endless(lambda rng: "b" * (next(drawn) % 6), tuple, 2, 3, 0), 6))
    assert all(abs(len(one) - len(other)) <= 1 for one, other in found)
    assert sorted(len(each) for batch in found for each in batch) == sorted(number % 6 for number in range(12))


def test_shorter_rows_are_followed_by_nothing() -> None:
    rows = padded([np.ones((2, 3), np.float32), np.ones((4, 3), np.float32)])
    assert rows.shape == (2, 4, 3)
    assert rows.sum(dim=(1, 2)).tolist() == [6, 12]
    assert padded([np.array([True]), np.array([True, True])]).tolist() == [[True, False], [True, True]]


def test_a_track_counts_by_its_split_its_size_and_as_music(corpus: Corpus) -> None:
    for valid in (False, True):
        usable = corpus.usable(valid=valid)
        assert usable.any()
        assert (corpus.tracks[usable, VALID] == valid).all()
    every = corpus.usable(valid=False)
    assert (corpus.usable(valid=False, fewest=10**6)).sum() == 0
    most = int(corpus.tracks[every, COUNT].max())
    assert corpus.usable(valid=False, fewest=most).sum() >= 1
    # The chord labels are heard beside a tune, and never learned.
    assert every.sum() == 3 * 4


# ---- clips and chords of a corpus


def test_bars_of_a_track_come_back_as_a_clip(corpus: Corpus) -> None:
    for track, role in enumerate(("melody", "bass", "drums", "chords")):
        clip = corpus.clip(track, 2, 2)
        assert (clip.role, clip.length, clip.metre, clip.tempo) == (role, 8.0, Metre(4, 4), 120.0)
        rows = corpus.window(track, 2 * 96, 4 * 96)
        assert [(round(note.onset * 24), note.pitch) for note in clip.notes] == sorted(
            (int(row[0]), (int(row[1]) - 1) % 128) for row in rows
        )


def test_what_a_source_does_not_say_is_made_plain(corpus: Corpus) -> None:
    tracks = corpus.tracks.copy()
    tracks[:, VELOCITIES], tracks[:, TEMPO] = 0, 0
    for bar_steps, metre in ((72, Metre(3, 4)), (84, Metre(7, 8)), (0, Metre(4, 4))):
        tracks[:, BAR_STEPS] = bar_steps
        clip = Corpus(corpus.rows, tracks, corpus.chords, corpus.sources, corpus.pieces).clip(0, 0, 1)
        assert (clip.metre, clip.tempo) == (metre, 120.0)
        (velocity,) = {note.velocity for note in clip.notes}
        assert abs(velocity - 100) < 4
        assert clip.length == metre.bar


def test_the_chords_of_a_stretch_are_counted_from_its_start(corpus: Corpus) -> None:
    told = corpus.chords_in(0, 4 * 24, 8 * 24)  # C to beat 8, then A minor seven
    assert [(chord.onset, chord.duration, chord.chord) for chord in told] == [
        (0.0, 4.0, Chord.of(0)), (4.0, 4.0, Chord.spelled(9, {0, 3, 7, 10})),
    ]  # fmt: skip
    assert corpus.chords_in(0, 0, 0) == ()


@pytest.mark.parametrize("task", MAKERS)
def test_every_maker_keeps_to_its_window_and_shows_less_than_it_asks_for(corpus: Corpus, task: str) -> None:
    for seed in range(8):
        made = taken(task, corpus, seed % 4, 1, 4, np.random.default_rng(seed))
        whole = corpus.window(seed % 4, 96, 5 * 96)
        assert made.task == task
        assert np.array_equal(made.result[:, :3], whole[:, :3])
        assert 0 <= made.span[0] < made.span[1] <= 4 * 96
        assert len(made.prompt) == made.given.sum()
        assert len(made.fixed) == len(made.prompt)
        new = made.result[~made.given]
        assert ((new[:, 0] >= made.span[0]) & (new[:, 0] < made.span[1])).all()
    assert (task == "humanise") == bool(made.given.all())


def test_the_corpora_call_their_parts_by_names_that_are_ours_or_nobodys(folder: Path) -> None:
    assert set(ROLE_OF.values()) == set(ROLES)
    assert "fx" not in ROLE_OF
    listed = list(packed(folder, ("lmms", "groove")))
    assert {source for source, _, _ in listed} == {"lmms"}
    assert [entry["id"] for _, entry, _ in listed] == ["0", "1", "2", "3"]


# ---- baselines


def test_contexts_are_backed_off_from_the_longest_to_none() -> None:
    assert backed_off(1, 2, 3) == [(1, 2, 3), (1, 2), (1,), ()]


def test_a_rhythm_that_was_heard_is_foretold_and_another_is_not() -> None:
    def beat(*symbols: int) -> Rhythm:
        row = np.array(symbols * 8)
        return Rhythm(row, np.zeros((len(row), 9)), np.zeros((len(row), 9)), (True, True), 3, 16)

    learned = [beat(1, 0, 2, 0)] * 20
    same, other = rhythm_nats(learned, [beat(1, 0, 2, 0)]), rhythm_nats(learned, [beat(5, 5, 7, 9)])
    assert same < 0.3 < 3 < other
    assert len(learned[0]) == 32


# ---- cards


@pytest.mark.parametrize("name", ["kin", *CLASSICS, "progressions", "originality", "ranking"])
def test_the_shipped_card_says_what_is_always_said_of_it(name: str) -> None:
    card = json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
    said = said_of(name)
    assert said
    assert {key for key, words in said.items() if not words} == set()
    same = {key for key in said if card.get(key) == said[key]}
    assert set(said) - same <= {"kind", "changes_to_the_data"}  # of cards that were written with other words


def test_every_source_that_may_be_learned_from_has_a_licence_a_tier_and_a_notice() -> None:
    said = said_of_sources(dict.fromkeys((*SHIPPED, *SOURCES, *ANNOTATED), 1))
    assert all(each["licence"] and each["tier"] in ("A", "A-", "B") for each in said["data"])
    assert [each["source"] for each in said["data"] if each["tier"] == "B"] == ["pop909"]
    assert all(said["notices"])
    for file in said["full_texts"]:
        assert (WEIGHTS / file).is_file(), file
    assert set(SOURCE_FACTORS) <= set(SHIPPED)
    assert all(name in DRAWN["sources"] for name in SOURCE_FACTORS)


def test_a_card_counts_pieces_and_notes_of_its_roles_by_split(corpus: Corpus) -> None:
    said = said_of_data(corpus)
    (source,) = said["sources"]
    assert (source["source"], source["pieces_train"], source["pieces_valid"]) == ("lmms", 3, 1)
    assert list(source["notes_train"]) == list(ROLES)
    assert source["notes_train"]["bass"] == 3 * 8 * 4
    alone = said_of_data(corpus, ("bass",))["sources"][0]
    assert alone["notes_train"] == {"bass": 96}
    assert said["data"].startswith("lmms: ")


def test_a_card_is_written_whole_and_shows_its_figures(tmp_path: Path, capsys) -> None:
    write_card(tmp_path / "table.json", {"name": "table", "figures": {"share": 0.25}})
    assert json.loads((tmp_path / "table.json").read_text(encoding="utf-8")) == {
        "name": "table",
        "figures": {"share": 0.25},
    }
    assert capsys.readouterr().out.split() == ["share", "0.25"]
    assert [path.name for path in tmp_path.iterdir()] == ["table.json"]
    told = said_of_machine(7, "cpu")
    assert told["seed"] == 7
    assert told["machine"].startswith("CPU, 1 thread")
