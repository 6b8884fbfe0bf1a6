"""A counter-melody: it holds while the tune moves, and moves where the tune rests or holds.

Under the tune lie guide tones, thirds and sevenths that step from chord to chord. Where the tune leaves a gap (found on
the half beat) the line speaks: an echo of what the tune has just played at the chord's pitches, the same turned upside
down, the chord's tones in eighths, or a scale that leads on. Every answer begins and rests on a chord tone and ends
where the next guide tone lies near. The line lies a third to a tenth below the tune and rubs with nothing that sounds.

Without a tune the line may be one itself (``sung``): a rhythm of a style and its contour, which come back.

Offers: ``counter_melody``, ``sung``, ``gaps``, ``MANNERS``.
"""

from __future__ import annotations

from random import Random

from models.accompaniment.figures import PLAYING
from models.accompaniment.surroundings import Surroundings
from models.drums.rhythm import strokes_of
from models.music.beats import TIGHT, strength
from models.music.chord import Chord, chord_at
from models.music.note import Note

MANNERS = ("echo", "guide", "arpeggio", "mirror")
"""Kinds of line, by turns of the seed."""

_STEP = 0.5
_SHORTEST_GAP = 1.0
_HELD = 1.0
"""Beats after which a note that is still held leaves room."""

_BELOW = 7
LOWEST, HIGHEST = 50, 84
_LONGEST, _LEAST_HELD, _LEAST_SPLIT = 3.0, 1.0, 1.5
_FIGURES = ((0.0, 0.5, 1.0, 2.0), (0.0, 1.0, 1.5, 2.0), (0.0, 0.5, 1.5, 2.0), (0.0, 1.0, 2.0))
"""Rhythms of an answer where the tune gives none, in beats."""

_LOUD, _SOFT = -8, -16
"""Velocity beside that of the scene: the first note of an answer, the others."""


_HOMES, _LIFTS = (72, 69, 74), (0, 2, 5, -2)
"""Where a tune is at home, and how much higher the pairs of its bars lie."""
_WISHES = (-2, 2, -2, 2, -4, 4, -5, 7)
_FAR = 8
"""Semitones from home at which a tune turns round."""


