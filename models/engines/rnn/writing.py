"""Writing rhythms together, cell by cell: what is known stays, the rest is drawn among the symbols that agree with it.

Offers: ``Draft``, ``write``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.engines.rnn.config import (
    BEGINS,
    HELD,
    LANES,
    LOOKBACKS,
    LOUDNESSES,
    NONE,
    PLACES,
    REST,
    TIMING_UNIT,
    TIMINGS,
)
from models.engines.rnn.network import Known, Network
from models.generator import Cancelled, Stopped
from models.sampling.choose import Daring, choose_each

EVERY = np.arange(HELD + 1)
COUNT = np.array([bin(symbol).count("1") for symbol in range(512)])
HITS = np.append(COUNT, np.zeros(3, np.int64))
_TOP_P, _MIN_P = 0.97, 0.01
_STEERING = 1.6
"""Nats for each hit where there are twice as many as wished, or none."""
_REMEMBERED, _FEW = 32, 4.0
"""Cells, and hits, over which too many or too few are counted."""
_TOUCH = Daring(0.9, 0.95, 0.03)


@dataclass
class Draft:
    """A rhythm: what it is, what of it is known, and what was drawn.

    symbol   (T,) the prompt's, then the draft's
    loud     (T, 9) 0-1 of the prompt's hits
    known    (T, 9) which lanes stay; another role's cell stays wholly or not at all
    as_many  True: a cell keeps its number of hits
    wished   (T,) how many hits are wished for in what is forgotten of each cell; None: as the network likes
    new_loud, new_late  (T, 9) how hits of each lane would be played there: 0-1, beats
    """

    symbol: np.ndarray
    loud: np.ndarray
    known: np.ndarray
    role: int
    bar: int
    as_many: bool = False
    wished: np.ndarray | None = None
    new_loud: np.ndarray | None = None
    new_late: np.ndarray | None = None

    @property
    def drums(self) -> bool:
        """Is it a beat?"""
        return self.role == 3

    def lanes(self) -> np.ndarray:
        """What the network is told of each lane, (T, 27)."""
        if self.drums:
            hits = (self.symbol[:, None] >> np.arange(LANES)) & 1
        else:
            hits = np.zeros((len(self.symbol), LANES), np.int64)
            hits[:, 0], hits[:, 1] = self.symbol == BEGINS, self.symbol == HELD
        return np.concatenate([self.known, hits * self.known, self.loud * self.known], axis=1).astype(np.float32)

    def legal(self, cell: int) -> np.ndarray:
        """Which symbols a cell may have, (515,)."""
        symbol, known = int(self.symbol[cell]), self.known[cell]
        if self.drums:
            told = int((known << np.arange(LANES)).sum())
            legal = (EVERY < 512) & ((EVERY & told) == (symbol & told))
            if self.as_many:
                legal[:512] &= COUNT[symbol] == COUNT
        else:
            legal = (symbol == EVERY) if known[0] else (EVERY >= REST)
            if not known[0] and (cell == 0 or self.symbol[cell - 1] == REST):
                legal = legal & (EVERY != HELD)
        return legal

    def steering(self, cell: int) -> np.ndarray:
        """What to add to the logits of a cell's symbols, (515,), to come back to as many hits as are wished."""
        if self.wished is None:
            return np.zeros(len(EVERY))
        start = max(0, cell - _REMEMBERED)
        wished = float(self.wished[start:cell].sum())
        written = float((self.hits(start, cell) * ~self.known[start:cell]).sum())
        excess = np.clip((written - wished) / max(_FEW, wished), -1, 1)
        return -_STEERING * excess * (HITS if self.drums else EVERY == BEGINS)

    def hits(self, start: int, end: int) -> np.ndarray:
        """What begins in cells, (cells, 9); other roles in lane 0."""
        symbols = self.symbol[start:end, None]
        if self.drums:
            return (symbols >> np.arange(LANES)) & 1
        return (symbols == BEGINS) * (np.arange(LANES) == 0)


