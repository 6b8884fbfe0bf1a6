"""The training loop: by the clock, resumable, stopped well by Ctrl-C.

The learning rate rises for a short while, then falls along a cosine of the minutes asked for, so that a run ends ripe
on a slow machine and on a fast one. The weights that are kept are a running average; the best on valid are exported.

Offers: ``train``, ``Plan``, ``Learner``.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from models.training.checkpoint import Checkpoint
from models.training.datasets.batches import Batch


class Learner(nn.Module):
    """A network and its cost, which ``forward`` gives: what a recipe brings to the loop.

    NETWORK   what is made of a config
    PROFILES  configs by name
    """

    NETWORK: ClassVar[Callable[[Any], nn.Module]]
    PROFILES: ClassVar[Mapping[str, Any]]

    def __init__(self, config: Any) -> None:  # noqa: ANN401  (each recipe has its own)
        super().__init__()
        self.config = config
        self.network = type(self).NETWORK(config)

    @classmethod
    def of(cls, profile: str) -> Learner:
        """A fresh network and its loss."""
        return cls(cls.PROFILES[profile])

    def asked(self, batch: Any, losses: Tensor) -> int:  # noqa: ANN401, ARG002
        """How many steps something was asked for at: what the loss is divided by, and counted as notes."""
        return len(losses)


@dataclass(frozen=True)
class Plan:
    """How to train.

    minutes        by ``clock``, those of the run that is resumed counted in
    narrow         True: bfloat16 where it is safe; None: on a GPU only
    clock          "wall", or "cpu": the time that the processor gave to this process, all threads added up
    batch_steps    decoder steps in a batch
    averaging      how slowly the kept average follows, 0-1
    look_minutes   between two looks at valid and two checkpoints
    """

    engine: str
    profile: str
    minutes: float
    folder: Path
    batch_steps: int = 1024
    rate: float = 3e-3
    last_rate: float = 0.02
    warm_up: int = 300
    decay: float = 0.05
    averaging: float = 0.999
    smoothing: float = 0.03
    look_minutes: float = 3.0
    device: str = "cpu"
    betas: tuple[float, float] = (0.9, 0.97)
    clock: str = "wall"
    narrow: bool | None = None

    @property
    def checkpoint(self) -> Path:
        """Where the run is kept."""
        return self.folder / "checkpoint.pt"


Say = Callable[[str], None]
Measure = Callable[[nn.Module, Any, str], dict[str, float]]
"""Figures on what is held back, among them "all", the one to choose by (lower is better)."""
_SAY_SECONDS = 5.0


def train(
    model: Learner,
    drawn: Iterator[Batch],
    valid: object,
    plan: Plan,
    *,
    resumed: Checkpoint | None,
    say: Say,
    measure: Measure,
) -> Checkpoint:
    """Train until the minutes are over or Ctrl-C; returns (and has saved) the last checkpoint.

    valid: what ``measure`` measures on, as a rule fixed batches of the valid split.
    """
    lessons = _Lessons(model, valid, plan, resumed, say, measure)
    run = lessons.run
    looked, said = run.minutes, time.monotonic()
    try:
        while run.minutes < plan.minutes:
            lessons.step(next(drawn))
            if time.monotonic() - said > _SAY_SECONDS:
                said = time.monotonic()
                say(lessons.progress())
            if run.minutes - looked > plan.look_minutes:
                lessons.look()
                looked = run.minutes
    except KeyboardInterrupt:
        say("stopped; --resume goes on from here")
    if lessons.recent or not run.curve:
        lessons.look()
    return run


CLOCKS: dict[str, Callable[[], float]] = {"wall": time.monotonic, "cpu": time.process_time}
"""Seconds by each clock."""


class _Lessons:
    """A run under way: model, optimiser and what is kept of them."""

    def __init__(
        self, model: Learner, valid: object, plan: Plan, resumed: Checkpoint | None, say: Say, measure: Measure
    ) -> None:
        self.measure = measure
        self.model, self.valid, self.plan, self.say = model.to(plan.device).train(), valid, plan, say
        self.optimiser = _optimiser(model, plan)
        self.run = resumed or Checkpoint(plan.engine, plan.profile, {}, _copy(model), _copy(model), {})
        if resumed:
            model.load_state_dict(resumed.model)
        self.begun = self.run.step  # an optimiser that knows nothing yet begins slowly
        if resumed and resumed.optimiser:
            self.optimiser.load_state_dict(resumed.optimiser)
            self.begun = 0
        self.run.averaged = {name: value.to(plan.device) for name, value in self.run.averaged.items()}
        self.before = self.run.minutes, self.run.notes
        self.seconds, self.cpu_seconds = CLOCKS[plan.clock](), time.process_time()
        self.recent: list[float] = []

    def count_time(self) -> None:
        """Add what has passed since it was last counted to the minutes of the run."""
        seconds, cpu_seconds = CLOCKS[self.plan.clock](), time.process_time()
        self.run.minutes += (seconds - self.seconds) / 60
        self.run.cpu_minutes += (cpu_seconds - self.cpu_seconds) / 60
        self.seconds, self.cpu_seconds = seconds, cpu_seconds

    def step(self, batch: Batch) -> None:
        """One step of the optimiser; the loss is in nats a step of the decoder that is asked for something."""
        plan, run = self.plan, self.run
        for group in self.optimiser.param_groups:
            group["lr"] = _rate(run.step - self.begun, run.minutes, plan)
        batch = batch if plan.device == "cpu" else batch.to(plan.device)  # the small ones stay where they are
        narrow = plan.device == "cuda" if plan.narrow is None else plan.narrow
        with torch.autocast(plan.device, torch.bfloat16) if narrow else contextlib.nullcontext():
            losses = self.model(batch, plan.smoothing)  # (N, 6)
        asked = self.model.asked(batch, losses)
        loss = losses.sum() / max(1, asked)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        run.step += 1
        run.notes += asked
        _follow(run.averaged, self.model, min(plan.averaging, (1 + run.step) / (10 + run.step)))
        self.recent.append(float(loss.detach()))
        self.count_time()

    def look(self) -> None:
        """Measure the average on valid, keep it if it is the best, save."""
        run, plan = self.run, self.plan
        own = _copy(self.model)
        self.model.load_state_dict(run.averaged)
        figures = self.measure(self.model, self.valid, plan.device)
        self.model.load_state_dict(own)
        self.count_time()
        train_loss = sum(self.recent) / len(self.recent) if self.recent else float("nan")
        self.recent = []
        run.curve.append((run.minutes, run.notes, train_loss, figures["all"]))
        if figures["all"] < run.best_loss:
            run.best_loss, run.figures = figures["all"], figures
            run.best = {name: value.detach().cpu().clone() for name, value in run.averaged.items()}
        run.model, run.optimiser = own, self.optimiser.state_dict()
        plan.folder.mkdir(parents=True, exist_ok=True)
        try:
            run.save(plan.checkpoint)
        except OSError as error:
            # A full disk must not end hours of training: the last whole checkpoint is still there.
            self.say(f"the checkpoint couldn't be written ({error.strerror}); make room, training goes on")
        self.say(
            f"{run.minutes:6.1f} min  {run.notes / 1e6:.2f} M notes  train {train_loss:.3f}  valid "
            + "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
        )

    def progress(self) -> str:
        """A line for the person who waits."""
        run, last, (minutes, notes) = self.run, self.recent[-50:] or [float("nan")], self.before
        speed = (run.notes - notes) / max(1e-6, 60 * (run.minutes - minutes))
        left = max(0.0, self.plan.minutes - run.minutes)
        return f"step {run.step}  loss {sum(last) / len(last):.3f}  {speed:.0f} notes/s  {left:.1f} min left"


def _optimiser(model: nn.Module, plan: Plan) -> torch.optim.AdamW:
    groups: list[dict[str, Any]] = [{"params": [], "weight_decay": decay} for decay in (plan.decay, 0.0)]
    for name, parameter in model.named_parameters():
        groups[parameter.ndim < 2 or "table" in name]["params"].append(parameter)
    return torch.optim.AdamW(groups, lr=plan.rate, betas=plan.betas)


def _rate(step: int, minutes: float, plan: Plan) -> float:
    ripeness = min(1.0, minutes / plan.minutes)
    falling = plan.last_rate + (1 - plan.last_rate) * 0.5 * (1 + math.cos(math.pi * ripeness))
    return plan.rate * min(1.0, (step + 1) / plan.warm_up) * falling


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


@torch.no_grad()
def _follow(averaged: dict[str, Tensor], model: nn.Module, slowness: float) -> None:
    state = model.state_dict()
    torch._foreach_lerp_(list(averaged.values()), [state[name] for name in averaged], 1 - slowness)
