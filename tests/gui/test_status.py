"""Status, progress, log and reports: values and the words that stand for them."""

import sys
import threading

import pytest

from gui.state.values import Order, RunningRequest, ServerState
from gui.status.reports import CrashReport, LogView, diagnostics
from gui.status.status_line import (
    ErrorList,
    ProgressLine,
    StatusLine,
    device_words,
    duration,
    engine_words,
    progress_words,
    server_words,
)
from models.generator import Request


@pytest.mark.parametrize(
    ("server", "light", "words"),
    [
        (ServerState(), "busy", "looking for it"),
        (ServerState("starting"), "busy", "starting"),
        (ServerState("online", 11801), "good", "running on port 11801"),
        (ServerState("lost"), "bad", "gone; it is started again"),
        (ServerState("failed", sentence="Port 11800 can't be used."), "bad", "can't be started"),
    ],
)
def test_server(server, light, words):
    assert server_words(server) == (light, words)


@pytest.mark.parametrize(
    ("server", "available", "light", "words"),
    [
        (ServerState("online", 1), 1, "good", "rules ready"),
        (ServerState("online", 1), 0, "bad", "none can be used"),
        (ServerState("online", 1, engine="kin"), 1, "busy", "kin at work"),
        (ServerState("lost"), 1, "quiet", "not known"),
        (ServerState("online", 1), None, "busy", "asking for the list"),
    ],
)
def test_engine(state, a_card, server, available, light, words):
    state.set_engines(() if available is None else (a_card(available=available),))
    state.set_server(server)
    assert engine_words(state) == (light, words)


def test_many_engines_are_counted(state, a_card):
    state.set_engines(tuple(a_card(name) for name in ("gan", "kin", "rules", "vae")))
    state.set_server(ServerState("online", 1))
    assert engine_words(state) == ("good", "4 ready")


@pytest.mark.parametrize(
    ("server", "light", "words"),
    [
        (ServerState("searching"), "quiet", "not known"),
        (ServerState("online", 1), "quiet", "not seen yet"),
        (ServerState("online", 1, queue=1), "busy", "at work"),
    ],
)
def test_device(state, server, light, words):
    state.set_server(server)
    assert device_words(state) == (light, words)


def test_the_device_was_seen(state):
    state.set_server(ServerState("online", 1, queue=1))
    state.set_server(ServerState("online", 1))
    light, words = device_words(state)
    assert light == "good"
    assert words.startswith("seen at work at ")


def test_an_engine_that_is_being_loaded_is_said_and_is_no_device(state, qtbot):
    state.set_loading("kin")
    state.set_server(ServerState("online", 1, queue=1))
    assert (state.others, engine_words(state)[1]) == ("", "kin is being loaded")
    line = ProgressLine(state)
    qtbot.addWidget(line)
    state.set_work(RunningRequest(4))
    assert line.words.text() == "Waiting for kin to be loaded."
    state.set_server(ServerState("starting"))
    assert line.words.text() == "Waiting for the server."


@pytest.fixture
def line(qtbot, state):
    line = StatusLine(state)
    qtbot.addWidget(line)
    line.show()
    return line


def test_the_line_follows_the_state(line, state):
    state.set_server(ServerState("online", 11800))
    assert line.server.text == "Server: running on port 11800"
    assert not line.start.isVisible()
    state.set_server(ServerState("failed"))
    assert line.start.isVisible()


def test_errors_stay_until_dismissed_and_nothing_jumps(qtbot, state):
    errors = ErrorList(state)
    qtbot.addWidget(errors)
    errors.show()
    height = errors.sizeHint().height()
    state.add_error("The disk is full.")
    assert (errors.words.text(), errors.every.isVisible()) == ("⚠ The disk is full.", False)
    state.add_error("No notes.")
    assert (errors.words.text(), errors.every.text(), errors.every.isVisible()) == ("⚠ No notes.", "All (2)", True)
    assert errors.sizeHint().height() == height
    errors.dismiss.click()
    assert (errors.words.text(), state.errors) == ("", ())


@pytest.mark.parametrize(
    ("share", "stage", "come", "elapsed_s", "words"),
    [
        (None, "", 0, 9.0, "0 of 4 here"),
        (0.0, "reading", 0, 9.0, "0 of 4 here · reading"),
        (0.25, "drawing", 1, 1.0, "1 of 4 here · drawing · about 3 s left"),
        (0.25, "drawing", 1, 0.9, "1 of 4 here · drawing"),
        (0.9, "", 3, 2.0, "3 of 4 here · nearly done"),
        (0.1, "", 0, 60.0, "0 of 4 here · about 9 min left"),
    ],
)
def test_progress_in_words(share, stage, come, elapsed_s, words):
    assert progress_words(RunningRequest(4, share, stage), come, elapsed_s) == words


@pytest.mark.parametrize(("seconds", "words"), [(3.2, "3 s"), (99.4, "99 s"), (120, "2 min")])
def test_duration(seconds, words):
    assert duration(seconds) == words


def test_progress_is_open_until_the_first_report(qtbot, state, a_result):
    line = ProgressLine(state)
    qtbot.addWidget(line)
    line.show()
    height = line.sizeHint().height()
    assert not line.bar.isVisible()
    made = state.add_round(Order(Request(task="generate"), "rules", ""))
    state.set_work(RunningRequest(4))
    assert (line.bar.isVisible(), line.bar.maximum()) == (True, 0)
    state.set_work(RunningRequest(4, 0.5, "drawing"))
    assert (line.bar.maximum(), line.bar.value()) == (1000, 500)
    state.set_server(ServerState("online", 1))
    state.add_result(made, a_result())
    assert line.words.text().startswith("1 of 4")
    assert line.sizeHint().height() == height
    assert line.cancel.isVisible()
    state.set_work(None)
    assert not line.bar.isVisible()
    assert line.words.text() == state.why_not == "First open a clip, or drop one in."


def test_the_log_shows_what_was_told_before_and_after(qtbot, state):
    state.tell("The server answers.")
    log = LogView(state)
    qtbot.addWidget(log)
    state.tell("Opened lead.mid.")
    told = [text.split("  ")[1] for text in log.lines.toPlainText().split("\n")]
    assert told == ["The server answers.", "Opened lead.mid."]


def test_diagnostics_hold_what_a_helper_asks_for(ready):
    ready.add_error("The disk is full.")
    report = diagnostics(ready, "Traceback: deep")
    for expected in (
        "Python",
        "Qt 6",
        "running on port 11800",
        "rules (can be used)",
        "temperature 1.0",
        "Last errors: The disk is full.",
        "Traceback: deep",
        "Error: The disk is full.",
    ):
        assert expected in report


@pytest.fixture
def crash_report(qtbot):
    hooks = sys.excepthook, threading.excepthook
    told = []
    report = CrashReport(lambda trace: f"REPORT\n{trace}", told.append)
    report.take_over()
    report.told = told
    yield report
    sys.excepthook, threading.excepthook = hooks
    if report.dialog is not None:
        report.dialog.close()


def fail():
    raise ZeroDivisionError("by nought")


def test_a_mistake_is_shown_with_its_report(crash_report, qtbot, qapp, capsys):
    try:
        fail()
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert crash_report.dialog.isVisible()
    crash_report.dialog.copy.click()
    assert qapp.clipboard().text().startswith("REPORT\nTraceback")
    assert crash_report.told == ["Mistake in the panel: ZeroDivisionError: by nought"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_mistake_on_another_thread_is_shown_on_the_window_s(crash_report, qtbot, capsys):
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: crash_report.dialog is not None, timeout=2000)
    assert "by nought" in crash_report.told[0]
