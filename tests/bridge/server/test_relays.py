"""What the server passes on between two clients: orders to Live with their clips, and cues of a running piece."""

import pytest

from bridge.messages import live, piece
from bridge.messages.live import FIRST_ORDER, HostQuery, HostState, Offer, Put, Status, Take, Taken
from bridge.messages.piece import BAR, CueStatus, EndCue, Intensity, MoodCue, PieceOffer
from bridge.server.relays import AWAY_S, MOST_CUES, MOST_ORDERS, NO_LIVE, LiveRelay, PieceRelay
from bridge.server.session import Session
from bridge.translation.notes import to_wire


class Talk:
    """Sessions, and what is said to each since the last look."""

    def __init__(self, kind):
        self.said, self.now = [], 0.0
        self.relay = kind(lambda session, message: self.said.append((session.number, message)))
        self.sessions = {}

    def of(self, number):
        return self.sessions.setdefault(number, Session(number, 9000 + number, self.now, print, print))

    def hear(self, number, message):
        session = self.of(number)
        session.heard_at = self.now
        self.relay.take(session, message, self.now)
        said, self.said = self.said, []
        return said


PANEL, LIVE, OTHER = 1, 2, 3
OFFER = Offer(LIVE, 4, "Live 12.1", "My set", "Bass", "verse")
TAKE = Take(PANEL, FIRST_ORDER + 1, 1)


@pytest.fixture
def live_talk():
    return Talk(LiveRelay)


@pytest.fixture
def piece_talk():
    return Talk(PieceRelay)


def test_who_asks_is_told_where_the_user_stands_in_the_live_last_heard_of(live_talk):
    assert live_talk.hear(PANEL, HostQuery(PANEL)) == [(PANEL, HostState(PANEL, 0, "", "", "", "", 0))]
    live_talk.hear(LIVE, OFFER)
    live_talk.hear(OTHER, Offer(OTHER, 9, "Live 11.3", "Other set", "Drums", ""))
    told = HostState(PANEL, 9, "Live 11.3", "Other set", "Drums", "", 2)
    assert live_talk.hear(PANEL, HostQuery(PANEL)) == [(PANEL, told)]
    live_talk.now = AWAY_S + 0.1
    live_talk.hear(LIVE, OFFER)  # the other one is silent by now
    told = HostState(PANEL, 4, "Live 12.1", "My set", "Bass", "verse", 1)
    assert live_talk.hear(PANEL, HostQuery(PANEL)) == [(PANEL, told)]


def test_an_order_goes_to_live_and_its_answers_come_back_under_the_others_session(live_talk):
    assert live_talk.hear(PANEL, TAKE) == [(PANEL, Status(PANEL, TAKE.order, live.NOBODY, NO_LIVE))]
    live_talk.hear(LIVE, OFFER)
    for _ in range(2):  # said again it is passed on again
        assert live_talk.hear(PANEL, TAKE) == [(LIVE, Take(LIVE, TAKE.order, 1))]
    taken = Taken(LIVE, TAKE.order, 1, 0, -1, 0, "Bass")
    assert live_talk.hear(LIVE, taken) == [(PANEL, Taken(PANEL, TAKE.order, 1, 0, -1, 0, "Bass"))]


def test_a_third_client_can_neither_steer_nor_answer_an_order(live_talk):
    live_talk.hear(LIVE, OFFER)
    live_talk.hear(PANEL, TAKE)
    for message in (Take(OTHER, TAKE.order, 1), Status(OTHER, TAKE.order, live.WRITTEN, "Done.")):
        [(told, status)] = live_talk.hear(OTHER, message)
        assert (told, status.state) == (OTHER, live.REFUSED)
        assert "Another order has this number" in status.sentence


def test_an_order_whose_live_has_gone_ends_and_a_take_finds_another_one(live_talk):
    live_talk.hear(LIVE, OFFER)
    live_talk.hear(PANEL, TAKE)
    put = Put(PANEL, FIRST_ORDER + 2, 0, 0, (0,))
    live_talk.hear(PANEL, put)
    live_talk.relay.drop(live_talk.of(LIVE))
    [(told, status)] = live_talk.hear(PANEL, put)
    assert (told, status.state) == (PANEL, live.REFUSED)
    assert "nothing more was written" in status.sentence
    live_talk.now = AWAY_S + 1
    live_talk.hear(OTHER, Offer(OTHER, 1, "Live 12.1", "", "Keys", ""))
    assert live_talk.hear(PANEL, TAKE) == [(OTHER, Take(OTHER, TAKE.order, 1))]


