"""Do mood words move the music in the published direction, under every lock?

A trial varies one clip twice with the same seed, dial and locks, once with words that turn valence (or arousal) up and
once with words that turn it down, and measures the cues of both results. It holds when the cues, added up with the
directions and weights of ``analysis/mood/estimate`` (Eerola, Friberg & Bresin 2013), lie higher for the words that turn
up. Where the locks leave no cue of that mood free, the report says so and the trial is counted apart.

Offers: ``run_trials``, ``Trial``, ``WORDS``, ``LOCKS``, ``CUES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice, product
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.emotion import AROUSAL, VALENCE, Cues, brightness, cues_of, estimate
from models.analysis.groove import find_groove
from models.analysis.key import FEWEST, find_key, rank_keys
from models.generator import Locks, Request, Variation
from models.mood.outcome import HEARD_AS, NOTHING_LEFT
from models.music.clip import ROLES, Clip, Role, without_overlaps
from models.music.errors import Refused
from models.music.note import Note
from models.studio import Studio
from models.training.analysis.annotated import Annotated, read_annotated

WORDS: dict[str, list[tuple[str, ...]]] = {
    axis: [tuple(pair.split("/")) for pair in pairs.split()]
    for axis, pairs in (
        ("valence", "happy/sad bright/dark hopeful/hopeless joyful/mournful sweet/melancholic 欢快/忧郁"),
        ("arousal", "energetic/calm lively/sleepy wild/relaxed exciting/subdued aggressive/peaceful 激烈/平静"),
    )
}
"""Opposites as people say them, whose main difference is an axis: the word that turns it up, and down."""

_LOCKS = " rhythm pitch contour velocity top bass"
LOCKS: dict[Role, list[str]] = dict.fromkeys(
    ("melody", "chords", "bass"), f"{_LOCKS} rhythm,velocity pitch,velocity rhythm,contour rhythm,pitch".split(" ")
) | {"drums": f"{_LOCKS} lane:38 lane:36,lane:42".split(" ")}

DIALS = (0.7, 0.5, 0.85)
CUES = ("mode", "density", "register", "dynamics", "articulation")
"""What the study varied and a clip can vary; at the DAW's tempo, density is how fast it goes."""

_SOURCES: dict[Role, tuple[str, ...]] = {
    "melody": ("lieder", "openewld"),
    "chords": ("pop909", "lieder"),
    "bass": ("freedoom", "jsb"),
    "drums": ("groove",),
}
_MOST = 80
"""Notes of a clip at most."""

_MOVED = 0.005
"""Less than this is no movement."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial and how it came out.

    moved   by how much valence or arousal lies higher for the words that turn it up; None where the engine finds
            nothing that the locks let it change
    cues    the same of each cue
    told    True where the report says that the locks leave nothing of this mood
    """

    engine: str
    role: Role
    locks: str
    axis: str
    words: tuple[str, ...]
    similarity: float
    moved: float | None
    cues: Mapping[str, float]
    told: bool

    @property
    def applies(self) -> bool:
        """Was there anything that could be moved?"""
        return self.moved is not None and not self.told

    @property
    def holds(self) -> bool:
        """Did the words move it the right way?"""
        return self.moved is not None and self.moved > _MOVED

    def cue_moved(self, name: str) -> int:
        """1 when a cue moved as published, -1 against it, 0 not at all or where it says nothing of this axis."""
        weight = getattr(VALENCE if self.axis == "valence" else AROUSAL, name)
        change = self.cues.get(name, 0.0) * ((weight > 0) - (weight < 0))
        return (change > _MOVED) - (change < -_MOVED)


