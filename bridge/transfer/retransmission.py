"""What is sent again until it is answered: exponential backoff, on a clock that is given (seconds, never backwards).

Offers: ``RetransmissionTimer``, ``Unanswered``.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

from bridge.messages.message import Message

FIRST_PAUSE_S = 0.1
GROWTH = 1.5
LONGEST_PAUSE_S = 1.0
MOST_TRIES = 12

Key = TypeVar("Key", bound=Hashable)


class RetransmissionTimer:
    """Due at once, then after 0.1 s, then after 1.5 times the last pause, at most 1 s; 12 tries."""

    def __init__(self, now: float) -> None:
        self.next_due = now
        self._pause = FIRST_PAUSE_S
        self._tries = 0

    def due(self, now: float) -> bool:
        """True when it is time to send (again); counts the try."""
        if self._tries >= MOST_TRIES or now < self.next_due:
            return False
        self._tries += 1
        self.next_due = now + self._pause
        self._pause = min(LONGEST_PAUSE_S, self._pause * GROWTH)
        return True

    def gave_up(self, now: float) -> bool:
        """True when the pause after the last try has gone by as well."""
        return self._tries >= MOST_TRIES and now >= self.next_due


class Unanswered(Generic[Key]):
    """Messages that are sent again until they are answered, each under a key."""

    def __init__(self) -> None:
        self._held: dict[Key, tuple[Message, RetransmissionTimer]] = {}

    def add(self, key: Key, message: Message, now: float) -> None:
        """Send ``message`` from now on; in place of what stood under the key."""
        self._held[key] = (message, RetransmissionTimer(now))

    def answered(self, key: Key) -> None:
        """Send it no more; one that isn't held changes nothing."""
        self._held.pop(key, None)

    def poll(self, now: float) -> tuple[list[tuple[Key, Message]], list[Key]]:
        """What is to be sent now, and the keys of what is given up."""
        given_up = [key for key, (_, timer) in self._held.items() if timer.gave_up(now)]
        for key in given_up:
            del self._held[key]
        return [(key, message) for key, (message, timer) in self._held.items() if timer.due(now)], given_up

    @property
    def next_due(self) -> float | None:
        """When ``poll`` has something to do; None: never, unless something is added."""
        return min((timer.next_due for _, timer in self._held.values()), default=None)
