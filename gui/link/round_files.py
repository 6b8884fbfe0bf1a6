"""Rounds as files, so that a session outlasts the panel: a folder for each tells what it was, beside its .mid files."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import asdict, astuple, fields, replace
from pathlib import Path
from typing import Any

from gui.link.clip_files import STARRED, chords_of, sweep
from gui.link.settings import write_whole
from gui.link.song_files import files_of, kept_of_loop, song_of
from gui.state.values import Choice, Order, Prompt, Result, Round, SongFiles
from gui.state.wish import Wish
from models.generator import Place, Report, Request, Variation
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.tasks.table import TABLE

_NAME, _PROMPT = "round.json", "prompt.mid"
_VERSION = 1
MOST_READ = 40
"""Rounds of earlier runs that are shown again; the files of others stay where they are."""


def write_round(made: Round) -> None:
    """Write what the round was next to its results; nothing where it has none. Raises OSError, BadValue."""
    from models import midi_file

    if not made.results:
        return
    folder, prompt = made.results[0].path.parent, made.prompt
    if prompt is not None and not (folder / _PROMPT).exists():
        midi_file.write(folder / _PROMPT, prompt.clip)
    # What a song's tracks are made of: an edit in another run starts from it.
    given = (*made.order.request.prompts, *made.order.request.context) if made.song else ()
    loops = {f"loop {number:02d}.mid": loop for number, loop in enumerate(given, 1)}
    for name, loop in loops.items():
        if not (folder / name).exists():
            midi_file.write(folder / name, loop)
    values = {
        "loops": [*loops],
        "version": _VERSION,
        "wish": made.wish.to_json(),
        "region": made.wish.region,
        "seed": made.order.request.seed,
        **{name: getattr(made, name) for name in ("engine", "began", "error")},
        "stem": made.order.stem,
        "tracks": made.order.tracks,
        "prompt": None if prompt is None else {"path": str(prompt.path), "key": prompt.key, "pads": prompt.pads},
        "song": made.song.path.name if made.song else None,
        "results": [
            {
                **asdict(result.variation.report),
                "file": result.path.name,
                "number": result.number,
                "seed": result.variation.seed,
                "asked": result.asked,
                "track": result.track,
                "place": result.variation.place and astuple(result.variation.place),
            }
            for result in made.results
        ],
    }
    write_whole(folder / _NAME, json.dumps(values).encode())


def write_stars(made: Round, stars: Iterable[Choice]) -> None:
    """Write which results of the round have a star; raises OSError."""
    numbers = sorted(star.number for star in stars if star.round == made.number)
    if not made.results:
        return
    path = made.results[0].path.parent / STARRED
    if numbers:
        write_whole(path, json.dumps(numbers).encode())
    else:
        path.unlink(missing_ok=True)


def read_rounds(folder: Path) -> tuple[tuple[Round, ...], frozenset[Choice]]:
    """The last rounds that lie in the folder, numbered from 1, and their stars, after old ones were taken away; one
    that is damaged is left out.
    """
    sweep(folder)
    rounds: list[Round] = []
    stars: set[Choice] = set()
    for place in sorted(path.parent for path in folder.glob(f"*/{_NAME}"))[-MOST_READ:]:
        try:
            made = _read_round(place, len(rounds) + 1)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, ClipkinError):
            continue  # of another version, or half taken away
        rounds.append(made)
        with contextlib.suppress(OSError, ValueError, TypeError):  # none has a star, or nobody can say which
            starred = json.loads((place / STARRED).read_bytes())
            stars |= {Choice(made.number, number) for number in starred if isinstance(number, int)}
    return tuple(rounds), frozenset(stars)


def _read_round(place: Path, number: int) -> Round:
    values = json.loads((place / _NAME).read_bytes())
    if values["version"] != _VERSION:
        raise ValueError("of another version")
    region, prompt = values.get("region"), None
    wish = Wish.from_json(values["wish"]).but(region=tuple(region) if region else None)
    if (said := values["prompt"]) is not None:
        clip, origin = _read_clip(place / _PROMPT), Path(said["path"])
        pads = tuple((int(pitch), str(name)) for pitch, name in said.get("pads", ()))
        where = origin if origin.exists() else place / _PROMPT
        prompt = Prompt(clip, where, said["key"], chords=chords_of(clip), pads=pads)
    row, loops = TABLE[wish.task], tuple(_read_clip(place / name) for name in values.get("loops", ()))
    prompts = loops[: row.clips[0]] or ((prompt.clip,) * row.clips[0] if prompt else ())
    alone = not prompt and wish.task == "accompany"
    request = Request(
        task=wish.task,
        prompts=prompts,
        context=(_read_clip(place / values["results"][0]["file"]),) if alone else loops[row.clips[0] :],
        similarity=wish.similarity if wish.takes("similarity") else None,
        seed=values["seed"],
    )
    order = Order(request, values["engine"], values["stem"], tuple(values["tracks"]))
    made = Round(number, wish, order, prompt, values["began"], values["engine"], error=values["error"], ended=True)
    behind = prompt.clip if prompt and row.in_place else None
    results = (_read_result(place, each, behind) for each in values["results"])
    made.results = [replace(result, follows=wish.task == "continue") for result in results]
    if values["song"]:
        names, sections = song_of(made.results, len(order.tracks))
        path, files = files_of(place, order.stem, names)
        made.song = SongFiles(path, names, sections, files, order.tracks)
    return made


def _read_clip(path: Path) -> Clip:
    from models import midi_file

    return midi_file.read_tracks(path)[0]


def _read_result(folder: Path, values: dict[str, Any], behind: Clip | None) -> Result:
    path = folder / values["file"]
    clip = _read_clip(path)
    report = Report(**{row.name: values[row.name] for row in fields(Report)} | {"remarks": tuple(values["remarks"])})
    place = Place(*values["place"]) if values["place"] else None
    bare = Variation(clip, values["seed"], (None,) * len(clip.notes), report, place)
    variation = replace(bare, kept=kept_of_loop(bare, behind)) if behind else bare
    return Result(values["number"], variation, path, behind, values["asked"], values["track"], chords_of(clip))
