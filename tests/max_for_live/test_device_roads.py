"""The device asks for what the panel asks for with the same controls, and the same seed gives the same notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.server.serve import Server
from gui.state.wish import Wish
from max_for_live.controls import BARS, DENSITY_WORDS, MOODS, ROLES
from models.generator import Locks, Request, Variation
from models.studio import Studio
from models.tasks.table import TABLE, TASKS
from tests.max_for_live.test_device_tasks import BASS, BEAT, CHORDS, MINOR, TUNE, tracks

Play = Callable[..., dict[str, Any]]


class RecordingStudio(Studio):
    """Keeps what it was asked, and what it gave."""

    def __init__(self) -> None:
        super().__init__(patient=True)
        self.asked: list[tuple[Request, str, list[Variation]]] = []

    def generate(self, request: Request, engine: str = "auto", *others: Any, **more: Any) -> Iterator[Variation]:  # type: ignore[override]
        made: list[Variation] = []
        self.asked.append((request, engine, made))
        for variation in super().generate(request, engine, *others, **more):
            made.append(variation)
            yield variation


CASES: dict[str, tuple[int, dict[str, int], dict[str, Any]]] = {
    "vary": (
        TUNE,
        {"rhythm": 1, "similarity": 60, "mood": MOODS.index("dark")},
        {"locks": Locks(rhythm=True), "similarity": 0.6, "mood": "dark"},
    ),
    "continue": (
        TUNE,
        {"bars": BARS.index(2), "density": list(DENSITY_WORDS).index("high")},
        {"bars": 2, "density": "high"},
    ),
    "humanise": (TUNE, {"pitch": 1, "similarity": 30}, {"locks": Locks(pitch=True)}),
    "generate": (BASS, {"role": ROLES.index("chords"), "bars": BARS.index(8)}, {"part": "chords", "bars": 8}),
    "voice": (CHORDS, {"style": "drop2", "top": 1, "rhythm": 1}, {"style": "drop2", "locks": Locks(top=True)}),
    "harmonise": (TUNE, {"temperature": 1.5, "style": "lofi"}, {"temperature": 1.5, "style": "lofi"}),
    "reharmonise": (CHORDS, {"similarity": 50}, {"similarity": 0.5}),
    "accompany": (BASS, {"role": ROLES.index("bass"), "style": "funk"}, {"part": "bass", "style": "funk"}),
    "drums": (BEAT, {"style": "busier"}, {"style": "busier"}),
}
"""For each task that reads one clip or none: the track, the device's controls, the panel's."""


@pytest.fixture(scope="module")
def studio() -> RecordingStudio:
    return RecordingStudio()


@pytest.fixture(scope="module")
def listening(studio: RecordingStudio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(0, studio, folder=tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.mark.parametrize("task", [task for task in TASKS if task in CASES])
def test_device_and_panel_ask_for_the_same(task: Any, listening: Server, studio: RecordingStudio, play: Play) -> None:
    track, controls, wished = CASES[task]
    styles = ("auto", *TABLE[task].styles)
    chosen = {name: styles.index(value) if name == "style" else value for name, value in controls.items()}
    result = play(
        listening.port,
        tracks=tracks(),
        click=(track, 0),
        song=MINOR,
        controls={"task": TASKS.index(task), "engine": 1 if task == "vary" else 0, "count": 2, "seed": 3, **chosen},
    )
    request, engine, made = studio.asked[-1]
    assert made, result["statuses"]
    wish = Wish(task=task, count=2, seed=3, scale="A minor").but(**wished)
    prompt = request.prompt if request.prompts else None
    expected = wish.to_request(prompt, None, None, request.context)
    if task == "generate":  # a clip in the set's time, which the panel takes from the clip that is open
        expected = expected.but(tempo=request.tempo, metre=request.metre)
    assert request == expected
    again = list(Studio(patient=True).generate(expected, engine))
    assert [one.clip for one in again] == [one.clip for one in made]
    written = [clip for row in result["tracks"] for clip in row if clip and clip["is_new"]]
    assert sorted(len(clip["notes"]) for clip in written) == sorted(len(one.clip.notes) for one in made)
