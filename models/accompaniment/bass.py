"""A bass line on the kick and the chords.

Its skeleton are the anchors: where the kick falls, else where chords are struck, else the pulses; and every change of
harmony. A figure says which anchors it takes, what it adds between them and which tones it plays; what it adds is taken
back again until at least ``LEAST_SHARED`` of its notes lie on anchors.

Offers: ``bass_line``, ``on_anchors``, ``FIGURES``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from models.accompaniment.surroundings import TOGETHER, Surroundings
from models.analysis.chord.views import ROLL
from models.music.beats import TIGHT, strength
from models.music.chord import Chord, TimedChord, chord_at
from models.music.note import Note

LEAST_SHARED = 0.65
LOWEST, HIGHEST = 28, 50
_HOME = 36


@dataclass(frozen=True, slots=True)
class Figure:
    """A way to play.

    sentence    for the user
    takes       from an anchor's strength and whether the harmony changes there: is it played
    after       beats after an anchor at which a note is added; None: none
    tones       semitones above the root that anchors play in turn, from each change of harmony on; the first is 0
    between     what added notes play in turn
    gate        share of the time to the next note that a note lasts
    approaches  True: the last note before a change leads to the next root
    """

    sentence: str
    takes: Callable[[float, bool], bool]
    after: float | None
    tones: tuple[int, ...]
    between: tuple[int, ...]
    gate: float
    approaches: bool


def _all(place: float, first: bool) -> bool:
    return True


def _few(place: float, first: bool) -> bool:
    """The change of harmony, and what is strong."""
    return first or place >= 0.8


FIGURES: dict[str, Figure] = {
    "root": Figure("The root on every kick.", _all, None, (0,), (), 0.8, True),
    "sub": Figure("Long low roots on the strong kicks.", _few, None, (0,), (), 1.0, False),
    "octave": Figure("Roots on the kick, octaves between.", _all, 0.5, (0,), (12,), 0.5, False),
    "syncopated": Figure(
        "Root, fifth and seventh, with pushed octaves.", _all, 0.75, (0, 0, 7, 10), (12, 7), 0.6, True
    ),
    "walking": Figure("Quarters that walk from root to root.", _all, 1.0, (0, 4, 7, 4), (7, 4), 0.95, True),
}
"""Figures by name."""


def bass_line(around: Surroundings, figure: str, seed: int) -> tuple[Note, ...]:
    """A line of one note at a time over the whole span, in the scale but for the chords' own roots."""
    told, chance = FIGURES[figure], Random(seed)
    turn = 0 if seed == 0 else chance.randrange(1, 6)
    onsets, anchors = _onsets(around, told)
    notes: list[Note] = []
    root, place = _HOME, 0
    for onset, end in zip(onsets, [*onsets[1:], around.length], strict=True):
        timed = _timed(around, onset)
        # A chord that is struck late, or rolled, brings its bass along.
        first = not notes or notes[-1].onset < timed.onset - TOGETHER
        change = abs(onset - timed.onset) <= (ROLL if first else TOGETHER)
        place = 0 if change else place + 1
        root = _near(timed.chord.bass, root)
        tones = told.tones if onset in anchors else told.between
        tone = 0 if change else tones[(place + turn) % len(tones)]
        pitch = _leading(around, told, timed, root, end, notes) if not change else None
        pitch = _tone(timed.chord, root, tone) if pitch is None else pitch
        duration = max(1 / 16, min(end - onset, 4.0) * told.gate)
        loudness = 84 + round(18 * strength(onset, around.metre)) + (6 if around.anchored(onset) else -8)
        notes.append(Note(pitch, onset, duration, min(127, loudness)))
    return tuple(notes)


def on_anchors(around: Surroundings, notes: Sequence[Note]) -> tuple[Note, ...]:
    """A line that somebody else wrote, without so many of its notes off kick and chords, the weakest first, that at
    least ``LEAST_SHARED`` of it lies on them; as it is where none does."""
    on = [note for note in notes if around.anchored(note.onset)]
    off = sorted(
        (note for note in notes if not around.anchored(note.onset)),
        key=lambda note: (-strength(note.onset, around.metre), note.onset),
    )
    if not on or not (around.kicks or around.strikes):
        return tuple(notes)
    kept = off[: int(len(on) * (1 - LEAST_SHARED) / LEAST_SHARED)]
    return tuple(sorted([*on, *kept], key=lambda note: note.order))


