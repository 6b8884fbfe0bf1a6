"""Varying chords as a player does: one voice, one inversion, one push at a time, with the bass and the strokes kept.

A *stand* is a row of strokes whose upper voices are the same: what happens to a voice happens to it in all of them,
or, where it is meant to move on, in the first of them alone.

Offers: ``CompingPlan``, ``IDEAS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.chords.strokes import BLOCK, Stroke, Strokes
from models.engines.kin.planning.chords.voicing import top_gap
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.structure import Structure

IDEAS = ("inner", "inversion", "push", "suspension", "strokes", "last return", "top")
"""What a variation of chords is about; a seed has one."""

_SAME_STAND = 0.6
_MUD = 48
"""Below this pitch (C2) no two upper voices lie closer than a fifth."""
_COLOURS = (2, 9, 10)
"""Semitones above a root of what may stand for a root or a fifth: ninth, sixth, seventh."""
_LEAST = 0.4
"""What it costs to lose a root or a fifth to a colour; no other tone is lost."""
_ABROAD, _DOUBLED, _PLAIN = 9.0, 1.0, 2.6
"""What a class costs that the clip doesn't use, one that is there already, and a colour among plain triads."""
_CHANCE, _DEAR = 0.45, 3.0
"""How much chance there is in the choice of a voice; and a voice that isn't worth moving."""
_MOST_UP = 5
_THEN = ("top", "inner", "inversion", "fuller", "walk", "strokes", "echo", "break")
_AT_LAST = ("inner", "inversion", "low", "ghost", "more", "push", "strokes", "ghost")
"""What follows on any idea, in any order, until the dial is met; and where even that doesn't suffice."""
_FULLER = 0.3
"""How many notes, as a share of the clip's, may come to them."""
_RHYTHMS = ("push", "late push", "strokes", "walk", "echo", "break", "ghost")
_REPEATS = ("strokes", "ghost", "echo")
"""What brings a voicing once more: after that its voices stay."""
_MOST_STROKES, _DEEP = 0.3, 0.5
"""Share of the strokes whose rhythm may change; from which dial on down more of them, and more of all."""


