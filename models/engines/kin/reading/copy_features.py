"""What a sampler can look up while writing: music comes again, a bar later, two bars later, or where it went before.

A small network needs many lessons to find the note of a bar ago by attention. A list finds it at once, so the decoder
is handed what stands in the prompt, and in what it has written itself, at the places that foretell the next note best,
and how often in a row each of them was right. What it makes of that is its own affair.

Onsets are steps (1/24 beat); a note is a row (ONSET, PITCH, DURATION, VELOCITY, MICRO) as ``representation`` has it.

Offers: ``CopyFeatures``, ``AHEAD_SIZES``, ``ECHO_SIZES``, ``FORETELLERS``, ``PROMPT_NEXT``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from copy import copy

import numpy as np

from models.analysis.harmony import Harmony
from models.engines.kin.config import DURATION_SIZE, LONGEST_WAIT, MICRO_SIZE, PITCH_SIZE, STEPS, VELOCITY_SIZE
from models.engines.kin.reading.chords import ChordConditions
from models.engines.kin.reading.representation import ONSET, PITCH

PITCHES = 512
"""More than there are pitches: onset * PITCHES + pitch is the order of notes."""
_BEATS_AGO, _BARS_AWAY = (1, 2), (-1, -2, 1)
"""Where else the sampler looks: in what it has written, and in the prompt where it hasn't."""
FORETELLERS = 1 + len(_BEATS_AGO) + len(_BARS_AWAY) + 1
"""The prompt now; some beats ago; some bars away; what followed the last time that the last two pitches came."""
_MOST_TRUST, _MOST_STACKED = 3, 7
_NOTE_SIZES = (LONGEST_WAIT + 2, STEPS, PITCH_SIZE)
_TOUCH_SIZES = (DURATION_SIZE, VELOCITY_SIZE, MICRO_SIZE)

AHEAD_SIZES = (*_NOTE_SIZES, 3, *(FORETELLERS - 1) * _NOTE_SIZES, *FORETELLERS * (_MOST_TRUST + 1,), _MOST_STACKED + 1)
"""Sizes of the columns of ``CopyFeatures.ahead`` before those of the harmony."""
PROMPT_NEXT = 4
"""How many of them, from the first, speak of the prompt's next note alone."""
ECHO_SIZES = 3 * _TOUCH_SIZES
"""Sizes of the columns of ``CopyFeatures.echo``."""

Row = Sequence[int]
_Place = tuple[int, int]
_NOTHING = (0, 0, 0)


