"""A song as SVG: a row for each track, a column for each bar, the taller and darker the more notes begin in it.

Above the rows stand the sections' names, below them all tracks together with the energy that the plan asks for.

Offers: ``song_picture`` (text of an SVG file).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bridge.command_line.piano_roll import KEPT, LINE, NEW, PAPER, WIDTH, WORD
from models.arrangement.arrange import Arrangement
from models.arrangement.picture import bar_counts

LEFT, RIGHT, HEAD, ROW, GAP, FOOT = 96.0, 20.0, 44.0, 46.0, 8.0, 40.0
_SHADE = "#f1eee7"
_NAME = 14
_LETTER = 7.0
"""Pixels that a letter of a section's name takes, about."""


def song_picture(song: Arrangement) -> str:
    """The picture of a song, with sections named."""
    tracks = song.song
    counts = [bar_counts(clip) for clip in tracks]
    bars = len(counts[0])
    rows = [
        *((clip.name or clip.role or "track", row, KEPT) for clip, row in zip(tracks, counts, strict=True)),
        ("all", [sum(row[bar] for row in counts) for bar in range(bars)], NEW),
    ]
    height = HEAD + len(rows) * (ROW + GAP) + FOOT
    width = (WIDTH - LEFT - RIGHT) / bars
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH:g}" height="{height:g}" fill="{PAPER}"/>',
        _sections(song, width, height - FOOT),
    ]
    for place, (name, row, colour) in enumerate(rows):
        parts.append(_row(name, row, colour, HEAD + place * (ROW + GAP), width))
    parts += [
        _energy(song, width, HEAD + (len(rows) - 1) * (ROW + GAP)),
        _scale(bars, width, height - FOOT),
        _legend(height - 10),
        "</svg>",
    ]
    return "\n".join(parts)


def _sections(song: Arrangement, width: float, bottom: float) -> str:
    """A band for each section, every other one shaded, with its name and length."""
    parts, bar = [], 0
    for place, section in enumerate(song.sections):
        left, wide = LEFT + bar * width, section.bars * width
        fill = _SHADE if place % 2 == 0 else PAPER
        letters = int((wide - 4) / _LETTER)
        name = section.name if len(section.name) <= letters else section.name[: max(1, letters - 1)] + "."
        parts.append(
            f'<rect x="{left:.1f}" y="8" width="{wide:.1f}" height="{bottom - 8:.1f}" fill="{fill}"/>'
            f'<line x1="{left:.1f}" x2="{left:.1f}" y1="8" y2="{bottom:.1f}" stroke="{LINE}"/>'
            f'<text x="{left + 3:.1f}" y="22" fill="{WORD}" font-weight="bold">{escape(name)}'
            f"<title>{escape(section.name)}</title></text>"
            f'<text x="{left + 3:.1f}" y="36" fill="{KEPT}" font-size="10">{section.bars}</text>'
        )
        bar += section.bars
    return "\n".join(parts)


def _row(name: str, counts: Sequence[int], colour: str, top: float, width: float) -> str:
    """A track: its name, and a column for each bar that isn't silent."""
    most = max(counts) or 1
    shown = name if len(name) <= _NAME else name[: _NAME - 1] + "."
    parts = [
        f'<text x="{LEFT - 8:g}" y="{top + ROW / 2 + 4:.1f}" text-anchor="end" fill="{WORD}">{escape(shown)}</text>',
        f'<line x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{top + ROW:.1f}" y2="{top + ROW:.1f}" stroke="{LINE}"/>',
    ]
    for bar, count in enumerate(counts):
        if count:
            share = count / most
            parts.append(
                f'<rect x="{LEFT + bar * width + 0.5:.1f}" y="{top + ROW * (1 - share):.1f}" '
                f'width="{max(1.0, width - 1):.1f}" height="{ROW * share:.1f}" fill="{colour}" '
                f'opacity="{0.45 + 0.55 * share:.2f}"/>'
            )
    return "".join(parts)


def _energy(song: Arrangement, width: float, top: float) -> str:
    """The plan's energy over the row of all tracks, a step for each section."""
    points, bar = [], 0
    for section in song.sections:
        y = top + ROW * (1 - section.energy)
        points += [f"{LEFT + bar * width:.1f},{y:.1f}", f"{LEFT + (bar + section.bars) * width:.1f},{y:.1f}"]
        bar += section.bars
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="{WORD}" stroke-width="1.4"/>'


def _scale(bars: int, width: float, top: float) -> str:
    """Numbers of bars, so many that they don't touch."""
    step = next(step for step in (4, 8, 16, 32, 64, 128) if step * width >= 28 or step == 128)
    return "".join(
        f'<text x="{LEFT + bar * width + 2:.1f}" y="{top + 11:.1f}" fill="{KEPT}" font-size="10">{bar + 1}</text>'
        for bar in range(0, bars, step)
    )


def _legend(y: float) -> str:
    return (
        f'<rect x="{LEFT:g}" y="{y - 9:g}" width="14" height="9" fill="{KEPT}"/>'
        f'<text x="{LEFT + 20:g}" y="{y:g}" fill="{WORD}">notes in a bar, of the track\'s fullest</text>'
        f'<rect x="{LEFT + 260:g}" y="{y - 9:g}" width="14" height="9" fill="{NEW}"/>'
        f'<text x="{LEFT + 280:g}" y="{y:g}" fill="{WORD}">all tracks</text>'
        f'<line x1="{LEFT + 370:g}" x2="{LEFT + 390:g}" y1="{y - 4:g}" y2="{y - 4:g}" stroke="{WORD}" '
        f'stroke-width="1.4"/><text x="{LEFT + 396:g}" y="{y:g}" fill="{WORD}">the plan\'s energy</text>'
    )
