"""A part by an engine: it fills an empty clip in, hearing the clips beside it.

Offers: ``asked_for``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.accompaniment.surroundings import heard_together
from models.analysis.role import find_role
from models.generator import Request
from models.music.chord import TimedChord
from models.music.clip import Clip, Role
from models.music.scale import Scale

_RANGES: dict[Role, tuple[int, int] | None] = {"bass": (28, 50), "chords": (48, 79), "melody": (55, 84), "drums": None}
_VOICES: dict[Role, int | None] = {"bass": 1, "chords": 5, "melody": 1, "drums": None}
_HEARD_FIRST: dict[Role, tuple[Role, ...]] = {
    "bass": ("drums", "chords", "melody", "bass"),
    "drums": ("bass", "chords", "drums", "melody"),
    "chords": ("bass", "melody", "chords", "drums"),
    "melody": ("chords", "melody", "bass", "drums"),
}
_MOST_CONTEXTS = 3
"""An engine hears only some clips; those that lead the new part come first."""


def asked_for(clips: Sequence[Clip], role: Role, scale: Scale | None, chords: Sequence[TimedChord]) -> Request:
    """The request for a clip of a role, as long as the common span of clips that play together.

    scale  no note outside it; None: no lock
    """
    heard, length = heard_together(clips, chords)
    beside = sorted(
        (replace(clip, role=find_role(clip)) for clip in heard),
        key=lambda clip: _HEARD_FIRST[role].index(clip.role or "melody"),
    )[:_MOST_CONTEXTS]
    empty = Clip((), length, tempo=heard[0].tempo, metre=heard[0].metre, role=role)
    return Request(
        task="infill",
        prompts=(empty,),
        role=role,
        context=tuple(beside),
        scale=None if role == "drums" else scale,
        chords=tuple(chords),
        range=_RANGES[role],
        polyphony=_VOICES[role],
    )
