"""Figures of a row of the table that need no judge: the dial, what is copied, how far from people's it lies; and the
judge's as a picture: for each role, how surely a judge tells every maker from people.

Offers: ``alike``, ``copied``, ``dial_correlation``, ``apart_from_people``, ``f1``, ``picture``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.arrangement.arranged import rank_correlation
from models.benchmarks.music.judge import cosine_apart
from models.benchmarks.music.makers import HumanPair, Maker
from models.evaluation.originality import originality
from models.music.clip import Clip
from models.music.similarity import similarity
from models.svg import KEPT, NEW, Drawing

DIALS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_COPIED = 0.5
"""The value of an originality at the 95th percentile of people."""


def alike(one: Clip, other: Clip) -> float:
    """Their similarity, 0-1."""
    return similarity(one.notes, other.notes, drums=one.drums)


def copied(clips: Sequence[Clip]) -> float:
    """Share of the clips that borrow a longer run than 95 of 100 of people's."""
    values = [originality(clip).value for clip in clips]
    return float(np.mean([value is not None and value < _COPIED for value in values]))


def dial_correlation(maker: Maker, clips: Sequence[Clip]) -> float:
    """Spearman's: of dial and similarity, over clips and dials."""
    points = [
        (dial, alike(clip, made))
        for number, clip in enumerate(clips)
        for dial in DIALS
        if (made := maker(clip, dial, number)) is not None
    ]
    return rank_correlation(*zip(*points, strict=True))


def apart_from_people(made: Sequence[tuple[HumanPair, Clip]]) -> dict[str, float]:
    """Mean distance (1 - cosine) of pitch classes, intervals and onsets in the bar from people's variations."""

    def histograms(clip: Clip) -> dict[str, np.ndarray]:
        pitches = np.array([note.pitch for note in clip.notes])
        steps = np.clip(np.diff(pitches), -12, 12) + 12
        places = np.array([round(note.onset % clip.metre.bar * 4) for note in clip.notes])
        return {
            "apart, classes": np.bincount(pitches % (128 if clip.drums else 12), minlength=12),
            "apart, intervals": np.bincount(steps, minlength=25),
            "apart, onsets": np.bincount(places, minlength=64),
        }

    apart: dict[str, list[float]] = {}
    for pair, clip in made:
        theirs = histograms(pair.after)
        for name, ours in histograms(clip).items():
            size = max(len(ours), len(theirs[name]))
            one, other = (np.pad(h, (0, size - len(h))).astype(float) for h in (ours, theirs[name]))
            apart.setdefault(name, []).append(cosine_apart(one, other))
    return {name: float(np.mean(values)) for name, values in apart.items()}


def f1(truth: set, made: set) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * len(truth & made) / max(1, len(truth) + len(made))


_WIDTH, _LEFT, _ROW, _HEAD, _GAP = 760.0, 150.0, 17.0, 26.0, 14.0
_COLOURS = {"people": "#4a9d7c", "kin": NEW}
_NOBODY, _PLAIN = 0.5, 1.0


def picture(rows: Sequence[dict]) -> str:
    """An SVG of the rows that have an area: bars from 0.5 (nobody can tell) to 1 (it is plain), by role."""
    blocks: dict[str, list[dict]] = {}
    for row in rows:
        if row.get("area") is not None:
            blocks.setdefault(str(row["role"]), []).append(row)
    drawing = Drawing(_WIDTH, sum(_HEAD + _ROW * len(block) + _GAP for block in blocks.values()) + 2 * _HEAD)
    top = _GAP
    for role, block in blocks.items():
        drawing.text(_GAP, top + 14, f"{role}, {block[0].get('pairs', 0)} pairs", font_weight="bold")
        top += _HEAD
        for row in sorted(block, key=lambda row: row["area"]):
            right = _x(row["area"])
            drawing.text(_LEFT - 8, top + 12, row["maker"], text_anchor="end")
            drawing.rect(_LEFT, top + 3, max(1.0, right - _LEFT), 11, _COLOURS.get(row["maker"], KEPT), rx=2)
            drawing.text(right + 5, top + 12, f"{row['area']:.2f}", font_size=10)
            top += _ROW
        top += _GAP
    for value in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        drawing.line([(_x(value), _GAP), (_x(value), top)])
        drawing.text(_x(value), top + 14, f"{value:g}", text_anchor="middle")
    words = "area under the judge's curve: at 0.5 nobody can tell it from what people played"
    drawing.text(_LEFT, top + 32, words)
    return str(drawing)


def _x(area: float) -> float:
    return _LEFT + (min(max(area, _NOBODY), _PLAIN) - _NOBODY) / (_PLAIN - _NOBODY) * (_WIDTH - _LEFT - 60)
