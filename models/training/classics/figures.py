"""From a checkpoint of a classic engine to what ships: weights in float16 and the card beside them, with its figures,
measured on valid with the weights as they ship.

Offers: ``export``, ``figures_of``.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict, replace
from importlib import import_module
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from torch import nn

from models.engines.lstm.config import INNER
from models.engines.lstm.config import ROLES as LINE_ROLES
from models.engines.registry import cards
from models.generator import Engine, Request
from models.music.clip import Clip, Role
from models.music.note import Note
from models.music.similarity import similarity
from models.sampling.beatwise import CELLS, CELLS_A_BEAT
from models.sampling.networks.weights import arrays_of
from models.training.checkpoint import Checkpoint
from models.training.checkpoint import export as write
from models.training.classics import gan, lstm, vae
from models.training.classics.markov import line_nats, rhythm_nats
from models.training.datasets.classics.grids import batched
from models.training.datasets.classics.lines import LineBatch, LineDrawer
from models.training.datasets.classics.rhythms import RhythmBatch, RhythmDrawer
from models.training.datasets.corpus import ROLE, ROLES, Corpus
from models.training.model_card import said_of, said_of_data, said_of_machine

TEMPERATURES = (0.5, 1.0, 1.5)
_LEARNED, _LINES_LEARNED, _ASKED = 8000, 30_000, 300
"""Windows that the chains of rhythms and of lines learn from - more teach them nothing -, and that all foretell."""
_ROWS_A_WINDOW = 128
_DRAWN = 8
_MORPHED, _FEWEST = 60, 3


def figures_of(name: str, network: nn.Module, corpus: Corpus) -> dict[str, float]:
    """Every figure of an engine by name; network: as the engine plays it."""
    engine = engine_of(name, network)
    torch.manual_seed(0)
    model = import_module(f"models.training.classics.{name}").Loss(network.config)
    model.network.load_state_dict((network.network if name == "vae" else network).state_dict())
    figures: dict[str, float] = _MEASURED[name](model.eval(), corpus, engine)
    for role in engine.roles if name != "rnn" else ("drums",):  # rhythms of other roles aren't made from nothing
        for temperature in TEMPERATURES:
            figures[f"diversity, {role}, temperature {temperature:g}"] = diversity(engine, role, temperature)
    return figures


def engine_of(name: str, network: nn.Module) -> Engine:
    """An engine with a network that is not on disk yet, as it plays."""
    playing = import_module(f"models.engines.{name}.network").Network(network.config, arrays_of(network))
    engine: Engine = getattr(import_module(f"models.engines.{name}.generator"), f"{name.capitalize()}Engine")(playing)
    return engine


def diversity(engine: Engine, role: Role, temperature: float) -> float:
    """How unlike each other clips made from nothing are: 1 - similarity of two, on average, 0-1."""
    made: list[Clip] = []
    for seed in range(2):
        request = Request(task="generate", role=role, bars=2, count=_DRAWN, seed=1000 * seed, temperature=temperature)
        made += [variation.clip for variation in engine.generate(request)]
    pairs = [1 - similarity(a.notes, b.notes, drums=role == "drums") for a, b in combinations(made, 2)]
    return float(np.mean(pairs))


def lstm_figures(model: nn.Module, corpus: Corpus, engine: Engine) -> dict[str, float]:
    """Nats a note of lines foretold from their beginning, beside chains of order 2 that learned from the same lines."""
    figures = {}
    rng = np.random.default_rng(7)
    train = LineDrawer(corpus, valid=False, varied=False)
    learned = [train.draw(rng, how="all") for _ in range(_windows(corpus, _LINES_LEARNED))]
    # To a chain, which isn't told what a line is from, inner lines are melodies: so it foretells melodies best.
    learned = [replace(example, role=0) if example.role == INNER else example for example in learned]
    for role, name in enumerate(LINE_ROLES):
        heard, alone = [], []
        for examples, share in ((heard, 1.0), (alone, 0.0)):
            drawer, rng = LineDrawer(corpus, valid=True, chord_share=share), np.random.default_rng(11)
            drawn = (drawer.draw(rng, role=role, how="all") for _ in range(_windows(corpus, _ASKED)))
            examples += [replace(example, density=0) for example in drawn]
        chain = line_nats(learned, alone)
        own, told = (lstm.measure(model, batched(each, LineBatch.of, 30))[name] for each in (alone, heard))
        figures |= {
            f"valid nats a note, {name}": own,
            f"the same under known chords, {name}": told,
            **_beside_chain(name, own, chain),
            f"likelier a note than the chain, {name}": math.exp(chain - own),
        }
    return figures


def _beside_chain(name: str, own: float, chain: float) -> dict[str, float]:
    return {f"the same by a chain of order 2, {name}": chain, f"fewer nats than the chain, {name}": 1 - own / chain}


def _windows(corpus: Corpus, most: int) -> int:
    return min(most, max(1, len(corpus.rows) // _ROWS_A_WINDOW))


def rnn_figures(model: nn.Module, corpus: Corpus, engine: Engine) -> dict[str, float]:
    """Nats a cell of rhythms foretold from their beginning, beside a chain of order 2."""
    train, valid = RhythmDrawer(corpus, valid=False), RhythmDrawer(corpus, valid=True)
    figures = {}
    for name, drums in (("drums", True), ("other roles", False)):
        rng = np.random.default_rng(7)
        learned = (train.draw(rng, drums=drums, how="all") for _ in range(_windows(corpus, _LEARNED)))
        chosen = np.random.default_rng(11)
        asked = [valid.draw(chosen, drums=drums, how="all") for _ in range(_windows(corpus, _ASKED))]
        chain = rhythm_nats(learned, asked)
        with torch.no_grad():
            own = float(torch.cat([model(batch)[:, 0] for batch in batched(asked, RhythmBatch.of, 30)]).mean())
        figures |= {f"valid nats a cell, {name}": own, **_beside_chain(name, own, chain)}
    return figures


def vae_figures(model: nn.Module, corpus: Corpus, engine: Engine) -> dict[str, float]:
    """What comes back from the points of valid windows, and whether morphs rise."""
    windows, figures = vae.valid_windows(corpus, 512), {}
    for drawn, how in ((False, ""), (True, ", from a drawn point")):
        found = vae.measure(model, windows, drawn=drawn)
        figures |= {name + how: value for name, value in found.items() if name != "all"}
    for role in ("melody", "drums"):
        figures[f"morphs that rise, {role}"] = rising(engine, corpus, role)
    return figures


def rising(engine: Engine, corpus: Corpus, role: Role) -> float:
    """Share of morphs between valid clips whose every step is nearer to the second, 0-1."""
    clips = valid_clips(corpus, role, 2 * _windows(corpus, _MORPHED))
    risen = 0
    for first, second in zip(clips[::2], clips[1::2], strict=True):
        request = Request(task="morph", prompts=(first, second), role=role, count=5)
        made = [variation.clip.notes for variation in engine.generate(request)]
        steps = [similarity(second.notes, notes, drums=role == "drums") for notes in made]
        risen += len(steps) == 5 and steps[-1] == 1.0 and all(a < b for a, b in zip(steps, steps[1:], strict=False))
    return risen / (len(clips) // 2)


def valid_clips(corpus: Corpus, role: Role, count: int) -> list[Clip]:
    """Two-bar clips of valid in 4/4, all different; fewer where there are not so many."""
    rng, clips = np.random.default_rng(3), dict[tuple[Note, ...], Clip]()
    tracks = np.flatnonzero(corpus.usable(valid=True) & (corpus.tracks[:, ROLE] == ROLES.index(role)))
    for track in rng.choice(tracks, 20 * count).tolist():
        clip = corpus.clip(track, int(rng.integers(corpus.bars(track))), 2)
        if len(clip.notes) >= _FEWEST and clip.length == CELLS / CELLS_A_BEAT:
            clips[clip.notes] = clip
        if len(clips) == count:
            break
    return list(clips.values())[: len(clips) // 2 * 2]


def gan_figures(model: nn.Module, corpus: Corpus, engine: Engine) -> dict[str, float]:
    """How many bars differ in 256 inventions, and how far their histograms are from valid's (total variation, 0-1)."""
    found = gan.measure(model, [gan.compared(corpus)])
    figures = {}
    for role in ("drums", "melody"):
        figures |= {
            f"distinct bars in 256, {role}": 256 * (1 - found[f"repeats, {role}"]),
            f"density, distance from valid where as dense is asked for, {role}": found[f"density, {role}"],
        }
    for words, name in (
        ("lanes and places", "places, drums"),
        ("pairs of cells", "pairs, drums"),
        ("intervals", "steps, melody"),
        ("pitches and places", "places, melody"),
        ("lengths", "lengths, melody"),
    ):
        figures[f"{words}, distance from valid"] = found[name]
    return figures


_MEASURED = {"lstm": lstm_figures, "rnn": rnn_figures, "vae": vae_figures, "gan": gan_figures}
HEARD = {"lstm": ("chords",)}
"""Roles beside its own that an engine learns from."""


def export(run: Checkpoint, corpus: Corpus, chosen: argparse.Namespace) -> Path:
    """Measure, then write weights and card to ``chosen.out``."""
    engine = chosen.engine
    recipe = import_module(f"models.training.classics.{engine}")
    model = recipe.Loss.of(run.profile)
    # What ships is float16: that is what is measured, too.
    model.load_state_dict({name: tensor.half().float() for name, tensor in run.best.items()})
    network = model.network.eval().requires_grad_(False)
    if engine == "vae":
        network = recipe.instrument_of(network, corpus)
    card = next(card for card in cards() if card.name == engine)
    said = {
        "sentence": card.sentence,
        **said_of_data(corpus, {*card.roles, *HEARD.get(engine, ())}),
        **said_of(engine),
        **said_of_machine(chosen.seed, "cpu"),
    }
    figures, tensors = figures_of(engine, network, corpus), network.state_dict()
    return write(run, said, chosen.out, engine, config=asdict(model.config), tensors=tensors, figures=figures)
