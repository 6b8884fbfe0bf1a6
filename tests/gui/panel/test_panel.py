"""The whole panel over the real wire: a clip in, variations out, and what goes wrong on the way."""

import os
import socket
import tempfile
import time
from pathlib import Path

import pytest

from bridge.port_file import HOST, PortFile
from bridge.server.serve import Server
from gui.link.settings import PanelSettings, read
from gui.state.values import LiveState, ServerState
from gui.state.wish import Wish
from models import midi_file
from models.generator import Locks
from models.music.errors import Refused


class NoProcess:
    """Nothing that runs."""

    running, ending, starts, any_port = False, "", 0, False


def test_variations_of_the_rules_come_as_files(a_panel, qtbot, lead, places, rules_studio):
    with Server(0, rules_studio, folder=places.server):
        panel = a_panel(settings=PanelSettings(Wish(engine="rules", similarity=0.6, count=3, locks=Locks(rhythm=True))))
        panel.window.show()
        panel.link.begin()
        panel.files.open(lead)
        qtbot.waitUntil(lambda: bool(panel.state.engines and panel.state.prompt), timeout=5000)
        panel.window.progress.start.click()
        qtbot.waitUntil(lambda: panel.state.work is None, timeout=10_000)
        results = panel.state.rounds[-1].results
        assert panel.state.errors == ()
        assert [result.path.name for result in results] == ["lead-1.mid", "lead-2.mid", "lead-3.mid"]
        for result in results:
            assert len(midi_file.read(result.path).notes) == len(result.variation.clip.notes)
            assert result.variation.report.locks == {"rhythm": True}
        assert [entry.result for entry in panel.window.rounds.entries._entries[1:]] == results
        assert panel.state.rounds[0].engine == "rules"
        panel.close()


def test_the_request_is_what_the_controls_say(panel, qtbot, studio, vary):
    panel.window.form.temperature.number.setValue(1.5)
    panel.window.form.scale.root.setCurrentIndex(2)
    panel.state.change(scale="D dorian", count=2)
    vary()
    (request,) = studio.requests
    assert (request.temperature, request.count, request.seed, str(request.scale)) == (1.5, 2, 5, "D Dorian")
    assert [note.pitch for note in request.prompt.notes] == [note.pitch for note in panel.state.prompt.clip.notes]


@pytest.mark.parametrize("locked", [True, False])
def test_the_seed_is_kept_when_locked(panel, qtbot, studio, locked, vary):
    panel.state.change(seed_locked=locked, count=1)
    for _ in range(2):
        vary()
    seeds = [request.seed for request in studio.requests]
    assert (seeds == [5, 5]) == locked
    assert panel.state.wish.seed == seeds[-1]


def test_variations_stream_in_and_cancel_stops(panel, qtbot, studio, vary):
    studio.gate.clear()
    panel.window.progress.start.click()
    qtbot.waitUntil(lambda: panel.state.work is not None and panel.state.work.share is not None, timeout=5000)
    assert panel.window.progress.bar.isVisible()
    panel.window.progress.start.click()  # a second press waits its turn, and says so
    assert len(panel.state.rounds) == 1
    panel.window.progress.cancel.click()
    qtbot.waitUntil(lambda: panel.state.work is None, timeout=5000)
    assert (panel.state.errors, panel.state.rounds[0].results) == ((), [])
    studio.gate.set()
    assert len(vary()) == 4


def test_the_server_s_refusal_is_shown(panel, qtbot, studio, vary):
    studio.refusal = Refused("Rhythm and pitch are locked, so nothing can change; take one of them off.")
    assert vary() == []
    assert panel.window.errors.words.text() == f"⚠ {studio.refusal}"
    assert panel.state.rounds[0].error == str(studio.refusal)


class ServerOfOurOwn(NoProcess):
    """Begins a server in this process when it is asked to, as a process would."""

    def __init__(self, studio, folder):
        self.studio, self.folder, self.servers, self.ending, self.port = studio, folder, [], "", 0

    def start(self, *, any_port=False):
        self.starts += 1
        self.servers.append(Server(self.port, self.studio, folder=self.folder).__enter__())
        self.port = self.servers[-1].port

    def stop(self):
        while self.servers:
            self.servers.pop().__exit__(None, None, None)


def test_a_server_that_dies_is_started_again_and_gets_the_request_again(a_panel, qtbot, places, studio, lead):
    process = ServerOfOurOwn(studio, places.server)
    panel = a_panel(process, PanelSettings(Wish(seed=5, seed_locked=True)))
    stood = []
    panel.state.server_changed.connect(lambda server: stood.append(server.standing))
    panel.link.begin()
    panel.files.open(lead)
    qtbot.waitUntil(lambda: panel.state.server.online and panel.state.prompt is not None, timeout=5000)
    studio.gate.clear()
    panel.window.progress.start.click()
    qtbot.waitUntil(lambda: bool(studio.requests), timeout=5000)
    began = time.monotonic()
    process.stop()
    qtbot.waitUntil(lambda: "lost" in stood, timeout=5000)
    assert time.monotonic() - began < 2
    studio.gate.set()
    qtbot.waitUntil(lambda: panel.state.work is None, timeout=25_000)
    assert (panel.state.errors, len(panel.state.rounds[0].results)) == ((), 4)
    assert [request.seed for request in studio.requests] == [5, 5]
    panel.close()
    assert process.servers == []  # it was ours


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
    assert panel.state.errors == ("Port 11800 can't be used.",)
    panel.window.show()
    panel.window.status.start.click()
    qtbot.waitUntil(lambda: no_process.starts > 2, timeout=2000)
    panel.link.server_news.emit(ServerState("online", 11800))
    assert panel.state.errors == ()


