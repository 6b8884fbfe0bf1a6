"""What is said again, when, and how often: on a clock that the test turns."""

import pytest

from bridge.messages.greeting import Ping, Sync
from bridge.transfer.retransmission import MOST_TRIES, RetransmissionTimer, Unanswered


def test_pauses_grow_by_half_to_a_second_and_end_after_twelve_tries():
    timer, said = RetransmissionTimer(0.0), []
    while not timer.gave_up(timer.next_due):
        assert timer.due(timer.next_due)
        said.append(timer.next_due)
    pauses = [later - earlier for earlier, later in zip(said, said[1:], strict=False)]
    assert pauses[:5] == pytest.approx([0.15, 0.225, 0.3375, 0.50625, 0.759375])
    assert pauses[5:] == pytest.approx([1.0] * 6)
    assert len(said) == MOST_TRIES
    assert not timer.due(1e9)


def test_nothing_is_due_a_moment_too_early():
    timer = RetransmissionTimer(5.0)
    assert not timer.due(4.999)
    assert timer.due(5.0)
    assert not timer.due(5.099)
    assert timer.due(5.1)


def test_a_long_sleep_is_one_try_and_no_giving_up():
    timer = RetransmissionTimer(0.0)
    assert timer.due(3600.0)
    assert not timer.gave_up(3600.05)
    assert timer.next_due == 3600.1


def test_each_message_stands_under_its_key_until_it_is_answered():
    held: Unanswered[str] = Unanswered()
    assert held.next_due is None
    held.add("one", Ping(7, 1), 0.0)
    held.add("two", Sync(7, 2), 0.05)
    assert held.next_due == 0.0
    assert held.poll(0.0) == ([("one", Ping(7, 1))], [])
    held.add("one", Ping(7, 9), 0.01)  # another one in its place
    assert held.poll(0.06) == ([("one", Ping(7, 9)), ("two", Sync(7, 2))], [])
    held.answered("one")
    held.answered("nobody")
    assert held.poll(0.2) == ([("two", Sync(7, 2))], [])


def test_what_is_never_answered_is_given_up_once():
    held: Unanswered[str] = Unanswered()
    held.add("lost", Ping(7, 1), 0.0)
    gone, tries = [], 0
    while not gone:
        said, gone = held.poll(held.next_due)
        tries += len(said)
    assert (gone, tries, held.next_due) == (["lost"], MOST_TRIES, None)
    assert held.poll(1e9) == ([], [])
