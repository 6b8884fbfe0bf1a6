"""Every task from the device to the real server and back into the fake set, on music that the tasks understand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bridge.server.serve import Server
from max_for_live.controls import BARS, DENSITY_WORDS, MOODS, ROLES
from models.tasks.table import TABLE, TASKS
from tests.bridge.trial.loss_relay import LossRelay, Trouble

Play = Callable[..., dict[str, Any]]
Note = dict[str, float]

AUTO = 0
"""The engine menu's first item: the server chooses."""

MINOR = {"root_note": 9, "scale_mode": 1, "scale_intervals": [0, 2, 3, 5, 7, 8, 10]}
A_MINOR = {9, 11, 0, 2, 4, 5, 7}


def note(pitch: int, onset: float, duration: float = 1.0) -> Note:
    return {"pitch": pitch, "start_time": onset, "duration": duration, "velocity": 90}


def chords() -> list[Note]:
    """A minor, F, C, G: a bar each."""
    triads = ((57, 60, 64), (53, 57, 60), (48, 52, 55), (55, 59, 62))
    return [note(pitch, 4 * bar, 4.0) for bar, triad in enumerate(triads) for pitch in triad]


def tune() -> list[Note]:
    pitches = (69, 72, 76, 74, 72, 69, 65, 69, 67, 64, 67, 72, 71, 74, 71, 67)
    return [note(pitch, place) for place, pitch in enumerate(pitches)]


def beat() -> list[Note]:
    kick = [note(36, beat, 0.25) for beat in range(16)]
    snare = [note(38, 4 * bar + back, 0.25) for bar in range(4) for back in (1, 3)]
    return kick + snare + [note(42, place / 2, 0.25) for place in range(32)]


def track(name: str, notes: list[Note], **values: object) -> dict[str, object]:
    return {"name": name, "clips": {0: {"name": name, "length": 16, "notes": notes}}, **values}


def tracks() -> list[dict[str, object]]:
    return [track("tune", tune()), track("chords", chords()), track("beat", beat(), drums=True), {"name": "bass"}]


TUNE, CHORDS, BEAT, BASS = range(4)


@pytest.fixture
def make(server: Server, play: Play) -> Callable[..., dict[str, Any]]:
    """Presses Make on a click; what is common to all tasks is checked here."""

    def run(task: str, click: tuple[int, int], style: str = "auto", device: int = 0, **controls: int) -> dict[str, Any]:
        styles = ("auto", *TABLE[task].styles)  # type: ignore[index]
        chosen = {
            "task": TASKS.index(task),
            "style": styles.index(style),
            "engine": AUTO,  # type: ignore[arg-type]
            "count": 2,
            "seed": 3,
            **controls,
        }
        result = play(server.port, tracks=tracks(), click=click, song=MINOR, device=device, controls=chosen)
        assert result["console"] == []
        assert result["source_changes"] == 0
        assert [clips[0] and clips[0]["name"] for clips in result["tracks"]][:3] == ["tune", "chords", "beat"]
        assert result["undo_steps"] == 1, result["statuses"]
        return result

    return run


def new_clips(result: dict[str, Any], place: int) -> list[dict[str, Any]]:
    """The clips that were written into a track, each with notes."""
    found = [clip for clip in result["tracks"][place] if clip and clip["is_new"]]
    assert all(clip["notes"] for clip in found)
    return found


def classes(clip: dict[str, Any]) -> set[int]:
    return {int(each["pitch"]) % 12 for each in clip["notes"]}


@pytest.mark.parametrize(
    ("task", "place", "style"),
    [
        ("vary", TUNE, "auto"),
        ("continue", TUNE, "auto"),
        ("humanise", TUNE, "auto"),
        ("voice", CHORDS, "drop2"),
        ("voice", CHORDS, "lofi"),
        ("harmonise", TUNE, "auto"),
        ("reharmonise", CHORDS, "auto"),
        ("drums", BEAT, "busier"),
    ],
)
def test_a_task_for_the_selected_clip(make: Callable[..., dict[str, Any]], task: str, place: int, style: str) -> None:
    result = make(task, (place, 0), style)
    made = new_clips(result, place)
    assert len(made) == 2, result["statuses"]
    stem = "tune chords" if task == "harmonise" else result["tracks"][place][0]["name"]
    assert all(clip["name"].startswith(f"{stem} ~") for clip in made)
    assert sum(len(new_clips(result, other)) for other in range(4)) == 2


