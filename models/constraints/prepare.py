"""A request made ready at the door: held against its task's row, its words sorted, the prompt's role found out.

What the task can't keep is refused, what has no effect is taken out and said: here, once, for every road and engine.

Offers: ``prepare`` (request -> ``Prepared``), ``sort_words``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from models.analysis.role import find_role
from models.generator import Request
from models.music.errors import Refused
from models.tasks.table import CONTROLS, TABLE, Row

_NAMES = {
    "mood": "mood words",
    "style": "style words",
    "selected": "selection",
    "context": "context clips",
    "plan": "a plan of your own",
    "every": "beats for each chord",
    "bass": "place of the bass",
}
_SILENT = ("count",)
"""Controls that every road always sets."""
_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Request)}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request with what its task takes alone, and sentences on the rest."""

    request: Request
    remarks: tuple[str, ...]


def prepare(request: Request) -> Prepared:
    """The request as its task takes it; raises Refused where it asks to keep what the task can't keep.

    The style words are those that the task knows, as the table spells them; the role of the one clip that a task works
    on and a similarity that can't be left out are filled in.
    """
    row = TABLE[request.task]
    words, said = _words(request, row)
    similarity = row.similarity if request.similarity is None else request.similarity
    # What the clip is, where a task works on one; of a task that makes a part, the part that is asked for.
    alone = not row.parts and len(request.prompts) == 1
    role = request.role or (find_role(request.prompt) if alone else None)
    ready = request.but(style=" ".join(words), role=role, similarity=similarity)
    _refuse_locks(ready, row)
    idle = tuple(_without_effect(ready, row))
    for narrowing in {"region", "selected"} & set(idle) if row.in_place else ():
        raise Refused(
            f"The task {_named(ready)} works on the whole clip; leave the {_NAMES.get(narrowing, narrowing)} out.",
            field=narrowing,
        )
    remarks = list(said)
    if idle:
        told = ", ".join(_NAMES.get(name, name) for name in idle)
        remarks.append(f"Without effect on {request.task}: {told}.")
    return Prepared(ready.but(**{name: _DEFAULTS[name] for name in idle}), tuple(remarks))


def sort_words(style: str, known: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of ``style`` that are known, spelt as there and each once, and the others.

    Hyphens and capitals don't matter, nor does a space for a hyphen: the longest name wins, "drum and bass" before
    "bass". Of two known words that differ in hyphens alone the first is meant.
    """
    names: dict[str, str] = {}
    for word in known:
        names.setdefault(_plain(word), word)
    written = [word.strip(".;:!") for word in style.replace(",", " ").split()]
    found: dict[str, None] = {}
    others: list[str] = []
    while written:
        size = next((size for size in (3, 2, 1) if _plain("".join(written[:size])) in names), 0)
        if size:
            found[names[_plain("".join(written[:size]))]] = None
        else:
            others.append(written[0])
        del written[: max(1, size)]
    return tuple(found), tuple(others)


def _plain(word: str) -> str:
    return word.lower().replace("-", "")


def _words(request: Request, row: Row) -> tuple[tuple[str, ...], list[str]]:
    """The style words that the task knows, one of a kind but where several may be said, and sentences on the others."""
    if not row.words:
        return tuple(request.style.split()), []  # ``_without_effect`` names them
    words, unknown = sort_words(request.style, (word for kind in row.words for word in kind.known))
    if unknown and not words:
        known = ", ".join(word for kind in row.words for word in kind.shown or kind.more)
        raise Refused(f'The style "{request.style}" is not known to {request.task}; words are {known}.', field="style")
    kinds = {word: next(kind for kind in row.words if word in kind.known) for word in words}
    idle = [word for word, kind in kinds.items() if request.role and kind.parts and request.role not in kind.parts]
    spare = [
        word for kind in row.words if not kind.several for word in [word for word in words if kinds[word] is kind][1:]
    ]
    told = [f"Not known to {request.task}, and so passed by: {', '.join(unknown)}."] if unknown else []
    told += [f"Without effect on {request.role}: {', '.join(idle)}."] if idle else []
    told += [f"One of a kind is enough; passed by: {', '.join(spare)}."] if spare else []
    return tuple(word for word in words if word not in (*spare, *idle)), told


def _refuse_locks(request: Request, row: Row) -> None:
    kept = row.kept(request.style)
    lanes = tuple(f"lane:{lane}" for lane in sorted(request.locks.lanes)) if row.keeps_lanes else ()
    asked = [name for name in request.locks.names if name not in (*kept, *lanes)]
    if not asked:
        return
    can = " and ".join((*kept, *(["single drums (lane:38)"] if row.keeps_lanes else [])))
    why = f"it can keep {can}" if can else "it makes new notes"
    raise Refused(
        f"The task {_named(request)} can't keep {', '.join(asked)}: {why}; open the lock{'s' * (len(asked) > 1)}.",
        field="locks",
    )


def _without_effect(request: Request, row: Row) -> Iterator[str]:
    """The controls that are set and that the task has no use for, with these words and this part."""
    for name in CONTROLS:
        value = getattr(request, name)
        if name in _SILENT or value == _DEFAULTS[name] or row.allows(name, request.style, request.role):
            continue
        if not _is_whole(request, name) and not (name == "outside" and request.scale is None):
            yield name


def _is_whole(request: Request, narrowing: str) -> bool:
    """Does the region, or the selection, hold the whole clip?"""
    if narrowing == "region" and request.region and request.prompts:
        return request.region[0] <= 0 and request.region[1] >= request.prompt.length
    every = len(request.prompt.notes) if request.prompts else 0
    return narrowing == "selected" and len(request.selected or ()) == every


def _named(request: Request) -> str:
    """The task with the first of its words, which for drums says what to make."""
    return " ".join((request.task, *request.style.split()[:1])) if TABLE[request.task].only else request.task
