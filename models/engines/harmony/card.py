"""What is to be said of the engine ``harmony``."""

from __future__ import annotations

from models.generator import EngineCard, Task
from models.music.clip import ROLES

NAME = "harmony"
TASKS: tuple[Task, ...] = ("voice", "harmonise", "reharmonise", "generate")


def cards() -> tuple[EngineCard, ...]:
    """The one card of this folder."""
    return (
        EngineCard(
            name=NAME,
            sentence="Voicings, harmonies and accompaniments by exact search: instant, always there, the best first.",
            tasks=TASKS,
            roles=ROLES,
            only={"generate": ("chords",)},
            use="chords: other voicings, substitutes, under a melody, out of nothing; parts beside clips",
            data="chord progressions counted from annotated songs; no weights",
        ),
    )
