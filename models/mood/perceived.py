"""What listeners would hear of a mood in a result: has it moved from the prompt as the words point?

Valence and arousal as ``analysis/emotion`` estimates them, but with major and minor told on the prompt's own tonic, in
whose place the result is heard.

Offers: ``PerceivedMood`` (``of``, ``mood``, ``heard``).
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
class PerceivedMood:
    """The mood of results in a prompt's place.

    clip     the prompt
    keys     its keys, the likeliest first; none for drums
    before   its mood; None of silence
    valence, arousal  where the words point, -1 … 1
    """

    clip: Clip
    keys: tuple[RankedKey, ...]
    before: Mood | None
    valence: float
    arousal: float

    @classmethod
    def of(cls, clip: Clip, valence: float, arousal: float, *, drums: bool) -> PerceivedMood:
        """Of results in the place of ``clip``, for words that point to this valence and arousal."""
        bare = cls(clip, () if drums else find_key(clip), None, valence, arousal)
        return replace(bare, before=bare.mood(clip.notes))

    def mood(self, notes: Sequence[Note]) -> Mood | None:
        """The mood of notes in the clip's place; None of silence."""
        seen = NoteArrays.of(tuple(notes))
        groove = find_groove(seen, self.clip.metre, self.clip.length)
        if groove is None:
            return None
        cues = cues_of(seen, tempo=self.clip.tempo, groove=groove, keys=self.keys, scale=None)
        return estimate(replace(cues, mode=brightness(seen.pitch, self.keys[0].tonic)) if self.keys else cues)

    def heard(self, after: Mood | None) -> float:
        """How plainly this mood lies where the words point: below 0 against them, 1 plainly on every axis."""
        total = abs(self.valence) + abs(self.arousal)
        if after is None or self.before is None:
            return 0.0
        if not total:
            return 1.0
        moved = (
            (self.valence, after.valence - self.before.valence),
            (self.arousal, after.arousal - self.before.arousal),
        )
        return sum(min(abs(wanted), change * wanted / _PLAIN) for wanted, change in moved) / total
