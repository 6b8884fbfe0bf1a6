"""What listeners would hear of a mood in a result: has it moved from the prompt as the words point?

Valence and arousal as ``analysis/mood`` estimates them, but with major and minor told on the prompt's own tonic, in
whose place the result is heard.

Offers: ``Ear`` (``Ear.of``, ``heard``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.analysis.arrays import NoteArrays
from models.analysis.emotion import Mood, brightness, cues_of, estimate
from models.analysis.groove import find_groove
from models.analysis.key import RankedKey, find_key
from models.music.clip import Clip
from models.music.note import Note

_PLAIN = 0.02
"""Change of valence or arousal that can be heard plainly; more of it isn't worth more."""


@dataclass(frozen=True)
class Ear:
    """Hears results beside the prompt.

    clip     the prompt
    keys     its keys, the likeliest first; none for drums
    before   its mood
    valence, arousal  where the words point, -1 … 1
    """

    clip: Clip
    keys: tuple[RankedKey, ...]
    before: Mood | None
    valence: float
    arousal: float

    @classmethod
    def of(cls, clip: Clip, valence: float, arousal: float, *, drums: bool) -> Ear:
        """An ear for words that point to this valence and arousal."""
        keys = () if drums else find_key(clip)
        return cls(clip, keys, _mood(clip, clip.notes, keys), valence, arousal)

    def heard(self, notes: Sequence[Note]) -> float:
        """How plainly the notes have moved as the words point: below 0 against them, 1 plainly on every axis."""
        after = _mood(self.clip, notes, self.keys)
        if after is None or self.before is None:
            return 0.0
        changes = (after.valence - self.before.valence, after.arousal - self.before.arousal)
        asked = (self.valence, self.arousal)
        total = sum(map(abs, asked))
        if not total:
            return 1.0
        return (
            sum(
                abs(want) * min(1.0, change * (1 if want > 0 else -1) / _PLAIN)
                for want, change in zip(asked, changes, strict=True)
            )
            / total
        )


def _mood(clip: Clip, notes: Sequence[Note], keys: tuple[RankedKey, ...]) -> Mood | None:
    """The mood of notes in the clip's place; None of silence."""
    seen = NoteArrays.of(tuple(notes))
    groove = find_groove(seen, clip.metre, clip.length)
    if groove is None:
        return None
    cues = cues_of(seen, tempo=clip.tempo, groove=groove, keys=keys, scale=None)
    return estimate(replace(cues, mode=brightness(seen.pitch, keys[0].tonic)) if keys else cues)
