"""The controls: each shows a value and changes one, by tables."""

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt

from gui.controls.fields import Dial, ScaleChoice
from gui.controls.form import Form
from gui.controls.task_choice import EngineMenu, first_half
from gui.state.panel_state import PanelState
from gui.state.values import Prompt, RunningRequest, ServerState
from gui.status.status_line import ProgressLine
from models.generator import FLAGS, Locks
from models.music.beats import Metre
from models.music.note import Note
from models.music.scale import SCALES


@pytest.mark.parametrize(
    ("control", "value", "word"),
    [
        ("similarity", 1.0, "the prompt itself"),
        ("similarity", 0.99, "nearly the same"),
        ("similarity", 0.9, "nearly the same"),
        ("similarity", 0.75, "near"),
        ("similarity", 0.7, "related"),
        ("similarity", 0.5, "a cousin"),
        ("similarity", 0.2, "far"),
        ("similarity", 0.19, "something else"),
        ("similarity", 0.0, "something else"),
        ("temperature", 0.1, "careful"),
        ("temperature", 0.5, "calm"),
        ("temperature", 0.9, "balanced"),
        ("temperature", 1.0, "balanced"),
        ("temperature", 1.2, "adventurous"),
        ("temperature", 2.0, "wild"),
    ],
)
def test_a_value_in_a_word(a_dial, control, value, word):
    dial = a_dial(control)
    dial.show_value(value)
    assert dial.word.text() == word


@pytest.fixture
def a_dial(qtbot):
    def make(control):
        qtbot.addWidget(dial := Dial(control))
        return dial

    return make


@pytest.fixture
def dial(a_dial):
    return a_dial("temperature")


@pytest.mark.parametrize(("steps", "value"), [(0, 0.10), (1, 0.15), (18, 1.0), (38, 2.0)])
def test_the_slider_moves_in_steps(dial, steps, value):
    moved = []
    dial.show_value(0.5)
    dial.moved.connect(moved.append)
    dial.slider.setValue(steps)
    assert moved == [pytest.approx(value)]
    assert dial.number.value() == pytest.approx(value)


def test_typing_moves_the_slider_and_reset_goes_back(dial):
    dial.number.setValue(2.0)
    assert dial.slider.value() == dial.slider.maximum()
    assert dial.reset.isEnabled()
    dial.reset.click()
    assert (dial.number.value(), dial.word.text(), dial.reset.isEnabled()) == (1.0, "balanced", False)


def test_the_slider_does_not_round_what_is_typed(dial):
    dial.number.setValue(1.02)
    assert dial.number.value() == pytest.approx(1.02)


def test_showing_a_value_moves_nothing(dial, qtbot):
    with qtbot.assertNotEmitted(dial.moved):
        dial.show_value(1.7)


def test_dials_have_their_ranges(a_dial):
    near, warm = a_dial("similarity").scale, a_dial("temperature").scale
    assert (near.low, near.high) == (0, 1)
    assert (warm.low, warm.high, warm.step, warm.at_first) == (0.1, 2.0, 0.05, 1.0)


@pytest.mark.parametrize(
    ("card", "task", "possible", "sentence"),
    [
        ({}, "vary", True, "Plays by rules."),
        ({}, "humanise", False, "Plays by rules. It doesn't know this task."),
        (
            {"available": 0, "reason": "Its weights are missing."},
            "vary",
            False,
            "Plays by rules. It can't be used now: Its weights are missing.",
        ),
    ],
)
def test_engine_menu(qtbot, a_card, card, task, possible, sentence):
    menu = EngineMenu()
    qtbot.addWidget(menu)
    menu.show_engines((a_card(**card),), task)
    assert menu.menu.model().item(1).isEnabled() == possible
    menu.show_engine("rules")
    assert (menu.card.text(), menu.menu.toolTip()) == (sentence, sentence)


