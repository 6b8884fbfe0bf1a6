"""What is measured against each other: every engine, and baselines that no engine may fall below.

A maker is given a clip, a similarity and a seed and gives a variation of the clip.

Offers: ``makers``, ``Maker``, ``engines``, ``played``, ``filled``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from models.analysis.key import clip_scale
from models.engines import registry
from models.generator import Engine, Request, Task
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.scale import CHROMATIC
from models.training.judging.edits import markov_edit, random_edit

Maker = Callable[[Clip, float, int], Clip | None]


def makers() -> dict[str, Maker]:
    """Every maker by name: the baselines, then the engines whose weights are there."""
    return {
        "copy": lambda clip, wanted, seed: clip,
        "random edits": _edited(random_edit),
        "markov edits": _edited(markov_edit),
        **{
            name: lambda clip, wanted, seed, engine=engine: next(
                iter(played(engine, clip, seed, similarity=wanted)), None
            )
            for name, engine in engines().items()
        },
    }


def engines() -> dict[str, Engine]:
    """The engines that can be loaded, by name."""
    return {card.name: registry.load(card.name) for card in registry.cards() if card.available}


def _edited(edit: Callable) -> Maker:
    def make(clip: Clip, wanted: float, seed: int) -> Clip | None:
        scale = CHROMATIC if clip.drums else clip_scale(clip) or CHROMATIC
        notes = edit(clip, scale, wanted, np.random.default_rng(seed))
        return None if notes is None else clip.with_notes(notes)

    return make


def played(engine: Engine, clip: Clip, seed: int, task: Task = "vary", count: int = 1, **asked: Any) -> list[Clip]:  # noqa: ANN401
    """What an engine makes of a clip as a request has it; nothing where it can't."""
    if clip.role not in engine.roles or task not in engine.tasks:
        return []
    request = Request(task=task, prompts=(clip,), role=clip.role, count=count, seed=seed, **asked)
    try:
        return [variation.clip for variation in engine.generate(request)]
    except ClipkinError:
        return []


def filled(engine: Engine, clip: Clip, region: tuple[float, float], seed: int) -> Clip | None:
    """The clip with a region filled anew by an engine that doesn't see what was there."""
    emptied = clip.with_notes(note for note in clip.notes if not region[0] <= note.onset < region[1])
    return next(iter(played(engine, emptied, seed, "infill", region=region)), None) if emptied.notes else None
