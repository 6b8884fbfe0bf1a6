"""The networks of the analysis: one hidden layer, trained with AdamW, saved as the arrays that ``weights`` reads.

Offers: ``Network``, ``BeatNetwork``, ``turned``, ``train``, ``save``.
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
_HIDDEN, _TOLD, _HEARD = 96, 48, 64
REACH = 4
"""Beats to either side that a beat hears."""


class Network(nn.Module):
    """(..., inputs) → (..., answers); while it learns, a share of what is hidden drops out."""

    def __init__(self, inputs: int, hidden: int, answers: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.hidden, self.out, self.drop = nn.Linear(inputs, hidden), nn.Linear(hidden, answers), nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The scores."""
        return self.out(self.drop(torch.relu(self.hidden(x))))


class BeatNetwork(Network):
    """(n, T, 12, inputs) → (n, T, 12, answers): each of T beats hears the hidden layers within ``REACH`` of it."""

    def __init__(self, inputs: int, answers: int) -> None:
        super().__init__(inputs, _HIDDEN, answers, dropout=0.3)
        self.told, self.near = nn.Linear(_HIDDEN, _TOLD), nn.Linear((2 * REACH + 1) * _TOLD, _HEARD)
        self.out = nn.Linear(_HEARD + _HIDDEN, answers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The scores."""
        hidden, beats = torch.relu(self.hidden(x)), x.shape[1]
        around = nn.functional.pad(self.told(hidden), (0, 0, 0, 0, REACH, REACH))  # (n, T + 2 reach, 12, told)
        near = torch.cat([around[:, beat : beat + beats] for beat in range(2 * REACH + 1)], dim=-1)
        return self.out(self.drop(torch.cat([torch.relu(self.near(near)), hidden], dim=-1)))

    def arrays(self) -> dict[str, np.ndarray]:
        """What ``Fitted.scores_in_time`` needs beside the arrays of any network."""
        return _arrays(told=self.told, near=self.near)


def turned(network: Network, views: np.ndarray) -> Callable[[torch.Tensor], torch.Tensor]:
    """Scores (n, answers * 12) of rows (n, F): the network looks from each of twelve roots, ``views`` (12, inputs) of
    the columns, with the same weights."""
    seen = torch.from_numpy(views)
    return lambda rows: network(rows[:, seen]).transpose(1, 2).flatten(1)


def train(
    network: Network,
    scores_of: Callable[[torch.Tensor], torch.Tensor | tuple[torch.Tensor, ...]],
    features: np.ndarray,
    right: np.ndarray | tuple[np.ndarray, ...],
    weight: np.ndarray | tuple[np.ndarray, ...],
    epochs: int,
    batch: int = _BATCH,
) -> None:
    """Learn the right answers from ``features`` (N, ..., F), of which ``scores_of`` makes (n, ..., answers).

    right   (N, ...) numbers of the answers, or (N, answers) True for each that is right where nobody knows which
    weight  (N, ...); an answer that weighs nothing may be any number

    Scores, right answers and weights are tuples where more than one question is asked.
    """
    rows = torch.from_numpy(features)
    answers = [torch.from_numpy(asked) for asked in (right if isinstance(right, tuple) else (right,))]
    heavy = [torch.from_numpy(asked).float() for asked in (weight if isinstance(weight, tuple) else (weight,))]
    optimiser = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=epochs * -(-len(rows) // batch))
    for epoch in range(epochs):
        order, total = torch.randperm(len(rows)), 0.0
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            scores = scores_of(rows[chosen])
            loss = torch.zeros(())
            for asked, known, counts in zip(
                scores if isinstance(scores, tuple) else (scores,), answers, heavy, strict=True
            ):
                loss = loss + (_losses(asked, known[chosen]) * counts[chosen]).sum() / counts[chosen].sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(chosen)
        print(f"epoch {epoch + 1}: {total / len(rows):.4f} nats", flush=True)


def _losses(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Nats for each row, (n, ...)."""
    if right.dtype != torch.bool:
        rows, answers = scores.flatten(0, -2), right.clamp(min=0).flatten()
        losses = nn.functional.cross_entropy(rows, answers, reduction="none", label_smoothing=_SMOOTHING)
        return losses.reshape(right.shape)
    shares = torch.log_softmax(scores, dim=1)
    told = shares.masked_fill(~right, -torch.inf).logsumexp(dim=1)
    return -(1 - _SMOOTHING) * told - _SMOOTHING * shares.mean(dim=1)


def save(name: str, network: Network, **tables: np.ndarray) -> None:
    """Write the network, and tables beside it, for ``weights.fitted(name)``; halves of precision are enough."""
    np.savez_compressed(
        Path(home.__path__[0]) / f"{name}.npz", **_arrays(hidden=network.hidden, out=network.out), **tables
    )


def _arrays(**layers: nn.Linear) -> dict[str, np.ndarray]:
    """The weights, (inputs, outputs), and biases of layers, as halves."""
    weights = {name: layer.weight.detach().numpy().T.astype(np.float16) for name, layer in layers.items()}
    biases = {f"{name}_bias": layer.bias.detach().numpy().astype(np.float16) for name, layer in layers.items()}
    return {**weights, **biases}
