"""Drums: what is made of them, and that what must stay stays."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.drums.drums import MAKES, SENTENCES, DrumsOptions, drums
from models.drums.fill import FILLS
from models.drums.kit import LANE_NAMES
from models.generator import LARGEST_SEED, Locks, Report, Request, Variation
from models.music.drum_kit import lane_of
from models.music.errors import BadValue, EmptyClip, EngineUnavailable, Refused
from tests.models.constraints.violations import violations
from tests.strategies import a_beat, a_clip, a_note, a_player, a_tune, clips

CHANGES = ("fill", "lane", "busier", "sparser")
MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def made(clip=None, count=4, **options):
    return list(drums(clip or a_beat(), DrumsOptions(**options), count))


@st.composite
def wishes(draw):
    """A drum clip of any shape, and options that change some of it."""
    clip = draw(clips("drums", most=30))
    region = None
    if draw(st.booleans()):
        start = draw(st.floats(0, clip.length * 0.8))
        region = (start, start + draw(st.floats(0.3, clip.length)))
    locked = draw(st.sets(st.sampled_from((36, 38, 42)), max_size=2))
    return clip, DrumsOptions(
        make=draw(st.sampled_from(CHANGES)),
        lane=draw(st.sampled_from(("kick", "hat", "ride", "42", "75"))),
        style=draw(st.sampled_from(("", "trap", "toms jazz", "down"))),
        region=region,
        locks=Locks(lanes=frozenset(locked)),
        amount=draw(st.none() | st.floats(0.05, 1)),
        seed=draw(st.integers(0, 1000)),
    )


@MANY
@given(wishes(), st.integers(1, 4))
def test_every_promise_holds(wish, count):
    clip, options = wish
    try:
        results = list(drums(clip, options, count))
    except Refused:
        return
    except EmptyClip:
        assert all(note.mute for note in clip.notes)
        return
    asked = Request(task="infill", prompts=(clip,), region=options.region, locks=options.locks, role="drums")
    for result in results:
        assert not violations(asked, result, "drums")
        assert result.clip.notes
        assert result.clip.notes != clip.notes
    assert len({result.clip.notes for result in results}) == len(results) <= count
    assert list(drums(clip, options, count)) == results


@MANY
@given(clips("drums", fewest=4), st.sampled_from(("busier", "sparser")), st.integers(0, 50))
def test_each_version_goes_on_from_the_one_before(clip, make, seed):
    before = clip.notes
    sign = 1 if make == "busier" else -1
    for result in made(clip, make=make, seed=seed):
        assert sign * (len(result.clip.notes) - len(before)) > 0
        fuller, barer = (result.clip.notes, before) if sign > 0 else (before, result.clip.notes)
        assert {(note.onset, note.pitch) for note in barer} <= {(note.onset, note.pitch) for note in fuller}
        before = result.clip.notes


@given(st.floats(0.05, 1))
@settings(max_examples=20, deadline=None)
def test_no_more_hits_come_or_go_than_the_amount(amount):
    hits = len(a_beat().notes)
    for make in ("busier", "sparser"):
        last = made(make=make, amount=amount, count=3)[-1]
        assert abs(len(last.clip.notes) - hits) <= max(3, amount * hits + 1)


def test_a_fill_is_the_last_bar_and_nothing_else():
    results = made(make="fill", count=len(FILLS))
    assert len(results) == len(FILLS)
    for result in results:
        early = [note for note in a_beat().notes if note.onset < 12]
        assert [note for note in result.clip.notes if note.onset < 12] == early
        assert result.clip.notes[len(early) :] != a_beat().notes[len(early) :]


def test_a_fill_stays_on_the_drums_of_the_clip_unless_toms_are_wished_for():
    used = {note.pitch for note in a_beat().notes}
    assert all({note.pitch for note in result.clip.notes} <= used for result in made(make="fill", count=8))
    with_toms = made(make="fill", style="down toms", count=1)[0]
    assert {lane_of(note.pitch) for note in with_toms.clip.notes} >= {"high tom", "mid tom", "low tom"}


def test_a_fill_grows():
    roll = [
        note for note in made(make="fill", style="down", count=1)[0].clip.notes if note.onset >= 14 and note.pitch == 38
    ]
    assert roll[-1].velocity > roll[0].velocity + 10


@pytest.mark.parametrize("lane", LANE_NAMES)
def test_a_lane_is_renewed_and_the_others_stay(lane):
    for result in made(make="lane", lane=lane):
        mine = [note for note, kept in zip(result.clip.notes, result.kept, strict=True) if kept is None]
        pitches = {note.pitch for note in mine}
        others = [note for note in a_beat().notes if note.pitch not in pitches]
        assert [note for note in result.clip.notes if note.pitch not in pitches] == [
            note for note in others if not (lane == "hat" and lane_of(note.pitch) == "closed hat")
        ]
        assert mine


def test_a_lane_may_be_a_pitch_that_the_clip_has_not():
    result = made(make="lane", lane="75", count=1)[0]
    assert {note.pitch for note in result.clip.notes} == {36, 38, 42, 75}


def test_long_hits_make_room_for_what_comes_between():
    held = a_clip(*(a_note(42, beat / 2, 0.5) for beat in range(8)), length=4.0, role="drums")
    busier = made(held, make="busier", count=1)[0].clip
    assert len(busier.notes) > 8
    assert all(
        note.end <= other.onset + 1e-6
        for note, other in zip(busier.notes, busier.notes[1:], strict=False)
        if note.pitch == other.pitch
    )


def test_a_result_is_made_again_by_its_own_seed():
    for make in ("beat", "fill", "lane"):
        for result in made(make=make, lane="hat", seed=5):
            again = made(make=make, lane="hat", seed=result.seed, count=1)[0]
            assert again.clip.notes == result.clip.notes


def test_what_needs_drums_says_so_where_there_are_none():
    for make in (make for make in MAKES if make != "beat"):
        with pytest.raises(Refused, match="no drums in this clip"):
            made(a_tune(), make=make, lane="kick")
        with pytest.raises(EmptyClip, match="no notes"):
            made(a_clip(role="drums"), make=make, lane="kick")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"make": "solo"}, "choose from beat"),
        ({"make": "lane"}, "Say which lane"),
        ({"make": "busier", "amount": 0}, "above 0"),
        ({"make": "beat", "region": (0, 4)}, "whole clip"),
        ({"make": "fill", "locks": Locks(rhythm=True)}, "rhythm locked"),
        ({"seed": -1}, "seed"),
    ],
)
def test_wrong_options_are_named(options, sentence):
    with pytest.raises((BadValue, Refused), match=sentence):
        DrumsOptions(**options)


def test_an_unknown_lane_is_named():
    with pytest.raises(BadValue, match="kick, snare, hat"):
        made(make="lane", lane="gong")
    with pytest.raises(Refused, match="locked"):
        made(make="lane", lane="kick", locks=Locks(lanes=frozenset({36})))


def test_words_say_what_to_make():
    options = DrumsOptions.from_words("Lane snare trap", seed=3)
    assert (options.make, options.lane, options.style, options.seed) == ("lane", "snare", "trap", 3)
    assert DrumsOptions.from_words("deep house").make == "beat"
    assert DrumsOptions.from_words("fill toms").style == "toms"
    assert set(SENTENCES) == set(MAKES)


def louder(request):
    """An engine that plays everything 20 louder and a little late."""
    notes = tuple(
        note.moved(velocity=min(127, note.velocity + 20), onset=note.onset + 0.02) for note in request.prompt.notes
    )
    yield Variation(replace(request.prompt, notes=notes), request.seed, (None,) * len(notes), Report(0.9))


def test_a_groove_is_asked_for_and_taken_as_far_as_the_amount_says():
    soft = replace(a_beat(), notes=tuple(note.moved(velocity=60) for note in a_beat().notes))
    half = next(drums(soft, DrumsOptions(make="groove", amount=0.5), 1, players=(a_player(louder),)))
    assert {note.velocity for note in half.clip.notes} == {70}
    assert [note.onset for note in half.clip.notes] == pytest.approx([note.onset + 0.01 for note in soft.notes])
    assert next(drums(soft, DrumsOptions(make="groove"), 1, players=(a_player(louder),))).clip.notes[0].velocity == 80


def test_a_groove_falls_back_on_the_next_engine():
    asked = []

    def refuse(request):
        asked.append(request.task)
        raise EngineUnavailable("no weights")
        yield

    players = [a_player(refuse, "rnn"), a_player(refuse, "kin"), a_player(louder, "rules")]
    result = next(drums(a_beat(), DrumsOptions(make="groove"), 1, players=players))
    assert asked == ["humanise", "humanise"]
    assert "rules" in result.report.remarks[-1]
    with pytest.raises(Refused, match="choose rnn"):
        made(make="groove")


def test_an_engine_may_play_a_fill_or_a_lane():
    asked = []

    def play(request):
        asked.append(request)
        yield from louder(request)

    options = DrumsOptions(make="lane", lane="snare", temperature=1.5)
    next(drums(a_beat(), options, 1, players=(a_player(play, "kin"),)))
    (request,) = asked
    assert (request.task, request.temperature) == ("infill", 1.5)
    assert set(range(128)) - request.locks.lanes == {38}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (DrumsOptions(make="lane", lane="kick", region=(0.0, 0.5)), "only pattern"),
        (DrumsOptions(make="sparser"), "no hits here that could go"),
        (DrumsOptions(make="busier", region=(0.0, 0.05)), "no room for more hits"),
    ],
    ids=["lane", "sparser", "busier"],
)
def test_where_nothing_comes_a_sentence_says_why(options, said):
    clip = a_clip(a_note(36, 0.0, 0.25), length=4.0, role="drums")
    with pytest.raises(Refused, match=said):
        list(drums(clip, options, 4))


@pytest.mark.parametrize("make", ["busier", "sparser"])
def test_every_version_has_a_seed_that_makes_it_again_alone(make):
    beat = a_clip(
        *(a_note((36, 42, 38, 42)[place % 4], place / 2, 0.2) for place in range(16)), length=8.0, role="drums"
    )
    for seed in (0, 11, LARGEST_SEED - 5):
        found = list(drums(beat, DrumsOptions(make=make, seed=seed), 4))
        assert len({one.seed for one in found}) == len(found) == 4
        for one in found:
            (again,) = drums(beat, DrumsOptions(make=make, seed=one.seed), 1)
            assert (again.clip, again.seed) == (one.clip, one.seed)
