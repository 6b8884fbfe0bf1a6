"""How bass players of a style play: figures as patterns, and which of them belong to which style.

Signs: R root, or the bass that a slash gives; 8 its octave, 5 the chord's fifth, L the fifth below, 3 the third, 7 the
seventh or sixth, A a step into the next root where the harmony changes there (else the fifth), x a dead note; "-" holds
what sounds, "." is a rest.

Offers: ``FIGURES``, ``Figure``, ``styles_of_bass``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any, Literal

from models.drums.rhythm import TOGETHER, strokes_of
from models.music.beats import Metre
from models.music.note import Note


@dataclass(frozen=True, slots=True)
class Figure:
    """A way to play.

    sentence  for the user
    bars      its pattern, see ``drums.rhythm``
    turn      the pattern of a bar that closes four, or two, as the seed has it
    lock      kick: roots go where the kick is struck, and what lies between gives way to it; strong: only where it is
              strong; bar: the pattern is its own clock
    gate      share of its written time that a note lasts
    """

    sentence: str
    bars: str
    turn: str
    lock: Literal["kick", "strong", "bar"] = "kick"
    gate: float = 0.85


PLAYING: dict[str, Any] = json.loads(Path(__file__).with_name("playing.json").read_text(encoding="utf-8"))

FIGURES: dict[str, Figure] = {name: Figure(**told) for name, told in PLAYING["figures"].items()}
"""Figures by name."""

_FIRST = 2
"""Figures of a style that tell it: its others are everybody's."""


def _likeness(bars: Mapping[int, tuple[Mapping[int, str], int]], figure: Figure, metre: Metre) -> float:
    """Mean over the bars of how like the figure they are, 0-1."""
    total = 0.0
    for bar, (row, _) in bars.items():
        told = {
            int(stroke.onset * 4 + 0.1): stroke.sign if stroke.sign in "R8" else "o"
            for stroke in strokes_of(figure.bars, bar, metre)
        }
        same = sum(1.0 if told[cell] == row[cell] else _PLACE_ALONE for cell in told.keys() & row.keys())
        total += 2 * same / (len(told) + len(row))
    return total / len(bars)


_PLACE_ALONE, _NEXT_FIGURE, _OCTAVE = 0.6, 0.04, 0.25
_LIKE = 0.72


def styles_of_bass(notes: Sequence[Note], metre: Metre, tempo: float) -> list[str]:
    """Names of the styles whose own figures a line is like, and at whose tempo it goes, the likest first; [] of others.

    notes  rising; the likeness of a bar is a Dice coefficient over its sixteenths, where a tone of another kind (root,
    octave, other) counts ``_PLACE_ALONE``; each octave beyond the usual tempo of the style takes ``_OCTAVE`` off
    """
    bars: dict[int, tuple[dict[int, str], int]] = {}
    for note in notes:
        at = note.onset + 2 * TOGETHER
        row, root = bars.setdefault(metre.bar_of(at), ({}, note.pitch))
        row[int(metre.in_bar(at) * 4)] = "o" if (note.pitch - root) % 12 else "8" if note.pitch > root else "R"
    found: dict[str, float] = {}
    for style, told in PLAYING["styles"].items() if metre.denominator == 4 and metre.numerator != 3 else ():
        (low, high), (slow, quick) = told["tempo"], told["usual"]
        if low <= tempo <= high:
            found[style] = max(
                _likeness(bars, FIGURES[name], metre) - _NEXT_FIGURE * place
                for place, name in enumerate(told["figures"][:_FIRST])
            ) - _OCTAVE * max(0.0, log2(slow / tempo), log2(tempo / quick))
    return [style for style in sorted(found, key=lambda style: -found[style]) if found[style] >= _LIKE]
