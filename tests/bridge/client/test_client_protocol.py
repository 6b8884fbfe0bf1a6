"""The client's side of the protocol on a clock that the test turns, with a server that says what the test likes."""

import pytest

from bridge.client.client_protocol import ClientProtocol
from bridge.client.job import Failed, ServerSilent
from bridge.messages.clip import FIRST_SERVER_TRANSFER, Abort, Ack, Begin, Part
from bridge.messages.greeting import Bye, EngineQuery, Hello, Ping, Pong, Welcome
from bridge.messages.request import Accepted, Cancel, Done, Fail, Query, Seen, Start, State
from bridge.messages.table import decode, unpack
from models.generator import Request
from models.music.errors import ClipkinError

ME = 7


class Clocked:
    """A client protocol and its clock; ``heard`` is what it has said since the last look."""

    def __init__(self, welcome=True):
        self.now = 0.0
        self.protocol = ClientProtocol(ME, 9001, "test", "1", self.now)
        if welcome:
            self.pass_time(0)
            self.welcome()

    def welcome(self, epoch=3):
        return self.hear(Welcome(ME, 1, epoch, "0.1", 20_000, 24, 16, 2000))

    def hear(self, *messages):
        for message in messages:
            self.protocol.take(message, self.now)
        return self.pass_time(0)

    def pass_time(self, seconds):
        until = self.now + seconds
        while True:
            self.protocol.poll(self.now)
            if self.now >= until:
                break
            self.now = min(until, max(self.now + 0.001, self.protocol.next_due))
        out, self.protocol.out = self.protocol.out, []
        return [unpack(*decode(datagram)) for datagram in out]

    def start(self, clip, **changes):
        self.job = self.protocol.start(Request(prompts=(clip,), **changes), "rules", lambda job: None, self.now)
        return self.pass_time(0)

    def deliver_prompt(self, said):
        for begin in (message for message in said if isinstance(message, Begin)):
            said = self.hear(Ack(ME, begin.transfer, begin.part_count, 0, 1, begin.checksum))
        return said

    @property
    def end(self):
        events = []
        while not self.job.events.empty():
            events.append(self.job.events.get())
        return next((event for event in events if event is None or isinstance(event, ClipkinError)), "none yet")


def only(kind, messages):
    return [message for message in messages if isinstance(message, kind)]


def test_hello_is_said_until_it_is_answered():
    ours = Clocked(welcome=False)
    assert len(only(Hello, ours.pass_time(3.0))) == 7  # at 0, 0.1, 0.25, 0.48, 0.81, 1.32, 2.08
    assert only(Ping, ours.welcome())
    assert ours.protocol.status.online
    assert not only(Hello, ours.pass_time(1.0))


def test_three_pings_without_an_answer_are_the_end_and_hello_begins_again(a_clip):
    ours = Clocked()
    ours.start(a_clip())
    said = ours.pass_time(6.5)
    assert len(only(Ping, said)) == 2
    assert len(only(Hello, said)) >= 1
    assert not ours.protocol.status.online
    assert isinstance(ours.end, ServerSilent)


def test_answered_pings_keep_it_online():
    ours = Clocked()
    for _ in range(10):
        for ping in only(Ping, ours.pass_time(2.0)):
            ours.hear(Pong(ME, ping.n, 3, 1, 1, "kin"))
    assert ours.protocol.status.online
    assert (ours.protocol.status.queue, ours.protocol.status.engine) == (1, "kin")


def test_the_start_follows_when_the_clip_has_arrived_and_is_repeated_until_accepted(a_clip):
    ours = Clocked()
    said = ours.start(a_clip())
    assert not only(Start, said)
    assert only(Start, ours.deliver_prompt(said))
    assert len(only(Start, ours.pass_time(0.3))) == 2
    ours.hear(Accepted(ME, 1, 0))
    assert not only(Start, ours.pass_time(2.0))


