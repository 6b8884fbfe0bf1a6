"""What the panel's state is made of: frozen values, no signals; and what each task is called.

Offers: ``Prompt``, ``Order``, ``Result``, ``SongFiles``, ``ServerState``, ``Standing``, ``LiveState``, ``LiveClip``,
``RunningRequest``; ``SHEETS``, ``PARTS``: a task's words and parts, what it takes stands in the table of tasks.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from gui.language.say import WORDS
from models.generator import Place, Request, Variation
from models.music.chord import TimedChord
from models.music.clip import Clip, Role
from models.tasks.table import TABLE, Task


class Sheet(NamedTuple):
    """One task: its words in the menu, and the verb on the button."""

    words: str
    verb: str


SHEETS: Mapping[Task, Sheet] = {task: Sheet(*words) for task, words in WORDS["tasks"].items()}
"""All tasks, in the order of the menu."""

PARTS: Mapping[Task, Mapping[Role, str]] = {
    task: {role: (WORDS["accompanying parts"] if task == "accompany" else WORDS["parts"])[role] for role in row.parts}
    for task, row in TABLE.items()
    if row.parts
}
"""For the tasks that make a part: which ones, in words; the first is the one to begin with."""


Standing = Literal["searching", "starting", "online", "lost", "failed"]
"""searching: no answer yet; starting: its process was begun; lost: it was there; failed: it can't be started."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A clip to work on or to hear with it, and the file that it came from."""

    clip: Clip
    path: Path
    key: str = ""  # as it was found in the clip, "" where none was
    tracks: tuple[str, ...] = ()  # names of the file's tracks that have notes
    track: int = 0  # the place of ours among them
    others: tuple[Clip, ...] = ()  # the clips of the other tracks: they play at the same time
    chords: tuple[TimedChord, ...] = ()  # as they were found in it
    selected: frozenset[int] | None = None  # places of the notes selected in Live: only they may change; None: all
    pads: tuple[tuple[int, str], ...] = ()  # names of the track's drum pads in Live, by pitch

    @property
    def label(self) -> str:
        """What tells it from others: the file's name, and the track's where the file has several."""
        return f"{self.path.stem} · {self.tracks[self.track]}" if len(self.tracks) > 1 else self.path.stem

    @property
    def name(self) -> str:
        """What it is called among the tracks of a song."""
        if len(self.tracks) <= 1:
            return self.path.stem
        return self.clip.name or ("drums" if self.clip.drums else f"track {self.track + 1}")

    @property
    def siblings(self) -> tuple[Prompt, ...]:
        places = (place for place in range(len(self.tracks)) if place != self.track)
        pairs = zip(places, self.others, strict=False)
        return tuple(Prompt(clip, self.path, "", self.tracks, place) for place, clip in pairs)


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent: the request, the engine, what files are called after, and the names of the scene's tracks."""

    request: Request
    engine: str
    stem: str
    tracks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A variation, the number that the user sees (from 1), and its .mid file."""

    number: int
    variation: Variation
    path: Path
    behind: Clip | None = None  # the prompt where both lie at the same time; None for a continuation
    asked: float | None = None  # the similarity that was asked for; None where the task has none
    track: str = ""  # of a song: the name of its track
    chords: tuple[TimedChord, ...] = ()  # as they were found in the variation
    follows: bool = False  # it begins where the prompt ends

    @property
    def place(self) -> Place | None:
        """Where in a song it belongs; None: it stands for itself."""
        return self.variation.place


@dataclass(frozen=True, slots=True)
class SongFiles:
    """All sections of an arrangement, in order."""

    path: Path  # one .mid of the whole song, a marker where each section begins
    names: tuple[str, ...]  # of the sections
    clips: tuple[tuple[Clip | None, ...], ...]  # for each section a clip for every track; None: it is silent
    files: tuple[Path, ...]  # one .mid for each section
    tracks: tuple[str, ...]  # their names


@dataclass(frozen=True, slots=True)
class ServerState:
    """How the server stands."""

    standing: Standing = "searching"
    port: int = 0
    version: str = ""
    queue: int = 0  # requests of everybody that wait or run
    engine: str = ""  # the one at work, "" when idle
    sentence: str = ""  # for "failed": why

    @property
    def online(self) -> bool:
        return self.standing == "online"


@dataclass(frozen=True, slots=True)
class LiveState:
    """Where the user stands in Live."""

    selection: int  # another number when another clip is selected
    host: str  # Live's name and version
    set_name: str  # "" for one that was never saved
    track: str
    clip: str  # "" where none is selected

    @property
    def words(self) -> str:
        return " · ".join(filter(None, (self.host, self.set_name, self.track, self.clip)))


@dataclass(frozen=True, slots=True)
class LiveClip:
    """What was taken from Live: the clip that was selected, and what plays along."""

    prompt: Prompt
    context: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True)
class RunningRequest:
    """A request under way."""

    count: int | None  # how many results are to come; None: nobody knows yet
    share: float | None = None  # done, 0-1; None before the first report
    stage: str = ""
    began: float = field(default_factory=time.monotonic)
