"""What a mood asks for: the same controls a producer sets by hand.

Each control is -1 … 1, 0 as it is. Valence and arousal act on them in the published directions (Eerola, Friberg &
Bresin 2013: mode, tempo, register, dynamics, articulation; linear, and they add up), so that ``estimate`` of what comes
moves the way the words point.

Offers: ``Controls`` (``of``, ``plus``, ``sentences``), ``stand_ins``, ``replacements``, ``Settings``, ``CONTROLS``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from models.analysis.emotion import AROUSAL, BRIGHTNESS, VALENCE, Cues
from models.music.scale import SCALES, Scale

CONTROLS = ("mode", "density", "register", "articulation", "dynamics", "syncopation", "leaps", "contour", "tempo")

_BY_VALENCE = {"mode": 0.8, "contour": 0.25, "register": 0.2, "articulation": 0.15, "density": 0.3, "tempo": 0.1}
_BY_AROUSAL = {
    "density": 0.7,
    "dynamics": 0.7,
    "articulation": 0.55,
    "register": 0.3,
    "leaps": 0.35,
    "syncopation": 0.3,
    "tempo": 0.8,
}

_WORDS = {
    "mode": ("a darker mode", "a brighter mode"),
    "density": ("fewer notes", "more notes"),
    "register": ("lower", "higher"),
    "articulation": ("longer notes", "shorter notes"),
    "dynamics": ("softer", "louder"),
    "syncopation": ("straighter", "more off the beat"),
    "leaps": ("smaller steps", "wider leaps"),
    "contour": ("falling", "rising"),
    "tempo": ("a slower tempo", "a faster tempo"),
}

_MORE, _FEWER = 0.6, 0.4
"""Shares of the notes that come, and go, at the full strength of ``density``."""

_SAID = 0.1
"""Controls weaker than this are not worth a word."""

_MODES = (("Major", "Minor"), ("Harmonic Minor",), ("Dorian",), ("Mixolydian",), ("Phrygian",))
"""What listeners take for major and for minor, the steps between where the dial bears no more, and what is darker than
minor."""

RECOLOURED = 0.35
"""Strength of ``mode`` from which the scale itself changes."""

_TIED = 0.5
"""Strength of ``articulation`` from which notes last until the next."""

BRIGHTEST, DARKEST = 0.8, -0.7
"""Brightness of Ionian, the happiest mode to listeners (Temperley & Tan, Music Perception 2013), and of Aeolian: beyond
it a listener takes the notes for another key.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """Controls in the units of music.

    density_factor    of the number of notes, 0.6-1.6
    duration_factor   of the durations, 0.65-1.5
    register_shift    semitones, -5 … 5
    velocity_shift    -18 … 18
    syncopation, leaps, contour  -1 … 1, as they are
    tempo_factor      0.85-1.15, a hint only: the tempo is the DAW's
    """

    density_factor: float
    duration_factor: float
    register_shift: int
    velocity_shift: int
    syncopation: float
    leaps: float
    contour: float
    tempo_factor: float


