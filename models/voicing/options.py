"""What a voicing may be asked for: styles, presets and the options of one request.

A style is a way to stack a chord; a preset is a style with the register, colours and rhythm of a kind of music.

Offers: ``VoicingOptions``, ``STYLES``, ``PRESETS``, ``EXTENSIONS``; ``read_style``, of a request's style words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from models.generator import Request
from models.music.errors import BadValue
from models.music.scale import Scale

Style = Literal["close", "open", "drop2", "drop3", "rootless", "shell", "spread", "quartal", "cluster", "guitar"]
STYLES: tuple[Style, ...] = get_args(Style)
Bass = Literal["free", "under", "none"]
BASSES: tuple[Bass, ...] = get_args(Bass)
Rhythm = Literal["keep", "hold", "strum", "stab", "arpeggio"]
RHYTHMS: tuple[Rhythm, ...] = get_args(Rhythm)

EXTENSIONS = ("6", "7", "9", "11", "13", "add9", "add11", "sus2", "sus4")
MOST_VOICES = 8

_STYLE_RANGES: dict[Style, tuple[int, int]] = {
    "close": (50, 77),
    "open": (48, 81),
    "drop2": (48, 79),
    "drop3": (45, 79),
    "rootless": (50, 76),
    "shell": (43, 74),
    "spread": (36, 79),
    "quartal": (48, 81),
    "cluster": (55, 79),
    "guitar": (40, 79),
}
_STYLE_BASS: dict[Style, Bass] = {"rootless": "none", "guitar": "under"}


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise BadValue(f'The {name} "{value}" is not known; choose from {", ".join(allowed)}.', field=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicingOptions:
    """How chords are to be voiced; raises BadValue, with the field's name.

    style       how the tones are stacked
    extensions  tones added where the key has a fitting one, out of EXTENSIONS; "9" means 7 and 9, "add9" 9 alone
    voices      how many notes a chord takes, 2-8; None: as many as it has tones, and what the style needs
    range       lowest and highest pitch; None: the style's, moved to the prompt's register
    reach       semitones that a chord may span, from its lowest to its highest note; None: as the style likes it
    loose       the style is a hint: where results are to differ chords may lie otherwise
    bass        free: any tone may lie lowest; under: the chord's bass lies below the others as a voice of its own;
                none: a bass plays elsewhere. None: as the style likes it. But for none, the bass of a slash chord
                stays lowest
    top_locked, bass_locked   the highest, the lowest note of each hit stays as the prompt has it
    rhythm      keep: the prompt's; hold: each chord until the next; strum, stab, arpeggio
    step        beats: between notes of an arpeggio, length of a stab; a strum takes an eighth of it from note to note
    scale       the key for extensions; None: the key that most of the chords belong to
    loop        True: the step from the last chord back to the first counts as well
    """

    style: Style = "close"
    extensions: tuple[str, ...] = ()
    voices: int | None = None
    range: tuple[int, int] | None = None
    reach: int | None = None
    loose: bool = False
    bass: Bass | None = None
    top_locked: bool = False
    bass_locked: bool = False
    rhythm: Rhythm = "keep"
    step: float = 0.25
    scale: Scale | None = None
    loop: bool = True

    def __post_init__(self) -> None:
        _one_of("style", self.style, STYLES)
        _one_of("rhythm", self.rhythm, RHYTHMS)
        if self.bass is not None:
            _one_of("bass", self.bass, BASSES)
        for extension in self.extensions:
            _one_of("extensions", extension, EXTENSIONS)
        if self.voices is not None and not 2 <= self.voices <= MOST_VOICES:
            raise BadValue(f"A chord can be voiced with 2 to {MOST_VOICES} voices, not {self.voices}.", field="voices")
        if self.range is not None and not 0 <= self.range[0] <= self.range[1] - 7 <= 120:
            raise BadValue(
                f"The range {self.range[0]}:{self.range[1]} is too narrow for chords; give at least a "
                "fifth, lower pitch first, 0 to 127.",
                field="range",
            )
        if not 1 / 32 <= self.step <= 4:
            raise BadValue(f"The step must be 1/32 to 4 beats, not {self.step:g}.", field="step")

    @classmethod
    def preset(cls, name: str, **changes: Any) -> VoicingOptions:  # noqa: ANN401 - the fields' own types
        """The options of a preset out of ``PRESETS``, with ``changes`` to single fields."""
        _one_of("preset", name, tuple(PRESETS))
        return replace(PRESETS[name], **changes)

    @property
    def style_range(self) -> tuple[int, int]:
        """The range asked for, else the style's own."""
        return self.range or _STYLE_RANGES[self.style]

    @property
    def bass_kind(self) -> Bass:
        """The bass asked for, else the style's own."""
        return self.bass or _STYLE_BASS.get(self.style, "free")


PRESETS: dict[str, VoicingOptions] = {
    "pop": VoicingOptions(style="close", bass="under", range=(40, 76)),
    "house-stab": VoicingOptions(style="close", extensions=("9",), bass="none", range=(53, 77), rhythm="stab"),
    "deep-house": VoicingOptions(style="rootless", extensions=("9",), range=(52, 76)),
    "lofi": VoicingOptions(style="rootless", extensions=("9",), range=(50, 74), rhythm="strum"),
    "neo-soul": VoicingOptions(style="drop2", extensions=("11",), bass="under", range=(40, 76)),
    "gospel": VoicingOptions(style="close", extensions=("13",), bass="under", range=(38, 77)),
    "jazz": VoicingOptions(style="drop2", extensions=("7",), range=(48, 77)),
    "trap-dark": VoicingOptions(style="shell", range=(40, 67)),
    "cinematic": VoicingOptions(style="spread", voices=5, range=(36, 84)),
    "ambient": VoicingOptions(style="quartal", extensions=("add9",), range=(48, 84)),
    "trance": VoicingOptions(style="open", voices=4, range=(48, 81)),
}
"""Presets by name: the style, register, colours and rhythm of a kind of music."""


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
    options = PRESETS[preset] if preset else VoicingOptions()
    return Wording(replace(options, **given), bool(preset or given))
