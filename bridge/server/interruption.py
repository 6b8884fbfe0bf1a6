"""Taking the worker out of a step that doesn't ask whether it is still wanted.

Engines ask between their steps, and most steps are short. The few that aren't would hold every other client up, so a
thread beside the worker raises ``Interrupted`` in it, as Ctrl-C does in a program: at the next line of Python, whatever
is being reckoned. Never while a module is being imported, because a half imported torch can't be imported again, nor
while something is being logged, because the log's lock would stay shut.

Offers: ``Interruptible``, ``Interrupted``.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

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
