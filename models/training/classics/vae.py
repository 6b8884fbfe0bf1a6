"""How the engine ``vae`` is trained: windows of lines and beats, rebuilt from their points.

Offers: ``Loss``, ``dataset``, ``measure``, ``SETTINGS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.vae import network as playing
from models.engines.vae.config import KINDS, LANES, PROFILES, UNSAID, VaeConfig
from models.sampling.beatwise import CELLS
from models.sampling.networks.weights import arrays_of
from models.sampling.representation.tokens import FIRST, tokens_of
from models.training.classics.networks.vae import BeatVae, Instrument, LineVae, Network
from models.training.datasets.classics.grids import DrumWindows, TuneWindows, chances_of, spun
from models.training.datasets.corpus import ROLES, Corpus
from models.training.loop import Learner

SETTINGS = {"rate": 2e-3, "averaging": 0.998, "warm_up": 200, "smoothing": 0.0}
BATCH = 128
BETA = 0.12
FREE_NATS = 12.0
HIDDEN_CELLS = 0.4
"""Share of cells whose token before is not told."""
_RIPENING = 2000
"""Steps until beta is whole."""
_AWAY_FROM_HOME = 0.5
_FITTED = 8000
"""Pairs of windows by which the places are fitted."""
_MIXED_LANES, _MIXED_BEATS, _TURNED = 0.5, 0.3, 0.4
"""Shares of beats that are mixed with another, by lanes and by beats, and turned round."""


@dataclass(frozen=True)
class Windows:
    """B windows of lines and as many of beats."""

    tokens: Tensor  # (B, T)
    tune_cells: Tensor  # (B, T), True where a cell counts
    velocity: Tensor  # (B, T, 9)
    offset: Tensor  # (B, T, 9)
    said: Tensor  # (B, 2)
    drum_cells: Tensor  # (B, T)


class Loss(Learner):
    """Both networks and their cost."""

    NETWORK, PROFILES = Network, PROFILES

    def __init__(self, config: VaeConfig) -> None:
        super().__init__(config)
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, batch: Windows, smoothing: float = 0.0) -> Tensor:
        """Nats a cell of each window: rebuilding and divergence, for lines and beats, (B, 4)."""
        line, beat = self.network.line, self.network.beat
        if self.training:
            self.seen += 1
        beta = BETA * min(1.0, float(self.seen) / _RIPENING) if self.training else BETA
        told = torch.rand(batch.tokens.shape) > HIDDEN_CELLS
        tune = line.encode(batch.tokens)
        tune_cost = (line_cost(line, drawn_point(*tune), batch.tokens, told) * batch.tune_cells).sum(1)
        drum = beat.encode(batch.velocity, batch.offset)
        drum_cost = beat_cost(beat, drawn_point(*drum), batch.velocity, batch.offset, told, batch.said)
        drum_cost = (drum_cost * batch.drum_cells).sum(1)
        far = [beta * (divergence(*point) - FREE_NATS).clamp(min=0) for point in (tune, drum)]
        return torch.stack([tune_cost, far[0], drum_cost, far[1]], dim=1) / CELLS


def line_cost(network: LineVae, z: Tensor, tokens: Tensor, told: Tensor) -> Tensor:
    """Nats of each cell, (B, T); told (B, T): False where the token before is hidden, so that z must say it."""
    before = F.pad(tokens[:, :-1], (1, 0), value=UNSAID)
    before = torch.where(told, before, UNSAID)
    logits = network.logits(network.writer(z), before)
    return F.cross_entropy(logits.transpose(1, 2), tokens, reduction="none")


def beat_cost(network: BeatVae, z: Tensor, velocity: Tensor, offset: Tensor, told: Tensor, said: Tensor) -> Tensor:
    """Nats of each cell, (B, T), with loudness and timing as Gaussians where they are ``said`` (B, 2)."""
    hits = (velocity > 0).float()
    before = F.pad(hits[:, :-1], (0, 0, 1, 0)) * told[..., None]
    cells = network.writer(z)
    cost = F.binary_cross_entropy_with_logits(network.logits(cells, before), hits, reduction="none")
    loud, late = network.performance(cells)
    touch = ((loud - velocity) / 0.15) ** 2 * said[:, 0, None, None]
    touch = touch + ((late - offset) / 0.03) ** 2 * said[:, 1, None, None]
    return (cost + 0.5 * 0.3 * hits * touch).sum(2)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL from N(0, 1), in nats, (B,)."""
    return 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1)


