"""The benchmark's table as a picture: for each role, how surely a judge tells every maker from people.

Offers: ``picture``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.svg import KEPT, NEW, Drawing

WIDTH, LEFT, ROW, HEAD, GAP = 760.0, 150.0, 17.0, 26.0, 14.0
_COLOURS = {"people": "#4a9d7c", "kin": NEW}
_NOBODY, _PLAIN = 0.5, 1.0


def picture(rows: Sequence[dict]) -> str:
    """An SVG of the rows that have an area: bars from 0.5 (nobody can tell) to 1 (it is plain), by role."""
    blocks: dict[str, list[dict]] = {}
    for row in rows:
        if row.get("area") is not None:
            blocks.setdefault(str(row["role"]), []).append(row)
    drawing = Drawing(WIDTH, sum(HEAD + ROW * len(block) + GAP for block in blocks.values()) + 2 * HEAD)
    top = GAP
    for role, block in blocks.items():
        drawing.text(GAP, top + 14, f"{role}, {block[0].get('pairs', 0)} pairs", font_weight="bold")
        top += HEAD
        for row in sorted(block, key=lambda row: row["area"]):
            right = _x(row["area"])
            drawing.text(LEFT - 8, top + 12, row["maker"], text_anchor="end")
            drawing.rect(LEFT, top + 3, max(1.0, right - LEFT), 11, _COLOURS.get(row["maker"], KEPT), rx=2)
            drawing.text(right + 5, top + 12, f"{row['area']:.2f}", font_size=10)
            top += ROW
        top += GAP
    for value in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        drawing.line([(_x(value), GAP), (_x(value), top)])
        drawing.text(_x(value), top + 14, f"{value:g}", text_anchor="middle")
    words = "area under the judge's curve: at 0.5 nobody can tell it from what people played"
    drawing.text(LEFT, top + 32, words)
    return str(drawing)


def _x(area: float) -> float:
    return LEFT + (min(max(area, _NOBODY), _PLAIN) - _NOBODY) / (_PLAIN - _NOBODY) * (WIDTH - LEFT - 60)
