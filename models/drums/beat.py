"""A beat to a rhythm: kicks on its accents, the snare on the backbeats, hats that divide and swing time as it does.

A style says how many kicks a bar has and where they fall without a rhythm, where the snare is, what the hats do. Kicks
go to the heaviest strokes off the backbeats, at the very moment they are played; a style with a kick on every pulse
keeps it. To ``cover`` a rhythm every stroke is struck: those that are neither kick nor snare go to a hat, accented, or
to a quiet snare.

Offers: ``write_beat``, ``Beat``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from models.drums.rhythm import Rhythm, Stroke, swung
from models.drums.styles import STYLES, Style, backbeats, kicks
from models.music.beats import TIGHT, Metre, strength
from models.music.clip import without_overlaps
from models.music.drum_kit import lane_of
from models.music.note import Note

KICK, CLOSED, OPEN, PEDAL, RIDE, SNARE = 36, 42, 46, 44, 51, 38
BESIDE = 1 / 8
"""Beats; nearer than this to a backbeat a stroke is the backbeat."""

_SAME = 1 / 12
"""Beats; nearer than this two hits of a lane are one."""

_LENGTH = 0.25
_HEAVY, _LIGHT = 0.62, 0.4
"""Accents from which on, and below which, a stroke that is left over is no mere hat."""

_GHOST = 38


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

    turn   0 and up: which of the style's habits are taken (hats, number of kicks)
    cover  True: every stroke of the rhythm is struck by something
    """
    style, chance = STYLES[name], Random(10_007 * seed + turn)
    beat = Beat(rhythm.length)
    swing = _swing(rhythm, style)
    ghosts = _ghost_places(rhythm.metre, style, chance)
    for bar in range(rhythm.bars):
        start, strokes = bar * rhythm.metre.bar, rhythm.in_bar(bar)
        back = backbeats(rhythm.metre, style)
        for stroke in _kicked(rhythm.metre, style, strokes, start, turn):
            beat.strike(KICK, stroke.onset, 88 + 28 * stroke.accent)
        for place in back:
            beat.strike(style.backbeat, _at(strokes, start + place, swing), 104)
        for place in ghosts:
            beat.strike(SNARE, swung(start + place, *swing), _GHOST)
        if cover:
            _strike_the_rest(beat, strokes, style)
        _strike_hats(beat, rhythm, style.hats[turn % len(style.hats)], start, swing, chance)
        if name == "jazz":
            for pulse in rhythm.metre.pulses[1::2]:
                beat.strike(PEDAL, start + pulse, 70)
    return beat.notes


def _kicked(metre: Metre, style: Style, strokes: list[Stroke], start: float, turn: int) -> list[Stroke]:
    """Where the kick falls in a bar."""
    plain = [Stroke(start + place, 0.5 + 0.5 * strength(place, metre)) for place in kicks(metre, style)]
    if style.four or not strokes:
        return plain
    back = [start + place for place in backbeats(metre, style)]
    free = [stroke for stroke in strokes if all(abs(stroke.onset - place) > BESIDE for place in back)]
    wanted = max(2, len(plain) + turn // len(style.hats) % 2)
    heaviest = sorted(free, key=lambda stroke: -stroke.accent)
    chosen = [stroke for place, stroke in enumerate(heaviest[:wanted]) if not place or stroke.accent >= _LIGHT]
    one = plain[0]
    if all(abs(stroke.onset - one.onset) > BESIDE for stroke in chosen):
        chosen.append(one)
    return chosen


def _at(strokes: list[Stroke], onset: float, swing: tuple[float, float]) -> float:
    """A backbeat at the moment in which the rhythm plays it, else where time puts it."""
    near = min(strokes, key=lambda stroke: abs(stroke.onset - onset), default=None)
    return near.onset if near is not None and abs(near.onset - onset) <= BESIDE / 2 else swung(onset, *swing)


def _strike_the_rest(beat: Beat, strokes: list[Stroke], style: Style) -> None:
    """Hits for the strokes that nothing strikes yet."""
    for stroke in strokes:
        if beat.struck(stroke.onset):
            continue
        if stroke.accent < _LIGHT and style.ghosts:
            beat.strike(SNARE, stroke.onset, _GHOST + 20 * stroke.accent)
        else:
            heavy = stroke.accent >= _HEAVY
            beat.strike(OPEN if heavy else CLOSED, stroke.onset, 60 + 50 * stroke.accent)


def _swing(rhythm: Rhythm, style: Style) -> tuple[float, float]:
    """The rhythm's own swing; the style's only where the rhythm has no straight notes that it would rub against."""
    if rhythm.ternary:
        return 0.5, 0.0
    if rhythm.swing_unit:
        return rhythm.swing, rhythm.swing_unit
    if style.swing > 0.5 and not (rhythm.fine and style.swing_unit == 0.25):
        return style.swing, style.swing_unit
    return 0.5, 0.0


def _ghost_places(metre: Metre, style: Style, chance: Random) -> list[float]:
    """Weak places, the same in each bar, where the snare whispers."""
    back = backbeats(metre, style)
    weak = [place / 4 for place in range(round(metre.bar * 4)) if strength(place / 4, metre) <= 0.2]
    fitting = [place for place in weak if all(abs(place - other) > BESIDE for other in back)]
    return [place for place in fitting if chance.random() < 0.6 * style.ghosts]


def _strike_hats(
    beat: Beat, rhythm: Rhythm, hats: str, start: float, swing: tuple[float, float], chance: Random
) -> None:
    """A bar of the hats, or of the ride."""
    metre = rhythm.metre
    end = min(start + metre.bar, rhythm.length)
    if hats == "offbeats":
        for pulse in metre.pulses:
            beat.strike(OPEN, swung(start + pulse + (1 / 3 if rhythm.ternary else 0.5), *swing), 82)
        return
    step = _step(rhythm, hats)
    for place in range(round(metre.bar / step)):
        onset = start + place * step
        if onset >= end - TIGHT:
            break
        if (
            hats == "ride"
            and swing[0] > 0.6
            and metre.pulses
            and int(onset + TIGHT) % 2 == 0
            and (strength(onset, metre) < 0.6)
        ):
            continue  # the ride's own figure: long, long-short
        loud = 54 + 34 * strength(onset, metre) ** 0.7
        beat.strike(RIDE if hats == "ride" else CLOSED, swung(onset, *swing), loud)
    if hats == "rolls":
        _roll(beat, metre, start, chance)


def _step(rhythm: Rhythm, hats: str) -> float:
    """Beats from one stroke of the hats to the next."""
    if hats == "quarters":
        return rhythm.metre.unit if rhythm.metre.unit >= 0.5 else 0.5
    if rhythm.ternary:
        return 1 / 3
    return 0.25 if hats == "sixteenths" else 0.5


def _roll(beat: Beat, metre: Metre, start: float, chance: Random) -> None:
    """A short roll of the hat, in 32nds or triplets, somewhere in the second half of a bar."""
    pulse = chance.choice(metre.pulses[len(metre.pulses) // 2 :])
    step, count = chance.choice(((0.125, 4), (1 / 6, 3), (0.125, 8)))
    first = start + pulse + chance.choice((0.0, 0.5 if count * step <= 0.5 else 0.0))
    for number in range(count):
        beat.strike(CLOSED, first + number * step, 60 + 30 * number / count)


def _alike(one: int, other: int) -> bool:
    """Is it the same drum? Hats are, open or closed; kinds of snare are."""
    hats = ("closed hat", "open hat")
    return lane_of(one) == lane_of(other) or (lane_of(one) in hats and lane_of(other) in hats)
