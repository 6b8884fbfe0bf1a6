"""What is recorded: the computer's own sound input. Raises ``NoSound`` where there is none."""

from __future__ import annotations

from gui.hearing.output import NoSound
from models.sound.frames import RATE


class Microphone:
    """The computer's default sound input, through Qt: 16-bit samples of one channel at ``RATE``."""

    def __init__(self) -> None:
        """Raises NoSound."""
        try:
            from PyQt6.QtMultimedia import QAudioFormat, QAudioSource, QMediaDevices
        except ImportError as problem:
            raise NoSound("Qt's sound library can't be loaded; drop a recording on the window instead.") from problem
        device = QMediaDevices.defaultAudioInput()
        if device.isNull():
            raise NoSound("No microphone was found; plug one in, or drop a recording on the window.")
        wanted = QAudioFormat()
        wanted.setSampleRate(RATE)
        wanted.setChannelCount(1)
        wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._source = QAudioSource(device, wanted)
        self._device = self._source.start()
        if self._device is None:
            raise NoSound("The microphone can't be opened; let Clipkin use it in the system's privacy settings.")

    def read(self) -> bytes:
        """What has come since the last look."""
        return bytes(self._device.readAll().data()) if self._device else b""

    def close(self) -> None:
        """Let the device go."""
        self._source.stop()
