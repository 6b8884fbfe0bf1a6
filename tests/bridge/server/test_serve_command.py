"""The command that starts a server, where the port isn't free."""

import socket
from pathlib import Path

from bridge.command_line.commands import serve
from bridge.command_line.main import main
from bridge.server.serve import Server
from models.studio import Studio


def test_a_second_server_says_that_one_runs_already(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(serve, "home", lambda: tmp_path)
    with Server(0, Studio(), folder=tmp_path) as server:
        assert main(["serve", "--port", str(server.port)]) == 3
    assert f"already runs on port {server.port}" in capsys.readouterr().err


def test_a_port_that_another_program_has_is_named(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(serve, "home", lambda: tmp_path)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 3
    told = capsys.readouterr().err
    assert str(port) in told
    assert "--port" in told
