"""The words of the menus are words that the tasks understand."""

import pytest

from models.accompaniment.accompany import WORDS
from models.arrangement.plan import PLANS
from models.constraints.request_words import sort_words
from models.drums.request import known_words
from models.music.errors import Refused
from models.music.tasks import CLIPS_TAKEN, STYLES, TASK_SENTENCES, TASKS
from models.voicing.words import KNOWN


def test_every_task_has_its_sentence_and_its_words():
    assert set(TASK_SENTENCES) == set(TASKS) == set(STYLES)
    assert all(sentence.endswith(".") for sentence in TASK_SENTENCES.values())
    assert set(CLIPS_TAKEN) <= set(TASKS)


def test_menus_show_what_the_tasks_understand():
    for task in ("voice", "harmonise", "reharmonise"):
        assert set(STYLES[task]) == set(KNOWN) - {"keep"}
    assert set(STYLES["accompany"]) <= {word for words in WORDS.values() for word in words}
    assert set(STYLES["drums"]) <= set(known_words())
    assert STYLES["arrange"] == PLANS
    assert all(len(words) == len(set(words)) for words in STYLES.values())


def test_words_are_sorted_into_known_and_unknown():
    assert sort_words("Drop-2, HOUSE-STAB  9", ("drop2", "house-stab", "9"), "voice") == (
        ("drop2", "house-stab", "9"),
        "",
    )
    assert sort_words("", ("drop2",), "voice") == ((), "")
    words, remark = sort_words("drop2 drop2 shiny new", ("drop2",), "voice")
    assert words == ("drop2",)
    assert "shiny, new" in remark
    with pytest.raises(Refused, match="drop2"):
        sort_words("shiny", ("drop2",), "voice")
