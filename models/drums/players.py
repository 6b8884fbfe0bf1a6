"""What engines do for drums: play a beat as a drummer would, fill a bar or a lane in.

Which engine is asked first was measured on held-out takes of drummers, flattened and put on the grid: how far the
loudness and the timing of what came went with what the drummer had played (``models/benchmarks/grooves.py``).

Offers: ``played``, ``infilled``, ``Ask``, ``GROOVERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from models.generator import Request, Variation
from models.music.errors import EngineUnavailable, Refused
from models.music.note import Note

Ask = Callable[[Request, str], Iterator[Variation]]
"""Who makes what a request asks of the engine of a name: the studio, given from above."""

AUTO, GRAMMAR = "auto", "grammar"
GROOVERS = ("rnn", "kin", "rules")
"""Who plays grooves, the best first."""


def played(request: Request, engine: str, amount: float, ask: Ask | None) -> Iterator[Variation]:
    """The grooves of a beat, ``amount`` (0-1) of the way from the clip to the drummer; raises Refused."""
    if ask is None or engine == GRAMMAR:
        raise Refused("A groove is played by an engine; choose rnn, kin or rules.", field="engine")
    found, name = _first_that_can(request, GROOVERS if engine == "auto" else (engine,), ask)
    for variation in found:
        nearer = _nearer(request, variation, amount) if amount < 1 else variation
        yield nearer.saying(f"Played by the engine {name}.")


def infilled(request: Request, engine: str, ask: Ask | None) -> Iterator[Variation]:
    """What an engine plays where the request leaves room; raises Refused."""
    if ask is None:
        raise Refused(f'The engine "{engine}" can\'t be asked here; choose grammar.', field="engine")
    for variation in ask(request, engine):
        yield variation.saying(f"Played by the engine {engine}.")


def _first_that_can(request: Request, names: tuple[str, ...], ask: Ask) -> tuple[Iterator[Variation], str]:
    """The variations of the first engine that gives any, and its name; raises what the last one says."""
    for name in names[:-1]:
        found = ask(request, name)
        try:
            return chain([next(found)], found), name
        except (EngineUnavailable, Refused, StopIteration):
            continue
    return ask(request, names[-1]), names[-1]


def _nearer(request: Request, variation: Variation, amount: float) -> Variation:
    """Every hit between where it was and where it came to be; kept ones stay bit for bit.

    In both clips no hit rings into the next of its drum, so between them none does.
    """
    lines: dict[int, list[Note]] = {}
    for note in request.prompt.notes:
        lines.setdefault(note.pitch, []).append(note)
    notes: list[tuple[Note, int | None]] = []
    for note, kept in zip(variation.clip.notes, variation.kept, strict=True):
        before = lines[note.pitch].pop(0)
        notes.append(
            (
                note
                if kept is not None
                else note.moved(
                    onset=_between(before.onset, note.onset, amount),
                    duration=_between(before.duration, note.duration, amount),
                    velocity=round(_between(before.velocity, note.velocity, amount)),
                ),
                kept,
            )
        )
    notes.sort(key=lambda item: item[0].order)
    clip = replace(variation.clip, notes=tuple(note for note, _ in notes))
    return replace(variation, clip=clip, kept=tuple(kept for _, kept in notes))


def _between(before: float, after: float, amount: float) -> float:
    return before + amount * (after - before)
