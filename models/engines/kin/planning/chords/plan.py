"""Varying a clip of chords: its stands voiced otherwise, the rhythm of the hand changed in all like bars; or a line.

Offers: ``vary_chords``, ``CHORD_IDEAS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

import numpy as np

from models.engines.kin.planning.chords.comping import rubs
from models.engines.kin.planning.chords.hands import another_hand
from models.engines.kin.planning.chords.revoicing import PREFERRED, revoicing_of
from models.engines.kin.planning.chords.rhythms import Played, is_held, rhythm_of, shorter
from models.engines.kin.planning.chords.stands import tune_of
from models.engines.kin.planning.chords.strokes import is_struck, strokes_of, texture_of
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.line import IDEAS, LinePlan
from models.engines.kin.planning.ornaments import Draft
from models.engines.kin.planning.structure import Structure
from models.music.beats import TIGHT
from models.music.note import Note
from models.music.similarity import common

CHORD_IDEAS = tuple(PREFERRED)
"""What a variation of chords is about; a seed has one."""

_HANDS = {"figure": ("figure",), "broken": ("broken", "turned"), "colour": ("suspension",)}
_RHYTHMS = {
    "figure": ("strokes", "push"),
    "broken": ("push", "strokes"),
    "colour": ("push", "strokes"),
    "last return": ("push",),
    "top": ("strokes",),
}
"""The ideas that are about another hand, and about little changes of rhythm where there is none."""
_OF_RHYTHM, _DEEP, _LITTLE = 0.6, 0.6, 0.8
"""How much of what changes may be little changes of rhythm; the dial below which there is always another hand, and that
below which more than the last return changes."""
_ALL = ("push", "strokes")
_OF_RIFF, _SHORT = 2, 0.03
_TRIES, _NEAR_ENOUGH = 3, 0.02
_RUB, _ROLLED, _STROKE = 13, 1 / 48, 0.2
"""Semitones above a note at which a tune rubs; beats between the notes of a stroke from which on it is rolled, and
within which they are one."""
_PARALLEL, _AGREE, _HELD_ON = (0, 7), (3, 4, 5, 7, 8, 9, 12), 1.5
"""Semitones that stay between two notes of a doubled line; those that two of another may have; and how much longer than
the upper note a lower one is that goes its own way."""


def vary_chords(
    structure: Structure, target: float, number: int, rng: np.random.Generator, draft: Draft
) -> EditBuilder:
    """The chords changed by the idea of this number until the dial ``target`` (0-1) is met."""
    if texture_of(structure) == "line":
        doubled, top = _Doubled(structure, target), [stroke.indices[-1] for stroke in strokes_of(structure)]
        LinePlan(structure, doubled, top, rng, draft).apply_edits(IDEAS[number % len(IDEAS)])
        return doubled
    builder = EditBuilder(structure.constraints, target)
    idea = CHORD_IDEAS[number % len(CHORD_IDEAS)]
    tune = tune_of(structure)
    # A tune and what is below it change as much.
    goal = 1 - (1 - target) * (1 - len(tune) / len(structure.notes))
    builder.take(_of_hands(structure, goal, idea, rng))
    free = sorted(index for index in tune if builder.free(index))
    if len(free) > 2:
        LinePlan(structure, _Sung(builder), free, rng, draft).apply_edits(IDEAS[number % len(IDEAS)])
    return builder


def _of_hands(structure: Structure, target: float, idea: str, rng: np.random.Generator) -> Change:
    """Another rhythm where the idea is one, and other voicings; where those don't suffice more of rhythm."""
    played, families, far = Played(), _HANDS.get(idea, ()), target < _DEEP
    if "broken" in families and is_struck(structure) and not is_held(structure):
        families = ()  # a groove isn't broken but where the dial asks for much
    if "figure" in families and is_held(structure):
        families = ()
    if far or families:
        played = another_hand(structure, target, idea, rng, families, late=_is_late(idea, target), far=far)
    if not played:
        played = _of_little(structure, target, idea, rng)
    change, reached = _revoiced(structure, target, idea, played, rng)
    most = (1 - target) * len(structure.notes)

    def missing() -> float:
        return (reached - target) * len(structure.notes)

    # What voices can't give rhythm gives, or what is struck is held for less: that takes nothing away.
    more: list[Callable[[], Played]] = [
        lambda: {**played, **rhythm_of(structure, _ALL, max(missing(), most / 2), rng, played)},
        lambda: {**shorter(structure, missing(), played, tune_of(structure)), **played},
    ]
    if not is_struck(structure):
        more = [more[1], more[0], more[0]]
    nearest = target - missing() / len(structure.notes)
    more += [
        lambda: another_hand(structure, target, idea, rng, far=far),
        lambda: another_hand(structure, nearest, idea, rng, far=far),
    ]
    for another in more:
        if reached <= target + _SHORT:
            break
        with_it = another()
        if with_it and with_it != played:
            other, nearer = _revoiced(structure, target, idea, with_it, rng)
            if nearer < reached:
                played, change, reached = with_it, other, nearer
    return change


