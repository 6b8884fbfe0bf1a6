"""Reading the fitted numbers of the analysis models.

``key.npz``, ``chord.npz`` and ``role.npz`` are small networks of one hidden layer with what else their models need;
all are written by ``python -m models.training.analysis.fit``.

Offers: ``fitted``, ``Fitted``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Fitted:
    """Weights (F, H), (H,), (H, answers) and (answers,); ``extra`` holds the tables beside them by name."""

    hidden: np.ndarray
    hidden_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray
    extra: dict[str, np.ndarray]

    def scores(self, features: np.ndarray) -> np.ndarray:
        """(..., F) → (..., answers), logarithms of likelihoods but for a constant."""
        found: np.ndarray = np.maximum(features.astype(np.float32) @ self.hidden + self.hidden_bias, 0) @ self.out
        return found + self.out_bias


@cache
def fitted(name: str) -> Fitted:
    """The model of that name, read once."""
    with np.load(Path(__file__).with_name(f"{name}.npz")) as file:
        arrays = {key: file[key].astype(np.float32) for key in file.files}
    network = {key: arrays.pop(key) for key in ("hidden", "hidden_bias", "out", "out_bias")}
    return Fitted(**network, extra=arrays)
