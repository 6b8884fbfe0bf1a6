"""The one thread that makes variations; it tells the protocol handler by events and sends nothing itself.

Engines ask between their steps whether they are still wanted, and most steps are short. The few that aren't would hold
every other client up, so a thread beside the worker raises ``Interrupted`` in it, as Ctrl-C does in a program: at the
next line of Python, whatever is being reckoned. Never while a module is being imported, because a half imported torch
can't be imported again, nor while something is being logged, because the log's lock would stay shut.

Offers: ``Worker``, its ``Event`` and ``Studio``; ``Interruptible``, ``Interrupted``.
"""

import ctypes
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from types import FrameType
from typing import Any, Protocol, TypeVar

from bridge.server.session import Refusal, Work
from bridge.transfer.parts import WireClip
from bridge.translation.notes import wire_order
from bridge.translation.outcome import source_of, to_wire_variation
from bridge.translation.start import clips_sent, to_ask, to_request
from models.generator import Cancelled, OnProgress, Request, Variation
from models.music.errors import ClipkinError, EmptyClip, EngineUnavailable

PATIENCE_S = 0.05
"""How long a step may go on after it was told to stop."""

_LOOK_S = 0.01
_AGAIN_S = 0.05
_NOT_IN = ("importlib._bootstrap", "logging")
"""Modules that are left to end what they do."""

Result = TypeVar("Result")


class Interrupted(BaseException):
    """Raised in the worker from outside; no ``except Exception`` of an engine stops it."""


class Interruptible:
    """One thread at a time does something that may be called off."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: int | None = None

    def run(self, step: Callable[[], Result], stop: threading.Event) -> Result | None:
        """What ``step`` gives; None where it was broken off, which happens soon after ``stop`` is set."""
        over, result, begun = threading.Event(), None, False
        self._thread = threading.get_ident()
        threading.Thread(target=self._watch, args=(stop, over), name="clipkin-interrupter", daemon=True).start()
        while self._thread is not None:
            try:
                if not begun:
                    begun = True
                    result = step()
                over.set()
                self._end()
            except Interrupted:
                over.set()  # and once more to ``_end``, which may be where it struck
        return result

    def _end(self) -> None:
        """From now on nothing is raised here, and what was about to be is taken back."""
        with self._lock:
            if self._thread is not None:
                _raise_in(self._thread, None)
            self._thread = None

    def _watch(self, stop: threading.Event, over: threading.Event) -> None:
        while not stop.wait(_LOOK_S):
            if over.is_set():
                return
        wait = PATIENCE_S
        while not over.wait(wait):
            with self._lock:
                if self._thread is None:
                    return
                if not _is_delicate(sys._current_frames().get(self._thread)):
                    _raise_in(self._thread, Interrupted)
            wait = _AGAIN_S


def _raise_in(thread: int, kind: type[BaseException] | None) -> None:
    """Have a thread raise an exception of that kind as soon as it runs Python again; None: after all not."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None if kind is None else ctypes.py_object(kind))


def _is_delicate(frame: FrameType | None) -> bool:
    """Is the thread where an exception would do harm: in one of those modules, or about to leave ``run`` as it is?"""
    if frame is None or frame.f_globals.get("__name__") in (__name__, "threading"):
        return True
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith(_NOT_IN):
            return True
        frame = frame.f_back
    return False


PROGRESS_PAUSE_S = 0.1
_CODES = {EmptyClip: 422, EngineUnavailable: 503}

log = logging.getLogger("clipkin.server")


class Studio(Protocol):
    """What the server needs of ``models.studio``: the engines' cards, and variations."""

    def engines(self) -> tuple[Any, ...]:
        """The cards: name, sentence, tasks, roles, parameters, licence, data, available, reason."""

    def generate(
        self, request: Request, engine: str = "auto", on_progress: OnProgress = ..., cancelled: Cancelled = ...
    ) -> Iterator[Variation]:
        """Variations, each as soon as it is ready."""


@dataclass(frozen=True)
class Event:
    """What became of a work: how far it is (‰ and a word for it) with the variation ``index``, that variation, or its
    end: why it went wrong, None where it didn't.
    """

    work: Work
    what: tuple[int, str] | WireClip | Refusal | None
    index: int = 0


class Worker:
    """Takes works one after the other, once it is started; ``put`` queues one. ``tell`` is called with each event, from
    the worker's thread.
    """

    def __init__(
        self, studio: Studio, tell: Callable[[Event], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._studio = studio
        self._clock = clock
        self._tell = tell
        self._interruptible = Interruptible()
        self._works: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="clipkin-worker", daemon=True)

        self.start, self.put = self._thread.start, self._works.put

    def stop(self, timeout_s: float = 2.0) -> None:
        """End after the present work, which should have been told to stop."""
        self._works.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (work := self._works.get()) is not None:
            refusal = None
            if not work.stop.is_set():
                began, start = self._clock(), work.start
                refusal = self._interruptible.run(partial(self._make, work), work.stop)
                how = "called off" if work.stop.is_set() else "done"
                how = how if refusal is None else f"refused, {refusal.code} {refusal.field}"
                log.info("request %d:%d: %s after %.2f s", start.session, start.request, how, self._clock() - began)
            self._tell(Event(work, refusal))

    def _make(self, work: Work) -> Refusal | None:
        try:
            self._make_variations(work)
        except ClipkinError as error:
            code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), 400)
            return Refusal(code, error.field, error.sentence)
        except Exception:
            # The border of the house: whatever an engine throws, the client gets an end and the server lives on.
            log.exception("a %s request failed", work.start.task)
            return Refusal(500, "", "The server made a mistake; its log has the details. Try another engine.")
        return None

    def _make_variations(self, work: Work) -> None:
        start, clips = work.start, work.clips
        if work.stop.is_set():
            return  # its clips may have been let go
        request = to_request(start, clips)
        ask = to_ask(start, request)
        if ask is not None:
            from models.jam.answers import fitted, request_of  # here: it loads numpy, for which hello doesn't wait

            request = request_of(ask).but(**({"scale": request.scale} if request.scale else {}))
        log.info("request %d:%d: %s, seed %d", start.session, start.request, request.task, request.seed)
        sent = clips_sent(start)
        made = 0
        told_at = float("-inf")

        def on_progress(share: float, stage: str) -> None:
            nonlocal told_at
            now = self._clock()
            if now - told_at >= PROGRESS_PAUSE_S:
                told_at = now
                self._tell(Event(work, (round(min(1.0, max(0.0, share)) * 1000), stage[:48]), made))

        on_progress(0.0, "begun")
        for variation in self._studio.generate(
            request, start.engine or "auto", on_progress=on_progress, cancelled=work.stop.is_set
        ):
            if work.stop.is_set():
                return
            if ask is not None:
                answer = fitted(ask, variation.clip)
                variation = replace(variation, clip=answer, kept=(None,) * len(answer.notes))
            source = source_of(request, variation.place)
            loop = None if source is None else clips[sent[source]]
            order, named = (wire_order(loop), loop.name) if loop else ((), "")
            clip = to_wire_variation(variation, order, named)
            self._tell(Event(work, clip, made))
            report = variation.report
            score = "not judged" if report.score is None else f"score {report.score:.3f}"
            told = f"{score}, similarity {report.similarity:.3f}, {len(report.remarks)} remarks"
            log.info("variation %d: seed %d, %s", made, variation.seed, told)
            made += 1
