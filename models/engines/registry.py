"""The register of engines: found by their folders, loaded when first asked for.

A folder beside this file is an engine when it has two modules: ``card`` with ``cards() -> tuple[EngineCard, ...]``,
which loads no torch and reads no weights, and ``generator`` with ``load(name) -> Engine``, which may.
A folder may offer several engines (the user's own adaptations of one network).

Offers: ``cards``, ``load``.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

from models.generator import Engine, EngineCard
from models.music.errors import BadValue, EngineUnavailable

_HERE = Path(__file__).parent


def _folders() -> list[str]:
    return sorted(found.name for found in pkgutil.iter_modules([str(_HERE)])
                  if found.ispkg and (_HERE / found.name / "card.py").is_file())


def _cards_by_folder() -> dict[str, tuple[EngineCard, ...]]:
    return {folder: import_module(f"models.engines.{folder}.card").cards() for folder in _folders()}


def cards() -> tuple[EngineCard, ...]:
    """Every engine's card, by name; cheap, asked anew each time since weights may come and go."""
    return tuple(sorted((card for offered in _cards_by_folder().values() for card in offered),
                        key=lambda card: card.name))


def load(name: str) -> Engine:
    """The engine of that name, with its weights.

    Raises BadValue for a name that no folder offers, EngineUnavailable when its weights are missing or damaged.
    """
    known = _cards_by_folder()
    for folder, offered in known.items():
        for card in offered:
            if card.name != name:
                continue
            if not card.available:
                raise EngineUnavailable(f'The engine "{name}" is not available: {card.reason}', field="engine")
            engine: Engine = import_module(f"models.engines.{folder}.generator").load(name)
            return engine
    names = ", ".join(sorted(card.name for offered in known.values() for card in offered))
    raise BadValue(f'The engine "{name}" is not known; choose one of {names}, or auto.', field="engine")
