"""Requests on a running server, asked by a stranger with a bare socket."""

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from bridge.messages.clip import Abort, Ack, Begin, Part, VariationReport
from bridge.messages.greeting import PROTOCOL, Card, EngineNames, EngineQuery, Hello, Ping, Pong, Welcome
from bridge.messages.request import Accepted, Cancel, Done, Fail, Progress, Query, Seen, Start, State
from bridge.server.protocol_handler import MOST_SESSIONS
from bridge.server.request_queue import MOST_WAITING
from bridge.server.session import Work
from bridge.server.worker import Worker
from bridge.translation.notes import to_wire
from models.music.errors import BadValue, EmptyClip, EngineUnavailable, Refused


def a_start(one, request=5, transfer=1, **changes):
    return replace(Start(one.session, request, transfer, "vary", "rules", "", "", 2, 1000, 700, 42, ()), **changes)


def take_variations(one, final=Done):
    """Acknowledge all that comes until the end; the reports of the variations, and the end."""
    reports, begins = {}, {}
    while True:
        message = one.listen(3)
        assert message is not None, "the server fell silent"
        if isinstance(message, Begin):
            begins[message.transfer] = message
            one.say(Ack(one.session, message.transfer, 0, 0, 0, 0))
        elif isinstance(message, VariationReport):
            reports[message.transfer] = message
            begin = begins[message.transfer]
            one.say(Ack(one.session, begin.transfer, begin.part_count, 0, 1, begin.checksum))
        elif isinstance(message, final):
            one.say(Seen(one.session, message.request))
            return reports, message


def test_a_request_is_accepted_at_once_and_ends_in_one_done(stranger, a_clip):
    one = stranger()
    one.send_clip(a_clip())
    one.say(a_start(one))
    assert one.hear(Accepted) == Accepted(one.session, 5, 0)
    reports, done = take_variations(one)
    assert (done.request, done.count, done.seed) == (5, 2, 42)
    assert {report.seed for report in reports.values()} == {42, 43}
    assert {(report.similarity, report.kept, report.notes) for report in reports.values()} == {(750, 3, 4)}
    assert one.silence(Done, 0.4)


def test_done_is_repeated_until_it_is_seen(stranger, a_clip):
    one = stranger()
    one.send_clip(a_clip())
    one.say(a_start(one, count=1))
    begin = one.hear(Begin)
    one.say(
        Ack(one.session, begin.transfer, 0, 0, 0, 0),
        Ack(one.session, begin.transfer, begin.part_count, 0, 1, begin.checksum),
    )
    assert one.hear(Done) == one.hear(Done)
    one.say(Seen(one.session, 5))
    one.say(Query(one.session, 5))
    one.hear(State)
    assert one.silence(Done, 0.5)


def test_a_repeated_start_begins_nothing_new(stranger, a_clip, studio):
    one = stranger()
    one.send_clip(a_clip())
    for _ in range(5):
        one.say(a_start(one))
    _, done = take_variations(one)
    one.say(a_start(one))
    assert one.hear(Done) == done
    assert len(studio.calls) == 1


def test_a_cancel_ends_in_499_and_the_work_stops(stranger, a_clip, studio):
    studio.gate.clear()
    one = stranger()
    one.send_clip(a_clip())
    one.say(a_start(one))
    one.hear(Accepted)
    while not studio.calls:
        time.sleep(0.001)
    one.say(Cancel(one.session, 5), Cancel(one.session, 5))
    fail = one.hear(Fail)
    assert (fail.request, fail.code) == (5, 499)
    one.say(Seen(one.session, 5))
    assert studio.stopped.wait(5)
    one.say(a_start(one))
    assert one.hear(Fail).code == 499


def test_a_cancelled_variation_on_its_way_is_aborted(stranger, a_clip):
    one = stranger()
    one.send_clip(a_clip())
    one.say(a_start(one, count=1))
    begin = one.hear(Begin)
    one.say(Cancel(one.session, 5))
    assert one.hear(Abort) == Abort(one.session, begin.transfer, 499)
    assert one.hear(Fail).code == 499


def test_progress_comes_and_the_state_says_that_it_is_at_work(stranger, a_clip, studio):
    studio.gate.clear()
    studio.progress_every_s = 0.005
    one = stranger()
    one.send_clip(a_clip())
    one.say(a_start(one))
    assert [(told.request, told.stage) for told in (one.hear(Progress), one.hear(Progress))] == [
        (5, "begun"),
        (5, "drawing"),
    ]
    one.say(Query(one.session, 5))
    assert one.hear(State).state == 2
    one.say(Cancel(one.session, 5))
    one.hear(Fail)


def test_progress_is_told_at_most_ten_times_a_second(a_clip):
    now = [0.0]

    def generate(request, engine, on_progress, cancelled):
        for now[0] in (step / 100 for step in range(101)):
            on_progress(now[0], "drawing")
        yield from ()

    told = []
    worker = Worker(SimpleNamespace(generate=generate), told.append, clock=lambda: now[0])
    start = Start(7, 5, 1, "vary", "rules", "", "", 2, 1000, 700, 42, ())
    worker.start()
    worker.put(Work(start, {1: to_wire(a_clip())}, 0.0))
    worker.stop()
    assert 9 <= len([event for event in told if isinstance(event.what, tuple)]) <= 11


