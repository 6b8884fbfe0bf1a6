"""What is to be said of the engine ``rnn``."""

from __future__ import annotations

from models.generator import EngineCard, Task
from models.music.clip import ROLES as ALL_ROLES
from models.music.clip import Role
from models.sampling.networks.shipped import card_of

NAME = "rnn"
TASKS: tuple[Task, ...] = ("vary", "infill", "continue", "humanise", "generate")
ROLES: tuple[Role, ...] = ("drums", *(role for role in ALL_ROLES if role != "drums"))
ONLY: dict[Task, tuple[Role, ...]] = {"generate": ("drums",), "humanise": ("drums",)}
SENTENCE = (
    "A gated recurrent network for rhythm: nine drum lanes with loudness and timing, or when the notes of any role "
    "begin and end."
)


def cards() -> tuple[EngineCard, ...]:
    """The one card of this folder."""
    use = "the feel of a drummer, and new rhythms for notes that stay"
    return (card_of(NAME, SENTENCE, TASKS, ROLES, only=ONLY, use=use),)
