"""Weights on disk: safetensors in float16, checked before they are used.

Offers: ``read_network``, ``tensors_of``, ``write_tensors``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.music.errors import EngineUnavailable
from models.sampling.shipped import WEIGHTS, files_of, read_card

LARGEST_FILE = 64 * 2**20
"""Bytes; a larger file is none of ours."""

AnyNetwork = TypeVar("AnyNetwork", bound=nn.Module)


def read_network(name: str, build: Callable[[dict], AnyNetwork], folder: Path = WEIGHTS) -> AnyNetwork:
    """The network of an engine, ready to play; build: from the card's config, without weights.

    Raises EngineUnavailable with the reason when a file is missing or damaged.
    """
    # A DAW keeps the other cores busy: a second thread then makes each step several times slower, not faster.
    torch.set_num_threads(1)
    said = read_card(name, folder)
    path, card = files_of(name, folder)
    try:
        with torch.device("meta"):
            network = build(said["config"])
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise EngineUnavailable(
            f"The file {card.name} describes a network that this version doesn't know; install Clipkin again.",
            field="engine",
        ) from error
    network.load_state_dict(_read_tensors(path, network), assign=True)
    return network.eval().requires_grad_(False)


def tensors_of(name: str, folder: Path = WEIGHTS) -> dict[str, Tensor]:
    """The stored weights of an engine by name, in float32, for a network that may differ; raises EngineUnavailable."""
    path, _ = files_of(name, folder)
    return {key: tensor.float() for key, tensor in _stored(path).items()}


def _stored(path: Path) -> dict[str, Tensor]:
    damaged = _damaged(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise damaged
        return load_file(path)
    except (OSError, SafetensorError, ValueError) as error:
        raise damaged from error


def _damaged(path: Path) -> EngineUnavailable:
    return EngineUnavailable(f"The weights in {path.name} are damaged; install Clipkin again.", field="engine")


def _read_tensors(path: Path, network: nn.Module) -> dict[str, Tensor]:
    stored = _stored(path)
    wanted = network.state_dict()
    if stored.keys() != wanted.keys() or any(stored[name].shape != wanted[name].shape for name in wanted):
        raise EngineUnavailable(
            f"The weights in {path.name} belong to another network than its card describes; install Clipkin again.",
            field="engine",
        )
    tensors = {name: tensor.float() for name, tensor in stored.items()}
    if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise _damaged(path)
    return tensors


def write_tensors(tensors: dict[str, Tensor], path: Path) -> None:
    """Write weights in float16, whole or not at all."""
    partial = path.with_name(path.name + ".part")
    try:
        save_file(
            {name: tensor.detach().cpu().to(torch.float16).contiguous() for name, tensor in tensors.items()}, partial
        )
        partial.chmod(0o644)  # safetensors makes a file that only its owner may read
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
