"""``python -m models.training.analysis.fit --data DIR``: fit the weights of key, chords and roles and write them.

Softmax regression throughout. Keys and chords share their weights over the twelve roots: what is looked at is turned
until the candidate's root is 0, so a transposed clip gets the transposed answer. Everything is drawn from the train
split with one seed.

Keys are learned from notes whose key is known, and from songs of which musicians wrote down the chords and the tonic:
those are played, and either mode on their tonic is right. They teach what loops of chords sound like, which songs that
end with a cadence don't.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from models.analysis import chords, key, role
from models.analysis.arrays import NoteArrays
from models.analysis.weights import chord as chord_weights
from models.analysis.weights import key as key_weights
from models.music.beats import Metre
from models.music.clip import ROLES
from models.training.analysis import write_weights
from models.training.analysis.annotated import ALL_SOURCES, KEYED, SONGS, Annotated, read_annotated
from models.training.analysis.played_chords import play

SEED = 0
_SONG = 0.5
"""What a song of which only the chords are known weighs, beside a piece."""

_STRETCHES = (2, 4, 8)
"""Bars of the stretches that keys are learned from beside whole pieces."""

_NEAR_THE_START = 16
"""Bars in which such a stretch lies, where a piece may modulate later."""

_MOST_BEATS = 40_000
_REDUCED = {
    "9": "7",
    "11": "7",
    "13": "7",
    "maj9": "maj7",
    "maj13": "maj7",
    "min9": "min7",
    "min11": "min7",
    "min13": "min7",
    "minmaj7": "min",
}


def softmax_regression(
    turned: torch.Tensor,
    right: torch.Tensor,
    weight: torch.Tensor,
    kinds: int,
    *,
    l2: float,
    logs: torch.Tensor | None = None,
) -> tuple[np.ndarray, np.ndarray, float]:
    """Weights (kinds, F), bias (kinds,) and the power of the count.

    turned  (N, R, F): what is looked at from each of R roots; weight (N,)
    right   (N, kinds · R): True for the right answer, at kind · R + root, or for several where nobody knows which
    logs    (N,) logarithms of counts: scores grow with a power of them; None: they don't
    """
    weights = torch.zeros(kinds, turned.shape[2], requires_grad=True)
    bias, power = torch.zeros(kinds, requires_grad=True), torch.zeros(1, requires_grad=True)
    free = [weights, bias] if logs is None else [weights, bias, power]
    optimiser = torch.optim.LBFGS(free, max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = torch.einsum("nrf,kf->nkr", turned, weights) + bias[None, :, None]  # (N, K, R)
        if logs is not None:
            scores = scores * torch.exp(power * logs)[:, None, None]
        told = torch.log_softmax(scores.flatten(1), dim=1).masked_fill(~right, -torch.inf).logsumexp(dim=1)
        value = -(told * weight).sum() / weight.sum() + l2 * (weights**2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return weights.detach().numpy(), bias.detach().numpy(), float(power.detach())


def _only(answers: Sequence[int] | np.ndarray, size: int) -> torch.Tensor:
    """``right`` where one answer is, (N, size)."""
    return torch.nn.functional.one_hot(torch.tensor(answers), size).bool()


def _turned(views: np.ndarray) -> torch.Tensor:
    """(N, V, 12) → (N, 12 roots, V · 12)."""
    turned = np.stack([np.roll(views, -root, axis=2) for root in range(12)], axis=1)
    return torch.tensor(turned.reshape(len(views), 12, -1), dtype=torch.float32)


def _stretch(notes: NoteArrays, metre: Metre, bars: int, within: float, rng: np.random.Generator) -> NoteArrays:
    """Some bars that begin in the first ``within`` bars of the notes."""
    first, last = metre.bar_of(float(notes.onset[0])), metre.bar_of(float(notes.onset[-1]))
    start = first + int(rng.uniform(0, max(1, min(last - first + 1, within) - bars + 1)))
    return notes.between(start * metre.bar - 0.02, (start + bars) * metre.bar - 0.02)


def fit_keys(folder: Path) -> None:
    """Whole pieces and songs, and stretches of all tracks together and of one track."""
    rng, views, right, weights, counts = np.random.default_rng(SEED), [], [], [], []

    def learn(notes: NoteArrays, keys: np.ndarray, weight: float) -> None:
        if len(notes) >= 6:
            views.append(key.views_of(notes))
            right.append(keys)
            weights.append(weight)
            counts.append(min(len(notes), 1000) / 64)

    for piece in read_annotated(folder, KEYED, "train"):
        truth = piece.key
        if truth is None:
            continue
        together, within = piece.together, float("inf") if piece.has_mode else _NEAR_THE_START
        keys = np.arange(24) == truth[1] * 12 + truth[0]
        learn(together, keys, 2.0)
        for bars in _STRETCHES:
            learn(_stretch(together, piece.metre, bars, within, rng), keys, 0.5)
            alone = piece.tracks[int(rng.integers(len(piece.tracks)))][1]
            if len(alone):
                learn(_stretch(alone, piece.metre, bars, within, rng), keys, 0.5)
    for song in read_annotated(folder, SONGS, "train"):
        notes, keys = play(song.chords, rng), np.arange(24) % 12 == song.tonic
        learn(notes, keys, 2.0 * _SONG)
        for bars in _STRETCHES if len(notes) else ():
            learn(_stretch(notes, song.metre, bars, float("inf"), rng), keys, 0.5 * _SONG)
    fitted, bias, power = softmax_regression(
        _turned(np.array(views)),
        torch.tensor(np.array(right)),
        torch.tensor(weights),
        2,
        l2=1e-4,
        logs=torch.tensor(np.log(counts), dtype=torch.float32),
    )
    write_weights.key(fitted.reshape(2, len(key_weights.VIEWS), 12), bias, power)


def _beats(piece: Annotated) -> tuple[np.ndarray, np.ndarray]:
    """What sounds in each annotated beat, (N, 3, 12), and its chord, quality · 12 + root, (N,)."""
    notes = piece.together
    edges = chords.edges_of(piece.metre, piece.metre.bars(float(notes.end.max())) * piece.metre.bar)
    sounding, begun, bass = chords.views_of(notes, edges)
    middles = (edges[:-1] + edges[1:]) / 2
    labels = np.full(len(middles), -1)
    for timed in piece.chords:
        quality = timed.chord.quality.split("(")[0]
        quality = _REDUCED.get(quality, quality)
        if quality in chord_weights.CHORD_QUALITIES:
            number = chord_weights.CHORD_QUALITIES.index(quality) * 12 + timed.chord.root
            labels[(middles >= timed.onset) & (middles < timed.end)] = number
    known = (labels >= 0) & (sounding.sum(axis=1) > 0)
    return np.stack([chords.spread(sounding), chords.spread(begun), bass], axis=1)[known], labels[known]


def fit_chords(folder: Path) -> None:
    """Beats of annotated pieces; and how often each chord comes in a key, by time, openewld's pieces thrice."""
    views, labels = [], []
    kinds = len(chord_weights.CHORD_QUALITIES)
    shares = np.zeros((2, kinds, 12))
    for piece in read_annotated(folder, ("pop909", "openewld"), "train"):
        if not piece.chords or not len(piece.together):
            continue
        seen, chosen = _beats(piece)
        views.append(seen)
        labels.append(chosen)
        truth = piece.key
        if truth is not None and len(chosen):
            counts = np.zeros((kinds, 12))
            np.add.at(counts, (chosen // 12, (chosen % 12 - truth[0]) % 12), 1)
            shares[int(truth[1])] += counts / len(chosen) * (3 if piece.source == "openewld" else 1)
    seen, chosen = np.concatenate(views), np.concatenate(labels)
    drawn = np.random.default_rng(SEED).permutation(len(chosen))[:_MOST_BEATS]
    fitted, bias, _ = softmax_regression(
        _turned(seen[drawn]), _only(chosen[drawn], kinds * 12), torch.ones(len(drawn)), kinds, l2=1e-5
    )
    shares += shares.sum(axis=(1, 2), keepdims=True) * 2e-4
    write_weights.chord(fitted.reshape(kinds, 3, 12), bias, shares / shares.sum(axis=(1, 2), keepdims=True))


def fit_roles(folder: Path) -> None:
    """Whole tracks, and stretches of 4 and 2 bars; every source weighs as the root of its number of tracks."""
    rng, rows, targets, weights, sources = np.random.default_rng(SEED), [], [], [], []
    for piece in read_annotated(folder, ALL_SOURCES, "train"):
        for name, notes in piece.tracks:
            if name is None or len(notes) < 4:
                continue
            for bars in (None, 4, 2):
                part = notes if bars is None else _stretch(notes, piece.metre, bars, float("inf"), rng)
                if len(part) >= 4:
                    rows.append(role.measures_of(part))
                    targets.append(ROLES.index(name))
                    weights.append(0.7 if bars is None else 1.2)
                    sources.append(piece.source)
    names = list(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    centres, scales = table.mean(axis=0).round(3), table.std(axis=0).round(3)
    share = {source: 1 / np.sqrt(sources.count(source)) for source in set(sources)}
    balanced = np.array(weights) * [share[source] for source in sources]
    turned = torch.tensor((table - centres) / scales, dtype=torch.float32)[:, None]
    fitted, bias, _ = softmax_regression(
        turned, _only(targets, len(ROLES)), torch.tensor(balanced, dtype=torch.float32), len(ROLES), l2=1e-4
    )
    write_weights.role(names, centres, scales, fitted, bias)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit all three."""
    parser = argparse.ArgumentParser(prog="python -m models.training.analysis.fit", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the packed corpora")
    parser.add_argument("what", nargs="*", default=["keys", "chords", "roles"], help="keys, chords, roles")
    chosen = parser.parse_args(arguments)
    for name, fit in (("keys", fit_keys), ("chords", fit_chords), ("roles", fit_roles)):
        if name in chosen.what:
            fit(chosen.data)


if __name__ == "__main__":
    main()
