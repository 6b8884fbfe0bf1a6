"""The tasks of the panel: all of the house's, each with its words, and only the controls that matter."""

import pytest

from gui.state.tasks import PARTS, SHEETS, needs_prompt, styles_of, takes, takes_prompt, takes_second
from models.generator import FLAGS
from models.music.clip import ROLES
from models.music.tasks import STYLES, TASK_SENTENCES, TASKS


def test_the_panel_offers_every_task():
    assert tuple(SHEETS) == TASKS


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_words_a_verb_and_a_sentence(task):
    assert SHEETS[task].words
    assert SHEETS[task].verb.count("&") == 1
    assert TASK_SENTENCES[task].endswith(".")
    assert set(SHEETS[task].locks) <= set(FLAGS)
    assert styles_of(task) == STYLES[task]


def test_parts_are_roles():
    assert {role for parts in PARTS.values() for role in parts} == set(ROLES)
    assert set(PARTS) == {task for task in TASKS if takes(task, "part")}


@pytest.mark.parametrize(
    ("task", "needs", "takes_one", "second"),
    [
        ("vary", True, True, False),
        ("morph", True, True, True),
        ("generate", False, False, False),
        ("accompany", False, True, False),
        ("arrange", True, True, False),
    ],
)
def test_the_clips_of_a_task(task, needs, takes_one, second):
    assert (needs_prompt(task), takes_prompt(task), takes_second(task)) == (needs, takes_one, second)