@pytest.mark.parametrize(
    ("use", "stops"),
    [
        (lambda state: None, 1),
        (lambda state: state.set_live(LiveState(1, "Live 12", "song", "Lead", "clip")), 0),
        (lambda state: state.set_server(ServerState("online", 11800, queue=1)), 0),
    ],
    ids=["nobody", "a set that is open", "a device that was at work"],
)
def test_its_server_ends_with_the_panel_unless_live_uses_it(a_panel, no_process, use, stops):
    panel = a_panel(no_process)
    use(panel.state)
    panel.close()
    assert no_process.stops == stops


def test_save_copy_and_log(panel, qtbot, tmp_path, qapp, vary, saved_as):
    result = vary()[0]
    saved_as(tmp_path / "mine.mid")
    panel.files.ask_where_to_save(result.path)
    saved_as(tmp_path / "log.txt")
    panel.files.ask_where_to_save_log()
    panel.window.rounds.wanted.emit("copy", panel.window.rounds.entry)
    assert [Path(url.toLocalFile()) for url in qapp.clipboard().mimeData().urls()] == [result.path]
    qtbot.waitUntil((tmp_path / "log.txt").exists, timeout=5000)
    assert (tmp_path / "mine.mid").read_bytes() == result.path.read_bytes()


def test_a_place_that_can_not_be_written_is_said(panel, qtbot, tmp_path, vary, saved_as):
    result = vary()[0]
    saved_as(tmp_path / "nowhere" / "mine.mid")
    panel.files.ask_where_to_save(result.path)
    qtbot.waitUntil(lambda: "can't be written" in "".join(panel.state.errors), timeout=5000)
    assert not (tmp_path / "nowhere").exists()


def test_the_settings_last(a_panel, places):
    panel = a_panel()
    panel.state.change(temperature=1.9)
    panel.window.status.log.setChecked(True)
    panel.close()
    settings, notice = read(places.settings)
    assert (settings.wish.temperature, settings.log_shown, notice) == (1.9, True, "")
    assert settings.window


def test_a_notice_about_the_settings_is_shown(a_panel):
    assert a_panel(notice="The settings were damaged.").state.errors == ("The settings were damaged.",)


def test_old_variations_are_swept(a_panel, places, wait_for):
    old, new, starred = (places.variations / name for name in ("old", "new", "starred"))
    for folder in (old, new, starred):
        folder.mkdir(parents=True)
        (folder / "lead-1.mid").write_bytes(b"MThd")
    long_ago = time.time() - 8 * 24 * 3600
    (starred / "starred.json").write_text("[1]")
    for folder in (old, starred):
        os.utime(folder, (long_ago, long_ago))
    a_panel().rounds.read_rounds()
    wait_for(lambda: not old.exists())
    assert new.exists()
    assert starred.exists()


def test_diagnostics_are_copied(a_panel, qapp):
    panel = a_panel()
    panel.window.status.copy.click()
    assert qapp.clipboard().text().startswith("Clipkin panel")


def test_results_come_where_no_file_can_be_written(panel, vary, places, tmp_path, monkeypatch):
    places.variations.parent.mkdir(exist_ok=True)
    places.variations.write_text("no folder")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    results = vary()
    assert len(results) == 4
    assert all(result.path.is_relative_to(tmp_path / "temporary") for result in results)
    assert "for now" in "".join(panel.state.log)


def test_reading_is_said_while_it_lasts(a_panel, qtbot, lead):
    panel = a_panel()
    panel.files.open(lead)
    assert panel.window.prompt.words.text() == "Reading lead.mid …"
    qtbot.waitUntil(lambda: panel.window.prompt.words.text().startswith("lead.mid · 32 notes"), timeout=5000)


def test_a_press_before_the_server_is_there_waits_for_it(a_panel, qtbot, places, studio, lead):
    panel = a_panel(settings=PanelSettings(Wish(count=2)))
    panel.files.open(lead)
    qtbot.waitUntil(lambda: panel.state.prompt is not None, timeout=5000)
    panel.window.progress.start.click()
    assert panel.window.progress.words.text() == "Waiting for the server."
    with Server(0, studio, folder=places.server):
        panel.link.begin()
        qtbot.waitUntil(lambda: panel.state.work is None, timeout=10_000)
        assert (panel.state.errors, len(panel.state.rounds[0].results)) == ((), 2)
        panel.close()
