"""What is to be said of the engine ``vae``."""

from __future__ import annotations

from models.generator import EngineCard, Task
from models.music.clip import Role
from models.sampling.networks.shipped import card_of

NAME = "vae"
TASKS: tuple[Task, ...] = ("vary", "morph", "generate")
ROLES: tuple[Role, ...] = ("melody", "bass", "drums")
SENTENCE = (
    "A variational autoencoder: walks from one clip to another, and varies by small steps in its space of two-bar "
    "windows."
)


def cards() -> tuple[EngineCard, ...]:
    """The one card of this folder."""
    return (card_of(NAME, SENTENCE, TASKS, ROLES, use="to morph between two clips, and small steps away from one"),)
