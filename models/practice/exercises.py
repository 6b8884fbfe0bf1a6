"""Exercises out of a clip: made simpler or harder step by step, and chosen so that difficulty rises with the level.

A line is simplified by rhythm (strong places alone, on a coarser grid), by pitch (into the key, into a hand's range,
leaps folded) and made harder by passing notes, other keys and a second hand that plays the roots. Level k of 8 is the
candidate whose difficulty is nearest to the k-th of eight even steps between the easiest and the hardest.

Offers: ``exercise``, ``Exercise``, ``SKILLS``, ``HANDS``, ``LEVELS``.
"""

import random
from dataclasses import dataclass, replace
from itertools import product

from models.analysis.key import clip_scale
from models.constraints.lines import top_line
from models.music.beats import TIGHT, Metre, snap, strength
from models.music.clip import Clip, without_overlaps
from models.music.errors import BadValue, EmptyClip
from models.music.note import Note
from models.music.pitch import name as pitch_name
from models.music.scale import Scale
from models.practice.difficulty import difficulty

SKILLS = ("rhythm", "reading", "ear", "transposition")
HANDS = ("right", "left", "both")
LEVELS = range(1, 9)
LONGEST_BARS = 8
_C_MAJOR = Scale.parse("C major")
_RIGHT, _LEFT = 67, 48
"""Where the hands lie: the middle of what they play."""

_GRIDS = (0.8, 0.6, 0.5, 0.25)
"""What onsets come to lie on: pulses of a strength at least, then multiples of so many beats."""
_STRONG = (0.8, 0.6, 0.2, 0.0)
_RANGES = (5, 8, 12, 24)
_LEAPS = (2, 5, 9, 24)
_KEYS = (0, 2, 7, 9)
"""Semitones to move by: 0 is the clip's own key."""


Candidate = tuple[float, tuple[Clip, Clip], Scale]
"""Difficulty, a clip for each hand, key."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise.

    hands    a clip for the right and one for the left hand; one may be empty
    answer   what is right, as clips: for the ear the tune that was changed, for transposition the moved one
    told     what to do, a sentence
    steps    semitones by which it is to be transposed
    """

    hands: tuple[Clip, Clip]
    answer: tuple[Clip, Clip]
    scale: Scale
    difficulty: float
    told: str
    steps: int = 0

    @property
    def answer_scale(self) -> Scale:
        """The answer's key: the exercise's, moved as far as it is to be transposed."""
        return replace(self.scale, root=(self.scale.root + self.steps) % 12)


def exercise(clip: Clip, level: int, hands: str = "right", skill: str = "reading", seed: int = 0) -> Exercise:
    """An exercise of a level 1-8; raises BadValue, EmptyClip for a clip that has no tune."""
    if level not in LEVELS:
        raise BadValue(f"The level must be 1 to 8, not {level}.", field="level")
    if skill not in SKILLS:
        raise BadValue(f'The skill "{skill}" is not known; choose from {", ".join(SKILLS)}.', field="skill")
    if hands not in HANDS:
        raise BadValue(f'The hands "{hands}" are not known; choose from {", ".join(HANDS)}.', field="hands")
    tune = _tune(clip)
    scale = clip_scale(clip) or _C_MAJOR
    ranked = sorted(_candidates(tune, scale, hands, skill), key=lambda found: found[0])
    easiest, hardest = ranked[0][0], ranked[-1][0]
    goal = easiest + (hardest - easiest) * (level - 1) / (len(LEVELS) - 1)
    hard, pair, key = min(ranked, key=lambda found: abs(found[0] - goal))
    return _set(pair, key, hard, skill, level, seed)