def test_another_epoch_sends_everything_again(a_clip):
    ours = Clocked()
    ours.deliver_prompt(ours.start(a_clip()))
    ours.hear(Accepted(ME, 1, 0))
    assert only(Hello, ours.hear(Pong(ME, 1, 99, 0, 0, "")))
    said = ours.welcome(epoch=99)
    begin = only(Begin, said)[0]
    assert begin.transfer == 2
    assert only(Start, ours.deliver_prompt(said))[0].transfer == 2
    assert ours.end == "none yet"


def test_a_server_that_has_forgotten_us_gets_everything_again(a_clip):
    ours = Clocked()
    ours.deliver_prompt(ours.start(a_clip()))
    assert only(Hello, ours.hear(Fail(ME, 0, "/clipkin/server/ping", 404, "session", "Say hello again.", ())))
    assert only(Begin, ours.welcome())


def test_a_quiet_request_is_asked_after_and_a_lost_end_comes_again(a_clip):
    ours = Clocked()
    ours.deliver_prompt(ours.start(a_clip()))
    ours.hear(Accepted(ME, 1, 0))
    assert only(Query, ours.pass_time(3.5))
    assert only(Start, ours.hear(State(ME, 1, 4, 1000)))
    assert only(Seen, ours.hear(Done(ME, 1, 0, 5, 0)))
    assert ours.end is None


def test_every_repeated_end_is_answered_with_seen(a_clip):
    ours = Clocked()
    ours.deliver_prompt(ours.start(a_clip()))
    for _ in range(3):
        assert only(Seen, ours.hear(Done(ME, 1, 0, 5, 0)))
    assert only(Seen, ours.hear(Fail(ME, 55, Start.ADDRESS, 400, "", "Something old.", ())))


def test_a_cancel_is_repeated_until_the_end_comes(a_clip):
    ours = Clocked()
    ours.deliver_prompt(ours.start(a_clip()))
    ours.protocol.cancel(ours.job, ours.now)
    assert len(only(Cancel, ours.pass_time(0.3))) == 3
    ours.hear(Fail(ME, 1, Cancel.ADDRESS, 499, "", "The request was cancelled.", ()))
    assert not only(Cancel, ours.pass_time(1.0))
    assert ours.end is None


@pytest.mark.parametrize(
    ("session", "transfer", "request_"), [(8, FIRST_SERVER_TRANSFER, 1), (ME, FIRST_SERVER_TRANSFER, 2), (ME, 1, 1)]
)
def test_variations_that_nobody_asked_for_are_not_taken(a_clip, session, transfer, request_):
    ours = Clocked()
    ours.deliver_prompt(ours.start(a_clip()))
    said = ours.hear(Begin(session, transfer, request_, 0, 0, 0, 100, 1, 0, 120_000, 4, 4))
    assert not only(Ack, said)


def test_a_variation_without_its_report_is_an_error_of_the_job(a_clip):
    ours = Clocked()
    ours.deliver_prompt(ours.start(a_clip()))
    ours.hear(
        Begin(ME, FIRST_SERVER_TRANSFER, 1, 0, 1, 1, 53_760, 227_452, 0, 120_000, 4, 4),
        Part(ME, FIRST_SERVER_TRANSFER, 0, 1, (60, 0, 13_440, 100, 0, 1000, 0, 64)),
    )
    assert "report" in ours.end.field


def test_a_clip_that_the_server_does_not_take_fails_the_job(a_clip):
    ours = Clocked()
    begin = only(Begin, ours.start(a_clip()))[0]
    ours.hear(Abort(ME, begin.transfer, 413))
    error = ours.end
    assert isinstance(error, Failed)
    assert error.code == 413


def test_the_engines_are_asked_for_until_they_are_there():
    ours = Clocked()
    ours.protocol.ask_engines(ours.now)
    assert len(only(EngineQuery, ours.pass_time(0.2))) == 2


def test_goodbye_ends_what_is_under_way(a_clip):
    ours = Clocked()
    ours.start(a_clip())
    ours.protocol.close()
    assert ours.end is None
    assert only(Bye, ours.pass_time(0))