class CopyFeatures:
    """The prompt, and what has been written so far.

    prompt  (N, 5), sorted by onset and pitch, as the encoder is shown it
    fixed   (N,), True where a note is sure to be in the result
    begin   step at which writing begins
    bar     steps in a bar; 4/4 where the metre isn't known
    told    the harmony that the result is to follow; None: nothing is known of it
    """

    def __init__(
        self, prompt: np.ndarray, fixed: np.ndarray, begin: int, bar: int, told: ChordConditions | None = None
    ) -> None:
        self._chords = told or ChordConditions(Harmony.silent(0))
        self._prompt: list[list[int]] = prompt.tolist()
        self._fixed: list[bool] = fixed.tolist()
        self._prompt_keys = [row[ONSET] * PITCHES + row[PITCH] for row in self._prompt]
        self._begin, self._bar = begin, bar
        self._shifts = (*(-beats * STEPS for beats in _BEATS_AGO), *(bars * bar for bars in _BARS_AWAY))
        self._onset, self._pitch, self._before, self._stacked = begin, 0, 0, 0
        self._keys: list[int] = []
        self._rows: list[Row] = []
        self._after: dict[_Place, _Place] = {}
        self._exact: dict[int, tuple[int, ...]] = {}
        self._placed: dict[int, tuple[int, ...]] = {}
        self._latest: dict[int, tuple[int, ...]] = {}
        self._learn_prompt()
        self._trust = [0] * FORETELLERS
        self._foretold = self._foretell()

    def another(self) -> CopyFeatures:
        """The same, to go on apart from it."""
        other = copy(self)
        other._keys, other._rows = [*self._keys], [*self._rows]
        other._after, other._placed, other._latest = {**self._after}, {**self._placed}, {**self._latest}
        return other

    def _learn_prompt(self) -> None:
        before = here = (0, 0)
        for row in self._prompt:
            if here[1]:
                self._after[before[1], here[1]] = (row[ONSET] - here[0], row[PITCH])
            before, here = here, (row[ONSET], row[PITCH])
        # The nearest one counts: after the beginning the first, but the last one before it more than that.
        later = bisect_right(self._prompt_keys, self._begin * PITCHES)
        for row in (*reversed(self._prompt[later:]), *self._prompt[:later]):
            self._hear(row)
        self._exact = {key: tuple(row[2:]) for key, row in zip(self._prompt_keys, self._prompt, strict=True)}

    def _hear(self, row: Row) -> None:
        touch = tuple(row[2:])
        self._placed[row[ONSET] % self._bar * PITCHES + row[PITCH]] = touch
        self._latest[row[PITCH]] = touch

    def write(self, row: Row) -> None:
        """Remember the note that was just written."""
        onset, pitch = row[ONSET], row[PITCH]
        self._trust = [
            0 if said is None else min(_MOST_TRUST, trust + 1) if said == (onset, pitch) else 0
            for said, trust in zip(self._foretold, self._trust, strict=True)
        ]
        if self._pitch:
            self._after[self._before, self._pitch] = (onset - self._onset, pitch)
        self._stacked = min(_MOST_STACKED, self._stacked + 1) if self._keys and onset == self._onset else 1
        self._onset, self._before, self._pitch = onset, self._pitch, pitch
        self._keys.append(onset * PITCHES + pitch)
        self._rows.append(row)
        self._hear(row)
        self._foretold = self._foretell()

    def ahead(self) -> list[int]:
        """What may come next, 0 where nothing is known: columns as ``AHEAD_SIZES``.

        From the prompt: beats until its next note, tick, pitch, and 1, or 2 when that note is fixed. From each other
        foreteller: beats, tick, pitch. Then for each how often in a row it was right, and how many notes have been
        written at this onset. Last, COMING columns: the chord at this onset, the next one, and how soon it comes.
        """
        found = self._next(self._prompt_keys, self._onset)
        first, *others = (self._told(said) for said in self._foretold)
        columns = [*first, 0 if found is None else 1 + self._fixed[found]]
        for other in others:
            columns += other
        return [*columns, *self._trust, self._stacked, *self._chords.coming(self._onset)]

    def chord(self, onset: int) -> list[int]:
        """The chord at an onset, CHORD columns."""
        return self._chords.now(onset)

    def echo(self, onset: int, pitch: int) -> list[int]:
        """How this pitch is played: duration, velocity and micro-timing, 0 where not known (columns as ``ECHO_SIZES``).

        In the prompt at this very onset; at this place in the bar the last time; anywhere the last time.
        """
        return [
            *self._exact.get(onset * PITCHES + pitch, _NOTHING),
            *self._placed.get(onset % self._bar * PITCHES + pitch, _NOTHING),
            *self._latest.get(pitch, _NOTHING),
        ]

    def played(self, onset: int, pitch: int) -> tuple[int, ...]:
        """Duration, velocity and micro-timing of a note there: this pitch's (see ``echo``), or its neighbour's in the
        prompt; 0 where not known."""
        key, bar_key = onset * PITCHES + pitch, onset % self._bar * PITCHES + pitch
        own = self._exact.get(key) or self._placed.get(bar_key) or self._latest.get(pitch)
        near = self._prompt[bisect_right(self._prompt_keys, key) - 1 :][:1] or self._prompt[:1]
        return own or (tuple(near[0][2:]) if near else _NOTHING)

    def _foretell(self) -> list[_Place | None]:
        """Onset and pitch of the next note according to each foreteller."""
        found = self._next(self._prompt_keys, self._onset)
        now = None if found is None else (self._prompt[found][ONSET], self._prompt[found][PITCH])
        follower = self._after.get((self._before, self._pitch))
        again = (self._onset + follower[0], follower[1]) if follower else None
        return [now, *map(self._elsewhere, self._shifts), again]

    def _elsewhere(self, shift: int) -> _Place | None:
        """What follows at another time than now, moved to now."""
        then = self._onset + shift
        if then < 0:
            return None
        own = self._begin <= then < self._onset
        keys, rows = (self._keys, self._rows) if own else (self._prompt_keys, self._prompt)
        found = self._next(keys, then)
        if found is None:
            return None
        # What moves to a time before now (the prompt was sparser than what is written) can't come any more.
        onset, pitch = rows[found][ONSET] - shift, rows[found][PITCH]
        return (onset, pitch) if onset >= self._onset else None

    def _next(self, keys: Sequence[int], onset: int) -> int | None:
        place = bisect_right(keys, onset * PITCHES + self._pitch)
        return place if place < len(keys) else None

    def _told(self, said: _Place | None) -> tuple[int, int, int]:
        if said is None:
            return _NOTHING
        onset, pitch = said
        return 1 + min(LONGEST_WAIT, onset // STEPS - self._onset // STEPS), onset % STEPS, pitch
