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

from models.constraints.lines import WHOLE_ROLL
from models.music import pitch as names
from models.music.beats import TIGHT
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, without_overlaps
from models.music.errors import EmptyClip, Refused
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.best_paths import Stages, differing_paths
from models.voicing.candidates import candidates
from models.voicing.extensions import extended, scale_of
from models.voicing.motion import Pitches, motion, motions
from models.voicing.options import MOST_VOICES, Bass, VoicingOptions
from models.voicing.playing import played
from models.voicing.rules import Wanted, clear, dislikes, fewer, tones_of, voices_of
from models.voicing.spans import OVER_A_BASS, Span, spans_of

SEMITONE = 10_000
"""What a semitone of motion costs; all dislikes of a path together stay below it for any clip that fits the wire."""

_LOWEST_UNDER_A_LINE, _CLOSER = 36, 9
_PASSING = 2.0
"""Beats that a clip's chord lasts at least to take a colour."""

_ROUND_THE_PROMPT, _LEAST_ROOM, _DEEPER = 14, 24, 7
"""Semitones round the mean of the prompt's chords, of room at least, and that a style may move down to a low prompt."""


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
    """One result: the clip, the pitches of each chord (rising), the chords with their colours, and the report."""

    clip: Clip
    pitches: tuple[tuple[int, ...], ...]
    chords: tuple[TimedChord, ...]
    report: VoicingReport

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
) -> list[Voicing]:
    """Up to ``count`` voicings: the best, then the best that differ from each before in a third of the chords or more.

    ``chords`` is a clip's harmony, where it is given. Raises EmptyClip without notes or chords, Refused where range or
    locks leave no clear placement. Fewer come where the style doesn't offer more.
    """
    options = options or VoicingOptions()
    like = source if isinstance(source, Clip) else None

    def of(*, whole: bool, bare: bool = False) -> list[Voicing]:
        lines = {"top_locked": options.top_locked, "bass_locked": options.bass_locked}
        spans = spans_of(source, chords=chords, whole=whole, bare=bare, **lines)
        return voice_spans(spans, options, count, like)

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
) -> list[Voicing]:
    """What ``voice`` does, for spans that are found already.

    like    gives length, tempo and names to the results
    beside  notes that stay as they are: None: all of ``like`` that no span plays, as a tune, a bass, passing notes
    """
    if not spans:
        raise EmptyClip("There are no chords to voice; choose a clip with chords.")
    scale = options.scale or scale_of([TimedChord(span.onset, span.end - span.onset, span.chord) for span in spans])
    spans, wanted, chords = _possible(spans, options, scale)
    length = like.length if like is not None else max(span.end for span in spans)
    if beside is None:
        played_again = {id(note) for span in spans for hit in span.hits for note in hit.notes}
        beside = () if like is None else tuple(note for note in like.notes if id(note) not in played_again)
    results = []
    for placed in _chosen(wanted, options.loop, count):
        notes = _beside(played(spans, placed, options.rhythm, options.step, length), beside, length)
        clip = Clip(notes, length, role="chords") if like is None else replace(like, notes=notes)
        results.append(Voicing(clip, tuple(placed), chords, _report(chords, wanted, placed, options.loop)))
    return results


def _beside(new: Sequence[Note], fixed: Sequence[Note], length: float) -> tuple[Note, ...]:
    """All of them; a new note that is struck with a fixed one of its pitch is that one."""
    onsets: dict[int, list[float]] = {}
    for note in fixed:
        onsets.setdefault(note.pitch, []).append(note.onset)
    left = [note for note in new if all(abs(note.onset - onset) > WHOLE_ROLL for onset in onsets.get(note.pitch, ()))]
    return without_overlaps([*left, *fixed], length)


def _possible(
    spans: Sequence[Span], options: VoicingOptions, scale: Scale
) -> tuple[list[Span], list[Wanted], tuple[TimedChord, ...]]:
    """The spans that can be voiced; those that a tune and a bass leave no room stay as they are played."""
    chords = [
        # What a clip only passes through takes no colour.
        TimedChord(
            span.onset,
            span.end - span.onset,
            span.chord
            if span.hits and span.end - span.onset < _PASSING - TIGHT
            else extended(span.chord, options.extensions, scale),
        )
        for span in spans
    ]
    wanted = wanted_of(spans, [timed.chord for timed in chords], options)
    for place, span in enumerate(spans):
        if span.replaced is not None and span.between is not None and not _has_room(wanted[place]):
            # A new chord has to sound somewhere: it may come nearer to the bass.
            closer = replace(span, between=(max(1, span.between[0] - _CLOSER), span.between[1]))
            wanted[place] = wanted_of([closer], [chords[place].chord], options)[0]
    able = [place for place, span in enumerate(spans) if span.between is None or _has_room(wanted[place])]
    if not able:
        raise Refused("Tune and bass leave the chords no room to lie otherwise; choose another style or range.")
    return [spans[at] for at in able], [wanted[at] for at in able], tuple(chords[at] for at in able)


