"""Take from Live and Put into Live, for panels and commands; the control surface must run in Live.

    taken = take_from_live(client)
    made = list(client.vary(Request(prompts=(taken.clip,), scale=taken.scale, context=taken.context)))
    put_into_live(client, [one.clip for one in made], taken)

All wait for their answer, so they are for a thread of their own; all raise ClipkinError with a sentence for the user.
Following the selection: ask ``live_now`` now and then, and take again when its ``selection`` has changed.

Offers: ``FromLive``, ``live_now``, ``take_from_live``, ``put_into_live``, ``song_places``,
``live_report``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bridge.client.client import Client
from bridge.client.job import Failed
from bridge.client.live_orders import LiveOrder, LiveOrders
from bridge.messages.live import BELOW, CONTEXT, TRACKS, HostState
from bridge.translation.notes import selection, to_clip, to_wire
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.scale import Scale

MOST_CLIPS = 120
PATIENCE_S = 20.0


@dataclass(frozen=True)
class FromLive:
    """A clip taken from Live.

    order     names it in ``put_into_live``
    selected  indices of the notes that are selected in Live; None: all or none
    context   what plays at the same time
    scale     the set's; None where none is on or this Live can't say
    pads      names of the track's drum pads by pitch; empty: no Drum Rack
    """

    order: int
    clip: Clip
    selected: frozenset[int] | None = None
    context: tuple[Clip, ...] = ()
    scale: Scale | None = None
    track: str = ""
    pads: dict[int, str] = field(default_factory=dict)


def live_now(client: Client, timeout_s: float = 1.0) -> HostState | None:
    """Which Live is there, and where the user stands in it; ``set_name`` "" for a set that was never saved, ``clip`` ""
    for none, or no name. None: no Live, or no answer.
    """
    state = client.ask_live_state(timeout_s)
    return state if state and state.hosts else None


def take_from_live(client: Client, reads: int = CONTEXT) -> FromLive:
    """The clip that is selected in Live; ``reads`` adds bits of bridge.messages.live; raises ClipkinError."""
    order = _order(client, lambda orders: orders.take(reads))
    taken = order.taken
    if taken is None:
        raise Failed("Live took nothing; try again.", field="live")
    wires = [order.received[index] for index in range(taken.clips)]
    clip, *context = map(to_clip, wires)
    scale = Scale(taken.scale_root, taken.scale_mask) if taken.scale_root >= 0 else None
    pads = {pad.pitch: pad.name for pad in order.pads.values()}
    return FromLive(order.message.order, clip, selection(wires[0]), tuple(context), scale, taken.track, pads)


def put_into_live(
    client: Client,
    clips: Sequence[Clip],
    taken: FromLive | None = None,
    goes: int = BELOW,
    places: Sequence[int] | None = None,
) -> str:
    """Write clips into Live, all or none, over nothing; gives Live's sentence; raises ClipkinError.

    taken   of which clip they are variations: its track, its loop, and every note that comes back unchanged is Live's
            own to the last bit; None: the highlighted slot's track
    goes    BELOW, HERE, SCENES, ARRANGEMENT or LANES of bridge.messages.live
    places  for SCENES, from ``song_places``
    """
    if not 0 < len(clips) <= MOST_CLIPS:
        raise BadValue(f"1 to {MOST_CLIPS} clips can be put into Live at once, not {len(clips)}.", field="clips")
    wires = [replace(to_wire(clip), pickup=0) for clip in clips]  # Live has no word for it
    numbers = tuple(range(len(clips)) if places is None else places)
    return _order(client, lambda orders: orders.put(wires, taken.order if taken else 0, goes, numbers)).sentence


def live_report(client: Client) -> str:
    """What a person who tries it sends back: versions, what was asked of Live, what came; lines of text."""
    now, orders = live_now(client), client.live_orders()
    lines = [f"Clipkin: {client.status.version or 'no server'}", f"Live: {now.host if now else 'not connected'}"]
    for order in orders:
        what = f"put {len(order.clips)}" if order.clips else "take"
        taken = f"{len(order.received[0].notes)} notes" if order.received.get(0) else "nothing"
        lines.append(f"{what}: {order.sentence or (taken if order.ended else 'no end yet')}")
    return "\n".join(lines)


def song_places(sections: Sequence[int], tracks: Sequence[int]) -> tuple[int, ...]:
    """Where the clips of a song go: each one's section is its new scene, its track the clip of the take (0: the first).

    Raises BadValue beyond 16 tracks.
    """
    if any(not 0 <= track < TRACKS for track in tracks):
        raise BadValue(f"A song in Live has at most {TRACKS} tracks.", field="tracks")
    return tuple(TRACKS * section + track for section, track in zip(sections, tracks, strict=True))


def _order(client: Client, begin: Callable[[LiveOrders], LiveOrder]) -> LiveOrder:
    """Give an order and wait for its end."""
    order = client.order_live(begin, PATIENCE_S)
    if order.refused or not order.ended:
        raise Failed(order.sentence or "Live takes too long; look there what became of it.", field="live")
    return order
