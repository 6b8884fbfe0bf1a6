"""Fitting the chord model: a small network for the beats, counts for what follows what and for what is usual in a key.

The network looks at a beat from each of the twelve roots with the same weights, so a transposed clip gets the
transposed answer; it is trained on annotated beats and on charts played as producers play them, about half and half.
Written to ``models/analysis/weights/chord.npz``.

Offers: ``fit_chords``; ``beats_of_pieces``, ``beats_of_charts``, ``charts_of``, ``transitions``, ``Beats``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models.analysis.arrays import NoteArrays
from models.analysis.chord.views import CHORD_FAMILIES, FROM_ROOTS, ROOTLESS, edges_of, features_of, settled
from models.music.beats import Metre
from models.music.chord import TimedChord, family_of
from models.training.analysis.annotated import SONGS, Annotated, read_annotated
from models.training.analysis.network import SEED, Network, save, train, turned
from models.training.analysis.producer_styles import made_up, play_chart

NOTED = ("pop909", "openewld")
CHARTS = (*SONGS, "freemidichords", "openewld")
_BARS = 8
_RARE = 4
"""Lead sheets are few: their beats count so many times."""


@dataclass(frozen=True)
class Beats:
    """Features (N, F) as ``features_of`` makes them, and right answers, family · 12 + root, (N,)."""

    features: np.ndarray
    labels: np.ndarray


def _read(notes: NoteArrays, chords: tuple[TimedChord, ...], metre: Metre, length: float) -> Beats:
    edges = edges_of(metre, length)
    features = features_of(settled(notes, edges), edges, metre)
    middles = (edges[:-1] + edges[1:]) / 2
    labels = np.full(len(middles), -1)
    for timed in chords:
        family = family_of(timed.chord.intervals)
        if family in CHORD_FAMILIES:
            inside = (middles >= timed.onset) & (middles < timed.end)
            labels[inside] = CHORD_FAMILIES.index(family) * 12 + timed.chord.root
    known = (labels >= 0) & (features[:, :12].sum(axis=1) > 0)
    return Beats(features[known], labels[known])


def beats_of_pieces(folder: Path, split: str = "train") -> Beats:
    """The annotated beats of pieces with notes."""
    found = []
    for piece in read_annotated(folder, NOTED, split):
        if piece.chords and len(piece.together):
            length = piece.metre.bars(float(piece.together.end.max())) * piece.metre.bar
            beats = _read(piece.together, piece.chords, piece.metre, length)
            found += [beats] * (_RARE if piece.source == "openewld" else 1)
    return _joined(found)


def beats_of_charts(folder: Path, count: int, rng: np.random.Generator) -> Beats:
    """The beats of ``count`` clips played from charts."""
    charts, found = charts_of(folder), []
    for _ in range(count):
        chart, metre = made_up(rng) if rng.random() < 0.3 else charts[int(rng.integers(len(charts)))]
        played = play_chart(chart, metre, rng)
        if len(played.notes) >= 4:
            beats = _read(played.notes, played.chords, played.metre, played.length)
            beats.features[:, ROOTLESS] = played.rootless
            found.append(beats)
    return _joined(found)


def charts_of(folder: Path) -> list[tuple[tuple[TimedChord, ...], Metre]]:
    """Stretches of annotated songs."""
    return [chart for song in read_annotated(folder, CHARTS, "train") for chart in _stretches(song)]


def _joined(found: list[Beats]) -> Beats:
    return Beats(
        np.concatenate([beats.features for beats in found]).astype(np.float32),
        np.concatenate([beats.labels for beats in found]),
    )


def _stretches(song: Annotated) -> Iterator[tuple[tuple[TimedChord, ...], Metre]]:
    """Eight bars at a time, from beat 0."""
    if not song.chords:
        return
    span = _BARS * song.metre.bar
    start = song.metre.bar_of(song.chords[0].onset) * song.metre.bar
    while start < song.chords[-1].end:
        inside = tuple(
            TimedChord(
                max(timed.onset - start, 0.0), min(timed.end, start + span) - max(timed.onset, start), timed.chord
            )
            for timed in song.chords
            if timed.onset < start + span and timed.end > start + 0.1
        )
        if len(inside) >= 2 and all(timed.duration >= 0.9 for timed in inside):
            yield inside, song.metre
        start += span


def transitions(folder: Path, rng: np.random.Generator) -> np.ndarray:
    """Log-probability of the next chord where it changes, (families, 12 semitones up, families), from charts."""
    count = len(CHORD_FAMILIES)
    table = np.full((count, 12, count), 0.05)
    sequences = [song.chords for song in read_annotated(folder, (*CHARTS, "pop909"), "train")]
    sequences += [made_up(rng)[0] for _ in range(600)]
    for chords in sequences:
        for one, other in zip(chords, chords[1:], strict=False):
            families = family_of(one.chord.intervals), family_of(other.chord.intervals)
            moved = (other.chord.root - one.chord.root) % 12
            if (
                families[0] in CHORD_FAMILIES
                and families[1] in CHORD_FAMILIES
                and (moved or families[0] != families[1])
            ):
                table[CHORD_FAMILIES.index(families[0]), moved, CHORD_FAMILIES.index(families[1])] += 1
    shares: np.ndarray = np.log(table / table.sum(axis=(1, 2), keepdims=True))
    return shares


HIDDEN, DROPOUT = 128, 0.1
CLIPS = 9000
_EPOCHS = 8
_RARE_KEYS = 3
"""Lead sheets are few: their keys weigh this much more."""


def _shares(folder: Path) -> np.ndarray:
    """How often each chord is heard in major and minor keys, by time, (2, families, 12 degrees)."""
    shares = np.zeros((2, len(CHORD_FAMILIES), 12))
    for piece in read_annotated(folder, NOTED, "train"):
        truth = piece.key if len(piece.together) else None
        if truth is None or not piece.chords:
            continue
        counts = np.zeros((len(CHORD_FAMILIES), 12))
        for timed in piece.chords:
            family = family_of(timed.chord.intervals)
            if family in CHORD_FAMILIES:
                counts[CHORD_FAMILIES.index(family), (timed.chord.root - truth[0]) % 12] += timed.duration
        weight = _RARE_KEYS if piece.source == "openewld" else 1
        shares[int(truth[1])] += weight * counts / max(counts.sum(), 1e-6)
    shares += shares.sum(axis=(1, 2), keepdims=True) * 2e-4
    found: np.ndarray = shares / shares.sum(axis=(1, 2), keepdims=True)
    return found


def fit_chords(folder: Path) -> None:
    """Fit everything and write the file."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    pieces, charts = beats_of_pieces(folder), beats_of_charts(folder, CLIPS, rng)
    print(f"{len(pieces.labels)} annotated beats, {len(charts.labels)} played", flush=True)
    features = np.concatenate([pieces.features, charts.features])
    labels = np.concatenate([pieces.labels, charts.labels])
    network = Network(features.shape[1], HIDDEN, len(CHORD_FAMILIES), DROPOUT)
    train(network, turned(network, FROM_ROOTS), features, labels, np.ones(len(labels)), _EPOCHS)
    save("chord", network, transitions=transitions(folder, rng), shares=_shares(folder))