def _has_room(wanted: Wanted) -> bool:
    try:
        return len(candidates(wanted)) > 0
    except Refused:
        return False


def wanted_of(spans: Sequence[Span], chords: Sequence[Chord], options: VoicingOptions) -> list[Wanted]:
    """What each span's chord has to keep, before a placement is chosen."""
    register = _register(spans, options)
    return [_wanted(span, chord, options, register) for span, chord in zip(spans, chords, strict=True)]


def _wanted(span: Span, chord: Chord, options: VoicingOptions, register: tuple[int, int]) -> Wanted:
    low, high = register
    # Where a bass plays, the chords above it have none of their own.
    kind: Bass = "none" if span.between is not None and span.between[0] > 0 else options.bass_kind
    if span.between is not None:
        low, high = max(low, span.between[0]), min(high, span.between[1])
    if options.top_locked and span.hits:
        low = min(low, max(_LOWEST_UNDER_A_LINE, span.pitches[-1] - 24))  # a low line needs room below it
    tones = tones_of(chord, options, kind)
    under = None if span.between is None or span.between[0] <= 0 else span.between[0] - OVER_A_BASS
    fullest = max((len(hit.notes) for hit in span.hits), default=0)
    coloured = len(chord.intervals) > len(span.chord.intervals)
    if coloured and under is not None and under % 12 == chord.root and len(tones) > max(3, fullest):
        # A colour comes in place of the root, which the bass has.
        tones = fewer(tuple(tone for tone in tones if tone), max(3, fullest) + 1)
    if span.broken:
        tones = fewer(tones, len(span.pitches))
        voices = min(
            MOST_VOICES, max(len(tones), sum(pitch in (span.replaced or span.chord) for pitch in span.pitches))
        )
    else:
        voices = voices_of(len(tones), options, kind, fullest)
    bass = chord.bass if chord.bass != chord.root and kind != "none" else None
    if options.style == "spread" and bass is None and 0 in tones and kind != "none":
        bass = chord.root
    return Wanted(
        root=chord.root,
        tones=tones,
        voices=voices,
        style=options.style,
        bass_kind=kind,
        bass=bass,
        low=low,
        high=high,
        top=span.pitches[-1] if options.top_locked and span.hits and not span.broken else None,
        bottom=span.pitches[0] if options.bass_locked and span.hits and not span.broken else None,
        broken=span.broken,
        under=under,
    )


def _register(spans: Sequence[Span], options: VoicingOptions) -> tuple[int, int]:
    """The range asked for; else the style's, moved to where the prompt lies, and round the prompt itself where a bass
    plays below or a tune above. Never more than an octave above the prompt's own notes.
    """
    low, high = options.style_range
    pitches = [pitch for span in spans for pitch in span.pitches]
    if not pitches:
        return low, high
    mean = sum(pitches) / len(pitches)
    if any(span.between for span in spans):
        low, high = round(mean) - _ROUND_THE_PROMPT, round(mean) + _ROUND_THE_PROMPT
    elif options.range is None:
        up = round(max(-_DEEPER, mean - (low + high) / 2))
        low, high = low + up, high + up
    return low, max(low + _LEAST_ROOM, min(high, 120, max(pitches) + 12))


def _chosen(wanted: Sequence[Wanted], loop: bool, count: int) -> list[list[tuple[int, ...]]]:
    """The pitches of each chord, for each result."""
    runs = [place for place, want in enumerate(wanted) if place == 0 or want != wanted[place - 1]]
    stages = stages_of([wanted[place] for place in runs], loop)
    options = [candidates(wanted[place]) for place in runs]
    results = []
    for path in differing_paths(stages, count, SEMITONE, max(1, -(-len(runs) // 3))):
        rows = [tuple(int(pitch) for pitch in placed[node]) for placed, node in zip(options, path, strict=True)]
        starts = [*runs[1:], len(wanted)]
        results.append([row for row, start, end in zip(rows, runs, starts, strict=True) for _ in range(end - start)])
    return results


def stages_of(wanted: Sequence[Wanted], loop: bool) -> Stages:
    """The choice of voicings as costs: motion first, by ``SEMITONE``, dislikes to decide between equals."""
    placed = [candidates(want) for want in wanted]
    nodes = tuple(dislikes(rows, want) for rows, want in zip(placed, wanted, strict=True))
    steps = tuple(_step(before, after) for before, after in zip(placed, placed[1:], strict=False))
    closing = _step(placed[-1], placed[0]) if loop and len(placed) > 1 else None
    return Stages(nodes, steps, closing)


def _step(before: Pitches, after: Pitches) -> Pitches:
    """Motion, and a dislike for leaps of the top line and for outer voices that move alike."""
    top = after[None, :, -1] - before[:, None, -1]
    bottom = after[None, :, 0] - before[:, None, 0]
    parallel = (np.sign(top) == np.sign(bottom)) & (top != 0)
    costs: Pitches = motions(before, after) * SEMITONE + np.maximum(0, np.abs(top) - 2) * 12 + parallel * 4
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
