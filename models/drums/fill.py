"""Fills: what a drummer plays in place of the last bar, or of any stretch, to lead on.

Each kind is a row of strokes over the stretch, growing towards its end; kinds that come late leave the first part of
the stretch as it was. A fill stays on the drums that the clip plays; toms are let in where the clip has some or the
words ask for them.

Offers: ``write_fill``, ``fills_for``, ``FILLS``, ``roll_down``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from models.drums.kit import pitch_for, uses
from models.music.beats import TIGHT, strength
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of
from models.music.note import Note

_TOMS: tuple[Lane, ...] = ("high tom", "mid tom", "low tom")
_LENGTH = 0.2
_SOFT, _LOUD = 66, 118


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a fill is played: onsets in beats, the clip's notes before it and in it, the drums to play."""

    clip: Clip
    start: float
    end: float
    drums: tuple[int, ...]
    chance: Random

    def grown(self, onset: float) -> int:
        """Velocity: softer at the stretch's start, loud at its end, accents on the pulses."""
        share = (onset - self.start) / max(TIGHT, self.end - self.start)
        accent = 8 * strength(onset, self.clip.metre)
        return max(1, min(127, round(_SOFT + (_LOUD - _SOFT) * share + accent - 6)))

    def row(self, step: float, first: float, pitch: Callable[[float], int | None]) -> list[Note]:
        """Strokes every ``step`` beats from ``first`` to the end; ``pitch`` says for the share done (0-1) which drum,
        or None for a rest."""
        count = max(1, round((self.end - first) / step))
        notes = []
        for place in range(count):
            onset, chosen = first + place * step, pitch(place / count)
            if chosen is not None and onset < self.end - TIGHT:
                notes.append(Note(chosen, onset, min(_LENGTH, step * 0.9, self.end - onset), self.grown(onset)))
        return notes

    def own(self, until: float, *lanes: Lane) -> list[Note]:
        """The clip's own notes of the stretch before ``until``, or after it those of some lanes."""
        return [
            note
            for note in self.clip.notes
            if self.start - TIGHT <= note.onset < self.end - TIGHT
            and (note.onset < until - TIGHT or lane_of(note.pitch) in lanes)
        ]

    def bar_lines(self) -> list[float]:
        """Where the bars of the stretch begin, the first perhaps before it."""
        metre = self.clip.metre
        return [bar * metre.bar for bar in range(metre.bar_of(self.start), metre.bars(self.end))]

    def late(self, share: float) -> float:
        """The beat at which a fill of ``share`` of the stretch begins."""
        beats = max(0.5, round((self.end - self.start) * share * 2) / 2)
        return max(self.start, self.end - beats)


def _down_the_drums(at: _Stretch) -> list[Note]:
    def drum(share: float) -> int | None:
        return at.drums[min(len(at.drums) - 1, int(share * len(at.drums)))]

    kick = pitch_for(at.clip.notes, "kick")
    under = [
        Note(kick, bar + pulse, _LENGTH, at.grown(bar + pulse))
        for bar in at.bar_lines()
        for pulse in at.clip.metre.pulses
        if at.start - TIGHT <= bar + pulse < at.end - TIGHT
    ]
    return [*under, *at.row(0.25, at.start, drum)]


def _half_bar(at: _Stretch) -> list[Note]:
    first = at.late(0.5)

    def drum(share: float) -> int | None:
        rests = at.chance.random() < 0.2 and 0 < share < 0.8
        return None if rests else at.drums[min(len(at.drums) - 1, int(share * len(at.drums)))]

    return [*at.own(first, "kick"), *at.row(0.25, first, drum)]


def _last_beat(at: _Stretch) -> list[Note]:
    first = at.late(0.25)
    return [*at.own(first, "kick"), *at.row(0.25, first, lambda share: at.drums[0 if share < 0.5 else -1])]


def _building(at: _Stretch) -> list[Note]:
    """Eighths, then sixteenths, then 32nds on one drum."""
    half, quarter = at.late(0.5), at.late(0.25)
    rows = ((0.5, at.start, half), (0.25, half, quarter), (0.125, quarter, at.end))
    return [
        *at.own(at.start, "kick"),
        *(
            note
            for step, first, end in rows
            for note in at.row(step, first, lambda share: at.drums[0])
            if note.onset < end - TIGHT
        ),
    ]


