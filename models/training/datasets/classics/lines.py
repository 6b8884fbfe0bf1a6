"""Exercises for ``lstm``: stretches of melody and bass lines, some notes kept, under the chords that sound.

A line is the highest (bass: lowest) note at each onset, cut where the next begins; the highest notes of chord tracks
are lines, too, of a kind of their own, INNER, that only training hears. Its chords are the pitch classes
that the other tracks of the piece sound in each beat.

Offers: ``LineDrawer``, ``LineBatch``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from models.engines.lstm.config import METRES, NO_PITCH, ROLES
from models.engines.lstm.events import NO_DURATION, NO_WAIT, density_number, distance_number, event_columns
from models.engines.lstm.memory import LEVELS
from models.engines.lstm.network import MEMORIES
from models.music.errors import BadValue
from models.sampling.context import add_sound
from models.sampling.grid import DURATIONS, STEPS, duration_numbers, home_shift
from models.training.datasets.classics.events import Events, events_of, recalled
from models.training.datasets.classics.grids import line_of, padded
from models.training.datasets.corpus import BAR_STEPS, COUNT, PIECE, ROLE, Corpus, Wheels
from models.training.datasets.corpus import ROLES as CORPUS_ROLES

MOST_EVENTS = 96
_BARS = (2, 4, 8)
_BAR_SHARES = (0.2, 0.5, 0.3)
_ROLE_SHARES = (0.5, 0.25, 0.25)
_INNER_ROLE = "chords"
"""Role of the tracks whose highest notes are lines of their own, number INNER, to learn from."""
_TASK_SHARES, _VALID_TASK_SHARES = (0.25, 0.25, 0.35, 0.15), (0.15, 0.3, 0.4, 0.15)
"""How often all is new, the rest from some beat on, gaps, single notes."""
_SOUNDS = 0.3
"""Share of a beat that a pitch class must sound to count as the chord's."""


@dataclass(frozen=True)
class LineExample:
    """One stretch of a line as the network meets it."""

    line: Events
    chords: np.ndarray  # (beats + 1, 12)
    role: int
    density: int
    bar: int  # steps; 0 where the metre is not known
    asked: np.ndarray  # (T, 3) weights

    def __len__(self) -> int:
        return len(self.line.onset)


