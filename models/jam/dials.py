"""What one turns while a jam plays, by words or by controllers.

Offers: ``Dials``, ``PARTNERS``, ``CONTROLLERS``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.generator import DENSITIES, Density
from models.mood.words import read_words
from models.music.errors import BadValue

PARTNERS = ("same", "melody", "chords", "bass", "drums")
"""Who answers: the same instrument, or a part beside the call."""

BARS = (1, 2, 4, 8)
CONTROLLERS = {20: "similarity", 21: "density", 22: "bars"}
"""MIDI controllers of a jam and the dials that they turn over their whole way."""

_STEP = 0.15
_WORDS = (
    "closer (c), farther (f), denser (d), sparser (s), mood WORDS, bars 1|2|4|8, with same|melody|chords|bass|drums, "
    "stop; Enter alone taps the tempo"
)


@dataclass(frozen=True, slots=True)
class Dials:
    """How the next answers shall be.

    similarity 0-1 to the call; below 0.3 the answer goes its own way · bars of a call, and of an answer
    """

    similarity: float = 0.6
    density: Density = "same"
    mood: str = ""
    bars: int = 2
    partner: str = "same"
    engine: str = "auto"

    def __post_init__(self) -> None:
        if not 0 <= self.similarity <= 1:
            raise BadValue(f"The similarity must be 0 to 1, not {self.similarity:g}.", field="similarity")
        if self.density not in DENSITIES:
            raise BadValue(f'The density "{self.density}" is not known; it is one of {", ".join(DENSITIES)}.')
        if self.bars not in BARS:
            raise BadValue(f"Bars are traded by 1, 2, 4 or 8, not {self.bars}.", field="bars")
        if self.partner not in PARTNERS:
            raise BadValue(f'Nobody called "{self.partner}" answers; choose from {", ".join(PARTNERS)}.', field="with")
        unknown = read_words(self.mood).unknown
        if unknown:
            raise BadValue(f'The mood word "{unknown[0]}" is not known; try romantic, dark or calm.', field="mood")

    def told(self, words: str) -> Dials:
        """The dials after a typed line; raises BadValue with what can be said."""
        order, _, rest = words.strip().partition(" ")
        step, rest = DENSITIES.index(self.density), rest.strip()
        if order in ("closer", "c", "farther", "f"):
            nearer = _STEP if order[0] == "c" else -_STEP
            return replace(self, similarity=min(1.0, max(0.0, self.similarity + nearer)))
        if order in ("denser", "d", "sparser", "s"):
            return replace(self, density=DENSITIES[min(step + 1, 2) if order[0] == "d" else max(step - 1, 0)])
        if order in ("mood", "with"):
            return replace(self, mood=rest) if order == "mood" else replace(self, partner=rest)
        if order == "bars" and rest.isdecimal():
            return replace(self, bars=int(rest))
        raise BadValue(f'"{words.strip()}" is not understood; say {_WORDS}.', field="words")

    def turned(self, controller: int, value: int) -> Dials:
        """The dials after a controller (``CONTROLLERS``) has come to ``value``, 0-127; others change nothing."""
        name = CONTROLLERS.get(controller)
        if name == "similarity":
            return replace(self, similarity=value / 127)
        if name == "density":
            return replace(self, density=DENSITIES[min(2, value * 3 // 128)])
        return replace(self, bars=BARS[min(3, value * 4 // 128)]) if name == "bars" else self
