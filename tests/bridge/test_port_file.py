"""The port file is whole, private, and goes with its server."""

import os
import stat

import pytest

from bridge.port_file import PortFile

FILE = PortFile(1, 11_800, 42, "secret")


def test_what_was_written_is_read(tmp_path):
    FILE.write(tmp_path / "new")
    assert PortFile.read(tmp_path / "new") == FILE
    assert os.listdir(tmp_path / "new") == ["server.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes; the user's folder is private there")
def test_only_its_user_may_read_it(tmp_path):
    assert stat.S_IMODE(FILE.write(tmp_path).stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": 1, "port": "x", "epoch": 1, "token": ""}'])
def test_a_damaged_file_is_none(tmp_path, text):
    (tmp_path / "server.json").write_text(text)
    assert PortFile.read(tmp_path) is None


def test_only_its_own_server_takes_it_away(tmp_path):
    FILE.write(tmp_path)
    PortFile(2, 11_800, 43, "other").remove(tmp_path)
    assert PortFile.read(tmp_path) == FILE
    FILE.remove(tmp_path)
    assert PortFile.read(tmp_path) is None
