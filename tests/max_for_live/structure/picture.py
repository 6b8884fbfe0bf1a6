"""Draws the device's face from its patcher: ``python -m tests.max_for_live.structure.picture`` writes device.svg."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from max_for_live.controls import HEIGHT, WIDTH
from max_for_live.wiring import describe

FACE = Path(__file__).parents[3] / "pictures" / "device.svg"
NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
GROUND, FIELD, INK, ACCENT = "#a5a5a5", "#8b8b8b", "#111111", "#ffad56"


def draw() -> str:
    """The face as SVG, with the values that a new device has."""
    boxes = [entry["box"] for entry in json.loads(describe("clipkin.js"))["patcher"]["boxes"]]
    shapes = [shape for box in boxes if box.get("presentation") for shape in _shapes(box)]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
            ' font-family="sans-serif" font-size="10">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{GROUND}"/>',
            *shapes,
            "</svg>\n",
        )
    )


def _shapes(box: dict[str, Any]) -> list[str]:
    left, top, wide, high = (int(edge) for edge in box["presentation_rect"])
    kind, middle = box["maxclass"], top + high / 2 + 3.5
    value = box.get("saved_attribute_attributes", {}).get("valueof", {})
    first = value.get("parameter_initial", [0.0])[0]
    if kind == "live.comment":
        return [_text(box["text"], left + 2, top + 13)]
    if kind == "panel":
        return [f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" rx="6" fill="{_color(box["bgcolor"])}"/>']
    if kind == "live.dial":
        ring = f'<circle cx="{left + wide / 2}" cy="{top + 25}" r="10" fill="none" stroke="{ACCENT}" stroke-width="3"/>'
        words = (value["parameter_shortname"], f"{first:g}" + (" %" if value["parameter_unitstyle"] == 5 else ""))
        places = zip(words, (top + 9, top + 46), strict=True)
        return [ring] + [_text(word, left + wide / 2, y, "middle") for word, y in places]
    word = box.get("text", "")
    if kind == "live.menu":
        word = value["parameter_enum"][int(first)]
    elif kind == "live.numbox":
        word = f"{NAMES[int(first) % 12]}{int(first) // 12 - 2}" if value["parameter_unitstyle"] == 8 else f"{first:g}"
    pressed = kind == "live.text" and box["mode"] == 0
    fill = _color(box["activebgcolor"]) if "activebgcolor" in box else FIELD if kind != "textedit" else "#c4c4c4"
    frame = f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" rx="2" fill="{fill}" stroke="#6e6e6e"/>'
    if kind == "live.menu":
        return [frame, _text(word, left + 4, middle), _text("▾", left + wide - 10, middle)]
    size = box.get("fontsize", 10)
    return [frame, _text(word, left + wide / 2, middle + (size - 10) / 3, "middle", bold=pressed, size=size)]


def _color(shares: list[float]) -> str:
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares[:3])


def _text(words: str, x: float, y: float, anchor: str = "start", *, bold: bool = False, size: float = 10) -> str:
    weight = (' font-weight="bold"' if bold else "") + (f' font-size="{size:g}"' if size != 10 else "")
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{INK}"{weight}>{escape(words)}</text>'


if __name__ == "__main__":
    FACE.write_text(draw(), encoding="utf-8")
