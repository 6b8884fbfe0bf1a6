"""A request for drums, answered: its style says what to make, the rest of it where and how.

Offers: ``answer``, ``known_words``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from models.constraints.request_words import sort_words, without_effect
from models.drums.drums import MAKES, DrumsOptions, drums
from models.drums.fill import FILLS
from models.drums.kit import LANE_NAMES, lanes_named
from models.drums.players import Ask
from models.drums.styles import STYLES
from models.generator import Cancelled, OnProgress, Report, Request, Variation, ignore_progress, never_cancelled
from models.music.errors import EmptyClip, Refused

_HIGHEST = 127
_TAKES_AMOUNT = ("groove", "busier", "sparser")


def answer(
    request: Request,
    engine: str,
    ask: Ask,
    on_progress: OnProgress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Iterator[Variation]:
    """Up to ``request.count`` results; ``engine`` plays grooves, fills and lanes, ``ask`` asks one.

    The temperature is the amount of a groove (1 and more: all the way), of busier and of sparser (half of it).
    Raises BadValue, EmptyClip or Refused before the first one.
    """
    clip = request.prompt if request.role is None else replace(request.prompt, role=request.role)
    if not clip.notes:
        raise EmptyClip("The clip has no notes; draw or record some drums first.", field="prompts")
    if request.selected is not None and len(request.selected) < len(clip.notes):
        raise Refused(
            "Drums are made by region and lane, not note by note; clear the selection or lock lanes.", field="selected"
        )
    options, remarks = _options(request, engine)

    def asked(wanted: Request, name: str) -> Iterator[Variation]:
        return ask(wanted.but(temperature=request.temperature), name)

    for made, variation in enumerate(drums(clip, options, request.count, ask=asked), 1):
        if cancelled():
            return
        on_progress(made / request.count, "drumming")
        yield replace(variation, report=_told(request, variation.report, remarks))


def known_words(style: str = "") -> tuple[str, ...]:
    """The words that drums know, and those lanes and pitches of ``style`` that have other names."""
    lanes = [
        word
        for word in style.replace(",", " ").split()
        if lanes_named(word) or (word.isdecimal() and int(word) <= _HIGHEST)
    ]
    return tuple(dict.fromkeys((*MAKES, *STYLES, *FILLS, "toms", *LANE_NAMES, *lanes)))


def _options(request: Request, engine: str) -> tuple[DrumsOptions, tuple[str, ...]]:
    words, remark = sort_words(request.style, known_words(request.style), request.task)
    options = DrumsOptions.from_words(" ".join(words), locks=request.locks, seed=request.seed, engine=engine)
    region = request.region if options.make != "beat" or _narrows(request) else None
    amount = min(1.0, request.temperature * (1.0 if options.make == "groove" else 0.5))
    options = replace(options, region=region, amount=amount if options.make in _TAKES_AMOUNT else None)
    return options, tuple(filter(None, (remark, *without_effect(request))))


def _narrows(request: Request) -> bool:
    """Is the region less than the whole clip?"""
    start, end = request.region or (0.0, request.prompt.length)
    return start > 0 or end < request.prompt.length


def _told(request: Request, report: Report, remarks: tuple[str, ...]) -> Report:
    """The report with the remarks, and of all that was locked to make it only what the user has locked."""
    return replace(
        report,
        remarks=(*report.remarks, *remarks),
        locks={name: report.locks[name] for name in request.locks.names if name in report.locks},
    )
