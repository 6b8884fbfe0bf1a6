"""``clipkin benchmark jam``: how exactly answers begin on their beat, how often one is ready, and what 30 minutes do.

Live: calls of a clip come in time through a pipe; the seconds are those at which the port is given each answer's first
note. Simulated: half an hour with a MIDI clock that jitters, as fast as it goes.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
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
from models.jam.answers import Answers
from models.jam.clock import BeatClock
from models.jam.dials import Dials
from models.jam.jam import Ask, Jam, Turn
from models.jam.sounding import NOTE_OFF, NOTE_ON
from models.music.clip import Clip

BEAT_MS, READY = 10.0, 0.99
"""What must be reached: the 95th percentile of the first note's distance from its beat, and the share of answers."""

_JITTER_S = 0.002
_COLLECT_EVERY = 20
"""Simulated turns."""


def main(words: Sequence[str]) -> int:
    """Measure; gives 1 where something isn't reached."""
    parser = argparse.ArgumentParser(prog="clipkin benchmark jam", description=__doc__)
    parser.add_argument("--bars", type=int, default=20, help="answers of one bar to wait for, in real time (20)")
    parser.add_argument("--tempo", type=float, default=140.0, help="quarter notes a minute (140)")
    parser.add_argument("--load", type=int, default=os.cpu_count() or 1, help="processes that keep the machine busy")
    parser.add_argument("--engine", default="auto", help="who answers (auto)")
    parser.add_argument("--minutes", type=float, default=30.0, help="simulated (30)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    arguments = parser.parse_args(words)
    clip = replace(midi_file.read(EXAMPLES / "lead.mid"), tempo=arguments.tempo)
    figures = live(clip, arguments.bars, arguments.load, arguments.engine) | simulated(clip, arguments.minutes)
    reached = {
        "first note within": figures["first_note_ms_p95"] <= BEAT_MS,
        "answers ready": figures["answers_ready"] >= READY,
        "stuck notes": figures["stuck_notes"] == 0,
        "drift": abs(figures["drift_ms"]) <= BEAT_MS,
        "growth": figures["growth_kb"] <= 64,
    }
    if arguments.json:
        print(json.dumps({**figures, "reached": all(reached.values())}))
    else:
        for name, value in figures.items():
            print(f"{name:22} {value:g}")
        missed = [name for name, held in reached.items() if not held]
        print(f"Not reached: {', '.join(missed)}." if missed else "All of it is reached.")
    return 0 if all(reached.values()) else 1


def live(clip: Clip, bars: int, load: int, engine: str) -> dict[str, float]:
    """Trade so many bars in real time while ``load`` processes compute."""
    burners = [multiprocessing.get_context("spawn").Process(target=_burn, daemon=True) for _ in range(load)]
    for burner in burners:
        burner.start()
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
        for burner in burners:
            burner.terminate()
    late = list(_first_notes(turns, sent, clock, clip.metre.bar))
    answered = [turn for turn in turns if turn.kind == "answer"]
    return {
        "bars": bars,
        "first_note_ms_p50": float(np.percentile(late, 50)),
        "first_note_ms_p95": float(np.percentile(late, 95)),
        "first_note_ms_most": max(late),
        "answers_ready": sum(turn.fresh for turn in answered) / bars,
        "stuck_notes": _stuck(message for _, message in sent),
    }


def _tell(player: Player, jam: Jam, turn: int, made: Clip | str) -> None:
    if isinstance(made, Clip):
        player.tell(lambda: jam.answered(turn, made))


def _burn() -> None:
    while True:
        sum(range(10_000))


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


def simulated(clip: Clip, minutes: float) -> dict[str, float]:
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
    return {
        "simulated_minutes": minutes,
        "simulated_ms_p95": float(np.percentile(np.abs(late), 95)),
        "drift_ms": float(np.mean(late[-tenth:]) - np.mean(late[:tenth])),
        "growth_kb": max(0.0, float(memory[-tenth:].min() - memory[tenth : 2 * tenth].min()) / 1024),
    }
