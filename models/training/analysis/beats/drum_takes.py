"""Beats as recordings whose every hit is known: played by sampled kits, by kits put together out of several, and by
drums made by formula (a falling tone and filtered noise, as drum machines and mouths make them).

Each is coloured as by another microphone and laid under noise. A hit that nobody could hear counts neither way: one
played at less than a third of full velocity, or one that adds less than 1 dB, the least difference in level that is
heard (Zwicker & Fastl, Psychoacoustics), to every one of 24 bands while it begins.

Offers: ``Take``, ``takes``, ``lessons``, ``KINDS``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, cycle, islice, zip_longest
from pathlib import Path

import numpy as np

from models.listening import drums
from models.listening.audio import Recording
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.note import Note
from models.sound.frames import RATE
from models.training.analysis.beats.kits import STICKS, Kit
from models.training.datasets.sources import Piece, read_packed

KINDS = {"kit": 0.4, "mixed": 0.45, "formula": 0.15}
"""How a take sounds, and how often at school."""
_TEMPOS, _NOISE_DB = (70.0, 180.0), (15.0, 60.0)
_QUIETEST, _AUDIBLE_DB, _BEGINS = 40, 1.0, 2048
_BANDS = (50.0, 10_500.0, 24)
_FEWEST, _BY_FORMULA, _OFTEN = 12, 0.25, 0.3
_SOURCES = ("groove", "freedoom", "lmms", "simutrans")
_TOLD = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_CHANCES = [(each["drums"], each["share"]) for each in _TOLD["chances"]]
"""Drums that are struck on an eighth by chance, one of each row, and how often."""
_FORMULAS = _TOLD["formulas"]
"""Ranges of each drum's numbers: of its tone the hertz, how far it falls (of that), seconds it lasts and share; of its
noise the lowest and highest hertz, seconds and share.
"""


@dataclass(frozen=True)
class Take:
    """A beat as it was played: the recording, and (seconds, group) of every hit that counts, and of every ``ghost``."""

    recording: Recording
    hits: tuple[tuple[float, str], ...]
    ghosts: tuple[tuple[float, str], ...]


def takes(folder: Path, count: int, seed: int, kits: Sequence[Kit], kinds: Sequence[str]) -> Iterator[Take]:
    """So many beats of the valid split, played in ways of KINDS."""
    return _played(islice(_beats(folder, "valid"), count), np.random.default_rng(seed), kits, kinds)


def lessons(folder: Path, count: int, seed: int, kits: Sequence[Kit]) -> Iterator[Take]:
    """So many beats of the train split, all over again where it has fewer, and a quarter as many by chance, so that
    every drum is met together with every other; all of them played wildly.
    """
    rng = np.random.default_rng(seed)
    clips = chain(islice(cycle(_beats(folder, "train")), count), (_by_chance(rng) for _ in range(count // 4)))
    return _played(clips, rng, kits, wild=True)


def _played(
    clips: Iterable[Clip], rng: np.random.Generator, kits: Sequence[Kit], kinds: Sequence[str] = (), wild: bool = False
) -> Iterator[Take]:
    """wild: each drum varied and each take in another room, so that few kits teach as many would."""
    for clip in clips:
        played = replace(clip, tempo=float(rng.uniform(*_TEMPOS)))
        kind = kinds[rng.integers(len(kinds))] if kinds else str(rng.choice(list(KINDS), p=list(KINDS.values())))
        kit = _Drums(kind, rng, kits, wild)
        beat_s = 60 / played.tempo
        struck = [(note, round(note.onset * beat_s * RATE), kit.sound(note)) for note in played.notes]
        struck = [each for each in struck if drums.group_of(each[0].pitch) and len(each[2])]
        if struck:
            yield _taken(struck, round((played.length * beat_s + 1) * RATE), rng, wild)


def _taken(struck: Sequence[tuple[Note, int, np.ndarray]], frames: int, rng: np.random.Generator, wild: bool) -> Take:
    """The take of notes with the frame at which each is struck and its samples."""
    mixed = np.zeros(frames + _BEGINS)
    for _, at, samples in struck:
        part = mixed[at : at + len(samples)]
        part += samples[: len(part)]
    noise = rng.normal(size=len(mixed)) * mixed.std() * 10 ** (-rng.uniform(*_NOISE_DB) / 20)
    whole = mixed + noise
    hits: dict[bool, list[tuple[float, str]]] = {True: [], False: []}
    for note, at, samples in struck:
        own = np.zeros(_BEGINS)
        own[: len(samples)] = samples[:_BEGINS]
        gain = 10 * np.log10(1 + _power(own) / (1e-9 + _power(whole[at : at + _BEGINS] - own))).max()
        heard = note.velocity >= _QUIETEST and gain >= _AUDIBLE_DB
        hits[bool(heard)].append((at / RATE, drums.group_of(note.pitch) or ""))
    mixed = _roomed(mixed, rng) if wild else mixed
    return Take(Recording.of(_coloured(mixed, rng) + noise, RATE), tuple(hits[True]), tuple(hits[False]))


class _Drums:
    """How the drums of one take sound: each lane alike throughout it."""

    def __init__(self, kind: str, rng: np.random.Generator, kits: Sequence[Kit], wild: bool) -> None:
        self._kind, self._rng, self._kits, self._wild = kind, rng, kits, wild
        self._own = self._kit()
        self._lanes: dict[str, Callable[[Note], np.ndarray]] = {}
        self._struck: dict[tuple[int, int], np.ndarray] = {}

    def _kit(self) -> tuple[Kit, float]:
        """One of the kits, and how it is tuned."""
        return self._kits[self._rng.integers(len(self._kits))], float(self._rng.uniform(0.8, 1.25))

    def sound(self, note: Note) -> np.ndarray:
        """The samples of a note; none where a kit has no such drum."""
        key = note.pitch, note.velocity
        if key not in self._struck:
            lane = "stick" if note.pitch in STICKS else lane_of(note.pitch)
            if lane is not None and lane not in self._lanes:
                self._lanes[lane] = self._drum(lane)
            self._struck[key] = self._lanes[lane](note) if lane else np.zeros(0)
        return self._struck[key]

    def _drum(self, lane: str) -> Callable[[Note], np.ndarray]:
        louder = 10 ** (self._rng.normal() * (1 if self._kind == "kit" else 3) / 20)
        kit, tuned = self._kit() if self._kind == "mixed" else self._own
        if self._kind == "formula" or (self._kind == "mixed" and self._rng.random() < _BY_FORMULA):
            made = _by_formula(lane, self._rng)
            return lambda note: made * (louder * 0.5 * (note.velocity / 127) ** 1.6)
        tuned *= self._rng.uniform(0.8, 1.25) if self._wild else 1.0
        seed = int(self._rng.integers(1 << 30))

        def played(note: Note) -> np.ndarray:
            samples = kit(note.pitch, note.velocity)
            places = np.arange(0, max(0, len(samples) - 1), tuned)
            if not len(places):
                return places
            sounded = louder * np.interp(places, np.arange(len(samples)), samples)
            return _varied(sounded, np.random.default_rng(seed)) if self._wild else sounded

        return played


def _by_formula(lane: str, rng: np.random.Generator) -> np.ndarray:
    hertz, falls, lasting, share, lowest, highest, hiss_s, hiss = (rng.uniform(*each) for each in _FORMULAS[lane])
    seconds = np.arange(int(0.9 * RATE)) / RATE
    pitch = hertz * (1 + falls * np.exp(-seconds / rng.uniform(0.008, 0.05)))
    tone = share * np.sin(2 * np.pi * np.cumsum(pitch) / RATE) * np.exp(-seconds / lasting)
    spectrum = np.fft.rfft(rng.normal(size=len(seconds)))
    frequencies = np.maximum(np.fft.rfftfreq(len(seconds), 1 / RATE), 1)
    spectrum *= 1 / (1 + (lowest / frequencies) ** 4) / (1 + (frequencies / highest) ** 4)
    noise = np.fft.irfft(spectrum, len(seconds))
    made = tone + hiss * 0.35 * noise / (noise.std() + 1e-9) * np.exp(-seconds / hiss_s)
    attack = int(rng.uniform(0.0003, 0.004) * RATE)
    made[:attack] *= np.linspace(0, 1, attack)
    loudest: np.ndarray = made / np.abs(made).max()
    return loudest


def _coloured(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Through another microphone, three times of ten through none: a tilt of up to 2 dB an octave, ends cut off."""
    if rng.random() < _OFTEN:
        return samples
    lowest = rng.uniform(40, 120) if rng.random() < _OFTEN else 0.0
    highest = rng.uniform(6000, 12000) if rng.random() < _OFTEN else RATE
    coloured = _filtered(samples, rng.uniform(-2, 2), lowest, highest)
    return coloured * (samples.std() / max(coloured.std(), 1e-9))


