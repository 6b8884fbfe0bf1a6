"""A counter-melody: it moves where the tune rests or holds, and leaves it the rest.

Gaps are found on the half beat. Into them go four kinds of line: an echo of what the tune has just played, at the
chord's pitches; the same turned upside down; the chord's tones in eighths; and guide tones, thirds and sevenths that
move by step and are held. Where the tune never rests, or where there is none, guide tones go with the harmony. A line
lies a third to a tenth below the tune, begins and rests on chord tones, and rubs with nothing that sounds.

Offers: ``counter_melody``, ``gaps``, ``MANNERS``.
"""

from __future__ import annotations

from random import Random

from models.accompaniment.surroundings import Surroundings
from models.music.beats import TIGHT, strength
from models.music.chord import chord_at
from models.music.note import Note

MANNERS = ("echo", "mirror", "guide", "arpeggio")
"""Kinds of line, by turns of the seed."""

_STEP = 0.5
_SHORTEST_GAP = 1.0
_HELD = 1.0
"""Beats after which a note that is still held leaves room."""

_BELOW = 7
LOWEST, HIGHEST = 50, 84
_LONGEST = 3.0
_FIGURES = ((0.0, 0.5, 1.0, 2.0), (0.0, 1.0, 1.5, 2.0), (0.0, 0.5, 1.5, 2.0), (0.0, 1.0, 2.0))
"""Rhythms of an answer where the tune gives none, in beats."""

_LOUD, _SOFT = 82, 74


def counter_melody(around: Surroundings, manner: str, seed: int) -> tuple[Note, ...]:
    """A line of one note at a time in the tune's gaps; guide tones on the harmony without a tune or without gaps."""
    chance, found = Random(seed), gaps(around) if around.tune else _breaths(around)
    if manner == "guide" or not found:
        return _guides(around, found, seed)
    notes: list[Note] = []
    for start, end in found:
        last = notes[-1].pitch if notes else None
        onsets = _rhythm(around, start, end, manner, chance)
        notes += _phrase(around, onsets, end, last, manner, chance)
    return tuple(notes)


def gaps(around: Surroundings) -> list[tuple[float, float]]:
    """Stretches (start, end) of a beat and more in which the tune begins no note and has fallen silent or holds one."""
    places = [place * _STEP for place in range(round(around.length / _STEP))]
    return _stretches([place for place in places if around.tune and _is_free(around, place)])


def _stretches(free: list[float]) -> list[tuple[float, float]]:
    stretches: list[tuple[float, float]] = []
    for place in free:
        if stretches and abs(stretches[-1][1] - place) < TIGHT:
            stretches[-1] = (stretches[-1][0], place + _STEP)
        else:
            stretches.append((place, place + _STEP))
    return [(start, end) for start, end in stretches if end - start >= _SHORTEST_GAP - TIGHT]


def _breaths(around: Surroundings) -> list[tuple[float, float]]:
    """Without a tune: two bars of line, of which the second rests from its middle on."""
    bar = around.metre.bar
    return [
        (first * bar, min(first * bar + 1.5 * bar, around.length))
        for first in range(0, around.metre.bars(around.length), 2)
    ]


def _is_free(around: Surroundings, place: float) -> bool:
    for note in around.tune:
        if place - 1 / 8 <= note.onset < place + _STEP - 1 / 8:
            return False
        if note.onset < place < note.end - TIGHT and place - note.onset < _HELD - TIGHT:
            return False
    return True


def _rhythm(around: Surroundings, start: float, end: float, manner: str, chance: Random) -> list[float]:
    """When the notes of an answer begin: as the tune's last words did, or as a figure that goes with everything."""
    if manner == "arpeggio":
        count = min(round((end - start) / _STEP), 8)
        onsets = [start + place * _STEP for place in range(count)]
        return onsets[:-1] if count > 3 else onsets
    before = [note.onset for note in around.tune if start - 4.0 - TIGHT <= note.onset < start - TIGHT][-5:]
    figure = [onset - before[0] for onset in before] if len(before) >= 3 else list(chance.choice(_FIGURES))
    lead = _STEP if end - start >= 2.0 and strength(start, around.metre) < 0.6 else 0.0
    onsets = [around.swung(round((start + lead + place) * 4) / 4) for place in figure]
    return [onset for onset in onsets if start - TIGHT <= onset < end - _STEP + TIGHT] or [start]


