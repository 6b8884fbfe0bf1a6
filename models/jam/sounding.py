"""Which notes sound, so that none is left sounding.

Offers: ``Sounding``, ``note_on``, ``note_off``, ``DRUM_CHANNEL``.
"""

NOTE_OFF, NOTE_ON = 0x80, 0x90
DRUM_CHANNEL = 9
"""Of 0-15."""


def note_on(channel: int, pitch: int, velocity: int) -> bytes:
    """The MIDI message; channel 0-15, pitch 0-127, velocity 1-127."""
    return bytes((NOTE_ON | channel, pitch, velocity))


def note_off(channel: int, pitch: int) -> bytes:
    """The MIDI message that ends it."""
    return bytes((NOTE_OFF | channel, pitch, 0))


class Sounding:
    """Between whoever plays and a port: every note that began ends exactly once, whatever comes and wherever it stops.

    A note that begins again is ended first; an end without a beginning isn't passed on.
    """

    def __init__(self) -> None:
        self._keys: set[tuple[int, int]] = set()

    def __len__(self) -> int:
        return len(self._keys)

    def passed(self, message: bytes) -> list[bytes]:
        """What to send for a message; what is no note goes through."""
        kind = message[0] & 0xF0
        if kind not in (NOTE_ON, NOTE_OFF):
            return [message]
        key = (message[0] & 0x0F, message[1])
        ended = [note_off(*key)] if key in self._keys else []
        if kind == NOTE_ON and message[2]:
            self._keys.add(key)
            return [*ended, message]
        self._keys.discard(key)
        return ended

    def silence(self) -> list[bytes]:
        """The ends of all that sounds."""
        ends = [note_off(*key) for key in sorted(self._keys)]
        self._keys.clear()
        return ends
