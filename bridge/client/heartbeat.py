"""Is the server there: hello until welcome, then a ping every two seconds; three misses and it is gone."""

import math
from dataclasses import dataclass, replace

from bridge.messages.greeting import Hello, Ping, Pong, Welcome
from bridge.messages.message import Message
from bridge.transfer.retransmission import RetransmissionTimer

MOST_MISSES = 3
FIRST_HEARTBEAT_S = 2.0


@dataclass(frozen=True)
class Status:
    """What is known of the server; ``queue`` requests wait or run there, with ``engine`` at work ("" for none)."""

    online: bool = False
    epoch: int = 0
    version: str = ""
    queue: int = 0
    engine: str = ""
    refusal: str = ""


class Heartbeat:
    """Says hello and ping; the clock is the caller's."""

    def __init__(self, hello: Hello, now: float) -> None:
        self.status = Status()
        self._hello = hello
        self._timer: RetransmissionTimer | None = RetransmissionTimer(now)
        self._pause_s = FIRST_HEARTBEAT_S
        self._ping_at = math.inf
        self._pings = self._misses = 0
        self._forgotten = False

    def take(self, message: Welcome | Pong, now: float) -> bool:
        """A sign of life; True when the server knows nothing of us: it is another run, or we were silent long."""
        self._misses = 0
        if isinstance(message, Pong):
            if message.epoch == self.status.epoch:
                self.status = replace(self.status, queue=message.queue, engine=message.engine)
            else:
                self.say_hello(now)
            return False
        if self._timer is not None:
            self._timer, self._ping_at = None, now
        self._pause_s = message.heartbeat_ms / 1000
        forgotten = self._forgotten or self.status.epoch not in (0, message.epoch)
        self._forgotten = False
        self.status = replace(self.status, online=True, epoch=message.epoch, version=message.version, refusal="")
        return forgotten

    def take_refusal(self, sentence: str) -> None:
        """The hello was refused."""
        self.status = replace(self.status, online=False, refusal=sentence)

    def take_forgotten(self, now: float) -> None:
        """The server says that it doesn't know the session."""
        self._forgotten = True
        self.say_hello(now)

    def say_hello(self, now: float) -> None:
        """Begin to say hello (again), unless it is being said."""
        if self._timer is None:
            self._timer, self._ping_at = RetransmissionTimer(now), math.inf

    def poll(self, now: float) -> Message | None:
        """What is to be said now."""
        if self._timer is not None:
            return self._hello if self._timer.due(now) else None
        if now < self._ping_at or self._misses >= MOST_MISSES:
            return None
        self._misses += 1
        self._pings = self._pings % 1_000_000 + 1
        self._ping_at = now + self._pause_s
        return Ping(self._hello.session, self._pings)

    def lost(self, now: float) -> bool:
        """True, once, when the server has been silent for too long."""
        silent = self._misses >= MOST_MISSES and now >= self._ping_at
        if not (silent if self._timer is None else self._timer.gave_up(now)):
            return False
        self.status = replace(self.status, online=False, queue=0, engine="")
        self._misses = 0
        self._timer, self._ping_at = RetransmissionTimer(now), math.inf
        return True

    @property
    def next_due(self) -> float:
        """When ``poll`` must be called again."""
        return self._ping_at if self._timer is None else self._timer.next_due
