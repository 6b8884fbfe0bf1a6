"""Clips that play together as samples, rendered piece by piece so that the first can sound before the last is made.

Offers: ``Rendering``, ``render``, ``wav``.
"""

import io
import wave
from collections.abc import Iterator, Sequence

import numpy as np

from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip
from models.sound.frames import LONGEST_TAIL_S, RATE
from models.sound.performance import Hit, Tempo, perform
from models.sound.soundfont import shipped
from models.sound.voice import voice

PIECE_S = 0.5
LONGEST_S = 1200.0
_GAIN = 1.4
_KNEE = 0.7
_CHOKE_FRAMES = 400
_VELOCITY_STEP = 16


class Rendering:
    """The samples of clips that sound together, at ``RATE`` frames a second, the first clip giving tempo and length.

    ``step`` renders the next half second of what is heard from ``start``; what it leaves behind is never changed
    afterwards, so that a player may read up to there.
    """

    def __init__(self, clips: Sequence[Clip], start: float = 0.0) -> None:
        """start: the beat that is heard first. Raises BadValue when the clip is longer than 20 minutes."""
        self.tempo = Tempo(clips[0])
        seconds = self.tempo.seconds(clips[0].length)
        if seconds > LONGEST_S:
            raise BadValue(f"The clip lasts {seconds / 60:.0f} minutes; up to {LONGEST_S / 60:.0f} can be heard.")
        self.frames = max(1, round(seconds * RATE))
        self.start = round(self.tempo.seconds(start % clips[0].length) * RATE)
        hits = perform(clips)
        self._in_time, self._begins = hits, np.array([round(hit.start * RATE) for hit in hits], np.int64)
        chokes = _choked(hits)
        # How many frames after ``start`` each is wanted: at once if it began before and may still ring then.
        longest = np.array([(hit.held + 2 * LONGEST_TAIL_S) * RATE for hit in hits])
        rings = (self._begins <= self.start) & (self.start < self._begins + longest)
        order = np.where(rings, 0, (self._begins - self.start) % self.frames).tolist()
        self._hits = sorted(zip(order, hits, chokes, strict=True), key=lambda row: row[0])
        self._samples = np.zeros((self.frames + int(LONGEST_TAIL_S * RATE), 2), np.float32)
        self._next, self._made = 0, 0

    @property
    def done(self) -> bool:
        """Is all of it rendered?"""
        return self._made >= self.frames

    def step(self) -> bool:
        """Render the next half second; False when there is none."""
        if self.done:
            return False
        until = self._made + int(PIECE_S * RATE)
        while self._next < len(self._hits) and self._hits[self._next][0] < until:
            _, hit, choke = self._hits[self._next]
            self._add(hit, choke)
            self._next += 1
        self._made = until
        return True

    def ready(self, position: int, count: int) -> bool:
        """Are ``count`` frames from ``position`` (frames from the clip's beginning, any pass of the loop) made?"""
        return self.done or (position - self.start) % self.frames + count <= self._made

    def read(self, position: int, count: int, loop: bool = True) -> np.ndarray:
        """``count`` frames from ``position``, (count, 2) float32 within ±1.

        In a ``loop`` what rings on past the end sounds into the next pass; else it rings out and silence follows.
        """
        out = np.zeros((count, 2), np.float32)
        passes, place = divmod(position, self.frames) if loop else (0, position)
        size = len(self._samples)
        # Pass k of the loop began k lengths before this one; what rings since then is added.
        for back in range(-(count // self.frames) - 1 if loop else 0, passes + 1):
            first = place + back * self.frames
            begin, end = max(first, 0), min(first + count, size)
            if begin < end:
                out[begin - first : end - first] += self._samples[begin:end]
            if first >= size:
                break
        return _limited(out)

    def hits(self, position: int, count: int, loop: bool = True) -> Iterator[tuple[int, Hit]]:
        """The notes that begin in ``count`` frames from ``position``, with the frame, counted from there."""
        place = position % self.frames if loop else position
        for shift in range(0, count + self.frames if loop else 1, self.frames):
            first, end = np.searchsorted(self._begins, [place - shift, place + count - shift])
            for number in range(first, end):
                yield int(self._begins[number]) + shift - place, self._in_time[number]

    def _add(self, hit: Hit, choke: float | None) -> None:
        # Few velocities, so that a drum that is struck again need not be made again; the rest is loudness.
        velocity = min(127, _VELOCITY_STEP * max(1, round(hit.velocity / _VELOCITY_STEP)))
        samples = voice(hit.program, hit.drums, hit.pitch, velocity, 0 if hit.drums else int(hit.held * RATE), hit.bend)
        begin = int(round(hit.start * RATE))
        end = min(begin + len(samples), len(self._samples))
        level: np.ndarray | float = hit.gain * _GAIN * (hit.velocity / velocity) ** 2
        if choke is not None:
            cut = round(choke * RATE) - begin
            end = min(end, begin + cut + _CHOKE_FRAMES)
            level = np.clip((cut + _CHOKE_FRAMES - np.arange(end - begin)) / _CHOKE_FRAMES, 0, 1)[:, None] * level
        sides = np.array([min(1, 1 - hit.pan), min(1, 1 + hit.pan)], np.float32)
        self._samples[begin:end] += (samples[: end - begin] * sides * level).astype(np.float32)


def _choked(hits: Sequence[Hit]) -> list[float | None]:
    """When each hit is cut off by a later one of its class, in seconds: an open hat by a closed one."""
    nearest: dict[tuple[int, int], float] = {}
    cuts: list[float | None] = []
    for hit in reversed(hits):
        zones = shipped().zones(hit.program, True) if hit.drums else ()
        kind = next((zone["exclusive_class"] for zone in zones if zone.holds(hit.pitch, 64)), 0)
        cut = nearest.get((hit.program, kind), 0.0)
        cuts.append(cut if kind and cut > hit.start else None)
        nearest[hit.program, kind] = hit.start
    return cuts[::-1]


def _limited(samples: np.ndarray) -> np.ndarray:
    """Bent softly above the knee, so that nothing exceeds 1 however many notes sound."""
    over = np.abs(samples) - _KNEE
    if not (over > 0).any():
        return samples
    room = 1 - _KNEE
    bent: np.ndarray = np.where(over > 0, np.sign(samples) * (_KNEE + room * np.tanh(over / room)), samples)
    return bent.astype(np.float32)


def render(clips: Sequence[Clip]) -> np.ndarray:
    """The clips played once, with what rings on at the end: (frames, 2) float32; raises BadValue, EmptyClip."""
    if not clips or not any(clip.notes for clip in clips):
        raise EmptyClip("There are no notes to hear.")
    rendering = Rendering(clips)
    while rendering.step():
        pass
    samples = rendering.read(0, rendering.frames + int(LONGEST_TAIL_S * RATE), loop=False)
    heard = np.flatnonzero(np.abs(samples).max(axis=1) > 1e-4)
    return samples[: max(rendering.frames, int(heard[-1]) + 1 if len(heard) else 0)]


def wav(samples: np.ndarray) -> bytes:
    """Samples as the bytes of a wave file: 16-bit stereo."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return out.getvalue()