class CompingPlan(Strokes):
    """Chords and what is done to them, as edits."""

    def __init__(self, structure: Structure, builder: EditBuilder, rng: np.random.Generator) -> None:
        super().__init__(structure, builder)
        self.rng, self.first = rng, int(rng.integers(2))
        self.deep = builder.target < _DEEP
        self.high = max(note.pitch for note in structure.notes)
        self.strokes_changed = self.grown = 0
        self.repeated: list[float] = []
        self._known_tones: dict[int, frozenset[int]] = {}
        self.most_strokes = _MOST_STROKES * (2.5 if self.deep else 1)
        self.stands = self._stands()
        tops = [max(self.now[index] for index in stroke.upper) for stand in self.stands for stroke in stand]
        self.way = -1 if tops and min(tops) - 12 >= _MUD + 6 and rng.random() < 0.4 else 1
        heard = [len({self.now[i] % 12 for i in stroke.indices}) for stroke in self.strokes if stroke.upper]
        self.struck_full = float(np.mean([len(stroke.indices) for stroke in self.strokes] or [0])) >= BLOCK
        self.plain = float(np.median(heard or [0])) <= 3

    def apply_edits(self, idea: str) -> None:
        """Change the chords by this idea until the dial is met."""
        order = {
            "inner": ("inner", "inversion", "push", "strokes"),
            "inversion": ("inversion", "inner", "push", "strokes"),
            "push": ("push", *(("echo",) if self.plain else ()), "inner", "inversion", "strokes"),
            "suspension": ("suspension", "inversion", "inner", "push"),
            "strokes": ("strokes", *(("break",) if self.plain else ()), "inner", "inversion", "push"),
            "last return": ("late inner", "late inversion", "late push", "inner", "inversion", "push"),
            "top": ("top", *(("fuller",) if self.plain else ()), "inner", "inversion", "push"),
        }[idea]
        for kind in (*order, *self.rng.permutation(_THEN), *_AT_LAST):
            if kind == "more":
                self.most_strokes *= 2
                continue
            for parts, pitches in self._edits(kind):
                if self.builder.full:
                    return
                more = sum(len(added) - len(removed) for removed, added in parts)
                if more > 0 and self.grown + more > _FULLER * len(self.structure.notes):
                    continue
                if parts and self.builder.put(parts):
                    self.grown += more
                    self.now.update(pitches)
                    self.strokes_changed += len(parts) if kind in _RHYTHMS else 0
                    if kind in _REPEATS:
                        self.repeated.extend(note.onset * STEPS for _, added in parts for note in added)

    def _stands(self) -> list[list[Stroke]]:
        stands: list[list[Stroke]] = []
        before: set[int] = set()
        for stroke in self.strokes:
            upper = {self.now[index] for index in stroke.upper}
            if not upper:
                continue
            same = 2 * len(upper & before) / (len(upper) + len(before)) >= _SAME_STAND
            if stands and same and self._root(stroke) == self._root(stands[-1][0]):
                stands[-1].append(stroke)
            else:
                stands.append([stroke])
            before = upper
        return stands

    def _root(self, stroke: Stroke) -> int | None:
        """The class of the bass under a stroke; where it has none the root of its chord."""
        basses = self.basses([stroke])
        chord = self.structure.chord(stroke.step)
        return basses[0] % 12 if basses and not self.rootless else chord.root if chord is not None else None

    def _edits(self, kind: str) -> Iterator[tuple[list[Change], dict[int, int]]]:
        late, kind = kind.startswith("late "), kind.removeprefix("late ")
        stands = self.stands[len(self.stands) // 2 :] if late else self.stands
        changes = {
            "push": self.pushed,
            "walk": self.walked,
            "echo": self.echoed,
            "break": self.broken,
            "ghost": self.ghosted,
        }
        if kind in changes:
            yield from self._by_returns(changes[kind], late)
            return
        if kind == "strokes":
            yield from self._other_strokes()
            return
        # Every other stand first, so that what changes lies all over the clip.
        for stand in [*stands[1 - self.first :: 2], *stands[self.first :: 2]]:
            if kind == "fuller":
                yield self._filled(stand) if self.struck_full else [], {}
            elif not self._is_repeated(stand):
                yield self._voice_moved(stand, kind)

    def _is_repeated(self, stand: list[Stroke]) -> bool:
        end = min((s.step for s in self.strokes if s.upper and s.step > stand[-1].step), default=np.inf)
        return any(stand[0].step - 3 <= step < end - 3 for step in self.repeated)

    def _voice_moved(self, stand: list[Stroke], kind: str) -> tuple[list[Change], dict[int, int]]:
        """One voice of a stand goes elsewhere in all of its strokes (a suspension: in the first half of them)."""
        strokes = stand[: max(1, len(stand) // 2)] if kind == "suspension" and len(stand) > 1 else stand
        voices = sorted({self.now[index] for stroke in strokes for index in stroke.upper})
        choices: list[tuple[float, int, int, list[int]]] = []
        if len(voices) < 2 and not self.deep:
            return [], {}
        for voice in voices:
            holders = [i for s in strokes for i in s.upper if self.now[i] == voice]
            if not all(self.builder.free(index) for index in holders):
                continue
            for pitch in self._goals(voice, voices, kind):
                resolves = kind == "suspension" and len(strokes) < len(stand)
                cost = self._cost(strokes, voice, pitch, voices, resolves)
                # What resolves in the next stroke may be foreign to plain triads.
                cost -= _PLAIN * self.plain * (resolves and cost > _PLAIN)
                if cost < (_DEAR if not self.deep else 2 * _DEAR):
                    choices.append((cost - _CHANCE * float(self.rng.gumbel()), voice, pitch, holders))
        if not choices:
            return [], {}
        _, _, pitch, holders = min(choices, key=lambda choice: choice[0])
        notes = self.structure.notes
        part: Change = (tuple(holders), tuple(notes[index].moved(pitch=pitch) for index in holders))
        return [part], dict.fromkeys(holders, pitch)

    def _goals(self, voice: int, voices: Sequence[int], kind: str) -> list[int]:
        top, bottom = voices[-1], voices[0]
        if kind == "inversion":
            # All stands go the same way, so that they lead into each other as before.
            if self.way > 0:
                return [voice + 12] if voice == bottom and voice + 12 <= self.high + _MOST_UP + 3 * self.plain else []
            return [voice - 12] if voice == top and len(voices) > 2 and voice - 12 >= _MUD else []
        if kind == "top":
            return [voice + step for step in (1, 2, 3, 4, 5, -1, -2, -3)] if voice == top else []
        if kind == "low":
            return [voice + step for step in (-4, -3, -2, 2, 3, 4)] if self.deep or voice != bottom else []
        if kind == "suspension":
            return [voice + 1, voice + 2] if voice != top or len(voices) < 3 else []
        inner = (
            voice not in (top, bottom)
            or (voice == bottom and any(stroke.bass for stroke in self.strokes))
            or len(voices) < 3
        )
        return [voice + step for step in (-4, -3, -2, -1, 1, 2, 3, 4)] if inner else []

    def _cost(self, strokes: Sequence[Stroke], voice: int, pitch: int, voices: Sequence[int], resolves: bool) -> float:
        """What it costs that a voice goes to a pitch; infinite where it can't. resolves: later strokes bring it back"""
        structure = self.structure
        others = [other for other in voices if other != voice]
        if top_gap([*others, pitch]) <= 2 < top_gap(voices):
            return np.inf
        basses, tones = self.basses(strokes), self._tones(strokes[0])
        if pitch in others or pitch not in structure.constraints.allowed or not self._is_clear(pitch, others, basses):
            return np.inf
        chord = structure.chord(strokes[0].step)
        root = chord.root if chord is not None else min([*others, *basses], default=pitch) % 12
        beside = {other % 12 for other in [*others, *basses]}
        cost = self._colour((pitch - root) % 12, (root + 4) % 12 in tones, pitch % 12 in tones)
        if not np.isfinite(cost):
            return cost
        if pitch % 12 not in structure.own_near(strokes[0].step) and pitch % 12 not in tones:
            cost += _ABROAD
        if pitch % 12 in {other % 12 for other in others}:
            cost += _DOUBLED
        if (pitch - voice) % 12 and voice % 12 not in beside and not resolves:
            # A colour may come for a root or fifth, where a bass tells what the chord is; else all tones stay.
            roots = {root, min(basses, default=root) % 12}
            plays_on = basses and not self.rootless and all((voice - other) % 12 in (0, 7) for other in roots)
            if not plays_on or pitch % 12 in beside or (pitch - root) % 12 not in _COLOURS:
                return np.inf
            cost += _LEAST
        return cost + 0.15 * max(0, pitch - self.high) + 0.08 * abs(pitch - voice) * (abs(pitch - voice) < 12)

    def _filled(self, stand: list[Stroke]) -> list[Change]:
        """One more tone of the chord in the longer strokes of a stand."""
        structure = self.structure
        voices = sorted({self.now[index] for stroke in stand for index in stroke.upper})
        chord = structure.chord(stand[0].step)
        tones = {pitch % 12 for pitch in voices} if chord is None else set(chord.classes) & set(structure.own)
        basses = self.basses(stand)
        goals = [
            pitch
            for pitch in range((voices or [0])[0] + 3, self.high + _MOST_UP)
            if pitch % 12 in tones
            and pitch not in voices
            and pitch in structure.constraints.allowed
            and self._is_clear(pitch, voices, basses)
        ]
        if not goals or not voices:
            return []
        pitch = int(goals[self.rng.integers(min(2, len(goals)))])
        added = []
        for stroke in stand:
            model = structure.notes[stroke.upper[-1]]
            if model.duration >= 0.3:
                added.append(model.moved(pitch=pitch, velocity=structure.softer(model.velocity, 0.92)))
        return [((), tuple(added))] if added else []

    def _tones(self, first: Stroke) -> frozenset[int]:
        """The pitch classes of a stroke's stand: what is struck there belongs to it, whatever its chord is called."""
        if first.step not in self._known_tones:
            structure = self.structure
            stand = next(stand for stand in self.stands if any(stroke.step == first.step for stroke in stand))
            struck = frozenset(structure.notes[index].pitch % 12 for stroke in stand for index in stroke.indices)
            chord = structure.chord(first.step)
            self._known_tones[first.step] = struck | (chord.classes if chord is not None else frozenset())
        return self._known_tones[first.step]

    def _is_clear(self, pitch: int, others: Sequence[int], basses: Sequence[int]) -> bool:
        """Does a voice at this pitch neither rub nor rumble?"""
        if any(pitch <= bass + 2 or (pitch < _MUD + 7 and pitch - bass < 7) for bass in basses):
            return False
        near = min((abs(pitch - other) for other in others), default=12)
        voicing = sorted([pitch, *others])
        if near == 1:
            return False
        if any(c - a <= 3 and a <= pitch <= c for a, c in zip(voicing, voicing[2:], strict=False)):
            return False
        return pitch >= _MUD and (pitch >= _MUD + 4 or near >= 3)

    def _colour(self, place: int, major: bool, inside: bool) -> float:
        """What it costs to hear such a degree (semitones above the root) in a chord."""
        if inside:
            return 0.0
        degrees = {2: 0.3, 9: 0.5, 5: 2.6} if major else {2: 0.3, 5: 0.5, 9: 2.2, 10: 0.6}
        return degrees.get(place, np.inf) + _PLAIN * self.plain

    def _by_returns(
        self, change: Callable[[Stroke], Change | None], late: bool
    ) -> Iterator[tuple[list[Change], dict[int, int]]]:
        """A change of strokes at one place of the bar in each of its returns: all, every other one, the last."""
        structure = self.structure
        by_place: dict[tuple[int, int], list[Stroke]] = {}
        for stroke in self.strokes:
            bar = structure.bar_of(stroke.step)
            by_place.setdefault((structure.alike[bar], stroke.step % structure.bar), []).append(stroke)
        places = list(by_place)
        for number in self.rng.permutation(len(places)):
            strokes = by_place[places[int(number)]]
            parts = [part for stroke in strokes if (part := change(stroke)) is not None]
            for some in (parts[len(parts) // 2 :],) if late else (parts, parts[1::2], parts[-1:]):
                if some and self.strokes_changed + len(some) <= max(2, self.most_strokes * len(self.strokes)):
                    yield some, {}

    def _other_strokes(self) -> Iterator[tuple[list[Change], dict[int, int]]]:
        """A weak short stroke left out, or one more where other bars have one; in each return of the bar."""
        structure = self.structure
        places = sorted({(stroke.step % structure.bar) for stroke in self.strokes})
        for number in self.rng.permutation(2 * len(places)):
            place, drops = places[int(number) % len(places)], int(number) < len(places)
            for head in sorted(set(structure.alike)):
                parts = []
                for bar in structure.returns(head):
                    part = self.dropped(bar, place) if drops else self.struck(bar, place)
                    if part is not None:
                        parts.append(part)
                if parts and self.strokes_changed + len(parts) <= self.most_strokes * len(self.strokes):
                    yield parts, {}
