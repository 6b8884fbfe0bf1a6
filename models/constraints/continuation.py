"""Continuing as filling a gap behind the clip: so every engine that can infill can continue.

Offers: ``as_infill`` (the request with empty bars behind its prompt), ``behind`` (those bars of the result, alone).
"""

from __future__ import annotations

from dataclasses import replace

from models.generator import Locks, Request, Variation

DEFAULT_BARS = 4


def as_infill(request: Request) -> Request:
    """A continuation written as an infill of the bars behind the prompt.

    The prompt stays as it is, so no lock has anything to hold there; scale, range and polyphony go on.
    """
    prompt = request.prompt
    start = prompt.metre.bars(prompt.length) * prompt.metre.bar
    bars = request.bars or min(DEFAULT_BARS, prompt.metre.bars(prompt.length))
    longer = replace(prompt, length=start + bars * prompt.metre.bar)
    return request.but(
        task="infill",
        prompts=(longer,),
        region=(start, longer.length),
        selected=None,
        locks=Locks(),
        similarity=None,
        bars=None,
    )


def behind(infill: Request, variation: Variation) -> Variation:
    """The new bars of a continuation, as a clip that begins at 0."""
    assert infill.region is not None
    start, end = infill.region
    clip = variation.clip.cut(start, end)
    report = replace(variation.report, similarity=0.0, locks={})
    return replace(variation, clip=clip, kept=(None,) * len(clip.notes), report=report)