def _onsets(around: Surroundings, figure: Figure) -> tuple[list[float], set[float]]:
    """All onsets, rising, and those among them that are anchors."""
    anchors = list(around.kicks or around.strikes) or _pulses(around)
    changes = [timed.onset for timed in around.chords]
    taken = {
        onset
        for onset in anchors
        if figure.takes(strength(onset, around.metre), any(abs(onset - change) <= ROLL for change in changes))
    }
    # A change of harmony without a kick is played all the same, on the chord.
    alone = sorted(
        (change for change in changes if all(abs(change - onset) > ROLL for onset in taken)),
        key=lambda onset: strength(onset, around.metre),
    )
    spare = sorted(set(anchors) - taken, key=lambda onset: strength(onset, around.metre))
    while alone and _share(around, {*taken, *alone}, []) < LEAST_SHARED:
        # Too many such changes would tear the bass from the kick: it plays more kicks, then waits for the next one.
        if spare:
            taken.add(spare.pop())
            alone = [change for change in alone if all(abs(change - onset) > ROLL for onset in taken)]
        else:
            alone.pop(0)
    taken |= set(alone)
    added = [] if figure.after is None else [anchor + figure.after for anchor in sorted(taken)]
    extras = [
        onset for onset in added if onset < around.length - TIGHT and all(abs(onset - other) > 0.2 for other in taken)
    ]
    extras = sorted(set(extras), key=lambda onset: (_evenly(around, onset), onset))
    while extras and _share(around, taken, extras) < LEAST_SHARED:
        extras.pop()
    return sorted({*taken, *extras}), taken


def _evenly(around: Surroundings, onset: float) -> float:
    """What added notes are sorted by: places that every bar has alike stand together, the stronger ones first."""
    return round(around.metre.bar - around.metre.in_bar(onset), 3)


def _share(around: Surroundings, taken: set[float], extras: list[float]) -> float:
    if not (around.kicks or around.strikes):
        return len(taken) / (len(taken) + len(extras))
    every = [*taken, *extras]
    return sum(map(around.anchored, every)) / len(every)


def _pulses(around: Surroundings) -> list[float]:
    return [
        bar * around.metre.bar + pulse
        for bar in range(around.metre.bars(around.length))
        for pulse in around.metre.pulses
        if bar * around.metre.bar + pulse < around.length - TIGHT
    ]


def _timed(around: Surroundings, onset: float) -> TimedChord:
    return next((timed for timed in around.chords if timed.onset <= onset + TOGETHER < timed.end), around.chords[-1])


def _leading(
    around: Surroundings, figure: Figure, timed: TimedChord, root: int, end: float, before: list[Note]
) -> int | None:
    """A step of the scale beside the next root, on the last note before a change of bass; None where it isn't that."""
    following = chord_at(around.chords, timed.end % around.length)
    last = end > timed.end - TOGETHER
    if not (figure.approaches and last and following is not None and following.bass != timed.chord.bass):
        return None
    goal = _near(following.bass, root)
    steps = [
        pitch
        for pitch in (around.scale.step(goal, -1), around.scale.step(goal, 1))
        if LOWEST <= pitch <= HIGHEST and pitch in around.scale
    ]
    here = before[-1].pitch if before else root
    return min(steps, key=lambda pitch: abs(pitch - here)) if steps else None


def _tone(chord: Chord, root: int, tone: int) -> int:
    """The chord's own tone that is nearest to ``tone`` semitones above its root; octaves of the bass as they are."""
    if tone % 12 == 0:
        pitch = root + tone
    else:
        fitting = [interval for interval in chord.intervals if interval] or [0]
        chosen = min(fitting, key=lambda interval: abs(interval - tone))
        pitch = root + (chord.root + chosen - root) % 12
    return pitch - 12 if pitch > HIGHEST else pitch


def _near(name: int, pitch: int) -> int:
    """The pitch with a name that lies nearest to the middle between ``pitch`` and home, inside the range."""
    middle = (pitch + _HOME) / 2
    return min((each for each in range(LOWEST, HIGHEST + 1) if each % 12 == name), key=lambda each: abs(each - middle))
