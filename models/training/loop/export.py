"""From a checkpoint to what ships: weights in float16 and the model card beside them.

Offers: ``export``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from models.engines.kin.config import PROFILES
from models.sampling.networks.weights import write_tensors
from models.training.loop.checkpoint import Checkpoint
from models.training.model_card import write_card

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
        **_earlier(run),
        "figures": {key: round(float(value), 4) for key, value in figures.items()},
        "curve": [[round(value, 4) for value in point] for point in run.curve if all(map(math.isfinite, point))],
    }
    weights = folder / f"{name}.safetensors"
    write_tensors(tensors, weights)
    write_card(folder / f"{name}.json", card)
    return weights


def _earlier(run: Checkpoint) -> dict:
    """What the weights that the run began with had learned already, and the minutes of both."""
    if not run.earlier:
        return {}
    return {"began_with": run.earlier, "minutes_in_all": round(run.minutes + run.earlier.get("minutes", 0.0), 1)}
