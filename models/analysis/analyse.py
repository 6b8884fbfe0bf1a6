"""Everything that analysis finds in a clip, in one frozen result.

Offers: ``analyse``, ``Analysis``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.analysis.arrays import NoteArrays
from models.analysis.chords import find_chords
from models.analysis.emotion import Mood, cues_of, estimate
from models.analysis.form import (
    Register,
    Section,
    find_contour,
    find_period,
    find_phrases,
    find_register,
    find_sections,
    longest_repeat,
)
from models.analysis.groove import DrumLane, Groove, find_groove, find_lanes
from models.analysis.key import FEWEST, RankedKey, clip_scale, find_key, stated_first
from models.analysis.role import find_manner, find_role
from models.analysis.voices import bass_line, melody_line
from models.music.beats import TIGHT, Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, Role
from models.music.scale import Scale


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a clip is. Times and lengths are beats; indices are places in the clip's sounding notes.

    keys           all 24, ranked; none for drums. key_is_clear: False under eight notes, where they are candidates
    scale          on the likeliest tonic; None for drums
    role, manner   what it is for ("melody", "chords", "bass", "drums"); "arpeggio" or "pad" or None
    melody, bass   the notes of either line of a pitched clip
    sections       stretches of bars by letter, "A" and what is like it
    contour        of the melody; period: bars after which the clip repeats, None when it doesn't
    phrase_ends    of the melody; longest_repeat: notes of its longest run that comes twice
    lanes          of a drum clip
    pickup         beats before the first bar line
    """

    notes: int
    length: float
    tempo: float
    metre: Metre
    role: Role | None
    manner: str | None
    keys: tuple[RankedKey, ...]
    key_is_clear: bool
    scale: Scale | None
    chords: tuple[TimedChord, ...]
    groove: Groove | None
    register: Register | None
    melody: tuple[int, ...]
    bass: tuple[int, ...]
    contour: str | None
    period: int | None
    sections: tuple[Section, ...]
    phrase_ends: tuple[float, ...]
    longest_repeat: int
    lanes: tuple[DrumLane, ...]
    mood: Mood | None
    pickup: float = 0.0

    @property
    def key(self) -> str | None:
        """The likeliest key, "A minor"; None for drums and silence."""
        return self.keys[0].name if self.keys else None

    def label(self, chord: Chord) -> str:
        """A chord's name as one writes it in the clip's key: "Db:maj7" in Ab major."""
        return chord.label_in(self.scale) if self.scale else chord.label


def analyse(clip: Clip, context: Iterable[Clip] = ()) -> Analysis:
    """Find out what a clip is; key and chords are heard together with the clips that play at the same time.

    Bars are counted from the end of its pickup.
    """
    if silence := clip.silence_before:
        found = analyse(clip.later(silence), [other.later(silence) for other in context])
        return replace(_earlier(found, silence), pickup=clip.pickup)
    notes = NoteArrays.of(clip.notes)
    role = find_role(clip)
    beside = [replace(other, role=find_role(other)) for other in context]
    played = replace(clip, role=role)
    around = NoteArrays.heard_with(played, beside)
    # The key of a drum clip is that of what plays beside it.
    keys = stated_first(find_key(played, beside), clip)
    scale = clip_scale(played, beside) if keys else None
    groove = find_groove(notes, clip.metre, clip.length)
    drums = role == "drums"
    line = [] if drums else melody_line(notes)
    mood = None
    if groove is not None:
        mood = estimate(
            cues_of(notes, tempo=clip.tempo, groove=groove, keys=() if drums else keys, scale=None if drums else scale)
        )
    return Analysis(
        notes=len(notes),
        length=clip.length,
        tempo=clip.tempo,
        metre=clip.metre,
        role=role,
        manner=find_manner(notes, role),
        keys=keys,
        key_is_clear=len(around) >= FEWEST,
        scale=scale,
        chords=find_chords(played, beside),
        groove=groove,
        register=find_register(notes),
        melody=tuple(line),
        bass=() if drums else tuple(bass_line(notes)),
        contour=find_contour(notes.pitch[line]) if line else None,
        period=find_period(notes, clip.metre, clip.length),
        sections=find_sections(notes, clip.metre, clip.length),
        phrase_ends=find_phrases(notes, line),
        longest_repeat=longest_repeat(notes, line) if line else 0,
        lanes=find_lanes(notes, clip.metre, clip.length) if drums and len(notes) else (),
        mood=mood,
    )


def _earlier(found: Analysis, silence: float) -> Analysis:
    """What was found in a clip behind some beats of silence, told of the clip itself."""

    def place(onset: float, duration: float) -> tuple[float, float]:
        start = max(0.0, onset - silence)
        return start, onset + duration - silence - start

    chords = [(each, *place(each.onset, each.duration)) for each in found.chords]
    sections = [(*place(each.onset, each.duration), each.letter) for each in found.sections]
    return replace(
        found,
        length=found.length - silence,
        chords=tuple(TimedChord(at, long, each.chord) for each, at, long in chords if long > TIGHT),
        sections=tuple(Section(*each) for each in sections if each[1] > TIGHT),
        phrase_ends=tuple(max(0.0, end - silence) for end in found.phrase_ends),
    )