def _roomed(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Three times of ten each: onto tape, driven by up to 18 dB; in a room that rings for up to half a second."""
    if rng.random() < _OFTEN:
        drive = rng.uniform(1, 8) / max(np.abs(samples).max(), 1e-9)
        samples = np.tanh(samples * drive) / drive
    if rng.random() < _OFTEN:
        echo = rng.normal(size=RATE // 2) * np.exp(-np.arange(RATE // 2) / (rng.uniform(0.02, 0.17) * RATE))
        echo *= 10 ** (rng.uniform(-24, -6) / 20) / np.sqrt((echo**2).sum())
        size = _fast(len(samples) + len(echo))
        ringing = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echo, size), size)
        samples = samples + ringing[: len(samples)]
    return samples


def _varied(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A drum as another might sound: tilted by up to 4 dB an octave, half of the time damped."""
    made = _filtered(samples, rng.uniform(-4, 4))
    if rng.random() < 0.5:
        made = made * np.exp(-np.arange(len(made)) / (rng.uniform(0.04, 0.5) * RATE))
    loudest: np.ndarray = made * (np.abs(samples).max() / max(np.abs(made).max(), 1e-9))
    return loudest


def _filtered(samples: np.ndarray, tilt_db: float, lowest: float = 0.0, highest: float = RATE) -> np.ndarray:
    """With so many decibels more an octave, and nothing below and above two frequencies."""
    size = _fast(len(samples))
    spectrum = np.fft.rfft(samples, size)
    frequencies = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 50)
    spectrum *= 10 ** (tilt_db * np.log2(frequencies / 1000) / 20)
    spectrum[(frequencies < lowest) | (frequencies > highest)] = 0
    filtered: np.ndarray = np.fft.irfft(spectrum, size)[: len(samples)]
    return filtered


