"""Which figures each role knows, and how often each is drawn when the result shall be sparser, as dense, or denser.

A figure of weight 0 is never drawn; weights count only against those of the same column.
"""

from __future__ import annotations

from collections.abc import Callable

from models.engines.rules import bar_figures, chord_figures, drum_figures, figures

Figure = Callable[..., bool]
"""Takes an editor, and a note (its index), a chord (its notes' indices) or the number of a bar."""
Weights = tuple[float, float, float]

MELODY: dict[Figure, Weights] = {
    figures.repitch: (4, 5, 3),
    figures.ornament: (0, 2, 4),
    figures.approach: (0, 1.5, 3),
    figures.thin: (5, 1.5, 0),
    figures.push: (2, 2, 2),
    figures.exchange: (1, 1.5, 1),
    figures.repeat: (0, 0.5, 2),
    figures.clip_short: (1, 0.5, 0),
}

BASS: dict[Figure, Weights] = {
    figures.repitch: (2, 2.5, 2),
    figures.octave: (2, 2.5, 2),
    figures.approach: (0, 2, 3),
    figures.thin: (5, 1.5, 0),
    figures.push: (2, 2, 2),
    figures.repeat: (0, 1.5, 3),
    figures.clip_short: (1, 1, 0.5),
}

CHORDS: dict[Figure, Weights] = {
    chord_figures.invert: (3, 4, 3),
    chord_figures.retone: (2, 2.5, 2),
    chord_figures.thin_chord: (4, 1, 0),
    chord_figures.thicken: (0, 1.5, 3),
    chord_figures.push_chord: (2, 2.5, 2),
    chord_figures.strike_again: (0, 2, 4),
    chord_figures.spread: (0.5, 1, 1.5),
}

DRUMS: dict[Figure, Weights] = {
    drum_figures.ghost_snare: (0, 2, 4),
    drum_figures.double_kick: (0.5, 2, 3),
    drum_figures.move_kick: (2, 2, 2),
    drum_figures.vary_hats: (4, 3, 4),
    drum_figures.open_hat: (1, 1.5, 2),
    drum_figures.leave_out: (4, 1.5, 0),
}

BARS: dict[Figure, Weights] = {
    bar_figures.sequence: (2, 2, 2),
    bar_figures.mirror: (1, 1, 1),
    bar_figures.rerhythm: (1.5, 1.5, 1.5),
}
