"""Reading the fitted numbers of the analysis models.

``key.npz``, ``chord.npz`` and ``role.npz`` are small networks of one hidden layer with what else their models need;
that of chords also hears what the hidden layer made of the beats around. All are written by ``clipkin train analysis``.

Offers: ``fitted``, ``Fitted``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Fitted:
    """Weights (F, H), (H,), (H, answers) and (answers,); ``extra`` holds the arrays beside them by name."""

    hidden: np.ndarray
    hidden_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray
    extra: dict[str, np.ndarray]

    def scores(self, features: np.ndarray) -> np.ndarray:
        """(..., F) → (..., answers), logarithms of likelihoods but for a constant."""
        found: np.ndarray = self._hidden(features) @ self.out
        return found + self.out_bias

    def scores_in_time(self, features: np.ndarray) -> np.ndarray:
        """(T, ..., F) → (T, ..., answers): the same of beats that hear each other through their hidden layers."""
        hidden = self._hidden(features)  # (T, ..., H)
        told = hidden @ self.extra["told"] + self.extra["told_bias"]  # (T, ..., P)
        reach = len(self.extra["near"]) // told.shape[-1]
        still = np.zeros((reach // 2, *told.shape[1:]), told.dtype)
        around = np.concatenate([still, told, still])
        near = np.concatenate(
            [around[beat : beat + len(told)] for beat in range(reach)], axis=-1
        )  # (T, ..., reach · P)
        heard = np.maximum(near @ self.extra["near"] + self.extra["near_bias"], 0)
        found: np.ndarray = np.concatenate([heard, hidden], axis=-1) @ self.out
        return found + self.out_bias

    def _hidden(self, features: np.ndarray) -> np.ndarray:
        return np.maximum(features.astype(np.float32) @ self.hidden + self.hidden_bias, 0)


@cache
def fitted(name: str) -> Fitted:
    """The model of that name, read once."""
    with np.load(Path(__file__).with_name(f"{name}.npz")) as file:
        arrays = {key: file[key].astype(np.float32) for key in file.files}
    network = {key: arrays.pop(key) for key in ("hidden", "hidden_bias", "out", "out_bias")}
    return Fitted(**network, extra=arrays)
