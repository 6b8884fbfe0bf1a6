"""The doctor finds each fault that can be made here, and says what to do about it."""

import errno
import shutil
import socket
import subprocess
import sys

import pytest

from bridge.command_line.commands import doctor
from bridge.command_line.commands.doctor import examine
from bridge.port_file import PortFile
from bridge.server.serve import Server
from models.engines.kin import card as kin_card
from models.evaluation import ranking
from models.music.errors import EngineUnavailable
from tests.bridge.trial.echo import Echo


@pytest.fixture(autouse=True)
def at_home(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "home", lambda: tmp_path / "data")
    monkeypatch.setattr("bridge.client.client.home", lambda: tmp_path / "data")
    monkeypatch.setattr(doctor.platformdirs, "user_config_path", lambda *_, **__: tmp_path / "config")
    (tmp_path / "data").mkdir()
    (tmp_path / "config").mkdir()
    return tmp_path


def test_a_python_that_is_too_new_or_too_old(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    good, told = doctor._python()
    assert good is False
    assert "install Python 3.10 to 3.13" in told


def test_a_library_that_is_missing(monkeypatch):
    monkeypatch.setattr(doctor, "LIBRARIES", ("mido", "no_such_library"))
    good, told = doctor._libraries()
    assert good is False
    assert told == "no_such_library missing; run `python3 start.py` to install."


@pytest.mark.parametrize(
    ("number", "how"), [(errno.ENOSPC, "make room on the disk"), (errno.EACCES, "give yourself the right")]
)
def test_a_data_folder_that_cannot_be_written(monkeypatch, number, how):
    def refuse(**_):
        raise OSError(number, "no")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    good, told = doctor._data_folder()
    assert good is False
    assert how in told


def test_a_disk_that_is_nearly_full(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 3 * 2**20))
    assert doctor._data_folder()[1].startswith("3 MB are left")


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe"])
def test_damaged_settings(at_home, content):
    (at_home / "config" / "panel.json").write_bytes(content)
    assert "sets it aside and begins anew" in doctor._settings()[1]


def test_settings_that_were_set_aside_and_good_ones(at_home):
    (at_home / "config" / "panel.json").write_text("{}")
    assert doctor._settings() == (True, "can be read")
    (at_home / "config" / "panel.json.corrupt-20260101-000000").write_bytes(b"{")
    assert "set aside as panel.json.corrupt-20260101-000000; delete that" in doctor._settings()[1]


def test_settings_that_cannot_be_read(at_home):
    (at_home / "config" / "panel.json").mkdir()  # what isn't a file can't be read as one, also by root
    good, told = doctor._settings()
    assert good is False
    assert "delete it" in told


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (
            lambda weights, card: weights.write_bytes(weights.read_bytes()[:-9] + b"\1" * 9),
            "are not those that kin.json",
        ),
        (lambda weights, card: weights.unlink(), "is missing; install Clipkin again"),
        (lambda weights, card: card.write_text("{"), "is damaged; install Clipkin again"),
    ],
    ids=["flipped", "missing", "card"],
)
def test_weights_that_are_not_what_they_should_be(at_home, monkeypatch, harm, said):
    for ending in ("safetensors", "json"):
        shutil.copy(kin_card.SHIPPED / f"kin.{ending}", at_home)
    harm(at_home / "kin.safetensors", at_home / "kin.json")
    monkeypatch.setattr(kin_card, "SHIPPED", at_home)
    good, told = doctor._engines()
    assert good is False
    assert said in told
    assert told.startswith("gan, harmony, lstm")


def test_a_table_that_is_damaged(monkeypatch):
    def damaged(folder):
        raise EngineUnavailable("The file ranking.json is damaged; install Clipkin again.", field="engine")

    monkeypatch.setattr(ranking, "ranker", damaged)
    assert doctor._tables() == (False, "The file ranking.json is damaged; install Clipkin again.")


def test_no_server_a_server_and_what_a_dead_one_left(at_home):
    port = a_free_port()
    PortFile(4_000_000, port, 1, "x").write(at_home / "data")
    good, told = doctor._server()
    assert good is None
    assert f"server.json is left of one on port {port}" in told
    assert "clipkin serve" in told
    with Server(0, Echo(), folder=at_home / "data") as server:
        assert doctor._server() == (True, f"answers on port {server.port}")


def a_free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize("own", [True, False])
def test_a_port_that_does_not_answer(at_home, monkeypatch, own):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        if own:
            PortFile(77, port, 1, "x").write(at_home / "data")
        else:
            monkeypatch.setattr("bridge.client.client.DEFAULT_PORT", port)
        good, told = doctor._server()
    assert good is False
    assert ("process 77 has port" if own else f"`clipkin serve --port {port + 1}`") in told


def test_a_library_of_qt_that_is_missing(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)

    def loads_not(*_, **__):
        told = "Traceback\nOSError: libxcb-cursor.so.0: cannot open shared object file: No such file or directory\n"
        return subprocess.CompletedProcess((), 1, "", told)

    monkeypatch.setattr(doctor.subprocess, "run", loads_not)
    good, told = doctor._screen()
    assert good is False
    assert "libxcb-cursor.so.0: cannot open" in told
    assert "install libxcb-cursor0" in told


def test_the_library_that_qt_lacks_is_asked_of_the_loader_itself(monkeypatch, tmp_path):
    (tmp_path / "Qt6" / "plugins" / "platforms").mkdir(parents=True)
    (tmp_path / "Qt6" / "plugins" / "platforms" / "libqxcb.so").write_bytes(b"no library")
    (tmp_path / "__init__.py").write_text("")
    spec = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert "libqxcb.so" in doctor._missing_of_qt()


def test_what_breaks_a_look_off_is_its_finding_and_the_others_go_on(monkeypatch):
    def broken():
        raise ZeroDivisionError("a mistake")

    for name in ("_engines", "_tables", "_a_variation", "_server", "_device"):
        monkeypatch.setattr(doctor, name, broken)
    findings = {finding.subject: finding for finding in examine()}
    assert findings["engines"].sentence == "ZeroDivisionError: a mistake"
    assert findings["Python"].good


def test_the_report_is_a_line_for_each_look_and_an_exit_code(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "examine", lambda: iter([doctor.Finding("disk", False, "full; make room.")]))
    assert doctor.run(None) == 1
    assert capsys.readouterr().out == "BAD   disk: full; make room.\n"
