"""Style words of the chord tasks: a way to stack, a preset, a rhythm, tones to add, in any order.

Offers: ``read_style``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from models.generator import Request
from models.voicing.options import EXTENSIONS, PRESETS, RHYTHMS, STYLES, VoicingOptions

KNOWN = (*STYLES, *PRESETS, *RHYTHMS, *EXTENSIONS)


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words ask for: options (as they stand where no word is given), and whether anything was asked for."""

    options: VoicingOptions
    given: bool


def read_style(request: Request) -> Wording:
    """The options that a request's style words, voices and bass ask for: a preset first, then what else is said."""
    words = request.style.split()
    chosen: dict[str, Any] = {"voices": request.voices, "bass": request.bass}
    for field, offered in (("style", STYLES), ("rhythm", RHYTHMS)):
        chosen[field] = next((word for word in words if word in offered), None)
    chosen["extensions"] = tuple(word for word in words if word in EXTENSIONS) or None
    preset = next((word for word in words if word in PRESETS), None)
    given = {name: value for name, value in chosen.items() if value is not None}
    options = PRESETS[preset].options if preset else VoicingOptions()
    return Wording(replace(options, **given), bool(preset or given))
