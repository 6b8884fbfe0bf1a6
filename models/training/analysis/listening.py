"""``clipkin train listening``: fits the network that tells drums apart in recordings (models/listening/drums.npz).

What rises in beats of the training split, and in beats by chance, and the drums that struck there are the examples.

Offers: ``main``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from torch import nn

from models.listening import drums
from models.sound.soundfont import SoundFont
from models.training.analysis.drum_takes import Take, invented, takes
from models.training.options import Options

UNITS = (256, 128)
_NEAR_S = 0.04
_BATCH, _RATE, _DECAY, _DROPPED = 512, 2e-3, 1e-3, 0.2


def main(arguments: Sequence[str]) -> None:
    """The command: fit, and write the table."""
    options = Options("train listening", __doc__)
    options.add_argument("--clips", type=int, default=1000, help="beats of the data, and a quarter as many by chance")
    options.add_argument("--soundfont", type=Path, nargs="*", default=[], help="kits beside the shipped ones")
    options.add_argument("--epochs", type=int, default=25, help="how often each example is met (25)")
    chosen = options.parse_args(arguments)
    fonts = [SoundFont(path.read_bytes()) for path in chosen.soundfont]
    played = chain(takes(chosen.data, "train", chosen.clips, 0, fonts), invented(chosen.clips // 4, 0, fonts))
    write(drums.TABLE, *fit(*examples(played), chosen.epochs))


def examples(played: Iterable[Take]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features (n, FEATURES) of all that rises, which groups struck there (n, 4), 0 or 1, and which are known."""
    every, struck, known = [], [], []
    groups = list(drums.GROUPS)
    for take in played:
        times, features, _ = drums.candidates(take.recording)
        if not len(times):
            continue
        row, sure = np.zeros((len(times), len(groups))), np.ones((len(times), len(groups)), bool)
        for second, group in take.ghosts:  # what lies near a hit that nobody hears says nothing of its drum
            sure[np.abs(times - second) < _NEAR_S, groups.index(group)] = False
        for second, group in take.hits:
            place = np.abs(times - second).argmin()
            if abs(times[place] - second) < _NEAR_S:
                row[place, groups.index(group)], sure[place, groups.index(group)] = 1, True
        every.append(features.astype(np.float32))
        struck.append(row)
        known.append(sure)
    return np.concatenate(every), np.concatenate(struck), np.concatenate(known)


def fit(features: np.ndarray, struck: np.ndarray, known: np.ndarray, epochs: int) -> tuple[np.ndarray, ...]:
    """The table's arrays: mean, spread, and weights and biases of each layer."""
    torch.manual_seed(0)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    sizes = (features.shape[1], *UNITS)
    hidden = [
        nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Dropout(_DROPPED)) for a, b in zip(sizes, UNITS, strict=False)
    ]
    network = nn.Sequential(*hidden, nn.Linear(UNITS[-1], struck.shape[1]))
    given, wanted, counts = (
        torch.tensor(array).float() for array in ((features - mean) / spread, struck, known)
    )  # (n, features), (n, groups), (n, groups)
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
    steps = epochs * -(-len(given) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps)
    for _ in range(epochs):
        for batch in torch.randperm(len(given)).split(_BATCH):
            losses = nn.functional.binary_cross_entropy_with_logits(
                network(given[batch]), wanted[batch], reduction="none"
            )
            optimiser.zero_grad()
            (losses * counts[batch]).mean().backward()
            optimiser.step()
            schedule.step()
    layers = [module for module in network.modules() if isinstance(module, nn.Linear)]
    arrays = (array for layer in layers for array in (layer.weight.T, layer.bias))
    return mean, spread, *(array.detach().numpy() for array in arrays)


def write(path: Path, *arrays: np.ndarray) -> None:
    """Write the table: halves are fine enough for weights."""
    names = ["mean", "spread", *(f"{name}{layer}" for layer in range(len(arrays) // 2 - 1) for name in ("in", "bias"))]
    types = ["f4", "f4", *["f2"] * (len(arrays) - 2)]
    np.savez_compressed(
        path, **{name: array.astype(kind) for name, array, kind in zip(names, arrays, types, strict=True)}
    )
