"""What the machine allows, measured in the same run: a loop to calibrate by, memory bandwidth, peak arithmetic, and how
far ``kin``'s decode step is from the slower of the two.

Offers: ``calibration_s``, ``Limits``, ``step_s``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.engines.kin.config import CONTROL_SIZES, ROW
from models.engines.kin.playing.decoding import Decoder, FieldStepper, Stepper
from models.engines.kin.reading.chords import CHORD, COMING
from models.engines.kin.reading.copy_features import AHEAD_SIZES, ECHO_SIZES

_STEPS, _PROMPT = 64, 34


def calibration_s() -> float:
    """Processor time of a fixed loop of plain Python: what other seconds are compared by between machines."""
    began = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number & 7
    assert total
    return time.process_time() - began


def _fastest(work: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


@dataclass(frozen=True)
class Limits:
    """One core's bytes read a second, and multiplications with addition a second, in float32."""

    bytes_s: float
    products_s: float

    @classmethod
    def measured(cls) -> Limits:
        """Of this machine, now."""
        long, square = np.ones(16 << 20, np.float32), np.ones((512, 512), np.float32)
        return cls(long.nbytes / _fastest(long.sum, 8), square.size * 512 / _fastest(lambda: square @ square, 8))

    def step_s(self, decoder: Decoder, variations: int) -> float:
        """The least that a step with its fields can take: every weight read once, or every product made."""
        numbers = sum(array.size for array in _weights(decoder))
        return max(4 * numbers / self.bytes_s, variations * numbers / self.products_s)


def _weights(decoder: Decoder) -> list[np.ndarray]:
    """The matrices that each step of the decoder reads."""
    parts = [part for block in (*decoder.layers, *decoder.chains) for part in vars(block).values()]
    arrays = [getattr(part, "weights", part) for part in (*parts, decoder.coming, decoder.chord)]
    return [array for array in arrays if isinstance(array, np.ndarray) and array.ndim > 1]


def step_s(decoder: Decoder, variations: int) -> float:
    """Processor time of a step of so many variations with all its fields; the median of some dozens."""
    prompt = np.ones((_PROMPT, ROW + CHORD), int)
    reading = decoder.encoder.read(prompt, np.ones(len(CONTROL_SIZES), int), 96, 384)
    stepper, took = Stepper(decoder, [reading], variations, _STEPS), []
    row, none = np.ones((variations, ROW + len(AHEAD_SIZES) + COMING), int), np.zeros(variations, int)
    told: dict[int, dict[str, np.ndarray]] = {
        1: {"place": none, "chords": np.zeros((variations, CHORD), int)},
        2: {"echoes": np.zeros((variations, len(ECHO_SIZES)), int)},
    }
    for _ in range(_STEPS):
        began = time.process_time()
        fields = FieldStepper(decoder, stepper.step(row), row[:, ROW:], 1.0)
        for field in range(len(decoder.chains)):
            fields.logits()
            if field + 1 < len(decoder.chains):
                fields.fold(none, **told.get(field, {}))
        took.append(time.process_time() - began)
    return statistics.median(took)
