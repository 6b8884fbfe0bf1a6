"""What a task makes of the words and settings of a request: those it knows, those it can't keep, those without effect.

What can't be had is said, never guessed. For the tasks that don't go through ``constraints``.

Offers: ``sort_words``, ``refuse_locks``, ``without_effect``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from models.generator import Request, Task
from models.music.errors import Refused

_NO_EFFECT: Mapping[Task, tuple[str, ...]] = {
    "voice": ("mood", "density", "bars"),
    "reharmonise": ("mood", "density", "bars"),
    "harmonise": ("mood", "density", "bars", "region", "selected"),
    "accompany": ("mood", "density", "bars", "region", "selected", "range", "polyphony"),
    "drums": ("mood", "density", "bars", "range", "polyphony", "scale"),
    "arrange": ("mood", "density", "region", "selected", "range", "polyphony"),
}
_IS_SET: Mapping[str, Callable[[Request], bool]] = {
    "mood": lambda request: bool(request.mood),
    "density": lambda request: request.density != "same",
}
_NAMES = {"mood": "mood words", "selected": "selection"}


def sort_words(style: str, known: Iterable[str], task: str) -> tuple[tuple[str, ...], str]:
    """The words of ``style`` that are known, in its order, and a remark that names the others ("" for none).

    Hyphens and capitals don't matter. Raises Refused, with the words that would do, where nothing of it is known.
    """
    names = {_plain(word): word for word in known}
    found = [word.strip(".;:!") for word in style.replace(",", " ").split()]
    unknown = [word for word in found if _plain(word) not in names]
    if found and len(unknown) == len(found):
        raise Refused(
            f'The style "{style}" is not known to {task}; words are {", ".join(names.values())}.', field="style"
        )
    words = tuple(dict.fromkeys(names[_plain(word)] for word in found if word not in unknown))
    remark = f"Not known to {task}, and so passed by: {', '.join(unknown)}." if unknown else ""
    return words, remark


def _plain(word: str) -> str:
    return word.lower().replace("-", "")


def refuse_locks(request: Request, keepable: tuple[str, ...] = ()) -> None:
    """Raise Refused, with a sentence, where a lock is on that the task can't keep."""
    asked = [name for name in request.locks.names if name not in keepable]
    if not asked:
        return
    can = f"it can keep {' and '.join(keepable)}" if keepable else "it makes a new clip"
    raise Refused(
        f"The task {request.task} can't keep {', '.join(asked)}: {can}; open the lock{'s' if len(asked) > 1 else ''}.",
        field="locks",
    )


def without_effect(request: Request) -> tuple[str, ...]:
    """A remark that names what the request has and the task can't use; none where there is nothing of it."""
    told = [_NAMES.get(name, name) for name in _NO_EFFECT.get(request.task, ()) if _is_set(request, name)]
    return (f"Without effect on {request.task}: {', '.join(told)}.",) if told else ()


def _is_set(request: Request, name: str) -> bool:
    special = _IS_SET.get(name)
    return special(request) if special else getattr(request, name) is not None
