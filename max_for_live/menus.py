"""What the device's menus offer besides the table of tasks: the moods, the roles, the numbers.

Live stores the place of a menu's item, not its word. So a new item goes to the end of its list, and none is ever moved:
else a set that was saved with an older device would ask for another thing.

Offers: ``CHOOSY``, ``taken``, ``MOODS``, ``ROLES``, ``DENSITY_WORDS``, ``BARS``, ``JAM_BARS``, ``QUICK``, ``ENGINES``.
"""

from __future__ import annotations

from models.generator import Density
from models.music.chord_track import parse_symbol
from models.music.clip import ROLES as PARTS
from models.music.locks import FLAGS
from models.tasks.table import TABLE, Row

AUTO, NO_MORE = "auto", "nothing else"
"""The first item of a menu that may leave the choice to the server, and of the menu for a second word of style."""

_SAME = ("style", "mood", "bars", "density", "scale", "context", "count", "temperature", "similarity", "chords", "pads")
_CONTROLS = {name: name for name in _SAME} | {"style2": "style", "role": "parts", "low": "range", "high": "range"}
"""The face's controls that not every task takes, and what the table of tasks calls them; the locks besides."""

CHOOSY = (*_CONTROLS, *FLAGS)


def taken(row: Row) -> tuple[str, ...]:
    """Which of ``CHOOSY`` a task takes; the others are shown inactive and not sent."""
    takes = {*row.takes, *(["parts"] if row.parts else []), *(["pads"] if row.keeps_lanes else [])}
    takes -= set() if row.styles else {"style"}
    return (*(name for name, control in _CONTROLS.items() if control in takes), *row.locks)


LONGEST_STYLES = max((row.styles for row in TABLE.values()), key=len)
"""What a style menu is stored with: as many words as any task has, so that Live cuts no stored place."""

_MOODS = (
    "none happy bright playful hopeful romantic tender warm dreamy calm nostalgic sad melancholic lonely dark "
    "mysterious tense angry wild energetic epic triumphant solemn elegant groovy"
)
MOODS = tuple(_MOODS.split())
"""Words of the server's lexicon; the first asks for nothing."""

ROLES = (AUTO, *PARTS)
"""By the wire's number of each role, which is its place here."""

DENSITY_WORDS: dict[Density, str] = {"same": "as many notes", "low": "fewer notes", "high": "more notes"}
"""In the menu's order."""

BARS = (0, 1, 2, 4, 8, 16, 32, 64)
"""Lengths in bars; 0: as the task likes it."""

JAM_BARS = (0, 1, 2, 4, 8)
"""Bars of a jam's turns; 0: no jam."""

QUICK = "rules"
"""The engine that a jam asks first, because it answers at once."""

_SYMBOLS = (
    " m min - dim o aug + 6 m6 69 6/9 m69 7 maj7 M7 m7 mM7 dim7 o7 m7b5 9 maj9 m9 11 m11 13 maj13 m13 sus2 sus4 sus "
    "7sus4 9sus4 5 add9 madd9 7b9 7#9 7b5 7#5 7#11 maj7#11 7b13 7alt alt"
)
CHORDS = {
    symbol: sum(1 << interval for interval in set(chord.intervals))
    for symbol in _SYMBOLS.split(" ")
    if (chord := parse_symbol("C" + symbol))
}
"""What may stand behind a root in the field for chords, and its semitones above the root as the wire's mask."""

ENGINES = (AUTO, "rules", "kin", "rnn", "lstm", "vae", "gan", "harmony")
"""The engines that the menu has in fixed places; further ones of the server come behind them."""
