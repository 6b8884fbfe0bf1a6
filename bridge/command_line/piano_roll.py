"""Piano rolls as SVG: one clip above the other, kept notes in one shade, new ones in another and outlined.

Offers: ``Roll``, ``piano_rolls`` (text of an SVG file).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.music import pitch
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.svg import KEPT, LINE, NEW, WORD, Drawing

WIDTH, MARGIN, ROLL_HEIGHT, HEAD = 960.0, 44.0, 132.0, 22.0
LABEL, LETTER = 13.0, 5.6
"""Height of a line of labels, and usual width of a letter in it, in pixels."""


@dataclass(frozen=True)
class Roll:
    """One clip to draw.

    new     indices of the notes that are drawn as new
    chords  labels written above the notes
    sections  (first beat, length, name) of stretches that are shaded in turn and named below the notes
    """

    title: str
    clip: Clip
    new: frozenset[int] = frozenset()
    chords: tuple[TimedChord, ...] = ()
    sections: tuple[tuple[float, float, str], ...] = ()


def piano_rolls(rolls: Sequence[Roll]) -> str:
    """An SVG picture of the clips, one above the other, all to the same pitches and beats."""
    pitches = [note.pitch for roll in rolls for note in roll.clip.notes]
    low, high = min(pitches, default=60) - 2, max(pitches, default=72) + 2
    scale_x = (WIDTH - 2 * MARGIN) / max(roll.clip.length for roll in rolls)
    height = len(rolls) * (HEAD + ROLL_HEIGHT) + MARGIN
    drawing = Drawing(WIDTH, height)
    for index, roll in enumerate(rolls):
        _draw(drawing, roll, 8 + index * (HEAD + ROLL_HEIGHT), low, high, scale_x)
    if any(roll.new for roll in rolls):
        drawing.legend(MARGIN, height - 14, "from the prompt", KEPT, rx=2)
        drawing.legend(MARGIN + 130, height - 14, "new", NEW, rx=2, stroke=WORD)
    return str(drawing)


def _draw(drawing: Drawing, roll: Roll, top: float, low: int, high: int, scale_x: float) -> None:
    """One clip; ``top`` in pixels, pitches ``low`` … ``high``, ``scale_x`` pixels a beat."""
    # Chords stand above the notes and sections below them, never on them.
    first = top + HEAD - 6 + (LABEL if roll.chords else 0)
    bottom = top + HEAD + ROLL_HEIGHT - 10 - (LABEL if roll.sections else 0)
    row = (bottom - first) / (high - low + 1)
    drawing.text(MARGIN, top + 11, roll.title, font_weight="bold")
    for number, (onset, duration, name) in enumerate(roll.sections):
        x, wide = MARGIN + onset * scale_x, duration * scale_x
        if number % 2:
            drawing.rect(x, first, wide, bottom - first + LABEL, LINE, opacity=0.45)
        drawing.text(x + wide / 2, bottom + LABEL - 3, name, font_size=11, text_anchor="middle")
    for beat in np.arange(0, roll.clip.length + 1e-6, roll.clip.metre.unit).tolist():
        x, is_bar = MARGIN + beat * scale_x, roll.clip.metre.in_bar(beat + roll.clip.silence_before) < 1e-6
        drawing.line([(x, first), (x, bottom)], width=1.4 if is_bar else 0.5)
    for octave in range(low + -low % 12, high + 1, 12):
        y = first + (high - octave + 0.8) * row
        drawing.text(MARGIN - 6, y, pitch.name(octave), fill=KEPT, text_anchor="end", font_size=10)
    free = 0.0  # the name of a chord that would lie on the last one is left out
    for timed in roll.chords:
        x, name = MARGIN + timed.onset * scale_x + 2, timed.chord.label
        if x >= free:
            free = x + LETTER * len(name) + 2
            drawing.text(x, first - 3, name, font_size=10)
    for index, note in enumerate(roll.clip.notes):
        new = index in roll.new
        x, y = MARGIN + note.onset * scale_x, first + (high - note.pitch) * row
        wide, tall = max(1.5, note.duration * scale_x - 1), max(2.0, row - 0.5)
        opacity = 0.45 + 0.55 * note.velocity / 127
        drawing.rect(x, y, wide, tall, NEW if new else KEPT, rx=1.5, opacity=opacity, stroke=WORD if new else "none")
