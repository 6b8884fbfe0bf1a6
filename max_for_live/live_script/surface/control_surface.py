"""The control surface as Live calls it: a plain class, because every class of Live's changes between versions.

One beat of a timer, each 10 ms, does everything, in at most 10 ms: hears datagrams, says what is due, and goes on with
one piece of work in Live after the other while there is time. No threads, no listeners. What Live is asked to do are
orders that the server passes on (PROTOCOL.md, section 10): take the selected clip, put clips.
"""

from __future__ import annotations

import time
import traceback
from typing import Any, Callable

from .link import Link
from .reading import Heard, Refusal, Steps
from .taking import Answer, Whereabouts, home, read_take
from .transfers import Exchange
from .writing import HERE, SCENES, write

BEAT_MS = 10
HEARING_S, WORKING_S = 0.004, 0.005
LONGEST_BEAT_S = 0.25
"""A beat counts as no longer, so that a Live that stood still for seconds doesn't take the server for silent."""
MOST_LOGGED, MOST_PAST, MOST_TAKES = 20, 16, 8

AT_WORK, WRITTEN, REFUSED = 0, 1, 2
STATUS = "/clipkin/host/status"

WORKING = "Live is at work."
WRITING = "The clips of the last order are being written; try again in a moment."
CLOSED = "Live has closed, or opened another set; nothing was written."
DROPPED = "Another order came; nothing was written for this one."
NO_TAKE = "Live doesn't know the clips of this song any more. Take them from Live again."
SILENT = "The clips didn't come whole; nothing was written. Try again."
FAILED = "Live didn't do what was asked; nothing was written. Log.txt has the details."


