"""Writing variations: the decoder's steps, the fields of a note one after the other, masks and chance between them.

Offers: ``write``, ``Passage``, ``DecodingConfig``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.engines.kin.config import BAR_PLACES, BEGIN, DRUM, END, FIELDS, FIXED, LONGEST_WAIT, MICRO, NEW, ROW, STEPS
from models.engines.kin.playing.decoding import Decoder, FieldStepper, Stepper
from models.engines.kin.playing.encoding import Reading
from models.engines.kin.reading.copy_features import CopyFeatures
from models.generator import Cancelled
from models.sampling.choose import SamplingParameters, choose_each
from models.sampling.hypothesis import PITCHES, Given, NoteHypothesis, Written
from models.sampling.masks import LogitMask

BEAT, TICK, PITCH, DURATION, VELOCITY, MICRO_FIELD = range(len(FIELDS))
MOST_STEPS = 160
_STILL_GOING = 0.75
"""Share of the variations that go on from which on the others are taken out of the batch."""


@dataclass(frozen=True)
class DecodingConfig:
    """How a clip is written.

    shift       semitones from the clip's pitches to the network's
    drums       True: pitches are lanes
    velocities  True: the network chooses them; False: the clip has one for all
    timed       True: the network chooses micro-timing; told: it is told of it
    chord_weight  how much the chords pull, 1 as it was learned
    notes, pitches, performance  how freely to choose when and how long; what; how loud and how exactly
    masks       what holds in all passages
    sketched    only onsets and pitches are chosen, the rest is played as the clip plays there
    """

    shift: int
    drums: bool
    velocities: bool
    timed: bool
    told: bool
    chord_weight: float
    bar_steps: int
    notes: SamplingParameters
    pitches: SamplingParameters
    performance: SamplingParameters
    masks: Sequence[LogitMask]
    sketched: bool = False

    @cached_property
    def last_field(self) -> int:
        """The last field that is chosen."""
        return PITCH if self.sketched else MICRO_FIELD if self.timed else VELOCITY if self.velocities else DURATION

    @cached_property
    def masks_of(self) -> Mapping[str, Sequence[LogitMask]]:
        """The masks of each field."""
        return _by_field(self.masks)

    def sampling(self, field: int) -> SamplingParameters:
        """How freely to choose a field."""
        return self.performance if field in (VELOCITY, MICRO_FIELD) else self.pitches if field == PITCH else self.notes

    def token(self, pitch: int) -> int:
        """The network's number for a pitch of the clip, from 0."""
        return pitch + DRUM if self.drums else min(127, max(0, pitch + self.shift))

    def by_pitch(self, logits: np.ndarray) -> np.ndarray:
        """Logits (B, 256) as those of the clip's pitches, (B, 128); none for a pitch that the network can't write."""
        if self.drums:
            return logits[:, DRUM:].astype(float)
        result = np.full((len(logits), PITCHES), -np.inf)
        low, high = max(0, -self.shift), min(PITCHES, PITCHES - self.shift)
        result[:, low:high] = logits[:, low + self.shift : high + self.shift]
        return result


def _by_field(masks: Sequence[LogitMask]) -> dict[str, list[LogitMask]]:
    return {name: [mask for mask in masks if name in mask.fields] for name in FIELDS}


@dataclass(frozen=True)
class Passage:
    """A window of a clip that is to be written, several times.

    memory      what can be looked up before anything is written
    masks       what holds in this window besides
    hypotheses  one for each source of chance
    """

    reading: Reading
    memory: CopyFeatures
    masks: Sequence[LogitMask]
    hypotheses: Sequence[NoteHypothesis]


@dataclass(frozen=True)
class _Stream:
    """What writes one variation: its hypothesis, what it may be, what it can look up, and its own source of chance."""

    hypothesis: NoteHypothesis
    masks: Mapping[str, Sequence[LogitMask]]
    memory: CopyFeatures
    rng: np.random.Generator