def gaussian_of(pairs: Tensor) -> dict[str, Tensor]:
    """Mean and spread (a lower triangle) of points of pairs, (N, 2 Z)."""
    centred = pairs - pairs.mean(0)
    covariance = centred.T @ centred / len(pairs) + 1e-3 * torch.eye(pairs.shape[1])
    return {"mean": pairs.mean(0), "spread": torch.linalg.cholesky(covariance)}


def drawn_point(mean: Tensor, log_variance: Tensor) -> Tensor:
    """A point drawn from where windows may lie, (B, Z)."""
    return mean + torch.randn_like(mean) * (0.5 * log_variance).exp()


class Dataset:
    """Windows of one split, of lines and of beats."""

    def __init__(self, corpus: Corpus, *, valid: bool) -> None:
        self.tunes = TuneWindows.cut(corpus, CELLS, ("melody", "bass"), valid=valid)
        self.drums = DrumWindows.cut(corpus, CELLS, valid=valid)
        self.tune_chances = np.cumsum(chances_of(self.tunes.kind))
        self.drum_chances = np.cumsum(chances_of(self.drums.kind))

    def windows(self, tunes: np.ndarray, drums: np.ndarray, rng: np.random.Generator, *, varied: bool) -> Windows:
        """Windows by number; varied: lines in other keys, beats louder or softer."""
        lines, beats = self.tunes, self.drums
        shift = lines.shift[tunes].copy()
        if varied:
            away = rng.random(len(tunes)) < _AWAY_FROM_HOME
            shift[away] = rng.integers(-5, 7, len(tunes))[away]
        pitch = lines.pitch[tunes].astype(np.int64)
        begins = pitch >= 0
        moved = np.where(begins, pitch + shift[:, None], pitch)
        centre = 12 * np.rint(np.where(begins, moved, 0).sum(1) / begins.sum(1) / 12).astype(np.int64)
        velocity, offset, length = beats.velocity[drums], beats.offset[drums], beats.length[drums]
        if varied:
            velocity, offset = _mixed(velocity, offset, length, rng)
        cells = np.arange(CELLS)
        return Windows(
            torch.from_numpy(tokens_of(moved, centre[:, None])),
            torch.from_numpy(cells < lines.length[tunes][:, None]),
            torch.from_numpy(velocity.astype(np.float32)),
            torch.from_numpy(np.clip(offset, -0.125, 0.125)),
            torch.from_numpy(beats.said[drums].astype(np.float32)),
            torch.from_numpy(cells < length[:, None]),
        )

    def draw(self, rng: np.random.Generator) -> Windows:
        """A batch by chance, sources evened out."""
        tunes, drums = spun(self.tune_chances, rng, BATCH), spun(self.drum_chances, rng, BATCH)
        return self.windows(tunes, drums, rng, varied=True)


