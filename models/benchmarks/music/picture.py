"""The benchmark's table as a picture: for each role, how surely a judge tells every maker from people.

Offers: ``picture``.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, LEFT, ROW, HEAD, GAP = 760.0, 150.0, 17.0, 26.0, 14.0
_PAPER, _LINE, _WORD = "#fbfaf7", "#dcd8cf", "#3b3f46"
_COLOURS = {"people": "#4a9d7c", "kin": "#e8743b"}
_OTHER = "#7f8ea3"
_NOBODY, _PLAIN = 0.5, 1.0


def picture(rows: Sequence[dict]) -> str:
    """An SVG of the rows that have an area: bars from 0.5 (nobody can tell) to 1 (it is plain), by role."""
    blocks: dict[str, list[dict]] = {}
    for row in rows:
        if row.get("area") is not None:
            blocks.setdefault(str(row["role"]), []).append(row)
    height = sum(HEAD + ROW * len(block) + GAP for block in blocks.values()) + 2 * HEAD
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH:g}" height="{height:g}" fill="{_PAPER}"/>'
    ]
    top = GAP
    for role, block in blocks.items():
        parts.append(
            f'<text x="{GAP:g}" y="{top + 14:g}" font-weight="bold" fill="{_WORD}">{escape(role)}, '
            f"{block[0].get('pairs', 0)} pairs</text>"
        )
        top += HEAD
        for row in sorted(block, key=lambda row: row["area"]):
            parts.append(_bar(str(row["maker"]), float(row["area"]), top))
            top += ROW
        top += GAP
    parts += [
        f'<line x1="{_at(value):.1f}" x2="{_at(value):.1f}" y1="{GAP:g}" y2="{top:g}" stroke="{_LINE}"/>'
        f'<text x="{_at(value):.1f}" y="{top + 14:g}" text-anchor="middle" fill="{_WORD}">{value:g}</text>'
        for value in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    ]
    parts.append(
        f'<text x="{LEFT:g}" y="{top + 32:g}" fill="{_WORD}">area under the judge\'s curve: at 0.5 nobody can '
        "tell it from what people played</text></svg>"
    )
    return "\n".join(parts)


def _at(area: float) -> float:
    return LEFT + (min(max(area, _NOBODY), _PLAIN) - _NOBODY) / (_PLAIN - _NOBODY) * (WIDTH - LEFT - 60)


def _bar(maker: str, area: float, top: float) -> str:
    right = _at(area)
    return (
        f'<text x="{LEFT - 8:g}" y="{top + 12:.1f}" text-anchor="end" fill="{_WORD}">{escape(maker)}</text>'
        f'<rect x="{LEFT:g}" y="{top + 3:.1f}" width="{max(1.0, right - LEFT):.1f}" height="11" rx="2" '
        f'fill="{_COLOURS.get(maker, _OTHER)}"/>'
        f'<text x="{right + 5:.1f}" y="{top + 12:.1f}" font-size="10" fill="{_WORD}">{area:.2f}</text>'
    )
