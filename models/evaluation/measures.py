"""Figures of a result that a person can read, each with a plain definition.

    in_scale      share of the notes inside the scale (asked for, else the prompt's), 0-1
    on_chord      share of the notes that are tones of the prompt's chord at their onset, 0-1
    density       notes for each note of the prompt, in the same time
    lowest, highest  pitches
    groove        cosine of the two clips' onsets in 16ths, over the whole clip or, in a continuation, over the bar, 0-1
    entropy       bits of the pitch-class (drums: lane) histogram, 0-3.6
    repetition    share of the bars' notes that another bar has at the same place, 0-1; 0 in a clip of one bar
    phrase_end    0-1: the last note is the tonic or a chord tone (1/2), and long or at a strong place (1/2)
    leaps         share of the line's intervals above a fourth, 0-1
    syncopation   Longuet-Higgins & Lee's, a bar

And what was asked for against what came, 1 or 0:

    met_similarity  within 0.05 of the dial
    met_density     "low": fewer notes than the prompt; "high": more; "same": 2/3 to 3/2 of it
    met_range       no new note outside the range
    met_scale       no new note outside the scale asked for
    met_polyphony   nowhere more notes at once than asked, save where the prompt's own are

Offers: ``measure``, ``met``, ``entropy``, ``groove_similarity``, ``phrase_end``.
"""

from __future__ import annotations

import numpy as np

from models.analysis.arrays import class_histogram, share
from models.analysis.groove import syncopation
from models.evaluation.shape import Ground, Shape
from models.generator import Request, Variation
from models.music.beats import TIGHT, strength

_FOURTH = 5
_STRONG = 0.6
NEAR = 0.05
_DENSITIES = {"low": (0, 1 - 1e-9), "high": (1 + 1e-9, np.inf), "same": (1 / 1.5, 1.5)}


def measure(shape: Shape, length: float, ground: Ground, prompt: Shape | None) -> dict[str, float]:
    """The figures of a result of ``length`` beats, by name; {} for one without notes that sound.

    prompt: of the ground's notes; None where there are none.

    Those that have no meaning there (a scale for drums, a comparison without a prompt) are left out.
    """
    if not len(shape):
        return {}
    notes, drums = shape.notes, ground.role == "drums"
    found = {
        "lowest": float(notes.pitch.min()),
        "highest": float(notes.pitch.max()),
        "entropy": entropy(notes.pitch, drums=drums),
        "repetition": shape.repetition,
    }
    found["syncopation"] = syncopation(np.sort(notes.onset), ground.metre, length)
    if not drums:
        found["in_scale"] = share(ground.in_scale(notes.pitch))
        found["phrase_end"] = phrase_end(shape, ground)
        found["leaps"] = share(np.abs(shape.intervals) > _FOURTH) if len(shape.intervals) else 0.0
        if len(ground.chord_starts):
            found["on_chord"] = share(ground.on_chord(notes))
    if prompt is not None:
        found["density"] = (len(notes) / length) / (len(ground.notes) / ground.length)
        found["groove"] = groove_similarity(shape, prompt, in_time=ground.in_time)
    return {name: round(value, 4) for name, value in found.items()}


def met(request: Request, variation: Variation, density: float | None) -> dict[str, float]:
    """1 or 0 for each thing that the request asks for; ``density``: notes for each note of the prompt, where known."""
    notes = variation.clip.notes
    new = [note for note, index in zip(notes, variation.kept, strict=True) if index is None]
    found: dict[str, bool] = {}
    if request.similarity is not None and request.task == "vary":
        found["similarity"] = abs(variation.report.similarity - request.similarity) <= NEAR + TIGHT
    if density is not None and request.task in ("vary", "infill"):
        low, high = _DENSITIES[request.density]
        found["density"] = low <= density <= high
    if request.range is not None:
        found["range"] = all(request.range[0] <= note.pitch <= request.range[1] for note in new)
    if request.scale is not None and (request.role or variation.clip.role) != "drums":
        found["scale"] = all(note.pitch in request.scale for note in new)
    if request.polyphony is not None:
        sounding = (sum(n.onset <= at.onset + TIGHT and n.end > at.onset + TIGHT for n in notes) for at in new)
        found["polyphony"] = all(count <= request.polyphony for count in sounding)
    return {f"met_{name}": float(kept) for name, kept in found.items()}


def entropy(pitches: np.ndarray, *, drums: bool) -> float:
    """Bits of the histogram of pitch classes, or of pitches where they are drums."""
    shares = np.bincount(pitches) / len(pitches) if drums else class_histogram(pitches)
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum()) + 0.0


def groove_similarity(shape: Shape, other: Shape, *, in_time: bool) -> float:
    """Cosine of the numbers of notes in each 16th, of the clip or of the bar; 0-1."""
    places = [s.slots if in_time else s.slots % s.bar_slots for s in (shape, other)]
    size = int(max(places[0].max(), places[1].max())) + 1
    one, two = (np.bincount(place, minlength=size) for place in places)
    return float(one @ two / np.sqrt(float(one @ one) * float(two @ two)))


def phrase_end(shape: Shape, ground: Ground) -> float:
    """How much the last note of the line sounds like an end, 0, 0.5 or 1."""
    last = int(shape.leads[-1])
    pitch, place = int(shape.notes.pitch[last]), float(shape.notes.onset[last])
    chord = len(ground.chord_starts) and ground.on_chord(shape.notes)[last]
    settled = (pitch - ground.tonic) % 12 == 0 or chord
    durations = np.sort(shape.notes.duration)
    median = (durations[(len(durations) - 1) // 2] + durations[len(durations) // 2]) / 2
    long = shape.notes.duration[last] > median
    return 0.5 * bool(settled) + 0.5 * bool(long or strength(place, ground.metre) >= _STRONG)
