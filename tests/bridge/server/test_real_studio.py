"""The real studio behind the real server: the wire changes nothing of what the engine made."""

import pytest

from bridge.client import Client
from bridge.server.serve import Server
from bridge.translation.notes import to_wire
from models.generator import Locks, Request
from models.music.clip import Clip
from models.music.errors import Refused
from models.music.note import Note
from models.music.scale import Scale
from models.studio import Studio

TUNE = Clip(tuple(Note(pitch, place * 0.5, 0.5, 80 + place) for place, pitch in enumerate(
    (69, 72, 76, 74, 72, 71, 72, 69, 64, 65, 67, 69, 72, 76, 77, 76))), 8.0, role="melody")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with Server(0, Studio(), folder=home) as server, Client.connect(server.port) as connected:
        yield connected


def test_the_wire_brings_what_the_engine_made(client):
    request = Request(prompts=(TUNE,), count=3, seed=7, similarity=0.7, locks=Locks(rhythm=True),
                      scale=Scale.parse("A minor"))
    here = list(Studio().generate(request, "rules"))
    there = list(client.vary(request, "rules"))
    assert [to_wire(variation.clip) for variation in there] == [to_wire(variation.clip) for variation in here]
    assert [variation.kept for variation in there] == [variation.kept for variation in here]
    assert [variation.seed for variation in there] == [variation.seed for variation in here]
    for far, near in zip(there, here, strict=True):
        assert far.report.similarity == pytest.approx(near.report.similarity, abs=0.001)
        assert far.report.locks == near.report.locks


def test_selected_notes_alone_change(client):
    selected = frozenset({2, 3, 9})
    for variation in client.vary(Request(prompts=(TUNE,), count=2, selected=selected), "rules"):
        assert set(TUNE.notes) - set(variation.clip.notes) <= {TUNE.notes[index] for index in selected}


def test_the_engines_cards_are_those_of_the_studio(client):
    cards = Studio().engines()
    assert [(card.name, card.tasks, card.roles, bool(card.available)) for card in client.engines()] == [
        (card.name, tuple(card.tasks), tuple(card.roles), card.available) for card in cards]


def test_an_engine_that_is_not_there_is_refused_with_a_sentence(client):
    with pytest.raises(Refused, match="dream"):
        list(client.vary(Request(prompts=(TUNE,)), "dream"))
