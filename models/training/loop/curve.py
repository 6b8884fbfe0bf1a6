"""A picture of how the loss fell: two lines over the minutes.

Offers: ``draw_curve``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from models.svg import KEPT, NEW, Drawing

WIDTH, HEIGHT, MARGIN = 640.0, 360.0, 36.0


def draw_curve(points: Sequence[tuple[float, int, float, float]], path: Path) -> None:
    """Write the picture (SVG) of (minutes, notes, train loss, valid loss), with a line for each nat."""
    drawing = Drawing(WIDTH, HEIGHT)
    rows = [point for point in points if all(map(math.isfinite, point))]
    if rows:
        losses = [loss for _, _, *both in rows for loss in both]
        low, high = math.floor(min(losses)), max(math.ceil(max(losses)), math.floor(min(losses)) + 1)
        last = max(rows[-1][0], 1e-9)

        def at(minutes: float, loss: float) -> tuple[float, float]:
            x = MARGIN + minutes / last * (WIDTH - 2 * MARGIN)
            return x, HEIGHT - MARGIN - (loss - low) / (high - low) * (HEIGHT - 2 * MARGIN)

        for nat in range(low, high + 1):
            drawing.line([at(0, nat), at(last, nat)])
            drawing.text(MARGIN - 6, at(0, nat)[1] + 4, str(nat), text_anchor="end")
        drawing.line([at(minutes, train) for minutes, _, train, _ in rows], KEPT, 1.6)
        drawing.line([at(minutes, valid) for minutes, _, _, valid in rows], NEW, 1.6)
        drawing.text(WIDTH - MARGIN, HEIGHT - 12, f"{last:.0f} minutes", text_anchor="end")
        drawing.legend(MARGIN, HEIGHT - 12, "train, nats", KEPT)
        drawing.legend(MARGIN + 120, HEIGHT - 12, "valid", NEW)
    path.write_text(str(drawing), encoding="utf-8")
