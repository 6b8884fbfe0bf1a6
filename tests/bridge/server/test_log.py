"""The log of a server: what it did and what it dropped, and nothing of what it was given."""

import logging
import os
import sys

import pytest

from bridge.client.client import Client
from bridge.messages.table import encode
from bridge.server.log import LARGEST_BYTES, OLD_ONES, logged
from bridge.server.serve import Server
from models.generator import Request
from models.music.clip import Clip
from models.music.note import Note
from models.studio import Studio
from tests.bridge.trial.reliability.stranger import Stranger

log = logging.getLogger("clipkin.server")
TUNE = Clip(
    tuple(Note(61 + place % 5, place * 0.5, 0.5, 83) for place in range(16)), 8.0, "My secret song", role="melody"
)


def test_the_log_says_engine_seed_drafts_and_score_of_each_result_and_what_was_dropped(tmp_path):
    with logged(tmp_path) as path, Server(0, Studio(), folder=tmp_path) as server:
        one = Stranger(server.port)
        for _ in range(3):
            one.throw(b"#bundle\0" + bytes(8))
        one.throw(encode("/clipkin/server/pong", [1]))
        with Client.connect(server.port) as client:
            request = Request(prompts=(TUNE,), count=1, seed=4711, mood="melancholy", similarity=0.6)
            assert len(list(client.vary(request, "rules"))) == 1
        one.close()
    said = path.read_text()
    for part in (
        "rules is at work",
        "vary, seed 4711",
        "best of 1 drafts",
        "variation 0: seed 4711, score 0.",
        "done after",
    ):
        assert part in said, said
    assert "dropped: 3 × not one plain OSC message, 1 × from a server" in said
    assert not any(secret in said for secret in ("secret", "melancholy", "Note(", "(61,", "[61,"))


def test_a_mistake_of_an_engine_leaves_its_place_and_kind_and_not_its_text(tmp_path):
    with logged(tmp_path) as path:
        try:
            raise ZeroDivisionError("the notes 60 61 62 of the user")
        except ZeroDivisionError:
            log.exception("a request failed")
    said = path.read_text()
    assert "ZeroDivisionError" in said
    assert "test_log.py" in said
    assert "notes" not in said


def test_what_the_log_tells_is_not_told_on_standard_error(tmp_path, capsys):
    with logged(tmp_path):
        log.info("a request is done")
        log.warning("something was dropped")
    assert capsys.readouterr().err == "WARNING clipkin.server: something was dropped\n"


def test_the_log_rotates(tmp_path):
    with logged(tmp_path) as path:
        for _ in range(5 * LARGEST_BYTES // 10_000):
            log.info("x" * 10_000)
    assert len(list(tmp_path.iterdir())) == 1 + OLD_ONES
    assert path.stat().st_size <= LARGEST_BYTES


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_log_that_cannot_be_written_is_one_sentence_and_no_more(tmp_path, capsys):
    os.symlink("/dev/full", tmp_path / "server.log")
    with logged(tmp_path):
        for _ in range(5):
            log.info("something")
    told = capsys.readouterr().err
    assert told.count("can't be written") == 1
    assert "Traceback" not in told
