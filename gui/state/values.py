"""What the panel's state is made of: values without signals; rounds, what each press asked for and what came of it,
none ever taken away by another; and steps that can be undone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from PyQt6.QtGui import QUndoCommand

from gui.state.wish import Wish
from models.generator import Request, Variation
from models.music.chord import TimedChord
from models.music.clip import Clip

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


class Choice(NamedTuple):
    """A result by its round and its number in it, both from 1."""

    round: int
    number: int


@dataclass(eq=False, slots=True)
class Round:
    """One press, bound to the request that it was: its prompt stays what it was, whatever is opened later."""

    number: int  # from 1, the order of the session
    wish: Wish
    order: Order  # what was sent; its request has the seed
    prompt: Prompt | None = None  # the clip that it began with; None where the task needs none
    began: str = field(default_factory=lambda: time.strftime("%H:%M"))
    engine: str = ""  # who made it, as far as known; "auto" until then
    results: list[Result] = field(default_factory=list)  # as they came
    song: SongFiles | None = None  # all of an arrangement, once it is whole
    error: str = ""  # why it ended, "" where all went well
    ended: bool = False

    def result(self, number: int) -> Result | None:
        return next((result for result in self.results if result.number == number), None)


Values = Mapping[str, Any]


class Step(QUndoCommand):
    """From some values of the state to others; steps with the same ``merges`` in a row are one ("" stands alone).

    put            puts a value of the state where it stood
    before, after  only what the step is about, by name: a look at another result since then stays
    """

    def __init__(
        self, put: Callable[[str, object], None], before: Values, after: Values, words: str, merges: str = ""
    ) -> None:
        super().__init__(words)
        self.before, self.after = before, after
        self._put, self._merges = put, merges

    def id(self) -> int:
        """Qt merges only steps of one kind."""
        return 1

    def mergeWith(self, other: QUndoCommand | None) -> bool:
        """Take a later change of the same control into this step."""
        if not isinstance(other, Step) or not self._merges or other._merges != self._merges:
            return False
        self.after = other.after
        return True

    def redo(self) -> None:
        for name, value in self.after.items():
            self._put(name, value)

    def undo(self) -> None:
        """Go back; what has come to a round meanwhile stays in it."""
        for name, value in self.before.items():
            self._put(name, value)
