"""All that the musical measures say of a result beside its clip.

Offers: ``heard``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.evaluation.musical.figures import keeps_figure
from models.evaluation.musical.harmony import bass_follows, hears
from models.evaluation.musical.kit import keeps_beat
from models.evaluation.musical.parts import new_notes
from models.evaluation.musical.playing import moves, plays
from models.evaluation.musical.texture import keeps_texture
from models.music.chord import TimedChord
from models.music.clip import Clip


def heard(before: Clip, after: Clip, chords: Sequence[TimedChord] = ()) -> dict[str, float]:
    """Every measure that the clip's role has, always the same names for a role; NaN where one has no meaning.

    chords: those that the result was to follow.
    """
    found = keeps_figure(before, after) | plays(before, after)
    if before.drums:
        return found | keeps_beat(before, after)
    found |= hears(new_notes(before, after), chords, before.metre) | bass_follows(after.notes, chords)
    return found | (keeps_texture(before, after) if before.role == "chords" else moves(before, after))
