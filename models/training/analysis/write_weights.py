"""Writing fitted weights as the Python tables that the analysis reads.

Offers: ``key``, ``chord``, ``role``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

import models.analysis.weights as home
from models.analysis.weights.chord import CHORD_QUALITIES, CHORD_VIEWS
from models.analysis.weights.key import VIEWS

_HEAD = '''"""{what}

Fitted by ``python -m models.training.analysis.fit``: {how}, on the train split
of {data}. Rounded.
"""

from __future__ import annotations

'''


def key(weights: np.ndarray, bias: np.ndarray, power: float) -> None:
    """Weights (2, views, 12), bias (2,)."""
    text = _HEAD.format(
        what="Weights of the key model: what each pitch class above the tonic says for a key, by view.",
        how="softmax regression, L2 1e-4",
        data="lieder, pop909, openewld, billboard and rs200: whole pieces and stretches of 2 to 8 bars",
    )
    text += _texts("VIEWS", VIEWS, "What is looked at, as ``key`` computes it.")
    text += f'BIAS = ({_row(bias)})\n"""Of major and minor."""\n\n'
    text += f'SHARPENING = {power:.2f}\n"""The power of the number of notes (in 64) by which scores grow."""\n\n'
    text += _table("WEIGHTS", ((mode, view) for mode in ("major", "minor") for view in VIEWS), weights)
    _write("key.py", text)


def chord(weights: np.ndarray, bias: np.ndarray, shares: np.ndarray) -> None:
    """Weights (qualities, views, 12), bias (qualities,), shares (2, qualities, 12)."""
    text = _HEAD.format(
        what="Weights of the chord model: what a beat's pitch classes, seen from a root, say for each quality there.",
        how="softmax regression, L2 1e-5, shares counted",
        data="pop909 and openewld",
    )
    text += _texts("CHORD_QUALITIES", CHORD_QUALITIES)
    text += _texts("CHORD_VIEWS", CHORD_VIEWS, "What is looked at, as ``chords`` computes it.")
    text += f'CHORD_BIAS = ({_row(bias)})\n"""Of each quality."""\n\n'
    text += _table("CHORD_WEIGHTS", ((quality, view) for quality in CHORD_QUALITIES for view in CHORD_VIEWS), weights)
    text += "\n" + _table(
        "CHORD_SHARES",
        ((mode, quality) for mode in ("major", "minor") for quality in CHORD_QUALITIES),
        1000 * shares,
        digits=1,
    )
    text += (
        '"""How often each chord is heard in a key, in thousandths of the time, by degree in semitones above the '
        'tonic."""\n'
    )
    _write("chord.py", text)


def role(names: Sequence[str], centres: np.ndarray, scales: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> None:
    """Centres and scales (measures,), weights (roles, measures), bias (roles,)."""
    text = _HEAD.format(
        what="Weights of the role model: what each measure, less its centre and divided by its scale, says for a role.",
        how="softmax regression, L2 1e-4",
        data="all sources of notes: whole tracks and stretches of 2 and 4 bars, sources balanced",
    )
    text += _texts("MEASURES", names, "What is looked at, as ``role`` computes it.")
    text += "CENTRES = (\n" + _wrapped(f"{value:g}" for value in centres) + ")\n"
    text += "SCALES_OF = (\n" + _wrapped(f"{value:g}" for value in scales) + ")\n\n"
    text += f'ROLE_BIAS = ({_row(bias)})\n"""Of melody, chords, bass and drums."""\n\n'
    text += _table("ROLE_WEIGHTS", names, weights.T)
    _write("role.py", text)


def _write(name: str, text: str) -> None:
    (Path(home.__path__[0]) / name).write_text(text, encoding="utf-8")


def _row(values: Iterable[float], digits: int = 2) -> str:
    return ", ".join(f"{value:.{digits}f}" for value in values)


def _wrapped(items: Iterable[str], width: int = 8) -> str:
    listed = list(items)
    return "".join(f"    {', '.join(listed[at : at + width])},\n" for at in range(0, len(listed), width))


def _texts(name: str, texts: Iterable[str], comment: str = "") -> str:
    lines = f"{name} = (\n" + _wrapped(f'"{text}"' for text in texts) + ")\n"
    return lines + (f'"""{comment}"""\n\n' if comment else "\n")


def _table(name: str, labels: Iterable[object], values: np.ndarray, digits: int = 2) -> str:
    lines = f"{name} = {{\n"
    for label, row in zip(labels, values.reshape(-1, values.shape[-1]), strict=True):
        spelled = repr(label).replace("'", '"')
        lines += f"    {spelled}: ({_row(row, digits)}),\n"
    return lines + "}\n"
