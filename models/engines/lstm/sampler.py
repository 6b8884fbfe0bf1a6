"""Which stretches of a line are taken out, and what the ones written anew mean as moves.

Offers: ``LstmSampler``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from models.engines.lstm.context import LineContext
from models.engines.lstm.decoding import Decoder
from models.engines.lstm.events import density_number
from models.engines.lstm.lines import NONE, OPEN, SLOT, THE_END, LineHypothesis, Lines
from models.engines.lstm.network import Network
from models.generator import Cancelled, Stopped
from models.music.note import Note
from models.sampling.conditions import Conditions
from models.sampling.engine import Sampler
from models.sampling.grid import DURATIONS, STEPS
from models.sampling.representation.cell_grid import share_to_forget, stretches
from models.sampling.representation.performance import Performance

MOST_NEW = 400
"""Events beside the slots, after which a line is cut off."""
_MORE = (0.7, 0.95, 1.25)
"""How much more than needed the hypotheses of one variation take out."""
_SAME_RHYTHM = 0.55
"""Share of the stretches that are rewritten whose notes keep their places."""
_LIKENESS_OF_NEW = 0.35
"""How alike a rewritten stretch is to what was there, about."""
_LONGEST_STRETCH = 3
_DENSITY = {"low": 0.55, "same": 1.0, "high": 1.7}
_PLAIN_DENSITY = 1.2
"""Notes a beat of a line made from nothing, about."""
_GENERATED_DENSITY = {"low": 1, "same": 0, "high": 6}


class LstmSampler(Sampler[LineHypothesis]):
    """A line, with gaps, or with every note in its place and its pitch or its place open."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        super().__init__(conditions)
        self.network = network
        self.context = LineContext(conditions)
        self.wish = _DENSITY[self.constraints.request.density]
        self.performance = Performance(self.constraints.notes, self.constraints.prompt.metre)

    def open(self, rng: np.random.Generator) -> list[LineHypothesis]:
        """See ``Sampler``."""
        return [self._row()] if self.conditions.in_order else [self._with_gaps(more, rng) for more in _MORE]

    def _with_gaps(self, more: float, rng: np.random.Generator) -> LineHypothesis:
        """A line in which all stays that may not change, and of the rest what the dial leaves.

        Of the stretches that don't stay most keep their rhythm, as people's variations do: those notes' pitches are
        open.
        """
        context, target = self.context, self.conditions.target
        free = self._free
        gone, repitched, open_steps = free, np.zeros(len(free), bool), context.open
        if target is not None:
            beats, starts = self._beats
            wanted = share_to_forget(target, _LIKENESS_OF_NEW, more) * np.count_nonzero(free)
            number = stretches(beats, free, wanted, rng, starts, _LONGEST_STRETCH)
            same_rhythm = (rng.random(number.max(initial=0) + 1) < _SAME_RHYTHM)[number]
            changing = free & (number > 0)
            repitched = changing & same_rhythm & self.constraints.allowed_edits.repitch
            gone = changing & ~repitched
            # Where notes keep their rhythm, none comes in their beat.
            closed = np.zeros(len(open_steps) // STEPS + 1, bool)
            closed[beats[repitched]] = True
            open_steps = open_steps & ~closed.repeat(STEPS)[: len(open_steps)]
        return LineHypothesis(self._slots(~gone, repitched), open_steps, self._wished(context.onset[gone]))

    @cached_property
    def _beats(self) -> tuple[np.ndarray, np.ndarray]:
        """The beat of each note, (N,), and those of notes that may change."""
        beats = self.context.onset // STEPS
        return beats, np.unique(beats[self._free])

    def _row(self) -> LineHypothesis:
        """A line with every note as a slot of its own, with open what the locks leave open."""
        allowed_edits, free = self.constraints.allowed_edits, self._free
        moves = free & (allowed_edits.move and not allowed_edits.repitch)
        slots = self._slots(np.ones(len(free), bool), free & allowed_edits.repitch, moves)
        return LineHypothesis(slots, np.zeros_like(self.context.open))

    @cached_property
    def _free(self) -> np.ndarray:
        """Which notes of the line may change, (N,)."""
        return np.isin(self.context.line, list(self.constraints.free))

    def _slots(self, stays: np.ndarray, repitched: np.ndarray, moved: np.ndarray | bool = False) -> np.ndarray:
        """The notes that stay in some way, (SLOT, S): which, whose pitch is open, whose place is open, (N,) each."""
        context, contour = self.context, repitched & self.constraints.request.locks.contour
        onset, pitch, size = context.onset, context.pitch, len(context.onset)
        rows = {
            "of": context.line,
            "onset": np.where(moved, OPEN, onset),
            "pitch": np.where(repitched, OPEN, pitch),
            "duration": context.duration,
            "old": pitch,
            "low": np.append(-1, onset)[:size],
            "high": np.append(onset, context.end)[1:],
            "left": np.where(contour, np.append(NONE, pitch)[:size], NONE),
            "right": np.where(contour, np.append(pitch, NONE)[1:], NONE),
        }
        slots = np.empty((len(SLOT), np.count_nonzero(stays) + 1), int)
        for row, name in zip(slots, SLOT, strict=True):
            row[:-1], row[-1] = np.asarray(rows[name], int)[stays], context.end if name == "onset" else THE_END[name]
        return slots

    def _wished(self, gone: np.ndarray) -> np.ndarray | None:
        """How many new notes are wished for before each step, for those gone (onsets); as dense as the clip where
        none."""
        context = self.context
        if not len(context.onset):
            return None
        wished = np.zeros(context.end + 1)
        if len(gone):
            np.add.at(wished, np.minimum(gone + 1, context.end), self.wish)
        else:
            wished[context.span[0] + 1 : context.span[1] + 1] = self.wish * context.per_step
        return wished.cumsum()

    def write(
        self, hypotheses: Sequence[LineHypothesis], rngs: Sequence[np.random.Generator], cancelled: Cancelled
    ) -> list[LineHypothesis]:
        """See ``Sampler``; the hypotheses are written in place."""
        most = MOST_NEW + max(one.slots.shape[1] for one in hypotheses)
        lines = Lines(self.context, hypotheses, most)
        decoder = Decoder(self.network, lines, self._density(), self.conditions.temperature)
        for _ in range(most):
            if cancelled():
                raise Stopped
            if not len(lines.of):
                break
            decoder.step(rngs)
        for row in range(len(lines.of)):  # too long
            lines.put_down(row, lines.slots[row, :0])
        return list(hypotheses)

    def _density(self) -> int:
        """The control."""
        onset = self.context.onset
        if not len(onset):
            return _GENERATED_DENSITY[self.constraints.request.density]
        return density_number(round(len(onset) * self.wish), max(STEPS, int(onset.max()) + STEPS))

    def ranked(self, hypotheses: list[LineHypothesis]) -> list[LineHypothesis]:
        """Where no dial chooses, those first whose new notes are about as dense as the clip is, or as was wished."""
        if self.conditions.target is not None:
            return hypotheses
        context = self.context
        steps = max(1, context.span[1] - context.span[0])
        wished = self.wish * (context.per_step or _PLAIN_DENSITY / STEPS) * steps
        return sorted(hypotheses, key=lambda one: abs(math.log((one.added + 0.5) / (wished + 0.5))))

    def notes(self, hypothesis: LineHypothesis) -> list[Note]:
        """See ``Sampler``."""
        context, constraints, performance = self.context, self.constraints, self.performance
        on_line = set(context.line)
        proposed = [
            note for index, note in enumerate(constraints.notes) if index in constraints.free and index not in on_line
        ]
        for index, onset, pitch, duration in hypothesis.events:
            pitch -= context.shift
            if index >= 0:
                note = constraints.notes[index]
                proposed.append(note if pitch == note.pitch else note.moved(pitch=pitch))
            else:
                onset_beats = context.begin + onset / STEPS
                beats = performance.duration(float(DURATIONS[duration]) / STEPS)
                proposed.append(Note(pitch, onset_beats, beats, performance.velocity(onset_beats)))
        return proposed

    def changed(self, hypothesis: LineHypothesis) -> dict[int, Note]:
        """See ``Sampler``: every note has kept its place in the row."""
        context, constraints, allowed_edits = self.context, self.constraints, self.constraints.allowed_edits
        number_of = {index: number for number, index in enumerate(context.line)}
        changed = {}
        for index, onset, pitch, duration in hypothesis.events:
            if index not in constraints.free:
                continue
            changes, number = dict[str, Any](), number_of[index]
            if pitch != context.pitch[number] and allowed_edits.repitch:
                changes["pitch"] = pitch - context.shift
            if onset != context.onset[number] and allowed_edits.move:
                changes["onset"] = context.begin + onset / STEPS
            if allowed_edits.stretch and duration != context.duration[number] and not allowed_edits.repitch:
                changes["duration"] = float(DURATIONS[duration]) / STEPS
            changed[index] = constraints.notes[index].moved(**changes)
        return changed
