"""``clipkin train analysis --data DIR``: fit the models of keys, chords and roles.

Each is a small network of one hidden layer; those of keys and chords share their weights over the twelve roots: what is
looked at is turned until the candidate's root is 0, so a transposed clip gets the transposed answer. Everything is
drawn from the train split with one seed.

Keys are learned from pieces whose key is known, songs of known tonic, and loops made up. Songs of which musicians wrote
down the chords and the tonic are played, and either mode on their tonic is right: they teach what loops of chords sound
like, which songs that end with a cadence don't. Made-up loops teach what their makers call them.

Offers: ``main``, ``fit_keys`` (models/analysis/weights/key.npz).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from models.analysis import key
from models.analysis.arrays import NoteArrays
from models.music.beats import Metre
from models.training.analysis.annotated import KEYED, SONGS, read_annotated
from models.training.analysis.fit_chords import fit_chords
from models.training.analysis.fit_roles import fit_roles, stretch
from models.training.analysis.network import SEED, Network, save, train
from models.training.analysis.played_chords import made_loop, play
from models.training.analysis.producer_styles import play_chart

HIDDEN = 40
_EPOCHS = 24
_SONG = 0.5
"""What a song of which only the chords are known weighs, beside a piece."""

_LOOPS, _LOOP = 2500, 0.7
"""How many loops are made up, and what one weighs."""

_STRETCHES = (2, 4, 8)
"""Bars of the stretches that keys are learned from beside whole pieces."""

_NEAR_THE_START = 16
"""Bars in which such a stretch lies, where a piece may modulate later."""


class _Material:
    """Features, right answers (mode · 12 + tonic) and weights."""

    def __init__(self) -> None:
        self.features: list[np.ndarray] = []
        self.right: list[np.ndarray] = []
        self.weights: list[float] = []

    def add(self, notes: NoteArrays, right: np.ndarray, weight: float) -> None:
        if len(notes) >= 6:
            self.features.append(key.features_of(notes))
            self.right.append(right)
            self.weights.append(weight)

    def add_stretches(
        self, notes: NoteArrays, metre: Metre, right: np.ndarray, weight: float, within: float, rng: np.random.Generator
    ) -> None:
        for bars in _STRETCHES if len(notes) else ():
            self.add(stretch(notes, metre, bars, within, rng), right, weight)


def _gather(folder: Path, rng: np.random.Generator) -> _Material:
    material, answers = _Material(), np.arange(24)
    for piece in read_annotated(folder, KEYED, "train"):
        truth = piece.key
        if truth is None:
            continue
        together, within = piece.together, float("inf") if piece.has_mode else _NEAR_THE_START
        right = answers == truth[1] * 12 + truth[0]
        material.add(together, right, 2.0)
        material.add_stretches(together, piece.metre, right, 0.5, within, rng)
        alone = piece.tracks[int(rng.integers(len(piece.tracks)))][1]
        material.add_stretches(alone, piece.metre, right, 0.5, within, rng)
    for song in read_annotated(folder, SONGS, "train"):
        right = answers % 12 == song.tonic
        for notes in (play(song.chords, rng), play(song.chords, rng)):
            material.add(notes, right, 2.0 * _SONG)
            material.add_stretches(notes, song.metre, right, 0.5 * _SONG, float("inf"), rng)
    for _ in range(_LOOPS):
        chords, metre, minor = made_loop(rng)
        played = play_chart(chords, metre, rng)
        right = answers == minor * 12 + played.shift
        material.add(played.notes, right, _LOOP)
        material.add(played.notes.between(0.0, 4 * metre.bar - 0.02), right, _LOOP)
    return material


def fit_keys(folder: Path) -> None:
    """Whole pieces and songs, stretches of all tracks together and of one track, loops and their halves."""
    torch.manual_seed(SEED)
    material = _gather(folder, np.random.default_rng(SEED))
    features = np.array(material.features, np.float32)
    network = Network(features.shape[1], HIDDEN, 2)
    seen = torch.from_numpy(key.FROM_TONICS)

    def scores_of(rows: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = network(rows[:, seen]).transpose(1, 2).flatten(1)
        return scores

    train(network, scores_of, features, np.array(material.right), np.array(material.weights), _EPOCHS)
    save("key", network)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit all three, or those named."""
    parser = argparse.ArgumentParser(prog="python -m models.training.analysis.fit", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the packed corpora")
    parser.add_argument("what", nargs="*", default=["keys", "chords", "roles"], help="keys, chords, roles")
    chosen = parser.parse_args(arguments)
    for name, fit in (("keys", fit_keys), ("chords", fit_chords), ("roles", fit_roles)):
        if name in chosen.what:
            fit(chosen.data)


if __name__ == "__main__":
    main()
