"""Whatever is thrown at the port, the server answers the next ping."""

import random
import socket
import threading
import time

import pytest

from bridge.messages.clip import Abort, Ack, Begin, Part
from bridge.messages.greeting import PROTOCOL, Hello, Ping, Pong, Sync, Synced
from bridge.messages.request import Fail, Query
from bridge.messages.table import encode, pack
from bridge.server.loopback_server import LoopbackServer
from bridge.server.serve import Server
from bridge.transfer.parts import split
from bridge.translation.notes import put_numbers_in, to_wire
from tests.bridge.trial.reliability.flood import HANGING


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


NOTE = (60, 0, 100, 100, 0, 1000, 0, 64)


@pytest.mark.parametrize(
    ("place", "wrong", "field"),
    [
        (0, 128, "pitch"),
        (0, -1, "pitch"),
        (1, -1, "onset"),
        (2, 0, "duration"),
        (3, 0, "velocity"),
        (4, 2, "mute"),
        (5, 1001, "probability"),
        (6, -128, "velocity_deviation"),
        (7, 128, "release_velocity"),
    ],
)
def test_a_note_out_of_range_is_refused_when_it_comes_with_its_number(stranger, place, wrong, field):
    one = stranger()
    one.say(Begin(one.session, 1, 0, 0, 27, 2, 1000, 1, 0, 120_000, 4, 4))
    one.hear(Ack)
    bad = [*NOTE, *NOTE, *NOTE]
    bad[8 + place] = wrong
    one.throw(encode(Part.ADDRESS, [one.session, 1, 1, 3, *bad]))
    assert one.hear(Abort) == Abort(one.session, 1, 400)
    fail = one.hear(Fail)
    assert (fail.request, fail.command, fail.code, fail.field) == (0, Part.ADDRESS, 400, field)
    said = put_numbers_in(fail.sentence, fail.numbers)
    assert said.startswith("Note 25 ")
    assert said.endswith(f"not {wrong}.")
    one.say(Part(one.session, 1, 0, 24, NOTE * 24))
    assert one.silence(Ack)


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


def test_two_servers_named_as_each_others_clients_fall_silent(stranger, server, studio, tmp_path):
    """A rogue registers each with the other's port, and has them say what both ends of the protocol may say."""
    with Server(0, studio, folder=tmp_path / "other") as other:
        one = stranger(session=77, hello=False)
        ports = (server.port, other.port)
        for mine, its in (ports, ports[::-1]):
            one.server = ("127.0.0.1", mine)
            one.throw(encode(Hello.ADDRESS, [77, PROTOCOL, its, "rogue", "1", "-"]))
            one.say(Begin(77, 1, 0, 0, 27, 2, 1000, 1, 0, 120_000, 4, 4), Ping(77, 1), Query(77, 3))
            one.throw(encode("/clipkin/no/thing", [77]))
        time.sleep(1.2)  # longer than a warning is kept back
        counted = [each.socket_server.counts["taken"] for each in (server, other)]
        time.sleep(0.5)
        assert [each.socket_server.counts["taken"] for each in (server, other)] == counted
        assert max(counted) < 20
