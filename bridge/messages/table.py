"""Every message of the protocol, and the road from a datagram to one of them.

Offers: ``MESSAGES``, ``FROM_SERVER``, ``BOTH_WAYS``, ``pack``, ``unpack``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.messages import clip, greeting, request
from bridge.messages.datagram import encode
from bridge.messages.message import Atom, Malformed, Message

BY_ADDRESS: dict[str, type[Message]] = {
    kind.ADDRESS: kind
    for module in (greeting, clip, request)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Message) and hasattr(kind, "ADDRESS")
}
MESSAGES = tuple(BY_ADDRESS.values())
"""In the order of PROTOCOL.md, which is that of the modules."""

BOTH_WAYS = frozenset({clip.Begin, clip.Part, clip.Name, clip.Ack, clip.Abort})
FROM_SERVER = frozenset(
    {
        *(greeting.Welcome, greeting.Pong, greeting.Synced, greeting.EngineNames, greeting.Card),
        *(clip.Kept, clip.VariationReport, clip.Remark),
        *(request.Accepted, request.Progress, request.Done, request.Fail, request.State),
    }
)
"""What only a server says. None of it is ever answered, lest two servers talk to each other for ever."""


def pack(message: Message) -> bytes:
    """The datagram of a message."""
    return encode(message.ADDRESS, message.to_osc())


def unpack(address: str, arguments: Sequence[Atom]) -> Message:
    """The message that a decoded datagram is; the reverse of ``pack`` after ``decode``; raises Malformed."""
    kind = BY_ADDRESS.get(address)
    if kind is None:
        raise Malformed("This address is not in the protocol; see PROTOCOL.md.", field="address")
    return kind.from_osc(arguments)
