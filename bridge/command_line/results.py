"""Results on disk and on the screen: .mid files, one JSON object, a short table."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from models import midi_file
from models.generator import Variation
from models.music import pitch
from models.music.errors import BadValue


@dataclass(frozen=True)
class Results:
    """What came of one command; times in milliseconds."""

    task: str
    engine: str
    seed: int
    elapsed_ms: float
    first_ms: float
    variations: tuple[Variation, ...]

    def to_json(self, paths: Sequence[Path]) -> str:
        """The one object that ``--json`` prints."""
        return json.dumps(
            {
                "task": self.task,
                "engine": self.engine,
                "seed": self.seed,
                "elapsed_ms": round(self.elapsed_ms, 1),
                "first_ms": round(self.first_ms, 1),
                "variations": [_row(variation, path) for variation, path in zip(self.variations, paths, strict=True)],
            },
            ensure_ascii=False,
        )


def _row(variation: Variation, path: Path) -> dict[str, Any]:
    report = variation.report
    return {
        "file": str(path),
        "seed": variation.seed,
        "similarity": round(report.similarity, 4),
        "notes": len(variation.clip.notes),
        "kept": variation.kept_count,
        "in_scale": round(report.in_scale, 4),
        "originality": report.originality,
        "locks": dict(report.locks),
        "score": report.score,
        "measures": dict(report.measures),
        "remarks": list(report.remarks),
    }


class Watch:
    """Times what happens in its ``with``; ``elapsed_ms`` afterwards."""

    elapsed_ms = 0.0

    @property
    def so_far_ms(self) -> float:
        """Since the start."""
        return (time.perf_counter() - self._started) * 1000

    def __enter__(self) -> Watch:
        """Start."""
        self._started = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.elapsed_ms = self.so_far_ms


def tell(arguments: argparse.Namespace, results: Results, stem: str, details: Sequence[str] = ()) -> int:
    """Write the results and print them as the options say: one JSON object, or a table and the details."""
    paths = write_results(results, arguments.out, stem)
    if arguments.json:
        sys.stdout.write(results.to_json(paths) + "\n")
        return 0
    print_table(results, paths, arguments.count)
    for path, lines in zip(paths, details, strict=False):
        sys.stdout.write(f"\n{path}\n{lines}\n")
    return 0


def make_folder(folder: Path) -> None:
    """Make a folder for results; raises BadValue when it can't be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise BadValue(
            f'The folder "{folder}" can\'t be made ({problem.strerror}); choose another with --out.', field="out"
        ) from None


def write_results(results: Results, folder: Path, stem: str) -> list[Path]:
    """Write ``<stem>-1.mid …``, each whole or not at all; gives the paths."""
    make_folder(folder)
    paths = [folder / f"{stem}-{number}.mid" for number in range(1, len(results.variations) + 1)]
    for variation, path in zip(results.variations, paths, strict=True):
        midi_file.write(path, variation.clip)
    return paths


def print_table(results: Results, paths: Sequence[Path], asked: int) -> None:
    """One row for each result, and what had to be said of it; ``asked``: how many were wanted."""
    table = Table(title=f"{results.task}, engine {results.engine}, {results.elapsed_ms:.0f} ms", title_justify="left")
    for column in ("file", "similar", "notes", "kept", "scale", "score", "seed", "begins"):
        table.add_column(column, justify="right" if column not in ("file", "begins") else "left", no_wrap=True)
    for variation, path in zip(results.variations, paths, strict=True):
        report = variation.report
        table.add_row(
            path.name,
            f"{report.similarity:.2f}",
            str(len(variation.clip.notes)),
            str(variation.kept_count),
            f"{report.in_scale:.0%}",
            "-" if report.score is None else f"{report.score:.2f}",
            str(variation.seed),
            " ".join(pitch.name(note.pitch) for note in variation.clip.notes[:3]),
        )
    console = Console()
    if not paths:
        console.print(
            f"{results.task}: nothing came, since the locks and the number of notes leave nothing that differs.",
            style="yellow",
            soft_wrap=True,
        )
        return
    console.print(table)
    console.print(f"Written to {paths[0].parent.resolve()}", soft_wrap=True)
    if len(paths) < asked:
        console.print(
            f"Only {len(paths)} of {asked} came: the locks and the number of notes leave no more that differ.",
            style="yellow",
        )
    for remark in dict.fromkeys(remark for variation in results.variations for remark in variation.report.remarks):
        console.print(remark, style="yellow")
