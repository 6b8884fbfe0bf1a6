"""Lines, drawn window by window under a request's conditions.

Some stretches of the line are forgotten - more, the farther the dial is from 1 - and drawn anew; cells that stay are
drawn as they are, so that what is new knows them. Where notes may only change their pitch, every place is drawn as it
is and only pitches are chosen. A clip from nothing is prompted, window by window, by what was drawn before.

Offers: ``LineSampler``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.gan.network import Network
from models.engines.gan.noise import densities_of, noise_of
from models.generator import Cancelled
from models.music.note import Note
from models.sampling.beatwise import CELLS, CELLS_A_BEAT
from models.sampling.choose import SamplingParameters, choose_each
from models.sampling.conditions import Conditions
from models.sampling.engine import Sampler
from models.sampling.representation.cell_grid import share_to_forget, stretches
from models.sampling.representation.line import Line
from models.sampling.representation.tokens import FIRST, HOLD, REST, SIZE, pitches_of

DENSITY_UNIT = 16.0
"""Notes of a window that count as density 1."""
_MORE = (0.6, 0.8, 1.0, 1.3)
"""How much more than needed the hypotheses forget of which a variation chooses."""
_LIKENESS_OF_NEW = 0.35
"""How alike a stretch drawn anew is to what was there, about."""
_LONGEST_STRETCH = 4
_USUAL_BAR = 16
"""Where the metre is not known."""
_TOP_P, _MIN_P = 0.95, 0.03


class LineSampler(Sampler[np.ndarray]):
    """Hypotheses are cells to draw anew, (cells,) True, and then the cells drawn."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        self.generator = network.line
        super().__init__(conditions)
        self.line = Line.of(conditions.constraints, conditions.context.heard)
        self.tokens = self.line.tokens(self.line.windows)  # (windows, T)
        self.legal = [self._legal(number) for number in range(len(self.tokens))]
        self.parameters = SamplingParameters(conditions.temperature, _TOP_P, _MIN_P)

    def _legal(self, window: int) -> np.ndarray:
        """Which tokens a cell of a window may have when it is drawn anew, (T, S)."""
        legal, own = np.zeros((CELLS, SIZE), bool), self.tokens[window]
        grid = self.line.grid
        first, last = grid.windows(CELLS)[window]
        pitches = pitches_of(np.arange(SIZE), self.line.centres[window])
        for cell in range(last - first):
            onset = max(self.constraints.start, (first + cell) * grid.cell)
            legal[cell, FIRST:] = np.isin(pitches[FIRST:], list(self.line.pitches_at(onset)))
            if not self.conditions.in_order:
                legal[cell, [HOLD, REST]] = True
            elif own[cell] < FIRST or not legal[cell].any():
                legal[cell] = np.arange(SIZE) == own[cell]
        return legal

    def open(self, rng: np.random.Generator) -> list[np.ndarray]:
        """Cells to draw anew, (cells,): all that are open, or stretches of beats with enough of the notes."""
        line, target = self.line, self.conditions.target
        if target is None or self.conditions.in_order:
            return [line.open] * len(_MORE)
        notes = line.open & (line.cells >= 0)
        beats = np.arange(line.grid.cells) // CELLS_A_BEAT
        hypotheses = []
        for more in _MORE:
            wanted = share_to_forget(target, _LIKENESS_OF_NEW, more) * notes.sum()
            chosen = stretches(beats, notes, wanted, rng, np.unique(beats[notes]), _LONGEST_STRETCH) > 0
            hypotheses.append(chosen & line.open)
        return hypotheses

    def write(
        self, hypotheses: Sequence[np.ndarray], rngs: Sequence[np.random.Generator], cancelled: Cancelled
    ) -> list[np.ndarray]:
        """See ``Sampler``."""
        drawn: list[np.ndarray] = []
        anew = np.stack([self.line.grid.cut(one, 0, CELLS) for one in hypotheses])  # (N, windows, T)
        for window in range(len(self.tokens)):
            drawn.append(self._window(window, anew[:, window], drawn[-1] if drawn else None, rngs))
        return list(self.line.joined(np.stack(drawn, axis=1)))

    def _window(
        self, window: int, anew: np.ndarray, before: np.ndarray | None, rngs: Sequence[np.random.Generator]
    ) -> np.ndarray:
        """The tokens of a window, (rngs, T); anew (rngs, T), before: of the last window."""
        own, legal, generator = self.tokens[window], self.legal[window], self.generator
        density = densities_of(self.conditions, (own >= FIRST).sum() / DENSITY_UNIT, generator.densities, rngs)
        noise = noise_of(generator.noise, self.conditions.temperature, rngs)
        tokens, until = np.repeat(own[None], len(anew), axis=0), CELLS - anew[:, ::-1].argmax(1)
        rows = np.flatnonzero(anew.any(1))  # those in which something is drawn still
        if not len(rows):
            return tokens
        prompt, shown = (each[rows] for each in self._prompt(own, anew, before))
        gates, state = generator.gates(noise[rows], prompt, shown, density[rows]), generator.start(len(rows))
        drawn = np.full(len(rows), REST)
        for cell in range(CELLS):
            if not (more := until[rows] > cell).any():
                break
            if not more.all():
                rows, prompt, shown, gates = (each[more] for each in (rows, prompt, shown, gates))
                state, drawn = state[more], drawn[more]
            state = generator.step(gates[:, cell], drawn, state)
            at = np.flatnonzero(anew[rows, cell])
            if len(at):
                may = np.repeat(legal[cell][None], len(at), axis=0)
                if legal[cell].sum() > 1:  # nothing is held behind silence
                    may[:, HOLD] &= cell > 0 and tokens[rows[at], cell - 1] != REST
                logits = generator.logits(state[at], prompt[at, cell], shown[at, cell])
                sources = [rngs[row] for row in rows[at].tolist()]
                tokens[rows[at], cell] = choose_each(np.where(may, logits, -np.inf), self.parameters, sources)
            drawn = tokens[rows, cell]
        return tokens

    def _prompt(self, own: np.ndarray, anew: np.ndarray, before: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Tokens that are shown of the clip, and where, (rngs, T): the rest hides what is forgotten."""
        if not self.constraints.notes:
            return (np.zeros(anew.shape, int) if before is None else before), np.full(anew.shape, before is not None)
        left = ((own >= FIRST) & ~anew).any(1)
        return np.repeat(own[None], len(anew), axis=0), ~anew | ~left[:, None]

    def ranked(self, hypotheses: list[np.ndarray]) -> list[np.ndarray]:
        """Where no dial chooses, those with the fewest empty bars first."""
        return hypotheses if self.conditions.target is not None else sorted(hypotheses, key=self._empty_bars)

    def _empty_bars(self, cells: np.ndarray) -> int:
        """How many bars of a drawn line, (cells,), begin no note."""
        bar = self.line.grid.bar or _USUAL_BAR
        return sum(not (cells[first : first + bar] >= 0).any() for first in range(0, len(cells), bar))

    def notes(self, hypothesis: np.ndarray) -> list[Note]:
        """See ``Sampler``."""
        return self.line.notes(hypothesis)

    def changed(self, hypothesis: np.ndarray) -> dict[int, Note]:
        """See ``Sampler``."""
        return self.line.repitched(hypothesis)
