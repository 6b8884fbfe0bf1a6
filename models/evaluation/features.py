"""What sets a variation apart from its prompt, as numbers: what the score weighs.

Of prompt and result the same qualities are taken; what counts is by how much the result has more of one (``more name``)
or less (``less name``), so that a prompt is its own standard. ``pair …`` says what only the two together show: what
they share, and whether the changes stand together or are strewn about.

Offers: ``features``, ``qualities``, ``FEATURES``.
"""

from __future__ import annotations

import numpy as np

from models.analysis.arrays import among, class_histogram, share
from models.evaluation.measures import entropy, groove_similarity, phrase_end
from models.evaluation.ngrams import LANES_OF
from models.evaluation.shape import STEPS, Ground, Shape
from models.evaluation.viewpoints import DRUMS, PITCHED, Viewpoints, symbols_of

_PITCHES = 128


def _named(names: str) -> tuple[str, ...]:
    return tuple(names.split(", "))


_TIMES = _named("density, gap spread, off beat, off grid, repetition, motifs, entropy, together, last, first")
_TONES = _named(
    "in scale, on chord, leaps, steps, repeats, turns, span, height, duration, duration spread, overlaps, phrase end"
)
_PAIR = _named("groove, classes, motifs, in place, strewn, strong, late")


def _names(viewpoints: tuple[str, ...], qualities: tuple[str, ...]) -> tuple[str, ...]:
    own = (*viewpoints, *(f"worst {name}" for name in viewpoints), *qualities)
    return (*(f"more {name}" for name in own), *(f"less {name}" for name in own), *(f"pair {name}" for name in _PAIR))


FEATURES = {"drums": _names(DRUMS, _TIMES), "pitched": _names(PITCHED, _TIMES + _TONES)}
"""Names of the features of drums and of pitched clips."""

_VIEWPOINTS = tuple(name for viewpoint in {*PITCHED, *DRUMS} for name in (viewpoint, f"worst {viewpoint}"))
_FITTING = ("in scale", "on chord", "phrase end")
NEVER_BETTER = frozenset(
    (*(f"more {name}" for name in _VIEWPOINTS), *(f"less {name}" for name in _FITTING), "more off grid")
)
NEVER_WORSE = frozenset((*(f"less {name}" for name in _VIEWPOINTS), *(f"more {name}" for name in _FITTING)))
"""Features whose weight has a known sign: what is surprising or leaves the grid doesn't gain by it, and what fits
the scale doesn't lose, though edits made to stay in the scale do so more strictly than people.
"""


def features(
    shape: Shape, prompt: Shape, before: dict[str, float], ground: Ground, viewpoints: Viewpoints
) -> np.ndarray:
    """The features of a result, in the order of FEATURES; ``before`` are the qualities of its prompt."""
    own = qualities(shape, ground, viewpoints)
    differences = np.array([own[name] - before[name] for name in own])
    pair = _pair(shape, prompt, ground)
    return np.concatenate([np.maximum(differences, 0), np.maximum(-differences, 0), [pair[name] for name in _PAIR]])


def qualities(shape: Shape, ground: Ground, viewpoints: Viewpoints) -> dict[str, float]:
    """The qualities of a clip with at least one note, in the order of FEATURES."""
    surprise = viewpoints.surprisal(symbols_of(shape, ground))
    drums = ground.role == "drums"
    found = surprise | _times(shape, ground) | ({} if drums else _tones(shape, ground))
    names = FEATURES["drums" if drums else "pitched"][: len(found)]
    return {name: found[name] for name in (more.removeprefix("more ") for more in names)}


def _times(shape: Shape, ground: Ground) -> dict[str, float]:
    gaps = np.log2(np.maximum(shape.gaps, 1)) if len(shape.gaps) else np.zeros(1)
    motifs = _motifs(shape, ground)
    return {
        "density": float(np.log2(len(shape.onsets) / ground.length)),
        "gap spread": float(gaps.std()),
        "off beat": share(shape.onsets % STEPS != 0),
        "off grid": share((shape.onsets % 6 != 0) & (shape.onsets % 8 != 0)),
        "repetition": shape.repetition,
        "motifs": len(np.unique(motifs)) / len(motifs) if len(motifs) else 1.0,
        "entropy": entropy(shape.notes.pitch, drums=ground.role == "drums"),
        "together": float(np.log2(len(shape) / len(shape.onsets))),
        "last": float(ground.length * STEPS - shape.onsets[-1]) / STEPS,
        "first": float(shape.onsets[0]) / STEPS,
    }


