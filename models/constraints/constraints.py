"""The request made concrete: what of the prompt may change, and where a new note may lie.

Every promise becomes a yes or no that can be asked before a note is written, so that engines choose among what is
allowed and never have to try again. Indices are those of ``notes``, which are the prompt's, except that notes
outside the scale are already snapped or dropped where the request says so.

Offers: ``Constraints`` (``Constraints.of(request)``), ``AllowedEdits``, ``polyphony_of``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from models.constraints.lines import bass_line, bounding_notes, onset_groups, top_line
from models.constraints.outside import treat_outside_notes
from models.generator import Request
from models.music.beats import TIGHT
from models.music.clip import Clip, Role
from models.music.errors import EmptyClip, Refused
from models.music.note import Note

_FURTHEST = 12
"""Semitones beyond the clip's own range where new notes may lie when the request names none."""


@dataclass(frozen=True, slots=True)
class AllowedEdits:
    """What may be done to the free notes of a prompt."""

    add: bool
    remove: bool
    move: bool
    stretch: bool
    repitch: bool
    revelocity: bool

    @property
    def anything(self) -> bool:
        """False when every door is shut."""
        return self.add or self.remove or self.move or self.stretch or self.repitch or self.revelocity

    @property
    def reshape(self) -> bool:
        """True when something that counts in the similarity may change."""
        return self.add or self.remove or self.move or self.stretch or self.repitch


@dataclass(frozen=True)
class Constraints:
    """What may change.

    notes    the notes to start from; ``origin[i]`` is the prompt's index of note i, None where it was snapped
    free     indices of the notes that may change
    may      what may be done to them
    start    first beat and end of the stretch in which new notes may lie
    allowed  pitches that a new note may have
    polyphony  most notes that may sound at once where new ones are; None: no limit
    """

    request: Request
    notes: tuple[Note, ...]
    origin: tuple[int | None, ...]
    free: frozenset[int]
    allowed_edits: AllowedEdits
    start: float
    end: float
    allowed: frozenset[int]
    role: Role
    polyphony: int | None

    @classmethod
    def of(cls, request: Request, role: Role) -> Constraints:
        """The constraints that a request leaves; raises EmptyClip or Refused with a sentence."""
        prompt = request.prompt
        if not prompt.notes and request.task != "infill":
            raise EmptyClip("The clip has no notes to vary; draw or record some first.", field="prompts")
        start, end = _stretch(request)
        allowed = _allowed_pitches(request, role)
        free = _free_notes(request, role, start, end)
        notes, origin = treat_outside_notes(request, role, free)
        place = {old: new for new, old in enumerate(index for index, _ in origin)}
        free = frozenset(place[index] for index in free if index in place)
        constraints = cls(
            request,
            notes,
            tuple(old if same else None for old, same in origin),
            free,
            _doors(request, bool(allowed)),
            start,
            end,
            allowed,
            role,
            _voices(request, role),
        )
        constraints._refuse_if_nothing_may_change()
        return constraints

    def _refuse_if_nothing_may_change(self) -> None:
        if self.notes != self.request.prompt.notes:
            return  # snapping or dropping is a change already
        may_be_new = self.allowed_edits.add and self.allowed and self.start < self.end
        if not self.allowed_edits.anything or not (self.free or may_be_new):
            locks = ", ".join(self.request.locks.names)
            narrowed = self.request.region is not None or self.request.selected is not None
            where = " in the chosen region or selection" if narrowed else ""
            because = f"With {locks} locked nothing" if locks else "Nothing"
            raise Refused(f"{because} may change{where}; open a lock or choose a larger region.", field="locks")

    def carried_to(self, notes: Sequence[Note], kept: Sequence[int | None]) -> Constraints:
        """The same for a result in the prompt's place; ``kept``: for each note the prompt's index, None: a new one.

        A note that equals one of the prompt's that is missing is that note again.
        """
        ordered = sorted(zip(notes, kept, strict=True), key=lambda item: item[0].order)
        there = {index for index in kept if index is not None}
        missing = {note: index for index, note in enumerate(self.prompt.notes) if index not in there}
        origin = [missing.pop(note, None) if index is None else index for note, index in ordered]
        free = {self.origin[place] for place in self.free} - {None}
        return replace(
            self,
            notes=tuple(note for note, _ in ordered),
            origin=tuple(origin),
            free=frozenset(place for place, index in enumerate(origin) if index is None or index in free),
        )

    @property
    def prompt(self) -> Clip:
        """The clip as it came."""
        return self.request.prompt

    @property
    def drums(self) -> bool:
        """True for a drum clip, where a pitch is a lane and durations don't count."""
        return self.role == "drums"

    @property
    def keeps_order(self) -> bool:
        """True when the n-th note must stay the n-th: the pitch, contour and velocity locks need it."""
        locks = self.request.locks
        return locks.pitch or locks.contour or locks.velocity

    @cached_property
    def strangers(self) -> tuple[list[int], list[int]]:
        """Indices of the notes that are none of the prompt's, and of the prompt's notes that are not among them."""
        there = set(self.origin)
        missing = [index for index in range(len(self.prompt.notes)) if index not in there]
        return [index for index, old in enumerate(self.origin) if old is None], missing

    @cached_property
    def groups(self) -> list[list[int]]:
        """Indices of the notes that begin together."""
        return onset_groups(self.notes)

    @cached_property
    def group_of(self) -> dict[int, int]:
        """Number of the onset group of each note."""
        return {index: number for number, group in enumerate(self.groups) for index in group}

    @cached_property
    def spans(self) -> list[tuple[float, float, int]]:
        """Onset, end and index of every note, sorted."""
        return sorted((note.onset, note.end, index) for index, note in enumerate(self.notes))

    @cached_property
    def spans_by_pitch(self) -> dict[int, list[tuple[float, float, int]]]:
        """The same for each pitch."""
        by_pitch: dict[int, list[tuple[float, float, int]]] = {}
        for span in self.spans:
            by_pitch.setdefault(self.notes[span[2]].pitch, []).append(span)
        return by_pitch

    @cached_property
    def _lines(self) -> tuple[list[Note], list[Note]]:
        """The notes of the top line and of the bass line, as far as they are locked."""
        notes, locks = self.prompt.notes, self.request.locks
        lines = top_line(notes) if locks.top else [], bass_line(notes) if locks.bass else []
        return [notes[index] for index in lines[0]], [notes[index] for index in lines[1]]

    def pitches_at(self, onset: float, duration: float) -> frozenset[int]:
        """The pitches that a new note from ``onset`` for ``duration`` beats may have: scale, range, lanes, lines."""
        if not (self.request.locks.top or self.request.locks.bass):
            return self.allowed
        above, below = (bounding_notes(line, onset, duration) for line in self._lines)
        ceiling = min((note.pitch for note in above), default=128)
        floor = max((note.pitch for note in below), default=-1)
        return frozenset(pitch for pitch in self.allowed if floor < pitch < ceiling)

    def may_lie(self, note: Note, *, latest_end: float | None = None) -> bool:
        """May a new note lie here? Looks at time, pitch and velocity, not at other notes.

        latest_end: a note that it replaces rang until here, so it may as well
        """
        end = max(self.end, latest_end or 0.0)
        return (
            self.start - TIGHT <= note.onset < self.end - TIGHT
            and note.onset >= 0
            and note.duration > TIGHT
            and note.end <= end + TIGHT
            and 1 <= note.velocity <= 127
            and note.pitch in self.pitches_at(note.onset, note.duration)
        )


