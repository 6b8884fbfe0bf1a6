"""A picture of a song in letters: a row for each track, a column for each bar, the taller the denser.

Offers: ``picture``, ``bar_counts``.
"""

from __future__ import annotations

from models.arrangement.arrange import Arrangement
from models.music.beats import TIGHT
from models.music.clip import Clip

_STEPS = " ▁▂▃▄▅▆▇█"
_NAME_WIDTH = 10


def picture(song: Arrangement) -> str:
    """The rows, with the sections' names above and the density of all tracks below."""
    tracks = song.song
    counts = [bar_counts(clip) for clip in tracks]
    bars = len(counts[0])
    every = [sum(row[bar] for row in counts) for bar in range(bars)]
    names = [clip.name or clip.role or "track" for clip in tracks]
    lines = [" " * _NAME_WIDTH + " " + _heads(song)]
    lines += [_line(name, row) for name, row in zip(names, counts, strict=True)]
    return "\n".join([*lines, _line("all", every)])


def _heads(song: Arrangement) -> str:
    return "".join(("|" + section.name)[: section.bars].ljust(section.bars) for section in song.sections)


def _line(name: str, row: list[int]) -> str:
    most = max(row) or 1
    columns = "".join(_STEPS[-(-count * (len(_STEPS) - 1) // most)] for count in row)
    return f"{name[:_NAME_WIDTH]:<{_NAME_WIDTH}} {columns}"


def bar_counts(clip: Clip) -> list[int]:
    """Notes that begin in each bar of a track."""
    counts = [0] * clip.metre.bars(clip.length)
    for note in clip.notes:
        counts[min(len(counts) - 1, int((note.onset + TIGHT) // clip.metre.bar))] += 1
    return counts
