"""Do the clips of a scene fit each other? What is said where they don't.

Offers: ``disagreements``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.analysis.key import FEWEST, clip_scale
from models.analysis.role import find_role
from models.music.beats import TIGHT
from models.music.clip import Clip
from models.music.scale import Scale

_FOREIGN = 2
"""Notes of one clip's scale that another's lacks from which on the two are in different keys: next-door keys differ in
one.
"""


def disagreements(clips: Sequence[Clip]) -> tuple[str, ...]:
    """A sentence each on tempos, keys and lengths that differ, and what becomes of it in a song of these clips."""
    if len(clips) < 2:
        return ()
    names = [clip.name or f"clip {number}" for number, clip in enumerate(clips, 1)]
    said = []
    if len({round(clip.tempo, 2) for clip in clips}) > 1:
        told = _told(names, [f"{clip.tempo:g} BPM" for clip in clips])
        said.append(f"The clips have different tempos ({told}); the song plays at {clips[0].tempo:g} BPM.")
    scales = {name: scale for name, clip in zip(names, clips, strict=True) if (scale := _clear_scale(clip))}
    if any(_apart(one, other) for one in scales.values() for other in scales.values()):
        told = _told([*scales], [str(scale) for scale in scales.values()])
        said.append(f"The clips are in different keys ({told}); each stays in its own.")
    if max(clip.length for clip in clips) - min(clip.length for clip in clips) > TIGHT:
        told = _told(names, [f"{clip.length:g} beats" for clip in clips])
        said.append(f"The clips have different lengths ({told}); each is repeated until its section is full.")
    return tuple(said)


def _told(names: Sequence[str], values: Sequence[str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))


def _clear_scale(clip: Clip) -> Scale | None:
    """The scale of a clip that says its key or has notes enough to tell; None for drums."""
    tells = find_role(clip) != "drums" and (clip.key or len(clip.notes) >= FEWEST)
    return clip_scale(clip) if tells else None


def _apart(one: Scale, other: Scale) -> bool:
    return sum(place in one and place not in other for place in range(12)) >= _FOREIGN
