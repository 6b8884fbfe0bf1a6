"""More or fewer notes, as a player would: a held note is struck twice or led on, a weak one is left out.

Offers: ``fill``, ``thin``, ``regroup``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import product

from models.constraints.edits import EditSet
from models.mood.candidate import Canvas
from models.mood.targets import Aim
from models.music.beats import TIGHT, strength
from models.music.note import Note

_LEAST = 0.1
"""Densities nearer to the prompt's than this control says are left alone."""

_SHORTEST_GAP = 0.5
"""Beats that an onset must last to be broken in two."""

_NEAR = 1.0
"""Beats at most by which a hit joins, or leaves, an onset."""

_STEP = 0.25
_SOFTER = 0.8
_FEWEST = 0.5
"""Share of the onsets that stay at least."""


def fill(canvas: Canvas, aim: Aim, edit_set: EditSet) -> None:
    """More onsets, up to the aim's."""
    missing = round(aim.goal.onsets) - len(canvas.groups)
    if aim.density < _LEAST or not canvas.here.allowed_edits.add or missing <= 0:
        return
    if canvas.here.drums:
        _fill_lane(canvas, edit_set, missing)
    else:
        _break_notes(canvas, aim, edit_set, missing)


def _fill_lane(canvas: Canvas, edit_set: EditSet, missing: int) -> None:
    """Softer hits of the busiest lane where nothing sounds yet, the same place in every bar."""
    hits = Counter(canvas.notes[place].pitch for place in canvas.here.free)
    taken = [canvas.notes[group[0]].onset for group in canvas.groups]
    metre, here = canvas.base.prompt.metre, canvas.here
    places = sorted(
        (number * _STEP for number in range(round(metre.bar / _STEP))),
        key=lambda place: (-strength(place, metre), place),
    )
    bars = range(metre.bar_of(here.start), metre.bars(here.end))
    for pitch, _ in hits.most_common(2):
        struck = [canvas.notes[place] for place in here.free if canvas.notes[place].pitch == pitch]
        model = min(struck, key=lambda note: note.velocity)
        for place, bar in product(places, bars):
            onset = bar * metre.bar + place
            if len(edit_set.edits) < missing and all(abs(onset - other) > _STEP / 2 for other in taken):
                room = min(model.duration, here.end - onset)
                soft = max(1, round(model.velocity * _SOFTER))
                if room > TIGHT and edit_set.add((), (model.moved(onset=onset, duration=room, velocity=soft),)):
                    taken.append(onset)


def _break_notes(canvas: Canvas, aim: Aim, edit_set: EditSet, missing: int) -> None:
    """The longest onsets are struck twice, a line on its way to the next note."""
    onsets = [canvas.notes[group[0]].onset for group in canvas.groups] + [canvas.here.end]
    gaps = [after - before for before, after in zip(onsets, onsets[1:], strict=False)]
    metre = canvas.base.prompt.metre
    # Of equal ones the same place of every bar, the later half first: so it is a rhythm, and leads on.
    order = sorted(
        range(len(gaps)),
        key=lambda number: (-round(gaps[number], 2), -round(metre.in_bar(onsets[number]), 2), -onsets[number]),
    )
    for number in order:
        group, gap = canvas.groups[number], gaps[number]
        if len(edit_set.edits) >= missing or gap < _SHORTEST_GAP - TIGHT:
            return
        half = round(gap / 2 / _STEP) * _STEP if gap / 2 >= _STEP and _on_grid(gap) else gap / 2
        if not set(group) <= canvas.here.free:
            _echo(canvas, edit_set, group, onsets[number] + half, gap - half)
            continue
        notes = [canvas.notes[place] for place in group]
        first = [note.moved(duration=min(note.duration, half)) for note in notes]
        again = [_led_on(canvas, aim, note, onsets[number] + half, gap - half, number) for note in notes]
        if not edit_set.add(tuple(group), (*first, *again)):
            edit_set.add(
                tuple(group), (*first, *(late.moved(pitch=note.pitch) for late, note in zip(again, notes, strict=True)))
            )


def _echo(canvas: Canvas, edit_set: EditSet, group: list[int], onset: float, room: float) -> None:
    """Beside a locked line: its note again, an octave on the other side of it, softer."""
    locks = canvas.here.request.locks
    place, octave = (group[0], 12) if locks.bass and not locks.top else (group[-1], -12)
    note = canvas.notes[place]
    soft = max(1, round(note.velocity * _SOFTER))
    edit_set.add((), (note.moved(pitch=note.pitch + octave, onset=onset, duration=room, velocity=soft),))


