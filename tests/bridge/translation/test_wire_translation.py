"""Music to numbers and back: nothing that the wire can carry is lost."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.messages.message import LARGEST
from bridge.transfer.parts import WireClip
from bridge.translation.notes import TICKS_PER_BEAT, selection, to_clip, to_wire
from bridge.translation.start import KEYS, clips_sent, to_load, to_request, to_start
from models.generator import Locks, Request
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import Scale

TICKS = st.integers(0, 400_000)
NOTES = st.builds(
    Note,
    st.integers(0, 127),
    TICKS.map(lambda ticks: ticks / TICKS_PER_BEAT),
    TICKS.map(lambda ticks: (ticks + 1) / TICKS_PER_BEAT),
    st.integers(1, 127),
    st.booleans(),
    st.integers(0, 1000).map(lambda permille: permille / 1000),
    st.integers(-127, 127),
    st.integers(0, 127),
)
CLIPS = st.builds(
    Clip,
    st.lists(NOTES, min_size=1, max_size=40).map(tuple),
    st.integers(1, LARGEST).map(lambda ticks: ticks / TICKS_PER_BEAT),
    tempo=st.integers(20_000, 999_000).map(lambda milli: milli / 1000),
    metre=st.sampled_from((Metre(), Metre(7, 8), Metre(3, 4))),
    role=st.sampled_from((None, "melody", "chords", "bass", "drums")),
    pickup=st.sampled_from((0.0, 1 / TICKS_PER_BEAT, 0.5, 2.5)),
)


@settings(max_examples=60, deadline=None)
@given(CLIPS)
def test_a_clip_on_the_tick_comes_back_as_it_was(clip):
    assert to_clip(to_wire(clip)) == clip


@settings(max_examples=60, deadline=None)
@given(CLIPS, st.data())
def test_a_selection_names_the_same_notes_in_whatever_order_they_were_sent(clip, data):
    chosen = data.draw(st.frozensets(st.integers(0, len(clip.notes) - 1)))
    wire = to_wire(clip, chosen)
    assert selection(wire) == chosen
    order = data.draw(st.permutations(range(len(clip.notes))))
    words = [0] * len(wire.selected)
    for place, index in enumerate(order):
        words[place // 24] |= (index in chosen) << place % 24
    mixed = WireClip(tuple(wire.notes[index] for index in order), wire.length, selected=tuple(words))
    found = sorted(to_clip(mixed).notes[index].moved(mute=False).order for index in selection(mixed))
    assert found == sorted(clip.notes[index].order for index in chosen)


def test_triplets_and_quintuplets_are_exact():
    notes = tuple(Note(60, index / division, 1 / division) for division in (3, 5, 7) for index in range(8))
    assert to_clip(to_wire(Clip(notes, 8.0))) == Clip(notes, 8.0)


@pytest.mark.parametrize(
    ("clip", "field"),
    [
        (Clip((), 1300.0), "length"),
        (Clip((Note(60, 2000.0, 1.0),), 8.0), "length"),
        (Clip((Note(60, 0.0, 1.0),) * 20_001, 8.0), "notes"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(clip, field):
    with pytest.raises(BadValue) as caught:
        to_wire(clip)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "note",
    [
        (128, 0, 1, 1, 0, 0, 0, 0),
        (60, -1, 1, 1, 0, 0, 0, 0),
        (60, 0, 0, 1, 0, 0, 0, 0),
        (60, 0, 1, 0, 0, 0, 0, 0),
        (60, 0, 1, 1, 2, 0, 0, 0),
        (60, 0, 1, 1, 0, 1001, 0, 0),
        (60, 0, 1, 1, 0, 0, 128, 0),
        (60, 0, 1, 1, 0, 0, 0, 128),
    ],
)
def test_a_note_out_of_range_is_refused(note):
    with pytest.raises(BadValue):
        to_clip(WireClip((note,), 100))


FULL = Request(
    prompts=(
        Clip((Note(60, 0, 1), Note(62, 1, 1), Note(64, 2, 1)), 4.0, role="melody", tempo=93.5, metre=Metre(3, 4)),
    ),
    region=(1.0, 2.5),
    selected=frozenset({1, 2}),
    locks=Locks.parse("rhythm,contour,bass,lane:38,lane:42"),
    scale=Scale.parse("F# dorian"),
    outside="snap",
    similarity=0.65,
    temperature=1.3,
    density="high",
    range=(48, 72),
    polyphony=3,
    mood="sérénade douce",
    style="lofi 9",
    bars=2,
    count=7,
    seed=LARGEST,
    role="bass",
    voices=5,
    bass="under",
    every=1.5,
    amount=0.25,
    context=(Clip((Note(36, 0, 1),), 4.0, role="drums"), Clip((Note(40, 0, 1),), 2.0)),
    chords=(TimedChord(0.0, 2.0, Chord.of(9, "min7")), TimedChord(2.0, 2.0, Chord.of(2, "maj", 6))),
)
REQUESTS = {
    "everything": FULL,
    "nothing": Request(prompts=FULL.prompts),
    "morph": Request(task="morph", prompts=(FULL.prompts[0], FULL.context[0])),
    "no clip": Request(task="generate", role="melody", bars=8, tempo=140.25, metre=Metre(6, 8), chords=FULL.chords),
    "a song": Request(task="arrange", prompts=FULL.prompts, style="techno", context=FULL.context),
    "beside": Request(task="accompany", style="funk", role="bass", context=FULL.context),
    "nothing selected": Request(prompts=FULL.prompts, selected=frozenset()),
}


def there_and_back(request):
    load = to_load(request)
    transfers = {100 + place: name for place, (name, _) in enumerate(load)}
    start = to_start(request, "rules", 7, 5, transfers)
    assert start.from_osc(start.to_osc()) == start
    return to_request(start, dict(zip(transfers, (clip for _, clip in load), strict=True)))


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_request_comes_back_as_it_was(request_):
    found = there_and_back(request_)
    # The wire carries a chord's tones, not the order in which a label names them.
    chords = tuple(
        TimedChord(
            timed.onset, timed.duration, Chord(timed.chord.root, tuple(sorted(timed.chord.intervals)), timed.chord.bass)
        )
        for timed in request_.chords
    )
    assert found == request_.but(chords=chords)


def test_the_full_request_uses_the_keys_of_the_protocol():
    used = {
        key
        for request in REQUESTS.values()
        for key, _ in to_start(request, "auto", 7, 5, dict(enumerate((name for name, _ in to_load(request)), 1))).pairs
    }
    assert used == set(KEYS) - {"answer"}  # which a device says, whose jam is its own


def test_a_plan_of_ones_own_is_not_sent():
    with pytest.raises(BadValue, match="can't be sent"):
        to_load(REQUESTS["a song"].but(plan="[[section]]"))


def test_no_field_of_a_request_is_forgotten():
    for row in fields(Request):
        if row.name == "plan":
            continue  # it stays at home, and that is said
        assert any(getattr(request, row.name) != row.default for request in REQUESTS.values()), row.name


@pytest.mark.parametrize(
    ("pairs", "field"),
    [
        ((("speed", 1),), "pairs"),
        ((("bars", 1), ("bars", 2)), "bars"),
        ((("region_start", 0),), "region_start"),
        ((("scale_mask", 5),), "scale_root"),
        ((("locks", 64),), "locks"),
        ((("lane", 128),), "lane"),
        ((("density", 3),), "density"),
        ((("outside", -1),), "outside"),
        ((("role", 5),), "role"),
        ((("bars", 0),), "bars"),
        ((("range_low", 70), ("range_high", 50)), "range"),
        ((("context", 1),) * 9, "context"),
        ((("tempo", 1),), "tempo"),
    ],
)
def test_a_start_that_cannot_be_names_its_field(pairs, field):
    start = replace(to_start(REQUESTS["nothing"], "auto", 7, 5, {1: "prompt"}), pairs=pairs)
    clips = {1: to_wire(FULL.prompts[0])}
    with pytest.raises(BadValue) as caught:
        to_request(start, clips)
    assert caught.value.field == field


def test_how_many_are_asked_for_does_not_matter_to_a_song():
    start = to_start(REQUESTS["a song"], "auto", 7, 5, {1: "prompt", 2: "context", 3: "context"})
    clips = dict.fromkeys((1, 2, 3), to_wire(FULL.prompts[0]))
    assert to_request(replace(start, count=0), clips).count == 1
    assert clips_sent(start) == [1, 2, 3]
    with pytest.raises(BadValue):
        to_request(replace(start, task="vary", count=0), clips)
