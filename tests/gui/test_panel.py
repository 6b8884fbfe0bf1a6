"""The whole panel over the real wire: a clip in, variations out, and what goes wrong on the way."""

import os
import socket
import time
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt

from bridge.port_file import HOST, PortFile
from bridge.server.serve import Server
from gui.link.settings import PanelSettings, read
from gui.state.rounds import Choice
from gui.state.values import ServerState
from gui.state.wish import Wish
from models import midi_file
from models.generator import Locks
from models.music.errors import Refused


class NoProcess:
    """Nothing that runs."""

    running, ending, starts, any_port = False, "", 0, False


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
    qtbot.waitUntil(lambda: bool(panel.state.engines and panel.state.prompt), timeout=5000)
    return panel


def vary(panel, qtbot):
    panel.window.progress.start.click()
    qtbot.waitUntil(lambda: panel.state.work is None, timeout=10_000)
    return panel.state.rounds[-1].results


def test_variations_of_the_rules_come_as_files(a_panel, qtbot, lead, places, rules_studio):
    with Server(0, rules_studio, folder=places.server):
        panel = a_panel(settings=PanelSettings(Wish(engine="rules", similarity=0.6, count=3, locks=Locks(rhythm=True))))
        panel.window.show()
        panel.link.begin()
        panel.open(lead)
        qtbot.waitUntil(lambda: bool(panel.state.engines and panel.state.prompt), timeout=5000)
        results = vary(panel, qtbot)
        assert panel.state.errors == ()
        assert [result.path.name for result in results] == ["lead-1.mid", "lead-2.mid", "lead-3.mid"]
        for result in results:
            assert len(midi_file.read(result.path).notes) == len(result.variation.clip.notes)
            assert result.variation.report.locks == {"rhythm": True}
        assert [entry.result for entry in panel.window.rounds.entries._entries[1:]] == results
        assert panel.state.rounds[0].engine == "rules"
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
    panel.window.progress.start.click()
    qtbot.waitUntil(lambda: panel.state.work is not None and panel.state.work.share is not None, timeout=5000)
    assert panel.window.progress.bar.isVisible()
    panel.window.progress.start.click()  # a second press waits its turn, and says so
    assert len(panel.state.rounds) == 1
    panel.window.progress.cancel.click()
    qtbot.waitUntil(lambda: panel.state.work is None, timeout=5000)
    assert (panel.state.errors, panel.state.rounds[0].results) == ((), [])
    studio.gate.set()
    assert len(vary(panel, qtbot)) == 4


def test_the_server_s_refusal_is_shown(panel, qtbot, studio):
    studio.refusal = Refused("Rhythm and pitch are locked, so nothing can change; take one of them off.")
    assert vary(panel, qtbot) == []
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
    panel.open(lead)
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


def test_one_goes_on_from_a_result_and_back(panel, qtbot):
    first = panel.state.prompt
    result = vary(panel, qtbot)[1]
    panel.state.choose(Choice(1, 2))
    qtbot.keyClick(panel.window.rounds, Qt.Key.Key_Return)
    assert (panel.state.prompt.path, panel.state.prompt.clip) == (result.path, result.variation.clip)
    assert len(panel.state.rounds[0].results) == 4
    again = vary(panel, qtbot)
    assert [result.behind for result in again] == [result.variation.clip] * 4
    panel.state.choose(Choice(1, 1))
    qtbot.keyClick(panel.window.rounds, Qt.Key.Key_Backspace)
    assert panel.state.prompt is first


@pytest.mark.parametrize(("way", "prompt", "similarity"), [("again", "lead", 0.7), ("more", "lead-1", 0.85)])
def test_again_and_more_like_this_are_rounds_with_another_seed(panel, qtbot, studio, way, prompt, similarity):
    vary(panel, qtbot)
    panel.state.change(similarity=0.1, temperature=2.0)
    panel.window.rounds.wanted.emit(way, panel.window.rounds.entry)
    qtbot.waitUntil(lambda: panel.state.work is None and len(panel.state.rounds) == 2, timeout=10_000)
    request = studio.requests[1]
    assert (panel.state.rounds[1].prompt.path.stem, request.similarity) == (prompt, pytest.approx(similarity))
    assert (request.temperature, request.seed != 5, panel.state.wish.seed_locked) == (1.0, True, True)


