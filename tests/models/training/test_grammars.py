"""Music by rule: drums, bass and chords of seven styles, marked as synthetic, never measured on."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest

from models.music.chord import Chord, TimedChord
from models.music.drum_kit import lane_of, main_pitch
from models.music.errors import BadValue, UnreadableFile
from models.training.datasets.batches import Drawer, at_most_half_synthetic, batches
from models.training.datasets.blend import Blend
from models.training.datasets.corpus import ROLE, VALID, Corpus
from models.training.datasets.pairs import mine
from models.training.datasets.sources import Piece, read_packed
from models.training.synthetic.drums import drum_part, struck
from models.training.synthetic.feel import Feel, swung
from models.training.synthetic.labels import read_loops
from models.training.synthetic.parts import bass_part, chord_part
from models.training.synthetic.pieces import grow
from models.training.synthetic.styles import CLAP, KICK, RIM, SNARE, STYLES
from tests.models.training.test_material import a_packed_corpus

NOBODY = Feel({})
LOOP = tuple(
    TimedChord(4.0 * bar, 4.0, Chord.parse(label)) for bar, label in enumerate(("A:min", "F:maj", "C:maj", "G:maj"))
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with a drummer and with chord labels."""
    folder = a_packed_corpus(tmp_path_factory.mktemp("corpus"))
    for ending in ("npz", "jsonl"):
        (folder / f"groove.{ending}").write_bytes((folder / f"lmms.{ending}").read_bytes())
    entry = {
        "split": "train",
        "n_ts": 1,
        "time_signature": "4/4",
        "chords": [[4 * bar, 4, ("A:min7", "D:min7", "G:7", "C:maj7")[bar % 4]] for bar in range(16)],
    }
    lines = [entry, entry | {"split": "valid", "chords": [[0, 16, "F#:maj"], [16, 16, "B:maj"]]}]
    (folder / "billboard.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def grown(folder: Path) -> list[Piece]:
    return list(grow(folder, seed=1, count=14))


def test_each_pattern_has_whole_bars_and_known_drums() -> None:
    for style in STYLES.values():
        for pitch, patterns in style.lanes.items():
            assert lane_of(pitch) is not None
            assert {len(pattern) for pattern in patterns} <= {16, 32}
            assert set("".join(patterns)) <= set("Xxgo-rt.")
        assert {len(rhythm) for rhythm in style.rhythms} <= {0, 16}


@pytest.mark.parametrize("name", STYLES)
def test_every_piece_has_a_beat(name: str) -> None:
    """The kick on the first one, a backbeat in every bar but those of a fill."""
    style = STYLES[name]
    for seed in range(5):
        notes = drum_part(style, 16, 0.5, 0.0, NOBODY, Random(seed))
        assert any(note.pitch == KICK and note.onset == 0 for note in notes)
        back = {int(note.onset // 4) for note in notes if note.pitch in (SNARE, CLAP, RIM)}
        assert len(back) >= (8 if name == "techno" else 12) or not {CLAP, RIM} - set(style.spare)


def test_a_groove_is_kept_and_varied() -> None:
    bars = Counter()
    for seed in range(10):
        notes = drum_part(STYLES["house"], 16, 0.5, 0.0, NOBODY, Random(seed))
        for bar in range(16):
            bars[seed, frozenset((note.pitch, note.onset - 4 * bar) for note in notes if note.onset // 4 == bar)] += 1
    assert len(bars) > 15  # something happens
    assert sum(count for _, count in bars.most_common(10)) > 80  # and most bars are alike


def test_rolls_and_triplets_are_written_out() -> None:
    assert [onset for _, onset, _ in struck(42, "x.r.t.")] == pytest.approx([0, 0.5, 0.625, 1, 1 + 1 / 6, 1 + 1 / 3])


@pytest.mark.parametrize(
    ("onset", "swing", "wanted"),
    [(0.25, 0.5, 0.25), (0.25, 0.66, 0.33), (1.75, 0.6, 1.8), (0.5, 0.66, 0.5), (2.0, 0.6, 2.0)],
)
def test_swing_delays_every_second_sixteenth(onset: float, swing: float, wanted: float) -> None:
    assert swung(onset, swing) == pytest.approx(wanted)


def test_feel_is_what_drummers_did(folder: Path) -> None:
    feel = Feel.measure(read_packed(folder, ("groove",)))
    (lane, place), hits = max(feel.hits.items(), key=lambda hit: len(hit[1]))
    touched = [feel.touch(main_pitch(lane), place + 16, Random(seed)) for seed in range(50)]
    assert {louder for louder, _ in touched} <= set(hits[:, 0])
    assert len({louder for louder, _ in touched}) > 3
    assert all(late == pytest.approx(0) for _, late in touched)  # the test's drummer plays on the grid
    assert NOBODY.touch(KICK, 0, Random(0)) == (1.0, 0.0)


def test_the_bass_lies_on_the_kick() -> None:
    for name, style in STYLES.items():
        drums = drum_part(style, 8, 0.5, 0.0, NOBODY, Random(3))
        kicks = {note.onset for note in drums if note.pitch == KICK}
        bass = bass_part(style, drums, LOOP, 8, 0.5, Random(4))
        assert sum(note.onset in kicks for note in bass) >= 0.5 * len(bass), name
        assert {note.pitch % 12 for note in bass} <= {0, 2, 4, 5, 7, 9, 11}


@pytest.mark.parametrize("name", STYLES)
def test_chords_move_little_and_follow_the_progression(name: str) -> None:
    notes = chord_part(STYLES[name], LOOP, 8, 0.5, Random(5))
    assert max(note.onset for note in notes) < 32
    for note in notes:
        timed = LOOP[int(note.onset % 16 // 4)]
        in_key = note.pitch % 12 in {0, 2, 4, 5, 7, 9, 11}
        assert note.pitch in timed.chord or in_key


def test_progressions_come_from_train_alone(folder: Path) -> None:
    loops = read_loops(folder, Random(0))
    assert {len(loop) for loop in loops} <= {4, 8}
    with pytest.raises(UnreadableFile, match="chord labels"):
        read_loops(folder / "nowhere", Random(0))


def test_pieces_are_tagged_and_never_for_measuring(grown: list[Piece]) -> None:
    assert {piece.source for piece in grown} == {"synthetic"}
    assert {piece.split for piece in grown} == {"train"}
    assert len({piece.name.split("/")[1].rsplit("-", 1)[0] for piece in grown}) == len(STYLES)
    corpus = Corpus.build(grown)
    assert not corpus.tracks[:, VALID].any()
    assert not Drawer(corpus, mine(corpus), valid=True).offers("infill", "drums")


def test_the_same_seed_grows_the_same_pieces(folder: Path, grown: list[Piece]) -> None:
    again = list(grow(folder, seed=1, count=7))
    other = list(grow(folder, seed=2, count=7))
    assert all(
        np.array_equal(a.notes, b.notes)
        for x, y in zip(again, grown, strict=False)
        for a, b in zip(x.tracks, y.tracks, strict=True)
    )
    assert not np.array_equal(again[0].tracks[0].notes, other[0].tracks[0].notes)


def test_no_batch_is_more_than_half_synthetic(folder: Path, grown: list[Piece]) -> None:
    real, synthetic = Corpus.build(read_packed(folder)), Corpus.build(grown)
    blend = Blend(Drawer(real, mine(real), valid=False), Drawer(synthetic, mine(synthetic), valid=False), 0.5)
    drawn = batches(blend, 256, 0)
    shares = []
    for _ in range(40):
        batch = next(drawn)
        shares.append(np.mean([example.synthetic for example in batch.examples]))
        assert all(example.role != "melody" for example in batch.examples if example.synthetic)
    assert max(shares) <= 0.5
    assert np.mean(shares) > 0.1
    assert at_most_half_synthetic([e for e in batch.examples if e.synthetic]) == []


def test_more_than_half_is_refused(folder: Path, grown: list[Piece]) -> None:
    corpus = Corpus.build(grown)
    drawer = Drawer(corpus, mine(corpus), valid=False)
    with pytest.raises(BadValue, match="0 to 0.5"):
        Blend(drawer, drawer, 0.6)


def test_the_styles_reach_every_role(grown: list[Piece]) -> None:
    corpus = Corpus.build(grown)
    pairs = mine(corpus)
    assert set(corpus.tracks[pairs[:, 0], ROLE]) == {1, 2, 3}  # chords, bass, drums
