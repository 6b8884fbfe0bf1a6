"""Beats and lines, invented window by window under a request's conditions.

Of a line some stretches are forgotten - more, the farther the dial is from 1 - and drawn anew; cells that stay are
drawn as they are, so that what is new knows them. Where notes may only change their pitch, every place is drawn as it
is and only pitches are chosen. A clip from nothing is prompted, window by window, by what was drawn before.

Offers: ``BeatSampler``, ``LineSampler``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.gan.config import LANES, LATEST, QUANTILES
from models.engines.gan.network import Network
from models.generator import Cancelled
from models.music.note import Note
from models.sampling.beatwise import CELLS, CELLS_A_BEAT
from models.sampling.choose import SamplingParameters, choose_each
from models.sampling.conditions import Conditions
from models.sampling.engine import Sampler
from models.sampling.networks.layers import sigmoid
from models.sampling.representation.cell_grid import share_to_forget, stretches
from models.sampling.representation.drum_grid import DrumGrid
from models.sampling.representation.line import Line
from models.sampling.representation.tokens import FIRST, HOLD, REST, SIZE, pitches_of

_DENSITY = {"low": 0.65, "same": 1.0, "high": 1.5}
_LEVELS = {"low": (0.05, 0.35), "same": (0.1, 0.9), "high": (0.65, 0.95)}


def noise_of(size: int, temperature: float, rngs: Sequence[np.random.Generator]) -> np.ndarray:
    """Noise of each hypothesis, (rngs, size): over temperature 1 wider, under it nearer to one point that all share.

    The way to that point leads along a sphere: noise that is merely small is nothing the generator was taught on.
    """
    free = temperature * np.stack([rng.standard_normal(size) for rng in rngs])
    if temperature < 1:
        shared = np.random.default_rng(0).standard_normal(size)
        free = free + (1 - temperature**2) ** 0.5 * shared
    return free.astype(np.float32)


def densities_of(
    conditions: Conditions, own: float, quantiles: np.ndarray, rngs: Sequence[np.random.Generator]
) -> np.ndarray:
    """How dense each hypothesis is to be, (rngs,): as wished, beside the clip's ``own`` density; of a clip from
    nothing, as real windows are."""
    request = conditions.constraints.request
    if conditions.constraints.notes:
        return np.full(len(rngs), _DENSITY[request.density] * own, np.float32)
    low, high = _LEVELS[request.density]
    middle, half = (low + high) / 2, min(1.0, conditions.temperature) * (high - low) / 2
    levels = np.array([rng.uniform(middle - half, middle + half) for rng in rngs])
    return quantiles[(levels * QUANTILES).astype(int).clip(0, QUANTILES - 1)]


_BEAT_UNIT, _LINE_UNIT = 64.0, 16.0
"""Notes of a window of a beat, and of a line, that count as density 1."""
_HYPOTHESES = 4
"""Beats of which a variation chooses."""
_PLAIN_LOUDNESS = 0.75
_FARTHEST, _HALVINGS = 20.0, 16


class BeatSampler(Sampler[np.ndarray]):
    """Hypotheses are cells of hit, loudness, offset and the logits of the hits, (cells, 36)."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        self.generator = network.beat
        super().__init__(conditions)
        self.drums = DrumGrid.of(conditions.constraints)

    def open(self, rng: np.random.Generator) -> list[np.ndarray]:
        """Nothing is known yet."""
        return [np.empty(0)] * _HYPOTHESES

    def write(
        self, hypotheses: Sequence[np.ndarray], rngs: Sequence[np.random.Generator], cancelled: Cancelled
    ) -> list[np.ndarray]:
        """See ``Sampler``."""
        hits = self.drums.hits.astype(np.float32)
        loud = self.drums.loudness if self.drums.plays_dynamics else _PLAIN_LOUDNESS * hits
        late = np.clip(self.drums.micro_timing / LATEST, -1, 1) * hits
        prompt = np.concatenate([hits, loud, late], axis=1).astype(np.float32)
        windows = [self._window(window, rngs) for window in self.drums.grid.cut(prompt, 0.0, CELLS)]
        return list(self.drums.grid.joined(np.stack(windows, axis=1), CELLS))

    def _window(self, prompt: np.ndarray, rngs: Sequence[np.random.Generator]) -> np.ndarray:
        """One window beside its prompt (T, 27), (rngs, T, 36)."""
        generator, count, temperature = self.generator, len(rngs), self.conditions.temperature
        own = float(prompt[:, :LANES].sum()) / _BEAT_UNIT
        density = densities_of(self.conditions, own, generator.densities, rngs)
        prompted = np.full(count, bool(self.conditions.constraints.notes))
        raw = generator(noise_of(generator.noise, temperature, rngs), prompt[None], density, prompted)
        logits = _tempered(raw[..., :LANES], temperature)
        drawn = np.stack([rng.random((CELLS, LANES)) for rng in rngs]).astype(np.float32)
        hits = drawn < sigmoid(logits)
        loud, late = sigmoid(raw[..., LANES : 2 * LANES]), np.tanh(raw[..., 2 * LANES :])
        return np.concatenate([hits, hits * loud, hits * late, logits], axis=2)

    def notes(self, hypothesis: np.ndarray) -> list[Note]:
        """See ``Sampler``."""
        hits, loud, late, _ = np.split(hypothesis, 4, axis=1)
        return self.drums.notes(hits > 0.5, loud, LATEST * late)

    def changed(self, hypothesis: np.ndarray) -> dict[int, Note]:
        """See ``Sampler``; the hits take the lanes that the generator likes."""
        return self.drums.as_many(hypothesis[:, -LANES:])


def _tempered(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Logits divided by the temperature, moved so that as many hits are to be expected as before; (B, T, 9)."""
    expected = sigmoid(logits).sum((1, 2), keepdims=True)
    low, high = np.full_like(expected, -_FARTHEST), np.full_like(expected, _FARTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        many = sigmoid((logits + middle) / temperature).sum((1, 2), keepdims=True) > expected
        low, high = np.where(many, low, middle), np.where(many, middle, high)
    return (logits + (low + high) / 2) / temperature


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
        density = densities_of(self.conditions, (own >= FIRST).sum() / _LINE_UNIT, generator.densities, rngs)
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
