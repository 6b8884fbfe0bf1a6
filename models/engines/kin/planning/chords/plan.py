"""Varying a clip of chords: its stands voiced otherwise, the rhythm of the hand changed in all like bars; or a line.

Offers: ``vary_chords``, ``CHORD_IDEAS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

import numpy as np

from models.engines.kin.planning.chords.comping import another_hand
from models.engines.kin.planning.chords.revoicing import PREFERRED, revoicing_of
from models.engines.kin.planning.chords.rhythms import Played, fuller, is_held, rhythm_of, shorter
from models.engines.kin.planning.chords.stands import tune_of
from models.engines.kin.planning.chords.strokes import is_struck, strokes_of, texture_of
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.line import IDEAS, LinePlan
from models.engines.kin.planning.ornaments import Draft
from models.engines.kin.planning.structure import Structure, once
from models.music.beats import TIGHT
from models.music.note import Note
from models.music.similarity import common

CHORD_IDEAS = tuple(PREFERRED)
"""What a variation of chords is about; a seed has one."""

_RHYTHMS = {"push": ("push",), "strokes": ("strokes",), "colour": ("strokes", "push"), "last return": ("push",)}
_OF_RHYTHM, _DEEP, _LITTLE = 0.6, 0.6, 0.8
"""How much of what changes may be rhythm; the dials from which on down there is always some, and up half may stay."""
_ALL = ("push", "strokes")
_OF_RIFF, _MORE, _SHORT = 2, 2, 0.03
_TRIES, _NEAR_ENOUGH = 3, 0.02
_LEFT, _SPREAD = 0.1, 0.06
"""What another hand had best leave to other voicings, in similarity, and how much chance there is about it."""
_RUB = 13
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
    if idea == "last return" and target < _LITTLE:
        idea = "inversion"
    tune = tune_of(structure)
    # Where there is a tune both it and what is below it change.
    goal = (1 + target) / 2 if tune else target
    builder.take(_of_hands(structure, goal, idea, rng))
    free = sorted(index for index in tune if builder.free(index))
    if len(free) > 2:
        LinePlan(structure, _Sung(builder), free, rng, draft).apply_edits(IDEAS[number % len(IDEAS)])
    return builder


def _of_hands(structure: Structure, target: float, idea: str, rng: np.random.Generator) -> Change:
    """Another rhythm where the idea is one, and other voicings; where those don't suffice more of rhythm."""
    notes, riff = structure.notes, texture_of(structure) == "riff"
    kinds = _RHYTHMS.get(idea, _ALL if riff or target < _DEEP else ())
    most, played = (1.0 if riff else _OF_RHYTHM) * (1 - target) * len(notes), Played()
    for _ in range(0 if _is_broken(structure) or not kinds else _OF_RIFF if riff else 1):
        played = {**played, **rhythm_of(structure, kinds, most - len(played), rng, played)}
    if target < _DEEP:
        played = _of_another_hand(structure, target, rng) or played
    change, reached = _revoiced(structure, target, idea, played, rng)
    # It may be more than is left, for the voices take that much less.
    more = [lambda left: rhythm_of(structure, _ALL, max(left, most - len(played)), rng, played)]
    more *= _MORE if target >= _DEEP else 4
    if target < _DEEP or not is_held(structure):
        more.append(lambda left: _of_another_hand(structure, target, rng))
    more.append(lambda left: shorter(structure, left, played, tune_of(structure)))
    if not tune_of(structure):
        more.append(lambda left: fuller(structure, played))
    for another in more:
        if reached <= target + _SHORT:
            break
        # What voices can't give, rhythm gives, then shorter chords, then an octave on top.
        with_it = {**played, **another((reached - target) * len(notes))}
        other, nearer = _revoiced(structure, target, idea, with_it, rng)
        if nearer < reached:
            played, change, reached = with_it, other, nearer
    return change


def _of_another_hand(structure: Structure, target: float, rng: np.random.Generator) -> Played:
    """What another hand would play, by chance one of those that leave something to other voicings; {} without any."""
    fitting = [(reached, played) for reached, played in _hands(structure) if reached >= target - _NEAR_ENOUGH]
    if not fitting:
        return {}
    odds = np.exp([-abs(reached - target - _LEFT) / _SPREAD for reached, _ in fitting])
    return fitting[int(rng.choice(len(fitting), p=odds / odds.sum()))][1]


@once
def _hands(structure: Structure) -> Sequence[tuple[float, Played]]:
    """All that another hand may play, and how near it stays to the clip (0-1)."""
    changes = [(played, _change(structure, {}, played)) for played in another_hand(structure)]
    return [(_reached(structure, change), played) for played, change in changes]


def _is_broken(structure: Structure) -> bool:
    return not is_struck(structure) and texture_of(structure) != "riff"


def _revoiced(
    structure: Structure, target: float, idea: str, played: Played, rng: np.random.Generator
) -> tuple[Change, float]:
    """The stands voiced otherwise, as far as a rhythm leaves something to the dial; and the similarity then."""
    notes, revoicing = structure.notes, revoicing_of(structure, apart=idea == "last return")
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
    rows: list[tuple[int, float, bool, int, Note, int]] = []
    for index, note in enumerate(structure.notes):
        shift = pitches.get(index, note.pitch) - note.pitch
        for one in played.get(index, (note,)):
            placed = one.moved(pitch=one.pitch + shift) if shift else one
            if one.pitch == note.pitch or placed.pitch in allowed:
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
