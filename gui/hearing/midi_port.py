"""A MIDI port of the user's as an output: the notes go to whatever plays there. Needs the extra ``clipkin[midi]``.

Offers: ``ports``, ``MidiPort``.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from bridge.midi_ports.ports import Port, open_output
from gui.hearing.output import NoSound
from models.jam.sounding import Sounding, note_off, note_on
from models.music.errors import ClipkinError
from models.sound.frames import RATE

if TYPE_CHECKING:
    from models.sound.rendering import Rendering

_AHEAD_S = 0.06
_DRUM_CHANNEL = 9
_CHANNELS = (*range(9), *range(10, 16))


def ports() -> tuple[tuple[str, ...], str]:
    """The names of the ports that one can play on; and why there are none, a sentence, "" where there are."""
    try:
        import rtmidi

        names = tuple(rtmidi.MidiOut().get_ports())
    except ImportError:
        return (), 'MIDI ports need python-rtmidi: pip install "clipkin[midi]".'
    except Exception:  # noqa: BLE001 - rtmidi raises kinds of its own where the system has no MIDI
        names = ()
    return names, "" if names else "No MIDI port is there; plug a device in."


class MidiPort:
    """Sends notes at their time from a thread of its own: pitched ones on channels from 1 on, one for each program
    of the clips, drums on 10. Every note that was begun is ended, however playing ends.
    """

    def __init__(self, name: str, opened: Callable[[str], Port] = open_output) -> None:
        """name: of the port, or a part of it; opened: how it is opened. Raises NoSound."""
        try:
            self._port = opened(name)
        except ClipkinError as problem:
            raise NoSound(problem.sentence) from problem
        self._begun, self._written, self._said = time.perf_counter(), 0, ""
        free = itertools.cycle(_CHANNELS)
        self._channels: defaultdict[int, int] = defaultdict(lambda: next(free))
        self._due: list[tuple[float, int, bytes]] = []
        self._number = itertools.count()
        self._sounding = Sounding()
        self._changed, self._closed = threading.Condition(), False
        self._thread = threading.Thread(target=self._work, name="clipkin-midi", daemon=True)
        self._thread.start()

    def _now(self) -> int:
        return int((time.perf_counter() - self._begun) * RATE)

    def free(self) -> int:
        """What is missing until it is far enough ahead of the clock."""
        self._written = max(self._written, self._now())  # a pause is no debt
        return max(0, self._now() + int(_AHEAD_S * RATE) - self._written)

    def write(self, rendering: Rendering, position: int, count: int, loop: bool) -> None:
        """Send the notes that begin there when they are due."""
        with self._changed:
            for frame, hit in rendering.hits(position, count, loop):
                channel = _DRUM_CHANNEL if hit.drums else self._channels[hit.program]
                on = self._begun + (self._written + frame) / RATE
                self._at(on, note_on(channel, hit.pitch, hit.velocity))
                # A hair short, so that a note that is struck again at once is let go first.
                self._at(on + hit.held - 0.001, note_off(channel, hit.pitch))
            self._changed.notify()
        self._written += count

    def heard(self) -> int:
        """By the clock."""
        return min(self._written, self._now())

    def problem(self) -> str:
        """A sentence once the port has gone."""
        return self._said

    def close(self) -> None:
        """End every note and let the port go."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout=1)
        self._port.close()

    def _at(self, due: float, message: bytes) -> None:
        heapq.heappush(self._due, (due, next(self._number), message))

    def _work(self) -> None:
        try:
            while (message := self._next()) is not None:
                for passed in self._sounding.passed(message):
                    self._port.send(passed)
            for message in self._sounding.silence():
                self._port.send(message)
        except (ClipkinError, OSError):
            self._said = "The MIDI port has gone; check its plug and press play."

    def _next(self) -> bytes | None:
        """The next message, once it is due; None when all is over."""
        with self._changed:
            while not self._closed:
                wait = self._due[0][0] - time.perf_counter() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait)
        return None
