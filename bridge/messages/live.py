"""Live's control surface and who asks it, with the server between them: offers, and orders to take and to put clips."""

from typing import Annotated

from bridge.messages.clip import FIRST_SERVER_TRANSFER
from bridge.messages.message import Message, Number, Sentence, Text, Variadic, Whole

FIRST_ORDER = FIRST_SERVER_TRANSFER
"""Orders are request numbers from here up; those of requests to the server lie below."""

CONTEXT, NEEDS_SELECTION, ALL_NOTES = 1, 2, 4
"""Bits of ``Take.reads``."""

BELOW, HERE, SCENES, ARRANGEMENT, LANES = range(5)
"""``Put.goes``: free slots below the clip taken, from the highlighted slot on, new scenes, behind it in the
arrangement, take lanes over it."""

TRACKS = 16
"""A place in new scenes is TRACKS times the scene, plus the track's clip in the take."""

AT_WORK, WRITTEN, REFUSED, NOBODY = range(4)

_Name = Annotated[str, Text(60)]


class Where(Message):
    """Where the user stands in Live; ``selection`` is another number when another clip is selected."""

    selection: Number
    host: _Name
    set_name: _Name
    track: _Name
    clip: _Name


class Offer(Where, way="C→S", address="/clipkin/host/offer"):
    """A Live is here."""


class HostQuery(Message, way="C→S", address="/clipkin/host/query"):
    """Is there a Live?"""


class HostState(Where, way="S→C", address="/clipkin/host/state"):
    """The last Live heard of, one of ``hosts``; 0: there is none."""

    hosts: Number


class OfOrder(Message):
    """A message about one order."""

    order: Annotated[int, Whole(FIRST_ORDER)]


class Take(OfOrder, way="both", address="/clipkin/host/take"):
    """Read the selected clip; ``reads`` adds 1 what plays beside it, 2 refuse without selected notes, 4 all notes."""

    reads: Annotated[int, Whole(0, 7)]


class Pad(OfOrder, way="both", address="/clipkin/host/pad"):
    """One drum pad of the clip's track, the ``index``th."""

    index: Number
    pitch: Annotated[int, Whole(0, 127)]
    name: _Name


class Taken(OfOrder, way="both", address="/clipkin/host/taken"):
    """What has been read: ``clips`` transfers with this order, the selected one first; scale_root -1: no scale."""

    clips: Number
    pads: Number
    scale_root: Annotated[int, Whole(-1, 11)]
    scale_mask: Annotated[int, Whole(0, 4095)]
    track: _Name


class Put(OfOrder, way="both", address="/clipkin/host/put"):
    """Write clips, one for each of ``places``; their transfers follow with this order.

    ``take``: the order that took the clip they are made of, or 0.
    """

    take: Number
    goes: Annotated[int, Whole(0, 4)]
    places: Annotated[tuple[int, ...], Variadic(Whole(), most=120)]


class Status(OfOrder, way="both", address="/clipkin/host/status"):
    """0 at work, 1 written, 2 refused, 3 there is no Live (yet)."""

    state: Annotated[int, Whole(0, 3)]
    sentence: Sentence
