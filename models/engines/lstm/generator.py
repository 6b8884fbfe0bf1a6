"""The engine ``lstm``: stretches of the line are taken out and written anew, towards what stays.

Each draft keeps some of the line - more, the nearer the dial is to 1. Some stretches are written wholly anew, about as
many notes as there were; of the others only the pitches, as people's variations mostly keep their rhythm. The dial
then takes as much of the draft as was asked for. Locks on rhythm, loudness or contour leave every note in its place
and choose pitches only; a lock on pitch leaves the row of pitches and chooses places. Temperature divides the logits.

Offers: ``LstmEngine``, ``load``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.diff import diff, diff_in_place
from models.constraints.edits import EditSet
from models.constraints.playing import PlayingEngine
from models.engines.lstm.card import NAME, ROLES, TASKS
from models.engines.lstm.config import END, LstmConfig
from models.engines.lstm.drafts import Draft, Slot
from models.engines.lstm.events import density_number
from models.engines.lstm.network import Network
from models.engines.lstm.scene import Scene
from models.engines.lstm.writing import write
from models.generator import Cancelled, Task
from models.music.clip import Role
from models.music.note import Note
from models.sampling.grid import DURATIONS, STEPS
from models.sampling.loudness import Habits
from models.sampling.weights import read_network

_DARING = (0.7, 0.95, 1.25)
"""How much more than needed the drafts of one variation take out."""
_SAME_RHYTHM = 0.55
"""Share of the stretches that are rewritten whose notes keep their places."""
_LIKENESS_OF_NEW = 0.35
"""How alike a rewritten stretch is to what was there, about."""
_DENSITY = {"low": 0.55, "same": 1.0, "high": 1.7}
_PLAIN_DENSITY = 1.2
"""Notes a beat of a line made from nothing, about."""
_GENERATED_DENSITY = {"low": 1, "same": 0, "high": 6}


def load(name: str) -> LstmEngine:
    """The engine with its weights; raises EngineUnavailable."""
    assert name == NAME
    return LstmEngine(read_network(name, lambda config: Network(LstmConfig(**config))))


class LstmEngine(PlayingEngine):
    """Varies, fills in, continues and generates melodies and bass lines."""

    name = NAME
    tasks: tuple[Task, ...] = TASKS
    roles: tuple[Role, ...] = ROLES

    def __init__(self, network: Network) -> None:
        self.network = network

    def draw(
        self,
        constraints: Constraints,
        target: float | None,
        chances: Sequence[np.random.Generator],
        cancelled: Cancelled,
    ) -> list[list[EditSet]]:
        """See ``PlayingEngine``."""
        scene = Scene.of(constraints)
        in_order = not (constraints.allowed_edits.add and constraints.allowed_edits.remove)
        daring = (1.0,) if in_order else _DARING
        drafts, sources = [], []
        for rng in chances:
            for more in daring:
                drafts.append(_row(scene) if in_order else _with_gaps(scene, target, more, rng))
                sources.append(rng)
        write(self.network, drafts, constraints.request.temperature, _density(scene), sources, cancelled)
        make = _changed_edit_set if in_order else _new_edit_set
        result = []
        for first in range(0, len(drafts), len(daring)):
            mine = drafts[first : first + len(daring)]
            if target is None:
                mine = sorted(mine, key=_off_density)
            result.append([make(draft, sources[first]) for draft in mine])
        return result


def _off_density(draft: Draft) -> float:
    """How far a draft's new notes are from as dense as the clip is, or as was wished."""
    scene = draft.scene
    wish = _DENSITY[scene.constraints.request.density]
    own = len(scene.onset) / max(STEPS, int(scene.onset.max()) + STEPS) if len(scene.onset) else _PLAIN_DENSITY / STEPS
    new = sum(index < 0 and pitch < 128 for index, pitch in zip(draft.indices, draft.pitches, strict=True))
    return abs(math.log((new + 0.5) / (wish * own * max(1, scene.span[1] - scene.span[0]) + 0.5)))


def _wished(scene: Scene, gone: np.ndarray) -> np.ndarray | None:
    """How many new notes are wished for before each step, for those gone (onsets); as dense as the clip where none."""
    if not len(scene.onset):
        return None
    wish, wished = _DENSITY[scene.constraints.request.density], np.zeros(scene.end + 1)
    if len(gone):
        np.add.at(wished, np.minimum(gone + 1, scene.end), wish)
    else:
        own = len(scene.onset) / max(STEPS, int(scene.onset.max()) + STEPS)
        wished[scene.span[0] + 1 : scene.span[1] + 1] = wish * own
    return wished.cumsum()


def _density(scene: Scene) -> int:
    wish = scene.constraints.request.density
    if not len(scene.onset):
        return _GENERATED_DENSITY[wish]
    steps = max(STEPS, int(scene.onset.max()) + STEPS)
    return density_number(round(len(scene.onset) * _DENSITY[wish]), steps)


