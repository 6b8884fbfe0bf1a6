"""Requests on the server: queued, worked on, sent, ended exactly once."""

from collections.abc import Callable

from bridge.messages.message import Message, OfRequest
from bridge.messages.request import Accepted, Cancel, Done, Fail, Progress, Query, Seen, Stage, Start, State
from bridge.server.session import Refusal, Session, Work
from bridge.server.worker import Event
from bridge.transfer.parts import WireClip
from bridge.transfer.retransmission import Unanswered
from bridge.transfer.transfers import CANCELLED, SILENT
from bridge.translation.start import clips_sent

MOST_WAITING = 16
LONGEST_QUIET_S = 0.5
"""Between two signs of a request at work: progress comes at least every second."""

NO_CLIP = Refusal(404, "transfer", "The clip of this request is not here; send it again, then start.")
FULL = Refusal(409, "request", f"The server has {MOST_WAITING} requests waiting; try again when one has ended.")
STOPPED = Refusal(CANCELLED, "", "The request was cancelled.")
UNHEARD = Refusal(SILENT, "", "The client fell silent while its request was at work.")


class RequestQueue:
    """Keeps every session's requests; ``say`` sends a message to a session, ``put_to_work`` hands one to the worker."""

    def __init__(self, say: Callable[[Session, Message], None], put_to_work: Callable[[Work], None]) -> None:
        self._say = say
        self._put_to_work = put_to_work
        self._queue: list[tuple[Session, Work]] = []
        self._unseen: Unanswered[tuple[Session, int]] = Unanswered()

    @property
    def queue(self) -> list[Work]:
        """The works that wait or are worked on, the oldest first."""
        return [work for _, work in self._queue]

    def take(self, session: Session, message: OfRequest, now: float) -> None:
        """A start, a cancel, a query, or that an end was seen. One of a request that isn't known gets its state."""
        work = session.works.get(message.request)
        if isinstance(message, Seen):
            self._unseen.answered((session, message.request))
        elif isinstance(message, Start):
            if work is None:
                self._start(session, message, now)
            else:
                self._say(session, work.final or self._accepted(session, work))
        elif isinstance(message, Query) or work is None:
            stage, told = (work.stage, work.told) if work else (Stage.UNKNOWN, None)
            self._say(session, State(session.number, message.request, stage, told.permille if told else 0))
        elif work.final is not None:
            self._say(session, work.final)
        elif isinstance(message, Cancel):
            self._fail(session, work, STOPPED, now, Cancel.ADDRESS)

    def _start(self, session: Session, start: Start, now: float) -> None:
        clips = {transfer: session.clip(transfer) for transfer in clips_sent(start, ("second", "chords", "context"))}
        held = {transfer: clip for transfer, clip in clips.items() if clip is not None}
        work = session.works[start.request] = Work(start, held, now)
        session.forget_old_works(now)
        if len(held) < len(clips):
            self._fail(session, work, NO_CLIP, now)
        elif len(self._queue) > MOST_WAITING:
            self._fail(session, work, FULL, now)
        else:
            self._queue.append((session, work))
            self._put_to_work(work)
            self._say(session, self._accepted(session, work))

    def _accepted(self, session: Session, work: Work) -> Accepted:
        queue = self.queue
        return Accepted(session.number, work.start.request, queue.index(work) if work in queue else 0)

    def take_event(self, event: Event, now: float) -> None:
        """Hear from the worker."""
        work = event.work
        session = next((session for session, one in self._queue if one is work), None)
        if session is None:
            return
        what, request = event.what, work.start.request
        if what is None or isinstance(what, Refusal):
            self._queue.remove((session, work))
        if work.final is not None:
            return
        if isinstance(what, tuple):
            work.stage = Stage.WORKING
            work.told = Progress(session.number, request, what[0], event.index, what[1])
            self._tell(session, work, now)
        elif isinstance(what, WireClip):
            transfer = session.next_transfer()
            work.under_way.add(transfer)
            session.transfers.send(transfer, what, request, event.index)
        elif what is not None:
            self._fail(session, work, what, now)
        else:
            work.stage = Stage.SENDING
            self._end_if_delivered(session, work, now)

    def delivered(self, session: Session, transfer: int, code: int, now: float) -> None:
        """A variation has arrived on the other side (code 0), or never will."""
        work = next((work for work in session.works.values() if transfer in work.under_way), None)
        if work is None:
            return
        work.under_way.remove(transfer)
        work.delivered += code == 0
        if code == SILENT:
            self._fail(session, work, UNHEARD, now)
        else:
            self._end_if_delivered(session, work, now)

    def _end_if_delivered(self, session: Session, work: Work, now: float) -> None:
        if work.stage is Stage.SENDING and not work.under_way:
            start, elapsed_ms = work.start, round((now - work.began_at) * 1000)
            done = Done(session.number, start.request, work.delivered, elapsed_ms, start.seed)
            self._end(session, work, done, now)

    def _fail(self, session: Session, work: Work, refusal: Refusal, now: float, command: str = Start.ADDRESS) -> None:
        for abort in filter(None, map(session.transfers.abandon, work.under_way)):
            self._say(session, abort)
        work.under_way.clear()
        self._end(session, work, refusal.to_fail(session.number, work.start.request, command), now)

    def _end(self, session: Session, work: Work, final: Done | Fail, now: float) -> None:
        work.end(final, now)
        self._unseen.add((session, work.start.request), final, now)
        # The first one is in the worker's hands until it says otherwise.
        self._queue = self._queue[:1] + [pair for pair in self._queue[1:] if pair[1] is not work]

    def end_all(self, session: Session, now: float) -> None:
        """Stop all work of a session that has fallen silent."""
        for work in session.works.values():
            if work.final is None:
                self._fail(session, work, UNHEARD, now)

    def drop(self, session: Session, now: float) -> None:
        """Stop all work of a session that has gone; nobody hears of its end."""
        self.end_all(session, now)
        for request in session.works:
            self._unseen.answered((session, request))

    def _tell(self, session: Session, work: Work, now: float) -> None:
        if work.told is not None:
            work.told_at = now
            self._say(session, work.told)

    def _at_work(self) -> list[tuple[Session, Work]]:
        """The one that the worker has in hand, if its client still wants it."""
        return [pair for pair in self._queue[:1] if pair[1].stage is Stage.WORKING]

    def poll(self, now: float) -> None:
        """Say a progress again that has been the last one for a second, and the ends that nobody has seen."""
        for session, work in self._at_work():
            if now >= work.told_at + LONGEST_QUIET_S:
                self._tell(session, work, now)
        due, _ = self._unseen.poll(now)
        for (session, _request), final in due:
            self._say(session, final)

    @property
    def next_due(self) -> float | None:
        """When ``poll`` has something to do; None: never, unless something happens."""
        due = [work.told_at + LONGEST_QUIET_S for _, work in self._at_work()]
        return min((*due, *filter(None, (self._unseen.next_due,))), default=None)
