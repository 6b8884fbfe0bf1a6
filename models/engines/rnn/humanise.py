"""How a drummer would play a beat that stands: the loudness and the timing of every hit, its cell unchanged.

The network is told nothing beforehand and then the hits one after the other; for each it gives the odds of twelve
loudnesses and nine timings. What is drawn from them hangs together as people's playing does: a drummer who hits one
snare hard, or late, does so again, most of all on the same place of the next bar, and hits that sound together are
late together. So every hit is placed within its own odds by one number, the sum of what the lane, the place of the lane
in the bar, the moment and the hit itself bring along (a Gaussian copula). The shares were measured on the training
part of the Groove MIDI Dataset: how alike two hits' places within their odds are that have a lane, a place, a moment
in common. What a whole take has in common, its level, is left out, so that results are about as loud as each other.

Temperature widens or narrows the numbers; at 0.1 nearly the middle of the odds comes out. At 1 they are narrower than
people's: over all takes people vary as much as the odds say, but each in a manner of its own, which chance hasn't.

Offers: ``humanised``, ``odds_of``, ``play_hits``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import NormalDist

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.edits import EditSet
from models.engines.rnn.config import LANES, TIMING_UNIT, TIMINGS
from models.engines.rnn.network import Network
from models.engines.rnn.writing import BITS, earlier_symbols
from models.music.errors import Refused
from models.music.note import Note
from models.sampling.conditions import Conditions
from models.sampling.networks.layers import softmax
from models.sampling.representation.cell_grid import CellGrid
from models.sampling.representation.drum_grid import DrumGrid
from models.sampling.representation.performance import velocity_of

_SHARES = {"loudness": (0.22, 0.42, 0.09, 0.27), "timing": (0.10, 0.08, 0.40, 0.42)}
"""Of the lane, its place in the bar, the moment, the hit itself; they add up to 1."""

_USUAL = 0.6
"""How wide the numbers are at temperature 1."""

_ON_PURPOSE = 1 / 32
"""Beats; what lies further off the grid was put there."""

_SHORTEST = 1 / 64


Odds = tuple[np.ndarray, np.ndarray]
"""Of loudness (T, 9, 12) and timing (T, 9, 9), for every cell and lane."""


def odds_of(network: Network, symbol: np.ndarray, bar: int) -> Odds:
    """How likely a drummer is to play so loud and so late what is hit, symbol (T,); bar: cells, 0 where not known."""
    cells = len(symbol)
    (told,) = network.read(np.zeros((1, cells, 3 * LANES), np.float32), CellGrid(0.25, bar, cells), "drums")
    earlier, state, states = earlier_symbols(symbol, bar), network.start(1), []
    for cell in range(cells):
        state = network.write(told[cell, None], earlier[cell, None], state)
        states.append(state)
    loud, late = network.performance(network.norm(np.concatenate(states)), symbol)
    return softmax(loud).astype(float), softmax(late).astype(float)


def play_hits(odds: Odds, bar: int, temperature: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Loudness 0-1 and beats behind the cell for every cell and lane, (T, 9) each."""
    loudness, timing = (
        _within(each, _numbers(what, len(each), bar or 16, temperature, rng))
        for what, each in zip(_SHARES, odds, strict=True)
    )
    return loudness, (timing - 0.5) * TIMINGS * TIMING_UNIT


def _numbers(what: str, cells: int, period: int, temperature: float, rng: np.random.Generator) -> np.ndarray:
    """A place within the odds, 0-1, for each cell and lane, (T, 9)."""
    drawn = (
        rng.standard_normal(LANES)[None],
        rng.standard_normal((period, LANES))[np.arange(cells) % period],
        rng.standard_normal((cells, 1)),
        rng.standard_normal((cells, LANES)),
    )
    number = sum(np.sqrt(share) * each for share, each in zip(_SHARES[what], drawn, strict=True))
    return _SHARE_BELOW(_USUAL * temperature * number)


_SHARE_BELOW = np.vectorize(NormalDist().cdf, otypes=[float])
"""The share of normal numbers below one."""


