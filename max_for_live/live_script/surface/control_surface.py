"""The control surface as Live calls it: a plain class, because every class of Live's changes between versions.

One beat of a timer, each 10 ms, does everything, in at most 10 ms: hears datagrams, says what is due, and goes on with
one piece of work in Live after the other while there is time. No threads, no listeners. What Live is asked to do comes
from ``clipkin live --make`` (max_for_live/README.md has the two messages).

Offers: ``ControlSurface``.
"""

from __future__ import annotations

import time
import traceback
from typing import Any, Callable, Sequence, Tuple

from .link import ABSENT, Link
from .osc import Atom
from .reading import Heard, Refusal, Steps, drum_pads, read_context, read_prompt, read_scale, selected_clip
from .request import NOTHING, Request
from .transfers import PARTS, Variation
from .writing import write

BEAT_MS = 10
HEARING_S, WORKING_S = 0.004, 0.005
LONGEST_BEAT_S = 0.25
"""A beat counts as no longer, so that a Live that stood still for seconds doesn't take the server for silent."""
MOST_LOGGED, MOST_PAST = 20, 16

SCALE, CONTEXT, SELECTION, NEEDS_SELECTION = 1, 2, 4, 8
AT_WORK, WRITTEN, REFUSED = 0, 1, 2

WORKING = "Making variations of the clip."
WRITING = "The clips of the last request are being written; make again in a moment."
DROPPED = "Another request came; nothing was written for this one."
WRONG_TOKEN = "Live isn't connected with this server of Clipkin; try again in a moment."
FAILED = "Live didn't do what was asked; nothing was written. Log.txt has the details."

Order = Tuple[int, int]


