"""How good is the music? ``clipkin benchmark music --data DIR``: one table over the valid pieces.

    nats a note   negative log likelihood of held-out notes under kin
    area          can a judge tell it from people's variations of the same clips (``judge``); 0.5 is the limit
    area 2        the same of a judge that hears (``models.evaluation.musical``)
    sim error     mean distance from the similarity asked for
    rank corr.    Spearman's, of the similarity that came with the dial
    apart         mean distance (1 - cosine) from people's variations: pitch classes, intervals, onsets in the bar
    copied        share of results with a longer run of the training set than 95 of 100 held-out human clips
    onset, note   F1 of an infilled bar against what was there
    heard, told chords  tables of their own, see ``hearing``

Offers: ``main``, ``rows_of``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from models.arrangement.arranged import rank_correlation
from models.benchmarks.figure import table
from models.benchmarks.music.hearing import clip_rows, hearing_rows, hearing_tables, mean_heard
from models.benchmarks.music.judge import Judged, cosine_apart, judged
from models.benchmarks.music.makers import HumanPair, Maker, engines, filled, human_pairs, makers
from models.engines.kin.weights import read_network
from models.evaluation.musical.parts import dice, step_of
from models.evaluation.originality import originality
from models.music.clip import ROLES, Clip, Role
from models.music.errors import EngineUnavailable
from models.music.similarity import similarity
from models.sampling.networks.shipped import WEIGHTS
from models.svg import KEPT, NEW, Drawing
from models.training.kin import Exam, Loss, measure
from models.training.options import Options
from models.training.session import prepare

DIALS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_BINS = 256
"""Of a histogram: more than there are pitches, or 16ths in a bar."""
_COPIED = 0.5
"""The value of an originality at the 95th percentile of people."""


def alike(one: Clip, other: Clip) -> float:
    """Their similarity, 0-1."""
    return similarity(one.notes, other.notes, drums=one.drums)


def copied(clips: Sequence[Clip]) -> float:
    """Share of the clips that borrow a longer run than 95 of 100 of people's."""
    values = [originality(clip).value for clip in clips]
    return float(np.mean([value is not None and value < _COPIED for value in values]))


def dial_correlation(maker: Maker, clips: Sequence[Clip]) -> float:
    """Spearman's: of dial and similarity, over clips and dials."""
    points = [
        (dial, alike(clip, made))
        for number, clip in enumerate(clips)
        for dial in DIALS
        if (made := maker(clip, dial, number)) is not None
    ]
    return rank_correlation(*zip(*points, strict=True))


def apart_from_people(made: Sequence[tuple[HumanPair, Clip]]) -> dict[str, float]:
    """Mean distance (1 - cosine) of pitch classes, intervals and onsets in the bar from people's variations."""

    def histograms(clip: Clip) -> dict[str, np.ndarray]:
        pitches = np.array([note.pitch for note in clip.notes])
        steps = np.clip(np.diff(pitches), -12, 12) + 12
        places = np.array([round(note.onset % clip.metre.bar * 4) for note in clip.notes])
        return {
            "apart, classes": np.bincount(pitches % (128 if clip.drums else 12), minlength=_BINS),
            "apart, intervals": np.bincount(steps, minlength=_BINS),
            "apart, onsets": np.bincount(places, minlength=_BINS),
        }

    apart: dict[str, list[float]] = {}
    for pair, clip in made:
        ours, theirs = histograms(clip), histograms(pair.after)
        for name in ours:
            apart.setdefault(name, []).append(cosine_apart(ours[name], theirs[name]))
    return {name: float(np.mean(values)) for name, values in apart.items()}


_WIDTH, _LEFT, _ROW, _HEAD, _GAP = 760.0, 150.0, 17.0, 26.0, 14.0
_COLOURS = {"people": "#4a9d7c", "kin": NEW}
_NOBODY, _PLAIN = 0.5, 1.0


