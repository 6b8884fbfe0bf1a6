"""Figures on a drum part, one lane and bar at a time: what a drummer does between two identical bars.

Each takes an editor and the number of a bar, and says whether a move was taken.

Offers: ``ghost_snare``, ``double_kick``, ``move_kick``, ``vary_hats``, ``open_hat``, ``leave_out``, ``displace``,
``relane``, ``fill``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.engines.rules.editor import Editor, clamped
from models.music.beats import TIGHT, strength
from models.music.drum_kit import Lane, lane_of, main_pitch
from models.music.note import Note

MINIMUM = 0.01
"""Beats: shorter than this is no hit."""
_NEAR = 0.6
"""Grid steps; hits nearer to each other are in the same place."""
_WEAK = 0.4

_TOMS: tuple[Lane, ...] = ("high tom", "mid tom", "low tom")
_FAMILIES: tuple[tuple[Lane, ...], ...] = (
    ("closed hat", "open hat", "ride"),
    ("low tom", "mid tom", "high tom"),
    ("kick", "low tom"),
    ("snare", "high tom", "mid tom"),
    ("crash", "ride"),
)


def _hits(editor: Editor, bar: int, *lanes: Lane) -> list[int]:
    """Indices of the hits of some lanes in a bar."""
    return [index for index in editor.in_bar(bar) if lane_of(editor.notes[index].pitch) in lanes]


def _is_clear(editor: Editor, place: float, indices: Sequence[int]) -> bool:
    """Is none of the hits at this place of the grid?"""
    return all(abs(place - editor.notes[index].onset) > editor.step * _NEAR for index in indices)


def _grid_places(editor: Editor, bar: int) -> list[float]:
    """The 16ths (or triplets) of a bar, as onsets, as far as the clip and the free stretch reach."""
    length, step = editor.clip.metre.bar, editor.step
    places = (bar * length + place * step for place in range(round(length / step)))
    return [place for place in places if editor.constraints.start - TIGHT <= place < editor.constraints.end - TIGHT]


def _hit(editor: Editor, lane: Lane, place: float, loudness: float) -> Note | None:
    """A hit of a lane, as far from the grid as this clip's hits are there; None where the lane may not be played.

    loudness: share of the lane's mean velocity
    """
    kit = editor.kit
    pitch = kit.pitch_for(lane, editor.constraints.allowed)
    if pitch is None:
        return None
    onset = max(editor.constraints.start, place + kit.shift_at(place, editor.rng))
    room = editor.constraints.end - onset
    if room < MINIMUM:
        return None
    velocity = clamped(kit.loudness(lane) * loudness + editor.rng.gauss(0, 3))
    return Note(pitch, onset, min(kit.duration(pitch), room), velocity)


def _add_hit(editor: Editor, lane: Lane, places: Sequence[float], loudness: float) -> bool:
    """A hit more, in one of the places."""
    hit = _hit(editor, lane, editor.rng.choice(places), loudness) if places else None
    return hit is not None and editor.add((), (hit,))


def _empty_places(editor: Editor, bar: int, *lanes: Lane, weakest: float = 1.0) -> list[float]:
    """Places of the grid, no stronger than ``weakest``, where none of the lanes has a hit."""
    taken, metre = _hits(editor, bar, *lanes), editor.clip.metre
    places = [place for place in _grid_places(editor, bar) if _is_clear(editor, place, taken)]
    return [place for place in places if strength(place, metre) <= weakest]


def ghost_snare(editor: Editor, bar: int) -> bool:
    """A quiet snare on a weak 16th next to a backbeat."""
    return _add_hit(editor, "snare", _empty_places(editor, bar, "snare", weakest=0.2), 0.38)


def double_kick(editor: Editor, bar: int) -> bool:
    """One more kick, an 8th or a 16th from another, never on a backbeat."""
    return _add_hit(editor, "kick", _empty_places(editor, bar, "kick", "snare", weakest=_WEAK), 0.88)


def move_kick(editor: Editor, bar: int) -> bool:
    """A kick that is not on the one comes a 16th or two early or late, but never onto a snare."""
    snares, step = _hits(editor, bar, "snare"), editor.step
    kicks = [index for index in editor.untouched(_hits(editor, bar, "kick")) if editor.strength(index) < 1]
    editor.rng.shuffle(kicks)
    for index in kicks:
        for shift in editor.rng.sample((-step, step, -2 * step), 3):
            onset = editor.notes[index].onset + shift
            if _is_clear(editor, onset, snares) and editor.change(index, onset=onset):
                return True
    return False


def vary_hats(editor: Editor, bar: int) -> bool:
    """The hat or ride gets a 16th between its strokes, or loses a weak stroke when less is wanted."""
    lane: Lane = "ride" if _hits(editor, bar, "ride") and not _hits(editor, bar, "closed hat") else "closed hat"
    weak = [index for index in editor.untouched(_hits(editor, bar, lane)) if editor.strength(index) <= _WEAK]
    less = {"low": 0.9, "same": 0.5, "high": 0.1}[editor.request.density]
    if weak and editor.rng.random() < less:
        return editor.add((editor.rng.choice(weak),), ())
    return _add_hit(editor, lane, _empty_places(editor, bar, lane, "open hat"), 0.7)


def open_hat(editor: Editor, bar: int) -> bool:
    """A closed hat off the beat opens."""
    closed = [
        index for index in editor.untouched(_hits(editor, bar, "closed hat")) if editor.strength(index) in (0.4, 0.2)
    ]
    pitch = editor.kit.pitch_for("open hat", editor.constraints.allowed)
    return bool(closed) and pitch is not None and editor.change(editor.rng.choice(closed), pitch=pitch)


def leave_out(editor: Editor, bar: int) -> bool:
    """One hit less, on a weak place: the one and the backbeats carry the groove."""
    weak = [index for index in editor.untouched(editor.in_bar(bar)) if editor.strength(index) <= _WEAK]
    return bool(weak) and editor.add((editor.rng.choice(weak),), ())


def _weak_first(editor: Editor, bar: int) -> list[int]:
    """The hits of a bar that may still change, those on weak places first."""
    candidates = editor.untouched(editor.in_bar(bar))
    editor.rng.shuffle(candidates)
    return sorted(candidates, key=editor.strength)


def displace(editor: Editor, bar: int) -> bool:
    """A hit moves to a free place of the grid next to it; weak places first."""
    return any(
        editor.change(index, onset=editor.notes[index].onset + shift * editor.step)
        for index in _weak_first(editor, bar)
        for shift in editor.rng.sample((-1, 1, -2, 2), 4)
    )


def relane(editor: Editor, bar: int) -> bool:
    """The same stroke on another drum of its family: a rim for a snare, a tom for another, a ride for a hat."""
    for index in _weak_first(editor, bar):
        lane = lane_of(editor.notes[index].pitch)
        others = [other for family in _FAMILIES if lane in family for other in family if other != lane]
        editor.rng.shuffle(others)
        pitches = [editor.kit.pitch_for(other, editor.constraints.allowed) or main_pitch(other) for other in others]
        if any(editor.change(index, pitch=pitch) for pitch in pitches):
            return True
    return False


def fill(editor: Editor, bar: int) -> bool:
    """The last beat or two of a bar become a roll down the toms, the snare where there are none, growing louder."""
    beats = editor.rng.choice((1, 1, 2)) * max(editor.clip.metre.unit, 1.0)
    start, end = editor.span(bar)
    start = max(start, end - beats)
    places = [place for place in _grid_places(editor, bar) if start - TIGHT <= place < end - TIGHT]
    drums: list[Lane] = ["snare", *(tom for tom in _TOMS if editor.kit.uses(tom))]
    if len(places) < 3:
        return False
    new = []
    for number, place in enumerate(places):
        if editor.rng.random() < 0.2 and 0 < number < len(places) - 1:
            continue
        new.append(_hit(editor, drums[number * len(drums) // len(places)], place, 0.7 + 0.3 * number / len(places)))
    removed = [
        index
        for index in editor.untouched(editor.in_bar(bar))
        if start - TIGHT <= editor.notes[index].onset < end - TIGHT
        and lane_of(editor.notes[index].pitch) not in ("kick", "crash")
    ]
    hits = [hit for hit in new if hit is not None]
    return bool(hits) and editor.add(removed, hits)
