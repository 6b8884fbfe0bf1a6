"""One call finds everything, fast, and says it to programs and to people."""

import json
import random
import subprocess
import sys

import pytest

from models.analysis.analyse import analyse
from models.analysis.report import to_dict, to_text
from models.music.clip import Clip
from models.music.note import Note


def some_notes(count, rng=None):
    rng = rng or random.Random(3)
    scale = (0, 2, 4, 5, 7, 9, 11)
    return tuple(
        Note(
            48 + 12 * rng.randrange(3) + rng.choice(scale),
            place // 3 / 2,
            rng.choice((0.25, 0.5, 1.0)),
            rng.randrange(60, 120),
        )
        for place in range(count)
    )


TUNE = Clip(
    tuple(
        Note(pitch, place / 2, 0.5)
        for place, pitch in enumerate((69, 71, 72, 74, 76, 74, 72, 71, 69, 72, 76, 77, 76, 68, 71, 69))
    ),
    8.0,
)
BEAT = Clip(tuple(Note(36 if place % 2 == 0 else 42, place / 2, 0.1) for place in range(16)), 8.0)


def test_a_program_gets_plain_values():
    found = to_dict(analyse(TUNE))
    assert json.loads(json.dumps(found)) == found
    assert found["key"] == "A minor"
    assert found["keys"][0]["key"] == "A minor"
    assert 0 < found["keys"][0]["confidence"] <= 1
    assert found["role"] == "melody"
    assert found["metre"] == "4/4"
    assert all(len(chord) == 3 and isinstance(chord[2], str) for chord in found["chords"])
    assert found["scale"] == "A Harmonic Minor"


def test_a_person_reads_some_lines():
    text = to_text(analyse(TUNE))
    assert "A minor" in text
    assert "melody" in text
    assert "4/4" in text


def test_drums_have_lanes_and_no_key():
    found = analyse(BEAT)
    assert found.role == "drums"
    assert found.key is None
    assert found.chords == ()
    assert [lane.pitch for lane in found.lanes] == [36, 42]
    assert "kick" in to_text(found)


def test_drums_beside_a_tune_do_not_change_its_key():
    assert analyse(TUNE, (BEAT,)).keys == analyse(TUNE).keys


def test_a_clip_too_short_to_tell_says_so_and_ranks_the_candidates():
    found = analyse(Clip(TUNE.notes[:4], 4.0))
    assert not found.key_is_clear
    assert len(to_dict(found)["keys"]) > 3
    assert "too short to tell; perhaps" in to_text(found)


@pytest.mark.parametrize(
    "clip",
    [
        Clip((), 4.0),
        Clip((Note(60, 0, 1),), 4.0),
        Clip((Note(60, 3.99, 0.01),), 4.0),
        Clip((Note(0, 0, 0.001), Note(127, 0, 300)), 4.0),
        Clip((Note(60, 0, 1, mute=True),), 4.0),
        Clip((Note(36, 0, 1),), 4.0, role="drums"),
    ],
)
def test_odd_clips_are_analysed_too(clip):
    found = analyse(clip)
    json.dumps(to_dict(found), allow_nan=False)
    assert to_text(found)


def test_analysis_loads_no_torch_and_no_mido():
    code = "import sys; import models.analysis.analyse; print(sorted({'torch', 'mido', 'sklearn'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
