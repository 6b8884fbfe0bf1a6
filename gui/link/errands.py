"""One thread that runs what is handed to it, in order: files are read and written here, not by the window's."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

Errand = Callable[[], None]


class Errands:
    """Begins with the first errand; ``finish`` waits for what was handed over before."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Errand | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._finished = False

    def run(self, errand: Errand) -> None:
        """Hand ``errand`` over; its exceptions go to ``threading.excepthook`` and the next one is run.

        After ``finish`` nothing is: a window that closes late has nothing left to save.
        """
        if self._finished:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="clipkin-errands", daemon=True)
            self._thread.start()
        self._queue.put(errand)

    def finish(self, timeout_s: float = 5.0) -> None:
        """Run what is waiting, then end."""
        self._finished = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout_s)
            self._thread = None

    def _work(self) -> None:
        while (errand := self._queue.get()) is not None:
            try:
                errand()
            except Exception as error:
                threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, self._thread)))
