"""``clipkin benchmark jam``: how exactly answers begin on their beat, how often one is ready, and what 30 minutes do.

Live: calls of a clip come in time through a pipe; the seconds are those at which the port is given each answer's first
note. Simulated: half an hour with a MIDI clock that jitters, as fast as it goes.
"""

from __future__ import annotations

import gc
import os
import random
import threading
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from bridge.command_line.commands.examples import EXAMPLES
from bridge.midi_ports.player import Player
from bridge.midi_ports.rehearsal import calls_of, rehearse
from models import midi_file
from models.benchmarks.figure import Figure, show
from models.jam.answers import Answers
from models.jam.clock import BeatClock
from models.jam.dials import Dials
from models.jam.jam import Ask, Jam, Turn
from models.jam.sounding import NOTE_OFF, NOTE_ON
from models.music.clip import Clip
from models.training.options import Options
from tests.bridge.trial.reliability.line import busy

BEAT_MS = 10.0
"""Within which of its beat a first note must begin, and all of them after half an hour."""

_JITTER_S = 0.002
_COLLECT_EVERY = 20
"""Simulated turns."""


def main(words: Sequence[str]) -> int:
    """Measure; gives 1 where something isn't reached."""
    parser = Options("benchmark jam", __doc__, data="", json=True)
    parser.add_argument("--bars", type=int, default=20, help="answers of one bar to wait for, in real time (20)")
    parser.add_argument("--tempo", type=float, default=140.0, help="quarter notes a minute (140)")
    parser.add_argument("--load", type=int, default=os.cpu_count() or 1, help="processes that keep the machine busy")
    parser.add_argument("--engine", default="auto", help="who answers (auto)")
    parser.add_argument("--minutes", type=float, default=30.0, help="simulated (30)")
    arguments = parser.parse_args(words)
    clip = replace(midi_file.read(EXAMPLES / "lead.mid"), tempo=arguments.tempo)
    with busy(arguments.load):
        traded = live(clip, arguments.bars, arguments.engine)
    figures = [*traded, *simulated(clip, arguments.minutes)]
    show(figures, as_json=arguments.json)
    return int(not all(figure.reached for figure in figures))


def live(clip: Clip, bars: int, engine: str) -> list[Figure]:
    """Trade so many bars in real time."""
    sent: list[tuple[float, bytes]] = []
    turns: list[Turn] = []
    answers = Answers(lambda turn, made: _tell(player, jam, turn, made))
    jam = Jam(answers.ask, turns.append, Dials(bars=1, engine=engine), clip.metre, clip.tempo)
    try:
        # The engine is warm, as it is after the first phrase of whoever plays.
        warm = threading.Event()
        first = Answers(lambda turn, made: warm.set(), answers.executor)
        for seed in range(3):
            warm.clear()
            first.ask(Ask(seed, clip.cut(0, clip.metre.bar), (), jam.dials))
            warm.wait(60)
            time.sleep(3)
        clock = BeatClock(clip.tempo, time.monotonic() + 0.5)
        player = Player(
            clock, lambda message: sent.append((time.monotonic(), message)), jam.hear, jam.advance, jam.restart
        )
        jam.restart(0.0)
        player.start()
        for beat, message in calls_of(clip, 1, bars):
            time.sleep(max(0.0, clock.seconds(beat) - time.monotonic()))
            player.receive(message)
        time.sleep(max(0.0, clock.seconds(2 * bars * clip.metre.bar) - time.monotonic()))
        player.close()
    finally:
        answers.close()
    late = list(_first_notes(turns, sent, clock, clip.metre.bar))
    answered = [turn for turn in turns if turn.kind == "answer"]
    return [
        Figure("bars traded", bars, ""),
        Figure("first note off its beat, median", float(np.percentile(late, 50)), "ms"),
        Figure("first note off its beat, 95th percentile", float(np.percentile(late, 95)), "ms", (0, BEAT_MS)),
        Figure("first note off its beat, most", max(late), "ms"),
        Figure("answers that were ready", sum(turn.fresh for turn in answered) / bars, goal=(0.99, 1)),
        Figure("stuck notes", _stuck(message for _, message in sent), "", (0, 0)),
    ]


def _tell(player: Player, jam: Jam, turn: int, made: Clip | str) -> None:
    if isinstance(made, Clip):
        player.tell(lambda: jam.answered(turn, made))


def _first_notes(
    turns: Sequence[Turn], sent: Sequence[tuple[float, bytes]], clock: BeatClock, bar: float
) -> Iterator[float]:
    """Milliseconds between each answer's first note and its beat."""
    seconds = np.array([at for at, message in sent if message[0] & 0xF0 == NOTE_ON])
    for turn in turns:
        if turn.kind == "answer" and turn.clip.notes:
            wanted = clock.seconds((2 * turn.number + 1) * bar + turn.clip.notes[0].onset)
            yield float(np.abs(seconds - wanted).min() * 1000)


def _stuck(messages: Iterator[bytes]) -> int:
    sounding: dict[tuple[int, int], int] = {}
    for message in messages:
        kind, key = message[0] & 0xF0, (message[0] & 0x0F, message[1])
        if kind in (NOTE_ON, NOTE_OFF):
            sounding[key] = sounding.get(key, 0) + (1 if kind == NOTE_ON else -1)
    return sum(map(abs, sounding.values()))


def simulated(clip: Clip, minutes: float) -> list[Figure]:
    """Half an hour with a MIDI clock whose pulses jitter by 2 ms: what the first notes drift by, what memory grows."""
    chance = random.Random(1)
    beat_s = 60 / clip.tempo
    turns = int(minutes * 60 / (2 * clip.metre.bar * beat_s))
    pulses = (
        max(0.0, tick * beat_s / 24 + chance.gauss(0, _JITTER_S / 2))
        for tick in range(int(2 * turns * clip.metre.bar * 24))
    )
    # No engine: what is measured is who keeps the beat.
    answer = clip.cut(0, clip.metre.bar)
    size, first = len(answer.notes), answer.notes[0].onset
    # Made beforehand, so that the measurement itself doesn't grow.
    late, memory, begun = np.zeros(turns), np.zeros(turns), [0]

    def send(second: float, message: bytes) -> None:
        if message[0] & 0xF0 == NOTE_ON:
            number, place = divmod(begun[0], size)
            begun[0] += 1
            if place == 0:
                late[number] = (second - ((2 * number + 1) * clip.metre.bar + first) * beat_s) * 1000
                if number % _COLLECT_EVERY == 0:
                    gc.collect()  # what only waits to be collected is no growth
                memory[number] = tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    rehearse(clip, Dials(bars=1), lambda ask: answer, turns, keep=lambda turn: None, send=send, pulses=sorted(pulses))
    tracemalloc.stop()
    tenth = max(1, len(late) // 10)
    drift = float(np.mean(late[-tenth:]) - np.mean(late[:tenth]))
    growth = max(0.0, float(memory[-tenth:].min() - memory[tenth : 2 * tenth].min()) / 1024)
    return [
        Figure("minutes simulated", minutes, ""),
        Figure("simulated, first note off its beat, 95th percentile", float(np.percentile(np.abs(late), 95)), "ms"),
        Figure("simulated, drift", drift, "ms", (-BEAT_MS, BEAT_MS)),
        Figure("simulated, memory grown", growth, "kB", (0, 64)),
    ]
