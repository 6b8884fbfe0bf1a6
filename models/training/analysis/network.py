"""The networks of the analysis: one hidden layer, trained with AdamW, saved as the arrays that ``weights`` reads.

Offers: ``Network``, ``turned``, ``train``, ``save``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

import models.analysis.weights as home

SEED = 0
_BATCH = 512
_SMOOTHING = 0.02


class Network(nn.Module):
    """(..., inputs) → (..., answers); while it learns, a share of what is hidden drops out."""

    def __init__(self, inputs: int, hidden: int, answers: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.hidden, self.out, self.drop = nn.Linear(inputs, hidden), nn.Linear(hidden, answers), nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The scores."""
        return self.out(self.drop(torch.relu(self.hidden(x))))


def turned(network: Network, views: np.ndarray) -> Callable[[torch.Tensor], torch.Tensor]:
    """Scores (n, answers * 12) of rows (n, F): the network looks from each of twelve roots, ``views`` (12, inputs) of
    the columns, with the same weights."""
    seen = torch.from_numpy(views)
    return lambda rows: network(rows[:, seen]).transpose(1, 2).flatten(1)


def train(
    network: Network,
    scores_of: Callable[[torch.Tensor], torch.Tensor],
    features: np.ndarray,
    right: np.ndarray,
    weight: np.ndarray,
    epochs: int,
) -> None:
    """Learn the right answers from ``features`` (N, F), of which ``scores_of`` makes (n, answers).

    right   (N,) numbers of the answers, or (N, answers) True for each that is right where nobody knows which
    weight  (N,)
    """
    rows, answers, heavy = (torch.from_numpy(array) for array in (features, right, weight.astype(np.float32)))
    optimiser = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=epochs * -(-len(rows) // _BATCH))
    for epoch in range(epochs):
        order, total = torch.randperm(len(rows)), 0.0
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            losses = _losses(scores_of(rows[chosen]), answers[chosen])
            loss = (losses * heavy[chosen]).sum() / heavy[chosen].sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(chosen)
        print(f"epoch {epoch + 1}: {total / len(rows):.4f} nats", flush=True)


def _losses(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Nats for each row, (n,)."""
    if right.dim() == 1:
        return nn.functional.cross_entropy(scores, right, reduction="none", label_smoothing=_SMOOTHING)
    shares = torch.log_softmax(scores, dim=1)
    told = shares.masked_fill(~right, -torch.inf).logsumexp(dim=1)
    return -(1 - _SMOOTHING) * told - _SMOOTHING * shares.mean(dim=1)


def save(name: str, network: Network, **tables: np.ndarray) -> None:
    """Write the network, and tables beside it, for ``weights.fitted(name)``; halves of precision are enough."""
    np.savez_compressed(
        Path(home.__path__[0]) / f"{name}.npz",
        hidden=network.hidden.weight.detach().numpy().T.astype(np.float16),
        hidden_bias=network.hidden.bias.detach().numpy().astype(np.float16),
        out=network.out.weight.detach().numpy().T.astype(np.float16),
        out_bias=network.out.bias.detach().numpy().astype(np.float16),
        **{key: table.astype(np.float32) for key, table in tables.items()},
    )
