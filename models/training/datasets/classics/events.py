"""A line as events, and what is known of it before each.

An event is a wait (steps since the last event), a pitch (on the white keys) and a duration by number. The line is
opened by nothing and closed by END; a rest longer than LONGEST_WAIT is written as events of pitch REST. Some events
are *kept*: they are known beforehand, and the network is told the next of them.

Offers: ``Events``, ``events_of``, ``recalled``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.engines.lstm.config import END, LONGEST_WAIT, NO_PITCH, REST
from models.engines.lstm.events import NO_DURATION, event_columns, interval_number
from models.engines.lstm.memory import LEVELS, Memory, intervals_of
from models.engines.lstm.network import MEMORIES
from models.training.datasets.classics.grids import padded


@dataclass(frozen=True)
class Events:
    """Events of a stretch, each (T,).

    onset     steps from the start
    pitch     0-127, REST or END
    duration  number in DURATIONS; NO_DURATION where there is no note
    kept      True: known beforehand
    """

    onset: np.ndarray
    pitch: np.ndarray
    duration: np.ndarray
    kept: np.ndarray

    @property
    def waits(self) -> np.ndarray:
        """Steps from the event before, (T,)."""
        return np.diff(self.onset, prepend=0)

    @property
    def next_kept(self) -> np.ndarray:
        """Index of the first kept event at or behind each, (T,)."""
        indices = np.where(self.kept, np.arange(len(self.kept)), len(self.kept))
        return np.minimum.accumulate(indices[::-1])[::-1]

    def columns(self, bar: int) -> np.ndarray:
        """The events as networks read them, (T, 6), see ``event_columns``; bar: steps, 0 where not known."""
        return event_columns(self.waits, self.pitch, self.duration, self.onset, bar)


def recalled(lines: Sequence[Events], bars: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """What lines of so many steps a bar recall before each event, as the engine's memory has it.

    Gives (B, T, 3 L + E + 1): wait, pitch and duration that came next in each memory, how many events matched, number
    of the last interval; and (B, T) the pitch of the last note.
    """
    rows = padded([np.stack([line.waits, line.pitch, line.duration, line.onset], axis=1) for line in lines]).numpy()
    count, size, _ = rows.shape
    memory, sung = Memory(count, size, np.array(bars)[:, None]), np.full((count, 2), NO_PITCH)
    found, last = np.empty((size, count, 3 * MEMORIES + LEVELS + 1), np.int64), np.empty((size, count), np.int64)
    for at, (wait, pitch, duration, onset) in enumerate(rows.transpose(1, 2, 0)):
        memory.recall(found[at, :, : 3 * MEMORIES].reshape(count, 3, -1), found[at, :, -1 - LEVELS : -1], sung[:, 1])
        found[at, :, -1], last[at] = interval_number(*sung.T), sung[:, 1]
        memory.write(wait, pitch, duration, intervals_of(pitch, sung[:, 1]), onset, onset)
        sung = np.where((pitch < REST)[:, None], np.stack([sung[:, 1], pitch], axis=1), sung)
    return found.swapaxes(0, 1), last.T


def events_of(onset: np.ndarray, pitch: np.ndarray, duration: np.ndarray, kept: np.ndarray, end: int) -> Events:
    """The events of notes in order of time, one at a time, with rests and the end put in; (N,) each."""
    rows: list[tuple[int, int, int, bool]] = []
    last = 0
    closed = [
        *zip(onset.tolist(), pitch.tolist(), duration.tolist(), kept.tolist(), strict=True),
        (end, END, NO_DURATION, True),
    ]
    for when, what, length, known in closed:
        while when - last > LONGEST_WAIT:
            last += LONGEST_WAIT
            # A rest is known where the notes on both sides of it are.
            rows.append((last, REST, NO_DURATION, known and (not rows or rows[-1][3])))
        rows.append((when, what, length, known))
        last = when
    table = np.array(rows, np.int64)
    return Events(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(bool))
