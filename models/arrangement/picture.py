"""Pictures of a song: a row for each track, a column for each bar, the taller the more notes begin in it.

Offers: ``picture`` (letters), ``song_picture`` (text of an SVG file), ``bar_counts``.
"""

from __future__ import annotations

from itertools import accumulate

from models.arrangement.arranged import Arrangement
from models.music.beats import TIGHT
from models.music.clip import Clip
from models.svg import KEPT, LINE, NEW, PAPER, SHADE, WORD, Drawing

_STEPS = " ▁▂▃▄▅▆▇█"
_NAME_WIDTH = 10

WIDTH, LEFT, RIGHT, HEAD, ROW, GAP, FOOT = 960.0, 96.0, 20.0, 44.0, 46.0, 8.0, 40.0
_NAME = 14
_LETTER = 7.0
"""Pixels that a letter of a section's name takes, about."""


def bar_counts(clip: Clip) -> list[int]:
    """Notes that begin in each bar of a track."""
    counts = [0] * clip.metre.bars(clip.length)
    for note in clip.notes:
        counts[min(len(counts) - 1, int((note.onset + TIGHT) // clip.metre.bar))] += 1
    return counts


def _rows(song: Arrangement) -> list[tuple[str, list[int]]]:
    """Name and notes of each bar: of every track, then of all together."""
    rows = [(clip.name or clip.role or "track", bar_counts(clip)) for clip in song.song]
    return [*rows, ("all", [sum(bar) for bar in zip(*(counts for _, counts in rows), strict=True)])]


def picture(song: Arrangement) -> str:
    """The rows in letters, with the sections' names above and the density of all tracks below."""
    heads = "".join(("|" + section.name)[: section.bars].ljust(section.bars) for section in song.sections)
    lines = [" " * _NAME_WIDTH + " " + heads]
    for name, row in _rows(song):
        most = max(row) or 1
        columns = "".join(_STEPS[-(-count * (len(_STEPS) - 1) // most)] for count in row)
        lines.append(f"{name[:_NAME_WIDTH]:<{_NAME_WIDTH}} {columns}")
    return "\n".join(lines)


def song_picture(song: Arrangement) -> str:
    """The rows as SVG: sections named above, below them all tracks together with the energy that the plan asks for."""
    rows = _rows(song)
    bars = len(rows[0][1])
    height, width = HEAD + len(rows) * (ROW + GAP) + FOOT, (WIDTH - LEFT - RIGHT) / bars
    drawing = Drawing(WIDTH, height)
    _draw_sections(drawing, song, width, height - FOOT)
    for number, (name, counts) in enumerate(rows):
        top, most = HEAD + number * (ROW + GAP), max(counts) or 1
        shown = name if len(name) <= _NAME else name[: _NAME - 1] + "."
        drawing.text(LEFT - 8, top + ROW / 2 + 4, shown, text_anchor="end")
        drawing.line([(LEFT, top + ROW), (WIDTH - RIGHT, top + ROW)])
        colour = NEW if number == len(rows) - 1 else KEPT
        for bar, share in enumerate(count / most for count in counts):
            if share:
                x, wide = LEFT + bar * width + 0.5, max(1.0, width - 1)
                drawing.rect(x, top + ROW * (1 - share), wide, ROW * share, colour, opacity=0.45 + 0.55 * share)
    ends = [LEFT + bar * width for bar in accumulate((section.bars for section in song.sections), initial=0)]
    levels = [HEAD + (len(rows) - 1) * (ROW + GAP) + ROW * (1 - section.energy) for section in song.sections]
    steps = zip(ends, ends[1:], levels, strict=False)
    drawing.line([(x, y) for start, end, y in steps for x in (start, end)], WORD, 1.4)
    # Numbers of bars, so many that they don't touch.
    apart = next(step for step in (4, 8, 16, 32, 64, 128) if step * width >= 28 or step == 128)
    for bar in range(0, bars, apart):
        drawing.text(LEFT + bar * width + 2, height - FOOT + 11, str(bar + 1), fill=KEPT, font_size=10)
    drawing.legend(LEFT, height - 10, "notes in a bar, of the track's fullest", KEPT)
    drawing.legend(LEFT + 260, height - 10, "all tracks", NEW)
    drawing.line([(LEFT + 370, height - 14), (LEFT + 390, height - 14)], WORD, 1.4)
    drawing.text(LEFT + 396, height - 10, "the plan's energy")
    return str(drawing)


def _draw_sections(drawing: Drawing, song: Arrangement, width: float, bottom: float) -> None:
    """A band for each section, every other one shaded, with its name and length in bars."""
    left = LEFT
    for number, section in enumerate(song.sections):
        wide = section.bars * width
        letters = int((wide - 4) / _LETTER)
        name = section.name if len(section.name) <= letters else section.name[: max(1, letters - 1)] + "."
        drawing.rect(left, 8, wide, bottom - 8, PAPER if number % 2 else SHADE)
        drawing.line([(left, 8), (left, bottom)], LINE)
        drawing.text(left + 3, 22, name, title=section.name, font_weight="bold")
        drawing.text(left + 3, 36, str(section.bars), fill=KEPT, font_size=10)
        left += wide
