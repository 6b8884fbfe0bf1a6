"""The Python client, over real UDP: variations, errors, cancelling, restarts, a bad line."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bridge.client.client import Client, find_port
from bridge.client.job import Failed, ServerSilent
from bridge.server.serve import Server
from models.generator import Locks, Request
from models.music.errors import BadValue, EmptyClip, EngineUnavailable, Refused
from tests.bridge.trial.echo import Echo, a_long_clip, sounded
from tests.bridge.trial.loss_relay import LossRelay, Trouble
from tests.bridge.trial.wire_benchmark import figures


def test_variations_come_as_they_are_ready_with_their_reports(client, studio, a_clip):
    clip = a_clip(30, name="Lead")
    request = Request(prompts=(clip,), count=3, seed=9, locks=Locks.parse("rhythm,lane:38"), similarity=0.7)
    found = list(client.vary(request, "rules"))
    assert [variation.seed for variation in found] == [9, 10, 11]
    assert found[0].clip.notes[1:] == clip.notes[1:]
    assert found[0].kept == (None, *range(1, 30))
    assert found[0].report.locks == {"rhythm": True, "lane:38": False}
    assert found[0].report.remarks == ("The locks allow no less than 0.61.",)
    asked, engine = studio.calls[0]
    assert engine == "rules"
    assert asked == request.but(prompts=asked.prompts)


def test_the_first_variation_is_here_before_the_last_is_made(client, studio, a_clip):
    studio.gate.clear()
    running = client.vary(Request(prompts=(a_clip(),), count=2))
    threading.Timer(0.02, studio.gate.set).start()
    assert next(running).clip.notes
    running.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (BadValue("The count must be 1 to 64, not 99.", field="count"), Refused),
        (EmptyClip("No notes."), EmptyClip),
        (EngineUnavailable("No weights."), EngineUnavailable),
        (ZeroDivisionError(), Failed),
    ],
)
def test_what_went_wrong_is_raised_in_the_clients_thread(client, studio, a_clip, error, kind):
    studio.error = error
    with pytest.raises(kind) as caught:
        list(client.vary(Request(prompts=(a_clip(),))))
    if isinstance(error, BadValue):
        assert (str(caught.value), caught.value.field) == (str(error), "count")


def test_what_cannot_travel_is_refused_before_it_starts(client, a_clip):
    with pytest.raises(BadValue, match="beats"):
        client.vary(Request(prompts=(a_clip(4).with_notes([note.moved(onset=5000.0) for note in a_clip(1).notes]),)))


def test_leaving_the_loop_cancels(client, studio, a_clip):
    studio.gate.clear()
    told = []
    for _ in client.vary(
        Request(prompts=(a_clip(),)), on_progress=lambda share, stage: told.append(stage), cancelled=lambda: bool(told)
    ):
        raise AssertionError("nothing was made")
    assert studio.stopped.wait(5)
    assert told[0] == "begun"


def test_a_job_is_cancelled_from_another_thread(client, studio, a_clip):
    studio.gate.clear()
    job = client.start(Request(prompts=(a_clip(),)))
    threading.Timer(0.05, job.cancel).start()
    assert list(job.variations()) == []


def test_the_engines_and_the_status(client):
    assert [card.name for card in client.engines()] == ["rules", "kin"]
    assert client.status.online
    assert client.status.epoch > 0


def test_nobody_there_is_one_sentence():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ServerSilent, match="clipkin serve"):
        Client.connect(port, timeout_s=0.2)


def test_the_port_file_leads_to_the_server(server, tmp_path):
    assert find_port(tmp_path) == server.port
    with Client.connect(folder=tmp_path) as client:
        assert client.status.online


@pytest.mark.parametrize("trouble", [Trouble(0.2, 0.1, 0.25), Trouble(0.4, 0.2, 0.5)])
def test_2000_notes_out_and_four_times_back_on_a_bad_line(tmp_path, trouble):
    clip = a_long_clip(2000)
    with (
        Server(0, Echo(), folder=tmp_path) as server,
        LossRelay(server.port, trouble, seed=5) as relay,
        Client.connect(relay.port, timeout_s=10) as client,
    ):
        found = sorted(client.vary(Request(prompts=(clip,), count=4)), key=lambda variation: variation.seed)
    assert [variation.clip.notes for variation in found] == [sounded(clip.notes, number) for number in range(4)]
    assert relay.dropped > 0


def test_the_wire_benchmark_measures():
    found = list(figures(sizes=(1, 24), lines={"10 %": (Trouble(0.1, 0.1, 0.1), 1.0)}, rounds=1))
    assert [figure.value for figure in found if "exact" in figure.name] == [1, 1]
    assert all(first.value <= last.value for first, last in zip(found[1::3], found[2::3], strict=True))


SERVE = """
import sys
from pathlib import Path
from bridge.server.serve import serve
from tests.bridge.trial.echo import Echo
sys.exit(serve(int(sys.argv[1]), Echo(), folder=Path(sys.argv[2])))
"""


def start_server(port, folder):
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    return process, process.stdout.readline()


def end(process):
    process.kill()
    process.communicate()


def a_free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_server_that_was_killed_and_started_again_is_found_and_the_request_goes_on(tmp_path, a_clip):
    port = a_free_port()
    first, _ = start_server(port, tmp_path)
    try:
        with Client.connect(port) as client:
            epoch = client.status.epoch
            end(first)
            job = client.start(Request(prompts=(a_clip(),), count=2, seed=1))
            second, _ = start_server(port, tmp_path)
            try:
                assert [variation.seed for variation in job.variations()] == [1, 2]
                assert client.status.epoch != epoch
            finally:
                end(second)
    finally:
        end(first)


def test_a_taken_port_is_exit_code_3_and_one_sentence(server, tmp_path):
    process, announced = start_server(server.port, tmp_path / "other")
    _, told = process.communicate(timeout=10)
    assert (process.returncode, announced) == (3, "")
    assert str(server.port) in told
    assert len(told.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a process can take")
def test_a_termination_signal_ends_the_server_and_takes_its_port_file_away(tmp_path):
    process, announced = start_server(0, tmp_path)
    assert "127.0.0.1" in announced
    assert (tmp_path / "server.json").exists()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode == 0
    assert not (tmp_path / "server.json").exists()


def test_a_server_loads_neither_torch_nor_numpy():
    code = (
        "import bridge.server.serve, bridge.client.client, sys; sys.exit(bool({'torch', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False).returncode == 0
