"""What is to be said of the engine ``rules``."""

from __future__ import annotations

from models.generator import EngineCard, Task
from models.music.clip import ROLES

NAME = "rules"
TASKS: tuple[Task, ...] = ("vary", "infill", "continue", "humanise", "morph")


def cards() -> tuple[EngineCard, ...]:
    """The one card of this folder."""
    sentence = "Musical edits by rule: instant, always there, needs no weights."
    use, data = "at once, on any computer, and where nothing is loaded yet", "none: rules of music, no training"
    return (EngineCard(NAME, sentence, TASKS, ROLES, use=use, data=data),)
