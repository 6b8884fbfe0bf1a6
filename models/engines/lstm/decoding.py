"""Writing hypotheses together, event by event: the network's logits, what is legal, a draw.

Offers: ``Decoder``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from models.engines.lstm.config import END, LONGEST_WAIT
from models.engines.lstm.context import LineContext
from models.engines.lstm.events import NO_DURATION, distance_number, interval_number
from models.engines.lstm.hypothesis import LineHypothesis, Slot
from models.engines.lstm.network import Asked, Network, State
from models.sampling.choose import SamplingParameters, choose_legal
from models.sampling.grid import STEPS

_RHYTHM_COOLNESS = 0.9
_TOP_P, _MIN_P = 0.95, 0.03


class Decoder:
    """Hypotheses of one context, and what the network has made of them so far; density: the control."""

    def __init__(
        self,
        network: Network,
        context: LineContext,
        hypotheses: Sequence[LineHypothesis],
        density: int,
        temperature: float,
    ) -> None:
        self.network, self.context, self.hypotheses = network, context, hypotheses
        self.control = torch.tensor([[context.role, density, min(context.bar // 6, 33)]] * len(hypotheses))
        rhythm = SamplingParameters(_RHYTHM_COOLNESS * temperature, _TOP_P, _MIN_P)
        self.parameters = (rhythm, SamplingParameters(temperature, _TOP_P, _MIN_P), rhythm)
        self.later = [self._read(one) for one in hypotheses]
        self.tables = network.joined()
        self.state: State | None = None

    def _read(self, hypothesis: LineHypothesis) -> Tensor:
        """The reader's state at each slot that stays as it is, by the slot's number, (slots, R)."""
        slots = hypothesis.slots
        whole = [number for number, slot in enumerate(slots) if slot.whole][::-1]
        rows, positions = [], []
        for number in whole:
            onset, pitch = _known(slots[number])
            earlier = onset if number else 0
            if number and slots[number - 1].whole:
                earlier, _ = _known(slots[number - 1])
            wait = min(LONGEST_WAIT, max(0, onset - earlier))
            rows.append((wait, pitch, NO_DURATION if pitch == END else slots[number].duration, onset))
            positions.append(self.context.position(onset))
        states = self.network.read(torch.tensor(rows)[None], torch.tensor(positions)[None])[0]  # (K, R), the last first
        result = torch.zeros(len(slots), states.shape[1])
        result[torch.tensor(whole)] = states
        return result

    def _ask(self) -> tuple[Tensor, Tensor, Tensor]:
        """Before each next event: the writer's output, (D, W), copy features, (D, L, 3), and last notes, (D,)."""
        context, hypotheses = self.context, self.hypotheses
        before = [one.before for one in hypotheses]
        numbers = [one.next_whole for one in hypotheses]
        ahead = np.array([_known(one.slots[number]) for one, number in zip(hypotheses, numbers, strict=True)])
        ahead[:, 0] = distance_number(np.maximum(0, ahead[:, 0] - [onset for *_, onset in before]))
        ngrams = [one.memory.ngrams() for one in hypotheses]
        lookbacks = [one.memory.lookbacks(context.bar) for one in hypotheses]
        sung = np.array([one.memory.sung for one in hypotheses])
        asked = Asked(
            torch.tensor(before)[:, None],
            torch.tensor([[context.position(onset)] for *_, onset in before]),
            torch.tensor([context.chord_at(onset) + context.chord_at(onset + STEPS) for *_, onset in before])[:, None],
            torch.from_numpy(ahead)[:, None],
            torch.tensor([back + found for back, (found, _) in zip(lookbacks, ngrams, strict=True)])[:, None],
            torch.tensor([depths for _, depths in ngrams])[:, None],
            torch.from_numpy(np.column_stack([sung[:, 1], interval_number(sung[:, 0], sung[:, 1])]))[:, None],
            self.control,
        )
        later = torch.stack([states[number] for states, number in zip(self.later, numbers, strict=True)])
        states, self.state = self.network.write(asked, later[:, None], self.state, self.tables)
        return states[:, 0], asked.memory[:, 0], asked.sung[:, 0, 0]

    def step(self, rngs: Sequence[np.random.Generator]) -> None:
        """Wait, pitch and duration of every hypothesis's next event."""
        network, hypotheses, context = self.network, self.hypotheses, self.context
        state, memory, sung = self._ask()
        same = torch.ones(memory.shape[:2], dtype=torch.bool)
        chosen: list[np.ndarray] = []
        for part, parameters in enumerate(self.parameters):
            legal = np.stack([one.legal(part) for one in hypotheses])
            logits = np.zeros(legal.shape)
            if (legal.sum(1) > 1).any():
                logits = network.logits(part, state, memory[..., part], same, sung).numpy()
                if part == 0:
                    logits = logits + np.stack([one.steering() for one in hypotheses])
            chosen.append(choose_legal(logits, legal, parameters, rngs))
            value = torch.from_numpy(chosen[-1])
            same = same & (memory[..., part] == value[:, None])
            if part == 0:
                for one, wait in zip(hypotheses, chosen[0].tolist(), strict=True):
                    one.take_wait(wait)
                position = torch.tensor([context.position(one.onset) for one in hypotheses])
                chord = torch.tensor([context.chord_at(one.onset) for one in hypotheses])
                state = network.fold(0, state, value, position, chord)
            elif part == 1:
                state = network.fold(1, state, value)
        for one, pitch, duration in zip(hypotheses, chosen[1].tolist(), chosen[2].tolist(), strict=True):
            one.write(pitch, duration)


def _known(slot: Slot) -> tuple[int, int]:
    """Onset and pitch of a slot that stays as it is."""
    assert slot.onset is not None
    assert slot.pitch is not None
    return slot.onset, slot.pitch
