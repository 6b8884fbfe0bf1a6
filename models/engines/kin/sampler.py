"""Writing the hypotheses of a view: its windows together, since none hears what becomes of another.

Offers: ``WindowSampler``, ``MOST_TOGETHER``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from models.constraints.lines import onset_groups
from models.engines.kin.config import DURATIONS, MICRO, STEPS
from models.engines.kin.note_sampling import DecodingConfig, Passage, write
from models.engines.kin.planning.selection import most_hits
from models.engines.kin.playing.decoding import Decoder
from models.engines.kin.playing.encoding import Reading
from models.engines.kin.reading.chords import ChordConditions
from models.engines.kin.reading.copy_features import CopyFeatures
from models.engines.kin.reading.representation import DURATION, MICRO_FIELD, ONSET, PITCH, VELOCITY
from models.engines.kin.reading.stream import control_row, encoder_rows, feel_of, opening, without_unsaid
from models.engines.kin.reading.view import RequestView
from models.engines.kin.reading.windows import Window
from models.generator import DENSITY_FACTORS, Cancelled
from models.music.beats import strength
from models.music.chord import TimedChord, chord_at
from models.sampling.choose import SamplingParameters
from models.sampling.chord_masks import FullChords, OnChords, OpenChords
from models.sampling.hypothesis import Given, NoteHypothesis, Written
from models.sampling.masks import (
    AtHome,
    Contour,
    FewHits,
    LogitMask,
    ShortCycles,
    ShortRests,
    UsualPlaces,
    Voices,
    standing,
)

_SAMPLING = {
    "melody": SamplingParameters(0.9, 0.98, 0.02),
    "chords": SamplingParameters(0.9, 0.98, 0.02),
    "bass": SamplingParameters(0.9, 0.98, 0.02),
    "drums": SamplingParameters(0.75, 0.95, 0.03),
}
"""How freely each role is written, before the request's temperature; measured with the judge on the valid pieces."""
_PROGRAMMED = 1.25
"""What it is multiplied with for a programmed beat: each bar is the last one again, and the calm go on so for ever."""
_CALM = {"melody": 0.75, "bass": 0.75, "chords": 0.8}
"""What the temperature of pitches is multiplied with: people vary a line by steps, seldom by leaps."""
_PERFORMANCE = SamplingParameters(1.0, 0.98, 0.01)
"""How freely loudness and timing are chosen: as people vary them; anything calmer flattens the playing."""
_CIRCLING_COSTS, _TEXTURE_COSTS, _FOREIGN_COSTS = 4.0, 3.0, 3.0
"""Nats: for going in circles; for thinner and thicker chords; for what is foreign to the clip."""
_PLACE_COSTS = {"chords": _FOREIGN_COSTS, "melody": 1.0, "bass": 1.0}
"""Nats for an onset where in the bar the clip has none: a line may wander, but its groove is what it is known by."""
_OFF_CHORD_COSTS, _STRONG = 4.0, 0.6
"""Nats for a pitch outside its chord at a place of this strength (0-1)."""
_CHORD_WEIGHT = {"melody": 1.7, "bass": 1.5, "chords": 1.2}
"""How much more than as it was learned the chords pull where somebody else plays or gives them: a tune may rub against
its own harmony, but what is asked for is to be heard."""
MOST_TOGETHER = 96
"""Hypotheses that are written in one batch: more are no faster, and calling them off would take longer."""
_STEPS_OF = np.array(DURATIONS)


