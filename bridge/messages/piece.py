"""A running piece and who steers it, with the server between them: offers, cues, what became of each cue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bridge.messages.message import Id, Message, Number, Permille, Sentence, Text, Whole, on_wire

BEAT, BAR, PHRASE = range(3)
"""``at``: where a change lands."""

TAKEN, REFUSED, NOBODY = range(3)


@on_wire("C→S", "/clipkin/live/offer")
class PieceOffer(Message):
    """A piece runs here; ``tempo`` in thousandths."""

    name: Annotated[str, Text(60)]
    tempo: Number


@dataclass(frozen=True, slots=True)
class OfCue(Message):
    """A message about one cue."""

    cue: Id


@dataclass(frozen=True, slots=True)
class Landing(OfCue):
    """A cue that lands at the next beat, bar or phrase."""

    at: Annotated[int, Whole(0, 2)]


@on_wire("both", "/clipkin/live/intensity")
class Intensity(Landing):
    """How much shall sound, ‰."""

    intensity: Permille


@on_wire("both", "/clipkin/live/mood")
class MoodCue(Landing):
    """Mood words; none: as it was."""

    mood: Annotated[str, Text(120)]


@on_wire("both", "/clipkin/live/style")
class StyleCue(Landing):
    """Other drums and another bass, of a style."""

    style: Annotated[str, Text(60)]


@on_wire("both", "/clipkin/live/section")
class SectionCue(Landing):
    """A section by its name."""

    section: Annotated[str, Text(60)]


@on_wire("both", "/clipkin/live/end")
class EndCue(Landing):
    """End: the first chord once more, a bar long."""


@on_wire("both", "/clipkin/live/status")
class CueStatus(OfCue):
    """0 taken, 1 refused, 2 no piece runs."""

    state: Annotated[int, Whole(0, 2)]
    sentence: Sentence
