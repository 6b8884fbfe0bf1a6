"""Writing hypotheses together, event by event: the network's logits, what is legal, a draw.

Offers: ``Decoder``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.lstm.config import END, LONGEST_WAIT, METRES
from models.engines.lstm.events import NO_DURATION, distance_number, event_columns, position_number
from models.engines.lstm.lines import Lines
from models.engines.lstm.memory import LEVELS
from models.engines.lstm.network import Network
from models.sampling.choose import SamplingParameters, choose_each
from models.sampling.grid import STEPS

_RHYTHM_COOLNESS = 0.9
_TOP_P, _MIN_P = 0.95, 0.03


class Decoder:
    """Lines, and what the network has made of them so far; density: the control."""

    def __init__(self, network: Network, lines: Lines, density: int, temperature: float) -> None:
        self.network, self.lines, context = network, lines, lines.context
        rhythm = SamplingParameters(_RHYTHM_COOLNESS * temperature, _TOP_P, _MIN_P)
        self.parameters = (rhythm, SamplingParameters(temperature, _TOP_P, _MIN_P), rhythm)
        beats = np.arange(len(context.chords))
        chords = np.concatenate([context.chords, context.chords[np.minimum(beats + 1, beats[-1])]], axis=1)
        control = network.controls(np.array([context.role, density, min(context.bar // 6, METRES - 1)]))
        # What the writer is told at each beat, and before each slot that stays.
        self.told = network.chord(chords.astype(np.float32)) + control
        self.new_chord = network.new_chord(context.chords.astype(np.float32))
        self.later = network.read(self._kept(), lines.whole)
        self.state = network.start(len(lines.rows))
        steps = np.arange(context.end + LONGEST_WAIT + 1)
        self.times = np.stack([steps % STEPS, position_number(steps, context.bar)], axis=1)

    def _kept(self) -> np.ndarray:
        """The slots that stay as the reader hears them, (D, S, 6)."""
        whole, (_, onset, pitch, duration, *_) = self.lines.whole, self.lines.slots
        # Behind a note that is open nobody knows how long the wait is.
        earlier = np.where(np.roll(whole, 1, axis=1), np.roll(onset, 1, axis=1), onset)
        earlier[:, 0] = 0
        duration = np.where(pitch == END, NO_DURATION, duration)
        wait, bar = np.clip(onset - earlier, 0, LONGEST_WAIT), self.lines.context.bar
        return event_columns(wait, np.where(whole, pitch, 0), duration, onset, bar)

    def _beats(self, onsets: np.ndarray) -> np.ndarray:
        return np.minimum(onsets // STEPS, len(self.told) - 1)

    def _ask(self) -> tuple[np.ndarray, np.ndarray]:
        """Before each next event: the writer's output, (D, W), and copy features, (D, L, 3)."""
        lines, slot, last = self.lines, self.lines.slot, self.lines.last
        memory, depths = lines.recalled()
        # In the order of the network's tables.
        columns = np.empty((len(last), len(self.network.told.starts)), int)
        columns[:, :4], columns[:, 4:6] = lines.before, self.times[last]
        columns[:, 6], columns[:, 7] = distance_number(np.maximum(0, slot.ahead - last)), slot.above
        columns[:, 8 : -1 - LEVELS] = memory.swapaxes(1, 2).reshape(len(memory), -1)
        columns[:, -1 - LEVELS : -1], columns[:, -1] = depths, lines.interval
        x = self.network.told(columns) + self.told[self._beats(last)] + self.later[lines.rows, slot.whole]
        states, self.state = self.network.write(x, self.state)
        return states, memory

    def step(self, rngs: Sequence[np.random.Generator]) -> None:
        """Wait, pitch and duration of every line's next event; the states go on where there is more to choose."""
        lines, network = self.lines, self.network
        states, memory = self._ask()
        waits, pitches, _ = network.fields
        same, legal = np.ones(memory.shape[:2], bool), lines.waits()
        normed = waits.norm(states)
        wait = self._chosen(0, legal, normed[_free(legal)], memory, same, rngs)
        lines.take_waits(wait)

        legal, lengths = lines.pitches(), lines.durations()
        at = np.flatnonzero(_free(legal) | _free(lengths))
        told = network.new_place[self.times[lines.now[at], 1]] + self.new_chord[self._beats(lines.now[at])]
        states = waits.fold(states[at], normed[at], wait[at], told)
        normed = pitches.norm(states)
        pitch = self._chosen(1, legal, normed[_free(legal)[at]], memory, same, rngs)

        last = _free(lengths)[at]
        states = pitches.fold(states[last], normed[last], pitch[at[last]], 0.0)
        lines.write(pitch, self._chosen(2, lengths, network.fields[2].norm(states), memory, same, rngs))

    def _chosen(
        self,
        part: int,
        legal: np.ndarray,
        normed: np.ndarray,
        memory: np.ndarray,
        same: np.ndarray,
        rngs: Sequence[np.random.Generator],
    ) -> np.ndarray:
        """A legal value of each line, (D,): chance is asked only where there is a choice.

        legal   (D, size); normed: the normed states of the lines with a choice
        same    (D, L) which memories agree with what was chosen so far; kept up to date
        """
        chosen, rows = legal.argmax(1), np.flatnonzero(_free(legal))
        if len(rows):
            field, lines = self.network.fields[part], self.lines
            logits = field.logits(normed, memory[rows, :, part], same[rows], lines.sung[rows, 1])
            if part == 0:
                logits = logits + lines.steering(rows)
            logits = np.where(legal[rows], logits, -np.inf)
            chosen[rows] = choose_each(logits, self.parameters[part], [rngs[row] for row in rows.tolist()])
        same &= memory[..., part] == chosen[:, None]
        return chosen


def _free(legal: np.ndarray) -> np.ndarray:
    """Where there is a choice, (D,)."""
    return legal.sum(1) > 1
