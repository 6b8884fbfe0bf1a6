"""``clipkin benchmark practice``: does difficulty rise with the level, on a hundred clips?

For each clip and skill the eight exercises are made, and Spearman's rank correlation between level and difficulty is
taken. The clips are variations of the shipped tunes or, with ``--data``, held-out melodies and bass lines.

Offers: ``main``, ``measure``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from bridge.command_line.commands.examples import EXAMPLES
from models import midi_file
from models.arrangement.arranged import rank_correlation
from models.benchmarks.figure import Figure, show
from models.generator import Request
from models.music.clip import Clip
from models.practice.exercises import LEVELS, SKILLS, exercise
from models.studio import Studio

RISES = 0.95
"""What must be reached, for the mean of the clips."""
_SHIPPED = ("lead", "answer", "bass")
_SIMILARITY = 0.4
_AT_ONCE = 8


def main(words: Sequence[str]) -> int:
    """Measure; gives 1 where it isn't reached."""
    parser = argparse.ArgumentParser(prog="clipkin benchmark practice", description=__doc__)
    parser.add_argument("--clips", type=int, default=100, help="how many (100)")
    parser.add_argument("--data", type=Path, help="the corpora's folder: held-out clips instead of variations")
    parser.add_argument("--json", action="store_true", help="a list of objects")
    arguments = parser.parse_args(words)
    clips = list(islice(_held_out(arguments.data, arguments.clips) if arguments.data else _varied(), arguments.clips))
    figures = measure(clips)
    show(figures, as_json=arguments.json)
    return 0 if all(figure.reached for figure in figures) else 1


def measure(clips: Sequence[Clip]) -> list[Figure]:
    """For each skill the mean and the least of the clips' correlations."""
    figures = [Figure("clips", len(clips), "")]
    for skill in SKILLS:
        found = [
            rank_correlation(list(LEVELS), [exercise(clip, level, skill=skill).difficulty for level in LEVELS])
            for clip in clips
        ]
        figures.append(Figure(skill, float(np.mean(found)), "rank correlation", (RISES, 1.0)))
        figures.append(Figure("  the least of a clip", min(found), ""))
    return figures


def _varied() -> Iterator[Clip]:
    """The shipped tunes, and ever new variations of them."""
    studio, prompts = Studio(), [midi_file.read(EXAMPLES / f"{name}.mid") for name in _SHIPPED]
    yield from prompts
    for seed in range(1, 1000):
        for prompt in prompts:
            request = Request(prompts=(prompt,), similarity=_SIMILARITY, count=_AT_ONCE, seed=seed * 100)
            yield from (variation.clip for variation in studio.generate(request, "rules"))


def _held_out(folder: Path, count: int) -> Iterator[Clip]:
    """Four bars out of pieces of the valid split: as many melodies as bass lines."""
    from models.benchmarks.mood import clips_of

    found = clips_of(folder, "valid", count)
    return (clip for both in zip(found["melody"], found["bass"], strict=False) for clip in both)
