"""Writing drafts together, event by event: the network's logits, the draft's rules, chance.

Offers: ``write``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.engines.lstm.config import END, LONGEST_WAIT
from models.engines.lstm.drafts import Draft
from models.engines.lstm.events import NO_DURATION, distance_number, interval_number
from models.engines.lstm.network import Asked, Network, State
from models.generator import Cancelled, Stopped
from models.sampling.choose import Daring, choose_each
from models.sampling.grid import STEPS

MOST_EVENTS = 400
_RHYTHM_COOLNESS = 0.9
_TOP_P, _MIN_P = 0.95, 0.03


@dataclass
class _Desk:
    """Drafts on the same scene, and what the network has made of them so far."""

    network: Network
    drafts: Sequence[Draft]
    density: int
    later: list[Tensor]
    tables: Tensor
    state: State | None = None

    def ask(self) -> tuple[Tensor, Tensor, Tensor]:
        """Before each draft's next event: the writer's output, (D, W), memories, (D, L, 3), and last notes, (D,)."""
        scene = self.drafts[0].scene
        befores, chords, ahead, memories, depths, sung, later = [], [], [], [], [], [], []
        for draft, states in zip(self.drafts, self.later, strict=True):
            before = draft.before
            number = min(draft.next_whole if not draft.ended else len(draft.slots) - 1, len(draft.slots) - 1)
            slot = draft.slots[number]
            onset = before[3]
            befores.append(before)
            chords.append(scene.chord_at(onset) + scene.chord_at(onset + STEPS))
            ahead.append((max(0, _known(slot.onset) - onset), END if slot.index < 0 else _known(slot.pitch)))
            memory, depth = draft.memory()
            memories.append(memory)
            depths.append(depth)
            sung.append(draft.echoes.sung)
            later.append(states[number])
        near, notes = np.array(ahead), np.array(sung)
        near[:, 0] = distance_number(near[:, 0])
        notes = np.column_stack([notes[:, 1], interval_number(notes[:, 0], notes[:, 1])])
        control = torch.tensor([[scene.role, self.density, min(scene.bar // 6, 33)]] * len(self.drafts))
        asked = Asked(
            torch.tensor(befores)[:, None],
            torch.tensor([[scene.place(b[3])] for b in befores]),
            torch.tensor(chords)[:, None],
            torch.from_numpy(near)[:, None],
            torch.tensor(memories)[:, None],
            torch.tensor(depths)[:, None],
            torch.from_numpy(notes)[:, None],
            control,
        )
        states, self.state = self.network.write(asked, torch.stack(later)[:, None], self.state, self.tables)
        return states[:, 0], asked.memory[:, 0], asked.sung[:, 0, 0]


def _known(value: int | None) -> int:
    assert value is not None, "a whole slot knows its onset and pitch"
    return value


@torch.inference_mode()
def write(
    network: Network,
    drafts: Sequence[Draft],
    temperature: float,
    density: int,
    chances: Sequence[np.random.Generator],
    cancelled: Cancelled,
) -> None:
    """Write the drafts, all of one scene, to their end; raises Stopped when cancelled."""
    desk = _Desk(network, drafts, density, [_read(network, draft) for draft in drafts], network.joined())
    rhythm = Daring(_RHYTHM_COOLNESS * temperature, _TOP_P, _MIN_P)
    pitch = Daring(temperature, _TOP_P, _MIN_P)
    for _ in range(MOST_EVENTS):
        if cancelled():
            raise Stopped
        state, memory, sung = desk.ask()
        _choose_event(network, (state, memory, sung), drafts, rhythm, pitch, chances)
        if all(draft.ended for draft in drafts):
            return


def _read(network: Network, draft: Draft) -> Tensor:
    """The reader's state at each slot that stays as it is, by the slot's number, (slots, R)."""
    scene = draft.scene
    whole = [number for number, slot in enumerate(draft.slots) if slot.whole]
    rows, places = [], []
    for number in reversed(whole):
        slot = draft.slots[number]
        onset = _known(slot.onset)
        earlier = _known(draft.slots[number - 1].onset) if number and draft.slots[number - 1].whole else onset
        wait = min(LONGEST_WAIT, max(0, onset - earlier)) if number else min(LONGEST_WAIT, onset)
        is_end = slot.index < 0
        rows.append((wait, END if is_end else _known(slot.pitch), NO_DURATION if is_end else slot.duration, onset))
        places.append(scene.place(onset))
    states = network.read(torch.tensor(rows)[None], torch.tensor(places)[None])[0]  # (K, R), the last first
    result = torch.zeros(len(draft.slots), states.shape[1])
    result[torch.tensor(whole[::-1])] = states
    return result


def _choose_event(
    network: Network,
    asked: tuple[Tensor, Tensor, Tensor],
    drafts: Sequence[Draft],
    rhythm: Daring,
    pitch: Daring,
    chances: Sequence[np.random.Generator],
) -> None:
    """Wait, pitch and duration of every draft's next event."""
    state, memory, sung = asked
    scene = drafts[0].scene
    same = torch.ones(memory.shape[:2], dtype=torch.bool)
    masks = (Draft.legal_waits, Draft.legal_pitches, Draft.legal_durations)
    chosen: list[list[int]] = []
    for field, (mask, daring) in enumerate(zip(masks, (rhythm, pitch, rhythm), strict=True)):
        legal = [None if draft.ended else mask(draft) for draft in drafts]
        logits = None
        if any(each is not None and each.sum() > 1 for each in legal):
            logits = network.logits(field, state, memory[..., field], same, sung).numpy()
            if field == 0:
                logits = logits + np.stack([draft.steering() for draft in drafts])
        values = _choose(legal, logits, daring, chances)
        chosen.append(values)
        told = torch.tensor(values)
        same = same & (memory[..., field] == told[:, None])
        if field == 0:
            for draft, wait in zip(drafts, values, strict=True):
                if not draft.ended:
                    draft.take_wait(wait)
            place = torch.tensor([scene.place(draft.onset) for draft in drafts])
            chord = torch.tensor([scene.chord_at(draft.onset) for draft in drafts])
            state = network.fold(0, state, told, place, chord)
        elif field == 1:
            state = network.fold(1, state, told)
    for draft, value, duration in zip(drafts, chosen[1], chosen[2], strict=True):
        if not draft.ended:
            is_end = draft.slot is not None and draft.slot.index < 0
            draft.write(END if is_end else value, duration)


def _choose(
    legal: Sequence[np.ndarray | None],
    logits: np.ndarray | None,
    daring: Daring,
    chances: Sequence[np.random.Generator],
) -> list[int]:
    """A legal value for each draft, 0 for one that has ended; chance is asked only where there is a choice."""
    values = [0 if each is None or not each.any() else int(np.argmax(each)) for each in legal]
    free = [number for number, each in enumerate(legal) if each is not None and each.sum() > 1]
    if free and logits is not None:
        rows = np.stack([np.where(legal[number], logits[number], -np.inf) for number in free])
        drawn = choose_each(rows, daring, [chances[number] for number in free])
        for number, value in zip(free, drawn.tolist(), strict=True):
            values[number] = value
    return values
