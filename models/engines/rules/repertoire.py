"""The repertoire: which figures each role knows, and how often each is drawn.

A figure of weight 0 is never drawn; weights count only against those of the same column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from models.constraints.edits import EditSet
from models.engines.rules import bar_figures, chord_figures, drum_figures, figures
from models.engines.rules.setting import Setting

NoteFigure = Callable[[Setting, EditSet, int], bool]
GroupFigure = Callable[[Setting, EditSet, list[int]], bool]
BarFigure = Callable[[Setting, EditSet, int], bool]


class Weights(NamedTuple):
    """How often a figure is drawn when the result shall be sparser, as dense, denser."""

    low: float
    same: float
    high: float


MELODY: tuple[tuple[NoteFigure, Weights], ...] = (
    (figures.repitch, Weights(4, 5, 3)),
    (figures.ornament, Weights(0, 2, 4)),
    (figures.approach, Weights(0, 1.5, 3)),
    (figures.thin, Weights(5, 1.5, 0)),
    (figures.push, Weights(2, 2, 2)),
    (figures.exchange, Weights(1, 1.5, 1)),
    (figures.repeat, Weights(0, 0.5, 2)),
    (figures.clip_short, Weights(1, 0.5, 0)),
)

BASS: tuple[tuple[NoteFigure, Weights], ...] = (
    (figures.repitch, Weights(2, 2.5, 2)),
    (figures.octave, Weights(2, 2.5, 2)),
    (figures.approach, Weights(0, 2, 3)),
    (figures.thin, Weights(5, 1.5, 0)),
    (figures.push, Weights(2, 2, 2)),
    (figures.repeat, Weights(0, 1.5, 3)),
    (figures.clip_short, Weights(1, 1, 0.5)),
)

CHORDS: tuple[tuple[GroupFigure, Weights], ...] = (
    (chord_figures.invert, Weights(3, 4, 3)),
    (chord_figures.retone, Weights(2, 2.5, 2)),
    (chord_figures.thin_chord, Weights(4, 1, 0)),
    (chord_figures.thicken, Weights(0, 1.5, 3)),
    (chord_figures.push_chord, Weights(2, 2.5, 2)),
    (chord_figures.strike_again, Weights(0, 2, 4)),
    (chord_figures.spread, Weights(0.5, 1, 1.5)),
)

DRUMS: tuple[tuple[BarFigure, Weights], ...] = (
    (drum_figures.ghost_snare, Weights(0, 2, 4)),
    (drum_figures.double_kick, Weights(0.5, 2, 3)),
    (drum_figures.move_kick, Weights(2, 2, 2)),
    (drum_figures.vary_hats, Weights(4, 3, 4)),
    (drum_figures.open_hat, Weights(1, 1.5, 2)),
    (drum_figures.leave_out, Weights(4, 1.5, 0)),
)

BARS: tuple[tuple[BarFigure, Weights], ...] = (
    (bar_figures.sequence, Weights(2, 2, 2)),
    (bar_figures.mirror, Weights(1, 1, 1)),
    (bar_figures.rerhythm, Weights(1.5, 1.5, 1.5)),
)