def _tones(shape: Shape, ground: Ground) -> dict[str, float]:
    notes, moves = shape.notes, np.abs(shape.intervals) if len(shape.intervals) else np.zeros(1)
    durations = np.log2(np.maximum(notes.duration, 1 / STEPS))
    signs = np.sign(shape.intervals)
    ends = shape.notes.end[shape.leads]
    return {
        "in scale": share(ground.in_scale(notes.pitch)),
        "on chord": share(ground.on_chord(notes)) if len(ground.chord_starts) else 0.0,
        "leaps": share(moves > 5),
        "steps": share((moves > 0) & (moves < 3)),
        "repeats": share(moves == 0),
        "turns": share(signs[1:] * signs[:-1] < 0) if len(signs) > 1 else 0.0,
        "span": float(np.ptp(shape.line)) / 12,
        "height": float(shape.line.mean()) / 12,
        "duration": float(durations.mean()),
        "duration spread": float(durations.std()),
        "overlaps": share(ends[:-1] > shape.onsets[1:] / STEPS + 0.1) if len(ends) > 1 else 0.0,
        "phrase end": phrase_end(shape, ground),
    }


def _motifs(shape: Shape, ground: Ground) -> np.ndarray:
    """A number for each step from onset to onset: gap and interval, of drums gap and the drum that leads."""
    moves = LANES_OF[shape.line[1:]] if ground.role == "drums" else shape.intervals + 128
    return shape.gaps * 512 + moves


def _pair(shape: Shape, prompt: Shape, ground: Ground) -> dict[str, float]:
    drums = ground.role == "drums"
    histograms = [
        np.bincount(LANES_OF[s.notes.pitch], minlength=12).astype(float)
        if drums
        else class_histogram(s.notes.pitch, s.notes.heard)
        for s in (shape, prompt)
    ]
    norms = np.sqrt((histograms[0] ** 2).sum() * (histograms[1] ** 2).sum())
    motifs = _motifs(shape, ground)
    found = {
        "groove": groove_similarity(shape, prompt, in_time=ground.in_time),
        "classes": float(histograms[0] @ histograms[1] / norms) if norms > 0 else 0.0,
        "motifs": share(among(motifs, np.sort(_motifs(prompt, ground)))) if len(motifs) else 0.0,
    }
    found |= dict.fromkeys(_PAIR[len(found) :], 0.0)
    return found | _changes(shape, prompt, ground) if ground.in_time else found


def _changes(shape: Shape, prompt: Shape, ground: Ground) -> dict[str, float]:
    """How the changed onsets lie: in the old rhythm, apart from each other, on beats, in the second half; 0-1 each."""
    notes = np.sort(np.concatenate([one.steps * _PITCHES + one.notes.pitch for one in (shape, prompt)]))
    another = np.concatenate([[True], notes[1:] != notes[:-1], [True]])
    alone = another[1:] & another[:-1]  # what both have stands there twice
    places = notes // _PITCHES
    first = np.flatnonzero(np.diff(places, prepend=-1))
    onsets, changed = places[first], np.logical_or.reduceat(alone, first)
    there = onsets[changed]
    if not len(there):
        return {}
    both = among(there, shape.onsets) & among(there, prompt.onsets)
    borders = np.count_nonzero(changed[1:] != changed[:-1])
    least = min(len(there), len(onsets) - len(there))
    return {
        "in place": share(both),
        "strewn": borders / (2 * least) if least else 0.0,
        "strong": share(there % STEPS == 0) - share(onsets % STEPS == 0),
        "late": share(there >= ground.length * STEPS / 2),
    }
