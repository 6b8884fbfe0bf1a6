"""A request for drums, answered: its style says what to make, the rest of it where and how.

Offers: ``drummed``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.drums.drums import DrumsOptions, drums
from models.evaluation.judge import Judge
from models.generator import Cancelled, Engine, OnProgress, Report, Request, Variation, ignore_progress, never_cancelled
from models.music.errors import EmptyClip


def drummed(
    request: Request,
    players: Sequence[Engine] = (),
    on_progress: OnProgress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Iterator[Variation]:
    """Up to ``request.count`` results; ``players``: who plays grooves, fills and lanes, as for ``drums``.

    Without an amount the temperature is that of a groove (1 and more: all the way), of busier and sparser (times what
    is usual).
    Raises BadValue, EmptyClip or Refused before the first one.
    """
    clip = request.prompt if request.role is None else replace(request.prompt, role=request.role)
    if not clip.notes:
        raise EmptyClip("The clip has no notes; draw or record some drums first.", field="prompts")
    judge = Judge(request)
    for made, variation in enumerate(drums(clip, _options(request), request.count, players=players), 1):
        if cancelled():
            return
        on_progress(made / request.count, "drumming")
        told = replace(variation, report=_told(request, variation.report))
        yield told if told.report.originality is not None else judge.assess(told).variation


def _options(request: Request) -> DrumsOptions:
    options = DrumsOptions.from_words(
        request.style, region=request.region, locks=request.locks, temperature=request.temperature, seed=request.seed
    )
    return replace(options, amount=request.amount or min(1.0, request.temperature * options.strength))


def _told(request: Request, report: Report) -> Report:
    """The report with, of all that was locked to make it, only what the user has locked."""
    locks = {name: report.locks[name] for name in request.locks.names if name in report.locks}
    return replace(report, locks=locks)
