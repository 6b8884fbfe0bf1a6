"""The benchmark of music: its baselines, its judge, its figures."""

from __future__ import annotations

import json
import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from models import midi_file
from models.benchmarks.figure import table
from models.benchmarks.music import music
from models.benchmarks.music.hearing import clip_rows, hearing_rows, hearing_tables, mean_heard
from models.benchmarks.music.judge import Judged, judged, pair_features
from models.benchmarks.music.makers import HumanPair, filled, human_pairs, kept_apart
from models.benchmarks.music.music import main, picture, write_cards
from models.evaluation.originality import Originality
from models.generator import Report, Request, Variation
from models.music.chord import Chord, TimedChord, chord_at
from models.music.errors import BadValue, EngineUnavailable
from models.music.note import Note
from models.training.datasets.corpus import Corpus
from models.training.datasets.pairs import mine
from models.training.datasets.sources import read_packed
from tests.models.training.test_material import a_packed_corpus
from tests.strategies import a_bass_line, a_beat, a_tune, some_chords

CLIPS = (a_tune(), a_bass_line(), a_beat(), some_chords())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return Corpus.build(read_packed(a_packed_corpus(tmp_path_factory.mktemp("corpus"))))


@pytest.mark.parametrize("clip", CLIPS)
def test_a_copy_keeps_everything(clip) -> None:
    found = pair_features(clip, clip)
    assert (found["kept"], found["changes"], found["size"], found["longest kept"]) == (1, 0, 1, 1)
    unchanged = [value for name, value in found.items() if name.endswith(("gained", "apart"))]
    assert unchanged == pytest.approx([0] * len(unchanged), abs=1e-6)


@pytest.mark.parametrize("clip", CLIPS)
def test_features_are_numbers_of_one_order(clip) -> None:
    other = clip.with_notes(note.moved(onset=note.onset / 2) for note in clip.notes[1:])
    one, two = pair_features(clip, other), pair_features(other, clip)
    assert list(one) == list(two)
    assert all(math.isfinite(value) for value in (*one.values(), *two.values()))


def test_human_pairs_are_of_one_role_and_split(corpus) -> None:
    pairs = mine(corpus)
    found = human_pairs(corpus, pairs, "melody", 10)
    assert found
    assert {pair.piece for pair in found} == {"lmms/3"}
    assert all(pair.before.role == pair.after.role == "melody" for pair in found)
    assert all(pair.before.length == pair.after.length for pair in found)
    # The only piece of valid is none of those that wait for a last reading.
    assert not kept_apart("lmms/3")
    assert not human_pairs(corpus, pairs, "melody", 10, apart=True)


def test_a_fifth_of_the_pieces_is_kept_apart() -> None:
    assert 150 <= sum(kept_apart(f"groove/{number}") for number in range(1000)) <= 250


def test_the_judge_knows_noise_and_spares_equals() -> None:
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(0)

    def versions(spread: int) -> list:
        return [
            Judged(
                str(number % 12),
                a_tune(),
                a_tune().with_notes(
                    note.moved(pitch=note.pitch + int(rng.integers(-spread, spread + 1))) for note in a_tune().notes
                ),
            )
            for number in range(96)
        ]

    people, same, noise = versions(2), versions(2), versions(9)
    told = judged(people, noise)
    assert min(told["area"], told["area 2"]) > 0.9
    assert 0.3 < judged(people, same)["logistic"] < 0.7


def test_an_engine_that_fills_never_sees_the_truth() -> None:
    seen = []

    class Listening:
        roles, tasks = ("melody",), ("infill",)

        def generate(self, request: object) -> list:
            seen.append(request)
            return []

    assert filled(Listening(), a_tune(), (4.0, 8.0), 0) is None
    assert not [note for note in seen[0].prompt.notes if 4 <= note.onset < 8]


class Obedient:
    """Puts every second note of a clip on the third of the chord that it is given, or, if deaf, on E."""

    roles, tasks = ("melody", "bass"), ("vary",)

    def __init__(self, *, deaf: bool) -> None:
        self.deaf = deaf

    def generate(self, request: Request) -> list[Variation]:
        def told(note: Note) -> Note:
            chord = None if self.deaf else chord_at(request.chords, note.onset)
            return note.moved(pitch=76 if chord is None else 76 + chord.root)

        notes = [told(note) if number % 2 else note for number, note in enumerate(request.prompt.notes)]
        clip = request.prompt.with_notes(notes)
        return [Variation(clip, request.seed, (), Report(similarity=0.5))] * request.count


IN_C, IN_F_SHARP = Chord.of(0), Chord.of(6)


