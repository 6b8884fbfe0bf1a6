"""What another run says about a run: the baseline of the same size.

Both are measured on the same examples of the valid split, so their figures can stand beside each other.

Offers: ``compared``, ``figures_of_run``, ``learned``.
"""

from __future__ import annotations

from pathlib import Path

from torch import nn

from models.music.errors import UnreadableFile
from models.training.loop.checkpoint import Checkpoint
from models.training.loop.learners import learner

BASELINES = {
    "kin-lstm": "an LSTM of the same size, from the same exercises; it is told what the prompt has next, but "
    "has neither attention nor the rest of kin's memory"
}
"""Engines that are only compared, and what to say of each."""


def compared(runs: Path, profile: str) -> dict:
    """The field "baselines" of a card, from the runs that are there."""
    baselines = {
        name: {"what": what, **figures_of_run(runs / f"{name}-{profile}")}
        for name, what in BASELINES.items()
        if (runs / f"{name}-{profile}" / "checkpoint.pt").is_file()
    }
    return {"baselines": baselines} if baselines else {}


def figures_of_run(folder: Path) -> dict:
    """Size, time and best figures (nats a note on valid) of the run kept in a folder; raises UnreadableFile."""
    run = Checkpoint.load(folder / "checkpoint.pt")
    return {
        "parameters": sum(value.numel() for value in run.best.values()),
        "minutes": round(run.minutes, 1),
        "cpu_minutes": round(run.cpu_minutes, 1),
        "notes_seen": run.notes,
        "nats a note": {name: round(value, 4) for name, value in run.figures.items()},
    }


def learned(folder: Path) -> tuple[str, nn.Module]:
    """The engine's name and the best network of the run kept in a folder; raises UnreadableFile."""
    run = Checkpoint.load(folder / "checkpoint.pt")
    model = learner(run.engine, run.profile)
    try:
        model.load_state_dict(run.best)
    except RuntimeError as error:
        raise UnreadableFile(f"The run in {folder} is of an earlier network; train it anew.") from error
    return run.engine, model
