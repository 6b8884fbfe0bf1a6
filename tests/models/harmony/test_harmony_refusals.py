"""What the chord tasks and accompaniments can't do or don't know is a sentence, never a surprise."""

from __future__ import annotations

import pytest

from models.generator import Locks, Request
from models.music.errors import BadValue, ClipkinError, EmptyClip, Refused
from models.music.scale import Scale
from models.studio import Studio
from tests.strategies import a_beat, a_clip, a_note, a_tune, some_chords

STUDIO = Studio()


def test_unknown_words_are_named_and_nothing_known_is_refused() -> None:
    first = list(STUDIO.generate(Request(task="voice", prompts=(some_chords(),), style="Drop-2 sparkly")))[0]
    assert any("sparkly" in said for said in first.report.remarks)
    idle = list(
        STUDIO.generate(Request(task="accompany", context=(some_chords(),), role="chords", style="lofi walking"))
    )[0]
    assert any("walking" in said for said in idle.report.remarks)
    for task in ("voice", "harmonise", "reharmonise", "accompany", "drums", "arrange"):
        clip = a_beat() if task == "drums" else some_chords()
        with pytest.raises(Refused, match="sparkly") as caught:
            list(
                STUDIO.generate(
                    Request(task=task, prompts=(clip,), style="sparkly"), "rules" if task == "arrange" else "auto"
                )
            )
        assert caught.value.field == "style"


def test_what_has_no_effect_is_named() -> None:
    first = list(STUDIO.generate(Request(task="harmonise", prompts=(a_tune(),), mood="sad", region=(0.0, 4.0))))[0]
    told = next(said for said in first.report.remarks if "Without effect" in said)
    assert "mood words" in told
    assert "region" in told


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (Request(task="voice", prompts=(some_chords(),), locks=Locks(rhythm=True)), "locks"),
        (Request(task="harmonise", prompts=(a_tune(),), locks=Locks(top=True)), "locks"),
        (Request(task="accompany", context=(some_chords(),), locks=Locks(bass=True)), "locks"),
        (Request(task="arrange", prompts=(some_chords(),), locks=Locks(velocity=True)), "locks"),
        (Request(task="voice", prompts=(a_beat(),)), "role"),
        (Request(task="voice", prompts=(some_chords(),), range=(60, 62)), "range"),
        (Request(task="voice", prompts=(some_chords(),), polyphony=1), "polyphony"),
        (Request(task="harmonise", prompts=(a_tune(),), scale=Scale.from_intervals(0, (0, 1))), "scale"),
        (Request(task="voice", prompts=(some_chords(),), region=(3.6, 3.9)), ""),
        (Request(task="accompany", context=(a_clip(length=4.0),)), "prompts"),
        (Request(task="accompany", context=(a_clip(a_note(mute=True), length=4.0),)), "prompts"),
    ],
)
def test_what_can_not_be_done_is_a_sentence(request_: Request, field: str) -> None:
    with pytest.raises(ClipkinError) as caught:
        list(STUDIO.generate(request_))
    assert caught.value.field == field
    assert caught.value.sentence.endswith(".")


def test_a_clip_without_notes_is_told_apart() -> None:
    empty = a_clip(length=4.0)
    for task in ("voice", "harmonise", "reharmonise", "arrange", "drums"):
        with pytest.raises(EmptyClip):
            list(STUDIO.generate(Request(task=task, prompts=(empty,))))


def test_how_many_clips_a_task_takes() -> None:
    with pytest.raises(BadValue, match="nothing to accompany"):
        Request(task="accompany")
    with pytest.raises(BadValue, match="takes 0 or 1 clips"):
        Request(task="accompany", prompts=(a_tune(), a_tune()))
    with pytest.raises(BadValue, match="takes 1 clip,"):
        Request(task="arrange", context=(a_tune(),))
    with pytest.raises(BadValue, match="60 bytes"):
        Request(task="voice", prompts=(some_chords(),), style="x" * 61)
