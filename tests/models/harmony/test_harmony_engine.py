"""The chord tasks and accompaniments through the studio: every promise, on clips that try to break it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.generator import Locks, Request
from models.harmony.offer import rank_of, seed_of
from models.harmony.requests import colour_of
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.scale import Scale
from models.studio import Studio
from tests.models.constraints.violations import violations
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune, clips, requests, scales, some_chords

STUDIO = Studio()
A_MINOR = Scale.parse("A minor")
STYLES = st.sampled_from(
    ("", "close", "drop2 9", "lofi", "spread", "quartal hold", "house-stab", "arpeggio", "strum 7")
)


def made(request: Request, engine: str = "auto") -> list:
    """What comes; a refusal with a sentence is an answer, too."""
    try:
        return list(STUDIO.generate(request, engine))
    except ClipkinError:
        return []


def new_notes(variation) -> list:
    return [note for note, index in zip(variation.clip.notes, variation.kept, strict=True) if index is None]


def named(variation) -> str:
    from models.music import pitch

    hits: dict[float, list[str]] = {}
    for note in variation.clip.notes:
        hits.setdefault(note.onset, []).append(pitch.name(note.pitch))
    return " | ".join(" ".join(hit) for hit in hits.values())


@settings(max_examples=60, deadline=None)
@given(requests("chords", most=16), STYLES, st.sampled_from(("", "top", "bass", "top,bass")), st.integers(0, 6))
def test_a_voicing_keeps_every_promise(request_: Request, style: str, locks: str, seed: int) -> None:
    request = request_.but(task="voice", style=style, locks=Locks.parse(locks), seed=seed, outside="keep")
    found = made(request)
    for variation in found:
        assert not violations(request, variation, "chords")
        assert variation.report.locks == dict.fromkeys(request.locks.names, True)
        assert variation.clip.notes != request.prompt.notes
        assert variation.clip.length == request.prompt.length
    assert len({variation.clip.notes for variation in found}) == len(found) <= request.count


@settings(max_examples=40, deadline=None)
@given(requests("chords", most=16), STYLES)
def test_substitutes_keep_every_promise(request_: Request, style: str) -> None:
    request = request_.but(task="reharmonise", style=style, locks=Locks())
    found = made(request)
    for variation in found:
        assert not violations(request, variation, "chords")
    assert len({variation.clip.notes for variation in found}) == len(found) <= request.count


@settings(max_examples=30, deadline=None)
@given(clips("melody", most=12), st.none() | scales, st.sampled_from((0.1, 1.0, 2.0)), STYLES)
def test_chords_under_a_melody_keep_to_scale_and_time(clip: Clip, scale, temperature: float, style: str) -> None:
    request = Request(task="harmonise", prompts=(clip,), scale=scale, temperature=temperature, style=style, count=2)
    found = made(request)
    for variation in found:
        assert variation.clip.notes
        assert (variation.clip.length, variation.clip.metre) == (clip.length, clip.metre)
        assert all(scale is None or note.pitch in scale for note in variation.clip.notes)
        assert variation.kept == (None,) * len(variation.clip.notes)
        assert 0 <= variation.report.measures["chord_tones"] <= 1
    assert len({variation.clip.notes for variation in found}) == len(found)


@settings(max_examples=30, deadline=None)
@given(
    clips("chords", most=12),
    st.sampled_from(("melody", "chords", "bass", "drums")),
    st.none() | scales,
    st.integers(0, 2**24 - 1),
    st.sampled_from(("", "funk", "walking sub", "lofi")),
)
def test_accompaniments_keep_to_the_scale_and_differ(clip: Clip, role, scale, seed: int, style: str) -> None:
    request = Request(task="accompany", context=(clip,), role=role, scale=scale, seed=seed, style=style, count=3)
    found = made(request)
    for variation in found:
        assert variation.clip.notes
        assert variation.clip.role == role
        assert role == "drums" or all(scale is None or note.pitch in scale for note in variation.clip.notes)
    assert len({variation.clip.notes for variation in found}) == len(found) <= 3


@settings(max_examples=40, deadline=None)
@given(requests("drums", most=16), st.sampled_from(("groove", "fill toms", "lane hat", "lane 38", "busier", "sparser")))
def test_drums_keep_region_and_lanes(request_: Request, style: str) -> None:
    locks = Locks(lanes=request_.locks.lanes)
    request = request_.but(task="drums", style=style, locks=locks, scale=None, range=None, selected=None)
    found = made(request, "rules")
    for variation in found:
        assert not violations(request, variation, "drums")
        assert variation.report.locks == dict.fromkeys(locks.names, True)
    assert len({variation.clip.notes for variation in found}) == len(found) <= request.count


@settings(max_examples=15, deadline=None)
@given(
    clips("chords", most=12), clips("drums", most=12), st.sampled_from(("", "techno", "ambient")), st.none() | scales
)
def test_a_song_has_a_clip_for_whoever_plays(chords: Clip, beat: Clip, style: str, scale) -> None:
    request = Request(task="arrange", prompts=(chords,), context=(beat,), style=style, scale=scale, bars=16)
    found = made(request, "rules")
    places = [(one.place.section, one.place.track) for one in found]
    assert places == sorted(set(places))
    for variation in found:
        loop = (chords, beat)[variation.place.track]
        assert variation.clip.notes
        assert all(
            index is None or loop.notes[index] == note
            for note, index in zip(variation.clip.notes, variation.kept, strict=True)
        )
        assert variation.report.in_scale == 1.0
        assert all(note.end <= variation.clip.length + 1e-4 for note in variation.clip.notes)


REQUESTS = {
    "voice": Request(task="voice", prompts=(some_chords(),), style="drop2 7", seed=2),
    "harmonise": Request(task="harmonise", prompts=(a_tune(),), scale=A_MINOR, seed=999),
    "reharmonise": Request(task="reharmonise", prompts=(some_chords(),), similarity=0.5),
    "bass": Request(task="accompany", context=(some_chords(), a_beat()), role="bass", seed=70_001),
    "chords": Request(task="accompany", context=(a_tune(),), role="chords", seed=3),
    "counter": Request(task="accompany", prompts=(a_tune(),), role="melody", seed=2**24 - 2),
    "drum part": Request(task="accompany", context=(some_chords(), a_bass_line()), role="drums", style="trap", seed=9),
    "beat": Request(task="drums", prompts=(a_tune(),), seed=12),
    "fill": Request(task="drums", prompts=(a_beat(),), style="fill toms", seed=12),
    "lane": Request(task="drums", prompts=(a_beat(),), style="lane hat", locks=Locks.parse("lane:36"), seed=12),
    "song": Request(task="arrange", prompts=(some_chords(),), context=(a_beat(), a_bass_line()), seed=7, bars=16),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_the_same_request_gives_the_same_notes(request_: Request) -> None:
    engine = "rules" if request_.task == "arrange" else "auto"
    found = made(request_, engine)
    assert found
    assert [one.clip for one in found] == [one.clip for one in made(request_, engine)]


@pytest.mark.parametrize(
    "request_",
    [one for one in REQUESTS.values() if one.task != "arrange"],
    ids=[name for name in REQUESTS if name != "song"],
)
def test_a_seed_that_a_result_carries_makes_it_again(request_: Request) -> None:
    found = made(request_.but(count=3))
    assert len(found) > 1
    for variation in found:
        again = made(request_.but(seed=variation.seed, count=1))
        assert [one.clip for one in again] == [variation.clip]
        assert [one.seed for one in again] == [variation.seed]


def test_a_seed_that_is_no_rank_begins_among_the_best() -> None:
    best = made(REQUESTS["voice"].but(seed=0))
    assert [one.seed for one in best] == [0, 1, 2, 3]
    begins = [made(REQUESTS["voice"].but(seed=8_000_000 + number))[0] for number in range(8)]
    assert {one.seed for one in begins} == {0, 1, 2, 3}
    assert [seed_of(rank) for rank in range(6)] == [0, 1, 2, 3, 64, 65]
    assert all(rank_of(seed_of(rank)) == rank for rank in range(64))
    assert next(one for one in begins if one.seed == 1).clip == best[1].clip


def test_chords_that_are_given_are_voiced_without_a_clip_of_notes() -> None:
    chords = (TimedChord(0.0, 4.0, Chord.of(9, "min7")), TimedChord(4.0, 4.0, Chord.of(2, "min7")))
    found = made(Request(task="voice", prompts=(a_clip(length=8.0),), chords=chords, style="close", count=2))
    assert len(found) == 2
    for variation in found:
        assert {note.pitch % 12 for note in variation.clip.notes if note.onset < 4} >= chords[0].chord.classes
        assert variation.clip.length == 8.0


def test_ranks_beyond_the_last_begin_again() -> None:
    chord = a_clip(a_note(60), a_note(64), a_note(67), length=4.0)
    request = Request(task="voice", prompts=(chord,), count=1)
    every = made(request.but(count=64))
    assert 1 < len(every) < 63
    found = made(request.but(seed=seed_of(63)))
    assert [one.seed for one in found] == [seed_of(63 % len(every))]
    assert found[0].clip == every[63 % len(every)].clip


def test_a_locked_top_line_sings_over_other_chords() -> None:
    high = a_clip(*(note.moved(pitch=note.pitch + 12) for note in some_chords().notes), role="chords")
    found = made(Request(task="voice", prompts=(high,), style="drop2 7", locks=Locks(top=True), count=2))
    assert found
    for variation in found:
        tops = [hit.split()[-1] for hit in named(variation).split(" | ")]
        assert tops == ["E4", "C4", "E4", "D4"]
        assert variation.kept_count >= 4


def test_only_the_region_is_voiced_anew() -> None:
    chords = some_chords()
    for variation in made(Request(task="voice", prompts=(chords,), region=(4.0, 8.0), count=2)):
        assert [note for note in variation.clip.notes if not 4 <= note.onset < 8] == [
            note for note in chords.notes if not 4 <= note.onset < 8
        ]


def test_the_temperature_is_the_colour_of_harmonies() -> None:
    assert [colour_of(t) for t in (0.1, 1.0, 2.0)] == pytest.approx([0.0, 0.3, 1.0])
    plain, rich = (
        [
            len({note.pitch % 12 for note in clip.notes if note.onset == onset})
            for clip in [made(Request(task="harmonise", prompts=(a_tune(),), temperature=t, count=1))[0].clip]
            for onset in sorted({note.onset for note in clip.notes})
        ]
        for t in (0.1, 2.0)
    )
    assert sum(rich) / len(rich) > sum(plain) / len(plain)


def test_the_harmonys_similarity_follows_the_dial() -> None:
    for target in (0.4, 0.6, 0.9):
        for variation in made(Request(task="reharmonise", prompts=(some_chords(),), similarity=target, count=2)):
            reached = variation.report.measures["chord_similarity"]
            assert abs(reached - target) <= 0.05 or any("substitutes" in said for said in variation.report.remarks)


def test_polyphony_thins_the_voicing() -> None:
    request = Request(task="voice", prompts=(some_chords(),), style="neo-soul hold", polyphony=4)
    for variation in made(request):
        assert max(len(hit.split()) for hit in named(variation).split(" | ")) <= 4


def test_the_clip_in_the_slot_is_replaced_and_not_listened_to() -> None:
    slot = a_bass_line()
    alone = made(Request(task="accompany", context=(some_chords(),), role="bass", seed=5))
    beside = made(Request(task="accompany", prompts=(slot,), context=(some_chords(),), role="bass", seed=5))
    assert [one.clip.notes for one in alone] == [one.clip.notes for one in beside]
    taken = alone[0].clip
    again = made(Request(task="accompany", prompts=(taken,), context=(some_chords(),), role="bass", seed=5))
    assert again
    assert all(one.clip.notes != taken.notes for one in again)


def test_a_cancelled_request_just_ends() -> None:
    for request in REQUESTS.values():
        assert list(STUDIO.generate(request, cancelled=lambda: True)) == []


def test_one_chord_is_enough() -> None:
    chord = a_clip(a_note(60), a_note(64), a_note(67), length=4.0)
    for task in ("voice", "reharmonise"):
        assert made(Request(task=task, prompts=(chord,), style="drop2" if task == "voice" else ""))
