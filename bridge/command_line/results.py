"""Results on disk and on the screen: .mid files, one JSON object, a short table, a picture; of a song a file for each
section and one for the whole.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from bridge.command_line.command import print_json, write_picture
from bridge.command_line.piano_roll import Roll, piano_rolls
from models import midi_file
from models.arrangement.arranged import Arrangement, picture, song_picture
from models.arrangement.song import arrangement_of
from models.constraints.morphing.steps import NEARNESS
from models.generator import OfRequest, Request, Variation
from models.music import pitch
from models.music.clip import Clip
from models.tasks.table import TABLE


@dataclass(frozen=True)
class Results:
    """What came of one command, the best score first; times in milliseconds.

    What has an order of its own keeps it: ranks of an exact search, steps of a morph, clips of a song, what lies
    nearest to mood words.
    """

    request: Request
    engine: str
    elapsed_ms: float
    first_ms: float
    variations: tuple[Variation, ...]

    def __post_init__(self) -> None:
        if self.request.task not in ("morph", "arrange") and not self.request.mood.strip():
            best_first = sorted(self.variations, key=lambda each: -(each.report.score or 0.0))
            object.__setattr__(self, "variations", tuple(best_first))

    @classmethod
    def of(cls, request: Request, engine: str, coming: Iterable[Variation]) -> Results:
        """All that comes, and how long it took."""
        began, first_ms, variations = time.perf_counter(), 0.0, []
        for variation in coming:
            first_ms = first_ms or (time.perf_counter() - began) * 1000
            variations.append(variation)
        return cls(request, engine, (time.perf_counter() - began) * 1000, first_ms, tuple(variations))

    def head(self) -> dict[str, Any]:
        """What every task tells in JSON."""
        told = {"task": self.request.task, "engine": self.engine, "seed": self.request.seed}
        return {**told, "elapsed_ms": round(self.elapsed_ms, 1), "first_ms": round(self.first_ms, 1)}


class Screen(Console):
    """A console whose reader may go, as ``head`` does: that is no error of ours, so it raises what any writing does."""

    def on_broken_pipe(self) -> None:
        """Instead of ending the process with 1."""
        raise BrokenPipeError


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


def tell(arguments: argparse.Namespace, results: Results) -> int:
    """Draw, write and print the results as the options say: one JSON object, or a table and what is to be said."""
    if arguments.picture and (drawn := rolls(results)):
        write_picture(arguments.picture, piano_rolls(drawn))
    # Files are called by the prompt, or by the part that was made.
    prompt, request = vars(arguments).get("prompt"), results.request
    made = request.role or (*TABLE[request.task].parts, request.task)[0]
    paths = write_results(results, arguments.out, prompt.stem if isinstance(prompt, Path) else made)
    if arguments.json:
        rows = [_row(variation, path) for variation, path in zip(results.variations, paths, strict=True)]
        return print_json({**results.head(), "variations": rows})
    print_table(results, paths)
    return 0


def write_results(results: Results, folder: Path, stem: str) -> list[Path]:
    """Write ``<stem>-1.mid …``, or with the next free numbers, each whole or not at all; gives the paths."""
    return [midi_file.write_numbered(folder, stem, variation.clip) for variation in results.variations]


_LONG_NAME, _LONGEST_NAME = 20, 28
"""Columns of a file's name from which on a table of 80 columns has no room for the first notes, and none for more of
the name than its end.
"""

_COLUMNS: Mapping[str, Callable[[Variation], str]] = {
    "similar": lambda each: f"{each.report.similarity:.2f}",
    "notes": lambda each: str(len(each.clip.notes)),
    "kept": lambda each: str(each.kept_count),
    "in scale": lambda each: f"{each.report.in_scale:.0%}",
    "score": lambda each: "-" if each.report.score is None else f"{each.report.score:.2f}",
    "seed": lambda each: str(each.seed),
    "begins": lambda each: " ".join(pitch.name(note.pitch) for note in each.clip.notes[:3]),
}


def _columns(results: Results, width: int) -> list[str]:
    """The figures that mean something for these results, and that there is room for beside names of that width."""
    request, row = results.request, TABLE[results.request.task]
    variations = results.variations
    in_place = row.in_place and any(each.kept_count or each.report.similarity for each in variations)
    told = {"similar": in_place, "kept": in_place, "in scale": request.scale is not None}
    told["score"] = any(each.report.score is not None for each in variations)
    told["begins"] = width <= _LONG_NAME and not all(each.clip.drums for each in variations)
    return [name for name in _COLUMNS if told.get(name, True)]


def print_table(results: Results, paths: Sequence[Path]) -> None:
    """One row for each result, and what had to be said of it."""
    task, asked, console = results.request.task, results.request.count, Screen()
    if not paths:
        nothing = "nothing came, since the locks and the number of notes leave nothing that differs."
        console.print(f"{task}: {nothing}", style="yellow", soft_wrap=True)
        return
    columns = _columns(results, max(cell_len(path.name) for path in paths))
    title = f"{task}, engine {results.engine}, {results.elapsed_ms:.0f} ms"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("file", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="left" if column == "begins" else "right", no_wrap=True)
    for variation, path in zip(results.variations, paths, strict=True):
        name = path.name
        while cell_len(name) > _LONGEST_NAME:
            name = f"…{name.lstrip('…')[1:]}"
        table.add_row(name, *(_COLUMNS[column](variation) for column in columns))
    console.print(table)
    console.print(f"Written to {paths[0].parent.resolve()}", soft_wrap=True)
    if len(paths) < asked:
        why = "the locks and the number of notes leave no more that differ."
        console.print(f"Only {len(paths)} of {asked} came: {why}", style="yellow", soft_wrap=True)
    if TABLE[task].ranked:
        for variation, path in zip(results.variations, paths, strict=True):
            console.print(f"{path.name}: {_chords(variation.clip)}", soft_wrap=True)
    for remark, numbers in remarks_of(results.variations).items():
        of_all = len(numbers) == len(paths) or isinstance(remark, OfRequest)
        whose = "" if of_all else f"{paths[numbers[0]].name}: "
        console.print(f"{whose}{remark}", style="yellow", soft_wrap=True)


def _chords(clip: Clip) -> str:
    """What is struck together, hit by hit, where it changes: "A2 C3 E3 | F2 A2 C3"."""
    hits: dict[float, list[str]] = {}
    for note in clip.notes:
        hits.setdefault(round(note.onset, 1), []).append(pitch.name(note.pitch))
    return " | ".join(hit for hit, _ in groupby(" ".join(names) for names in hits.values()))


def remarks_of(variations: Iterable[Variation]) -> dict[str, list[int]]:
    """Every remark once, in order, with the places of the results of which it was said."""
    said: dict[str, list[int]] = {}
    for number, variation in enumerate(variations):
        for remark in variation.report.remarks:
            said.setdefault(remark, []).append(number)
    return said


def rolls(results: Results) -> list[Roll]:
    """The results to draw; a morph's first step is the first clip, other tasks show theirs above."""
    request = results.request
    found: list[Roll] = []
    if request.task == "morph":
        there = {(round(note.onset, 2), note.pitch) for note in request.prompts[0].notes}
        for number, step in enumerate(results.variations, 1):
            nearness = step.report.measures[NEARNESS]
            title = f"step {number} of {len(results.variations)}, {nearness:.2f} like the second clip"
            notes = [(round(note.onset, 2), note.pitch) for note in step.clip.notes]
            new = frozenset(place for place, note in enumerate(notes) if note not in there)
            found.append(Roll(title, step.clip, new))
        return found
    found += [Roll("the clip", clip) for clip in request.prompts if results.variations]
    for number, each in enumerate(results.variations, 1):
        new = frozenset(index for index, origin in enumerate(each.kept) if origin is None)
        found.append(Roll(f"{request.task} {number}, similarity {each.report.similarity:.2f}", each.clip, new))
    return found


