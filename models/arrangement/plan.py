"""Plans: which sections a song has, and what each track does in them. A plan is a small TOML file.

    name = "mine"           # else the file's
    sentence = "One line that says what the plan is."
    also = "other words"    # by which a plan of the house is known, too
    [lines]
    "verse 1" = "8 bars, energy 0.45, drums thin+fill, bass keep"

Energy is the density wanted, 0-1, of the fullest section's; then what each role does. A role that isn't named is left
out. A section may have a table of its own, in which the same stands line by line:

    [[section]]
    name = "verse 1"
    bars = 8
    energy = 0.45
    drums = "thin+fill"

What a role may do, words joined by "+". Of the loop: out, keep, thin; drums kick, hats (no kick, no backbeat), rim
(for the snare), ride (for the hats), busy (more ghosts); held (a pad, a pedal), drive (a bass in eighths); a figure of
the bass or a comping of the chords by its name ("walking", "pad"). New: vary (from the middle on), solo. On top: lift
(octaves, open hats), peak (a lift and more: what the last chorus is), two (a tune in two voices), line (chords with a
tune above, or one that answers the tune). Of the section: grow (thin, and full from the middle on), fill, crash, dub,
pulse (the backbeat from afar, then ticking), build, climb (the beat, and a build from the middle on), swell, fade,
breath, end. out+fill leads in, out+end joins in for the last chord.
A plan may also change another one line by line; a section that isn't there yet comes behind the one written before it:

    base = "house"
    [edit]
    "break" = "16 bars, energy 0.3, chords thin, melody keep"
    "build 1" = "gone"

Offers: ``Plan`` (``read``, ``parse``, ``scaled``), ``SectionPlan``, ``plan_named``, ``PLANS``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from models.accompaniment.figures import FIGURES, PLAYING
from models.drums.hearing import styles_named
from models.music.beats import TIGHT
from models.music.clip import ROLES, Role
from models.music.errors import BadValue
from models.tasks.table import TABLE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TREATMENTS = (
    *(
        "out",
        "keep",
        "kick",
        "hats",
        "rim",
        "ride",
        "busy",
        "thin",
        "grow",
        "held",
        "drive",
        "vary",
        "two",
        "line",
        "solo",
        "fill",
    ),
    *("crash", "lift", "peak", "dub", "pulse", "build", "climb", "swell", "fade", "breath", "end"),
)
PLAYED: Mapping[str, Mapping[str, object]] = {"bass": FIGURES, "chords": PLAYING["compings"]}
"""What else a bass or chords may do: play the song's harmony in a way of the accompaniment's."""
MOST_BARS = TABLE["arrange"].most_bars
PLANS = TABLE["arrange"].words[0].shown
_LONGEST_PHRASE = 16
_LAYERS_ENERGY = 0.6
"""From this energy on, second and further tracks of a role play as well."""


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """One section: its name, length in bars, energy (0-1) and the words for each role that plays."""

    name: str
    bars: int
    energy: float
    treatments: Mapping[Role, tuple[str, ...]]

    def words(self, role: Role, number: int) -> tuple[str, ...]:
        """What the ``number``-th track (from 0) of a role does."""
        words = self.treatments.get(role, ("out",))
        return words if number == 0 or self.energy >= _LAYERS_ENERGY else ("out",)


@dataclass(frozen=True, slots=True)
class Plan:
    """A song's sections in order, with a sentence for the user."""

    name: str
    sentence: str
    sections: tuple[SectionPlan, ...]

    @property
    def bars(self) -> int:
        """Length of the song."""
        return sum(section.bars for section in self.sections)

    @property
    def variations(self) -> int:
        """How many times a track is to be varied."""
        words = [each for section in self.sections for each in section.treatments.values()]
        return sum("vary" in each or "solo" in each for each in words)

    @classmethod
    def read(cls, path: Path) -> Plan:
        """The plan of a file, by its stem; raises BadValue with a sentence that says where it is wrong."""
        try:
            return cls.parse(path.read_text(encoding="utf-8"), path.stem)
        except (OSError, UnicodeDecodeError) as error:
            raise BadValue(f'The plan "{path.name}" can\'t be read; check the name.', field="plan") from error

    @classmethod
    def parse(cls, text: str, name: str = "own") -> Plan:
        """The plan that a TOML file's text writes, called ``name`` unless it says so itself; raises BadValue."""
        try:
            told = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadValue(f'The plan "{name}" is not TOML: {error}.', field="plan") from error
        return cls.of(told, name)

    @classmethod
    def of(cls, told: Mapping[str, Any], name: str) -> Plan:
        """The plan that a TOML table tells; raises BadValue."""
        if "base" in told or "edit" in told:
            return _edited(told, name)
        lines, sections = told.get("lines"), told.get("section")
        if isinstance(lines, dict) and lines:
            made = tuple(_changed(SectionPlan(title, 8, 0.5, {}), str(line)) for title, line in lines.items())
        elif isinstance(sections, list) and sections:
            made = tuple(map(_section, sections))
        else:
            raise BadValue(f'The plan "{name}" has no [[section]]; write at least one.', field="plan")
        plan = cls(str(told.get("name", name)), str(told.get("sentence", "")), made)
        if plan.bars > MOST_BARS:
            raise BadValue(f"The plan has {plan.bars} bars; {MOST_BARS} is the most.", field="plan")
        return plan

    def scaled(self, bars: int, phrase: int = 4) -> Plan:
        """This plan made to last about ``bars`` bars: each section keeps its share, in steps of a phrase where that is
        short enough, else of four or two."""
        if not 4 <= bars <= MOST_BARS:
            raise BadValue(f"A song can have 4 to {MOST_BARS} bars, not {bars}.", field="bars")
        if 1 < phrase <= _LONGEST_PHRASE and bars >= 2 * phrase * len(self.sections):
            return self._stepped(phrase, bars / self.bars)
        step = 4 if bars >= 8 * len(self.sections) else 2 if bars >= 2 * len(self.sections) else 1
        return self._stepped(step, bars / self.bars)

    def fitted(self, phrase: int) -> Plan:
        """This plan for a scene whose longest loop has ``phrase`` bars: every section ends with it, none in its middle.

        Phrases of more than 16 bars can't rule a song; what would be too long stays as it is.
        """
        fitted = self._stepped(phrase, 1.0) if 1 < phrase <= _LONGEST_PHRASE else self
        return fitted if fitted.bars <= MOST_BARS else self

    def _stepped(self, step: int, factor: float) -> Plan:
        """Every section's bars times ``factor``, in steps."""
        return replace(
            self,
            sections=tuple(
                replace(section, bars=max(step, round(section.bars * factor / step + TIGHT) * step))
                for section in self.sections
            ),
        )


