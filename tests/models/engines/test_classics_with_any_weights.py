"""The four classic engines with small networks of random weights: the promises hold whatever a network has learned."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.constraints.morphing.steps import NEARNESS
from models.generator import Request
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.errors import EmptyClip, Refused
from models.music.scale import Scale
from models.music.similarity import similarity
from models.training.classics import vae
from models.training.classics.figures import engine_of
from tests.models.constraints.violations import violations
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune, clips, examples, requests, some_chords

ENGINES = ("lstm", "rnn", "vae", "gan")
EXAMPLES = {"melody": a_tune, "bass": a_bass_line, "chords": some_chords, "drums": a_beat}
FEW = settings(max_examples=examples(9), deadline=None, suppress_health_check=list(HealthCheck))
A_MINOR = Scale.parse("A minor")


def an_engine(name: str) -> object:
    torch.manual_seed(3)
    recipe = import_module(f"models.training.classics.{name}")
    network = recipe.Loss.of("tiny").network
    return engine_of(name, (vae.Instrument(network.config) if name == "vae" else network).eval())


PLAYERS = {name: an_engine(name) for name in ENGINES}
PAIRS = [(name, role) for name in ENGINES for role in PLAYERS[name].roles]


def results(name: str, request: Request) -> list:
    try:
        return list(PLAYERS[name].generate(request))
    except (Refused, EmptyClip):
        return []


@pytest.mark.parametrize(("name", "role"), PAIRS)
def test_no_variation_breaks_a_promise(name: str, role: str) -> None:
    @FEW
    @given(requests(role, "vary", most=16))
    def hold(request: Request) -> None:
        found = results(name, request)
        for variation in found:
            assert not violations(request, variation, role)
        assert len({variation.clip.notes for variation in found}) == len(found)

    hold()


@pytest.mark.parametrize(("name", "role"), [pair for pair in PAIRS if "infill" in PLAYERS[pair[0]].tasks])
def test_no_infill_breaks_a_promise(name: str, role: str) -> None:
    @settings(FEW, max_examples=examples(6))
    @given(requests(role, "infill", most=16))
    def hold(request: Request) -> None:
        for variation in results(name, request):
            assert not violations(request, variation, role)

    hold()


@pytest.mark.parametrize(("name", "role"), PAIRS)
@pytest.mark.parametrize("dial", [0.35, 0.6, 0.85])
def test_the_dial_tells_the_truth(name: str, role: str, dial: float) -> None:
    found = results(name, Request(prompts=(EXAMPLES[role](),), role=role, similarity=dial, count=3, seed=5))
    assert len(found) == 3
    for variation in found:
        assert variation.report.similarity == pytest.approx(dial, abs=0.05)


@pytest.mark.parametrize("name", ENGINES)
def test_what_is_generated_keeps_scale_range_and_length(name: str) -> None:
    role = PLAYERS[name].roles[0]
    request = Request(task="generate", role=role, bars=3, scale=A_MINOR, range=(36, 80), count=3, seed=9)
    found = results(name, request)
    assert len(found) == 3
    for variation in found:
        assert variation.clip.length == 12.0
        assert variation.clip.notes
        assert all(36 <= note.pitch <= 80 and note.end <= 12 + 1e-6 for note in variation.clip.notes)
        assert role == "drums" or all(note.pitch in A_MINOR for note in variation.clip.notes)


@pytest.mark.parametrize("name", ENGINES)
def test_the_same_seed_gives_the_same_notes(name: str) -> None:
    role = PLAYERS[name].roles[0]
    for request in (
        Request(prompts=(EXAMPLES[role](),), role=role, seed=4, count=2),
        Request(task="generate", role=role, bars=2, seed=4, count=2),
    ):
        once, twice = ([variation.clip for variation in results(name, request)] for _ in range(2))
        assert once == twice


@pytest.mark.parametrize("name", ENGINES)
def test_a_cancelled_run_ends(name: str) -> None:
    role = PLAYERS[name].roles[0]
    request = Request(prompts=(EXAMPLES[role](),), role=role)
    assert list(PLAYERS[name].generate(request, cancelled=lambda: True)) == []


def test_a_role_that_is_not_played_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match="plays melody, bass"):
        list(PLAYERS["lstm"].generate(Request(prompts=(a_beat(),))))


def test_a_rhythm_engine_refuses_a_locked_rhythm() -> None:
    from models.generator import Locks

    with pytest.raises(Refused, match="rhythm"):
        list(PLAYERS["rnn"].generate(Request(prompts=(a_tune(),), locks=Locks(rhythm=True))))


def test_chords_and_a_far_region_reach_the_lstm() -> None:
    chords = tuple(TimedChord(4.0 * bar, 4.0, Chord.of(root, "min")) for bar, root in enumerate((9, 2, 4, 9)))
    request = Request(prompts=(a_tune(),), task="infill", region=(12.0, 16.0), chords=chords, seed=2, count=2)
    for variation in results("lstm", request):
        assert variation.clip.notes[:18] == a_tune().notes[:18]


@pytest.mark.parametrize("role", ["melody", "bass", "drums"])
def test_a_morph_rises_to_the_second_clip(role: str) -> None:
    @settings(FEW, max_examples=examples(6))
    @given(clips(role, most=12, fewest=2), clips(role, most=12, fewest=2), st.integers(2, 6))
    def rises(first: Clip, second: Clip, count: int) -> None:
        second = replace(second, metre=first.metre)  # between two metres the second comes in the bars of the first
        request = Request(task="morph", prompts=(first, second), role=role, count=count)
        found = results("vae", request)
        if not found:
            return
        nearness = [variation.report.measures[NEARNESS] for variation in found]
        assert all(a < b for a, b in zip(nearness, nearness[1:], strict=False))
        assert nearness[-1] == 1.0
        length = max(first.length, second.length)
        ends = [clip.notes if clip.length == length else clip.looped(length).notes for clip in (first, second)]
        assert [found[0].clip.notes, found[-1].clip.notes] == ends
        for variation, value in zip(found, nearness, strict=True):
            assert similarity(ends[1], variation.clip.notes, drums=role == "drums") == pytest.approx(value, abs=1e-9)

    rises()


def test_a_beat_doesnt_morph_into_a_tune() -> None:
    with pytest.raises(Refused, match="beat"):
        list(PLAYERS["vae"].generate(Request(task="morph", prompts=(a_beat(), a_tune()))))


def test_a_triplet_beat_stays_on_triplets() -> None:
    beat = a_clip(
        *(a_note(42, third / 3, 0.2) for third in range(24)),
        *(a_note(36, beat, 0.2) for beat in range(8)),
        length=8.0,
        role="drums",
    )
    for variation in results("rnn", Request(prompts=(beat,), similarity=0.6, seed=1)):
        new = [note for note, kept in zip(variation.clip.notes, variation.kept, strict=True) if kept is None]
        near = [abs(note.onset * 3 - round(note.onset * 3)) for note in new]
        assert sum(distance < 0.2 for distance in near) >= 0.7 * len(near)


def test_a_beat_doesnt_lose_a_drum_that_it_uses_much() -> None:
    beat = a_beat()
    for variation in results("rnn", Request(prompts=(beat,), similarity=0.6, count=3, seed=8)):
        for pitch in {note.pitch for note in beat.notes}:
            if sum(note.pitch == pitch for note in beat.notes) >= 3:
                assert any(note.pitch == pitch for note in variation.clip.notes)


def test_a_melody_keeps_some_of_its_rhythm_where_its_notes_change() -> None:
    tune = a_tune()
    onsets = {note.onset for note in tune.notes}
    for variation in results("lstm", Request(prompts=(tune,), similarity=0.5, count=3, seed=8)):
        again = sum(
            kept is None and note.onset in onsets
            for note, kept in zip(variation.clip.notes, variation.kept, strict=True)
        )
        assert again >= 2


def test_a_long_line_is_written_to_its_end() -> None:
    line = a_clip(*(a_note(60 + place % 7, place / 2, 0.5) for place in range(520)), length=260.0, role="melody")
    (variation,) = results("lstm", Request(prompts=(line,), similarity=0.8, count=1))
    assert len(variation.clip.notes) > 450
    assert sum(note.onset > 230 for note in variation.clip.notes) > 40