@pytest.mark.parametrize(
    ("error", "code", "field"),
    [
        (BadValue("The count is wrong.", field="count"), 400, "count"),
        (Refused("Only drums can do that."), 400, ""),
        (EmptyClip("The clip has no notes."), 422, ""),
        (EngineUnavailable("The weights are missing."), 503, ""),
        (ZeroDivisionError("a mistake"), 500, ""),
    ],
)
def test_what_the_studio_raises_becomes_one_fail(stranger, a_clip, studio, error, code, field):
    studio.error = error
    one = stranger()
    one.send_clip(a_clip())
    one.say(a_start(one))
    fail = one.hear(Fail)
    assert (fail.request, fail.command, fail.code, fail.field) == (5, Start.ADDRESS, code, field)
    assert "mistake" not in fail.sentence or code == 500
    one.say(Ping(one.session, 1))
    one.hear(Pong)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"transfer": 2}, 404, "transfer"),
        ({"pairs": (("context", 9),)}, 404, "transfer"),
        ({"count": 65}, 400, "count"),
        ({"task": "paint"}, 400, "task"),
        ({"pairs": (("speed", 1),)}, 400, "pairs"),
    ],
)
def test_a_start_that_cannot_be_fails_by_name(stranger, a_clip, changes, code, field):
    one = stranger()
    one.send_clip(a_clip())
    one.say(a_start(one, **changes))
    fail = one.hear(Fail)
    assert (fail.request, fail.code, fail.field) == (5, code, field)
    assert "{}" in fail.sentence or not fail.numbers


def test_two_clients_with_the_same_ids_get_each_its_own(stranger, a_clip):
    one, other = stranger(), stranger()
    one.send_clip(a_clip(4))
    other.send_clip(a_clip(30))
    for request in range(1, 11):
        one.say(a_start(one, request))
        other.say(a_start(other, request))
        mine, my_done = take_variations(one)
        its, its_done = take_variations(other)
        assert {report.notes for report in mine.values()} == {4}
        assert {report.notes for report in its.values()} == {30}
        assert (my_done.session, its_done.session) == (one.session, other.session)


def test_a_session_number_in_use_is_refused_and_its_owner_keeps_it(stranger):
    owner = stranger()
    thief = stranger(session=owner.session, hello=False)
    thief.say(Hello(owner.session, PROTOCOL, thief.port, "thief", "1", ""))
    fail = thief.hear(Fail)
    assert (fail.request, fail.command, fail.code, fail.field) == (0, Hello.ADDRESS, 409, "session")
    owner.say(Ping(owner.session, 1))
    owner.hear(Pong)


@pytest.mark.parametrize(("protocol", "token", "code"), [(0, "", 406), (1, "", 406), (2, "guessed", 401)])
def test_a_hello_is_refused_with_its_reason(stranger, protocol, token, code):
    one = stranger(hello=False)
    one.say(Hello(one.session, protocol, one.port, "old", "1", token))
    assert one.hear(Fail).code == code


def test_the_right_token_and_a_newer_protocol_are_welcome(stranger, server):
    for spoken, answered in ((9, 3), (2, 2)):
        one = stranger(hello=False)
        one.say(Hello(one.session, spoken, one.port, "new", "1", server.port_file.token))
        assert one.hear(Welcome).protocol == answered


def test_nine_clients_are_one_too_many(stranger):
    for _ in range(MOST_SESSIONS):
        stranger()
    ninth = stranger(hello=False)
    ninth.say(Hello(ninth.session, PROTOCOL, ninth.port, "ninth", "1", ""))
    assert ninth.hear(Fail).code == 409


def test_more_waiting_requests_than_there_is_room_for_are_refused(stranger, a_clip, studio):
    studio.gate.clear()
    one = stranger()
    one.send_clip(a_clip())
    for request in range(1, MOST_WAITING + 3):
        one.say(a_start(one, request))
    assert [one.hear(Accepted).position for _ in range(MOST_WAITING + 1)] == list(range(MOST_WAITING + 1))
    assert one.hear(Fail).code == 409
    one.say(Ping(one.session, 3))
    assert one.hear(Pong).queue == MOST_WAITING + 1
    studio.gate.set()


def test_a_session_that_the_server_does_not_know_is_told_so(stranger):
    one = stranger(hello=False)
    one.say(Ping(one.session, 1))
    fail = one.hear(Fail)
    assert (fail.code, fail.field) == (404, "session")


def test_requests_that_are_not_known_have_state_0(stranger):
    one = stranger()
    one.say(Query(one.session, 3))
    assert one.hear(State) == State(one.session, 3, 0, 0)
    one.say(Cancel(one.session, 3))
    assert one.hear(State) == State(one.session, 3, 0, 0)


def test_the_engines_names_and_cards(stranger):
    one = stranger()
    one.say(EngineQuery(one.session))
    assert one.hear(EngineNames).names == ("rules", "kin")
    cards = [one.hear(Card), one.hear(Card)]
    assert (cards[0].tasks, cards[0].roles, cards[0].available) == (("vary", "infill"), ("melody", "drums"), 1)
    assert (cards[1].parameters, cards[1].available) == (2500, 0)
    assert "weights" in cards[1].reason


def test_parts_of_a_transfer_that_was_not_begun_are_dropped(stranger):
    one = stranger()
    one.say(Part(one.session, 3, 0, 1, (60, 0, 100, 100, 0, 1000, 0, 64)))
    assert one.silence(Ack)


def test_numbers_of_the_server_are_not_for_clients(stranger, a_clip):
    one = stranger()
    one.say(Begin(one.session, 2**23, 0, 0, 0, 0, 100, 1, 0, 120_000, 4, 4))
    assert one.hear(Abort).code == 404
