"""A bass line on the kick and the chords.

A figure of the style (``figures``) says where notes fall and which tones they play; a kick moves its roots onto itself,
and what the figure adds between is taken back until at least ``LEAST_SHARED`` of the line lies on anchors. Whatever the
figure, a new chord begins with its root, or with the bass that a slash gives.

Offers: ``bass_line``, ``on_anchors``, ``LOWEST``, ``HIGHEST``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.accompaniment.figures import FIGURES, Figure
from models.accompaniment.surroundings import TOGETHER, Surroundings, is_near
from models.analysis.chord.views import ROLL
from models.drums.rhythm import strokes_of
from models.music.beats import TIGHT, strength
from models.music.chord import Chord, TimedChord
from models.music.note import Note

LEAST_SHARED = 0.65
LOWEST, HIGHEST = 28, 50
_HOME = 36
_NEAR = 0.2
"""Beats; nearer than this two notes of the line are one."""

_STRONG = 0.8
_RUNS = 5.5
"""Kicks in four beats."""

_LEAP = 12
"""Semitones that the line falls at most where the harmony changes."""
_DEAD = 34
_LAST_TO_GO = "A85L37xR"
"""Of what a figure adds between anchors, what is dear to it, the dearest first."""


def bass_line(around: Surroundings, figure: str, seed: int) -> tuple[Note, ...]:
    """A line of one note at a time over the whole span, in the scale but for the chords' own roots."""
    told = FIGURES[figure]
    signs = _with_changes(around, _on_kick(around, told, _written(around, told, seed)))
    notes: list[Note] = []
    root = _HOME
    for (onset, (held, sign)), following in zip(signs.items(), [*list(signs)[1:], around.length], strict=True):
        timed = _timed(around, onset)
        fresh = not notes or notes[-1].onset < timed.onset - TOGETHER
        root = _near(timed.chord.bass, root) if fresh or sign == "R" else root
        pitch = _pitch(around, timed, "R" if fresh else sign, root, following, notes)
        at = around.moment(onset)
        until = min(at + max(held, 0.25), around.moment(following)) if told.gate < 1 else around.moment(following)
        dead = sign == "x" and not fresh
        duration = 0.1 if dead else max(1 / 16, min(until - at, around.metre.bar) * told.gate)
        loud = around.loud - 4 + round(14 * strength(onset, around.metre)) + (4 if around.anchored(onset) else -6)
        notes.append(Note(pitch, at, duration, _DEAD if dead else min(127, loud + (6 if sign == "8" else 0))))
    return tuple(notes)


def _written(around: Surroundings, figure: Figure, seed: int) -> dict[float, tuple[float, str]]:
    """What the figure writes: how long each onset is held, and its sign."""
    every = (4, 2)[seed % 2]
    signs: dict[float, tuple[float, str]] = {}
    bars = around.metre.bars(around.length)
    for bar in range(bars):
        closes = bar % every == every - 1 or bar == bars - 1
        for stroke in strokes_of(
            figure.turn if closes else figure.bars, bar, around.metre, ternary=around.rhythm.ternary
        ):
            onset = around.swung(bar * around.metre.bar + stroke.onset)
            if onset < around.length - TIGHT:
                signs[onset] = (stroke.duration, stroke.sign)
    return signs


def _on_kick(
    around: Surroundings, figure: Figure, signs: dict[float, tuple[float, str]]
) -> dict[float, tuple[float, str]]:
    """The figure with its roots on the kick, or the accents of the chords, thinned where too little of it lies on
    anchors."""
    if figure.lock == "bar":
        return signs
    leads = around.accents
    # A foot that runs is a roll, which nobody doubles: the bass takes its eighths.
    runs = len(leads) > _RUNS * around.metre.bars(around.length) * around.metre.bar / 4
    least = _STRONG if figure.lock == "strong" else 0.4 if runs else 0.0
    kicks = [kick for kick in leads if strength(kick, around.metre) >= least - TIGHT]
    if kicks and not (figure.lock == "kick" and not any(is_near(leads, onset, _NEAR) for onset in signs)):
        signs = {
            onset: each
            for onset, each in signs.items()
            if each[1] != "R" and (not is_near(kicks, onset, _NEAR) or (each[1] != "x" and is_near(leads, onset)))
        }
        kept = sorted(signs)
        signs |= {kick: (1.0, "R") for kick in kicks if not is_near(kept, kick, _NEAR)}
    anchored = [onset for onset in signs if around.anchored(onset)]
    added = sorted(
        (onset for onset in signs if not around.anchored(onset)),
        key=lambda onset: (_LAST_TO_GO.index(signs[onset][1]), round(around.metre.in_bar(onset), 2), onset),
    )
    room = int(len(anchored) * (1 - LEAST_SHARED) / LEAST_SHARED) if anchored else len(added)
    return {onset: signs[onset] for onset in sorted((*anchored, *added[:room]))}


