"""The similarity dial: choose among legal moves so that the result is as similar to the prompt as asked.

``search_similarity`` is given an edit set, whose edits are legal in any combination and stand in the order in which the
engine likes them. It takes edits from the front until the measured similarity meets the dial, then looks among single
exchanges and, where whole moves are too coarse (short clips), among *nudges* of one kept note - shorter, displaced,
another pitch - for the result nearest to the dial that is not taken yet. Nothing is drawn at random and nothing is
retried: the same moves and dial give the same result. The search ends by a count, never by a clock.

Offers: ``search_similarity``, ``SearchResult``, ``apply_edits``, ``similarity_after``, ``TOLERANCE``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit, EditSet
from models.generator import Cancelled, Stopped, never_cancelled
from models.music.beats import TIGHT, strength
from models.music.note import Note
from models.music.similarity import Row, common, credit_of, matches

TOLERANCE = 0.05
"""How far from the dial (0-1) a result may lie where the locks allow to come nearer."""

GOOD_ENOUGH = 0.015
"""Nearer to the dial than this is not searched for: no ear can tell."""
NEAR_ENOUGH = 0.03
"""Nearer than this no note is nudged: it would serve the figure, not the music."""

_MOST_EFFORT = 1_000_000
"""Notes compared with the prompt's after which what is found will do: a dense clip must not keep anybody waiting."""
_EFFORT_OF_A_FORM = 6  # what making and fitting one form of a note takes, in notes compared