def picture(rows: Sequence[dict]) -> str:
    """An SVG of the rows that have an area: bars from 0.5 (nobody can tell) to 1 (it is plain), by role."""
    blocks: dict[str, list[dict]] = {}
    for row in rows:
        if row.get("area") is not None:
            blocks.setdefault(str(row["role"]), []).append(row)
    drawing = Drawing(_WIDTH, sum(_HEAD + _ROW * len(block) + _GAP for block in blocks.values()) + 2 * _HEAD)
    top = _GAP
    for role, block in blocks.items():
        drawing.text(_GAP, top + 14, f"{role}, {block[0].get('pairs', 0)} pairs", font_weight="bold")
        top += _HEAD
        for row in sorted(block, key=lambda row: row["area"]):
            right = _x(row["area"])
            drawing.text(_LEFT - 8, top + 12, row["maker"], text_anchor="end")
            drawing.rect(_LEFT, top + 3, max(1.0, right - _LEFT), 11, _COLOURS.get(row["maker"], KEPT), rx=2)
            drawing.text(right + 5, top + 12, f"{row['area']:.2f}", font_size=10)
            top += _ROW
        top += _GAP
    for value in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        drawing.line([(_x(value), _GAP), (_x(value), top)])
        drawing.text(_x(value), top + 14, f"{value:g}", text_anchor="middle")
    words = "area under the judge's curve: at 0.5 nobody can tell it from what people played"
    drawing.text(_LEFT, top + 32, words)
    return str(drawing)


def _x(area: float) -> float:
    return _LEFT + (min(max(area, _NOBODY), _PLAIN) - _NOBODY) / (_PLAIN - _NOBODY) * (_WIDTH - _LEFT - 60)


_DIAL_CLIPS = 8
_HALVINGS = 8


def main(arguments: Sequence[str]) -> None:
    """The command; raises a ClipkinError with a sentence when it can't."""
    parser = Options("benchmark music", __doc__, json=True)
    parser.add_argument("--runs", type=Path, default=Path("runs"), metavar="DIR", help="where the corpus is cached")
    parser.add_argument("--pairs", type=int, default=300, help="human pairs for each role")
    parser.add_argument("--roles", nargs="*", choices=ROLES, default=ROLES)
    parser.add_argument("--cards", action="store_true", help="write what the judge says onto the engines' cards")
    parser.add_argument("--picture", type=Path, default=None, metavar="FILE.svg", help="draw the judge's figures")
    parser.add_argument("--clips", type=Path, default=None, metavar="DIR", help="clips with known chords, to hear too")
    parser.add_argument("--listen", type=int, default=40, metavar="N", help="human pairs whose chords are given")
    parser.add_argument("--apart", action="store_true", help="on the fifth of the pieces that is kept apart")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    rows = rows_of(chosen.data, chosen.runs, chosen.pairs, chosen.roles, chosen.listen, apart=chosen.apart)
    if chosen.clips is not None:
        rows += clip_rows(engines(), chosen.clips, chosen.roles)
    if chosen.cards:
        write_cards(rows)
    if chosen.picture is not None:
        chosen.picture.write_text(picture(rows), encoding="utf-8")
    # What is heard has tables of its own.
    plain = [{name: value for name, value in row.items() if not isinstance(value, dict)} for row in rows]
    plain = [row for row in plain if len(row) > 2 and "clips" not in row]
    print(json.dumps(rows, indent=1) if chosen.json else f"{table(plain)}\n\n{hearing_tables(rows)}")


def rows_of(
    data: Path, runs: Path, count: int, roles: Sequence[Role], listen: int = 0, *, apart: bool = False
) -> list[dict]:
    """All rows: of each maker and role, and of likelihoods.

    listen: of how many human pairs the chords are given, rightly and wrongly; apart: on the pieces kept apart.
    """
    corpus, pairs = prepare(data, runs)
    rows = _likelihoods(corpus, pairs)
    able, fillers = makers(), engines()
    for role in roles:
        people = human_pairs(corpus, pairs, role, count, apart=apart)
        rows.append({"maker": "people", "role": role, "pairs": len(people), **_people_against_people(people)})
        for name, maker in able.items():
            row = _row(name, role, maker, people)
            if row is not None:
                if name in fillers:
                    row |= infill_figures(fillers[name], people)
                rows.append(row)
        rows += hearing_rows(fillers, role, people, listen)
    return rows


