"""Weights on disk: safetensors in float16, checked before they are used.

Offers: ``read_network``, ``tensors_of``, ``write_tensors``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.music.errors import EngineUnavailable
from models.sampling.shipped import WEIGHTS, files_of, read_card, sums_of

LARGEST_FILE = 64 * 2**20
"""Bytes; a larger file is none of ours."""

LARGEST_HEADER, MOST_TENSORS = 2**20, 2_000
MOST_LAYERS = 64

AnyNetwork = TypeVar("AnyNetwork", bound=nn.Module)


def read_network(name: str, build: Callable[[dict], AnyNetwork], folder: Path = WEIGHTS) -> AnyNetwork:
    """The network of an engine, ready to play; build: from the card's config, without weights.

    Raises EngineUnavailable with the reason when a file is missing or damaged.
    """
    # A DAW keeps the other cores busy: a second thread then makes each step several times slower, not faster.
    torch.set_num_threads(1)
    said = read_card(name, folder)
    path, card = files_of(name, folder)
    stored = _stored(path, said)
    try:
        _see_that_it_is_small(said["config"], sum(tensor.numel() for tensor in stored.values()))
        # Not on the device "meta": its first use imports 800 modules, which takes longer than all the rest.
        network = build(said["config"])
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise EngineUnavailable(
            f"The file {card.name} describes a network that this version doesn't know; install Clipkin again.",
            field="engine",
        ) from error
    network.load_state_dict(_fitting(stored, network, path), assign=True)
    return network.eval().requires_grad_(False)


def _see_that_it_is_small(config: dict, numbers: int) -> None:
    """Raise ValueError, before it is built, for a network that can't be one of so many numbers."""
    sizes = {key: size for key, size in config.items() if isinstance(size, int)}
    layers = sum(size for key, size in sizes.items() if "layers" in key)
    widest = sorted(size for key, size in sizes.items() if "layers" not in key)[-2:]
    if min(sizes.values(), default=1) < 1 or layers > MOST_LAYERS or math.prod(widest) * max(1, layers) > numbers:
        raise ValueError(f"{sizes} are too many for {numbers} numbers")


def tensors_of(name: str, folder: Path = WEIGHTS) -> dict[str, Tensor]:
    """The stored weights of an engine by name, in float32, for a network that may differ; raises EngineUnavailable."""
    path, _ = files_of(name, folder)
    return {key: tensor.float() for key, tensor in _stored(path, read_card(name, folder)).items()}


def _stored(path: Path, said: dict) -> dict[str, Tensor]:
    """The tensors of a file that is what its card says; looked at before anything is given room."""
    damaged = EngineUnavailable(f"The weights in {path.name} are damaged; install Clipkin again.", field="engine")
    try:
        if path.stat().st_size > LARGEST_FILE or not _has_sane_header(path):
            raise damaged
        sums = said.get("sha256")  # adaptations made by an earlier version have none
        if sums is not None and sums != sums_of(path, said["config"]):
            raise EngineUnavailable(
                f"The weights in {path.name} are not those that {path.stem}.json describes; install Clipkin again.",
                field="engine",
            )
        tensors = load_file(path)
    except (OSError, SafetensorError, ValueError) as error:
        raise damaged from error
    if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise damaged
    return tensors


def _has_sane_header(path: Path) -> bool:
    """Is there a header, as long as it says, of no more tensors than a network of ours has? Raises OSError."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        return length <= LARGEST_HEADER and file.read(length).count(b'"dtype"') <= MOST_TENSORS


def _fitting(stored: dict[str, Tensor], network: nn.Module, path: Path) -> dict[str, Tensor]:
    wanted = network.state_dict()
    if stored.keys() != wanted.keys() or any(stored[name].shape != wanted[name].shape for name in wanted):
        raise EngineUnavailable(
            f"The weights in {path.name} belong to another network than its card describes; install Clipkin again.",
            field="engine",
        )
    return {name: tensor.float() for name, tensor in stored.items()}


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
