"""What the device's menus offer: the tasks with their sentences and styles, the moods, the roles, the numbers.

Live stores the place of a menu's item, not its word. So a new item goes to the end of its list, and none is ever moved:
else a set that was saved with an older device would ask for another thing.

Offers: ``TASKS``, ``OFFERS``, ``CHOOSY``, ``MOODS``, ``ROLES``, ``DENSITY_WORDS``, ``BARS``, ``ENGINES``.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.generator import Density
from models.music.locks import FLAGS
from models.music.tasks import STYLES, TASK_SENTENCES, Task

AUTO, NO_MORE = "auto", "nothing else"
"""The first item of a menu that may leave the choice to the server, and of the menu for a second word of style."""

TASKS: tuple[Task, ...] = (
    "vary",
    "infill",
    "continue",
    "humanise",
    "morph",
    "generate",
    "voice",
    "harmonise",
    "reharmonise",
    "accompany",
    "drums",
    "arrange",
)
"""In the menu's order."""


@dataclass(frozen=True)
class Offer:
    """One task as the device offers it; a control that a task doesn't take is shown inactive and not sent.

    sentence     what the task gives
    styles       the words of its two style menus, behind ``auto`` and ``nothing else``
    reads        clip: the selected clip; pair: and the next one of its track; slot: the chosen slot; neighbours: what
                 plays around the chosen slot or clip; scene: the clips of the selected scene
    controls     which of ``CHOOSY`` it takes
    """

    sentence: str
    styles: tuple[str, ...]
    reads: str
    controls: tuple[str, ...]


CHOOSY = ("style", "style2", "role", "bars", "density", "count", "similarity", *FLAGS)
"""The controls that not every task takes."""

_READS: dict[Task, str] = {"morph": "pair", "generate": "slot", "accompany": "neighbours", "arrange": "scene"}
_TAKES: dict[Task, tuple[str, ...]] = {
    "vary": ("density", "similarity", *FLAGS),
    "infill": ("density", "similarity", *FLAGS),
    "continue": ("bars", "density", *FLAGS),
    "humanise": ("similarity", *FLAGS),
    "generate": ("role", "bars", "density"),
    "voice": ("top", "bass"),
    "reharmonise": ("similarity",),
    "accompany": ("role",),
    "drums": FLAGS,
    "arrange": ("bars",),
}


def _offer(task: Task) -> Offer:
    takes = ("style", "style2") * bool(STYLES[task]) + ("count",) * (task != "arrange") + _TAKES.get(task, ())
    return Offer(
        TASK_SENTENCES[task], STYLES[task], _READS.get(task, "clip"), tuple(name for name in CHOOSY if name in takes)
    )


OFFERS: dict[Task, Offer] = {task: _offer(task) for task in TASKS}

LONGEST_STYLES = max((offer.styles for offer in OFFERS.values()), key=len)
"""What a style menu is stored with: as many words as any task has, so that Live cuts no stored place."""

MOODS = (
    "none",
    "happy",
    "bright",
    "playful",
    "hopeful",
    "romantic",
    "tender",
    "warm",
    "dreamy",
    "calm",
    "nostalgic",
    "sad",
    "melancholic",
    "lonely",
    "dark",
    "mysterious",
    "tense",
    "angry",
    "wild",
    "energetic",
    "epic",
    "triumphant",
    "solemn",
    "elegant",
    "groovy",
)
"""Words of the server's lexicon; the first asks for nothing."""

ROLES = (AUTO, "melody", "chords", "bass", "drums")
"""By the wire's number of each role, which is its place here."""

DENSITY_WORDS: dict[Density, str] = {"same": "as many notes", "low": "fewer notes", "high": "more notes"}
"""In the menu's order."""

BARS = (0, 1, 2, 4, 8, 16, 32, 64)
"""Lengths in bars; 0: as the task likes it."""

ENGINES = (AUTO, "rules", "kin", "rnn", "lstm", "vae", "gan", "harmony")
"""The engines that the menu has in fixed places; further ones of the server come behind them."""
