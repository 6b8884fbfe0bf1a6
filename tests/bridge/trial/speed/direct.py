"""Every engine and task in this process: processor time until the first and until the last result, by length and count.

Offers: ``Cell``, ``measured``, ``growth``, ``a_line``, ``requests_of``, ``of_another_clip``.
"""

from __future__ import annotations

import itertools
import math
import random
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.generator import EngineCard, Request, Task
from models.music.clip import Clip, Role
from models.music.errors import ClipkinError
from models.music.note import Note
from models.studio import Studio

LENGTHS, COUNTS = (8, 32, 128, 512, 2048), (1, 4, 8, 16)
USUAL_LENGTH, USUAL_COUNT = 32, 4
TASKS: tuple[Task, ...] = (
    "vary", "infill", "continue", "humanise", "morph", "generate", "voice", "harmonise", "reharmonise"
)  # fmt: skip
_ENOUGH_S = 8.0
"""A request that took longer is not made longer."""
_SCALE = (0, 2, 4, 5, 7, 9, 11)
_asked = itertools.count()


@dataclass(frozen=True)
class Cell:
    """One engine's task on so many notes, so many results; seconds, medians of ``rounds``; spread: (worst - best) of
    all results as a share of the median."""

    engine: str
    task: str
    role: str
    notes: int
    count: int
    first_s: float
    all_s: float
    spread: float
    rounds: int


def a_line(notes: int, seed: int = 5) -> Clip:
    """A tune in C major, two notes a beat: it steps more than it leaps, and comes back to its first bar each fourth."""
    rng, place, line = random.Random(seed), 14, list[Note]()
    for number in range(notes):
        place = min(20, max(7, place + rng.choice((-2, -1, -1, 0, 1, 1, 2, 3, -3))))
        pitch = 36 + 12 * (place // 7) + _SCALE[place % 7]
        if number % 32 >= 24 and number >= 24:
            pitch = line[number % 32 - 24].pitch
        line.append(Note(pitch, number / 2, 0.5, 76 + rng.randrange(24)))
    return Clip(tuple(line), max(4.0, notes / 2))


def _beat(notes: int) -> Clip:
    """A beat of eight hits a bar: hats on 8ths, a kick and a snare in place of two."""
    lanes = (36, 42, 38, 42, 36, 42, 38, 46)
    hits = (Note(lanes[n % 8], n / 2, 0.25, 70 + 13 * n % 40) for n in range(notes))
    return Clip(tuple(hits), max(4.0, notes / 2))


def _chords(notes: int) -> Clip:
    """Triads, a bar each."""
    roots = (60, 57, 65, 67)
    line = (Note(roots[n // 3 % 4] + (0, 4, 7)[n % 3], 4.0 * (n // 3), 4.0, 80) for n in range(notes))
    return Clip(tuple(line), max(4.0, 4.0 * math.ceil(notes / 3)))


_CLIPS = {"melody": a_line, "bass": a_line, "drums": _beat, "chords": _chords}


def requests_of(task: Task, role: Role, notes: int, count: int) -> Request:
    """A request of a task for a clip of so many notes, each time the same one."""
    clip = _CLIPS[role](notes)
    others: dict[str, object] = {}
    if task in ("vary", "reharmonise"):
        others["similarity"] = 0.7
    if task == "infill":
        others["region"] = (clip.length / 4, clip.length / 2)
    if task == "continue":
        others["bars"] = 4
    if task == "generate":
        others["bars"] = max(1, min(64, notes // 8))
    prompts: tuple[Clip, ...] = () if task == "generate" else (clip,)
    if task == "morph":
        prompts = (clip, a_line(notes, seed=6) if role != "drums" else clip.with_notes(clip.notes[1:]))
    return Request(task=task, prompts=prompts, role=role, count=count, **others)  # type: ignore[arg-type]


def of_another_clip(request: Request) -> Request:
    """The same for a clip that nobody has asked for: as much work, but nothing that was kept of another helps.

    Clips are moved by some semitones (not those of drums) and made softer or louder, in 288 ways.
    """
    louder, step = divmod(next(_asked) % 288, 12)
    up = 0 if request.role == "drums" else step - 6
    prompts = [
        clip.with_notes(tuple(n.moved(pitch=n.pitch + up, velocity=n.velocity + louder - 12) for n in clip.notes))
        for clip in request.prompts
    ]
    return request.but(prompts=tuple(prompts))


def _role(card: EngineCard, task: Task) -> Role:
    if task in ("voice", "reharmonise"):
        return "chords"
    wanted: Sequence[Role] = ("melody", "chords", "drums", "bass")
    return next(role for role in wanted if card.can(task, role))


def measured(
    studio: Studio, engines: Iterable[str], rounds: int, *, tasks: Sequence[Task] = TASKS, whole: bool = True
) -> Iterator[Cell]:
    """Every task of the engines: all lengths at the usual count, all counts at the usual length; only the usual
    request where not ``whole``."""
    cards = {card.name: card for card in studio.engines()}
    for name in engines:
        for task in (task for task in tasks if task in cards[name].tasks):
            role = _role(cards[name], task)
            grid = [(USUAL_LENGTH, USUAL_COUNT)]
            if whole:
                grid += [(USUAL_LENGTH, count) for count in COUNTS if count != USUAL_COUNT]
                grid += [(notes, USUAL_COUNT) for notes in LENGTHS if notes != USUAL_LENGTH]
            longest = 0.0
            for notes, count in grid:
                if longest < _ENOUGH_S and (cell := _cell(studio, name, task, role, (notes, count), rounds)):
                    longest = max(longest, cell.all_s if notes > USUAL_LENGTH else 0.0)
                    yield cell


def _cell(studio: Studio, engine: str, task: Task, role: Role, size: tuple[int, int], rounds: int) -> Cell | None:
    firsts, alls = [], []
    for number in range(rounds + 1):
        try:
            request = of_another_clip(requests_of(task, role, *size)).but(seed=100 * number)
            began, first = time.process_time(), 0.0
            for _ in studio.generate(request, engine):
                first = first or time.process_time() - began
        except ClipkinError:
            return None  # too long or too short for the task
        if number or size[0] > 4 * USUAL_LENGTH:  # else the first round warms up
            firsts.append(first)
            alls.append(time.process_time() - began)
        if alls and alls[-1] > 1.0:
            break
    middle = statistics.median(alls)
    spread = (max(alls) - min(alls)) / middle
    return Cell(engine, task, role, *size, statistics.median(firsts), middle, spread, len(alls))


def growth(cells: Iterable[Cell]) -> float:
    """The exponent by which time grows with notes from the usual length on: slope in a log-log plane; NaN of one."""
    points = [
        (math.log(cell.notes), math.log(cell.all_s))
        for cell in cells
        if cell.count == USUAL_COUNT and cell.notes >= USUAL_LENGTH
    ]
    if len(points) < 2:
        return math.nan
    return statistics.linear_regression(*zip(*points, strict=True)).slope
