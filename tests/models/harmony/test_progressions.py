"""The progression model: chances that add up, longer contexts that help, a file that comes back the same."""

import json

import numpy as np
import pytest

from models.harmony.progressions import WEIGHTS, ProgressionModel, progressions
from models.harmony.symbols import SYMBOLS, chord_of_symbol, roman, symbol_of
from models.music.chord import FAMILIES, QUALITIES, Chord, family_of
from models.music.errors import EngineUnavailable, UnreadableFile
from models.training.progressions import main, read_songs

ONE, FOUR, FIVE, SIX = (symbol_of(Chord.parse(label), 0) for label in ("C:maj", "F:maj", "G:maj", "A:min"))
LOOP = [ONE, FIVE, SIX, FOUR] * 4


def a_model(songs=(LOOP, LOOP), order=4, trust=(1.0,) * 4, **changes):
    return ProgressionModel.fit(songs, order=order, weight=0.0, trust=trust, **changes)


def test_chances_add_up_to_one_and_none_is_nought():
    model = progressions()
    for history in ((), (ONE,), (ONE, FIVE), (ONE, FIVE, SIX, FOUR), (143, 142, 141)):
        chances = model.probabilities(history)
        assert chances.shape == (SYMBOLS,)
        assert chances.sum() == pytest.approx(1.0)
        assert chances.min() > 0


@pytest.mark.parametrize("temperature", [0.1, 1.0, 2.0])
def test_a_row_is_drawn_from_what_may_come_and_never_stands_still(temperature):
    symbols = np.array([ONE, FOUR, FIVE])
    row, again = (
        progressions().drawn(32, symbols, np.random.default_rng(3), temperature=temperature) for _ in range(2)
    )
    assert row == again
    assert set(row) <= set(symbols.tolist())
    assert all(one != other for one, other in zip(row, row[1:], strict=False))
    assert progressions().drawn(3, np.array([SIX]), np.random.default_rng(3)) == (SIX,) * 3


def test_a_longer_context_tells_more():
    songs = [[ONE, FIVE, FOUR, ONE, SIX, FOUR] * 3, [ONE, SIX, FOUR, FIVE, ONE, FIVE] * 3]
    assert a_model(songs).perplexity([songs[0]]) < a_model(songs, order=2, trust=(1.0, 1.0)).perplexity([songs[0]])


def test_repetition_in_one_song_counts_once():
    assert a_model([LOOP]).followers == a_model([LOOP * 5]).followers


def test_the_shipped_model_knows_a_cadence():
    model = progressions()
    assert max(range(SYMBOLS), key=lambda symbol: model.probabilities((ONE, FOUR, FIVE))[symbol]) == ONE
    assert max(range(SYMBOLS), key=lambda symbol: model.probabilities(())[symbol]) == ONE


def test_held_out_songs_are_a_fifth_likelier_than_under_a_bigram():
    figures = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))["figures"]
    assert figures["likelier_than_bigram"] >= 1.2
    assert figures["likelier_than_bigram"] == pytest.approx(figures["bigram_perplexity"] / figures["perplexity"], 1e-3)


def test_the_card_names_data_and_licences():
    card = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
    assert all(source["licence"] and source["songs"] > 0 for source in card["data"])
    assert len(card["notices"]) == len(card["data"])
    assert card["config"]["order"] == progressions().order


def test_saved_and_loaded_is_the_same(tmp_path):
    model = a_model(changes=(0.7, 0.2))
    model.save(tmp_path / "small.npz")
    back = ProgressionModel.load(tmp_path / "small.npz")
    assert back == model
    assert np.array_equal(back.probabilities((ONE, FIVE)), model.probabilities((ONE, FIVE)))


def test_a_damaged_file_is_said_to_be_one(tmp_path):
    (tmp_path / "broken.npz").write_bytes(b"no table")
    for name in ("broken.npz", "missing.npz"):
        with pytest.raises(EngineUnavailable, match="install Clipkin again"):
            ProgressionModel.load(tmp_path / name)


def test_symbols_and_chords_are_each_other_s_reverse():
    for symbol in range(SYMBOLS):
        assert symbol_of(chord_of_symbol(symbol, 7), 7) == symbol


def test_every_quality_has_a_family():
    assert {family_of(intervals) for intervals in QUALITIES.values()} == set(FAMILIES)
    assert family_of(QUALITIES["min9"]) == "min7"
    assert family_of(QUALITIES["maj6"]) == "maj"


@pytest.mark.parametrize(
    ("label", "numeral"),
    [("C:maj", "I"), ("Bb:maj", "bVII"), ("D:min7", "ii7"), ("Eb:min", "biii"), ("B:hdim7", "viiø7"), ("G:7", "V7")],
)
def test_numerals(label, numeral):
    assert roman(symbol_of(Chord.parse(label), 0)) == numeral


def _song(number, split="train"):
    rows = ("C:maj G:maj A:min F:maj", "C:maj A:min F:maj G:maj", "C:maj F:maj C:maj G:7")
    chords = [[4.0 * place, 4.0, label] for place, label in enumerate((rows[number % 3] + " ").split() * 4)]
    return {
        "source": "billboard",
        "id": str(number),
        "split": split,
        "key": "C",
        "time_signature": "4/4",
        "n_ts": 1,
        "chords": chords,
    }


def test_training_writes_table_and_card(tmp_path, capsys):
    songs = [_song(number) for number in range(24)] + [_song(number, "valid") for number in range(3)]
    (tmp_path / "billboard.jsonl").write_text("\n".join(map(json.dumps, songs)), encoding="utf-8")
    main(["--data", str(tmp_path), "--out", str(tmp_path / "made.npz")])
    card = json.loads((tmp_path / "made.json").read_text(encoding="utf-8"))
    assert card["data"][0]["pieces"] == 24
    assert card["figures"]["held_out_songs"] == 3
    assert ProgressionModel.load(tmp_path / "made.npz").changes[0] == 1.0
    assert "likelier_than_bigram" in capsys.readouterr().out


def test_a_folder_without_songs_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="no annotated songs"):
        read_songs(tmp_path)
