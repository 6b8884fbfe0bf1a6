"""Every message of the protocol, and the road from a datagram to one of them.

Offers: ``MESSAGES``, ``pack``, ``unpack``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.messages import clip, greeting, request
from bridge.messages.datagram import encode
from bridge.messages.message import Atom, Malformed, Message

MESSAGES: tuple[type[Message], ...] = (
    greeting.Hello,
    greeting.Welcome,
    greeting.Ping,
    greeting.Pong,
    greeting.Sync,
    greeting.Synced,
    greeting.Bye,
    greeting.EngineQuery,
    greeting.EngineNames,
    greeting.Card,
    clip.Begin,
    clip.Part,
    clip.Selected,
    clip.Chords,
    clip.Kept,
    clip.Name,
    clip.VariationReport,
    clip.Remark,
    clip.Ack,
    clip.Abort,
    request.Start,
    request.Accepted,
    request.Progress,
    request.Done,
    request.Fail,
    request.Seen,
    request.Cancel,
    request.Query,
    request.State,
)

BY_ADDRESS: dict[str, type[Message]] = {message.ADDRESS: message for message in MESSAGES}


def pack(message: Message) -> bytes:
    """The datagram of a message."""
    return encode(message.ADDRESS, message.to_osc())


def unpack(address: str, arguments: Sequence[Atom]) -> Message:
    """The message that a decoded datagram is; the reverse of ``pack`` after ``decode``; raises Malformed."""
    kind = BY_ADDRESS.get(address)
    if kind is None:
        raise Malformed("This address is not in the protocol; see PROTOCOL.md.", field="address")
    return kind.from_osc(arguments)