def write(
    decoder: Decoder,
    passages: Sequence[Passage],
    config: DecodingConfig,
    rngs: Sequence[np.random.Generator],
    cancelled: Cancelled,
) -> None:
    """Write the hypotheses of all passages to their end, together; ``rngs``: the source of chance of each of a
    passage's hypotheses."""
    stepper = Stepper(decoder, [passage.reading for passage in passages], len(rngs), MOST_STEPS + 1)
    streams = []
    for passage in passages:
        masks = _by_field(passage.masks)
        for one, rng in zip(passage.hypotheses, rngs, strict=True):
            streams.append(_Stream(one, masks, passage.memory.another(), rng))
    for _ in range(MOST_STEPS):
        rows = np.array([_row(stream, config) for stream in streams])  # (B, R)
        _choose_note(FieldStepper(decoder, stepper.step(rows), rows[:, ROW:], config.chord_weight), streams, config)
        going = [number for number, stream in enumerate(streams) if not stream.hypothesis.ended]
        if cancelled() or not going:
            return
        if len(going) <= _STILL_GOING * len(streams):
            stepper.keep(going)
            streams = [streams[number] for number in going]


def _choose_note(fields: FieldStepper, streams: Sequence[_Stream], config: DecodingConfig) -> None:
    """All fields of the next note of every hypothesis that hasn't ended."""
    chosen = [np.zeros(len(streams), int)] * len(FIELDS)
    chosen[MICRO_FIELD] = chosen[MICRO_FIELD] + MICRO
    for field in range(config.last_field + 1):
        chosen[field] = np.array(_choose_field(field, fields.logits(), streams, config))
        if field == BEAT and all(stream.hypothesis.ended for stream in streams):
            return
        known, hypotheses = {}, [stream.hypothesis for stream in streams]
        if field == TICK:
            known["place"] = _places(hypotheses, config)
            known["chords"] = np.array([stream.memory.chord(stream.hypothesis.onset) for stream in streams])
        elif field == PITCH and not config.sketched:
            places = [(one.onset, 1 + config.token(one.pitch)) for one in hypotheses]
            known["echoes"] = np.array([s.memory.echo(*place) for s, place in zip(streams, places, strict=True)])
        if field < config.last_field:
            fields.fold(chosen[field], **known)
    for stream, velocity, micro in zip(streams, chosen[VELOCITY], chosen[MICRO_FIELD], strict=True):
        hypothesis = stream.hypothesis
        if not hypothesis.ended:
            if config.sketched:
                duration, velocity, micro = stream.memory.played(hypothesis.onset, 1 + config.token(hypothesis.pitch))
                given = _known(DURATION, hypothesis)
                hypothesis.duration = max(0, duration - 1) if given is None else given
                velocity, micro = max(0, velocity - 1), micro - 1 if micro else MICRO
            hypothesis.write(int(velocity), int(micro))
            stream.memory.write(_as_row(hypothesis.written[-1], config))


def _choose_field(field: int, logits: np.ndarray, streams: Sequence[_Stream], config: DecodingConfig) -> list[int]:
    """Choose one field of every hypothesis's next note and remember it there.

    Gives the network's numbers; 0 after the end.
    """
    hypotheses = [stream.hypothesis for stream in streams]
    values = [None if hypothesis.ended else _known(field, hypothesis) for hypothesis in hypotheses]
    free = [number for number, hypothesis in enumerate(hypotheses) if values[number] is None and not hypothesis.ended]
    if free:
        some = logits[free] if len(free) < len(logits) else logits
        rows, name = config.by_pitch(some) if field == PITCH else some.astype(float), FIELDS[field]
        open_ones = [hypotheses[number] for number in free]
        for mask in config.masks_of[name]:
            mask.apply_all(name, rows, open_ones)
        for number, row in zip(free, rows, strict=True):
            for mask in streams[number].masks[name]:
                mask.apply(name, row, hypotheses[number])
        drawn = choose_each(rows, config.sampling(field), [streams[number].rng for number in free])
        for number, value in zip(free, drawn, strict=True):
            values[number] = int(value)
    return [
        0 if value is None else _take(field, value, hypothesis, config)
        for value, hypothesis in zip(values, hypotheses, strict=True)
    ]


