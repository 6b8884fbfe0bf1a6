"""Figures on one note of a line: what a player does to a tune he knows.

Each figure takes a setting, an edit set and the index of a note, and offers the edit set a legal move; it says whether
the edit set took one. None looks at whether the result is similar enough: that is the dial's part.

Offers: ``repitch``, ``ornament``, ``approach``, ``thin``, ``push``, ``exchange``, ``repeat``, ``octave``,
``clip_short``.
"""

from __future__ import annotations

from models.constraints.edits import EditSet
from models.engines.rules.setting import Setting
from models.music.beats import TIGHT, strength
from models.music.note import Note


def neighbours(setting: Setting, index: int) -> tuple[Note | None, Note | None]:
    """The notes of the next onsets before and after, the highest where several begin together."""
    groups, number = setting.constraints.groups, setting.constraints.group_of[index]
    before = setting.notes[groups[number - 1][-1]] if number > 0 else None
    after = setting.notes[groups[number + 1][-1]] if number + 1 < len(groups) else None
    return before, after


def room_until_next(setting: Setting, index: int) -> float:
    """Beats from the note's onset to the next onset, or to the end of the stretch that may change."""
    _, after = neighbours(setting, index)
    return (after.onset if after else max(setting.constraints.end, setting.notes[index].end)) - setting.notes[
        index
    ].onset


def repitch(setting: Setting, edit_set: EditSet, index: int) -> bool:
    """Another pitch in the same place: a neighbour on weak places, another tone of the chord on strong ones."""
    note = setting.notes[index]
    together = _tied(setting, index)
    free = {other for other in together if other in setting.constraints.free and other not in edit_set.touched}
    if set(together) - free:
        return False
    before, after = neighbours(setting, index)
    candidates = [
        pitch
        for pitch in setting.legal(note.onset, note.duration)
        if pitch != note.pitch and not edit_set.is_taken(pitch, note.onset, note.end, (index,))
    ]
    # Drawn without putting back, so that a contour that forbids most pitches still finds the one it allows.
    while candidates:
        pitch = setting.pick_pitch(
            candidates,
            onset=note.onset,
            duration=note.duration,
            around=note.pitch,
            before=before.pitch if before else None,
            after=after.pitch if after else None,
        )
        if pitch is None:
            return False
        moved = tuple(setting.notes[other].moved(pitch=pitch) for other in together)
        if edit_set.add(tuple(together), moved):
            return True
        candidates.remove(pitch)
    return False


def _tied(setting: Setting, index: int) -> list[int]:
    """Under a contour lock, the run of repeated top notes around ``index``, which can only change together."""
    constraints = setting.constraints
    groups, number = constraints.groups, constraints.group_of[index]
    if not setting.request.locks.contour or groups[number][-1] != index:
        return [index]
    pitch = setting.notes[index].pitch
    first = last = number
    while first > 0 and setting.notes[groups[first - 1][-1]].pitch == pitch:
        first -= 1
    while last + 1 < len(groups) and setting.notes[groups[last + 1][-1]].pitch == pitch:
        last += 1
    return [groups[place][-1] for place in range(first, last + 1)]


def ornament(setting: Setting, edit_set: EditSet, index: int) -> bool:
    """Break a long note up: itself, a neighbour above or below, itself again (turn), or a lead to the next note."""
    note = setting.notes[index]
    step = setting.step
    if note.duration < 2 * step - TIGHT:
        return False
    _, after = neighbours(setting, index)
    parts = 3 if note.duration >= 3 * step - TIGHT and setting.rng.random() < 0.5 else 2
    short = step if note.duration < 4 * step or setting.rng.random() < 0.6 else 2 * step
    if note.duration - (parts - 1) * short < step - TIGHT:
        parts, short = 2, step
    first = note.moved(duration=note.duration - (parts - 1) * short)
    figure, onset, goal = [first], first.end, after.pitch if after else note.pitch
    for part in range(parts - 1):
        back_home = parts == 3 and part == 1
        around = note.pitch if back_home else (note.pitch + goal) / 2
        pitch = _neighbour_pitch(setting, figure[-1].pitch, around, onset, short)
        if pitch is None:
            return False
        figure.append(note.moved(pitch=pitch, onset=onset, duration=short, velocity=setting.velocity(onset, near=note)))
        onset += short
    return edit_set.add((index,), tuple(figure))


def _neighbour_pitch(setting: Setting, previous: int, around: float, onset: float, duration: float) -> int | None:
    """A step of the scale away from ``previous``, or a chord tone within a third, rather towards ``around``."""
    steps = {setting.scale.step(previous, way) for way in (-1, 1)}
    chord = setting.chord(onset)
    near = [
        pitch
        for pitch in setting.legal(onset, duration)
        if pitch in steps or (chord is not None and pitch in chord and 0 < abs(pitch - previous) <= 4)
    ]
    return setting.pick_pitch(near, onset=onset, duration=duration, around=around, before=previous, after=None)


