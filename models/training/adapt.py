"""Adapting ``kin`` to a user's own clips: a short, gentle training from the shipped weights; all stays local.

The result is a mixture of the old and the new weights (Wortsman et al. 2022): it keeps most of what was learned in
general, which a few dozen clips alone would overwrite.

Offers: ``adapt``, ``learned_from``, ``adapted``.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor

from models.engines.kin.card import own_folder, read_card
from models.engines.kin.weights import read_network
from models.music.errors import BadValue
from models.training.checkpoint import Checkpoint, export
from models.training.datasets.batches import Batch, Drawer, batches, fixed_batches
from models.training.datasets.corpus import Corpus
from models.training.datasets.pairs import mine
from models.training.datasets.sources import read_folder
from models.training.kin import KinLearner, nats
from models.training.loop import Plan, train

SHARE_OF_NEW = 0.6
"""How much of the mixture is new, 0-1."""
MINUTES = 3.0
_RATE = 3e-4
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,39}$")


def adapt(chosen: argparse.Namespace, say: Callable[[str], None]) -> Path:
    """Fine-tune on the .mid files of ``chosen.adapt`` and write the engine ``chosen.name`` to the user's folder."""
    name = chosen.name or ""
    if not _NAME.match(name) or name in ("kin", "rules", "auto"):
        raise BadValue(
            "Give the new engine a name of letters and digits with --name, for example --name mine.", field="name"
        )
    plan = plan_of(chosen.runs / f"adapt-{name}", chosen.minutes or MINUTES, chosen.clock)
    run, clips = learned_from(chosen.adapt, plan, chosen.seed, say)
    said = {
        "sentence": f"kin, adapted to the clips of {chosen.adapt.name}.",
        "licence": "the user's own",
        "data": f"kin's, then {clips} clips of the user's own",
        "adapted_from": "kin",
    }
    return export(run, said, chosen.out or own_folder(), name)


def plan_of(folder: Path, minutes: float, clock: str = "wall") -> Plan:
    """How kin is adapted; the run is kept in ``folder``."""
    return Plan(
        "kin",
        read_card("kin").get("profile", "small"),
        minutes,
        folder,
        rate=_RATE,
        warm_up=30,
        averaging=0.99,
        look_minutes=1.0,
        clock=clock,
    )


def learned_from(folder: Path, plan: Plan, seed: int, say: Callable[[str], None]) -> tuple[Checkpoint, int]:
    """The run over a folder of .mid files, and how many of them could be read."""
    corpus = Corpus.build(read_folder(folder))
    pairs = mine(corpus)
    # A single clip has nothing that could be held back: it is watched while it is learned.
    held_back = Drawer(corpus, pairs, valid=True)
    watched = held_back if held_back.offers_anything else Drawer(corpus, pairs, valid=False)
    valid = fixed_batches(watched, 2048, examples_a_kind=20, seed=0)
    drawn = batches(Drawer(corpus, pairs, valid=False), plan.batch_steps, seed)
    return adapted(drawn, valid, plan, say), len(corpus.pieces)


def adapted(drawn: Iterator[Batch], valid: list[Batch], plan: Plan, say: Callable[[str], None]) -> Checkpoint:
    """A run from the shipped weights whose best ones are the mixture."""
    network = read_network("kin")
    model = KinLearner(network.config)
    model.network.load_state_dict(network.state_dict())
    before = {name: value.clone() for name, value in model.state_dict().items()}
    run = train(model, drawn, valid, plan, resumed=None, say=say, measure=nats)
    run.best = mixed(before, run.best)
    return run


def mixed(old: dict[str, Tensor], new: dict[str, Tensor], share: float = SHARE_OF_NEW) -> dict[str, Tensor]:
    """Weights between two networks, ``share`` of the way to the new one."""
    return {name: torch.lerp(old[name], new[name], share) for name in old}
