"""A piece under events: metre, chords and note ends hold whatever comes; intensity is what was asked for."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from bridge.command_line.commands.examples import EXAMPLES
from models import midi_file
from models.following.layers import Layers, feeling_of
from models.following.scene import energy_of, parse_moods, run_events, score_scene
from models.following.stage import Event, Stage
from models.jam.jam import Timed
from models.jam.sounding import NOTE_ON
from models.music.errors import EmptyClip

SCENE = [midi_file.read(EXAMPLES / f"{name}.mid") for name in ("lead", "chords", "bass", "beat")]
LAYERS = Layers.of(SCENE)
OTHER_BASS = SCENE[2].with_notes(note for note in SCENE[2].notes if note.onset % 1 == 0)
"""As a style brings: another figure over the same chords."""


def left_sounding(played: list[Timed]) -> Counter[tuple[int, int]]:
    """Keys that begin more often than they end."""
    keys: Counter[tuple[int, int]] = Counter()
    for _, message in played:
        keys[message[0] & 0x0F, message[1]] += 1 if message[0] & 0xF0 == NOTE_ON else -1
    return +keys


def an_event(chance: random.Random) -> Event:
    at = chance.choice(("beat", "bar", "phrase"))
    kind = chance.randrange(4)
    if kind == 0:
        return Event(at, intensity=chance.random())
    if kind == 1:
        return Event(at, mood=chance.choice(("dark", "hopeful", "calm", "tense", "")))
    if kind == 2:
        return Event(at, parts=(("bass", chance.choice((SCENE[2], OTHER_BASS))),))
    return Event(at, section=chance.choice(("intro", "break", "drop 1", "groove")))


@pytest.fixture(scope="module")
def stormy() -> list[Timed]:
    """What is played while 10,000 random events come, and at last an end."""
    chance = random.Random(7)
    beats = sorted(chance.uniform(0, 600) for _ in range(10_000))
    events = [(beat, an_event(chance)) for beat in beats]
    stage = Stage(LAYERS)
    played = run_events(stage, [*events, (601.0, Event("bar", end=True))], 620)
    assert stage.ended
    return played


def test_ten_thousand_events_lose_no_note_off(stormy: list[Timed]) -> None:
    assert not left_sounding(stormy)


def test_ten_thousand_events_never_break_metre(stormy: list[Timed]) -> None:
    loops = {LAYERS and number: {round(note.onset, 6) for note in loop.notes} for number, loop in enumerate(SCENE)}
    for beat, message in stormy:
        if message[0] & 0xF0 == NOTE_ON and beat < 600:
            number = 3 if message[0] & 0x0F == 9 else message[0] & 0x0F
            place = round(beat % SCENE[number].length, 6)
            crash_or_hat = number == 3 and message[1] in (46, 49)
            assert crash_or_hat or place in loops[number], (beat, message)


def test_no_chord_sounds_into_another() -> None:
    """Whatever changes, each pitched track sounds only what its loop sounds at that place, in one mode at a time."""
    chance = random.Random(3)
    events = [(beat, Event(chance.choice(("beat", "bar")), intensity=chance.random())) for beat in range(0, 200, 3)]
    played = run_events(Stage(LAYERS), events, 200)
    allowed = {
        number: {(round(note.onset, 6), note.pitch % 12) for note in loop.notes}
        for number, loop in enumerate(SCENE[:3])
    }
    for beat, message in played:
        number = message[0] & 0x0F
        if message[0] & 0xF0 == NOTE_ON and number < 3:
            assert (round(beat % SCENE[number].length, 6), message[1] % 12) in allowed[number]


def test_a_mood_moves_every_track_alike() -> None:
    played = run_events(Stage(LAYERS, 1.0), [(0.0, Event("beat", mood="happy"))], 32)
    classes = {message[1] % 12 for _, message in played if message[0] & 0xF0 == NOTE_ON and message[0] & 0x0F != 9}
    before = {note.pitch % 12 for loop in SCENE[:3] for note in loop.notes}
    assert classes != before
    assert not {0, 1} <= classes  # C of A minor and C# of A major don't meet


def test_a_change_lands_within_a_bar() -> None:
    played = run_events(Stage(LAYERS, 0.0), [(5.0, Event("bar", intensity=1.0))], 32)
    drums = [beat for beat, message in played if message[0] == NOTE_ON | 9]
    assert 8 <= drums[0] < 12


def test_asked_and_realised_intensity_go_together() -> None:
    chance, events, curve, now = random.Random(1), [], [], 0.5
    for bar in range(200):
        if bar % 2 == 0:
            now = chance.random()
            events.append((max(0.0, bar * 4 - 0.5), Event("bar", intensity=now)))
        curve.append(now)
    realised = energy_of(run_events(Stage(LAYERS), events, 800), 4, 200)
    assert np.corrcoef(curve, realised)[0, 1] >= 0.9


def test_the_end_is_the_chord_of_the_beginning() -> None:
    stage = Stage(LAYERS, 0.8)
    played = run_events(stage, [(9.5, Event("bar", end=True))], 40)
    last = [message[1] for beat, message in played if beat == 12 and message[0] == NOTE_ON | 1]
    first = SCENE[1].notes[0].onset
    assert sorted(last) == sorted(note.pitch for note in SCENE[1].notes if abs(note.onset - first) < 0.1)
    assert max(beat for beat, _ in played) == stage.end_beat == 16


def test_a_scene_has_its_length_and_its_hits() -> None:
    moods = parse_moods("tense 0-8, hopeful 8-24, triumphant 24-30", 30)
    scene = score_scene(SCENE, 30, moods, (8, 24.3))
    beat_s = 60 / scene.tempo
    assert all(clip.length * beat_s == pytest.approx(30) for clip in scene.tracks)
    assert [note.onset * beat_s for note in scene.tracks[-1].notes] == pytest.approx([8, 24.3])
    assert all(abs(asked - begins) < 0.3 for _, asked, begins in scene.begins)
    struck = [(note.onset * beat_s, note.velocity) for track in scene.tracks[:-1] for note in track.notes]
    energies = [sum(v for at, v in struck if a <= at < b) / (b - a) for a, b in ((0, 8), (8, 24), (24, 29))]
    arousals = [feeling_of(mood.words, None).arousal for mood in moods]
    assert np.argmin(energies) == np.argmin(arousals)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dark", "no mood with its seconds"),
        ("xyzzyq 0-8", "not known"),
        ("dark 2-8", "begins at 2 s"),
        ("dark 0-80", "must end"),
        ("", "no moods"),
    ],
)
def test_moods_that_cannot_be_are_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_moods(text, 30)


def test_what_is_not_known_changes_nothing() -> None:
    stage = Stage(LAYERS)
    with pytest.raises(ValueError, match="not known; choose from"):
        stage.tell(Event(section="xyzzyq"))
    with pytest.raises(ValueError, match="not known"):
        stage.tell(Event(mood="xyzzyq"))
    with pytest.raises(ValueError, match="0 to 1"):
        Event(intensity=2)
    with pytest.raises(EmptyClip):
        Layers.of([SCENE[0].with_notes(())])
