"""Music that nobody would play on purpose: each a result, or one sentence that says what to do."""

import pytest

from models.generator import Request
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.note import Note
from models.studio import Studio

CLUSTER = Clip(tuple(Note(48 + step, 4.0 * bar, 4.0) for bar in range(2) for step in range(11)), 8.0, role="chords")
ONE_NOTE = Clip((Note(67, 0.0, 1.0),), 4.0, role="melody")
SILENCE = Clip((), 8.0)
SCALES = (0, 1, 6)
TRACKS = tuple(
    Clip(
        tuple(Note(48 + shift + step, place / 2, 0.5) for place, step in enumerate((0, 4, 7, 5, 9, 7, 2, 0) * 2)),
        8.0,
        name=f"track {number}",
        role="melody",
    )
    for number in range(9)
    for shift in SCALES[number % 3 : number % 3 + 1]
)
TUNE = Clip(tuple(Note(60 + step, float(place), 0.9) for place, step in enumerate((0, 4, 7, 5, 9, 7, 2, 0))), 8.0)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        *((Request(task="accompany", role=role, context=(CLUSTER,), count=1), None) for role in ("bass", "melody")),
        (Request(task="accompany", role="chords", prompts=(CLUSTER,), context=(ONE_NOTE,), count=1), None),
        *((Request(task="accompany", role=role, context=(ONE_NOTE,), count=1), None) for role in ("bass", "chords")),
        (Request(task="accompany", role="drums", context=(ONE_NOTE,), count=1), None),
        (Request(task="drums", prompts=(SILENCE,), count=1), "no notes"),
        (Request(task="accompany", role="drums", context=(SILENCE,), count=1), "nothing to accompany"),
        *((Request(task="drums", prompts=(SILENCE,), style=make, count=1), "no notes") for make in ("fill", "busier")),
        (Request(task="arrange", prompts=(SILENCE,)), "nothing to arrange"),
        (Request(task="vary", prompts=(TUNE,), mood="calm and furious", count=1), None),
        (Request(task="vary", prompts=(ONE_NOTE,), mood="happy", count=1), None),
    ],
)
def test_it_is_a_result_or_a_sentence(request_, sentence):
    engine = "rules" if request_.task == "vary" else "auto"
    if sentence:
        with pytest.raises(ClipkinError, match=f"{sentence}.*[.]$"):
            list(Studio().generate(request_, engine))
    else:
        found = list(Studio().generate(request_, engine))
        assert found
        assert all(variation.clip.notes for variation in found)


def test_nine_tracks_in_three_keys_are_arranged_and_the_clash_is_said():
    request = Request(task="arrange", prompts=TRACKS[:1], context=TRACKS[1:], style="house")
    found = list(Studio().generate(request))
    said = " ".join(remark for variation in found for remark in variation.report.remarks)
    assert "Keys clash" in said
    assert {variation.place.track for variation in found if variation.place} == set(range(len(TRACKS)))


def test_opposite_moods_meet_half_way_and_that_is_said():
    found = list(Studio().generate(Request(prompts=(TUNE,), mood="calm and furious", count=2), "rules"))
    assert any("ask for opposites" in remark for remark in found[0].report.remarks)