class ControlSurface:
    """``c_instance`` is what Live gives; ``clock`` gives seconds; ``folder`` is the user's data folder of Clipkin."""

    def __init__(self, c_instance: Any, clock: Callable[[], float] = time.monotonic, folder: str | None = None) -> None:
        self._c, self._clock, self._last, self._now = c_instance, clock, clock(), 0.0
        self._link = Link(self._tell, folder)
        self._exchange: Exchange | None = None
        self._work: Steps | None = None
        self._busy = self._writes = False
        self._then: Callable[[Any], None] | None = None
        self._order = self._goes = 0
        self._sources: list[Heard] = []
        self._takes: dict[int, list[Heard]] = {}
        self._answers: dict[int, Answer] = {}
        self._whereabouts = Whereabouts()
        self._logged = 0
        self._timer: Any = None
        self._start_timer()

    # What Live calls. Nobody knows which of them a Live insists on, so all are there.

    def disconnect(self) -> None:
        """Live lets us go, or opens another set: finish at once, and hold none of its objects."""
        if self._timer is not None:
            self._timer.stop()
        self._guarded(self._drop, CLOSED)
        self._guarded(self._link.close)
        self._timer = self._then = self._c = None
        self._sources, self._takes, self._whereabouts = [], {}, Whereabouts()

    def update_display(self) -> None:
        """About each 100 ms: starts a timer that has stopped, and stands in for one that this Live lacks."""
        if self._c is not None:
            if self._timer is None:
                self.beat()
            elif not self._timer.running:
                self._timer.start()

    def build_midi_map(self, *said: Any) -> None:
        """No MIDI, nothing to lock, nothing to refresh."""

    receive_midi = receive_midi_chunk = refresh_state = port_settings_changed = build_midi_map
    connect_script_instances = lock_to_device = unlock_from_device = restore_bank = toggle_lock = build_midi_map

    def can_lock_to_devices(self) -> bool:
        """It can't."""
        return False

    is_extension = supports_pad_translation = can_lock_to_devices

    def suggest_input_port(self) -> str:
        """It has none."""
        return ""

    suggest_output_port = suggest_input_port

    def suggest_map_mode(self, *said: Any) -> int:
        """None."""
        return -1

    def suggest_needs_takeover(self, *said: Any) -> bool:
        """As usual."""
        return True

    # The beat.

    def _start_timer(self) -> None:
        try:
            import Live  # only there inside Live

            self._timer = Live.Base.Timer(self.beat, BEAT_MS, True)
            self._timer.start()
        except Exception:
            self._timer = None
            self._log()

    def beat(self) -> None:
        """Everything that is to be done now; never raises, because that would stop Live's timer for ever."""
        self._guarded(self._beat)

    def _beat(self) -> None:
        if self._c is None:
            return  # a timer that Live hasn't stopped yet
        started = self._clock()
        self._now += min(started - self._last, LONGEST_BEAT_S)
        self._last = started
        for message in self._link.drain(self._now, lambda: self._clock() - started > HEARING_S):
            self._guarded(self._take, *message)
        self._link.tick(self._now)
        if self._link.state == "on":
            self._guarded(self._offer)
            if self._exchange is not None:
                self._exchange_tick(self._exchange)
        while self._work is not None:
            self._go_on(self._work)
            if self._clock() - started > WORKING_S:
                return

    def _offer(self) -> None:
        here = self._whereabouts.look(self._c.song(), self._now)
        if here is not None:
            self._link.send("/clipkin/host/offer", here)

    def _go_on(self, work: Steps) -> None:
        try:
            next(work)
        except StopIteration as end:
            self._work, then = None, self._then
            if then is not None:
                then(end.value)
        except Refusal as refused:
            self._finish(REFUSED, str(refused))
        except Exception:
            self._log()
            self._finish(REFUSED, FAILED)

    def _guarded(self, action: Callable, *arguments: Any) -> None:
        try:
            action(*arguments)
        except Exception:
            self._log()

    def _log(self) -> None:
        self._logged += 1
        if self._logged <= MOST_LOGGED:
            try:
                self._c.log_message("Clipkin: " + traceback.format_exc())
            except Exception:
                self._logged = MOST_LOGGED  # a Live that takes no log either

    def _tell(self, sentence: str) -> None:
        self._c.show_message("Clipkin: " + sentence)

    # What comes from the network.

    def _take(self, address: str, rest: list[Any], by_server: bool) -> None:
        if not by_server or not rest or rest[0] != self._link.session:
            return
        self._link.hear(self._now)
        rest = rest[1:]
        noun, verb = address.split("/")[-2:]
        if address == "/clipkin/server/welcome":
            self._link.take_welcome(rest[0], rest[1], self._now)
            self._whereabouts.say_again()
        elif address == "/clipkin/server/pong":
            self._link.take_pong(rest[1], self._now)
        elif address == "/clipkin/request/fail" and rest[0] == 0:
            self._link.take_fail(rest[2], rest[4], self._now)
        elif noun == "host" and verb in ("take", "put"):
            self._take_order(verb, rest[0], rest[1:])
        elif noun == "clip" and self._exchange is not None:
            self._exchange.take(address, rest[0], rest[1:], self._now)

    # An order: said again until its end has come, so it is done once and answered each time.

    def _take_order(self, verb: str, order: int, rest: list[Any]) -> None:
        if order not in self._answers:
            if self._writes:
                self._link.send(STATUS, [order, REFUSED, WRITING])
                return
            self._drop(DROPPED)
            self._order, self._busy = order, True
            self._keep([(STATUS, [AT_WORK, WORKING])])
            try:
                if verb == "take":
                    self._work, self._then = read_take(self._c.song(), rest[0]), self._taken
                else:
                    self._begin_put(order, *rest)
            except Refusal as refused:
                self._finish(REFUSED, str(refused))
        elif order in self._takes and not self._sends(order):
            self._exchange = Exchange(self._link, order, self._takes[order], (), self._now)
        self._say(order)

    def _sends(self, order: int) -> bool:
        """Are the clips of a take on their way, or is there something else to do first?"""
        now = self._exchange
        return self._work is not None or now is not None and (now.order != order or now.run == self._link.run)

    def _say(self, order: int) -> None:
        for address, said in self._answers[order]:
            self._link.send(address, [order] + said)

    def _keep(self, answer: Answer) -> None:
        while len(self._answers) >= MOST_PAST:
            del self._answers[next(iter(self._answers))]
        self._answers[self._order] = answer

    def _taken(self, found: tuple[Answer, list[Heard]]) -> None:
        answer, clips = found
        self._busy = False
        self._takes[self._order] = clips
        while len(self._takes) > MOST_TAKES:
            del self._takes[next(iter(self._takes))]
        self._keep(answer)
        self._say(self._order)
        self._exchange = Exchange(self._link, self._order, clips, (), self._now)

    def _begin_put(self, order: int, take: int, goes: int, *places: int) -> None:
        self._goes = goes
        self._sources = self._takes.get(take, [])
        if goes == HERE or not self._sources:
            self._sources = [home(self._c.song())]
        if goes == SCENES and take not in self._takes:
            raise Refusal(NO_TAKE)
        self._exchange = Exchange(self._link, order, (), places, self._now)

    def _exchange_tick(self, exchange: Exchange) -> None:
        if not exchange.tick(self._now):
            self._exchange = None
            if exchange.places:
                self._finish(REFUSED, SILENT)
            return
        clips = exchange.come() if self._work is None else None
        if clips is not None:
            self._writes = True
            self._work = write(self._c.song(), self._sources, clips, self._goes)
            self._then = lambda sentence: self._finish(WRITTEN, sentence)

    def _drop(self, why: str) -> None:
        """Give up what is at work, also in the middle of writing."""
        if self._work is not None:
            self._work.close()
        if self._busy:
            self._finish(REFUSED, why)
        self._exchange = self._work = None

    def _finish(self, state: int, sentence: str) -> None:
        self._work = self._exchange = None
        self._busy = self._writes = False
        self._keep([(STATUS, [state, sentence])])
        self._say(self._order)
        self._tell(sentence)
