"""The network ``rnn``: gated recurrent units read what is known of a rhythm both ways and write the rest of it.

The idea. Time is cut into 16ths, and each cell of a beat is one of 512 symbols: which of nine lanes are hit together.
A bidirectional reader hears, cell by cell, the lanes that are known - kept notes, locked lanes, the bars outside a
gap - and a writer goes from left to right and chooses each cell's symbol among those that agree with what is known.
How hard and how early or late each hit is played is chosen after it. The writer is shown the same place one and two
bars ago, and gates add to the logit of the symbol that stood there, because drummers mostly repeat. Other roles have
a rhythm too: the same network writes, cell by cell, whether notes begin, go on or rest.

The equations (Cho et al. 2014; s is the logistic function):

    r = s(W_r x + U_r h)        z = s(W_z x + U_z h)        n = tanh(W x + r (U h))        h' = (1 - z) n + z h
    p(cell t) = softmax over symbols that agree with what is known of (w h_t + sum_k g_k(h_t) [symbol k bars ago])
    p(loudness, timing of lane i) = softmax(V_i f(h_t, symbol))

Where it differs from GrooVAE (Gillick et al. 2019), from which the nine lanes, loudness and timing are: hits that
sound together are one symbol, so that their joint likelihood is exact and any lock is a mask; there is no latent.

Here it plays, in numpy; training has the same in torch.

Letters in shapes: B rhythms, T cells, S symbols, W width, R reader.
"""

from __future__ import annotations

import numpy as np

from models.engines.rnn.config import (
    LANES,
    LOOKBACKS,
    LOUDNESSES,
    PLACES,
    ROLES,
    SYMBOLS,
    SYMBOLS_OF,
    TIMINGS,
    RnnConfig,
)
from models.music.clip import Role
from models.sampling.networks.layers import Arrays, BothWaysGru, Gru, LayerNorm, Linear, silu
from models.sampling.representation.cell_grid import CellGrid


class Network:
    """Reader, writer, symbol and performance; raises ``layers.Misfit``."""

    def __init__(self, config: RnnConfig, arrays: Arrays) -> None:
        width, reader = config.width, config.reader
        self.known = Linear(3 * LANES, reader, arrays.at("known"))
        self.place = arrays.take("place.weight", PLACES + 1, reader)
        sizes = (len(ROLES), PLACES + 2)
        self.controls = [arrays.take(f"controls.{i}.weight", size, reader) for i, size in enumerate(sizes)]
        self.reader = BothWaysGru(reader, reader, arrays.at("reader"))
        self.told = Linear(3 * reader, width, arrays.at("told"))
        self.writer = Gru(width, width, arrays.at("writer"))
        tables = [arrays.at("before"), *(arrays.at("back", number) for number in range(len(LOOKBACKS)))]
        # What the writer is told of a symbol is looked up as its layer reads it.
        self.symbols = np.stack([table.take("weight", SYMBOLS + 1, width) @ self.writer.weights for table in tables])
        self.norm = LayerNorm(width, arrays.at("norm"))
        every = Linear(width, SYMBOLS + len(LOOKBACKS), arrays.at("symbol"), arrays.at("gates"))
        # Beats and other rhythms choose among different symbols.
        gates = np.arange(SYMBOLS, SYMBOLS + len(LOOKBACKS))
        self.heads = [every.part(np.append(np.arange(SYMBOLS)[those], gates)) for those in SYMBOLS_OF]
        self.chosen = arrays.take("chosen.weight", SYMBOLS, width)
        self.fold = Linear(width, width, arrays.at("fold", 0))
        self.touch = Linear(width, LANES * (LOUDNESSES + TIMINGS), arrays.at("loudness"), arrays.at("timing"))

    def read(self, lanes: np.ndarray, grid: CellGrid, role: Role) -> np.ndarray:
        """What the writer's layer reads at each cell, (B, T, 3 W), but for the symbols.

        lanes (B, T, 3 * 9): for each lane known, hit, loudness; other roles use lane 0 (begins) and 1 (held)
        """
        control = self.controls[0][ROLES.index(role)] + self.controls[1][min(grid.bar, PLACES + 1)]
        x = self.known(lanes) + self.place[grid.positions(PLACES)] + control  # (B, T, R)
        return self.writer.told(self.told(np.concatenate([self.reader(x), x], axis=2)))

    def write(self, told: np.ndarray, symbols: np.ndarray, state: np.ndarray) -> np.ndarray:
        """The writer's state at a cell, (B, W), after the state before it; told (B, 3 W).

        symbols (B, 1 + L) of the cell before, and of those one and two bars ago; NONE before the first
        """
        return self.writer.step(told + self.symbols[range(symbols.shape[1]), symbols].sum(1), state)

    def start(self, count: int) -> np.ndarray:
        """The state before the first cell, (B, W)."""
        return np.zeros((count, self.writer.width), np.float32)

    def logits(self, states: np.ndarray, back: np.ndarray, *, drums: bool) -> np.ndarray:
        """Logits of the symbols of a beat, or of another rhythm, as ``SYMBOLS_OF`` has them, (N, symbols).

        normed states (N, W), back (N, L) the symbols one and two bars ago
        """
        symbols = SYMBOLS_OF[drums]
        said, size = self.heads[drums](states), symbols.stop - symbols.start
        there = (back >= symbols.start) & (back < symbols.stop)
        at = np.arange(len(said))[:, None], np.where(there, back - symbols.start, 0)
        np.add.at(said, at, said[:, size:] * there)
        return said[:, :size]

    def performance(self, states: np.ndarray, symbols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits of loudness (N, 9, 12) and timing (N, 9, 9) of each lane, after the symbol (N,); normed states."""
        touch = self.touch(silu(self.fold(states + self.chosen[symbols])))
        loud, late = touch[:, : LANES * LOUDNESSES], touch[:, LANES * LOUDNESSES :]
        return loud.reshape(-1, LANES, LOUDNESSES), late.reshape(-1, LANES, TIMINGS)
