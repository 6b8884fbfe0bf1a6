"""What is measured against each other: every engine, and baselines that no engine may fall below.

A maker is given a clip, a similarity and a seed and gives a variation of the clip.

Offers: ``makers``, ``Maker``, ``filled``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.analysis.key import clip_scale
from models.engines import registry
from models.generator import Engine, Request
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.scale import CHROMATIC, Scale
from models.training.judging.edits import markov_edit, random_edit

Maker = Callable[[Clip, float, int], Clip | None]


def makers() -> dict[str, Maker]:
    """Every maker by name: the baselines, then the engines whose weights are there."""
    return {
        "copy": lambda clip, wanted, seed: clip,
        "random edits": _edited(random_edit),
        "markov edits": _edited(markov_edit),
        **{name: _varied(engine) for name, engine in engines().items()},
    }


def engines() -> dict[str, Engine]:
    """The engines that can be loaded, by name."""
    return {card.name: registry.load(card.name) for card in registry.cards() if card.available}


def _edited(edit: Callable) -> Maker:
    def make(clip: Clip, wanted: float, seed: int) -> Clip | None:
        notes = edit(clip, _scale_of(clip), wanted, np.random.default_rng(seed))
        return None if notes is None else clip.with_notes(notes)

    return make


def _varied(engine: Engine) -> Maker:
    def make(clip: Clip, wanted: float, seed: int) -> Clip | None:
        if clip.role not in engine.roles or "vary" not in engine.tasks:
            return None
        request = Request(prompts=(clip,), role=clip.role, similarity=wanted, count=1, seed=seed)
        try:
            return next((variation.clip for variation in engine.generate(request)), None)
        except ClipkinError:
            return None

    return make


def _scale_of(clip: Clip) -> Scale:
    return CHROMATIC if clip.drums else clip_scale(clip) or CHROMATIC


def filled(engine: Engine, clip: Clip, region: tuple[float, float], seed: int) -> Clip | None:
    """The clip with a region filled anew by an engine that doesn't see what was there."""
    emptied = clip.with_notes(note for note in clip.notes if not region[0] <= note.onset < region[1])
    if clip.role not in engine.roles or "infill" not in engine.tasks or not emptied.notes:
        return None
    request = Request(task="infill", prompts=(emptied,), role=clip.role, region=region, count=1, seed=seed)
    try:
        return next((variation.clip for variation in engine.generate(request)), None)
    except ClipkinError:
        return None
