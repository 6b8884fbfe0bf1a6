"""Programs of others speak to the server: liblo's oscsend, and a Pure Data patch and a SuperCollider script made
from PROTOCOL.md alone."""

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from bridge.messages.greeting import Pong, Welcome
from bridge.messages.table import decode, unpack
from bridge.port_file import HOST
from bridge.server.serve import Server
from tests.bridge.trial.echo import Echo

PATCH = Path(__file__).parent / "stranger.pd"
NOTES = ((60, 0, 13_440, 100, 0, 1000, 0, 64), (64, 13_440, 6_720, 90, 1, 500, -5, 64))

needs_oscsend = pytest.mark.skipif(shutil.which("oscsend") is None, reason="oscsend is not installed (liblo-tools)")
needs_pd = pytest.mark.skipif(shutil.which("pd") is None, reason="Pure Data is not installed (puredata-core)")
needs_sclang = pytest.mark.skipif(
    shutil.which("sclang") is None, reason="sclang is not installed (supercollider-language)"
)


class Listening(Echo):
    """An echo that remembers what it was asked for."""

    def __init__(self):
        self.asked = []

    def generate(self, request, *others, **more):
        self.asked.append(request)
        return super().generate(request, *others, **more)


@pytest.fixture
def echo():
    return Listening()


@pytest.fixture
def server(tmp_path, echo):
    with Server(0, echo, folder=tmp_path) as running:
        yield running


@needs_oscsend
def test_oscsend_says_hello_and_pings(server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind((HOST, 0))
        ear.settimeout(5)
        url = f"osc.udp://{HOST}:{server.port}"
        reply_port = str(ear.getsockname()[1])
        subprocess.run(
            ["oscsend", url, "/clipkin/client/hello", "iiisss", "7", "2", reply_port, "lo", "1", "-"], check=True
        )
        welcome = unpack(*decode(ear.recv(4096)))
        subprocess.run(["oscsend", url, "/clipkin/server/ping", "ii", "7", "5"], check=True)
        pong = unpack(*decode(ear.recv(4096)))
    assert isinstance(welcome, Welcome)
    assert pong == Pong(7, 5, welcome.epoch, 0, 0, "")


def a_free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((HOST, 0))
        return free.getsockname()[1]


def lines_until(process, word, timeout_s=15.0):
    """What the program prints, up to the line that begins with ``word``."""
    found = []
    alarm = threading.Timer(timeout_s, process.kill)
    alarm.start()
    for line in process.stderr:
        found.append(line.strip())
        if line.startswith(word):
            break
    alarm.cancel()
    return found


def numbers(line):
    return tuple(int(float(word)) for word in re.findall(r"-?[\d.e+]+", line.partition(":")[2]))


@needs_pd
def test_pure_data_sends_a_clip_and_takes_its_variations(server, echo):
    command = [
        "pd",
        "-nogui",
        "-noaudio",
        "-nomidi",
        "-nrt",
        "-stderr",
        "-open",
        str(PATCH),
        "-send",
        f"ports {server.port} {a_free_port()}",
    ]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        lines = lines_until(process, "done:")
        time.sleep(0.3)  # its "seen" stops the repeating of done
    finally:
        process.kill()
        process.communicate()
    said = {word: [numbers(line) for line in lines if line.startswith(f"{word}:")] for word in ("part", "kept", "done")}
    expected = {((NOTES[0][0] + number, *NOTES[0][1:]), NOTES[1]) for number in range(2)}
    # Pd prints six digits, so the transfers look alike; part, count and the notes' numbers stand behind them.
    assert {(part[3:11], part[11:]) for part in said["part"]} == expected, "\n".join(lines)
    assert {kept[1:] for kept in said["kept"]} == {(1, 2, 0, 2)}
    assert [done[:3] for done in said["done"]] == [(4711, 5, 2)]
    assert not [line for line in lines if line.startswith("fail")]
    assert [(request.prompt.name, request.style) for request in echo.asked] == [("Lead", "lofi")]


@needs_sclang
def test_supercollider_sends_a_clip_and_takes_its_variations(server, echo, tmp_path):
    tmp_path.chmod(0o700)
    done = subprocess.run(
        ["sclang", str(PATCH.with_suffix(".scd"))],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={
            **os.environ,
            "CLIPKIN_SERVER": str(server.port),
            "CLIPKIN_REPLY": str(a_free_port()),
            "HOME": str(tmp_path),
            "XDG_RUNTIME_DIR": str(tmp_path),
            "QT_QPA_PLATFORM": "offscreen",
            "QTWEBENGINE_DISABLE_SANDBOX": "1",
            "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox",
        },
    )
    lines = done.stdout.splitlines()
    said = {word: [numbers(line) for line in lines if line.startswith(f"{word}:")] for word in ("part", "kept", "done")}
    # Integers are exact here: transfer, part and count, then the notes' numbers.
    assert {(part[3:11], part[11:]) for part in said["part"]} == {
        ((NOTES[0][0] + number, *NOTES[0][1:]), NOTES[1]) for number in range(2)
    }, done.stdout + done.stderr
    assert len({part[0] for part in said["part"]}) == 2
    assert {kept[1:] for kept in said["kept"]} == {(1, 2, 0, 2)}
    assert [line[:3] for line in said["done"]] == [(4711, 5, 2)]
    assert [(request.prompt.name, request.style) for request in echo.asked] == [("Lead", "lofi")]