def _phrase(
    around: Surroundings, onsets: list[float], end: float, last: int | None, manner: str, chance: Random
) -> list[Note]:
    """Notes at the onsets; the last rests on a chord tone and is held."""
    tune = [note.pitch for note in around.tune if note.onset < onsets[0]][-len(onsets) :]
    steps = [after - before for before, after in zip(tune, tune[1:], strict=False)]
    sign = -1 if manner == "mirror" else 1
    direction = chance.choice((-1, 1))
    pitch = _entry(around, onsets[0], last)
    notes: list[Note] = []
    for place, onset in enumerate(onsets):
        ends = place == len(onsets) - 1
        if place:
            wish = direction * (3 if manner == "arpeggio" else 2)
            if manner != "arpeggio" and place <= len(steps):
                wish = sign * steps[place - 1]
            if manner == "arpeggio" and not LOWEST + 4 <= pitch + wish <= _top(around, onset):
                direction = -direction
                wish = -wish
            pitch = _next(around, onset, pitch, wish, on_chord=ends or manner == "arpeggio")
        until = min(end, onset + _LONGEST) if ends else onsets[place + 1]
        loud = (_LOUD if not place else _SOFT) + round(6 * strength(onset, around.metre))
        notes.append(Note(pitch, onset, max(0.2, (until - onset) * 0.92), loud))
    return notes


def _top(around: Surroundings, onset: float) -> int:
    """The highest pitch of the line at a time: under the tune."""
    near = [note.pitch for note in around.tune if abs(note.onset - onset) <= 4.0] or [HIGHEST - 5]
    return max(LOWEST + 12, min(HIGHEST, min(near) + 2))


def _next(around: Surroundings, onset: float, pitch: int, wish: int, *, on_chord: bool) -> int:
    """The next note: about so many semitones on, of the chord where it rests or the place is strong."""
    chord = chord_at(around.chords, onset)
    sounding = [note.pitch for note in around.tune if note.onset <= onset + TIGHT < note.end]
    strong = on_chord or strength(onset, around.metre) >= 0.6

    def cost(each: int) -> float:
        foreign = chord is not None and each not in chord
        rubs = any(abs(each - other) % 12 in (1, 11) for other in sounding)
        clash = chord is not None and foreign and any((each - tone) % 12 == 1 for tone in chord.classes)
        return (
            abs(each - pitch - wish)
            + 2.0 * (each == pitch and wish != 0)
            + 6 * rubs
            + (9 if strong else 1.0) * foreign
            + 2 * clash
            + 1.5 * max(0, abs(each - pitch) - 7)
        )

    near = [
        each
        for each in range(max(LOWEST, pitch - 9), min(HIGHEST, pitch + 9) + 1)
        if each in around.scale or (chord is not None and each in chord and each in around.scale)
    ]
    return min(near, key=lambda each: (cost(each), each), default=around.scale.nearest(pitch))


def _entry(around: Surroundings, onset: float, last: int | None) -> int:
    """A chord tone of the scale, about a fifth under the tune's last note and not far from the line's own."""
    before = [note.pitch for note in around.tune if note.onset < onset] or [
        around.tune[-1].pitch if around.tune else 74
    ]
    under = before[-1] - _BELOW
    return _guide(around, onset, under if last is None else round((under + last) / 2))


def _guides(around: Surroundings, found: list[tuple[float, float]], seed: int) -> tuple[Note, ...]:
    """One held tone a chord, thirds and sevenths first, moved by the smallest step; it comes in where the tune lets
    it, and steps down to the next where the gap is long."""
    notes: list[Note] = []
    near = 62 + 3 * (seed // len(MANNERS) % 4)
    for timed in around.chords:
        start = next((max(timed.onset, a) for a, b in found if a < timed.end - _STEP and b > timed.onset + _STEP), None)
        if start is None:
            if found and timed.duration < 8:
                continue
            start = timed.onset
        pitch = _guide(around, start, notes[-1].pitch if notes else near, thirds=not notes)
        if notes and notes[-1].end > start:
            notes[-1] = notes[-1].moved(duration=max(0.25, (start - notes[-1].onset) * 0.97))
        held = min(timed.end - start, 2 * _LONGEST)
        notes.append(Note(pitch, start, held * 0.95, _SOFT))
    return tuple(notes)


def _guide(around: Surroundings, onset: float, near: int, *, thirds: bool = True) -> int:
    """The third or the seventh, else another tone of the chord, nearest to a pitch and inside the scale where it can
    be; where ``thirds`` is no must, whichever tone is the smallest step away."""
    chord = chord_at(around.chords, onset) or around.chords[0].chord
    wished = [pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch in chord and pitch in around.scale]
    telling = [pitch for pitch in wished if (pitch - chord.root) % 12 in ((3, 4) if thirds else (3, 4, 10, 11))]
    pool = telling or wished or [around.scale.nearest(near)]
    best = min(pool, key=lambda pitch: (abs(pitch - near), pitch))
    if not thirds and abs(best - near) > 4 and wished:
        return min(wished, key=lambda pitch: (abs(pitch - near), pitch))
    return best
