"""What engines do for drums: play a beat as a drummer would, fill a bar or a lane in.

Who is asked first was measured on held-out takes of drummers, flattened and put on the grid: how far the loudness and
the timing of what came went with what the drummer had played (``models/benchmarks/grooves.py``).

Offers: ``played``, ``infilled``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from models.generator import Engine, Request, Variation
from models.music.errors import EngineUnavailable, Refused
from models.music.note import Note


def played(request: Request, players: Sequence[Engine], amount: float) -> Iterator[Variation]:
    """The grooves of a beat by the first player that gives any, ``amount`` (0-1) of the way from the clip to the
    drummer; raises what the last one says, Refused without players.
    """
    if not players:
        raise Refused("A groove is played by an engine; choose rnn, kin or rules.", field="engine")
    found, name = _first_that_can(request, players)
    for variation in found:
        nearer = _nearer(request, variation, amount) if amount < 1 else variation
        yield nearer.saying(f"Played by the engine {name}.")


def infilled(request: Request, player: Engine) -> Iterator[Variation]:
    """What an engine plays where the request leaves room; raises Refused."""
    for variation in player.generate(request):
        yield variation.saying(f"Played by the engine {player.name}.")


def _first_that_can(request: Request, players: Sequence[Engine]) -> tuple[Iterator[Variation], str]:
    """The variations of the first player that gives any, and its name."""
    for player in players[:-1]:
        found = player.generate(request)
        try:
            return chain([next(found)], found), player.name
        except (EngineUnavailable, Refused, StopIteration):
            continue
    return players[-1].generate(request), players[-1].name


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
