"""The part of the patch that plays a jam's answers and hears its calls.

Offers: ``join_player``.
"""

from __future__ import annotations

from max_for_live.patcher import Patch

_TRANSPORT = "transport @clocksource live"
"""Its outlets, of which we use tempo (4), metre (5), whether it runs (6) and ticks (7), speak from the right."""


def join_player(patch: Patch, js: str) -> None:
    """A jam's way in and out, in the scheduler's time, so that no engine and no picture of Live's makes it late.

    Notes of the track come to the script with the transport's tick. A note that it hands on waits for its tick in
    ``pipe`` by milliseconds; ``makenote`` ends it by itself. On the script's word, where the device is switched off or
    goes, those that wait are dropped and those that sound are ended.
    """
    orders = patch.add("newobj", (1300, 436, 160, 20), "route where play stop")
    patch.connect(js, orders, outlet=3)
    _join_transport(patch, js, orders)
    ticks = patch.add("newobj", (1300, 160, 150, 20), _TRANSPORT)
    _join_played(patch, js, ticks)
    first = patch.add("newobj", (1460, 470, 60, 20), "t l b")
    words = patch.add("newobj", (1460, 500, 160, 20), "unpack 0 0 0. 0. 0.")
    wait = patch.add("newobj", (1560, 530, 120, 20), "expr ($f1-$f2)*$f3")
    soon = patch.add("newobj", (1560, 560, 80, 20), "clip 0. 4000.")
    # A note whose tick is far from where Live is now belongs to a place that Live has left.
    near = patch.add("newobj", (1660, 560, 160, 20), "expr $f1>-150.&&$f1<4000.")
    gate = patch.add("newobj", (1460, 545, 60, 20), "gate")
    pipe = patch.add("newobj", (1460, 590, 120, 20), "pipe 0 0 0. 0.")
    note = patch.add("newobj", (1460, 620, 120, 20), "makenote 0 100")
    out = patch.add("newobj", (1460, 650, 80, 20), "noteout")
    patch.connect(orders, first, outlet=1)
    patch.connect(first, ticks, outlet=1)
    patch.connect(ticks, wait, outlet=7, inlet=1)
    patch.chain(first, words)
    patch.connect(words, gate, inlet=1)
    patch.chain(gate, pipe, note, out)
    patch.connect(words, wait, outlet=4, inlet=2)
    patch.connect(words, wait, outlet=3)
    patch.chain(wait, soon)
    patch.chain(wait, near, gate)
    patch.connect(soon, pipe, inlet=3)
    for place in (1, 2):
        patch.connect(words, pipe, outlet=place, inlet=place)
        patch.connect(pipe, note, outlet=place, inlet=place)
    patch.connect(note, out, outlet=1, inlet=1)
    _join_silence(patch, orders, pipe, note)


def _join_transport(patch: Patch, js: str, orders: str) -> None:
    """Asked where Live is, the script hears tempo, tick, whether it runs, and the metre."""
    transport = patch.add("newobj", (1300, 470, 150, 20), _TRANSPORT)
    metre = patch.add("newobj", (1300, 500, 80, 20), "unpack 0 0")
    where = patch.add("newobj", (1300, 530, 120, 20), "pack 0. 0. 0 0 0")
    patch.chain(orders, transport)
    patch.connect(transport, where, outlet=7, inlet=1)
    patch.connect(transport, where, outlet=6, inlet=2)
    patch.connect(transport, metre, outlet=5)
    patch.connect(metre, where, outlet=1, inlet=4)
    patch.connect(metre, where, inlet=3)
    patch.connect(transport, where, outlet=4)
    _tell_script(patch, js, where, "transport", 560)


def _tell_script(patch: Patch, js: str, source: str, name: str, top: int) -> None:
    """The script hears a list as the message ``name``, in its own time."""
    named = patch.add("newobj", (1300, top, 110, 20), f"prepend {name}")
    patch.chain(source, named, patch.add("newobj", (1300, top + 30, 60, 20), "deferlow"), js)


def _join_played(patch: Patch, js: str, ticks: str) -> None:
    notes = patch.add("newobj", (1300, 100, 80, 20), "notein")
    first = patch.add("newobj", (1300, 130, 60, 20), "t i b")
    played = patch.add("newobj", (1300, 200, 80, 20), "pack 0 0 0.")
    patch.connect(notes, played, outlet=1, inlet=1)
    patch.chain(notes, first, played)
    patch.connect(first, ticks, outlet=1)
    patch.connect(ticks, played, outlet=7, inlet=2)
    _tell_script(patch, js, played, "played", 230)


def _join_silence(patch: Patch, orders: str, pipe: str, note: str) -> None:
    """First nothing more begins, then all that sounds ends."""
    order = patch.add("newobj", (1640, 470, 60, 20), "t b b")
    clear = patch.add("message", (1700, 500, 50, 20), "clear")
    stop = patch.add("message", (1640, 500, 50, 20), "stop")
    gone = patch.add("newobj", (1640, 436, 70, 20), "freebang")
    off = patch.add("newobj", (1720, 436, 50, 20), "sel 0")
    device = next(box["box"]["id"] for box in patch.boxes if box["box"].get("text") == "live.thisdevice")
    patch.connect(orders, order, outlet=2)
    patch.connect(device, off, outlet=1)
    patch.chain(off, order)
    patch.chain(gone, order)
    patch.connect(order, clear, outlet=1)
    patch.chain(clear, pipe)
    patch.connect(order, stop)
    patch.chain(stop, note)
