"""The server's side of the protocol on a clock that the test turns: no sockets, no threads."""

from itertools import pairwise

import pytest

from bridge.messages.clip import Abort, Ack
from bridge.messages.greeting import PROTOCOL, Hello, Ping, Pong
from bridge.messages.message import Message
from bridge.messages.request import Accepted, Cancel, Fail, Progress, Start
from bridge.messages.table import MESSAGES, decode, unpack
from bridge.server.protocol_handler import ProtocolHandler
from bridge.server.worker import Event
from bridge.transfer.parts import split
from bridge.translation.notes import to_wire

SERVER, CLIENT, ME = 5000, 6000, 7


class Clocked:
    """A protocol handler with one client and nobody who works; ``works`` are those handed over."""

    def __init__(self, studio):
        self.works, self.now = [], 0.0
        self.handler = ProtocolHandler(studio, self.works.append, port=SERVER, epoch=3, token="", version="1")
        self.take(Hello(ME, PROTOCOL, CLIENT, "test", "1", ""))

    def take(self, *messages, source=CLIENT):
        """What is answered, with the ports that it goes to."""
        for message in messages:
            known = isinstance(message, Message)
            address, arguments = (message.ADDRESS, message.to_osc()) if known else message
            self.handler.take(address, arguments, source, self.now)
        return self.said()

    def said(self):
        self.handler.poll(self.now)
        out, self.handler.out = self.handler.out, []
        return [(unpack(*decode(datagram)), port) for datagram, port in out]

    def start(self, clip, *requests):
        begin, parts = split(to_wire(clip), ME, 1)
        starts = [Start(ME, number, 1, "vary", "rules", "", "", 2, 1000, 700, 42, ()) for number in requests]
        return self.take(begin, *parts, *starts)


@pytest.fixture
def clocked(studio):
    return Clocked(studio)


def only(kind, said):
    return [message for message, _ in said if isinstance(message, kind)]


def test_a_client_that_dies_frees_the_worker_after_three_heartbeats(clocked, a_clip):
    clocked.start(a_clip(), 1, 2)
    clocked.now = 5.9
    clocked.said()
    assert not any(work.stop.is_set() for work in clocked.works)
    clocked.now = 6.1
    assert {fail.code for fail in only(Fail, clocked.said())} == {408}
    assert all(work.stop.is_set() for work in clocked.works)


def test_a_client_that_pings_keeps_its_requests(clocked, a_clip):
    clocked.start(a_clip(), 1)
    for clocked.now in range(2, 40, 2):
        assert only(Pong, clocked.take(Ping(ME, 1)))
    assert not clocked.works[0].stop.is_set()


def test_a_request_whose_engine_says_nothing_is_heard_of_at_least_each_second(clocked, a_clip):
    clocked.start(a_clip(), 1)
    clocked.handler.requests.take_event(Event(clocked.works[0], (0, "begun")), clocked.now)
    heard = [clocked.now] * len(only(Progress, clocked.said()))
    while clocked.now < 5.5:
        clocked.now = clocked.handler.next_due(clocked.now)  # no sooner, and nothing else happens
        heard += [clocked.now] * len(only(Progress, clocked.said()))
    assert len(heard) >= 6
    assert max(later - earlier for earlier, later in pairwise(heard)) <= 1.0


def test_a_cancelled_request_leaves_the_queue_unless_the_worker_has_it(clocked, a_clip):
    clocked.start(a_clip(), 1, 2, 3)
    assert only(Pong, clocked.take(Cancel(ME, 2), Ping(ME, 1)))[0].queue == 2
    assert only(Pong, clocked.take(Cancel(ME, 1), Ping(ME, 1)))[0].queue == 2
    clocked.handler.requests.take_event(Event(clocked.works[0], None), clocked.now)
    assert only(Pong, clocked.take(Ping(ME, 1)))[0].queue == 1
    assert only(Accepted, clocked.start(a_clip(), 4))[0].position == 1


def test_the_servers_own_port_is_no_reply_port(clocked):
    said = clocked.take(Hello(8, PROTOCOL, SERVER, "mirror", "1", ""), source=6001)
    assert [(type(message), message.code, message.field, port) for message, port in said] == [
        (Fail, 400, "reply_port", 6001)
    ]
    assert not clocked.take(Ping(ME, 1), source=SERVER)


@pytest.mark.parametrize("kind", [kind for kind in MESSAGES if kind.WAY == "S→C"], ids=lambda kind: kind.ADDRESS)
def test_what_only_a_server_says_is_never_answered(clocked, kind):
    assert not clocked.take((kind.ADDRESS, (99, 1)), source=6001)
    assert not clocked.take((kind.ADDRESS, (ME, 1)))


@pytest.mark.parametrize(
    ("arguments", "port", "session"),
    [
        ((9, 2, 7000, "a", "1"), 7000, 9),
        ((9, "2"), 6001, 9),
        ((9,), 6001, 9),
        ((0, 2, 7000, "a", "1", "-"), 7000, 1),
        ((), 6001, 1),
    ],
)
def test_a_malformed_hello_is_answered(clocked, arguments, port, session):
    said = clocked.take((Hello.ADDRESS, arguments), source=6001)
    assert [(message.session, message.command, message.code, to) for message, to in said] == [
        (session, Hello.ADDRESS, 400, port)
    ]


def test_a_malformed_begin_is_aborted_by_its_number(clocked):
    said = clocked.take(("/clipkin/clip/begin", (ME, 41, 0, 0, "many")))
    assert [message for message, _ in said if isinstance(message, Abort)] == [Abort(ME, 41, 400)]
    assert only(Fail, said)[0].field == "note_count"


def test_a_session_may_send_from_another_port_at_any_time(clocked):
    assert only(Pong, clocked.take(Ping(ME, 1), source=6002))
    assert not clocked.take(Ack(ME, 1, 0, 0, 0, 0), source=6003)
    clocked.now += 50
    clocked.take(Ack(ME, 1, 0, 0, 0, 0), source=6004)
    clocked.now += 50
    assert only(Pong, clocked.take(Ping(ME, 2), source=6002)), "what came from there kept the session"
