"""Reads from Live, changing nothing: the clip that is meant, its notes and shape, the scale, what plays with it, pads.

What may take long is a generator that yields between pieces of work: the caller goes on with it when it has time, and
its ``return`` is the result. Live's objects are compared with == (each access makes a new one), and a deleted one
equals None.

Offers: ``Refusal``, ``Heard``, ``lives``, ``selected_clip``, ``highlighted``, ``track_of``, ``read_prompt``,
``read_context``, ``read_scale``, ``drum_pads``, ``read_notes``, ``tempo_of``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable, Generator

from .notes import TICKS, Note, Wire, to_wire
from .osc import checksum, pieces
from .transfers import MOST_NOTES

DRUMS = 4
NOTES_A_STEP = 250
MOST_CONTEXT, MOST_CONTEXT_NOTES, LONGEST = 8, 4000, 16777215
SHAPE = ("signature_numerator", "signature_denominator", "loop_start", "loop_end", "start_marker", "end_marker")

NO_CLIP = "No clip is selected. Click a MIDI clip, then make again."
AUDIO = "That is an audio clip. Select a MIDI clip."
RECORDING = "The clip is being recorded. Stop the recording first."
FROZEN = "The track is frozen. Unfreeze it first."
EMPTY = "The clip has no notes in its loop. Draw or record some first."
TOO_MANY = "The clip has too many notes. Cut it into pieces of at most 20000."
TOO_LONG = "The clip is too long. Cut it into pieces of at most 1248 beats."
NO_SLOTS = "Select a MIDI track in Live, then put the clips again."
NO_SELECTION = "Infill needs selected notes: select in the clip those that shall be replaced."
OLD_LIVE = "This Live is too old. Clipkin needs Live 11.1 or later."

Steps = Generator[None, None, Any]


class Refusal(Exception):
    """It can't be done; the text is the sentence for the user."""


@dataclass
class Shape:
    """What a clip has besides notes; times in beats, tempo in thousandths of a BPM."""

    name: str
    color: int
    looping: bool
    tempo: int
    signature_numerator: int
    signature_denominator: int
    loop_start: float
    loop_end: float
    start_marker: float
    end_marker: float

    @property
    def ticks(self) -> int:
        """The loop's length on the wire."""
        return round((self.loop_end - self.loop_start) * TICKS)


@dataclass
class Heard:
    """A clip as it is sent: ``sent`` are Live's notes in its loop, ``wire`` the same in numbers, ``outside`` the rest.

    guard      the checksum of ``wire``
    slot       of a session clip; None in the arrangement
    selected   words of 24 bits; empty: every note may change
    begins     where its loop begins in the arrangement, in beats
    ends       where it ends there; -1 in the session
    """

    shape: Shape
    sent: list[Note]
    wire: list[Wire] = field(default_factory=list)
    guard: int = 1
    outside: list[Note] = field(default_factory=list)
    role: int = 0
    selected: list[int] = field(default_factory=list)
    track: Any = None
    slot: Any = None
    begins: float = 0.0
    ends: float = -1.0


def lives(thing: Any) -> bool:
    """Is this one of Live's objects that is still there?"""
    return thing != None  # noqa: E711 - a deleted object equals None without being it


def selected_clip(song: Any) -> Any:
    """The clip in the detail view, else the highlighted slot's, else the one that the selected track plays."""
    view = song.view
    if lives(view.detail_clip):
        return view.detail_clip
    slot = view.highlighted_clip_slot
    if lives(slot) and slot.has_clip:
        return slot.clip
    slots = list(view.selected_track.clip_slots)
    playing = view.selected_track.playing_slot_index if slots else -1
    if not 0 <= playing < len(slots) or not slots[playing].has_clip:
        raise Refusal(NO_CLIP)
    return slots[playing].clip


def highlighted(song: Any) -> tuple[Any, Any]:
    """The selected track, and its slot where the user stands; None for none."""
    track, slot = song.view.selected_track, song.view.highlighted_clip_slot
    slots = list(track.clip_slots)
    if not slots:
        raise Refusal(NO_SLOTS)
    return track, slot if lives(slot) and slot in slots else None


