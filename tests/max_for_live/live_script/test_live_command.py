"""``clipkin live``: into Live's User Library and out again, and variations by a command."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from bridge.command_line.main import main
from bridge.port_file import home
from bridge.server.serve import Server
from models.studio import Studio


def test_install_writes_a_package_that_live_can_load_and_uninstall_takes_it_away(tmp_path, capsys, monkeypatch) -> None:
    for _ in range(2):
        assert main(["live", "--install", "--into", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    folder = tmp_path / "Remote Scripts" / "Clipkin"
    assert str(folder) in said
    assert "Link, Tempo & MIDI" in said
    assert {path.name for path in folder.parent.iterdir()} == {"Clipkin"}
    monkeypatch.syspath_prepend(str(folder.parent))
    import Clipkin  # type: ignore[import-not-found]

    assert callable(Clipkin.create_instance)
    assert "Live" not in sys.modules
    assert main(["live", "--uninstall", "--into", str(folder.parent)]) == 0
    assert not folder.exists()
    assert main(["live", "--uninstall", "--into", str(tmp_path)]) == 2
    assert main(["live", "--install", "--into", str(tmp_path)]) == 0
    assert main(["live", "--uninstall", "--into", str(tmp_path)]) == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_stays(tmp_path: Path, capsys) -> None:
    (tmp_path / "Remote Scripts" / "Clipkin").mkdir(parents=True)
    kept = tmp_path / "Remote Scripts" / "Clipkin" / "__init__.py"
    kept.write_text("mine = 1\n", encoding="utf-8")
    for what in ("--install", "--uninstall"):
        assert main(["live", what, "--into", str(tmp_path)]) == 2
    assert kept.read_text(encoding="utf-8") == "mine = 1\n"
    assert "isn't Clipkin's" in capsys.readouterr().err


def test_the_library_is_found_or_asked_for(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("ONEDRIVE", raising=False)
    assert main(["live", "--install"]) == 2
    assert "--into" in capsys.readouterr().err
    (tmp_path / "Music" / "Ableton" / "User Library").mkdir(parents=True)
    assert main(["live", "--install"]) == 0
    (tmp_path / "Documents" / "Ableton" / "User Library").mkdir(parents=True)
    assert main(["live", "--install"]) == 2
    assert main(["live", "--install", "--into", str(tmp_path / "nowhere")]) == 2


def made(live, *words: str) -> int:
    """The command in a thread of its own, while Live beats."""
    codes: list[int] = []
    command = threading.Thread(target=lambda: codes.append(main(["live", "--make", *words])))
    command.start()
    live.until(lambda: codes)
    command.join()
    return codes[0]


def test_make_fills_slots_and_says_so(stage, capsys) -> None:
    with Server(0, Studio(), folder=home()):
        live = stage(folder=home())
        live.put_clip()
        live.connect()
        assert made(live, "--count", "2", "--engine", "rules", "--seed", "9") == 0
        assert capsys.readouterr().out == "2 clips are in free slots of this track.\n"
        assert [clip.name.split(" s")[0] for clip in live.clips()] == ["prompt", "prompt ~1", "prompt ~2"]
        assert made(live, "humanise", "--count", "1", "--engine", "rules") == 0
        assert len(live.clips()) == 4
        assert made(live, "--chords", "Am9 | Dm9", "--count", "1", "--engine", "rules", "--arrangement") == 0
        assert len(live.song.tracks[0].arrangement_clips) == 1
        assert made(live, "--chords", "nonsense") == 2
        assert "chord" in capsys.readouterr().err
        assert made(live, "--count", "65") == 2
        assert "count" in capsys.readouterr().err.lower()
        assert made(live, "infill") == 2
        assert "select" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["arrange"], ["paint"]])
def test_what_the_selected_clip_is_not_enough_for_is_refused(words, capsys) -> None:
    with Server(0, Studio(), folder=home()):
        assert main(["live", "--make", *words]) == 2
        assert "vary, infill" in capsys.readouterr().err


def test_make_without_a_server_or_without_live_says_what_to_do(capsys, monkeypatch) -> None:
    monkeypatch.setattr("bridge.client.live_orders.BACK_S", 0.0)
    assert main(["live", "--make"]) == 2
    assert "clipkin serve" in capsys.readouterr().err
    with Server(0, Studio(), folder=home()):
        assert main(["live", "--make"]) == 2
        assert "Control Surface" in capsys.readouterr().err
