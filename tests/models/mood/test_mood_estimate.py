"""The estimate moves as listeners' judgements do when one cue is changed."""

import random
from dataclasses import replace

import pytest

from models.analysis.analyse import analyse
from models.music.clip import Clip
from models.music.note import Note

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 11)


def a_tune(seed, degrees=MAJOR):
    """Four bars that begin and end on the tonic C3."""
    rng = random.Random(seed)
    notes, place, step = [], 0.0, 0
    while place < 15:
        duration = rng.choice((0.5, 0.5, 1.0))
        octave, degree = divmod(step, 7)
        notes.append(Note(60 + 12 * octave + degrees[degree], place, 0.8 * duration, rng.randrange(75, 95)))
        step = max(-3, min(9, step + rng.choice((-2, -1, -1, 1, 1, 2))))
        place += duration
    return Clip((*notes, Note(60, 15.0, 0.9, 85)), 16.0, role="melody")


def each_note(clip, **changes):
    return clip.with_notes(
        note.moved(**{name: change(note) for name, change in changes.items()}) for note in clip.notes
    )


CHANGES = {
    "louder": lambda clip: each_note(clip, velocity=lambda note: note.velocity + 20),
    "shorter": lambda clip: each_note(clip, duration=lambda note: note.duration / 2),
    "higher": lambda clip: each_note(clip, pitch=lambda note: note.pitch + 12),
    "faster": lambda clip: replace(clip, tempo=clip.tempo * 1.3),
    "denser": lambda clip: clip.with_notes(
        part
        for note in clip.notes
        for part in (
            note.moved(duration=note.duration / 2),
            note.moved(onset=note.onset + note.duration / 2, duration=note.duration / 2),
        )
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_listeners_find_more_excited_raises_arousal(change):
    raised = [
        analyse(CHANGES[change](a_tune(seed))).mood.arousal - analyse(a_tune(seed)).mood.arousal for seed in range(20)
    ]
    assert min(raised) > 0


def test_a_major_tune_is_happier_than_the_same_in_minor():
    raised = [analyse(a_tune(seed)).mood.valence - analyse(a_tune(seed, MINOR)).mood.valence for seed in range(20)]
    assert sum(change > 0 for change in raised) >= 19


def test_valence_rises_with_register_and_falls_with_nothing_louder():
    tune = a_tune(1)
    assert analyse(CHANGES["higher"](tune)).mood.valence > analyse(tune).mood.valence
    assert analyse(CHANGES["louder"](tune)).mood.valence < analyse(tune).mood.valence


def test_moods_stay_within_bounds_and_silence_has_none():
    assert analyse(Clip((), 4.0)).mood is None
    for pitch, velocity, tempo in ((0, 1, 20.0), (127, 127, 400.0)):
        mood = analyse(Clip((Note(pitch, 0, 0.01, velocity),), 4.0, tempo=tempo)).mood
        assert -1 <= mood.valence <= 1
        assert -1 <= mood.arousal <= 1
