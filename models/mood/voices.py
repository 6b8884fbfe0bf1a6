"""Where notes lie and what sounds with them: a whole line, or one voice of the chords, an octave higher or lower; a
seventh or a ninth in chords that are to be soft, an octave in those that are to be strong; a voice that sings over
them, or is held around a pulse.

Offers: ``is_broken``; ``octave``, ``framed``, ``sung``, ``coloured``: the next layer of edits each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

from models.analysis.chord.views import ROLL
from models.constraints.constraints import Constraints
from models.constraints.edits import Edit
from models.mood.beat import groups_of
from models.mood.goal import MoodGoal
from models.music.beats import TIGHT
from models.music.chord import chord_at
from models.music.note import Note

_WANTED = 0.2
"""Register, contour or leaps from which notes change their octave."""

_HIGHEST_BASS, _HIGHEST = 57, 84
"""A2 and C5, over which an octave takes no bass and no other line."""

_DEEPEST, _CLEAR, _CLOSE = 28, 48, 5
"""E0, the lowest string of a bass; below C2 two notes less than a fourth apart are mud, and no upper voice goes."""

_PUMPED, _SOFTLY_INSIDE = 3, 0.75
"""Strikes of a bar from which outer voices are held instead, and how loud the inner ones go on."""

_SOFTLY, _STRONGLY = -0.15, 0.5
"""Articulation up to which chords are soft, dynamics from which they are strong."""

_HELD = 0.9
"""Beats that a chord must last for a voice to sing over it."""

_COLOURS = ((2, 11, 10), (11, 10, 2))
"""Ninth, major and minor seventh, in the order of two ideas."""

_LOWEST, _HAND = 29, 57
"""F0, below which no octave is doubled, and A2, below which no colour is heard as one."""


def octave(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The next voice of the chords, or a line as a whole, an octave nearer to the goal's mean pitch; never a line from
    somewhere on, and none beyond where its kind is at home."""
    register = goal.controls["register"]
    inside = [place for group in here.groups for place in group if here.start <= here.notes[place].onset < here.end]
    if here.drums or not here.allowed_edits.repitch or abs(register) < _WANTED or not inside:
        return []
    if here.role == "chords" and goal.controls["articulation"] < -_WANTED and abs(register) < 2 * _WANTED:
        return []  # what is to flow keeps its figure and its voices
    up = 12 if register > 0 else -12
    own = [note.pitch for note in here.prompt.notes] or [here.notes[place].pitch for place in inside]
    moved = sum(here.notes[place].pitch for place in inside) / len(inside) - sum(own) / len(own)
    if moved * up > 2 * 12:
        return []
    if here.role == "chords" or 2 * len(here.groups) < len(inside):
        lowest, highest = min(_DEEPEST, *own), max(own) + 12
        edits = _voice(here, up, goal.idea)
    else:
        lowest, highest = (_DEEPEST, _HIGHEST_BASS) if here.role == "bass" else (_CLEAR, _HIGHEST)
        edits = [_turned(here, sorted(here.free), up)] if len(here.free) == len(here.notes) else []
    return [edit for edit in edits if all(lowest <= note.pitch <= highest for note in edit.added)]


