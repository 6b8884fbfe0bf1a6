"""Weights on disk: safetensors in float16, checked before they are used.

Offers: ``read_network``, ``write_network``.
"""

from __future__ import annotations

import os
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from models.engines.kin.card import files_of, read_card
from models.engines.kin.config import KinConfig
from models.engines.kin.network import Network
from models.music.errors import EngineUnavailable

LARGEST_FILE = 64 * 2**20
"""Bytes; a larger file is none of ours."""


def read_network(name: str) -> Network:
    """The network of an engine, ready to play; raises EngineUnavailable with the reason when a file is damaged."""
    said = read_card(name)
    path, card = files_of(name)
    try:
        config = KinConfig(**said["config"])
        with torch.device("meta"):
            network = Network(config)
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise EngineUnavailable(f"The file {card.name} describes a network that this version doesn't know; "
                                "install Clipkin again.", field="engine") from error
    network.load_state_dict(_read_tensors(path, network), assign=True)
    return network.eval().requires_grad_(False)


def _read_tensors(path: Path, network: Network) -> dict[str, Tensor]:
    damaged = EngineUnavailable(f"The weights in {path.name} are damaged; install Clipkin again.", field="engine")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise damaged
        stored = load_file(path)
    except (OSError, SafetensorError, ValueError) as error:
        raise damaged from error
    wanted = network.state_dict()
    if stored.keys() != wanted.keys() or any(stored[name].shape != wanted[name].shape for name in wanted):
        raise EngineUnavailable(f"The weights in {path.name} belong to another network than its card describes; "
                                "install Clipkin again.", field="engine")
    tensors = {name: tensor.float() for name, tensor in stored.items()}
    if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise damaged
    return tensors


def write_network(tensors: dict[str, Tensor], path: Path) -> None:
    """Write weights in float16, whole or not at all."""
    partial = path.with_name(path.name + ".part")
    try:
        save_file({name: tensor.detach().cpu().to(torch.float16).contiguous() for name, tensor in tensors.items()},
                  partial)
        partial.chmod(0o644)  # safetensors makes a file that only its owner may read
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
