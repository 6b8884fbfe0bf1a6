"""Writing fitted weights as the Python tables that the analysis reads.

Offers: ``key``, ``chord``, ``role``, ``write_tables``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

import numpy as np

import models.analysis.weights as home
from models.analysis.weights.chord import CHORD_QUALITIES, CHORD_VIEWS
from models.analysis.weights.key import VIEWS

_MODES = ("major", "minor")


def key(weights: np.ndarray, bias: np.ndarray, power: float) -> None:
    """Weights (2, views, 12), bias (2,)."""
    write_tables(
        "key",
        "Weights of the key model: what each pitch class above the tonic says for a key, by view.",
        "L2 1e-4, on lieder, pop909, openewld, billboard and rs200: whole pieces and stretches of 2 to 8 bars",
        VIEWS=(VIEWS, "What is looked at, as ``key`` computes it."),
        BIAS=(bias.round(2), "Of major and minor."),
        SHARPENING=(round(power, 2), "The power of the number of notes (in 64) by which scores grow."),
        WEIGHTS=(_labelled(product(_MODES, VIEWS), weights), ""),
    )


def chord(weights: np.ndarray, bias: np.ndarray, shares: np.ndarray) -> None:
    """Weights (qualities, views, 12), bias (qualities,), shares (2, qualities, 12)."""
    write_tables(
        "chord",
        "Weights of the chord model: what a beat's pitch classes, seen from a root, say for each quality there.",
        "L2 1e-5, shares counted, on pop909 and openewld",
        CHORD_QUALITIES=(CHORD_QUALITIES, ""),
        CHORD_VIEWS=(CHORD_VIEWS, "What is looked at, as ``chords`` computes it."),
        CHORD_BIAS=(bias.round(2), "Of each quality."),
        CHORD_WEIGHTS=(_labelled(product(CHORD_QUALITIES, CHORD_VIEWS), weights), ""),
        CHORD_SHARES=(
            _labelled(product(_MODES, CHORD_QUALITIES), 1000 * shares, places=1),
            "How often each chord is heard in a key, in thousandths of the time, by semitones above the tonic.",
        ),
    )


def role(names: Sequence[str], centres: np.ndarray, scales: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> None:
    """Centres and scales (measures,), weights (roles, measures), bias (roles,)."""
    write_tables(
        "role",
        "Weights of the role model: what each measure, less its centre and divided by its scale, says for a role.",
        "L2 1e-4, on all sources of notes: whole tracks and stretches of 2 and 4 bars, sources balanced",
        MEASURES=(names, "What is looked at, as ``role`` computes it."),
        CENTRES=(centres, ""),
        SCALES_OF=(scales, ""),
        ROLE_BIAS=(bias.round(2), "Of melody, chords, bass and drums."),
        ROLE_WEIGHTS=(_labelled(names, weights.T), ""),
    )


def _labelled(labels: Iterable[object], rows: np.ndarray, places: int = 2) -> dict[object, np.ndarray]:
    return dict(zip(labels, rows.reshape(-1, rows.shape[-1]).round(places), strict=True))


def write_tables(name: str, what: str, how: str, **tables: tuple[object, str]) -> None:
    """Write a module of ``models/analysis/weights``: constants by name, each a value and what to say of it."""
    fitted = f"Fitted by ``clipkin train analysis``: softmax regression on the train split,\n{how}. Rounded."
    text = f'"""{what}\n\n{fitted}\n"""\n\n'
    text += "from __future__ import annotations\n\n"
    for constant, (value, said) in tables.items():
        text += f"{constant} = {_literal(value)}\n" + (f'"""{said}"""\n\n' if said else "\n")
    (Path(home.__path__[0]) / f"{name}.py").write_text(text.rstrip() + "\n", encoding="utf-8")


def _literal(value: object) -> str:
    """A value as Python, numbers to three places, eight items of a long row in a line."""
    if isinstance(value, dict):
        return "{\n" + "".join(f"    {_literal(key)}: {_literal(row)},\n" for key, row in value.items()) + "}"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (Sequence, np.ndarray)):
        items = [_literal(item) for item in value]
        if len(items) <= 13:
            return f"({', '.join(items)})"
        return "(\n" + "".join(f"    {', '.join(items[at : at + 8])},\n" for at in range(0, len(items), 8)) + ")"
    return f"{value + 0.0:.3f}".rstrip("0").rstrip(".")
