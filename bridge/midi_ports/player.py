"""MIDI ports, and the thread that keeps the beat: it sends each message when its beat comes, and never waits for an
engine.

Ports are the user's, virtual ones where the system has them, and pipes for programs and tests. A port is what sends
messages; what comes in goes to a function, from a thread of the port's own.

Offers: ``Player``, ``end_when_told``; ``open_output``, ``open_input``, ``Port``, ``PortLost``.
"""

import ctypes
import heapq
import itertools
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from models.jam.clock import BeatClock
from models.jam.jam import Timed
from models.jam.sounding import NOTE_OFF, Sounding
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


LONGEST_SLEEP_S = 0.004
"""What comes in is looked at after that time at most, and a clock that changes is followed."""

_JUMP, _BACK = 4.0, 0.25
"""Beats forward and back between two looks at the clock that no playing explains."""

_PRIORITY, _TIME_CRITICAL = 5, 15
"""A low one of Linux's real-time priorities (an account in the group audio may), and Windows' highest."""

Hear = Callable[[bytes, float], None]
Advance = Callable[[float], list[Timed]]


class Player:
    """Plays what ``advance`` gives for each beat on ``send``; what comes in by ``receive`` is heard with its beat.

    restart  called with the beat where the clock has jumped or stood still, after everything was silenced
    sentence says why it ended, "" while it plays or when it was closed
    late     seconds by which each message of the last hundred came after its beat
    """

    def __init__(
        self,
        clock: BeatClock,
        send: Callable[[bytes], None],
        hear: Hear,
        advance: Advance,
        restart: Callable[[float], None] = lambda beat: None,
    ) -> None:
        self.clock = clock
        self.sentence = ""
        self.late: deque[float] = deque(maxlen=100)
        self._send, self._hear, self._advance, self._restart = send, hear, advance, restart
        self._inbox: deque[tuple[bytes | Callable[[], None], float]] = deque()
        self._heap: list[tuple[float, bool, int, bytes]] = []
        self._order = itertools.count()
        self._sounding = Sounding()
        self._beat: float | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clipkin-player", daemon=True)

    def receive(self, message: bytes, now: float | None = None) -> None:
        """A message has come in; from any thread."""
        self._inbox.append((message, time.monotonic() if now is None else now))

    def tell(self, change: Callable[[], None]) -> None:
        """Have a change made between two beats; from any thread."""
        self._inbox.append((change, 0.0))

    def step(self, now: float) -> float:
        """Do what is due; gives the seconds until there is more, at most ``LONGEST_SLEEP_S``. Raises PortLost."""
        while self._inbox:
            message, then = self._inbox.popleft()
            if not isinstance(message, bytes):
                message()
            elif message and message[0] >= 0xF8:
                self.clock.take(message[0], then)
            elif len(message) == 3:
                self._hear(message, self.clock.beat(then))
        beat = self.clock.beat(now)
        if not self.clock.runs(now):
            if self._beat is not None:
                self.silence()
            self._beat = None
            return LONGEST_SLEEP_S
        if self._beat is None or not -_BACK <= beat - self._beat <= _JUMP:
            self.silence()
            self._restart(beat)
        self._beat = beat
        for at, message in self._advance(beat):
            # Ends go before beginnings at the same beat.
            heapq.heappush(self._heap, (at, message[0] & 0xF0 != NOTE_OFF, next(self._order), message))
        while self._heap and self._heap[0][0] <= beat:
            at, _, _, message = heapq.heappop(self._heap)
            for passed in self._sounding.passed(message):
                self._send(passed)
            self.late.append(now - self.clock.seconds(at))
        due = self.clock.seconds(self._heap[0][0]) - now if self._heap else LONGEST_SLEEP_S
        return min(max(due, 0.0), LONGEST_SLEEP_S)

    def silence(self) -> None:
        """End all that sounds, and forget what was to come."""
        self._heap.clear()
        for message in self._sounding.silence():
            self._send(message)

    def start(self) -> None:
        """Play in a thread of its own."""
        self._thread.start()

    def _run(self) -> None:
        _come_first()
        try:
            while not self._ended.is_set():
                time.sleep(self.step(time.monotonic()))
        except PortLost as problem:
            self.sentence = problem.sentence
        finally:
            # A port that has gone can't be told; any other end is said note by note.
            with suppress(PortLost):
                self.silence()
            self._ended.set()

    @property
    def plays(self) -> bool:
        """Has it neither been closed nor lost its port?"""
        return not self._ended.is_set()

    def end_code(self) -> int:
        """The exit code of who played: 2 where it ended by itself, which is said on standard error, else 0."""
        sys.stderr.write(f"{self.sentence}\n" if self.sentence else "")
        return 2 if self.sentence else 0

    def close(self) -> None:
        """Stop; when this returns nothing sounds."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()


def end_when_told() -> None:
    """Have a process that is told to end do so as by Ctrl-C, so that nothing sounds on; for the main thread."""
    for name in ("SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.default_int_handler)


def _come_first() -> None:
    """Put this thread before the machine's other work, where the system lets a user do so."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetThreadPriority(ctypes.windll.kernel32.GetCurrentThread(), _TIME_CRITICAL)
    elif hasattr(os, "sched_setscheduler"):
        with suppress(OSError):
            os.sched_setscheduler(threading.get_native_id(), os.SCHED_RR, os.sched_param(_PRIORITY))
