"""The control surface's way to the server: found, lost, found again, at another port or with another token."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bridge.client.client import Client
from bridge.port_file import HOST
from bridge.server.serve import Server
from max_for_live.live_script.surface.link import ABSENT, Link
from models.studio import Studio
from tests.max_for_live.live_script.stage import FOUR


def test_a_socket_that_breaks_is_made_anew(stage) -> None:
    live = stage()
    live.connect()
    broken = live.surface._link._socket
    broken.close()
    live.until(lambda: live.surface._link._socket is not broken)
    live.put_clip()
    assert live.make() == FOUR


def test_without_a_server_it_says_so_once(stage, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind((HOST, 0))
        (tmp_path / "server.json").write_text(f'{{"port": {nobody.getsockname()[1]}, "token": "x"}}', encoding="utf-8")
        live = stage(folder=tmp_path)
        live.until(lambda: live.instance.messages)
        assert live.instance.messages == ["Clipkin: " + ABSENT]


def test_a_session_number_that_another_client_has_is_given_up(stage, server) -> None:
    live = stage()
    with Client(server.port, name="other") as other:
        assert other.wait_online(10)
        taken = live.surface._link.session = other._protocol._session
        live.connect()
        assert live.surface._link.session != taken


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_server_that_comes_back_is_greeted_whether_its_port_or_only_its_token_is_new(
    stage, tmp_path, elsewhere
) -> None:
    first = Server(0, Studio(), folder=tmp_path)
    with first:
        live = stage(folder=tmp_path)
        live.connect()
        old = live.surface._link.run
    with Server(0 if elsewhere else first.port, Studio(), folder=tmp_path):
        live.until(lambda: live.surface._link.state == "on" and live.surface._link.run != old)


def test_a_server_that_is_gone_is_noticed_within_4_s_and_looked_for_4_times_a_second(tmp_path, monkeypatch) -> None:
    link, said, looks = Link(lambda sentence: None, str(tmp_path)), [], []
    monkeypatch.setattr(link, "send", lambda address, arguments: said.append((now, address)))
    monkeypatch.setattr(link, "_read_file", lambda: looks.append(now) or {})
    now = 0.0
    link.tick(now)
    link.tick(now)
    link.take_welcome(3, 7, now)
    said.clear()
    looks.clear()
    for beat in range(1, 3000):
        now = beat / 100
        link.tick(now)
    link.close()
    hellos = [at for at, address in said if address.endswith("hello")]
    pings = [at for at, address in said if address.endswith("ping")]
    assert (pings[0], len(pings)) == (1.0, 6)
    assert hellos[0] == looks[0] < 4.0
    soon = [at for at in hellos if at < hellos[0] + 9.5]
    assert max(later - at for at, later in zip(soon, soon[1:], strict=False)) <= 0.26
    assert len([at for at in looks if at < hellos[0] + 9.5]) == 19
    assert len([at for at in hellos if 20.0 <= at < 29.0]) == 9
    assert len([at for at in looks if 20.0 <= at < 28.0]) == 4
