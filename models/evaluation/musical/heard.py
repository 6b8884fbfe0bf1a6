"""All that the musical measures say of a result beside its clip, and of them: does it hear the chords?

    on chord   share of the new notes that carry weight (on a pulse, or a beat long and more) which are chord tones
    clashes    share of those that lie a semitone above a chord tone and are none themselves: F on C, C on G7
    bass       share of chord changes at which the lowest note that begins there is the root or the chord's bass

Offers: ``heard``; ``hears``, ``bass_follows``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.evaluation.musical.figures import keeps_figure
from models.evaluation.musical.kit import keeps_beat
from models.evaluation.musical.parts import new_notes, share
from models.evaluation.musical.playing import moves, plays
from models.evaluation.musical.texture import keeps_texture
from models.music.beats import Metre, strength
from models.music.chord import TimedChord, chord_at
from models.music.clip import Clip
from models.music.note import Note

_PULSE = 0.6
_LONG = 1.0
_EARLY, _LATE = 0.3, 0.3
"""Beats before and after a change in which its bass may come: a push belongs to the beat that it anticipates."""


def hears(new: Sequence[Note], chords: Sequence[TimedChord], metre: Metre) -> dict[str, float]:
    """ "on chord" and "clashes" of new notes over the chords that they were to hear."""
    weighty = [
        (note, chord)
        for note in new
        if (strength(note.onset, metre) >= _PULSE or note.duration >= _LONG)
        and (chord := chord_at(chords, note.onset)) is not None
    ]
    return {
        "on chord": share([note.pitch in chord for note, chord in weighty]),
        "clashes": share([note.pitch not in chord and note.pitch - 1 in chord for note, chord in weighty]),
    }


def bass_follows(notes: Sequence[Note], chords: Sequence[TimedChord]) -> dict[str, float]:
    """ "bass" of a line or of chords; changes at which nothing begins don't count."""
    followed = []
    for onset, _, chord in chords:
        there = [note for note in notes if onset - _EARLY <= note.onset < onset + _LATE]
        if there:
            lowest = min(there, key=lambda note: note.pitch).pitch % 12
            followed.append(lowest in (chord.root, chord.bass))
    return {"bass": share(followed)}


def heard(before: Clip, after: Clip, chords: Sequence[TimedChord] = ()) -> dict[str, float]:
    """Every measure that the clip's role has, always the same names for a role; NaN where one has no meaning.

    chords: those that the result was to follow.
    """
    found = keeps_figure(before, after) | plays(before, after)
    if before.drums:
        return found | keeps_beat(before, after)
    found |= hears(new_notes(before, after), chords, before.metre) | bass_follows(after.notes, chords)
    return found | (keeps_texture(before, after) if before.role == "chords" else moves(before, after))
