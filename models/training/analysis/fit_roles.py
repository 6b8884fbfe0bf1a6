"""Fitting the role model: tracks of all sources, stretches of them, charts played as producers play them, moved kits.

Written to ``models/analysis/weights/role.npz``.

Offers: ``fit_roles``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from models.analysis import role
from models.analysis.arrays import NoteArrays
from models.music.beats import Metre
from models.music.clip import ROLES, Role
from models.training.analysis.annotated import ALL_SOURCES, read_annotated
from models.training.analysis.fit_chords import charts_of
from models.training.analysis.network import SEED, Network, save, train
from models.training.analysis.played_chords import made_loop
from models.training.analysis.producer_styles import made_up, play_chart

HIDDEN = 24
_CLIPS = 2500
_EPOCHS = 30
_FEWEST = 3
_MOVED = 0.5
"""Share of the drum clips that are heard once more on other pads."""


@dataclass
class _Rows:
    measures: list[dict[str, float]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def add(self, notes: NoteArrays, name: Role, weight: float, source: str) -> None:
        if len(notes) >= _FEWEST:
            self.measures.append(role.measures_of(notes))
            self.labels.append(ROLES.index(name))
            self.weights.append(weight)
            self.sources.append(source)


def stretch(notes: NoteArrays, metre: Metre, bars: int, within: float, rng: np.random.Generator) -> NoteArrays:
    """Some bars that begin in the first ``within`` bars of the notes."""
    first, last = metre.bar_of(float(notes.onset[0])), metre.bar_of(float(notes.onset[-1]))
    start = first + int(rng.uniform(0, max(1, min(last - first + 1, within) - bars + 1)))
    return notes.between(start * metre.bar - 0.02, (start + bars) * metre.bar - 0.02)


def _on_other_pads(notes: NoteArrays, rng: np.random.Generator) -> NoteArrays:
    """A kit on neighbouring pads, or moved as it is; every hit as long as any other."""
    pads = np.unique(notes.pitch)
    low = int(rng.choice((36, 48, 60, 60, 72)))
    if rng.random() < 0.6:
        moved = low + rng.permutation(len(pads)) * int(rng.choice((1, 1, 2)))
    else:
        moved = pads - pads.min() + low
    pitch = np.minimum(moved, 127)[np.searchsorted(pads, notes.pitch)]
    duration = np.full(len(notes), float(rng.choice((0.1, 0.25, 0.5))))
    order = np.lexsort((pitch, notes.onset))
    return NoteArrays(notes.onset[order], pitch[order], duration[order], notes.velocity[order])


def _one_lane(notes: NoteArrays, rng: np.random.Generator) -> NoteArrays:
    """One pad of a kit alone, its hits all of one length."""
    kept = notes.pitch == rng.choice(notes.pitch)
    length = np.full(int(kept.sum()), float(rng.choice((0.1, 0.25))))
    return NoteArrays(notes.onset[kept], notes.pitch[kept], length, notes.velocity[kept])


def _from_tracks(folder: Path, rows: _Rows, rng: np.random.Generator) -> None:
    for piece in read_annotated(folder, ALL_SOURCES, "train"):
        for name, notes in piece.tracks:
            if name is None or len(notes) < 4:
                continue
            for bars in (None, 4, 2):
                part = notes if bars is None else stretch(notes, piece.metre, bars, float("inf"), rng)
                rows.add(part, name, 0.7 if bars is None else 1.2, piece.source)
                if name == "drums" and bars is not None and len(part) >= _FEWEST and rng.random() < _MOVED:
                    rows.add(_on_other_pads(part, rng), "drums", 1.0, "moved kits")
                    rows.add(_one_lane(part, rng), "drums", 1.0, "lanes")


def _from_charts(folder: Path, rows: _Rows, rng: np.random.Generator) -> None:
    charts = charts_of(folder)
    for _ in range(_CLIPS):
        kind = rng.random()
        if kind < 0.4:
            chart, metre, _ = made_loop(rng)
        else:
            chart, metre = made_up(rng) if kind < 0.6 else charts[int(rng.integers(len(charts)))]
        played = play_chart(chart, metre, rng)
        if len(played.notes) >= _FEWEST:
            for part in (played.notes, stretch(played.notes, metre, 4, float("inf"), rng)):
                rows.add(part, played.role, 1.0, "played")


def fit_roles(folder: Path) -> None:
    """Whole tracks and stretches; every source weighs as the root of its number of rows."""
    torch.manual_seed(SEED)
    rng, rows = np.random.default_rng(SEED), _Rows()
    _from_tracks(folder, rows, rng)
    _from_charts(folder, rows, rng)
    table = np.array([list(row.values()) for row in rows.measures])
    centres, scales = table.mean(axis=0), table.std(axis=0) + 1e-6
    share = {source: 1 / np.sqrt(rows.sources.count(source)) for source in set(rows.sources)}
    weight = np.array(rows.weights) * [share[source] for source in rows.sources]
    features = np.clip((table - centres) / scales, -4, 4).astype(np.float32)
    network = Network(features.shape[1], HIDDEN, len(ROLES))
    train(network, network, features, np.array(rows.labels), weight / weight.mean(), _EPOCHS)
    save("role", network, centres=centres, scales=scales)
