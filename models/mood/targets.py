"""What the words want of a result, in the units of music: so many onsets, so high, so short, so loud.

Goals are counted from the prompt, so that "louder" is louder than the clip, whatever the engine has played.

Offers: ``Aim`` (``Aim.of``), ``Quality`` (of some notes), ``left_free``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from models.constraints.constraints import Constraints
from models.mood.controls import CONTROLS, Controls
from models.music.beats import TIGHT
from models.music.note import Note
from models.music.scale import Scale


@dataclass(frozen=True, slots=True)
class Quality:
    """What moods are heard by, of at least one note.

    onsets  how many different ones; pitch, velocity: means; gate: usual duration by usual distance of onsets
    """

    onsets: float
    pitch: float
    velocity: float
    gate: float

    @classmethod
    def of(cls, notes: Sequence[Note]) -> Quality:
        """Measured."""
        onsets = sorted({round(note.onset, 3) for note in notes})
        gaps = [after - before for before, after in zip(onsets, onsets[1:], strict=False)]
        gate = median(note.duration for note in notes) / max(median(gaps), TIGHT) if gaps else 1.0
        return cls(len(onsets), fmean(note.pitch for note in notes), fmean(note.velocity for note in notes), gate)


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a result is to be moved.

    strength          0-1 of what the words ask for
    goal              the qualities it is to have
    mode … contour    controls, -1 … 1; below 0 fewer, lower and so on: the goal is passed from that side
    scale             that new pitches lie in; None: any
    shifts            pitch classes that move, and by how many semitones
    floor             similarity (0-1) below which the result may not fall
    """

    goal: Quality
    mode: float
    density: float
    register: float
    articulation: float
    dynamics: float
    syncopation: float
    leaps: float
    contour: float
    scale: Scale | None
    shifts: tuple[tuple[int, int], ...]
    floor: float

    @classmethod
    def of(
        cls,
        controls: Controls,
        strength: float,
        before: Quality,
        scale: Scale | None = None,
        shifts: Sequence[tuple[int, int]] = (),
        floor: float = 0.0,
    ) -> Aim:
        """The aim of the controls at a share of their strength, from the qualities ``before``."""
        weaker = Controls().plus(controls, strength)
        settings = weaker.settings
        goal = Quality(
            before.onsets * settings.density_factor,
            before.pitch + 5 * weaker["register"],
            before.velocity + settings.velocity_shift,
            before.gate * settings.duration_factor,
        )
        strengths = {name: weaker[name] for name in CONTROLS if name != "tempo"}
        return cls(goal=goal, scale=scale, shifts=tuple(shifts), floor=floor, **strengths)


def left_free(constraints: Constraints) -> frozenset[str]:
    """The controls that the locks leave something to do; dynamics where any free note may change its velocity."""
    allowed_edits, pitched = constraints.allowed_edits, not constraints.drums
    free = {
        "mode": pitched and allowed_edits.repitch and constraints.request.scale is None,
        "register": pitched and allowed_edits.repitch,
        "leaps": pitched and allowed_edits.repitch,
        "contour": pitched and allowed_edits.repitch and not constraints.request.locks.contour,
        "density": allowed_edits.add or allowed_edits.remove,
        "articulation": pitched and allowed_edits.stretch,
        "syncopation": pitched and allowed_edits.move,
        "dynamics": allowed_edits.revelocity and bool(constraints.free),
    }
    return frozenset(name for name, is_free in free.items() if is_free)
