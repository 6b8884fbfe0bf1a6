"""What is to be said of the engine ``gan``."""

from __future__ import annotations

from models.generator import EngineCard, Task
from models.music.clip import Role
from models.sampling.networks.shipped import card_of

NAME = "gan"
TASKS: tuple[Task, ...] = ("generate", "vary")
ROLES: tuple[Role, ...] = ("drums", "melody")
SENTENCE = "A generative adversarial network that invents beats and melodies, as dense as is wished, and kin of a clip."


def cards() -> tuple[EngineCard, ...]:
    """The one card of this folder."""
    use = "beats and melodies out of nothing, and new ones as dense as yours"
    return (card_of(NAME, SENTENCE, TASKS, ROLES, use=use),)
