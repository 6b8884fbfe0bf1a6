"""How bass players of a style play: figures as patterns, and which of them belong to which style.

Signs: R root, or the bass that a slash gives; 8 its octave, 5 the chord's fifth, L the fifth below, 3 the third, 7 the
seventh or sixth, A a step into the next root where the harmony changes there (else the fifth), x a dead note; "-" holds
what sounds, "." is a rest.

Offers: ``FIGURES``, ``Figure``, ``FIGURES_OF``, ``styles_of_bass``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

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


FIGURES: dict[str, Figure] = {
    "root": Figure("The root on every kick.", "R-------R-------", "R-------R---..A-"),
    "eighths": Figure("Driving eighths on the root.", "R-R-R-R-R-R-R-R-", "R-R-R-R-R-R-5-A-", "bar", 0.8),
    "sub": Figure("Long low roots on the strong kicks.", "R---------------", "R-----------R---", "strong", 1.0),
    "808": Figure("A long low root with every kick.", "R-----R---------", "R-----R-----8-R-", "kick", 1.0),
    "octave": Figure("Roots on the kick, octaves between.", "R.8.R.8.R.8.R.8.", "R.8.R.8.R.8.5.A.", "kick", 0.6),
    "offbeats": Figure("The root between the kicks.", "R.R-..R-..R-..R-", "R.R-..R-..R-..8-", "bar", 0.8),
    "rolling": Figure("Sixteenths behind each kick.", "R.RR.RRR.RRR.RRR", "R.RR.RRR.RRR.5A8", "bar", 0.6),
    "hook": Figure(
        "A riff that answers the one.", "R-.R--8-..R-7-5-|R-.R--8-....5-7-", "R-.R--8-..5-7-A-", "bar", 0.85
    ),
    "syncopated": Figure("Roots, pops and dead notes.", "R-.x..8.x.R-.5-7", "R-.x..8.x.R-5.7A", "kick", 0.65),
    "slap": Figure("Thumb on the kick, pops behind it.", "R-.x8.x.R.x7..8.", "R-.x8.x.R.7.5.A.", "kick", 0.5),
    "pocket": Figure(
        "Few notes, each with the kick; a pick-up home.", "R-----....5-7-..", "R-----....5-7-A-", "kick", 0.85
    ),
    "walking": Figure("Quarters that walk from root to root.", "R---3---5---A---", "R---5---3---A---", "bar", 0.95),
    "two-feel": Figure("Root and fifth in halves.", "R-------5-------", "R-------5---A---", "bar", 0.9),
    "broken": Figure("The chord in eighths, up and back.", "R-5-8-5-R-5-8-5-", "R-5-8-5-3-5-A---", "bar", 0.95),
    "long": Figure("A root for each chord, held.", "R---------------", "R-----------A---", "bar", 1.0),
    "tumble": Figure("Three and three and two.", "R-----5-----8---", "R-----8-----A---", "bar", 0.85),
    "surdo": Figure("Root and fifth with the surdo's push.", "R-----5-5-----R-", "R-----5-5-----A-", "bar", 0.85),
    "one-drop": Figure("A melody of the chord behind the one.", "R-R-R-..3-5-....", "R-R-R-..5-3-A-..", "bar", 0.85),
    "steppers": Figure("Roots on the beats, thirds between.", "R---R-3-5---R-..", "R---R-3-5-3-A-..", "bar", 0.8),
    "gallop": Figure("An eighth and two sixteenths.", "R-RRR-RRR-RRR-RR", "R-RRR-RRR-RR5-AA", "bar", 0.7),
}
"""Figures by name."""

FIGURES_OF: dict[str, tuple[str, ...]] = {
    "house": ("offbeats", "octave", "hook", "root", "sub"),
    "techno": ("rolling", "offbeats", "root", "sub"),
    "disco": ("octave", "hook", "eighths", "syncopated"),
    "trap": ("808", "sub", "pocket", "tumble"),
    "hip-hop": ("pocket", "root", "hook", "sub"),
    "lo-fi": ("pocket", "root", "two-feel", "long"),
    "drum-and-bass": ("sub", "hook", "pocket", "root"),
    "breakbeat": ("pocket", "hook", "sub", "syncopated"),
    "garage": ("hook", "pocket", "octave", "sub"),
    "rock": ("eighths", "root", "tumble", "gallop"),
    "pop": ("root", "eighths", "tumble", "pocket"),
    "ballad": ("long", "two-feel", "broken", "tumble"),
    "funk": ("syncopated", "slap", "pocket", "hook"),
    "soul": ("pocket", "tumble", "syncopated", "two-feel"),
    "reggaeton": ("tumble", "root", "sub", "hook"),
    "reggae": ("one-drop", "steppers", "pocket", "two-feel"),
    "bossa": ("surdo", "two-feel", "tumble", "long"),
    "afro": ("tumble", "hook", "offbeats", "pocket"),
    "jazz": ("walking", "two-feel", "tumble", "long"),
    "folk": ("two-feel", "long", "broken", "walking"),
    "classical": ("long", "broken", "two-feel", "walking"),
    "ambient": ("long", "sub", "two-feel", "broken"),
}
"""The figures of each style, the usual first."""

_TEMPOS: dict[str, tuple[int, int]] = {
    "house": (112, 130),
    "techno": (122, 150),
    "disco": (106, 130),
    "trap": (126, 165),
    "hip-hop": (70, 105),
    "lo-fi": (60, 95),
    "drum-and-bass": (160, 185),
    "breakbeat": (125, 150),
    "garage": (126, 140),
    "rock": (90, 200),
    "pop": (80, 130),
    "ballad": (50, 82),
    "funk": (84, 120),
    "soul": (64, 118),
    "reggaeton": (84, 105),
    "reggae": (60, 95),
    "bossa": (90, 150),
    "afro": (96, 125),
    "jazz": (90, 260),
    "folk": (76, 150),
    "classical": (40, 180),
    "ambient": (50, 110),
}
"""BPM between which a style is at home."""


def _kind(pitch: int, root: int) -> str:
    return "o" if (pitch - root) % 12 else "8" if pitch > root else "R"


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


_PLACE_ALONE, _NEXT_FIGURE = 0.6, 0.04
_LIKE = 0.72


def styles_of_bass(notes: Sequence[Note], metre: Metre, tempo: float) -> list[str]:
    """Names of the styles whose figures a line is like, and at whose tempo it goes, the likest first; [] of others.

    notes  rising; the likeness of a bar is a Dice coefficient over its sixteenths, where a tone of another kind (root,
    octave, other) counts ``_PLACE_ALONE``
    """
    bars: dict[int, tuple[dict[int, str], int]] = {}
    for note in notes:
        at = note.onset + 2 * TOGETHER
        row, root = bars.setdefault(metre.bar_of(at), ({}, note.pitch))
        row[int(metre.in_bar(at) * 4)] = _kind(note.pitch, root)
    found: dict[str, float] = {}
    for style, names in FIGURES_OF.items() if metre.denominator == 4 else ():
        low, high = _TEMPOS[style]
        if low <= tempo <= high:
            found[style] = max(
                _likeness(bars, FIGURES[name], metre) - _NEXT_FIGURE * place for place, name in enumerate(names)
            )
    return [style for style in sorted(found, key=lambda style: -found[style]) if found[style] >= _LIKE]