class ControlSurface:
    """``c_instance`` is what Live gives; ``clock`` gives seconds; ``folder`` is the user's data folder of Clipkin."""

    def __init__(self, c_instance: Any, clock: Callable[[], float] = time.monotonic, folder: str | None = None) -> None:
        self._c, self._clock, self._last, self._now = c_instance, clock, clock(), 0.0
        self._link = Link(self._tell, self._resume, folder)
        self._request: Request | None = None
        self._work: Steps | None = None
        self._writes = False
        self._then: Callable[[Any], None] | None = None
        self._prompt: Heard | None = None
        self._order = (0, 0)
        self._said: dict[Order, tuple[int, str]] = {}
        self._logged = 0
        self._timer: Any = None
        self._start_timer()

    # What Live calls. Nobody knows which of them a Live insists on, so all are there.

    def disconnect(self) -> None:
        """Live lets us go, or opens another set: finish at once, and hold none of its objects."""
        if self._timer is not None:
            self._timer.stop()
        self._guarded(self._drop)
        self._guarded(self._link.close)
        self._timer = self._prompt = self._then = self._c = None

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
        if self._request is not None and self._link.state == "on":
            self._request.tick(self._now)
        while self._work is not None:
            self._go_on(self._work)
            if self._clock() - started > WORKING_S:
                return

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
        if address == "/clipkin/host/make":
            self._take_order(rest)
            return
        if not by_server or not rest or rest[0] != self._link.session:
            return
        rest = rest[1:]
        noun, verb = address.split("/")[-2:]
        if address == "/clipkin/server/welcome":
            self._link.take_welcome(rest[0], rest[1], rest[6], self._now)
        elif address == "/clipkin/server/pong":
            self._link.take_pong(rest[1], self._now)
        elif address == "/clipkin/request/fail" and rest[0] == 0:
            self._link.take_fail(rest[2], rest[4], self._now)
        elif noun == "request" and verb in ("accepted", "progress", "state", "done", "fail"):
            if verb in ("done", "fail"):
                self._link.send("/clipkin/request/seen", rest[:1])
            if self._request is not None:
                self._request.take_word(verb, rest, self._now)
        elif self._request is not None:
            self._take_of_clip(self._request, address, rest)

    def _take_of_clip(self, request: Request, address: str, rest: list[Any]) -> None:
        if address == "/clipkin/clip/ack":
            request.take_ack(rest[0], rest[1:], self._now)
        elif address == "/clipkin/clip/abort":
            request.take_abort(rest[0], self._now)
        elif address == "/clipkin/clip/begin":
            request.take_begin(rest, self._now)
        elif address in PARTS:
            request.take_part(address, rest[0], rest[1], rest[2:], self._now)

    def _resume(self, restarted: bool) -> None:
        if self._request is not None:
            self._request.resume(restarted, self._now)

    # An order: read the clip, ask for variations, write them.

    def _take_order(self, said: list[Any]) -> None:
        """order, reply_port, token, reads, keep, then the words of a start from task on. Said again, it is answered."""
        order = (said[0], said[1])
        if order not in self._said:
            if said[2] == "-" or said[2] != self._link.token:
                self._say_of(order, REFUSED, WRONG_TOKEN)
            elif self._link.state != "on":
                self._say_of(order, REFUSED, ABSENT)
            elif self._writes:
                self._say_of(order, REFUSED, WRITING)
            else:
                self._drop()
                self._order = order
                self._say_of(order, AT_WORK, WORKING)
                self._work, self._then = self._read(said[3], said[4], said[5:]), self._ask
        self._link.send_to(order[1], "/clipkin/host/status", [order[0]] + list(self._said[order]))

    def _read(self, reads: int, keep: str, tail: list[Atom]) -> Steps:
        """The clips to send, and the end of the start."""
        song = self._c.song()
        clip = selected_clip(song)
        prompt = yield from read_prompt(song, bool(reads & NEEDS_SELECTION), bool(reads & SELECTION))
        clips = [prompt]
        if reads & CONTEXT:
            clips += yield from read_context(song, prompt, clip)
        scale = read_scale(song) if reads & SCALE else None
        pairs: list[Atom] = ["scale_root", scale[0], "scale_mask", scale[1]] if scale else []
        for pitch in lanes(drum_pads(prompt.track) or {}, keep):
            pairs += ["lane", pitch]
        return clips, tail + pairs

    def _ask(self, found: tuple[list[Heard], list[Atom]]) -> None:
        clips, tail = found
        self._prompt = clips[0]
        self._request = Request(self._link, clips, tail, self._take_end, self._now)

    def _take_end(self, variations: Sequence[Variation], words: str) -> None:
        self._request = None
        if not variations:
            self._finish(REFUSED, words or NOTHING)
            return
        self._writes = True
        self._work = write(self._c.song(), self._prompt, list(variations))  # type: ignore[arg-type]  # _ask set it
        self._then = lambda sentence: self._finish(WRITTEN, " ".join([sentence] + [words] * bool(words)))

    def _drop(self) -> None:
        """Give up what is at work, also in the middle of writing."""
        if self._request is not None:
            self._request.drop()
        if self._work is not None:
            self._work.close()
        if self._order in self._said and self._said[self._order][0] == AT_WORK:
            self._finish(REFUSED, DROPPED)
        self._request = self._work = None

    def _finish(self, state: int, sentence: str) -> None:
        self._work = self._request = None
        self._writes = False
        self._say_of(self._order, state, sentence)
        self._tell(sentence)

    def _say_of(self, order: Order, state: int, sentence: str) -> None:
        while len(self._said) >= MOST_PAST:
            del self._said[next(iter(self._said))]
        self._said[order] = (state, sentence)


def lanes(pads: dict[int, str], keep: str) -> list[int]:
    """The pitches of the pads whose names hold one of the words, which commas part; "-" for none; raises Refusal."""
    words = [word.strip().lower() for word in keep.split(",") if word.strip() not in ("", "-")]
    found = {word: [pitch for pitch, name in pads.items() if word in name.lower()] for word in words}
    for word in words:
        if not found[word]:
            known = ", ".join(pads.values())
            raise Refusal(
                'No drum pad of this track is called "{}"{}.'.format(word, "; it has " + known if known else "")
            )
    return sorted({pitch for pitches in found.values() for pitch in pitches})
