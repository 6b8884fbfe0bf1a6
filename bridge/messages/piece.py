"""A running piece and who steers it, with the server between them: offers, cues, what became of each cue."""

from typing import Annotated

from bridge.messages.message import Id, Message, Number, Permille, Sentence, Text, Whole

BEAT, BAR, PHRASE = range(3)
"""``at``: where a change lands."""

TAKEN, REFUSED, NOBODY = range(3)


class PieceOffer(Message, way="C→S", address="/clipkin/live/offer"):
    """A piece runs here; ``tempo`` in thousandths."""

    name: Annotated[str, Text(60)]
    tempo: Number


class OfCue(Message):
    """A message about one cue."""

    cue: Id


class Landing(OfCue):
    """A cue that lands at the next beat, bar or phrase."""

    at: Annotated[int, Whole(0, 2)]


class Intensity(Landing, way="both", address="/clipkin/live/intensity"):
    """How much shall sound, ‰."""

    intensity: Permille


class MoodCue(Landing, way="both", address="/clipkin/live/mood"):
    """Mood words; none: as it was."""

    mood: Annotated[str, Text(120)]


class StyleCue(Landing, way="both", address="/clipkin/live/style"):
    """Other drums and another bass, of a style."""

    style: Annotated[str, Text(60)]


class SectionCue(Landing, way="both", address="/clipkin/live/section"):
    """A section by its name."""

    section: Annotated[str, Text(60)]


class EndCue(Landing, way="both", address="/clipkin/live/end"):
    """End: the first chord once more, a bar long."""


class CueStatus(OfCue, way="both", address="/clipkin/live/status"):
    """0 taken, 1 refused, 2 no piece runs."""

    state: Annotated[int, Whole(0, 2)]
    sentence: Sentence
