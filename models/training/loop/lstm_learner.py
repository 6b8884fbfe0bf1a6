"""The baseline: an LSTM of the same size, on the same rows, fields and batches.

A bidirectional LSTM reads the encoder's rows; its last state opens a two-layer LSTM that writes. It is told what the
prompt has next, as the transformer is, or it couldn't vary at all; the rest of the memory belongs to ``kin``.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.engines.kin.config import CONTROL_SIZES, PROFILES, ROW
from models.engines.kin.layers import ColumnEmbedding, NoteEmbedding
from models.engines.kin.network import FieldChain, chain_losses
from models.engines.kin.reading.copy_features import AHEAD_SIZES, PROMPT_NEXT
from models.training.datasets.batches import Batch

SIZES = {"tiny": 32, "small": 278, "full": 604}
"""Widths that give the parameters of ``kin``'s profiles."""


class LstmLearner(nn.Module):
    """Two LSTMs and the six fields."""

    def __init__(self, profile: str) -> None:
        super().__init__()
        width = SIZES[profile]
        self.embed = NoteEmbedding(width)
        self.ahead = ColumnEmbedding(AHEAD_SIZES[:PROMPT_NEXT], width)
        self.controls = nn.ModuleList(nn.Embedding(size, width) for size in CONTROL_SIZES)
        self.reader = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)
        self.writer = nn.LSTM(width, width, num_layers=2, batch_first=True, dropout=PROFILES[profile].dropout)
        self.fields = FieldChain(width, memory=False)
        self.drop = nn.Dropout(PROFILES[profile].dropout)

    def forward(self, batch: Batch, smoothing: float = 0.0) -> Tensor:
        """Costs (nats) of the fields at the steps where ``batch.real``, weighted, (N, 6)."""
        control = torch.stack([table(batch.controls[:, i]) for i, table in enumerate(self.controls)]).sum(0)  # (B, W)
        notes = self.embed(batch.encoder[..., :ROW], batch.bar_steps, batch.end)  # (B, S, W)
        shown = self.drop(notes + control[:, None])
        lengths = (batch.encoder[..., 0] > 0).sum(1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(shown, lengths, batch_first=True, enforce_sorted=False)
        _, (hidden, cell) = self.reader(packed)  # (2, B, W/2) each
        opening = tuple(x.transpose(0, 1).flatten(1)[None].repeat(2, 1, 1) for x in (hidden, cell))  # (2, B, W) each
        rows = batch.decoder
        ahead = self.ahead(rows[..., ROW : ROW + PROMPT_NEXT])
        read = self.embed(rows[..., :ROW], batch.bar_steps, batch.end) + ahead + control[:, None]
        states, _ = self.writer(self.drop(read), opening)  # (B, T, W)
        real = batch.real
        return chain_losses(
            self.fields, states[real], batch.targets[real], batch.known(), batch.weights[real], smoothing
        )
