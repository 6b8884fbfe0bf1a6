"""Checkpoints: what a training run needs to go on, and what ships of it: weights in float16 and the card beside them.

Offers: ``Checkpoint`` (``save``, ``keep``, ``load``), ``export``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import Tensor

from models.engines.kin.config import PROFILES
from models.music.errors import UnreadableFile
from models.sampling.networks.weights import write_tensors
from models.training.model_card import write_card


@dataclass
class Checkpoint:
    """A run at a moment.

    model, averaged, best  the weights, their running average, and the average that was best on valid
    minutes                trained so far, by the clock of the run's plan
    cpu_minutes            what of it the processor gave; in runs from before this was counted, only since then
    curve                  (minutes, notes seen, loss on train, loss on valid) at each look at valid
    earlier                what the weights that the run began with had learned, from their card; empty: nothing
    """

    engine: str
    profile: str
    model: dict[str, Tensor]
    averaged: dict[str, Tensor]
    best: dict[str, Tensor]
    optimiser: dict
    step: int = 0
    notes: int = 0
    minutes: float = 0.0
    cpu_minutes: float = 0.0
    best_loss: float = float("inf")
    curve: list[tuple[float, int, float, float]] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    earlier: dict = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write to ``path``; a full disk or a stop in between leaves the last whole checkpoint."""
        partial = path.with_name(path.name + ".part")
        stored = {name: getattr(self, name) for name in self.__dataclass_fields__}
        try:
            with partial.open("wb") as file:
                torch.save(stored, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    def keep(self, path: Path) -> None:
        """Write a small copy to go on from: weights in float16, without the optimiser's moments."""

        def halved(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
            return {name: value.detach().cpu().to(torch.float16) for name, value in tensors.items()}

        path.parent.mkdir(parents=True, exist_ok=True)
        replace(self, model=halved(self.model), averaged=halved(self.averaged), best={}, optimiser={}).save(path)

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """Read what ``save`` wrote; tensors and plain values only, never code."""
        try:
            run = cls(**torch.load(path, map_location="cpu", weights_only=True))
        except (OSError, RuntimeError, TypeError, ValueError, EOFError, UnpicklingError) as error:
            raise UnreadableFile(f"The checkpoint {path} can't be read; start again without --resume.") from error
        for tensors in (run.model, run.averaged, run.best):
            tensors.update({name: value.float() for name, value in tensors.items()})
        run.best = run.best or {name: value.clone() for name, value in run.averaged.items()}
        return run


_PREFIX = "network."


def export(
    run: Checkpoint,
    said: dict,
    folder: Path,
    name: str,
    *,
    config: dict | None = None,
    tensors: dict[str, Tensor] | None = None,
    figures: Mapping[str, float] | None = None,
) -> Path:
    """Write ``name``.safetensors and ``name``.json; ``said`` comes beside config and figures.

    config, tensors, figures: where they aren't those of ``kin``, whose best weights the run holds
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = tensors or {key.removeprefix(_PREFIX): value for key, value in run.best.items()}
    in_all = round(run.minutes + run.earlier.get("minutes", 0.0), 1)
    figures = figures or {f"valid nats a note, {key}": value for key, value in run.figures.items()}
    card = {
        "name": name,
        **said,
        "profile": run.profile,
        "config": PROFILES[run.profile].as_dict() if config is None else config,
        "parameters": sum(value.numel() for value in tensors.values()),
        "minutes": round(run.minutes, 1),
        "cpu_minutes": round(run.cpu_minutes, 1),
        "notes_seen": run.notes,
        "steps": run.step,
        **({"began_with": run.earlier, "minutes_in_all": in_all} if run.earlier else {}),
        "figures": {key: round(float(value), 4) for key, value in figures.items()},
        "curve": [[round(value, 4) for value in point] for point in run.curve if all(map(math.isfinite, point))],
    }
    weights = folder / f"{name}.safetensors"
    write_tensors(tensors, weights)
    write_card(folder / f"{name}.json", card)
    return weights
