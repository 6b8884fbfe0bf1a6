"""Where sound goes: what a player asks of an output, the computer's own, and a MIDI port of the user's, on which
whatever listens there is played; and where it comes from when it is recorded. A port needs the extra ``clipkin[midi]``.
"""

from __future__ import annotations

import itertools
import queue
import time
from collections import defaultdict
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Literal, Protocol

from PyQt6.QtCore import QLoggingCategory

from bridge.midi_ports.player import Player as BeatPlayer
from bridge.midi_ports.player import Port, open_output
from models.jam.clock import BeatClock
from models.jam.jam import Timed
from models.jam.sounding import note_off, note_on
from models.music.errors import ClipkinError
from models.sound.frames import RATE

if TYPE_CHECKING:
    from PyQt6.QtMultimedia import QAudioFormat

    from models.sound.rendering import Rendering


_BUFFER_S = 0.12
_FADE_FRAMES = 256
_DRIFT_S = 0.06
"""The playhead follows the computer's clock; a device that tells another time than this is believed."""
_BYTES = 4

_NO_LIBRARY = (
    "Qt's sound library can't be loaded ({}); on Debian and Ubuntu: apt install libpulse0. "
    "Until then clipkin render writes what you would hear."
)
_NO_DEVICE = "No sound device was found; plug one in, or choose a MIDI port. clipkin render writes what you would hear."


class NoSound(ClipkinError):
    """Nothing can be heard; the sentence says why."""


class Output(Protocol):
    """Takes what is to be heard, a short time before it is; counts frames at ``RATE`` a second from its opening."""

    def free(self) -> int:
        """How many frames it takes now."""

    def write(self, rendering: Rendering, position: int, count: int, loop: bool) -> None:
        """Sound ``count`` frames of a rendering from ``position``, behind all that was written."""

    def heard(self) -> int:
        """How many of the written frames have been heard."""

    def problem(self) -> str:
        """Why it can sound no longer, a sentence; "" while it can."""

    def close(self) -> None:
        """Be silent at once."""


def _sound(no_library: str, channels: int) -> tuple[ModuleType, QAudioFormat]:
    """Qt's sound library, and 16-bit samples of so many channels; raises NoSound with the sentence."""
    # What it says of sound systems that aren't there is nothing to a user.
    QLoggingCategory.setFilterRules("qt.multimedia.*=false")
    try:
        from PyQt6 import QtMultimedia
    except ImportError as problem:
        raise NoSound(no_library.format(str(problem).split(":")[0])) from problem
    wanted = QtMultimedia.QAudioFormat()
    wanted.setSampleRate(RATE)
    wanted.setChannelCount(channels)
    wanted.setSampleFormat(wanted.SampleFormat.Int16)
    return QtMultimedia, wanted


