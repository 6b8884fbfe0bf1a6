"""``clipkin benchmark jsb``: nats a note on Bach's chorales, beside published figures.

The convention is that of Music Transformer (Huang et al. 2018), table of the JSB chorales: grid of 16ths, four voices
interleaved in time (soprano, alto, tenor, bass), chronological, teacher forced, valid split of Boulanger-Lewandowski
et al. (2012), in the original keys, every voice of every 16th counted, silence and the first 16th among them, the mean
over all of them. Boulanger-Lewandowski's own figures are nats a frame of quarters and can't stand beside these.

Offers: ``main``, ``figures_of``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from models.benchmarks.learning.frames import SILENCE, VOICES, Chorale, ChoraleBatch, drawn, in_order, read_chorales
from models.benchmarks.learning.network import ChoraleConfig, ChoraleNetwork, shifted
from models.training.__main__ import stop_well_when_told
from models.training.checkpoint import Checkpoint
from models.training.loop import Plan, train
from models.training.options import Options
from models.training.session import resumed_run, say

PUBLISHED = {"Transformer, absolute positions": 0.417, "Music Transformer, relative positions": 0.335}
"""Nats a note on valid that are quoted for Huang et al. 2018; taken over, not measured again."""
GOAL = 0.42
_FRAMES_A_BATCH = 1024
_FRAMES_OF_TRAIN = 55_228


@torch.no_grad()
def figures_of(model: nn.Module, batches: Sequence[ChoraleBatch], device: str = "cpu") -> dict[str, float]:
    """Nats a note: "all" notes, each voice, each first 16th of a pitch ("changes") and each other one ("held")."""
    model.eval()
    cost, changed, sounding = [], [], []
    for batch in batches:
        real = batch.real
        cost.append(model(batch.to(device)).float().cpu())  # (N, 4)
        changed.append(batch.frames[real] != shifted(batch.frames)[real])
        sounding.append(batch.frames[real] != SILENCE)
    model.train()
    costs, changes, sounds = torch.cat(cost), torch.cat(changed), torch.cat(sounding)
    return {
        "all": float(costs.mean()),
        **{name: float(costs[:, i].mean()) for i, name in enumerate(VOICES)},
        "changes": float(costs[changes].mean()),
        "held": float(costs[~changes].mean()),
        "without silence": float(costs[sounds].mean()),
    }


def main(arguments: Sequence[str]) -> None:
    """The command."""
    options = Options("benchmark jsb", __doc__, json=True)
    options.add_argument("--runs", type=Path, default=Path("runs"), metavar="DIR", help="where the checkpoint is kept")
    options.add_argument("--minutes", type=float, default=None, help="train so long; else measure the last run")
    options.add_argument("--clock", default="wall", choices=("wall", "cpu"))
    options.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    chosen = options.parse_args(arguments)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    stop_well_when_told()
    chorales = read_chorales(chosen.data)
    figures = _measured(_run(chosen, chorales), chorales["valid"])
    sys.stdout.write((json.dumps(figures, indent=1) if chosen.json else table(figures)) + "\n")


def _run(chosen: argparse.Namespace, chorales: dict[str, list[Chorale]]) -> Checkpoint:
    """The run trained, or gone on with, for the minutes asked for; without any, the last one."""
    plan = Plan(
        "chorales",
        "small",
        chosen.minutes or 0.0,
        chosen.runs / "chorales",
        batch_steps=_FRAMES_A_BATCH,
        rate=2e-3,
        warm_up=200,
        decay=0.1,
        averaging=0.998,
        smoothing=0.0,
        look_minutes=2.0,
        device="cuda" if torch.cuda.is_available() else "cpu",
        clock=chosen.clock,
    )
    told = bool(chosen.minutes)
    earlier = resumed_run(plan, may_be_over=not told) if chosen.resume or not told else None
    if earlier is not None and not told:
        return earlier
    batches = drawn(chorales["train"], plan.batch_steps, earlier.step if earlier else 0)
    network, valid = ChoraleNetwork(ChoraleConfig()), in_order(chorales["valid"])
    return train(network, batches, valid, plan, resumed=earlier, say=say, measure=figures_of)


def _measured(run: Checkpoint, valid: Sequence[Chorale]) -> dict:
    """All figures of the best weights of a run, as one object."""
    network = ChoraleNetwork(ChoraleConfig())
    network.load_state_dict(run.best)
    ours = figures_of(network, in_order(valid))
    fresh = figures_of(network, in_order([piece for piece in valid if not piece.leak]))
    return {
        "nats a note, valid": ours["all"],
        "goal": GOAL,
        "published": PUBLISHED,
        "nats a 16th": len(VOICES) * ours["all"],
        "without tunes that train has": fresh["all"],
        "parts": {name: value for name, value in ours.items() if name != "all"},
        "parameters": sum(value.numel() for value in run.best.values()),
        "minutes": run.minutes,
        "cpu minutes": run.cpu_minutes,
        "passes through train": run.notes / _FRAMES_OF_TRAIN,
    }


def table(figures: dict) -> str:
    """The figures as lines, ours among the published ones, the best last."""
    reached = "reached" if figures["nats a note, valid"] <= figures["goal"] else "missed"
    ours = f"this network, {figures['parameters'] / 1e6:.1f} M parameters"
    rows = sorted({**figures["published"], ours: figures["nats a note, valid"]}.items(), key=lambda row: -row[1])
    lines = [
        "JSB chorales, grid of 16ths, voices interleaved, teacher forced, valid split: nats a note",
        *(f"  {value:.3f}  {name}" for name, value in rows),
        f"  goal {figures['goal']:.2f}: {reached}",
        f"ours: {figures['without tunes that train has']:.3f} without the chorales whose tune train has too; "
        + ", ".join(f"{name} {value:.3f}" for name, value in figures["parts"].items()),
        f"{figures['minutes']:.0f} minutes ({figures['cpu minutes']:.0f} of the processor), "
        f"{figures['passes through train']:.0f} passes through train",
    ]
    return "\n".join(lines)
