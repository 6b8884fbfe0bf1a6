"""``clipkin benchmark hear``: how much of a recording comes back as notes.

Held-out clips are played by Clipkin's own instruments and sung by a voice of formants with vibrato, each clean and
under noise 20 dB below, and listened to. A note counts when its pitch is right and its onset within 50 ms (drums: the
drum's group); F1 of a clip, means over clips. The tempo counts when it, its half or its double lies within 2 %.

With ``--recordings DIR`` real recordings are listened to, beside what somebody says is in them. DIR/truth.json is a
list of objects, one a recording: its ``file``; ``as`` melody, chords or drums; and

    notes    [[seconds, pitch], …]
    kick     and the other groups of ``drums``: a sign for each step, "x" struck, "." not, "?" neither way, "x..?x.."
    step     seconds from a sign to the next; ``start``: of the first one (0)
    tempo    quarter notes a minute, where there is one

A group that nobody told is not judged.

Offers: ``main``, ``sung``; ``measure_real``, ``note_f1``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from models.benchmarks.figure import Figure, show
from models.benchmarks.mood import clips_of
from models.listening import drums
from models.listening.audio import Recording, read_recording
from models.listening.drums import GROUPS
from models.listening.hear import Kind, Wish, hear
from models.listening.pitched import Sounded, likelihoods, one_voice, several_voices
from models.listening.pulse import find_pulse
from models.music.carried import Carried
from models.music.clip import Clip
from models.music.errors import EmptyClip
from models.sound.frames import RATE
from models.sound.rendering import render
from models.training.analysis.beats.drum_takes import KINDS, Take, takes
from models.training.analysis.beats.kits import Kit, kits_of, shipped_kits
from models.training.options import Options

NEAR_S = 0.05
Struck = tuple[float, object]
"""Seconds, and a pitch or a group of drums."""


def measure_real(folder: Path) -> Iterator[Figure]:
    """Notes or hits, and the tempo, of every recording that truth.json tells of."""
    for told in json.loads((folder / "truth.json").read_text(encoding="utf-8")):
        recording = read_recording(folder / told["file"])
        asked, either = _told(told)
        groups = {what for _, what in [*asked, *either]}
        found = [each for each in sounded(recording, told["as"]) if told["as"] != "drums" or each[1] in groups]
        unit = f"F1 of {len(asked)} {'hits' if told['as'] == 'drums' else 'notes'}"
        yield Figure(told["file"], note_f1(asked, found, either), unit)
        if "tempo" in told:
            yield Figure("  tempo, or its octave, is off by", 100 * _off(recording, told), "%", (0.0, 2.0))


def _told(told: dict[str, Any]) -> tuple[list[Struck], list[Struck]]:
    """What must be heard, and what may be."""
    signs: dict[str, list[Struck]] = {"x": [(second, pitch) for second, pitch in told.get("notes", ())]}
    for group in drums.GROUPS:
        for number, sign in enumerate(told.get(group, "")):
            signs.setdefault(sign, []).append((told.get("start", 0.0) + number * told["step"], group))
    return signs["x"], signs.get("?", [])


def _off(recording: Recording, told: dict[str, Any]) -> float:
    """How far the tempo is from the one told, its half or its double, of that."""
    try:
        return tempo_off(hear(recording, Wish(told["as"])).tempo or 0.0, told["tempo"])
    except EmptyClip:
        return 1.0


def tempo_off(found: float, true: float) -> float:
    """How far a tempo is from the true one, its half or its double, of that."""
    return min(abs(found / true / octave - 1) for octave in (0.5, 1.0, 2.0))


def sounded(recording: Recording, kind: Kind) -> list[Struck]:
    """What is heard in a recording."""
    if kind == "drums":
        return [(hit.start, hit.group) for hit in drums.hits(recording)]
    voices = one_voice if kind == "melody" else several_voices
    return [(note.start, note.pitch) for note in voices(likelihoods(recording))]


def note_f1(asked: Sequence[Struck], found: Sequence[Struck], either: Sequence[Struck] = ()) -> float:
    """F1 of what was found, each counted for the nearest asked one of its kind within NEAR_S; what is found near one
    of ``either`` of its kind, but no asked one, counts neither way.
    """
    left = list(found)
    matched = 0
    for second, what in sorted(set(asked), key=lambda pair: pair[0]):
        near = [pair for pair in left if pair[1] == what and abs(pair[0] - second) <= NEAR_S]
        if near:
            left.remove(min(near, key=lambda pair: abs(pair[0] - second)))
            matched += 1
    wrong = [pair for pair in left if not any(what == pair[1] and abs(at - pair[0]) <= NEAR_S for at, what in either)]
    return 2 * matched / max(1, len(set(asked)) + matched + len(wrong))


LINES = {"piano": 0, "vibraphone": 11, "guitar": 24, "violin": 40, "flute": 73, "square wave": 80, "sung": None}
CHORDS = {"piano": 0, "electric piano": 4, "guitar": 24, "organ": 16}
_NOISE_DB = 20.0
_SET_ON = 8
"""Clips of each role on which thresholds were set: others are measured."""
_FORMANTS = ((730, 1.0, 90), (1090, 0.5, 110), (2440, 0.2, 170))
"""Hertz, strength and width of an "ah"; after Peterson and Barney 1952."""
_HARMONICS, _VIBRATO_HZ, _VIBRATO_CENTS, _GLIDE_S = 24, 5.5, 35.0, 0.04


def main(arguments: Sequence[str]) -> None:
    """The command."""
    options = Options("benchmark hear", __doc__, "optional", json=True)
    options.add_argument("--clips", type=int, default=8, help="clips of each role (8)")
    options.add_argument("--kits", type=Path, nargs="*", default=[], help="soundfonts, folders of Hydrogen's kits")
    options.add_argument("--recordings", type=Path, help="a folder of real recordings with a truth.json, alone")
    chosen = options.parse_args(arguments)
    if chosen.recordings:
        figures = measure_real(chosen.recordings)
    elif chosen.data:
        figures = measure(chosen.data, chosen.clips, kits_of(chosen.kits))
    else:
        options.error("give --data or --recordings")
    show(figures, as_json=chosen.json)


def measure(folder: Path, count: int, kits: Sequence[Kit] = ()) -> Iterator[Figure]:
    """Every figure, on ``count`` clips of each role; ``kits``: what plays the beats instead of the shipped ones."""
    rng = np.random.default_rng(0)
    known = clips_of(folder, "valid", _SET_ON)
    clips = {
        role: [clip for clip in found if clip not in known[role]][:count]
        for role, found in clips_of(folder, "valid", _SET_ON + 2 * count).items()
    }
    tempos: list[bool] = []
    for what, role, programs, goal in (("one voice", "melody", LINES, 0.9), ("chords", "chords", CHORDS, 0.75)):
        rows = {name: float(np.mean([*_heard(clips[role], each, rng, tempos)])) for name, each in programs.items()}
        yield Figure(f"{what}, notes", float(np.mean([*rows.values()])), "F1", (goal, 1.0))
        yield from (Figure(f"  {name}", value, "F1") for name, value in rows.items())
    # Every second beat of the valid split: on those between thresholds were set.
    asked = {kind: islice(takes(folder, 4 * count, 1, kits or shipped_kits(), (kind,)), 1, None, 2) for kind in KINDS}
    beats = {kind: [(take, sounded(take.recording, "drums")) for take in those] for kind, those in asked.items()}
    every = [take for played in beats.values() for take in played]
    yield Figure("drums, hits", _mean_f1(every), "F1", (0.85, 1.0))
    yield from (Figure(f"  {kind}", _mean_f1(played), "F1") for kind, played in beats.items())
    yield from (Figure(f"  {group}", _mean_f1(every, group), "F1") for group in GROUPS)
    yield Figure("tempo within 2 %, or its octave", float(np.mean(tempos)), "share", (0.95, 1.0))
    yield Figure("10 s of sound", _seconds(clips["melody"][0]), "s", (0.0, 3.0))


def _heard(clips: Iterable[Clip], program: int | None, rng: np.random.Generator, tempos: list[bool]) -> Iterator[float]:
    """F1 of each clip, clean and noisy; whether its tempo was found is added to ``tempos``."""
    for clip in clips:
        played = replace(clip, tempo=float(rng.uniform(75, 150)))
        samples = sung(played) if program is None else _played(played, program)
        noise = rng.normal(size=len(samples)) * samples.std() * 10 ** (-_NOISE_DB / 20)
        for heard in (samples, samples + noise):
            recording = Recording.of(heard, RATE)
            found: list[Sounded] = (several_voices if clip.role == "chords" else one_voice)(likelihoods(recording))
            asked = [(note.onset * 60 / played.tempo, note.pitch) for note in played.notes]
            yield note_f1(asked, [(note.start, note.pitch) for note in found])
            pulse = find_pulse([note.start for note in found], [note.loudness for note in found]) if found else None
            tempos.append(tempo_off(pulse.tempo if pulse else 0.0, played.tempo) <= 0.02)


def _mean_f1(played: Sequence[tuple[Take, list[Struck]]], group: str | None = None) -> float:
    """The mean over takes; group: of its hits alone, where it is struck."""
    rows = [
        [[hit for hit in hits if group in (None, hit[1])] for hits in (take.hits, found, take.ghosts)]
        for take, found in played
    ]
    return float(np.mean([note_f1(*row) for row in rows if row[0]]))


def _played(clip: Clip, program: int) -> np.ndarray:
    mono: np.ndarray = render([replace(clip, carried=Carried(events=((0.0, bytes([0xC0, program])),)))]).mean(axis=1)
    return mono


def sung(clip: Clip) -> np.ndarray:
    """A line as a voice sings it: gliding, with vibrato, an "ah" throughout; float samples at ``RATE``."""
    frames = int((clip.length * 60 / clip.tempo + 0.5) * RATE)
    seconds = np.arange(frames) / RATE
    cents, level = np.full(frames, clip.notes[0].pitch * 100.0), np.zeros(frames)
    for note in clip.notes:
        start, end = (int(beat * 60 / clip.tempo * RATE) for beat in (note.onset, note.end))
        cents[start:] = note.pitch * 100.0
        ramp = np.minimum(
            1, np.minimum(np.arange(end - start) / (0.03 * RATE), np.arange(end - start)[::-1] / (0.05 * RATE))
        )
        level[start:end] = np.maximum(level[start:end], ramp * note.velocity / 127)[: frames - start]
    width = int(_GLIDE_S * RATE)
    cents = np.convolve(np.pad(cents, width // 2, mode="edge"), np.ones(width) / width, "same")[width // 2 :][:frames]
    cents = cents + _VIBRATO_CENTS * np.sin(2 * np.pi * _VIBRATO_HZ * seconds)
    hertz = 440 * 2 ** ((cents - 6900) / 1200)
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    voice = np.zeros(frames)
    for number in range(1, _HARMONICS + 1):
        strength = sum(gain / (1 + ((number * hertz - at) / width_hz) ** 2) for at, gain, width_hz in _FORMANTS)
        voice += (strength + 0.05) / number * np.sin(number * phase)
    sounded: np.ndarray = voice * level
    return sounded


def _seconds(clip: Clip) -> float:
    """How long it takes to hear ten seconds, everything loaded."""
    samples = np.resize(_played(clip, 0), 10 * RATE)
    hear(Recording.of(samples, RATE), Wish("melody"))
    began = time.perf_counter()
    hear(Recording.of(samples, RATE), Wish("melody"))
    return time.perf_counter() - began