def _likelihoods(corpus: object, pairs: np.ndarray) -> list[dict]:
    """Nats a new note of kin; none without its weights."""
    try:
        network = read_network("kin")
    except EngineUnavailable:
        return []
    learner = Loss(network.config)
    learner.network = network
    figures = measure(learner, Exam.of(corpus, pairs))  # type: ignore[arg-type]
    return [{"maker": "kin", "role": name, "nats": nats} for name, nats in figures.items()]


def _people_against_people(people: Sequence[HumanPair]) -> dict:
    """The check of the judge: the same pairs in two halves, and the share of people's clips that borrow much.

    One halving of a few hundred pairs says little (its own error is about 0.04), so the mean of several is told.
    """
    areas = []
    for seed in range(_HALVINGS):
        first = np.random.default_rng(seed).permutation(len(people)) < len(people) / 2
        halves = [
            [_judged(pair, pair.after) for pair, mine in zip(people, first, strict=True) if mine == half]
            for half in (True, False)
        ]
        said = judged(*halves)
        areas.append((said["area"], said["area 2"]))
    area, hearing = np.mean(areas, axis=0)
    return {
        "area": float(area),
        "area 2": float(hearing),
        "copied": copied([pair.after for pair in people]),
        "heard": mean_heard((pair.before, pair.after, pair.chords_after) for pair in people),
    }


def _judged(pair: HumanPair, after: Clip) -> Judged:
    return Judged(pair.piece, pair.before, after, pair.chords_before)


def _row(name: str, role: Role, maker: Maker, people: Sequence[HumanPair]) -> dict | None:
    made = [(pair, maker(pair.before, round(pair.similarity, 3), seed)) for seed, pair in enumerate(people)]
    there = [(pair, clip) for pair, clip in made if clip is not None and clip.notes]
    if len(there) < len(people) / 2:
        return None
    row = {"maker": name, "role": role, "pairs": len(there)}
    row |= {
        key if key.startswith("area") else f"area, {key}": value
        for key, value in judged(
            [_judged(pair, pair.after) for pair in people], [_judged(pair, clip) for pair, clip in there]
        ).items()
    }
    row["sim error"] = float(np.mean([abs(alike(pair.before, clip) - pair.similarity) for pair, clip in there]))
    row |= apart_from_people(there)
    row["copied"] = copied([clip for _, clip in there])
    row["heard"] = mean_heard((pair.before, clip, pair.chords_before) for pair, clip in there)
    if name != "copy":
        row["rank corr."] = dial_correlation(maker, [pair.before for pair in people[:_DIAL_CLIPS]])
    return row


def infill_figures(engine: object, people: Sequence[HumanPair]) -> dict[str, float]:
    """F1 of onsets and of notes (onset within 1/24 beat, and pitch) of an infilled second bar."""
    scores: list[tuple[float, float]] = []
    for seed, pair in enumerate(people):
        clip, bar = pair.before, pair.before.metre.bar
        truth = [note for note in clip.notes if bar <= note.onset < 2 * bar]
        made = filled(engine, clip, (bar, 2 * bar), seed) if truth else None  # type: ignore[arg-type]
        if made is not None:
            new = [note for note in made.notes if bar <= note.onset < 2 * bar]
            there, here = ({(step_of(note.onset), note.pitch) for note in notes} for notes in (truth, new))
            scores.append((dice({onset for onset, _ in there}, {onset for onset, _ in here}), dice(there, here)))
    if not scores:
        return {}
    onset, note = np.mean(scores, axis=0)
    return {"infill onset F1": float(onset), "infill note F1": float(note)}


def write_cards(rows: Sequence[dict], folder: Path = WEIGHTS) -> None:
    """Write each engine's areas under the judge's curve onto its card, beside what training reached."""
    for name in dict.fromkeys(row["maker"] for row in rows):
        mine = {
            f"told from people, area, {row['role']}": round(row["area"], 4)
            for row in rows
            if row["maker"] == name and "area" in row
        }
        path = folder / f"{name}.json"
        if mine and path.is_file():
            card = json.loads(path.read_text(encoding="utf-8"))
            card["benchmark"] = {**card.get("benchmark", {}), **mine}
            path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
