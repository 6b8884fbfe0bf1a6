"""Studios whose variations cost nothing, so that what is measured or tried is the wire's alone.

Offers: ``Echo``, ``SlowEcho``, ``a_long_clip``, ``sounded``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from models.generator import Cancelled, OnProgress, Report, Request, Variation, ignore_progress, never_cancelled
from models.music.clip import Clip
from models.music.note import Note


class Echo:
    """A studio whose variations are the prompt, every second note one semitone higher than in the one before."""

    def engines(self) -> tuple[Any, ...]:
        """None: the benchmark asks for no menu."""
        return ()

    def generate(
        self,
        request: Request,
        engine: str = "auto",
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> Iterator[Variation]:
        """Yield ``request.count`` clips at once."""
        notes = request.prompt.notes
        kept = tuple(index if index % 2 else None for index in range(len(notes)))
        for number in range(request.count):
            yield Variation(request.prompt.with_notes(sounded(notes, number)), request.seed + number, kept, Report(0.5))


class SlowEcho(Echo):
    """One that takes its time: ``seconds`` before the first variation, in which it asks whether it is still wanted."""

    def __init__(self, seconds: float = 20.0) -> None:
        self._seconds = seconds

    def generate(
        self,
        request: Request,
        engine: str = "auto",
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> Iterator[Variation]:
        """See ``Echo``."""
        until = time.monotonic() + self._seconds
        while time.monotonic() < until:
            if cancelled():
                return
            on_progress(0.0, "waiting")
            time.sleep(0.02)
        yield from super().generate(request, engine, on_progress, cancelled)


def sounded(notes: Sequence[Note], number: int) -> tuple[Note, ...]:
    """The notes of the echo's ``number``th variation."""
    return tuple(
        note if index % 2 else note.moved(pitch=(note.pitch + number) % 128) for index, note in enumerate(notes)
    )


def a_long_clip(notes: int) -> Clip:
    """A clip of so many notes, a sixteenth apart, no two alike."""
    return Clip(
        tuple(
            Note(index % 128, index / 16, 1 / 16, 1 + index % 127, index % 5 == 0, 0.5, -(index % 64))
            for index in range(notes)
        ),
        max(1.0, notes / 16),
    )
