"""How time grows with notes, as a picture: a line for each engine that varies, both axes by powers.

Offers: ``picture``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from models.svg import Drawing
from tests.bridge.trial.speed.direct import LENGTHS, USUAL_COUNT, Cell

_WIDTH, _HEIGHT, _LEFT, _BELOW = 640.0, 380.0, 60.0, 46.0
_SECONDS = (0.01, 0.1, 1.0, 10.0)
_COLOURS = ("#e8743b", "#3b6fb6", "#4a9d7c", "#8a5fb0", "#c0504d", "#7f8ea3")


def picture(cells: Sequence[Cell]) -> str:
    """An SVG of the seconds that four variations take, by the prompt's notes."""
    drawing = Drawing(_WIDTH, _HEIGHT)
    for seconds in _SECONDS:
        drawing.line([(_LEFT, _y(seconds)), (_WIDTH - 90, _y(seconds))])
        drawing.text(_LEFT - 6, _y(seconds) + 4, f"{seconds:g} s", text_anchor="end")
    for notes in LENGTHS:
        drawing.text(_x(notes), _HEIGHT - _BELOW + 18, str(notes), text_anchor="middle")
    drawing.text(_LEFT, _HEIGHT - 10, f"notes of the clip; processor time of {USUAL_COUNT} variations")
    for colour, engine in zip(_COLOURS, sorted({cell.engine for cell in cells if cell.task == "vary"}), strict=False):
        mine = sorted(
            (cell.notes, cell.all_s)
            for cell in cells
            if (cell.engine, cell.task, cell.count) == (engine, "vary", USUAL_COUNT)
        )
        points = [(_x(notes), _y(seconds)) for notes, seconds in mine]
        drawing.line(points, colour, 2)
        drawing.text(points[-1][0] + 6, points[-1][1] + 4, engine, fill=colour)
    return str(drawing)


def _x(notes: float) -> float:
    span = math.log(LENGTHS[-1] / LENGTHS[0])
    return _LEFT + 20 + math.log(notes / LENGTHS[0]) / span * (_WIDTH - _LEFT - 120)


def _y(seconds: float) -> float:
    span = math.log(_SECONDS[-1] * 3 / _SECONDS[0])
    return _HEIGHT - _BELOW - math.log(max(seconds, _SECONDS[0]) / _SECONDS[0]) / span * (_HEIGHT - _BELOW - 20)
