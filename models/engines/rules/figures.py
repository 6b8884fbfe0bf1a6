"""Figures on one note of a line: what a player does to a tune he knows.

Each figure takes an editor and the index of a note, and offers a legal move; it says whether one was taken. None looks
at whether the result is similar enough: that is the dial's part.

Offers: ``repitch``, ``ornament``, ``approach``, ``thin``, ``push``, ``exchange``, ``repeat``, ``octave``,
``clip_short``.
"""

from __future__ import annotations

from models.engines.rules.editor import Editor
from models.music.beats import TIGHT
from models.music.note import Note


def repitch(editor: Editor, index: int) -> bool:
    """Another pitch in the same place: a neighbour on weak places, another tone of the chord on strong ones."""
    note, together = editor.notes[index], _tied(editor, index)
    if len(editor.untouched(together)) < len(together):
        return False
    before, after = editor.neighbours(index)
    sides = (before.pitch if before else None, after.pitch if after else None)
    candidates = [
        pitch
        for pitch in editor.legal(note)
        if pitch != note.pitch and not editor.edit_set.is_taken(pitch, note.onset, note.end, (index,))
    ]
    # Drawn without putting back, so that a contour that forbids most pitches still finds the one it allows.
    while candidates:
        pitch = editor.pick_pitch(candidates, note, note.pitch, *sides)
        if pitch is None:
            return False
        if editor.add(together, [editor.notes[other].moved(pitch=pitch) for other in together]):
            return True
        candidates.remove(pitch)
    return False


def _tied(editor: Editor, index: int) -> list[int]:
    """Under a contour lock, the run of repeated top notes around ``index``, which can only change together."""
    if not editor.request.locks.contour:
        return [index]
    tops = [group[-1] for group in editor.constraints.groups]
    first = last = editor.constraints.group_of[index]
    if tops[first] != index:
        return [index]
    pitches = [editor.notes[top].pitch for top in tops]
    while first > 0 and pitches[first - 1] == pitches[first]:
        first -= 1
    while last + 1 < len(tops) and pitches[last + 1] == pitches[last]:
        last += 1
    return tops[first : last + 1]


def ornament(editor: Editor, index: int) -> bool:
    """Break a long note up: itself, a neighbour above or below, itself again (turn), or a lead to the next note."""
    note, step = editor.notes[index], editor.step
    if note.duration < 2 * step - TIGHT:
        return False
    _, after = editor.neighbours(index)
    parts = 3 if note.duration >= 3 * step - TIGHT and editor.rng.random() < 0.5 else 2
    short = step if note.duration < 4 * step or editor.rng.random() < 0.6 else 2 * step
    if note.duration - (parts - 1) * short < step - TIGHT:
        parts, short = 2, step
    figure, goal = [note.moved(duration=note.duration - (parts - 1) * short)], after.pitch if after else note.pitch
    for part in range(parts - 1):
        back_home = parts == 3 and part == 1
        place = note.moved(onset=figure[0].end + part * short, duration=short)
        around = note.pitch if back_home else (note.pitch + goal) / 2
        pitch = editor.pick_pitch(_near(editor, figure[-1].pitch, place), place, around, figure[-1].pitch, None)
        if pitch is None:
            return False
        figure.append(place.moved(pitch=pitch, velocity=editor.velocity(place.onset, near=note)))
    return editor.add((index,), figure)


def _near(editor: Editor, previous: int, place: Note) -> list[int]:
    """Steps of the scale away from ``previous``, and chord tones within a third."""
    steps = {editor.scale.step(previous, way) for way in (-1, 1)}
    chord = editor.chord(place.onset)
    return [
        pitch
        for pitch in editor.legal(place)
        if pitch in steps or (0 < abs(pitch - previous) <= 4 and chord is not None and pitch in chord)
    ]


def approach(editor: Editor, index: int) -> bool:
    """Lead into the next note: a step from above or below it, in the gap or out of this note's end."""
    note, step = editor.notes[index], editor.step
    _, after = editor.neighbours(index)
    if after is None or not editor.constraints.start <= after.onset < editor.constraints.end:
        return False
    lead = note.moved(onset=after.onset - step, duration=step)
    if lead.onset - note.onset < step - TIGHT:
        return False
    legal = set(editor.constraints.pitches_at(lead.onset, step))
    sides = [editor.scale.step(after.pitch, way) for way in (-1, 1)]
    candidates = [pitch for pitch in sides if pitch in legal and pitch != note.pitch]
    pitch = editor.pick_pitch(candidates, lead, (note.pitch + after.pitch) / 2, note.pitch, after.pitch)
    if pitch is None:
        return False
    shortened = note.moved(duration=min(note.duration, lead.onset - note.onset))
    return editor.add((index,), (shortened, lead.moved(pitch=pitch, velocity=editor.velocity(lead.onset, near=after))))


