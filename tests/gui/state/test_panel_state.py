"""The state: a setter emits when its value changes, and only then."""

from pathlib import Path

import pytest

from gui.state.panel_state import ECHO_S, LOG_LINES, PanelState
from gui.state.values import Prompt, RunningRequest, ServerState


@pytest.mark.parametrize(
    ("signal", "change"),
    [
        ("wish_changed", lambda state: state.change(temperature=1.5)),
        ("server_changed", lambda state: state.set_server(ServerState("online", 11800))),
        ("engines_changed", lambda state: state.set_engines(("rules",))),
        ("work_changed", lambda state: state.set_work(RunningRequest(4, began=0.0))),
        ("error_changed", lambda state: state.set_error("No.")),
    ],
)
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


@pytest.mark.parametrize(
    ("queue", "working", "seen"), [(0, False, False), (1, True, False), (1, False, True), (2, True, True)]
)
def test_requests_that_are_not_ours_are_the_device(state, queue, working, seen):
    state.set_work(RunningRequest(1) if working else None)
    state.set_server(ServerState("online", 11800, queue=queue))
    assert state.others.startswith("seen at work") == seen


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