def track_of(clip: Any) -> Any:
    """The track of a clip in a slot, a take lane or the arrangement."""
    track = clip.canonical_parent
    while not hasattr(track, "clip_slots"):
        track = track.canonical_parent
    return track


def read_prompt(song: Any, clip: Any, needs_selection: bool, takes_selection: bool) -> Steps:
    """A clip as ``Heard``; raises Refusal."""
    if not clip.is_midi_clip:
        raise Refusal(AUDIO)
    if clip.is_recording:
        raise Refusal(RECORDING)
    if not hasattr(clip, "get_all_notes_extended"):
        raise Refusal(OLD_LIVE)
    track = track_of(clip)
    if track.is_frozen:
        raise Refusal(FROZEN)
    heard, ids = yield from _read_clip(song, clip)
    heard.track, heard.role = track, DRUMS if drum_pads(track) is not None else 0
    if clip.is_arrangement_clip:
        # Where the loop begins for the first time, in the song's beats.
        heard.begins = max(0.0, clip.start_time + heard.shape.loop_start - heard.shape.start_marker)
        heard.ends = clip.end_time
    else:
        heard.slot = clip.canonical_parent
    if not heard.sent:
        raise Refusal(EMPTY)
    if len(heard.sent) > MOST_NOTES:
        raise Refusal(TOO_MANY)
    if takes_selection:
        chosen = yield from read_notes(clip.get_selected_notes_extended)
        heard.selected = _selection(ids, {note_id for note_id, _ in chosen}, needs_selection)
    return heard


def _selection(ids: list[int], chosen: set, needed: bool) -> list[int]:
    """The chosen notes as words of 24 bits; none when all notes or no notes are chosen, but for who needs one."""
    bits = [note_id in chosen for note_id in ids]
    if needed and not any(bits):
        raise Refusal(NO_SELECTION)
    if not any(bits) or (all(bits) and not needed):
        return []
    return [sum(1 << bit for bit, is_chosen in enumerate(word) if is_chosen) for word in pieces(bits, 24)]


def tempo_of(song: Any) -> int:
    """In thousandths of a BPM; 120 BPM where the set says none."""
    return round(song.tempo * 1000) or 120000


def read_shape(song: Any, clip: Any) -> Shape:
    """Name, colour, loop, markers and metre of a clip, and the set's tempo."""
    shape = Shape(clip.name, clip.color, clip.looping, tempo_of(song), *(getattr(clip, it) for it in SHAPE))
    if not 0 < shape.ticks <= LONGEST:
        raise Refusal(TOO_LONG)
    return shape


def _read_clip(song: Any, clip: Any) -> Steps:
    """A clip as it loops, and the ids of its ``sent`` notes."""
    shape = read_shape(song, clip)
    found = yield from read_notes(clip.get_all_notes_extended)
    found.sort(key=lambda one: (one[1].start_time, one[1].pitch))
    inside = [one for one in found if shape.loop_start <= one[1].start_time < shape.loop_end]
    outside = [note for _, note in found if not shape.loop_start <= note.start_time < shape.loop_end]
    sent = [note for _, note in inside]
    yield
    heard = Heard(shape, sent, outside=outside)
    yield from _to_wire(heard, shape.loop_start)
    return heard, [note_id for note_id, _ in inside]


def _to_wire(heard: Heard, start: float) -> Steps:
    """Put the notes into numbers, and fold their checksum."""
    for notes in pieces(heard.sent, NOTES_A_STEP):
        wire = [to_wire(note, start, heard.shape.ticks) for note in notes]
        heard.wire += wire
        heard.guard = checksum((number for numbers in wire for number in numbers), heard.guard)
        yield