def _take(field: int, value: int, hypothesis: NoteHypothesis, config: DecodingConfig) -> int:
    """Remember the value of a field in the hypothesis; gives the network's number for it."""
    if field == BEAT:
        if value == END:
            hypothesis.ended = True
            return END
        hypothesis.beat = hypothesis.last[0] // hypothesis.steps + value
        return min(value, LONGEST_WAIT)
    if field == TICK:
        hypothesis.onset = hypothesis.beat * hypothesis.steps + value
    elif field == PITCH:
        hypothesis.pitch = value
        return config.token(value)
    elif field == DURATION:
        hypothesis.duration = value
    return value


def _known(field: int, hypothesis: NoteHypothesis) -> int | None:
    """The value of a field that is not open to choice."""
    given = hypothesis.coming
    if field <= TICK:
        # Only a hypothesis that may not add notes, or has no room left before it, is sure of the coming note's onset.
        if given is None or given.onset is None or (hypothesis.open_count and _room_before(hypothesis, given.onset)):
            return None
        return (
            given.onset // hypothesis.steps - hypothesis.last[0] // hypothesis.steps
            if field == BEAT
            else (given.onset % hypothesis.steps)
        )
    if field == PITCH and hypothesis.open_count:
        sure = given is not None and hypothesis.onset == given.onset and not _under(hypothesis, given)
    else:
        given = hypothesis.bound
        sure = given is not None
    if not sure:
        return None
    assert given is not None
    return {PITCH: given.pitch, DURATION: given.duration, VELOCITY: given.velocity, MICRO_FIELD: given.micro}[field]


def _room_before(hypothesis: NoteHypothesis, onset: int) -> bool:
    first = hypothesis.last[0]
    return bool(hypothesis.legal_onsets(first, onset).any()) or _under(hypothesis, hypothesis.coming)


def _under(hypothesis: NoteHypothesis, given: Given | None) -> bool:
    """May a new note begin with the given one, below it?"""
    if given is None or given.onset is None or given.pitch is None or given.onset >= hypothesis.end:
        return False
    onset, pitch = hypothesis.last
    lowest = pitch + 1 if onset == given.onset else 0
    return bool(hypothesis.room[given.onset, lowest : given.pitch].any())


def _places(hypotheses: Sequence[NoteHypothesis], config: DecodingConfig) -> np.ndarray:
    """16th in the bar of each hypothesis's new onset, (B,)."""
    onsets = np.array([hypothesis.onset for hypothesis in hypotheses])
    return np.minimum(BAR_PLACES, onsets % config.bar_steps // (STEPS // 4) + 1) if config.bar_steps else 0 * onsets


def _row(stream: _Stream, config: DecodingConfig) -> list[int]:
    """What the decoder reads: the last note (or that it is at the beginning), and what lies ahead."""
    hypothesis = stream.hypothesis
    if hypothesis.ended or not hypothesis.written:
        return [BEGIN, hypothesis.begin, 0, 0, 0, 0, *stream.memory.ahead()]
    note = hypothesis.written[-1]
    kind = FIXED if note.given >= 0 and hypothesis.givens[hypothesis.next_given - 1].whole else NEW
    return [kind, *_as_row(note, config), *stream.memory.ahead()]


def _as_row(note: Written, config: DecodingConfig) -> list[int]:
    return [
        note.onset,
        1 + config.token(note.pitch),
        1 + note.duration,
        1 + note.velocity if config.velocities else 0,
        1 + note.micro if config.told else 0,
    ]
