"""Requests on the server: queued, worked on, sent, ended exactly once."""

from __future__ import annotations

from collections.abc import Callable

from bridge.messages.message import Message
from bridge.messages.request import Accepted, Cancel, Done, Fail, Progress, Query, Seen, Stage, Start, State
from bridge.server.session import Session
from bridge.server.work import Refusal, Work
from bridge.server.worker import Advanced, Event, Finished, Made
from bridge.transfer.transfers import CANCELLED, SILENT

MOST_WAITING = 16
NO_CLIP = Refusal(404, "transfer", "The clip of this request is not here; send it again, then start.")
FULL = Refusal(409, "request", f"The server has {MOST_WAITING} requests waiting; try again when one has ended.")
STOPPED = Refusal(CANCELLED, "", "The request was cancelled.")
UNHEARD = Refusal(SILENT, "", "The client fell silent while variations were being sent.")


class RequestQueue:
    """Keeps every session's requests; ``say`` sends a message to a session, ``put_to_work`` hands one to the worker."""

    def __init__(self, say: Callable[[Session, Message], None], put_to_work: Callable[[Work], None]) -> None:
        self._say = say
        self._put_to_work = put_to_work
        self._queue: list[tuple[Session, Work]] = []
        self._repeating: dict[tuple[int, int], tuple[Session, Work]] = {}

    @property
    def queue(self) -> list[Work]:
        """The works that wait or are worked on, the oldest first."""
        return [work for _, work in self._queue]

    def take_start(self, session: Session, start: Start, now: float) -> None:
        """Queue a new request; a known one gets its present state."""
        work = session.works.get(start.request)
        if work is not None:
            self._answer_again(session, work)
            return
        named = [start.transfer] if start.transfer else []
        named += [value for key, value in start.pairs if key in ("second", "chords", "context")]
        clips = {transfer: session.clip(transfer) for transfer in named}
        held = {transfer: clip for transfer, clip in clips.items() if clip is not None}
        work = Work(start, held, now)
        session.works[start.request] = work
        session.forget_old_works(now)
        if len(held) < len(clips):
            self._fail(session, work, NO_CLIP, now)
        elif len(self._queue) > MOST_WAITING:
            self._fail(session, work, FULL, now)
        else:
            self._queue.append((session, work))
            self._put_to_work(work)
            self._say(session, Accepted(session.number, start.request, len(self._queue) - 1))

    def _answer_again(self, session: Session, work: Work) -> None:
        if work.final is not None:
            self._say(session, work.final)
            return
        works = self.queue
        position = works.index(work) if work in works else 0
        self._say(session, Accepted(session.number, work.start.request, position))

    def take_cancel(self, session: Session, cancel: Cancel, now: float) -> None:
        """End a request with 499, unless it has ended; one that isn't known is answered by its state."""
        work = session.works.get(cancel.request)
        if work is None:
            self._say(session, State(session.number, cancel.request, Stage.UNKNOWN, 0))
        elif work.final is not None:
            self._say(session, work.final)
        else:
            self._fail(session, work, STOPPED, now, Cancel.ADDRESS)

    def take_query(self, session: Session, query: Query) -> None:
        """Say what has become of a request."""
        work = session.works.get(query.request)
        stage, permille = (work.stage, work.permille) if work else (Stage.UNKNOWN, 0)
        self._say(session, State(session.number, query.request, stage, permille))

    def take_seen(self, session: Session, seen: Seen) -> None:
        """Stop repeating an end."""
        self._repeating.pop((session.number, seen.request), None)

    def take_event(self, event: Event, now: float) -> None:
        """Hear from the worker."""
        found = next(((session, work) for session, work in self._queue if work is event.work), None)
        if found is None:
            return
        session, work = found
        if isinstance(event, Finished):
            self._queue = [pair for pair in self._queue if pair[1] is not work]
        if work.final is not None:
            return
        if isinstance(event, Advanced):
            work.stage, work.permille = Stage.WORKING, event.permille
            self._say(session, Progress(session.number, work.start.request, event.permille, event.index, event.stage))
        elif isinstance(event, Made):
            transfer = session.next_transfer()
            work.under_way.add(transfer)
            session.transfers.send(transfer, event.clip, work.start.request, event.index)
        elif event.refusal is not None:
            self._fail(session, work, event.refusal, now)
        else:
            work.stage = Stage.SENDING
            self._end_if_delivered(session, work, now)

    def take_ends(self, session: Session, now: float) -> None:
        """Note which variations have arrived on the other side, and which never will."""
        ends, session.transfers.ends = session.transfers.ends, []
        for end in ends:
            work = next((work for work in session.works.values() if end.transfer in work.under_way), None)
            if work is None:
                continue
            work.under_way.remove(end.transfer)
            work.delivered += end.code == 0
            if end.code == SILENT:
                self._fail(session, work, UNHEARD, now)
            else:
                self._end_if_delivered(session, work, now)

    def _end_if_delivered(self, session: Session, work: Work, now: float) -> None:
        if work.stage is Stage.SENDING and not work.under_way:
            self._end(session, work, work.done(now), now)

    def _fail(self, session: Session, work: Work, refusal: Refusal, now: float, command: str = Start.ADDRESS) -> None:
        for transfer in work.under_way:
            abort = session.transfers.abandon(transfer)
            if abort is not None:
                self._say(session, abort)
        work.under_way.clear()
        self._end(session, work, refusal.to_fail(session.number, work.start.request, command), now)

    def _end(self, session: Session, work: Work, final: Done | Fail, now: float) -> None:
        work.end(final, now)
        self._repeating[session.number, work.start.request] = (session, work)

    def drop(self, session: Session) -> None:
        """Stop all work of a session that has gone."""
        for work in session.works.values():
            work.stop.set()
        self._repeating = {key: pair for key, pair in self._repeating.items() if pair[0] is not session}

    def poll(self, now: float) -> None:
        """Repeat the ends that nobody has seen."""
        for key, (session, work) in list(self._repeating.items()):
            if work.timer is None or work.final is None or work.timer.exhausted:
                del self._repeating[key]
            elif work.timer.due(now):
                self._say(session, work.final)

    @property
    def next_due(self) -> float | None:
        """When ``poll`` has something to do; None: never, unless something happens."""
        return min((work.timer.next_due for _, work in self._repeating.values() if work.timer), default=None)