def read_notes(call: Callable[[], Any]) -> Steps:
    """What one of Live's calls for notes gives, as (id, Note); its vector is a copy, so that it may be read slowly."""
    found: list[tuple[int, Note]] = []
    for place, note in enumerate(call()):
        if place % NOTES_A_STEP == NOTES_A_STEP - 1:
            yield
        found.append((note.note_id, Note(*(getattr(note, name) for name in Note._fields))))
    yield
    return found


def read_context(song: Any, prompt: Heard, clip: Any) -> Steps:
    """Up to 8 clips that play at the same time as the prompt on other MIDI tracks, each as ``Heard``."""
    found: list[Heard] = []
    scene = -1 if prompt.slot is None else list(prompt.track.clip_slots).index(prompt.slot)
    for track in song.tracks:
        yield
        if track == prompt.track or not track.has_midi_input or len(found) == MOST_CONTEXT:
            continue
        if scene < 0:
            heard = yield from _arranged(song, track, prompt, clip)
        else:
            heard = yield from _beside(song, track, track.playing_slot_index if clip.is_playing else scene)
        room = MOST_CONTEXT_NOTES - sum(len(other.wire) for other in found)
        if heard is not None and 0 < len(heard.wire) <= room:
            heard.track, heard.role = track, DRUMS if drum_pads(track) is not None else 0
            found.append(heard)
    return found


def _beside(song: Any, track: Any, place: int) -> Steps:
    """The MIDI clip of a track's slot as it loops; None where there is none that sounds."""
    slot = track.clip_slots[place] if 0 <= place < len(track.clip_slots) else None
    if slot is None or not slot.has_clip or not slot.clip.is_midi_clip or slot.clip.muted:
        return None
    heard, _ = yield from _read_clip(song, slot.clip)
    return heard


def _arranged(song: Any, track: Any, prompt: Heard, clip: Any) -> Steps:
    """What a track plays in the arrangement while the prompt's clip does, as one clip of the prompt's length."""
    begin = prompt.begins
    end = begin + prompt.shape.ticks / TICKS
    heard: list[Note] = []
    for other in track.arrangement_clips:
        if other.is_midi_clip and not other.muted and other.start_time < end and other.end_time > begin:
            notes = yield from read_notes(other.get_all_notes_extended)
            heard += _unrolled(read_shape(song, other), other, [note for _, note in notes], begin, end)
    start = prompt.shape.loop_start
    moved = [note._replace(start_time=note.start_time - begin + start) for note in heard]
    found = Heard(replace(prompt.shape, name=track.name), sorted(moved, key=lambda note: note.start_time))
    yield from _to_wire(found, start)
    return found


def _unrolled(shape: Shape, clip: Any, notes: list[Note], begin: float, end: float) -> list[Note]:
    """A clip's notes at the song's times, pass by pass through its loop, as far as they begin in [begin, end)."""
    heard: list[Note] = []
    place, start, end = clip.start_time, shape.start_marker, min(end, clip.end_time)
    while place < end and shape.loop_end > start:
        for note in notes:
            onset = note.start_time - start + place
            if start <= note.start_time < shape.loop_end and begin <= onset < end:
                heard.append(note._replace(start_time=onset, duration=min(note.duration, end - onset)))
        place, start = place + shape.loop_end - start, shape.loop_start
        if not shape.looping:
            break
    return heard


def read_scale(song: Any) -> tuple[int, int] | None:
    """The set's scale as root and mask; None where none is switched on, or this Live can't say (before 12.0.5)."""
    if not getattr(song, "scale_mode", False):
        return None
    mask = 1
    for interval in song.scale_intervals:
        mask |= 1 << int(interval) % 12
    return int(song.root_note), mask


def drum_pads(holder: Any, depth: int = 0) -> dict[int, str] | None:
    """The names of a track's used drum pads by pitch, in racks too; None where it has no Drum Rack."""
    for device in holder.devices:
        if device.can_have_drum_pads:
            return {int(pad.note): pad.name for pad in device.drum_pads if len(pad.chains)}
        if depth < 3 and device.can_have_chains:
            for chain in device.chains:
                found = drum_pads(chain, depth + 1)
                if found is not None:
                    return found
    return None
