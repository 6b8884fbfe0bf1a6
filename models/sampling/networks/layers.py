"""The layers of the networks as they play, in numpy: a step of so small a network is a few hundred sums of a few rows,
which numpy makes in a fifth of the time that torch needs, and it is there at once where torch takes a second to load.

Letters in shapes: B rows, I inputs, O outputs, W width.

Offers: ``Arrays``, ``Blocks``, ``Linear``, ``Table``, ``LayerNorm``, ``Gru``, ``BothWaysGru``, ``Lstm``, ``LstmState``;
``rms_norm``, ``unit``, ``silu``, ``sigmoid``, ``softmax``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property

import numpy as np

_EPSILON = np.float32(1e-5)
_COLUMNS, _SMALL = 64, 1_000_000
"""Of a block of weights; sums in a product up to which OpenBLAS multiplies at once, without packing first."""


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


class Blocks:
    """Weights (I, O) and bias (O,) in blocks of a few columns, multiplied by few rows at a time.

    A library for matrices packs what is large before it multiplies: for a step's few rows that takes longer, up to ten
    times, than the sums.
    """

    def __init__(self, weights: np.ndarray, bias: np.ndarray) -> None:
        inputs, self.outputs = weights.shape
        beyond = -self.outputs % _COLUMNS
        shape = inputs, -1, _COLUMNS
        self.weights = np.ascontiguousarray(np.pad(weights, ((0, 0), (0, beyond))).reshape(shape).swapaxes(0, 1))
        self.bias, self.rows = np.pad(bias, (0, beyond)).reshape(-1, _COLUMNS), max(1, _SMALL // (inputs * _COLUMNS))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(..., I) -> (..., O)."""
        shape, x = x.shape[:-1], x.reshape(-1, x.shape[-1])
        mapped = np.empty((len(x), *self.bias.shape), np.float32)
        for first in range(0, len(x), self.rows):
            rows = slice(first, first + self.rows)
            np.add((x[rows] @ self.weights).swapaxes(0, 1), self.bias, out=mapped[rows])
        return mapped.reshape(*shape, self.bias.size)[..., : self.outputs]


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
        self._biased = bool(self.bias.any())

    @cached_property
    def _blocks(self) -> Blocks:
        return Blocks(self.weights, self.bias)

    def scale(self, by: np.ndarray | float, order: np.ndarray | slice = slice(None)) -> None:
        """Multiply the weights, (I, 1), or weights and outputs, () or (O,), once for all; then put the outputs in
        another order."""
        self.weights = np.ascontiguousarray((self.weights * by)[:, order], np.float32)
        self.bias = (self.bias * by if np.ndim(by) < 2 else self.bias)[order].astype(np.float32)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(B, I) -> (B, O)."""
        if self.weights.shape[1] > _COLUMNS:
            return self._blocks(x)
        mapped: np.ndarray = x @ self.weights
        if self._biased:
            mapped += self.bias
        return mapped

    def part(self, outputs: np.ndarray) -> Linear:
        """The same layer with some of its outputs, by number."""
        part = copy(self)
        part.weights, part.bias = np.ascontiguousarray(self.weights[:, outputs]), self.bias[outputs]
        return part


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


class LayerNorm:
    """Layer normalisation (Ba et al. 2016) over the last axis."""

    def __init__(self, width: int, at: Arrays) -> None:
        self.weight, self.bias = at.take("weight", width), at.take("bias", width)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(..., W) -> (..., W)."""
        width = x.shape[-1]
        x = x - x.sum(axis=-1, keepdims=True) / width
        x /= np.sqrt((x * x).sum(axis=-1, keepdims=True) / width + 1e-5)
        return x * self.weight + self.bias


class Gru:
    """A gated recurrent layer (Cho et al. 2014): what it reads is mapped at one go, then taken step by step.

    A logistic function is a tangent of half its argument, so half the gates' weights are kept, and one tangent makes
    both.
    """

    def __init__(self, inputs: int, width: int, at: Arrays, suffix: str = "_l0") -> None:
        half = np.repeat(np.array((0.5, 0.5, 1.0), np.float32), width)
        self.width = width
        self.weights = np.ascontiguousarray((at.take(f"weight_ih{suffix}", 3 * width, inputs) * half[:, None]).T)
        self.told = Blocks(self.weights, at.take(f"bias_ih{suffix}", 3 * width) * half)
        """What (..., I) comes to, (..., 3 W); that of a sum is the sum of its parts', less a bias."""
        self.again = np.ascontiguousarray(at.take(f"weight_hh{suffix}", 3 * width, width).T) * np.float32(0.5)
        self.bias_again = at.take(f"bias_hh{suffix}", 3 * width) * np.float32(0.5)
        self._said_again = Blocks(self.again, self.bias_again)

    def step(self, told: np.ndarray, state: np.ndarray) -> np.ndarray:
        """The state after a step, (B, W); told (B, 3 W)."""
        return _gru(told, state, self._said_again(state))


