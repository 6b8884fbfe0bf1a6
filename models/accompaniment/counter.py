"""A counter-melody: it speaks where the tune is silent or holds a note, and leaves it the rest.

Gaps are found on the half beat. A gap begins with a chord tone and goes on in steps of the scale, against the direction
in which the tune came, a third to a tenth away from it.

Offers: ``counter_melody``, ``gaps``.
"""

from __future__ import annotations

from random import Random

from models.accompaniment.surroundings import Surroundings
from models.music.beats import TIGHT
from models.music.chord import chord_at
from models.music.note import Note

_STEP = 0.5
_SHORTEST_GAP = 1.0
_HELD = 1.0
"""Beats after which a note that is still held leaves room."""

_BELOW = 9
LOWEST, HIGHEST = 48, 88


def counter_melody(around: Surroundings, seed: int) -> tuple[Note, ...]:
    """Notes in the tune's gaps; without a tune or gaps, the third of each chord, held, or another of its tones."""
    chance = Random(seed)
    found = gaps(around)
    if not found:
        return _held(around, seed)
    notes: list[Note] = []
    for start, end in found:
        notes += _phrase(around, start, end, notes[-1].pitch if notes else None, chance)
    return tuple(notes)


def _held(around: Surroundings, seed: int) -> tuple[Note, ...]:
    """A long note for each chord: the third; by the seed the nearest tone to the one before, from another start."""
    notes: list[Note] = []
    for timed in around.chords:
        pitch = _guide(around, timed.onset)
        if seed:
            tones = [each for each in range(LOWEST, HIGHEST + 1) if each in timed.chord and each in around.scale]
            near = notes[-1].pitch if notes else 55 + 4 * (seed % 6)
            pitch = min(tones or [pitch], key=lambda each: (abs(each - near), each))
        notes.append(Note(pitch, timed.onset, timed.duration * 0.95, 78))
    return tuple(notes)


def gaps(around: Surroundings) -> list[tuple[float, float]]:
    """Stretches (start, end) of a beat and more in which the tune begins no note and has fallen silent or holds one."""
    places = [place * _STEP for place in range(round(around.length / _STEP))]
    free = [place for place in places if around.tune and _is_free(around, place)]
    stretches: list[tuple[float, float]] = []
    for place in free:
        if stretches and abs(stretches[-1][1] - place) < TIGHT:
            stretches[-1] = (stretches[-1][0], place + _STEP)
        else:
            stretches.append((place, place + _STEP))
    return [(start, end) for start, end in stretches if end - start >= _SHORTEST_GAP - TIGHT]


def _is_free(around: Surroundings, place: float) -> bool:
    for note in around.tune:
        if place - 1 / 8 <= note.onset < place + _STEP - 1 / 8:
            return False
        if note.onset < place < note.end - TIGHT and place - note.onset < _HELD - TIGHT:
            return False
    return True


def _phrase(around: Surroundings, start: float, end: float, last: int | None, chance: Random) -> list[Note]:
    """One answer: a chord tone, then steps; quarters or eighths, by chance, and a longer last note."""
    beat = chance.choice((0.5, 0.5, 1.0))
    direction = -_direction(around, start) or chance.choice((-1, 1))
    pitch, notes, onset = _entry(around, start, last), [], start
    while onset < end - TIGHT:
        left = end - onset
        duration = left if left < 2 * beat - TIGHT else beat
        if onset > start:
            rests = duration > beat or left <= beat + TIGHT
            pitch = _next(around, onset, pitch, direction, rests, chance)
        notes.append(Note(pitch, onset, duration * 0.95, 74 + (8 if onset == start else 0)))
        onset += duration
    return notes


def _next(around: Surroundings, onset: float, pitch: int, direction: int, rests: bool, chance: Random) -> int:
    """The next note: a small step in the direction, not the same again; where the line comes to rest, a chord tone."""
    chord = chord_at(around.chords, onset)
    sounding = [note.pitch for note in around.tune if note.onset <= onset < note.end]

    def cost(each: int) -> float:
        step = abs(each - pitch)
        foreign = chord is not None and each not in chord
        rubs = any(abs(each - other) % 12 in (1, 11) for other in sounding)
        return (
            max(0, step - 2)
            + 3 * (step == 0)
            + 2.5 * ((each - pitch) * direction < 0)
            + 3 * rubs
            + (4 if rests else 0.5) * foreign
            + 0.8 * chance.random()
        )

    near = [each for each in range(max(LOWEST, pitch - 7), min(HIGHEST, pitch + 7) + 1) if each in around.scale]
    return min(near, key=cost, default=around.scale.nearest(pitch))


def _direction(around: Surroundings, onset: float) -> int:
    """1 where the tune rose before ``onset``, -1 where it fell, 0 where neither."""
    before = [note.pitch for note in around.tune if note.onset < onset][-2:]
    return (before[-1] > before[0]) - (before[-1] < before[0]) if before else 0


def _entry(around: Surroundings, onset: float, last: int | None) -> int:
    """A chord tone of the scale, about a sixth under the tune's last note and not far from the line's own."""
    before = [note.pitch for note in around.tune if note.onset < onset] or [around.tune[-1].pitch]
    under = before[-1] - _BELOW
    return _guide(around, onset, under if last is None else round((under + last) / 2))


def _guide(around: Surroundings, onset: float, near: int = 64) -> int:
    """The third, else another tone of the chord, nearest to a pitch and inside the scale where it can be."""
    chord = chord_at(around.chords, onset) or around.chords[0].chord
    wished = [pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch in chord and pitch in around.scale]
    third = [pitch for pitch in wished if (pitch - chord.root) % 12 in (3, 4)]
    return min(third or wished or [around.scale.nearest(near)], key=lambda pitch: abs(pitch - near))
