"""Training one of the classic engines from the command line: dataset, loss, loop, figures, weights and card.

Offers: ``run``.
"""

from __future__ import annotations

import argparse
from importlib import import_module

import torch

from models.training.loop.loop import Plan, train
from models.training.session import prepare, resumed_run, say, see_that_data_is_there

MINUTES = 12.0


def run(chosen: argparse.Namespace) -> None:
    """Train as the command line says; export where it says to."""
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    see_that_data_is_there(chosen.data)
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
    resumed = resumed_run(plan, may_be_over=chosen.out is not None) if chosen.resume else None
    corpus, _ = prepare(chosen.data, chosen.runs)
    model = recipe.model(profile)
    say(f"{plan.engine}: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters")
    drawn, valid = recipe.dataset(corpus, chosen.seed + (resumed.step if resumed else 0))
    finished = train(model, drawn, valid, plan, resumed=resumed, say=say, measure=recipe.measure)
    if chosen.out is not None:
        from models.training.classics.export import export  # measures on valid, which needs the engine itself

        say(f"wrote {export(finished, corpus, chosen)}")