def test_a_new_prompt_gets_no_result_of_the_old_one(panel, qtbot, studio, tmp_path, a_clip):
    midi_file.write(tmp_path / "other.mid", a_clip(4))
    studio.gate.clear()
    panel.window.progress.start.click()
    qtbot.waitUntil(lambda: bool(studio.requests), timeout=5000)
    panel.open(tmp_path / "other.mid")
    qtbot.waitUntil(lambda: panel.state.work is None, timeout=5000)
    assert (panel.state.prompt.path.stem, panel.state.rounds[0].results, panel.state.chosen) == ("other", [], None)
    studio.gate.set()


def test_a_session_outlasts_the_panel(panel, qtbot, a_panel):
    results = vary(panel, qtbot)
    panel.window.rounds.wanted.emit("star", panel.window.rounds.entry)
    panel.close()
    again = a_panel()
    again.link.read_rounds()
    qtbot.waitUntil(lambda: bool(again.state.rounds), timeout=5000)
    (made,) = again.state.rounds
    assert [result.variation.clip.notes for result in made.results] == [each.variation.clip.notes for each in results]
    assert [result.path for result in made.results] == [result.path for result in results]
    assert (made.prompt.clip.notes, made.prompt.path) == (panel.state.prompt.clip.notes, panel.state.prompt.path)
    assert (again.state.stars, made.order.request.seed) == (frozenset({Choice(1, 1)}), 5)
    again.state.choose(Choice(1, 3))
    assert [lane.title for lane in again.window.grid.lanes] == ["Prompt", "Result 3"]


def test_the_focus_stays_where_it_was_after_a_press(panel, qtbot):
    panel.window.activateWindow()
    qtbot.waitUntil(panel.window.isActiveWindow, timeout=2000)
    panel.window.progress.start.setFocus()
    vary(panel, qtbot)
    assert panel.window.focusWidget() is panel.window.progress.start


def test_a_preset_is_saved_and_shared(panel, qtbot, tmp_path, a_panel):
    panel.state.change(similarity=0.3, mood="dark", chords="Am9", count=7)
    panel.link.save_preset(panel.state.wish, tmp_path / "dark.json")
    other = a_panel(settings=PanelSettings(Wish(seed=99, chords="C")))
    qtbot.waitUntil((tmp_path / "dark.json").exists, timeout=5000)
    other.link.read_preset(tmp_path / "dark.json", other.state.wish)
    qtbot.waitUntil(lambda: other.state.wish.mood == "dark", timeout=5000)
    wish = other.state.wish
    assert (wish.similarity, wish.count, wish.seed, wish.chords) == (0.3, 7, 99, "C")
    other.link.read_preset(panel.state.prompt.path, wish)
    qtbot.waitUntil(lambda: "not a preset" in "".join(other.state.errors), timeout=5000)


def test_save_copy_and_log(panel, qtbot, tmp_path, qapp):
    result = vary(panel, qtbot)[0]
    panel.link.save(result.path, tmp_path / "mine.mid")
    panel.link.save_text("a line", tmp_path / "log.txt")
    panel.window.rounds.wanted.emit("copy", panel.window.rounds.entry)
    assert [Path(url.toLocalFile()) for url in qapp.clipboard().mimeData().urls()] == [result.path]
    qtbot.waitUntil((tmp_path / "log.txt").exists, timeout=5000)
    assert (tmp_path / "mine.mid").read_bytes() == result.path.read_bytes()


def test_a_place_that_can_not_be_written_is_said(panel, qtbot, tmp_path):
    result = vary(panel, qtbot)[0]
    panel.link.save(result.path, tmp_path / "nowhere" / "mine.mid")
    qtbot.waitUntil(lambda: "can't be written" in "".join(panel.state.errors), timeout=5000)
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
    a_panel().link.read_rounds()
    wait_for(lambda: not old.exists())
    assert new.exists()
    assert starred.exists()


def test_diagnostics_are_copied(a_panel, qapp):
    panel = a_panel()
    panel.window.status.copy.click()
    assert qapp.clipboard().text().startswith("Clipkin panel")


def test_a_press_before_the_server_is_there_waits_for_it(a_panel, qtbot, places, studio, lead):
    panel = a_panel(settings=PanelSettings(Wish(count=2)))
    panel.open(lead)
    qtbot.waitUntil(lambda: panel.state.prompt is not None, timeout=5000)
    panel.window.progress.start.click()
    assert panel.window.progress.words.text() == "Waiting for the server."
    with Server(0, studio, folder=places.server):
        panel.link.begin()
        qtbot.waitUntil(lambda: panel.state.work is None, timeout=10_000)
        assert (panel.state.errors, len(panel.state.rounds[0].results)) == ((), 2)
        panel.close()
