"""The benchmark of the analysis, on pieces whose key, chords and roles are plain."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.benchmarks import analysis
from models.benchmarks.analysis import Row, majmin
from models.music.chord import Chord

TICKS = 480
CADENCE = (
    ((48, 60, 64, 67), "C:maj"),
    ((41, 60, 65, 69), "F:maj"),
    ((43, 59, 62, 67), "G:maj"),
    ((48, 60, 64, 67), "C:maj"),
)


def write_piece(folder: Path, source: str, by: int, key: str) -> None:
    """Eight bars of a cadence ``by`` semitones up: a tune, chords and a bass, with what is annotated."""
    rows, tracks, labels = [], [], []
    names = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
    parts: dict[str, list] = {"melody": [], "piano": [], "bass": []}
    for bar in range(8):
        (low, *upper), label = CADENCE[bar % 4]
        root, quality = label.split(":")
        labels.append([4 * bar, 4, f"{names[(names.index(root) + by) % 12]}:{quality}"])
        start = bar * 4 * TICKS
        parts["bass"].append((start, low - 12 + by, 4 * TICKS, 90))
        parts["piano"] += [(start, pitch + by, 4 * TICKS, 80) for pitch in upper]
        parts["melody"] += [(start + beat * TICKS, upper[beat % 3] + 12 + by, TICKS, 100) for beat in range(4)]
    for role, notes in parts.items():
        tracks.append({"role": role, "start": len(rows), "n": len(notes)})
        rows += notes
    entry = {"source": source, "id": "1", "split": "valid", "time_signature": "4/4", "key": key, "tracks": tracks}
    np.savez(folder / f"{source}.npz", notes=np.array(rows, np.int32))
    (folder / f"{source}.jsonl").write_text(json.dumps(entry | {"chords": labels}), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for source in (*analysis.ALL_SOURCES, *analysis.SONGS):
        by = {"pop909": 2, "openewld": 7}.get(source, 0)
        write_piece(tmp_path, source, by, {2: "D major", 7: "G major", 0: "C major"}[by])
    return tmp_path


def rows_of(folder: Path, *parts: str) -> dict[tuple[str, str], Row]:
    return {(row.what, row.on): row for row in analysis.measure(folder, parts=parts)}


def test_plain_cadences_are_heard_in_their_key(folder: Path) -> None:
    rows = rows_of(folder, "keys", "tonics")
    assert (rows["key", "all"].value, rows["key", "all"].of) == (1, 3)
    assert rows["key, weighted", "pop909"].value == 1
    assert rows["key, by Albrecht & Shanahan's profiles", "all"].value == 1
    assert rows["tonic of played chords", "songs"].value == 1


def test_their_chords_and_the_tune_are_heard(folder: Path) -> None:
    rows = rows_of(folder, "chords", "melody")
    for name in ("chord, major or minor", "chord, root", "chord, bass"):
        assert rows[name, "all"].value > 0.9
        assert rows[name, "all"].of == 64  # beats of two pieces of eight bars
    assert rows["melody line", "lieder"].value > 0.9


def test_roles_are_counted_over_tracks(folder: Path) -> None:
    rows = rows_of(folder, "roles")
    assert rows["role of a track", "all"].of == 3 * len(analysis.ALL_SOURCES)
    assert rows["role of a track", "all"].value > 0.6


def test_the_command_prints_what_was_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    analysis.main(["--data", str(folder), "--only", "keys", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert {row["what"].split(",")[0].split(" ")[0] for row in told} == {"key"}
    analysis.main(["--data", str(folder), "--only", "roles"])
    assert capsys.readouterr().out.splitlines()[-1].startswith("role of four bars of it")


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("C:maj7", (0, False)),
        ("A:min7", (9, True)),
        ("G:7", (7, False)),
        ("C:sus4", None),
        ("B:dim", None),
        ("N", None),
    ],
)
def test_sevenths_are_forgiven_and_what_is_neither_is_left_out(label: str, found: tuple | None) -> None:
    assert majmin(Chord.parse(label)) == found