_MOST_EXCHANGES, _MOST_NUDGED_NOTES, _NUDGE_ROUNDS, _FORMS_A_NOTE = 24, 12, 8, 10
_MOST_GIVEN_BACK, _MOST_LEFT_OUT, _FEW_LEFT_OUT, _STRONG = 3, 0.6, 48, 0.8
_DURATION_SHARES = (0.875, 0.75, 2 / 3, 0.5, 1 / 3, 0.25, 0.125)
_SHORTEST, _FINE = 0.1, 25  # beats below which no note is cut; parts of a credit that no ear tells apart
_DISPLACEMENTS = tuple(
    shift for size in (0.25, 0.125, 1 / 3, 1 / 6, 0.375, 0.0625, 0.5, 1.0) for shift in (size, -size)
)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A choice of moves, carried out.

    notes       the result, sorted
    kept        for every note the prompt's index of the note that it is, unchanged; None: new
    similarity  to the prompt, measured
    """

    notes: tuple[Note, ...]
    kept: tuple[int | None, ...]
    similarity: float


def search_similarity(
    edit_set: EditSet,
    target: float | None,
    taken: Iterable[tuple[Note, ...]] = (),
    cancelled: Cancelled = never_cancelled,
) -> SearchResult | None:
    """The choice of the edit set's moves whose similarity is nearest to ``target`` (0-1) and that is not ``taken``.

    target None: every move.
    Returns None when every choice is taken, empty, or the prompt itself. Raises Stopped when ``cancelled`` says so.
    """
    gauge = _Gauge(edit_set, tuple(taken), target, cancelled)
    moves = edit_set.edits
    if target is None:
        gauge.offer(moves)
        if not gauge.found:
            gauge.offer_all(moves[:-size] for size in range(1, min(len(moves), _MOST_EXCHANGES)))
        return gauge.best
    # Similarity falls as moves are added, nearly always: so many from the front bring it down to the target.
    prefix = bisect_left(range(len(moves)), True, key=lambda size: gauge.measure(moves[:size]) <= target)
    gauge.offer_all(_around(moves, prefix))
    gauge.offer_all(_sparser(gauge, target))
    # What sounds odd is a last resort, for what would else lie beyond the tolerance.
    for odd, enough in ((False, NEAR_ENOUGH), (True, TOLERANCE)):
        for _ in range(_NUDGE_ROUNDS):
            if gauge.found and (gauge.error <= enough or gauge.is_tired):
                return gauge.best
            if not gauge.offer_all(_nudges(gauge, target, odd=odd), enough):
                break
    return gauge.best


class _Gauge:
    """Measures choices of moves and remembers the best one that may be given."""

    def __init__(
        self, edit_set: EditSet, taken: tuple[tuple[Note, ...], ...], target: float | None, cancelled: Cancelled
    ) -> None:
        self.edit_set, self.taken, self.cancelled = edit_set, taken, cancelled
        self.notes, self.prompt = edit_set.constraints.notes, edit_set.constraints.prompt.notes
        self.drums = edit_set.constraints.drums
        self.target = 0.0 if target is None else target
        self.may_be_prompt = target is not None and target >= 1.0
        self.effort = 0
        self.best: SearchResult | None = None
        self.best_moves: list[Edit] = []
        self.error = float("inf")
        # Where nothing may be given yet (the prompt itself is no result) nudging starts from the nearest choice.
        self.nearest_moves: list[Edit] = []
        self.nearest_error, self.nearest_similarity = float("inf"), 1.0

    @property
    def found(self) -> bool:
        return self.best is not None

    @property
    def is_tired(self) -> bool:
        return self.effort > _MOST_EFFORT

    def measure(self, chosen: list[Edit]) -> float:
        """Similarity of the prompt and the result of these moves.

        Unchanged notes match themselves with credit 1, which no other match can better, so only the rest is matched.
        """
        if self.cancelled():
            raise Stopped
        removed = {index for move in chosen for index in move.removed}
        constraints = self.edit_set.constraints
        snapped, missing = constraints.strangers
        changed = [self.notes[index] for index in snapped if index not in removed]
        changed += [note for move in chosen for note in move.added]
        changed.sort(key=lambda note: note.order)
        gone = [origin for index in removed if (origin := constraints.origin[index]) is not None]
        rest = [self.prompt[index] for index in sorted([*gone, *missing])]
        kept = len(self.prompt) - len(rest)
        total = len(self.prompt) + kept + len(changed)
        self.effort += total
        return 2 * (kept + common(rest, changed, drums=self.drums)) / total if total else 1.0

    def offer(self, chosen: list[Edit]) -> bool:
        """Measure a choice and keep it if it is the best yet; True when it is."""
        value = self.measure(chosen)
        error = abs(value - self.target)
        if error < self.nearest_error:
            self.nearest_moves, self.nearest_error, self.nearest_similarity = list(chosen), error, value
        if error >= self.error:
            return False
        result = apply_edits(self.edit_set, chosen, value)
        is_prompt = result.notes == self.prompt
        if not result.notes or result.notes in self.taken or (is_prompt and not self.may_be_prompt):
            return False
        self.best, self.best_moves, self.error = result, list(chosen), error
        return True

    def offer_all(self, choices: Iterable[list[Edit]], enough: float = GOOD_ENOUGH) -> bool:
        """Offer one after the other until one is near enough; True when any was better than before."""
        better = False
        for chosen in choices:
            better = self.offer(chosen) or better
            if self.found and (self.error <= enough or self.is_tired):
                break
        return better


def similarity_after(edit_set: EditSet, edits: list[Edit]) -> float:
    """The similarity (0-1) of the prompt and what these edits of the set make of it."""
    return _Gauge(edit_set, (), None, never_cancelled).measure(edits)


def apply_edits(edit_set: EditSet, chosen: list[Edit], similarity: float) -> SearchResult:
    """The notes that these moves leave and bring, each with where it is from."""
    constraints = edit_set.constraints
    removed = {index for move in chosen for index in move.removed}
    result: list[tuple[Note, int | None]] = [
        (note, constraints.origin[index]) for index, note in enumerate(constraints.notes) if index not in removed
    ]
    result += [(note, None) for move in chosen for note in move.added]
    result.sort(key=lambda item: item[0].order)
    return SearchResult(tuple(note for note, _ in result), tuple(origin for _, origin in result), similarity)


def _around(moves: list[Edit], prefix: int) -> Iterator[list[Edit]]:
    """The choices beside a prefix: one more, one fewer, one exchanged, a few without one."""
    yield moves[:prefix]
    if prefix:
        yield moves[: prefix - 1]
    for later in moves[prefix : prefix + _MOST_EXCHANGES]:
        yield [*moves[: max(0, prefix - 1)], later]
    for later in moves[prefix : prefix + _MOST_EXCHANGES]:
        yield [*moves[:prefix], later]
    for left_out in range(max(0, prefix - _MOST_EXCHANGES), prefix - 1):
        yield [*moves[:left_out], *moves[left_out + 1 : prefix]]


def _sparser(gauge: _Gauge, target: float) -> Iterator[list[Edit]]:
    """Where every move is not enough: the same choice without the new notes that resemble it most, weak ones first."""
    constraints = gauge.edit_set.constraints
    may = constraints.allowed_edits
    if not (may.add and may.remove) or gauge.nearest_similarity <= target + GOOD_ENOUGH:
        return
    moves = gauge.nearest_moves
    new = sorted((note for move in moves for note in move.added), key=lambda note: note.order)
    metre, found = constraints.prompt.metre, matches(constraints.prompt.notes, new, drums=constraints.drums)
    alike = sorted(found, key=lambda match: (strength(new[match.b].onset, metre) >= _STRONG, -match.credit))

    def without(size: int) -> list[Edit]:
        gone = {id(new[match.b]) for match in alike[:size]}
        left = (Edit(move.removed, tuple(note for note in move.added if id(note) not in gone)) for move in moves)
        return [move for move in left if move.removed or move.added]

    # Similarity falls with each that is left out, nearly always: of many the place is found by halving.
    sizes = range(1, 1 + min(len(alike), round(_MOST_LEFT_OUT * len(new))))
    few = len(sizes) <= _FEW_LEFT_OUT
    first = 0 if few else bisect_left(sizes, True, key=lambda n: gauge.measure(without(n)) <= target + GOOD_ENOUGH)
    for size in (*sizes[first : first + _FEW_LEFT_OUT], *sizes[max(0, first - _FEW_LEFT_OUT) : first][::-1]):
        yield without(size)


def _nudges(gauge: _Gauge, target: float, *, odd: bool) -> Iterator[list[Edit]]:
    """The best choice so far, as it is and with one move given back, and kept notes of it nudged."""
    best = list(gauge.best_moves if gauge.found else gauge.nearest_moves)
    yield from _nudges_of(gauge, best, target, odd=odd)
    for place in range(len(best) - 1, max(-1, len(best) - 1 - _MOST_GIVEN_BACK), -1):
        yield from _nudges_of(gauge, best[:place] + best[place + 1 :], target, odd=odd)


def _nudges_of(gauge: _Gauge, base: list[Edit], target: float, *, odd: bool) -> Iterator[list[Edit]]:
    """A choice with one kept note nudged by what the similarity is too high, with more where one is not enough."""
    constraints = gauge.edit_set.constraints
    # An edit set of the chosen moves alone: the notes of the others are as free as before.
    chosen = EditSet.of(constraints, base)
    size = len(constraints.prompt.notes) + len(constraints.notes) + sum(len(m.added) - len(m.removed) for m in base)
    surplus = gauge.measure(base) - target
    candidates = [index for index in sorted(constraints.free) if index not in chosen.touched]
    usual = None if odd else {_place(note.onset) for note in constraints.notes}
    for index in candidates[::-1][:_MOST_NUDGED_NOTES]:  # from the end: a phrase is known by its first notes
        if surplus <= 0:
            return
        wanted = min(1.0, 1 - surplus * size / 2)
        forms = _nudged(constraints, index, max(0.0, wanted), usual)
        gauge.effort += _EFFORT_OF_A_FORM * len(forms)
        note = constraints.notes[index]
        moves = (
            move
            for onset, pitch, duration in forms
            if chosen.fits(move := Edit((index,), (note.moved(onset=onset, pitch=pitch, duration=duration),)))
        )
        # Where it takes several notes, the first form of each will do.
        fitting = list(islice(moves, 1 if wanted < -1 else _FORMS_A_NOTE))
        for move in fitting:
            yield [*chosen.edits, move]
        if wanted < 0 and fitting:
            chosen.add(fitting[0].removed, fitting[0].added)
            surplus = gauge.measure(chosen.edits) - target


def _nudged(constraints: Constraints, index: int, wanted: float, usual: set[int] | None) -> list[Row]:
    """Onset, pitch and duration of other forms of a note, those whose credit is nearest to ``wanted`` first.

    usual  places in the beat where a form may begin; None: anywhere
    """
    note, allowed_edits = constraints.notes[index], constraints.allowed_edits
    durations = [note.duration]
    if allowed_edits.stretch and not constraints.drums:
        durations += [cut for share in _DURATION_SHARES if (cut := note.duration * share) >= _SHORTEST]
    onsets = [note.onset] + ([note.onset + shift for shift in _DISPLACEMENTS] if allowed_edits.move else [])
    if usual is not None:
        onsets = [note.onset] + [onset for onset in onsets[1:] if _place(onset) in usual]
    own, others = (note.onset, note.pitch, note.duration), dict[frozenset[int], list[int]]()
    forms = list[tuple[int, float, Row]]()
    for onset in onsets:
        for duration in durations:
            room = max(TIGHT, min(duration, max(constraints.end, note.end) - onset))
            pitches = [note.pitch]
            if allowed_edits.repitch:
                legal = constraints.pitches_at(onset, room) if onset >= 0 else frozenset()
                if legal not in others:
                    others[legal] = _pitches_beside(constraints, note.pitch, legal)
                pitches += others[legal]
            for pitch in pitches:
                if (form := (onset, pitch, room)) != own:
                    # As near, the longer one: a stump is heard as a mistake.
                    far = abs(credit_of(own, form, drums=constraints.drums) - wanted)
                    forms.append((round(_FINE * far), -room, form))
    forms.sort(key=itemgetter(0, 1))
    return [form for *_, form in forms]


def _pitches_beside(constraints: Constraints, pitch: int, legal: frozenset[int]) -> list[int]:
    """The pitches that a note is nudged to: the nearest four, and the nearest octave."""
    # A drum is nudged to another drum of the same kit, never to one that merely has the next pitch.
    legal = (legal & {other.pitch for other in constraints.notes} or legal) if constraints.drums else legal
    near = sorted(legal - {pitch}, key=lambda other: (abs(other - pitch), other))
    return near[:4] + [other for other in near if (other - pitch) % 12 == 0][:1]


def _place(onset: float) -> int:
    """Where in its beat, in 24ths."""
    return round(onset * 24) % 24
