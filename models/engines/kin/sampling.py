"""Writing variations: the decoder's steps, the fields of a note one after the other, rules and chance between them.

Offers: ``write``, ``Manner``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.engines.kin.config import BEGIN, DRUM, END, FIELDS, FIXED, LONGEST_WAIT, MICRO, NEW, ROW, STEPS
from models.engines.kin.decoding import Decoder, FieldStepper, Stepper
from models.engines.kin.layers import BAR_PLACES
from models.engines.kin.network import Reading
from models.engines.kin.reading.chords import Told
from models.engines.kin.reading.memory import Memory
from models.generator import Cancelled
from models.sampling.choose import SamplingParameters, choose_each
from models.sampling.hypothesis import PITCHES, Given, NoteHypothesis, Written
from models.sampling.masks import LogitMask

BEAT, TICK, PITCH, DURATION, VELOCITY, MICRO_FIELD = range(len(FIELDS))
MOST_STEPS = 160


@dataclass(frozen=True)
class Manner:
    """How a clip is written.

    shift       semitones from the clip's pitches to the network's
    drums       True: pitches are lanes
    velocities  True: the network chooses them; False: the clip has one for all
    timed       True: the network chooses micro-timing; told: it is told of it
    prompt, fixed, chords  what the encoder saw, as ``Memory`` wants it
    heed        how much the chords pull, 1 as it was learned
    notes, pitches, touch  how freely to choose when and how long; what; how loud and how exactly
    """

    shift: int
    drums: bool
    velocities: bool
    timed: bool
    told: bool
    prompt: np.ndarray
    fixed: np.ndarray
    chords: Told
    heed: float
    bar_steps: int
    notes: SamplingParameters
    pitches: SamplingParameters
    touch: SamplingParameters

    def daring(self, field: int) -> SamplingParameters:
        """How freely to choose a field."""
        return self.touch if field in (VELOCITY, MICRO_FIELD) else self.pitches if field == PITCH else self.notes

    def token(self, pitch: int) -> int:
        """The network's number for a pitch of the clip, from 0."""
        return pitch + DRUM if self.drums else min(127, max(0, pitch + self.shift))

    def memory(self, begin: int) -> Memory:
        """What can be looked up by a draft that begins at a step."""
        return Memory(self.prompt, self.fixed, begin, self.bar_steps or 4 * STEPS, self.chords)

    def by_pitch(self, logits: np.ndarray) -> np.ndarray:
        """Logits (256,) as those of the clip's pitches, (128,); none for a pitch that the network can't write."""
        if self.drums:
            return logits[DRUM:].copy()
        result = np.full(PITCHES, -np.inf, logits.dtype)
        low, high = max(0, -self.shift), min(PITCHES, PITCHES - self.shift)
        result[low:high] = logits[low + self.shift : high + self.shift]
        return result


@dataclass(frozen=True)
class _Hand:
    """What writes one variation: its draft, what it can look up, and its own source of chance."""

    draft: NoteHypothesis
    memory: Memory
    rng: np.random.Generator


def write(
    decoder: Decoder,
    reading: Reading,
    drafts: Sequence[NoteHypothesis],
    rules: Sequence[LogitMask],
    manner: Manner,
    chances: Sequence[np.random.Generator],
    cancelled: Cancelled,
) -> None:
    """Write the drafts to their end, together; ``chances``: each one's own source of chance."""
    stepper = Stepper(decoder, reading, len(drafts), MOST_STEPS + 1)
    hands = [_Hand(draft, manner.memory(draft.begin), rng) for draft, rng in zip(drafts, chances, strict=True)]
    for _ in range(MOST_STEPS):
        rows = np.array([_row(hand, manner) for hand in hands])  # (B, R)
        _choose_note(FieldStepper(decoder, stepper.step(rows), rows[:, ROW:], manner.heed), hands, rules, manner)
        if cancelled() or all(draft.ended for draft in drafts):
            return


def _choose_note(fields: FieldStepper, hands: Sequence[_Hand], rules: Sequence[LogitMask], manner: Manner) -> None:
    """All fields of the next note of every draft that hasn't ended."""
    last_field = MICRO_FIELD if manner.timed else VELOCITY if manner.velocities else DURATION
    chosen = [np.zeros(len(hands), int)] * len(FIELDS)
    chosen[MICRO_FIELD] = chosen[MICRO_FIELD] + MICRO
    for field in range(last_field + 1):
        chosen[field] = np.array(_choose_field(field, fields.logits().astype(float), hands, rules, manner))
        if field == BEAT and all(hand.draft.ended for hand in hands):
            return
        known = {}
        if field == TICK:
            known["place"] = _places(hands, manner)
            known["chords"] = np.array([hand.memory.chord(hand.draft.onset) for hand in hands])
        elif field == PITCH:
            known["echoes"] = np.array(
                [hand.memory.echo(hand.draft.onset, 1 + manner.token(hand.draft.pitch)) for hand in hands]
            )
        if field < last_field:
            fields.fold(chosen[field], **known)
    for hand, velocity, micro in zip(hands, chosen[VELOCITY], chosen[MICRO_FIELD], strict=True):
        if not hand.draft.ended:
            hand.draft.write(int(velocity), int(micro))
            hand.memory.write(_as_row(hand.draft.written[-1], manner))