def _on_grid(gap: float) -> bool:
    return abs(gap / _STEP - round(gap / _STEP)) < TIGHT


def _led_on(canvas: Canvas, aim: Aim, note: Note, onset: float, room: float, number: int) -> Note:
    """The second half of a note: in a line the pitch between it and the next one, where there is one; else itself."""
    second = note.moved(onset=onset, duration=min(note.duration, room), velocity=max(1, round(note.velocity * 0.9)))
    if canvas.here.role == "chords" or number + 1 >= len(canvas.groups) or aim.scale is None:
        return second
    goal = canvas.notes[canvas.groups[number + 1][-1]].pitch
    if not canvas.here.allowed_edits.repitch or abs(goal - note.pitch) < 3 or abs(goal - note.pitch) > 9:
        return second
    middle = aim.scale.nearest(round((goal + note.pitch) / 2))
    return second if middle in (goal, note.pitch) else second.moved(pitch=middle)


def thin(canvas: Canvas, aim: Aim, edit_set: EditSet) -> None:
    """Fewer onsets, down to the aim's: weak places first, never the first one."""
    surplus = len(canvas.groups) - max(round(aim.goal.onsets), round(_FEWEST * len(canvas.groups)), 1)
    if aim.density > -_LEAST or not canvas.here.allowed_edits.remove or surplus <= 0:
        return
    metre = canvas.base.prompt.metre

    def rank(group: list[int]) -> tuple[float, ...]:
        note = canvas.notes[group[0]]
        # In a beat the same place of every bar goes, so that it keeps its pattern.
        place = metre.in_bar(note.onset)
        return (strength(note.onset, metre), -place if canvas.here.drums else not canvas.is_new(group[0]), -note.onset)

    for group in sorted(canvas.groups[1:], key=rank):
        if len(edit_set.edits) >= surplus:
            return
        if set(group) <= canvas.here.free:
            edit_set.add(tuple(group), ())


def regroup(canvas: Canvas, aim: Aim, edit_set: EditSet) -> None:
    """New hits of a beat join onsets that are there, for fewer, or leave them for places of their own: it costs the
    dial nothing, so it goes where locks keep the number of notes.
    """
    missing = round(aim.goal.onsets) - len(canvas.groups)
    if (
        abs(aim.density) < _LEAST
        or missing * aim.density <= 0
        or not canvas.here.drums
        or not canvas.here.allowed_edits.move
    ):
        return
    onsets = [canvas.notes[group[0]].onset for group in canvas.groups]
    metre = canvas.base.prompt.metre
    order = sorted(range(len(onsets)), key=lambda number: (strength(onsets[number], metre), -onsets[number]))
    if missing < 0:
        left = set(onsets)
        for number in order:
            if len(edit_set.edits) >= -missing:
                return
            if all(map(canvas.is_new, canvas.groups[number])) and _moved_to(
                canvas, edit_set, canvas.groups[number], left - {onsets[number]}
            ):
                left.discard(onsets[number])
        return
    bars = metre.bars(canvas.here.end)
    free = {
        place
        for place in (number * _STEP for number in range(round(bars * metre.bar / _STEP)))
        if all(abs(place - onset) > _STEP / 2 for onset in onsets)
    }
    for number in reversed(order):
        new = [place for place in canvas.groups[number] if canvas.is_new(place)]
        if len(edit_set.edits) >= missing:
            return
        if new and len(canvas.groups[number]) > 1 and (place := _moved_to(canvas, edit_set, new[:1], free)) is not None:
            free.discard(place)


def _moved_to(canvas: Canvas, edit_set: EditSet, group: list[int], onsets: Collection[float]) -> float | None:
    """The nearest of the onsets that these notes could be moved to, together; None: to none."""
    start = canvas.notes[group[0]].onset
    for onset in sorted(onsets, key=lambda onset: (abs(onset - start), onset)):
        if abs(onset - start) > _NEAR:
            return None
        moved = tuple(
            note.moved(onset=onset, duration=min(note.duration, canvas.here.end - onset))
            for note in (canvas.notes[place] for place in group)
        )
        if edit_set.add(tuple(group), moved):
            return onset
    return None
