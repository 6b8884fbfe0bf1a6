"""Fitting the chord model: a small network for the beats of a clip, and counts for which third follows which.

The network looks at a beat from each of the twelve roots with the same weights, so a transposed clip gets the
transposed answer. It is trained on annotated pieces, whole and cut into clips, and on charts played as producers play
them. Written to ``models/analysis/weights/chord.npz``.

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
from models.analysis.chords import THIRDS
from models.analysis.key import FEWEST, rank_keys
from models.music.beats import Metre
from models.music.chord import TimedChord, family_of
from models.training.analysis.annotated import SONGS, Annotated, read_annotated
from models.training.analysis.network import SEED, BeatNetwork, save, train
from models.training.analysis.producer_styles import made_up, play_chart

NOTED = ("pop909", "openewld")
CHARTS = (*SONGS, "freemidichords", "openewld")
_BARS = 8
_CUT = (4, 8, 16)
"""Bars of the clips into which pieces are cut."""

_RARE = 4
"""Lead sheets are few: their beats count so many times."""

_UNKNOWN = -1
_TOGETHER = 32
"""Beats that the network hears at a time while it learns."""


@dataclass(frozen=True)
class Beats:
    """Features (N, beats, F) as ``features_of`` makes them, and right answers, (N, beats, 2): family · 12 + root; bass.

    A stretch that is shorter is filled up; the answer is ``_UNKNOWN`` there and where none is annotated.
    """

    features: np.ndarray
    labels: np.ndarray


def _read(
    notes: NoteArrays, chords: tuple[TimedChord, ...], metre: Metre, length: float, *, rootless: bool = False
) -> Beats:
    edges = edges_of(metre, length)
    features = features_of(settled(notes, edges), edges, metre, rank_keys(notes))
    features[:, ROOTLESS] = rootless
    middles = (edges[:-1] + edges[1:]) / 2
    labels = np.full((len(middles), 2), _UNKNOWN)
    for timed in chords:
        family = family_of(timed.chord.intervals)
        if family in CHORD_FAMILIES:
            inside = (middles >= timed.onset) & (middles < timed.end)
            labels[inside] = CHORD_FAMILIES.index(family) * 12 + timed.chord.root, timed.chord.bass
    labels[features[:, :12].sum(axis=1) == 0] = _UNKNOWN
    rest = -len(labels) % _TOGETHER
    features = np.pad(features.astype(np.float16), ((0, rest), (0, 0)))
    labels = np.pad(labels, ((0, rest), (0, 0)), constant_values=_UNKNOWN)
    return Beats(features.reshape(-1, _TOGETHER, features.shape[1]), labels.reshape(-1, _TOGETHER, 2))


def beats_of_pieces(folder: Path, rng: np.random.Generator, split: str = "train") -> Beats:
    """Pieces with notes and chords: half of them whole, the others cut into clips of one length."""
    found = []
    for piece in read_annotated(folder, NOTED, split):
        if not piece.chords:
            continue
        notes, bar = piece.together, piece.metre.bar
        length = piece.metre.bars(float(notes.end.max())) * bar
        for _ in range(_RARE if piece.source == "openewld" else 1):
            span = length if rng.random() < 0.5 else int(rng.choice(_CUT)) * bar
            for start in np.arange(0, length, span):
                part = notes.sounding_in(start, start + span)
                if part is not None and len(part) >= FEWEST:
                    cut = NoteArrays(part.onset - start, part.pitch, part.duration, part.velocity)
                    chords = tuple(timed._replace(onset=timed.onset - start) for timed in piece.chords)
                    found.append(_read(cut, chords, piece.metre, span))
    return _joined(found)


def beats_of_charts(folder: Path, count: int, rng: np.random.Generator) -> Beats:
    """The beats of ``count`` clips played from charts."""
    charts, found = charts_of(folder), []
    for _ in range(count):
        chart, metre = made_up(rng) if rng.random() < 0.3 else charts[int(rng.integers(len(charts)))]
        played = play_chart(chart, metre, rng)
        if len(played.notes) >= 4:
            found.append(_read(played.notes, played.chords, played.metre, played.length, rootless=played.rootless))
    return _joined(found)


def charts_of(folder: Path) -> list[tuple[tuple[TimedChord, ...], Metre]]:
    """Stretches of annotated songs."""
    return [chart for song in read_annotated(folder, CHARTS, "train") for chart in _stretches(song)]


def _joined(found: list[Beats]) -> Beats:
    return Beats(np.concatenate([beats.features for beats in found]), np.concatenate([beats.labels for beats in found]))


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
    """Log-probability of the next chord where it changes, (thirds, 12 semitones up, thirds), from charts."""
    table = np.full((len(THIRDS), 12, len(THIRDS)), 0.05)
    sequences = [song.chords for song in read_annotated(folder, (*CHARTS, "pop909"), "train")]
    sequences += [made_up(rng)[0] for _ in range(600)]
    thirds = {family: place for place, alike in enumerate(THIRDS) for family in alike}
    for chords in sequences:
        for one, other in zip(chords, chords[1:], strict=False):
            before, after = (thirds.get(family_of(timed.chord.intervals)) for timed in (one, other))
            moved = (other.chord.root - one.chord.root) % 12
            if before is not None and after is not None and (moved or before != after):
                table[before, moved, after] += 1
    shares: np.ndarray = np.log(table / table.sum(axis=(1, 2), keepdims=True))
    return shares


CLIPS = 5000
_EPOCHS = 4
_BATCH = 16


def fit_chords(folder: Path) -> None:
    """Fit everything and write the file."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    parts = (beats_of_pieces(folder, rng), beats_of_charts(folder, CLIPS, rng))
    beats = _joined([*parts])
    chords, basses = beats.labels[..., 0], beats.labels[..., 1]
    known = chords != _UNKNOWN
    print(
        f"{known[: len(parts[0].labels)].sum()} annotated beats, {known[len(parts[0].labels) :].sum()} played",
        flush=True,
    )
    network = BeatNetwork(FROM_ROOTS.shape[1], len(CHORD_FAMILIES) + 1)
    seen = torch.from_numpy(FROM_ROOTS)

    def scores_of(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scores = network(rows[:, :, seen].float()).transpose(2, 3)  # (n, beats, families and bass, 12)
        return scores[:, :, :-1].flatten(2), scores[:, :, -1]

    train(network, scores_of, beats.features, (chords, basses), (known, known), _EPOCHS, _BATCH)
    save("chord", network, transitions=transitions(folder, rng), **network.arrays())