def _stretch(request: Request) -> tuple[float, float]:
    """Where new notes may lie: the region, the time of the selected notes, or the whole clip."""
    prompt = request.prompt
    start, end = request.region or (0.0, prompt.length)
    if request.selected:
        chosen = [prompt.notes[index] for index in request.selected]
        start = max(start, min(note.onset for note in chosen))
        end = min(end, max(note.end for note in chosen))
    return start, min(end, prompt.length)


def _allowed_pitches(request: Request, role: Role) -> frozenset[int]:
    """Scale, range and locked lanes; a drum clip has lanes in place of a scale.

    Where no range is asked for, new notes stay within an octave of the clip's own: a kin sings in the same voice.
    """
    pitches = [note.pitch for note in request.prompt.notes]
    own = (max(0, min(pitches) - _FURTHEST), min(127, max(pitches) + _FURTHEST)) if pitches else (0, 127)
    low, high = request.range or (own if role != "drums" else (0, 127))
    scale = None if role == "drums" else request.scale
    return frozenset(
        pitch
        for pitch in range(low, high + 1)
        if (scale is None or pitch in scale) and pitch not in request.locks.lanes
    )


def _free_notes(request: Request, role: Role, start: float, end: float) -> frozenset[int]:
    notes, locks = request.prompt.notes, request.locks
    region = request.region or (0.0, float("inf"))
    fixed: set[int] = set()
    if locks.top:
        fixed |= set(top_line(notes))
    if locks.bass:
        fixed |= set(bass_line(notes))
    return frozenset(
        index
        for index, note in enumerate(notes)
        if region[0] <= note.onset < region[1]
        and (request.selected is None or index in request.selected)
        and index not in fixed
        and note.pitch not in locks.lanes
    )


def _doors(request: Request, any_pitch: bool) -> AllowedEdits:
    locks = request.locks
    fixed_count = locks.rhythm or locks.pitch or locks.contour or locks.velocity
    return AllowedEdits(
        add=not fixed_count and any_pitch,
        remove=not fixed_count,
        move=not locks.rhythm,
        stretch=not locks.rhythm,
        repitch=not locks.pitch and any_pitch,
        revelocity=not locks.velocity,
    )


def _voices(request: Request, role: Role) -> int | None:
    """The cap on voices: as asked; else a melody or bass stays as thin as it is, since its synth may be monophonic.

    Under a lock on the top or bass line new notes are wanted beside that line, so there is no cap.
    """
    if request.polyphony is not None:
        return request.polyphony
    if role not in ("melody", "bass") or request.locks.top or request.locks.bass or not request.prompt.notes:
        return None
    return polyphony_of(request.prompt.notes)


def polyphony_of(notes: Iterable[Note]) -> int:
    """The largest number of notes that sound at once; touching ends don't count."""
    changes = sorted([(note.onset + TIGHT, 1) for note in notes] + [(note.end, -1) for note in notes])
    most = now = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return max(1, most)