def test_an_engine_that_is_gone_shows_as_automatic_until_it_is_back(qtbot, a_card):
    menu = EngineMenu()
    qtbot.addWidget(menu)
    menu.show_engine("kin")
    menu.show_engines((a_card(),), "vary")
    assert menu.menu.currentText() == "Automatic"
    menu.show_engines((a_card(), a_card("kin")), "vary")
    assert menu.menu.currentText() == "Any clip — kin"


def test_the_engines_follow_the_task(form, ready, a_card):
    ready.set_engines((a_card(tasks=("vary",)),))
    assert form.engine.menu.itemText(1) == "Any clip, at once — rules"
    ready.change(task="continue")
    assert form.engine.menu.itemText(1) == "Any clip, at once — rules (not now)"


@pytest.mark.parametrize("value", ["auto", "off", "A Minor", "F# Dorian", "C Major Pentatonic", "B Messiaen 7"])
def test_scale_choice(qtbot, value):
    choice = ScaleChoice()
    qtbot.addWidget(choice)
    choice.show_scale(value)
    assert choice.value == value


def test_every_scale_of_live_can_be_chosen(qtbot):
    choice = ScaleChoice()
    qtbot.addWidget(choice)
    assert [choice.kind.itemText(place) for place in range(choice.kind.count())] == list(SCALES)


@pytest.fixture
def form(qtbot, ready):
    form = Form(ready)
    qtbot.addWidget(form)
    form.show_more(True)
    form.show()
    return form


@pytest.mark.parametrize("flag", FLAGS)
def test_a_lock_is_pressed(form, ready, flag):
    button = form.locks.buttons[flag]
    button.click()
    assert ready.wish.locks == Locks(**{flag: True})
    assert button.text().startswith("✓")
    button.click()
    assert ready.wish.locks == Locks()


def test_a_lock_on_a_drum_lane_survives_the_buttons(form, ready):
    ready.change(locks=Locks(lanes=frozenset({38})))
    form.locks.buttons["rhythm"].click()
    assert ready.wish.locks == Locks(rhythm=True, lanes=frozenset({38}))


def give_drums(ready, a_clip):
    notes = [Note(pitch, onset * 0.5, 0.25) for onset, pitch in enumerate((36, 42, 38, 42, 77))]
    ready.set_prompt(Prompt(a_clip(5, role="drums").with_notes(notes), Path("beat.mid")))


def test_a_drum_clip_has_a_lock_for_each_drum(form, ready, a_clip):
    assert form.locks.lanes == {}
    give_drums(ready, a_clip)
    assert [button.text() for button in form.locks.lanes.values()] == ["Kick", "Snare", "Closed hat", "F4"]
    form.locks.lanes[38].click()
    form.locks.lanes[42].click()
    assert ready.wish.locks.names == ("lane:38", "lane:42")
    form.locks.lanes[38].click()
    assert ready.wish.locks.names == ("lane:42",)


@pytest.mark.parametrize(("task", "shown"), [("vary", True), ("drums", True), ("continue", False), ("voice", False)])
def test_drums_are_locked_where_it_matters(form, ready, a_clip, task, shown):
    give_drums(ready, a_clip)
    ready.change(task=task)
    assert form.locks.lanes[36].isVisible() == shown


def test_another_clip_takes_the_locks_of_drums_away(form, ready, a_clip):
    give_drums(ready, a_clip)
    ready.set_prompt(Prompt(a_clip(8), Path("lead.mid")))
    assert form.locks.lanes == {}
    assert form.locks.isVisible()


