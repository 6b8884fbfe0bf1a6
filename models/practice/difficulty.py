"""How hard a clip is to play from the page: one number 0-1, a mean of what is published to make scores hard.

Playing speed and rhythm, range and leaps of the hand, accidentals, simultaneous notes and two hands are the criteria of
Sébastien et al. (ISMIR 2012, "Score Analyzer") and of Chiu & Chen (IEEE ISM 2012); the weights are ours, equal but for
rhythm and accidentals.

Offers: ``difficulty``, ``Demands``, ``demands_of``.
"""

from operator import mul
from typing import NamedTuple

from models.constraints.lines import onset_groups
from models.music.beats import strength
from models.music.clip import Clip
from models.music.scale import Scale

_WEIGHTS = (2.0, 1.5, 1.0, 1.5, 1.5, 1.0, 1.5)
_FASTEST = 4.0
_WIDEST_LEAP, _WIDEST_RANGE = 12.0, 36.0
_MOST_TOGETHER = 3.0


class Demands(NamedTuple):
    """What a clip asks of who plays it, each 0-1.

    speed        onsets a beat, of 4
    rhythm       share of onsets off the felt pulses
    range, leaps from the lowest to the highest pitch, of three octaves; the mean step between top notes, of an octave
    accidentals  half by the key's own sharps or flats, half by the share of notes outside it
    together     notes struck at once beyond one, of three
    hands        1 where both play
    """

    speed: float
    rhythm: float
    range: float
    leaps: float
    accidentals: float
    together: float
    hands: float


def demands_of(clips: tuple[Clip, ...], scale: Scale) -> Demands:
    """The demands of a clip for each hand, in a key; 0 throughout where there are no notes."""
    notes = sorted((note for clip in clips for note in clip.notes), key=lambda note: note.order)
    if not notes:
        return Demands(*[0.0] * 7)
    clip = clips[0]
    groups = [[notes[place] for place in group] for group in onset_groups(notes)]
    lines = [[max(own.notes[place].pitch for place in group) for group in onset_groups(own.notes)] for own in clips]
    steps = [abs(after - before) for line in lines for before, after in zip(line, line[1:], strict=False)]
    spans = [max(line) - min(line) for line in lines if line]
    outside = sum(note.pitch not in scale for note in notes) / len(notes)
    struck = max(len([note for note in clip.notes if abs(note.onset - group[0].onset) < 0.1]) for group in groups)
    return Demands(
        speed=min(1.0, len(groups) / clip.length / _FASTEST),
        rhythm=sum(strength(group[0].onset, clip.metre) < 0.6 for group in groups) / len(groups),
        range=min(1.0, max(spans) / _WIDEST_RANGE),
        leaps=min(1.0, sum(steps) / max(1, len(steps)) / _WIDEST_LEAP),
        accidentals=0.5 * abs(fifths_of(scale)) / 7 + 0.5 * outside,
        together=min(1.0, max(0, struck - 1) / _MOST_TOGETHER),
        hands=float(sum(bool(own.notes) for own in clips) > 1),
    )


def difficulty(clips: tuple[Clip, ...], scale: Scale) -> float:
    """0-1: the weighted mean of the demands."""
    return float(sum(map(mul, _WEIGHTS, demands_of(clips, scale))) / sum(_WEIGHTS))


def fifths_of(scale: Scale) -> int:
    """Sharps (+) or flats (-) of the key signature, as MusicXML counts them: -5 … 6."""
    fifths = (scale.root + 3 * is_minor(scale)) % 12 * 7 % 12
    return fifths if fifths <= 6 else fifths - 12


def is_minor(scale: Scale) -> bool:
    """Has it a minor third?"""
    return bool(scale.mask >> 3 & 1)
