"""A drawing as SVG text: what every picture of the house is put together of. Lengths are pixels, y grows downwards.

Offers: ``Drawing``, and the colours ``KEPT``, ``NEW``, ``PAPER``, ``SHADE``, ``LINE``, ``WORD``.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

KEPT, NEW, PAPER, SHADE, LINE, WORD = "#7f8ea3", "#e8743b", "#fbfaf7", "#f1eee7", "#dcd8cf", "#3b3f46"

Value = str | float


class Drawing:
    """A sheet of paper ``width`` by ``height``; what is drawn later lies above. ``str`` of it is the file's text.

    Further attributes are given as keywords, ``_`` for ``-``.
    """

    def __init__(self, width: float, height: float) -> None:
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_said(width)} {_said(height)}" '
            'font-family="sans-serif" font-size="12">'
        ]
        self.rect(0, 0, width, height, PAPER)

    def __str__(self) -> str:
        return "\n".join((*self._parts, "</svg>"))

    def rect(self, x: float, y: float, width: float, height: float, fill: str, **more: Value) -> None:
        """A filled rectangle."""
        self._add("rect", None, x=x, y=y, width=width, height=height, fill=fill, **more)

    def line(self, points: Iterable[tuple[float, float]], stroke: str = LINE, width: float = 1.0) -> None:
        """A line through points."""
        path = " ".join(f"{_said(x)},{_said(y)}" for x, y in points)
        self._add("polyline", None, points=path, fill="none", stroke=stroke, stroke_width=width)

    def text(self, x: float, y: float, words: str, *, title: str = "", fill: str = WORD, **more: Value) -> None:
        """Words on a line that ends at ``y``; ``title``: what they stand for in full."""
        inner = escape(words) + (f"<title>{escape(title)}</title>" if title else "")
        self._add("text", inner, x=x, y=y, fill=fill, **more)

    def legend(self, x: float, y: float, words: str, fill: str, **more: Value) -> None:
        """A box of a colour and what the colour means."""
        self.rect(x, y - 9, 18, 9, fill, **more)
        self.text(x + 24, y, words)

    def _add(self, tag: str, inner: str | None, **attributes: Value) -> None:
        said = " ".join(f'{name.replace("_", "-")}="{_said(value)}"' for name, value in attributes.items())
        self._parts.append(f"<{tag} {said}/>" if inner is None else f"<{tag} {said}>{inner}</{tag}>")


def _said(value: Value) -> str:
    return value if isinstance(value, str) else f"{round(value, 2):g}"