@dataclass(frozen=True)
class WindowSampler:
    """Writes hypotheses of one view.

    target       the dial, 0-1, or None
    temperature  what those of each role are multiplied with
    farther      how much farther from the prompt than usual to go
    sketches     it is only asked which pitches are written where, in short windows
    """

    decoder: Decoder
    view: RequestView
    target: float | None
    temperature: float = 1.0
    farther: float = 0.0
    sketches: bool = False
    _opened_windows: dict[Window, Passage] = field(default_factory=dict, compare=False, repr=False)

    def write(
        self, rngs: Sequence[np.random.Generator], cancelled: Cancelled, nearest: float = 1.0
    ) -> list[list[Written]]:
        """One hypothesis for each source of chance: its notes, with onsets in steps of the clip.

        nearest  similarity (0-1): none at all once what is written of each of them is nearer to the prompt than that
        """
        results: list[list[Written]] = [[] for _ in rngs]
        windows, config = self.view.short_windows if self.sketches else self.view.windows, self._config()
        together = max(1, MOST_TOGETHER // len(rngs))
        # What is given up is so soon: after a few windows.
        edges = [0, *range(together if nearest >= 1 else -(-together // 4), len(windows), together), len(windows)]
        for first, end in pairwise(edges):
            passages = list[Passage]()
            for window in (some := windows[first:end]):
                if cancelled():
                    return results
                passages.append(self._passage(window, len(rngs)))
            write(self.decoder, passages, config, rngs, cancelled)
            for window, passage in zip(some, passages, strict=True):
                for result, hypothesis in zip(results, passage.hypotheses, strict=True):
                    result += [replace(note, onset=note.onset + window.start) for note in hypothesis.written]
            if all(self.view.copied_share(result, some[-1].span[1]) > nearest for result in results):
                return []
        return results

    def _passage(self, window: Window, count: int) -> Passage:
        if window not in self._opened_windows:
            shown, fixed = self._prompt(window)
            span = (window.span[0] - window.start, window.span[1] - window.start)
            begin, told = opening(span, self.view.bar_steps), self.view.told(window)
            reading = self._read(window, shown, fixed, span, told)
            memory = CopyFeatures(shown, fixed, begin, self.view.bar_steps or 4 * STEPS, told)
            opened = self._hypothesis(window, begin, span)
            self._opened_windows[window] = Passage(reading, memory, self._masks(window), [opened])
        passage = self._opened_windows[window]
        return replace(passage, hypotheses=[passage.hypotheses[0].another() for _ in range(count)])

    @property
    def _keeps_count(self) -> bool:
        """Does every note stay a note of its own, to be changed in place?"""
        allowed_edits = self.view.constraints.allowed_edits
        return self.view.task == "humanise" or not (allowed_edits.add and allowed_edits.remove)

    def _prompt(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """What the encoder is shown of the clip: rows, and which of them are fixed."""
        view = self.view
        inside = (view.rows[:, ONSET] >= window.start) & (view.rows[:, ONSET] < window.end)
        free = np.zeros(len(view.rows), bool)
        free[sorted(view.constraints.free)] = True
        if view.task in ("infill", "continue") and self.target is None:
            inside &= ~free
        indices = np.flatnonzero(inside)
        # What other windows change is, to this one, as it was: the next bar is still the prompt's.
        rows = without_unsaid(view.rows[indices], not view.says_timing, view.says_velocities)
        rows[:, ONSET] -= window.start
        fixed = ~free[indices] | (view.task == "humanise")
        if view.task == "humanise":
            rows[:, [VELOCITY, MICRO_FIELD]] = 0
        order = np.lexsort((rows[:, PITCH], rows[:, ONSET]))
        return rows[order], fixed[order]

    def _read(
        self, window: Window, shown: np.ndarray, fixed: np.ndarray, span: tuple[int, int], told: ChordConditions
    ) -> Reading:
        view, prompt, density = self.view, self.view.constraints.prompt, self.view.constraints.request.density
        task = "vary" if view.task == "infill" and self.target is not None else view.task
        feel = 4 if view.task == "humanise" else feel_of(not view.says_timing, view.says_velocities)
        bars = max(1, -(-(window.end - window.start) // view.bar_steps))
        similarity = None if self.target is None or task != "vary" else max(0.0, self.target - self.farther)
        controls = control_row(
            task=task,
            role=view.constraints.role,
            similarity=similarity,
            density=None if density == "same" and task != "vary" else DENSITY_FACTORS[density],
            bar_steps=view.bar_steps,
            length=bars,
            tempo=prompt.tempo if view.constraints.drums else None,
            feel=feel,
        )
        encoder = encoder_rows(shown, fixed, span, view.heard(window), told)
        return self.decoder.encoder.read(encoder, controls, view.bar_steps, span[1])

    def _config(self) -> DecodingConfig:
        view, role = self.view, self.view.constraints.role
        humanises = view.task == "humanise"
        heat = self.temperature * (_PROGRAMMED if view.constraints.drums and view.on_grid else 1.0)
        sampling = replace(_SAMPLING[role], temperature=_SAMPLING[role].temperature * heat)
        return DecodingConfig(
            shift=view.shift,
            drums=view.constraints.drums,
            velocities=view.says_velocities or humanises,
            timed=not view.on_grid or humanises,
            told=view.says_timing or humanises,
            chord_weight=_CHORD_WEIGHT.get(role, 1.0) if view.context.tells_chords else 1.0,
            bar_steps=view.bar_steps,
            notes=sampling,
            pitches=replace(sampling, temperature=sampling.temperature * _CALM.get(role, 1.0)),
            performance=_PERFORMANCE,
            masks=self._common_masks,
            sketched=self.sketches,
        )

    def _hypothesis(self, window: Window, begin: int, span: tuple[int, int]) -> NoteHypothesis:
        """An empty hypothesis with its givens and its room."""
        view, constraints = self.view, self.view.constraints
        room = view.room[window.start : window.start + span[1]].copy()
        room[: span[0]] = False
        givens, keeps_count = [], self._keeps_count
        hypothesis = NoteHypothesis(begin, span[1], room, givens, not keeps_count, _STEPS_OF)
        for index in np.flatnonzero(
            (self._ends > window.start) & (view.rows[:, ONSET] < window.start + span[1])
        ).tolist():
            row, note = view.rows[index], constraints.notes[index]
            onset = int(row[ONSET]) - window.start
            if index not in constraints.free or (keeps_count and constraints.allowed_edits.repitch):
                hypothesis.sound(onset, int(self._ends[index]) - window.start, note.pitch)
            if onset < begin or (index in constraints.free and not keeps_count):
                continue
            whole = index not in constraints.free or not span[0] <= onset
            givens.append(_given(index, row, note.pitch, onset, whole))
        givens.sort(key=lambda given: (given.onset, given.pitch))
        if keeps_count:
            hypothesis.givens = [self._opened(given, number, givens, span) for number, given in enumerate(givens)]
        return hypothesis

    def _opened(self, given: Given, number: int, givens: Sequence[Given], span: tuple[int, int]) -> Given:
        """A given note with the fields open that may change, and bounds that keep it in its place in the row."""
        if given.whole:
            return given
        allowed_edits = self.view.constraints.allowed_edits
        before, after = givens[number - 1] if number else None, givens[number + 1 : number + 2]
        opened: dict[str, int | None] = {}
        if allowed_edits.revelocity:
            opened["velocity"] = None
        if self.view.task == "humanise":
            return replace(given, micro=None, **opened)
        assert given.onset is not None
        if allowed_edits.repitch:
            opened["pitch"] = None
            if after and after[0].onset == given.onset:
                opened["below"] = after[0].pitch
        if allowed_edits.stretch:
            opened["duration"] = None
        if allowed_edits.move:
            earliest = span[0] if before is None or before.onset is None else before.onset + 1
            latest = span[1] - 1 if not after or after[0].onset is None else after[0].onset - 1
            # Notes of a chord move together or not at all, so they stay.
            if earliest <= given.onset <= latest:
                opened.update(onset=None, micro=None, earliest=max(earliest, span[0]), latest=latest)
        return replace(given, **opened)

    @cached_property
    def _ends(self) -> np.ndarray:
        """Where each note of the clip ends, (N,), in steps."""
        notes = self.view.constraints.notes
        return self.view.rows[:, ONSET] + np.array([max(1, round(note.duration * STEPS)) for note in notes], int)

    @cached_property
    def _chords(self) -> tuple[TimedChord, ...]:
        """The chords that the sampler is bound to; none where they are only guessed from the clip's own line."""
        constraints, context = self.view.constraints, self.view.context
        own = constraints.role == "chords" and not constraints.request.chords
        return context.chords if context.tells_chords and not own and not constraints.drums else ()

    def _masks(self, window: Window) -> list[LogitMask]:
        """The masks of a window alone; what needs pitches and times alone is in the room already."""
        if not self._chords:
            return []
        beats = [(window.start + step) / STEPS for step in range(window.end - window.start)]
        sounding = [chord_at(self._chords, beat) for beat in beats]
        classes = [None if chord is None else chord.classes for chord in sounding]
        strong = [strength(beat, self.view.constraints.prompt.metre) >= _STRONG for beat in beats]
        return [OnChords(classes, strong, _OFF_CHORD_COSTS)]

    @cached_property
    def _common_masks(self) -> list[LogitMask]:
        """The masks of all windows."""
        view, constraints = self.view, self.view.constraints
        extra: list[LogitMask] = [ShortRests(view.longest_rest, _FOREIGN_COSTS)]
        extra += [] if constraints.polyphony is None else [Voices(constraints.polyphony)]
        if constraints.request.locks.contour:
            notes = constraints.notes
            line = [group[-1] for group in onset_groups(notes)]
            tops: list[int | None] = [None, *(notes[index].pitch for index in line), None]
            extra.append(Contour({i: (tops[n], notes[i].pitch, tops[n + 2]) for n, i in enumerate(line)}))
        if view.is_line or constraints.role == "chords":
            extra.append(ShortCycles(view.longest_cycles, _CIRCLING_COSTS))
        if constraints.role == "chords":
            extra.append(FullChords(*view.chord_sizes, _TEXTURE_COSTS))
            if not view.has_clusters:
                extra.append(OpenChords(_FOREIGN_COSTS))
        if constraints.role in _PLACE_COSTS:
            extra.append(UsualPlaces(view.places, view.bar_steps, _PLACE_COSTS[constraints.role]))
        if constraints.drums:
            extra.append(FewHits(most_hits(constraints.prompt), view.bar_steps, _FOREIGN_COSTS))
        if view.home:
            extra.append(AtHome(view.home, _FOREIGN_COSTS))
        return standing(extra)


def _given(index: int, row: np.ndarray, pitch: int, onset: int, whole: bool) -> Given:
    return Given(
        index=index,
        onset=onset,
        pitch=pitch,
        duration=int(row[DURATION]) - 1,
        velocity=max(0, int(row[VELOCITY]) - 1),
        micro=int(row[MICRO_FIELD]) - 1 if row[MICRO_FIELD] else MICRO,
        whole=whole,
    )
