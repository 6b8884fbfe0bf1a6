"""What is to be said of the engine ``lstm``."""

from __future__ import annotations

from models.generator import EngineCard, Task
from models.music.clip import Role
from models.sampling.networks.shipped import card_of

NAME = "lstm"
TASKS: tuple[Task, ...] = ("vary", "infill", "continue", "generate")
ROLES: tuple[Role, ...] = ("melody", "bass")
SENTENCE = (
    "A long short-term memory that writes melodies and bass lines note by note under their chords, towards what "
    "follows."
)


def cards() -> tuple[EngineCard, ...]:
    """The one card of this folder."""
    return (card_of(NAME, SENTENCE, TASKS, ROLES, use="to write a melody or bass line on, towards what follows"),)
