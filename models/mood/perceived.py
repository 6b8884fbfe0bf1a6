"""What listeners would hear of a mood in a result: has it moved from the prompt as the words point?

Valence and arousal as ``analysis/emotion`` estimates them, but with major and minor told on the prompt's own tonic as
well, in whose place the result is heard.

Offers: ``PerceivedMood`` (``of``, ``mood``, ``heard``), ``kept_back``, and the sentences of what is hardly heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.analysis.arrays import NoteArrays
from models.analysis.emotion import Mood, brightness, cues_of, estimate
from models.analysis.groove import find_groove
from models.analysis.key import rank_keys
from models.generator import Locks
from models.mood.controls import CONTROLS, Controls
from models.mood.words import MoodText
from models.music.clip import Clip
from models.music.note import Note

_PLAIN = 0.02
"""Change of valence or arousal that can be heard plainly; more of it isn't worth more."""


NOTHING_LEFT = "the locks leave nothing that could make it"
"""Words by which a report says that a mood can't be had."""

HARDLY_HEARD = "Mood: little of it can be heard here; the clip, the locks or the dial leave no more."
HARDLY_COUNTED = {
    "low": "There are hardly fewer notes; the clip, the locks or the dial leave no more.",
    "high": "There are hardly more notes; the clip, the locks or the dial leave no more.",
}
COUNT_LOCKED = "The locks leave the number of notes as it is."
_FAINT = 0.2
"""Axes weaker than this aren't worth a word."""

_AXES = {
    "valence": ("mode", "register", "contour", "articulation", "density"),
    "arousal": ("density", "dynamics", "articulation", "register", "leaps", "syncopation"),
}
"""Controls that can express an axis."""

HEARD_AS = {"valence": "happier or sadder", "arousal": "more or less excited"}


@dataclass(frozen=True)
class PerceivedMood:
    """The mood of results in a prompt's place.

    clip     the prompt
    tonic    the pitch class that it is at home on; None for drums
    before   its mood; None of silence
    valence, arousal  where the words point, -1 … 1
    """

    clip: Clip
    tonic: int | None
    before: Mood | None
    valence: float
    arousal: float

    @classmethod
    def of(cls, clip: Clip, valence: float, arousal: float, tonic: int | None) -> PerceivedMood:
        """Of results in the place of ``clip``, for words that point to this valence and arousal."""
        bare = cls(clip, tonic, None, valence, arousal)
        return replace(bare, before=bare.mood(clip.notes))

    def mood(self, notes: Sequence[Note]) -> Mood | None:
        """The mood of notes in the clip's place; None of silence."""
        seen = NoteArrays.of(tuple(notes))
        groove = find_groove(seen, self.clip.metre, self.clip.length)
        if groove is None:
            return None
        keys = () if self.tonic is None else rank_keys(seen)
        cues = cues_of(seen, tempo=self.clip.tempo, groove=groove, keys=keys, scale=None)
        if not keys or self.tonic is None:
            return estimate(cues)
        # Heard by itself a result may have another tonic: half of the mode is told on the prompt's.
        return estimate(replace(cues, mode=(cues.mode + brightness(seen.pitch, self.tonic)) / 2))

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
        # What goes the other way on one axis can't drown what is plain on the other.
        return (
            sum(max(-abs(wanted) / 2, min(abs(wanted), change * wanted / _PLAIN)) for wanted, change in moved) / total
        )


def kept_back(locks: Locks, text: MoodText, words: Controls, free: frozenset[str], *, counted: bool) -> Iterator[str]:
    """Sentences for what the locks keep from the words (``words``: their controls) and from a number of notes set by
    hand (``counted``); ``free``: the controls that they leave something to do.
    """
    if counted and "density" not in free:
        yield COUNT_LOCKED
    for axis, names in _AXES.items():
        if abs(getattr(text, axis)) >= _FAINT and not free & set(names):
            yield f"Mood: {NOTHING_LEFT} {HEARD_AS[axis]}."
    locked = Controls({name: words[name] for name in CONTROLS if name not in free and name != "tempo"}).sentences()
    if locked and locks.names:
        asked = text.controls
        more = {name: words[name] for name in free if abs(words[name]) > abs(asked[name]) + _FAINT / 2}
        instead = f"; instead {', '.join(Controls(more).sentences())}" if Controls(more).sentences() else ""
        yield f"Mood: {', '.join(locks.names)} locked, so without {', '.join(locked)}{instead}."
