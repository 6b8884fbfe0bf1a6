"""What came next the last time a line went as it goes now: the line's own memory, at three levels of likeness.

The last one to four events are looked for in what has been: note for note; moved, so that only waits, intervals and
durations count (a sequence); and as rhythm alone. The longest match counts, of several the latest. It is the cache of
order n of Kuhn & De Mori (1990) and the repeats that Lempel & Ziv (1977) point back to, given as features.

Offers: ``Echoes``, ``ECHOES``, ``DEPTH``.
"""

from __future__ import annotations

from models.engines.lstm.config import DURATION_COUNT, NO_PITCH, WAITS

ECHOES = 3
"""Levels of likeness: note for note, moved, rhythm."""
DEPTH = 4
"""Most events that are compared."""

Found = tuple[int, int, int]
_NOTHING: Found = (WAITS, NO_PITCH, DURATION_COUNT)
_NO_INTERVAL = 999
_NOTES = 128


class Echoes:
    """Grows with a line, event by event.

    sung  pitches of the last note but one and of the last; NO_PITCH where there was none yet
    """

    def __init__(self) -> None:
        self.events: list[Found] = []
        self.intervals: list[int] = []
        self.sung = (NO_PITCH, NO_PITCH)
        self.after: tuple[dict[tuple, int], ...] = ({}, {}, {})
        self._tails: list[list[tuple]] = [[], [], []]

    def add(self, wait: int, pitch: int, duration: int) -> None:
        """The line goes on with an event."""
        place = len(self.events)
        for after, tails in zip(self.after, self._tails, strict=True):
            for tail in tails:
                after[tail] = place
        self.intervals.append(pitch - self.sung[1] if max(pitch, self.sung[1]) < _NOTES else _NO_INTERVAL)
        self.events.append((wait, pitch, duration))
        if pitch < _NOTES:
            self.sung = (self.sung[1], pitch)
        self._tails = self._seen_now()

    def next(self) -> tuple[list[Found], list[int]]:
        """Wait, pitch and duration that came next at each level, and how many events matched (0: nothing found)."""
        found, depths = [_NOTHING] * ECHOES, [0] * ECHOES
        for level, after in enumerate(self.after):
            for tail in self._tails[level]:
                place = after.get(tail)
                if place is not None:
                    found[level], depths[level] = self._seen(level, place), len(tail)
                    break
        return found, depths

    def _seen_now(self) -> list[list[tuple]]:
        """The last events as each level sees them, the longest row first."""
        events, intervals = self.events[-DEPTH:], self.intervals[-DEPTH:]
        moved = tuple((wait, interval, length) for (wait, _, length), interval in zip(events, intervals, strict=True))
        levels = (tuple(events), moved, tuple((wait, length) for wait, _, length in events))
        return [[seen[start:] for start in range(len(seen))] for seen in levels]

    def _seen(self, level: int, place: int) -> Found:
        wait, pitch, duration = self.events[place]
        if level == 1 and pitch < _NOTES:
            moved = self.sung[1] + self.intervals[place]
            pitch = moved if self.sung[1] < _NOTES and 0 <= moved < _NOTES else NO_PITCH
        return wait, NO_PITCH if level == 2 else pitch, duration
