"""A request for a line as what the generator is told, and what it draws as notes of the request.

Some stretches of the line are forgotten - more, the farther the dial is from 1 - and drawn anew; cells that stay are
drawn as they are, so that what is new knows them. Where notes may only change their pitch, every place is drawn as it
is and only pitches are chosen. A clip from nothing is prompted, window by window, by what was drawn before.

Offers: ``LineRoom``: ``invent`` (lines drawn under the request's conditions), ``notes_of`` and ``changed``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor

from models.constraints.constraints import Constraints
from models.engines.gan.chance import densities_of, noise_of
from models.engines.gan.line_network import LineGenerator
from models.engines.gan.network import Network
from models.music.note import Note
from models.sampling.beatwise import CELLS, CELLS_A_BEAT
from models.sampling.choose import Daring, choose_each
from models.sampling.grid import home_shift
from models.sampling.raster import Raster
from models.sampling.tokens import FIRST, HOLD, REST, SIZE, centre_of, pitches_of, tokens_of
from models.sampling.tune import SILENT, Tune

DENSITY_UNIT = 16.0
"""Notes of a window that count as density 1."""
_USUAL_BAR = 16
"""Where the metre is not known."""
_REGISTER = 72
_LIKENESS_OF_NEW = 0.35
"""How alike a stretch drawn anew is to what was there, about."""
_TOP_P, _MIN_P = 0.95, 0.03


class LineRoom:
    """A line, window by window."""

    def __init__(self, network: Network, constraints: Constraints) -> None:
        self.generator: LineGenerator = network.line
        self.constraints = constraints
        self.raster = Raster.of(constraints.prompt)
        self.tune = Tune.of(constraints, self.raster)
        self.windows = self.raster.windows(CELLS)
        self.in_order = not (constraints.allowed_edits.add and constraints.allowed_edits.remove)
        self.legal = np.stack([self._legal_pitches(cell) for cell in range(self.raster.cells)])  # (cells, 128)
        self.open = self._open()

    def _legal_pitches(self, cell: int) -> np.ndarray:
        legal = np.zeros(128, bool)
        legal[self.tune.pitches_at(max(self.constraints.start, cell * self.raster.cell))] = True
        return legal

    def _open(self) -> np.ndarray:
        """Cells that may be drawn anew, (cells,): inside the stretch, not where a fixed note begins or rings."""
        starts = np.arange(self.raster.cells) * self.raster.cell
        open_cells = (starts >= self.constraints.start - 1e-6) & (starts < self.constraints.end - 1e-6)
        fixed = False
        for cell in range(self.raster.cells):
            if cell in self.tune.at:
                fixed = self.tune.at[cell] not in self.constraints.free
            elif self.tune.cells[cell] == SILENT:
                fixed = False
            open_cells[cell] &= not fixed
        return open_cells

    def forgotten(self, target: float | None, more: float, rng: np.random.Generator) -> np.ndarray:
        """Cells to draw anew, (cells,): all that are open, or stretches of beats with enough of the notes."""
        if target is None or self.in_order:
            return self.open
        notes = self.open & (self.tune.cells >= 0)
        wanted = min(1.0, more * (1 - target) / (1 - _LIKENESS_OF_NEW)) * notes.sum()
        beats = np.arange(self.raster.cells) // CELLS_A_BEAT
        places = np.unique(beats[notes])
        chosen = np.zeros(len(beats), bool)
        while (chosen & notes).sum() < wanted - 0.5 and len(places):
            start, size = int(rng.choice(places)), int(rng.integers(1, 5))
            chosen |= (beats >= start) & (beats < start + size)
            places = places[(places < start) | (places >= start + size)]
        return chosen & self.open

    def invent(self, forgotten: np.ndarray, chances: Sequence[np.random.Generator]) -> np.ndarray:
        """Lines drawn, (chances, cells); forgotten (chances, cells)."""
        drawn, before = [], None
        for first, last in self.windows:
            own = np.full(CELLS, SILENT)
            own[: last - first] = self.tune.cells[first:last]
            anew = np.zeros((len(chances), CELLS), bool)
            anew[:, : last - first] = forgotten[:, first:last]
            centre = self._centre(own)
            before = self._window(first, tokens_of(own, centre), centre, anew, before, chances)
            drawn.append(pitches_of(before[:, : last - first], centre))
        return np.concatenate(drawn, axis=1)

    def _centre(self, own: np.ndarray) -> int:
        cells = own if (own >= 0).any() else self.tune.cells
        shift, scale = self.tune.shift, self.constraints.request.scale
        if not self.constraints.notes and scale is not None:
            pitches = np.array(scale.pitches(60, 71))
            shift = home_shift(pitches, np.ones(len(pitches)))
        sounding = cells[cells >= 0]
        return centre_of(sounding if len(sounding) else np.array([self._middle()]), shift)

    def _middle(self) -> int:
        asked = self.constraints.request.range
        return _REGISTER if asked is None else sum(asked) // 2

    @torch.inference_mode()
    def _window(
        self,
        first: int,
        own: np.ndarray,
        centre: int,
        anew: np.ndarray,
        before: np.ndarray | None,
        chances: Sequence[np.random.Generator],
    ) -> np.ndarray:
        """The tokens of a window, (chances, T); own (T,) the clip's, anew (chances, T), before: of the last window."""
        prompt, prompted = self._prompt(own, anew, before)
        density = densities_of(self.constraints, (own >= FIRST).sum() / DENSITY_UNIT, self.generator.densities, chances)
        temperature = self.constraints.request.temperature
        noise = noise_of(self.generator.noise, temperature, chances)
        plan = self.generator.planned(noise, prompt, density, prompted)
        daring = Daring(temperature, _TOP_P, _MIN_P)
        tokens = np.empty_like(anew, np.int64)
        legal = self._legal_tokens(first, own, centre)

        def draw(cell: int, logits: Tensor) -> Tensor:
            tokens[:, cell] = own[cell]
            free = np.flatnonzero(anew[:, cell])
            if len(free):
                may = np.repeat(legal[cell][None], len(free), axis=0)
                if legal[cell].sum() > 1:  # nothing is held behind silence
                    may[:, HOLD] &= cell > 0 and tokens[free, cell - 1] != REST
                likely = np.where(may, logits.numpy()[free], -np.inf)
                tokens[free, cell] = choose_each(likely, daring, [chances[number] for number in free])
            return F.one_hot(torch.from_numpy(tokens[:, cell]), SIZE).float()

        self.generator.draw(plan, prompt, draw)
        return tokens

    def _prompt(self, own: np.ndarray, anew: np.ndarray, before: np.ndarray | None) -> tuple[Tensor, Tensor]:
        """What is shown of the clip, (chances, T, S), and 1.0 where anything is: the rest hides what is forgotten."""
        if not self.constraints.notes:
            shown = np.zeros(anew.shape, np.int64) if before is None else before
            told = np.full(len(anew), before is not None)
            return _one_hot(shown, np.repeat(told[:, None], CELLS, axis=1)), torch.from_numpy(told).float()
        shown = np.repeat(own[None], len(anew), axis=0)
        left = ((own >= FIRST) & ~anew).any(1)
        return _one_hot(shown, ~anew | ~left[:, None]), torch.ones(len(anew))

    def _legal_tokens(self, first: int, own: np.ndarray, centre: int) -> np.ndarray:
        """Which tokens a cell that is drawn anew may have, (T, S)."""
        legal = np.zeros((CELLS, SIZE), bool)
        pitches = pitches_of(np.arange(FIRST, SIZE), centre)
        inside = (pitches >= 0) & (pitches < 128)
        for cell in range(min(CELLS, self.raster.cells - first)):
            legal[cell, FIRST:][inside] = self.legal[first + cell, pitches[inside]]
            if not self.in_order:
                legal[cell, [HOLD, REST]] = True
            elif own[cell] < FIRST or not legal[cell].any():
                legal[cell] = np.arange(SIZE) == own[cell]
        return legal

    def empty_bars(self, cells: np.ndarray) -> int:
        """How many bars of a drawn line, (cells,), begin no note."""
        bar = self.raster.bar or _USUAL_BAR
        return sum(not (cells[first : first + bar] >= 0).any() for first in range(0, len(cells), bar))

    def notes_of(self, cells: np.ndarray) -> list[Note]:
        """The free notes of a drawn line, (cells,)."""
        return self.tune.notes(cells)

    def changed(self, cells: np.ndarray) -> dict[int, Note]:
        """Where notes may only change pitch: what each is in a drawn line."""
        return self.tune.repitched(cells)


def _one_hot(tokens: np.ndarray, shown: np.ndarray) -> Tensor:
    """Tokens (N, T) -> (N, T, S), zeros where not ``shown``."""
    return F.one_hot(torch.from_numpy(tokens), SIZE).float() * torch.from_numpy(shown)[..., None]
