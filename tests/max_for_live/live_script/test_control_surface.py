"""What the control surface promises to Live: it never raises, waits for nothing, starts nothing, leaves nothing."""

from __future__ import annotations

import ast
import random
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from bridge.client.client import Client
from bridge.client.live import put_into_live, take_from_live
from bridge.messages.greeting import Hello
from bridge.messages.table import decode, encode, pack
from bridge.port_file import HOST, home
from bridge.transfer import parts
from bridge.translation.notes import to_wire
from max_for_live.live_script.surface import osc
from max_for_live.live_script.surface.control_surface import DROPPED
from max_for_live.live_script.surface.link import data_folder
from tests.max_for_live.live_script.stage import FOUR

SURFACE = Path(osc.__file__).parent
ROOT = Path(__file__).parents[3]
SOURCES = sorted(SURFACE.glob("*.py"))
PROVEN = set(
    ["dataclasses", "errno", "json", "os", "random", "re", "socket", "struct", "sys", "time", "traceback", "typing"]
)


# Its sources.


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_sources_are_python_3_7_and_import_what_live_has(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
    assert names <= PROVEN | {"__future__", "Live"}
    inner = [node for node in tree.body if isinstance(node, ast.Import) and node.names[0].name == "Live"]
    assert inner == [], "Live is imported when it is needed: an import that fails would hide the script"


def python37() -> str:
    candidates = [shutil.which("python3.7"), *map(str, Path.home().glob(".pyenv/versions/3.7.*/bin/python3.7"))]
    for found in filter(None, candidates):
        if subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0:
            return found
    pytest.skip("No Python 3.7, which Live up to 12.0 has; only the syntax was checked.")


IN_LIVE = """
import sys, time
from max_for_live.live_script.surface.control_surface import ControlSurface
from tests.max_for_live.live_script.fake_live import Instance, World, module
from tests.max_for_live.live_script.fake_set import Clip, MidiNoteSpecification

world = World("12.0")
sys.modules["Live"] = module(world)
slots = world.song.tracks[0].clip_slots
prompt = slots[0].clip = Clip(slots[0], 75.0, name="prompt")
for place in range(300):
    note = MidiNoteSpecification(48 + place % 24, place / 4 + 0.001, 0.2, 90.3, False, 0.5, -3.0, 40.5)
    prompt.notes[10000 + place] = vars(note)
world.song.view.detail_clip = prompt
instance = Instance(world)
surface = ControlSurface(instance, folder=sys.argv[1])
end = time.monotonic() + 30
while time.monotonic() < end and not instance.messages:
    world.timers[0].callback()
    time.sleep(0.001)
for _ in range(50):
    world.timers[0].callback()
surface.disconnect()
made = [slot.clip for slot in slots if slot.clip is not None and slot.clip is not prompt]
exact = [list(clip.notes.values()) == list(made[0].notes.values()) for clip in made]
kept = sorted(map(str, made[0].notes.values())) == sorted(map(str, prompt.notes.values()))
print(sys.version_info[:2], len(made), all(exact), kept, instance.messages, instance.log)
"""


def test_a_real_python_3_7_takes_and_puts(server) -> None:
    """The whole of it, in a Live 12.0 of that Python's own, beside the server of this one."""
    process = subprocess.Popen(
        [python37(), "-W", "error", "-B", "-c", IN_LIVE, str(server._folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with Client.connect(folder=server._folder) as client:
            taken = take_from_live(client)
            assert put_into_live(client, [taken.clip] * 3, taken) == "3 clips are in free slots of this track."
    finally:
        said = process.communicate(timeout=60)[0]
    assert said == "(3, 7) 3 True True ['Clipkin: 3 clips are in free slots of this track.'] []\n"


# The wire.


def test_datagrams_are_the_servers_own() -> None:
    hello = Hello(7, 2, 9001, "live", "1", "")
    assert osc.encode(hello.ADDRESS, hello.to_osc()) == pack(hello)
    for arguments in ((), (1, -5, "ä", "abcd"), (-(2**24), "")):
        datagram = osc.encode("/a/b", arguments)
        assert decode(datagram) == ("/a/b", arguments)
        assert osc.decode(datagram) == ("/a/b", list(arguments))
    assert osc.decode(encode("/a", (2.0,))) == ("/a", [2])
    numbers = [random.Random(1).randint(-(2**24), 2**24) for _ in range(500)]
    assert osc.checksum(numbers[100:], osc.checksum(numbers[:100])) == parts.checksum(numbers)


def test_the_folder_is_the_servers(monkeypatch) -> None:
    assert data_folder() == str(home())


def test_no_datagram_stops_the_timer(stage) -> None:
    live = stage()
    live.put_clip()
    live.connect()
    chance, link = random.Random(2), live.surface._link
    ends = (
        "clip/begin clip/part clip/ack request/done request/fail server/welcome server/pong host/take host/put no/thing"
    )
    addresses = ["/clipkin/" + end for end in ends.split()]
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((HOST, 0))
    link._server, real_server = server.getsockname(), link._server
    for _ in range(600):
        words = [link.session, *chance.choices([0, 1, -1, 2**31 - 1, "x", "-", ""], k=chance.randrange(14))]
        datagram = bytearray(encode(chance.choice(addresses), words))
        if chance.random() < 0.3:
            datagram[chance.randrange(len(datagram))] = chance.randrange(256)
        server.sendto(datagram, (HOST, link.port))
        live.beat()
    server.close()
    live.instance.log.clear()
    assert all(timer.running for timer in live.world.timers)
    link._server, live.surface._exchange = real_server, None
    assert live.make() == FOUR


def test_only_the_server_gives_orders(stage) -> None:
    live = stage()
    live.put_clip()
    live.connect()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        take = encode("/clipkin/host/take", (live.surface._link.session, 2**23, 0))
        stranger.sendto(take, (HOST, live.surface._link.port))
        for _ in range(20):
            live.beat()
    assert live.surface._answers == {}


# Its life.


def test_it_starts_no_thread_and_waits_for_nothing(stage, monkeypatch) -> None:
    live = stage()
    live.put_clip()
    assert live.make() == FOUR
    assert live.surface._link._socket.getblocking() is False
    assert not any("add_" in change and "listener" in change for change in live.world.changes)


def test_every_method_that_live_may_call_is_there(stage) -> None:
    surface = stage().surface
    for name in ("build_midi_map", "receive_midi", "receive_midi_chunk", "connect_script_instances", "lock_to_device"):
        assert getattr(surface, name)(()) is None
    for name in ("refresh_state", "port_settings_changed", "toggle_lock", "update_display"):
        assert getattr(surface, name)() is None
    assert (surface.can_lock_to_devices(), surface.is_extension(), surface.supports_pad_translation()) == (False,) * 3
    assert (surface.suggest_input_port(), surface.suggest_output_port()) == ("", "")
    assert (surface.suggest_map_mode(1, 1), surface.suggest_needs_takeover(1, 1)) == (-1, True)


def test_another_set_and_a_second_live_each_have_a_port(stage) -> None:
    live = stage()
    live.connect()
    first, port = live.surface, live.surface._link.port
    live.open_set()  # without a disconnect, as it has been seen
    live.connect()
    assert live.surface._link.port != port
    first.disconnect()
    first.beat()
    assert first._link.state == "closed"
    live.put_clip()
    assert live.make() == FOUR
    live.surface.disconnect()
    live.surface.disconnect()
    assert [timer.running for timer in live.world.timers] == [False, False]


def test_a_set_that_closes_while_clips_are_written_keeps_none_of_them(stage) -> None:
    live = stage()
    live.put_clip(600)
    taken = live.take()

    def close() -> None:
        if "add_new_notes" in "".join(live.world.changes):
            live.on_beat = lambda: None
            live.surface.disconnect()

    live.on_beat = close
    assert "has closed" in live.put([taken.clip] * 3, taken)
    assert len(live.clips()) == 1
    assert live.world.open_steps == 0


def test_a_new_order_drops_the_old_one_and_a_repeated_one_is_done_once(stage) -> None:
    live = stage()
    live.put_clip(600)
    taken = live.take()
    orders = live.client._protocol.live
    first = orders.put([to_wire(taken.clip)] * 2, taken.order, 0, (0, 1))
    live.until(lambda: live.surface._exchange is not None)
    assert live.make() == FOUR
    assert (first.refused, first.sentence) == (True, DROPPED)
    first.ended = False  # says it again
    live.until(lambda: first.ended)
    assert len(live.clips()) == 5


def test_a_timer_that_stopped_is_started_again(stage) -> None:
    live = stage()
    live.connect()
    (timer,) = live.world.timers
    timer.running = False
    live.surface.update_display()
    assert timer.running


def test_a_live_that_stood_still_does_not_take_the_server_for_gone(stage, monkeypatch) -> None:
    live = stage()
    live.put_clip(200)
    taken = live.take()
    live.client._protocol.live.put([to_wire(taken.clip)], taken.order, 0, (0,))
    live.until(lambda: live.surface._exchange is not None and live.surface._exchange.places)
    with monkeypatch.context() as patch:
        patch.setattr(live.surface._link, "drain", lambda *_: iter(()))
        live.world.cost_s += 30.0
        live.beat()
    assert live.surface._link.state == "on"
    assert live.surface._exchange is not None
