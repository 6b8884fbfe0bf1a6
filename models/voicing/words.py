"""Style words of the chord tasks: a way to stack, a preset, a rhythm, tones to add, in any order.

Offers: ``read_style``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from models.constraints.request_words import sort_words
from models.generator import Request
from models.voicing.options import EXTENSIONS, PRESETS, RHYTHMS, STYLES, VoicingOptions

KNOWN = (*STYLES, *PRESETS, *RHYTHMS, *EXTENSIONS)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words ask for: options (as they stand where no word is given), whether any was, and remarks."""

    options: VoicingOptions
    given: bool
    remarks: tuple[str, ...]


def read_style(request: Request) -> Wording:
    """The options that a request's style asks for; raises Refused where no word of it is known.

    A preset first, then what the other words say otherwise. Of two presets, stackings or rhythms the first counts.
    """
    words, remark = sort_words(request.style, KNOWN, request.task)
    spare: list[str] = []
    chosen: dict[str, Any] = {}
    for field, offered in (("preset", tuple(PRESETS)), ("style", STYLES), ("rhythm", RHYTHMS)):
        named = [word for word in words if word in offered]
        spare += named[1:]
        if named:
            chosen[field] = named[0]
    extensions = tuple(word for word in words if word in EXTENSIONS)
    preset = chosen.pop("preset", None)
    options = PRESETS[preset].options if preset else VoicingOptions()
    options = replace(options, **chosen, extensions=extensions or options.extensions)
    passed = f"One of a kind is enough; passed by: {', '.join(spare)}." if spare else ""
    return Wording(options, bool(words), tuple(filter(None, (remark, passed))))
