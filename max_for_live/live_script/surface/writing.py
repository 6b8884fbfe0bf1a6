"""Writes clips into Live: one undo step, nothing overwritten, read back, all or none.

Called from the timer only, because Live forbids changes inside its notifications; where it does so nevertheless, the
same piece of work is tried again at the next beat.

Offers: ``write``, and where the clips go: ``BELOW``, ``HERE``, ``SCENES``, ``ARRANGEMENT``, ``LANES``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Callable, Sequence

from .notes import TICKS, Note, Wire, from_wire, same, without_overlaps
from .osc import pieces
from .reading import FROZEN, NOTES_A_STEP, SHAPE, Heard, Refusal, Shape, Steps, lives, read_notes
from .transfers import Variation

BELOW, HERE, SCENES, ARRANGEMENT, LANES = range(5)
IN_SONG = (ARRANGEMENT, LANES)
TRACKS = 16
"""A place in new scenes is TRACKS times the scene, plus the track's clip in the take."""

FORBIDDEN = "Changes cannot be triggered"
MOST_BEATS = 300
NUMBERED = re.compile(r" ~\d+( s\d+)?$")

TRACK_GONE = "The track is gone; nothing was written."
NO_TRACK = "A track of this song isn't known to Live any more. Take the clip again, then put the song."
NO_MIDI = "That isn't a MIDI track. Select one, then put the clips again."
GROUP = "That is a group track. Select a MIDI track, then put the clips again."
NO_SLOT = "Live didn't add a scene for the new clips; add empty scenes and make again."
NO_ARRANGEMENT = "This Live can't take clips in the arrangement: that needs Live 12.1.10. Put them into slots."
NO_LANES = "This Live can't put clips into take lanes: that needs Live 12.2. Put them into slots."
NO_TIME = "Take lanes belong to clips of the arrangement. Click one there, take it, then put the clips again."
LOST = "Live didn't keep the notes of a new clip; what was begun was removed. Make again."
BUSY = "Live allows no changes just now; nothing was written. Make again."
CHANGED = " Live changed some of them while they were written: listen to the new clips."
WHERE = ("in free slots of this track", "in the slots", "in new scenes", "in the arrangement", "in take lanes")


def write(song: Any, sources: Sequence[Heard], clips: list[Variation], goes: int) -> Steps:
    """Write all of them or none; gives the sentence that says so, raises Refusal.

    sources  what they are made of: the clip taken, then those that play beside it
    """
    made = _Made(song, sources, goes)
    changed = False
    yield from _allowed(song.begin_undo_step)
    try:
        for clip in clips:
            changed = (yield from made.clip(clip)) or changed
    except GeneratorExit:
        for _ in made.take_away():
            pass  # Live is taking us away: no later beat will come
        raise
    except Exception:
        yield from made.take_away()
        raise
    finally:
        song.end_undo_step()
    words = "{} clips are {}." if len(clips) > 1 else "One clip is {1}."
    return words.format(len(clips), WHERE[goes]) + (CHANGED if changed else "")


def _allowed(action: Callable, *arguments: Any) -> Steps:
    """What ``action`` gives, tried again at later beats while Live forbids changes.

    One action is done within one beat, so that only its first change can be refused for this reason.
    """
    for _ in range(MOST_BEATS):
        try:
            return action(*arguments)
        except RuntimeError as refused:
            if FORBIDDEN not in str(refused):
                raise
        yield
    raise Refusal(BUSY)


