"""``clipkin train listening``: fits the network that tells drums apart in recordings (models/listening/drums.npz).

What rises in a beat of the training split, or in one by chance, and the drums that struck there are an example.

Offers: ``main``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, relu

from models.listening import drums
from models.training.analysis.beats.drum_takes import Take, lessons
from models.training.analysis.beats.kits import kits_of, shipped_kits
from models.training.datasets.classics.grids import padded
from models.training.options import Options

HIDDEN, WIDTH, INNER, BLOCKS = 128, 96, 128, 2
LONGEST = 96
"""Rises of a take that are learned from: so many are told together at most."""
_NEAR_S, _ALIKE = 0.04, 8
_BATCH, _RATE, _DECAY, _DROPPED, _SHAKEN = 16, 2e-3, 0.02, 0.15, 0.1


@dataclass(frozen=True)
class Lesson:
    """Of n rises: features (n, FEATURES), distances (n, n, DISTANCES), which groups struck (n, groups), 0 or 1, and
    of which that is known.
    """

    features: np.ndarray
    apart: np.ndarray
    struck: np.ndarray
    known: np.ndarray


def main(arguments: Sequence[str]) -> None:
    """The command: fit, and write the table and its card."""
    options = Options("train listening", __doc__)
    options.add_argument("--clips", type=int, default=2400, help="beats of the data, and a quarter as many by chance")
    options.add_argument("--kits", type=Path, nargs="*", default=[], help="soundfonts and folders of Hydrogen's kits")
    options.add_argument("--epochs", type=int, default=16, help="how often each beat is met (16)")
    chosen = options.parse_args(arguments)
    learned = list(examples(lessons(chosen.data, chosen.clips, 0, shipped_kits() + kits_of(chosen.kits))))
    write(drums.TABLE, *fit(learned, chosen.epochs))
    card = {
        "what": "Tells kick, snare, hat and tom apart in recordings.",
        "kits": ["TimGM6mb", *(path.stem for path in chosen.kits)],
        "beats": len(learned),
        "epochs": chosen.epochs,
        "minutes of processor time": round(time.process_time() / 60, 1),
    }
    drums.TABLE.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def examples(played: Iterable[Take]) -> Iterable[Lesson]:
    """What there is to learn from each take."""
    groups = list(drums.GROUPS)
    for take in played:
        times, features, strengths = (part[:LONGEST] for part in drums.candidates(take.recording))
        if not len(times):
            continue
        struck, known = np.zeros((len(times), len(groups))), np.ones((len(times), len(groups)), bool)
        for second, group in take.ghosts:  # what lies near a hit that nobody hears says nothing of its drum
            known[np.abs(times - second) < _NEAR_S, groups.index(group)] = False
        for second, group in take.hits:
            place = np.abs(times - second).argmin()
            if abs(times[place] - second) < _NEAR_S:
                struck[place, groups.index(group)], known[place, groups.index(group)] = 1, True
        apart = drums.distances(times, drums.tempo_of(times, strengths))
        yield Lesson(features.astype(np.float32), apart, struck, known)


def fit(learned: Sequence[Lesson], epochs: int) -> tuple[np.ndarray, np.ndarray, Network]:
    """The mean and spread of each feature, and the network."""
    torch.manual_seed(0)
    every = np.concatenate([lesson.features for lesson in learned])
    mean, spread = every.mean(axis=0), every.std(axis=0) + 1e-3
    network = Network(every.shape[1], len(drums.GROUPS))
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
    steps = epochs * -(-len(learned) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps)
    for _ in range(epochs):
        for batch in _batches(learned):
            features, apart, struck, known, there = _padded(batch)
            normal = (features - torch.tensor(mean)) / torch.tensor(spread)
            logits = network(normal + _SHAKEN * torch.randn_like(normal), apart, there)
            losses = binary_cross_entropy_with_logits(logits, struck, reduction="none")
            optimiser.zero_grad()
            ((losses * known).sum() / known.sum()).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    return mean, spread, network.eval()


def _batches(learned: Sequence[Lesson]) -> Iterator[list[Lesson]]:
    """All lessons in a new order, those that are about as long together, so that little is padded."""
    order = torch.randperm(len(learned))
    lengths = torch.tensor([len(learned[place].features) // _ALIKE for place in order.tolist()])
    batches = order[torch.argsort(lengths, stable=True)].split(_BATCH)
    return ([learned[place] for place in batches[number].tolist()] for number in torch.randperm(len(batches)).tolist())


def _padded(batch: Sequence[Lesson]) -> tuple[Tensor, ...]:
    """Lessons side by side: each array of ``Lesson``, (lessons, most rises, …), and where a rise is, not padding."""
    most = max(len(lesson.features) for lesson in batch)
    apart = [np.pad(each.apart, ((0, 0), (0, most - len(each.features)), (0, 0))) for each in batch]
    there = [np.ones(len(each.features)) for each in batch]
    columns = [each.features for each in batch], apart, [each.struck for each in batch], [each.known for each in batch]
    return tuple(padded(column).float() for column in (*columns, there))


class Network(nn.Module):
    """What ``drums`` plays in numpy, under the same names."""

    def __init__(self, features: int, groups: int) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(features, HIDDEN), nn.Linear(HIDDEN, WIDTH)
        self.blocks = nn.ModuleList(_Block() for _ in range(BLOCKS))
        self.last_norm, self.last = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, groups)
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, rises: Tensor, apart: Tensor, there: Tensor) -> Tensor:
        """Logits (b, n, groups) of rises (b, n, features) so far apart (b, n, n, DISTANCES), where one is (b, n)."""
        x = self.second(self.drop(relu(self.first(rises))))  # (b, n, width)
        for block in self.blocks:
            x = block(x, apart, there)
        logits: Tensor = self.last(self.last_norm(x))
        return logits


class _Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention_norm, self.attention = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3 * WIDTH)
        self.near, self.joined = nn.Linear(drums.DISTANCES, drums.HEADS), nn.Linear(WIDTH, WIDTH)
        self.inner_norm, self.inner, self.outer = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, x: Tensor, apart: Tensor, there: Tensor) -> Tensor:
        split = self.attention(self.attention_norm(x)).unflatten(
            -1, (3, drums.HEADS, -1)
        )  # (b, n, 3, heads, width / heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)  # (b, heads, n, width / heads)
        weights = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5 + self.near(apart).permute(0, 3, 1, 2)
        weights = weights.masked_fill(there[:, None, None] == 0, -1e9).softmax(dim=-1)  # (b, heads, n, n)
        x = x + self.drop(self.joined((weights @ value).transpose(1, 2).flatten(2)))
        made: Tensor = x + self.drop(self.outer(relu(self.inner(self.inner_norm(x)))))
        return made


def write(path: Path, mean: np.ndarray, spread: np.ndarray, network: Network) -> None:
    """Write the table: halves are fine enough for weights."""
    weights = {name: value.numpy().astype("f2") for name, value in network.state_dict().items()}
    np.savez_compressed(path, mean=mean.astype("f4"), spread=spread.astype("f4"), **weights)
