"""The register of engines: each a room, loaded when first asked for.

A room has two modules: ``card`` with ``cards() -> tuple[EngineCard, ...]``, which loads no torch and reads no weights,
and ``generator`` with ``load(name) -> Engine``, which may. A room may offer several engines (the user's own adaptations
of one network).

Offers: ``cards``, ``load``.
"""

from __future__ import annotations

from importlib import import_module

from models.generator import Engine, EngineCard
from models.music.errors import BadValue, EngineUnavailable

ROOMS = tuple(f"models.engines.{name}" for name in ("gan", "harmony", "kin", "lstm", "rnn", "rules", "vae"))
"""Where engines are at home."""


def _cards_by_room() -> dict[str, tuple[EngineCard, ...]]:
    return {room: import_module(f"{room}.card").cards() for room in ROOMS}


def cards() -> tuple[EngineCard, ...]:
    """Every engine's card, by name; cheap, asked anew each time since weights may come and go."""
    return tuple(
        sorted((card for offered in _cards_by_room().values() for card in offered), key=lambda card: card.name)
    )


def load(name: str) -> Engine:
    """The engine of that name, with its weights.

    Raises BadValue for a name that no room offers, EngineUnavailable when its weights are missing or damaged.
    """
    known = _cards_by_room()
    for room, offered in known.items():
        for card in offered:
            if card.name != name:
                continue
            if not card.available:
                raise EngineUnavailable(f'The engine "{name}" is not available: {card.reason}', field="engine")
            engine: Engine = import_module(f"{room}.generator").load(name)
            return engine
    names = ", ".join(sorted(card.name for offered in known.values() for card in offered))
    raise BadValue(f'The engine "{name}" is not known; choose one of {names}, or auto.', field="engine")
