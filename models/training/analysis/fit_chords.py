"""Fitting the chord model: a small network for the beats, counts for what follows what and for what is usual in a key.

The network looks at a beat from each of the twelve roots with the same weights, so a transposed clip gets the
transposed answer; it is trained on annotated beats and on charts played as producers play them, about half and half.
Written to ``models/analysis/weights/chord.npz``.

Offers: ``fit_chords``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from models.analysis.chord.views import CHORD_FAMILIES, FROM_ROOTS
from models.music.chord import family_of
from models.training.analysis.annotated import read_annotated
from models.training.analysis.chord_material import NOTED, beats_of_charts, beats_of_pieces, transitions
from models.training.analysis.network import SEED, Network, save, train

HIDDEN, DROPOUT = 128, 0.1
CLIPS = 9000
_EPOCHS = 8
_RARE = 3
"""Lead sheets are few: their keys weigh this much more."""


def _shares(folder: Path) -> np.ndarray:
    """How often each chord is heard in major and minor keys, by time, (2, families, 12 degrees)."""
    shares = np.zeros((2, len(CHORD_FAMILIES), 12))
    for piece in read_annotated(folder, NOTED, "train"):
        truth = piece.key if len(piece.together) else None
        if truth is None or not piece.chords:
            continue
        counts = np.zeros((len(CHORD_FAMILIES), 12))
        for timed in piece.chords:
            family = family_of(timed.chord.intervals)
            if family in CHORD_FAMILIES:
                counts[CHORD_FAMILIES.index(family), (timed.chord.root - truth[0]) % 12] += timed.duration
        weight = _RARE if piece.source == "openewld" else 1
        shares[int(truth[1])] += weight * counts / max(counts.sum(), 1e-6)
    shares += shares.sum(axis=(1, 2), keepdims=True) * 2e-4
    found: np.ndarray = shares / shares.sum(axis=(1, 2), keepdims=True)
    return found


def fit_chords(folder: Path) -> None:
    """Fit everything and write the file."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    pieces, charts = beats_of_pieces(folder), beats_of_charts(folder, CLIPS, rng)
    print(f"{len(pieces.labels)} annotated beats, {len(charts.labels)} played", flush=True)
    features = np.concatenate([pieces.features, charts.features])
    labels = np.concatenate([pieces.labels, charts.labels])
    network = Network(features.shape[1], HIDDEN, len(CHORD_FAMILIES), DROPOUT)
    seen = torch.from_numpy(FROM_ROOTS)

    def scores_of(rows: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = network(rows[:, seen]).transpose(1, 2).flatten(1)
        return scores

    train(network, scores_of, features, labels, np.ones(len(labels)), _EPOCHS)
    save("chord", network, transitions=transitions(folder, rng), shares=_shares(folder))
