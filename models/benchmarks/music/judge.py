"""The human-or-machine judge: can a classifier tell variations by people from ours?

Both are variations of the same prompts at the same similarity. Logistic regression and gradient boosting look at
``pair_features``; folds are split by piece. The area under the curve is 0.5 where nobody can tell, 1 where it is plain.
The check of the judge itself: people against people, other variations of the same windows, must come out near 0.5.

Judge 2 hears as well: it looks at ``models.evaluation.musical`` beside the old features. Those are:

    shares    of notes kept, of onsets kept, of the new notes' pitch classes that the prompt has; size to the prompt's
    places    where the changes lie: share of the bars touched, middle of the changes, longest stretch left alone, how
              often a kept note follows a changed one
    pitch     steps, leaps, repeats and turns of the top line, before and after; range; distance of pitch classes; new
              notes outside the prompt's classes
    rhythm    share of onsets on beats and 8ths; distance of onset histograms in the bar; mean and spread of durations
              and gaps, silence and overlap (of drums only the gaps: how long a drum is held means nothing)
    loudness  mean and spread, before and after
    timing    how far onsets lie off the grid, before and after; all else is read on the grid, so that a second take by
              the same drummer isn't taken for another rhythm
    form      share of B's bars' notes found in another bar of B; the same of A

Needs scikit-learn (the extra ``benchmark``).

Offers: ``area``, ``judged``, ``Judged``; ``pair_features``, ``cosine_apart``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.reading.representation import write_onsets
from models.evaluation.musical.heard import heard
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.music.errors import BadValue


class Judged(NamedTuple):
    """Piece, prompt, variation, and the chords of the prompt."""

    piece: str
    before: Clip
    after: Clip
    chords: tuple[TimedChord, ...] = ()


def judged(people: Sequence[Judged], machine: Sequence[Judged], seed: int = 0) -> dict[str, float]:
    """Areas under the curve, by kind of classifier, and the larger of the two ("area"); "area 2" is that of judge 2."""
    both = (*people, *machine)
    plain = np.array([list(pair_features(one.before, one.after).values()) for one in both], float)
    musical = np.array([list(heard(one.before, one.after, one.chords).values()) for one in both], float)
    groups = [one.piece for one in both]
    labels = np.repeat([0, 1], [len(people), len(machine)])
    kinds = ("logistic", "boosting")
    found = {kind: area(plain, labels, groups, kind, seed) for kind in kinds}
    hearing = max(area(np.hstack([plain, musical]), labels, groups, kind, seed) for kind in kinds)
    return found | {"area": max(found.values()), "area 2": hearing}


def area(rows: np.ndarray, labels: np.ndarray, groups: Sequence[str], kind: str, seed: int = 0) -> float:
    """Area under the curve of a classifier over five folds that share no piece; NaN is "has no meaning here"."""
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import roc_auc_score
        from sklearn.model_selection import GroupKFold
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ImportError as error:
        raise BadValue(
            "The judge needs scikit-learn; install Clipkin with the extra benchmark.", field="benchmark"
        ) from error
    chances = np.zeros(len(labels))
    for train, test in GroupKFold(5, shuffle=True, random_state=seed).split(rows, labels, groups):
        logistic = LogisticRegression(C=0.1, max_iter=2000)
        model = (
            make_pipeline(SimpleImputer(), StandardScaler(), logistic)
            if kind == "logistic"
            else HistGradientBoostingClassifier(
                max_iter=80, learning_rate=0.08, max_leaf_nodes=8, min_samples_leaf=15, random_state=seed
            )
        )
        said = ~np.isnan(rows[train]).all(axis=0)
        model.fit(rows[train][:, said], labels[train])
        chances[test] = model.predict_proba(rows[test][:, said])[:, 1]
    return float(roc_auc_score(labels, chances))


_TOUCHING = 1e-4


def pair_features(before: Clip, after: Clip) -> dict[str, float]:
    """The features of a variation of a clip, by name."""
    loose = {"looseness": _looseness(after), "looseness gained": _looseness(after) - _looseness(before)}
    before, after = _on_grid(before), _on_grid(after)
    found = loose | _changes(before, after)
    earlier = _qualities(before)
    for name, value in _qualities(after).items():
        found |= {name: value, f"{name} gained": value - earlier[name]}
    classes, onsets = map(cosine_apart, _histograms(before), _histograms(after))
    return found | {"classes apart": classes, "onsets apart": onsets}


def _on_grid(clip: Clip) -> Clip:
    """The clip as it would be written down."""
    steps, _, _ = write_onsets(np.array([note.onset for note in clip.notes]))
    return clip.with_notes(
        note.moved(onset=step / STEPS) for note, step in zip(clip.notes, steps.tolist(), strict=True)
    )


def _looseness(clip: Clip) -> float:
    """Mean distance of the onsets from the grid, in units of micro-timing."""
    return float(np.abs(write_onsets(np.array([note.onset for note in clip.notes]))[1]).mean())


def _keys(clip: Clip) -> list[tuple[int, ...]]:
    """Onset, pitch and (not of drums) duration of each note, times in 1/96 beats."""
    return [(round(note.onset * 96), note.pitch, 0 if clip.drums else round(note.duration * 96)) for note in clip.notes]


def _changes(before: Clip, after: Clip) -> dict[str, float]:
    """What is kept, what the rest is, and where the changes lie."""
    keys, a = _keys(after), set(_keys(before))
    b, same_pitch, classes = set(keys), {key[:2] for key in a}, {note.pitch % 12 for note in before.notes}
    onsets_a, onsets_b = {key[0] for key in a}, {key[0] for key in b}
    new = [key for key in keys if key not in a]
    changed = np.array([key not in a for key in keys], float)
    onsets = np.array([note.onset for note in after.notes])
    bars = np.array([after.metre.bar_of(note.onset) for note in after.notes])
    runs = np.split(changed, np.flatnonzero(np.diff(changed)) + 1)
    longest = [max((len(run) for run in runs if run[0] == kind), default=0) / len(changed) for kind in (0, 1)]
    return {
        "kept": len(a & b) / len(b),
        "onsets kept": len(onsets_a & onsets_b) / len(onsets_b),
        "size": len(b) / len(a),
        "onsets new": len(onsets_b - onsets_a) / len(onsets_b),
        "foreign": sum(pitch % 12 not in classes for _, pitch, _ in new) / max(1, len(new)),
        "longer or shorter": sum(key[:2] in same_pitch for key in new) / max(1, len(new)),
        "bars touched": len(set(bars[changed > 0].tolist())) / after.metre.bars(after.length),
        "changes": changed.mean(),
        "middle of changes": float(onsets[changed > 0].mean() / after.length) if changed.any() else 0.5,
        "longest kept": longest[0],
        "longest changed": longest[1],
        "flips": len(runs) / len(changed),
        "first changed": changed[0],
        "last changed": changed[-1],
    }


def _qualities(clip: Clip) -> dict[str, float]:
    notes = clip.notes
    top: dict[float, int] = {}
    for note in notes:
        top[round(note.onset, 3)] = max(top.get(round(note.onset, 3), 0), note.pitch)
    onsets, line = (np.array(each, float) for each in zip(*sorted(top.items()), strict=True))
    steps = np.abs(np.diff(line)) if len(line) > 1 else np.zeros(1)
    turns = np.diff(np.sign(np.diff(line))) if len(line) > 2 else np.zeros(1)
    gaps = np.diff(onsets) if len(onsets) > 1 else np.zeros(1)
    durations = np.array([note.duration for note in notes])
    loud = np.array([note.velocity for note in notes], float)
    ends = np.maximum.accumulate([note.end for note in notes])
    silence = sum(max(0.0, following.onset - end) for end, following in zip(ends, notes[1:], strict=False))
    in_beat = np.array([note.onset % 1 for note in notes])
    found = {
        "together": len(notes) / len(onsets),
        "gap": float(gaps.mean()),
        "gap spread": float(gaps.std()),
        "gap kinds": len(set(np.round(gaps, 2).tolist())) / len(gaps),
        "on beats": float((np.minimum(in_beat, 1 - in_beat) < 0.04).mean()),
        "on 8ths": float((np.abs(in_beat - 0.5) < 0.04).mean()),
        "loudness": loud.mean(),
        "loudness spread": loud.std(),
        "form": _form(clip),
        "loudness steps": float(np.abs(np.diff(loud)).mean()) if len(loud) > 1 else 0.0,
    }
    if not clip.drums:
        found |= {
            "steps": float(((steps > 0) & (steps <= 2)).mean()),
            "leaps": float((steps > 5).mean()),
            "repeats": float((steps == 0).mean()),
            "turns": float((np.abs(turns) == 2).mean()),
            "interval": float(steps.mean()),
            "largest": float(steps.max()),
            "range": float(line.max() - line.min()),
            "height": float(line.mean()),
            "silence": silence / clip.length,
            "sounding": float(durations.sum() / clip.length),
            "duration": float(durations.mean()),
            "duration spread": float(durations.std()),
            "last low": float(line[-1] - line.mean()),
            "overlap": float((ends[:-1] > np.array([n.onset for n in notes[1:]]) + _TOUCHING).mean())
            if len(notes) > 1
            else 0.0,
        }
    else:
        found |= {"lanes": len({note.pitch for note in notes}), "doubles": float((gaps < 0.1).mean())}
    return found


def _form(clip: Clip) -> float:
    """Share of a bar's notes that another bar has at the same place."""
    bar = clip.metre.bar
    places = [(clip.metre.bar_of(note.onset), (round((note.onset % bar) * 24), note.pitch)) for note in clip.notes]
    bars = Counter(place for _, place in set(places))  # of how many bars a place is
    return sum(bars[place] > 1 for _, place in places) / len(places)


def _histograms(clip: Clip) -> tuple[np.ndarray, np.ndarray]:
    """How long each pitch class (of drums each pitch) sounds, and how many notes begin at each 16th of the bar."""
    size, bar = 128 if clip.drums else 12, clip.metre.bar
    classes = np.bincount([note.pitch % size for note in clip.notes], [note.duration for note in clip.notes], size)
    places = [round((note.onset % bar) * 4) for note in clip.notes]
    return classes, np.bincount(places, minlength=int(bar * 4) + 2).astype(float)


def cosine_apart(one: np.ndarray, other: np.ndarray) -> float:
    """1 - cosine of two histograms of one length, 0-1."""
    return 1 - float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-9))