def _triplets(at: _Stretch) -> list[Note]:
    first = at.late(0.75)

    turn = at.drums if len(at.drums) > 1 else (at.drums[0], at.drums[0], pitch_for(at.clip.notes, "kick"))
    count = max(1, round((at.end - first) * 3))
    return [*at.own(first), *at.row(1 / 3, first, lambda share: turn[round(share * count) % len(turn)])]


def _broken(at: _Stretch) -> list[Note]:
    """Kick and snare in turn on syncopated sixteenths, with rests."""
    figure = at.chance.choice(((0, 3, 6, 10, 12, 14), (0, 2, 3, 6, 9, 12, 15), (0, 3, 4, 7, 8, 11, 12, 14)))
    kick = pitch_for(at.clip.notes, "kick")
    notes = []
    for number, place in enumerate(figure * 8):
        onset = at.start + 4 * (number // len(figure)) + place / 4
        if onset >= at.end - TIGHT:
            break
        notes.append(
            Note(kick if number % 2 == 0 else at.drums[number // 2 % len(at.drums)], onset, _LENGTH, at.grown(onset))
        )
    return notes


def _stop(at: _Stretch) -> list[Note]:
    """A stroke together, silence, and a pick-up in the last beat."""
    first = at.late(0.25)
    kick = pitch_for(at.clip.notes, "kick")
    return [
        Note(kick, at.start, _LENGTH, _LOUD),
        Note(at.drums[0], at.start, _LENGTH, _LOUD),
        *at.row(0.25, first, lambda share: at.drums[0] if share >= 0.25 else None),
    ]


def _hat_rolls(at: _Stretch) -> list[Note]:
    """The beat goes on, the hat rolls in 32nds and triplets through the second half."""
    hat, first = pitch_for(at.clip.notes, "closed hat"), at.late(0.5)
    beat = [note for note in at.own(at.end) if note.pitch != hat or note.onset < first - TIGHT]
    step = at.chance.choice((0.125, 1 / 6))
    return [*beat, *at.row(step, first, lambda share: hat)]


FILLS: dict[str, tuple[str, Callable[[_Stretch], list[Note]]]] = {
    "half-bar": ("The beat goes on for a half, then sixteenths that grow.", _half_bar),
    "down": ("Sixteenths from drum to drum, growing, over kicks.", _down_the_drums),
    "last-beat": ("Only the last beat, four sixteenths.", _last_beat),
    "broken": ("Kick and snare in turn, off the beat.", _broken),
    "build": ("Eighths, sixteenths, 32nds on one drum.", _building),
    "stop": ("A stroke, silence, a pick-up.", _stop),
    "triplets": ("Triplets from drum to drum.", _triplets),
    "hat-rolls": ("The hat rolls in 32nds or triplets.", _hat_rolls),
}
"""Kinds of fills: a sentence and who writes it."""

_BY_STYLE = {
    "trap": ("hat-rolls", "stop", "build"),
    "techno": ("build", "stop", "last-beat"),
    "house": ("build", "last-beat", "stop"),
    "drum-and-bass": ("broken", "half-bar", "stop"),
    "breakbeat": ("broken", "half-bar"),
    "jazz": ("triplets", "half-bar"),
    "rock": ("down", "half-bar", "triplets"),
    "hip-hop": ("last-beat", "stop", "broken"),
    "lo-fi": ("last-beat", "stop"),
}


def fills_for(words: str, styles: Sequence[str]) -> list[str]:
    """Kinds in the order in which they fit the words: those named, then those of the styles named, then the others."""
    asked = [word for word in words.lower().split() if word in FILLS]
    asked += [kind for style in styles for kind in _BY_STYLE.get(style, ())]
    return list(dict.fromkeys((*asked, *FILLS)))


def write_fill(clip: Clip, start: float, end: float, kind: str, seed: int, *, toms: bool = False) -> list[Note]:
    """The notes of a fill over [start, end) beats, and what of the clip stays there; toms: let them in."""
    chance = Random(seed)
    drums = [pitch_for(clip.notes, "snare")]
    drums += [pitch_for(clip.notes, tom) for tom in _TOMS if toms or uses(clip.notes, tom)]
    if seed % 2 and len(drums) > 2:
        drums = [drums[0], *drums[:0:-1]]
    return FILLS[kind][1](_Stretch(clip, start, end, tuple(drums), chance))