def _choose_field(
    field: int, logits: np.ndarray, hands: Sequence[_Hand], rules: Sequence[LogitMask], manner: Manner
) -> list[int]:
    """Choose one field of every draft's next note, remember it there; gives the network's numbers, 0 after the end."""
    drafts = [hand.draft for hand in hands]
    values = [None if draft.ended else _known(field, draft) for draft in drafts]
    free = [number for number, draft in enumerate(drafts) if values[number] is None and not draft.ended]
    if free:
        rows = [manner.by_pitch(logits[number]) if field == PITCH else logits[number] for number in free]
        for number, row in zip(free, rows, strict=True):
            for rule in rules:
                rule.apply(FIELDS[field], row, drafts[number])
        drawn = choose_each(np.stack(rows), manner.daring(field), [hands[number].rng for number in free])
        for number, value in zip(free, drawn, strict=True):
            values[number] = int(value)
    return [
        0 if value is None else _take(field, value, draft, manner) for value, draft in zip(values, drafts, strict=True)
    ]


def _take(field: int, value: int, draft: NoteHypothesis, manner: Manner) -> int:
    """Remember the value of a field in the draft; gives the network's number for it."""
    if field == BEAT:
        if value == END:
            draft.ended = True
            return END
        draft.beat = draft.last[0] // draft.steps + value
        return min(value, LONGEST_WAIT)
    if field == TICK:
        draft.onset = draft.beat * draft.steps + value
    elif field == PITCH:
        draft.pitch = value
        return manner.token(value)
    elif field == DURATION:
        draft.duration = value
    return value


def _known(field: int, draft: NoteHypothesis) -> int | None:
    """The value of a field that is not open to choice."""
    given = draft.coming
    if field <= TICK:
        # Only a draft that may not add notes, or has no room left before it, is sure of the coming note's onset.
        if given is None or given.onset is None or (draft.open_count and _room_before(draft, given.onset)):
            return None
        return (
            given.onset // draft.steps - draft.last[0] // draft.steps if field == BEAT else (given.onset % draft.steps)
        )
    if field == PITCH and draft.open_count:
        sure = given is not None and draft.onset == given.onset and not _under(draft, given)
    else:
        given = draft.bound
        sure = given is not None
    if not sure:
        return None
    assert given is not None
    return {PITCH: given.pitch, DURATION: given.duration, VELOCITY: given.velocity, MICRO_FIELD: given.micro}[field]


def _room_before(draft: NoteHypothesis, onset: int) -> bool:
    first = draft.last[0]
    return bool(draft.legal_onsets(first, onset).any()) or _under(draft, draft.coming)


def _under(draft: NoteHypothesis, given: Given | None) -> bool:
    """May a new note begin with the given one, below it?"""
    if given is None or given.onset is None or given.pitch is None or given.onset >= draft.end:
        return False
    onset, pitch = draft.last
    lowest = pitch + 1 if onset == given.onset else 0
    return bool(draft.room[given.onset, lowest : given.pitch].any())


def _places(hands: Sequence[_Hand], manner: Manner) -> np.ndarray:
    """16th in the bar of each draft's new onset, (B,)."""
    onsets = np.array([hand.draft.onset for hand in hands])
    return np.minimum(BAR_PLACES, onsets % manner.bar_steps // (STEPS // 4) + 1) if manner.bar_steps else 0 * onsets


def _row(hand: _Hand, manner: Manner) -> list[int]:
    """What the decoder reads: the last note (or that it is at the beginning), and what lies ahead."""
    draft = hand.draft
    if draft.ended or not draft.written:
        return [BEGIN, draft.begin, 0, 0, 0, 0, *hand.memory.ahead()]
    note = draft.written[-1]
    kind = FIXED if note.given >= 0 and draft.givens[draft.next_given - 1].whole else NEW
    return [kind, *_as_row(note, manner), *hand.memory.ahead()]


def _as_row(note: Written, manner: Manner) -> list[int]:
    return [
        note.onset,
        1 + manner.token(note.pitch),
        1 + note.duration,
        1 + note.velocity if manner.velocities else 0,
        1 + note.micro if manner.told else 0,
    ]