def _within(odds: np.ndarray, number: np.ndarray) -> np.ndarray:
    """The value (0-1 over the classes' whole span) below which ``number`` of the odds (T, 9, K) lie; between classes
    as well."""
    edges = np.concatenate([np.zeros((*odds.shape[:2], 1)), odds.cumsum(-1)], axis=-1)
    classes = odds.shape[-1]
    number = np.clip(number, 1e-6, 1 - 1e-6) * edges[..., -1]
    chosen = np.clip((edges[..., 1:-1] <= number[..., None]).sum(-1), 0, classes - 1)  # (T, 9)
    low = np.take_along_axis(edges, chosen[..., None], -1)[..., 0]
    inside = (number - low) / np.take_along_axis(odds, chosen[..., None], -1)[..., 0]
    return (chosen + np.clip(inside, 0, 1)) / classes


def humanised(network: Network, conditions: Conditions, rngs: Iterable[np.random.Generator]) -> Iterator[list[EditSet]]:
    """The free hits of a beat with the loudness and timing of a drummer, each time; raises Refused for other roles.

    What a clip places off the grid on purpose, further than anyone's hand strays, it keeps its distance from.
    """
    constraints = conditions.constraints
    if not constraints.drums:
        raise Refused(
            'The engine "rnn" plays drums like a person, and nothing else; choose another engine.', field="engine"
        )
    drums = DrumGrid.of(constraints)
    odds = odds_of(network, (drums.hits << BITS).sum(1), drums.grid.bar)
    for rng in rngs:
        loud, late = play_hits(odds, drums.grid.bar, conditions.temperature, rng)
        played: dict[int, Note] = {}
        for (cell, lane), index in drums.at.items():
            note = constraints.notes[index]
            on_purpose = abs(drums.grid.micro_timing(note)) > _ON_PURPOSE
            onset = (note.onset if on_purpose else cell * drums.grid.cell) + float(late[cell, lane])
            onset = min(max(onset, constraints.start, 0.0), constraints.end - note.duration)
            played[index] = note.moved(onset=onset, velocity=velocity_of(loud[cell, lane]))
        yield [(_together if constraints.keeps_order else _lane_by_lane)(constraints, played)]


def _struck(constraints: Constraints, index: int, played: Mapping[int, Note]) -> Note:
    """A note with the velocity that is played, where that may change."""
    note = constraints.notes[index]
    return (
        note.moved(velocity=played[index].velocity)
        if constraints.allowed_edits.revelocity and index in played
        else note
    )


def _together(constraints: Constraints, played: Mapping[int, Note]) -> EditSet:
    """A move for each onset, whose hits stay together, so that they stay in their order: what a lock on it needs."""
    edit_set = EditSet(constraints)
    for group in constraints.groups:
        mine = [index for index in group if index in played]
        if not mine or any(index not in constraints.free for index in group):
            continue
        shift = played[mine[0]].onset - constraints.notes[mine[0]].onset
        struck = tuple(_struck(constraints, index, played) for index in group)
        moved = tuple(note.moved(onset=max(0.0, note.onset + shift)) for note in struck)
        if (
            not (constraints.allowed_edits.move and edit_set.add(tuple(group), moved))
            and constraints.allowed_edits.revelocity
        ):
            edit_set.add(tuple(group), struck)
    return edit_set


def _lane_by_lane(constraints: Constraints, played: Mapping[int, Note]) -> EditSet:
    """A move for each pitch: its hits change together, so that none rings into the next; louder or softer alone where
    they may not move."""
    edit_set = EditSet(constraints)
    for pitch in sorted({constraints.notes[index].pitch for index in played}):
        line = [index for index, note in enumerate(constraints.notes) if note.pitch == pitch]
        changed = tuple(index for index in line if index in played and index in constraints.free)
        struck = {index: _struck(constraints, index, played) for index in changed}
        moved = {index: struck[index].moved(onset=played[index].onset) for index in changed}
        if not (
            constraints.allowed_edits.move and changed and edit_set.add(changed, _parted(constraints, line, moved))
        ):
            edit_set.add(changed, tuple(struck.values()))
    return edit_set


def _parted(constraints: Constraints, line: Sequence[int], moved: Mapping[int, Note]) -> tuple[Note, ...]:
    """The moved hits of a pitch in their order, none ringing into the next one of the pitch."""
    notes = [moved.get(index, constraints.notes[index]) for index in line]
    for place, (index, following) in enumerate(zip(line, [*notes[1:], None], strict=True)):
        if index in moved and following is not None and notes[place].end > following.onset:
            notes[place] = notes[place].moved(duration=max(_SHORTEST, following.onset - notes[place].onset))
    return tuple(note for index, note in zip(line, notes, strict=True) if index in moved)