def run_trials(
    clips: Mapping[Role, Sequence[Clip]], engines: Iterable[tuple[str, int]], studio: Studio
) -> Iterator[Trial]:
    """Each engine, as many rounds as it is given, through all locks of all roles and both axes."""
    for engine, rounds in engines:
        number = 0
        for turn, role in product(range(rounds), LOCKS):
            for locks, axis in product(LOCKS[role], WORDS):
                # Both axes take their words and clips in turn: every pair is tried.
                place = number // len(WORDS)
                words = WORDS[axis][place % len(WORDS[axis])]
                clip = clips[role][(place + turn) % len(clips[role])]
                request = Request(
                    prompts=(clip,),
                    role=role,
                    locks=Locks.parse(locks),
                    count=1,
                    seed=100 * turn + 7,
                    similarity=DIALS[number % len(DIALS)],
                )
                yield _tried(studio, engine, request, axis, words)
                number += 1


def _tried(studio: Studio, engine: str, request: Request, axis: str, words: tuple[str, ...]) -> Trial:
    assert request.role is not None
    assert request.similarity is not None
    trial = Trial(engine, request.role, str(request.locks), axis, words, request.similarity, None, {}, told=False)
    up, down = (_first(studio, engine, request.but(mood=text)) for text in words)
    if up is None or down is None:
        return trial
    keys = () if request.role == "drums" else find_key(request.prompt)
    above, below = (_cues(variation, keys[0].tonic if keys else None) for variation in (up, down))
    # Darker is softer as well, which the model takes for a little happier: how happy is told by all the other cues.
    heard = replace(above, dynamics=below.dynamics) if axis == "valence" else above
    return replace(
        trial,
        moved=getattr(estimate(heard), axis) - getattr(estimate(below), axis),
        cues={cue.name: getattr(above, cue.name) - getattr(below, cue.name) for cue in fields(Cues)},
        told=any(NOTHING_LEFT in remark and HEARD_AS[axis] in remark for remark in up.report.remarks),
    )


def _first(studio: Studio, engine: str, request: Request) -> Variation | None:
    """The first variation; None where the locks leave none."""
    try:
        return next(iter(studio.generate(request, engine)), None)
    except Refused:
        return None


def _cues(variation: Variation, tonic: int | None) -> Cues:
    """The cues of a result, measured as ``clipkin analyse`` does; for the mode see ``brightness``."""
    clip = variation.clip
    notes = NoteArrays.of(clip.notes)
    groove = find_groove(notes, clip.metre, clip.length)
    assert groove is not None
    keys = () if tonic is None else rank_keys(notes)
    cues = cues_of(notes, tempo=clip.tempo, groove=groove, keys=keys, scale=None)
    return cues if tonic is None else replace(cues, mode=brightness(notes.pitch, tonic))


def clips_of(folder: Path, split: str, each: int) -> dict[Role, list[Clip]]:
    """``each`` clips of 4 bars for every role out of the corpora, the first of a piece that has enough to say."""
    found: dict[Role, list[Clip]] = {role: [] for role in ROLES}
    for role, sources in _SOURCES.items():
        for source in sources:
            pieces = (piece for piece in read_annotated(folder, (source,), split))
            found[role] += islice(filter(None, (_four_bars(piece, role) for piece in pieces)), each // len(sources))
    return found


def _four_bars(piece: Annotated, role: Role) -> Clip | None:
    """Four bars from the middle of the piece's first track of a role; None where they say little."""
    for name, notes in piece.tracks:
        if name != role or not len(notes):
            continue
        length = 4 * piece.metre.bar
        start = piece.metre.bar_of(float(notes.onset[len(notes) // 2])) * piece.metre.bar
        part = notes.between(start, start + length)
        filled = len(np.unique((part.onset - start) // piece.metre.bar)) == 4
        if FEWEST <= len(part) <= _MOST and filled and len(np.unique(part.onset)) >= FEWEST // 2:
            rows = zip(part.pitch, part.onset - start, part.duration, part.velocity, strict=True)
            listed = [
                Note(int(pitch), float(onset), float(duration), int(velocity))
                for pitch, onset, duration, velocity in rows
            ]
            return Clip(without_overlaps(listed, length), length, metre=piece.metre, role=role)
    return None
