"""The state: a setter emits when its value changes, and only then."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from gui.state.panel_state import ECHO_S, LOG_LINES, PanelState
from gui.state.values import Choice, Prompt, RunningRequest, ServerState


@pytest.mark.parametrize(
    ("signal", "change"),
    [
        ("wish_changed", lambda state: state.change(temperature=1.5)),
        ("server_changed", lambda state: state.set_server(ServerState("online", 11800))),
        ("engines_changed", lambda state: state.set_engines(("rules",))),
        ("work_changed", lambda state: state.set_work(RunningRequest(4, began=0.0))),
        ("errors_changed", lambda state: state.add_error("No.")),
        ("loading_changed", lambda state: state.set_loading("kin")),
    ],
)
def test_a_setter_emits_once(state, qtbot, signal, change):
    with qtbot.waitSignal(getattr(state, signal), timeout=100):
        change(state)
    with qtbot.assertNotEmitted(getattr(state, signal)):
        change(state)


def pressed(state, *results):
    made = state.add_round(state.order)
    for result in results:
        state.add_result(made, result)
    return made


def test_a_new_prompt_takes_the_region_away_and_no_round(ready, a_clip, a_result):
    ready.change(region=(0.0, 1.0))
    made = pressed(ready, a_result())
    old = ready.prompt
    ready.set_prompt(Prompt(a_clip(4), Path("other.mid")))
    assert (ready.wish.region, ready.rounds, ready.chosen) == (None, (made,), None)
    assert made.prompt is old


def test_every_press_adds_a_round(ready, a_result):
    first, second = pressed(ready, a_result(1)), pressed(ready, a_result(1), a_result(2))
    assert ready.rounds == (first, second)
    assert (first.number, second.number) == (1, 2)
    assert ready.chosen == Choice(2, 1)
    ready.choose(Choice(1, 1))
    assert ready.chosen_result is first.results[0]


def test_any_step_is_undone_and_done_again(ready, a_clip, a_result):
    other = Prompt(a_clip(4), Path("other.mid"))
    made = pressed(ready, a_result())
    ready.star(Choice(1, 1))
    ready.set_prompt(other)
    ready.change(similarity=0.2)
    undone = ("wish", "prompt", "second", "context", "rounds", "chosen", "stars")

    def standing():
        return SimpleNamespace(**{name: getattr(ready, name) for name in undone})

    steps = [standing()]
    for _ in range(4):
        ready.history.undo()
        steps.append(standing())
    assert [each.wish.similarity for each in steps] == [0.2, 0.7, 0.7, 0.7, 0.7]
    assert [each.prompt is other for each in steps] == [True, True, False, False, False]
    assert [bool(each.stars) for each in steps] == [True, True, True, False, False]
    assert [each.rounds for each in steps] == [(made,)] * 4 + [()]
    for wanted in reversed(steps[:-1]):
        ready.history.redo()
        assert standing() == wanted


def test_a_dial_that_is_dragged_is_one_step(ready):
    count = ready.history.count()
    for value in (0.6, 0.5, 0.4):
        ready.change(similarity=value)
    ready.change(temperature=1.5)
    ready.history.undo()
    ready.history.undo()
    assert (ready.wish.similarity, ready.history.count() - count) == (0.7, 2)


def test_a_look_at_another_result_outlasts_an_undo(ready, a_result):
    pressed(ready, a_result(1), a_result(2))
    ready.change(similarity=0.2)
    ready.choose(Choice(1, 2))
    ready.history.undo()
    assert ready.chosen == Choice(1, 2)


def test_results_that_come_to_a_round_that_was_undone_are_there_when_it_returns(ready, a_result):
    made = pressed(ready)
    ready.history.undo()
    ready.add_result(made, a_result())
    assert (ready.rounds, ready.chosen) == ((), None)
    ready.history.redo()
    assert len(ready.rounds[0].results) == 1
    assert pressed(ready).number == 2


@pytest.mark.parametrize(("task", "selected"), [("vary", {1, 2}), ("infill", {1, 2}), ("continue", None)])
def test_of_notes_that_are_selected_in_live_only_those_change(ready, task, selected):
    ready.set_prompt(replace(ready.prompt, selected=frozenset({1, 2})))
    ready.change(task=task)
    assert (ready.why_not, ready.order.request.selected) == ("", selected)


@pytest.mark.parametrize(
    ("wish", "card", "engine"),
    [
        ({}, {"name": "kin"}, "kin"),
        ({}, {"name": "kin", "available": 0}, "auto"),
        ({"engine": "rules"}, {"name": "kin"}, "rules"),
        ({"task": "voice"}, {"name": "kin"}, "auto"),
        ({"task": "arrange"}, {"name": "kin", "tasks": ("vary", "arrange")}, "kin"),
        ({"task": "continue"}, {"name": "kin", "tasks": ("vary",)}, "auto"),
    ],
)
def test_automatic_waits_for_the_first_choice(ready, a_card, wish, card, engine):
    ready.set_engines((a_card(**card), a_card("rules")))
    ready.change(**wish)
    assert ready.order.engine == engine


def test_errors_are_a_list(ready):
    for sentence in ("One.", "Two.", "One."):
        ready.add_error(sentence)
    assert ready.errors == ("Two.", "One.")
    ready.dismiss("Two.")
    assert ready.errors == ("One.",)
    ready.dismiss()
    assert ready.errors == ()


def test_the_log_keeps_the_last_lines(state):
    for number in range(LOG_LINES + 3):
        state.tell(f"line {number}")
    assert len(state.log) == LOG_LINES
    assert state.log[0].endswith("line 3")


def test_an_error_is_logged(state):
    state.add_error("The disk is full.")
    assert state.log[-1].endswith("Error: The disk is full.")


@pytest.mark.parametrize(
    ("queue", "working", "seen"), [(0, False, False), (1, True, False), (1, False, True), (2, True, True)]
)
def test_requests_that_are_not_ours_are_the_device(state, queue, working, seen):
    state.set_work(RunningRequest(1) if working else None)
    state.set_server(ServerState("online", 11800, queue=queue))
    assert bool(state.others) == seen


@pytest.mark.parametrize(("later_s", "seen"), [(0.0, False), (ECHO_S / 2, False), (ECHO_S * 2, True)])
def test_the_echo_of_our_own_request_is_not_the_device(qapp, later_s, seen):
    now = [100.0]
    state = PanelState(clock=lambda: now[0])
    state.set_work(RunningRequest(1))
    state.set_server(ServerState("online", 11800, queue=1, engine="rules"))
    state.set_work(None)
    assert (state.server.queue, state.server.engine) == (0, "")
    now[0] += later_s
    state.set_server(ServerState("online", 11800, queue=1, engine="rules"))
    assert bool(state.others) == seen
    assert state.server.engine == ("rules" if seen else "")


def test_of_two_requests_of_our_own_the_one_that_ended_is_not_the_device(state):
    state.set_loading("kin")
    state.set_work(RunningRequest(1))
    state.set_server(ServerState("online", 11800, queue=2, engine="kin"))
    state.set_work(None)
    state.set_server(ServerState("online", 11801, queue=2, engine="kin"))
    state.set_loading("")
    state.set_server(ServerState("online", 11800, queue=2, engine="kin"))
    assert (state.others, state.server.queue) == ("", 0)
    state.set_server(ServerState("online", 11800, queue=3))
    assert state.others


# ---- context


def given(a_clip, *names):
    return tuple(Prompt(a_clip(4), Path(f"{name}.mid")) for name in names)


def test_no_more_context_than_the_wire_carries(ready, a_clip):
    ready.set_context(given(a_clip, *range(11)))
    assert [clip.label for clip in ready.context] == [str(number) for number in range(8)]


def song_file(a_clip):
    clips = (a_clip(8, name="Lead"), a_clip(5, role="drums"), a_clip(6))
    return Prompt(clips[0], Path("song.mid"), "", ("1 · Lead", "2 · drums", "track 3"), 0, clips[1:])


@pytest.mark.parametrize(
    ("task", "put", "playing"),
    [
        ("vary", (), []),
        ("vary", ("bass",), ["bass"]),
        ("arrange", (), ["drums", "track 3"]),
        ("arrange", ("bass",), ["bass"]),
        ("accompany", (), ["drums", "track 3"]),
        ("voice", ("bass",), []),
    ],
)
def test_what_plays_at_the_same_time(ready, a_clip, task, put, playing):
    ready.set_prompt(song_file(a_clip))
    ready.set_context(given(a_clip, *put))
    ready.change(task=task)
    assert [clip.name for clip in ready.playing] == playing
    assert ready.order.request.context == tuple(clip.clip for clip in ready.playing)


@pytest.mark.parametrize(
    ("task", "engine", "stem", "tracks"),
    [
        ("vary", "kin", "song", ("Lead", "a", "a 3")),
        ("arrange", "kin", "song", ("Lead", "a", "a 3")),
        ("harmonise", "auto", "song", ("Lead",)),
        ("accompany", "kin", "song bass", ("Lead", "a", "a 3")),
        ("generate", "kin", "a melody", ("a", "a 2")),
    ],
)
def test_what_is_sent(ready, a_clip, task, engine, stem, tracks):
    ready.set_prompt(song_file(a_clip))
    ready.set_context(given(a_clip, "a", "a"))
    ready.change(task=task, engine="kin")
    order = ready.order
    assert (order.engine, order.stem, order.tracks) == (engine, stem, tracks)


def test_the_other_tracks_of_a_file_know_where_they_are_from(a_clip):
    prompt = song_file(a_clip)
    assert [(clip.track, clip.label, len(clip.clip.notes)) for clip in prompt.siblings] == [
        (1, "song · 2 · drums", 5),
        (2, "song · track 3", 6),
    ]


def test_an_engine_that_was_loaded_is_no_device_in_what_the_server_said_before(state):
    state.set_loading("kin")
    state.set_server(ServerState("online", 11800, queue=1, engine="kin"))
    state.set_loading("")
    assert (state.server.queue, state.server.engine, state.others) == (0, "", "")
