"""A beat to a rhythm: a style's own beat, its kicks on the rhythm's accents, in its time and swing.

What the drums play is a pattern of the style (``styles``). Its kicks go to the strokes of the rhythm that come back in
most bars, near where the pattern has them, at the very moment they are played; a style with a kick on every pulse keeps
it. To ``cover`` a rhythm every stroke is struck: those that are neither kick nor snare go to a hat, accented, or to a
quiet snare.

Offers: ``write_beat``, ``Beat``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from models.drums.rhythm import Rhythm, Stroke, strokes_of, swung
from models.drums.styles import KIT, STYLES, Drums, Style, backbeats, kicks
from models.music.beats import TIGHT, strength
from models.music.clip import without_overlaps
from models.music.drum_kit import lane_of
from models.music.note import Note

BESIDE = 1 / 8
"""Beats; nearer than this to a backbeat a stroke is the backbeat."""

_SAME = 1 / 12
"""Beats; nearer than this two hits of a lane are one."""

_LENGTH = 0.25
_ONE_BAR = 0.7
"""Share of the sixteenths that even and odd bars have in common from which on their rhythm is one."""
_HEAVY, _LIGHT = 0.62, 0.4
"""Accents from which on, and below which, a stroke that is left over is no mere hat."""

_LOUD = {"back": {"X": 108, "x": 92, "o": 60, "g": 36}, "other": {"X": 92, "x": 76, "o": 56, "g": 40, "r": 72}}
_GHOST = 38
_SOFT_KICK, _FEATHERED = 22, 18
"""Velocity less for a kick that its pattern has as soft, and for all of a style that has no loud ones."""
_CYMBALS = ("hat", "open", "pedal", "ride", "shaker")
_LEADING, _FEW = 2, 3
"""Strokes in a bar from which on kicks follow them, and up to which they follow every one."""


@dataclass
class Beat:
    """Hits gathered so far; onsets in beats. Of two hits of a lane together the earlier written stays, the louder
    velocity counts."""

    length: float
    hits: list[Note] = field(default_factory=list)
    _by_beat: dict[int, list[int]] = field(default_factory=dict)

    def strike(self, pitch: int, onset: float, velocity: float) -> None:
        """Hit a drum, unless it is just being hit."""
        onset = max(0.0, onset)
        if onset >= self.length - TIGHT:
            return
        loud = max(1, min(127, round(velocity)))
        for place in self._near(onset):
            if _alike(self.hits[place].pitch, pitch):
                self.hits[place] = self.hits[place].moved(velocity=max(self.hits[place].velocity, loud))
                return
        self._by_beat.setdefault(int(onset), []).append(len(self.hits))
        self.hits.append(Note(pitch, onset, _LENGTH, loud))

    def struck(self, onset: float) -> bool:
        """Is anything hit there?"""
        return bool(self._near(onset))

    def _near(self, onset: float) -> list[int]:
        """Places of the hits at about this time."""
        beats = {int(onset - _SAME), int(onset + _SAME)}
        return [
            place
            for beat in sorted(beats)
            for place in self._by_beat.get(beat, ())
            if abs(self.hits[place].onset - onset) < _SAME
        ]

    @property
    def notes(self) -> tuple[Note, ...]:
        """The beat, none of its hits ringing into the next of its drum."""
        return without_overlaps(self.hits, self.length)


def write_beat(rhythm: Rhythm, name: str, turn: int, seed: int, *, cover: bool) -> tuple[Note, ...]:
    """A beat in the style ``name`` over the whole rhythm.

    turn   0 and up: which of the style's beats is taken
    cover  True: every stroke of the rhythm is struck by something
    """
    style, chance = STYLES[name], Random(10_007 * seed + turn)
    drums, extra = _beat_of(style, turn), turn // len(style.beats) % 2
    beat, swing = Beat(rhythm.length), _swing(rhythm, style)
    usual = _recurring(rhythm)
    for bar in range(rhythm.bars):
        start, strokes = bar * rhythm.metre.bar, rhythm.in_bar(bar)
        for stroke in _kicked(rhythm, style, drums, bar, usual, extra, cover=cover):
            onset = stroke.onset if stroke in strokes else swung(stroke.onset, *swing)
            beat.strike(KIT["kick"], onset, 84 + 30 * stroke.accent - _softer(drums, bar, rhythm, stroke))
        for drum, pattern in drums.items():
            if drum == "kick":
                continue
            loud = _LOUD["back" if drum in ("snare", "clap", "rim") else "other"]
            for onset, _, sign in strokes_of(pattern, bar, rhythm.metre, ternary=rhythm.ternary):
                at = _at(strokes, start + onset, swing) if loud is _LOUD["back"] else swung(start + onset, *swing)
                if sign == "r":
                    _roll(beat, KIT[drum], at, chance)
                else:
                    beat.strike(KIT[drum], at, loud[sign])
        if cover:
            _strike_the_rest(beat, strokes, drums)
    return beat.notes


def _beat_of(style: Style, turn: int) -> Drums:
    """The ``turn``-th beat of a style; behind the last one, feet and hands of one with the cymbals of another."""
    again, place = divmod(turn, len(style.beats))
    own, other = style.beats[place], style.beats[(place + again) % len(style.beats)]
    return {drum: row for drum, row in own.items() if drum not in _CYMBALS} | {
        drum: row for drum, row in other.items() if drum in _CYMBALS
    }


def _recurring(rhythm: Rhythm) -> dict[tuple[int, int], float]:
    """How much each sixteenth of even and odd bars is struck, on the mean of these bars, by (bar % 2, cell); the same
    in both where the rhythm comes back bar by bar.
    """
    weights: dict[tuple[int, int], float] = defaultdict(float)
    for bar in range(rhythm.bars):
        for stroke in rhythm.in_bar(bar):
            cell = round((stroke.onset - bar * rhythm.metre.bar) * 4)
            weights[bar % 2, cell] += stroke.accent / max(1, (rhythm.bars + 1 - bar % 2) // 2)
    even, odd = ({cell for half, cell in weights if half == one} for one in (0, 1))
    if len(even & odd) >= _ONE_BAR * len(even | odd):
        # A figure of one bar: what it leaves out once it leaves out in neither half.
        for cell in even | odd:
            weights[0, cell] = weights[1, cell] = (weights[0, cell] + weights[1, cell]) / 2
    return weights


def _kicked(
    rhythm: Rhythm,
    style: Style,
    drums: Drums,
    bar: int,
    usual: dict[tuple[int, int], float],
    extra: int,
    *,
    cover: bool,
) -> list[Stroke]:
    """Where the kick falls in a bar."""
    metre, start, strokes = rhythm.metre, bar * rhythm.metre.bar, rhythm.in_bar(bar)
    places = kicks(metre, style, drums, bar)
    soft = "X" not in drums.get("kick", "")
    plain = [Stroke(start + place, (0.0 if soft else 0.5) + 0.5 * strength(place, metre)) for place in places]
    if soft and not cover or places == metre.pulses or not strokes or "kick" not in drums or 0.0 not in places:
        return plain if "kick" in drums else []
    back = [start + place for place in backbeats(metre, drums, bar)]
    free = [stroke for stroke in strokes if all(abs(stroke.onset - place) > BESIDE for place in back)]

    if len(free) < _LEADING and not cover:
        return plain

    # As many in odd bars as in even ones, and all of a few: what comes back in every bar has the kick in every bar.
    both = [kicks(metre, style, drums, one) for one in (bar, bar + 1)]

    def liking(stroke: Stroke) -> float:
        own = any(abs(stroke.onset - start - place) <= BESIDE for row in both for place in row)
        weight = stroke.accent if cover else usual[bar % 2, round((stroke.onset - start) * 4)]
        return weight + 0.15 * own

    most = max(2, max(map(len, both)) + extra, len(free) * (len(free) <= _FEW and not cover))
    heaviest = sorted(free, key=lambda stroke: (-liking(stroke), stroke.onset))[:most]
    chosen = [stroke for place, stroke in enumerate(heaviest) if place <= (not cover) or liking(stroke) >= _LIGHT]
    if all(abs(stroke.onset - start) > BESIDE for stroke in chosen):
        chosen.append(plain[0])
    return chosen


def _softer(drums: Drums, bar: int, rhythm: Rhythm, stroke: Stroke) -> int:
    """How much softer than others a kick is struck: as it is written."""
    written, at = drums.get("kick", ""), stroke.onset - bar * rhythm.metre.bar
    strokes = strokes_of(written or "X...", bar, rhythm.metre)
    sign = next((each.sign for each in strokes if abs(each.onset - at) <= BESIDE), "")
    return (_SOFT_KICK if sign == "o" else 0) + (_FEATHERED if "X" not in written else 0)


def _at(strokes: list[Stroke], onset: float, swing: tuple[float, float]) -> float:
    """A backbeat at the moment in which the rhythm plays it, else where time puts it."""
    near = min(strokes, key=lambda stroke: abs(stroke.onset - onset), default=None)
    return near.onset if near is not None and abs(near.onset - onset) <= BESIDE / 2 else swung(onset, *swing)


def _strike_the_rest(beat: Beat, strokes: list[Stroke], drums: Drums) -> None:
    """Hits for the strokes that nothing strikes yet."""
    for stroke in strokes:
        if beat.struck(stroke.onset):
            continue
        if stroke.accent < _LIGHT and "g" in drums.get("snare", ""):
            beat.strike(KIT["snare"], stroke.onset, _GHOST + 20 * stroke.accent)
        else:
            heavy = stroke.accent >= _HEAVY
            beat.strike(KIT["open" if heavy else "hat"], stroke.onset, 60 + 50 * stroke.accent)


def _swing(rhythm: Rhythm, style: Style) -> tuple[float, float]:
    """The rhythm's own swing; the style's only where the rhythm has no straight notes that it would rub against."""
    if rhythm.ternary:
        return 0.5, 0.0
    if rhythm.swing_unit:
        return rhythm.swing, rhythm.swing_unit
    if (
        style.swing > 0.5
        and not (rhythm.fine and style.swing_unit == 0.25)
        and not (style.swing_unit == 0.5 and rhythm.eighths)
    ):
        return style.swing, style.swing_unit
    return 0.5, 0.0


def _roll(beat: Beat, pitch: int, first: float, chance: Random) -> None:
    """A short roll of the hat, in 32nds or triplets, growing."""
    step, count = chance.choice(((0.125, 2), (0.125, 4), (1 / 12, 3), (1 / 6, 3)))
    for number in range(count):
        beat.strike(pitch, first + number * step, 56 + 36 * number / count)


def _alike(one: int, other: int) -> bool:
    """Is it the same drum? Hats are, open or closed; kinds of snare are."""
    hats = ("closed hat", "open hat")
    if 70 in (one, other) and one != other:
        return False
    return lane_of(one) == lane_of(other) or (lane_of(one) in hats and lane_of(other) in hats)
