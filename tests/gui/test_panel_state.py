"""The state: a setter emits when its value changes, and only then."""

from pathlib import Path

import pytest

from gui.panel_state import ECHO_S, LOG_LINES, PanelState, Prompt, Server, Work


@pytest.mark.parametrize(("signal", "change"), [
    ("wish_changed", lambda state: state.change(temperature=1.5)),
    ("server_changed", lambda state: state.set_server(Server("online", 11800))),
    ("engines_changed", lambda state: state.set_engines(("rules",))),
    ("work_changed", lambda state: state.set_work(Work(4, began=0.0))),
    ("error_changed", lambda state: state.set_error("No.")),
])
def test_a_setter_emits_once(state, qtbot, signal, change):
    with qtbot.waitSignal(getattr(state, signal), timeout=100):
        change(state)
    with qtbot.assertNotEmitted(getattr(state, signal)):
        change(state)


def test_a_new_prompt_takes_region_and_results_away(ready, a_clip, a_result):
    ready.change(region=(0.0, 1.0))
    ready.add_result(a_result())
    ready.set_prompt(Prompt(a_clip(4), Path("other.mid")))
    assert (ready.wish.region, ready.results) == (None, [])


def test_the_log_keeps_the_last_lines(state):
    for number in range(LOG_LINES + 3):
        state.tell(f"line {number}")
    assert len(state.log) == LOG_LINES
    assert state.log[0].endswith("line 3")


def test_an_error_is_logged(state):
    state.set_error("The disk is full.")
    assert state.log[-1].endswith("Error: The disk is full.")


@pytest.mark.parametrize(("queue", "working", "seen"), [(0, False, False), (1, True, False), (1, False, True),
                                                         (2, True, True)])
def test_requests_that_are_not_ours_are_the_device(state, queue, working, seen):
    state.set_work(Work(1) if working else None)
    state.set_server(Server("online", 11800, queue=queue))
    assert state.others.startswith("seen at work") == seen


@pytest.mark.parametrize(("later_s", "seen"), [(0.0, False), (ECHO_S / 2, False), (ECHO_S * 2, True)])
def test_the_echo_of_our_own_request_is_not_the_device(qapp, later_s, seen):
    now = [100.0]
    state = PanelState(clock=lambda: now[0])
    state.set_work(Work(1))
    state.set_server(Server("online", 11800, queue=1, engine="rules"))
    state.set_work(None)
    assert (state.server.queue, state.server.engine) == (0, "")
    now[0] += later_s
    state.set_server(Server("online", 11800, queue=1, engine="rules"))
    assert bool(state.others) == seen
    assert state.server.engine == ("rules" if seen else "")
