"""Weights on disk: safetensors in float16, checked before they are used. Torch is loaded for its own networks alone.

Offers: ``read_playing``, ``read_network``, ``arrays_of``, ``tensors_of``, ``write_tensors``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from models.music.errors import EngineUnavailable
from models.sampling.networks.layers import Arrays, Misfit
from models.sampling.networks.shipped import WEIGHTS, files_of, read_card, sums_of

if TYPE_CHECKING:
    from torch import Tensor, nn

LARGEST_FILE = 64 * 2**20
"""Bytes; a larger file is none of ours."""

LARGEST_HEADER, MOST_TENSORS = 2**20, 2_000
MOST_LAYERS = 64

AnyNetwork = TypeVar("AnyNetwork", bound="nn.Module")
Playing = TypeVar("Playing")


def read_playing(name: str, build: Callable[[dict, Arrays], Playing], folder: Path = WEIGHTS) -> Playing:
    """The network of an engine as it plays, without torch; build: from the card's config and the stored weights.

    Raises EngineUnavailable with the reason when a file is missing or damaged.
    """

    def built(config: dict, stored: dict[str, np.ndarray]) -> Playing:
        arrays = Arrays(stored)
        network = build(config, arrays)
        arrays.see_that_all_were_taken()
        return network

    return _read(name, built, folder)


def read_network(name: str, build: Callable[[dict], AnyNetwork], folder: Path = WEIGHTS) -> AnyNetwork:
    """The network of an engine in torch, for training and its proofs; build: from the card's config, without weights.

    Raises EngineUnavailable with the reason when a file is missing or damaged.
    """
    import torch

    # A DAW keeps the other cores busy: a second thread then makes each step several times slower, not faster.
    torch.set_num_threads(1)

    def built(config: dict, stored: dict[str, np.ndarray]) -> AnyNetwork:
        # Not on the device "meta": its first use imports 800 modules, which takes longer than all the rest.
        network = build(config)
        wanted = network.state_dict()
        if stored.keys() != wanted.keys() or any(stored[name].shape != wanted[name].shape for name in wanted):
            raise Misfit(name)
        network.load_state_dict({key: torch.from_numpy(stored[key]).float() for key in stored}, assign=True)
        return network.eval().requires_grad_(False)

    return _read(name, built, folder)


def _read(name: str, build: Callable[[dict, dict[str, np.ndarray]], Playing], folder: Path) -> Playing:
    said = read_card(name, folder)
    path, card = files_of(name, folder)
    stored = _stored(path, said)
    try:
        _see_that_it_is_small(said["config"], sum(array.size for array in stored.values()))
        return build(said["config"], stored)
    except Misfit as error:
        raise EngineUnavailable(
            f"The weights in {path.name} belong to another network than its card describes; install Clipkin again.",
            field="engine",
        ) from error
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise EngineUnavailable(
            f"The file {card.name} describes a network that this version doesn't know; install Clipkin again.",
            field="engine",
        ) from error


def _see_that_it_is_small(config: dict, numbers: int) -> None:
    """Raise ValueError, before it is built, for a network that can't be one of so many numbers."""
    sizes = {key: size for key, size in config.items() if isinstance(size, int)}
    layers = sum(size for key, size in sizes.items() if "layers" in key)
    widest = sorted(size for key, size in sizes.items() if "layers" not in key)[-2:]
    if min(sizes.values(), default=1) < 1 or layers > MOST_LAYERS or math.prod(widest) * max(1, layers) > numbers:
        raise ValueError(f"{sizes} are too many for {numbers} numbers")


def arrays_of(network: nn.Module) -> Arrays:
    """The weights of a torch network, for the same network as it plays."""
    return Arrays({name: tensor.detach().float().cpu().numpy() for name, tensor in network.state_dict().items()})


def tensors_of(name: str, folder: Path = WEIGHTS) -> dict[str, Tensor]:
    """The stored weights of an engine by name, in float32, for a network that may differ; raises EngineUnavailable."""
    import torch

    path, _ = files_of(name, folder)
    return {key: torch.from_numpy(array).float() for key, array in _stored(path, read_card(name, folder)).items()}


def _stored(path: Path, said: dict[str, Any]) -> dict[str, np.ndarray]:
    """The arrays of a file that is what its card says; looked at before anything is given room."""
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
        arrays: dict[str, np.ndarray] = load_file(path)
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise damaged from error
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise damaged
    return arrays


def _has_sane_header(path: Path) -> bool:
    """Is there a header, as long as it says, of no more tensors than a network of ours has? Raises OSError."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        return length <= LARGEST_HEADER and file.read(length).count(b'"dtype"') <= MOST_TENSORS


def write_tensors(tensors: dict[str, Tensor], path: Path) -> None:
    """Write weights in float16, whole or not at all."""
    partial = path.with_name(path.name + ".part")
    try:
        save_file(
            {name: np.ascontiguousarray(tensor.detach().cpu().half().numpy()) for name, tensor in tensors.items()},
            partial,
        )
        partial.chmod(0o644)  # safetensors makes a file that only its owner may read
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
