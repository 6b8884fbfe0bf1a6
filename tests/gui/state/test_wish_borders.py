"""What a settings file or a preset may hold: each value at its borders, and one beyond them, for every control."""

import pytest

from gui.state.wish import LONGEST_CHORDS, PARTS, Wish
from models.generator import DENSITIES, FLAGS, Locks
from models.music.clip import ROLES
from models.tasks.table import BOUNDS, MOST_MOOD, MOST_STYLE, TABLE, TASKS

FIRST = Wish()
NUMBERS = {name: BOUNDS[name] for name in ("similarity", "temperature", "count", "seed")}
NUMBERS["polyphony"] = (0, BOUNDS["polyphony"][1])


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_taken_up_to_its_borders(name):
    low, high = NUMBERS[name]
    for value in (low, high):
        assert getattr(Wish.from_json({name: value}), name) == value
    for value in (low - 1, high + 1, "5", None, True, [low], float("nan")):
        assert getattr(Wish.from_json({name: value}), name) == getattr(FIRST, name)


@pytest.mark.parametrize(("name", "most"), [("mood", MOST_MOOD), ("chords", LONGEST_CHORDS)])
def test_words_are_taken_as_long_as_the_wire_carries_them(name, most):
    assert getattr(Wish.from_json({name: "x" * most}), name) == "x" * most
    chinese = "浪" * (most // 3 + 1)  # three bytes each
    for words in ("x" * (most + 1), chinese, 5, None):
        assert getattr(Wish.from_json({name: words}), name) == ""


@pytest.mark.parametrize("task", TASKS)
def test_styles_parts_and_lengths_are_those_of_their_task(task):
    row = TABLE[task]
    most = max(each.most_bars for each in TABLE.values())
    said = {"task": task, "styles": {task: "x" * MOST_STYLE}, "lengths": {task: most}}
    wish = Wish.from_json(said)
    assert (wish.task, wish.style, wish.bars) == (task, "x" * MOST_STYLE, most)
    wrong = Wish.from_json({"task": task, "styles": {task: "x" * (MOST_STYLE + 1)}, "lengths": {task: most + 1}})
    assert (wrong.style, wrong.bars) == ("", 0)
    for role in ROLES:
        found = Wish.from_json({"task": task, "parts": {task: role}}).part
        assert found == (role if task in PARTS else None)
    assert Wish.from_json({"task": task, "parts": {task: "tuba"}}).part == (row.parts[0] if row.parts else None)


@pytest.mark.parametrize("value", [[60, 60], [0, 127], (48, 72)])
def test_a_range_of_pitches_is_taken(value):
    assert Wish.from_json({"range": value}).range == tuple(value)


@pytest.mark.parametrize("value", [[61, 60], [-1, 60], [0, 128], [1], [1, 2, 3], "low", 5, [1.5, 60], [True, 60]])
def test_what_is_no_range_means_none(value):
    assert Wish.from_json({"range": value}).range is None


@pytest.mark.parametrize("scale", ["auto", "off", "A Minor", "F# Dorian"])
def test_scales_and_words_for_them(scale):
    assert Wish.from_json({"scale": scale}).scale == scale
    for wrong in ("H minor", "", 5, ["A Minor"]):
        assert Wish.from_json({"scale": wrong}).scale == "auto"


def test_locks_densities_and_switches():
    for flag in FLAGS:
        assert Wish.from_json({"locks": flag}).locks == Locks(**{flag: True})
    assert Wish.from_json({"locks": "lane:38,lane:42"}).locks == Locks(lanes=frozenset({38, 42}))
    for wrong in ("everything", 5, None, "lane:200"):
        assert Wish.from_json({"locks": wrong}).locks == Locks()
    for density in DENSITIES:
        assert Wish.from_json({"density": density}).density == density
    assert Wish.from_json({"density": "some"}).density == "same"
    assert Wish.from_json({"seed_locked": True}).seed_locked
    assert not Wish.from_json({"seed_locked": 1}).seed_locked


@pytest.mark.parametrize("values", [{}, {"task": "sing"}, {"colour": 5}, {"styles": 5, "parts": [], "lengths": "x"}])
def test_nonsense_is_the_first_wish(values):
    assert Wish.from_json(values) == FIRST


@pytest.mark.parametrize("task", TASKS)
def test_every_wish_survives_its_file(task):
    wish = Wish(task, "kin", 0.0, 2.0, "high", 64, Locks(rhythm=True, lanes=frozenset({36})), "off", mood="暗一点")
    wish = wish.but(style="a b", bars=3, seed=2**24 - 1, seed_locked=True, chords="N.C. | C", range=(0, 0), polyphony=1)
    assert Wish.from_json(wish.to_json()) == wish
