"""Where a note lies in a piano roll, and what kind it is: plain values, nothing painted.

A row is a pitch; a drum clip has a row only for each pitch it uses. Across, a roll is as long as its clip, in beats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gui.language.say import say
from gui.state.values import Prompt
from models.music import pitch as pitches
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.scale import SCALES

Kind = Literal["kept", "new", "gone"]

_FEWEST_ROWS = 13
_BLACK = frozenset({1, 3, 6, 8, 10})


@dataclass(frozen=True, slots=True)
class Rows:
    """The pitches of a roll, lowest first; ``pads``: what Live calls some of them."""

    pitches: tuple[int, ...]
    drums: bool = False
    pads: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, clips: Iterable[Clip], pads: tuple[tuple[int, str], ...] = ()) -> Rows:
        """The rows that hold all of ``clips``, with air above and below."""
        clips = tuple(clips)
        used = sorted({note.pitch for clip in clips for note in clip.notes})
        if any(clip.drums for clip in clips) and used:
            return cls(tuple(used), True, pads)  # a kit of the clip's own pads
        low, high = (used[0] - 1, used[-1] + 1) if used else (60, 60)
        spare = max(0, _FEWEST_ROWS - (high - low + 1))
        low, high = max(0, low - spare // 2), min(127, high + spare - spare // 2)
        return cls(tuple(range(low, high + 1)))

    def __len__(self) -> int:
        return len(self.pitches)

    def from_top(self, pitch: int) -> int:
        """How many rows lie above the row of ``pitch``, which must have one."""
        place = self.pitches.index(pitch) if self.drums else pitch - self.pitches[0]
        return len(self.pitches) - 1 - place

    def is_dark(self, pitch: int) -> bool:
        """True for a row that is shaded: a black key, or every second drum."""
        return self.from_top(pitch) % 2 == 1 if self.drums else pitch % 12 in _BLACK

    def labels(self) -> dict[int, str]:
        """Names of the rows, by pitch: every C, or every drum."""
        if self.drums:
            return {pitch: drum_words(pitch, self.pads) for pitch in self.pitches}
        return {pitch: pitches.name(pitch) for pitch in self.pitches if pitch % 12 == 0}


def drum_words(pitch: int, pads: tuple[tuple[int, str], ...] = ()) -> str:
    """A drum as the user knows it: the pad's name in Live, else the lane of General MIDI, else the pitch."""
    return dict(pads).get(pitch) or say(lane_of(pitch) or pitches.name(pitch))


def describe(clip: Clip) -> str:
    """A clip in words: "32 notes, C3 to A4, 4 bars"."""
    bars = clip.metre.bars(clip.length)
    words = [counted(len(clip.notes), "note"), counted(bars, "bar")]
    if clip.notes and not clip.drums:
        used = [note.pitch for note in clip.notes]
        words.insert(1, say("{low} to {high}", low=pitches.name(min(used)), high=pitches.name(max(used))))
    return ", ".join(words)


def words_of(clip: Prompt) -> str:
    """A clip and its file in words: "lead.mid · 32 notes, C3 to A4, 4 bars · 4/4 · 120 BPM · A minor"."""
    parts = [clip.path.name, describe(clip.clip), str(clip.clip.metre), f"{clip.clip.tempo:g} BPM"]
    if clip.key:
        parts.append(key_words(clip.key))
    if clip.selected:
        parts.append(say("{count} selected in Live", count=len(clip.selected)))
    return " · ".join(parts)


def key_words(key: str) -> str:
    """A key in the user's words: "A minor"."""
    root, _, kind = key.partition(" ")
    name = next((name for name in SCALES if name.lower() == kind.lower()), kind)
    return key if say(name) == name else f"{root} {say(name)}"


def counted(count: int, thing: str) -> str:
    """A number and its thing, one of note, bar, track, section: "1 bar", "4 bars"."""
    return say(f"{{count}} {thing}{'' if count == 1 else 's'}", count=count)