def _is_late(idea: str, target: float) -> bool:
    """Does only the second half change? Where much is to, half a clip would be another clip's half."""
    return idea == "last return" and target >= _LITTLE


def _of_little(structure: Structure, target: float, idea: str, rng: np.random.Generator) -> Played:
    """Places of the bar that are struck early, once more or not at all, of which a riff has more."""
    riff = texture_of(structure) == "riff"
    kinds = _RHYTHMS.get(idea, _ALL if riff or target < _DEEP else ())
    most, played = (1.0 if riff else _OF_RHYTHM) * (1 - target) * len(structure.notes), Played()
    if kinds and (riff or is_struck(structure)):
        for _ in range(_OF_RIFF if riff else 1):
            played = {**played, **rhythm_of(structure, kinds, most - len(played), rng, played)}
    return played


def _revoiced(
    structure: Structure, target: float, idea: str, played: Played, rng: np.random.Generator
) -> tuple[Change, float]:
    """The stands voiced otherwise, as far as a rhythm leaves something to the dial; and the similarity then."""
    notes, revoicing = structure.notes, revoicing_of(structure, apart=_is_late(idea, target))
    change = _change(structure, {}, played)
    reached = _reached(structure, change)
    best, drawn, budget = (abs(reached - target), change, reached), revoicing.drawn(idea, rng), 0.0
    before: dict[int, int] = {}
    for _ in range(_TRIES):
        budget = max(0.0, budget + (reached - target) * len(notes))
        pitches = revoicing.pitches(budget, drawn)
        if pitches != before:
            change = _change(structure, pitches, played)
            reached = _reached(structure, change)
        before = pitches
        best = min(best, (abs(reached - target), change, reached), key=itemgetter(0))
        if best[0] <= _NEAR_ENOUGH:
            break
    return best[1], best[2]


def _reached(structure: Structure, change: Change) -> float:
    """The similarity of the clip and what a change makes of it: what stays is its own match."""
    removed, added = change
    kept = len(structure.notes) - len(removed)
    size = len(structure.notes) + kept + len(added)
    gone = [structure.notes[index] for index in sorted(removed)]
    come = sorted(added, key=lambda note: note.order)
    return 2 * (kept + common(gone, come)) / size if size else 1.0


def _change(structure: Structure, pitches: dict[int, int], played: Played) -> Change:
    """New pitches and rhythm as one change; of two notes of a pitch the earlier one ends where the later one begins."""
    free, allowed = structure.constraints.free, structure.constraints.allowed
    pitches = _in_rolls(structure, pitches)
    rows: list[tuple[int, float, bool, int, Note, int]] = []
    for index, note in enumerate(structure.notes):
        shift = pitches.get(index, note.pitch) - note.pitch
        for one in played.get(index, (note,)):
            held_up = one.pitch - note.pitch
            if held_up and (shift % 12 or rubs(note.pitch + held_up + shift, _beside(structure, index, pitches))):
                held_up = 0
            placed = one.moved(pitch=note.pitch + held_up + shift) if shift or one.pitch != note.pitch else one
            if one is not note:  # what rings on or rolls in must end where it may
                end = max(structure.constraints.end, note.end)
                if not structure.constraints.start - TIGHT <= placed.onset < end - TIGHT:
                    continue
                placed = placed.moved(duration=min(placed.duration, end - placed.onset))
            if placed.pitch == note.pitch or placed.pitch in allowed:
                rows.append((placed.pitch, placed.onset, index in pitches, len(rows), placed, index))
    rows.sort()
    after: dict[int, list[Note]] = {index: [] for index in range(len(structure.notes))}
    last: tuple[Note, int] | None = None
    for pitch, onset, _, _, note, index in rows:
        if last is not None and last[0].pitch == pitch and last[0].end > onset + TIGHT:
            if onset - last[0].onset < 0.05 and index in free:
                continue  # what is there already isn't struck twice
            if last[1] in free and onset - last[0].onset >= 0.05:
                after[last[1]][-1] = last[0].moved(duration=onset - last[0].onset)
        after[index].append(note)
        last = note, index
    gone = tuple(
        index
        for index, notes in after.items()
        if len(notes) != 1 or (notes[0] is not structure.notes[index] and notes[0] != structure.notes[index])
    )
    return gone, tuple(note for index in gone for note in after[index])


