"""A mode turns chords whole; registers change where phrases begin; long notes are tied; a calm beat keeps its own."""

from __future__ import annotations

from collections import defaultdict

import pytest

from models.generator import Request
from models.mood.goal import Turn
from models.music.beats import TIGHT
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.scale import Scale
from models.studio import Studio
from tests.models.mood.test_mood_layers import painted_alone
from tests.strategies import a_beat, a_clip, a_note

HELD = ((36, 43, 52, 59, 62), (33, 43, 48, 52, 59), (41, 48, 52, 57), (43, 53, 59, 64))
"""Cmaj9, Am9, Fmaj7, G13: a ballad."""

LOOP = ((54, 57, 61), (50, 54, 57), (52, 56, 59), (49, 52, 56))
"""F#m, D, E, C#m."""

RIFF = ((0, 57), (0.25, 57), (0.75, 57), (1.25, 60), (1.75, 57), (2, 55), (2.5, 52), (3, 55))


def _chords(bars: tuple[tuple[int, ...], ...], onsets: tuple[float, ...], duration: float) -> Clip:
    notes = [
        a_note(pitch, 4 * bar + onset, duration, 78)
        for bar, chord in enumerate(bars)
        for onset in onsets
        for pitch in chord
    ]
    return a_clip(*notes, length=4.0 * len(bars), role="chords")