@torch.inference_mode()
def write(
    network: Network,
    drafts: Sequence[Draft],
    temperature: float,
    chances: Sequence[np.random.Generator],
    cancelled: Cancelled,
) -> None:
    """Write drafts of the same length to their end; raises Stopped when cancelled."""
    cells, bar = len(drafts[0].symbol), drafts[0].bar
    place = np.minimum(np.arange(cells) % bar + 1, PLACES) if bar else np.zeros(cells, np.int64)
    control = torch.tensor([[draft.role, min(bar, PLACES + 1)] for draft in drafts])
    known = Known(
        torch.from_numpy(np.stack([draft.lanes() for draft in drafts])),
        torch.from_numpy(np.stack([place] * len(drafts))),
        control,
    )
    told = network.read(known)  # (D, T, W)
    daring = Daring(temperature, _TOP_P, _MIN_P)
    for draft in drafts:
        draft.new_loud, draft.new_late = np.zeros((cells, LANES)), np.zeros((cells, LANES))
    last = max((int(np.flatnonzero(~draft.known.all(1))[-1]) for draft in drafts if not draft.known.all()), default=-1)
    state = None
    for cell in range(last + 1):
        if cancelled():
            raise Stopped
        before = torch.tensor([[draft.symbol[cell - 1] if cell else NONE] for draft in drafts])
        back = torch.tensor([[[_back(draft, cell, bars) for bars in LOOKBACKS]] for draft in drafts])
        states, state = network.write(told[:, cell : cell + 1], before, back, state)
        open_cells = [not draft.known[cell].all() for draft in drafts]
        if any(open_cells):
            _choose(network, states[:, 0], back[:, 0], drafts, cell, daring, chances)


def _back(draft: Draft, cell: int, bars: int) -> int:
    then = cell - bars * (draft.bar or 16)
    return int(draft.symbol[then]) if then >= 0 else NONE


def _choose(
    network: Network,
    states: Tensor,
    back: Tensor,
    drafts: Sequence[Draft],
    cell: int,
    daring: Daring,
    chances: Sequence[np.random.Generator],
) -> None:
    """The symbol of a cell, and how its hits are played, in every draft that leaves it open."""
    logits = network.logits(states, back).numpy()
    numbers = [number for number, draft in enumerate(drafts) if not draft.known[cell].all()]
    steered = np.stack(
        [
            np.where(drafts[number].legal(cell), logits[number] + drafts[number].steering(cell), -np.inf)
            for number in numbers
        ]
    )
    chosen = choose_each(steered, daring, [chances[number] for number in numbers])
    for number, symbol in zip(numbers, chosen.tolist(), strict=True):
        drafts[number].symbol[cell] = symbol
    played = [(number, lane) for number in numbers for lane in _new_hits(drafts[number], cell)]
    if played:
        symbols = torch.tensor([int(draft.symbol[cell]) for draft in drafts])
        touch = [each.numpy() for each in network.touch(states, symbols)]
        _touch(touch, played, drafts, cell, chances)


def _new_hits(draft: Draft, cell: int) -> list[int]:
    """The lanes in which something new begins in a cell; other roles have one lane."""
    if not draft.drums:
        return [0] if draft.symbol[cell] == BEGINS else []
    symbol, known = int(draft.symbol[cell]), draft.known[cell]
    return [lane for lane in range(LANES) if symbol >> lane & 1 and not known[lane]]


def _touch(
    touch: Sequence[np.ndarray],
    played: Sequence[tuple[int, int]],
    drafts: Sequence[Draft],
    cell: int,
    chances: Sequence[np.random.Generator],
) -> None:
    """How loud, and how late, each new hit is: (number of the draft, lane) of each, and the odds of all."""
    rows = np.full((2 * len(played), LOUDNESSES), -np.inf)
    for place, (number, lane) in enumerate(played):
        rows[2 * place] = touch[0][number, lane]
        rows[2 * place + 1, :TIMINGS] = touch[1][number, lane]
    drawn = choose_each(rows, _TOUCH, [chances[number] for number, _ in played for _ in range(2)])
    for (number, lane), loud, late in zip(played, drawn[::2].tolist(), drawn[1::2].tolist(), strict=True):
        draft = drafts[number]
        assert draft.new_loud is not None
        assert draft.new_late is not None
        draft.new_loud[cell, lane] = (loud + 0.5) / LOUDNESSES
        draft.new_late[cell, lane] = (late - TIMINGS // 2) * TIMING_UNIT