def _fast(size: int) -> int:
    """The next size, at most an eighth greater, whose Fourier transform is quick."""
    unit = 1 << max(0, size.bit_length() - 4)
    return -(-size // unit) * unit


def _power(samples: np.ndarray) -> np.ndarray:
    """Of the first 46 ms, in bands."""
    spectrum = np.fft.rfft(samples * np.hanning(2 * _BEGINS)[_BEGINS:])
    power: np.ndarray = np.abs(spectrum) ** 2 @ drums.filters(_BEGINS, RATE, *_BANDS)
    return power


def _beats(folder: Path, split: str) -> Iterator[Clip]:
    """Two bars out of the middle of what drummers played or somebody programmed, the sources in turn."""
    sources = [_beats_of(read_packed(folder, (source,)), split) for source in _SOURCES]
    return (clip for clips in zip_longest(*sources) for clip in clips if clip is not None)


def _beats_of(pieces: Iterable[Piece], split: str) -> Iterator[Clip]:
    for piece in pieces:
        for track in piece.tracks:
            if piece.split == split and piece.metre and track.role == "drums":
                length = 2 * piece.metre.bar
                start = piece.metre.bar_of(float(np.median(track.notes[:, 0]))) * piece.metre.bar
                rows = track.notes[(track.notes[:, 0] >= start) & (track.notes[:, 0] < start + length)]
                notes = [Note(int(pitch), at - start, 0.1, int(velocity)) for at, pitch, _, velocity in rows.tolist()]
                if len(notes) >= _FEWEST:
                    yield Clip(tuple(notes), length, metre=piece.metre, role="drums")


def _by_chance(rng: np.random.Generator) -> Clip:
    notes = []
    for eighth in range(16):
        for pitches, share in _CHANCES:
            if rng.random() < share:
                onset = max(0.0, eighth / 2 + rng.normal() * 0.02)
                notes.append(Note(int(rng.choice(pitches)), onset, 0.1, int(rng.integers(45, 128))))
    return Clip(tuple(notes) or (Note(36, 0.0, 0.1),), 8.0, role="drums")