def _classes(clip: Clip) -> list[set[int]]:
    bars: defaultdict[int, set[int]] = defaultdict(set)
    for note in clip.notes:
        bars[int(note.onset // 4)].add(note.pitch % 12)
    return [bars[bar] for bar in sorted(bars)]


@pytest.mark.parametrize("stress", [1.0, 5.0])
def test_a_ballad_in_minor_has_the_chords_of_minor(stress: float) -> None:
    # Cm9, Abmaj9 for Am9, Fm7, and G7 with its leading tone and the flat thirteenth.
    turned = [{0, 7, 3, 10, 2}, {8, 7, 0, 3, 10}, {5, 0, 3, 8}, {7, 5, 11, 3}]
    assert _classes(painted_alone(_chords(HELD, (0.0,), 3.6), "darker", stress)) == turned


@pytest.mark.parametrize("stress", [1.0, 5.0])
def test_a_loop_in_major_borrows_the_chord_that_would_be_diminished(stress: float) -> None:
    # F#, D#m, E as it was (E# diminished is none), C#.
    loop = _chords(LOOP, (0.0, 0.75, 1.5, 2.5, 3.0), 0.5)
    assert _classes(painted_alone(loop, "欢快", stress)) == [{6, 10, 1}, {3, 6, 10}, {4, 8, 11}, {1, 5, 8}]


@pytest.mark.parametrize(
    ("after", "label", "tones", "sound"),
    [
        ("C minor", "D:min", {2, 5, 10}, True),  # Bb over its third: no diminished triad
        ("C minor", "D:min7", {2, 5, 8, 0}, True),  # half-diminished is minor's own
        ("C minor", "A:min", {8, 0, 3}, True),
        ("C minor", "G:maj", {7, 11, 2}, True),
        ("C dorian", "A:min", {9, 0, 3}, False),
        ("C mixolydian", "E:min", {4, 7, 10}, False),
        ("C mixolydian", "A:min9", {9, 0, 4, 7}, True),  # its ninth would rub: the third
        ("C minor", "D:min9", {2, 5, 8, 0}, True),
        ("C minor", "C:13", {0, 3, 7, 10, 2}, True),  # the thirteenth would hide the tonic: the fifth
        ("C phrygian", "G:min", {7, 10, 2}, True),
    ],
)
def test_what_becomes_of_a_chord_in_a_darker_mode(after: str, label: str, tones: set[int], sound: bool) -> None:
    chord = Chord.parse(label)
    assert chord is not None
    turn = Turn.of(Scale.parse("C"), Scale.parse(after), (TimedChord(0.0, 4.0, chord),), chordal=True)
    moved = {(tone + turn.moved(a_note(48 + tone, 0.0, 4.0))) % 12 for tone in chord.classes}
    assert (moved, turn.is_sound) == (tones, sound)


def test_results_of_turned_chords_agree_in_their_mode() -> None:
    loop = _chords(LOOP, (0.0, 0.75, 1.5, 2.5, 3.0), 0.5)
    request = Request(prompts=(loop,), role="chords", mood="欢快", similarity=0.7, seed=0)
    found = [_classes(variation.clip) for variation in Studio().generate(request, "rules")]
    assert sum({9, 10} <= set().union(*bars) for bars in found) == 0
    assert [{6, 10, 1}, {3, 6, 10}, {4, 8, 11}, {1, 5, 8}] in found


def _tune(*bars: tuple[int, ...]) -> Clip:
    notes = [
        a_note(pitch, 4.0 * bar + beat, 0.9) for bar, pitches in enumerate(bars) for beat, pitch in enumerate(pitches)
    ]
    return a_clip(*notes, length=4.0 * len(bars))


CLIMBING = ((60, 62, 64, 65), (67, 65, 64, 69), (60, 62, 64, 65), (67, 65, 62, 60))
FALLING = ((72, 71, 69, 67), (65, 64, 62, 60), (69, 67, 65, 64), (62, 64, 62, 60))


@pytest.mark.parametrize("mood", ["joyful", "ethereal", "dark", "gloomy"])
@pytest.mark.parametrize("tune", [_tune(*CLIMBING), _tune(*FALLING)], ids=["climbing", "falling"])
def test_no_line_changes_its_register_on_the_way(tune: Clip, mood: str) -> None:
    old = {note.onset: note.pitch for note in tune.notes}
    for stress in (1.0, 2.0, 5.0):
        after = painted_alone(tune, mood, stress)
        far = {round((note.pitch - old[note.onset]) / 12) for note in after.notes if note.onset in old}
        assert len(far) == 1
        leaps = zip(after.notes, after.notes[1:], strict=False)
        assert max(abs(one.pitch - other.pitch) for one, other in leaps) <= 10


def test_voices_change_their_octave_in_whole_bars() -> None:
    soul = _chords(((46, 62, 65, 69), (43, 53, 58, 62), (39, 55, 58, 62), (41, 51, 57, 60)), (0.0, 1.0, 2.0, 3.0), 0.9)
    for stress in (1.0, 2.0, 5.0):
        clip = painted_alone(soul, "romantic", stress)
        assert clip.notes != soul.notes
        for bar in range(4):
            struck = {
                tuple(note.pitch for note in clip.notes if note.onset == 4 * bar + beat)
                for beat in (0.0, 1.0, 2.0, 3.0)
            }
            chords = struck - {()}
            assert all(set(min(chords, key=len)) <= set(chord) for chord in chords)  # but for a voice that sings


def test_a_romantic_riff_is_tied() -> None:
    riff = a_clip(*(a_note(pitch, 4.0 * bar + at, 0.23) for bar in range(4) for at, pitch in RIFF), length=16.0)
    for stress in (1.0, 5.0):
        notes = painted_alone(riff, "romantic", stress).notes
        assert 20 <= len(notes) <= 34  # an appoggiatura or two
        assert {note.pitch for note in notes} == {note.pitch for note in riff.notes}
        tied = [abs(note.end - after.onset) <= TIGHT for note, after in zip(notes, notes[1:], strict=False)]
        assert sum(tied) >= 0.9 * len(tied)


def test_a_calm_beat_has_no_hits_beside_its_kick_and_backbeat() -> None:
    notes = [
        a_note(pitch, 4 * bar + onset, 0.25, 100)
        for bar in range(4)
        for pitch, onsets in (
            (36, (0, 0.75, 2, 2.75)),
            (38, (3,)),
            (39, (3,)),
            (42, tuple(place / 4 for place in range(16))),
        )
        for onset in onsets
    ]
    beat = a_clip(*notes, length=16.0, role="drums")
    request = Request(prompts=(beat,), role="drums", mood="calm", similarity=0.7, count=2, seed=0)
    for variation in Studio().generate(request, "rules"):
        carried, own = (
            {(note.pitch, note.onset) for note in clip.notes if lane_of(note.pitch) in ("kick", "snare")}
            for clip in (variation.clip, beat)
        )
        assert carried == own
        assert len(variation.clip.notes) < len(beat.notes)


def test_a_minor_tune_that_comes_home_late_turns_to_plain_major() -> None:
    # G minor is as likely by its classes; the bars and the end say C.
    first = ((0.5, 55, 0.45), (1, 58, 0.45), (1.5, 60, 0.45), (2, 62, 0.95), (3, 60, 0.45), (3.5, 58, 0.45))
    third = (*first[:4], (3, 65, 0.45), (3.5, 62, 0.45))
    bars = (first, ((0, 60, 1.4), (1.5, 55, 1.4)), third, ((0, 63, 0.95), (1, 62, 0.45), (1.5, 60, 1.4)))
    notes = [a_note(pitch, 4.0 * bar + at, length) for bar, line in enumerate(bars) for at, pitch, length in line]
    after = painted_alone(a_clip(*notes, role="melody"), "happy").notes
    assert {note.pitch % 12 for note in after} <= {0, 2, 4, 5, 7, 9, 11}


def _full_beat() -> Clip:
    """Closed hats on all sixteenths, an open one on the last eighth of each bar."""
    at = lambda bar, *places: [4.0 * bar + place for place in places]  # noqa: E731 - a table of places
    notes = [a_note(42, step / 4, 0.2, 90 - 15 * (step % 2)) for step in range(64)]
    for bar in range(4):
        notes += [a_note(36, onset, 0.2, 104) for onset in at(bar, 0, 1.5, 2.5)]
        notes += [a_note(38, onset, 0.2, 104) for onset in at(bar, 1, 3)]
        notes += [a_note(46, onset, 0.2, 90) for onset in at(bar, 3.5)]
    return a_clip(*notes, role="drums")


def test_an_energetic_beat_has_few_ghosts_and_never_both_hats_at_once() -> None:
    notes = painted_alone(_full_beat(), "energetic", 5.0).notes
    ghosts = [note for note in notes if note.pitch == 38 and note.velocity <= 45]
    snares = [note for note in notes if note.pitch == 38]
    assert 4 <= len(ghosts) <= 12
    assert len(snares) == 8 + len(ghosts) + len([note for note in snares if note.onset % 8 > 7.4])  # it leads back
    assert not {note.onset for note in notes if note.pitch == 42} & {note.onset for note in notes if note.pitch == 46}
    assert max(note.onset for note in notes if note.pitch == 36) >= 15


def test_a_beat_that_is_to_be_syncopated_strikes_before_its_beats() -> None:
    before = a_beat()
    after = painted_alone(before, "syncopated").notes
    assert {note.onset for note in after} != {note.onset for note in before.notes}
    backbeat = [(note.onset, note.pitch) for note in before.notes if note.pitch == 38]
    assert [(note.onset, note.pitch) for note in after if note.pitch == 38] == backbeat


def test_an_appoggiatura_of_a_romantic_line_resolves_by_step() -> None:
    line = (76, 72, 74, 76, 79, 76, 71, 74, 71, 72, 69, 71, 74, 71, 69)
    notes = [a_note(pitch, 2.0 * place, 1.9) for place, pitch in enumerate(line)]
    after = painted_alone(a_clip(*notes, length=32.0, role="melody"), "romantic").notes
    old = {note.onset: note.pitch for note in notes}
    pairs = list(zip(after, after[1:], strict=False))
    leaning = [(one, two) for one, two in pairs if one.pitch - two.pitch in (1, 2) and two.pitch == old.get(one.onset)]
    assert leaning
    assert {note.pitch % 12 for note in after} <= {9, 11, 0, 2, 4, 5, 7}
