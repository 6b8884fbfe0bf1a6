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
from models.engines.lstm.events import NO_DURATION, distance_number, look_back
from models.engines.lstm.network import Asked, Network, State
from models.generator import Cancelled, Stopped
from models.sampling.choose import Daring, choose
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
    state: State | None = None

    def ask(self) -> tuple[Tensor, Tensor]:
        """The writer's output, (D, W), and the lookbacks, (D, L, 3), before each draft's next event."""
        scene = self.drafts[0].scene
        befores, places, chords, ahead, back, later = [], [], [], [], [], []
        for draft, states in zip(self.drafts, self.later, strict=True):
            before = draft.before
            number = min(draft.next_whole if not draft.ended else len(draft.slots) - 1, len(draft.slots) - 1)
            slot = draft.slots[number]
            onset = before[3]
            befores.append(before)
            places.append(scene.place(onset))
            chords.append(np.concatenate([scene.chord_at(onset), scene.chord_at(onset + STEPS)]))
            distance = int(distance_number(np.array(max(0, _known(slot.onset) - onset))))
            ahead.append((distance, END if slot.index < 0 else _known(slot.pitch)))
            back.append(look_back(np.array(draft.onsets), np.array(draft.pitches), np.array(draft.durations),
                                  len(draft.onsets), onset, scene.bar))
            later.append(states[number])
        lookback = torch.from_numpy(np.stack(back))[:, None]
        control = torch.tensor([[scene.role, self.density, min(scene.bar // 6, 33)]] * len(self.drafts))
        asked = Asked(torch.tensor(befores)[:, None], torch.tensor(places)[:, None],
                      torch.from_numpy(np.stack(chords)).float()[:, None], torch.tensor(ahead)[:, None], lookback,
                      control)
        states, self.state = self.network.write(asked, torch.stack(later)[:, None], self.state)
        return states[:, 0], lookback[:, 0]


def _known(value: int | None) -> int:
    assert value is not None, "a whole slot knows its onset and pitch"
    return value


@torch.inference_mode()
def write(network: Network, drafts: Sequence[Draft], temperature: float, density: int,
          chances: Sequence[np.random.Generator], cancelled: Cancelled) -> None:
    """Write the drafts, all of one scene, to their end; raises Stopped when cancelled."""
    desk = _Desk(network, drafts, density, [_read(network, draft) for draft in drafts])
    rhythm = Daring(_RHYTHM_COOLNESS * temperature, _TOP_P, _MIN_P)
    pitch = Daring(temperature, _TOP_P, _MIN_P)
    for _ in range(MOST_EVENTS):
        if cancelled():
            raise Stopped
        state, lookback = desk.ask()
        _choose_event(network, state, lookback, drafts, rhythm, pitch, chances)
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


def _choose_event(network: Network, state: Tensor, lookback: Tensor, drafts: Sequence[Draft], rhythm: Daring,
                  pitch: Daring, chances: Sequence[np.random.Generator]) -> None:
    """Wait, pitch and duration of every draft's next event."""
    scene = drafts[0].scene
    same = torch.ones(lookback.shape[:2], dtype=torch.bool)
    masks = (Draft.legal_waits, Draft.legal_pitches, Draft.legal_durations)
    chosen: list[list[int]] = []
    for field, (mask, daring) in enumerate(zip(masks, (rhythm, pitch, rhythm), strict=True)):
        legal = [np.ones(1, bool) if draft.ended else mask(draft) for draft in drafts]
        open_to_choice = any(each.sum() > 1 for each in legal)
        logits = network.logits(field, state, lookback[..., field], same).numpy() if open_to_choice else None
        values = [_choose(each, logits[number] if logits is not None else None, daring, chances[number])
                  for number, each in enumerate(legal)]
        chosen.append(values)
        told = torch.tensor(values)
        same = same & (lookback[..., field] == told[:, None])
        if field == 0:
            for draft, wait in zip(drafts, values, strict=True):
                if not draft.ended:
                    draft.take_wait(wait)
            place = torch.tensor([scene.place(draft.onset) for draft in drafts])
            chord = torch.from_numpy(np.stack([scene.chord_at(draft.onset) for draft in drafts])).float()
            state = network.fold(0, state, told, place, chord)
        elif field == 1:
            state = network.fold(1, state, told)
    for draft, value, duration in zip(drafts, chosen[1], chosen[2], strict=True):
        if not draft.ended:
            is_end = draft.slot is not None and draft.slot.index < 0
            draft.write(END if is_end else value, duration)


def _choose(legal: np.ndarray, logits: np.ndarray | None, daring: Daring, rng: np.random.Generator) -> int:
    places = np.flatnonzero(legal)
    if len(places) <= 1 or logits is None:
        return int(places[0]) if len(places) else 0
    return choose(np.where(legal, logits, -np.inf), daring, rng)