@pytest.mark.parametrize(
    ("control", "change", "field", "value"),
    [
        ("similarity", lambda form: form.similarity.number.setValue(0.3), "similarity", 0.3),
        ("temperature", lambda form: form.temperature.slider.setValue(38), "temperature", 2.0),
        ("density", lambda form: form.density.activated.emit(2), "density", "high"),
        ("count", lambda form: form.count.setValue(8), "count", 8),
        ("seed", lambda form: form.seed.number.setValue(77), "seed", 77),
        ("seed lock", lambda form: form.seed.lock.click(), "seed_locked", True),
        ("bars", lambda form: form.task.bars.setValue(2), "bars", 2),
        ("range", lambda form: form.range.switch.click(), "range", (48, 72)),
        ("polyphony", lambda form: form.polyphony.setValue(3), "polyphony", 3),
        ("region", lambda form: form.task.region.switch.click(), "region", (0.0, 8.0)),
    ],
)
def test_a_control_changes_the_wish_and_shows_it(form, ready, control, change, field, value):
    change(form)
    assert getattr(ready.wish, field) == pytest.approx(value)


@pytest.mark.parametrize(("start", "end", "region"), [(4.0, 8.0, (4.0, 8.0)), (9.0, 8.0, (9.0, 10.0))])
def test_a_region_is_typed(form, ready, start, end, region):
    form.task.region.switch.click()
    form.task.region.end.setValue(end)
    form.task.region.start.setValue(start)
    assert ready.wish.region == region


def test_a_task_that_no_engine_knows_can_not_be_chosen(form, ready, a_card):
    ready.set_engines((a_card(tasks=("vary", "humanise")), a_card("kin", tasks=("infill",), available=0)))
    menu = form.task.menu
    possible = {menu.itemData(place) for place in range(menu.count()) if menu.model().item(place).isEnabled()}
    assert possible == {"vary", "humanise", "voice", "harmonise", "reharmonise"}
    assert menu.itemText(menu.findData("infill")) == "Fill a region anew (not now)"
    hint = menu.itemData(menu.findData("infill"), Qt.ItemDataRole.ToolTipRole)
    assert hint.endswith("No engine that is there knows it.")


@pytest.mark.parametrize(
    ("box", "typed", "field", "value"),
    [
        (lambda form: form.similarity.number, "0.55", "similarity", 0.55),
        (lambda form: form.temperature.number, "1.25", "temperature", 1.25),
        (lambda form: form.count, "12", "count", 12),
        (lambda form: form.seed.number, "1234", "seed", 1234),
    ],
)
def test_a_number_is_typed_key_by_key(form, ready, qtbot, box, typed, field, value):
    box(form).selectAll()
    qtbot.keyClicks(box(form), typed)
    assert getattr(ready.wish, field) == pytest.approx(value)


def test_a_region_is_typed_key_by_key(form, ready, qtbot):
    form.task.region.switch.click()
    for box, typed in ((form.task.region.end, "12"), (form.task.region.start, "4.5")):
        box.selectAll()
        qtbot.keyClicks(box, typed)
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert ready.wish.region == (4.5, 12.0)


@pytest.mark.parametrize(
    ("length", "metre", "half"),
    [
        (16.0, Metre(), (0.0, 8.0)),
        (4.0, Metre(), (0.0, 4.0)),
        (2.0, Metre(), (0.0, 2.0)),
        (12.0, Metre(3, 4), (0.0, 6.0)),
    ],
)
def test_the_region_to_begin_with(a_clip, length, metre, half):
    assert first_half(a_clip(4, length=length, metre=metre)) == half


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda state: None, ""),
        (lambda state: state.set_work(RunningRequest(4)), "at work"),
        (lambda state: state.set_server(ServerState("lost")), ""),
        (lambda state: state.set_server(ServerState("failed")), "can't be started"),
        (lambda state: state.change(task="infill"), "region"),
        (lambda state: state.change(task="infill", region=(0.0, 1.0)), ""),
    ],
)
def test_the_button_says_why_it_can_not(qtbot, ready, change, reason):
    button = ProgressLine(ready)
    qtbot.addWidget(button)
    change(ready)
    # While it works it stays on: a button that is switched off loses the focus.
    assert button.start.isEnabled() == (not reason or ready.work is not None)
    assert reason in button.start.accessibleDescription()
    assert ready.why_not == button.start.accessibleDescription()


def test_without_a_clip_the_button_asks_for_one(qapp):
    assert "open a clip" in PanelState().why_not
