"""What paints a mood onto a result: each brush proposes legal moves towards the aim, the cheapest first.

Each takes a canvas, the aim and an empty edit set of the canvas, and adds moves to it. Notes that are new already come
before notes of the prompt, since changing those costs similarity.

Offers: ``BRUSHES``, ``recolour``, ``articulate``, ``syncopate``, ``louden``, ``spend``; pitches and density have files
of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from models.constraints.edits import Edit, EditSet
from models.mood.candidate import Canvas
from models.mood.density import fill, regroup, thin
from models.mood.register import bend
from models.mood.targets import Aim, Quality
from models.music.beats import TIGHT, strength
from models.music.note import Note

Brush = Callable[[Canvas, Aim, EditSet], None]

_LEAST = 0.05
"""Controls weaker than this change nothing."""

_SHORTEST = 1 / 16
_LEAST_CHANGE = 0.03
"""Share by which a duration must change to be worth it."""

_RINGING = 1.1
"""Usual duration by usual distance from which notes of a clip ring into each other anyway."""

_DETACHED = 0.35
"""Share of a line's distances that is silent at full articulation, at least."""

_FIRMEST, _WIDEST = 0.4, 8.0
"""Factors of a duration at most."""

_HEARD = 0.2
"""Syncopation asked for from which an onset is moved at all."""

_SHIFTED = 0.3
"""Share of the onsets that move at full syncopation."""

_EARLY = 0.25
"""Beats by which a displaced onset comes early."""

_ON_BEAT = 0.6
"""Metrical strength from which an onset is on the beat."""


def recolour(canvas: Canvas, aim: Aim, edit_set: EditSet) -> None:
    """Each degree that the mode doesn't have becomes its own, all notes of it at once where that may be."""
    for pitch_class, shift in aim.shifts:
        changed = {
            place: canvas.notes[place].moved(pitch=canvas.notes[place].pitch + shift)
            for place in sorted(canvas.here.free)
            if canvas.notes[place].pitch % 12 == pitch_class
        }
        changed = {place: note for place, note in changed.items() if edit_set.fits(Edit((place,), (note,)))}
        if changed and not edit_set.add(tuple(changed), tuple(changed.values())):
            for place, note in changed.items():
                edit_set.add((place,), (note,))


def articulate(canvas: Canvas, aim: Aim, edit_set: EditSet) -> None:
    """Shorter or longer notes, all of them a little rather than some of them a lot."""
    if (
        abs(aim.articulation) < _LEAST
        or not canvas.here.allowed_edits.stretch
        or canvas.here.drums
        or not canvas.inside
    ):
        return
    now = Quality.of([canvas.notes[place] for place in canvas.inside]).gate
    goal = aim.goal.gate
    if canvas.here.polyphony == 1 and aim.articulation > 0:
        # A line's notes can't last longer than until the next: usual durations and distances only seem to say so.
        goal = min(goal, 1 - aim.articulation * _DETACHED)
    factor = min(_WIDEST, max(_FIRMEST, goal / max(now, TIGHT)))
    if (factor - 1) * aim.articulation >= 0:
        return  # played so already
    for share in (1.0, 0.6, 0.3):
        attempt = canvas.edit_set()
        _stretch(canvas, aim, attempt, factor**share)
        if share == 0.3 or canvas.bears(attempt, aim.floor):
            for move in attempt.edits:
                edit_set.add(move.removed, move.added)
            return


def _stretch(canvas: Canvas, aim: Aim, edit_set: EditSet, factor: float) -> None:
    """Durations times ``factor``; a longer note ends where the next begins, or, where notes ring on, with its bar."""
    onsets = [canvas.notes[group[0]].onset for group in canvas.groups] + [canvas.here.end]
    metre = canvas.base.prompt.metre
    if canvas.here.polyphony != 1 and aim.goal.gate > _RINGING:
        onsets = [number * metre.bar for number in range(metre.bars(canvas.here.end))] + [canvas.here.end]
    for place in canvas.by_cost:
        note = canvas.notes[place]
        following = next((onset for onset in onsets if onset > note.onset + TIGHT), canvas.here.end)
        longest = max(note.duration, following - note.onset) if factor > 1 else note.duration
        duration = max(min(note.duration, _SHORTEST), min(note.duration * factor, longest))
        if abs(duration - note.duration) >= _LEAST_CHANGE * note.duration:
            edit_set.add((place,), (note.moved(duration=duration),))