def thin(editor: Editor, index: int) -> bool:
    """Leave a note out; the one before it sings on where it rang up to it."""
    note = editor.notes[index]
    if editor.strength(index) >= 0.8 and editor.request.density != "low":
        return False
    number = editor.constraints.group_of[index]
    before = editor.constraints.groups[number - 1] if number > 0 else []
    if len(before) == 1:
        earlier = editor.notes[before[0]]
        joined = earlier.moved(duration=note.end - earlier.onset)
        if abs(earlier.end - note.onset) < 0.1 and editor.add((before[0], index), (joined,)):
            return True
    return editor.add((index,), ())


def push(editor: Editor, index: int) -> bool:
    """Displace a note: anticipate the beat by a grid step or two, or come late by one.

    The note before gives way to an early one.
    """
    note, step = editor.notes[index], editor.step
    before, _ = editor.neighbours(index)
    ways: list[tuple[tuple[int, ...], tuple[Note, ...]]] = []
    weights: list[float] = []
    for shift, weight in ((-step, 3.0), (-2 * step, 1.0), (step, 1.5)):
        onset, duration = note.onset + shift, note.duration - shift
        if onset < max(0.0, editor.constraints.start) - TIGHT or duration < step / 2:
            continue
        moved = note.moved(onset=max(0.0, onset), duration=duration)
        if before is None or before.end <= moved.onset + TIGHT:
            ways.append(((index,), (moved,)))
        elif moved.onset - before.onset >= step / 2 - TIGHT:
            earlier = editor.constraints.groups[editor.constraints.group_of[index] - 1][-1]
            ways.append(((earlier, index), (before.moved(duration=moved.onset - before.onset), moved)))
        else:
            continue
        weights.append(weight)
    order = []
    while ways:
        chosen = editor.rng.choices(range(len(ways)), weights)[0]
        weights.pop(chosen)
        order.append(ways.pop(chosen))
    return any(editor.add(removed, added) for removed, added in order)


def exchange(editor: Editor, index: int) -> bool:
    """Long-short becomes short-long: the note and the next one exchange their durations."""
    groups, number, step = editor.constraints.groups, editor.constraints.group_of[index], editor.step
    if number + 1 >= len(groups) or len(groups[number]) > 1 or len(groups[number + 1]) > 1:
        return False
    first, second = editor.notes[index], editor.notes[groups[number + 1][0]]
    span = second.onset - first.onset
    if span < step - TIGHT or second.duration < step - TIGHT:
        return False
    other = second.duration
    if abs(other - span) <= TIGHT:
        other = span - step if span > 1.5 * step else span + step
    longer = span + second.duration
    if other < step - TIGHT or longer - other < step / 2:
        return False
    gap = max(0.0, span - first.duration)
    shorter = first.moved(duration=max(step / 2, other - gap))
    later = second.moved(onset=first.onset + other, duration=longer - other)
    return editor.add((index, groups[number + 1][0]), (shorter, later))


def repeat(editor: Editor, index: int) -> bool:
    """Strike a held note again on a later grid place."""
    note = editor.notes[index]
    places = int((note.duration + TIGHT) / editor.step)
    if places < 2:
        return False
    at = editor.rng.randrange(1, places) * editor.step
    again = note.moved(onset=note.onset + at, duration=note.duration - at)
    velocity = max(1, round(editor.velocity(again.onset, near=note) * 0.9))
    return editor.add((index,), (note.moved(duration=at), again.moved(velocity=velocity)))


def octave(editor: Editor, index: int) -> bool:
    """The same note an octave off, towards the middle of the register."""
    pitch, (low, high) = editor.notes[index].pitch, editor.register
    ways = sorted((pitch + 12, pitch - 12), key=lambda moved: abs(moved - (low + high) / 2))
    return any(editor.change(index, pitch=moved) for moved in ways if 0 <= moved <= 127)


def clip_short(editor: Editor, index: int) -> bool:
    """Shorten a note to a staccato, or let a short one ring to the next onset."""
    note = editor.notes[index]
    _, after = editor.neighbours(index)
    room = (after.onset if after else max(editor.constraints.end, note.end)) - note.onset
    rings = room > note.duration * 1.3 and editor.rng.random() < 0.5
    duration = room if rings else note.duration / 2
    return duration >= editor.step / 2 and editor.change(index, duration=duration)
