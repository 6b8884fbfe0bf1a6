"""Writing variations: the decoder's steps, the fields of a note one after the other, rules and chance between them.

Offers: ``write``, ``Manner``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.engines.kin.config import BEGIN, DRUM, END, FIELDS, FIXED, LONGEST_WAIT, MICRO, NEW
from models.engines.kin.decoding import Stepper
from models.engines.kin.network import BAR_PLACES, Network, Reading
from models.engines.kin.reading.stream import ahead_of
from models.generator import Cancelled
from models.sampling.choose import Daring, choose
from models.sampling.draft import PITCHES, Draft, Given
from models.sampling.rules import Rule

BEAT, TICK, PITCH, DURATION, VELOCITY, MICRO_FIELD = range(len(FIELDS))
MOST_STEPS = 160


@dataclass(frozen=True)
class Manner:
    """How a clip is written.

    shift       semitones from the clip's pitches to the network's
    drums       True: pitches are lanes
    velocities  True: the network chooses them; False: the clip has one for all
    timed       True: the network chooses micro-timing
    prompt, fixed  the rows that the encoder saw, as ``ahead_of`` wants them
    notes, touch   how freely to choose when, what and how long; how loud and how exactly
    """

    shift: int
    drums: bool
    velocities: bool
    timed: bool
    prompt: np.ndarray
    fixed: np.ndarray
    bar_steps: int
    notes: Daring
    touch: Daring

    def daring(self, field: int) -> Daring:
        """How freely to choose a field."""
        return self.touch if field in (VELOCITY, MICRO_FIELD) else self.notes

    def token(self, pitch: int) -> int:
        """The network's number for a pitch of the clip, from 0."""
        return pitch + DRUM if self.drums else min(127, max(0, pitch + self.shift))

    def by_pitch(self, logits: np.ndarray) -> np.ndarray:
        """Logits (256,) as those of the clip's pitches, (128,); none for a pitch that the network can't write."""
        if self.drums:
            return logits[DRUM:].copy()
        result = np.full(PITCHES, -np.inf, logits.dtype)
        low, high = max(0, -self.shift), min(PITCHES, PITCHES - self.shift)
        result[low:high] = logits[low + self.shift:high + self.shift]
        return result


@torch.inference_mode()
def write(network: Network, reading: Reading, drafts: Sequence[Draft], rules: Sequence[Rule], manner: Manner,
          chances: Sequence[np.random.Generator], cancelled: Cancelled) -> None:
    """Write the drafts to their end, together; ``chances``: each one's own source of chance."""
    stepper = Stepper(network, reading.repeated(len(drafts)), MOST_STEPS + 1)
    rows = torch.tensor([[BEGIN, draft.begin, 0, 0, 0, 0, *_ahead(draft.begin, 0, manner)] for draft in drafts])
    for _ in range(MOST_STEPS):
        state = stepper.step(rows)  # (B, W)
        _choose_note(network, state, drafts, rules, manner, chances)
        if cancelled() or all(draft.ended for draft in drafts):
            return
        rows = torch.tensor([_row(draft, manner) for draft in drafts])


def _choose_note(network: Network, state: Tensor, drafts: Sequence[Draft], rules: Sequence[Rule], manner: Manner,
                 chances: Sequence[np.random.Generator]) -> None:
    """All fields of the next note of every draft that hasn't ended."""
    values = np.zeros((len(FIELDS), len(drafts)), np.int64)
    last_field = MICRO_FIELD if manner.timed else VELOCITY if manner.velocities else DURATION
    for field in range(last_field + 1):
        logits = network.fields.logits(field, state).float().numpy()  # (B, size)
        for number, draft in enumerate(drafts):
            if not draft.ended:
                values[field, number] = _choose_field(field, logits[number], draft, rules, manner, chances[number])
        if field < last_field:
            places = _places(drafts, manner) if field == TICK else None
            state = network.fields.fold(field, state, torch.from_numpy(values[field]), places)
        if field == BEAT and all(draft.ended for draft in drafts):
            return
    for number, draft in enumerate(drafts):
        if not draft.ended:
            draft.write(int(values[VELOCITY, number]), int(values[MICRO_FIELD, number]) if manner.timed else MICRO)


def _choose_field(field: int, logits: np.ndarray, draft: Draft, rules: Sequence[Rule], manner: Manner,
                  rng: np.random.Generator) -> int:
    """Choose one field of a draft's next note, remember it there, and return the network's number for it."""
    known = _known(field, draft)
    if known is None:
        logits = manner.by_pitch(logits) if field == PITCH else logits.astype(np.float64)
        for rule in rules:
            rule.apply(FIELDS[field], logits, draft)
        known = choose(logits, manner.daring(field), rng)
    if field == BEAT:
        if known == END:
            draft.ended = True
            return END
        draft.beat = draft.last[0] // draft.steps + known
        return min(known, LONGEST_WAIT)
    if field == TICK:
        draft.onset = draft.beat * draft.steps + known
    elif field == PITCH:
        draft.pitch = known
        return manner.token(known)
    elif field == DURATION:
        draft.duration = known
    return known


def _known(field: int, draft: Draft) -> int | None:
    """The value of a field that is not open to choice."""
    given = draft.coming
    if field <= TICK:
        # Only a draft that may not add notes, or has no room left before it, is sure of the coming note's onset.
        if given is None or given.onset is None or (draft.open_count and _room_before(draft, given.onset)):
            return None
        return given.onset // draft.steps - draft.last[0] // draft.steps if field == BEAT else (
            given.onset % draft.steps)
    if field == PITCH and draft.open_count:
        sure = given is not None and draft.onset == given.onset and not _under(draft, given)
    else:
        given = draft.bound
        sure = given is not None
    if not sure:
        return None
    assert given is not None
    return {PITCH: given.pitch, DURATION: given.duration, VELOCITY: given.velocity, MICRO_FIELD: given.micro}[field]


def _room_before(draft: Draft, onset: int) -> bool:
    first = draft.last[0]
    return bool(draft.legal_onsets(first, onset).any()) or _under(draft, draft.coming)


def _under(draft: Draft, given: Given | None) -> bool:
    """May a new note begin with the given one, below it?"""
    if given is None or given.onset is None or given.pitch is None or given.onset >= draft.end:
        return False
    onset, pitch = draft.last
    lowest = pitch + 1 if onset == given.onset else 0
    return bool(draft.room[given.onset, lowest:given.pitch].any())


def _places(drafts: Sequence[Draft], manner: Manner) -> Tensor:
    """16th in the bar of each draft's new onset, (B,)."""
    if not manner.bar_steps:
        return torch.zeros(len(drafts), dtype=torch.long)
    return torch.tensor([min(BAR_PLACES, draft.onset % manner.bar_steps // (draft.steps // 4) + 1)
                         for draft in drafts])


def _row(draft: Draft, manner: Manner) -> list[int]:
    """The decoder's row for the note that was just written."""
    if draft.ended or not draft.written:
        return [BEGIN, draft.begin, 0, 0, 0, 0, 0, 0, 0, 0]
    note = draft.written[-1]
    kind = FIXED if note.given >= 0 and draft.givens[draft.next_given - 1].whole else NEW
    pitch = 1 + manner.token(note.pitch)
    return [kind, note.onset, pitch, 1 + note.duration, 1 + note.velocity if manner.velocities else 0,
            1 + note.micro if manner.timed else 0, *_ahead(note.onset, pitch, manner)]


def _ahead(onset: int, pitch: int, manner: Manner) -> list[int]:
    return ahead_of(np.array([onset]), np.array([pitch]), manner.prompt, manner.fixed)[0].tolist()