class Speakers:
    """The computer's default sound device, through Qt."""

    def __init__(self) -> None:
        """Raises NoSound."""
        library, samples = _sound(_NO_LIBRARY, 2)
        device = library.QMediaDevices.defaultAudioOutput()
        if device.isNull():
            raise NoSound(_NO_DEVICE)
        self._sink = library.QAudioSink(device, samples)
        self._sink.setBufferSize(int(_BUFFER_S * RATE) * _BYTES)
        self._device = self._sink.start()
        self._written, self._begun = 0, 0.0
        self._next: tuple[Rendering, int, bool] | None = None
        if self._device is None:
            raise NoSound(f"The sound device {device.description()} can't be opened; another program may hold it.")

    def free(self) -> int:
        return self._sink.bytesFree() // _BYTES

    def write(self, rendering: Rendering, position: int, count: int, loop: bool) -> None:
        """Sound them; where they don't go on from the last ones, the two are faded into each other."""
        import numpy as np  # here, since the window is there before anything is heard

        block = rendering.read(position, count, loop)
        if self._next is not None and self._next != (rendering, position, loop):
            before, place, looped = self._next
            length = min(_FADE_FRAMES, count)
            share = np.linspace(0, 1, length, dtype=np.float32)[:, None]
            block[:length] = block[:length] * share + before.read(place, length, looped) * (1 - share)
        taken = self._device.write((block * 32767).astype("<i2").tobytes()) if self._device else 0
        self._begun = self._begun or time.perf_counter()
        self._written += max(taken, 0) // _BYTES
        self._next = (rendering, position + count, loop)

    def heard(self) -> int:
        """By the clock, so that a playhead runs smoothly, but never away from what the device tells."""
        told = self._written - (self._sink.bufferSize() // _BYTES - self.free())
        clocked = int((time.perf_counter() - self._begun) * RATE)
        if abs(clocked - told) > _DRIFT_S * RATE:
            self._begun = time.perf_counter() - told / RATE
            clocked = told
        return max(0, min(clocked, self._written))

    def problem(self) -> str:
        fine = self._sink.error().name in ("NoError", "UnderrunError")
        return "" if fine else "The sound device has gone; check its plug and press play."

    def close(self) -> None:
        self._sink.reset()


_AHEAD_S = 0.06
_DRUM_CHANNEL = 9
_CHANNELS = (*range(9), *range(10, 16))


def ports(kind: Literal["MidiIn", "MidiOut"] = "MidiOut") -> tuple[tuple[str, ...], str]:
    """The names of the ports that one can listen or play on; and why there are none, a sentence, "" where there are."""
    try:
        import rtmidi

        names = tuple(getattr(rtmidi, kind)().get_ports())
    except ImportError:
        return (), 'MIDI ports need python-rtmidi: pip install "clipkin[midi]".'
    except Exception:  # noqa: BLE001 - rtmidi raises kinds of its own where the system has no MIDI
        names = ()
    return names, "" if names else "No MIDI port is there; plug a device in."


class MidiPort:
    """Sends notes at their time: pitched ones on channels from 1 on, one for each program of the clips, drums on 10.
    Every note that was begun is ended, however playing ends.
    """

    def __init__(self, name: str, opened: Callable[[str], Port] = open_output) -> None:
        """name: of the port, or a part of it; opened: how it is opened. Raises NoSound."""
        try:
            self._port = opened(name)
        except ClipkinError as problem:
            raise NoSound(problem.sentence) from problem
        self._clock, self._written = BeatClock(60.0, time.monotonic()), 0  # a beat is a second
        free = itertools.cycle(_CHANNELS)
        self._channels: defaultdict[int, int] = defaultdict(lambda: next(free))
        self._coming: queue.SimpleQueue[Timed] = queue.SimpleQueue()
        take = self._coming.get_nowait
        self._beats = BeatPlayer(
            *(self._clock, self._port.send, lambda *_: None), lambda _: [take() for _ in range(self._coming.qsize())]
        )
        self._beats.start()

    def heard(self) -> int:
        return min(self._written, self._now())

    def _now(self) -> int:
        return int(self._clock.beat(time.monotonic()) * RATE)

    def free(self) -> int:
        """What is missing until it is far enough ahead of the clock."""
        self._written = max(self._written, self._now())  # a pause is no debt
        return max(0, self._now() + int(_AHEAD_S * RATE) - self._written)

    def write(self, rendering: Rendering, position: int, count: int, loop: bool) -> None:
        """Send the notes that begin there when they are due."""
        for frame, hit in rendering.hits(position, count, loop):
            channel = _DRUM_CHANNEL if hit.drums else self._channels[hit.program]
            on = (self._written + frame) / RATE
            self._coming.put(Timed(on, note_on(channel, hit.pitch, hit.velocity)))
            # A hair short, so that a note that is struck again at once is let go first.
            self._coming.put(Timed(on + hit.held - 0.001, note_off(channel, hit.pitch)))
        self._written += count

    def problem(self) -> str:
        return "The MIDI port has gone; check its plug and press play." if self._beats.sentence else ""

    def close(self) -> None:
        """End every note and let the port go."""
        self._beats.close()
        self._port.close()


class Microphone:
    """The computer's default sound input, through Qt: 16-bit samples of one channel at ``RATE``."""

    def __init__(self) -> None:
        """Raises NoSound."""
        no_library = "Qt's sound library can't be loaded; drop a recording on the window instead."
        library, samples = _sound(no_library, 1)
        device = library.QMediaDevices.defaultAudioInput()
        if device.isNull():
            raise NoSound("No microphone was found; plug one in, or drop a recording on the window.")
        self._source = library.QAudioSource(device, samples)
        self._device = self._source.start()
        if self._device is None:
            raise NoSound("The microphone can't be opened; let Clipkin use it in the system's privacy settings.")

    def read(self) -> bytes:
        """What has come since the last look."""
        return bytes(self._device.readAll().data()) if self._device else b""

    def close(self) -> None:
        self._source.stop()
