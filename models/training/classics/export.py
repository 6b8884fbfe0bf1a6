"""From a checkpoint of a classic engine to what ships: weights in float16 and the model card beside them.

Offers: ``export``.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from models.engines.registry import cards
from models.sampling.networks.weights import write_tensors
from models.training.classics.figures import figures_of
from models.training.datasets.corpus import Corpus
from models.training.loop.checkpoint import Checkpoint
from models.training.model_card import NOTICES, machine_of, source_of, write_card

SOFT_SPOTS = {
    "drums": "Beats were learned from ten drummers on an electronic kit and from game music; programmed dance grooves "
    "are few.",
    "bass": "Bass was learned from game rock and metal and from Bach; house, trap and drum and bass are hardly in the "
    "data.",
    "melody": "Melodies were learned from songs of the 19th century, early popular songs, Bach and game music.",
}

HEARD = {"lstm": ("chords",)}
"""Roles beside its own that an engine learns from."""
CHANGES = {
    "lstm": "; lines moved to the white keys and by octaves; the highest notes of chord tracks are lines of their own, "
    "marked as such, in training only",
    "gan": "; lines moved to the white keys and by octaves",
    "vae": "; lines moved to the white keys and by octaves",
}

TEMPERATURES = {
    "lstm": "divides the logits of pitches, and, a little cooler, of waits and durations",
    "rnn": "divides the logits of what is hit in a cell",
    "vae": "the length of the drawn part of a point, and of the steps away from the clip's own; divides the logits",
    "gan": "the width of the noise and of the densities that nobody asked for; divides the logits of hits and cells",
}
"""What temperature does to each; the figures "diversity" say how much."""


def export(run: Checkpoint, corpus: Corpus, chosen: argparse.Namespace) -> Path:
    """Measure, then write weights and card to ``chosen.out``."""
    recipe = import_module(f"models.training.classics.{chosen.engine}")
    model = recipe.model(run.profile)
    # What ships is float16: that is what is measured, too.
    model.load_state_dict({name: tensor.half().float() for name, tensor in run.best.items()})
    network = model.network.eval().requires_grad_(False)
    if chosen.engine == "vae":
        network = recipe.instrument_of(network, corpus)
    tensors = network.state_dict()
    figures = {name: round(float(value), 4) for name, value in figures_of(chosen.engine, network, corpus).items()}
    card = {
        **_said(chosen.engine, corpus),
        "profile": run.profile,
        "config": asdict(model.config),
        "parameters": sum(tensor.numel() for tensor in tensors.values()),
        "minutes": round(run.minutes, 1),
        "steps": run.step,
        "seed": chosen.seed,
        "machine": machine_of("cpu"),
        "figures": figures,
        "curve": [[round(value, 4) for value in point] for point in run.curve if all(map(math.isfinite, point))],
    }
    chosen.out.mkdir(parents=True, exist_ok=True)
    weights: Path = chosen.out / f"{chosen.engine}.safetensors"
    write_tensors(tensors, weights)
    write_card(weights.with_suffix(".json"), card)
    return weights


def _said(engine: str, corpus: Corpus) -> dict[str, Any]:
    """What the card says in words."""
    card = next(card for card in cards() if card.name == engine)
    notices = json.loads(NOTICES.read_text(encoding="utf-8"))
    roles = {*card.roles, *HEARD.get(engine, ())}
    sources = [
        source
        for name in corpus.sources
        if set((source := source_of(corpus, name, notices.get(name, {})))["notes_train"]) & roles
    ]
    names = [source["source"] for source in sources]
    for source in sources:
        source["notes_train"] = {role: notes for role, notes in source["notes_train"].items() if role in roles}
    return {
        "name": engine,
        "sentence": card.sentence,
        "licence": "GPL-3.0-or-later; the notices of the sources apply",
        "data": ", ".join(names) + ": openly licensed and public-domain music, split by piece",
        "sources": sources,
        "temperature": TEMPERATURES[engine],
        "changes_to_the_data": "note tables written on a grid; doubled notes dropped; pieces with changes of metre "
        "left out" + CHANGES.get(engine, ""),
        "notices": [notices[name]["notice"] for name in names if name in notices],
        "full_texts": sorted(
            {f"notices/{file}" for name in names for file in notices.get(name, {}).get("full_texts", ())}
        ),
        "soft_spots": [SOFT_SPOTS[role] for role in SOFT_SPOTS if role in card.roles]
        + ["No synthetic material and nothing of tier B was used."],
    }
