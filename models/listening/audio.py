"""Recordings: files of any rate as one channel of samples.

Offers: ``Recording``, ``read_recording``, ``RATE``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.music.errors import EngineUnavailable, UnreadableFile

RATE = 22_050
"""Samples a second of every recording here: what the network was trained at."""
ENDINGS = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff")
LONGEST_S = 1200.0
_BLOCK_S, _MARGIN_S = 20, 1
_SILENT = 10 ** (-55 / 20)


@dataclass(frozen=True)
class Recording:
    """samples: float32, one channel, within ±1, at ``RATE``; loudest: the peak before it was brought to 1."""

    samples: np.ndarray
    loudest: float = 1.0

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / RATE

    @property
    def silent(self) -> bool:
        """Is there nothing to hear in it?"""
        return self.loudest < _SILENT

    @classmethod
    def of(cls, samples: np.ndarray, rate: int) -> Recording:
        """Of samples (frames,) or (frames, channels) at any rate: one channel, brought to full level."""
        mono = np.nan_to_num(np.asarray(samples, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        mono = _resampled(mono.mean(axis=1) if mono.ndim == 2 else mono, rate)
        mono = mono - mono.mean() if len(mono) else mono
        loudest = float(np.abs(mono).max(initial=0.0))
        return cls((mono / loudest if loudest > 0 else mono).astype(np.float32), loudest)


def read_recording(path: Path) -> Recording:
    """A file's recording; raises UnreadableFile, and EngineUnavailable without the extra."""
    try:
        import soundfile
    except (ImportError, OSError) as problem:
        raise EngineUnavailable('Recordings need two libraries: pip install "clipkin[audio]".') from problem
    try:
        with soundfile.SoundFile(path) as file:
            seconds = file.frames / file.samplerate
            if seconds > LONGEST_S:
                raise UnreadableFile(f'"{path}" lasts {seconds / 60:.0f} minutes; cut out up to {LONGEST_S / 60:.0f}.')
            return Recording.of(file.read(dtype="float32", always_2d=True), file.samplerate)
    except (soundfile.SoundFileError, RuntimeError, OSError, ValueError, ZeroDivisionError) as problem:
        missing = "can't be opened; check the name"
        unread = "is no recording that can be read; use WAV, FLAC, OGG or MP3"
        raise UnreadableFile(f'"{path}" {unread if path.is_file() else missing}.') from problem


def _resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    """At RATE, band-limited: by the Fourier transform of blocks that overlap by a second on each side."""
    if rate == RATE or not len(samples):
        return samples
    block, margin = _BLOCK_S * rate, _MARGIN_S * rate
    padded = np.pad(samples, (margin, margin + block))
    keep, skip = _BLOCK_S * RATE, _MARGIN_S * RATE
    size = keep + 2 * skip
    pieces = []
    for start in range(0, len(samples), block):
        spectrum = np.fft.rfft(padded[start : start + block + 2 * margin])
        fitted = np.zeros(size // 2 + 1, spectrum.dtype)
        shared = min(len(fitted), len(spectrum))
        fitted[:shared] = spectrum[:shared]
        pieces.append(np.fft.irfft(fitted, size)[skip : skip + keep] * (size / (block + 2 * margin)))
    return np.concatenate(pieces)[: round(len(samples) * RATE / rate)].astype(np.float32)
