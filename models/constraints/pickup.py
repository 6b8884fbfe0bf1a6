"""A clip that begins with a pickup, as a clip whose bar lines lie where everyone counts them: silence in front of it.

Offers: ``on_bar_lines`` (the request so), ``behind_silence`` (its result, without that silence).
"""

from __future__ import annotations

from dataclasses import replace

from models.generator import Request, Variation
from models.music.beats import TIGHT
from models.tasks.table import TABLE


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
