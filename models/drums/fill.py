"""Fills: what a drummer plays in place of the last bar, or of any stretch, to lead on.

Each kind is a row of strokes over the stretch, growing towards its end, in the beat's swing and about as loud as the
beat is; kinds that come late leave the first part of the stretch as it was. A fill stays on the pads that the clip
plays, snare and toms or what it has in their place; toms come in where the words ask for them.

Offers: ``write_fill``, ``fills_for``, ``FILLS``, ``roll_down``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import mode

from models.drums.kit import pitch_for, uses
from models.drums.rhythm import Rhythm, swung
from models.drums.styles import STYLES
from models.music.beats import TIGHT, strength
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of, part_of
from models.music.note import Note

_TOMS: tuple[Lane, ...] = ("high tom", "mid tom", "low tom")
_LENGTH = 0.2
_CLAP = 39
_PULSE = 0.5  # strength from which a place is a pulse
_SOFT, _ABOVE = 0.58, 8
"""Loudness of a fill's first stroke, of the clip's own loud ones; how much louder than the backbeat a fill may grow."""

_HALVES = ("X.oxX.xx", "XooXxoX.", "X.xoxoXX", "xoXoxoXX", "X..XxoXx")
_BEATS = ("XooX", "X.xX", "oxXX", "xoXX", "Xxo.")
"""Figures of two beats, and of one, in sixteenths."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a fill is played: onsets in beats, the clip's notes before it and in it, the drums to play and the one
    that holds them up."""

    clip: Clip
    rhythm: Rhythm
    start: float
    end: float
    drums: tuple[int, ...]
    kick: int
    loud: int
    chance: Random

    def grown(self, onset: float) -> int:
        """Velocity: softer at the stretch's start, loud at its end, accents on the pulses."""
        share = (onset - self.start) / max(TIGHT, self.end - self.start)
        accent = 8 * strength(onset, self.clip.metre) - 6
        return max(1, min(127, round(self.loud * (_SOFT + (1 - _SOFT) * share) + accent)))

    @property
    def step(self) -> float:
        """Beats from stroke to stroke: sixteenths, or as a beat in threes divides."""
        return 1 / 3 if self.rhythm.ternary else 0.25

    def at(self, onset: float) -> float:
        """A straight onset where the beat's swing puts it."""
        return max(self.start, swung(onset, self.rhythm.swing, self.rhythm.swing_unit))

    def row(self, step: float, first: float, pitch: Callable[[float], int | None]) -> list[Note]:
        """Strokes every ``step`` beats from ``first`` to the end; ``pitch`` says for the share done (0-1) which drum,
        or None for a rest."""
        count = max(1, round((self.end - first) / step))
        notes = []
        for place in range(count):
            onset, chosen = first + place * step, pitch(place / count)
            played = self.at(onset) if step >= 0.25 - TIGHT else onset
            if chosen is not None and played < self.end - TIGHT:
                notes.append(Note(chosen, played, min(_LENGTH, step * 0.8, self.end - played), self.grown(onset)))
        return notes

    def figure(self, signs: str, first: float) -> list[Note]:
        """A figure over and over from ``first`` to the end: X an accent, x a stroke, o a soft one; on the drums in
        turn, each for its share."""
        if self.rhythm.ternary:
            signs = signs.replace("oo", "o").replace("..", ".")
        count = max(1, round((self.end - first) / self.step))
        notes = []
        for place in range(count):
            sign = signs[place % len(signs)]
            onset = self.at(first + place * self.step)
            if sign == "." or onset >= self.end - TIGHT:
                continue
            drum = self.drums[min(len(self.drums) - 1, place * len(self.drums) // count)]
            loud = self.grown(first + place * self.step) + {"X": 8, "x": -6, "o": -26}[sign]
            held = min(_LENGTH, self.step * 0.8, self.end - onset)
            notes.append(Note(drum, onset, held, max(1, min(127, loud))))
        return notes

    def over(self, figure: list[Note], first: float) -> list[Note]:
        """The clip, then strokes over its kicks; where these rest on a pulse the clip's own stroke stays."""
        own = [note for note in self.own(self.end) if strength(note.onset, self.clip.metre) >= _PULSE]
        struck = [note.onset for note in figure]
        resting = [note for note in own if all(abs(note.onset - onset) > self.step / 2 for onset in struck)]
        return [*dict.fromkeys((*self.own(first, "kick"), *resting)), *figure]

    def as_struck(self, note: Note) -> Note:
        """No softer than the clip strikes that drum there on a pulse: the downbeat and the backbeat stand."""
        there = [
            own.velocity
            for own in self.own(self.end)
            if lane_of(own.pitch) == lane_of(note.pitch)
            and abs(own.onset - note.onset) < self.step / 2
            and strength(own.onset, self.clip.metre) >= _PULSE
        ]
        return note.moved(velocity=max([note.velocity, *there]))

    def own(self, until: float, *lanes: Lane) -> list[Note]:
        """The clip's own notes of the stretch before ``until``, or after it those of some lanes."""
        return [
            note
            for note in self.clip.notes
            if self.start - TIGHT <= note.onset < self.end - TIGHT
            and (note.onset < until - TIGHT or lane_of(note.pitch) in lanes)
        ]

    def late(self, share: float) -> float:
        """The beat at which a fill of ``share`` of the stretch begins."""
        beats = max(0.5, round((self.end - self.start) * share * 2) / 2)
        return max(self.start, self.end - beats)


def _down_the_drums(at: _Stretch) -> list[Note]:
    """Over the whole stretch where there are drums to go down, over its second half on a single one."""
    first = at.start if len(at.drums) > 1 else at.late(0.5)

    def drum(share: float) -> int | None:
        return at.drums[min(len(at.drums) - 1, int(share * len(at.drums)))]

    metre = at.clip.metre
    under = [
        Note(at.kick, bar + pulse, _LENGTH, at.grown(bar + pulse) if pulse else at.loud)
        for bar in (number * metre.bar for number in range(metre.bar_of(at.start), metre.bars(at.end)))
        for pulse in metre.pulses
        if first - TIGHT <= bar + pulse < at.end - TIGHT
    ]
    hands = at.row(at.step, first, drum)
    weak = [strength(note.onset, at.clip.metre) <= 0.2 and note is not hands[-1] for note in hands]
    return [
        *at.own(first),
        *under,
        *(note.moved(velocity=max(1, note.velocity - 16 * soft)) for note, soft in zip(hands, weak, strict=True)),
    ]


def _building(at: _Stretch) -> list[Note]:
    """Eighths, then sixteenths, then 32nds on one drum, over the beat's kicks and, for a half, its cymbals."""
    half, quarter = at.late(0.5), at.late(0.25)
    rows = ((0.5, at.start, half), (0.25, half, quarter), (0.125, quarter, at.end))
    beat = [note for note in at.own(half, "kick") if part_of(note.pitch) != "snare" and note.pitch != at.drums[0]]
    return [
        *beat,
        *(
            note
            for step, first, end in rows
            for note in at.row(step, first, lambda share: at.drums[0])
            if note.onset < end - TIGHT
        ),
    ]


def _triplets(at: _Stretch) -> list[Note]:
    first = at.late(0.5)

    turn = at.drums if len(at.drums) > 1 else (at.drums[0], at.drums[0], at.kick)
    count = max(1, round((at.end - first) * 3))
    return [*at.own(first), *at.row(1 / 3, first, lambda share: turn[round(share * count) % len(turn)])]


def _broken(at: _Stretch) -> list[Note]:
    """The beat, then kick and snare in turn on syncopated sixteenths, with rests; the backbeat stays."""
    first, step = at.late(0.5), at.step
    figure = at.chance.choice(((0, 2, 3, 5, 6, 7), (0, 3, 5, 6, 7), (0, 1, 3, 4, 6, 7)))
    places = [place + 8 * turn for turn in range(round((at.end - first) / (8 * step)) + 1) for place in figure]
    notes = []
    for number, place in enumerate(places):
        onset = at.at(first + place * step)
        if onset < at.end - TIGHT:
            drum = at.kick if number % 2 == 0 else at.drums[number // 2 % len(at.drums)]
            notes.append(Note(drum, onset, _LENGTH, at.grown(onset)))
    return at.over(notes, first)


def _stop(at: _Stretch) -> list[Note]:
    """The beat, a stroke together in its middle, silence, and a pick-up in the last beat."""
    middle, first = at.late(0.5), at.late(0.25)
    return [
        *at.own(middle),
        Note(at.kick, middle, _LENGTH, at.loud),
        Note(at.drums[0], middle, _LENGTH, at.loud),
        *at.row(at.step, first, lambda share: at.drums[0]),
    ]


def _hat_rolls(at: _Stretch) -> list[Note]:
    """The beat goes on, the hat rolls in 32nds or triplets through the second half, no louder than it is and not where
    the open one rings; the hands lead on.
    """
    hats = [note for note in at.clip.notes if lane_of(note.pitch) in ("closed hat", "ride")]
    hat, first = hats[0].pitch if hats else at.drums[0], at.late(0.5)
    beat = [note for note in at.own(at.end) if note.pitch != hat or note.onset < first - TIGHT]
    step = at.chance.choice((0.125, 1 / 6))
    rolled = at.row(step, first, lambda share: hat)
    most = max((note.velocity for note in hats), default=at.loud)
    rings = [note.onset for note in beat if lane_of(note.pitch) == "open hat"]
    rolled = [
        note.moved(velocity=max(1, note.velocity * most // at.loud))
        for note in rolled
        if not any(-TIGHT <= note.onset - onset < 0.25 - TIGHT for onset in rings)
    ]
    lead = [note for note in at.row(0.25, at.late(0.125), lambda share: at.drums[0]) if at.drums[0] != hat]
    return [*beat, *rolled, *lead]


FILLS: dict[str, tuple[str, Callable[[_Stretch], list[Note]]]] = {
    "half-bar": (
        "The beat goes on for a half, then a figure that grows.",
        lambda at: at.over(at.figure(at.chance.choice(_HALVES), at.late(0.5)), at.late(0.5)),
    ),
    "down": ("Sixteenths from drum to drum, growing, over kicks.", _down_the_drums),
    "last-beat": (
        "Only the last beat, three or four strokes.",
        lambda at: at.over(at.figure(at.chance.choice(_BEATS), at.late(0.25)), at.late(0.25)),
    ),
    "broken": ("The beat, then kick and snare in turn, off the beat.", _broken),
    "build": ("Eighths, sixteenths, 32nds on one drum.", _building),
    "stop": ("A stroke in the middle, silence, a pick-up.", _stop),
    "triplets": ("Triplets from drum to drum.", _triplets),
    "hat-rolls": ("The hat rolls in 32nds or triplets.", _hat_rolls),
}
"""Kinds of fills: a sentence and who writes it."""


def fills_for(words: str, styles: Sequence[str], clip: Clip) -> list[str]:
    """Kinds that fit, the best first: those that the words name, else those of the styles, the first style's before
    others', and behind them some that fit any; where nothing but a clap would play them, what a hat can, or a few."""
    asked = [word for word in words.lower().split() if word in FILLS]
    if asked:
        return list(dict.fromkeys(asked))
    usual = [kind for style in styles[:2] for kind in STYLES[style].fills]
    kinds = list(dict.fromkeys((*usual, "half-bar", "last-beat", "stop", "broken")))
    hands = _hands(clip.notes, toms="toms" in words.lower().split()) if clip.notes else []
    if hands == [_CLAP]:
        return ["hat-rolls", *(kind for kind in kinds if kind in ("last-beat", "stop"))]
    # One drum has nowhere to go down to.
    return [kind for kind in kinds if kind != "down" or len(hands) > 1]


def write_fill(clip: Clip, start: float, end: float, kind: str, seed: int, *, toms: bool = False) -> list[Note]:
    """The notes of a fill over [start, end) beats, and what of the clip stays there; toms: let them in."""
    chance, notes = Random(seed), [note for note in clip.notes if not note.mute] or list(clip.notes)
    drums = _hands(notes, toms=toms)
    if seed % 2 and len(drums) > 2:
        drums = [drums[0], *drums[:0:-1]]
    loud = sorted(note.velocity for note in notes)[-max(1, len(notes) // 8)]
    backbeat = max((note.velocity for note in notes if part_of(note.pitch) == "snare"), default=loud)
    loud = min(loud, backbeat + _ABOVE)
    rhythm = Rhythm.of((clip,), clip.length, muted=True)
    feet = pitch_for(notes, "kick") if uses(notes, "kick") else drums[-1]
    stretch = _Stretch(clip, rhythm, start, end, tuple(drums), feet, loud, chance)
    return [stretch.as_struck(note) for note in FILLS[kind][1](stretch)]


def _hands(notes: Sequence[Note], *, toms: bool) -> list[int]:
    """The pads that a fill goes over: snare and toms; a clip without them has others, high to low, or a single one."""
    drums = [pitch_for(notes, "snare")] if uses(notes, "snare") or toms else []
    drums += [pitch_for(notes, tom) for tom in _TOMS if toms or uses(notes, tom)]
    others = {note.pitch for note in notes if lane_of(note.pitch) is None}
    return drums or sorted(others, reverse=True)[:3] or [mode(sorted(note.pitch for note in notes))]
