"""The promises of every engine, held against any request that hypothesis can think of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.constraints.similarity_search import TOLERANCE
from models.engines import registry
from models.generator import Request
from models.mood.mood_control import MoodControl
from models.music.clip import ROLES, Role
from models.music.errors import EmptyClip, Refused
from models.music.scale import Scale
from models.music.similarity import similarity
from tests.models.constraints.violations import violations
from tests.strategies import a_bass_line, a_beat, a_tune, examples, requests, some_chords

CARDS = [card for card in registry.cards() if card.available]
NAMES = [card.name for card in CARDS]
PAIRS = [(card.name, role) for card in CARDS for role in card.roles]
EXAMPLES = {"melody": a_tune, "bass": a_bass_line, "chords": some_chords, "drums": a_beat}
FEW = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
FEWER = settings(FEW, max_examples=examples(8))
"""For engines with a network: their roads are tried with small ones as well, where an example costs less."""


def few(name: str) -> settings:
    return FEW if name == "rules" else FEWER


def offers(name: str, task: str, role: Role) -> bool:
    return next(card for card in CARDS if card.name == name).can(task, role)


def those_that(task: str) -> list[tuple[str, Role]]:
    return [(name, role) for name, role in PAIRS if offers(name, task, role)]


@pytest.fixture(scope="module")
def engines() -> dict[str, object]:
    return {name: registry.load(name) for name in NAMES}


def results(engine: object, request: Request) -> list:
    try:
        return list(engine.generate(request))
    except (Refused, EmptyClip) as refusal:
        assert refusal.sentence.endswith(".")  # noqa: PT017 - a refusal is one of two good outcomes
        return []


@pytest.mark.parametrize(
    ("task", "name", "role"), [(task, *pair) for task in ("vary", "infill", "humanise") for pair in those_that(task)]
)
def test_no_request_breaks_a_promise(engines, name: str, role: Role, task: str) -> None:
    @few(name)
    @given(requests(role, task))
    def hold(request: Request) -> None:
        found = results(engines[name], request)
        for variation in found:
            assert not violations(request, variation, role)
        if task == "vary":
            assert_four_ideas_truly_reported(request, found, role)

    hold()


def assert_four_ideas_truly_reported(request: Request, found: list, role: Role) -> None:
    """Results differ from each other and from the prompt, and the report tells the measured similarity."""
    notes = [variation.clip.notes for variation in found]
    assert len(set(notes)) == len(notes)
    if request.similarity is None or request.similarity < 1:
        assert request.prompt.notes not in notes
    for variation in found:
        value = similarity(request.prompt.notes, variation.clip.notes, drums=role == "drums")
        assert variation.report.similarity == pytest.approx(value, abs=1e-9)
        if request.similarity is not None and abs(value - request.similarity) > 0.05:
            assert variation.report.remarks


@pytest.mark.parametrize(
    ("task", "name", "role"), [(task, *pair) for task in ("vary", "infill") for pair in those_that(task)]
)
def test_no_number_of_notes_breaks_a_promise(engines, name: str, role: Role, task: str) -> None:
    @few(name)
    @given(requests(role, task), st.sampled_from(("low", "high")))
    def hold(drawn: Request, density: str) -> None:
        request = drawn.but(density=density)
        mood_control = MoodControl.of(request)
        assert mood_control is not None
        for found in results(engines[name], mood_control.asked):
            painted = mood_control.applied(found)
            assert not violations(request, painted, role)
            if request.similarity is not None:
                off, was_off = (abs(one.report.similarity - request.similarity) for one in (painted, found))
                assert off <= max(TOLERANCE, was_off) + 1e-9

    hold()


@pytest.mark.parametrize(("name", "role"), those_that("vary"))
@pytest.mark.parametrize("dial", [0.2, 0.35, 0.5, 0.65, 0.8, 0.9])
def test_the_dial_tells_the_truth(engines, name: str, role: Role, dial: float) -> None:
    clip = EXAMPLES[role]()
    for variation in results(engines[name], Request(prompts=(clip,), role=role, similarity=dial, seed=5)):
        assert variation.report.similarity == pytest.approx(dial, abs=0.05)


@pytest.mark.parametrize(("name", "role"), those_that("vary"))
def test_the_same_seed_gives_the_same_notes(engines, name: str, role: Role) -> None:
    @settings(few(name), max_examples=examples(15 if name == "rules" else 6))
    @given(requests(role))
    def repeat(request: Request) -> None:
        once = [(variation.seed, variation.clip) for variation in results(engines[name], request)]
        assert once == [(variation.seed, variation.clip) for variation in results(engines[name], request)]

    repeat()


@pytest.mark.parametrize(("name", "role"), those_that("continue"))
@pytest.mark.parametrize("bars", [1, 4])
def test_a_continuation_fills_its_bars_in_the_scale(engines, name: str, role: Role, bars: int) -> None:
    clip = EXAMPLES[role]()
    request = Request(task="continue", prompts=(clip,), role=role, bars=bars, seed=1)
    found = results(engines[name], request)
    assert len(found) == 4
    for variation in found:
        assert variation.clip.length == bars * 4
        assert variation.clip.notes
        assert all(note.onset >= 0 and note.end <= bars * 4 + 1e-6 for note in variation.clip.notes)


@pytest.mark.parametrize(("name", "role"), those_that("generate"))
def test_what_is_generated_differs_and_keeps_the_scale(engines, name: str, role: Role) -> None:
    scale = Scale.parse("D dorian")
    found = results(engines[name], Request(task="generate", role=role, bars=2, scale=scale, seed=2))
    assert len({variation.clip.notes for variation in found}) == 4
    for variation in found:
        assert role == "drums" or all(note.pitch in scale for note in variation.clip.notes)


@pytest.mark.parametrize(("name", "role"), those_that("morph"))
def test_a_morph_goes_from_the_first_clip_to_the_second(engines, name: str, role: Role) -> None:
    first = EXAMPLES[role]()
    second = first.with_notes(note.moved(onset=max(0.0, 15 - note.onset), duration=0.5) for note in first.notes)
    steps = results(engines[name], Request(task="morph", prompts=(first, second), role=role, count=5))
    near = [similarity(second.notes, step.clip.notes, drums=role == "drums") for step in steps]
    assert len(near) == 5
    assert all(a < b for a, b in zip(near, near[1:], strict=False))
    assert [steps[0].clip.notes, steps[-1].clip.notes] == [first.notes, second.notes]


@pytest.mark.parametrize("name", [name for name, role in those_that("vary") if role == "melody"])
@settings(FEW, max_examples=examples(25))
@given(similarity_asked=st.floats(0.05, 0.95), pitch=st.integers(20, 100), duration=st.floats(0.1, 4))
def test_a_clip_of_one_note_is_varied(engines, name: str, similarity_asked: float, pitch: int, duration: float) -> None:
    from tests.strategies import a_clip, a_note

    request = Request(
        prompts=(a_clip(a_note(pitch, 0.0, duration), length=4.0, role="melody"),),
        role="melody",
        similarity=similarity_asked,
    )
    assert results(engines[name], request)


def test_every_role_has_an_engine() -> None:
    assert {role for _, role in PAIRS} == set(ROLES)
