"""Drums to a scene: kicks with the bass, or else with the chords, a backbeat by metre and style, hats as the scene
divides and swings its time.

Offers: ``DrumPart`` (``DrumPart.of``), ``TOGETHER``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.accompaniment.surroundings import TOGETHER, heard_together, is_programmed
from models.analysis.role import find_role
from models.drums.beat import write_beat
from models.drums.hearing import styles_named, styles_of
from models.drums.rhythm import Rhythm
from models.engines.rules.humanise import touched
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import lane_of
from models.music.note import Note

_LEADERS = ("bass", "chords", "melody", "drums")
"""Whose strokes the kick goes with, the first that plays."""

_TOUCH = 0.7
_STYLES = 3
_WALKING = ("jazz", "soul")
"""Styles in which a bass walks."""
_TONES = 3
"""Different tones in a bar of a bass that walks, in the mean."""


@dataclass(frozen=True, slots=True)
class DrumPart:
    """A scene as drums hear it: its rhythm, whose strokes are those of the leading part; where bass and chords are
    struck; the notes of the chords, else of the bass, else of the tune (sung); on_grid: that was programmed, not
    played; walks: a bass walks through it."""

    rhythm: Rhythm
    struck: tuple[float, ...]
    led: tuple[Note, ...]
    on_grid: bool
    walks: bool = False
    sung: bool = False

    @classmethod
    def of(cls, clips: Sequence[Clip]) -> DrumPart:
        """Raises EmptyClip without notes, BadValue where metres differ."""
        heard, length = heard_together(clips)
        parts = [(find_role(clip) or "melody", clip) for clip in heard]
        whole = Rhythm.of(heard, length)
        leader = next(role for role in _LEADERS if any(role == other for other, _ in parts))
        leading = Rhythm.of([clip for role, clip in parts if role == leader], length)
        below = [clip for role, clip in parts if role in ("bass", "chords")]
        struck = tuple(stroke.onset for stroke in Rhythm.of(below, length).strokes) if below else ()
        who = next((role for role in ("chords", "bass", "melody") if any(role == other for other, _ in parts)), "")
        led = tuple(note for role, clip in parts if role == who for note in clip.looped(length).notes if not note.mute)
        programmed = is_programmed([note for clip in heard for note in clip.notes])
        walks = any(role == "bass" and _walks(clip, length) for role, clip in parts)
        return cls(replace(whole, strokes=leading.strokes), struck, led, programmed, walks, who == "melody")

    def styles(self, words: str) -> list[str]:
        """Names of the styles that fit the words, else of the three that fit the scene best."""
        fitting = styles_of(words, self.rhythm, led=self.led, tune=self.sung)
        if self.walks and not styles_named(words):
            return list(_WALKING)
        return fitting if styles_named(words) else fitting[:_STYLES]

    def write(self, style: str, turn: int, seed: int) -> tuple[Note, ...]:
        """The ``turn``-th part in a style, struck by a hand; on the grid where the scene is."""
        notes = write_beat(self.rhythm, style, turn, seed, cover=False)
        struck = touched(notes, self.rhythm.metre, self.rhythm.tempo, seed, drums=True, width=_TOUCH)
        if not self.on_grid:
            return without_overlaps(struck, self.rhythm.length)
        return tuple(note.moved(velocity=hand.velocity) for note, hand in zip(notes, struck, strict=True))

    def shared(self, notes: Sequence[Note]) -> float:
        """Share (0-1) of the kicks that fall on a stroke of bass or chords; 1 where there is neither."""
        kicks = [note.onset for note in notes if lane_of(note.pitch) == "kick"]
        if not kicks or not self.struck:
            return 1.0
        return sum(any(abs(kick - onset) <= TOGETHER for onset in self.struck) for kick in kicks) / len(kicks)


def _walks(clip: Clip, length: float) -> bool:
    """Does a bass step from tone to tone on every pulse, and hardly between them?"""
    metre, bars = clip.metre, clip.metre.bars(length)
    onsets = {round(note.onset, 1) for note in clip.notes}
    pulses = {round(bar * metre.bar + pulse, 1) for bar in range(bars) for pulse in metre.pulses}
    tones = {(metre.bar_of(note.onset), note.pitch) for note in clip.notes}
    return (
        len(onsets & pulses) >= 0.85 * len(pulses) and len(onsets) <= 1.3 * len(pulses) and len(tones) >= _TONES * bars
    )
