"""Bars before and behind a clip.

Continuing is filling a gap behind the clip: so every engine that can infill can continue. A clip that begins with a
pickup is one whose bar lines lie where everyone counts them, behind some silence.

Offers: ``as_infill`` (the request with empty bars behind its prompt) and ``behind`` (those bars of the result, alone);
``on_bar_lines`` (the request with silence before its clips) and ``behind_silence`` (its result without).
"""

from __future__ import annotations

from dataclasses import replace

from models.generator import Locks, Request, Variation
from models.music.beats import TIGHT
from models.music.clip import Clip
from models.tasks.table import TABLE

DEFAULT_BARS = 4


def as_infill(request: Request) -> Request:
    """A continuation written as an infill of the bars behind the prompt.

    The prompt stays as it is, so no lock has anything to hold there; scale, range and polyphony go on.
    """
    prompt = request.prompt
    start = prompt.metre.bars(prompt.length) * prompt.metre.bar
    bars = request.bars or min(DEFAULT_BARS, prompt.metre.bars(prompt.length))
    longer = replace(prompt, length=start + bars * prompt.metre.bar)
    return unlocked(request, longer, region=(start, longer.length))


def unlocked(request: Request, clip: Clip, **changes: object) -> Request:
    """The request as an infill of a clip in which nothing is locked, selected or to be like anything."""
    plain = request.but(task="infill", prompts=(clip,), selected=None, locks=Locks(), similarity=None, bars=None)
    return plain.but(**changes)


def behind(infill: Request, variation: Variation) -> Variation:
    """The new bars of a continuation, as a clip that begins at 0."""
    assert infill.region is not None
    start, end = infill.region
    clip = variation.clip.cut(start, end)
    report = replace(variation.report, similarity=0.0, locks={})
    return replace(variation, clip=clip, kept=(None,) * len(clip.notes), report=report)


def on_bar_lines(request: Request) -> tuple[Request, float]:
    """The request with all its clips that much later, in beats, that the bars of the first begin on bar lines.

    0 where they do already, and for songs and morphs, whose clips are loops. Nothing may be written into the silence.
    """
    clips = (*request.prompts, *request.context)
    silence = clips[0].silence_before if clips and request.task not in ("generate", "morph", "arrange") else 0.0
    if not silence:
        return request, 0.0
    prompts = tuple(clip.later(silence) for clip in request.prompts)
    region = request.region and (request.region[0] + silence, request.region[1] + silence)
    if region is None and prompts and TABLE[request.task].allows("region", request.style, request.role):
        region = (silence, prompts[0].length)
    chords = tuple(timed._replace(onset=timed.onset + silence) for timed in request.chords)
    context = tuple(clip.later(silence) for clip in request.context)
    return request.but(prompts=prompts, context=context, region=region, chords=chords), silence


def behind_silence(request: Request, variation: Variation, silence: float) -> Variation:
    """The result of such a request as long as its clips were; the next bars begin on a bar line of their own."""
    if not silence or request.task == "continue":
        return variation
    clip = variation.clip
    notes, kept = [], []
    for note, origin in zip(clip.notes, variation.kept, strict=True):
        onset = max(0.0, note.onset - silence)
        if note.end > silence + TIGHT:
            whole = note.onset >= silence
            notes.append(note.moved(onset=onset, duration=note.duration if whole else note.end - silence))
            kept.append(origin)
    pickup = clip.metre.bar - silence
    shorter = replace(clip, notes=tuple(notes), length=clip.length - silence, pickup=pickup)
    return replace(variation, clip=shorter, kept=tuple(kept))
