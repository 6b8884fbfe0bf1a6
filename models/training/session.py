"""A training run from its command line, of every engine: material, network, loop, and what comes of it.

What an engine learns from, its loss and how it is measured stand in its recipe: ``kin``, or one of ``classics``.

Offers: ``run``, ``prepare``, ``CLASSICS``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from torch import Tensor

from models.engines.kin.card import own_folder
from models.engines.kin.card import read_card as kin_card
from models.engines.kin.weights import read_network
from models.music.errors import BadValue, UnreadableFile
from models.sampling.networks.shipped import WEIGHTS, read_card
from models.sampling.networks.weights import tensors_of
from models.training.checkpoint import Checkpoint, export
from models.training.datasets.batches import DRAWN, Drawer, batches, fixed_batches
from models.training.datasets.corpus import Corpus, cache_name
from models.training.datasets.pairs import mine
from models.training.datasets.sources import SHIPPED, read_folder, read_packed
from models.training.kin import Loss, nats
from models.training.loop import Plan, train
from models.training.model_card import said_of, said_of_data, said_of_machine

CLASSICS = ("lstm", "vae", "rnn", "gan")
"""Small engines, each with a dataset of its own."""
MINUTES, CLASSIC_MINUTES = 90.0, 12.0
FURTHER_RATE = 2e-3
"""The highest learning rate of a run that begins with weights that have learned already."""
KEPT = Path(__file__).parent / "kept"
"""Where the run behind the shipped weights lies, small, to be gone on with by whoever has the repository."""
_LOOK_MINUTES, _CLASSIC_LOOK_MINUTES = 5.0, 1.5
_EARLIER = ("data", "minutes", "notes_seen", "steps", "figures", "baselines", "ablation")
"""What a card tells of the weights that a run began with."""
_STEPS = {"cpu": 1024, "cuda": 65536}


def run(chosen: argparse.Namespace) -> None:
    """Train as the command line says; export where it says to."""
    engine, classic = chosen.engine, chosen.engine in CLASSICS
    if engine not in ("kin", *CLASSICS):
        raise BadValue(
            f'There is no engine "{engine}" to train; choose one of kin, {", ".join(CLASSICS)}.', field="engine"
        )
    device = "cuda" if torch.cuda.is_available() and not classic else "cpu"
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    if chosen.adapt is not None:
        adapt(chosen, say)
        return
    if chosen.data is None or not chosen.data.is_dir():
        raise BadValue("The data folder is not there; give the folder of the packed corpora with --data.", field="data")
    recipe = import_module(f"models.training.classics.{engine}" if classic else f"models.training.{engine}")
    profile = chosen.profile or ("full" if device == "cuda" else "small")
    plan = Plan(
        engine,
        profile,
        chosen.minutes or (CLASSIC_MINUTES if classic else MINUTES),
        chosen.runs / (f"classic-{engine}" if classic else f"{engine}-{profile}"),
        batch_steps=_STEPS[device],
        device=device,
        clock=chosen.clock,
        look_minutes=_CLASSIC_LOOK_MINUTES if classic else _LOOK_MINUTES,
        **getattr(recipe, "SETTINGS", {}),
    )
    resumed = resumed_run(plan, may_be_over=chosen.out is not None) if chosen.resume else None
    if chosen.further and resumed is None:
        resumed = _begun_from_shipped(plan, recipe)
    if resumed is not None and resumed.earlier:
        plan = replace(plan, rate=FURTHER_RATE)
    corpus, pairs = prepare(chosen.data, chosen.runs)
    finished = _trained(chosen, plan, recipe, corpus, pairs, resumed)
    if chosen.out is not None:
        say(f"wrote {_exported(finished, plan, corpus, pairs, chosen)}")


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


def say(text: str) -> None:
    """A line for the person who waits; on a terminal a progress line takes the place of the last one."""
    passing = text.startswith("step ") and sys.stderr.isatty()
    print(f"\r\x1b[K{text}" if passing else text, end="" if passing else "\n", file=sys.stderr, flush=True)


def _trained(
    chosen: argparse.Namespace,
    plan: Plan,
    recipe: ModuleType,
    corpus: Corpus,
    pairs: np.ndarray,
    resumed: Checkpoint | None,
) -> Checkpoint:
    """The run after its minutes; one that has had them already is given back as it is."""
    if resumed is not None and resumed.minutes >= plan.minutes:
        return resumed
    model = recipe.Loss.of(plan.profile)
    say(
        f"{plan.engine}: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, "
        f"{len(corpus.rows) / 1e6:.2f} M notes, {len(pairs)} variation pairs, on {plan.device}"
    )
    # A resumed run draws on from another seed: the same exercises again would be learned by heart.
    seed = chosen.seed + (resumed.step if resumed else 0)
    told = () if plan.engine in CLASSICS else (pairs, plan.batch_steps)
    drawn, valid = recipe.dataset(corpus, *told, seed)
    return train(model, drawn, valid, plan, resumed=resumed, say=say, measure=recipe.measure)


def _exported(finished: Checkpoint, plan: Plan, corpus: Corpus, pairs: np.ndarray, chosen: argparse.Namespace) -> Path:
    """Where weights and card were written; beside weights that ship goes what a later run needs to go on."""
    if plan.engine in CLASSICS:
        from models.training.classics.figures import export as export_classic  # measures, which needs the engine itself

        return export_classic(finished, corpus, chosen)
    said = {
        **said_of(plan.engine),
        **said_of_data(corpus),
        "variation_pairs": len(pairs),
        "drawn": DRAWN,
        **said_of_machine(chosen.seed, plan.device),
    }
    if chosen.out.resolve() == WEIGHTS.resolve():
        finished.keep(KEPT / f"{plan.folder.name}.pt")
    return export(finished, said, chosen.out, plan.engine)


def resumed_run(plan: Plan, *, may_be_over: bool) -> Checkpoint:
    """The run to go on with; one that has had its minutes may still be exported."""
    kept = KEPT / f"{plan.folder.name}.pt"
    path = plan.checkpoint if plan.checkpoint.is_file() or not kept.is_file() else kept
    if not path.is_file():
        raise UnreadableFile(
            f"There is no run to go on with in {plan.folder}; start one with --minutes and without --resume."
        )
    resumed = Checkpoint.load(path)
    if resumed.minutes >= plan.minutes and not may_be_over:
        raise BadValue(
            f"That run has had its {resumed.minutes:.0f} minutes; give more with --minutes.", field="minutes"
        )
    return resumed


def _begun_from_shipped(plan: Plan, recipe: ModuleType) -> Checkpoint:
    """A run that begins with the shipped weights; what they lack begins as in a new network."""
    model = recipe.Loss.of(plan.profile)
    card = read_card(plan.engine)
    shipped = {f"network.{name}": tensor for name, tensor in tensors_of(plan.engine).items()}
    own = model.state_dict()
    weights = own | {name: shipped[name] for name in own if name in shipped and shipped[name].shape == own[name].shape}
    begun, averaged = ({name: value.clone() for name, value in weights.items()} for _ in range(2))
    earlier = {name: card[name] for name in _EARLIER if name in card}
    return Checkpoint(plan.engine, plan.profile, begun, averaged, {}, {}, earlier=earlier)


SHARE_OF_NEW = 0.6
"""How much of the mixture is new, 0-1."""
ADAPTING_MINUTES = 3.0
_RATE = 3e-4
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,39}$")


def adapt(chosen: argparse.Namespace, say: Callable[[str], None]) -> Path:
    """Fine-tune on the .mid files of ``chosen.adapt`` and write the engine ``chosen.name`` to the user's folder."""
    name = chosen.name or ""
    if not _NAME.match(name) or name in ("kin", "rules", "auto"):
        raise BadValue(
            "Give the new engine a name of letters and digits with --name, for example --name mine.", field="name"
        )
    plan = plan_of(chosen.runs / f"adapt-{name}", chosen.minutes or ADAPTING_MINUTES, chosen.clock)
    run, clips = learned_from(chosen.adapt, plan, chosen.seed, say)
    said = {
        "sentence": f"kin, adapted to the clips of {chosen.adapt.name}.",
        "licence": "the user's own",
        "data": f"kin's, then {clips} clips of the user's own",
        "adapted_from": "kin",
    }
    return export(run, said, chosen.out or own_folder(), name)


