"""What an order to take reads: the selected clip and what goes with it; and where a clip of nobody's goes.

Offers: ``read_take``, ``home``, ``Answer``.
"""

from __future__ import annotations

from typing import Any, List, Tuple

from .osc import Atom, cut
from .reading import (
    Heard,
    Shape,
    Steps,
    drum_pads,
    highlighted,
    read_context,
    read_prompt,
    read_scale,
    selected_clip,
    tempo_of,
)

CONTEXT, NEEDS_SELECTION, ALL_NOTES = 1, 2, 4
Answer = List[Tuple[str, List[Atom]]]
"""Messages: address, and the arguments behind the order's number."""


def read_take(song: Any, reads: int) -> Steps:
    """The answer, and the clips as ``Heard``; raises Refusal."""
    clip = selected_clip(song)
    prompt = yield from read_prompt(song, clip, bool(reads & NEEDS_SELECTION), not reads & ALL_NOTES)
    clips = [prompt]
    if reads & CONTEXT:
        clips += yield from read_context(song, prompt, clip)
    pads = drum_pads(prompt.track) or {}
    named = enumerate(sorted(pads.items()))
    answer = [("/clipkin/host/pad", [index, pitch, cut(name) or "-"]) for index, (pitch, name) in named]
    scale = read_scale(song) or (-1, 0)
    said = [len(clips), len(pads), scale[0], scale[1], cut(prompt.track.name) or "-"]
    return answer + [("/clipkin/host/taken", said)], clips


def home(song: Any) -> Heard:
    """Where the user stands, for clips that aren't made of one of Live's; raises Refusal."""
    track, slot = highlighted(song)
    metre = (song.signature_numerator, song.signature_denominator)
    shape = Shape("", track.color, True, tempo_of(song), *metre, 0.0, 1 / 13440, 0.0, 1 / 13440)
    return Heard(shape, [], track=track, slot=slot)
