"""What is to be said of the engine ``kin`` and of the user's own adaptations of it, without loading them.

An engine is two files: NAME.safetensors (weights) and NAME.json (the model card). The shipped one lies in
``models/weights``, the user's own in the user's data folder.

Offers: ``cards``, ``files_of``, ``read_card``, ``own_folder``.
"""

from __future__ import annotations

import json
from pathlib import Path

from platformdirs import user_data_path

from models.generator import EngineCard, Task
from models.music.clip import ROLES
from models.music.errors import EngineUnavailable

SHIPPED = Path(__file__).parents[2] / "weights"
TASKS: tuple[Task, ...] = ("vary", "infill", "continue", "humanise")


def own_folder() -> Path:
    """Where the user's adapted engines lie."""
    return user_data_path("clipkin", appauthor=False) / "engines"


def cards() -> tuple[EngineCard, ...]:
    """A card for the shipped engine, there or not, and one for each adapted engine."""
    own = own_folder()
    names = sorted(path.stem for path in own.glob("*.json")) if own.is_dir() else []
    return tuple(_card_of(name) for name in ("kin", *(name for name in names if name != "kin")))


def files_of(name: str) -> tuple[Path, Path]:
    """Weights and card of an engine."""
    folder = SHIPPED if name == "kin" else own_folder()
    return folder / f"{name}.safetensors", folder / f"{name}.json"


def read_card(name: str) -> dict:
    """The model card of an engine; raises EngineUnavailable."""
    weights, card = files_of(name)
    for path in (weights, card):
        if not path.is_file():
            raise EngineUnavailable(f"The file {path.name} is missing; install Clipkin again, or train the engine.",
                                    field="engine")
    try:
        said = json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EngineUnavailable(f"The file {card.name} is damaged; install Clipkin again.", field="engine") from error
    if not isinstance(said, dict) or not isinstance(said.get("config"), dict):
        raise EngineUnavailable(f"The file {card.name} is no model card; install Clipkin again.", field="engine")
    return said


def _card_of(name: str) -> EngineCard:
    weights, _ = files_of(name)
    try:
        said = read_card(name)
    except EngineUnavailable as problem:
        return EngineCard(name, _SENTENCE, TASKS, ROLES, weights=weights.name, reason=problem.sentence)
    figures = {key: float(value) for key, value in said.get("figures", {}).items()
               if isinstance(value, (int, float))}
    return EngineCard(
        name=name, sentence=str(said.get("sentence", _SENTENCE)), tasks=TASKS, roles=ROLES, weights=weights.name,
        parameters=int(said.get("parameters", 0)), licence=str(said.get("licence", "GPL-3.0-or-later")),
        data=str(said.get("data", "")), figures=figures)


_SENTENCE = "A small transformer that varies, fills in, continues and humanises clips as its examples did."
