"""Writing hypotheses together, event by event: the network's logits, what is legal, a draw.

Offers: ``Decoder``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.lstm.config import END, LONGEST_WAIT, METRES, REST
from models.engines.lstm.events import NO_DURATION, distance_number, event_columns, position_number
from models.engines.lstm.lines import Choice, Lines
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
        self.state = network.start(len(lines.of))
        steps = np.arange(context.end + LONGEST_WAIT + 1)
        self.times = np.stack([steps % STEPS, position_number(steps, context.bar)], axis=1)
        self._keep(lines.leave())

    def _kept(self) -> np.ndarray:
        """The slots that stay as the reader hears them, (D, S, 6)."""
        whole, (_, onset, pitch, duration, *_) = self.lines.whole, self.lines.slots.transpose(2, 0, 1)
        # Behind a note that is open nobody knows how long the wait is.
        earlier = np.where(np.roll(whole, 1, axis=1), np.roll(onset, 1, axis=1), onset)
        earlier[:, 0] = 0
        duration = np.where(pitch == END, NO_DURATION, duration)
        wait, bar = np.clip(onset - earlier, 0, LONGEST_WAIT), self.lines.context.bar
        return event_columns(wait, np.where(whole, pitch, 0), duration, onset, bar)

    def _beats(self, onsets: np.ndarray) -> np.ndarray:
        return np.minimum(onsets // STEPS, len(self.told) - 1)

    def _ask(self) -> tuple[np.ndarray, np.ndarray]:
        """Before each next event: the writer's output, (D, W), and what is recalled, (D, 3, L)."""
        lines, slot, last = self.lines, self.lines.slot, self.lines.last
        # In the order of the network's tables.
        columns = np.empty((len(last), len(self.network.told.starts)), int)
        memory = columns[:, 8 : -1 - LEVELS].reshape(len(last), 3, -1)
        lines.memory.recall(memory, columns[:, -1 - LEVELS : -1], lines.sung[:, 1])
        columns[:, :4], columns[:, 4:6], columns[:, -1] = lines.before, self.times[last], lines.interval
        columns[:, 6], columns[:, 7] = distance_number(np.maximum(0, slot.ahead - last)), slot.above
        x = self.network.told(columns)
        x += self.told[self._beats(last)]
        x += self.later[lines.of, slot.whole]
        return self.network.write(x, self.state), memory

    def step(self, rngs: Sequence[np.random.Generator]) -> None:
        """Wait, pitch and duration of every line's next event; rngs: of all the hypotheses."""
        lines, slot = self.lines, self.lines.slot
        states, memory = self._ask()
        now = lines.last + (slot.onset - lines.last).clip(0, LONGEST_WAIT)
        is_slot = slot.onset == now
        pitch, duration = np.where(is_slot, slot.pitch, REST), slot.duration.copy()
        rows = np.flatnonzero(slot.choice)
        if len(rows):
            choice = Choice(lines, rows, rngs)
            pitch[rows], duration[rows] = self._choose(choice, states[rows], memory[rows])
            now[rows], is_slot[rows] = choice.now, choice.is_slot
        self._keep(lines.write(now, is_slot, pitch, duration))

    def _keep(self, rows: np.ndarray | None) -> None:
        """Go on with the lines that stay, (N,); None: with all."""
        if rows is not None:
            for layer in self.state:
                layer.keep(rows)

    def _choose(self, choice: Choice, states: np.ndarray, memory: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pitches and durations, (N,) each, once the waits are taken; states (N, W), memory (N, 3, L)."""
        network = self.network
        waits, pitches, durations = network.fields
        same, legal = np.ones(memory[:, 0].shape, bool), choice.waits()
        normed, rows = waits.norm(states), np.flatnonzero(_several(legal))
        wait = self._chosen(0, choice, legal, rows, normed[rows], memory, same)
        choice.take_waits(wait)

        legal, lengths = choice.pitches(), choice.durations()
        pitched, lasting = _several(legal), _several(lengths)
        at = np.flatnonzero(pitched | lasting)
        told = network.new_place[self.times[choice.now[at], 1]] + self.new_chord[self._beats(choice.now[at])]
        states = waits.fold(states[at], normed[at], wait[at], told)
        normed = pitches.norm(states)
        pitch = self._chosen(1, choice, legal, np.flatnonzero(pitched), normed[pitched[at]], memory, same)

        rows, last = np.flatnonzero(lasting), lasting[at]
        states = pitches.fold(states[last], normed[last], pitch[rows], 0.0)
        return pitch, self._chosen(2, choice, lengths, rows, durations.norm(states), memory, same)

    def _chosen(
        self,
        part: int,
        choice: Choice,
        legal: np.ndarray,
        rows: np.ndarray,
        normed: np.ndarray,
        memory: np.ndarray,
        same: np.ndarray,
    ) -> np.ndarray:
        """A legal value of each line, (N,): chance is asked only where there are several, in ``rows``.

        legal   (N, size); normed: the normed states of ``rows``
        same    (N, L) which memories agree with what was chosen so far; kept up to date
        """
        chosen = legal.argmax(1)
        if len(rows):
            field, sung = self.network.fields[part], self.lines.sung[choice.rows[rows], 1]
            logits = field.logits(normed, memory[rows, part], same[rows], sung)
            if part == 0:
                logits += choice.steering(rows)
            logits[~legal[rows]] = -np.inf
            chosen[rows] = choose_each(logits, self.parameters[part], [choice.rngs[row] for row in rows.tolist()])
        if part < 2:
            same &= memory[:, part] == chosen[:, None]
        return chosen


def _several(legal: np.ndarray) -> np.ndarray:
    """Where there is more than one value, (N,)."""
    return np.add.reduce(legal.view(np.uint8), axis=1) > 1
