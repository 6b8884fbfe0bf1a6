"""From a checkpoint to what ships: weights in float16 and the model card beside them.

Offers: ``export``.
"""

from __future__ import annotations

import math
from pathlib import Path

from models.engines.kin.config import PROFILES
from models.sampling.networks.weights import write_tensors
from models.training.loop.checkpoint import Checkpoint
from models.training.model_card import write_card

_PREFIX = "network."


def export(run: Checkpoint, said: dict, folder: Path, name: str) -> Path:
    """Write ``name``.safetensors and ``name``.json; ``said`` comes beside config and figures."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {key.removeprefix(_PREFIX): value for key, value in run.best.items()}
    card = {
        "name": name,
        **said,
        "profile": run.profile,
        "config": PROFILES[run.profile].as_dict(),
        "parameters": sum(value.numel() for value in tensors.values()),
        "minutes": round(run.minutes, 1),
        "cpu_minutes": round(run.cpu_minutes, 1),
        "notes_seen": run.notes,
        "steps": run.step,
        **_earlier(run),
        "figures": {f"valid nats a note, {key}": round(value, 4) for key, value in run.figures.items()},
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