def approach(setting: Setting, edit_set: EditSet, index: int) -> bool:
    """Lead into the next note: a step from above or below it, in the gap or out of this note's end."""
    note = setting.notes[index]
    _, after = neighbours(setting, index)
    if after is None or not setting.constraints.start <= after.onset < setting.constraints.end:
        return False
    step = setting.step
    onset = after.onset - step
    if onset - note.onset < step - TIGHT:
        return False
    sides = [setting.scale.step(after.pitch, way) for way in (-1, 1)]
    legal = set(setting.constraints.pitches_at(onset, step))
    candidates = [pitch for pitch in sides if pitch in legal and pitch != note.pitch]
    pitch = setting.pick_pitch(
        candidates,
        onset=onset,
        duration=step,
        around=(note.pitch + after.pitch) / 2,
        before=note.pitch,
        after=after.pitch,
    )
    if pitch is None:
        return False
    lead = note.moved(pitch=pitch, onset=onset, duration=step, velocity=setting.velocity(onset, near=after))
    shortened = note.moved(duration=min(note.duration, onset - note.onset))
    return edit_set.add((index,), (shortened, lead))


def thin(setting: Setting, edit_set: EditSet, index: int) -> bool:
    """Leave a note out; the one before it sings on where it rang up to it."""
    note = setting.notes[index]
    if strength(note.onset, setting.clip.metre) >= 0.8 and setting.request.density != "low":
        return False
    number = setting.constraints.group_of[index]
    if number > 0 and len(setting.constraints.groups[number - 1]) == 1:
        earlier = setting.constraints.groups[number - 1][0]
        before = setting.notes[earlier]
        joined = before.moved(duration=note.end - before.onset)
        if abs(before.end - note.onset) < 0.1 and edit_set.add((earlier, index), (joined,)):
            return True
    return edit_set.add((index,), ())


def push(setting: Setting, edit_set: EditSet, index: int) -> bool:
    """Displace a note: anticipate the beat by a grid step or two, or come late by one.

    The note before gives way to an early one.
    """
    note = setting.notes[index]
    before, _ = neighbours(setting, index)
    ways: list[tuple[tuple[int, ...], tuple[Note, ...], float]] = []
    for shift, weight in ((-setting.step, 3.0), (-2 * setting.step, 1.0), (setting.step, 1.5)):
        onset, duration = note.onset + shift, note.duration - shift
        if onset < max(0.0, setting.constraints.start) - TIGHT or duration < setting.step / 2:
            continue
        moved = note.moved(onset=max(0.0, onset), duration=duration)
        if before is None or before.end <= moved.onset + TIGHT:
            ways.append(((index,), (moved,), weight))
        elif moved.onset - before.onset >= setting.step / 2 - TIGHT:
            earlier = setting.constraints.groups[setting.constraints.group_of[index] - 1][-1]
            shortened = before.moved(duration=moved.onset - before.onset)
            ways.append(((earlier, index), (shortened, moved), weight))
    return any(edit_set.add(removed, added) for removed, added in _weighted_order(setting, ways))


def exchange(setting: Setting, edit_set: EditSet, index: int) -> bool:
    """Long-short becomes short-long: the note and the next one exchange their durations."""
    groups, number = setting.constraints.groups, setting.constraints.group_of[index]
    if number + 1 >= len(groups) or len(groups[number]) > 1 or len(groups[number + 1]) > 1:
        return False
    first, second = setting.notes[index], setting.notes[groups[number + 1][0]]
    span = second.onset - first.onset
    if span < setting.step - TIGHT or second.duration < setting.step - TIGHT:
        return False
    longer = span + second.duration
    other = (
        second.duration
        if abs(second.duration - span) > TIGHT
        else (span - setting.step if span > 1.5 * setting.step else span + setting.step)
    )
    if other < setting.step - TIGHT or longer - other < setting.step / 2:
        return False
    gap = max(0.0, span - first.duration)
    changed = (
        first.moved(duration=max(setting.step / 2, other - gap)),
        second.moved(onset=first.onset + other, duration=longer - other),
    )
    return edit_set.add((index, groups[number + 1][0]), changed)


def repeat(setting: Setting, edit_set: EditSet, index: int) -> bool:
    """Strike a held note again on a later grid place."""
    note = setting.notes[index]
    step = setting.step
    places = int((note.duration + TIGHT) / step)
    if places < 2:
        return False
    at = setting.rng.randrange(1, places) * step
    again = note.moved(
        onset=note.onset + at,
        duration=note.duration - at,
        velocity=max(1, round(setting.velocity(note.onset + at, near=note) * 0.9)),
    )
    return edit_set.add((index,), (note.moved(duration=at), again))


def octave(setting: Setting, edit_set: EditSet, index: int) -> bool:
    """The same note an octave off, towards the middle of the register."""
    note = setting.notes[index]
    low, high = setting.register
    ways = sorted((12, -12), key=lambda shift: abs(note.pitch + shift - (low + high) / 2))
    return any(
        edit_set.add((index,), (note.moved(pitch=note.pitch + shift),))
        for shift in ways
        if 0 <= note.pitch + shift <= 127
    )


def clip_short(setting: Setting, edit_set: EditSet, index: int) -> bool:
    """Shorten a note to a staccato, or let a short one ring to the next onset."""
    note = setting.notes[index]
    room = room_until_next(setting, index)
    rings = room > note.duration * 1.3
    duration = room if rings and setting.rng.random() < 0.5 else note.duration / 2
    return duration >= setting.step / 2 and edit_set.add((index,), (note.moved(duration=duration),))


def _weighted_order(
    setting: Setting, ways: list[tuple[tuple[int, ...], tuple[Note, ...], float]]
) -> list[tuple[tuple[int, ...], tuple[Note, ...]]]:
    """All the ways, likelier ones more often first."""
    left, order = list(ways), []
    while left:
        chosen = setting.rng.choices(range(len(left)), [weight for *_, weight in left])[0]
        removed, added, _ = left.pop(chosen)
        order.append((removed, added))
    return order
