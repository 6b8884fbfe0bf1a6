"""Running the decoder one note at a time for several variations at once, with a cache that is made once.

Offers: ``Stepper``.
"""

from __future__ import annotations

import torch
from torch import Tensor

from models.engines.kin.network import Network, Reading


class Stepper:
    """The decoder of B variations of one reading; each step reads one row for each."""

    def __init__(self, network: Network, reading: Reading, longest: int) -> None:
        self.network = network
        self.reading = reading
        config = network.config
        shape = (reading.control.shape[0], config.heads, longest, config.width // config.heads)  # (B, H, T, D)
        self.keys = [torch.zeros(shape) for _ in network.decoder]
        self.values = [torch.zeros(shape) for _ in network.decoder]
        self.done = 0

    @torch.inference_mode()
    def step(self, rows: Tensor) -> Tensor:
        """The decoder's output after these rows, (B, R) -> (B, W)."""
        rows = rows[:, None]  # (B, 1, R)
        x = self.network.embed_step(rows, self.reading)  # (B, 1, W)
        onsets = rows[..., 1]
        by = self.network.rotation(onsets, torch.full_like(onsets, self.done))
        cross_by = self.network.rotation(onsets, None)
        now = self.done + 1
        for number, layer in enumerate(self.network.decoder):
            y = layer.norm_self(x)
            key, value = layer.attention.keys_values(y, by)  # (B, H, 1, D) each
            keys, values = self.keys[number], self.values[number]
            keys[:, :, self.done : now], values[:, :, self.done : now] = key, value
            x = x + layer.attention.read(layer.attention.queries(y, by), keys[:, :, :now], values[:, :, :now])
            queries = layer.cross.queries(layer.norm_cross(x), cross_by)
            x = x + layer.cross.read(queries, *self.reading.sources[number], self.reading.mask)
            x = x + layer.feed_forward(layer.norm_ff(x))
        self.done = now
        return self.network.decoder_norm(x)[:, 0]  # (B, W)
