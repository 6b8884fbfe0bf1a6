"""Clips in parts: cut and joined, lost and resent, on a clock that the test turns."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.messages.clip import Ack, Kept, Name, Part, Remark, VariationReport
from bridge.messages.message import LARGEST, Malformed
from bridge.messages.table import decode, unpack
from bridge.transfer.parts import WireClip, checksum, join, split
from bridge.transfer.transfers import BAD, BUSY, SILENT, TOO_BIG, WINDOW, Receiver, Sender, Transfers

ONE = (60, 0, 13_440, 100, 0, 1000, 0, 64)
OTHER = (64, 13_440, 6_720, 90, 1, 500, -5, 64)


def long_clip(notes):
    return WireClip(
        tuple(
            (index % 128, 3360 * index % LARGEST, 1680, 1 + index % 127, 0, 1000, -(index % 64), 64)
            for index in range(notes)
        ),
        16_000_000,
    )


@pytest.mark.parametrize(
    ("notes", "expected"),
    [((), 1), ((ONE,), 227_452), ((ONE, OTHER), 265_734), ((OTHER, ONE), 267_783), (long_clip(1000).notes, 444_252)],
)
def test_the_checksums_of_the_protocol(notes, expected):
    assert checksum(number for note in notes for number in note) == expected


def reckoned_in_float32(numbers):
    import numpy

    value, modulus = numpy.float32(1), numpy.float32(524_287)
    for number in numbers:
        value = numpy.mod(numpy.float32(31) * value + numpy.mod(numpy.float32(number), modulus), modulus)
    return int(value)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-LARGEST, LARGEST), max_size=60))
def test_the_checksum_is_exact_in_float32(numbers):
    assert reckoned_in_float32(numbers) == checksum(numbers)


WIRE_CLIPS = st.builds(
    WireClip,
    st.lists(st.tuples(*[st.integers(-LARGEST, LARGEST)] * 8), max_size=60).map(tuple),
    st.integers(1, LARGEST),
    st.integers(0, 4),
    st.integers(1, 999_000),
    st.integers(1, 32),
    st.just(8),
    st.lists(st.integers(0, LARGEST), max_size=400).map(tuple),
    st.lists(st.tuples(*[st.integers(0, 4000)] * 5), max_size=80).map(tuple),
    name=st.sampled_from(("", "drop", "Bässe 2")),
)


@settings(max_examples=50, deadline=None)
@given(WIRE_CLIPS, st.randoms(use_true_random=False))
def test_join_is_the_reverse_of_split_in_any_order(clip, chance):
    begin, parts = split(clip, 7, 1)
    receiver = Receiver(begin, 0.0)
    for part in chance.sample(parts, len(parts)):
        receiver.take_part(part, 0.0)
    assert receiver.whole
    assert receiver.joined() == clip


def test_a_variation_carries_what_was_kept_its_report_and_its_remarks():
    clip = replace(
        long_clip(200),
        kept=tuple(range(200)),
        name="verse 1",
        report=VariationReport(1, 1, 0, 5, 700, 199, 200, 1000, -1, -1, 0, 0, ()),
        remarks=(Remark(1, 1, 0, "As near as the locks allow.", ()),),
    )
    begin, parts = split(clip, 7, 2**23, 5, 1)
    assert [type(part) for part in parts] == [Part] * 9 + [Kept] * 2 + [Name, VariationReport, Remark]
    joined = join(begin, dict(enumerate(parts)))
    assert (joined.kept, joined.name, joined.report.seed, joined.remarks[0].sentence) == (
        clip.kept,
        "verse 1",
        5,
        "As near as the locks allow.",
    )


def test_a_name_changes_no_checksum_and_may_come_once():
    plain, named = long_clip(3), replace(long_clip(3), name="Lead")
    begin, parts = split(named, 7, 1)
    assert begin.checksum == split(plain, 7, 1)[0].checksum
    with pytest.raises(Malformed) as caught:
        join(replace(begin, part_count=3), dict(enumerate((*parts, replace(parts[-1], part=2)))))
    assert caught.value.field == "name"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda part: replace(part, numbers=part.numbers[8:] + part.numbers[:8]), 0),
        (lambda part: replace(part, count=part.count - 1, numbers=part.numbers[8:]), 1),
        (lambda part: replace(part, numbers=(61, *part.numbers[1:])), 1),
    ],
)
def test_parts_that_dont_belong_together_are_not_joined(change, place):
    begin, parts = split(long_clip(48), 7, 1)
    wrong = dict(enumerate(parts))
    wrong[place] = change(wrong[place])
    with pytest.raises(Malformed):
        join(begin, wrong)


class End(Transfers):
    """One that keeps what has arrived, and the codes of what was delivered."""

    def __init__(self, session):
        self.arrivals, self.deliveries = [], []
        arrived = lambda begin, clip, now: self.arrivals.append((begin, clip))  # noqa: E731
        super().__init__(session, lambda begin: True, arrived, lambda transfer, code, now: self.deliveries.append(code))


class Wire:
    """Two ends of one session with a bad line between them, on a clock of its own."""

    def __init__(self, lost=0.0, repeated=0.0, late=0.0, seed=0, deaf=()):
        self.ends = (End(7), End(7))
        self.chance = random.Random(seed)
        self.lost, self.repeated, self.late, self.deaf = lost, repeated, late, deaf
        self.now, self.flying, self.sent, self.most_parts = 0.0, [], 0, 0

    def put(self, to, message):
        self.sent += 1
        for _ in range(2 if self.chance.random() < self.repeated else 1):
            if to not in self.deaf and self.chance.random() >= self.lost:
                delay = self.chance.random() * 0.01 if self.chance.random() < self.late else 0.0002
                self.flying.append((self.now + delay, to, message))

    def step(self):
        self.now += 0.001
        for place, end in enumerate(self.ends):
            for datagram in end.poll(self.now):
                self.put(1 - place, unpack(*decode(datagram)))
            self.most_parts = max(self.most_parts, sum(sender.in_flight for sender in end._active()))
        due = [flying for flying in self.flying if flying[0] <= self.now]
        self.flying = [flying for flying in self.flying if flying[0] > self.now]
        for _, to, message in due:
            self.deliver(to, message)

    def deliver(self, to, message):
        end = self.ends[to]
        if (answer := end.take(message, self.now)) is not None:
            self.put(1 - to, answer)

    def run(self, until):
        while not until() and self.now < 30:
            self.step()


@pytest.mark.parametrize("notes", [0, 1, 23, 24, 25, 1000])
@pytest.mark.parametrize("trouble", [(0, 0, 0), (0.05, 0.05, 0.1), (0.2, 0.1, 0.25), (0.4, 0.2, 0.5)])
def test_a_clip_arrives_exactly_once_whatever_the_line_does(notes, trouble):
    wire = Wire(*trouble, seed=notes)
    wire.ends[0].send(1, long_clip(notes))
    wire.ends[1].send(2**23, long_clip(notes), 5)
    wire.run(lambda: all(end.deliveries for end in wire.ends))
    for _ in range(50):
        wire.step()
    for end in wire.ends:
        assert [clip for _, clip in end.arrivals] == [long_clip(notes)]
        assert end.deliveries == [0]
    assert wire.now < 3


def test_four_clips_of_2000_notes_take_less_than_two_seconds_on_a_bad_line():
    wire = Wire(0.2, 0.1, 0.25, seed=3)
    for place in range(4):
        wire.ends[0].send(1 + place, long_clip(2000))
    wire.run(lambda: len(wire.ends[0].deliveries) == 4)
    assert len(wire.ends[1].arrivals) == 4
    assert wire.now < 2
    assert wire.most_parts <= WINDOW


def test_a_clip_of_10000_notes_is_carried():
    wire = Wire()
    wire.ends[0].send(1, long_clip(10_000))
    wire.run(lambda: wire.ends[0].deliveries)
    assert wire.ends[1].arrivals[0][1] == long_clip(10_000)
    assert wire.sent < 1.1 * 2 * 418


@pytest.mark.parametrize("deaf", [(0,), (1,), (0, 1)], ids=["answers lost", "clips lost", "black hole"])
def test_silence_ends_in_an_error_after_ten_seconds(deaf):
    wire = Wire(deaf=deaf)
    wire.ends[0].send(1, long_clip(100))
    wire.run(lambda: wire.ends[0].deliveries)
    assert wire.ends[0].deliveries == [SILENT]
    assert 9 < wire.now < 11
    assert not wire.ends[1].arrivals


def test_an_acknowledgement_that_cannot_be_is_left_aside():
    begin, parts = split(long_clip(100), 7, 1)
    sender = Sender(begin, parts)
    sender.poll(0.0, WINDOW)
    sender.take_ack(Ack(7, 1, len(parts) + 1, 0, 0, 0), 0.0)
    sender.take_ack(Ack(7, 1, len(parts), 0, 1, begin.checksum + 1), 0.0)
    assert not sender.done
    assert sender.poll(1.0, WINDOW) == Sender(begin, parts).poll(0.0, WINDOW)


def test_what_the_receiver_cannot_take_is_aborted_with_its_code():
    transfers = End(7)
    begin, parts = split(long_clip(48), 7, 1)
    assert transfers.take(replace(begin, note_count=20_001), 0.0).code == TOO_BIG
    assert transfers.take(replace(begin, part_count=1), 0.0).code == BAD
    assert transfers.take(parts[0], 0.0) is None
    for number in range(1, 5):
        assert isinstance(transfers.take(replace(begin, transfer=number), 0.0), Ack)
    assert transfers.take(replace(begin, transfer=5), 0.0).code == BUSY
    assert transfers.take(replace(begin, checksum=3), 0.0).code == BUSY
    assert transfers.take(replace(parts[0], part=9), 0.0).code == BAD
    assert isinstance(transfers.take(replace(begin, transfer=5), 0.0), Ack)


def test_what_was_announced_takes_no_memory():
    transfers = End(7)
    begin, _ = split(long_clip(0), 7, 1)
    transfers.take(replace(begin, note_count=20_000, part_count=834), 0.0)
    assert sum(len(receiver._parts) for receiver in transfers._incoming.values()) == 0
