"""More or fewer onsets, as a player would: a held note is struck twice or led on, a weak one is left out.

Offers: ``Density`` (``add_to``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from models.constraints.constraints import Constraints
from models.constraints.edits import EditSet
from models.mood.goal import MoodGoal, strength_at
from models.music.beats import TIGHT
from models.music.drum_kit import lane_of
from models.music.note import Note

_LEAST = 0.1
"""Densities nearer to the prompt's than this control says are left alone."""

_SHORTEST_GAP = 0.5
"""Beats that an onset must last to be broken in two."""

_NEAR = 1.0
"""Beats at most by which a hit moves to join another onset."""

_STEP = 0.25
_SOFTER, _AGAIN = 0.8, 0.9
_LANES = 3
"""Drums of a beat that may take more hits: its busiest."""

_FEWEST = 0.5
"""Share of the onsets that stay at least."""

_PULSE = 0.6
"""Metrical strength from which a kick or snare carries the beat."""
_ACCENT = 0.7
"""Share of a drum's loudest hit from which a hit of it is no ghost note."""


@dataclass(frozen=True)
class Density:
    """Changes the number of onsets of a result (its constraints, its onset groups, what its notes are to become)."""

    here: Constraints
    goal: MoodGoal
    groups: Sequence[Sequence[int]]
    forms: Sequence[Note]

    def add_to(self, edit_set: EditSet) -> None:
        """Add edits to the set until the goal's number of onsets is met, or nothing more can be had."""
        wanted, allowed = self.goal.controls["density"], self.here.allowed_edits
        missing = round(self.goal.quality.onsets) - len(self.groups)
        if wanted >= _LEAST and allowed.add and missing > 0:
            if self.here.drums:
                self._fill_lane(edit_set, missing)
            else:
                self._break_notes(edit_set, missing)
        elif wanted <= -_LEAST and allowed.remove and missing < 0:
            fewest = max(1, round(_FEWEST * len(self.groups)))
            for group in self._weakest_first():
                if len(edit_set.edits) >= min(-missing, len(self.groups) - fewest):
                    return
                if not self._joined(edit_set, group):
                    edit_set.add(tuple(group), ())

    def _joined(self, edit_set: EditSet, group: Sequence[int]) -> bool:
        """Where a locked line holds most of a beat, what was struck anew joins the nearest onset: it costs no dial."""
        here = self.here
        own = [place for place, index in enumerate(here.origin) if index is not None]
        if not here.drums or not here.allowed_edits.move or 2 * len(here.free.intersection(own)) > len(own):
            return False
        if any(here.origin[place] is not None for place in group):
            return False
        start = here.notes[group[0]].onset
        left = {here.notes[other[0]].onset for other in self.groups if not edit_set.touched.intersection(other)}
        for onset in sorted(left - {start}, key=lambda onset: abs(onset - start)):
            room = min(here.notes[group[0]].duration, here.end - onset)
            if abs(onset - start) > _NEAR:
                return False
            if edit_set.add(tuple(group), tuple(here.notes[one].moved(onset=onset, duration=room) for one in group)):
                return True
        return False

    def _weakest_first(self) -> Iterator[Sequence[int]]:
        """The onsets that may go, never the first; of a beat the same place of every bar, so that it keeps its pattern,
        and never a kick or snare that carries it.
        """
        here, metre = self.here, self.here.prompt.metre

        def rank(group: Sequence[int]) -> tuple[float, ...]:
            onset = here.notes[group[0]].onset
            place = (
                -metre.in_bar(onset) if here.drums else sum(here.origin[one] is not None for one in group) / len(group)
            )
            return strength_at(onset, metre), place, -onset

        loudest: Counter[int] = Counter()
        for note in here.notes if here.drums else ():
            loudest[note.pitch] = max(loudest[note.pitch], note.velocity)
        for group in sorted(self.groups[1:], key=rank):
            notes = [here.notes[place] for place in group if here.origin[place] is not None]
            carries = here.drums and any(
                lane_of(note.pitch) in ("kick", "snare")
                and (strength_at(note.onset, metre) >= _PULSE or note.velocity >= _ACCENT * loudest[note.pitch])
                for note in notes
            )
            if not carries and set(group) <= here.free:
                yield group

    def _fill_lane(self, edit_set: EditSet, missing: int) -> None:
        """Softer hits of the busiest lanes where nothing sounds yet, the same place in every bar."""
        here, metre = self.here, self.here.prompt.metre
        # Beside a locked line there may be no free hit; then any drum may fill what it leaves.
        hits = Counter(here.notes[place].pitch for place in here.free) or Counter(note.pitch for note in here.notes)
        taken = [here.notes[group[0]].onset for group in self.groups]
        places = [number * _STEP for number in range(round(metre.bar / _STEP))]
        places.sort(key=lambda place: (-strength_at(place, metre), place))
        for pitch, _ in hits.most_common(_LANES):
            model = min((note for note in here.notes if note.pitch == pitch), key=lambda note: note.velocity)
            soft = model.moved(velocity=max(1, round(model.velocity * _SOFTER)))
            for place, bar in product(places, range(metre.bar_of(here.start), metre.bars(here.end))):
                onset = bar * metre.bar + place
                room = min(model.duration, here.end - onset)
                if len(edit_set.edits) >= missing:
                    return
                if room <= TIGHT or any(abs(onset - other) <= _STEP / 2 for other in taken):
                    continue
                if edit_set.add((), (soft.moved(onset=onset, duration=room),)):
                    taken.append(onset)

    def _break_notes(self, edit_set: EditSet, missing: int) -> None:
        """The longest onsets are struck twice, a line on its way to the next note."""
        onsets = [self.here.notes[group[0]].onset for group in self.groups] + [self.here.end]
        gaps = [after - before for before, after in zip(onsets, onsets[1:], strict=False)]
        metre = self.here.prompt.metre
        # Of equal ones the same place of every bar, the later half first: so it is a rhythm, and leads on.
        order = sorted(
            range(len(gaps)),
            key=lambda number: (-round(gaps[number], 2), -round(metre.in_bar(onsets[number]), 2), -onsets[number]),
        )
        for number in order:
            group, gap = self.groups[number], gaps[number]
            if len(edit_set.edits) >= missing or gap < _SHORTEST_GAP - TIGHT:
                return
            on_grid = gap / 2 >= _STEP and abs(gap / _STEP - round(gap / _STEP)) < TIGHT
            half = round(gap / 2 / _STEP) * _STEP if on_grid else gap / 2
            if not set(group) <= self.here.free:
                self._echo(edit_set, group, onsets[number] + half, gap - half)
                continue
            first = [self.forms[place].moved(duration=min(self.forms[place].duration, half)) for place in group]
            again = [
                note.moved(
                    onset=onsets[number] + half,
                    duration=min(note.duration, gap - half),
                    velocity=max(1, round(note.velocity * _AGAIN)),
                )
                for note in first
            ]
            led_on = [note.moved(pitch=self._on_the_way(note.pitch, number)) for note in again]
            edit_set.add(tuple(group), (*first, *led_on)) or edit_set.add(tuple(group), (*first, *again))

    def _echo(self, edit_set: EditSet, group: Sequence[int], onset: float, room: float) -> None:
        """Beside a locked line: its note again, an octave on the other side of it, softer."""
        locks = self.here.request.locks
        place, octave = (group[0], 12) if locks.bass and not locks.top else (group[-1], -12)
        note = self.here.notes[place]
        soft = max(1, round(note.velocity * _SOFTER))
        edit_set.add((), (note.moved(pitch=note.pitch + octave, onset=onset, duration=room, velocity=soft),))

    def _on_the_way(self, pitch: int, number: int) -> int:
        """In a line the pitch of its scale half-way to the next note, where there is one; else the pitch itself."""
        scale = self.goal.scale
        if self.here.role == "chords" or number + 1 >= len(self.groups) or scale is None:
            return pitch
        following = self.forms[self.groups[number + 1][-1]].pitch
        if not self.here.allowed_edits.repitch or not 3 <= abs(following - pitch) <= 9:
            return pitch
        middle = scale.nearest(round((following + pitch) / 2))
        return pitch if middle == following else middle
