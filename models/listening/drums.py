"""Drum hits in a recording: every sudden rise of its spectrum, each told by a small network which drums struck.

The network (120 numbers in, 64 units, a share for each of GROUPS out) was fitted by ``clipkin train listening`` on
beats of the training data, played by Clipkin's own kits. Times are seconds.

Offers: ``Hit``, ``hits``, ``candidates``, ``GROUPS``, ``PITCHES``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.listening.audio import RATE, Recording
from models.music.drum_kit import Lane, lane_of

TABLE = Path(__file__).with_name("drums.npz")
GROUPS: dict[str, tuple[Lane, ...]] = {
    "kick": ("kick",),
    "snare": ("snare",),
    "hat": ("closed hat", "open hat", "ride", "crash"),
    "tom": ("low tom", "mid tom", "high tom"),
}
"""What can be told apart, with the lanes of a kit that count as it."""
PITCHES = {"kick": 36, "snare": 38, "hat": 42, "tom": 45}
"""What each is written as."""
_FFT, _HOP, _BANDS = 512, 128, 24
_FRAME_S = _HOP / RATE
_STRETCHES = ((-6, -1), (0, 2), (2, 5), (5, 10), (10, 19))
"""Frames before, at and after a rise whose mean levels are its features."""
_LEAST_RISE = 0.12
_APART_S = 0.03
_ONE_STROKE_S = 0.06
_SURE = {"kick": 0.42, "snare": 0.5, "hat": 0.4, "tom": 0.32}
"""From how sure on a drum counts as struck; set on beats of the valid split."""
_BRIGHT = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """A drum struck: seconds, one of GROUPS, loudness and how sure it is, both 0-1."""

    start: float
    group: str
    loudness: float
    sure: float


def group_of(pitch: int) -> str | None:
    """The group that a kit's pitch counts as."""
    lane = lane_of(pitch)
    return next((group for group, lanes in GROUPS.items() if lane in lanes), None)


def hits(recording: Recording) -> list[Hit]:
    """Every drum that is struck, in order of time."""
    times, features, strengths = candidates(recording)
    if not len(times):
        return []
    table = _table()
    hidden = np.maximum(0, (features - table["mean"]) / table["spread"] @ table["in"] + table["in_bias"])
    shares = 1 / (1 + np.exp(-(hidden @ table["out"] + table["out_bias"])))
    loudest = strengths.max()
    found: list[Hit] = []
    for number, group in enumerate(GROUPS):
        last: Hit | None = None
        for place in np.flatnonzero(shares[:, number] > _SURE[group]):
            hit = Hit(float(times[place]), group, float(strengths[place] / loudest), float(shares[place, number]))
            # One stroke may rise twice; the surer of the two is it.
            if last is not None and hit.start - last.start < _ONE_STROKE_S:
                if hit.sure <= last.sure:
                    continue
                found.pop()
            found.append(hit)
            last = hit
    return sorted(found, key=lambda hit: hit.start)


def candidates(recording: Recording) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where something may have been struck: seconds (n,), features (n, 120), strength of the rise (n,), all > 0."""
    bands = _bands(recording.samples)
    level = np.log10(1e-4 + bands)
    rise = np.clip(np.diff(level, axis=0, prepend=level[:1]), 0, None)
    # A quiet hat beside a loud kick rises in the upper bands alone.
    flux = np.maximum(rise.mean(axis=1), 0.7 * rise[:, -_BRIGHT:].mean(axis=1))
    flux = flux + np.concatenate([flux[1:], [0.0]])
    padded = np.pad(flux, 3)
    around = np.lib.stride_tricks.sliding_window_view(padded, 7).max(axis=1)
    peaks = np.flatnonzero((flux >= around) & (flux > _LEAST_RISE))
    peaks = peaks[np.diff(peaks, prepend=-100) * _FRAME_S > _APART_S]
    # The end of the file is followed by what was there last, so that nothing seems to stop.
    framed = np.pad(level, ((-_STRETCHES[0][0], _STRETCHES[-1][1]), (0, 0)), mode="edge")
    first = peaks - _STRETCHES[0][0]
    stretches = [np.mean([framed[first + frame] for frame in range(begin, end)], axis=0) for begin, end in _STRETCHES]
    features = np.concatenate(stretches, axis=1)
    power = np.pad(bands.sum(axis=1), (1, 4))
    strengths = np.array([max(1e-6, power[peak + 1 : peak + 5].max() - power[peak]) for peak in peaks]) ** 0.5
    return peaks * _FRAME_S + _LATE_S, features, strengths


_LATE_S = 0.003
"""A frame sees a hit before its middle reaches it; measured on beats whose hits are known."""


def _bands(samples: np.ndarray) -> np.ndarray:
    """Power in bands from 40 Hz to 11 kHz, evenly wide to the ear: (frames, _BANDS)."""
    padded = np.pad(samples, (_FFT // 2, _FFT))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_FFT).astype(np.float32), axis=1)) ** 2
    banded: np.ndarray = power @ _filters()
    return banded


@functools.lru_cache(maxsize=1)
def _filters() -> np.ndarray:
    edges = np.geomspace(50, 10_500, _BANDS + 2)
    bins = np.fft.rfftfreq(_FFT, 1 / RATE)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    filters = np.clip(np.minimum(rising, falling), 0, None)
    # The lowest bands are narrower than a bin: each takes the bin that is nearest.
    nearest = np.abs(bins - edges[1:-1]).argmin(axis=0)
    filters[nearest, np.arange(_BANDS)] = np.maximum(filters[nearest, np.arange(_BANDS)], 0.5)
    return filters


@functools.lru_cache(maxsize=1)
def _table() -> dict[str, np.ndarray]:
    with np.load(TABLE) as file:
        return {name: file[name].astype(np.float64) for name in file.files}
