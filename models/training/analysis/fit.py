"""``clipkin train analysis --data DIR``: fit the models of keys, chords and roles.

Each is a small network of one hidden layer, that of chords hears the beats around as well; those of keys and chords
share their weights over the twelve roots: what is looked at is turned until the candidate's root is 0, so a transposed
clip gets the transposed answer. Everything is drawn from the train split with one seed.

Keys are learned from pieces whose key is known, songs of known tonic, and loops made up. Songs of which musicians wrote
down the chords and the tonic are played, and either mode on their tonic is right: they teach what loops of chords sound
like, which songs that end with a cadence don't. Made-up loops teach what their makers call them.

Roles are learned from tracks of all sources, stretches of them, charts played as producers play them, and moved kits.

Offers: ``main``, ``fit_keys``, ``fit_roles`` (models/analysis/weights/key.npz and role.npz).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from models.analysis import key, role
from models.analysis.arrays import NoteArrays
from models.music.beats import Metre
from models.music.clip import ROLES
from models.training.analysis.annotated import ALL_SOURCES, KEYED, SONGS, read_annotated
from models.training.analysis.fit_chords import charts_of, fit_chords
from models.training.analysis.network import SEED, Network, save, train, turned
from models.training.analysis.played_chords import made_loop, play
from models.training.analysis.producer_styles import made_up, play_chart
from models.training.options import Options

Rng = np.random.Generator

_ROLE_HIDDEN, _ROLE_EPOCHS = 24, 30
_CLIPS = 2500
_FEWEST, _DRUMS = 3, ROLES.index("drums")
_MOVED = 0.5
"""Share of the drum clips that are heard once more on other pads."""


class _Rows:
    """What is learned from, row by row: features of notes that are enough, the right answer, weight and source."""

    def __init__(self, features_of: Callable[[NoteArrays], np.ndarray], fewest: int) -> None:
        self._features_of, self._fewest = features_of, fewest
        self.features, self.right, self.weights, self.sources = ([] for _ in range(4))

    def add(self, notes: NoteArrays, right: object, weight: float, source: str = "") -> None:
        if len(notes) >= self._fewest:
            self.features.append(self._features_of(notes))
            self.right.append(right)
            self.weights.append(weight)
            self.sources.append(source)


def stretch(notes: NoteArrays, metre: Metre, bars: int, within: float, rng: Rng) -> NoteArrays:
    """Some bars that begin in the first ``within`` bars of the notes."""
    first, last = metre.bar_of(float(notes.onset[0])), metre.bar_of(float(notes.onset[-1]))
    start = first + int(rng.uniform(0, max(1, min(last - first + 1, within) - bars + 1)))
    return notes.between(start * metre.bar - 0.02, (start + bars) * metre.bar - 0.02)


def _on_other_pads(notes: NoteArrays, rng: Rng) -> NoteArrays:
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


def _one_lane(notes: NoteArrays, rng: Rng) -> NoteArrays:
    """One pad of a kit alone, its hits all of one length."""
    kept = notes.pitch == rng.choice(notes.pitch)
    length = np.full(int(kept.sum()), float(rng.choice((0.1, 0.25))))
    return NoteArrays(notes.onset[kept], notes.pitch[kept], length, notes.velocity[kept])


def _from_tracks(folder: Path, rows: _Rows, rng: Rng) -> None:
    for piece in read_annotated(folder, ALL_SOURCES, "train"):
        for name, notes in piece.tracks:
            if name is None or len(notes) < 4:
                continue
            for bars in (None, 4, 2):
                part = notes if bars is None else stretch(notes, piece.metre, bars, float("inf"), rng)
                rows.add(part, ROLES.index(name), 0.7 if bars is None else 1.2, piece.source)
                if name == "drums" and bars is not None and len(part) >= _FEWEST and rng.random() < _MOVED:
                    rows.add(_on_other_pads(part, rng), _DRUMS, 1.0, "moved kits")
                    rows.add(_one_lane(part, rng), _DRUMS, 1.0, "lanes")


def _from_charts(folder: Path, rows: _Rows, rng: Rng) -> None:
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
                rows.add(part, ROLES.index(played.role), 1.0, "played")


def fit_roles(folder: Path) -> None:
    """Whole tracks and stretches; every source weighs as the root of its number of rows."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    rows = _Rows(lambda notes: np.array([*role.measures_of(notes).values()]), _FEWEST)
    _from_tracks(folder, rows, rng)
    _from_charts(folder, rows, rng)
    table = np.array(rows.features)
    centres, scales = table.mean(axis=0), table.std(axis=0) + 1e-6
    share = {source: 1 / np.sqrt(rows.sources.count(source)) for source in set(rows.sources)}
    weight = np.array(rows.weights) * [share[source] for source in rows.sources]
    features = np.clip((table - centres) / scales, -4, 4).astype(np.float32)
    network = Network(features.shape[1], _ROLE_HIDDEN, len(ROLES))
    train(network, network, features, np.array(rows.right), weight / weight.mean(), _ROLE_EPOCHS)
    save("role", network, centres=centres, scales=scales)