def sung(around: Surroundings, style: str, seed: int) -> tuple[Note, ...]:
    """A tune over the harmony, one note at a time: two bars whose rhythm and contour come back over the chords, higher
    or upside down, and a close on the tonic, or else on a tone of the last chord."""
    chance, metre = Random(seed), around.metre
    tunes = PLAYING["styles"][style]["tunes"]
    contours = [[chance.choice(_WISHES) for _ in range(16)] for _ in range(2)]
    home, bars = _HOMES[seed % len(_HOMES)], metre.bars(around.length)
    notes: list[Note] = []
    for bar in range(bars):
        strokes = strokes_of(tunes[seed % len(tunes)], bar, metre, ternary=around.rhythm.ternary)
        middle = home + _LIFTS[bar // 2 % len(_LIFTS)]
        for place, (onset, held, sign) in enumerate(strokes):
            at, end = around.swung(bar * metre.bar + onset), around.swung(bar * metre.bar + onset + held)
            if at >= around.length - TIGHT:
                continue
            chord, last = _chord(around, at), notes[-1].pitch if notes else middle
            wish = contours[bar % 2][place % 16] * (-1 if bar // 2 % 4 == 2 else 1)
            wish = -wish if abs(last + wish - middle) > max(_FAR, abs(last - middle)) else wish
            if bar == bars - 1 and place == len(strokes) - 1:
                tonics = range(around.scale.root + 12 * (LOWEST // 12 + 1), HIGHEST, 12)
                tonic = min(tonics, key=lambda pitch: abs(pitch - last))
                pitch = tonic if tonic in chord else _guide(around, chord, at, last, first=False)
            elif place == 0:
                pitch = _guide(around, chord, at, (last + 2 * middle) // 3, first=False, apart=last)
            else:
                pitch = _next(around, at, last, wish, on_chord=held >= _HELD)
            loud = around.loud + (4 if sign == "X" else -4) + round(8 * strength(at, metre))
            notes.append(Note(pitch, at, max(0.2, 0.94 * (min(end, around.length) - at)), min(127, loud)))
    return tuple(notes)


def counter_melody(around: Surroundings, manner: str, seed: int) -> tuple[Note, ...]:
    """A line of one note at a time: guide tones with the harmony, answers in the tune's gaps, a phrase every other
    bar without a tune."""
    chance = Random(seed)
    found = gaps(around) if around.tune else _breaths(around)
    notes: list[Note] = []
    near = _under(around, 0.0) + (0, -4, 3)[seed % 3]
    for timed in around.chords:
        mine = [(max(a, timed.onset), min(b, timed.end)) for a, b in found if a < timed.end and b > timed.onset]
        spoken = [(a, b) for a, b in mine if b - a >= _SHORTEST_GAP - TIGHT]
        last = notes[-1].pitch if notes else near
        start = _entrance(around, timed.onset, spoken[0][0] if spoken else timed.end)
        if not spoken or spoken[0][0] - start >= _LEAST_HELD - TIGHT:
            last = _guide(around, timed.chord, start, round((2 * last + _under(around, start)) / 3), first=not notes)
            end = spoken[0][0] if spoken else timed.end
            notes += _held(around, timed.chord, start, end, last, "guide" if spoken else manner)
            last = notes[-1].pitch
        for number, (a, b) in enumerate(spoken):
            until = spoken[number + 1][0] if number + 1 < len(spoken) else timed.end
            onsets = _rhythm(around, a, b, manner, chance)
            notes += _answer(around, onsets, min(until, onsets[-1] + _LONGEST), last, manner)
            last = notes[-1].pitch
    return tuple(note.moved(duration=max(0.2, note.duration * 0.95)) for note in notes)


def gaps(around: Surroundings) -> list[tuple[float, float]]:
    """Stretches (start, end) of a beat and more in which the tune begins no note and has fallen silent or holds one."""
    places = [place * _STEP for place in range(round(around.length / _STEP))]
    stretches: list[tuple[float, float]] = []
    for place in (place for place in places if around.tune and _is_free(around, place)):
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


def _breaths(around: Surroundings) -> list[tuple[float, float]]:
    """Without a tune: a phrase in the second half of every other bar."""
    bar, bars = around.metre.bar, around.metre.bars(around.length)
    return [
        ((first + 0.5) * bar, min((first + 1) * bar, around.length)) for first in range(1 if bars > 1 else 0, bars, 2)
    ]


def _held(around: Surroundings, chord: Chord, start: float, end: float, pitch: int, manner: str) -> list[Note]:
    """A tone held under the tune; where the tune never rests the manners part here: it comes in late, moves on at the
    half, or goes up the chord in steps of a quarter of the time, a beat at least."""
    span = end - start
    if manner == "guide" or span < _LEAST_SPLIT - TIGHT:
        places = [0.0]
    elif manner == "mirror":
        places = [min(1.5, span / 2)]
    else:
        places = [span * share for share in ((0.0, 0.5) if manner == "echo" else (0.0, 0.25, 0.5))]
    onsets = sorted({around.swung(round((start + place) * 2) / 2) if place else start for place in places})
    notes: list[Note] = []
    for at, until in zip(onsets, [*onsets[1:], end], strict=True):
        if notes:
            pitch = _next(around, at, pitch, 4 if pitch < _under(around, at) + 3 else -4, on_chord=True)
        notes.append(Note(pitch, at, max(0.25, until - at), around.loud + _SOFT))
    return notes


def _entrance(around: Surroundings, onset: float, end: float) -> float:
    """When a held tone comes in: with its chord, or a half or a whole beat later where the tune begins a note just
    then."""
    for late in (0.0, 0.5, 1.0):
        if onset + late < end - _LEAST_HELD + TIGHT and all(
            abs(note.onset - onset - late) > 1 / 8 for note in around.tune
        ):
            return onset + late
    return onset


def _rhythm(around: Surroundings, start: float, end: float, manner: str, chance: Random) -> list[float]:
    """When the notes of an answer begin: as the tune's last words did, in eighths, or as a figure goes."""
    before = [note.onset for note in around.tune if start - 4.0 - TIGHT <= note.onset < start - TIGHT][-5:]
    if manner == "arpeggio":
        figure = [place * _STEP for place in range(7)]
    elif manner in ("echo", "mirror") and len(before) >= 3:
        figure = [onset - before[0] for onset in before]
    else:
        figure = list(chance.choice(_FIGURES))
    onsets = [around.swung(round((start + place) * 4) / 4) for place in figure]
    inside = [onset for onset in onsets if onset < end - _STEP + TIGHT]
    if end - start >= 2.0 and manner != "guide" and len(inside) < 3:
        inside = [around.swung(start + place * _STEP) for place in range(3)]
    return inside or [start]


def _answer(around: Surroundings, onsets: list[float], end: float, last: int, manner: str) -> list[Note]:
    """Notes at the onsets, the first and the last of the chord, the last held."""
    tune = [note.pitch for note in around.tune if note.onset < onsets[0]][-len(onsets) :]
    steps = [after - before for before, after in zip(tune, tune[1:], strict=False)]
    chord = _chord(around, onsets[0])
    pitch = _guide(around, chord, onsets[0], round((last + _under(around, onsets[0])) / 2), first=False, apart=last)
    way = 1 if pitch <= _under(around, onsets[0]) else -1
    notes: list[Note] = []
    for place, onset in enumerate(onsets):
        ends = place == len(onsets) - 1
        if place:
            wish = way * (4 if manner == "arpeggio" else 2)
            if manner in ("echo", "mirror") and place <= len(steps):
                wish = steps[place - 1] * (1 if manner == "echo" else -1)
            if not LOWEST + 2 <= pitch + wish <= _top(around, onset):
                wish, way = -wish, -way
            pitch = _next(around, onset, pitch, wish, on_chord=ends or manner == "arpeggio")
        until = end if ends else onsets[place + 1]
        loud = around.loud + (_LOUD if not place else _SOFT) + round(6 * strength(onset, around.metre))
        notes.append(Note(pitch, onset, max(0.2, until - onset), loud))
    return notes


def _next(around: Surroundings, onset: float, pitch: int, wish: int, *, on_chord: bool) -> int:
    """The next note: about so many semitones on, of the chord where it rests or the place is strong."""
    chord = _chord(around, onset)
    sounding = [note.pitch for note in around.tune if note.onset <= onset + TIGHT < note.end]
    strong = on_chord or strength(onset, around.metre) >= 0.6

    def cost(each: int) -> float:
        foreign = each not in chord
        return (
            abs(each - pitch - wish)
            + 5.0 * (each == pitch)
            + 6 * any(abs(each - other) % 12 in (1, 11) for other in sounding)
            + (9 if strong else 1) * foreign
            + 2 * (foreign and any((each - tone) % 12 == 1 for tone in chord.classes))
            + 1.5 * max(0, abs(each - pitch) - 7)
        )

    near = range(max(LOWEST, pitch - 9), min(HIGHEST, pitch + 9) + 1)
    return min(
        (each for each in near if each in around.scale or each in chord),
        key=lambda each: (cost(each), each),
        default=around.scale.nearest(pitch),
    )


def _chord(around: Surroundings, onset: float) -> Chord:
    return chord_at(around.chords, onset) or around.chords[0].chord


def _under(around: Surroundings, onset: float) -> int:
    """Where the line is at home: about a fifth below what the tune does around a time."""
    near = sorted(note.pitch for note in around.tune if abs(note.onset - onset) <= 6.0)
    middle = near[len(near) // 2] if near else HIGHEST - 10
    return max(LOWEST + 5, min(HIGHEST - 5, middle - _BELOW))


def _top(around: Surroundings, onset: float) -> int:
    """The highest pitch of the line at a time: hardly above the tune."""
    near = [note.pitch for note in around.tune if abs(note.onset - onset) <= 4.0] or [HIGHEST]
    return max(LOWEST + 12, min(HIGHEST, max(near)))


def _guide(around: Surroundings, chord: Chord, onset: float, near: int, *, first: bool, apart: int = -1) -> int:
    """A tone of the chord, the nearest to a pitch: a third or a seventh where one is as near, a third for
    the ``first``; another than ``apart``, and none that rubs with the tune."""
    sounding = [note.pitch for note in around.tune if note.onset <= onset + TIGHT < note.end]
    pool = [pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch in chord] or [around.scale.nearest(near)]

    def cost(pitch: int) -> float:
        tone = (pitch - chord.root) % 12
        rubs = any(abs(pitch - other) % 12 in (1, 11) for other in sounding)
        doubles = any((pitch - other) % 12 == 0 for other in sounding)
        return (
            abs(pitch - near)
            - 2.5 * (tone in (3, 4, 10, 11))
            - 5 * (first and tone in (3, 4))
            + 8 * (pitch == apart)
            + 8 * rubs
            + 2 * doubles
        )

    return min(pool, key=lambda pitch: (cost(pitch), pitch))
