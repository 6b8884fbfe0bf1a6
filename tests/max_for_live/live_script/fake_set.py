"""Everything a set consists of, as the fake ``Live`` has it: clips and their notes, slots, tracks, scenes, devices."""

from __future__ import annotations

import struct
from typing import Any

from tests.max_for_live.live_script.fake_live import (
    FORBIDDEN,
    NOTE_COST_S,
    ArgumentError,
    LimitationError,
    Thing,
    World,
    Wrapper,
    real,
)  # fmt: skip


def float32(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0])


class MidiNoteSpecification:
    """As published: keywords work, a float is no pitch."""

    def __init__(  # noqa: PLR0913 - Live's own signature
        self, pitch, start_time, duration, velocity=100.0, mute=False, probability=1.0, velocity_deviation=0.0,
        release_velocity=64.0,
    ) -> None:  # fmt: skip
        if type(pitch) is not int or type(mute) is not bool:
            raise ArgumentError("MidiNoteSpecification: pitch takes an int, mute a bool")
        values = (start_time, duration, velocity, probability, velocity_deviation, release_velocity)
        if not all(type(value) is float for value in values):
            raise ArgumentError(f"MidiNoteSpecification takes floats, not {values}")
        self.pitch, self.start_time, self.duration, self.mute = pitch, start_time, duration, mute
        self.velocity, self.probability = float32(velocity), float32(probability)
        self.velocity_deviation, self.release_velocity = float32(velocity_deviation), float32(release_velocity)
        legal = duration > 0 and 0 < velocity <= 127 and 0 <= probability <= 1 and abs(velocity_deviation) <= 127
        if not (legal and 0 <= pitch <= 127 and 0 <= release_velocity <= 127 and start_time == start_time):
            raise RuntimeError(f"Live refuses the note {vars(self)}")


class MidiNote:
    """A copy of one of a clip's notes."""

    def __init__(self, world: World, note_id: int, values: dict[str, Any]) -> None:
        self._world, self.note_id, self._values = world, note_id, dict(values)

    def __getattr__(self, name: str) -> Any:
        self._world.cost_s += NOTE_COST_S
        return self._values[name]


