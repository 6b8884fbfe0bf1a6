"""Every message of the protocol, and the road from a datagram to one of them.

Offers: ``MESSAGES``, ``FROM_SERVER``, ``FROM_CLIENT``, ``pack``, ``unpack``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.messages import clip, greeting, live, piece, request
from bridge.messages.datagram import encode
from bridge.messages.message import BY_ADDRESS, Atom, Malformed, Message

MESSAGES = tuple(
    kind
    for module in (greeting, clip, request, live, piece)
    for kind in BY_ADDRESS.values()
    if kind.__module__ == module.__name__
)
"""In the order of PROTOCOL.md."""

FROM_SERVER = frozenset(kind for kind in MESSAGES if kind.WAY == "S→C")
"""What only a server says. None of it is ever answered, lest two servers talk to each other for ever."""

FROM_CLIENT = frozenset(kind for kind in MESSAGES if kind.WAY == "C→S")
"""What only a client says."""


def pack(message: Message) -> bytes:
    """The datagram of a message."""
    return encode(message.ADDRESS, message.to_osc())


def unpack(address: str, arguments: Sequence[Atom]) -> Message:
    """The message that a decoded datagram is; the reverse of ``pack`` after ``decode``; raises Malformed."""
    kind = BY_ADDRESS.get(address)
    if kind is None:
        raise Malformed("This address is not in the protocol; see PROTOCOL.md.", field="address")
    return kind.from_osc(arguments)