def test_voicing_keeps_the_chords(make: Callable[..., dict[str, Any]]) -> None:
    clips = new_clips(make("voice", (CHORDS, 0), "open"), CHORDS)
    for clip in clips:
        for bar, wanted in enumerate(({9, 0, 4}, {5, 9, 0}, {0, 4, 7}, {7, 11, 2})):
            assert {int(each["pitch"]) % 12 for each in clip["notes"] if each["start_time"] // 4 == bar} >= wanted


@pytest.mark.parametrize("role", ["bass", "chords", "melody", "drums"])
def test_a_part_for_the_scene_goes_into_the_empty_slot(make: Callable[..., dict[str, Any]], role: str) -> None:
    result = make("accompany", (BASS, 0), role=ROLES.index(role))
    first, second = new_clips(result, BASS)
    assert result["tracks"][BASS][0] == first
    assert result["tracks"][BASS][1] == second
    if role == "drums":
        assert 36 in {each["pitch"] for each in first["notes"]}
    else:
        assert classes(first) <= A_MINOR


def test_a_part_for_a_clip_goes_onto_the_device_s_track(make: Callable[..., dict[str, Any]]) -> None:
    result = make("accompany", (CHORDS, 0), device=BASS)
    assert result["tracks"][BASS][0]["is_new"]
    assert len(new_clips(result, BASS)) == 2
    assert max(each["pitch"] for each in result["tracks"][BASS][0]["notes"]) < 60


def test_more_notes_are_more_than_fewer(make: Callable[..., dict[str, Any]]) -> None:
    thin, thick = (
        sum(
            len(clip["notes"])
            for clip in new_clips(
                make("vary", (TUNE, 0), similarity=30, density=list(DENSITY_WORDS).index(density)), TUNE
            )
        )
        for density in ("low", "high")
    )
    assert thin < 2 * len(tune()) < thick


def test_a_clip_from_nothing(make: Callable[..., dict[str, Any]]) -> None:
    result = make("generate", (BASS, 0), role=ROLES.index("melody"), bars=BARS.index(2), mood=MOODS.index("happy"))
    made = new_clips(result, BASS)
    assert [clip["length"] for clip in made] == [8, 8]
    assert all(classes(clip) <= A_MINOR for clip in made)


def test_a_song_from_the_scene(make: Callable[..., dict[str, Any]]) -> None:
    result = make("arrange", (TUNE, 0), "house")
    old, new = result["scenes"][:8], result["scenes"][8:]
    assert old == [""] * 8
    assert len(new) >= 4
    assert all(new)
    assert result["statuses"][-1].startswith(f"{len(new)} new scenes")
    for place, name in ((TUNE, "tune"), (CHORDS, "chords"), (BEAT, "beat")):
        clips = result["tracks"][place][8:]
        assert any(clips)
        for clip, section in zip(clips, new, strict=True):
            assert clip is None or clip["name"] == f"{name} {section}"
    for scene in range(8, len(result["scenes"])):
        assert len({clips[scene]["length"] for clips in result["tracks"] if clips[scene]}) == 1


def test_a_song_survives_a_wire_that_loses_and_disorders(server: Server, play: Play) -> None:
    settings = {
        "tracks": tracks(),
        "click": (TUNE, 0),
        "song": MINOR,
        "controls": {"task": TASKS.index("arrange"), "seed": 5},
    }
    clean = play(server.port, **settings)
    with LossRelay(server.port, Trouble(0.2, 0.1, 0.25), seed=3) as relay:
        lossy = play(relay.port, **settings)
        assert relay.dropped > 0
    assert (lossy["scenes"], lossy["tracks"]) == (clean["scenes"], clean["tracks"])


def test_steps_from_one_clip_to_the_next(server: Server, play: Play) -> None:
    lower = [note(int(each["pitch"]) - 2, place) for place, each in enumerate(reversed(tune()))]
    both = [
        {
            "clips": {
                place: {"name": name, "length": 16, "notes": notes}
                for place, (name, notes) in enumerate((("one", tune()), ("two", lower)))
            }
        }
    ]
    result = play(
        server.port,
        tracks=both,
        click=(0, 0),
        song=MINOR,
        controls={"task": TASKS.index("morph"), "engine": AUTO, "count": 3, "seed": 3, "context": 1},
    )
    assert [clip["name"] for clip in result["clips"]][:2] == ["one", "two"]
    assert len(new_clips(result, 0)) == 3, result["statuses"]


def test_a_style_that_the_task_refuses_is_told_in_words(server: Server, play: Play) -> None:
    controls = {"task": TASKS.index("drums"), "style": 1 + TABLE["drums"].styles.index("groove"), "engine": AUTO}
    result = play(server.port, tracks=tracks(), click=(CHORDS, 0), song=MINOR, controls=controls)
    assert result["statuses"][-1].endswith(".")
    assert not any(new_clips(result, place) for place in range(4))
