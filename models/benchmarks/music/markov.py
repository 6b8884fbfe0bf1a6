"""The baseline without a network: an interpolated Markov model of order 2 over the same fields, counted on train.

Each field is predicted from at most two things: the wait until the next note from the two last waits and the place in
the beat; the pitch as an interval from the two last intervals (drums: the lane from the two last lanes); the duration
from the last two; the velocity from the last two; the micro-timing from the last and the place in the beat. Orders are
mixed with Witten and Bell's weights down to even chances.

Offers: ``Markov`` (``learn``, ``cost``), ``markov_nats``.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from models.engines.kin.config import END, FIELD_SIZES, LONGEST_WAIT, STEPS
from models.training.classics.markov import Chain, backed_off
from models.training.datasets.batches import Batch
from models.training.datasets.examples import Example

_WAITS = (LONGEST_WAIT + 1) * STEPS + 1
_SIZES = (_WAITS, *FIELD_SIZES[2:])
_WAIT, _PITCH, _DURATION, _VELOCITY, _MICRO = range(5)


class Markov:
    """A chain for each field, its contexts begun by the role."""

    def __init__(self) -> None:
        self.chains = [Chain(size) for size in _SIZES]

    def learn(self, examples: Iterable[Example]) -> None:
        """Count the new notes of examples."""
        for example in examples:
            for field, context, symbol, _ in _symbols(example):
                self.chains[field].learn(backed_off(example.role, *context)[:-1], symbol)

    def cost(self, example: Example) -> float:
        """Nats of the new notes of an example, those fields that are asked for."""
        return sum(
            weight * self.chains[field].nats(backed_off(example.role, *context)[:-1], symbol)
            for field, context, symbol, weight in _symbols(example)
        )


def _symbols(example: Example) -> Iterable[tuple[int, tuple, int, float]]:
    """(field, context with the nearest first, symbol, weight) for each new note of an example."""
    history = [(0, 0, 0, 0, 0)] * 2
    last_pitch, last_onset = 0, int(example.decoder[0, 1])
    for target, new, weights in zip(example.targets.tolist(), example.new.tolist(), example.weights, strict=True):
        ends = target[0] == END
        onset = (last_onset // STEPS + target[0]) * STEPS + target[1]
        wait = _WAITS - 1 if ends else max(0, onset - last_onset)
        drums = example.role == "drums"
        tone = target[2] if drums or not last_pitch else target[2] - last_pitch
        now = (wait, tone, target[3], target[4], target[5])
        if new:
            one, two = history[-1], history[-2]
            place = last_onset % STEPS
            yield _WAIT, (place, one[0], two[0])[:3], wait, 1.0
            if not ends:
                # Drums that sound together come in the order of their pitch: whether they do is part of the context.
                yield _PITCH, (one[1] if not drums else (one[1], wait == 0), two[1]), tone, 1.0
                yield _DURATION, (one[2], two[2]), target[3], float(weights[3])
                yield _VELOCITY, ((one[3], target[2] if drums else 0), two[3]), target[4], float(weights[4])
                yield _MICRO, (target[1], one[4]), target[5], float(weights[5])
        if not ends:
            history.append(now)
            last_pitch, last_onset = target[2] or 1, onset


def markov_nats(model: Markov, batches: list[Batch]) -> dict[str, float]:
    """Nats a new note on fixed batches, by role and in the mean ("all")."""
    cost: dict[str, float] = {}
    notes: dict[str, int] = {}
    for batch in batches:
        for example in batch.examples:
            cost[example.role] = cost.get(example.role, 0.0) + model.cost(example)
            notes[example.role] = notes.get(example.role, 0) + int(example.new.sum()) - 1
    figures = {role: cost[role] / max(1, notes[role]) for role in cost}
    return {"all": float(np.mean(list(figures.values()))), **figures}
