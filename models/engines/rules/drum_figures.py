"""Figures on a drum part, one lane and bar at a time: what a drummer does between two identical bars.

Each takes a setting, an edit set and the number of a bar, and says whether the edit set took a move.

Offers: ``ghost_snare``, ``double_kick``, ``move_kick``, ``vary_hats``, ``open_hat``, ``leave_out``, ``displace``,
``relane``, ``fill``.
"""

from __future__ import annotations

from collections.abc import Iterable

from models.constraints.edits import EditSet
from models.engines.rules.setting import Setting
from models.music.beats import TIGHT, strength
from models.music.drum_kit import Lane, lane_of, main_pitch
from models.music.note import Note

MINIMUM = 0.01
"""Beats: shorter than this is no hit."""

_TOMS: tuple[Lane, ...] = ("high tom", "mid tom", "low tom")


def hits(setting: Setting, bar: int, *lanes: Lane) -> list[int]:
    """Indices of the hits of some lanes in a bar."""
    return [index for index in setting.by_bar.get(bar, ()) if lane_of(setting.notes[index].pitch) in lanes]


def grid_places(setting: Setting, bar: int) -> list[float]:
    """The 16ths (or triplets) of a bar, as onsets, as far as the clip and the free stretch reach."""
    metre = setting.clip.metre
    start = bar * metre.bar
    places = (start + place * setting.step for place in range(round(metre.bar / setting.step)))
    return [place for place in places if setting.constraints.start - TIGHT <= place < setting.constraints.end - TIGHT]


def _hit(setting: Setting, lane: Lane, place: float, loudness: float) -> Note | None:
    """A hit of a lane, as far from the grid as this clip's hits are there; None where the lane may not be played.

    loudness: share of the lane's mean velocity
    """
    kit = setting.kit
    pitch = kit.pitch_for(lane, setting.constraints.allowed)
    if pitch is None:
        return None
    onset = max(setting.constraints.start, place + kit.shift_at(place, setting.rng))
    room = setting.constraints.end - onset
    if room < MINIMUM:
        return None
    velocity = round(kit.loudness(lane) * loudness + setting.rng.gauss(0, 3))
    return Note(pitch, onset, min(kit.duration(pitch), room), max(1, min(127, velocity)))


def _empty_places(setting: Setting, bar: int, lanes: Iterable[Lane]) -> list[float]:
    taken = [setting.notes[index].onset for index in hits(setting, bar, *lanes)]
    return [
        place for place in grid_places(setting, bar) if all(abs(place - onset) > setting.step * 0.6 for onset in taken)
    ]


def _add_hit(setting: Setting, edit_set: EditSet, lane: Lane, place: float, loudness: float) -> bool:
    hit = _hit(setting, lane, place, loudness)
    return hit is not None and edit_set.add((), (hit,))


