"""A picture of how the loss fell, as a PNG written by hand: two lines over the minutes.

Offers: ``draw_curve``, ``png``.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

WIDTH, HEIGHT, MARGIN = 640, 360, 24
_PAPER, _GRID, _TRAIN, _VALID = (255, 255, 255), (224, 224, 224), (150, 170, 200), (200, 60, 40)


def draw_curve(points: Sequence[tuple[float, int, float, float]], path: Path) -> None:
    """Write the picture of (minutes, notes, train loss, valid loss): valid red, train blue, a line for each nat."""
    page = np.full((HEIGHT, WIDTH, 3), _PAPER, np.uint8)
    rows = np.array([point for point in points if all(map(math.isfinite, point))], float).reshape(-1, 4)
    if len(rows):
        low, high = math.floor(rows[:, 2:].min()), math.ceil(rows[:, 2:].max())
        last = max(rows[:, 0].max(), 1e-9)

        def place(minutes: np.ndarray, loss: np.ndarray) -> np.ndarray:
            x = MARGIN + minutes / last * (WIDTH - 2 * MARGIN)
            y = HEIGHT - MARGIN - (loss - low) / max(1, high - low) * (HEIGHT - 2 * MARGIN)
            return np.column_stack([x, y])

        for nat in range(low, high + 1):
            _line(page, place(np.array([0.0, last]), np.array([nat, nat], float)), _GRID, 1)
        _line(page, place(rows[:, 0], rows[:, 2]), _TRAIN, 2)
        _line(page, place(rows[:, 0], rows[:, 3]), _VALID, 2)
    path.write_bytes(png(page))


def _line(page: np.ndarray, corners: np.ndarray, colour: tuple[int, int, int], thickness: int) -> None:
    for (x0, y0), (x1, y1) in zip(corners, corners[1:], strict=False):
        steps = int(max(abs(x1 - x0), abs(y1 - y0))) + 1
        x = np.rint(np.linspace(x0, x1, steps + 1)).astype(int)
        y = np.rint(np.linspace(y0, y1, steps + 1)).astype(int)
        for shift in range(thickness):
            page[np.clip(y + shift, 0, HEIGHT - 1), np.clip(x, 0, WIDTH - 1)] = colour


def png(page: np.ndarray) -> bytes:
    """An image (height, width, 3) of bytes as a PNG file (ISO/IEC 15948)."""
    height, width, _ = page.shape

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    lines = np.concatenate([np.zeros((height, 1), np.uint8), page.reshape(height, -1)], axis=1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines.tobytes(), 9))
        + chunk(b"IEND", b"")
    )
