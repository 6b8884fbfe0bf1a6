"""Thirty-odd clips as producers write them, each with the chords and the key that a musician hears in it.

A clip is a few lines of text (``producer_clips.txt``): what is known of it, the figure, and one chord a line, which is
its name (Harte), its beats and its notes, lowest first.
``figure`` is how every chord is played, counted from its beginning: who, when, for how long.
Who: ``a`` all notes, ``b`` the lowest, ``c`` all but the lowest, a digit the note of that number (0 is the lowest),
``t`` the highest, ``o`` the lowest an octave up, ``r`` all notes one after the other within .16 beat.
A figure may begin before its chord (``a-.5/1.5``), which is an anticipation, and is cut off where the chord ends
(``!`` after a length lets it ring on).

Offers: ``CLIPS``, ``ProducerClip``, ``spoken``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from models.music import pitch as pitches
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, Role
from models.music.note import Note

_ROLL = 0.05


@dataclass(frozen=True)
class ProducerClip:
    """``key`` is the tonic and "major" or "minor", None where musicians would argue; ``scale`` as Scale.parse reads."""

    name: str
    chords: str
    figure: str
    key: str | None = None
    metre: str = "4/4"
    role: Role | None = None
    scale: str | None = None
    repeats: int = 1

    @cached_property
    def truth(self) -> tuple[TimedChord, ...]:
        """The chords that a musician would write above the clip."""
        found, at = [], 0.0
        for label, beats, _ in self._rows:
            chord = Chord.parse(label)
            assert chord is not None, label
            found.append(TimedChord(at, beats, chord))
            at += beats
        return tuple(found)

    @cached_property
    def clip(self) -> Clip:
        """The clip itself; it says no role."""
        notes: list[Note] = []
        length = sum(beats for _, beats, _ in self._rows)
        at = 0.0
        for _, beats, tones in self._rows:
            notes += spoken(self.figure, tones, at, beats, length)
            at += beats
        return Clip(_without_doubles(notes), length, metre=Metre.parse(self.metre))

    @property
    def _rows(self) -> list[tuple[str, float, list[int]]]:
        lines = [line.split() for line in self.chords.strip().splitlines()] * self.repeats
        return [(label, float(beats), [pitches.parse(tone) for tone in tones]) for label, beats, *tones in lines]


def spoken(figure: str, tones: list[int], at: float, beats: float, length: float) -> list[Note]:
    """The notes of a figure over the tones of one chord (see the head of the file)."""
    notes = []
    for word in figure.split():
        who, times = word[0], word[1:]
        onset, duration = times.rstrip("!").split("/")
        start = at + float(onset)
        if float(onset) >= beats - 1e-6 or start < -1e-6 or start >= length:
            continue
        end = start + float(duration)
        end = min(end, length if times.endswith("!") else at + beats)
        chosen = {
            "a": tones, "r": tones, "b": tones[:1], "c": tones[1:], "t": tones[-1:], "o": [tones[0] + 12],
        }.get(who) or ([tones[int(who) % len(tones)]] if who.isdigit() else [])  # fmt: skip
        for place, tone in enumerate(chosen):
            late = place * min(_ROLL, 0.16 / len(chosen)) if who == "r" else 0.0
            notes.append(Note(tone, start + late, max(end - start - late, 0.05), 90 if place else 96))
    return notes


def _without_doubles(notes: list[Note]) -> tuple[Note, ...]:
    """No note twice, none across the next of its pitch."""
    kept: list[Note] = []
    for note in sorted(notes, key=lambda one: (one.pitch, one.onset, -one.duration)):
        if kept and kept[-1].pitch == note.pitch:
            if note.onset - kept[-1].onset < 1e-6:
                continue
            if kept[-1].end > note.onset:
                last = kept[-1]
                kept[-1] = Note(last.pitch, last.onset, note.onset - last.onset, last.velocity)
        kept.append(note)
    return tuple(kept)


def _clips() -> tuple[ProducerClip, ...]:
    """The table of ``producer_clips.txt``; empty lines stand between the clips."""
    found = []
    for block in (Path(__file__).with_suffix(".txt")).read_text(encoding="utf-8").strip().split("\n\n"):
        head, figure, chords = block.split("\n", 2)
        name, *said = head.split("; ")
        known: dict[str, Any] = dict(word.split(" ", 1) for word in said)
        known["repeats"] = int(known.get("repeats", 1))
        found.append(ProducerClip(name, chords=chords, figure=figure.removeprefix("> "), **known))
    return tuple(found)


CLIPS = _clips()
