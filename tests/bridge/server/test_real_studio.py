"""The real studio behind the real server: the wire changes nothing of what the engine made."""

from dataclasses import replace

import pytest

from bridge.client.client import Client
from bridge.messages.clip import Ack, Begin, Part
from bridge.server.serve import Server
from bridge.translation.notes import to_wire
from bridge.translation.start import to_start
from models.generator import Locks, Request
from models.jam.answers import answer_of
from models.jam.dials import Dials
from models.jam.jam import Ask
from models.music.beats import TICKS_PER_BEAT
from models.music.clip import Clip
from models.music.errors import Refused
from models.music.note import Note
from models.music.scale import Scale
from models.studio import Studio
from tests.bridge.trial.reliability.stranger import Stranger
from tests.strategies import a_bass_line, a_beat, some_chords

TUNE = Clip(
    tuple(
        Note(pitch, place * 0.5, 0.5, 80 + place)
        for place, pitch in enumerate((69, 72, 76, 74, 72, 71, 72, 69, 64, 65, 67, 69, 72, 76, 77, 76))
    ),
    8.0,
    role="melody",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with Server(0, Studio(), folder=home) as server, Client.connect(server.port) as connected:
        yield connected


def test_the_wire_brings_what_the_engine_made(client):
    request = Request(
        prompts=(TUNE,), count=3, seed=7, similarity=0.7, locks=Locks(rhythm=True), scale=Scale.parse("A minor")
    )
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
        (card.name, tuple(card.tasks), tuple(card.roles), card.available) for card in cards
    ]


def test_an_engine_that_is_not_there_is_refused_with_a_sentence(client):
    with pytest.raises(Refused, match="dream"):
        list(client.vary(Request(prompts=(TUNE,)), "dream"))


CHORDS, BEAT, BASS = some_chords(), a_beat(), a_bass_line()
A_MINOR = Scale.parse("A minor")
TASKS = {
    "voice": Request(task="voice", prompts=(CHORDS,), style="lofi 7", scale=A_MINOR, count=3),
    "harmonise": Request(task="harmonise", prompts=(TUNE,), scale=A_MINOR, temperature=1.5, count=2),
    "reharmonise": Request(task="reharmonise", prompts=(CHORDS,), similarity=0.5, count=3),
    "accompany": Request(task="accompany", context=(CHORDS, BEAT), role="bass", style="walking", seed=3, count=3),
    "accompany the selected": Request(task="accompany", prompts=(TUNE,), role="drums", style="trap", count=2),
    "drums": Request(task="drums", prompts=(BEAT,), style="fill", locks=Locks.parse("lane:36"), count=2),
    "arrange": Request(task="arrange", prompts=(CHORDS,), context=(BEAT, BASS, TUNE), style="house", bars=32),
}


@pytest.mark.parametrize("request_", TASKS.values(), ids=TASKS)
def test_every_task_travels(client, request_):
    engine = "rules" if request_.task == "arrange" else "auto"
    here = list(Studio().generate(request_, engine))
    progress = []
    there = list(client.vary(request_, engine, lambda share, stage: progress.append(stage)))
    assert len(there) == len(here) > 1
    for far, near in zip(there, here, strict=True):
        assert to_wire(far.clip).notes == to_wire(near.clip).notes
        assert (far.kept, far.seed, far.place) == (near.kept, near.seed, near.place)
        assert far.clip.length == pytest.approx(near.clip.length, abs=1e-4)
        assert far.clip.role == near.clip.role
        assert far.report.remarks == near.report.remarks
        assert far.report.measures == pytest.approx(near.report.measures, abs=0.001)
    assert progress


def test_a_song_comes_section_by_section(client):
    song = list(client.vary(TASKS["arrange"], "rules"))
    places = [(one.place.section, one.place.track) for one in song]
    assert places == sorted(set(places))
    assert {track for _, track in places} == {0, 1, 2, 3}
    assert all(one.clip.name == one.place.section_name for one in song)
    assert all(one.clip.notes for one in song)
    roles = {one.place.track: one.clip.role for one in song}
    assert roles == {0: "chords", 1: "drums", 2: "bass", 3: "melody"}
    kept = [(one, TASKS["arrange"].context[0].notes) for one in song if one.place.track == 1]
    assert any(one.kept_count for one, _ in kept)
    assert all(
        loop[index] == note
        for one, loop in kept
        for note, index in zip(one.clip.notes, one.kept, strict=True)
        if index is not None
    )


def test_a_song_can_be_stopped_and_the_next_request_is_served(client):
    job = client.start(TASKS["arrange"].but(bars=64), "rules")
    next(job.variations())
    assert list(client.vary(TASKS["voice"]))


def test_a_refusal_names_its_field(client):
    for request, field in (
        (TASKS["voice"].but(style="sparkly"), "style"),
        (TASKS["voice"].but(locks=Locks(rhythm=True)), "locks"),
    ):
        with pytest.raises(Refused) as caught:
            list(client.vary(request))
        assert caught.value.field == field


@pytest.mark.parametrize(("similarity", "role"), [(0.6, None), (None, None), (0.1, None), (0.6, "bass")])
def test_a_call_is_answered_as_a_jam_answers_it(tmp_path, similarity, role):
    ask = Ask(3, TUNE.cut(0, 4), (TUNE,), Dials(similarity or 0.6, bars=1, partner=role or "same", engine="rules"))
    request = Request(prompts=(ask.call,), context=ask.before, similarity=similarity, role=role, count=1, seed=3)
    with Server(0, Studio(), folder=tmp_path) as server:
        caller = Stranger(server.port)
        for transfer, clip in enumerate((ask.call, *ask.before), 1):
            caller.send_clip(clip, transfer)
        start = to_start(request, "rules", caller.session, 5, {1: "prompt", 2: "context"})
        caller.say(replace(start, pairs=(*start.pairs, ("answer", 1))))
        begin, part = caller.hear(Begin), None
        caller.say(Ack(caller.session, begin.transfer, 0, 0, 0, 0))
        part = caller.hear(Part)
        caller.close()
    answer = to_wire(answer_of(ask))
    assert (begin.length, begin.note_count) == (4 * TICKS_PER_BEAT, len(answer.notes))
    assert part.numbers == tuple(number for note in answer.notes for number in note)[: len(part.numbers)]