def _beside(structure: Structure, index: int, pitches: dict[int, int]) -> list[int]:
    """The pitches, new ones among them, of what is struck with a note."""
    notes = structure.notes
    near = (other for other, note in enumerate(notes) if abs(note.onset - notes[index].onset) < _STROKE)
    return [pitches.get(other, notes[other].pitch) for other in near if other != index]


def _in_rolls(structure: Structure, pitches: dict[int, int]) -> dict[int, int]:
    """The pitches so that what is rolled or strummed still runs the way it did."""
    notes, found, allowed = structure.notes, dict(pitches), structure.constraints.allowed
    strokes = [[notes[index].onset for index in stroke.indices] for stroke in strokes_of(structure)]
    if max(max(onsets) - min(onsets) for onsets in strokes) <= _ROLLED:
        return pitches
    # All of them, so that a voice has one note in each.
    for stroke in strokes_of(structure):
        if any(index in pitches for index in stroke.indices):
            order = [index for index in stroke.indices if index in structure.constraints.free]
            goals = sorted(pitches.get(index, notes[index].pitch) for index in order)
            new = dict(zip(order, goals, strict=True))
            if all(pitch == notes[index].pitch or pitch in allowed for index, pitch in new.items()):
                found |= new
    return {index: pitch for index, pitch in found.items() if pitch != notes[index].pitch}


class _Sung(EditBuilder):
    """Edits of a tune above chords that are changed already: it stays above them and doesn't rub."""

    def __init__(self, builder: EditBuilder) -> None:
        self.__dict__ = builder.__dict__

    def put(self, parts: Sequence[Change]) -> bool:
        """See ``EditBuilder``."""
        return super().put([part for part in parts if self._is_clear(part)])

    def _is_clear(self, part: Change) -> bool:
        gone = self.edit_set.touched | set(part[0])
        rest = [note for index, note in enumerate(self.edit_set.constraints.notes) if index not in gone]
        rest += [note for edit in self.edit_set.edits for note in edit.added]
        pairs = [
            (new, old) for new in part[1] for old in rest if min(new.end, old.end) - max(new.onset, old.onset) > 0.1
        ]
        return all(new.pitch > old.pitch + 1 and new.pitch - old.pitch != _RUB for new, old in pairs)


class _Doubled(EditBuilder):
    """Edits of the top notes of strokes: what is struck with them goes along, octaves and fifths in parallel."""

    def __init__(self, structure: Structure, target: float) -> None:
        super().__init__(structure.constraints, target)
        self._ground = structure
        self._below = {stroke.indices[-1]: stroke.indices[:-1] for stroke in strokes_of(structure)}

    def put(self, parts: Sequence[Change]) -> bool:
        """See ``EditBuilder``."""
        return super().put([self._with_others(part) for part in parts])

    def _with_others(self, part: Change) -> Change:
        notes, (removed, added) = self._ground.notes, part
        gone, come = list(removed), list(added)
        for index in removed:
            model = notes[index]
            until = min((notes[other].onset for other in removed if notes[other].onset > model.onset), default=np.inf)
            heirs = [note for note in added if model.onset - 0.5 < note.onset < until - TIGHT]
            for other in self._below.get(index, ()):
                mate = notes[other]
                if heirs and mate.duration > _HELD_ON * model.duration:
                    continue
                follow = [
                    mate.moved(pitch=self._below_note(heir, model, mate), onset=heir.onset, duration=heir.duration)
                    for heir in heirs
                ]
                if follow != [mate]:
                    gone.append(other)
                    come += follow
        return tuple(gone), tuple(come)

    def _below_note(self, heir: Note, model: Note, mate: Note) -> int:
        """What goes below a note: as far as before where that was an octave or fifth, else the nearest that agrees."""
        gap = model.pitch - mate.pitch
        if gap % 12 in _PARALLEL or gap <= 0:
            return heir.pitch - gap
        near = [heir.pitch - other for other in _AGREE if (heir.pitch - other) % 12 in self._ground.own]
        return min([*near, heir.pitch - 12], key=lambda pitch: (abs(pitch - mate.pitch), pitch))
