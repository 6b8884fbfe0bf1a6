"""How a clip feels, as valence (sad - happy) and arousal (calm - excited), both -1 … 1.

A linear sum of cues, in the directions and order of weight that listeners gave them: mode, tempo, register, dynamics,
articulation (Eerola, Friberg & Bresin, Frontiers in Psychology 2013; the effects of cues are linear and add up). It is
a rule, not a measurement of listeners. Words act on the same cues, see ``controls``.

Offers: ``Mood``, ``Cues``, ``cues_of``, ``estimate``, ``brightness``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.groove import Groove
from models.analysis.key import RankedKey
from models.music.beats import TIGHT
from models.music.scale import SCALES, Scale

_BRIGHTNESS = {
    "Lydian": 1.0,
    "Major": 0.8,
    "Major Pentatonic": 0.8,
    "Major Blues": 0.6,
    "Mixolydian": 0.5,
    "Dorian": -0.3,
    "Minor Pentatonic": -0.5,
    "Minor Blues": -0.5,
    "Melodic Minor": -0.5,
    "Minor": -0.7,
    "Harmonic Minor": -0.8,
    "Phrygian Dominant": -0.6,
    "Phrygian": -1.0,
}
BRIGHTNESS = {Scale.from_intervals(0, SCALES[name]).mask: value for name, value in _BRIGHTNESS.items()}
"""How bright each scale is, -1 … 1, by its mask: the modes in the order of their sharps."""


_MAJOR, _MINOR = (4, 9, 11), (3, 8, 10)
_DOUBT = 2
"""Notes by which one third or sixth alone makes no mode."""


@dataclass(frozen=True, slots=True)
class Mood:
    """Two numbers -1 … 1."""

    valence: float
    arousal: float


@dataclass(frozen=True, slots=True)
class Cues:
    """What mood is judged by, each about -1 … 1, 0 the ordinary.

    mode          dark - bright
    tempo         slow - fast
    density       few - many onsets a second
    register      low - high
    dynamics      soft - loud
    articulation  long and joined - short and detached
    leaps         steps - leaps
    contour       falling - rising
    syncopation   straight - off the beat
    """

    mode: float
    tempo: float
    density: float
    register: float
    dynamics: float
    articulation: float
    leaps: float
    contour: float
    syncopation: float


VALENCE = Cues(
    mode=0.60,
    tempo=0.16,
    density=0.10,
    register=0.14,
    dynamics=-0.06,
    articulation=0.12,
    leaps=0.0,
    contour=0.08,
    syncopation=0.0,
)
AROUSAL = Cues(
    mode=0.0,
    tempo=0.26,
    density=0.30,
    register=0.12,
    dynamics=0.30,
    articulation=0.20,
    leaps=0.10,
    contour=0.0,
    syncopation=0.10,
)
"""What each cue adds."""


def cues_of(
    notes: NoteArrays, *, tempo: float, groove: Groove, keys: tuple[RankedKey, ...], scale: Scale | None
) -> Cues:
    """The cues of at least one note; ``keys`` and ``scale`` (the likeliest) none for drums."""
    gaps = np.diff(np.unique(notes.onset))
    usual_gap = float(np.median(gaps)) if len(gaps) else 1.0
    gate = float(np.median(notes.duration)) / max(usual_gap, 1e-3)
    # Leaps are heard in the line on top; within a chord they are its spacing.
    last_of_onset = np.diff(notes.onset, append=np.inf) > TIGHT
    line = notes.pitch[last_of_onset]
    steps = np.abs(np.diff(line)) if len(line) > 1 else np.zeros(1)
    half = max(1, len(notes) // 3)
    rise = float(notes.pitch[-half:].mean() - notes.pitch[:half].mean())
    pitched = bool(keys)
    return Cues(
        mode=_brightness(keys, scale),
        tempo=_softly(np.log2(tempo / 110)),
        density=_softly(np.log2(max(groove.density * tempo / 60, 1e-3) / 3.0) / 1.5),
        register=_softly((float(notes.pitch.mean()) - 62) / 20) if pitched else 0.0,
        dynamics=_softly((float(notes.velocity.mean()) - 85) / 35),
        articulation=_softly((0.85 - gate) / 0.6) if pitched else 0.0,
        leaps=_softly((float(steps.mean()) - 3.5) / 5) if pitched else 0.0,
        contour=_softly(rise / 10) if pitched else 0.0,
        syncopation=_softly((groove.syncopation - 4) / 8),
    )


def estimate(cues: Cues) -> Mood:
    """The mood that the cues add up to."""
    return Mood(_sum(cues, VALENCE), _sum(cues, AROUSAL))


def brightness(pitches: np.ndarray, tonic: int) -> float:
    """Major against minor thirds, sixths and sevenths above a tonic, by number of notes: -1 minor … 1 major.

    On the prompt's tonic, since a result is heard in its place: which tonic four bars alone would have is another
    question, and so uncertain that the same pitches, longer or shorter, may change the answer.
    """
    degrees = (pitches - tonic) % 12
    major, minor = np.isin(degrees, _MAJOR).sum(), np.isin(degrees, _MINOR).sum()
    return float((major - minor) / (major + minor + _DOUBT))


def _sum(cues: Cues, weights: Cues) -> float:
    total = sum(getattr(cues, cue.name) * getattr(weights, cue.name) for cue in fields(Cues))
    return float(np.clip(total, -1.0, 1.0))


def _brightness(keys: tuple[RankedKey, ...], scale: Scale | None) -> float:
    """Major or minor as far as it is sure; the scale's own colour counts for half."""
    if not keys:
        return 0.0
    major = sum(key.confidence for key in keys if not key.minor)
    plain = 0.8 * major - 0.7 * (1 - major)
    return plain if scale is None or scale.mask not in BRIGHTNESS else (plain + BRIGHTNESS[scale.mask]) / 2


def _softly(value: float) -> float:
    """Within -1 … 1, steep in the middle and never flat: a low bass an octave higher is still higher."""
    return float(np.tanh(value))
