"""A training run from its command line: material, learner, loop, and what comes of it.

Offers: ``run``; ``prepare``, ``resumed_run``, ``see_that_data_is_there``, ``say``.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from models.music.errors import BadValue, UnreadableFile
from models.sampling.networks.shipped import WEIGHTS, read_card
from models.sampling.networks.weights import tensors_of
from models.training.adapt import adapt
from models.training.datasets.batches import Drawer, batches
from models.training.datasets.corpus import Corpus, cache_name
from models.training.datasets.pairs import mine
from models.training.datasets.sources import SHIPPED, read_packed
from models.training.loop.checkpoint import Checkpoint
from models.training.loop.comparisons import compared
from models.training.loop.curve import draw_curve
from models.training.loop.export import export
from models.training.loop.hearing import Exam, examine
from models.training.loop.learners import LEARNERS, learner
from models.training.loop.loop import Plan, train
from models.training.model_card import said_of

MINUTES = 90.0
FURTHER_RATE = 2e-3
"""The highest learning rate of a run that begins with weights that have learned already."""
KEPT = Path(__file__).parent / "kept"
"""Where the run behind the shipped weights lies, small, to be gone on with by whoever has the repository."""
_LOOK_MINUTES = 5.0
_EARLIER = ("data", "minutes", "notes_seen", "steps", "figures", "baselines", "ablation")
"""What a card tells of the weights that a run began with."""
_STEPS = {"cpu": 1024, "cuda": 65536}


def prepare(folder: Path, runs: Path) -> tuple[Corpus, np.ndarray]:
    """The corpus of a folder and its variation pairs, from the cache in ``runs`` where they are there already."""
    cached = runs / cache_name(folder, SHIPPED)
    cached.parent.mkdir(parents=True, exist_ok=True)
    pairs_file = cached.with_suffix(".pairs.npy")
    if not cached.is_file():
        Corpus.build(read_packed(folder)).save(cached)
    corpus = Corpus.load(cached)
    if not pairs_file.is_file():
        say("looking for variation pairs; this is done once")
        np.save(pairs_file, mine(corpus))
    return corpus, np.load(pairs_file, allow_pickle=False)


def see_that_data_is_there(folder: Path | None) -> None:
    """Raise BadValue where it isn't."""
    if folder is None or not folder.is_dir():
        raise BadValue("The data folder is not there; give the folder of the packed corpora with --data.", field="data")


def say(text: str) -> None:
    """A line for the person who waits; on a terminal a progress line takes the place of the last one."""
    passing = text.startswith("step ") and sys.stderr.isatty()
    print(f"\r\x1b[K{text}" if passing else text, end="" if passing else "\n", file=sys.stderr, flush=True)


def run(chosen: argparse.Namespace) -> None:
    """Train as the command line says, then export."""
    if chosen.engine not in LEARNERS:
        raise BadValue(
            f'There is no engine "{chosen.engine}" to train; choose one of {", ".join(LEARNERS)}.', field="engine"
        )
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    if chosen.adapt is not None:
        adapt(chosen, say)
        return
    see_that_data_is_there(chosen.data)
    profile = chosen.profile or ("full" if device == "cuda" else "small")
    folder = chosen.runs / f"{chosen.engine}-{profile}"
    plan = Plan(
        chosen.engine,
        profile,
        chosen.minutes or MINUTES,
        folder,
        batch_steps=_STEPS[device],
        device=device,
        clock=chosen.clock,
        look_minutes=_LOOK_MINUTES,
    )
    resumed = resumed_run(plan, may_be_over=chosen.out is not None) if chosen.resume else None
    if chosen.further and resumed is None:
        resumed = begun_from_shipped(plan)
    if resumed is not None and resumed.earlier:
        plan = replace(plan, rate=FURTHER_RATE)
    corpus, pairs = prepare(chosen.data, chosen.runs)
    finished = _trained(chosen, plan, corpus, pairs, resumed)
    draw_curve(finished.curve, plan.folder / "curve.svg")
    if chosen.out is not None:
        said = said_of(corpus, pairs, chosen.seed, device)
        written = export(finished, said | compared(chosen.runs, profile), chosen.out, chosen.engine)
        if chosen.out.resolve() == WEIGHTS.resolve():
            finished.keep(KEPT / f"{plan.folder.name}.pt")
        draw_curve(finished.curve, chosen.out / f"{chosen.engine}-curve.svg")
        say(f"wrote {written}")


def _trained(
    chosen: argparse.Namespace, plan: Plan, corpus: Corpus, pairs: np.ndarray, resumed: Checkpoint | None
) -> Checkpoint:
    """The run after its minutes; one that has had them already is given back as it is."""
    if resumed is not None and resumed.minutes >= plan.minutes:
        return resumed
    drawer = Drawer(corpus, pairs, valid=False)
    model = learner(plan.engine, plan.profile)
    say(
        f"{plan.engine}: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, "
        f"{len(corpus.rows) / 1e6:.2f} M notes, {len(pairs)} variation pairs, on {plan.device}"
    )
    # A resumed run draws on from another seed: the same exercises again would be learned by heart.
    drawn = batches(drawer, plan.batch_steps, chosen.seed + (resumed.step if resumed else 0))
    exam = Exam.of(corpus, pairs)
    return train(model, drawn, exam, plan, resumed=resumed, say=say, measure=examine)


def resumed_run(plan: Plan, *, may_be_over: bool) -> Checkpoint:
    """The run to go on with; one that has had its minutes may still be exported."""
    kept = KEPT / f"{plan.folder.name}.pt"
    path = plan.checkpoint if plan.checkpoint.is_file() or not kept.is_file() else kept
    if not path.is_file():
        raise UnreadableFile(f"There is no run to go on with in {plan.folder}; start one without --resume.")
    resumed = Checkpoint.load(path)
    if resumed.minutes >= plan.minutes and not may_be_over:
        raise BadValue(
            f"That run has had its {resumed.minutes:.0f} minutes; give more with --minutes.", field="minutes"
        )
    return resumed


def begun_from_shipped(plan: Plan) -> Checkpoint:
    """A run that begins with the shipped weights; what they lack begins as in a new network."""
    model = learner(plan.engine, plan.profile)
    card = read_card(plan.engine)
    shipped = {f"network.{name}": tensor for name, tensor in tensors_of(plan.engine).items()}
    own = model.state_dict()
    fitting = {name: tensor for name, tensor in shipped.items() if name in own and tensor.shape == own[name].shape}
    model.load_state_dict(own | fitting)
    weights = model.state_dict()
    earlier = {name: card[name] for name in _EARLIER if name in card}
    return Checkpoint(
        plan.engine,
        plan.profile,
        {name: value.clone() for name, value in weights.items()},
        {name: value.clone() for name, value in weights.items()},
        {},
        {},
        earlier=earlier,
    )
