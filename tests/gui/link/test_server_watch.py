"""The watch over the server, with a client, a process and a clock of its own."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from bridge.client.job import ServerSilent
from bridge.port_file import PortFile
from gui.link.server import DYING_S, GIVE_UP_S, MOST_STARTS, PATIENCE_S, ServerWatch


class FakeClient:
    def __init__(self):
        self.port, self.asked = 11800, 0
        self.silent_once = False
        self.go()

    def come(self, epoch=1):
        self.status = SimpleNamespace(online=True, epoch=epoch, version="0.1.0", queue=0, engine="", refusal="")

    def go(self, refusal=""):
        self.status = SimpleNamespace(online=False, epoch=0, version="", queue=0, engine="", refusal=refusal)

    def engines(self, timeout_s):
        self.asked += 1
        if self.silent_once:
            self.silent_once = False
            raise ServerSilent("Nobody answers.")
        return ("rules",)


@pytest.fixture
def client():
    return FakeClient()


@pytest.fixture
def watch(client, no_process):
    no_process.ending = ""
    news, engines = [], []
    watch = ServerWatch(client, no_process, news.append, engines.append, lambda line: None, began=0.0)
    watch.news, watch.lists = news, engines
    return watch


def standings(watch):
    return [server.standing for server in watch.news]


def test_a_running_server_is_found_and_none_started(watch, client, no_process):
    client.come()
    watch.look(0.1)
    watch.look(0.2)
    assert (standings(watch), watch.lists, no_process.starts) == (["online"], [("rules",)], 0)


def test_without_one_it_is_started_once_after_a_moment(watch, client, no_process):
    no_process.start = lambda any_port=False: setattr(no_process, "starts", no_process.starts + 1)
    for now in (0.1, PATIENCE_S + 0.1, 1.0, 1.5):
        watch.look(now)
    client.come()
    watch.look(2.0)
    assert (standings(watch), no_process.starts) == (["starting", "online"], 1)


def test_a_server_that_ends_at_once_says_why(watch):
    for now in (PATIENCE_S + 0.1, 1.0, 1.1):
        watch.look(now)
    assert (standings(watch), watch.news[-1].sentence) == (["starting", "failed"], "Port 11800 can't be used.")


@pytest.mark.parametrize("refusal", ["", "This server is too old."])
def test_a_server_that_does_not_answer_is_given_up(watch, client, no_process, refusal):
    no_process.start = lambda any_port=False: None
    watch.look(PATIENCE_S + 0.1)
    client.go(refusal)
    watch.look(PATIENCE_S + GIVE_UP_S + 1)
    assert standings(watch) == ["starting", "failed"]
    assert watch.news[-1].sentence.startswith(refusal or "The server was started but")


def test_a_program_that_is_missing_is_said(watch, no_process):
    def start(any_port=False):
        raise FileNotFoundError(2, "No such file")

    no_process.start = start
    watch.look(1.0)
    assert watch.news[-1].sentence == "The server can't be started (No such file); try clipkin doctor."


def started_quietly(no_process):
    def start(any_port=False):
        no_process.starts, no_process.any_port = no_process.starts + 1, any_port

    no_process.start = start


def test_a_server_that_goes_is_started_again_and_asked_anew(watch, client, no_process):
    started_quietly(no_process)
    client.come(1)
    watch.look(0.1)
    client.go()
    watch.look(5.0)
    client.come(2)
    watch.look(9.0)
    assert standings(watch) == ["online", "lost", "starting", "online"]
    assert (client.asked, no_process.starts) == (2, 1)


@pytest.mark.parametrize("left", ["file", "nothing"])
def test_a_death_is_seen_before_the_silence(watch, client, no_process, left):
    started_quietly(no_process)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    files = [PortFile(os.getpid(), 1, 1, "-"), PortFile(ended.pid, 1, 1, "-") if left == "file" else None]
    watch.port_file = lambda: files[0]
    client.come(1)
    watch.look(0.1)
    files.pop(0)
    watch.look(0.2)  # the client still believes in it
    assert standings(watch) == ["online", "lost", "starting"]


def test_a_server_that_dies_again_and_again_is_left_alone_until_the_user_asks(watch, client, no_process):
    started_quietly(no_process)
    for now in range(0, 40, 10):
        client.come(now + 1)
        watch.look(now + 0.1)
        client.go()
        watch.look(now + 0.2)
    assert (no_process.starts, watch.news[-1].standing) == (MOST_STARTS, "failed")
    watch.start(50.0, asked=True)
    assert (no_process.starts, watch.news[-1].standing) == (MOST_STARTS + 1, "starting")


def test_a_port_that_is_taken_means_another_port(watch, no_process):
    def start(any_port=False):
        no_process.any_port = any_port
        no_process.ending = "" if any_port else "Port 11800 can't be used."

    no_process.start = start
    watch.look(1.0)
    watch.look(1.1)
    assert (no_process.any_port, standings(watch)) == (True, ["starting"])


def test_after_a_failure_the_server_is_still_looked_for(watch, client):
    for now in (1.0, 1.5, 2.0):
        watch.look(now)
    client.come()
    watch.look(60.0)
    assert standings(watch) == ["starting", "failed", "online"]


def test_a_lost_list_is_asked_for_again(watch, client):
    client.silent_once = True
    client.come()
    watch.look(0.1)
    watch.look(0.2)
    assert (client.asked, watch.lists) == (2, [("rules",)])


@pytest.mark.parametrize(("ends_after_s", "started_after_s"), [(0.0, 0.0), (0.5, 0.5), (60.0, DYING_S + 0.5)])
def test_another_one_is_started_when_the_last_threads_of_the_old_one_have_ended(
    watch, client, no_process, ends_after_s, started_after_s
):
    began = []
    no_process.start = lambda any_port=False: began.append(None)
    client.come()
    watch.look(1.0)
    client.go()
    for step in range(20):
        no_process.running = step * 0.5 < ends_after_s
        watch.look(2.0 + step * 0.5)
        if began:
            break
    assert step * 0.5 == started_after_s