@cache
def _told() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("plans.toml").read_text(encoding="utf-8"))


def plan_named(name: str) -> Plan:
    """A plan by its name out of ``PLANS``, or by a word for its style; raises BadValue."""
    told = _told()
    for word in (name, *styles_named(name)):
        for plan in PLANS:
            if word == plan or word in told[plan].get("also", "").split():
                return Plan.of(told[plan], plan)
    raise BadValue(f'The plan "{name}" is not known; choose from {", ".join(PLANS)}.', field="plan")


def _edited(told: Mapping[str, Any], name: str) -> Plan:
    """The plan named ``base`` with the lines of ``edit`` in place of its own."""
    lines = told.get("edit", {})
    if not isinstance(lines, dict):
        raise BadValue(f'The plan "{name}" needs [edit] with lines such as "break" = "8 bars".', field="plan")
    base = plan_named(str(told.get("base", "pop")))
    sections = list(base.sections)
    place = len(sections)
    for title, line in lines.items():
        found = next((number for number, section in enumerate(sections) if section.name == title), None)
        place = place if found is None else found
        if str(line).strip().lower() == "gone" and found is not None:
            del sections[found]
        elif found is not None:
            sections[found] = _changed(sections[found], str(line))
            place = found + 1
        else:
            sections.insert(place, _changed(SectionPlan(title, 8, 0.5, {}), str(line)))
            place += 1
    if not sections or sum(section.bars for section in sections) > MOST_BARS:
        raise BadValue(f'The plan "{name}" needs 1 to {MOST_BARS} bars.', field="plan")
    return Plan(str(told.get("name", name)), str(told.get("sentence", base.sentence)), tuple(sections))


def _changed(section: SectionPlan, line: str) -> SectionPlan:
    """A section with what a line says, "8 bars, energy 0.5, drums lift+fill"; raises BadValue."""
    values: dict[str, Any] = {"name": section.name, "bars": section.bars, "energy": section.energy}
    values |= {role: "+".join(words) for role, words in section.treatments.items()}
    for part in filter(None, (part.strip() for part in line.split(","))):
        first, _, rest = part.partition(" ")
        try:
            change = {"bars": int(first)} if rest.strip() in ("bar", "bars") else {first: rest.strip()}
            values |= {"energy": float(rest)} if first == "energy" else change
        except ValueError:
            raise BadValue(
                f'In the section "{section.name}" the words "{part}" can\'t be read.', field="plan"
            ) from None
    return _section(values)


def _section(told: Any) -> SectionPlan:  # noqa: ANN401 - whatever a TOML file holds
    name = told.get("name") if isinstance(told, dict) else None
    if not isinstance(name, str) or not name:
        raise BadValue('A section of the plan has no name; write for example name = "verse".', field="plan")
    bars, energy = told.get("bars"), told.get("energy")
    if not isinstance(bars, int) or not 1 <= bars <= MOST_BARS:
        raise BadValue(f'The section "{name}" needs bars, a whole number from 1.', field="plan")
    if not isinstance(energy, (int, float)) or not 0 < energy <= 1:
        raise BadValue(f'The section "{name}" needs an energy above 0 and up to 1.', field="plan")
    unknown = set(told) - {"name", "bars", "energy", *ROLES}
    if unknown:
        raise BadValue(
            f'The section "{name}" has "{min(unknown)}", which is no role; roles are {", ".join(ROLES)}.', field="plan"
        )
    return SectionPlan(name, bars, float(energy), {role: _words(name, told[role]) for role in ROLES if role in told})


def _words(section: str, text: object) -> tuple[str, ...]:
    words = tuple(word.strip() for word in str(text).split("+"))
    for word in words:
        if word not in TREATMENTS and not any(word in ways for ways in PLAYED.values()):
            raise BadValue(
                f'In the section "{section}" the word "{word}" is not known; words are '
                f"{', '.join(TREATMENTS)}, joined by +.",
                field="plan",
            )
    return words
