"""Where sound goes: what a player asks of an output, and the computer's own.

Offers: ``Output``, ``Speakers``, ``NoSound``.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from PyQt6.QtCore import QLoggingCategory

from models.music.errors import ClipkinError
from models.sound.frames import RATE

if TYPE_CHECKING:
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
        ...

    def write(self, rendering: Rendering, position: int, count: int, loop: bool) -> None:
        """Sound ``count`` frames of a rendering from ``position``, behind all that was written."""
        ...

    def heard(self) -> int:
        """How many of the written frames have been heard."""
        ...

    def problem(self) -> str:
        """Why it can sound no longer, a sentence; "" while it can."""
        ...

    def close(self) -> None:
        """Be silent at once."""
        ...


class Speakers:
    """The computer's default sound device, through Qt."""

    def __init__(self) -> None:
        """Raises NoSound."""
        try:
            from PyQt6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices
        except ImportError as problem:
            raise NoSound(_NO_LIBRARY.format(str(problem).split(":")[0])) from problem
        # What it says of sound systems that aren't there is nothing to a user.
        QLoggingCategory.setFilterRules("qt.multimedia.*=false")
        device = QMediaDevices.defaultAudioOutput()
        if device.isNull():
            raise NoSound(_NO_DEVICE)
        wanted = QAudioFormat()
        wanted.setSampleRate(RATE)
        wanted.setChannelCount(2)
        wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._sink = QAudioSink(device, wanted)
        self._sink.setBufferSize(int(_BUFFER_S * RATE) * _BYTES)
        self._device = self._sink.start()
        self._written, self._begun = 0, 0.0
        self._next: tuple[Rendering, int, bool] | None = None
        if self._device is None:
            raise NoSound(f"The sound device {device.description()} can't be opened; another program may hold it.")

    def free(self) -> int:
        """How many frames fit into the device's buffer."""
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
        """A sentence once the device has gone."""
        fine = self._sink.error().name in ("NoError", "UnderrunError")
        return "" if fine else "The sound device has gone; check its plug and press play."

    def close(self) -> None:
        """Stop and let the device go."""
        self._sink.reset()
