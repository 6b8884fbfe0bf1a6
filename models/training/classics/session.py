"""Training one of the classic engines from the command line: dataset, loss, loop, figures, weights and card.

Offers: ``run``.
"""

from __future__ import annotations

import argparse
from importlib import import_module

import torch

from models.music.errors import BadValue, UnreadableFile
from models.training.loop.checkpoint import Checkpoint
from models.training.loop.loop import Plan, train
from models.training.session import prepare, say

MINUTES = 12.0


def run(chosen: argparse.Namespace) -> None:
    """Train as the command line says; export where it says to."""
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    if chosen.data is None or not chosen.data.is_dir():
        raise BadValue("The data folder is not there; give the folder of the packed corpora with --data.", field="data")
    recipe = import_module(f"models.training.classics.{chosen.engine}")
    profile = chosen.profile or "small"
    plan = Plan(
        chosen.engine,
        profile,
        chosen.minutes or MINUTES,
        chosen.runs / f"classic-{chosen.engine}",
        look_minutes=1.5,
        **recipe.SETTINGS,
    )
    resumed = _resumed(plan, may_be_over=chosen.out is not None) if chosen.resume else None
    corpus, _ = prepare(chosen.data, chosen.runs)
    model = recipe.model(profile)
    say(f"{plan.engine}: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters")
    drawn, valid = recipe.dataset(corpus, chosen.seed + (resumed.step if resumed else 0))
    finished = train(model, drawn, valid, plan, resumed=resumed, say=say, measure=recipe.measure)
    if chosen.out is not None:
        from models.training.classics.export import export  # measures on valid, which needs the engine itself

        say(f"wrote {export(finished, corpus, chosen)}")


def _resumed(plan: Plan, *, may_be_over: bool) -> Checkpoint:
    """The run to go on with; one that has had its minutes may still be measured and exported."""
    if not plan.checkpoint.is_file():
        raise UnreadableFile(f"There is no run to go on with in {plan.folder}; start one without --resume.")
    resumed = Checkpoint.load(plan.checkpoint)
    if resumed.minutes >= plan.minutes and not may_be_over:
        raise BadValue(
            f"That run has had its {resumed.minutes:.0f} minutes; give more with --minutes.", field="minutes"
        )
    return resumed
