"""What a musician would find amiss in a result beside its prompt, as one small sum; 0 where nothing is.

Measures of the whole result, whoever made it: a line's unusual intervals and notes against their chords, turns that
go round longer than the prompt's, an ending elsewhere than the clip's; chords that lost their bass, rub or are thin;
of beats what ``choice.strangeness`` says, and pads that are hit where the clip never hits so hard.

Offers: ``amiss``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.deciding.choice import strangeness
from models.engines.kin.deciding.ground import Ground
from models.engines.kin.deciding.tune import Slot, Tune
from models.music.note import Note
from models.sampling.rules import cycle

_LOOPS, _ENDS, _LOST_BASS, _SIZE = 0.15, 0.5, 1.0, 0.3
_PERIODS = range(1, 9)


def amiss(ground: Ground, notes: Sequence[Note]) -> float:
    """What is amiss in a result of at least one note; ``notes`` in order."""
    size = _SIZE * abs(float(np.log(len(notes) / max(1, len(ground.notes)))))
    role = ground.freedom.role
    if role == "drums":
        return size + strangeness(ground.prompt, notes)
    if role == "chords":
        return size + _LOST_BASS * _lost_bass(ground, notes)
    return size + _line(ground, notes)


def _line(ground: Ground, notes: Sequence[Note]) -> float:
    heard = [index for index in range(len(ground.notes)) if index not in ground.dead]
    if len(heard) < 2:
        return 0.0
    tune = Tune(ground, heard)
    old = {(round(note.onset, 3), note.pitch) for note in ground.notes}
    line = [note for note in notes if note.duration > 0.1]
    slots = [Slot(round(note.onset * STEPS), note.duration) for note in line]
    pitches = [note.pitch for note in line]
    # Only what is new is to blame; what stays is the clip's own affair.
    costs = [
        tune.cost(slots[place : place + 1], pitches[place : place + 1], before, after)
        for place, (before, after) in enumerate(zip([None, *pitches[:-1]], [*pitches[1:], None], strict=True))
        if (round(line[place].onset, 3), line[place].pitch) not in old
    ]
    mean = float(np.mean([min(cost, 12.0) for cost in costs])) if costs else 0.0
    loops = sum(
        max(0, _longest(pitches, period) - _longest([note.pitch for note in ground.notes], period))
        for period in _PERIODS
    )
    ends = bool(line) and line[-1].pitch % 12 not in {ground.notes[index].pitch % 12 for index in ground.last}
    return 0.3 * mean + _LOOPS * loops + _ENDS * ends


def _longest(pitches: Sequence[int], period: int) -> int:
    return max((cycle(pitches[:end], period) for end in range(1, len(pitches) + 1)), default=0)


def _lost_bass(ground: Ground, notes: Sequence[Note]) -> float:
    """Share of the chord starts of the clip whose lowest note isn't there any more."""
    starts = sorted({round(timed.onset, 3) for timed in ground.chords})
    lost = counted = 0
    for start in starts:
        struck = [note for note in ground.notes if abs(note.onset - start) < 0.2]
        if not struck:
            continue
        counted += 1
        lowest = min(note.pitch for note in struck)
        lost += not any(abs(note.onset - start) < 0.3 and note.pitch == lowest for note in notes)
    return lost / max(1, counted)
