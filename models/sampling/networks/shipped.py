"""The files of a shipped engine: NAME.safetensors (weights) and NAME.json (the model card), read without torch.

Offers: ``card_of``, ``read_card``, ``files_of``, ``sums_of``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.generator import EngineCard, Task
from models.music.clip import Role
from models.music.errors import EngineUnavailable

WEIGHTS = Path(__file__).parents[2] / "weights"


def files_of(name: str, folder: Path = WEIGHTS) -> tuple[Path, Path]:
    """Weights and card of an engine."""
    return folder / f"{name}.safetensors", folder / f"{name}.json"


def read_card(name: str, folder: Path = WEIGHTS) -> dict[str, Any]:
    """The model card of an engine; raises EngineUnavailable."""
    weights, card = files_of(name, folder)
    for path in (weights, card):
        if not path.is_file():
            raise EngineUnavailable(
                f"The file {path.name} is missing; install Clipkin again, or train the engine "
                f"with clipkin train {name}.",
                field="engine",
            )
    try:
        said = _read(card, card.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise EngineUnavailable(f"The file {card.name} is damaged; install Clipkin again.", field="engine") from error
    if not isinstance(said, dict) or not isinstance(said.get("config"), dict):
        raise EngineUnavailable(f"The file {card.name} is no model card; install Clipkin again.", field="engine")
    return said


@lru_cache(maxsize=16)  # every request asks for all cards
def _read(card: Path, changed_ns: int) -> Any:  # noqa: ANN401, ARG001 - JSON, read anew when the file has changed
    return json.loads(card.read_text(encoding="utf-8"))


def sums_of(weights: Path, config: Mapping[str, Any]) -> dict[str, str]:
    """What a card's "sha256" holds: SHA-256, in hex, of the weights' file and of the card's config; raises OSError."""
    described = json.dumps(config, sort_keys=True, separators=(",", ":")).encode()
    return {
        "weights": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "config": hashlib.sha256(described).hexdigest(),
    }


def card_of(
    name: str,
    sentence: str,
    tasks: tuple[Task, ...],
    roles: tuple[Role, ...],
    folder: Path = WEIGHTS,
    *,
    only: Mapping[Task, tuple[Role, ...]] | None = None,
    use: str = "",
) -> EngineCard:
    """What is to be said of an engine, available or not; its figures are those of training, then of the benchmark."""
    weights, _ = files_of(name, folder)
    bare = EngineCard(name, sentence, tasks, roles, weights=weights.name, only=only or {}, use=use)
    try:
        said = read_card(name, folder)
        figures = {
            key: float(value)
            for part in ("figures", "benchmark")
            for key, value in said.get(part, {}).items()
            if isinstance(value, (int, float))
        }
        return replace(
            bare,
            parameters=int(said.get("parameters", 0)),
            licence=str(said.get("licence", "GPL-3.0-or-later")),
            data=str(said.get("data", "")),
            figures=figures,
            minutes=float(said.get("minutes_in_all", said.get("minutes", 0))),
        )
    except EngineUnavailable as problem:
        return replace(bare, reason=problem.sentence)
    except (TypeError, ValueError, AttributeError):
        return replace(bare, reason=f"The file {name}.json is damaged; install Clipkin again.")
