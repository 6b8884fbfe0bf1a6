"""The device's menus and dials say what the models know, and stand where older sets look for them."""

import pytest

from max_for_live.controls import (
    AUTO,
    BARS,
    CHOOSY,
    CONTROLS,
    ENGINES,
    JAM_BARS,
    LONGEST_STYLES,
    MOODS,
    QUICK,
    ROLES,
    taken,
)
from models.engines.registry import FALLBACK
from models.generator import FLAGS
from models.jam.dials import BARS as TRADED
from models.mood.lexicon.lexicon import look_up
from models.music.clip import ROLES as KNOWN_ROLES
from models.tasks.table import MOST_STYLE, TABLE, TASKS
from tests.max_for_live.structure.validate import width_of


def test_the_menus_say_what_the_models_know() -> None:
    assert [control.name for control in CONTROLS if control.name in FLAGS] == list(FLAGS)
    assert ENGINES[0] == ROLES[0] == AUTO
    assert (FALLBACK, (0, *TRADED)) == (QUICK, JAM_BARS)
    assert ROLES[1:] == KNOWN_ROLES
    assert (BARS[0], BARS[-1]) == (0, TABLE["generate"].most_bars)
    assert all(len(style.encode()) <= MOST_STYLE for row in TABLE.values() for style in row.styles)


@pytest.mark.parametrize("mood", MOODS[1:])
def test_each_mood_is_a_word_of_the_lexicon(mood: str) -> None:
    found = look_up(mood)
    assert found
    assert (found[0].word, found[1]) == (mood, "")


def test_what_older_sets_have_stored_means_the_same() -> None:
    """Live stores places. These were the first menus."""
    assert TASKS[:4] == ("vary", "infill", "continue", "humanise")
    assert ENGINES[:7] == ("auto", "rules", "kin", "rnn", "lstm", "vae", "gan")
    titles = {control.title for control in CONTROLS}
    assert {
        "Task",
        "Engine",
        "Scale",
        "Context",
        "Seed",
        "Variations",
        "Temperature",
        "Similarity",
        "Port",
        *map(str.capitalize, FLAGS),
    } <= titles


def test_the_style_menu_has_a_place_for_every_style() -> None:
    assert all(len(row.styles) <= len(LONGEST_STYLES) for row in TABLE.values())


def test_the_longest_style_fits_the_menu() -> None:
    """The script fills the menu at run time, where the structure check can't see it."""
    menu = next(control for control in CONTROLS if control.name == "style")
    assert max(width_of(style) for row in TABLE.values() for style in row.styles) <= menu.rect[2] - 14


def test_every_choosy_control_is_on_the_face_and_taken_by_some_task() -> None:
    assert set(CHOOSY) <= {control.name for control in CONTROLS}
    assert {name for row in TABLE.values() for name in taken(row)} == set(CHOOSY)
