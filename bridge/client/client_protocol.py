"""The client's side of the protocol: no socket, no thread, a clock that is given.

It says hello until it is welcome, pings, sends the clips of a request and then its start, takes variations, and
begins again when the server was restarted: the same request and seed give the same variations.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from bridge.client.heartbeat import Heartbeat, Status
from bridge.client.job import CANCELLED, Failed, Job, ServerSilent, error_of
from bridge.client.live_orders import LiveOrders
from bridge.messages.clip import FIRST_SERVER_TRANSFER, Begin
from bridge.messages.greeting import PROTOCOL, Bye, Card, EngineQuery, Hello, Pong, Welcome
from bridge.messages.live import HostState, OfOrder
from bridge.messages.message import Message, OfTransfer
from bridge.messages.piece import OfCue
from bridge.messages.request import Accepted, Cancel, Done, Fail, Progress, Query, Seen, Stage, Start, State
from bridge.messages.table import pack
from bridge.transfer.parts import WireClip
from bridge.transfer.retransmission import Unanswered
from bridge.transfer.transfers import Transfers
from bridge.translation.outcome import to_variation
from bridge.translation.start import to_load, to_start
from models.generator import Request
from models.music.errors import ClipkinError

QUIET_JOB_S = 3.0
MOST_CUES = 256
"""Cues of a running piece, and what became of them, that wait to be looked at."""

SILENT = "Clipkin's server does not answer; start it with clipkin serve and try again."


class ClientProtocol:
    """The client's end of the protocol, for one server. Everything said is collected in ``out``, as datagrams."""

    def __init__(self, session: int, reply_port: int, name: str, version: str, now: float) -> None:
        self.out: list[bytes] = []
        self.cards: dict[int, Card] = {}
        self.cues: deque[OfCue] = deque(maxlen=MOST_CUES)
        self._session = session
        self._heartbeat = Heartbeat(Hello(session, PROTOCOL, reply_port, name, version, ""), now)
        self._transfers = self._new_transfers()
        self.live = LiveOrders(session, self._send_clip)
        self._next_transfer = self._next_request = 1
        self._jobs: dict[int, Job] = {}
        self._unanswered: Unanswered[tuple[type[Message], int]] = Unanswered()

    def _new_transfers(self) -> Transfers:
        return Transfers(self._session, self._wanted, self._arrived, self._delivered)

    @property
    def status(self) -> Status:
        """What is known of the server."""
        return self._heartbeat.status

    # What the client asks for.

    def start(self, request: Request, engine: str, on_cancel: Callable[[Job], None], now: float) -> Job:
        """Send a request's clips, and then its start; raises BadValue when it can't travel."""
        job = Job(self._next_request, request, engine, to_load(request), on_cancel)
        self._next_request += 1
        self._jobs[job.number] = job
        self._submit(job, now)
        return job

    def _submit(self, job: Job, now: float) -> None:
        job.transfers.clear()
        job.start, job.accepted, job.heard_at = None, False, now
        self._unanswered.answered((Start, job.number))
        for name, clip in job.load:
            job.transfers[self._send_clip(clip)] = name
        job.undelivered = set(job.transfers)
        self._start_if_delivered(job, now)

    def _start_if_delivered(self, job: Job, now: float) -> None:
        if not job.undelivered and job.start is None:
            job.start = to_start(job.request, job.engine, self._session, job.number, job.transfers)
            self._unanswered.add((Start, job.number), job.start, now)

    def _send_clip(self, clip: WireClip, request: int = 0, index: int = 0) -> int:
        self._next_transfer += 1
        self._transfers.send(self._next_transfer - 1, clip, request, index)
        return self._next_transfer - 1

    def cancel(self, job: Job, now: float) -> None:
        """Stop a request; it has ended for us at once, and the server is told until it answers."""
        job.end()
        if self._drop(job.number) is None:
            return
        for abort in filter(None, map(self._transfers.abandon, job.undelivered)):
            self.say(abort)
        if job.start is not None:
            self._unanswered.add((Cancel, job.number), Cancel(self._session, job.number), now)

    def _fail(self, job: Job, error: ClipkinError, now: float) -> None:
        job.end(error)
        self.cancel(job, now)

    def ask_engines(self, now: float) -> None:
        """Ask for the cards; they are all there when ``cards_complete``."""
        self.cards.clear()
        self._unanswered.add((EngineQuery, 0), EngineQuery(self._session), now)

    @property
    def cards_complete(self) -> bool:
        """True when every engine's card has come."""
        return bool(self.cards) and len(self.cards) == next(iter(self.cards.values())).count

    def close(self) -> None:
        """Say goodbye; what is under way ends."""
        self._end_jobs(None)
        self.say(Bye(self._session))

    # What the server says.

    def take(self, message: Message, now: float) -> None:
        """Look at one message; those of other sessions, and what only clients say, are left aside."""
        if message.session != self._session or message.WAY == "C→S":
            return
        if isinstance(message, Welcome | Pong):
            if self._heartbeat.take(message, now):
                # It knows none of our clips and requests: it was restarted, or we were asleep.
                self._transfers = self._new_transfers()
                self.live.forgotten()
                for job in list(self._jobs.values()):
                    self._submit(job, now)
        elif isinstance(message, HostState | OfOrder):
            self.live.hear(message, now)
        elif isinstance(message, OfCue):
            self.cues.append(message)
        elif isinstance(message, Card):
            self.cards[message.place] = message
            if self.cards_complete:
                self._unanswered.answered((EngineQuery, 0))
        elif isinstance(message, Fail) and message.request == 0:
            self._take_fail(message, now)
        elif isinstance(message, OfTransfer):
            self._take_transfer(message, now)
        elif isinstance(message, Accepted | Progress | Done | Fail | State):
            self._take_request(message, now)

    def _take_fail(self, fail: Fail, now: float) -> None:
        if fail.command == Hello.ADDRESS:
            self._heartbeat.take_refusal(error_of(fail).sentence)
        elif fail.code == 404 and fail.field == "session":
            self._heartbeat.take_forgotten(now)

    def _take_transfer(self, message: OfTransfer, now: float) -> None:
        if isinstance(message, Begin):
            self._hear(message.request, now)
        if (answer := self._transfers.take(message, now)) is not None:
            self.say(answer)

    def _wanted(self, begin: Begin) -> bool:
        job = self._jobs.get(begin.request)
        new = job is not None and begin.index not in job.received
        return begin.transfer >= FIRST_SERVER_TRANSFER and (new or self.live.wanted(begin))

    def _arrived(self, begin: Begin, clip: WireClip, now: float) -> None:
        if self.live.wanted(begin):
            self.live.take_clip(begin, clip, now)
        job = self._hear(begin.request, now)
        if job is None or begin.index in job.received:
            return
        job.received.add(begin.index)
        try:
            job.events.put(to_variation(clip, job.request))
        except ClipkinError as error:
            self._fail(job, error, now)

    def _hear(self, number: int, now: float) -> Job | None:
        """The job of a request, which has just given a sign of life; None: it has ended."""
        job = self._jobs.get(number)
        if job is not None:
            job.accepted, job.heard_at = True, now
            self._unanswered.answered((Start, number))
        return job

    def _take_request(self, message: Accepted | Progress | Done | Fail | State, now: float) -> None:
        job = self._hear(message.request, now)
        if isinstance(message, Done | Fail):
            self.say(Seen(self._session, message.request))
            self._unanswered.answered((Cancel, message.request))
            self._drop(message.request)
            if job is not None:
                job.end(error_of(message) if isinstance(message, Fail) and message.code != CANCELLED else None)
        elif isinstance(message, State):
            if message.state == Stage.UNKNOWN:
                self._unanswered.answered((Cancel, message.request))
            if job is not None and job.start and message.state in (Stage.UNKNOWN, Stage.DONE, Stage.FAILED):
                job.accepted = False  # its end was lost: a repeated start brings it again
                self._unanswered.add((Start, job.number), job.start, now)
        elif isinstance(message, Progress) and job is not None:
            job.events.put(message)

    # What time brings.

    def poll(self, now: float) -> None:
        """Say what is due."""
        if (greeting := self._heartbeat.poll(now)) is not None:
            self.say(greeting)
        if self._heartbeat.lost(now):
            self._end_jobs(ServerSilent(SILENT))
        if not self.status.online:
            return
        for order in self.live.poll(now):
            self.say(order)
        self.out += self._transfers.poll(now)
        for job in self._jobs.values():
            if job.accepted and now - job.heard_at > QUIET_JOB_S:
                job.heard_at = now
                self.say(Query(self._session, job.number))
        due, given_up = self._unanswered.poll(now)
        for _, message in due:
            self.say(message)
        for kind, number in given_up:
            if kind is Start and number in self._jobs:
                self._fail(self._jobs[number], ServerSilent(SILENT), now)

    def _end_jobs(self, error: ClipkinError | None) -> None:
        for job in list(self._jobs.values()):
            job.end(error)
            self._drop(job.number)

    def _drop(self, number: int) -> Job | None:
        self._unanswered.answered((Start, number))
        return self._jobs.pop(number, None)

    def _delivered(self, transfer: int, code: int, now: float) -> None:
        job = next((job for job in self._jobs.values() if transfer in job.undelivered), None)
        if job is None:
            return
        job.undelivered.remove(transfer)
        if code:
            sentence = "The clip could not be brought to the server; try again."
            self._fail(job, Failed(sentence, field="prompts", code=code), now)
        else:
            self._start_if_delivered(job, now)

    @property
    def next_due(self) -> float:
        """When ``poll`` must be called again if nothing happens."""
        if not self.status.online:
            return self._heartbeat.next_due
        times = [self._heartbeat.next_due, self._transfers.next_due, self._unanswered.next_due, self.live.next_due]
        times += [job.heard_at + QUIET_JOB_S for job in self._jobs.values() if job.accepted]
        return min(time for time in times if time is not None)

    def say(self, message: Message) -> None:
        """Say a message in our session, once."""
        self.out.append(pack(replace(message, session=self._session)))
