"""A page's command: lines come whole, its end comes once, and it is ended politely, then for good."""

import sys
import textwrap

import pytest
from PyQt6.QtCore import QObject

from gui.alive import page
from gui.alive.page import Command


@pytest.fixture
def command(tmp_path, monkeypatch, qapp):
    """Makes a command that runs a script of the test's own in place of clipkin."""
    owner, made = QObject(), []

    def make(script):
        path = tmp_path / f"script{len(made)}.py"
        path.write_text("import sys, time\n" + textwrap.dedent(script), encoding="utf-8")
        monkeypatch.setattr(page, "COMMAND", (sys.executable, str(path), "serve"))
        made.append(Command(owner))
        made[-1].lines, made[-1].ends = [], []
        made[-1].line.connect(made[-1].lines.append)
        made[-1].ended.connect(lambda *end: made[-1].ends.append(end))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def test_lines_come_whole_and_words_are_handed_on(command, qtbot):
    one = command(
        """
        sys.stdout.write("first ha"); sys.stdout.flush(); time.sleep(0.05)
        print("lf 浪漫"); print(); print(*sys.argv[1:])
        """
    )
    with qtbot.waitSignal(one.ended, timeout=5000):
        one.start("jam", "--bars", "2")
    assert one.lines == ["first half 浪漫", "jam --bars 2"]
    assert one.ends == [(0, "")]
    assert not one.running


def test_what_went_wrong_is_its_last_sentence(command, qtbot):
    one = command(
        """
        print("a line of a library", file=sys.stderr)
        sys.exit("The clip has no notes; choose another.")
        """
    )
    with qtbot.waitSignal(one.ended, timeout=5000):
        one.start("practise")
    assert one.ends == [(1, "The clip has no notes; choose another.")]


def test_a_word_is_typed_and_stop_ends_it_politely(command, qtbot):
    one = command(
        """
        for line in sys.stdin:
            print("heard", line.strip(), flush=True)
            if line.strip() == "stop":
                print("every note is ended", flush=True)
                break
        """
    )
    one.type("lost, as nobody listens")
    one.start("jam")
    one.type("closer")
    qtbot.waitUntil(lambda: one.lines == ["heard closer"], timeout=5000)
    one.stop()
    assert one.lines[1:] == ["heard stop", "every note is ended"]
    assert not one.running


def test_another_start_ends_the_first(command, qtbot):
    one = command("print('here', sys.argv[1], flush=True); sys.stdin.read()")
    one.start("first")
    qtbot.waitUntil(lambda: one.lines == ["here first"], timeout=5000)
    one.start("second")
    qtbot.waitUntil(lambda: one.lines == ["here first", "here second"], timeout=5000)
    assert len(one.ends) == 1


def test_who_hears_nothing_is_ended_all_the_same(command, qtbot, monkeypatch):
    monkeypatch.setattr(page, "_PATIENCE_MS", 200)
    one = command(
        """
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("deaf", flush=True)
        time.sleep(60)
        """
    )
    one.start("jam")
    qtbot.waitUntil(lambda: one.lines == ["deaf"], timeout=5000)
    one.stop()
    assert not one.running
