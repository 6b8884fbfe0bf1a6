"""MIDI ports: the user's, virtual ones where the system has them, and pipes for programs and tests.

A port is what sends messages (``Send``); what comes in goes to a function, from a thread of the port's own.

Offers: ``open_output``, ``open_input``, ``Port``, ``PortLost``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.music.errors import BadValue, ClipkinError

NAME = "Clipkin"
Receive = Callable[[bytes], None]


class PortLost(ClipkinError):
    """A port that was there can't be played on any more."""


@dataclass(frozen=True)
class Port:
    """An open port; ``send`` of an input does nothing that matters."""

    name: str
    send: Callable[[bytes], None]
    close: Callable[[], None]


def open_output(name: str = "") -> Port:
    """The port that has ``name`` in its name, or a virtual one; raises BadValue."""
    port = _opened(name, output=True)

    def send(message: bytes) -> None:
        try:
            port.send_message(message)
        except Exception as problem:  # noqa: BLE001 - rtmidi's own kinds, when a device is pulled out
            raise PortLost(f'The MIDI port "{name or NAME}" has gone; plug it in and begin again.') from problem

    return Port(name or NAME, send, port.close_port)


def open_input(receive: Receive, name: str = "") -> Port:
    """What comes from the port that has ``name`` in its name, or from a virtual one, goes to ``receive``."""
    port = _opened(name, output=False)
    port.ignore_types(sysex=True, timing=False, active_sense=True)
    port.set_callback(lambda event, _: receive(bytes(event[0])))
    return Port(name or NAME, lambda message: None, port.close_port)


def _opened(name: str, *, output: bool) -> Any:  # noqa: ANN401 - rtmidi has no types
    try:
        import rtmidi
    except ImportError as problem:
        raise BadValue('MIDI ports need python-rtmidi: pip install "clipkin[midi]".', field="port") from problem
    kind = "output" if output else "input"
    try:
        port = rtmidi.MidiOut() if output else rtmidi.MidiIn()
        names = port.get_ports()
        if not name and sys.platform != "win32":
            return port.open_virtual_port(NAME)
        place = next((number for number, other in enumerate(names) if name.lower() in other.lower()), None)
        if place is not None:
            return port.open_port(place)
    except Exception as problem:  # noqa: BLE001 - rtmidi raises kinds of its own where the system has no MIDI
        raise BadValue(f"No MIDI {kind} can be opened ({problem}); plug a device in.", field="port") from problem
    there = f"there are {', '.join(names)}" if names else "there are none"
    raise BadValue(f'No MIDI {kind} is called "{name}"; {there}.', field="port")