def test_who_hears_is_told_from_who_is_deaf() -> None:
    chords = tuple(TimedChord(4.0 * bar, 4.0, (IN_C, IN_F_SHARP)[bar % 2]) for bar in range(4))
    pairs = [HumanPair("a", "melody", a_tune(), a_tune(), 0.5, chords, chords)]
    rows = hearing_rows({"hearing": Obedient(deaf=False), "deaf": Obedient(deaf=True)}, "melody", pairs, 5)
    told = {row["maker"]: row["told chords"] for row in rows}
    assert told["hearing"]["on chord, right"] == 1
    assert told["hearing"]["hears"] == 1  # a fifth above C's third stands B, which C doesn't have
    assert told["deaf"]["hears"] == 0
    assert hearing_rows({"deaf": Obedient(deaf=True)}, "drums", pairs, 5) == []


def test_clips_with_known_chords_are_listened_to(tmp_path: Path) -> None:
    midi_file.write(tmp_path / "tune.mid", a_tune())
    entry = {"file": "tune.mid", "role": "melody", "chords": [[0, 16, "C:maj"]]}
    (tmp_path / "clips.json").write_text(json.dumps([entry]), encoding="utf-8")
    (row,) = clip_rows({"hearing": Obedient(deaf=False)}, tmp_path, ["melody", "drums"])
    assert row["told chords"]["on chord, right"] == 1
    assert row["heard"]["apart"] == 0  # four times the same
    assert "hearing, clips" in hearing_tables([row])


def test_the_whole_benchmark_on_a_little_music(tmp_path: Path, monkeypatch, capsys) -> None:
    def none(name: str) -> None:
        raise EngineUnavailable("not here", field="engine")

    monkeypatch.setattr(music, "_HALVINGS", 1)
    monkeypatch.setattr(music, "read_network", none)
    monkeypatch.setattr(music, "judged", lambda people, machine: {"area": 0.5, "area 2": 0.6})
    monkeypatch.setattr(music, "originality", lambda clip: Originality(0.9))
    monkeypatch.setattr(music, "makers", lambda: {"copy": lambda clip, wanted, seed: clip})
    monkeypatch.setattr(music, "engines", lambda: {"deaf": Obedient(deaf=True)})
    data = a_packed_corpus(tmp_path)
    midi_file.write(tmp_path / "tune.mid", a_tune())
    entry = {"file": "tune.mid", "role": "melody", "chords": [[0, 16, "C:maj"]]}
    (tmp_path / "clips.json").write_text(json.dumps([entry]), encoding="utf-8")
    asked = ["--data", str(data), "--runs", str(tmp_path / "runs"), "--pairs", "6", "--roles", "melody"]
    main([*asked, "--clips", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "heard: melody" in printed
    assert "told chords: melody" in printed
    assert "deaf, clips" in printed


def test_what_is_heard_leaves_out_what_has_no_meaning() -> None:
    found = mean_heard([(a_tune(), a_tune(), ())])
    assert found["bars copied"] == 1
    assert "on chord" not in found


def test_the_table_has_a_column_for_each_figure() -> None:
    lines = table([{"maker": "kin", "area": 0.7}, {"maker": "copy", "copied": 1}]).splitlines()
    assert lines[0].split() == ["maker", "area", "copied"]
    assert lines[1].split() == ["kin", "0.700"]


def test_missing_data_give_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="--data"):
        main(["--data", str(tmp_path / "nowhere")])


def test_the_picture_shows_every_maker_that_was_judged() -> None:
    rows = [
        {"maker": "people", "role": "melody", "pairs": 9, "area": 0.5},
        {"maker": "a < b", "role": "melody", "pairs": 9, "area": 0.91},
        {"maker": "markov", "role": "melody", "nats": 4.0},
    ]
    drawn = ElementTree.fromstring(picture(rows))
    words = ["".join(element.itertext()) for element in drawn.iter() if element.tag.endswith("text")]
    assert {"melody, 9 pairs", "people", "a < b", "0.91"} <= set(words)
    assert "markov" not in words


@pytest.mark.parametrize("late", [0.0, 0.015])
def test_a_second_take_is_not_another_rhythm(late) -> None:
    beat = a_beat()
    again = beat.with_notes(note.moved(onset=min(note.onset + late, beat.length - 0.1)) for note in beat.notes)
    found = pair_features(beat, again)
    assert found["kept"] == 1
    assert (found["looseness gained"] > 0) == (late > 0)


def test_the_judges_figures_are_written_onto_the_cards_that_are_there(tmp_path) -> None:
    (tmp_path / "kin.json").write_text('{"name": "kin", "benchmark": {"old": 1}}', encoding="utf-8")
    write_cards(
        [
            {"maker": "kin", "role": "bass", "area": 0.76341},
            {"maker": "kin", "role": "all", "nats": 4.0},
            {"maker": "copy", "role": "bass", "area": 1.0},
        ],
        tmp_path,
    )
    written = json.loads((tmp_path / "kin.json").read_text(encoding="utf-8"))
    assert written == {"name": "kin", "benchmark": {"old": 1, "told from people, area, bass": 0.7634}}
    assert [path.name for path in tmp_path.iterdir()] == ["kin.json"]
