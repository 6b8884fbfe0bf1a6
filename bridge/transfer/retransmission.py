"""When to send something again that has no answer yet: exponential backoff."""

from __future__ import annotations

FIRST_PAUSE_S = 0.1
GROWTH = 1.5
LONGEST_PAUSE_S = 1.0
MOST_TRIES = 12


class RetransmissionTimer:
    """Due at once, then after 0.1 s, then after 1.5 times the last pause, at most 1 s; 12 tries.

    The clock is the caller's: ``now`` in seconds, never running backwards.
    """

    def __init__(self, now: float) -> None:
        self.next_due = now
        self._pause = FIRST_PAUSE_S
        self._tries = 0

    def due(self, now: float) -> bool:
        """True when it is time to send (again); counts the try."""
        if self.exhausted or now < self.next_due:
            return False
        self._tries += 1
        self.next_due = now + self._pause
        self._pause = min(LONGEST_PAUSE_S, self._pause * GROWTH)
        return True

    @property
    def exhausted(self) -> bool:
        """True after the last try."""
        return self._tries >= MOST_TRIES

    def gave_up(self, now: float) -> bool:
        """True when the pause after the last try has gone by as well."""
        return self.exhausted and now >= self.next_due
