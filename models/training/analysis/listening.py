"""``clipkin train listening``: fits the network that tells drums apart in recordings (models/listening/drums.npz).

Beats of the training split are played by Clipkin's own kits, coloured, and laid under noise; what rises in them and
the drums that struck there are the examples. scikit-learn's multi-layer perceptron, one hidden layer.

Offers: ``main``, ``takes``, ``Take``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from pathlib import Path

import numpy as np

from models.listening import drums
from models.listening.audio import Recording
from models.music.carried import Carried
from models.music.clip import Clip
from models.music.note import Note
from models.sound.frames import RATE
from models.sound.rendering import render
from models.training.datasets.sources import Piece, read_packed
from models.training.options import Options

KITS = (0, 8, 16, 24, 25, 32, 40)
UNITS = 64
_NEAR_S = 0.04
_QUIETEST = 40
_FEWEST = 12
_CHANCES = (
    ((36, 35), 0.3),
    ((38, 40, 39, 37), 0.25),
    ((42, 42, 44), 0.4),
    ((46, 51, 49, 57), 0.15),
    ((41, 43, 45, 47, 48, 50), 0.12),
)
"""Drums that are struck on an eighth by chance, one of each row, and how often."""
_SOURCES = ("groove", "freedoom", "lmms", "simutrans")


@dataclass(frozen=True)
class Take:
    """A beat as it was played: the recording, and (seconds, group) of every hit.

    hits   those that can be heard among others
    ghosts those so quiet, 20 dB and more below the hardest, that nobody could say
    """

    recording: Recording
    hits: tuple[tuple[float, str], ...]
    ghosts: tuple[tuple[float, str], ...]


def main(arguments: Sequence[str]) -> None:
    """The command: fit, and write the table."""
    options = Options("train listening", __doc__)
    options.add_argument("--clips", type=int, default=160, help="beats of the data, and as many by chance (160)")
    chosen = options.parse_args(arguments)
    features, struck = examples(chain(takes(chosen.data, "train", chosen.clips), invented(chosen.clips)))
    write(drums.TABLE, *fit(features, struck))


def takes(folder: Path, split: str, count: int, seed: int = 0) -> Iterator[Take]:
    """Beats of a split."""
    return _played(islice(_beats(folder, split), count), np.random.default_rng(seed))


def invented(count: int, seed: int = 0) -> Iterator[Take]:
    """Beats by chance, so that every drum is met together with every other."""
    rng = np.random.default_rng(seed)
    return _played((_by_chance(rng) for _ in range(count)), rng)


def _played(clips: Iterable[Clip], rng: np.random.Generator) -> Iterator[Take]:
    """Played at 75 to 170 a minute by one kit after the other, each tuned and coloured otherwise."""
    for number, clip in enumerate(clips):
        kit = Carried(events=((0.0, bytes([0xC0, KITS[number % len(KITS)]])),))
        played = replace(clip, tempo=float(rng.uniform(75, 170)), carried=kit)
        tuned = rng.uniform(0.85, 1.2)
        recording = Recording.of(_coloured(render([played]).mean(axis=1), rng), round(RATE * tuned / 100) * 100)
        beat_s = 60 / played.tempo * RATE / (round(RATE * tuned / 100) * 100)
        hits = [(note.velocity, note.onset * beat_s, drums.group_of(note.pitch)) for note in played.notes]
        told = [(velocity >= _QUIETEST, (second, group)) for velocity, second, group in hits if group]
        yield Take(recording, tuple(hit for loud, hit in told if loud), tuple(hit for loud, hit in told if not loud))


def _beats(folder: Path, split: str) -> Iterator[Clip]:
    """Two bars out of the middle of what drummers played or somebody programmed, the sources in turn."""
    sources = [_beats_of(read_packed(folder, (source,)), split) for source in _SOURCES]
    return (clip for clips in zip_longest(*sources) for clip in clips if clip is not None)


def _beats_of(pieces: Iterable[Piece], split: str) -> Iterator[Clip]:
    for piece in pieces:
        for track in piece.tracks:
            if piece.split == split and piece.metre and track.role == "drums":
                length = 2 * piece.metre.bar
                start = piece.metre.bar_of(float(np.median(track.notes[:, 0]))) * piece.metre.bar
                rows = track.notes[(track.notes[:, 0] >= start) & (track.notes[:, 0] < start + length)]
                notes = [Note(int(pitch), at - start, 0.1, int(velocity)) for at, pitch, _, velocity in rows.tolist()]
                if len(notes) >= _FEWEST:
                    yield Clip(tuple(notes), length, metre=piece.metre, role="drums")


def _by_chance(rng: np.random.Generator) -> Clip:
    notes = []
    for eighth in range(16):
        for pitches, share in _CHANCES:
            if rng.random() < share:
                onset = max(0.0, eighth / 2 + rng.normal() * 0.02)
                notes.append(Note(int(rng.choice(pitches)), onset, 0.1, int(rng.integers(45, 128))))
    return Clip(tuple(notes) or (Note(36, 0.0, 0.1),), 8.0, role="drums")


def _coloured(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Through another microphone: a tilt of up to 2 dB an octave, ends cut off, noise 15 to 60 dB below."""
    spectrum = np.fft.rfft(samples)
    frequencies = np.maximum(np.fft.rfftfreq(len(samples), 1 / RATE), 50)
    spectrum *= 10 ** (rng.uniform(-2, 2) * np.log2(frequencies / 1000) / 20)
    if rng.random() < 0.3:
        spectrum[frequencies < rng.uniform(40, 120)] = 0
    if rng.random() < 0.3:
        spectrum[frequencies > rng.uniform(6000, 12000)] = 0
    coloured = np.fft.irfft(spectrum, len(samples))
    noise: np.ndarray = rng.normal(size=len(coloured)) * coloured.std() * 10 ** (-rng.uniform(15, 60) / 20)
    return coloured + noise


def examples(played: Iterator[Take]) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, 120) of all that rises, and which groups struck there (n, 4), 0 or 1."""
    groups = list(drums.GROUPS)
    every, struck = [], []
    for take in played:
        times, features, _ = drums.candidates(take.recording)
        row = np.zeros((len(times), len(groups)))
        for second, group in take.hits:
            if len(times) and np.abs(times - second).min() < _NEAR_S:
                row[np.abs(times - second).argmin(), groups.index(group)] = 1
        # What lies near a ghost note is no example of anything, unless something else struck there.
        near = [np.abs(times - second) < _NEAR_S for second, _ in take.ghosts]
        known = row.any(axis=1) | ~np.any(near, axis=0) if near else np.ones(len(times), bool)
        every.append(features[known])
        struck.append(row[known])
    return np.concatenate(every), np.concatenate(struck)


def fit(features: np.ndarray, struck: np.ndarray) -> tuple[np.ndarray, ...]:
    """The table's arrays: mean, spread, and weights and biases of both layers."""
    from sklearn.neural_network import MLPClassifier

    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    network = MLPClassifier((UNITS,), alpha=0.3, max_iter=120, random_state=0)
    network.fit((features - mean) / spread, struck)
    return mean, spread, network.coefs_[0], network.intercepts_[0], network.coefs_[1], network.intercepts_[1]


def write(path: Path, *arrays: np.ndarray) -> None:
    """Write the table."""
    names = ("mean", "spread", "in", "in_bias", "out", "out_bias")
    np.savez_compressed(path, **{name: array.astype("f4") for name, array in zip(names, arrays, strict=True)})
