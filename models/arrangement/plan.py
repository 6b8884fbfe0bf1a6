"""Plans: which sections a song has, and what each track does in them. A plan is a small TOML file.

    name = "mine"           # else the file's
    sentence = "One line that says what the plan is."
    [[section]]
    name = "verse 1"
    bars = 8
    energy = 0.45           # density wanted, 0-1, of the fullest section's
    drums = "thin+fill"     # what each role does; a role that isn't named is left out

What a role may do, words joined by "+": out, keep, thin, vary, fill, lift, build (``treatments``).

Offers: ``Plan`` (``read``, ``parse``, ``scaled``), ``SectionPlan``, ``plan_named``, ``PLANS``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.music.clip import ROLES, Role
from models.music.errors import BadValue
from models.tasks.table import TABLE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TREATMENTS = ("out", "keep", "thin", "vary", "fill", "lift", "build")
MOST_BARS = TABLE["arrange"].most_bars
_FOLDER = Path(__file__).resolve().parent / "plans"
PLANS = TABLE["arrange"].styles
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
        sections = told.get("section")
        if not isinstance(sections, list) or not sections:
            raise BadValue(f'The plan "{name}" has no [[section]]; write at least one.', field="plan")
        plan = cls(str(told.get("name", name)), str(told.get("sentence", "")), tuple(map(_section, sections)))
        if plan.bars > MOST_BARS:
            raise BadValue(f"The plan has {plan.bars} bars; {MOST_BARS} is the most.", field="plan")
        return plan

    def scaled(self, bars: int) -> Plan:
        """This plan made to last about ``bars`` bars: each section keeps its share, in steps of four (two if short)."""
        if not 4 <= bars <= MOST_BARS:
            raise BadValue(f"A song can have 4 to {MOST_BARS} bars, not {bars}.", field="bars")
        step = 4 if bars >= 8 * len(self.sections) else 2 if bars >= 2 * len(self.sections) else 1
        factor = bars / self.bars
        return replace(
            self,
            sections=tuple(
                replace(section, bars=max(step, round(section.bars * factor / step) * step))
                for section in self.sections
            ),
        )


def plan_named(name: str) -> Plan:
    """A plan by its name out of ``PLANS``; raises BadValue."""
    if name in PLANS:
        return Plan.read(_FOLDER / f"{name}.toml")
    raise BadValue(f'The plan "{name}" is not known; choose from {", ".join(PLANS)}.', field="plan")


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
        if word not in TREATMENTS:
            raise BadValue(
                f'In the section "{section}" the word "{word}" is not known; words are '
                f"{', '.join(TREATMENTS)}, joined by +.",
                field="plan",
            )
    return words
