"""A network as the loop sees it: a batch goes in, the cost of every field of every note comes out.

An engine joins by a class here with ``forward(batch, smoothing)`` and by its name in ``LEARNERS``.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from models.engines.kin.config import PROFILES, KinConfig
from models.engines.kin.network import Network
from models.training.datasets.batches import Batch
from models.training.loop.lstm_learner import LstmLearner


class KinLearner(nn.Module):
    """The network of ``kin`` and its loss."""

    def __init__(self, config: KinConfig) -> None:
        super().__init__()
        self.config = config
        self.network = Network(config)

    def forward(self, batch: Batch, smoothing: float = 0.0) -> Tensor:
        """Costs (nats) of the fields at the steps where ``batch.real``, weighted, (N, 6)."""
        reading = self.network.read(batch.encoder, batch.controls, batch.bar_steps, batch.end)
        states = self.network.states(reading, batch.decoder)  # (B, T, W)
        real = batch.real
        return self.network.losses(
            states[real], batch.targets[real], batch.known(), batch.weights[real], smoothing=smoothing
        )


def learner(engine: str, profile: str) -> nn.Module:
    """A fresh learner of an engine in a size."""
    return LEARNERS[engine](profile)


LEARNERS: dict[str, Callable[[str], nn.Module]] = {
    "kin": lambda profile: KinLearner(PROFILES[profile]),
    "kin-lstm": LstmLearner,  # the baseline that kin is measured against; "lstm" is an engine of its own
}


@torch.no_grad()
def measure(model: nn.Module, batches: list[Batch], device: str = "cpu") -> dict[str, float]:
    """Nats a new note on fixed batches: for each role, for each task, and the mean of the roles ("all")."""
    model.eval()
    cost: dict[str, float] = {}
    notes: dict[str, int] = {}
    for batch in batches:
        losses = model(batch.to(device)).sum(-1).float().cpu()  # (N)
        start = 0
        for example in batch.examples:
            mine = losses[start : start + len(example.targets)]
            start += len(example.targets)
            new = torch.from_numpy(example.new)
            for name in (example.role, example.task):
                cost[name] = cost.get(name, 0.0) + float(mine[new].sum())
                notes[name] = notes.get(name, 0) + int(new.sum()) - 1
    model.train()
    figures = {name: cost[name] / max(1, notes[name]) for name in sorted(cost)}
    roles = [figures[name] for name in ("melody", "chords", "bass", "drums") if name in figures]
    return {"all": sum(roles) / len(roles), **figures}