class BothWaysGru:
    """Two gated recurrent layers, one of which reads from the end; both go on at the same time."""

    def __init__(self, inputs: int, width: int, at: Arrays) -> None:
        self.layers = Gru(inputs, width, at), Gru(inputs, width, at, "_l0_reverse")
        self.again = np.stack([layer.again for layer in self.layers])
        self.bias_again = np.stack([layer.bias_again for layer in self.layers])[:, None]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The states of both at each step, (B, T, 2 W), the one that reads forwards first; x (B, T, I)."""
        (count, steps, _), width = x.shape, self.layers[0].width
        forwards, backwards = (layer.told(x) for layer in self.layers)
        told = np.stack([forwards, backwards[:, ::-1]])
        state, states = np.zeros((2, count, width), np.float32), np.empty((count, steps, 2, width), np.float32)
        for step in range(steps):
            again = state @ self.again
            again += self.bias_again
            state = _gru(told[:, :, step], state, again)
            states[:, step, 0], states[:, -1 - step, 1] = state
        return states.reshape(count, steps, 2 * width)


def _gru(told: np.ndarray, state: np.ndarray, again: np.ndarray) -> np.ndarray:
    """The state after a step of ``Gru``, (..., B, W); again: what the state before comes to, (..., B, 3 W)."""
    width = state.shape[-1]
    gates = told[..., : 2 * width] + again[..., : 2 * width]
    np.tanh(gates, out=gates)
    gates += 1  # twice the share of what was, that is reset and kept
    fresh = gates[..., :width] * again[..., 2 * width :]
    fresh += told[..., 2 * width :]
    np.tanh(fresh, out=fresh)
    after: np.ndarray = state - fresh
    after *= gates[..., width:]
    after *= np.float32(0.5)
    after += fresh
    return after


class LstmState:
    """What a layer ``Lstm`` of so many rows remembers: its last output behind the room for what it reads, and cells."""

    def __init__(self, inputs: int, width: int, blocks: int, count: int) -> None:
        self.read = np.zeros((count, inputs + width), np.float32)
        self.cells = np.zeros((blocks, count, width // blocks), np.float32)

    def keep(self, rows: np.ndarray) -> None:
        """Go on with some of the rows."""
        self.read, self.cells = self.read[rows], self.cells[:, rows]


class Lstm:
    """A layer of long short-term memory (Hochreiter & Schmidhuber 1997), step by step.

    Weights stand in blocks of a few columns, which a library for matrices multiplies by few rows without repacking
    them first: twice as fast as in one piece. The gates are made as those of ``Gru`` are.
    """

    def __init__(self, inputs: int, width: int, at: Arrays, suffix: str = "_l0") -> None:
        half = np.repeat(np.array((0.5, 0.5, 1.0, 0.5), np.float32), width)
        names = (("weight_ih", inputs), ("weight_hh", width))
        weights = np.concatenate([at.take(f"{name}{suffix}", 4 * width, size) for name, size in names], axis=1)
        bias = at.take(f"bias_ih{suffix}", 4 * width) + at.take(f"bias_hh{suffix}", 4 * width)
        columns = next(size for size in range(64, 0, -1) if width % size == 0)
        self.inputs, self.width, self.blocks = inputs, width, width // columns
        weights = (weights * half[:, None]).reshape(4 * self.blocks, columns, inputs + width)
        self.weights = np.ascontiguousarray(weights.swapaxes(1, 2))
        self.bias = (bias * half).reshape(4 * self.blocks, 1, columns)

    def start(self, count: int) -> LstmState:
        """The state before the first step, of so many rows."""
        return LstmState(self.inputs, self.width, self.blocks, count)

    def step(self, x: np.ndarray, state: LstmState) -> np.ndarray:
        """The output after x (B, I), (B, W); the state goes on."""
        state.read[:, : self.inputs] = x
        gates = state.read @ self.weights  # (blocks, B, columns)
        gates += self.bias
        np.tanh(gates, out=gates)
        opened, kept, fresh, shown = gates.reshape(4, *state.cells.shape)
        # Three of the four are half of what they are as logistic functions, less a half.
        kept += 1
        opened += 1
        shown += 1
        kept *= state.cells
        opened *= fresh
        kept += opened
        cells = np.multiply(kept, np.float32(0.5), out=state.cells)
        np.tanh(cells, out=fresh)
        fresh *= shown
        fresh *= np.float32(0.5)
        output = state.read[:, self.inputs :]
        output.reshape(len(x), self.blocks, -1)[:] = fresh.swapaxes(0, 1)
        return output


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
