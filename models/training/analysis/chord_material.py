"""What the chord model learns from: annotated beats, and charts played as producers play them.

Offers: ``beats_of_pieces``, ``beats_of_charts``, ``charts_of``, ``transitions``, ``Beats``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.chord.views import CHORD_FAMILIES, ROOTLESS, edges_of, features_of, settled
from models.music.beats import Metre
from models.music.chord import TimedChord, family_of
from models.training.analysis.annotated import SONGS, Annotated, read_annotated
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
