"""The layers of the networks as they play, in numpy: a step of so small a network is a few hundred sums of a few rows,
which numpy makes in a fifth of the time that torch needs, and it is there at once where torch takes a second to load.

Letters in shapes: B rows, I inputs, O outputs, W width.

Offers: ``Arrays``, ``Linear``, ``Table``, ``rms_norm``, ``unit``, ``silu``, ``sigmoid``, ``softmax``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

_EPSILON = np.float32(1e-5)


class Misfit(ValueError):
    """Weights that are not those of the network which is built of them."""


class Arrays:
    """Weights by name, in float32, each in the shape that is asked for; what nobody took is noticed."""

    def __init__(self, arrays: Mapping[str, np.ndarray], prefix: str = "", left: set[str] | None = None) -> None:
        self._arrays, self._prefix = arrays, prefix
        self._left = set(arrays) if left is None else left

    def at(self, *names: object) -> Arrays:
        """What lies below a name."""
        return Arrays(self._arrays, "".join([self._prefix, *(f"{name}." for name in names)]), self._left)

    def __contains__(self, name: str) -> bool:
        return self._prefix + name in self._arrays

    def take(self, name: str, *shape: int) -> np.ndarray:
        """The weights of a name; raises Misfit where there are none of this shape (-1: any size)."""
        found = self._arrays.get(self._prefix + name)
        if found is None or found.ndim != len(shape):
            raise Misfit(f"{self._prefix}{name} is missing")
        if any(size not in (-1, there) for size, there in zip(shape, found.shape, strict=True)):
            raise Misfit(f"{self._prefix}{name} is {found.shape}, not {shape}")
        self._left.discard(self._prefix + name)
        return found.astype(np.float32)

    def see_that_all_were_taken(self) -> None:
        """Raise Misfit where the network has no place for some of the weights."""
        if self._left:
            raise Misfit(f"{sorted(self._left)[0]} has no place")


class Linear:
    """One or more layers that read the same, as one product; outputs one behind the other."""

    def __init__(self, inputs: int, outputs: int, *layers: Arrays) -> None:
        weights = [layer.take("weight", -1, inputs) for layer in layers]
        self.weights = np.ascontiguousarray(np.concatenate(weights).T)
        if self.weights.shape[1] != outputs:
            raise Misfit(f"{self.weights.shape[1]} outputs, not {outputs}")
        biases = [
            layer.take("bias", len(each)) if "bias" in layer else np.zeros(len(each), np.float32)
            for layer, each in zip(layers, weights, strict=True)
        ]
        self.bias = np.concatenate(biases)

    def scale(self, by: np.ndarray | float, order: np.ndarray | slice = slice(None)) -> None:
        """Multiply the weights, (I, 1), or weights and outputs, () or (O,), once for all; then put the outputs in
        another order."""
        self.weights = np.ascontiguousarray((self.weights * by)[:, order], np.float32)
        self.bias = (self.bias * by if np.ndim(by) < 2 else self.bias)[order].astype(np.float32)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(B, I) -> (B, O)."""
        return x @ self.weights + self.bias


class Table:
    """Rows of several embeddings, one behind the other; ``sizes``: how many rows each column can name."""

    def __init__(self, sizes: Sequence[int], width: int, *tables: Arrays) -> None:
        self.rows = np.concatenate([table.take("weight", -1, width) for table in tables])
        if len(self.rows) != sum(sizes):
            raise Misfit(f"{len(self.rows)} rows, not {sum(sizes)}")
        self.starts = np.cumsum([0, *sizes])[:-1]

    def __call__(self, columns: np.ndarray) -> np.ndarray:
        """The sum of what columns (..., C) name, (..., W); where fewer than all are given, of the first ones."""
        found = self.rows.take(columns + self.starts[: columns.shape[-1]], axis=0)
        total: np.ndarray = np.add.reduce(found, axis=-2)
        return total


def rms_norm(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Root mean square normalisation (Zhang & Sennrich 2019) over the last axis."""
    normed: np.ndarray = unit(x) * weight
    return normed


def unit(x: np.ndarray) -> np.ndarray:
    """The same with weights of 1."""
    normed: np.ndarray = x / np.sqrt(np.einsum("...w,...w->...", x, x) / x.shape[-1] + _EPSILON)[..., None]
    return normed


def sigmoid(x: np.ndarray) -> np.ndarray:
    """The logistic function; x far below 0 gives 0 without an overflow."""
    return 1 / (1 + np.exp(np.minimum(-x, 80)))


def silu(x: np.ndarray) -> np.ndarray:
    """x times its logistic function."""
    activated: np.ndarray = x / (1 + np.exp(np.minimum(-x, 80)))
    return activated


def softmax(x: np.ndarray) -> np.ndarray:
    """Shares over the last axis."""
    likely = np.exp(x - np.maximum.reduce(x, axis=-1, keepdims=True))
    likely /= np.add.reduce(likely, axis=-1, keepdims=True)
    return likely
