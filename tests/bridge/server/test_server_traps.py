"""Whatever is thrown at the port, the server answers the next ping."""

import random
import socket
import threading
import time

import pytest

from bridge.messages.clip import Ack
from bridge.messages.datagram import encode
from bridge.messages.greeting import Ping, Pong, Sync, Synced
from bridge.messages.request import Fail
from bridge.messages.table import pack
from bridge.server.loopback_server import LoopbackServer
from bridge.transfer.parts import split
from bridge.translation.notes import to_wire

BUNDLE = b"#bundle\0" + (1).to_bytes(8, "big")
HANGING = {
    "bundle with a negative size": BUNDLE + (-4 & 0xFFFFFFFF).to_bytes(4, "big"),
    "pattern that backtracks": b"/" + b"*a" * 24 + b"!" + b"\0" * 2 + b",\0\0\0",
    "bundle from the future": b"#bundle\0" + b"\xff" * 8 + (12).to_bytes(4, "big") + b"/a\0\0,\0\0\0",
    "pattern for all": b"/*\0\0,\0\0\0",
}


def answers(one):
    """True when a ping is answered; it is said again every 20 ms, because a datagram may be lost."""
    for n in range(100):
        one.say(Ping(one.session, n))
        if not one.silence(Pong, 0.02):
            return True
    return False


@pytest.mark.parametrize("datagram", HANGING.values(), ids=HANGING)
def test_datagrams_that_hang_python_osc_are_dropped(stranger, server, datagram):
    one = stranger()
    for _ in range(20):
        one.throw(datagram)
    assert answers(one)
    assert sum(server.socket_server.counts.values()) - server.socket_server.counts["taken"] == 20


def flood(one, datagrams, chance, count):
    for _ in range(count):
        datagram = bytearray(chance.choice(datagrams))
        if chance.random() < 0.7:
            datagram[chance.randrange(len(datagram))] = chance.randrange(256)
        one.throw(bytes(datagram))
    one.socket.setblocking(False)
    while True:
        try:
            one.socket.recv(65_507)
        except BlockingIOError:
            return


def test_a_flood_of_good_bad_and_hanging_datagrams_leaves_the_server_well(stranger, server):
    one = stranger()
    chance = random.Random(1)
    datagrams = [
        pack(Sync(one.session, 1)),
        encode("/clipkin/clip/part", [one.session, 9, 0, 1, *range(8)]),
        encode("/clipkin/request/start", [one.session, 5]),
        encode("/clipkin/no/thing", [1]),
        *HANGING.values(),
    ]
    threads = threading.active_count()
    for _ in range(4):
        flood(one, datagrams, chance, 5_000)
        assert answers(one)
    assert threading.active_count() == threads
    assert server.socket_server.counts["error"] == 0


def test_a_datagram_too_long_to_take_is_dropped_whole(stranger, server):
    one = stranger()
    one.throw(encode("/clipkin/clip/part", [one.session, 1, 0, 1, *range(2000)]))
    assert answers(one)
    assert server.socket_server.counts["not one plain OSC message"] == 1


def test_sources_outside_this_computer_are_dropped():
    heard = []
    receiver = LoopbackServer(0, lambda *message: heard.append(message))
    try:
        datagram = pack(Ping(7, 1))
        assert not receiver.verify_request((datagram, receiver.socket), ("192.168.1.20", 5000))
        assert receiver.verify_request((datagram, receiver.socket), ("127.0.0.1", 5000))
        assert receiver.counts["foreign"] == 1
        assert receiver.socket.getsockname()[0] == "127.0.0.1"
    finally:
        receiver.server_close()


def test_too_many_datagrams_a_second_are_dropped_and_the_next_one_is_heard(monkeypatch):
    monkeypatch.setattr("bridge.server.loopback_server.BURST", 5)
    monkeypatch.setattr("bridge.server.loopback_server.MOST_A_SECOND", 100)
    receiver = LoopbackServer(0, lambda *message: None)
    request = (pack(Ping(7, 1)), receiver.socket)
    try:
        taken = [receiver.verify_request(request, ("127.0.0.1", 1)) for _ in range(50)]
        assert 5 <= sum(taken) <= 10
        time.sleep(0.03)
        assert receiver.verify_request(request, ("127.0.0.1", 1))
    finally:
        receiver.server_close()


def test_messages_stay_in_order(stranger):
    one = stranger()
    for n in range(200):
        one.say(Sync(one.session, n))
    assert [one.hear(Synced).n for _ in range(200)] == list(range(200))


@pytest.mark.parametrize(
    ("address", "rest", "request_", "field"),
    [
        ("/clipkin/request/start", [5, 1, "vary"], 5, "engine"),
        ("/clipkin/request/cancel", [], 0, "request"),
        ("/clipkin/clip/begin", [1, "x"], 0, "request"),
        ("/clipkin/no/thing", [1], 0, "address"),
    ],
)
def test_what_is_malformed_is_answered_where_it_names_a_session(stranger, address, rest, request_, field):
    one = stranger()
    one.throw(encode(address, [one.session, *rest]))
    fail = one.hear(Fail)
    assert (fail.request, fail.command, fail.code, fail.field) == (request_, address, 400, field)


def test_a_sender_that_moves_is_heard_and_answered_where_it_listens(stranger, a_clip):
    listening = stranger()
    moved = stranger(session=listening.session, hello=False)
    begin, parts = split(to_wire(a_clip()), listening.session, 1)
    moved.say(begin, *parts)
    assert listening.hear(Ack).session == listening.session
    assert moved.silence(Ack)


def test_a_port_that_nobody_listens_on_does_no_harm(stranger, server):
    gone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    gone.bind(("127.0.0.1", 0))
    port = gone.getsockname()[1]
    gone.close()
    one = stranger()
    one.throw(encode("/clipkin/client/hello", [99, 1, port, "deaf", "1", "-"]))
    for n in range(50):
        one.say(Ping(99, n))
    assert answers(one)
