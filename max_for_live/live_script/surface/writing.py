"""Writes variations into free slots of the prompt's track: one undo step, nothing overwritten, read back, all or none.

Called from the timer only, because Live forbids changes inside its notifications; where it does so nevertheless, the
same piece of work is tried again at the next beat.

Offers: ``write``.
"""

from __future__ import annotations

import re
from typing import Any, Callable

from .notes import Note, from_wire, same, without_overlaps
from .osc import pieces
from .reading import FROZEN, NOTES_A_STEP, SHAPE, Heard, Refusal, Shape, Steps, lives, read_notes
from .request import filled
from .transfers import Variation

FORBIDDEN = "Changes cannot be triggered"
MOST_BEATS = 300
SUFFIX = re.compile(r" ~\d+ s\d+$")

TRACK_GONE = "The track is gone; nothing was written."
NO_SLOT = "Live didn't add a scene for the new clips; add empty scenes and make again."
LOST = "Live didn't keep the notes of a new clip; what was begun was removed. Make again."
BUSY = "Live allows no changes just now; nothing was written. Make again."
CHANGED = " Live changed some of them while they were written: listen to the new clips."


def write(song: Any, prompt: Heard, variations: list[Variation]) -> Steps:
    """Write all of them or none; gives the sentence that says so, raises Refusal."""
    made = _Made(song, prompt)
    changed = False
    yield from _allowed(song.begin_undo_step)
    try:
        for variation in variations:
            changed = (yield from made.clip(variation)) or changed
    except GeneratorExit:
        for _ in made.take_away():
            pass  # Live is taking us away: no later beat will come
        raise
    except Exception:
        yield from made.take_away()
        raise
    finally:
        song.end_undo_step()
    count = len(variations)
    words = f"{count} variations are in free slots of this track." if count > 1 else "One variation is there."
    remarks = [filled(*remark) for variation in variations for remark in variation.remarks]
    return words + (CHANGED if changed else "") + "".join(" " + remark for remark in remarks[:1])


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
    """What a request has put into the set so far."""

    def __init__(self, song: Any, prompt: Heard) -> None:
        self._song, self._prompt = song, prompt
        self._clips: list[Any] = []
        self._scenes: list[Any] = []

    def clip(self, variation: Variation) -> Steps:
        """Write one; True when Live gives back something else than was written."""
        beats = variation.length / 13440
        slot = yield from _allowed(self._create, beats)
        clip, shape = slot.clip, _shape_of(self._prompt.shape, variation)
        yield from _allowed(_put_on, clip, shape)
        yield
        notes = yield from _notes_of(self._prompt, variation)
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

    def _create(self, beats: float) -> Any:
        """A new clip in the first free slot below the prompt, in a new scene when none is free; gives the slot."""
        track = self._prompt.track
        if not lives(track):
            raise Refusal(TRACK_GONE)
        if track.is_frozen:
            raise Refusal(FROZEN)
        slots = list(track.clip_slots)
        # Without its slot (an arrangement clip, or a slot deleted meanwhile) the prompt stands above all slots.
        first = slots.index(self._prompt.slot) + 1 if self._prompt.slot in slots else 0
        free = [slot for slot in slots[first:] if not slot.has_clip]
        if not free:
            self._add_scene()
            free = list(track.clip_slots)[-1:]
        free[0].create_clip(float(beats))
        if not free[0].has_clip:
            raise Refusal(LOST)
        self._clips.append((free[0], free[0].clip))
        return free[0]

    def _add_scene(self) -> None:
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

    def take_away(self) -> Steps:
        """Remove the clips, and the scenes where nothing of the user's came in between."""
        for slot, clip in self._clips:
            if lives(slot) and slot.has_clip and slot.clip == clip:
                yield from _allowed(slot.delete_clip)
        for scene in reversed(self._scenes):
            if lives(scene) and scene.is_empty:
                yield from _allowed(self._song.delete_scene, list(self._song.scenes).index(scene))


def _shape_of(source: Shape, variation: Variation) -> Shape:
    """The prompt's shape; another length moves the ends. The name holds the place, and the seed that makes it again."""
    values = dict(vars(source))
    stem = SUFFIX.sub("", source.name) or variation.name or "clip"
    values["name"] = f"{stem} ~{variation.place + 1} s{variation.seed}"
    if variation.length != source.ticks:
        values["loop_end"] = values["end_marker"] = source.loop_start + variation.length / 13440
    return Shape(**values)


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


def _notes_of(prompt: Heard, variation: Variation) -> Steps:
    """The notes as Live shall have them, by pitch and onset: a kept one is Live's own, to the last bit."""
    by_pitch: dict[int, list[tuple[Note, bool]]] = {}
    for note in prompt.outside if variation.length == prompt.shape.ticks else ():
        by_pitch.setdefault(note.pitch, []).append((note, True))
    for numbers, place in zip(variation.notes, variation.kept):
        kept = 0 < place <= len(prompt.sent) and prompt.wire[place - 1] == numbers
        note = prompt.sent[place - 1] if kept else from_wire(numbers, prompt.shape.loop_start)
        by_pitch.setdefault(note.pitch, []).append((note, kept))
    notes: list[Note] = []
    for _, some in sorted(by_pitch.items()):
        yield
        notes += without_overlaps(some)
    return notes


def _add(clip: Any, notes: list[Note]) -> None:
    import Live  # only there inside Live

    clip.add_new_notes(tuple(Live.Clip.MidiNoteSpecification(**note._asdict()) for note in notes))
