"""How the engine ``lstm`` is trained.

Offers: ``Loss``, ``model``, ``dataset``, ``measure``, ``SETTINGS``.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.lstm.config import DURATION_COUNT, PITCHES, PROFILES, ROLES, WAITS, LstmConfig
from models.training.classics.networks.lstm import Network
from models.training.datasets.classics.lines import LineBatch, LineDrawer, fixed_lines, line_batches
from models.training.datasets.corpus import Corpus


class Loss(nn.Module):
    """The network and its cost."""

    def __init__(self, config: LstmConfig) -> None:
        super().__init__()
        self.config = config
        self.network = Network(config)

    def forward(self, batch: LineBatch, smoothing: float = 0.0) -> Tensor:
        """Weighted costs (nats) of wait, pitch and duration at each event that counts, (N, 3)."""
        read = self.network.read(batch.kept, batch.kept_place)  # (B, K, R)
        later = read.gather(1, batch.which[..., None].expand(-1, -1, read.shape[-1]))  # (B, T, R)
        states = self.network.write(batch.asked, later)  # (B, T, W)
        real = batch.weights.amax(-1) > 0
        losses = losses_of(self.network, states[real], batch, real, smoothing)
        return losses * batch.weights[real]


def losses_of(network: Network, states: Tensor, batch: LineBatch, real: Tensor, smoothing: float) -> Tensor:
    """Nats of each field, (N, 3), of the N events of a batch that are ``real`` (B, T); states: before each, (N, W)."""
    targets, memory, sung = batch.targets[real], batch.asked.memory[real], batch.asked.sung[..., 0][real]
    told = [(batch.place[real], batch.chord[real]), (None, None)]
    result = []
    same = torch.ones_like(memory[..., 0], dtype=torch.bool)  # (N, L)
    for field, size in enumerate((WAITS, PITCHES, DURATION_COUNT)):
        logits = network.logits(field, states, memory[..., field], same, sung)
        target = targets[:, field].clamp(max=size - 1)
        result.append(F.cross_entropy(logits, target, reduction="none", label_smoothing=smoothing))
        same = same & (memory[..., field] == targets[:, field, None])
        if field < 2:
            states = network.fold(field, states, target, *told[field])
    return torch.stack(result, dim=-1)


@torch.no_grad()
def measure(model: nn.Module, batches: list[LineBatch], device: str = "cpu") -> dict[str, float]:
    """Nats a new note on fixed examples, for each role and their mean ("all")."""
    model.eval()
    cost, notes = [0.0] * len(ROLES), [0] * len(ROLES)
    for batch in batches:
        losses = model(batch)
        rows = torch.nonzero(batch.weights.amax(-1) > 0)[:, 0]
        new = batch.weights[batch.weights.amax(-1) > 0][:, 1] > 0
        for number, example in enumerate(batch.examples):
            mine = new & (rows == number)
            cost[example.role] += float(losses[mine].sum())
            notes[example.role] += int((~example.line.kept & (example.line.pitch < 128)).sum())
    model.train()
    figures = {role: cost[i] / max(1, notes[i]) for i, role in enumerate(ROLES)}
    return {"all": sum(figures.values()) / len(figures), **figures}


SETTINGS = {"rate": 2e-3, "averaging": 0.999, "warm_up": 300, "smoothing": 0.0}
BATCH = 32


def model(profile: str) -> Loss:
    """A fresh network and its loss."""
    return Loss(PROFILES[profile])


def dataset(corpus: Corpus, seed: int) -> tuple[Iterator[LineBatch], list[LineBatch]]:
    """Endless examples, and the fixed ones of valid."""
    return (
        line_batches(LineDrawer(corpus, valid=False), BATCH, seed),
        fixed_lines(LineDrawer(corpus, valid=True), 120, seed=20),
    )
