"""Cancel frees the worker whatever the engine does, and strikes nothing that comes after."""

import random
import threading
import time

import pytest

from bridge.messages.greeting import Ping, Pong
from bridge.messages.request import Cancel, Fail, Progress, Start
from bridge.server.serve import Server
from bridge.server.worker import PATIENCE_S, Interruptible
from tests.bridge.trial.reliability.stranger import Stranger


class Deaf:
    """A studio whose engine never asks whether it is still wanted, and says nothing."""

    def __init__(self, reckon=lambda: sum(range(1000))):
        self.reckon = reckon
        self.ended = threading.Event()

    def generate(self, *_, **__):
        yield from ()
        until = time.monotonic() + 20
        try:
            while time.monotonic() < until:
                self.reckon()
        finally:
            self.ended.set()


def test_an_engine_that_says_nothing_is_heard_of_every_second_and_cancel_frees_the_worker(tmp_path, a_clip):
    studio = Deaf()
    with Server(0, studio, folder=tmp_path) as server:
        one = Stranger(server.port)
        one.send_clip(a_clip())
        one.say(Start(one.session, 5, 1, "vary", "rules", "", "", 2, 1000, 700, 42, ()))
        assert one.hear(Progress).stage == "begun"
        assert one.hear(Progress, 1.0).stage == "begun"
        one.say(Cancel(one.session, 5))
        assert one.hear(Fail).code == 499
        assert studio.ended.wait(5)  # long before its 20 s are over
        one.say(Ping(one.session, 1))
        assert one.hear(Pong).state == 0
        one.close()


def swallow():
    try:
        time.sleep(0.01)
    except Exception:
        raise AssertionError("an interruption must not look like an error of the engine") from None


@pytest.mark.parametrize("reckon", [swallow, lambda: sorted(range(10_000)), lambda: time.sleep(0.02)])
def test_interrupted_at_any_moment_the_next_work_is_whole(reckon):
    """Stopped at random moments, also about the end of the step; what follows is never struck."""
    interruptible, chance = Interruptible(), random.Random(4)
    for _ in range(12):
        stop = threading.Event()
        timer = threading.Timer(chance.random() * 0.1, stop.set)
        timer.start()
        ended = []
        until = time.monotonic() + PATIENCE_S + chance.random() * 0.15

        def step(ended=ended, until=until):
            while time.monotonic() < until:
                reckon()
            ended.append(True)
            return "whole"

        assert interruptible.run(step, stop) == ("whole" if ended else None)
        timer.join()
        time.sleep(0.001)