def _tune(clip: Clip) -> Clip:
    if clip.drums or not clip.notes:
        raise EmptyClip("There is no tune to practise; choose a clip with pitches.")
    length = min(clip.length, LONGEST_BARS * clip.metre.bar)
    notes = [clip.notes[place] for place in sorted(top_line(clip.notes)) if clip.notes[place].onset < length]
    bars = clip.metre.bars(length) * clip.metre.bar
    if not notes:
        raise EmptyClip("The clip's first bars are silent; cut it to where the tune begins.")
    return replace(clip, notes=without_overlaps(notes, bars), length=bars, role="melody", carried=None)


def _candidates(tune: Clip, scale: Scale, hands: str, skill: str) -> list[Candidate]:
    """Everything that can be made of a tune, with its difficulty and key."""
    found = []
    middle = _LEFT if hands == "left" else _RIGHT
    seconds = (0, 1, 2) if hands == "both" else (0,)
    for fine, wide in product(range(len(_GRIDS)), range(len(_RANGES))):
        if skill == "rhythm":  # of the pitches nothing is left, so which places count is chosen by itself
            line = _line(tune, scale, fine, 0, middle, _STRONG[wide])
            line = line.with_notes(note.moved(pitch=middle) for note in line.notes)
        else:
            line = _line(tune, scale, fine, wide, middle, _STRONG[fine])
        for move in _KEYS if skill in ("reading", "transposition") else _KEYS[:1]:
            moved = _moved(line, move if move <= 6 else move - 12)
            key = replace(scale, root=(scale.root + move) % 12)
            for second in seconds:
                own = _second_hand(moved, key, second) if hands == "both" else moved.with_notes(())
                pair = (moved.with_notes(()), moved) if hands == "left" else (moved, own)
                found.append((difficulty(pair, key), pair, key))
    return [*found, *_mixed(found)] if skill == "rhythm" else found


def _mixed(found: list[Candidate]) -> list[Candidate]:
    """Rhythms that begin as the easiest one and go on, from each bar line, as a harder one: what lies between them."""
    (_, easiest, _), result = min(found, key=lambda each: each[0]), []
    for _, pair, key in found:
        length = pair[0].length
        for bar in range(1, pair[0].metre.bars(length)):
            turn = bar * pair[0].metre.bar
            parts = (
                [*(n for n in easy.notes if n.onset < turn), *(n for n in hand.notes if n.onset >= turn)]
                for easy, hand in zip(easiest, pair, strict=True)
            )
            right, left = (hand.with_notes(without_overlaps(next(parts), length)) for hand in pair)
            result.append((difficulty((right, left), key), (right, left), key))
    return result


def _line(tune: Clip, scale: Scale, fine: int, wide: int, middle: int, least: float) -> Clip:
    """The tune on a grid, of places of a strength at least; leaps, range and, from the third step on, accidentals."""
    kept: dict[float, Note] = {}
    for note in tune.notes:
        if strength(note.onset, tune.metre) >= least - 1e-6:
            onset, _ = _snapped(note.onset, tune.metre, fine)
            if onset < tune.length and (onset not in kept or note.velocity > kept[onset].velocity):
                kept[onset] = note
    if not kept:
        kept[0.0] = tune.notes[0]
    onsets = sorted(kept)
    notes: list[Note] = []
    for onset, following in zip(onsets, [*onsets[1:], tune.length], strict=True):
        pitch = _placed(kept[onset].pitch, notes[-1].pitch if notes else middle, scale, wide, middle)
        _, step = _snapped(onset, tune.metre, fine)
        lasting = max(step, snap(kept[onset].duration, step))
        notes.append(Note(pitch, onset, min(following - onset, lasting), 90))
    return tune.with_notes(without_overlaps(notes, tune.length))


def _snapped(onset: float, metre: Metre, fine: int) -> tuple[float, float]:
    """The place of a grid nearest to an onset, and beats from there to the next one."""
    if fine > 1:
        return snap(onset, _GRIDS[fine]), _GRIDS[fine]
    start = metre.bar_of(onset) * metre.bar
    places = [start + pulse for pulse in metre.pulses if strength(pulse, metre) >= _GRIDS[fine] - TIGHT]
    ends = [*places[1:], start + metre.bar]
    steps = {place: end - place for place, end in zip(places, ends, strict=True)}
    steps[ends[-1]] = steps[places[0]]
    place = min(steps, key=lambda place: abs(place - onset))
    return place, steps[place]