def _with_changes(around: Surroundings, signs: dict[float, tuple[float, str]]) -> dict[float, tuple[float, str]]:
    """With a root where the harmony changes, in place of what lies beside it."""
    result, written = dict(signs), sorted(signs)
    for timed in around.chords:
        if not is_near(written, timed.onset):
            result = {onset: each for onset, each in result.items() if abs(onset - timed.onset) > _NEAR}
            result[timed.onset] = (1.0, "R")
    return dict(sorted(result.items()))


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


def _timed(around: Surroundings, onset: float) -> TimedChord:
    """The chord that an onset belongs to: a hair early is on time."""
    return next((timed for timed in around.chords if timed.onset <= onset + TOGETHER < timed.end), around.chords[-1])


def _pitch(
    around: Surroundings, timed: TimedChord, sign: str, root: int, following: float, before: Sequence[Note]
) -> int:
    if sign in "Rx":
        return root
    if sign == "8":
        return root + 12 if root + 12 <= HIGHEST else root
    if sign == "A":
        leading = _leading(around, timed, root, following, before)
        if leading is not None:
            return leading
    pitch = _tone(timed.chord, root, {"5": 7, "A": 7, "L": 7, "3": 4, "7": 10}[sign], below=sign == "L")
    if sign == "A" and before and before[-1].pitch == pitch:
        return _tone(timed.chord, root, 10, below=False)
    goal = _near(_timed(around, following % around.length).chord.bass, root)
    drops = following >= timed.end - ROLL and pitch - goal > _LEAP and pitch - 12 >= LOWEST
    return pitch - 12 if drops else pitch  # what leads to another chord lies near its root


def _leading(
    around: Surroundings, timed: TimedChord, root: int, following: float, before: Sequence[Note]
) -> int | None:
    """A step beside the next root, of the scale or of the chord that sounds, from the side on which the line is, and
    none that rubs with that chord or that nobody has played if it can; None where no new bass follows."""
    goal, chord = _timed(around, following % around.length), timed.chord
    if following < timed.end - ROLL or goal.chord.bass == chord.bass:
        return None
    target = _near(goal.chord.bass, root)
    scale = {around.scale.step(target, way) for way in (-1, 1)}
    steps = {pitch for pitch in scale if pitch in around.scale}
    steps |= {pitch for pitch in range(target - 2, target + 3) if pitch != target and pitch in chord}
    here = before[-1].pitch if before else root
    heard = {note.pitch % 12 for note in around.comped} or set(range(12))

    def cost(pitch: int) -> tuple[bool, int, int]:
        strange = pitch not in chord and (pitch - 1 in chord or pitch + 1 in chord or pitch % 12 not in heard)
        return strange, abs(pitch - here) + 6 * ((pitch - here) % 12 == 0), pitch

    return min((pitch for pitch in steps if LOWEST <= pitch <= HIGHEST), key=cost, default=None)


def _tone(chord: Chord, root: int, tone: int, *, below: bool) -> int:
    """The chord's own tone that is nearest to ``tone`` semitones above its root."""
    fitting = [interval for interval in chord.intervals if interval]
    chosen = min(fitting or [0], key=lambda interval: abs(interval - tone))
    pitch = root + (chord.root + chosen - root) % 12
    if below or pitch > HIGHEST:
        pitch -= 12
    return pitch if pitch >= LOWEST else pitch + 12


def _near(name: int, pitch: int) -> int:
    """The pitch with a name that lies nearest to the middle between ``pitch`` and home, inside the range."""
    middle = (pitch + _HOME) / 2
    return min((each for each in range(LOWEST, HIGHEST + 1) if each % 12 == name), key=lambda each: abs(each - middle))
