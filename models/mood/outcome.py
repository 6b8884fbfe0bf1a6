"""What came of a mood: results put in the prompt's place and made whole, and how plainly a listener hears the words in
them: has the mood moved from the prompt as they point?

Valence and arousal as ``analysis/emotion`` estimates them, but with major and minor told on the prompt's own tonic as
well, in whose place the result is heard.

Offers: ``MoodOutcome`` (``nearness``, ``remarks``), ``PerceivedMood`` (``of``, ``mood``, ``heard``), ``kept_back``, and
the sentences of what is hardly heard.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from models.analysis.analyse import analyse
from models.analysis.arrays import NoteArrays
from models.analysis.emotion import Mood, brightness, cues_of, estimate
from models.analysis.groove import find_groove
from models.analysis.key import rank_keys
from models.constraints.constraints import Constraints, polyphony_of
from models.constraints.continuation import behind
from models.constraints.result import as_variation
from models.constraints.similarity_search import SearchResult
from models.generator import Locks, Variation
from models.mood.controls import CONTROLS, Controls
from models.mood.goal import Quality
from models.mood.settings import MoodSettings, is_counted
from models.mood.words import MoodText
from models.music.clip import Clip
from models.music.note import Note
from models.music.pitch import parse_class

_HARDLY = 0.25
"""Share of the words, or of the change in the number of onsets, below which that is said."""

_PLAINLY, _LESS_PLAINLY = 0.5, 0.4
_TOUCH = 0.25
"""Change of the usual duration by usual distance that is heard, at least."""

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


class MoodOutcome(MoodSettings):
    """What the mood words and the density of a request have done to its results."""

    def _placed(self, variation: Variation) -> tuple[Constraints, Constraints]:
        """The constraints of the prompt, and of the result in its place."""
        task, role = self.request.task, variation.clip.role or self._role
        base = self._constraints(role) if task == "generate" or self._base is None else self._base
        if task == "generate" and role in ("melody", "bass") and base.polyphony is None:
            base = replace(base, polyphony=polyphony_of(variation.clip.notes))
        if task != "continue":
            return base, base.carried_to(variation.clip.notes, variation.kept)
        old = base.prompt.notes
        new = [note.moved(onset=note.onset + base.start) for note in variation.clip.notes]
        return base, base.carried_to((*old, *new), (*range(len(old)), *([None] * len(new))))

    def _finished(self, base: Constraints, reached: SearchResult, variation: Variation) -> Variation:
        bounds = "the locks, the mood and the number of notes"
        result = as_variation(base, variation.seed, reached, self.request.similarity, bounds)
        if self.request.task == "continue":
            result = behind(base.request, result)
        said = [remark for remark in variation.report.remarks if not remark.startswith("The similarity is")]
        similarity = 0.0 if self.request.task == "generate" else result.report.similarity
        return replace(
            variation,
            clip=replace(variation.clip, notes=result.clip.notes, key=self._key(result.clip)),
            kept=result.kept,
            report=replace(result.report, similarity=similarity, remarks=(*result.report.remarks, *said)),
        )

    def _key(self, clip: Clip) -> str | None:
        """The key that the result's file names: the prompt's, in the other mode where the thirds have gone there."""
        scale = self._scales[0]
        if not clip.key or scale is None:
            return clip.key
        minor, major = (sum((note.pitch - scale.root) % 12 == third for note in clip.notes) for third in (3, 4))
        root, _, mode = clip.key.partition(" ")
        turned = {"minor": major > minor, "major": minor > major}.get(mode, False) and parse_class(root) == scale.root
        return f"{root} {'major' if mode == 'minor' else 'minor'}" if turned else clip.key

    # ---- what came of it

    @cached_property
    def _perceived(self) -> PerceivedMood | None:
        """Measures results in the prompt's place; None where they take no prompt's place."""
        if self.request.task not in ("vary", "infill") or not self.request.prompt.notes:
            return None
        own = None if self._role == "drums" else self._scales[0]
        return PerceivedMood.of(
            self.request.prompt, self.text.valence, self.text.arousal, None if own is None else own.root
        )

    @cached_property
    def _moods(self) -> dict[tuple[Note, ...], Mood | None]:
        """Those of results that were measured already."""
        return {}

    def _mood(self, clip: Clip) -> Mood | None:
        if clip.notes not in self._moods:
            heard = self._perceived
            self._moods[clip.notes] = heard.mood(clip.notes) if heard else analyse(clip).mood
        return self._moods[clip.notes]

    def nearness(self, variation: Variation) -> float:
        """How far the result lies in the direction of the words: how plainly, and a little for how far beyond that."""
        mood = self._mood(variation.clip)
        far = 0.0 if mood is None else mood.valence * self.text.valence + mood.arousal * self.text.arousal
        return far + (self._heard(variation) if self._perceived else 0.0)

    def _heard(self, result: Variation) -> float:
        """How plainly a result lies where the words point: 1 plainly, below 0 the other way; words that ask for long
        notes before all are heard by those."""
        if not self._perceived:
            return 1.0
        plain = self._perceived.heard(self._mood(result.clip))
        if self._role == "drums" or not self.controls.ties or not result.clip.notes:
            return plain
        gate = Quality.of(self.request.prompt.notes).gate
        return max(plain, min(1.0, (Quality.of(result.clip.notes).gate - gate) / max(1 - gate, _TOUCH)))

    @property
    def _is_plain(self) -> float:
        """How plainly the words must be heard for a result not to be passed a second time: a beat has no mode, and
        fewer notes are calmer but no happier."""
        calm = self.text.arousal < -abs(self.text.valence)
        return _LESS_PLAINLY if self._role == "drums" or calm else _PLAINLY

    def _counted(self, base: Constraints, result: Variation) -> float:
        """How much has come of a number of onsets that the user has set by hand; 1: that, or none is."""
        if not is_counted(self.request) or "density" not in self._free:
            return 1.0
        start = base.start if self.request.task != "continue" else 0.0
        inside = [note for note in result.clip.notes if start <= note.onset < start + base.end - base.start]
        change = math.log((Quality.of(inside).onsets if inside else 1) / Quality.before(base, inside).onsets)
        return change / math.log(self.controls.settings.density_factor)

    def _came(self, base: Constraints, result: Variation) -> float:
        return min(self._heard(result), self._counted(base, result))

    def _hardly(self, base: Constraints, result: Variation) -> Iterator[str]:
        """What is to be said of a result in which little of what was asked for has come."""
        said = any(NOTHING_LEFT in remark for remark in self._kept_back)
        if not said and self._heard(result) < _HARDLY:
            yield HARDLY_HEARD
        if self._counted(base, result) < _HARDLY:
            yield HARDLY_COUNTED[self.request.density]

    def remarks(self) -> tuple[str, ...]:
        """Sentences for the report: how the words were read, and what the locks keep from them."""
        return (*self.text.remarks(), *self._kept_back)

    @cached_property
    def _kept_back(self) -> tuple[str, ...]:
        counted = is_counted(self.request)
        return tuple(kept_back(self.request.locks, self.text, self._of_words, self._free, counted=counted))
