"""The whole panel over the real wire: a clip in, variations out, and what goes wrong on the way."""

import os
import socket
import time
from pathlib import Path

import pytest

from bridge.port_file import HOST, PortFile
from bridge.server.serve import Server
from gui.link.settings import PanelSettings, read
from gui.state.values import ServerState
from gui.state.wish import Wish
from models import midi_file
from models.generator import Locks
from models.music.errors import Refused


@pytest.fixture
def lead(tmp_path, a_clip):
    path = tmp_path / "lead.mid"
    midi_file.write(path, a_clip(32, name="lead"))
    return path


@pytest.fixture
def server(studio, places):
    with Server(0, studio, folder=places.server) as server:
        yield server


@pytest.fixture
def panel(a_panel, qtbot, lead, server):
    """A panel with the clip, at a server that does as the test says."""
    panel = a_panel(settings=PanelSettings(Wish(seed=5, seed_locked=True)))
    panel.window.show()
    panel.link.begin()
    panel.open(lead)
    qtbot.waitUntil(lambda: bool(panel.state.engines and not panel.state.why_not), timeout=5000)
    return panel


def vary(panel, qtbot):
    panel.window.start.click()
    qtbot.waitUntil(lambda: panel.state.work is None, timeout=10_000)
    return panel.state.results


def test_variations_of_the_rules_come_as_files(a_panel, qtbot, lead, places, rules_studio):
    with Server(0, rules_studio, folder=places.server):
        panel = a_panel(settings=PanelSettings(Wish(engine="rules", similarity=0.6, count=3, locks=Locks(rhythm=True))))
        panel.window.show()
        panel.link.begin()
        panel.open(lead)
        qtbot.waitUntil(lambda: bool(panel.state.engines and not panel.state.why_not), timeout=5000)
        results = vary(panel, qtbot)
        assert panel.state.error == ""
        assert [result.path.name for result in results] == ["lead-1.mid", "lead-2.mid", "lead-3.mid"]
        for result in results:
            assert len(midi_file.read(result.path).notes) == len(result.variation.clip.notes)
            assert result.variation.report.locks == {"rhythm": True}
        assert [card.result for card in panel.window.variations.cards] == results
        panel.close()


def test_the_request_is_what_the_controls_say(panel, qtbot, studio):
    panel.window.form.temperature.number.setValue(1.5)
    panel.window.form.scale.root.setCurrentIndex(2)
    panel.state.change(scale="D dorian", count=2)
    vary(panel, qtbot)
    (request,) = studio.requests
    assert (request.temperature, request.count, request.seed, str(request.scale)) == (1.5, 2, 5, "D Dorian")
    assert [note.pitch for note in request.prompt.notes] == [note.pitch for note in panel.state.prompt.clip.notes]


@pytest.mark.parametrize("locked", [True, False])
def test_the_seed_is_kept_when_locked(panel, qtbot, studio, locked):
    panel.state.change(seed_locked=locked, count=1)
    for _ in range(2):
        vary(panel, qtbot)
    seeds = [request.seed for request in studio.requests]
    assert (seeds == [5, 5]) == locked
    assert panel.state.wish.seed == seeds[-1]


def test_variations_stream_in_and_cancel_stops(panel, qtbot, studio):
    studio.gate.clear()
    panel.window.start.click()
    qtbot.waitUntil(lambda: panel.state.work is not None and panel.state.work.share is not None, timeout=5000)
    assert panel.window.progress.bar.isVisible()
    assert not panel.window.start.isEnabled()
    panel.window.progress.cancel.click()
    qtbot.waitUntil(lambda: panel.state.work is None, timeout=5000)
    assert (panel.state.error, panel.state.results) == ("", [])
    studio.gate.set()
    assert len(vary(panel, qtbot)) == 4


def test_the_server_s_refusal_is_shown(panel, qtbot, studio):
    studio.refusal = Refused("Rhythm and pitch are locked, so nothing can change; take one of them off.")
    assert vary(panel, qtbot) == []
    assert panel.window.status.error.text() == f"⚠ {studio.refusal}"