def test_clips_of_an_order_go_to_its_other_end_and_those_of_no_order_to_nobody(live_talk, a_clip):
    live_talk.hear(LIVE, OFFER)
    live_talk.hear(PANEL, TAKE)
    host, clip = live_talk.of(LIVE), to_wire(a_clip())
    begin = type("Begin", (), {"request": TAKE.order, "index": 0})
    stray = type("Begin", (), {"request": FIRST_ORDER + 77, "index": 0})
    for one in (begin, stray):
        live_talk.relay.pass_on(host, one, clip)
    assert len(live_talk.of(PANEL).transfers.poll(0.0)) == 1
    assert not host.transfers.poll(0.0)


def test_old_orders_are_forgotten_on_both_ends(live_talk):
    live_talk.hear(LIVE, OFFER)
    for number in range(MOST_ORDERS + 5):
        live_talk.hear(PANEL, Take(PANEL, FIRST_ORDER + number, 1))
    kept = {FIRST_ORDER + number for number in range(5, MOST_ORDERS + 5)}
    assert live_talk.of(PANEL).orders == live_talk.of(LIVE).orders == kept


def test_two_who_steer_with_one_cue_number_get_each_its_own_answer(piece_talk):
    piece_talk.hear(9, PieceOffer(9, "lead", 120_000))
    [(_, first)] = piece_talk.hear(PANEL, Intensity(PANEL, 5, BAR, 300))
    [(_, second)] = piece_talk.hear(OTHER, MoodCue(OTHER, 5, BAR, "dark"))
    assert (first.session, second.session, first.cue != second.cue) == (9, 9, True)
    assert piece_talk.hear(PANEL, Intensity(PANEL, 5, BAR, 300)) == [(9, first)]  # said again: the same number
    assert piece_talk.hear(9, CueStatus(9, second.cue, piece.TAKEN, "Taken.")) == [
        (OTHER, CueStatus(OTHER, 5, piece.TAKEN, "Taken."))
    ]
    assert piece_talk.hear(9, CueStatus(9, first.cue, piece.REFUSED, "No.")) == [
        (PANEL, CueStatus(PANEL, 5, piece.REFUSED, "No."))
    ]


def test_without_a_piece_a_cue_is_answered_with_what_to_do(piece_talk):
    [(told, status)] = piece_talk.hear(PANEL, EndCue(PANEL, 1, BAR))
    assert (told, status.state) == (PANEL, piece.NOBODY)
    assert status.sentence == "No piece runs; start one with clipkin follow."
    piece_talk.hear(9, PieceOffer(9, "lead", 120_000))
    assert piece_talk.hear(PANEL, EndCue(PANEL, 1, BAR))[0][0] == 9
    piece_talk.now = AWAY_S + 0.1
    assert piece_talk.hear(PANEL, EndCue(PANEL, 2, BAR))[0][1].state == piece.NOBODY


def test_who_plays_no_piece_can_not_answer_and_old_cues_are_forgotten(piece_talk):
    piece_talk.hear(9, PieceOffer(9, "lead", 120_000))
    [(_, first)] = piece_talk.hear(PANEL, EndCue(PANEL, 1, BAR))
    assert piece_talk.hear(OTHER, CueStatus(OTHER, first.cue, piece.TAKEN, "Me!")) == []
    for cue in range(2, MOST_CUES + 2):
        piece_talk.hear(PANEL, EndCue(PANEL, cue, BAR))
    assert piece_talk.hear(9, CueStatus(9, first.cue, piece.TAKEN, "Late.")) == []
    piece_talk.relay.drop(piece_talk.of(PANEL))
    assert piece_talk.hear(9, CueStatus(9, first.cue + 1, piece.TAKEN, "Gone.")) == []