HIDDEN = 40
_EPOCHS = 24
_SONG = 0.5
"""What a song of which only the chords are known weighs, beside a piece."""

_LOOPS, _LOOP = 2500, 0.7
"""How many loops are made up, and what one weighs."""

_STRETCHES = (2, 4, 8)
"""Bars of the stretches that keys are learned from beside whole pieces."""

_NEAR_THE_START = 16
"""Bars in which such a stretch lies, where a piece may modulate later."""


def _add_stretches(
    rows: _Rows, notes: NoteArrays, metre: Metre, right: np.ndarray, weight: float, within: float, rng: Rng
) -> None:
    for bars in _STRETCHES if len(notes) else ():
        rows.add(stretch(notes, metre, bars, within, rng), right, weight)


def _gather(folder: Path, rng: Rng) -> _Rows:
    """The right answers are mode · 12 + tonic."""
    rows, answers = _Rows(key.features_of, 6), np.arange(24)
    for piece in read_annotated(folder, KEYED, "train"):
        truth = piece.key
        if truth is None:
            continue
        together, within = piece.together, float("inf") if piece.has_mode else _NEAR_THE_START
        right = answers == truth[1] * 12 + truth[0]
        rows.add(together, right, 2.0)
        _add_stretches(rows, together, piece.metre, right, 0.5, within, rng)
        alone = piece.tracks[int(rng.integers(len(piece.tracks)))][1]
        _add_stretches(rows, alone, piece.metre, right, 0.5, within, rng)
    for song in read_annotated(folder, SONGS, "train"):
        right = answers % 12 == song.tonic
        for notes in (play(song.chords, rng), play(song.chords, rng)):
            rows.add(notes, right, 2.0 * _SONG)
            _add_stretches(rows, notes, song.metre, right, 0.5 * _SONG, float("inf"), rng)
    for _ in range(_LOOPS):
        chords, metre, minor = made_loop(rng)
        played = play_chart(chords, metre, rng)
        right = answers == minor * 12 + played.shift
        rows.add(played.notes, right, _LOOP)
        rows.add(played.notes.between(0.0, 4 * metre.bar - 0.02), right, _LOOP)
    return rows


def fit_keys(folder: Path) -> None:
    """Whole pieces and songs, stretches of all tracks together and of one track, loops and their halves."""
    torch.manual_seed(SEED)
    rows = _gather(folder, np.random.default_rng(SEED))
    features, right, weight = np.array(rows.features, np.float32), np.array(rows.right), np.array(rows.weights)
    network = Network(features.shape[1], HIDDEN, 2)
    train(network, turned(network, key.FROM_TONICS), features, right, weight, _EPOCHS)
    save("key", network)


_FITS = {"keys": fit_keys, "chords": fit_chords, "roles": fit_roles}


def main(arguments: Sequence[str]) -> None:
    """Fit all three, or those named."""
    options = Options("train analysis", __doc__)
    options.add_argument("what", nargs="*", default=[*_FITS], help=", ".join(_FITS))
    chosen = options.parse_args(arguments)
    for name, fit in _FITS.items():
        if name in chosen.what:
            fit(chosen.data)
