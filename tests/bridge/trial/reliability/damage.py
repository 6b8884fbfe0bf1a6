"""R13: weights that are cut, flipped, swollen or not there are refused, and soon.

What reads them is imported by name, so that torch loads for this trial alone.

Offers: ``bad_weights``.
"""

from __future__ import annotations

import json
import math
import random
import struct
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from models.benchmarks.figure import Figure
from models.music.errors import EngineUnavailable
from models.sampling.networks.shipped import WEIGHTS

COUNTS = (100, 30), (1_000, 100)
"""Flips and cuts, in the short form and in the long one."""

Card = dict[str, Any]
Laid = tuple[bytes | None, Card | str | None]
"""Weights and card as they are laid into a folder; None: they aren't there."""


def bad_weights(long: bool) -> Iterator[Figure]:
    """R13: each damage is one refusal in a sentence; what takes longest, and what memory it costs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights, card = (WEIGHTS / "kin.safetensors").read_bytes(), json.loads((WEIGHTS / "kin.json").read_bytes())
        _lay(folder, weights, card)
        _read(folder)  # torch is there, and its memory
        before, refused, slowest, tried = _peak_mb(), 0, 0.0, 0
        for damaged in _damaged(weights, card, *COUNTS[long]):
            _lay(folder, *damaged)
            began = time.monotonic()
            refused += not _read(folder)
            slowest, tried = max(slowest, time.monotonic() - began), tried + 1
        _lay(folder, weights, card)
        (folder / "kin.json").chmod(0o444)
        folder.chmod(0o555)
        read_only = _read(folder)
        folder.chmod(0o755)
    yield Figure(f"R13 damaged weights refused, of {tried}", refused, "", (tried, tried))
    yield Figure("R13 slowest refusal", slowest, "s", (0, 2))
    yield Figure("R13 memory that a refusal took at most", _peak_mb() - before, "MB", (0, 200))
    yield Figure("R13 good weights in a read-only folder play", read_only, "", (1, 1))


def _lay(folder: Path, weights: bytes | None, card: Card | str | None) -> None:
    told = json.dumps({name: value for name, value in card.items() if value}) if isinstance(card, dict) else card
    for name, content in (("kin.safetensors", weights), ("kin.json", told.encode() if told else None)):
        (folder / name).unlink(missing_ok=True)
        if content is not None:
            (folder / name).write_bytes(content)


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


def _damaged(weights: bytes, card: Card, flips: int, cuts: int) -> Iterator[Laid]:
    chance = random.Random(13)
    yield from ((_flipped(weights, chance.random(), chance.randrange(8)), card) for _ in range(flips))
    yield from ((weights[: int(chance.random() * len(weights))], card) for _ in range(cuts))
    yield from ((None, card), (weights, None), (b"", card), (weights, "{"))
    for wrong in ({"encoder_layers": 10**6}, {"heads": 4}):
        yield weights, {**card, "config": {**card["config"], **wrong}}
    # Where the card holds no sums, as those of adaptations by an earlier version, something else has to find it.
    claiming = (struct.pack("<Q", header) + weights[8:] for header in (20 * 2**30, 2**63))
    not_a_number = weights[:-2] + struct.pack("<e", math.nan)
    yield from ((content, {**card, "sha256": None}) for content in (*claiming, not_a_number, _swollen(weights)))


def _flipped(weights: bytes, share: float, bit: int) -> bytes:
    content = bytearray(weights)
    content[int(share * len(content))] ^= 1 << bit
    return bytes(content)


def _swollen(weights: bytes) -> bytes:
    """A tensor of 20 GB in a file of few."""
    length = struct.unpack("<Q", weights[:8])[0]
    header = json.loads(weights[8 : 8 + length])
    header[max(header)].update(shape=[10 * 2**30], data_offsets=[0, 20 * 2**30])
    told = json.dumps(header).encode()
    return struct.pack("<Q", len(told)) + told + weights[8 + length :]
