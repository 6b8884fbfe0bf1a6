"""Styles of beats: where kick and snare fall, what the hats do, how much it swings. Words choose among them.

Places are beats from the bar line in 4/4; in other metres the style's habit is carried over to the felt pulses: a kick
on every one or on the first, the snare on the backbeats (``backbeats``).

Offers: ``STYLES``, ``Style``, ``styles_for``, ``styles_named``, ``backbeats``, ``kicks``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.music.beats import Metre

Hats = Literal["quarters", "eighths", "sixteenths", "offbeats", "ride", "rolls"]
_COMMON = Metre(4, 4)


@dataclass(frozen=True, slots=True)
class Style:
    """A way to drum.

    sentence  for the user
    kick      its places in 4/4; ``four``: on every pulse, whatever the rhythm says
    snare     its places in 4/4
    hats      what they do, the likeliest first
    ghosts    0-1: how many weak places get a quiet snare
    swing     0.5 straight … 0.67 triplets, and of what: 0.5 (8ths) or 0.25 (16ths), in beats
    backbeat  pitch of the snare: 38 snare, 39 clap, 37 rim
    """

    sentence: str
    kick: tuple[float, ...]
    snare: tuple[float, ...]
    hats: tuple[Hats, ...]
    ghosts: float = 0.0
    swing: float = 0.5
    swing_unit: float = 0.25
    backbeat: int = 38
    four: bool = False
    half_time: bool = False


_FOUR, _BACK = (0.0, 1.0, 2.0, 3.0), (1.0, 3.0)

STYLES: dict[str, Style] = {
    "house": Style(
        "A kick on every beat, claps on two and four, open hats between.",
        _FOUR,
        _BACK,
        ("offbeats", "sixteenths", "eighths"),
        backbeat=39,
        four=True,
    ),
    "techno": Style(
        "A kick on every beat, hats in sixteenths.", _FOUR, _BACK, ("sixteenths", "offbeats"), backbeat=39, four=True
    ),
    "disco": Style(
        "A kick on every beat, snare on two and four, hats that open.",
        _FOUR,
        _BACK,
        ("sixteenths", "offbeats"),
        four=True,
    ),
    "trap": Style(
        "Half time: the snare on three, hats that roll.",
        (0.0, 0.75, 2.75),
        (2.0,),
        ("rolls", "eighths"),
        half_time=True,
    ),
    "hip-hop": Style(
        "Kicks around the accents, the snare on two and four, a little swing.",
        (0.0, 1.75, 2.5),
        _BACK,
        ("eighths", "sixteenths"),
        0.2,
        0.56,
    ),
    "lo-fi": Style(
        "Soft and late: few kicks, a rim on two and four, swung hats.",
        (0.0, 2.5),
        _BACK,
        ("eighths", "quarters"),
        0.15,
        0.58,
        backbeat=37,
    ),
    "drum-and-bass": Style(
        "Fast: kick, snare, kick behind the third beat, snare; ghosts between.",
        (0.0, 2.5),
        _BACK,
        ("eighths", "sixteenths"),
        0.35,
    ),
    "breakbeat": Style(
        "A broken beat with ghosts around the backbeats.", (0.0, 0.5, 2.5), _BACK, ("eighths", "ride"), 0.5
    ),
    "garage": Style(
        "Two-step: kicks off the beat, snare on two and four, swung sixteenths.",
        (0.0, 1.75, 2.5),
        _BACK,
        ("sixteenths", "offbeats"),
        0.2,
        0.58,
    ),
    "rock": Style(
        "Kick on one and three, snare on two and four, hats in eighths.", (0.0, 2.0, 2.5), _BACK, ("eighths", "ride")
    ),
    "pop": Style("A plain backbeat with eighths.", (0.0, 1.5, 2.0), _BACK, ("eighths", "sixteenths", "quarters")),
    "funk": Style(
        "Kicks on the accents, a backbeat, many ghosts under sixteenths.",
        (0.0, 0.75, 1.5, 2.5),
        _BACK,
        ("sixteenths", "eighths"),
        0.6,
        0.53,
    ),
    "reggaeton": Style(
        "A kick on every beat and the dembow on the snare.",
        _FOUR,
        (0.75, 1.5, 2.75, 3.5),
        ("eighths", "quarters"),
        four=True,
    ),
    "afro": Style(
        "A kick on every beat, a rim in threes over it, swinging sixteenths.",
        _FOUR,
        (0.75, 1.5, 2.5),
        ("sixteenths", "offbeats"),
        0.0,
        0.54,
        backbeat=37,
        four=True,
    ),
    "jazz": Style(
        "A swinging ride, the hat on two and four, a snare that comments.", (0.0,), (), ("ride",), 0.25, 0.66, 0.5
    ),
    "ambient": Style(
        "Hardly there: one kick, one soft rim, quarters.",
        (0.0,),
        (2.0,),
        ("quarters", "eighths"),
        backbeat=37,
        half_time=True,
    ),
}
"""Styles by name."""

_OTHER_WORDS = {
    "dnb": "drum-and-bass",
    "jungle": "breakbeat",
    "break": "breakbeat",
    "breaks": "breakbeat",
    "ukg": "garage",
    "2-step": "garage",
    "hiphop": "hip-hop",
    "boom-bap": "hip-hop",
    "rnb": "hip-hop",
    "neo-soul": "lo-fi",
    "lofi": "lo-fi",
    "808": "trap",
    "drill": "trap",
    "swing": "jazz",
    "afrobeat": "afro",
    "amapiano": "afro",
    "dembow": "reggaeton",
    "metal": "rock",
    "indie": "rock",
    "soul": "funk",
    "trance": "house",
    "minimal": "techno",
}
_BY_TEMPO: tuple[tuple[float, tuple[str, ...]], ...] = (
    (84.0, ("hip-hop", "lo-fi", "trap", "pop")),
    (112.0, ("pop", "hip-hop", "funk", "reggaeton")),
    (118.0, ("pop", "funk", "disco", "afro")),
    (132.0, ("house", "pop", "breakbeat", "techno")),
    (155.0, ("rock", "trap", "techno", "garage")),
    (1000.0, ("drum-and-bass", "breakbeat", "rock", "trap")),
)


def styles_named(words: str) -> list[str]:
    """Names of the styles that words name, in their order; other words are passed by."""
    text = words.lower().replace("hip hop", "hip-hop").replace("drum and bass", "drum-and-bass")
    asked = [_OTHER_WORDS.get(word, word) for word in text.split()]
    return [word for word in dict.fromkeys(asked) if word in STYLES]


def styles_for(words: str, tempo: float) -> list[str]:
    """Names of styles in the order in which they fit: those that the words name, else what is usual at the tempo."""
    return styles_named(words) or list(next(names for most, names in _BY_TEMPO if tempo < most))


def backbeats(metre: Metre, style: Style) -> tuple[float, ...]:
    """Where the snare falls in a bar, in beats."""
    if metre == _COMMON:
        return style.snare
    pulses = metre.pulses
    if not style.snare or len(pulses) == 1:
        return ()
    if style.half_time:
        return (pulses[(len(pulses) + 1) // 2],)
    return pulses[1::2] if len(pulses) % 2 == 0 else pulses[2::2]


def kicks(metre: Metre, style: Style) -> tuple[float, ...]:
    """Where the style puts its kicks in a bar when no rhythm says otherwise, in beats."""
    if metre == _COMMON:
        return style.kick
    return metre.pulses if style.four else (0.0,)