def _placed(pitch: int, before: int, scale: Scale, wide: int, middle: int) -> int:
    """The pitch near the hand: octaves folded, leaps made smaller along the scale, into the key on the first steps."""
    half, leap = _RANGES[wide] / 2, _LEAPS[wide]
    fitted = scale.nearest if wide < 2 else int
    pitch = fitted(pitch + 12 * round((middle - pitch) / 12))
    pitch = fitted(min(max(pitch, before - leap), before + leap))
    return min(max(pitch, fitted(round(middle - half))), fitted(round(middle + half)))


def _second_hand(line: Clip, key: Scale, kind: int) -> Clip:
    """The other hand: the bar's root held, root and fifth in about halves, or broken chords in pulses."""
    pulses = line.metre.pulses
    units = tuple(number * line.metre.unit for number in range(line.metre.numerator))
    halves, broken = (pulses[0], pulses[len(pulses) // 2]), (pulses if len(pulses) > 2 else units)
    places = (pulses[:1], halves, broken)[kind]
    degrees = ((0,), (0, 4), (0, 2, 4, 2) if len(pulses) > 2 else (0, 2, 4))[kind]
    notes: list[Note] = []
    for bar in range(line.metre.bars(line.length)):
        start = bar * line.metre.bar
        inside = [note.pitch for note in line.notes if start <= note.onset < start + line.metre.bar]
        root = key.nearest(_LEFT - 12 + ((inside[0] if inside else key.root) % 12))
        for number, (place, end) in enumerate(zip(places, (*places[1:], line.metre.bar), strict=True)):
            notes.append(Note(key.step(root, degrees[number % len(degrees)]), start + place, end - place, 80))
    return replace(line, notes=without_overlaps(notes, line.length), role="bass")


def _set(pair: tuple[Clip, Clip], key: Scale, hard: float, skill: str, level: int, seed: int) -> Exercise:
    """The exercise as a task: what is given, what is right, and what to do."""
    if skill == "ear":
        first = bool(pair[0].notes)
        changed, told = _one_changed(pair[0] if first else pair[1], key, level, seed)
        given = (changed, pair[1]) if first else (pair[0], changed)
        return Exercise(given, pair, key, hard, f"Which note changed? {told}")
    if skill == "transposition":
        steps = (2, -2, 5, -5, 3, -3, 4, 6)[level - 1]
        moved = (_moved(pair[0], steps), _moved(pair[1], steps))
        way = "up" if steps > 0 else "down"
        return Exercise(pair, moved, key, hard, f"Play it {abs(steps)} semitones {way}.", steps)
    told = "Clap or tap the rhythm." if skill == "rhythm" else "Play what is written, then compare with the answer."
    return Exercise(pair, pair, key, hard, told)


def _moved(clip: Clip, semitones: int) -> Clip:
    return clip.with_notes(note.moved(pitch=note.pitch + semitones) for note in clip.notes)


def _one_changed(clip: Clip, key: Scale, level: int, seed: int) -> tuple[Clip, str]:
    """The clip with one note a step or more away: far on low levels, near on high ones; and which note it was."""
    chance = random.Random(seed)
    place = chance.randrange(len(clip.notes))
    steps = max(1, 5 - (level + 1) // 2)
    before = clip.notes[place].pitch
    after = key.step(before, steps * chance.choice((-1, 1)))
    notes = [note.moved(pitch=after) if number == place else note for number, note in enumerate(clip.notes)]
    told = f"The answer: note {place + 1} was {pitch_name(before)} and is {pitch_name(after)}."
    return clip.with_notes(notes), told
