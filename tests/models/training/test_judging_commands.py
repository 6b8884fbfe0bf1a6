"""The commands that build what the judges need, on a corpus of a few made pieces."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from models.evaluation.index import RunIndex
from models.evaluation.originality import Borrowing, originality
from models.evaluation.ranking import ranker
from models.music.clip import ROLES, Clip
from models.music.errors import BadValue, UnreadableFile
from models.music.scale import Scale
from models.music.similarity import similarity
from models.training.judging import originality as building
from models.training.judging import ranking as fitting
from models.training.judging.edits import EDITS
from models.training.judging.ranking import Match, fit, wins
from tests.strategies import a_beat, a_tune

TICKS = 480
TRACKS = {"lieder": (("melody", (60, 80)), ("chords", (48, 70)), ("bass", (30, 45))), "groove": (("drums", (0, 5)),)}
DRUMS = (36, 38, 42, 46, 49)


def rows_of(clip: Clip) -> list[tuple[int, int, int, int]]:
    return [(round(n.onset * TICKS), n.pitch, round(n.duration * TICKS), n.velocity) for n in clip.notes]


def a_piece(rng: np.random.Generator, role: str, low: int, high: int) -> list[tuple[int, int, int, int]]:
    """Sixteen bars: four of them drawn, then varied a little, three times."""
    theme = [(step, int(rng.integers(low, high))) for step in range(0, 32) if rng.random() < 0.8]
    rows = []
    for turn in range(4):
        for step, pitch in theme:
            pitch = int(rng.integers(low, high)) if rng.random() < 0.2 else pitch
            onset = (turn * 32 + step) * TICKS // 2
            if role == "drums":
                rows.append((onset, DRUMS[pitch], 60, 90))
            else:
                rows += [(onset, pitch + third, TICKS // 2, 90) for third in ((0, 4, 7) if role == "chords" else (0,))]
    return rows


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    """Two packed corpora of random pieces; the first train piece of lieder begins with ``a_tune``."""
    folder = tmp_path_factory.mktemp("corpora")
    rng = np.random.default_rng(7)
    for source, roles in TRACKS.items():
        notes, lines = [], []
        for number in range(10):
            tracks = []
            for role, (low, high) in roles:
                rows = a_piece(rng, role, low, high)
                if number == 0 and role == "melody":
                    rows = rows_of(a_tune()) + [(onset + 16 * TICKS, *rest) for onset, *rest in rows]
                tracks.append({"role": role, "name": role, "start": len(notes), "n": len(rows), "program": None})
                notes += rows
            lines.append(
                json.dumps(
                    {
                        "source": source,
                        "id": f"piece{number}",
                        "split": "valid" if number > 6 else "train",
                        "tier": "A",
                        "licence": "CC0",
                        "tempo": 120.0,
                        "time_signature": "4/4",
                        "n_ts": 1,
                        "key": None,
                        "tags": [],
                        "has_velocity": False,
                        "tracks": tracks,
                        "chords": [],
                    }
                )
            )
        np.savez_compressed(folder / f"{source}.npz", notes=np.array(notes, np.int32))
        (folder / f"{source}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_the_index_command_finds_a_training_tune_again(corpora, tmp_path, capsys):
    out = tmp_path / "originality.npz"
    building.main(["--data", str(corpora), "--out", str(out)])
    assert originality(a_tune(), path=out).nearest == "lieder/piece0"
    assert originality(a_tune(), path=out).value < 0.5
    assert originality(a_beat(), path=out).nearest in ("", *(f"groove/piece{number}" for number in range(7)))
    card = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["figures"]["pieces"] == 14
    assert card["figures"]["bytes"] == out.stat().st_size
    assert {entry["source"] for entry in card["data"]} == set(TRACKS)
    assert "pieces" in capsys.readouterr().out


def test_held_back_pieces_are_measured_and_not_indexed(corpora):
    works = list(building.read_works(corpora))
    index = building.build(works)
    assert not any(name.endswith(("7", "8", "9")) for name in index.names)
    assert set(Borrowing.read(index.about).rows) == {"line", "chords", "drums"}
    assert isinstance(index, RunIndex)


def test_a_folder_without_corpora_is_refused(tmp_path):
    with pytest.raises(BadValue, match="no folder"):
        building.main(["--data", str(tmp_path / "none")])
    with pytest.raises(UnreadableFile, match="no corpus"):
        building.main(["--data", str(tmp_path)])
    (tmp_path / "groove.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="groove"):
        building.main(["--data", str(tmp_path)])


@pytest.mark.parametrize("kind", EDITS)
@pytest.mark.parametrize("clip", [a_tune(), a_beat()], ids=["melody", "drums"])
def test_an_edit_comes_near_the_similarity_asked_for(kind, clip):
    scale = Scale.parse("A minor")
    reached = []
    for seed in range(4):
        notes = EDITS[kind](clip, scale, 0.7, np.random.default_rng(seed))
        assert notes
        reached.append(similarity(clip.notes, notes, drums=clip.drums))
        if kind in ("random", "rules") and not clip.drums:
            assert all(
                note.pitch in scale or note in clip.notes or note.pitch in {n.pitch for n in clip.notes}
                for note in notes
            )
    assert np.mean(reached) == pytest.approx(0.7, abs=0.12)


def test_a_preference_finds_what_sets_people_apart():
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(1)
    names = ("more gap", "more steps", "pair groove")
    matches = [Match(rng.normal((0, 1, 0.5), 0.5), {"random": rng.normal((1, 0, 0.5), 0.5)}) for _ in range(400)]
    learned = fit(matches, names)
    assert learned.weights[0] < 0 < learned.weights[1]
    assert np.isfinite(learned.ceilings).tolist() == [False, True, False]
    assert wins(matches, learned)["random"] > 0.85


def test_a_preference_keeps_the_signs_it_must_have():
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(1)
    names = ("more gap", "more in scale", "pair groove")
    matches = [Match(rng.normal((1, 0, 0.5), 0.5), {"random": rng.normal((0, 1, 0.4), 0.5)}) for _ in range(200)]
    assert fit(matches, names).weights[:2].tolist() == [0, 0]


def test_the_ranking_command_writes_weights_that_can_be_read(corpora, tmp_path, monkeypatch):
    monkeypatch.setattr(fitting, "_PAIRS", {"train": 6, "valid": 3})
    out = tmp_path / "ranking.json"
    pytest.importorskip("sklearn")
    fitting.main(["--data", str(corpora), "--out", str(out)])
    assert set(ranker(out).roles) == {"melody", "chords", "bass", "drums"}
    card = json.loads(out.read_text(encoding="utf-8"))
    assert {"melody_over_random", "drums_over_rules", "bass_pairs_valid"} <= set(card["figures"])
    assert [path.name for path in tmp_path.iterdir()] == ["ranking.json"]


@pytest.mark.parametrize(
    ("sign", "edit", "above"),
    [
        (1, lambda prompt, *_: prompt.notes[:1], {True}),
        (-1, lambda prompt, *_: prompt.notes[:1], {False}),
        (1, lambda *_: None, set()),
    ],
)
def test_score_tell_which_of_two_results_scores_higher(corpora, monkeypatch, sign, edit, above):
    told = SimpleNamespace(viewpoints=None, preference=SimpleNamespace(score=lambda seen: sign * seen))
    monkeypatch.setattr(fitting, "ranker", lambda: SimpleNamespace(roles=dict.fromkeys(ROLES, told)))
    monkeypatch.setattr(fitting, "qualities", lambda *_: {})
    monkeypatch.setattr(fitting, "features", lambda shape, *_: len(shape.notes))
    monkeypatch.setattr(fitting, "EDITS", {"fewest": edit})
    found = dict(fitting.score_trials(corpora, "valid", "fewest", most=3))
    assert set(found) == {"melody", "chords", "bass", "drums"}
    assert {value for listed in found.values() for value in listed} == above
    assert all(len(listed) <= 3 for listed in found.values())


def test_the_shipped_score_is_tried_on_the_same_pairs_again(corpora):
    first, again = (dict(fitting.score_trials(corpora, "valid", most=2)) for _ in range(2))
    assert first == again