class Clip(Thing):
    MEMBERS = (
        "name", "color", "is_midi_clip", "is_arrangement_clip", "looping", "loop_start", "loop_end", "start_marker",
        "end_marker", "length", "signature_numerator", "signature_denominator", "muted", "is_recording", "is_playing",
        "start_time", "end_time", "canonical_parent", "is_take_lane_clip", "is_session_clip",
    )  # fmt: skip
    WRITABLE = {
        "name": str, "color": int, "looping": bool, "muted": bool, "signature_numerator": int,
        "signature_denominator": int, "loop_start": float, "loop_end": float, "start_marker": float,
        "end_marker": float,
    }  # fmt: skip
    CALLS = {"get_all_notes_extended": (), "get_selected_notes_extended": (), "add_new_notes": (tuple,)}

    def __init__(self, parent: Thing, length: float, **values: Any) -> None:
        super().__init__(parent.world)
        self.canonical_parent, self.name, self.color = parent, "", 0
        self.is_midi_clip, self.is_arrangement_clip, self.looping = True, isinstance(parent, (Track, TakeLane)), True
        self.loop_start = self.start_marker = self.start_time = 0.0
        self.loop_end = self.end_marker = self.end_time = self.length = length
        self.signature_numerator = self.signature_denominator = 4
        self.muted = self.is_recording = self.is_playing = False
        self.notes: dict[int, dict[str, Any]] = {}
        self.selected: set[int] = set()
        self.made = False
        self.__dict__.update(values)

    @property
    def label(self) -> str:  # type: ignore[override]
        return f"clip {self.name or '?'}"

    def set(self, name: str, value: Any) -> None:
        bounds = {"loop_start": self.loop_start, "loop_end": self.loop_end, "start_marker": self.start_marker,
                  "end_marker": self.end_marker, name: value}  # fmt: skip
        if bounds["loop_start"] >= bounds["loop_end"] or bounds["start_marker"] >= bounds["end_marker"]:
            raise RuntimeError("Invalid syntax: a start must lie before its end")
        if name == "color":
            value -= value % 4  # it snaps to the nearest of Live's own
        setattr(self, name, value)

    def _copies(self, ids: Any) -> list[MidiNote]:
        found = [MidiNote(self.world, note_id, self.notes[note_id]) for note_id in ids]
        return sorted(found, key=lambda note: (note.pitch, note.start_time))

    def get_all_notes_extended(self) -> list[MidiNote]:
        return self._copies(self.notes)

    def get_selected_notes_extended(self) -> list[MidiNote]:
        return self._copies(self.selected)

    def add_new_notes(self, notes: tuple[Any, ...]) -> Any:
        self.world.change(f"{self.label}.add_new_notes")
        if self.is_arrangement_clip and not self.made:
            raise AssertionError("an arrangement clip was written to")
        if not all(isinstance(note, MidiNoteSpecification) for note in notes):
            raise ArgumentError("add_new_notes takes MidiNoteSpecifications")
        ids = []
        of_pitch: dict[int, list[int]] = {}
        for note_id, other in self.notes.items():
            of_pitch.setdefault(other["pitch"], []).append(note_id)
        for note in notes[: len(notes) // 2] if self.world.loses_notes else notes:
            self._make_room(note, of_pitch.get(note.pitch, ()))
            self.notes[self.world.next_id] = dict(vars(note))
            of_pitch.setdefault(note.pitch, []).append(self.world.next_id)
            ids.append(self.world.next_id)
            self.world.next_id += 1
        return ids

    def _make_room(self, note: Any, of_pitch: Any) -> None:
        """The same pitch and start replaces; an earlier note of the pitch is cut where the new one begins."""
        for note_id in of_pitch:
            other = self.notes.get(note_id)
            if other is not None and other["start_time"] == note.start_time:
                del self.notes[note_id]
            elif other is not None and other["start_time"] < note.start_time:
                other["duration"] = min(other["duration"], note.start_time - other["start_time"])


class ClipSlot(Thing):
    MEMBERS = ("has_clip", "clip", "is_group_slot", "canonical_parent")
    CALLS = {"create_clip": (float,), "delete_clip": ()}

    def __init__(self, track: Track) -> None:
        super().__init__(track.world, canonical_parent=track, clip=None, is_group_slot=track.is_foldable)

    @property
    def has_clip(self) -> bool:
        return self.clip is not None  # type: ignore[has-type]

    def create_clip(self, length: float) -> Any:
        self.world.change("create_clip")
        track = self.canonical_parent
        if self.has_clip or self.is_group_slot or not track.has_midi_input or track.is_frozen or length <= 0:
            raise RuntimeError("This clip slot already has a clip, or can't have one")
        self.clip = Clip(self, length)
        return self.clip if self.world.profile.create_clip_gives else None

    def delete_clip(self) -> None:
        self.world.change("delete_clip")
        if not self.has_clip:
            raise RuntimeError("This clip slot has no clip")
        self.clip.gone, self.clip = True, None


class DrumPad(Thing):
    MEMBERS = ("note", "name", "chains")


class Device(Thing):
    MEMBERS = ("can_have_drum_pads", "can_have_chains", "chains", "drum_pads")


class Chain(Thing):
    MEMBERS = ("devices",)


class TakeLane(Thing):
    """Clips lie over those of the track; none of its calls takes a lane away."""

    MEMBERS = ("canonical_parent", "arrangement_clips", "name")
    CALLS = {"create_midi_clip": (float, float)}

    def __init__(self, track: Track) -> None:
        super().__init__(track.world, canonical_parent=track, arrangement_clips=[], name="Take")

    def create_midi_clip(self, start: float, length: float) -> Any:
        self.world.change("create_midi_clip")
        return _between(self.canonical_parent, self, start, length)


class Track(Thing):
    MEMBERS = ("name", "color", "clip_slots", "arrangement_clips", "devices", "has_midi_input", "is_foldable",
               "is_frozen", "playing_slot_index", "take_lanes")  # fmt: skip
    CALLS = {"create_midi_clip": (float, float), "create_take_lane": (), "delete_clip": (Wrapper,)}

    def __init__(self, world: World, scenes: int, **values: Any) -> None:
        super().__init__(world, name="", color=0, has_midi_input=True, is_foldable=False, is_frozen=False)
        self.playing_slot_index, self.devices, self.arrangement_clips, self.take_lanes = -1, [], [], []
        self.__dict__.update(values)
        self.clip_slots = [ClipSlot(self) for _ in range(scenes)]

    def create_midi_clip(self, start: float, length: float) -> Any:
        self.world.change("create_midi_clip")
        return _between(self, self, start, length)

    def create_take_lane(self) -> TakeLane:
        self.world.change("create_take_lane")
        self.take_lanes.append(TakeLane(self))
        return self.take_lanes[-1]

    def delete_clip(self, clip: Any) -> None:
        self.world.change("delete_clip")
        real(clip).gone = True
        real(clip).canonical_parent.arrangement_clips.remove(real(clip))


def _between(track: Track, holder: Any, start: float, length: float) -> Any:
    """A new clip of the arrangement, or of a lane over it."""
    end = start + length
    if not track.has_midi_input or track.is_frozen or length <= 0:
        raise RuntimeError("This track takes no MIDI clip")
    assert all(other.end_time <= start or other.start_time >= end for other in holder.arrangement_clips)
    clip = Clip(holder, length, start_time=start, end_time=end, made=True)
    holder.arrangement_clips.append(clip)
    return clip if track.world.profile.arrangement_gives else None


class Scene(Thing):
    MEMBERS = ("name", "is_empty")
    WRITABLE = {"name": str}
    name, label = "", "scene"

    @property
    def is_empty(self) -> bool:
        song = self.world.song
        return not any(track.clip_slots[song.scenes.index(self)].has_clip for track in song.tracks)


class View(Thing):
    MEMBERS = ("detail_clip", "highlighted_clip_slot", "selected_track", "selected_scene")


class Song(Thing):
    MEMBERS = ("tempo", "signature_numerator", "signature_denominator", "root_note", "scale_name", "scale_intervals",
               "scale_mode", "tracks", "scenes", "view", "name")  # fmt: skip
    CALLS = {"create_scene": (int,), "delete_scene": (int,), "begin_undo_step": (), "end_undo_step": ()}

    def __init__(self, world: World, tracks: int = 3, scenes: int = 4) -> None:
        super().__init__(world, tempo=120.0, name="My set", root_note=2, scale_name="Dorian", scale_mode=True)
        self.signature_numerator = self.signature_denominator = 4
        self.scale_intervals = [0, 2, 3, 5, 7, 9, 10]
        self.tracks = [Track(world, scenes, name=str(place)) for place in range(tracks)]
        self.scenes = [Scene(world) for _ in range(scenes)]
        self.view = View(world, detail_clip=None, highlighted_clip_slot=None, selected_track=self.tracks[0])

    def create_scene(self, place: int) -> Scene:
        self.world.change("create_scene")
        if len(self.scenes) >= self.world.most_scenes:
            raise LimitationError("The maximum number of scenes is reached")
        assert place == -1
        self.scenes.append(Scene(self.world))
        for track in self.tracks:
            track.clip_slots.append(ClipSlot(track))
        return self.scenes[-1]

    def delete_scene(self, place: int) -> None:
        self.world.change("delete_scene")
        self.scenes.pop(place).gone = True
        for track in self.tracks:
            track.clip_slots.pop(place).gone = True

    def begin_undo_step(self) -> None:
        if self.world.forbidding:
            raise RuntimeError(FORBIDDEN)
        assert not self.world.open_steps, "an undo step was left open"
        self.world.open_steps, self.world.steps = 1, self.world.steps + 1

    def end_undo_step(self) -> None:
        assert self.world.open_steps, "no undo step is open"
        self.world.open_steps = 0
