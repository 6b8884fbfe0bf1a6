"""Voice a progression: the same chords, in the smoothest placement that a style allows.

Every chord gets its candidates (``candidates``); of all ways through them the one with the least voice-leading motion
is found by exact dynamic programming (``best_paths``), and of equal ones the one that a musician likes best: a calm top
line, the register's centre, firm inversions. What is asked for holds in every candidate, so it holds in the result.

Offers: ``voice``, ``Voicing``, ``VoicingReport``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.constraints.lines import WHOLE_ROLL
from models.music import pitch as names
from models.music.beats import TIGHT
from models.music.chord import TimedChord
from models.music.clip import Clip, without_overlaps
from models.music.errors import EmptyClip, Refused
from models.music.note import Note
from models.voicing.best_paths import Likeness, Stages, unlike_path
from models.voicing.candidates import candidates
from models.voicing.extensions import scale_of
from models.voicing.motion import Pitches, motion, motions
from models.voicing.options import VoicingOptions
from models.voicing.playing import played
from models.voicing.rules import Wanted, clear, dislikes
from models.voicing.spans import Span, spans_of
from models.voicing.wanted import afield, possible

SEMITONE = 10_000
"""What a semitone of motion costs; all dislikes of a path together stay below it for any clip that fits the wire."""

_ALIKE, _AS_BEFORE, _THE_SAME = 0.62, 0.82, 0.97
"""The likeness up to which two results are two ideas, and one is no copy of the clip, and from which on they are the
same one: of what a voicing may change, without the lines that stay.
"""
_STEP, _LEAP, _LEAPING = 3.5, 4, 6
"""Semitones that chords as a whole, and their top, move without leaping; what a semitone more costs, in motion."""
_OCTAVE, _OTHER = 0.5, 0.25
"""What a tone in another octave, and another tone, count: as in ``music.similarity``."""


@dataclass(frozen=True, slots=True)
class VoicingReport:
    """What was measured on a voicing.

    motion    semitones that all voices move, over all changes (and back to the first chord where that was asked for)
    top_leap  largest step of the highest line, semitones
    content   share (0-1) of the tones asked for that sound: those of the chord and its colours, less ``left_out``
    clear     True when every interval keeps the low-interval limits
    left_out  for each chord the pitch classes that the style leaves to the bass or does without
    """

    motion: int
    top_leap: int
    content: float
    clear: bool
    left_out: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Voicing:
    """One result: the clip, the pitches of each chord (rising), the chords with their colours, the report, and the
    notes that stayed beside the chords.
    """

    clip: Clip
    pitches: tuple[tuple[int, ...], ...]
    chords: tuple[TimedChord, ...]
    report: VoicingReport
    beside: tuple[Note, ...] = ()

    def __str__(self) -> str:
        rows = (
            f"{timed.chord.label:<16}" + " ".join(names.name(pitch) for pitch in row)
            for timed, row in zip(self.chords, self.pitches, strict=True)
        )
        return "\n".join(rows)


def voice(
    source: Clip | Sequence[TimedChord],
    options: VoicingOptions | None = None,
    count: int = 1,
    chords: Sequence[TimedChord] = (),
    unlike: Sequence[Clip] = (),
) -> list[Voicing]:
    """Up to ``count`` voicings: each the smoothest that is at most .7 alike to those before, and to the clips that it
    is to be ``unlike``, or as little as it can be.

    ``chords`` is a clip's harmony, where it is given. Raises EmptyClip without notes or chords, Refused where range or
    locks leave no clear placement. Fewer come where the style doesn't offer more.
    """
    options = options or VoicingOptions()
    like = source if isinstance(source, Clip) else None

    def of(*, whole: bool, bare: bool = False) -> list[Voicing]:
        lines = {"top_locked": options.top_locked, "bass_locked": options.bass_locked}
        spans = spans_of(source, chords=chords, whole=whole, bare=bare, **lines)
        return voice_spans(spans, options, count, like, unlike=unlike)

    # Where tune and bass leave no room, first the bass is part of the chords, then the tune.
    for asked in ({"whole": options.style == "guitar"}, {"whole": True}):
        with suppress(Refused):
            return of(**asked)
    return of(whole=options.style == "guitar", bare=True)


def voice_spans(
    spans: Sequence[Span],
    options: VoicingOptions,
    count: int = 1,
    like: Clip | None = None,
    beside: tuple[Note, ...] | None = None,
    unlike: Sequence[Clip] = (),
) -> list[Voicing]:
    """What ``voice`` does, for spans that are found already.

    like    gives length, tempo and names to the results
    beside  notes that stay as they are: None: all of ``like`` that no span plays, as a tune, a bass, passing notes
    """
    if not spans:
        raise EmptyClip("There are no chords to voice; choose a clip with chords.")
    scale = options.scale or scale_of([TimedChord(span.onset, span.end - span.onset, span.chord) for span in spans])
    spans, wanted, chords = possible(spans, options, scale)
    length = like.length if like is not None else max(span.end for span in spans)
    if beside is None:
        played_again = {id(note) for span in spans for hit in span.hits for note in hit.notes}
        beside = () if like is None else tuple(note for note in like.notes if id(note) not in played_again)
    stays = set(beside)
    others = [[note for note in clip.notes if note not in stays] for clip in unlike if clip.notes]
    own = sum(like is not None and {*like.notes} <= {*clip.notes} for clip in unlike[:1])
    results: list[Voicing] = []
    while len(results) < count:
        room, named = afield(wanted, chords, spans, options) if others else (wanted, chords)
        # The clip's own chords, and novelty, must not be paid for with leaps.
        calm = bool(others) or (like is not None and not any(span.broken for span in spans))
        placed = _chosen(spans, room, options.loop, others, own, calm=calm)
        if placed is None:
            break
        notes = _beside(played(spans, placed, options.rhythm, options.step, length), beside, length)
        others.append([note for note in notes if note not in stays])
        clip = Clip(notes, length, role="chords") if like is None else replace(like, notes=notes)
        results.append(Voicing(clip, tuple(placed), named, _report(named, room, placed, options.loop), beside))
    return results


def _beside(new: Sequence[Note], fixed: Sequence[Note], length: float) -> tuple[Note, ...]:
    """All of them; a new note that is struck with a fixed one of its pitch is that one."""
    onsets: dict[int, list[float]] = {}
    for note in fixed:
        onsets.setdefault(note.pitch, []).append(note.onset)
    left = [note for note in new if all(abs(note.onset - onset) > WHOLE_ROLL for onset in onsets.get(note.pitch, ()))]
    return without_overlaps([*left, *fixed], length)


def _chosen(
    spans: Sequence[Span],
    wanted: Sequence[Wanted],
    loop: bool,
    others: Sequence[Sequence[Note]],
    own: int,
    *,
    calm: bool,
) -> list[tuple[int, ...]] | None:
    """The pitches of each chord: the smoothest way that is no more than _ALIKE like the notes of each of the others,
    or as little as it can be; None where even that is one of them. The first ``own`` of the others are the clip itself.
    """
    runs = [place for place, want in enumerate(wanted) if place == 0 or want != wanted[place - 1]]
    placed = [candidates(wanted[place]) for place in runs]
    weights = [max(1, sum(len(hit.notes) for hit in span.hits)) for span in spans]
    ends = [*runs[1:], len(wanted)]

    def likeness(notes: Sequence[Note]) -> Likeness:
        shares = [np.zeros(len(rows)) for rows in placed]
        for at, (start, end) in enumerate(zip(runs, ends, strict=True)):
            for span, weight in zip(spans[start:end], weights[start:end], strict=True):
                shares[at] += weight / sum(weights) * _likeness(placed[at], span, notes)
        return shares

    known = [likeness(notes) for notes in others]
    most = [_AS_BEFORE if place < own else _ALIKE for place in range(len(known))]
    stages = stages_of([wanted[place] for place in runs], loop, calm=calm)
    path = unlike_path(stages, known, most, SEMITONE * len(runs) * 2)
    rows = [tuple(int(pitch) for pitch in found[node]) for found, node in zip(placed, path, strict=True)]
    if any(sum(at[node] for at, node in zip(each, path, strict=True)) > _THE_SAME for each in known):
        return None
    return [row for row, start, end in zip(rows, runs, ends, strict=True) for _ in range(end - start)]


def _likeness(rows: Pitches, span: Span, notes: Sequence[Note]) -> NDArray[np.float64]:
    """How like what the notes have in a span each row of pitches is, 0-1: see ``music.similarity``."""
    other = np.array(sorted({note.pitch for note in notes if span.onset - TIGHT <= note.onset < span.end - TIGHT}))
    if not len(other):
        return np.zeros(len(rows))
    same = (rows[:, :, None] == other).any(axis=2).sum(axis=1)
    named = np.minimum((rows[:, :, None] % 12 == other % 12).any(axis=2).sum(axis=1), len(other))
    credits = same + _OCTAVE * (named - same) + _OTHER * (min(rows.shape[1], len(other)) - named)
    return np.asarray(2 * credits / (rows.shape[1] + len(other)))


def stages_of(wanted: Sequence[Wanted], loop: bool, *, calm: bool = False) -> Stages:
    """The choice of voicings as costs: motion first, by ``SEMITONE``, dislikes to decide between equals.

    calm  chords that leap as a whole cost besides
    """
    placed = [candidates(want) for want in wanted]
    nodes = tuple(dislikes(rows, want) for rows, want in zip(placed, wanted, strict=True))
    steps = tuple(_step(before, after, calm) for before, after in zip(placed, placed[1:], strict=False))
    closing = _step(placed[-1], placed[0], calm) if loop and len(placed) > 1 else None
    return Stages(nodes, steps, closing)


def _step(before: Pitches, after: Pitches, calm: bool) -> Pitches:
    """Motion, and a dislike for leaps of the top line and for outer voices that move alike."""
    top = after[None, :, -1] - before[:, None, -1]
    bottom = after[None, :, 0] - before[:, None, 0]
    parallel = (np.sign(top) == np.sign(bottom)) & (top != 0)
    costs: Pitches = motions(before, after) * SEMITONE + np.maximum(0, np.abs(top) - 2) * 12 + parallel * 4
    if calm:
        moved = np.abs(after.mean(axis=1)[None, :] - before.mean(axis=1)[:, None])
        leaps = np.maximum(0, moved - _STEP) + np.maximum(0, np.abs(top) - _LEAP)
        costs = costs + np.rint(_LEAPING * SEMITONE * leaps).astype(np.int64)
    return costs


def _report(
    chords: Sequence[TimedChord], wanted: Sequence[Wanted], placed: Sequence[tuple[int, ...]], loop: bool
) -> VoicingReport:
    changes = list(zip(placed, [*placed[1:], *placed[:1]] if loop else placed[1:], strict=False))
    asked = [{(want.root + tone) % 12 for tone in want.tones} for want in wanted]
    sounding = [{pitch % 12 for pitch in row} for row in placed]
    kept = sum(len(tones & heard) for tones, heard in zip(asked, sounding, strict=True))
    return VoicingReport(
        motion=sum(motion(before, after) for before, after in changes),
        top_leap=max((abs(after[-1] - before[-1]) for before, after in changes), default=0),
        content=kept / sum(map(len, asked)),
        clear=all(bool(clear(np.array([row]), want)[0]) for row, want in zip(placed, wanted, strict=True)),
        left_out=tuple(
            tuple(sorted(timed.chord.classes - heard)) for timed, heard in zip(chords, sounding, strict=True)
        ),
    )
