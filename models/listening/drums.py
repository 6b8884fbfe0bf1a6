"""Drum hits in a recording: every sudden rise of its spectrum, each told by a small network which drums struck.

The network (FEATURES numbers of each rise in, a share for each of GROUPS out) is a transformer over the rises of a take
(pre-norm, Xiong et al., ICML 2020): a drum sounds alike throughout a take, so that what is unclear alone is told by
what it is like, and by what is struck some beats before and after. ``clipkin train listening`` fits it; drums.json says
on which kits. Times are seconds.

Offers: ``Hit``, ``hits``, ``candidates``, ``distances``, ``tempo_of``, ``group_of``, ``filters``, ``GROUPS``,
``PITCHES``, ``FEATURES``, ``DISTANCES``, ``HEADS``.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.listening.audio import RATE, Recording
from models.listening.pulse import find_pulse
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
_SURE = {"kick": 0.45, "snare": 0.5, "hat": 0.5, "tom": 0.3}
"""From how sure on a drum counts as struck; set on beats of the valid split, of which others are measured."""
HEADS = 4
_PERIODS, _NEAR_S = (4.0, 2.0, 1.0, 0.5), 0.1
DISTANCES = len(_PERIODS) + 1
_STEP, _AROUND = 32, 32
"""So many rises are told at once, by themselves and as many on either side."""

_HOP = 128
_FRAME_S = _HOP / RATE
_FFT, _BANDS = 512, (50.0, 10_500.0, 24)
_LONG_FFT, _LOW_BANDS = 2048, (35.0, 600.0, 18)
"""Short windows tell when, long ones how low. Lowest and highest frequency, and how many bands."""
_STRETCHES = ((-6, -1), (-1, 0), (0, 1), (1, 2), (2, 3), (3, 5), (5, 7), (7, 10), (10, 15), (15, 22), (22, 33))
"""Frames before, at and after a rise whose mean levels are features; _LOUD is the place of its loudest."""
_LOUD = 3
_LONG_WINDOWS = (-256, -2048, 1024)
"""Samples from the rise to the beginnings of its long windows."""
_QUANTILES = (0.25, 0.5, 0.9)
FEATURES = (len(_STRETCHES) + len(_QUANTILES) + 1) * _BANDS[2] + len(_LONG_WINDOWS) * _LOW_BANDS[2]

_LEAST_RISE, _BRIGHT = 0.12, 8
_APART_S, _ONE_STROKE_S = 0.03, 0.04
_LATE_S = 0.003
"""A frame sees a hit before its middle reaches it; measured on beats whose hits are known."""


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
    shares = _shares(features, times, tempo_of(times, strengths))
    loudest = strengths.max()
    found: list[Hit] = []
    for number, group in enumerate(GROUPS):
        for place in np.flatnonzero(shares[:, number] > _SURE[group]):
            hit = Hit(float(times[place]), group, float(strengths[place] / loudest), float(shares[place, number]))
            # One stroke may rise twice; it began with the first.
            if not (found and found[-1].group == group and hit.start - found[-1].start < _ONE_STROKE_S):
                found.append(hit)
    return sorted(found, key=lambda hit: hit.start)


def tempo_of(times: np.ndarray, strengths: np.ndarray) -> float:
    """The tempo of rises, beats a minute."""
    return find_pulse(times.tolist(), strengths.tolist()).tempo


def distances(times: np.ndarray, tempo: float) -> np.ndarray:
    """How far rises lie apart, (n, n, DISTANCES): the phase of that in periods of so many beats, and how near it is."""
    apart = times[:, None] - times
    phases = [np.cos(2 * np.pi * apart * tempo / 60 / period) for period in _PERIODS]
    return np.stack([*phases, np.exp(-np.abs(apart) / _NEAR_S)], axis=-1).astype(np.float32)


def _shares(features: np.ndarray, times: np.ndarray, tempo: float) -> np.ndarray:
    """How sure each group struck at each rise, (n, groups), 0-1."""
    table = _table()
    normal = ((features - table["mean"]) / table["spread"]).astype(np.float32)
    told = []
    for first in range(0, len(normal), _STEP):
        around = slice(max(0, first - _AROUND), first + _STEP + _AROUND)
        logits = _network(normal[around], distances(times[around], tempo), table)
        told.append(logits[first - around.start :][:_STEP])
    shares: np.ndarray = 1 / (1 + np.exp(-np.concatenate(told)))
    return shares


def _network(rises: np.ndarray, apart: np.ndarray, table: Mapping[str, np.ndarray]) -> np.ndarray:
    """Logits (n, groups) of rises (n, FEATURES) so far apart (n, n, DISTANCES)."""

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        made: np.ndarray = x @ table[f"{name}.weight"].T + table[f"{name}.bias"]
        return made

    def normed(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled: np.ndarray = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
        return scaled * table[f"{name}.weight"] + table[f"{name}.bias"]

    x = linear(np.maximum(0, linear(rises, "first")), "second")  # (n, width)
    for block in (name.removesuffix("near.bias") for name in table if name.endswith("near.bias")):
        split = linear(normed(x, f"{block}attention_norm"), f"{block}attention").reshape(len(x), 3, HEADS, -1)
        query, key, value = split.transpose(1, 2, 0, 3)  # (heads, n, width / heads)
        weights = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1]) + linear(apart, f"{block}near").transpose(
            2, 0, 1
        )
        weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
        mixed = weights / weights.sum(axis=-1, keepdims=True) @ value
        x = x + linear(mixed.transpose(1, 0, 2).reshape(x.shape), f"{block}joined")
        x = x + linear(np.maximum(0, linear(normed(x, f"{block}inner_norm"), f"{block}inner")), f"{block}outer")
    return linear(normed(x, "last_norm"), "last")


def candidates(recording: Recording) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where something may have been struck: seconds (n,), features (n, FEATURES), strength of the rise (n,), > 0."""
    padded = np.pad(recording.samples, (_FFT // 2, _FFT))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP]
    bands = _power(frames, _FFT, _BANDS)  # (frames, bands)
    level = np.log10(1e-4 + bands)
    peaks = _rises(level)
    if not len(peaks):
        return np.zeros(0), np.zeros((0, FEATURES)), np.zeros(0)
    # The end of the file is followed by what was there last, so that nothing seems to stop.
    before = -_STRETCHES[0][0]
    framed = np.pad(level, ((before, _STRETCHES[-1][1]), (0, 0)), mode="edge")
    stretches = np.stack(
        [np.mean([framed[peaks + before + frame] for frame in range(*stretch)], axis=0) for stretch in _STRETCHES],
        axis=1,
    )  # (n, stretches, bands)
    usual = np.quantile(stretches[:, _LOUD], _QUANTILES, axis=0)
    ground = np.concatenate([*usual, np.quantile(level, 0.2, axis=0)])
    long = np.pad(recording.samples, (_LONG_FFT, 2 * _LONG_FFT))
    windows = np.lib.stride_tricks.sliding_window_view(long, _LONG_FFT)
    low = [np.log10(1e-3 + _power(windows[_LONG_FFT + peaks * _HOP + off], _LONG_FFT, _LOW_BANDS))
           for off in _LONG_WINDOWS]  # fmt: skip
    relative = (stretches - usual[len(_QUANTILES) // 2]).reshape(len(peaks), -1)
    features = np.concatenate([relative, *low, np.tile(ground, (len(peaks), 1))], axis=1)
    power = np.pad(bands.sum(axis=1), (1, 4))
    strengths = np.array([max(1e-6, power[peak + 1 : peak + 5].max() - power[peak]) for peak in peaks]) ** 0.5
    return peaks * _FRAME_S + _LATE_S, features, strengths


def _rises(level: np.ndarray) -> np.ndarray:
    """The frames at which the level (frames, bands) rises most, and enough."""
    rise = np.clip(np.diff(level, axis=0, prepend=level[:1]), 0, None)
    # A quiet hat beside a loud kick rises in the upper bands alone.
    flux = np.maximum(rise.mean(axis=1), 0.7 * rise[:, -_BRIGHT:].mean(axis=1))
    flux = flux + np.concatenate([flux[1:], [0.0]])
    around = np.lib.stride_tricks.sliding_window_view(np.pad(flux, 3), 7).max(axis=1)
    peaks = np.flatnonzero((flux >= around) & (flux > _LEAST_RISE))
    found: np.ndarray = peaks[np.diff(peaks, prepend=-100) * _FRAME_S > _APART_S]
    return found


def _power(frames: np.ndarray, size: int, bands: tuple[float, float, int]) -> np.ndarray:
    """Power of frames (n, size) in bands that are evenly wide to the ear: (n, bands)."""
    spectrum = np.fft.rfft(frames * np.hanning(size).astype(np.float32), axis=1)
    banded: np.ndarray = np.abs(spectrum) ** 2 @ filters(size, RATE, *bands)
    return banded


@functools.lru_cache(maxsize=3)
def filters(size: int, rate: int, lowest: float, highest: float, count: int) -> np.ndarray:
    """Triangles over a spectrum (size // 2 + 1, count), evenly wide to the ear; frequencies in hertz."""
    edges = np.geomspace(lowest, highest, count + 2)
    bins = np.fft.rfftfreq(size, 1 / rate)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    made: np.ndarray = np.clip(np.minimum(rising, falling), 0, None)
    # The lowest bands are narrower than a bin: each takes the bin that is nearest.
    nearest = np.abs(bins - edges[1:-1]).argmin(axis=0)
    made[nearest, np.arange(count)] = np.maximum(made[nearest, np.arange(count)], 0.5)
    return made


@functools.lru_cache(maxsize=1)
def _table() -> dict[str, np.ndarray]:
    with np.load(TABLE) as file:
        return {name: file[name].astype(np.float32) for name in file.files}
