"""Which results are nearly the same.

Two variations of one prompt share what both kept of it, so only what each has changed is compared: the notes (onset to
1/24 beat, pitch) it has added to the prompt and those it has taken away. Variations whose changes overlap by more than
SAME (Dice) are near-duplicates. Where neither has moved a note, as when only velocities change, they are duplicates
only if all their notes are equal.

Offers: ``overlap``, ``SAME``.
"""

from __future__ import annotations

from models.music.clip import Clip

SAME = 0.9
_STEPS = 24

Places = set[tuple[int, int]]


def overlap(one: Clip, other: Clip, prompt: Clip | None) -> float:
    """How much of what two results of one prompt (None: there is none) have changed is the same change, 0-1."""
    if one.notes == other.notes:
        return 1.0
    origin = _places(prompt) if prompt else set()
    first, second = _places(one) ^ origin, _places(other) ^ origin
    return 2 * len(first & second) / max(1, len(first) + len(second))


def _places(clip: Clip) -> Places:
    return {(round(note.onset * _STEPS), note.pitch) for note in clip.notes}
