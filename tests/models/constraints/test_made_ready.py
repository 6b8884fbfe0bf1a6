"""A request made ready by its task's row: words, roles, what is narrowed, what can't be kept."""

from __future__ import annotations

import pytest

from models.constraints.prepare import prepare, sort_words
from models.generator import Locks, Request
from models.music.errors import Refused
from tests.strategies import a_beat, a_clip, a_note, a_tune

FOUR = a_clip(*(a_note(60 + 2 * place, place, 1, 80) for place in range(4)), length=4.0, role="melody")


def test_a_region_or_selection_of_the_whole_clip_narrows_nothing() -> None:
    for whole in ({"region": (0.0, 4.0)}, {"region": (0.0, 99.0)}, {"selected": frozenset(range(4))}):
        assert prepare(Request(task="continue", prompts=(FOUR,), **whole)).remarks == ()
    for part in ({"region": (0.0, 3.9)}, {"region": (0.1, 4.0)}, {"selected": frozenset({0, 1, 2})}):
        (name,) = part
        said = prepare(Request(task="continue", prompts=(FOUR,), **part)).remarks
        assert said == (f"Without effect on continue: {'selection' if name == 'selected' else name}.",)


def test_what_works_in_place_on_the_whole_clip_takes_no_part_of_it() -> None:
    with pytest.raises(Refused, match="works on the whole clip; leave the region out") as caught:
        prepare(Request(task="morph", prompts=(FOUR, a_tune()), region=(0.0, 2.0)))
    assert caught.value.field == "region"


def test_words_are_taken_by_their_longest_name_whatever_the_hyphens() -> None:
    known = ("bass", "drum-and-bass", "lofi", "lo-fi", "deep-house", "house")
    assert sort_words("Drum and Bass, LO-FI; house!", known) == (("drum-and-bass", "lofi", "house"), ())
    assert sort_words("deep house deep bass", known) == (("deep-house", "bass"), ("deep",))
    assert sort_words("house house", known) == (("house",), ())
    assert sort_words("", known) == ((), ())


def test_what_cannot_be_kept_is_refused_by_the_name_of_what_is_made() -> None:
    locks = Locks.parse("rhythm,lane:38")
    with pytest.raises(Refused, match="^The task drums fill can't keep rhythm: it can keep single drums") as caught:
        prepare(Request(task="drums", prompts=(a_beat(),), style="fill house", locks=locks))
    assert caught.value.field == "locks"
    with pytest.raises(
        Refused, match=r"^The task harmonise can't keep rhythm, top: it makes new notes; open the locks\.$"
    ):
        prepare(Request(task="harmonise", prompts=(a_tune(),), style="jazz", locks=Locks.parse("rhythm,top")))
    with pytest.raises(Refused, match=r"can't keep pitch: it can keep top and bass; open the lock\.$"):
        prepare(Request(task="voice", prompts=(a_tune(),), locks=Locks.parse("pitch")))


def test_the_role_of_a_clip_is_found_and_that_of_a_part_is_the_one_asked_for() -> None:
    bare = a_clip(*a_beat().notes)
    assert prepare(Request(prompts=(bare,))).request.role == "drums"
    assert prepare(Request(prompts=(bare,), role="melody")).request.role == "melody"
    assert prepare(Request(task="accompany", prompts=(a_tune(),))).request.role is None
    assert prepare(Request(task="morph", prompts=(a_tune(), a_tune()))).request.role is None
    assert prepare(Request(prompts=(a_tune(),))).request.similarity == 0.7
    assert prepare(Request(prompts=(a_tune(),), similarity=0.2)).request.similarity == 0.2
    assert prepare(Request(task="continue", prompts=(a_tune(),))).request.similarity is None


def test_words_that_say_nothing_here_are_told() -> None:
    said = prepare(Request(task="voice", prompts=(a_tune(),), style="open close drop2 nonsense"))
    assert said.request.style == "open"
    assert said.remarks == (
        "Not known to voice, and so passed by: nonsense.",
        "One of a kind is enough; passed by: close, drop2.",
    )
    with pytest.raises(Refused, match='The style "nonsense" is not known to voice; words are close, open'):
        prepare(Request(task="voice", prompts=(a_tune(),), style="nonsense"))
    assert prepare(Request(task="continue", prompts=(a_tune(),), style="house", voices=3)).remarks == (
        "Without effect on continue: style words, voices.",
    )
    assert prepare(Request(task="generate", role="bass", style="house open")).remarks == (
        "Without effect on bass: open.",
    )
