"""What a producer hears in a mood: at once, in every bar, with roots and backbeat where they were."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from statistics import fmean

import pytest

from models.generator import Locks, Request
from models.mood.mood_control import MoodControl
from models.music.clip import Clip
from models.music.similarity import similarity
from models.studio import Studio
from models.tasks.table import SEEDS_APART
from tests.strategies import a_clip, a_note

KICK, SNARE, CLAP, HAT, OPEN = 36, 38, 39, 42, 46


def _ideas(clip: Clip, mood: str, count: int = 2) -> list[Clip]:
    """The first results of the clip itself in the mood."""
    control = MoodControl.of(Request(prompts=(clip,), role=clip.role, mood=mood, similarity=0.7))
    assert control is not None
    found: list[Clip] = []
    for number in range(count):
        own = control.of_the_prompt(number * SEEDS_APART, {clip.notes for clip in found})
        found += [own.clip] if own is not None else []
    assert found
    return found


def _beat(**rows: str) -> Clip:
    """Four bars; a row a pad, sixteen cells a bar, digits for tens of velocity."""
    pads = {"kick": KICK, "snare": SNARE, "clap": CLAP, "hat": HAT, "open": OPEN}
    notes = [
        a_note(pads[pad], 4.0 * bar + cell / 4, 0.2, 10 * int(row[cell]))
        for pad, row in rows.items()
        for bar in range(4)
        for cell in range(16)
        if row[cell] != "."
    ]
    return a_clip(*notes, length=16.0, role="drums")


ROCK = _beat(kick="9.......9.9.....", snare="....9.......9...", hat="7.6.7.6.7.6.7.6.")
DISCO = _beat(kick="9...9...9...9...", clap="....7.......7...", hat="6.466.466.466.46", open="..7...7...7...7.")
DEMBOW = _beat(kick="9...9...9...9...", snare="...8..8....8..8.", hat="6.6.6.6.6.6.6.6.")


def _rows(clip: Clip, *pads: int) -> list[Counter[float]]:
    """What is struck in each bar, by its sixteenths."""
    bars: defaultdict[int, Counter[float]] = defaultdict(Counter)
    for note in clip.notes:
        if note.pitch in pads:
            place = round(4 * note.onset)
            bars[place // 16][place % 16] += 1
    return [bars[bar] for bar in range(4)]


@pytest.mark.parametrize("mood", ["calm", "darker", "romantic", "dreamy"])
@pytest.mark.parametrize("beat", [ROCK, DISCO, DEMBOW], ids=["rock", "disco", "dembow"])
def test_a_calm_beat_is_softer_and_sparser_and_alike_in_every_bar(beat: Clip, mood: str) -> None:
    for clip in _ideas(beat, mood):
        assert len(clip.notes) < len(beat.notes)
        assert all(note.velocity <= 84 for note in clip.notes if note.pitch == KICK)
        assert all(row == _rows(clip, HAT, OPEN)[0] for row in _rows(clip, HAT, OPEN))  # no hat is left over
        carried = [_rows(one, KICK, SNARE, CLAP) for one in (clip, beat)]
        assert carried[0] == carried[1]


@pytest.mark.parametrize("mood", ["欢快", "energetic", "aggressive", "tense"])
@pytest.mark.parametrize("beat", [ROCK, DISCO, DEMBOW], ids=["rock", "disco", "dembow"])
def test_a_lively_beat_has_hats_below_its_backbeat_and_claps_for_hands(beat: Clip, mood: str) -> None:
    for clip in _ideas(beat, mood):
        assert len({note.onset for note in clip.notes}) > len({note.onset for note in beat.notes})
        loudest = Counter({note.pitch: note.velocity for note in sorted(clip.notes, key=lambda note: note.velocity)})
        assert loudest[HAT] <= min(100, max(loudest[SNARE], loudest[CLAP]))
        assert sum(note.pitch == CLAP for note in clip.notes) <= 12
        # The last bar leads back; hats are alike in all bars but for that.
        hats = _rows(clip, HAT, OPEN)
        assert hats[0] == hats[1] == hats[2]
        assert _rows(clip, KICK, SNARE, CLAP)[3] != _rows(clip, KICK, SNARE, CLAP)[0] or beat is DISCO


BOSSA = ((41, 48, 57, 64), (38, 48, 53, 57, 64), (43, 53, 59, 62, 69), (36, 46, 52, 57, 62))
"""Fmaj7, Dm9, G9, C13."""


def test_darker_chords_turn_to_minor_and_nothing_rubs() -> None:
    notes = [
        a_note(pitch, 4.0 * bar + onset, duration, 78)
        for bar, chord in enumerate(BOSSA)
        for onset, duration in ((0, 1.4), (1.5, 0.9), (2.5, 0.4), (3, 0.9))
        for pitch in chord
    ]
    for clip in _ideas(a_clip(*notes, length=16.0, role="chords"), "darker"):
        bars: defaultdict[int, set[int]] = defaultdict(set)
        for note in clip.notes:
            bars[int(note.onset // 4)].add(note.pitch % 12)
        # Fm7, Dm7b5 without its ninth, G7b9, Cm9 without the thirteenth.
        assert dict(bars) == {0: {5, 0, 8, 3}, 1: {2, 0, 5, 8}, 2: {7, 5, 11, 2, 8}, 3: {0, 10, 3, 7, 2}}
        assert max(note.velocity for note in clip.notes) < 75


SKANK = ((55, 59, 62), (52, 55, 59), (48, 52, 55), (50, 54, 57))


@pytest.mark.parametrize("mood", ["calm", "energetic", "欢快", "aggressive"])
def test_chords_stand_on_their_roots_and_are_struck_alike(mood: str) -> None:
    notes = [
        a_note(pitch, 4.0 * bar + onset, 0.25, 78)
        for bar, chord in enumerate(SKANK)
        for onset in (0.5, 1.5, 2.5, 3.5)
        for pitch in chord
    ]
    for clip in _ideas(a_clip(*notes, length=16.0, role="chords"), mood):
        struck: defaultdict[int, defaultdict[float, list[int]]] = defaultdict(lambda: defaultdict(list))
        for note in clip.notes:
            struck[int(note.onset // 4)][note.onset % 4].append(note.pitch)
        for bar, chord in enumerate(SKANK):
            assert all(min(pitches) % 12 == chord[0] % 12 for pitches in struck[bar].values())
            assert len({tuple(sorted(pitches)) for pitches in struck[bar].values()}) == 1
        assert set(struck[0]) == set(struck[1])


TUNE = (
    *((1, 74), (1.5, 72), (2, 69), (3, 65), (3.5, 69), (4, 72), (4.5, 69), (5.5, 67)),
    *((9, 70), (9.5, 69), (10, 67), (11, 64), (11.5, 67), (12, 70), (12.5, 67), (13.5, 65)),
)


@pytest.mark.parametrize("mood", ["欢快", "energetic"])
def test_a_lively_tune_moves_on_and_does_not_stutter(mood: str) -> None:
    tune = a_clip(*(a_note(pitch, at, 0.45, 90) for at, pitch in TUNE), length=16.0)
    for clip in _ideas(tune, mood):
        notes = clip.notes
        assert not any(a.pitch == b.pitch == c.pitch for a, b, c in zip(notes, notes[1:], notes[2:], strict=False))
        assert max(note.onset for note in notes) == 13.5  # the end rests
        assert fmean(note.velocity for note in notes) > 94


def test_a_romantic_tune_does_not_stand_still() -> None:
    bars = ((52, 53, 56, 57, 59, 57, 56, 53), (52, 50, 52), (48, 50, 52, 53, 56, 53, 52, 50), (52,))
    onsets = {8: [place / 2 for place in range(8)], 3: [0, 1.5, 2], 1: [0]}
    notes = [
        a_note(12 + pitch, 4.0 * bar + at, 0.45, 100)
        for bar, line in enumerate(bars)
        for pitch, at in zip(line, onsets[len(line)], strict=True)
    ]
    for clip in _ideas(a_clip(*notes, length=16.0), "romantic"):
        second = [note for note in clip.notes if 4 <= note.onset < 8]
        assert len({note.pitch for note in second}) > 1
        assert fmean(note.velocity for note in clip.notes) < 95


def _hook() -> Clip:
    places = ((69, 0), (72, 0.75), (76, 1), (74, 1.5), (72, 2), (71, 2.75), (69, 3), (64, 3.5))
    answer = ((65, 4), (69, 4.75), (72, 5), (71, 6), (69, 6.5), (67, 7))
    notes = [a_note(pitch, start + onset, 0.45, 90) for start in (0, 8) for pitch, onset in (*places, *answer)]
    return a_clip(*notes, length=16.0, role="melody")


@pytest.mark.parametrize("mood", ["cheerful", "darker", "romantic"])
def test_under_a_locked_rhythm_there_are_four_results_and_nothing_shouts(mood: str) -> None:
    hook = _hook()
    request = Request(prompts=(hook,), role="melody", mood=mood, similarity=0.6, locks=Locks(rhythm=True), seed=8)
    results = list(Studio(patient=True).generate(request, "kin"))
    assert len({result.clip.notes for result in results}) == 4
    for notes in (result.clip.notes for result in results):
        assert max(note.velocity for note in notes) <= 118


def test_what_an_engine_brings_under_a_mood_are_different_ideas() -> None:
    request = Request(prompts=(_hook(),), role="melody", mood="cheerful", similarity=0.6, locks=Locks(rhythm=True))
    results = [result.clip for result in Studio(patient=True).generate(request, "kin")]
    assert max(similarity(one.notes, other.notes, drums=False) for one, other in combinations(results, 2)) < 0.97


@pytest.mark.parametrize("mood", ["cheerful", "calm", "romantic", "darker"])
def test_a_second_result_is_another_idea_and_the_same_seed_has_it_alone(mood: str) -> None:
    first, second = _ideas(_hook(), mood)
    played = [{(note.onset, note.pitch) for note in clip.notes} for clip in (first, second)]
    assert len(played[0] & played[1]) <= 0.87 * len(played[0] | played[1])
    control = MoodControl.of(Request(prompts=(_hook(),), role="melody", mood=mood, similarity=0.7))
    assert control is not None
    alone = control.of_the_prompt(SEEDS_APART, set())
    assert alone is not None
    assert alone.clip == second


def test_a_calm_house_beat_keeps_soft_hats_between_its_kicks_and_nothing_is_pushed() -> None:
    for clip in _ideas(DISCO, "darker"):
        assert all(any(place % 4 == 2 for place in row) for row in _rows(clip, HAT, OPEN))
        assert all(4 * note.onset == round(4 * note.onset) for note in clip.notes)
