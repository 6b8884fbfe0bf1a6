"""From a checkpoint of a classic engine to what ships: weights in float16 and the model card beside them.

Offers: ``export``.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from models.engines.registry import cards
from models.training.checkpoint import Checkpoint
from models.training.checkpoint import export as write
from models.training.classics.figures import figures_of
from models.training.datasets.corpus import Corpus
from models.training.model_card import machine_of, said_of_data

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
    engine = chosen.engine
    recipe = import_module(f"models.training.classics.{engine}")
    model = recipe.model(run.profile)
    # What ships is float16: that is what is measured, too.
    model.load_state_dict({name: tensor.half().float() for name, tensor in run.best.items()})
    network = model.network.eval().requires_grad_(False)
    if engine == "vae":
        network = recipe.instrument_of(network, corpus)
    card = next(card for card in cards() if card.name == engine)
    said = {
        "sentence": card.sentence,
        **said_of_data(corpus, {*card.roles, *HEARD.get(engine, ())}),
        "temperature": TEMPERATURES[engine],
        "changes_to_the_data": "note tables written on a grid; doubled notes dropped; pieces with changes of metre "
        "left out" + CHANGES.get(engine, ""),
        "soft_spots": [SOFT_SPOTS[role] for role in SOFT_SPOTS if role in card.roles]
        + ["No synthetic material and nothing of tier B was used."],
        "seed": chosen.seed,
        "machine": machine_of("cpu"),
    }
    figures, tensors = figures_of(engine, network, corpus), network.state_dict()
    return write(run, said, chosen.out, engine, config=asdict(model.config), tensors=tensors, figures=figures)