def ghost_snare(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """A quiet snare on a weak 16th beside a backbeat."""
    places = [place for place in _empty_places(setting, bar, ("snare",)) if strength(place, setting.clip.metre) <= 0.2]
    return bool(places) and _add_hit(setting, edit_set, "snare", setting.rng.choice(places), 0.38)


def double_kick(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """One more kick, an 8th or a 16th from another, never on a backbeat."""
    snares = [setting.notes[index].onset for index in hits(setting, bar, "snare")]
    places = [
        place
        for place in _empty_places(setting, bar, ("kick",))
        if strength(place, setting.clip.metre) <= 0.4
        and all(abs(place - onset) > setting.step * 0.6 for onset in snares)
    ]
    return bool(places) and _add_hit(setting, edit_set, "kick", setting.rng.choice(places), 0.88)


def move_kick(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """A kick that is not on the one comes a 16th or two early or late, but never onto a snare."""
    snares = [setting.notes[index].onset for index in hits(setting, bar, "snare")]
    kicks = [
        index
        for index in hits(setting, bar, "kick")
        if strength(setting.notes[index].onset, setting.clip.metre) < 1 and index not in edit_set.touched
    ]
    setting.rng.shuffle(kicks)
    for index in kicks:
        for shift in setting.rng.sample((-setting.step, setting.step, -2 * setting.step), 3):
            note = setting.notes[index]
            onset = note.onset + shift
            if all(abs(onset - snare) > setting.step * 0.6 for snare in snares) and edit_set.add(
                (index,), (note.moved(onset=onset),)
            ):
                return True
    return False


def vary_hats(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """The hat or ride gets a 16th between its strokes, or loses a weak stroke when less is wanted."""
    lane: Lane = "ride" if hits(setting, bar, "ride") and not hits(setting, bar, "closed hat") else "closed hat"
    weak = [
        index
        for index in hits(setting, bar, lane)
        if strength(setting.notes[index].onset, setting.clip.metre) <= 0.4 and index not in edit_set.touched
    ]
    less = {"low": 0.9, "same": 0.5, "high": 0.1}[setting.request.density]
    if weak and setting.rng.random() < less:
        return edit_set.add((setting.rng.choice(weak),), ())
    places = _empty_places(setting, bar, (lane, "open hat"))
    return bool(places) and _add_hit(setting, edit_set, lane, setting.rng.choice(places), 0.7)


def open_hat(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """A closed hat off the beat opens."""
    closed = [
        index
        for index in hits(setting, bar, "closed hat")
        if strength(setting.notes[index].onset, setting.clip.metre) in (0.4, 0.2) and index not in edit_set.touched
    ]
    pitch = setting.kit.pitch_for("open hat", setting.constraints.allowed)
    if not closed or pitch is None:
        return False
    index = setting.rng.choice(closed)
    return edit_set.add((index,), (setting.notes[index].moved(pitch=pitch),))


def leave_out(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """One hit less, on a weak place: the one and the backbeats carry the groove."""
    candidates = [
        index
        for index in setting.by_bar.get(bar, ())
        if index in setting.constraints.free
        and index not in edit_set.touched
        and strength(setting.notes[index].onset, setting.clip.metre) <= 0.4
    ]
    return bool(candidates) and edit_set.add((setting.rng.choice(candidates),), ())


def displace(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """A hit moves to a free place of the grid beside it; weak places first."""
    candidates = [
        index
        for index in setting.by_bar.get(bar, ())
        if index in setting.constraints.free and index not in edit_set.touched
    ]
    setting.rng.shuffle(candidates)
    candidates.sort(key=lambda index: strength(setting.notes[index].onset, setting.clip.metre))
    for index in candidates:
        for shift in setting.rng.sample((-1, 1, -2, 2), 4):
            note = setting.notes[index]
            if edit_set.add((index,), (note.moved(onset=note.onset + shift * setting.step),)):
                return True
    return False


def relane(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """The same stroke on another drum of its family: a rim for a snare, a tom for another, a ride for a hat."""
    families: tuple[tuple[Lane, ...], ...] = (
        ("closed hat", "open hat", "ride"),
        ("low tom", "mid tom", "high tom"),
        ("kick", "low tom"),
        ("snare", "high tom", "mid tom"),
        ("crash", "ride"),
    )
    candidates = [
        index
        for index in setting.by_bar.get(bar, ())
        if index in setting.constraints.free and index not in edit_set.touched
    ]
    setting.rng.shuffle(candidates)
    candidates.sort(key=lambda index: strength(setting.notes[index].onset, setting.clip.metre))
    for index in candidates:
        note = setting.notes[index]
        lane = lane_of(note.pitch)
        others = [other for family in families if lane in family for other in family if other != lane]
        setting.rng.shuffle(others)
        pitches = [setting.kit.pitch_for(other, setting.constraints.allowed) or main_pitch(other) for other in others]
        if any(edit_set.add((index,), (note.moved(pitch=pitch),)) for pitch in pitches):
            return True
    return False


def fill(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """The last beat or two of a bar become a roll down the toms, the snare where there are none, growing louder."""
    metre = setting.clip.metre
    beats = setting.rng.choice((1, 1, 2)) * max(metre.unit, 1.0)
    end = min((bar + 1) * metre.bar, setting.constraints.end)
    start = max(bar * metre.bar, end - beats, setting.constraints.start)
    places = [place for place in grid_places(setting, bar) if start - TIGHT <= place < end - TIGHT]
    drums: list[Lane] = ["snare", *(tom for tom in _TOMS if setting.kit.uses(tom))]
    if len(places) < 3:
        return False
    new = []
    for number, place in enumerate(places):
        if setting.rng.random() < 0.2 and 0 < number < len(places) - 1:
            continue
        hit = _hit(setting, drums[number * len(drums) // len(places)], place, 0.7 + 0.3 * number / len(places))
        if hit is not None:
            new.append(hit)
    removed = tuple(
        index
        for index in setting.by_bar.get(bar, ())
        if start - TIGHT <= setting.notes[index].onset < end - TIGHT
        and index in setting.constraints.free
        and index not in edit_set.touched
        and lane_of(setting.notes[index].pitch) not in ("kick", "crash")
    )
    return bool(new) and edit_set.add(removed, tuple(new))
