"""The score: viewpoints that can be counted by hand, weights that are read whole or refused."""

import json
from dataclasses import replace

import numpy as np
import pytest

from models.analysis.arrays import NoteArrays
from models.evaluation.features import FEATURES, NEVER_BETTER, NEVER_WORSE, features, qualities
from models.evaluation.ranking import WEIGHTS, Ranker, ranker
from models.evaluation.shape import Ground, Shape
from models.evaluation.viewpoints import DRUMS, PITCHED, SIZES, Viewpoints, counted, symbols_of
from models.music.clip import Clip
from models.music.errors import EngineUnavailable
from tests.strategies import a_beat, a_clip, a_note, a_tune


def ground_of(clip: Clip) -> Ground:
    return Ground.of_clip(clip, clip.role or "melody")


def viewpoints_of(clip: Clip) -> Viewpoints:
    """What a clip does, counted a hundred times."""
    ground = ground_of(clip)
    symbols = symbols_of(Shape.of(ground.notes, ground), ground)
    return Viewpoints.of_counts(counted([symbols] * 100, DRUMS if clip.drums else PITCHED))


def surprise(clip: Clip, viewpoints: Viewpoints) -> dict[str, float]:
    ground = ground_of(clip)
    return viewpoints.surprisal(symbols_of(Shape.of(ground.notes, ground), ground))


def score(result: Clip, prompt: Clip) -> float:
    ground = ground_of(prompt)
    shape = Shape.of(ground.notes, ground)
    judge = ranker()
    return judge.score(Shape.of(NoteArrays.of(result.notes), ground), shape, judge.qualities(shape, ground), ground)


def test_a_scale_surprises_who_knows_only_scales_less_than_leaps_do():
    scale = a_clip(*(a_note(60 + step, float(step)) for step in (0, 2, 4, 5, 7, 9, 11, 12)), role="melody")
    leaping = scale.with_notes(
        replace(note, pitch=note.pitch + 11 * (place % 2)) for place, note in enumerate(scale.notes)
    )
    viewpoints = viewpoints_of(scale)
    assert surprise(scale, viewpoints)["interval"] < surprise(leaping, viewpoints)["interval"]
    assert surprise(scale, viewpoints)["gap"] == surprise(leaping, viewpoints)["gap"]
    assert surprise(scale, viewpoints)["interval"] <= surprise(scale, viewpoints)["worst interval"]


@pytest.mark.parametrize("clip", [a_tune(), a_beat()], ids=["melody", "drums"])
def test_viewpoints_are_probabilities_and_come_back_as_stored(clip):
    viewpoints = viewpoints_of(clip)
    for name, table in viewpoints.tables.items():
        assert table.shape == SIZES[name]
        assert np.exp(table).sum(axis=1) == pytest.approx(1)
    again = Viewpoints.of_numbers(json.loads(json.dumps(viewpoints.as_numbers())))
    assert all(np.abs(again.tables[name] - table).max() <= 0.05 + 1e-9 for name, table in viewpoints.tables.items())


def test_a_clip_of_one_note_has_qualities():
    clip = a_clip(a_note())
    ground = ground_of(clip)
    assert all(
        np.isfinite(value)
        for value in qualities(Shape.of(ground.notes, ground), ground, viewpoints_of(a_tune())).values()
    )


@pytest.mark.parametrize("clip", [a_tune(), a_beat()], ids=["melody", "drums"])
def test_the_prompt_itself_differs_in_nothing(clip):
    ground, viewpoints = ground_of(clip), viewpoints_of(clip)
    shape = Shape.of(ground.notes, ground)
    names = FEATURES["drums" if clip.drums else "pitched"]
    seen = dict(
        zip(names, features(shape, shape, qualities(shape, ground, viewpoints), ground, viewpoints), strict=True)
    )
    assert all(value == 0 for name, value in seen.items() if not name.startswith("pair"))
    assert seen["pair groove"] == pytest.approx(1)
    assert seen["pair motifs"] == 1


def test_the_shipped_weights_have_the_signs_they_must_have():
    for role, of_role in ranker().roles.items():
        learned = of_role.preference
        names = FEATURES["drums" if role == "drums" else "pitched"]
        weights = dict(zip(names, learned.weights, strict=True))
        assert all(weights.get(name, 0) <= 0 for name in NEVER_BETTER)
        assert all(weights.get(name, 0) >= 0 for name in NEVER_WORSE)
        assert np.abs(learned.weights).max() > 0


def test_nothing_speaks_for_a_variation_without_end():
    for role, of_role in ranker().roles.items():
        learned = of_role.preference
        names = FEATURES["drums" if role == "drums" else "pitched"]
        endless = (learned.weights > 0) & np.isinf(learned.ceilings)
        assert all(name.startswith("pair") for name, free in zip(names, endless, strict=True) if free)


def test_a_wrong_note_at_an_odd_place_costs():
    prompt = a_tune()
    sensible = prompt.with_notes(
        replace(note, pitch=76) if place == 5 else note for place, note in enumerate(prompt.notes)
    )
    odd = prompt.with_notes(
        replace(note, pitch=85, onset=note.onset + 0.21) if place in (5, 12) else note
        for place, note in enumerate(prompt.notes)
    )
    assert score(odd, prompt) < score(sensible, prompt)


def test_the_shipped_figures_reach_what_was_promised():
    figures = json.loads(WEIGHTS.read_text(encoding="utf-8"))["figures"]
    over_random = [value for name, value in figures.items() if name.endswith("_over_random")]
    assert len(over_random) == 4
    assert min(over_random) >= 0.85


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"config": {}}', '{"config": {"melody": {"weights": {}}}}'])
def test_damaged_weights_say_so(tmp_path, text):
    path = tmp_path / "ranking.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EngineUnavailable, match="damaged"):
        ranker(path)


def test_missing_weights_say_so(tmp_path):
    with pytest.raises(EngineUnavailable, match="missing"):
        ranker(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("weights", {"more leaps": float("nan")}),
        ("ceilings", {"more leaps": float("nan")}),
        ("viewpoints", {"gap": ["1 2 3"]}),
        ("viewpoints", {}),
        ("bias", None),
    ],
)
def test_a_role_that_was_tampered_with_is_refused(part, value):
    card = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    card["config"]["melody"][part] = value
    with pytest.raises((ValueError, TypeError)):
        Ranker.of_card(card)