def _mixed(
    velocity: np.ndarray, offset: np.ndarray, length: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Beats put together from two of the batch, by lanes or by beats, turned by whole beats, louder or softer.

    There are too few drummers to learn from: without this nearly all of their bars are learned by heart, and others
    are not rebuilt.
    """
    count = len(velocity)
    other = rng.permutation(count)
    alike = (length == length[other])[:, None, None]
    lanes = (rng.random((count, 1, 9)) < 0.4) & (rng.random((count, 1, 1)) < _MIXED_LANES)
    beats = (rng.random((count, CELLS // 4, 1)) < 0.5) & (rng.random((count, 1, 1)) < _MIXED_BEATS)
    swapped = (lanes | np.repeat(beats, 4, axis=1)) & alike
    velocity = np.where(swapped, velocity[other], velocity)
    offset = np.where(swapped, offset[other], offset)
    turn = np.where((rng.random(count) < _TURNED) & (length == CELLS), 4 * rng.integers(0, 8, count), 0)
    place = (np.arange(CELLS) + turn[:, None])[..., None] % CELLS
    velocity, offset = (np.take_along_axis(each, place, axis=1) for each in (velocity, offset))
    louder = rng.uniform(0.85, 1.15, (count, 1, 1))
    return np.where(velocity > 0, np.clip(velocity * louder, 0.03, 1), 0), offset


def dataset(corpus: Corpus, seed: int) -> tuple[Iterator[Windows], list[Windows]]:
    """Endless windows, and the fixed ones of valid."""
    train, rng = Dataset(corpus, valid=False), np.random.default_rng(seed)
    return (train.draw(rng) for _ in count()), valid_windows(corpus, 512)


def valid_windows(corpus: Corpus, windows: int) -> list[Windows]:
    """The same windows of valid each time, evenly from all sources; fewer where there are not so many."""
    valid, rng = Dataset(corpus, valid=True), np.random.default_rng(20)
    windows = min(windows, len(valid.tunes.length), len(valid.drums.length))
    tunes = rng.choice(len(valid.tunes.length), windows, replace=False, p=chances_of(valid.tunes.kind))
    drums = rng.choice(len(valid.drums.length), windows, replace=False, p=chances_of(valid.drums.kind))
    return [
        valid.windows(tunes[i : i + BATCH], drums[i : i + BATCH], rng, varied=False) for i in range(0, windows, BATCH)
    ]


@torch.no_grad()
def instrument_of(network: Network, corpus: Corpus) -> Instrument:
    """The trained network with the places of training windows fitted."""
    instrument = Instrument(network.config)
    instrument.network.load_state_dict(network.state_dict())
    train, rng = Dataset(corpus, valid=False), np.random.default_rng(0)
    for kind in KINDS:
        beat, points = kind == "drums", []
        for numbers in _neighbours(train.drums if beat else train.tunes, ROLES.index(kind), rng).T:
            unused = np.zeros(len(numbers), np.int64)
            windows = train.windows(*((unused, numbers) if beat else (numbers, unused)), rng, varied=False)
            line = network.line.encode(windows.tokens) if not beat else None
            points.append(drawn_point(*(line or network.beat.encode(windows.velocity, windows.offset))))
        instrument.places[kind] = nn.ParameterDict(gaussian_of(torch.cat(points, dim=1)))
    return instrument.eval().requires_grad_(False)


def _neighbours(windows: TuneWindows | DrumWindows, role: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers of whole windows of a role and of those that follow on them, (N, 2), sources evened out."""
    kind = windows.kind
    after = np.minimum(np.arange(len(kind)) + 2, len(kind) - 1)
    usable = (
        (kind[:, 0] == role)
        & (windows.length == CELLS)
        & (kind[after, 2] == kind[:, 2])
        & (kind[after, 3] == kind[:, 3] + 2)
    )
    first = np.flatnonzero(usable)
    chosen = rng.choice(first, min(_FITTED, len(first)), replace=False, p=chances_of(kind[first]))
    return np.stack([chosen, after[chosen]], axis=1)


@torch.no_grad()
def measure(model: nn.Module, batches: list[Windows], device: str = "cpu", *, drawn: bool = False) -> dict[str, float]:
    """Shares of notes and hits that come back from the windows' points; "all" is what is lost of both, on average.

    drawn: from a point drawn where the window may lie, in place of the likeliest one
    """
    model.eval()
    network = model.network
    arrays = arrays_of(network)
    line, beat = playing.LineVae(network.config, arrays.at("line")), playing.BeatVae(network.config, arrays.at("beat"))
    notes, hits = np.zeros(3), np.zeros(3)
    for batch in batches:
        tune_point, drum_point = network.line.encode(batch.tokens), network.beat.encode(batch.velocity, batch.offset)
        written = line.write((drawn_point(*tune_point) if drawn else tune_point[0]).numpy())
        notes += _agreement(batch.tokens.numpy(), written, batch.tune_cells.numpy())
        heard = beat.write((drawn_point(*drum_point) if drawn else drum_point[0]).numpy())[..., :LANES] > 0
        truth = batch.velocity.numpy() > 0
        hits += (float((heard & truth).sum()), float(truth.sum()), float(heard.sum()))
    model.train()
    tune, drum = (float(2 * both / max(1.0, there + here)) for both, there, here in (notes, hits))
    return {"all": 1 - (tune + drum) / 2, "notes rebuilt, F1": tune, "hits rebuilt, F1": drum}


def _agreement(truth: np.ndarray, written: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Notes (cell and pitch) in both, in the truth, in what was written."""
    there, here = (truth >= FIRST) & real, (written >= FIRST) & real
    return np.array([(there & here & (truth == written)).sum(), there.sum(), here.sum()], float)
