"""Styles of beats: what each drum plays, how much it swings.

A style has a few beats, each a pattern for every drum (``rhythm``): X loud, x plain, o soft, g a ghost. Rooms that
accompany have their own habits for these styles, under the same names.

Offers: ``STYLES``, ``Style``, ``KIT``, ``backbeats``, ``kicks``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.drums.rhythm import strokes_of
from models.music.beats import Metre

Drums = Mapping[str, str]
"""Patterns by the name of the drum, out of ``KIT``."""

KIT = {
    "kick": 36,
    "snare": 38,
    "clap": 39,
    "rim": 37,
    "hat": 42,
    "open": 46,
    "pedal": 44,
    "ride": 51,
    "crash": 49,
    "shaker": 70,
    "tom": 45,
}
_BACK = ("snare", "clap", "rim")


@dataclass(frozen=True, slots=True)
class Style:
    """A way to drum.

    sentence  for the user
    beats     patterns by drum, the likeliest first
    swing     0.5 straight … 0.67 triplets, and of what: 0.5 (8ths) or 0.25 (16ths), in beats
    four      True: a kick on every pulse, whatever plays beside it
    """

    sentence: str
    beats: tuple[Drums, ...]
    swing: float = 0.5
    swing_unit: float = 0.25
    four: bool = False


def _drums(**patterns: str) -> Drums:
    return patterns


_FOUR, _ON_TWO = "X...X...X...X...", "....X.......X..."
_OFF, _EIGHTHS, _SIXTEENTHS = "..x...x...x...x.", "X.o.x.o.X.o.x.o.", "XoxoXoxoXoxoXoxo"

STYLES: dict[str, Style] = {
    "house": Style(
        "A kick on every beat, claps on two and four, open hats between.",
        (
            _drums(kick=_FOUR, clap=_ON_TWO, open=_OFF, shaker="oxoxoxoxoxoxoxox"),
            _drums(kick=_FOUR, clap=_ON_TWO, open=_OFF, hat="x..xx..xx..xx.ox", rim="...o......o....."),
            _drums(kick=_FOUR, clap=_ON_TWO, hat="..X...X...X...Xo", rim="...x..x....x..x.|...x..x...x..x.."),
            _drums(kick=_FOUR, snare="....X..g....X.g.", hat="o.X.o.X.o.X.o.Xo", ride="X...x...x...x..."),
        ),
        0.54,
        four=True,
    ),
    "techno": Style(
        "A kick on every beat, hats in sixteenths.",
        (
            _drums(kick=_FOUR, open=_OFF, hat="o.oxo.oxo.oxo.ox", clap=_ON_TWO),
            _drums(kick=_FOUR, hat="oxXooxXooxXooxXo", rim="...x.....x......|...x.....x..x..."),
            _drums(kick=_FOUR, open=_OFF, ride="x.x.x.x.x.x.x.x.", tom="......o..o......|......o..o....o."),
            _drums(kick=_FOUR, clap="............X...", hat="..X...X...X...X.", shaker="oxoxoxoxoxoxoxox"),
        ),
        four=True,
    ),
    "disco": Style(
        "A kick on every beat, snare on two and four, hats that open.",
        (
            _drums(kick=_FOUR, snare=_ON_TWO, hat="Xo.oXo.oXo.oXo.o", open=_OFF),
            _drums(kick=_FOUR, snare="....X..g....X...", hat=_SIXTEENTHS),
            _drums(kick=_FOUR, clap=_ON_TWO, open=_OFF, ride="X...X...X...X..."),
        ),
        four=True,
    ),
    "trap": Style(
        "Half time: the snare on three, hats that roll.",
        (
            _drums(kick="X.....x...x.....|X.....x....x..x.", clap="........X.......", hat="x.x.x.xxx.x.xrx."),
            _drums(kick="X..x......x..x..|X..x.......x....", snare="........X.......", hat="x.o.x.o.x.oxx.r."),
            _drums(
                kick="X.........x.....|X......x..x..x..",
                clap="........X......g",
                hat="x..x..x.x..x..r.",
                open="..............x.",
            ),
        ),
    ),
    "hip-hop": Style(
        "Kicks around the accents, the snare on two and four, a little swing.",
        (
            _drums(kick="X......x..x.....|X..x......x..x..", snare=_ON_TWO, hat="x.x.x.x.x.x.x.x."),
            _drums(kick="X.x.......xx....|X.x....x..x.....", snare="....X..g....X...", hat="x.oxx.o.x.oxx.o."),
            _drums(
                kick="X.....x.x.......|X.....x.x.x.....",
                snare="....X.......X..g",
                hat="X.o.x.o.X.o.x.o.",
                open="......x.........",
            ),
        ),
        0.57,
    ),
    "lo-fi": Style(
        "Soft and late: few kicks, a rim on two and four, swung hats.",
        (
            _drums(kick="X......o..x.....|X......o..x..o..", rim=_ON_TWO, hat="o.o.o.o.o.o.o.o."),
            _drums(kick="X.........x.....|X..o......x.....", snare="....x..g....x...", hat="x.o.x.o.x.o.x.oo"),
            _drums(kick="X.....x...x.....", rim="....x.......x..o", ride="x...o...x...o.o.", pedal="....o.......o..."),
        ),
        0.6,
    ),
    "drum-and-bass": Style(
        "Fast: kick, snare, kick behind the third beat, snare; ghosts between.",
        (
            _drums(kick="X.........x.....", snare="....X..g.g..X..g", hat="x.x.x.x.x.x.x.x."),
            _drums(kick="X.x.......x.....|X.........x...x.", snare="....X..g....X...", ride="x.x.x.x.x.x.x.x."),
            _drums(kick="X.....x...x.....", snare="....X....g..X.g.", hat="xoxoxoxoxoxoxoxo"),
        ),
    ),
    "breakbeat": Style(
        "A broken beat with ghosts around the backbeats.",
        (
            _drums(
                kick="X.x.......xx....|X.x.......x.....",
                snare="....X..g.g..X..g|....X..g.g....X.",
                hat="x.x.x.x.x.x.x.x.",
            ),
            _drums(kick="X.....x...x.....|X..x......x..x..", snare="....X..g....X.g.", ride="X.o.x.o.X.o.x.o."),
            _drums(kick="X..x......xx....", snare="....X.g..g..X...", hat="X.oox.ooX.oox.oo", open="..............x."),
        ),
    ),
    "garage": Style(
        "Two-step: kicks off the beat, snare on two and four, swung sixteenths.",
        (
            _drums(kick="X.........x.....|X......x..x.....", snare=_ON_TWO, hat="x.xox.xox.xox.xo"),
            _drums(
                kick="X......x..x.....",
                clap=_ON_TWO,
                hat="..xo..xo..xo..xo",
                rim="...x..o...x..o..",
                open="......x.........",
            ),
            _drums(kick="X.....x....x....", snare="....X..g....X.g.", shaker=_SIXTEENTHS, open="..x...x...x...x."),
        ),
        0.58,
    ),
    "rock": Style(
        "Kick on one and three, snare on two and four, hats in eighths.",
        (
            _drums(kick="X.......X.x.....", snare=_ON_TWO, hat=_EIGHTHS),
            _drums(kick="X.....x.X.......|X.....x.X.x.....", snare=_ON_TWO, hat="X.x.X.x.X.x.X.x."),
            _drums(kick="X.x.....X.x.....", snare=_ON_TWO, ride="X.o.x.o.X.o.x.o.", pedal="....o.......o..."),
        ),
    ),
    "pop": Style(
        "A plain backbeat with eighths.",
        (
            _drums(kick="X.....x.x.......|X.....x.x.....x.", snare=_ON_TWO, hat=_EIGHTHS),
            _drums(kick="X..x..x.........|X..x..x...x.....", clap=_ON_TWO, hat="x.o.x.o.x.o.x.oo"),
            _drums(kick="X.......X.x.....", snare="....X.......X..g", hat="XoooxoooXoooxooo"),
        ),
    ),
    "ballad": Style(
        "Slow and open: a kick on one and three, a backbeat with room, eighths.",
        (
            _drums(kick="X.......x.......|X.....o.x.......", rim="....x.......x...", hat="x.o.x.o.x.o.x.o."),
            _drums(kick="X.......x.x.....", snare="....x.......x...", ride="x.o.x.o.x.o.x.o."),
        ),
    ),
    "funk": Style(
        "A syncopated kick, a backbeat, ghosts under sixteenths.",
        (
            _drums(kick="X.x...x...x..x..|X.x....x..x.....", snare="....X..g.g..X..g", hat="XoxoxoxoXoxoxoxo"),
            _drums(
                kick="X..x..x...x.....|X..x......xx....",
                snare="....X.g..g..X.g.",
                hat="X.o.x.o.X.o.x.o.",
                open="......x.........",
            ),
            _drums(kick="X.....xx..x.....", snare=".g..X..g.g..X..g", hat="XooxXooxXooxXoox"),
        ),
        0.53,
    ),
    "soul": Style(
        "An easy backbeat, a kick that pushes into three, tambourine or ghosts.",
        (
            _drums(kick="X.....x.x.......", snare="....X.......X...", hat=_EIGHTHS, shaker="....x.......x..."),
            _drums(kick="X......xx.......|X......xx.x.....", snare="....X..g....X..g", hat="X.oox.ooX.oox.oo"),
            _drums(kick="X..x....x.......", rim=_ON_TWO, hat="x.o.x.o.x.o.x.o."),
        ),
        0.54,
    ),
    "reggaeton": Style(
        "A kick on every beat and the dembow on the snare.",
        (
            _drums(kick=_FOUR, snare="...X..X....X..X.", hat=_EIGHTHS),
            _drums(kick=_FOUR, rim="...X..X....X..X.", shaker=_SIXTEENTHS),
        ),
        four=True,
    ),
    "reggae": Style(
        "One drop: nothing on one, kick and rim together on three, swung hats.",
        (
            _drums(kick="........X.......", rim="........X.......", hat="x.xox.xox.xox.xo"),
            _drums(kick=_FOUR, rim="........X.....g.", hat="X.o.x.o.X.o.x.o."),
            _drums(kick="........X.......", rim="...o....X..o..o.", hat="x.o.x.o.x.o.x.o.", open="..............x."),
        ),
        0.58,
    ),
    "bossa": Style(
        "The kick's heartbeat, the clave on the rim, brushed eighths.",
        (
            _drums(kick="x..ox..ox..ox..o", rim="x..x..x...x..x..", hat="x.o.x.o.x.o.x.o."),
            _drums(
                kick="x..ox..ox..ox..o", rim="x..x..x...x.x...", shaker="oxoxoxoxoxoxoxox", pedal="....o.......o..."
            ),
            _drums(kick="x..ox..ox..ox..o", rim="..x...x.x..x....|..x..x..x...x...", ride="x.o.x.o.x.o.x.o."),
        ),
    ),
    "afro": Style(
        "A kick on every beat, a rim in threes over it, swinging sixteenths.",
        (
            _drums(kick=_FOUR, rim="...x..x...x.....", shaker="xoxoxoxoxoxoxoxo"),
            _drums(kick="X..x....X..x....", snare="....o..x....o.x.", hat="x.xxx.xxx.xxx.xx", tom="..........o.o..."),
            _drums(kick=_FOUR, rim="x..x..x...x.x...", open=_OFF, tom="......o......oo."),
        ),
        0.54,
        four=True,
    ),
    "jazz": Style(
        "A swinging ride, the hat on two and four, a snare that comments.",
        (
            _drums(
                ride="X...x.x.X...x.x.",
                pedal="....x.......x...",
                kick="o...o...o...o...",
                snare="......g.........|..............g.",
            ),
            _drums(ride="X...x.x.X...x.x.", pedal="....x.......x...", kick="o.............o.", rim="............o..."),
            _drums(hat="X...x.x.X...x.x.", snare="....o.......o...", kick="o.......o......."),
        ),
        0.66,
        0.5,
    ),
    "folk": Style(
        "Brushes: a soft kick on one and three, a light backbeat.",
        (
            _drums(kick="x.......x.......", rim="....x.......x...", shaker="o.x.o.x.o.x.o.x."),
            _drums(kick="x.....o.x.......", snare="....o.......o...", hat="o.o.o.o.o.o.o.o."),
        ),
    ),
    "classical": Style(
        "Hardly drums: a low stroke on one, a soft cymbal that answers.",
        (
            _drums(kick="x...............", pedal="....o...o...o..."),
            _drums(kick="x.......o.......", ride="....o.......o..."),
        ),
    ),
    "ambient": Style(
        "Hardly there: one kick, one soft rim, quarters.",
        (
            _drums(kick="x...............", rim="........o.......", hat="o...o...o...o..."),
            _drums(kick="x.........o.....|x...............", shaker="..o...o...o...o.", ride="o.......o......."),
        ),
    ),
}
"""Styles by name."""


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
