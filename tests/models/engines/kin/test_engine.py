"""The engine ``kin`` end to end, with a tiny network that has learned nothing: its promises must hold all the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings

from models.constraints.constraints import Constraints
from models.engines.kin.config import PROFILES, STEPS
from models.engines.kin.generator import KinEngine
from models.engines.kin.network import Network
from models.engines.kin.playing.decoding import Decoder, Stepper
from models.engines.kin.reading.copy_features import CopyFeatures
from models.engines.kin.reading.representation import ONSET, PITCH
from models.engines.kin.reading.stream import decoder_rows, without_unsaid
from models.engines.kin.reading.view import RequestView
from models.engines.kin.sampler import WindowSampler
from models.generator import Locks, Request
from models.music.chord import Chord, TimedChord
from models.music.errors import EmptyClip, Refused
from models.music.note import Note
from models.music.scale import Scale
from models.sampling.hypothesis import Written
from models.tasks.table import SEEDS_APART
from tests.models.constraints.violations import violations
from tests.strategies import a_bass_line, a_beat, a_clip, a_tune, requests, some_chords

EXAMPLES = {"melody": a_tune, "bass": a_bass_line, "chords": some_chords, "drums": a_beat}


@pytest.fixture(scope="module")
def kin() -> KinEngine:
    torch.manual_seed(1)
    return KinEngine("kin", Decoder.of(Network(PROFILES["tiny"])))


def asked(role: str, **others: object) -> Request:
    return Request(prompts=(EXAMPLES[role](),), role=role, **{"count": 2, "seed": 3, **others})


@pytest.mark.parametrize("role", EXAMPLES)
@pytest.mark.parametrize("task", ["vary", "infill", "humanise"])
def test_any_request_keeps_its_promises(kin, role, task) -> None:
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests(role, task, most=12))
    def hold(request: Request) -> None:
        request = request.but(outside="keep")
        try:
            found = list(kin.generate(request))
        except (Refused, EmptyClip):
            return
        assert all(not violations(request, variation, role) for variation in found)
        assert len({variation.clip.notes for variation in found}) == len(found)

    hold()


@pytest.mark.parametrize("role", EXAMPLES)
@pytest.mark.parametrize("dial", [0.3, 0.6, 0.9])
def test_the_dial_is_met(kin, role, dial) -> None:
    for variation in kin.generate(asked(role, similarity=dial)):
        assert variation.report.similarity == pytest.approx(dial, abs=0.05)


@pytest.mark.parametrize("role", EXAMPLES)
def test_kept_notes_are_the_prompts_own(kin, role) -> None:
    request = asked(role, similarity=0.7)
    for variation in kin.generate(request):
        kept = [
            (note, index) for note, index in zip(variation.clip.notes, variation.kept, strict=True) if index is not None
        ]
        assert kept
        assert all(note == request.prompt.notes[index] for note, index in kept)


@pytest.mark.parametrize("lock", ["rhythm", "pitch", "velocity", "contour", "top", "bass"])
def test_locks_hold(kin, lock) -> None:
    request = asked("melody" if lock != "bass" else "chords", locks=Locks.parse(lock), similarity=0.6)
    found = list(kin.generate(request))
    assert found
    assert all(variation.report.locks[lock] for variation in found)


def test_a_locked_lane_stays(kin) -> None:
    request = asked("drums", locks=Locks.parse("lane:38"), similarity=0.5)
    snares = [note for note in request.prompt.notes if note.pitch == 38]
    for variation in kin.generate(request):
        assert [note for note in variation.clip.notes if note.pitch == 38] == snares


def test_nothing_outside_the_region_changes(kin) -> None:
    request = asked("melody", task="infill", region=(4.0, 8.0), similarity=None)
    outside = [note for note in request.prompt.notes if not 4 <= note.onset < 8]
    for variation in kin.generate(request):
        assert [note for note in variation.clip.notes if not 4 <= note.onset < 8] == outside


def test_new_notes_lie_in_the_scale_and_range(kin) -> None:
    scale = Scale.parse("A minor")
    for variation in kin.generate(asked("melody", scale=scale, range=(60, 72), similarity=0.4)):
        new = [note for note, index in zip(variation.clip.notes, variation.kept, strict=True) if index is None]
        assert all(note.pitch in scale and 60 <= note.pitch <= 72 for note in new)


def test_humanising_moves_no_note_to_another_place(kin) -> None:
    request = asked("drums", task="humanise")
    for variation in kin.generate(request):
        before = sorted((note.pitch, note.onset) for note in request.prompt.notes)
        after = sorted((note.pitch, note.onset) for note in variation.clip.notes)
        assert len(before) == len(after)
        assert all(old[0] == new[0] and abs(old[1] - new[1]) <= 0.13 for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize("role", EXAMPLES)
def test_a_seed_gives_the_same_notes_again(kin, role) -> None:
    request = asked(role, seed=11)
    assert [v.clip for v in kin.generate(request)] == [v.clip for v in kin.generate(request)]


def test_seeds_count_upwards_so_that_neighbours_share_nothing(kin) -> None:
    # A seed whose drafts were too near is written anew, and comes after the others.
    here, next_one = (
        {variation.seed for variation in kin.generate(asked("melody", count=3, seed=seed))} for seed in (5, 6)
    )
    assert here == {5, 5 + SEEDS_APART, 5 + 2 * SEEDS_APART}
    assert not here & next_one


def test_a_long_clip_is_written_in_windows(kin) -> None:
    clip = a_tune().looped(64.0)
    view = RequestView.of(Constraints.of(Request(prompts=(clip,)), "melody"), "vary")
    assert len(view.windows) > 1
    assert [window.span[0] for window in view.windows[1:]] == [window.span[1] for window in view.windows[:-1]]
    assert (view.windows[0].span[0], view.windows[-1].span[1]) == (0, 64 * STEPS)
    for variation in kin.generate(Request(prompts=(clip,), role="melody", count=1, similarity=0.5)):
        assert variation.report.similarity == pytest.approx(0.5, abs=0.05)


def test_context_and_chords_are_heard(kin) -> None:
    constraints = Constraints.of(
        Request(prompts=(a_tune(),), chords=(TimedChord(0.0, 4.0, Chord.of(9, "min")),), context=(a_bass_line(),)),
        "melody",
    )
    view = RequestView.of(constraints, "vary")
    assert [role for role, _ in view.heard(view.windows[0])] == ["bass", "chords"]
    request = asked("melody", context=(a_bass_line(), a_beat()), chords=constraints.request.chords)
    assert len(list(kin.generate(request))) == 2


def test_an_empty_clip_can_be_filled(kin) -> None:
    request = Request(
        task="infill", prompts=(a_clip(role="bass"),), region=(0.0, 8.0), role="bass", count=1, context=(a_beat(),)
    )
    for variation in kin.generate(request):
        assert variation.clip.notes
        assert all(note.onset < 8 for note in variation.clip.notes)


def test_a_cancelled_run_just_ends(kin) -> None:
    assert list(kin.generate(asked("melody"), cancelled=lambda: True)) == []


def test_a_writer_gives_notes_in_order_of_time(kin) -> None:
    constraints = Constraints.of(asked("chords"), "chords")
    sampler = WindowSampler(kin.decoder, RequestView.of(constraints, "vary"), 0.5)
    for notes in sampler.write([np.random.default_rng(0), np.random.default_rng(1)], lambda: False):
        assert all((a.onset, a.pitch) < (b.onset, b.pitch) for a, b in pairwise(notes))


@pytest.mark.parametrize("fields", [{"mute": True}, {}], ids=["muted notes", "a drum clip taken for a melody"])
def test_a_clip_in_which_no_pitch_sounds_has_no_home_and_is_varied(kin, fields) -> None:
    notes = (
        Note(pitch, place / 2, 0.4, **fields) for place, pitch in enumerate((60, 64, 67, 65, 62, 59, 60, 67, 64, 60))
    )
    request = Request(
        prompts=(a_clip(*notes, length=8.0, role="drums" if not fields else None),),
        role="melody",
        count=2,
        similarity=0.6,
    )
    assert not RequestView.of(Constraints.of(request, "melody"), "vary").home
    assert list(kin.generate(request))


def test_drafts_that_copy_too_much_are_given_up(kin) -> None:
    clip = a_tune()
    view = RequestView.of(Constraints.of(Request(prompts=(clip,)), "melody"), "vary")
    sampler, rngs = WindowSampler(kin.decoder, view, 0.5), [np.random.default_rng(1)]
    copies = [Written(int(row[ONSET]), int(row[PITCH]) - 1, 0, 0, 0) for row in view.rows]
    assert view.copied_share(copies, 10**6) == 1.0
    assert view.copied_share([], 10**6) == 0.0
    (written,) = sampler.write(rngs, lambda: False)
    share = view.copied_share(written, 10**6)
    assert 0 <= share < 1
    again = [np.random.default_rng(1)]
    assert sampler.write(again, lambda: False, share - 0.01) == []


@pytest.mark.parametrize("role", EXAMPLES)
def test_at_work_the_network_reads_what_it_read_at_school(kin, role, monkeypatch) -> None:
    """The rows that are made note by note are those that training makes of the finished result."""
    read: list[np.ndarray] = []
    step = Stepper.step
    monkeypatch.setattr(Stepper, "step", lambda self, rows: read.append(rows) or step(self, rows))
    request = asked(role, count=1, similarity=0.5)
    view = RequestView.of(Constraints.of(request, role), "vary")
    (written,) = WindowSampler(kin.decoder, view, 0.5).write([np.random.default_rng(1)], lambda: False)
    at_work = np.concatenate(read)
    assert len(view.windows) == 1
    notes = at_work[1:, 1:6]
    shown = view.rows[np.lexsort((view.rows[:, PITCH], view.rows[:, ONSET]))]
    shown = without_unsaid(shown, not view.says_timing, view.says_velocities)
    memory = CopyFeatures(
        shown, np.zeros(len(shown), bool), int(at_work[0, 1]), view.bar_steps, view.told(view.windows[0])
    )
    at_school, _ = decoder_rows(notes, np.zeros(len(notes), bool), int(at_work[0, 1]), memory)
    assert len(at_work) == len(written) + 1
    assert (at_work == at_school).all()
