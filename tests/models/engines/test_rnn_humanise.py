"""How ``rnn`` plays a beat that stands."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.engines.rnn.config import PROFILES
from models.engines.rnn.generator import RnnEngine
from models.engines.rnn.humanise import _SHARES, _within, odds_of, play_hits
from models.generator import Locks, Request
from models.music.errors import Refused
from models.training.classics.figures import engine_of
from models.training.classics.rnn import Network
from tests.models.constraints.violations import violations
from tests.strategies import a_beat, a_tune


@pytest.fixture(scope="module")
def engine() -> RnnEngine:
    torch.manual_seed(5)
    return engine_of("rnn", Network(PROFILES["tiny"]).eval())


def played(engine, clip=None, count=2, **wish):
    return list(
        engine.generate(Request(task="humanise", prompts=(clip or a_beat(),), count=count, role="drums", **wish))
    )


def test_the_hits_stay_and_are_played_otherwise(engine) -> None:
    for result in played(engine):
        before = sorted((note.pitch, round(note.onset * 4)) for note in a_beat().notes)
        assert sorted((note.pitch, round(note.onset * 4)) for note in result.clip.notes) == before
        assert len({note.velocity for note in result.clip.notes}) > 10
        assert any(note.onset % 0.25 for note in result.clip.notes)
        assert not violations(Request(task="humanise", prompts=(a_beat(),), role="drums"), result, "drums")


def test_held_hits_are_timed_as_well(engine) -> None:
    held = replace(
        a_beat(), notes=tuple(note.moved(duration=0.5 if note.pitch == 42 else 0.25) for note in a_beat().notes)
    )
    hats = [note for note in played(engine, held, 1)[0].clip.notes if note.pitch == 42]
    assert any(note.onset % 0.5 for note in hats)
    assert all(one.end <= other.onset + 1e-6 for one, other in zip(hats, hats[1:], strict=False))


def test_locks_leave_one_of_the_two(engine) -> None:
    timed = played(engine, locks=Locks(velocity=True), count=1)[0].clip
    assert sorted(note.velocity for note in timed.notes) == sorted(note.velocity for note in a_beat().notes)
    loud = played(engine, locks=Locks(rhythm=True), count=1)[0].clip
    assert [note.onset for note in loud.notes] == [note.onset for note in a_beat().notes]


def test_what_is_off_the_grid_on_purpose_stays_about_there(engine) -> None:
    swung = replace(
        a_beat(),
        notes=tuple(note.moved(onset=note.onset + 0.1) if note.onset % 1 == 0.5 else note for note in a_beat().notes),
    )
    late = [
        note.onset % 0.5
        for note in played(engine, swung, 1)[0].clip.notes
        if note.pitch == 42 and 0.5 < note.onset % 1 < 0.75
    ]
    assert np.mean(late) > 0.06


def test_other_roles_are_refused(engine) -> None:
    with pytest.raises(Refused, match="plays drums"):
        list(engine.generate(Request(task="humanise", prompts=(a_tune(),), role="melody")))


def test_temperature_widens_the_spread(engine) -> None:
    symbol = np.tile([1, 4, 2, 4], 32)

    def spread(temperature: float) -> float:
        loud, late = play_hits(odds_of(engine.network, symbol, 16), 16, temperature, np.random.default_rng(0))
        assert loud.shape == late.shape == (128, 9)
        assert ((loud >= 0) & (loud <= 1)).all()
        return float(loud.std())

    assert spread(0.2) < spread(1.0) < spread(2.0)


def test_a_number_within_the_odds_is_their_quantile() -> None:
    odds = np.array([[[0.25, 0.5, 0.25]]])
    for number, value in ((0.125, 1 / 6), (0.25, 1 / 3), (0.5, 0.5), (0.75, 2 / 3)):
        assert _within(odds, np.array([[number]]))[0, 0] == pytest.approx(value, abs=1e-6)
    assert all(sum(shares) == pytest.approx(1) for shares in _SHARES.values())