def test_a_server_that_dies_is_said_and_found_again_when_it_returns(a_panel, qtbot, places, studio, lead):
    panel = a_panel()
    with Server(0, studio, folder=places.server):
        panel.link.begin()
        panel.open(lead)
        qtbot.waitUntil(lambda: panel.state.server.online and panel.state.prompt is not None, timeout=5000)
        studio.gate.clear()
        panel.window.start.click()
        qtbot.waitUntil(lambda: bool(studio.requests), timeout=5000)
    qtbot.waitUntil(lambda: panel.state.server.standing == "lost", timeout=12_000)
    assert panel.window.status.server.text == "Server: gone; looking for it again"
    studio.gate.set()
    with Server(0, studio, folder=places.server) as back:
        qtbot.waitUntil(lambda: panel.state.server.online, timeout=7000)
        assert panel.state.server.port == back.port
        qtbot.waitUntil(lambda: panel.state.work is None, timeout=12_000)
        panel.close()


@pytest.fixture
def silence(places):
    """Where the port file points to somebody who never answers: a server of the user's own may well be running."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind((HOST, 0))
        PortFile(os.getpid(), nobody.getsockname()[1], 1, "-").write(places.server)
        yield


@pytest.mark.usefixtures("silence")
def test_a_server_that_can_not_be_started_is_said_and_tried_again(a_panel, qtbot, no_process):
    panel = a_panel(no_process)
    panel.link.begin()
    qtbot.waitUntil(lambda: panel.state.server.standing == "failed", timeout=5000)
    assert panel.state.error == "Port 11800 can't be used."
    panel.window.show()
    panel.window.status.start.click()
    qtbot.waitUntil(lambda: no_process.starts == 2, timeout=2000)
    panel.link.server_news.emit(ServerState("online", 11800))
    assert panel.state.error == ""


def test_a_variation_becomes_the_next_prompt(panel, qtbot):
    result = vary(panel, qtbot)[1]
    panel.window.variations.cards[1].wanted.emit("prompt", result.path)
    qtbot.waitUntil(lambda: panel.state.prompt.path == result.path, timeout=5000)
    assert [note.pitch for note in panel.state.prompt.clip.notes] == [
        note.pitch for note in result.variation.clip.notes
    ]
    assert panel.state.results == []


def test_save_copy_and_log(panel, qtbot, tmp_path, qapp):
    result = vary(panel, qtbot)[0]
    panel.link.save(result.path, tmp_path / "mine.mid")
    panel.link.save_text("a line", tmp_path / "log.txt")
    panel.copy(result.path)
    assert [Path(url.toLocalFile()) for url in qapp.clipboard().mimeData().urls()] == [result.path]
    qtbot.waitUntil((tmp_path / "log.txt").exists, timeout=5000)
    assert (tmp_path / "mine.mid").read_bytes() == result.path.read_bytes()


def test_a_place_that_can_not_be_written_is_said(panel, qtbot, tmp_path):
    result = vary(panel, qtbot)[0]
    panel.link.save(result.path, tmp_path / "nowhere" / "mine.mid")
    qtbot.waitUntil(lambda: "can't be written" in panel.state.error, timeout=5000)
    assert not (tmp_path / "nowhere").exists()


def test_the_settings_last(a_panel, places):
    panel = a_panel()
    panel.state.change(temperature=1.9)
    panel.window.show_log(True)
    panel.close()
    settings, notice = read(places.settings)
    assert (settings.wish.temperature, settings.log_shown, notice) == (1.9, True, "")
    assert settings.window


def test_a_notice_about_the_settings_is_shown(a_panel):
    assert a_panel(notice="The settings were damaged.").state.error == "The settings were damaged."


def test_old_variations_are_swept(a_panel, places, wait_for):
    old, new = places.variations / "old", places.variations / "new"
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "lead-1.mid").write_bytes(b"MThd")
    long_ago = time.time() - 8 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    a_panel().link.sweep()
    wait_for(lambda: not old.exists())
    assert new.exists()


def test_diagnostics_are_copied(a_panel, qapp):
    panel = a_panel()
    panel.window.status.copy.click()
    assert qapp.clipboard().text().startswith("Clipkin panel")
