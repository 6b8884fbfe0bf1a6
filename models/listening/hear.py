"""A recording as a clip: a hummed tune, a tapped beat, a take of chords.

Offers: ``hear``, ``Wish``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from models.analysis.key import clip_scale
from models.listening import drums, pitched
from models.listening.audio import Recording
from models.listening.pitched import FRAME_S, LOWEST, Likelihoods, Sounded
from models.listening.pulse import Pulse, find_pulse
from models.music.beats import Metre, snap
from models.music.carried import Carried
from models.music.clip import Clip, without_overlaps
from models.music.errors import BadValue, EmptyClip
from models.music.note import Note

Kind = Literal["melody", "chords", "drums"]
_GRID = 0.25
_UNSURE = 0.45
_CLEAR_PULSE = 0.5
_FEWEST, _FEWEST_IN_TIME = 2, 3
_HELD_S, _HELD_SURE = 0.6, 0.65
"""Notes that make music and that tell a tempo; how long, and how surely, a single one must be held to be music."""
_HIT_S = 0.1
_VOICED, _SOUNDS = 0.2, 0.5
_VOICES = 1.6
_SHORTEST_BEATS = 1 / 16
_VELOCITIES = (24, 120)


@dataclass(frozen=True)
class Wish:
    """What a recording is to become; raises BadValue for a tempo or dial out of range.

    kind      None: as it sounds
    tempo     quarter notes a minute; None: found
    quantise  0-1, how far onsets are moved to 16ths
    corrected are half-sung notes outside the key moved to the neighbour inside that sounds most?
    """

    kind: Kind | None = None
    tempo: float | None = None
    metre: Metre = Metre()
    quantise: float = 0.0
    corrected: bool = True

    def __post_init__(self) -> None:
        if self.tempo is not None and not 20 <= self.tempo <= 400:
            raise BadValue(f"The tempo must be 20 to 400, not {self.tempo:g}.", field="tempo")
        if not 0 <= self.quantise <= 1:
            raise BadValue(f"Quantise must be 0 to 1, not {self.quantise:g}.", field="quantise")


def hear(recording: Recording, wish: Wish | None = None, name: str = "") -> Clip:
    """The clip; ``carried.remarks`` say what was found and what is unsure.

    Raises EmptyClip where no music can be told, EngineUnavailable without the extra.
    """
    wish = wish or Wish()
    if recording.silent:
        raise EmptyClip("There is nothing to hear in the recording; record it again, nearer and louder.")
    heard = None if wish.kind == "drums" else pitched.likelihoods(recording)
    kind = wish.kind or _kind(heard)
    found = _found(recording, heard, kind)
    if not _enough(found) and wish.kind is None and kind != "drums":
        kind, found = "drums", _found(recording, heard, "drums")  # a kit that rings
    if not _enough(found):
        what = {"drums": "beat", "melody": "tune", "chords": "chords"}[kind] if wish.kind else "music"
        how = "tap or beatbox it" if kind == "drums" and wish.kind else "hum, whistle or play it"
        raise EmptyClip(f"No {what} can be told in the recording; {how} clearly, or say what it is with --as.")
    pulse = find_pulse([note.start for note in found], [note.loudness + 0.1 for note in found], wish.tempo)
    return _clip(found, pulse, kind, wish, heard, name)


def _found(recording: Recording, heard: Likelihoods | None, kind: Kind) -> list[Sounded]:
    if kind == "drums" or heard is None:
        return [
            Sounded(hit.start, hit.start + _HIT_S, drums.PITCHES[hit.group], hit.loudness, hit.sure)
            for hit in drums.hits(recording)
        ]
    return pitched.one_voice(heard) if kind == "melody" else pitched.several_voices(heard)


def _enough(found: Sequence[Sounded]) -> bool:
    return len(found) >= _FEWEST or any(note.end - note.start >= _HELD_S and note.sure >= _HELD_SURE for note in found)


def _kind(heard: Likelihoods | None) -> Kind:
    """As it sounds: little with a pitch is a beat, several pitches at once are chords."""
    assert heard is not None
    sounding = (heard.sounds > _SOUNDS).sum(axis=1)
    if (sounding > 0).mean() < _VOICED:
        return "drums"
    return "chords" if sounding[sounding > 0].mean() > _VOICES else "melody"


def _clip(found: Sequence[Sounded], pulse: Pulse, kind: Kind, wish: Wish, heard: Likelihoods | None, name: str) -> Clip:
    # The bar begins with the beat at or just before the first note.
    start = math.floor(pulse.beats(min(note.start for note in found)) + _GRID / 2)
    loudest = max(note.loudness for note in found)
    notes = []
    for note in found:
        onset = max(0.0, float(pulse.beats(note.start)) - start)
        onset += wish.quantise * (snap(onset, _GRID) - onset)
        duration = max(_SHORTEST_BEATS, float(note.end - note.start) * pulse.tempo / 60)
        # Of the loudest a hard one; loudness goes with the square of velocity.
        velocity = round(_VELOCITIES[0] + (_VELOCITIES[1] - _VELOCITIES[0]) * (note.loudness / loudest) ** 0.5)
        notes.append(Note(note.pitch, onset, duration, velocity))
    bars = wish.metre.bars(max(note.onset for note in notes) + _GRID)
    length = max(bars, wish.metre.bars(max(note.end for note in notes) - wish.metre.bar / 2)) * wish.metre.bar
    clip = Clip((), length, name=name, tempo=round(pulse.tempo, 2), metre=wish.metre, role=kind)
    remarks = _remarks(found, pulse, kind, wish)
    if kind == "melody" and wish.corrected and heard is not None:
        notes, moved = _in_key(notes, found, clip, heard)
        if moved:
            remarks.append(f"{moved} half-sung notes were moved into the key; --as-sung leaves them.")
    return replace(clip, notes=without_overlaps(notes, length), carried=Carried(remarks=tuple(remarks)))


def _remarks(found: Sequence[Sounded], pulse: Pulse, kind: Kind, wish: Wish) -> list[str]:
    said = [f"Heard as {kind}."] if wish.kind is None else []
    if wish.tempo is None:
        clear = pulse.sure >= _CLEAR_PULSE and len(found) >= _FEWEST_IN_TIME
        said.append(
            f"The tempo was heard as {pulse.tempo:.1f}; it may be meant twice or half as fast (--tempo)."
            if clear
            else f"No steady pulse was found; {pulse.tempo:.1f} is a guess, give the tempo with --tempo."
        )
    unsure = sum(note.sure < _UNSURE for note in found)
    if unsure:
        said.append(f"{unsure} of {len(found)} notes are unsure.")
    return said


def _in_key(notes: Sequence[Note], found: Sequence[Sounded], clip: Clip, heard: Likelihoods) -> tuple[list[Note], int]:
    """Unsure notes outside the key on the neighbour inside that sounds most; how many were moved."""
    sure = [note for note, sounded in zip(notes, found, strict=True) if sounded.sure >= _UNSURE]
    scale = clip_scale(clip.with_notes(sure)) if len(sure) >= 6 else None
    if scale is None:
        return list(notes), 0
    tuned, moved = [], 0
    for note, sounded in zip(notes, found, strict=True):
        if sounded.sure < _UNSURE and note.pitch not in scale:
            frames = heard.sounds[int(sounded.start / FRAME_S) : int(sounded.end / FRAME_S) + 1]
            inside = [
                (float(frames[:, pitch - LOWEST].mean()), -pitch)
                for pitch in (note.pitch - 1, note.pitch + 1)
                if pitch in scale and LOWEST <= pitch < LOWEST + 88
            ]
            if inside:
                note, moved = note.moved(pitch=-max(inside)[1]), moved + 1
        tuned.append(note)
    return tuned, moved
