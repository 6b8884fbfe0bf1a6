"""The speed benchmark's own sums: growth, the machine's limits, its picture and the README's table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.engines.kin.weights import read_decoder
from models.music.errors import BadValue
from models.studio import Studio
from tests.bridge.trial.speed import readme
from tests.bridge.trial.speed.direct import Cell, a_line, growth, measured, of_another_clip, requests_of
from tests.bridge.trial.speed.machine import Limits, _weights, step_s
from tests.bridge.trial.speed.peer import music_rnn
from tests.bridge.trial.speed.picture import picture


def cells(power: float) -> list[Cell]:
    return [
        Cell("kin", "vary", "melody", notes, 4, 0.1, 0.01 * notes**power, 0.1, 3) for notes in (8, 32, 128, 512, 2048)
    ]


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_growth_is_the_power_of_the_notes(power: float) -> None:
    assert growth(cells(power)) == pytest.approx(power)
    assert np.isnan(growth(cells(power)[:2]))


@pytest.mark.parametrize("role", ["melody", "drums", "chords"])
@pytest.mark.parametrize("notes", [8, 33, 2048])
def test_prompts_have_as_many_notes_as_is_said(role, notes) -> None:
    clip = requests_of("vary", role, notes, 4).prompt
    assert len(clip.notes) == notes
    assert all(note.end <= clip.length + 1e-9 for note in clip.notes)
    assert len({(note.onset, note.pitch) for note in clip.notes}) == notes
    assert a_line(64).notes[56].pitch == a_line(64).notes[0].pitch  # each fourth bar comes back


@pytest.mark.parametrize("role", ["melody", "chords"])
def test_another_clip_is_as_much_work_and_none_asked_before(role) -> None:
    request = requests_of("vary", role, 32, 4)
    clips = [of_another_clip(request).prompt for _ in range(96)]
    assert all([n.onset for n in clip.notes] == [n.onset for n in request.prompt.notes] for clip in clips)
    assert all(0 <= n.pitch <= 127 and 1 <= n.velocity <= 127 for clip in clips for n in clip.notes)
    assert len({clip.notes for clip in clips}) == len(clips)


def test_the_usual_request_of_an_engine_is_timed() -> None:
    (cell,) = measured(Studio(patient=True), ["rules"], 2, tasks=("vary",), whole=False)
    assert (cell.engine, cell.task, cell.notes, cell.count, cell.rounds) == ("rules", "vary", 32, 4, 2)
    assert 0 < cell.first_s <= cell.all_s


def test_no_step_is_faster_than_the_machine_allows() -> None:
    decoder, limits = read_decoder("kin"), Limits.measured()
    assert sum(array.size for array in _weights(decoder)) > 500_000
    assert step_s(decoder, 8) > limits.step_s(decoder, 8)
    assert limits.step_s(decoder, 64) > limits.step_s(decoder, 1)


def test_a_picture_has_a_line_for_each_engine() -> None:
    drawn = picture(cells(1.0))
    assert ">kin<" in drawn
    assert drawn.count("<polyline") == 4 + 1  # as many seconds are ruled, and the engine's line


def test_a_peer_that_is_not_there_is_said_with_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="@magenta/music"):
        music_rnn(tmp_path)


def test_the_table_goes_between_its_marks(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(readme, "README", tmp_path / "README.md")
    readme.README.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n", encoding="utf-8")
    readme.write("new")
    assert readme.README.read_text(encoding="utf-8") == f"before\n{readme.BEGIN}\nnew\n{readme.END}\nafter\n"