@dataclass(frozen=True, slots=True)
class Controls:
    """Strength of each control, -1 … 1; what isn't named is 0."""

    strength: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, valence: float, arousal: float, further: Mapping[str, float] = {}) -> Controls:  # noqa: B006 - not changed
        """What a valence and an arousal (-1 … 1) ask for, and what is asked for directly."""
        return cls(
            {
                name: _bounded(
                    valence * _BY_VALENCE.get(name, 0) + arousal * _BY_AROUSAL.get(name, 0) + further.get(name, 0)
                )
                for name in CONTROLS
            }
        )

    def __getitem__(self, name: str) -> float:
        return self.strength.get(name, 0.0)

    def plus(self, other: Controls, amount: float = 1.0) -> Controls:
        """These and ``amount`` of others, bounded."""
        return Controls({name: _bounded(self[name] + amount * other[name]) for name in CONTROLS})

    @classmethod
    def of_density(cls, factor: float) -> Controls:
        """What asks for so many times as many notes."""
        return cls({"density": _bounded((factor - 1) / (_MORE if factor > 1 else _FEWER))})

    @property
    def ties(self) -> bool:
        """Are notes to last until the next, more plainly than another mode is asked for?"""
        return self["articulation"] < -max(_TIED, abs(self["mode"]))

    @property
    def settings(self) -> Settings:
        """The same in the units of music."""
        density, articulation = self["density"], self["articulation"]
        return Settings(
            1 + (_MORE if density > 0 else _FEWER) * density,
            1 - (0.35 if articulation > 0 else 0.5) * articulation,
            round(5 * self["register"]),
            round(18 * self["dynamics"]),
            self["syncopation"],
            self["leaps"],
            self["contour"],
            1 + 0.15 * self["tempo"],
        )

    def recoloured(self, scale: Scale, bearable: Callable[[Scale], bool] = lambda mode: True) -> Scale:
        """The mode on the same tonic that is as much brighter or darker as asked, among the bearable ones.

        ``scale`` itself where little is asked, where what is to flow is warmer rather than brighter, or where nothing
        that can be had lies in that direction.
        """
        strength, own = self["mode"], BRIGHTNESS.get(scale.mask, 0.0)
        if abs(strength) < RECOLOURED or self.ties and strength > 0:
            return scale
        wanted = min(_bounded(own + 3.5 * strength), max(BRIGHTEST, own))
        for names in _MODES if own > DARKEST else _MODES[:1] + _MODES[3:]:
            modes = [Scale.from_intervals(scale.root, SCALES[name]) for name in names]
            fitting = [mode for mode in modes if (BRIGHTNESS[mode.mask] - own) * strength > 0 and bearable(mode)]
            if fitting:
                break
        return min(fitting, key=lambda mode: abs(BRIGHTNESS[mode.mask] - wanted), default=scale)

    def sentences(self) -> tuple[str, ...]:
        """What is asked for and how much, strongest first: "a darker mode (60 %)"."""
        said = sorted((name for name in CONTROLS if abs(self[name]) >= _SAID), key=lambda name: -abs(self[name]))
        return tuple(f"{_WORDS[name][self[name] > 0]} ({abs(self[name]):.0%})" for name in said)


def stand_ins(valence: float, arousal: float, free: Collection[str]) -> Controls:
    """What the ``free`` controls do besides, where others can't: cues add up, so one can stand in for another.

    Each takes over its share of what the locked ones would have added, at most as much as the axis itself is asked for
    (-1 … 1). A tempo is nobody's to change and isn't made up for; loudness costs nothing, so it is as asked anyway, and
    more of it would excite but not gladden. None stands in for an axis against the stronger one.
    """
    extra = Controls()
    axes = ((valence, _BY_VALENCE, VALENCE), (arousal, _BY_AROUSAL, AROUSAL))
    for (amount, acts_on, weights), (stronger, others, _) in zip(axes, reversed(axes), strict=True):
        shared = set(others) if abs(stronger) > abs(amount) and stronger * amount < 0 else set()
        effects = {name: acts_on[name] * _weight(weights, name) for name in acts_on if name not in {"tempo", *shared}}
        left = sum(effect for name, effect in effects.items() if name in free)
        if left > 0:
            factor = sum(effects.values()) / left - 1
            extra = extra.plus(
                Controls(
                    {
                        name: amount * min(1.0, acts_on[name] * factor)
                        for name in effects
                        if name in free and name != "dynamics"
                    }
                )
            )
    return extra


def _weight(cues: Cues, name: str) -> float:
    weight: float = getattr(cues, name)
    return weight


def _bounded(value: float) -> float:
    return min(1.0, max(-1.0, value))


def replacements(before: Scale | None, after: Scale | None) -> list[tuple[int, int]]:
    """Pitch classes that go, and by how many semitones they move."""
    if before is None or after is None or before == after or before.root != after.root:
        return []
    # Darker by flats, brighter by sharps: a degree stays the degree that it was.
    ways = (-1, 1) if BRIGHTNESS.get(after.mask, 0.0) < BRIGHTNESS.get(before.mask, 0.0) else (1, -1)
    new = after.classes - before.classes
    moves = []
    for old in sorted(before.classes - after.classes):
        shift = next((step for step in ways if (old + step) % 12 in new), None)
        if shift is not None:
            moves.append((old, shift))
    return moves
