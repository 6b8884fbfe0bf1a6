"""The table of tasks says what is so: its words are understood, its controls are fields of a request."""

from dataclasses import fields

import pytest

from models.accompaniment.accompany import WORDS
from models.arrangement.plan import PLANS, plan_named
from models.constraints.prepare import prepare, sort_words
from models.drums.drums import MAKES
from models.drums.fill import FILLS
from models.drums.kit import LANE_NAMES, lanes_named
from models.drums.styles import OTHER_NAMES, STYLES
from models.generator import FLAGS, Locks, Request
from models.mood.words import read_words
from models.music.clip import ROLES
from models.music.errors import Refused
from models.music.scale import Scale
from models.tasks.table import CONTROLS, TABLE, TASKS
from models.voicing.options import EXTENSIONS, PRESETS, RHYTHMS
from models.voicing.options import STYLES as STACKINGS
from tests.strategies import a_beat, a_clip, a_note, a_tune, some_chords


def a_request(task, **changes):
    """A request that the task can do as it stands."""
    clips = {"morph": (a_tune(), some_chords()), "drums": (a_beat(),), "voice": (some_chords(),)}
    prompts = clips.get(task, (a_tune(),))[: TABLE[task].clips[1]]
    return Request(task=task, prompts=prompts, **changes)


def test_every_task_has_a_row_with_a_sentence():
    assert tuple(TABLE) == TASKS
    for row in TABLE.values():
        assert row.sentence.endswith(".")
        assert set(row.locks) <= set(FLAGS)
        assert set(row.parts) <= set(ROLES)
        assert row.takes <= set(CONTROLS)
        assert set(row.only) <= {*row.takes, "locks"}
        assert len(row.styles) == len(set(row.styles))


def test_the_controls_are_fields_of_a_request_and_each_is_somebodys():
    assert set(CONTROLS) <= {field.name for field in fields(Request)}
    assert set(CONTROLS) == {control for row in TABLE.values() for control in row.takes}


def words_of(task, kind):
    found = next(each for each in TABLE[task].words if each.kind == kind)
    return set(found.known)


def test_the_words_are_those_that_the_rooms_understand():
    for task in ("voice", "harmonise", "reharmonise", "generate"):
        assert words_of(task, "voicing" if task == "generate" else "style") == set(STACKINGS)
        assert words_of(task, "preset") == set(PRESETS)
        assert words_of(task, "rhythm") == set(RHYTHMS)
        assert words_of(task, "extensions") == set(EXTENSIONS)
    assert words_of("accompany", "style") == {word for words in WORDS.values() for word in words}
    assert words_of("drums", "make") == set(MAKES)
    assert words_of("drums", "style") == {*STYLES, *OTHER_NAMES, *FILLS}
    assert words_of("generate", "style") == {*STYLES, *OTHER_NAMES}
    assert set(LANE_NAMES) < words_of("drums", "lane")
    assert all(word.isdecimal() or lanes_named(word) for word in words_of("drums", "lane"))
    assert {plan_named(word).name for word in words_of("arrange", "plan")} == set(PLANS)
    assert all(read_words(word).readings for word in words_of("vary", "style"))


def test_words_are_sorted_into_known_and_unknown():
    assert sort_words("Drop-2, HOUSE-STAB  9", ("drop2", "house-stab", "9")) == (("drop2", "house-stab", "9"), ())
    assert sort_words("", ("drop2",)) == ((), ())
    assert sort_words("drop2 drop2 shiny new", ("drop2",)) == (("drop2",), ("shiny", "new"))


def test_names_of_several_words_are_known_as_people_type_them():
    known = TABLE["drums"].words[1].known
    for typed in ("hip hop", "Lo Fi", "lofi", "drum and bass", "deep house", "boom bap", "neo soul", "bossa nova"):
        (word,), others = sort_words(typed, known)
        assert others == ()
        assert word.replace("-", "") == typed.lower().replace(" ", "")
    assert sort_words("match boom bap shiny", (*known, "match")) == (("match", "boom-bap"), ("shiny",))
    assert sort_words("drum bass", known) == ((), ("drum", "bass"))
    for task in ("generate", "accompany", "drums", "arrange", "vary"):
        assert prepare(a_request(task, style="hip hop")).request.style == "hip-hop"


SET = {
    "region": (0.0, 1.0),
    "selected": frozenset({0}),
    "outside": "snap",
    "similarity": 0.5,
    "temperature": 1.5,
    "density": "low",
    "range": (40, 80),
    "polyphony": 3,
    "mood": "dark",
    "style": "lofi",
    "bars": 8,
    "context": (some_chords(),),
    "tempo": 90.0,
    "voices": 4,
    "bass": "under",
    "every": 2.0,
    "amount": 0.5,
    "plan": "x",
}


def asked_with(task, control):
    """A request that sets the control, with a word that the task knows and a scale where one is needed."""
    value = SET[control]
    if control == "style" and TABLE[task].words:
        kind = TABLE[task].words[0]
        value = kind.known[0]
    return a_request(task, **{control: value}, scale=Scale.parse("A minor") if control == "outside" else None)


@pytest.mark.parametrize("control", SET)
@pytest.mark.parametrize("task", TASKS)
def test_what_a_task_does_not_take_is_refused_or_said_and_has_no_effect(task, control):
    row = TABLE[task]
    if control == "selected" and not row.clips[1]:
        return  # there is no note to select
    request = asked_with(task, control)
    if row.allows(control, request.style, request.role):
        ready = prepare(request)
        assert getattr(ready.request, control) == getattr(request, control)
        assert ready.remarks == ()
    elif row.in_place and control in ("region", "selected"):
        with pytest.raises(Refused, match="whole clip") as refused:
            prepare(request)
        assert refused.value.field == control
    else:
        ready = prepare(request)
        assert getattr(ready.request, control) == getattr(Request(prompts=(a_tune(),)), control)
        assert ready.remarks[0].startswith(f"Without effect on {task}: ")


@pytest.mark.parametrize("lock", [*FLAGS, "lane:38"])
@pytest.mark.parametrize("task", TASKS)
def test_a_lock_is_kept_or_refused_never_dropped(task, lock):
    row, request = TABLE[task], a_request(task, locks=Locks.parse(lock))
    kept = row.keeps_lanes if lock == "lane:38" else lock in row.kept()
    if kept:
        assert prepare(request).request.locks == request.locks
    else:
        with pytest.raises(Refused, match=f"can't keep {lock}") as refused:
            prepare(request)
        assert refused.value.field == "locks"


def test_of_drums_a_groove_alone_keeps_what_is_no_drum():
    request = a_request("drums", style="groove", locks=Locks(rhythm=True))
    assert prepare(request).request == request.but(role="drums")
    with pytest.raises(Refused, match="single drums"):
        prepare(request.but(style="fill"))


def test_one_of_a_kind_is_enough():
    ready = prepare(a_request("voice", style="drop2 open 9 7 lofi jazz"))
    assert ready.request.style == "drop2 9 7 lofi"
    assert ready.remarks == ("One of a kind is enough; passed by: open, jazz.",)


def test_the_role_of_the_clip_is_found_once_and_handed_on():
    bass = a_clip(*(a_note(36 + pitch, n) for n, pitch in enumerate((0, 0, 7, 5, 3, 3, 10, 7))), role=None)
    assert prepare(Request(prompts=(bass,))).request.role == "bass"
    assert prepare(Request(task="generate")).request.role is None
