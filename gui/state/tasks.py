"""What each task is called in the panel; what it takes stands in the table of tasks.

Offers: ``Sheet``, ``SHEETS``, ``PARTS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from models.music.clip import Role
from models.tasks.table import TABLE, Task


class Sheet(NamedTuple):
    """One task: its words in the menu, and the verb on the button."""

    words: str
    verb: str


SHEETS: Mapping[Task, Sheet] = {
    "vary": Sheet("Vary the clip", "Vary"),
    "infill": Sheet("Fill a region anew", "Fill the region"),
    "continue": Sheet("Continue the clip", "Continue"),
    "humanise": Sheet("Humanise the playing", "Humanise"),
    "morph": Sheet("Morph into another clip", "Morph"),
    "generate": Sheet("Generate from nothing", "Generate"),
    "voice": Sheet("Voice the chords anew", "Voice"),
    "harmonise": Sheet("Harmonise a melody", "Harmonise"),
    "reharmonise": Sheet("Reharmonise the chords", "Reharmonise"),
    "accompany": Sheet("Accompany the clips", "Accompany"),
    "drums": Sheet("Work on the drums", "Make the drums"),
    "arrange": Sheet("Arrange a song", "Arrange"),
}
"""All tasks, in the order of the menu."""

_PART_WORDS: Mapping[Role, str] = {"melody": "Melody", "chords": "Chords", "bass": "Bass", "drums": "Drums"}
_ACCOMPANYING: Mapping[Role, str] = {"melody": "Counter-melody", "bass": "Bass line"}

PARTS: Mapping[Task, Mapping[Role, str]] = {
    task: {
        role: _ACCOMPANYING.get(role, words) if task == "accompany" else words
        for role in row.parts
        for words in (_PART_WORDS[role],)
    }
    for task, row in TABLE.items()
    if row.parts
}
"""For the tasks that make a part: which ones, in words; the first is the one to begin with."""
