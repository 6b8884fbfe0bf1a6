"""The wish: what the controls say becomes a request, and lasts from one run to the next."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.wish import TASKS, Wish
from models.generator import FLAGS, Locks
from models.music.errors import BadValue
from models.music.scale import Scale


def test_the_dials_reach_the_request(a_clip):
    clip = a_clip(32)
    wish = Wish(similarity=0.5, temperature=1.3, count=7, locks=Locks(rhythm=True), seed=9, region=(0.0, 4.0))
    request = wish.to_request(clip, "A minor")
    assert (request.prompts, request.similarity, request.temperature) == ((clip,), 0.5, 1.3)
    assert (request.count, request.locks, request.seed, request.region) == (7, Locks(rhythm=True), 9, (0.0, 4.0))


@pytest.mark.parametrize(("scale", "key", "role", "wanted"), [
    ("auto", "A minor", None, Scale.parse("A minor")),
    ("auto", None, None, None),
    ("auto", "A minor", "drums", None),
    ("off", "A minor", None, None),
    ("D dorian", "A minor", None, Scale.parse("D dorian")),
])
def test_scale(a_clip, scale, key, role, wanted):
    assert Wish(scale=scale).to_request(a_clip(role=role), key).scale == wanted


def test_a_continuation_has_bars_and_neither_region_nor_similarity(a_clip):
    request = Wish(task="continue", bars=3, region=(0.0, 1.0)).to_request(a_clip())
    assert (request.bars, request.region, request.similarity) == (3, None, None)


def test_filling_needs_a_region(a_clip):
    with pytest.raises(BadValue, match="region"):
        Wish(task="infill").to_request(a_clip())


wishes = st.builds(
    Wish, task=st.sampled_from(list(TASKS)), engine=st.sampled_from(["auto", "rules"]),
    similarity=st.floats(0, 1), temperature=st.floats(0.1, 2), count=st.integers(1, 64),
    locks=st.builds(Locks, **{flag: st.booleans() for flag in FLAGS}), bars=st.integers(1, 64),
    scale=st.sampled_from(["auto", "off", "F# dorian"]), seed=st.integers(0, 2**24 - 1), seed_locked=st.booleans())


@given(wishes)
def test_json_and_back(wish):
    assert Wish.from_json(json.loads(json.dumps(wish.to_json()))) == wish


@pytest.mark.parametrize("bad", [
    {"temperature": 5}, {"similarity": "high"}, {"count": 0}, {"task": "fly"}, {"locks": "time"}, {"scale": "H moll"},
    {"seed": -1}, {"seed_locked": 1}, {"engine": ""}, {"count": True}, {"bars": None}, {"unknown": 1},
])
def test_nonsense_is_left_as_at_first(bad):
    assert Wish.from_json(bad) == Wish()
