"""The one thread that makes variations; it tells the protocol handler by events and sends nothing itself."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from bridge.server.interruption import Interruptible
from bridge.server.work import Refusal, Work
from bridge.transfer.parts import WireClip
from bridge.translation.notes import wire_order
from bridge.translation.outcome import source_of, to_wire_variation
from bridge.translation.start import UnknownTransfer, clips_sent, to_ask, to_request
from models.generator import Cancelled, OnProgress, Report, Request, Variation
from models.jam.answers import fitted, request_of
from models.music.errors import ClipkinError, EmptyClip, EngineUnavailable

PROGRESS_PAUSE_S = 0.1
_CODES = {UnknownTransfer: 404, EmptyClip: 422, EngineUnavailable: 503}

log = logging.getLogger("clipkin.server")


class Studio(Protocol):
    """What the server needs of ``models.studio``: the engines' cards, and variations."""

    def engines(self) -> tuple[Any, ...]:
        """The cards: name, sentence, tasks, roles, parameters, licence, data, available, reason."""
        ...

    def generate(
        self, request: Request, engine: str = "auto", on_progress: OnProgress = ..., cancelled: Cancelled = ...
    ) -> Iterator[Variation]:
        """Variations, each as soon as it is ready."""
        ...


@dataclass(frozen=True)
class Advanced:
    """A work is so far; ``index`` of the variation in hand."""

    work: Work
    permille: int
    index: int
    stage: str


@dataclass(frozen=True)
class Made:
    """A variation is ready."""

    work: Work
    index: int
    clip: WireClip


@dataclass(frozen=True)
class Finished:
    """Nothing more will come of a work; ``refusal`` says why where it went wrong."""

    work: Work
    refusal: Refusal | None


Event = Advanced | Made | Finished


class Worker:
    """Takes works one after the other; ``tell`` is called with each event, from the worker's thread."""

    def __init__(
        self, studio: Studio, tell: Callable[[Event], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._studio = studio
        self._clock = clock
        self._tell = tell
        self._interruptible = Interruptible()
        self._works: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="clipkin-worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def put(self, work: Work) -> None:
        """Queue a work."""
        self._works.put(work)

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
                log.info(
                    "request %d:%d: %s after %.2f s",
                    *(start.session, start.request, _how(work, refusal), self._clock() - began),
                )
            self._tell(Finished(work, refusal))

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
        start = work.start
        request = to_request(start, work.clips.get)
        ask = to_ask(start, request)
        if ask is not None:
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
                self._tell(Advanced(work, round(min(1.0, max(0.0, share)) * 1000), made, stage[:48]))

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
            loop = None if source is None else work.clips[sent[source]]
            clip = (
                to_wire_variation(variation, wire_order(loop), loop.name) if loop else to_wire_variation(variation, ())
            )
            self._tell(Made(work, made, clip))
            log.info("variation %d: seed %d, %s", made, variation.seed, _figures(variation.report))
            made += 1


def _how(work: Work, refusal: Refusal | None) -> str:
    if refusal is not None:
        return f"refused, {refusal.code} {refusal.field}"
    return "called off" if work.stop.is_set() else "done"


def _figures(report: Report) -> str:
    score = "not judged" if report.score is None else f"score {report.score:.3f}"
    return f"{score}, similarity {report.similarity:.3f}, {len(report.remarks)} remarks"
