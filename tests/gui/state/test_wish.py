"""The wish: what the controls say becomes a request, and lasts from one run to the next."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.state.wish import PARTS, Wish
from models.generator import DENSITIES, FLAGS, Locks
from models.music.beats import Metre
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import Scale
from models.tasks.table import TABLE


def test_the_dials_reach_the_request(a_clip):
    clip = a_clip(32)
    wish = Wish(
        similarity=0.5, temperature=1.3, density="low", count=7, locks=Locks(rhythm=True), seed=9, region=(0.0, 4.0)
    )
    request = wish.to_request(clip, "A minor")
    assert (request.prompts, request.similarity, request.temperature, request.density) == ((clip,), 0.5, 1.3, "low")
    assert (request.count, request.locks, request.seed, request.region) == (7, Locks(rhythm=True), 9, (0.0, 4.0))


@pytest.mark.parametrize(
    ("scale", "key", "role", "wanted"),
    [
        ("auto", "A minor", None, Scale.parse("A minor")),
        ("auto", None, None, None),
        ("auto", "A minor", "drums", None),
        ("off", "A minor", None, None),
        ("D dorian", "A minor", None, Scale.parse("D dorian")),
    ],
)
def test_scale(a_clip, scale, key, role, wanted):
    assert Wish(scale=scale).to_request(a_clip(role=role), key).scale == wanted


def test_a_continuation_has_bars_and_neither_region_nor_similarity(a_clip):
    request = Wish(task="continue", lengths={"continue": 3, "arrange": 8}, region=(0.0, 1.0)).to_request(a_clip())
    assert (request.bars, request.region, request.similarity) == (3, None, None)


@pytest.mark.parametrize(
    ("task", "prompt", "bars", "wanted"),
    [
        ("vary", 32, 0, [(0.0, 4.0), (4.0, 4.0), (8.0, 3.0), (11.0, 1.0), (12.0, 4.0)]),
        ("generate", None, 2, [(0.0, 4.0), (4.0, 4.0)]),
        ("voice", 8, 0, [(0.0, 4.0)]),
        ("humanise", 8, 0, []),
    ],
)
def test_a_chord_track_lies_over_the_clip_and_the_bars_to_make(a_clip, task, prompt, bars, wanted):
    wish = Wish(task=task, chords="Am9 | Dm9 | G7 . . G7b9 | C", lengths={task: bars})
    request = wish.to_request(a_clip(prompt) if prompt else None)
    assert [(chord.onset, chord.duration) for chord in request.chords] == wanted


def test_a_chord_that_nobody_knows_is_refused(a_clip):
    with pytest.raises(BadValue, match="Hm7"):
        Wish(chords="Hm7 | C").to_request(a_clip())


def test_range_and_polyphony_reach_the_request(a_clip):
    request = Wish(range=(48, 72), polyphony=2).to_request(a_clip())
    assert (request.range, request.polyphony) == ((48, 72), 2)
    assert Wish(task="humanise", range=(48, 72), polyphony=2).to_request(a_clip()).range is None


def test_filling_needs_a_region(a_clip):
    with pytest.raises(BadValue, match="region"):
        Wish(task="infill").to_request(a_clip())


wishes = st.builds(
    Wish,
    task=st.sampled_from(list(TABLE)),
    engine=st.sampled_from(["auto", "rules"]),
    similarity=st.floats(0, 1),
    temperature=st.floats(0.1, 2),
    density=st.sampled_from(DENSITIES),
    count=st.integers(1, 64),
    locks=st.builds(Locks, **{flag: st.booleans() for flag in FLAGS}),
    lengths=st.dictionaries(st.sampled_from(list(TABLE)), st.integers(0, 64)),
    scale=st.sampled_from(["auto", "off", "F# dorian"]),
    mood=st.sampled_from(["", "浪漫, dark"]),
    chords=st.sampled_from(["", "Am9 | Dm9"]),
    range=st.sampled_from([None, (48, 72)]),
    polyphony=st.integers(0, 128),
    styles=st.dictionaries(st.sampled_from(list(TABLE)), st.text(max_size=15)),
    parts=st.dictionaries(st.sampled_from(list(PARTS)), st.sampled_from(["bass", "drums"])),
    seed=st.integers(0, 2**24 - 1),
    seed_locked=st.booleans(),
)


@given(wishes)
def test_json_and_back(wish):
    assert Wish.from_json(json.loads(json.dumps(wish.to_json()))) == wish


@pytest.mark.parametrize(
    "bad",
    [
        {"temperature": 5},
        {"density": "thick"},
        {"similarity": "high"},
        {"count": 0},
        {"task": "fly"},
        {"locks": "time"},
        {"scale": "H moll"},
        {"seed": -1},
        {"seed_locked": 1},
        {"engine": ""},
        {"count": True},
        {"lengths": {"generate": True, "arrange": 513}},
        {"unknown": 1},
        {"mood": 3},
        {"mood": "浪" * 41},
        {"styles": []},
        {"styles": {"fly": "high", "voice": 3}},
        {"parts": {"vary": "bass"}},
        {"parts": {"generate": "kazoo"}},
    ],
)
def test_nonsense_is_left_as_at_first(bad):
    assert Wish.from_json(bad) == Wish()


# ---- every task


FULL = Wish(
    mood="dark",
    styles={"voice": "drop2  lofi", "arrange": "house", "drums": "groove"},
    parts={"generate": "drums"},
    locks=Locks(rhythm=True, top=True, lanes=frozenset({38})),
    region=(0.0, 1.0),
    seed=9,
)


@pytest.mark.parametrize("task", TABLE)
def test_every_task_makes_a_request(a_clip, task):
    wish = FULL.but(task=task)
    request, row = wish.to_request(a_clip(8), "A minor", a_clip(4), (a_clip(6),)), TABLE[task]
    assert request.task == task
    assert len(request.prompts) == {"generate": 0, "morph": 2}.get(task, 1)
    assert len(request.context) == ("context" in row.takes)
    assert (request.region is None) == ("region" not in row.takes)
    assert (request.similarity is None) == ("similarity" not in row.takes)
    assert (request.mood == "dark") == ("mood" in row.takes)
    assert set(request.locks.names) == {"rhythm", "top"} & set(row.locks)


@pytest.mark.parametrize(
    ("task", "style"), [("voice", "drop2 lofi"), ("arrange", "house"), ("vary", ""), ("harmonise", "")]
)
def test_each_task_has_its_own_style(a_clip, task, style):
    assert FULL.but(task=task).to_request(a_clip(8)).style == style


def test_changing_style_and_part_concerns_the_task_alone():
    wish = FULL.but(task="harmonise", style="jazz").but(task="accompany", part="chords")
    assert (wish.style, wish.part) == ("", "chords")
    assert wish.but(task="harmonise").style == "jazz"
    assert wish.but(task="voice").style == "drop2  lofi"
    assert (wish.but(task="generate").part, wish.but(task="vary").part) == ("drums", None)


@pytest.mark.parametrize(("task", "part"), [("generate", "melody"), ("accompany", "bass")])
def test_the_part_to_begin_with(a_clip, task, part):
    assert Wish(task=task).to_request(a_clip(8)).role == part


def test_a_generated_clip_has_the_tempo_and_metre_of_the_clip_that_is_open(a_clip):
    request = Wish(task="generate").to_request(a_clip(8, tempo=96.0, metre=Metre(3, 4)), "A minor")
    assert (request.tempo, request.metre, request.scale) == (96.0, Metre(3, 4), Scale.parse("A minor"))
    assert Wish(task="generate").to_request(None).tempo is None


@pytest.mark.parametrize(("part", "scale"), [("drums", None), ("bass", Scale.parse("A minor"))])
def test_drums_have_no_scale(a_clip, part, scale):
    assert Wish(task="generate", parts={"generate": part}).to_request(None, "A minor").scale == scale


@pytest.mark.parametrize("task", TABLE)
def test_the_seed_is_a_seed_for_every_task(a_clip, task):
    wish = Wish(task=task, seed=7, region=(0.0, 1.0))
    assert wish.to_request(a_clip(8), None, a_clip(4)).seed == 7


@pytest.mark.parametrize("task", ["voice", "reharmonise"])
def test_chords_are_voiced_anew_in_a_region(a_clip, task):
    assert FULL.but(task=task).to_request(a_clip(8)).region == (0.0, 1.0)


def test_a_song_is_as_long_as_its_plan_unless_bars_are_set(a_clip):
    wish = Wish(lengths={"continue": 3}).but(task="arrange")
    assert wish.to_request(a_clip(8)).bars is None
    assert wish.but(bars=128).to_request(a_clip(8)).bars == 128


@pytest.mark.parametrize(
    ("task", "prompt", "second", "context", "reason"),
    [
        ("vary", False, False, True, "open a clip"),
        ("vary", True, False, False, ""),
        ("morph", True, False, False, "second clip"),
        ("morph", True, True, False, ""),
        ("generate", False, False, False, ""),
        ("infill", True, False, False, "region"),
        ("accompany", False, False, False, "give it context"),
        ("accompany", False, False, True, ""),
        ("arrange", False, False, True, "open a clip"),
        ("arrange", True, False, False, ""),
    ],
)
def test_what_is_missing_is_said(task, prompt, second, context, reason):
    said = Wish(task=task).why_not(prompt, second, context)
    assert reason in said
    assert bool(said) == bool(reason)


@pytest.mark.parametrize(
    ("style", "region", "locks"),
    [
        ("", None, ("lane:38",)),
        ("beat", None, ("lane:38",)),
        ("fill funk", (0.0, 1.0), ("lane:38",)),
        ("groove", (0.0, 1.0), ("rhythm", "top", "lane:38")),
    ],
)
def test_of_the_drums_a_beat_has_no_region_and_a_groove_alone_has_locks(a_clip, style, region, locks):
    beat = a_clip(8, role="drums").with_notes((Note(36, 0.0, 0.25), Note(38, 1.0, 0.25)))
    request = FULL.but(task="drums", style=style).to_request(beat)
    assert (request.region, request.locks.names) == (region, locks)