SONG, PICTURE = "song.mid", "song.svg"


def tell_song(arguments: argparse.Namespace, results: Results) -> int:
    """Write the song that the results make together, and print it as the options say."""
    song = arrangement_of(results.request, results.variations)
    files = _write(song, arguments.out)
    drawn = arguments.picture or files[-1].with_name(PICTURE)
    write_picture(drawn, song_picture(song))
    if arguments.json:
        sections = [
            {name: getattr(section, name) for name in ("name", "bars", "energy")}
            | {"file": str(path), "onset": marker.onset, "density": round(section.density, 2)}
            for section, marker, path in zip(song.sections, song.markers, files[:-1], strict=True)
        ]
        told = {"song": str(files[-1]), "sections": sections, "density_agreement": round(song.density_agreement, 4)}
        remarks = list(remarks_of(results.variations))
        return print_json({**results.head(), **told, "picture": str(drawn), "remarks": remarks})
    sys.stdout.write(picture(song) + "\n")
    sys.stdout.writelines(f"{line}\n" for line in (*remarks_of(results.variations), *files, drawn))
    return 0


def _write(song: Arrangement, folder: Path) -> list[Path]:
    """A file for each section and one for the song; in a folder of their own where one of the names is taken.

    The song comes first and claims the others' names, so that two commands in one folder don't meet.
    """
    names = [f"{number:02d}-{section.name.replace(' ', '-')}.mid" for number, section in enumerate(song.sections, 1)]
    names.append(SONG)
    markers = [(marker.onset, marker.name) for marker in song.markers]
    for place in itertools.chain([folder], (folder / f"song-{number}" for number in itertools.count(2))):
        if any((place / name).exists() for name in (*names, PICTURE)):
            continue
        with contextlib.suppress(midi_file.Taken):
            midi_file.write(place / SONG, song.song, markers=markers)
            break
    for name, section in zip(names, song.sections, strict=False):
        midi_file.write(place / name, tuple(clip for clip in section.clips if clip.notes))
    return [place / name for name in names]
