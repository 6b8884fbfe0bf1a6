"""What a clip is for: melody, chords, bass or drums; and finer, an arpeggio or a pad.

A small network on what the notes do: how many at once, where, how far they leap, how long they ring, how often they
repeat, how regular each pitch is, what falls on drums' keys (weights fitted, see ``weights``). A role that a file or
the user gave is kept, a clip that is named like a kit is one, and one note or one chord never is.

Offers: ``find_role``, ``rank_roles``, ``find_manner``, ``measures_of``.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from models.analysis.arrays import NoteArrays, class_histogram
from models.analysis.weights.fitted import Fitted, fitted
from models.music.clip import ROLES, Clip, Role
from models.music.drum_kit import LANES
from models.music.note import Note
from models.music.scale import SCALES

_TOGETHER = 1 / 24
"""Onsets closer than this (beats) are one."""

_DRUM_KEYS = np.array(sorted(pitch for lane in LANES.values() for pitch in lane if 35 <= pitch <= 59 or pitch == 22))

_NAMES: dict[Role, re.Pattern[str]] = {
    "drums": re.compile(
        r"\b(drums?|drum ?kit|kit|fpc|perc(ussion)?|beats?|breaks?|hi-?hats?|hats?|kicks?|snares?|claps?)\b"
    ),
    "bass": re.compile(r"\b(bass|basses|bassline|sub|808s?)\b"),
    "chords": re.compile(r"\b(chords?|keys|piano|rhodes|e-?piano|pads?|comp(ing)?)\b"),
    "melody": re.compile(r"\b(melody|lead|tune|vocals?|topline|hook|solo)\b"),
}
_NAMED = 3.0
"""Nats by which a name counts, and as much against a kit where notes come in blocks."""

_BLOCKS = 0.4
"""Share of the onsets with three notes and more that no drummer strikes."""

_FEWEST_HITS = 3


def find_role(clip: Clip) -> Role | None:
    """The role of a clip: as it says itself, else as its notes and name do; None for a clip without notes."""
    if clip.role is not None:
        return clip.role
    return _role_of(clip.notes, clip.name)


@lru_cache(maxsize=256)
def _role_of(notes: tuple[Note, ...], name: str) -> Role | None:
    """What notes and name say, found out once."""
    ranked = rank_roles(NoteArrays.of(notes), name)
    return ranked[0][0] if ranked else None


def rank_roles(notes: NoteArrays, name: str = "") -> tuple[tuple[Role, float], ...]:
    """Every role with its likelihood (0-1, together 1), the likeliest first; none without notes."""
    if not len(notes):
        return ()
    model = fitted("role")
    measured = measures_of(notes)
    scores = model.scores(standardised(model, measured))  # (roles,)
    drums = ROLES.index("drums")
    named = next((role for role, words in _NAMES.items() if words.search(name.lower())), None)
    if named is not None:
        scores[ROLES.index(named)] += _NAMED
    if named != "drums":
        if notes.onset[-1] - notes.onset[0] < _TOGETHER or len(notes) < _FEWEST_HITS:
            scores[drums] = -np.inf
        elif measured["three at once"] >= _BLOCKS:
            scores[drums] -= _NAMED
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    return tuple((ROLES[index], float(shares[index])) for index in np.argsort(-shares, kind="stable"))


def standardised(model: Fitted, measured: dict[str, float]) -> np.ndarray:
    """The measures as the network was fitted on them, (measures,)."""
    values = (np.array(list(measured.values())) - model.extra["centres"]) / model.extra["scales"]
    clipped: np.ndarray = np.clip(values, -4, 4)
    return clipped


def find_manner(notes: NoteArrays, role: Role | None) -> str | None:
    """ "arpeggio" or "pad" where chords are broken or held, else None."""
    if role in (None, "drums", "bass") or len(notes) < 4:
        return None
    onsets, voices = np.unique(np.round(notes.onset / _TOGETHER), return_counts=True)
    length = float(np.median(notes.duration))
    if role == "chords" and voices.mean() >= 2 and length >= 1.9:
        return "pad"
    gaps = np.diff(onsets)
    if voices.mean() > 1.2 or not len(gaps) or (gaps == np.median(gaps)).mean() < 0.8 or np.median(gaps) > 24:
        return None
    steps = np.abs(np.diff(notes.pitch))
    # Thirds and more, and the same few pitches again and again: a broken chord, not a tune.
    broken = (steps >= 3).mean() >= 0.6 and len(np.unique(notes.pitch)) <= 0.5 * len(notes)
    return "arpeggio" if broken else None


def measures_of(notes: NoteArrays) -> dict[str, float]:
    """What the model looks at, by name; at least one note."""
    ticks = np.round(notes.onset / _TOGETHER)
    onsets, place, voices = np.unique(ticks, return_inverse=True, return_counts=True)
    top, low = np.full(len(onsets), -1), np.full(len(onsets), 128)
    np.maximum.at(top, place, notes.pitch)
    np.minimum.at(low, place, notes.pitch)
    return {
        **_line_measures(top),
        **_time_measures(notes, onsets * _TOGETHER),
        **_pitch_measures(notes, low),
        **_drum_measures(notes),
        **_lane_measures(notes, ticks),
        "voices": float(len(notes) / len(onsets)),
        "together": float((voices > 1).mean()),
        "three at once": float((voices > 2).mean()),
        "notes": float(np.log(len(notes))),
    }


def _line_measures(top: np.ndarray) -> dict[str, float]:
    """How the upper line moves; semitones in octaves."""
    leaps = np.abs(np.diff(top)) if len(top) > 1 else np.zeros(1)
    return {
        "leap": float(leaps.mean() / 12),
        "repeated": float((leaps == 0).mean()) if len(top) > 1 else 0.0,
        "steps": float(((leaps > 0) & (leaps <= 2)).mean()),
        "wide leaps": float((leaps > 9).mean()),
    }


def _time_measures(notes: NoteArrays, onsets: np.ndarray) -> dict[str, float]:
    """Durations and gaps, in beats, as logarithms."""
    gaps = np.diff(onsets) if len(onsets) > 1 else np.ones(1)
    duration = float(np.median(notes.duration))
    before = np.maximum.accumulate(np.append(-1.0, notes.end[:-1]))
    return {
        "duration": float(np.log(np.clip(duration, 0.03, 16))),
        "legato": float(np.clip(duration / max(float(np.median(gaps)), _TOGETHER), 0, 4)),
        "density": float(np.log(len(onsets) / max(onsets[-1] - onsets[0], 1.0))),
        "ringing": float((before > notes.onset + 3 * _TOGETHER).mean()),
        "uneven durations": float(np.log(notes.duration + 0.05).std()),
        "uneven gaps": float(gaps.std() / max(gaps.mean(), _TOGETHER)),
    }


def _pitch_measures(notes: NoteArrays, low: np.ndarray) -> dict[str, float]:
    """Register in octaves above pitch 0, and how the pitch classes spread."""
    pitch, classes = notes.pitch, class_histogram(notes.pitch)
    sounding = classes[classes > 0]
    inside = max(float(np.roll(classes, -root)[list(SCALES["Major"])].sum()) for root in range(12))
    return {
        "lowest": float(np.percentile(pitch, 5) / 12),
        "highest": float(np.percentile(pitch, 95) / 12),
        "spread": float(pitch.std() / 12),
        "bottom": float(low.mean() / 12),
        "below 48": float((pitch < 48).mean()),
        "below 40": float((pitch < 40).mean()),
        "different pitches": float(np.log(len(np.unique(pitch)))),
        "off scale": 1 - inside,
        "entropy": float(-(sounding * np.log(sounding)).sum()),
        "commonest pitch": float(np.bincount(pitch).max() / len(pitch)),
    }


def _drum_measures(notes: NoteArrays) -> dict[str, float]:
    """Shares of the notes on keys that General MIDI gives to drums."""
    share = np.bincount(notes.pitch, minlength=128) / len(notes)

    def lanes(*names: str) -> float:
        return float(sum(share[pitch] for name in names for pitch in LANES[name] if pitch < 60))  # type: ignore[index]

    return {
        "drum keys": float(share[_DRUM_KEYS].sum()),
        "kick": lanes("kick"),
        "snare": lanes("snare"),
        "hats": lanes("closed hat", "open hat"),
        "cymbals": lanes("crash", "ride"),
    }


def _lane_measures(notes: NoteArrays, ticks: np.ndarray) -> dict[str, float]:
    """How much each pitch is a lane with a rhythm of its own, wherever the kit lies, and how chordal what sounds is."""
    order = np.lexsort((ticks, notes.pitch))
    same = np.diff(notes.pitch[order]) == 0
    gaps = np.diff(ticks[order])[same]
    pairs = np.diff(notes.pitch)[(np.diff(ticks) == 0)]
    return {
        "notes a pitch": float(np.log(len(notes) / len(np.unique(notes.pitch)))),
        "regular lanes": float(np.bincount(np.clip(gaps, 0, 200).astype(int)).max() / len(gaps)) if len(gaps) else 0.0,
        "stacked thirds": float(np.isin(pairs, (3, 4, 5)).mean()) if len(pairs) else 0.0,
        "equal durations": float((np.abs(notes.duration - np.median(notes.duration)) < 0.02).mean()),
        "span": float((notes.pitch.max() - notes.pitch.min()) / 12),
    }
