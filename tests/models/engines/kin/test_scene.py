"""What ``kin`` makes of a clip before it writes: the notes that may come, the key, the texture, and the chords."""

from __future__ import annotations

import numpy as np
import pytest

from models.analysis.harmony import Harmony
from models.constraints.constraints import Constraints
from models.constraints.continuation import as_infill
from models.engines.kin.config import STEPS
from models.engines.kin.reading.view import RequestView
from models.engines.kin.reading.windows import MOST_NOTES
from models.generator import Request
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, Role
from models.music.note import Note
from models.music.scale import Scale
from tests.strategies import a_beat, a_clip, a_note, a_tune, some_chords


def view_of(*notes: Note, role: Role) -> RequestView:
    clip = a_clip(*notes, length=8.0, role=role)
    return RequestView.of(Constraints.of(Request(prompts=(clip,)), role), "vary")


def test_an_empty_beat_is_filled_with_a_basic_kit() -> None:
    empty = Request(task="infill", prompts=(a_clip(role="drums"),), region=(0.0, 4.0))
    view = RequestView.of(Constraints.of(empty, "drums"), "infill")
    assert np.flatnonzero(view.room.any(0)).tolist() == [36, 38, 42, 46]


def test_a_bass_goes_no_lower_than_its_lowest_string_unless_the_clip_does() -> None:
    assert not view_of(a_note(33, 0.0), role="bass").room[:, :28].any()
    assert view_of(a_note(24, 0.0), role="bass").room[0, 24:28].all()


def test_a_programmed_groove_is_kept_and_a_played_one_left_to_the_player() -> None:
    swung = view_of(*(a_note(42, beat + 0.52, 0.2) for beat in range(4)), a_note(36, 0.0, 0.2), role="drums")
    assert swung.late_at(STEPS // 2, 0.0) == pytest.approx(0.02)
    assert swung.late_at(STEPS // 4, 0.01) == 0.01
    played = view_of(*(a_note(42, beat + 0.5 + beat / 100, 0.2) for beat in range(4)), role="drums")
    assert played.late_at(STEPS // 2, -0.01) == -0.01


def test_the_textures_of_a_clip_are_known() -> None:
    chords = view_of(a_note(60, 0), a_note(64, 0), a_note(60, 1), a_note(64, 1), a_note(67, 1), role="chords")
    assert chords.chord_sizes == (2, 3)
    line = view_of(*(a_note(pitch, place) for place, pitch in enumerate((60, 60, 62, 62, 62, 60))), role="melody")
    assert line.longest_cycles == (2, 2, 3, 4)
    assert chords.longest_cycles[0] == 1
    turning = view_of(*(a_note(pitch, place) for place, pitch in enumerate((60, 62) * 4)), role="melody")
    assert turning.longest_cycles == (0, 6, 3, 4)


C_MAJOR = (60, 64, 67, 65, 62, 59, 60, 67, 64, 60)


@pytest.mark.parametrize(
    ("pitches", "home"),
    [
        (C_MAJOR, {0, 2, 4, 5, 7, 9, 11}),
        ((*C_MAJOR, *C_MAJOR, 66), {0, 2, 4, 5, 6, 7, 9, 11}),  # a passing note stays possible
        ((69, 71, 72, 76, 74, 72, 71, 69, 64, 69), {0, 2, 4, 5, 7, 8, 9, 11}),  # A minor, with its leading note
        (tuple(range(60, 72)), set()),  # no key holds it
        (C_MAJOR[:5], set()),
    ],
)  # too few to tell
def test_a_clip_that_keeps_to_its_key_is_at_home_there(pitches, home) -> None:
    view = view_of(*(a_note(pitch, place / 3, 0.3) for place, pitch in enumerate(pitches)), role="melody")
    assert view.home == home


def test_chords_that_are_given_are_at_home_and_a_locked_scale_needs_no_home() -> None:
    clip = a_clip(*(a_note(pitch, place / 3, 0.3) for place, pitch in enumerate(C_MAJOR)), length=8.0, role="melody")
    given = Request(prompts=(clip,), chords=(TimedChord(0.0, 4.0, Chord.of(4, "maj")),))
    assert 8 in RequestView.of(Constraints.of(given, "melody"), "vary").home
    locked = Request(prompts=(clip,), scale=Scale.parse("C major"))
    assert not RequestView.of(Constraints.of(locked, "melody"), "vary").home


def test_a_strummed_chord_is_one_chord() -> None:
    strummed = view_of(
        *(
            a_note(pitch, 2 * bar + place / 100, 1)
            for bar in range(4)
            for place, pitch in enumerate((60, 64, 67, 71, 72))
        ),
        role="chords",
    )
    assert not strummed.on_grid
    assert strummed.has_clusters
    assert strummed.longest_cycles[0] == 3


def test_rests_and_clusters_of_a_clip_are_known() -> None:
    held = view_of(a_note(60, 0, 4), a_note(64, 0, 4), a_note(60, 4, 4), a_note(61, 4, 4), role="chords")
    assert held.has_clusters
    assert held.longest_rest == 4 * STEPS
    assert held.places == {0}
    late = view_of(a_note(60, 6, 1), a_note(64, 6, 1), role="chords")
    assert not late.has_clusters
    assert late.longest_rest == 6 * STEPS


def test_a_scene_follows_the_chords_given_then_those_heard_beside_it() -> None:
    tune, chords = a_tune(), some_chords()
    given = (TimedChord(0, 16, Chord.of(1, "min7")),)

    def harmony(request: Request, *context: Clip) -> Harmony:
        role = request.role or "melody"
        return RequestView.of(Constraints.of(request.but(context=context), role), "vary").harmony

    alone = Request(prompts=(tune,), role="melody")
    assert not harmony(alone).sets.any()
    assert set(harmony(alone, chords).roots.tolist()) == {9, 5, 0, 7}  # A minor, F, C, G
    assert set(harmony(alone.but(chords=given), chords).roots.tolist()) == {1}
    assert not harmony(Request(prompts=(a_beat(),), role="drums"), chords).sets.any()
    assert set(harmony(Request(prompts=(chords,), role="chords")).roots.tolist()) == {9, 5, 0, 7}
    longer = as_infill(Request(task="continue", prompts=(chords,), role="chords", bars=4))
    ahead = RequestView.of(Constraints.of(longer, "chords"), "continue").harmony.roots
    assert ahead[16 * STEPS :].tolist() == ahead[: 16 * STEPS].tolist()  # the same four chords come again


def test_a_dense_clip_is_written_in_windows_of_few_notes() -> None:
    clip = a_clip(*(a_note(42, step / 8, 0.1, 80) for step in range(256)), length=32.0, role="drums")
    view = RequestView.of(Constraints.of(Request(prompts=(clip,)), "drums"), "vary")
    for window in view.windows:
        inside = [row for row in view.rows if window.start <= row[0] < window.end]
        assert len(inside) <= MOST_NOTES or window.end - window.start <= 3 * 96


def test_a_clip_of_one_window_is_sketched_in_windows_of_two_bars() -> None:
    view = RequestView.of(Constraints.of(Request(prompts=(a_tune().looped(16.0),)), "melody"), "vary")
    assert len(view.windows) == 1
    assert [window.span for window in view.short_windows] == [(0, 192), (192, 384)]
