"""One panel for each user."""

import pytest

from gui.__main__ import SingleInstance


@pytest.fixture
def start(qapp, tmp_path):
    started = []

    def make(folder=tmp_path):
        started.append(SingleInstance(folder))
        return started[-1]

    yield make
    for instance in started:
        instance.close()


@pytest.mark.parametrize("path", ["", "/music/größer lead.mid"])
def test_the_second_raises_the_first(start, qtbot, path):
    first, second = start(), start()
    assert (first.first, second.first) == (True, False)
    with qtbot.waitSignal(first.raised, timeout=2000) as raised:
        assert second.raise_first(path)
    assert raised.args == [path]


def test_after_the_first_has_ended_another_is_first(start):
    start().close()
    assert start().first


def test_a_home_that_can_not_be_written_keeps_nobody_out(start, tmp_path):
    (tmp_path / "file").write_text("no folder")
    first, second = start(tmp_path / "file" / "below"), start(tmp_path / "file" / "below")
    assert (first.first, second.first) == (True, False)


def test_users_do_not_meet(start, tmp_path):
    assert start(tmp_path / "one").first
    assert start(tmp_path / "other").first


def test_a_first_that_does_not_answer_is_said(start):
    first, second = start(), start()
    first._server.close()
    assert not second.raise_first()