class LineDrawer:
    """Draws exercises of one split.

    varied       in other keys and octaves, too
    chord_share  of exercises that are told their chords, 0-1
    """

    def __init__(self, corpus: Corpus, *, valid: bool, varied: bool | None = None, chord_share: float = 0.7) -> None:
        self.corpus = corpus
        self.varied = not valid if varied is None else varied
        self.chord_share = chord_share
        self._line = cache(lambda track: line_of(corpus, track))
        tracks, usable = corpus.tracks, corpus.usable(valid=valid)
        self.tracks = Wheels(tracks, np.flatnonzero(usable), tracks[:, COUNT], np.ones(len(tracks)))

    def draw(self, rng: np.random.Generator, *, role: int | None = None, how: str | None = None) -> LineExample:
        """The next exercise, how: "all" new, "rest" (new from some beat on), "gaps" or "notes"; by chance if None."""
        while True:
            number = int(rng.choice(len(_ROLE_SHARES), p=_ROLE_SHARES)) if role is None else role
            track = self.tracks.turn(CORPUS_ROLES.index((*ROLES, _INNER_ROLE)[number]), rng)
            if track is None:
                raise BadValue("There is too little music to learn from; give more or longer clips.", field="data")
            bars = int(rng.choice(_BARS, p=_BAR_SHARES))
            example = self._cut(track, number, bars, rng, how)
            if example is not None:
                return example

    def _cut(self, track: int, role: int, bars: int, rng: np.random.Generator, how: str | None) -> LineExample | None:
        corpus, bar = self.corpus, self.corpus.bar(track)
        line = self._line(track)
        most = line[-1, 0] // bar + 1 - bars
        if most < 0:
            return None
        start = int(rng.integers(0, most + 1)) * bar
        end = start + bars * bar
        low, high = np.searchsorted(line[:, 0], (start, end))
        notes = line[low:high]
        if not 3 <= len(notes) <= MOST_EVENTS - 8:
            return None
        onset = notes[:, 0] - start
        kept = _kept(onset, bars * bar, rng, how, _TASK_SHARES if self.varied else _VALID_TASK_SHARES)
        chords, pitches, steps = self._chords(track, start, end, rng)
        shift = home_shift(np.append(notes[:, 1], pitches), np.append(notes[:, 2], steps))
        if self.varied:
            shift += int(rng.integers(-3, 4)) if rng.random() < 0.2 else 0
            shift += int(rng.choice((-12, 12))) if rng.random() < 0.2 else 0
        pitch = notes[:, 1] + shift
        if pitch.min() < 0 or pitch.max() > 127:
            return None
        events = events_of(onset, pitch, duration_numbers(notes[:, 2] / STEPS), kept, bars * bar)
        if len(events.onset) > MOST_EVENTS:
            return None
        new = (~kept).sum()
        density = density_number(len(notes), bars * bar) if new and rng.random() < 0.5 else 0
        said = int(corpus.tracks[track, BAR_STEPS])
        return LineExample(events, np.roll(chords, shift, axis=1), role, density, said, _weights(events))

    def _chords(
        self, track: int, start: int, end: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Pitch classes of each beat, (beats + 1, 12), and the pitches and steps that make them."""
        beats = -(-(end - start) // STEPS) + 1
        sound = np.zeros((beats, 12))
        if rng.random() >= self.chord_share:
            return sound, np.zeros(0, np.int64), np.zeros(0, np.int64)
        corpus, piece = self.corpus, self.corpus.tracks[track, PIECE]
        first, last = np.searchsorted(corpus.tracks[:, PIECE], (piece, piece + 1))
        pitches, steps = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for other in range(first, last):
            if other == track or corpus.tracks[other, ROLE] == CORPUS_ROLES.index("drums"):
                continue
            rows = corpus.window(other, start, end)
            if len(rows):
                pitches.append(rows[:, 1] - 1)
                steps.append(DURATIONS[rows[:, 2] - 1])
                add_sound(sound, zip(rows[:, 0] / STEPS, steps[-1] / STEPS, pitches[-1], strict=True))
        return (sound >= _SOUNDS).astype(np.float32), np.concatenate(pitches), np.concatenate(steps)


def _kept(
    onset: np.ndarray, length: int, rng: np.random.Generator, how: str | None, shares: tuple[float, ...]
) -> np.ndarray:
    """Which notes are known beforehand."""
    how = how or str(rng.choice(("all", "rest", "gaps", "notes"), p=shares))
    if how == "all":
        return np.zeros(len(onset), bool)
    beats = max(1, length // STEPS)
    if how == "rest":
        return onset < rng.integers(1, beats + 1) * STEPS
    if how == "notes":
        return rng.random(len(onset)) < rng.uniform(0.1, 0.8)
    kept = np.ones(len(onset), bool)
    for _ in range(int(rng.integers(1, 4))):
        size = int(rng.integers(1, max(2, beats // 2) + 1)) * STEPS
        start = int(rng.integers(0, beats)) * STEPS
        kept &= (onset < start) | (onset >= start + size)
    return kept


def _weights(events: Events) -> np.ndarray:
    """How much each field counts, (T, 3): new events in full, and that the writer stops before a kept one."""
    after_new = np.insert(~events.kept[:-1], 0, False)
    weights = np.repeat(~events.kept[:, None], 3, axis=1).astype(np.float32)
    weights[:, 0] = np.where(events.kept, np.where(after_new, 1.0, 0.1), 1.0)
    weights[:, 2] *= events.pitch < 128
    return weights


@dataclass(frozen=True)
class LineBatch:
    """B padded exercises of T events, K of them kept; L memories, E of them n-grams.

    told      (B, T, C) before each event the rows of ``Network.told``: the event before (as ``event_columns`` has it),
              bucket of the distance to the next kept event and its pitch, what is ``recalled``
    chords    (B, T, 24) pitch classes that sound then, and a beat later
    control   (B, 3) role, density, 16ths in a bar (0 not said, for the last two)
    sung      (B, T) pitch of the last note
    kept      (B, K, 6) kept events, the last first; which: (B, T) row of the next one
    targets   (B, T, 3) wait, pitch, duration
    place     (B, T) 16th in the bar of the event to come, from 1; chord: (B, T, 12) there
    weights   (B, T, 3)
    """

    told: Tensor
    chords: Tensor
    control: Tensor
    sung: Tensor
    kept: Tensor
    which: Tensor
    targets: Tensor
    place: Tensor
    chord: Tensor
    weights: Tensor
    examples: tuple[LineExample, ...]

    @classmethod
    def of(cls, examples: Sequence[LineExample]) -> LineBatch:
        """Pad exercises to the longest."""
        before, *columns = (padded(column) for column in zip(*map(_written, examples), strict=True))
        found, sung = map(
            torch.from_numpy, recalled([e.line for e in examples], [e.bar or 4 * STEPS for e in examples])
        )
        control = torch.tensor([[e.role, e.density, min(e.bar // 6, METRES - 1)] for e in examples])
        chords, *rest = columns
        return cls(torch.cat([before, found], dim=2), chords, control, sung, *rest, tuple(examples))

    def memory(self, field: int) -> Tensor:
        """The value of wait, pitch or duration in each memory, (B, T, L)."""
        return self.told[..., -1 - LEVELS - (3 - field) * MEMORIES :][..., :MEMORIES]


_NOTHING = np.array([[NO_WAIT], [NO_PITCH], [NO_DURATION], [0]])
"""What comes before the first event."""


def _written(example: LineExample) -> tuple[np.ndarray, ...]:
    """What ``LineBatch`` holds of an exercise, in its order."""
    line, bar = example.line, example.bar
    events, following, onset = line.columns(bar), line.next_kept, np.insert(line.onset[:-1], 0, 0)
    ahead = np.column_stack([distance_number(line.onset[following] - onset), line.pitch[following]])
    beat, last = onset // STEPS, len(example.chords) - 1
    kept = np.flatnonzero(line.kept)[::-1]
    row_of = np.empty(len(line.onset), np.int64)
    row_of[kept] = np.arange(len(kept))
    return (
        np.column_stack([np.concatenate([event_columns(*_NOTHING, bar), events[:-1]]), ahead]),
        np.concatenate([example.chords[np.minimum(at, last)] for at in (beat, beat + 1)], axis=1, dtype=np.float32),
        events[kept],
        row_of[following],
        events[:, [0, 1, 3]],
        events[:, 5],
        example.chords[np.minimum(line.onset // STEPS, last)].astype(np.float32),
        example.asked,
    )
