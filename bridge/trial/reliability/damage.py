"""R13: weights that are cut, flipped, swollen or not there are refused, and soon.

What reads them is imported by name, so that torch loads for this trial alone.

Offers: ``bad_weights``.
"""

from __future__ import annotations

import json
import math
import random
import shutil
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

from models.benchmarks.figure import Figure
from models.music.errors import EngineUnavailable
from models.sampling.networks.shipped import WEIGHTS

COUNTS = (100, 30), (1_000, 100)
"""Flips and cuts, in the short form and in the long one."""

Damage = Callable[[Path, Path], object]
"""Done to the weights and the card of a copy."""


def bad_weights(long: bool) -> Iterator[Figure]:
    """R13: each damage is one refusal in a sentence; what takes longest, and what memory it costs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _restore(folder)
        _read(folder)  # torch is there, and its memory
        before, refused, slowest, tried = _peak_mb(), 0, 0.0, 0
        for damage in _damages(*COUNTS[long]):
            _restore(folder)
            damage(folder / "kin.safetensors", folder / "kin.json")
            began = time.monotonic()
            refused += not _read(folder)
            slowest, tried = max(slowest, time.monotonic() - began), tried + 1
        _restore(folder)
        (folder / "kin.json").chmod(0o444)
        folder.chmod(0o555)
        read_only = _read(folder)
        folder.chmod(0o755)
    yield Figure(f"R13 damaged weights refused, of {tried}", refused, "", (tried, tried))
    yield Figure("R13 slowest refusal", slowest, "s", (0, 2))
    yield Figure("R13 memory that a refusal took at most", _peak_mb() - before, "MB", (0, 200))
    yield Figure("R13 good weights in a read-only folder play", read_only, "", (1, 1))


def _restore(folder: Path) -> None:
    for ending in ("safetensors", "json"):
        (folder / f"kin.{ending}").unlink(missing_ok=True)
        shutil.copy(WEIGHTS / f"kin.{ending}", folder)


def _read(folder: Path) -> bool:
    """Did they play? EngineUnavailable is the one error that they may end in."""
    decoding, config = import_module("models.engines.kin.playing.decoding"), import_module("models.engines.kin.config")
    read_playing = import_module("models.sampling.networks.weights").read_playing
    try:
        read_playing("kin", lambda said, arrays: decoding.Decoder(config.KinConfig(**said), arrays), folder)
    except EngineUnavailable:
        return False
    return True


def _peak_mb() -> float:
    """The most memory that this process ever had; Linux only, elsewhere 0."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1000


def _damages(flips: int, cuts: int) -> Iterator[Damage]:
    chance = random.Random(13)
    yield from (_flip(chance.random(), chance.randrange(8)) for _ in range(flips))
    yield from (_cut(chance.random()) for _ in range(cuts))
    yield lambda weights, card: weights.unlink()
    yield lambda weights, card: card.unlink()
    yield lambda weights, card: weights.write_bytes(b"")
    yield lambda weights, card: card.write_text("{")
    yield _config(encoder_layers=10**6)
    yield _config(heads=4)
    yield from (_unsealed(partial(_claim, header=claimed)) for claimed in (20 * 2**30, 2**63))
    yield _unsealed(_not_a_number)
    yield _unsealed(_swell)


def _flip(share: float, bit: int) -> Damage:
    def damage(weights: Path, card: Path) -> None:
        content = bytearray(weights.read_bytes())
        content[int(share * len(content))] ^= 1 << bit
        weights.write_bytes(content)

    return damage


def _cut(share: float) -> Damage:
    return lambda weights, card: weights.write_bytes(weights.read_bytes()[: int(share * weights.stat().st_size)])


def _config(**changes: int) -> Damage:
    def damage(weights: Path, card: Path) -> None:
        said = json.loads(card.read_text(encoding="utf-8"))
        said["config"].update(changes)
        card.write_text(json.dumps(said), encoding="utf-8")

    return damage


def _unsealed(harm: Callable[[Path], None]) -> Damage:
    """The same to weights whose card holds no sums: an adaptation of an earlier version."""

    def damage(weights: Path, card: Path) -> None:
        said = json.loads(card.read_text(encoding="utf-8"))
        del said["sha256"]
        card.write_text(json.dumps(said), encoding="utf-8")
        harm(weights)

    return damage


def _claim(weights: Path, header: int) -> None:
    weights.write_bytes(struct.pack("<Q", header) + weights.read_bytes()[8:])


def _not_a_number(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes()[:-2] + struct.pack("<e", math.nan))


def _swell(weights: Path) -> None:
    """A tensor of 20 GB in a file of few."""
    content = weights.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + length])
    header[max(header)].update(shape=[10 * 2**30], data_offsets=[0, 20 * 2**30])
    told = json.dumps(header).encode()
    weights.write_bytes(struct.pack("<Q", len(told)) + told + content[8 + length :])
