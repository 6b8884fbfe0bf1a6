"""The tasks of the panel: all of the house's, each with its words."""

import pytest

from gui.language.say import WORDS
from gui.state.wish import PARTS
from models.music.clip import ROLES
from models.tasks.table import TABLE, TASKS


def test_the_panel_offers_every_task():
    assert tuple(WORDS["tasks"]) == tuple(TABLE) == TASKS


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_words_and_a_verb(task):
    assert all(WORDS["tasks"][task][words] for words in ("words", "verb"))


def test_parts_are_roles():
    assert {role for parts in PARTS.values() for role in parts} == set(ROLES)
    assert {task: tuple(parts) for task, parts in PARTS.items()} == {
        task: row.parts for task, row in TABLE.items() if row.parts
    }
