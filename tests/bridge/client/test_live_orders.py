"""Orders to Live on a clock that the test turns: said again until their end, which comes once."""

import math
from types import SimpleNamespace

import pytest

from bridge.client.live import MOST_CLIPS, put_into_live, song_places
from bridge.client.live_orders import AGAIN_S, BACK_S, MOST_OLD, SILENT, SILENT_S, LiveOrders
from bridge.messages import live
from bridge.messages.live import FIRST_ORDER, HostState, Pad, Put, Status, Taken
from bridge.translation.notes import to_wire
from models.music.errors import BadValue

ME = 7


@pytest.fixture
def sent():
    return []


@pytest.fixture
def orders(sent):
    return LiveOrders(ME, lambda clip, order, index: sent.append((order, index)) or 1)


def begun(order, index):
    return SimpleNamespace(request=order.message.order, index=index)


def test_an_order_is_said_four_times_a_second_until_it_ends(orders):
    assert orders.next_due == math.inf
    order = orders.take(live.CONTEXT)
    assert order.message.order >= FIRST_ORDER
    assert orders.poll(0.0) == [order.message]
    assert orders.next_due == AGAIN_S
    assert orders.poll(AGAIN_S - 0.01) == []
    assert orders.poll(AGAIN_S) == [order.message]
    orders.hear(Status(ME, order.message.order, live.REFUSED, "That is an audio clip."), 0.3)
    assert (order.ended, order.refused, order.sentence) == (True, True, "That is an audio clip.")
    assert orders.poll(9.0) == []


def test_a_take_ends_when_the_last_of_clips_pads_and_answer_is_there(orders, a_clip):
    order = orders.take(0)
    number, clip = order.message.order, to_wire(a_clip())
    orders.hear(Taken(ME, number, 2, 1, 9, 2741, "Drums"), 0.1)
    assert orders.wanted(begun(order, 1))
    orders.take_clip(begun(order, 1), clip, 0.2)
    assert not orders.wanted(begun(order, 1))
    orders.take_clip(begun(order, 0), clip, 0.3)
    assert not order.ended
    orders.hear(Pad(ME, number, 0, 36, "Kick"), 0.4)
    assert (order.ended, order.refused, order.pads[0].name) == (True, False, "Kick")
    orders.hear(Status(ME, number, live.REFUSED, "Too late."), 0.5)
    assert not order.refused  # the one end stays what it was


def test_clips_to_put_go_out_once_live_is_at_work_and_again_to_a_new_server(orders, sent, a_clip):
    order = orders.put([to_wire(a_clip())] * 2, 0, live.BELOW, (0, 1))
    number = order.message.order
    assert isinstance(order.message, Put)
    for now in (0.1, 0.2):
        orders.hear(Status(ME, number, live.AT_WORK, "Live is at work."), now)
    assert sent == [(number, 0), (number, 1)]
    orders.forgotten()
    orders.hear(Status(ME, number, live.AT_WORK, "Live is at work."), 0.3)
    assert len(sent) == 4
    assert not orders.wanted(begun(order, 0))  # nothing comes back of a put
    orders.hear(Status(ME, number, live.WRITTEN, "2 clips are in free slots of this track."), 0.4)
    assert (order.ended, order.refused) == (True, False)


def test_a_live_that_is_not_there_may_still_be_coming_back(orders):
    order = orders.take(0)
    gone = Status(ME, order.message.order, live.NOBODY, "No Live with Clipkin is open.")
    orders.poll(0.0)
    orders.hear(gone, BACK_S - 0.1)
    assert not order.ended
    orders.hear(gone, BACK_S + 0.1)
    assert (order.refused, order.sentence) == (True, "No Live with Clipkin is open.")


def test_silence_ends_an_order_with_what_to_look_for(orders):
    order = orders.take(0)
    orders.poll(0.0)
    assert orders.poll(SILENT_S) == [order.message]
    assert orders.poll(SILENT_S + 0.1) == []
    assert (order.refused, order.sentence) == (True, SILENT)


def test_only_the_last_orders_are_remembered_and_strangers_are_left_aside(orders):
    made = [orders.take(0) for _ in range(MOST_OLD + 2)]
    assert list(orders.orders.values()) == made[2:]
    orders.hear(Status(ME, made[0].message.order, live.WRITTEN, "Done."), 0.0)
    assert not made[0].ended
    state = HostState(ME, 1, "Live 12.1", "", "Bass", "", 1)
    orders.hear(state, 0.0)
    assert orders.state is state


def test_a_song_has_a_scene_for_each_section_and_sixteen_tracks_at_most():
    assert song_places([0, 0, 1, 2], [0, 3, 0, 15]) == (0, 3, 16, 47)
    with pytest.raises(BadValue, match="at most 16 tracks"):
        song_places([0], [16])


@pytest.mark.parametrize("count", [0, MOST_CLIPS + 1])
def test_no_clip_or_too_many_are_refused_before_anything_is_said(count, a_clip):
    with pytest.raises(BadValue, match=f"1 to {MOST_CLIPS} clips can be put into Live at once, not {count}"):
        put_into_live(None, [a_clip()] * count)
