"""What is to be said of the engine ``kin`` and of the user's own adaptations of it, without loading them.

An engine is two files: NAME.safetensors (weights) and NAME.json (the model card). The shipped one lies in
``models/weights``, the user's own in the user's data folder.

Offers: ``cards``, ``folder_of``, ``read_card``, ``own_folder``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from models.generator import EngineCard, Task
from models.music.clip import ROLES
from models.music.errors import EngineUnavailable
from models.sampling.networks import shipped

SHIPPED = shipped.WEIGHTS
TASKS: tuple[Task, ...] = ("vary", "infill", "continue", "humanise")


def own_folder() -> Path:
    """Where the user's adapted engines lie."""
    return user_data_path("clipkin", appauthor=False) / "engines"


def cards() -> tuple[EngineCard, ...]:
    """A card for the shipped engine, there or not, and one for each adapted engine."""
    own = own_folder()
    names = sorted(path.stem for path in own.glob("*.json")) if own.is_dir() else []
    return tuple(_card_of(name) for name in ("kin", *(name for name in names if name != "kin")))


def folder_of(name: str) -> Path:
    """Where the weights and the card of an engine lie."""
    return SHIPPED if name == "kin" else own_folder()


def read_card(name: str) -> dict[str, Any]:
    """The model card of an engine; raises EngineUnavailable."""
    return shipped.read_card(name, folder_of(name))


def _card_of(name: str) -> EngineCard:
    try:
        sentence = str(read_card(name).get("sentence", _SENTENCE))
    except EngineUnavailable:
        sentence = _SENTENCE
    return shipped.card_of(
        name, sentence, TASKS, ROLES, folder_of(name), use="variations of any clip: the first choice"
    )


_SENTENCE = "A small transformer that varies, fills in, continues and humanises clips as its examples did."
