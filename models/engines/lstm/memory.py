"""Copy features: what a line did some bars ago, and what came next the last time it went as it goes now.

For the second, its own n-grams: the last one to four events are looked for in what has been: note for note; moved, so
that only waits, intervals and durations count (a sequence); and as rhythm alone. The longest match counts, of several
the latest. It is the cache of order n of Kuhn & De Mori (1990) and the repeats that Lempel & Ziv (1977) point back
to, given as features.

Offers: ``Memory``, ``look_back``, ``LEVELS``, ``DEPTH``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from models.engines.lstm.config import DURATION_COUNT, LONGEST_WAIT, LOOKBACKS, NO_PITCH, REST, WAITS

LEVELS = 3
"""Levels of likeness of n-grams: note for note, moved, rhythm."""
DEPTH = 4
"""Most events that are compared."""

Found = tuple[int, int, int]
"""Wait, pitch and duration of an event."""
NOTHING: Found = (WAITS, NO_PITCH, DURATION_COUNT)
_NO_INTERVAL = 999


def look_back(onsets: Sequence[int], pitches: Sequence[int], durations: Sequence[int], bar: int) -> list[Found]:
    """What came next, after the last onset less so many bars, in a line so far: wait from there, pitch, duration."""
    last = onsets[-1] if onsets else 0
    found = []
    for bars in LOOKBACKS:
        then = last - bars * bar
        at = bisect_right(onsets, then)
        there = at < len(onsets) and onsets[at] - then <= LONGEST_WAIT
        found.append((onsets[at] - then, pitches[at], durations[at]) if there else NOTHING)
    return found


class Memory:
    """Grows with a line, event by event.

    sung  pitches of the last note but one and of the last; NO_PITCH where there was none yet
    """

    def __init__(self) -> None:
        self.onsets: list[int] = []
        self.events: list[Found] = []
        self.sung = (NO_PITCH, NO_PITCH)
        self._intervals: list[int] = []
        self._after: tuple[dict[tuple, int], ...] = ({}, {}, {})
        self._tails: list[list[tuple]] = [[], [], []]

    def add(self, wait: int, pitch: int, duration: int) -> None:
        """The line goes on with an event."""
        position = len(self.events)
        for after, tails in zip(self._after, self._tails, strict=True):
            after.update(dict.fromkeys(tails, position))
        self._intervals.append(pitch - self.sung[1] if max(pitch, self.sung[1]) < REST else _NO_INTERVAL)
        self.onsets.append((self.onsets[-1] if self.onsets else 0) + wait)
        self.events.append((wait, pitch, duration))
        if pitch < REST:
            self.sung = (self.sung[1], pitch)
        self._tails = self._seen_now()

    def lookbacks(self, bar: int) -> list[Found]:
        """What came next one, two and four bars (of so many steps) ago."""
        return look_back(self.onsets, [event[1] for event in self.events], [event[2] for event in self.events], bar)

    def ngrams(self) -> tuple[list[Found], list[int]]:
        """Wait, pitch and duration that came next at each level, and how many events matched (0: nothing found)."""
        found, depths = [NOTHING] * LEVELS, [0] * LEVELS
        for level, after in enumerate(self._after):
            tail = next((tail for tail in self._tails[level] if tail in after), None)
            if tail is not None:
                found[level], depths[level] = self._seen(level, after[tail]), len(tail)
        return found, depths

    def _seen_now(self) -> list[list[tuple]]:
        """The last events as each level sees them, the longest row first."""
        events, intervals = self.events[-DEPTH:], self._intervals[-DEPTH:]
        moved = tuple((wait, interval, length) for (wait, _, length), interval in zip(events, intervals, strict=True))
        levels = (tuple(events), moved, tuple((wait, length) for wait, _, length in events))
        return [[seen[start:] for start in range(len(seen))] for seen in levels]

    def _seen(self, level: int, position: int) -> Found:
        wait, pitch, duration = self.events[position]
        if level == 1 and pitch < REST:
            moved = self.sung[1] + self._intervals[position]
            pitch = moved if self.sung[1] < REST and 0 <= moved < REST else NO_PITCH
        return wait, NO_PITCH if level == 2 else pitch, duration