class _Made:
    """What an order has put into the set so far."""

    def __init__(self, song: Any, sources: Sequence[Heard], goes: int) -> None:
        self._song, self._sources, self._goes = song, sources, goes
        self._remove: list[tuple[Any, Callable[[], Any]]] = []  # each clip, and how to take it away
        self._scenes: list[Any] = []
        self._rows: dict[int, int] = {}

    def clip(self, variation: Variation) -> Steps:
        """Write one; True when Live gives back something else than was written."""
        scene, track = divmod(variation.place, TRACKS) if self._goes == SCENES else (0, 0)
        if track >= len(self._sources):
            raise Refusal(NO_TRACK)
        source = self._sources[track]
        shape = _shape_of(source.shape, variation, self._goes)
        clip = yield from _allowed(self._create, source, variation, scene)
        yield from _allowed(_put_on, clip, shape)
        yield
        notes = yield from _notes_of(source, variation, shape.loop_start, self._goes not in IN_SONG)
        for piece in pieces(notes, NOTES_A_STEP):
            yield
            yield from _allowed(_add, clip, piece)
        yield
        found = yield from read_notes(clip.get_all_notes_extended)
        there = sorted((note for _, note in found), key=lambda note: (note.pitch, note.start_time))
        if len(there) < len(notes):
            raise Refusal(LOST)
        agree = len(there) == len(notes)
        for some, wanted in zip(pieces(there, NOTES_A_STEP), pieces(notes, NOTES_A_STEP)):
            agree = agree and same(some, wanted)
            yield
        return not agree or any(getattr(clip, it) != getattr(shape, it) for it in ("name", *SHAPE))

    def _create(self, source: Heard, variation: Variation, scene: int) -> Any:
        """A new clip where nothing is."""
        track, beats = source.track, variation.length / TICKS
        if not lives(track):
            raise Refusal(TRACK_GONE)
        if track.is_frozen:
            raise Refusal(FROZEN)
        if track.is_foldable or not track.has_midi_input:
            raise Refusal(GROUP if track.is_foldable else NO_MIDI)
        if self._goes in IN_SONG:
            return (self._arrange if self._goes == ARRANGEMENT else self._take)(source, beats)
        slot = self._scene(scene, track, variation.name) if self._goes == SCENES else self._free(source)
        slot.create_clip(float(beats))
        if not slot.has_clip:
            raise Refusal(LOST)
        self._remove.append((slot.clip, slot.delete_clip))
        return slot.clip

    def _free(self, source: Heard) -> Any:
        """The first free slot below the source, or from it on; in a new scene when none is free."""
        slots = list(source.track.clip_slots)
        # Without its slot (an arrangement clip, or a slot deleted meanwhile) the source stands above all slots.
        first = slots.index(source.slot) + (self._goes == BELOW) if source.slot in slots else 0
        free = [slot for slot in slots[first:] if not slot.has_clip]
        if free:
            return free[0]
        place = self._add_scene()
        return list(source.track.clip_slots)[place]

    def _scene(self, scene: int, track: Any, name: str) -> Any:
        if scene not in self._rows:
            self._rows[scene] = self._add_scene()
            self._scenes[-1].name = name
        return list(track.clip_slots)[self._rows[scene]]

    def _add_scene(self) -> int:
        before = len(self._song.scenes)
        try:
            self._song.create_scene(-1)
        except Exception as refused:
            if FORBIDDEN in str(refused):
                raise
            raise Refusal(NO_SLOT) from refused  # an edition's limit has a class of its own in Live.Base
        if len(self._song.scenes) <= before:
            raise Refusal(NO_SLOT)
        self._scenes.append(list(self._song.scenes)[-1])
        return before

    def _arrange(self, source: Heard, beats: float) -> Any:
        """A clip behind the source, or behind everything, in the first gap that is long enough."""
        track = source.track
        if not hasattr(track, "create_midi_clip"):
            raise Refusal(NO_ARRANGEMENT)
        before = list(track.arrangement_clips)
        ends = [clip.end_time for clip in before]
        start = source.ends if source.ends >= 0 else max(ends, default=0.0)
        for clip in sorted(before, key=lambda clip: clip.start_time):
            if clip.start_time < start + beats and clip.end_time > start:
                start = -(-clip.end_time // 1)  # the next whole beat
        return self._between(track, track, start, beats)

    def _take(self, source: Heard, beats: float) -> Any:
        """A clip at the source's time, in a take lane that is empty: no Live can take one away again."""
        track = source.track
        if not hasattr(track, "create_take_lane"):
            raise Refusal(NO_LANES)
        if source.ends < 0:
            raise Refusal(NO_TIME)
        if all(len(lane.arrangement_clips) for lane in track.take_lanes):
            track.create_take_lane()
        empty = [lane for lane in track.take_lanes if not len(lane.arrangement_clips)]
        if not empty:
            raise Refusal(LOST)
        return self._between(track, empty[0], source.begins, beats)

    def _between(self, track: Any, holder: Any, start: float, beats: float) -> Any:
        """A new clip among those of the arrangement or of a take lane."""
        before = list(holder.arrangement_clips)
        holder.create_midi_clip(float(start), float(beats))
        # In 12.1 it gives None, so the new one is found by what was there before.
        new = [clip for clip in holder.arrangement_clips if clip not in before]
        if len(new) != 1:
            raise Refusal(LOST)
        self._remove.append((new[0], lambda: track.delete_clip(new[0])))
        return new[0]

    def take_away(self) -> Steps:
        """Remove the clips, and the scenes where nothing of the user's came in between."""
        for clip, remove in self._remove:
            if lives(clip):
                yield from _allowed(remove)
        for scene in reversed(self._scenes):
            if lives(scene) and scene.is_empty:
                yield from _allowed(self._song.delete_scene, list(self._song.scenes).index(scene))


def _shape_of(source: Shape, variation: Variation, goes: int) -> Shape:
    """The source's shape; another length moves the ends, and in the arrangement a clip begins with its loop."""
    name = variation.name
    if name in ("", source.name):
        name = "{} ~{}".format(NUMBERED.sub("", source.name) or "Clipkin", variation.index + 1)
    shape = replace(source, name=name)
    if goes in IN_SONG:
        shape = replace(shape, loop_start=0.0, start_marker=0.0, looping=True)
    if goes in IN_SONG or variation.length != source.ticks:
        end = shape.loop_start + variation.length / TICKS
        shape = replace(shape, loop_end=end, end_marker=end, start_marker=min(shape.start_marker, shape.loop_start))
    return shape


def _put_on(clip: Any, shape: Shape) -> None:
    """Metre, loop, markers, name and colour; without a loop its values are the markers': it comes last."""
    clip.signature_numerator = shape.signature_numerator
    clip.signature_denominator = shape.signature_denominator
    clip.looping = True
    for start, end in (("loop_start", "loop_end"), ("start_marker", "end_marker")):
        # In the order in which the start lies before the end at every moment.
        for name in (end, start) if getattr(shape, end) > getattr(clip, start) else (start, end):
            setattr(clip, name, float(getattr(shape, name)))
    clip.looping = shape.looping
    clip.name = shape.name
    clip.color = shape.color


def _notes_of(source: Heard, variation: Variation, start: float, outside: bool) -> Steps:
    """The notes as Live shall have them, by pitch and onset: one that comes back unchanged is Live's own value."""
    originals: dict[Wire, list[Note]] = {}
    for numbers, note in zip(source.wire, source.sent):
        originals.setdefault(numbers, []).append(note)
    by_pitch: dict[int, list[tuple[Note, bool]]] = {}
    for note in source.outside if outside and variation.length == source.shape.ticks else ():
        by_pitch.setdefault(note.pitch, []).append((note, True))
    moved = start - source.shape.loop_start
    for place, numbers in enumerate(variation.notes):
        if place % NOTES_A_STEP == NOTES_A_STEP - 1:
            yield
        kept = originals.get(numbers)
        note = kept.pop() if kept else from_wire(numbers, start)
        if kept is not None and moved:
            note = note._replace(start_time=note.start_time + moved)
        by_pitch.setdefault(note.pitch, []).append((note, kept is not None))
    notes: list[Note] = []
    for _, some in sorted(by_pitch.items()):
        yield
        notes += without_overlaps(some)
    return notes


def _add(clip: Any, notes: list[Note]) -> None:
    import Live  # only there inside Live

    clip.add_new_notes(tuple(Live.Clip.MidiNoteSpecification(**note._asdict()) for note in notes))