def syncopate(canvas: Canvas, aim: Aim, edit_set: EditSet) -> None:
    """New notes come half a beat before the beat, or, straighter, go back onto it."""
    if abs(aim.syncopation) < _HEARD or not canvas.here.allowed_edits.move or canvas.here.drums:
        return
    metre, wanted = canvas.base.prompt.metre, abs(aim.syncopation) * _SHIFTED * len(canvas.groups)
    for number, group in enumerate(canvas.groups):
        if len(edit_set.edits) >= wanted:
            return
        onset = canvas.notes[group[0]].onset
        on_beat = strength(onset, metre) >= _ON_BEAT
        if number == 0 or on_beat != (aim.syncopation > 0) or not all(canvas.is_new(place) for place in group):
            continue
        previous = canvas.groups[number - 1]
        start = onset - metre.unit / 2
        if start > canvas.notes[previous[0]].onset + TIGHT and (on_beat or strength(start, metre) >= _ON_BEAT):
            _bring_forward(canvas, edit_set, group, previous, start)


def _bring_forward(
    canvas: Canvas, edit_set: EditSet, group: list[int], previous: list[int], start: float, *, hold: bool = True
) -> None:
    """Let a group begin at ``start``; notes before that are in its way are cut. hold: it ends where it did."""
    cut = [place for place in previous if canvas.notes[place].end > start + TIGHT]
    if not {*cut, *group} <= canvas.here.free:
        return
    earlier = []
    for place in group:
        note = canvas.notes[place]
        earlier.append(note.moved(onset=start, duration=note.end - start if hold else note.duration))
    shorter = [canvas.notes[place].moved(duration=start - canvas.notes[place].onset) for place in cut]
    edit_set.add((*cut, *group), (*shorter, *earlier))


def spend(canvas: Canvas, aim: Aim, edit_set: EditSet) -> None:
    """What may change besides, where the mood has left the result too like the prompt: other notes that serve it, and
    every other onset, from the end, comes early.
    """
    bend(canvas, aim, edit_set, further=True)
    if not canvas.here.allowed_edits.move or canvas.here.drums:
        return
    for number in range(len(canvas.groups) - 1, 0, -2):
        onset, before = (canvas.notes[canvas.groups[place][0]].onset for place in (number, number - 1))
        if onset - before >= 2 * _EARLY:
            _bring_forward(
                canvas,
                edit_set,
                canvas.groups[number],
                canvas.groups[number - 1],
                onset - _EARLY,
                hold=aim.articulation < 0,
            )


def louden(canvas: Canvas, aim: Aim, edit_set: EditSet) -> None:
    """Louder or softer than the prompt was; accents stay."""
    if abs(aim.dynamics) < _LEAST or not canvas.here.allowed_edits.revelocity or not canvas.inside:
        return
    shift = round(aim.goal.velocity - Quality.of([canvas.notes[place] for place in canvas.inside]).velocity)
    for place in sorted(canvas.here.free):
        note = canvas.notes[place]
        changed = note.moved(velocity=_bounded(note, shift))
        if shift * aim.dynamics > 0 and changed != note:
            edit_set.add((place,), (changed,))


def _bounded(note: Note, shift: int) -> int:
    return max(1, min(127, note.velocity + shift))


BRUSHES: tuple[Brush, ...] = (recolour, fill, thin, regroup, bend, articulate, syncopate)
"""Those that may cost similarity, in the order in which listeners weigh what they change."""
