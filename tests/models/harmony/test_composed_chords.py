"""Chords out of nothing, and who is asked for what: every promise, on requests that try to break it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.generator import Request
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import without_overlaps
from models.music.errors import ClipkinError, Refused
from models.music.scale import Scale
from models.studio import Studio
from tests.strategies import a_beat, a_tune, scales

STUDIO = Studio()
A_MINOR = Scale.parse("A minor")
STYLES = st.sampled_from(
    ("", "close", "drop2 9", "lofi", "spread", "quartal hold", "house-stab", "arpeggio", "strum 7")
)


def made(request: Request, engine: str) -> list:
    """What comes; a refusal with a sentence is an answer, too."""
    try:
        return list(STUDIO.generate(request, engine))
    except ClipkinError:
        return []


def generated(**asked: object) -> Request:
    return Request(task="generate", role="chords", **{"count": 3, **asked})


@settings(max_examples=40, deadline=None)
@given(
    st.none() | scales,
    st.integers(1, 9),
    st.integers(0, 10**6),
    st.sampled_from((0.1, 1.0, 2.0)),
    st.sampled_from(("low", "same", "high")),
    STYLES,
    st.integers(2, 4),
)
def test_chords_out_of_nothing_keep_every_promise(scale, bars, seed, temperature, density, style, voices) -> None:
    request = generated(
        scale=scale, bars=bars, seed=seed, temperature=temperature, density=density, style=style, polyphony=voices
    )
    found = made(request, "harmony")
    for variation in found:
        notes = variation.clip.notes
        assert notes
        assert notes == without_overlaps(notes, bars * 4.0)
        assert variation.clip.length == bars * 4
        assert all(sum(other.onset <= note.onset < other.end for other in notes) <= voices for note in notes)
        assert all(note.pitch in scale for note in variation.clip.notes if scale)
    assert len({variation.clip.notes for variation in found}) == len(found)
    assert [v.clip for v in made(request, "harmony")] == [v.clip for v in found]


def test_chords_out_of_nothing_are_progressions() -> None:
    found = made(generated(scale=A_MINOR, seed=3, bars=8, metre=Metre(3, 4), tempo=90.0), "harmony")
    assert len(found) == 3
    for variation in found:
        assert (variation.clip.length, variation.clip.tempo) == (24.0, 90.0)
        assert len({note.onset for note in variation.clip.notes}) == 8
        assert variation.report.remarks[0].startswith("In A minor: ")


def test_given_chords_are_played_as_they_are() -> None:
    chords = (TimedChord(0.0, 4.0, Chord.of(9, "min")), TimedChord(4.0, 4.0, Chord.of(5, "maj7")))
    first = made(generated(chords=chords, bars=2), "harmony")[0]
    assert {note.pitch % 12 for note in first.clip.notes if note.onset < 4} == {9, 0, 4}
    assert {note.pitch % 12 for note in first.clip.notes if note.onset >= 4} == {5, 9, 0, 4}


@pytest.mark.parametrize(
    ("role", "engine"), [("chords", "harmony"), ("melody", "vae"), ("bass", "vae"), ("drums", "vae")]
)
def test_auto_asks_who_can_make_that_role(role, engine) -> None:
    assert STUDIO.chosen(Request(task="generate", role=role)) == engine


def test_nobody_is_asked_for_a_role_that_is_not_theirs() -> None:
    with pytest.raises(Refused, match="harmony"):
        next(STUDIO.generate(generated(), "rnn"))
    with pytest.raises(Refused, match="can't generate bass"):
        next(STUDIO.generate(generated().but(role="bass"), "harmony"))


def test_auto_leaves_humanising_to_the_hand() -> None:
    patient = Studio(patient=True)
    assert patient.chosen(Request(task="humanise", prompts=(a_beat(),))) == "rules"
    assert patient.chosen(Request(task="humanise", prompts=(a_tune(),))) == "rules"
