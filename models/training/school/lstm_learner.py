"""The baseline: an LSTM of the same size, on the same rows, fields and batches.

A bidirectional LSTM reads the encoder's rows; its last state opens a two-layer LSTM that writes. It is told what the
prompt has next, as the transformer is, so that what is compared is attention alone.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.engines.kin.config import CONTROL_SIZES
from models.engines.kin.network import AheadEmbedding, FieldChain, NoteEmbedding, chain_losses
from models.training.material.batches import Batch

SIZES = {"tiny": 32, "small": 260, "full": 560}
"""Widths that give the parameters of ``kin``'s profiles."""


class LstmLearner(nn.Module):
    """Two LSTMs and the six fields."""

    def __init__(self, profile: str) -> None:
        super().__init__()
        width = SIZES[profile]
        self.embed = NoteEmbedding(width)
        self.ahead = AheadEmbedding(width)
        self.controls = nn.ModuleList(nn.Embedding(size, width) for size in CONTROL_SIZES)
        self.reader = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)
        self.writer = nn.LSTM(width, width, num_layers=2, batch_first=True, dropout=0.06)
        self.fields = FieldChain(width)
        self.drop = nn.Dropout(0.06)

    def forward(self, batch: Batch, smoothing: float = 0.0) -> Tensor:
        """Costs (nats) of the fields at the steps where ``batch.real``, weighted, (N, 6)."""
        control = torch.stack([table(batch.controls[:, i]) for i, table in enumerate(self.controls)]).sum(0)  # (B, W)
        shown = self.drop(self.embed(batch.encoder, batch.bar_steps, batch.end) + control[:, None])  # (B, S, W)
        lengths = (batch.encoder[..., 0] > 0).sum(1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(shown, lengths, batch_first=True, enforce_sorted=False)
        _, (hidden, cell) = self.reader(packed)  # (2, B, W/2) each
        opening = tuple(x.transpose(0, 1).flatten(1)[None].repeat(2, 1, 1) for x in (hidden, cell))  # (2, B, W) each
        rows = batch.decoder
        read = self.embed(rows[..., :6], batch.bar_steps, batch.end) + self.ahead(rows[..., 6:]) + control[:, None]
        states, _ = self.writer(self.drop(read), opening)  # (B, T, W)
        real = batch.real
        return chain_losses(self.fields, states[real], batch.targets[real], batch.places[real], batch.weights[real],
                            smoothing)