def framed(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Chords that are struck again and again: bass and top are held for the bar, every other idea the two voices at the
    top, and only the others go on, softly."""
    able = here.allowed_edits.remove and here.allowed_edits.stretch and goal.controls["density"] < _WANTED
    metre, edits = here.prompt.metre, []
    bars: defaultdict[int, list[list[int]]] = defaultdict(list)
    for harmony in _harmonies(here) if here.role == "chords" and able else ():
        for chord in harmony:
            bars[metre.bar_of(here.notes[chord[0]].onset + TIGHT)].append(chord)
    for bar, chords in bars.items():
        same = {tuple(here.notes[place].pitch for place in chord) for chord in chords}
        if (
            len(chords) < _PUMPED
            or len(same) > 1
            or len(chords[0]) < 4
            or not {*chain.from_iterable(chords)} <= here.free
        ):
            continue
        end = min((bar + 1) * metre.bar, here.end)
        low = -2 if goal.idea % 2 else 0
        outer = [chords[0][low], chords[0][-1]]
        held = [here.notes[place].moved(duration=end - here.notes[place].onset) for place in outer]
        again = [place for chord in chords[1:] for place in (chord[low], chord[-1])]
        softly = 1.0 if here.request.locks.velocity else _SOFTLY_INSIDE
        inner = [place for place in chain.from_iterable(chords) if place not in {*outer, *again}]
        soft = [here.notes[place].moved(velocity=max(1, round(here.notes[place].velocity * softly))) for place in inner]
        edits.append(Edit((*outer, *again, *inner), (*held, *soft)))
    return edits if len(edits) == len(bars) else []


def sung(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Over the second half of held chords a tone of the harmony sings, each near to the one before; where that is too
    much in every other bar."""
    if here.role != "chords" or not here.allowed_edits.add or is_broken(here):
        return []
    metre, last, edits = here.prompt.metre, 0, []
    for harmony in _harmonies(here):
        notes = [here.notes[place] for place in max(harmony, key=len)]
        bar = metre.bar_of(here.notes[harmony[0][0]].onset + TIGHT)
        onset, top, bass = (bar + 0.5) * metre.bar, notes[-1], notes[0].pitch % 12
        chord = chord_at(goal.chords, onset)
        held = max(here.notes[place].duration for place in chain.from_iterable(harmony)) >= _HELD
        if len(notes) < 3 or not held or chord is None or goal.scale is None:
            continue
        tones = {note.pitch % 12 for note in notes} | ({(chord.root + 2) % 12} & goal.scale.classes)
        able = [pitch for pitch in range(top.pitch + 3, top.pitch + 13) if pitch % 12 in tones - {bass, top.pitch % 12}]
        if not able or max(able) > _HIGHEST:
            continue
        last = min(able, key=lambda pitch: (abs(pitch - (last or top.pitch + 5)), pitch))
        end = min((bar + 1) * metre.bar, here.end)
        new = top.moved(pitch=last, onset=onset, duration=end - onset, velocity=min(127, top.velocity + 4))
        if onset < here.end and here.may_lie(new):
            edits.append(Edit((), (new,)))
    if any(
        at is None and note.duration >= metre.bar / 2 - TIGHT and note.onset % metre.bar == metre.bar / 2
        for note, at in zip(here.notes, here.origin, strict=True)
    ):
        return []
    much = len(edits) > goal.budget * 2 * len(here.notes)
    return edits[1::2] if much else edits


def _voice(here: Constraints, up: int, idea: int) -> list[Edit]:
    """Of each chord, struck or rolled, the bass an octave down or, where it is deep enough, its top; up: what lies
    over the bass; another voice where that one would rub. All chords at once, that none leaps, and the same voice as
    long as the harmony stays."""
    moved: list[int] = []
    for chords in _harmonies(here):
        full = max(chords, key=len)
        pitches = [here.notes[place].pitch for place in full]
        if len(set(pitches)) < 2:
            continue
        voices = full[1:] if up > 0 else [full[0], *full[:0:-1]]
        for place in voices[::-1] if idea % 2 and up < 0 else voices:
            pitch = here.notes[place].pitch + up
            rest = [other for other in pitches if other != pitch - up]
            bass = place == full[0]
            deepest = _DEEPEST if bass else max(_CLEAR, min(rest, default=pitch) + 1)
            same = [one for chord in chords for one in chord if here.notes[one].pitch == pitch - up]
            clear = pitch >= deepest and pitch not in rest and _is_clear(rest, pitch)
            if set(same) <= here.free and clear:
                moved += same
                break
    return [_turned(here, sorted(moved), up)] if moved else []


def _harmonies(here: Constraints) -> list[list[list[int]]]:
    """The chords that follow each other with no other pitches: a full one and what is struck of it again."""
    harmonies: list[list[list[int]]] = []
    sounding: set[int] = set()
    for chord in _chords(here):
        pitches = {here.notes[place].pitch for place in chord}
        if harmonies and (pitches <= sounding or sounding <= pitches):
            harmonies[-1].append(chord)
            sounding |= pitches
        else:
            harmonies.append([chord])
            sounding = pitches
    return harmonies


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


def coloured(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """A ninth or seventh of the scale in each triad, in place of what is doubled, or the bass doubled an octave lower
    (what has no bass: the top an octave higher); in every chord."""
    if here.role != "chords" or not here.allowed_edits.add or goal.scale is None:
        return []
    soft = max(goal.controls["articulation"] - _SOFTLY, goal.controls["dynamics"] - 0.1) <= 0 <= goal.controls["mode"]
    strong = goal.controls["dynamics"] >= _STRONGLY and goal.controls["mode"] <= 0.2
    groups = [group for group in groups_of(here) if len(group) >= 3] if soft or strong else []
    edits = _arpeggio(here, goal) if soft and is_broken(here) and here.allowed_edits.repitch else []
    for group in groups:
        notes = sorted((here.notes[place] for place in group), key=lambda note: note.pitch)
        pitch = _colour(here, goal, notes) if soft else _octave(notes)
        if pitch is None or not set(group) <= here.free:
            continue
        model = min(notes, key=lambda note: abs(note.pitch - pitch))
        new = model.moved(pitch=pitch, velocity=max(1, round(model.velocity * 0.92)))
        gone = _doubling(here, group) if soft and here.allowed_edits.repitch else ()
        if here.may_lie(new):
            edits.append(Edit(gone, (new,)))
    return edits if 3 * len(edits) >= 2 * len(groups) else []


def _arpeggio(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Of each bar of a broken chord the last tone that says no more than another becomes the ninth, or the seventh."""
    bars: defaultdict[int, list[int]] = defaultdict(list)
    for place in sorted(here.free):
        bars[here.prompt.metre.bar_of(here.notes[place].onset + TIGHT)].append(place)
    edits = []
    for places in bars.values():
        chord = chord_at(goal.chords, here.notes[places[0]].onset)
        classes = Counter(here.notes[place].pitch % 12 for place in places)
        if chord is None or goal.scale is None or any(here.origin[place] is None for place in places):
            continue
        tones = [(chord.root + interval) % 12 for interval in _COLOURS[goal.idea % 2]]
        tone = next((tone for tone in tones if tone in goal.scale and tone not in classes), None)
        low = min(here.notes[place].pitch for place in places)
        spare = [
            place for place in places[1:] if classes[here.notes[place].pitch % 12] > 1 and here.notes[place].pitch > low
        ]
        if tone is None or not spare:
            continue
        place = spare[-1 - goal.idea % 2 if len(spare) > 1 else -1]
        note = here.notes[place]
        near = min(
            (pitch for pitch in range(low + 7, low + 31) if pitch % 12 == tone), key=lambda p: abs(p - note.pitch)
        )
        edits.append(Edit((place,), (note.moved(pitch=near),)))
    return edits


def is_broken(here: Constraints) -> bool:
    """Are the chords of a clip broken, one note after the other?"""
    return here.role == "chords" and 3 * len(here.groups) >= 2 * len(here.notes)


def _doubling(here: Constraints, group: Sequence[int]) -> tuple[int, ...]:
    """The note within a chord that says no more than another: neither its bass nor its top."""
    low = sorted(group, key=lambda place: here.notes[place].pitch)
    classes = Counter(here.notes[place].pitch % 12 for place in low)
    return tuple(place for place in low[1:-1] if classes[here.notes[place].pitch % 12] > 1)[-1:]


def _octave(notes: list[Note]) -> int | None:
    """Of a bass the octave below, of chords that have none the octave over their top; None where one is there."""
    pitches = sorted(note.pitch for note in notes)
    low, high = pitches[0] - 12, pitches[-1] + 12
    if any(pitch + 12 in pitches for pitch in (pitches[0], high - 24)):
        return None
    return low if _LOWEST <= low < _CLEAR - 12 else high if pitches[0] >= _CLEAR else None


def _colour(here: Constraints, goal: MoodGoal, notes: list[Note]) -> int | None:
    """The pitch of the ninth or, where there is no room for one, of the seventh; None where the chord has colour."""
    chord = chord_at(goal.chords, notes[0].onset)
    if chord is None or goal.scale is None:
        return None
    pitches = sorted(note.pitch for note in notes)
    root = (chord.root + goal.turn.shifts.get(chord.root, 0)) % 12
    classes = {pitch % 12 for pitch in pitches}
    if len({(pitch - root) % 12 for pitch in pitches} & {2, 9, 10, 11}) > 0:
        return None
    for interval in _COLOURS[goal.idea % 2]:
        tone = (root + interval) % 12
        if tone not in goal.scale or tone in classes or tone not in {pitch % 12 for pitch in here.allowed}:
            continue
        # As high in the hand as it rubs with nothing, never in a cluster below A2.
        for pitch in range(pitches[-1] + 4, max(pitches[0] + 7, _HAND) - 1, -1):
            if pitch % 12 == tone and all(abs(pitch - other) >= 2 for other in pitches):
                return pitch
    return None
