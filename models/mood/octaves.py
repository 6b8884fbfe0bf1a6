"""Higher or lower by octaves: whole phrases of a line, the last one first, or one voice of the chords, by whole bars.

Offers: ``octave``.
"""

from __future__ import annotations

from collections import defaultdict

from models.analysis.chord.views import ROLL
from models.constraints.constraints import Constraints
from models.constraints.edits import Edit
from models.mood.goal import MoodGoal
from models.music.beats import TIGHT
from models.music.note import Note

_WANTED = 0.2
"""Register, contour or leaps from which notes change their octave."""

_DEEPEST, _CLEAR, _CLOSE = 28, 48, 5
"""E0, the lowest string of a bass; below C2 two notes less than a fourth apart are mud, and no upper voice goes."""

_PHRASE, _SEAM, _FAR = 4, 9, 16
"""Bars of a phrase, and the widest leap (semitones) into one of another register: a sixth; after a rest a tenth."""


def octave(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The next voice or phrases that bring the mean pitch to the goal's."""
    register, contour, leaps = (goal.controls[name] for name in ("register", "contour", "leaps"))
    strongest = max((register, contour, 0.5 * leaps), key=abs)
    inside = [place for group in here.groups for place in group if here.start <= here.notes[place].onset < here.end]
    if here.drums or not here.allowed_edits.repitch or abs(strongest) < _WANTED or not inside:
        return []
    if here.role == "chords" and goal.controls["articulation"] < -_WANTED and abs(register) < 2 * _WANTED:
        return []  # what is to flow keeps its figure and its voices
    up = 12 if strongest > 0 else -12
    own = [note.pitch for note in here.prompt.notes] or [here.notes[place].pitch for place in inside]
    centre = sum(own) / len(own) if abs(register) < _WANTED else goal.quality.pitch
    # What only rises or falls at its end, or leaps, is a little higher or lower for it.
    wanted = centre + (0 if abs(register) >= _WANTED else 5 * strongest)
    missing = wanted * len(inside) - sum(here.notes[place].pitch for place in inside)
    if missing * up < 6 * 12:
        return []
    lowest, highest = min(_DEEPEST, *own), max(own) + 12
    chordal = here.role == "chords" or 2 * len(here.groups) < len(inside)
    edits = _voice(here, up) if chordal else _phrases(here, up)
    fitting = [edit for edit in edits if all(lowest <= note.pitch <= highest for note in edit.added)]
    most = max(1, round(missing / up))
    taken: list[Edit] = []
    for edit in fitting:
        if taken and sum(len(one.removed) for one in (*taken, edit)) > 1.5 * most:
            break
        taken.append(edit)
    return taken


def _phrases(here: Constraints, up: int) -> list[Edit]:
    """The phrases of the prompt's register, from the last back to the second; those that a leap would tear from what
    comes before them go with it. A clip of one phrase goes as a whole."""
    metre = here.prompt.metre
    bars = metre.bars(here.prompt.length)
    length = _PHRASE if bars >= 2 * _PHRASE else max(1, bars // 2)
    phrases: defaultdict[int, list[int]] = defaultdict(list)
    for place in sorted(here.free):
        phrases[metre.bar_of(here.notes[place].onset + TIGHT) // length].append(place)
    own = [note.pitch for note in here.prompt.notes]
    middle = sum(own) / len(own) if own else 60
    edits: list[Edit] = []
    joined: list[int] = []
    for places in (phrases[number] for number in sorted(phrases, reverse=True)):
        mean = sum(here.notes[place].pitch for place in places) / len(places)
        if (mean - middle) * up >= 6 * 12:
            continue  # it is there already
        joined = [*places, *joined]
        first = places[0]
        leap = abs(here.notes[first].pitch + up - here.notes[first - 1].pitch) if first else 0
        if leap <= _SEAM and (first or len(phrases) == 1):
            edits.append(_turned(here, joined, up))
            joined = []
    if edits or not joined:
        return edits
    # Where every seam would tear, the last phrase goes if what comes before it has come to rest; else all, or nothing.
    last = phrases[max(phrases)]
    before, first = here.notes[last[0] - 1], here.notes[last[0]]
    rests = len(phrases) > 1 and first.onset - before.onset >= 1 and abs(first.pitch + up - before.pitch) <= _FAR
    return [_turned(here, last if rests else joined, up)]


def _voice(here: Constraints, up: int) -> list[Edit]:
    """Of each chord, struck or rolled, the bass an octave down or, where it is deep enough, its top; up: what lies
    over the bass; another voice where that one would rub. All chords at once, that none leaps."""
    bars: defaultdict[int, list[int]] = defaultdict(list)
    for group in _chords(here):
        pitches = [here.notes[place].pitch for place in group]
        if len(set(pitches)) < 2:
            continue
        for place in group[1:] if up > 0 else (group[0], *group[:0:-1]):
            pitch = here.notes[place].pitch + up
            rest = [other for other in pitches if other != pitch - up]
            bass = place == group[0]
            deepest = _DEEPEST if bass else max(_CLEAR, min(rest, default=pitch) + 1)
            if place in here.free and pitch >= deepest and pitch not in rest and _is_clear(rest, pitch):
                bars[here.prompt.metre.bar_of(here.notes[group[0]].onset + TIGHT)].append(place)
                break
    moved = [place for bar in sorted(bars, reverse=True) for place in bars[bar]]
    return [_turned(here, moved, up)] if moved else []


def _chords(here: Constraints) -> list[list[int]]:
    """The notes of each chord, from below; the tones of a roll are one."""
    chords: list[list[int]] = []
    for group in here.groups:
        onset = here.notes[group[0]].onset
        if chords and onset - here.notes[chords[-1][0]].onset <= ROLL:
            chords[-1] += group
        else:
            chords.append(list(group))
    return [sorted(chord, key=lambda place: here.notes[place].pitch) for chord in chords]


def _is_clear(rest: list[int], pitch: int) -> bool:
    return all(abs(pitch - other) >= (3 if min(pitch, other) >= _CLEAR else _CLOSE) for other in rest)


def _turned(here: Constraints, places: list[int], up: int) -> Edit:
    notes: list[Note] = [here.notes[place] for place in places]
    return Edit(tuple(places), tuple(note.moved(pitch=note.pitch + up) for note in notes))
