"""Chords for a spot: what a musician would try there, and why."""

from __future__ import annotations

import pytest

from models.harmony.suggest import suggest
from models.music.chord_track import parse_chord_track
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip
from models.music.note import Note
from models.music.scale import Scale
from tests.strategies import a_beat, a_tune


def track(text: str):
    return parse_chord_track(text, 4.0, 4.0 * len(text.split("|")))


def test_after_a_dominant_comes_its_tonic_and_the_reason_says_so() -> None:
    best = suggest(track("C | Am | Dm7 | G7"))[0]
    assert best.chord.label.startswith("C:maj")
    assert best.reason.startswith("comes home")
    assert "G:7" in best.reason


def test_a_dominant_is_offered_before_what_it_leads_to() -> None:
    found = suggest(track("C | Am | Dm7 | G7"), at=4.0, count=6, scale=Scale.parse("C major"))
    assert any(one.chord.root == 9 and "D:min7" in one.reason and one.reason.startswith("leads on") for one in found)


def test_suggestions_differ_and_the_chord_that_is_there_is_none_of_them() -> None:
    found = suggest(track("Em | C | G | D"), at=12.0)
    assert len(found) == 5
    assert len({one.chord for one in found}) == 5
    assert all(one.chord.label != "D:maj" for one in found)
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    assert all(0 < one.weight <= 1 and ":" in one.reason for one in found)


def test_the_last_bar_of_a_loop_leads_back_to_the_first() -> None:
    """C minor, Ab, F minor, and a bar before C minor again: its dominant, not E flat's."""
    rows = ((36, 55, 60, 63), (32, 56, 60, 63), (41, 56, 60, 65), (44, 56, 60, 63))
    notes = [Note(pitch, 4.0 * bar, 3.9) for bar, row in enumerate(rows) for pitch in row]
    found = suggest(Clip(tuple(notes), 16.0), at=12.0)
    assert any(one.chord.root == 7 and one.reason.startswith("leads on") for one in found[:2])


def test_under_a_tune_its_notes_are_heard() -> None:
    tune = a_tune()
    best = suggest(tune, at=0.0)[0]
    sounding = {note.pitch % 12 for note in tune.notes if note.onset < 4}
    assert len(best.chord.classes & sounding) >= 2


def test_bad_input_is_answered_with_a_sentence() -> None:
    with pytest.raises(EmptyClip, match="no chords"):
        suggest(Clip((), 4.0))
    with pytest.raises(EmptyClip):
        suggest(a_beat())
    with pytest.raises(BadValue, match="outside the clip"):
        suggest(a_tune(), at=99.0)
