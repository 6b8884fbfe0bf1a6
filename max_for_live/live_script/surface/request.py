"""One request, from the clips it sends to the variations that come, whatever is lost on the way.

Offers: ``Request``.
"""

from __future__ import annotations

from typing import Callable, List, Sequence

from .link import Link
from .osc import Atom
from .transfers import Incoming, Outgoing, Repeat, Variation

LISTEN_S = 3.0
MOST_AT_ONCE = 8

DEAD = "Clipkin's server stopped in the middle. Nothing was written; make again."
NOTHING = "No variation came."

End = Callable[[List[Variation], str], None]


class Request:
    """Sends ``clips`` (the prompt, then what plays with it), then the start; ``end(variations, words)`` comes once.

    tail   of the start: task, engine, mood, style, count, temperature, similarity, seed, and pairs
    """

    def __init__(self, link: Link, clips: Sequence, tail: Sequence[Atom], end: End, now: float) -> None:
        self._link, self._clips, self._tail, self._end = link, list(clips), list(tail), end
        self._restarts = 0
        self._begin(now)

    def _begin(self, now: float) -> None:
        self._number, self._heard = self._link.number("request"), now
        self._sent: list[int] = []
        self._repeat: Repeat | None = None
        self._coming: dict[int, Incoming] = {}
        self._send_next(now)

    def _send_next(self, now: float) -> None:
        self._out: Outgoing | None = None
        if len(self._sent) < len(self._clips):
            self._out = Outgoing(self._link.number("transfer"), self._clips[len(self._sent)], now)
            return
        contexts = [word for transfer in self._sent[1:] for word in ("context", transfer)]
        start = [self._number, self._sent[0]] + self._tail + contexts
        self._repeat = Repeat(lambda: self._link.send("/clipkin/request/start", start))

    def tick(self, now: float) -> None:
        """Say what is due."""
        if self._out is not None:
            if not self._out.tick(self._link.send, now):
                self._finish(DEAD)
        elif self._repeat is not None:
            if not self._repeat.tick(now):
                self._finish(DEAD)
        elif now - self._heard > LISTEN_S:
            self._repeat = Repeat(lambda: self._link.send("/clipkin/request/query", [self._number]))

    def resume(self, restarted: bool, now: float) -> None:
        """The server is back; ``restarted``: it knows nothing of us any more."""
        self._heard = now
        if restarted or self._out is not None:
            self._again(now)

    def _again(self, now: float) -> None:
        """Everything once more, to a server that has forgotten it: the same clips and seed give the same variations."""
        self._restarts += 1
        if self._restarts > 3:
            self._finish(DEAD)
        else:
            self._begin(now)

    def _finish(self, words: str) -> None:
        come = [one.variation for one in self._coming.values() if one.whole]
        self._end(sorted(come, key=lambda variation: variation.place), words)

    def drop(self) -> None:
        """Nobody wants it any more: tell the server once, so that it needn't go on."""
        self._link.send("/clipkin/request/cancel", [self._number])

    # What the server says.

    def take_ack(self, transfer: int, rest: Sequence[int], now: float) -> None:
        """Of our clip."""
        if self._out is not None and self._out.transfer == transfer:
            self._out.take_ack(now, *rest[:4])
            if self._out.whole:
                self._sent.append(transfer)
                self._send_next(now)

    def take_abort(self, transfer: int, now: float) -> None:
        """The server gives a clip up: ours, or one that it was sending."""
        if self._out is not None and self._out.transfer == transfer:
            self._again(now)
        elif transfer in self._coming and not self._coming[transfer].whole:
            del self._coming[transfer]

    def take_begin(self, begin: Sequence[int], now: float) -> None:
        """A variation begins, of this request or not at all."""
        if begin[1] == self._number and self._out is None:
            self._hear(now)
            if begin[0] not in self._coming:
                self._coming[begin[0]] = Incoming(begin)
            self._acknowledge(begin[0])

    def take_part(self, address: str, transfer: int, part: int, rest: list[Atom], now: float) -> None:
        """One part of a variation."""
        if transfer in self._coming:
            self._hear(now)
            try:
                self._coming[transfer].take_part(address, part, rest)
            except (ValueError, IndexError, TypeError):
                del self._coming[transfer]
                self._link.send("/clipkin/clip/abort", [transfer, 400])
                return
            self._acknowledge(transfer)

    def _acknowledge(self, transfer: int) -> None:
        self._link.send("/clipkin/clip/ack", self._coming[transfer].ack())

    def _hear(self, now: float) -> None:
        self._heard, self._repeat = now, None

    def take_word(self, verb: str, arguments: Sequence, now: float) -> None:
        """accepted, progress, state, done or fail; its first argument is the request's number."""
        if arguments[0] != self._number or self._out is not None:
            return
        if verb == "done":
            self._finish("")
        elif verb == "fail" and arguments[2] == 404 or verb == "state" and arguments[1] == 0:
            self._again(now)
        elif verb == "fail":
            self._finish(filled(arguments[4], arguments[5:]))
        else:
            self._hear(now)


def filled(sentence: str, numbers: Sequence[int]) -> str:
    """A sentence of the server; each {} stands for two integers, a number and its decimals."""
    for value, decimals in zip(numbers[::2], numbers[1::2]):
        decimals = max(0, min(9, decimals))
        sentence = sentence.replace("{}", "{:.{}f}".format(value / 10**decimals, decimals), 1)
    return sentence
