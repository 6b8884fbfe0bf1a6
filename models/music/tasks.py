"""The tasks, each in a sentence, and the style words that say how.

What a menu shows and what a request may name. The rooms that do the tasks know the words' meaning; a test sees to it
that every word here is one that its task understands.

Offers: ``Task``, ``TASKS``, ``TASK_SENTENCES``, ``STYLES``, ``CLIPS_TAKEN``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Task = Literal[
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
]
TASKS: tuple[Task, ...] = get_args(Task)

CLIPS_TAKEN: Mapping[Task, tuple[int, int]] = {"morph": (2, 2), "generate": (0, 0), "accompany": (0, 1)}
"""Fewest and most prompts of a task; of one that isn't named exactly one."""

TASK_SENTENCES: Mapping[Task, str] = {
    "vary": "New versions of the clip, as near to it as the similarity says.",
    "infill": "New notes inside a region or in place of the selected ones; the rest stays.",
    "continue": "The next bars.",
    "humanise": "The same notes, played by a person: other velocities and timing.",
    "morph": "Steps from one clip to another.",
    "generate": "A clip from nothing: role, scale, mood and length.",
    "voice": "The same chords, laid out otherwise, with the smoothest steps between them.",
    "harmonise": "Chords under a melody; temperature is their colour.",
    "reharmonise": "Other chords in place of these, as near to them as the similarity says.",
    "accompany": "A part that fits the clips that play: bass, chords, drums or a counter-melody.",
    "drums": "A beat from a rhythm, a groove, a fill, one drum anew, or a busier or sparser beat.",
    "arrange": "A song from the clips of a scene: intro, verse, build, drop and so on as new scenes.",
}
"""What each task gives, in one sentence for the user."""

_VOICINGS = ("close", "open", "drop2", "drop3", "rootless", "shell", "spread", "quartal", "cluster")
_PRESETS = (
    "pop",
    "house-stab",
    "deep-house",
    "lofi",
    "neo-soul",
    "gospel",
    "jazz",
    "trap-dark",
    "cinematic",
    "ambient",
    "trance",
)
_RHYTHMS = ("hold", "strum", "stab", "arpeggio")
_EXTENSIONS = ("6", "7", "9", "11", "13", "add9", "add11", "sus2", "sus4")
_BEATS = (
    "house",
    "techno",
    "disco",
    "trap",
    "hip-hop",
    "lo-fi",
    "drum-and-bass",
    "breakbeat",
    "garage",
    "rock",
    "pop",
    "funk",
    "reggaeton",
    "afro",
    "jazz",
    "ambient",
)
_DRUMS = ("kick", "snare", "hat", "closed-hat", "open-hat", "tom", "crash", "ride")
_CHORD_WORDS = (*_VOICINGS, *_PRESETS, *_RHYTHMS, *_EXTENSIONS)

STYLES: Mapping[Task, tuple[str, ...]] = {
    **dict.fromkeys(TASKS, ()),
    "voice": _CHORD_WORDS,
    "harmonise": _CHORD_WORDS,
    "reharmonise": _CHORD_WORDS,
    "accompany": (
        "house",
        "disco",
        "techno",
        "trap",
        "funk",
        "neo-soul",
        "jazz",
        "swing",
        "pop",
        "rock",
        "ambient",
        "root",
        "sub",
        "octave",
        "syncopated",
        "walking",
    ),
    "drums": ("beat", "groove", "fill", "lane", "busier", "sparser", *_BEATS, *_DRUMS),
    "arrange": ("pop", "house", "techno", "trap", "ambient"),
}
"""The style words of each task that a menu should show; none for the tasks that take no style."""
