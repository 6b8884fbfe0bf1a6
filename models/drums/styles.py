"""Styles of beats: what each drum plays, how much it swings.

``patterns.json`` has them. A style has a few beats, each a pattern for every drum (``rhythm``): X loud, x plain, o
soft, g a ghost. Rooms that accompany have their own habits for these styles, under the same names.

Offers: ``STYLES``, ``OTHER_NAMES``, ``HEARD``, ``USUAL``, ``LANES``, ``NAMES``, ``Style``, ``KIT``,
``backbeats``, ``kicks``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.drums.rhythm import strokes_of
from models.music.beats import Metre

Drums = Mapping[str, str]
"""Patterns by the name of the drum, out of ``KIT``."""

_BACK = ("snare", "clap", "rim")


@dataclass(frozen=True, slots=True)
class Style:
    """A way to drum.

    sentence  for the user
    beats     patterns by drum, the likeliest first
    swing     0.5 straight … 0.67 triplets, and of what: 0.5 (8ths) or 0.25 (16ths), in beats
    four      True: a kick on every pulse, whatever plays beside it
    called    other words for it
    fills, patterns  the fills, and the patterns of single drums, that belong to it, the usual first
    """

    sentence: str
    beats: tuple[Drums, ...]
    swing: float = 0.5
    swing_unit: float = 0.25
    four: bool = False
    called: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


_TOLD: dict[str, Any] = json.loads(Path(__file__).with_name("patterns.json").read_text(encoding="utf-8"))
KIT: dict[str, int] = _TOLD["kit"]
"""The pitch of each drum that patterns name."""
NAMES: dict[str, dict[str, Any]] = _TOLD["names"]
"""What people call lanes and pads: names of lanes, other words for these names, and names of single pads."""
LANES: dict[str, dict[str, str]] = _TOLD["lanes"]
"""Patterns of single drums by lane, see ``lane``."""


def _read() -> dict[str, Style]:
    told = _TOLD["styles"]
    frozen: Iterator[dict[str, Any]] = (
        {key: tuple(value) if isinstance(value, list) else value for key, value in style.items()}
        for style in told.values()
    )
    return {name: Style(**style) for name, style in zip(told, frozen, strict=True)}


STYLES: dict[str, Style] = _read()
"""Styles by name."""
OTHER_NAMES = {word: name for name, style in STYLES.items() for word in style.called}
"""What else a style is called, and its name."""
HEARD: tuple[tuple[dict[str, tuple[float, float]], tuple[str, ...]], ...] = tuple(
    ({name: (low, high) for name, (low, high) in row["measures"].items()}, tuple(row["styles"]))
    for row in _TOLD["heard"]
)
"""What tells a style, in order: limits of measures (``hearing``) and the styles of what lies in all of them."""
USUAL: tuple[tuple[float, tuple[str, ...]], ...] = tuple((row["below"], tuple(row["styles"])) for row in _TOLD["usual"])
"""The styles that are usual below a tempo, BPM, rising."""


def backbeats(metre: Metre, drums: Drums, bar: int = 0) -> tuple[float, ...]:
    """Where the snare, clap or rim of a beat falls loudly in a bar, in beats."""
    places = {
        stroke.onset
        for drum in _BACK
        for stroke in strokes_of(drums.get(drum, "................"), bar, metre)
        if stroke.sign in "Xx"
    }
    return tuple(sorted(places))


def kicks(metre: Metre, style: Style, drums: Drums, bar: int = 0) -> tuple[float, ...]:
    """Where a beat puts its kicks in a bar when nothing beside it says otherwise, in beats."""
    if style.four and all(cell in "X." for cell in drums["kick"]):
        return metre.pulses
    return tuple(stroke.onset for stroke in strokes_of(drums.get("kick", "x" + "." * 15), bar, metre))
