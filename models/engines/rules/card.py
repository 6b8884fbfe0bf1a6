"""What is to be said of the engine ``rules``."""

from __future__ import annotations

from models.generator import EngineCard
from models.music.clip import ROLES


def cards() -> tuple[EngineCard, ...]:
    """The one card of this folder."""
    return (
        EngineCard(
            name="rules",
            sentence="Musical edits by rule: instant, always there, needs no weights.",
            tasks=("vary", "infill", "continue", "humanise"),
            roles=ROLES,
            use="at once, on any computer, and where nothing is loaded yet",
            data="none: rules of music, no training",
        ),
    )