def plan_of(folder: Path, minutes: float, clock: str = "wall") -> Plan:
    """How kin is adapted; the run is kept in ``folder``."""
    return Plan(
        "kin",
        kin_card("kin").get("profile", "small"),
        minutes,
        folder,
        rate=_RATE,
        warm_up=30,
        averaging=0.99,
        look_minutes=1.0,
        clock=clock,
    )


def learned_from(folder: Path, plan: Plan, seed: int, say: Callable[[str], None]) -> tuple[Checkpoint, int]:
    """A run from the shipped weights over a folder of .mid files, and how many of them could be read.

    Its best weights lie between the shipped ones and those that it learned.
    """
    corpus = Corpus.build(read_folder(folder))
    pairs = mine(corpus)
    # A single clip has nothing that could be held back: it is watched while it is learned.
    held_back = Drawer(corpus, pairs, valid=True)
    watched = held_back if held_back.offers_anything else Drawer(corpus, pairs, valid=False)
    valid = fixed_batches(watched, 2048, examples_a_kind=20, seed=0)
    drawn = batches(Drawer(corpus, pairs, valid=False), plan.batch_steps, seed)
    network = read_network("kin")
    model = Loss(network.config)
    model.network.load_state_dict(network.state_dict())
    before = {name: value.clone() for name, value in model.state_dict().items()}
    run = train(model, drawn, valid, plan, resumed=None, say=say, measure=nats)
    run.best = mixed(before, run.best)
    return run, len(corpus.pieces)


def mixed(old: dict[str, Tensor], new: dict[str, Tensor], share: float = SHARE_OF_NEW) -> dict[str, Tensor]:
    """Weights between two networks, ``share`` of the way to the new one."""
    return {name: torch.lerp(old[name], new[name], share) for name in old}