def _with_gaps(scene: Scene, target: float | None, more: float, rng: np.random.Generator) -> Draft:
    """A draft in which all stays that may not change, and of the rest what the dial leaves.

    Of the stretches that don't stay most keep their rhythm, as people's variations do: those notes' pitches are open.
    """
    free = np.isin(scene.line, sorted(scene.constraints.free))
    gone, repitched = free, np.zeros(len(free), bool)
    if target is not None:
        share = min(1.0, more * (1 - target) / (1 - _LIKENESS_OF_NEW))
        stretches = _stretches(scene, share * free.sum(), free, rng)
        same_rhythm = np.isin(stretches, np.flatnonzero(rng.random(stretches.max(initial=0) + 1) < _SAME_RHYTHM))
        changing = free & (stretches > 0)
        repitched = changing & same_rhythm & scene.constraints.allowed_edits.repitch
        gone = changing & ~repitched
    slots = [
        Slot(
            int(scene.line[i]),
            int(scene.onset[i]),
            None if repitched[i] else int(scene.pitch[i]),
            int(scene.duration[i]),
        )
        for i in np.flatnonzero(~gone)
    ]
    open_steps = scene.open.copy()
    for start in scene.onset[repitched].tolist():
        beat = start // STEPS * STEPS
        open_steps[beat : beat + STEPS] = False
    return Draft(scene, [*slots, _end(scene)], open_steps, _wished(scene, scene.onset[gone]))


def _stretches(scene: Scene, wanted: float, free: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Numbers, from 1, of stretches of a beat or a few with enough free notes in them; 0 for notes that stay, (N,)."""
    number = np.zeros(len(scene.line), np.int64)
    beats = scene.onset // STEPS
    places = np.unique(beats[free])
    while ((number > 0) & free).sum() < wanted - 0.5 and len(places):
        start = int(rng.choice(places))
        size = int(rng.integers(1, 4))
        number[(beats >= start) & (beats < start + size)] = number.max(initial=0) + 1
        places = places[(places < start) | (places >= start + size)]
    return number


def _row(scene: Scene) -> Draft:
    """A draft with every note as a slot of its own, with open what the locks leave open."""
    constraints, allowed_edits = scene.constraints, scene.constraints.allowed_edits
    slots = []
    onsets = [*scene.onset.tolist(), scene.end]
    pitches: list[int | None] = [None, *scene.pitch.tolist(), None]
    for number, index in enumerate(scene.line.tolist()):
        free = index in constraints.free
        repitch, move = free and allowed_edits.repitch, free and allowed_edits.move and not allowed_edits.repitch
        contour = constraints.request.locks.contour and repitch
        slots.append(
            Slot(
                index,
                None if move else onsets[number],
                None if repitch else pitches[number + 1],
                int(scene.duration[number]),
                low=onsets[number - 1] if number else -1,
                high=onsets[number + 1],
                neighbours=(pitches[number], int(scene.pitch[number]), pitches[number + 2]) if contour else None,
            )
        )
    return Draft(scene, [*slots, _end(scene)], np.zeros_like(scene.open))


def _end(scene: Scene) -> Slot:
    return Slot(-1, scene.end, END, 0)


def _new_edit_set(draft: Draft, rng: np.random.Generator) -> EditSet:
    """Moves from a draft with notes of its own."""
    scene, constraints = draft.scene, draft.scene.constraints
    habits = Habits(constraints.notes, constraints.prompt.metre)
    on_line = set(scene.line.tolist())
    proposed = [
        note for index, note in enumerate(constraints.notes) if index in constraints.free and index not in on_line
    ]
    for onset, pitch, duration, index in zip(draft.onsets, draft.pitches, draft.durations, draft.indices, strict=True):
        if index >= 0:
            note = constraints.notes[index]
            proposed.append(note if pitch == note.pitch + scene.shift else note.moved(pitch=pitch - scene.shift))
        elif pitch < 128:
            beats = scene.begin + onset / STEPS
            proposed.append(
                Note(
                    pitch - scene.shift, beats, habits.gate(float(DURATIONS[duration]) / STEPS), habits.velocity(beats)
                )
            )
    return diff(constraints, proposed, rng)


def _changed_edit_set(draft: Draft, rng: np.random.Generator) -> EditSet:
    """Moves from a draft in which every note has kept its place in the row."""
    scene, constraints = draft.scene, draft.scene.constraints
    place = {index: number for number, index in enumerate(scene.line.tolist())}
    changed = {}
    for onset, pitch, duration, index in zip(draft.onsets, draft.pitches, draft.durations, draft.indices, strict=True):
        if index < 0 or index not in constraints.free:
            continue
        old, number = constraints.notes[index], place[index]
        new = old
        if pitch != scene.pitch[number] and constraints.allowed_edits.repitch:
            new = new.moved(pitch=pitch - scene.shift)
        if onset != scene.onset[number] and constraints.allowed_edits.move:
            new = new.moved(onset=scene.begin + onset / STEPS)
        if (
            constraints.allowed_edits.stretch
            and duration != scene.duration[number]
            and not constraints.allowed_edits.repitch
        ):
            new = new.moved(duration=float(DURATIONS[duration]) / STEPS)
        changed[index] = new
    return diff_in_place(constraints, changed, rng)
