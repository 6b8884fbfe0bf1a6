"""Pitched notes in a recording, by Spotify's Basic Pitch (Bittner et al., ICASSP 2022), a network of 17,000 weights.

It gives for each of 88 keys and each hundredth of a second how likely a note sounds and how likely one begins. What is
made of that here: for several voices the published reading of onsets; for one voice the best path through silence and
keys (Viterbi), cut where a key is struck again.

Times are seconds. Offers: ``Sounded``, ``Likelihoods``, ``likelihoods``, ``one_voice``, ``several_voices``.
"""

import functools
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from models.listening.audio import RATE, Recording
from models.music.errors import EngineUnavailable

LOWEST = 21
"""The pitch of the first key."""
HOP = 256
FRAME_S = HOP / RATE
_NETWORK = Path(__file__).with_name("basic-pitch.onnx")
_WINDOW = 2 * RATE - HOP
_KEPT = slice(16, 156)
"""Frames of a window's 172 that are used: at its edges the network sees half of what it needs."""
_BATCH = 8
_OUTPUTS = ["StatefulPartitionedCall:1", "StatefulPartitionedCall:2"]
"""The network's names for ``sounds`` and ``begins``."""

# Of one voice; likelihoods, and frames. Measured on clips of the valid split by five instruments.
_SILENCE, _CHANGE, _STRUCK = 0.25, 3.0, 0.6
_SHORTEST, _STRIKES_APART, _EARLY = 4, 8, 14

# Of several voices.
_BEGINS, _SOUNDS, _PATIENCE = 0.75, 0.3, 11
_OVERTONES, _TOGETHER_S, _WEAKER = (12, 19, 24, 28, 31), 0.06, 0.65


@dataclass(frozen=True, slots=True)
class Sounded:
    """A note as it was heard: seconds, pitch 0-127, loudness and how sure it is, both 0-1."""

    start: float
    end: float
    pitch: int
    loudness: float = 0.7
    sure: float = 1.0


@dataclass(frozen=True)
class Likelihoods:
    """sounds, begins: (frames, 88), 0-1, a frame each FRAME_S seconds."""

    sounds: np.ndarray
    begins: np.ndarray


@functools.lru_cache(maxsize=1)
def _session() -> Any:  # noqa: ANN401 - onnxruntime has no types
    try:
        import onnxruntime
    except (ImportError, OSError) as problem:
        raise EngineUnavailable('Recordings need two libraries: pip install "clipkin[audio]".') from problem
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(_NETWORK), options, providers=["CPUExecutionProvider"])


def likelihoods(recording: Recording) -> Likelihoods:
    """What the network hears; raises EngineUnavailable without the extra."""
    session = _session()
    name = session.get_inputs()[0].name
    step = (_KEPT.stop - _KEPT.start) * HOP
    samples = np.pad(recording.samples, (_KEPT.start * HOP, _WINDOW))
    windows = np.stack([samples[start : start + _WINDOW] for start in range(0, max(1, len(recording.samples)), step)])
    batches = (windows[first : first + _BATCH, :, None] for first in range(0, len(windows), _BATCH))
    outputs = zip(*(session.run(_OUTPUTS, {name: batch}) for batch in batches), strict=True)
    frames = int(len(recording.samples) / HOP) + 1
    return Likelihoods(*(np.concatenate(output)[:, _KEPT].reshape(-1, 88)[:frames] for output in outputs))


def one_voice(heard: Likelihoods) -> list[Sounded]:
    """The most likely single line: a path through silence and keys."""
    path = _path(heard.sounds)
    cuts = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    runs = [(start, end, int(path[start])) for start, end in pairwise(cuts) if end > start and path[start] < 88]
    return [note for start, end, key in runs for note in _struck(heard, start, end, key)]


def _path(sounds: np.ndarray) -> np.ndarray:
    """For each frame the key 0-87, or 88 for silence: Viterbi with one cost for every change."""
    loud = np.log(np.clip(sounds, 1e-3, 1))
    rest = np.full((len(sounds), 1), np.log(_SILENCE))
    scores = np.concatenate([loud, rest], axis=1)
    states = scores.shape[1]
    back = np.zeros((len(scores), states), np.int16)
    total = scores[0].copy()
    stay = np.arange(states)
    for frame in range(1, len(scores)):
        top = int(np.argmax(total))
        moves = total[top] - _CHANGE > total
        back[frame] = np.where(moves, top, stay)
        total = np.where(moves, total[top] - _CHANGE, total) + scores[frame]
    path = np.empty(len(scores), np.int64)
    path[-1] = int(np.argmax(total))
    for frame in range(len(scores) - 1, 0, -1):
        path[frame - 1] = back[frame, path[frame]]
    return path


def _struck(heard: Likelihoods, start: int, end: int, key: int) -> list[Sounded]:
    """A stretch of one key as notes: it is cut where the key is struck again."""
    line = heard.begins[:, key]
    inner = np.arange(start + _SHORTEST, end - 1)
    peaks = inner[(line[inner] > _STRUCK) & (line[inner] >= line[inner - 1]) & (line[inner] > line[inner + 1])]
    window = slice(max(0, start - 4), start + 5)
    begin = max(0, start - 4) + int(np.argmax(line[window])) if line[window].max(initial=0) > _STRUCK else start
    if len(peaks) and line[begin] <= _STRUCK and peaks[0] - begin < _EARLY:
        begin = int(peaks[0])  # low notes are seen a little before they are struck
    places = [begin]
    for peak in peaks:
        if peak - places[-1] >= _STRIKES_APART:
            places.append(int(peak))
    notes = []
    for first, last in zip(places, [*places[1:], end], strict=True):
        if last - first >= _SHORTEST:
            level = float(heard.sounds[first:last, key].mean())
            notes.append(Sounded(first * FRAME_S, last * FRAME_S, key + LOWEST, level, level))
    return notes


def several_voices(heard: Likelihoods) -> list[Sounded]:
    """Every note that is struck, as Basic Pitch reads it: from a peak of ``begins`` until ``sounds`` stays low.

    A key that is an overtone of another that is struck with it, and is less likely than that, is none.
    """
    begins = heard.begins
    line = np.pad(begins, ((1, 1), (0, 0)))
    peaks = (begins >= _BEGINS) & (begins > line[:-2]) & (begins >= line[2:])
    left = heard.sounds.copy()
    notes = []
    for frame, key in zip(*(axis[::-1] for axis in np.nonzero(peaks)), strict=True):
        end, low = frame + 1, 0
        while end < len(left) and low < _PATIENCE:
            low = low + 1 if left[end, key] < _SOUNDS else 0
            end += 1
        end -= low
        if end - frame >= _SHORTEST:
            level = float(heard.sounds[frame:end, key].mean())
            left[frame:end, max(0, key - 1) : key + 2] = 0
            notes.append(Sounded(frame * FRAME_S, end * FRAME_S, int(key) + LOWEST, level, float(begins[frame, key])))
    overtones = {
        (note.start, note.pitch)
        for note in notes
        for other in notes
        if note.pitch - other.pitch in _OVERTONES
        and abs(other.start - note.start) < _TOGETHER_S
        and note.loudness < _WEAKER * other.loudness
    }
    in_order = sorted(notes, key=lambda note: (note.start, note.pitch))
    return [note for note in in_order if (note.start, note.pitch) not in overtones]
