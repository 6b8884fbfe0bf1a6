"""Voice a progression: the same chords, in the smoothest placement that a style allows.

Every chord gets its candidates (``candidates``); of all ways through them the one with the least voice-leading motion
is found by exact dynamic programming (``best_paths``), and of equal ones the one that a musician likes best: a calm top
line, the register's centre, firm inversions. What is asked for holds in every candidate, so it holds in the result.

Offers: ``voice``, ``Voicing``, ``VoicingReport``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.music import pitch as names
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, without_overlaps
from models.music.errors import EmptyClip
from models.music.note import Note
from models.voicing.best_paths import Stages, differing_paths
from models.voicing.candidates import candidates
from models.voicing.extensions import extended, scale_of
from models.voicing.motion import Pitches, motion, motions
from models.voicing.options import MOST_VOICES, Style, VoicingOptions
from models.voicing.playing import played
from models.voicing.rules import Wanted, dislikes, limits_kept
from models.voicing.spans import Span, spans_of

SEMITONE = 10_000
"""What a semitone of motion costs; all dislikes of a path together stay below it for any clip that fits the wire."""

_LEAST_VOICES: dict[Style, int] = {"drop2": 4, "drop3": 4, "spread": 4}
_LEAVES_OUT = (7, 0, 5, 2, 9)
"""What a chord with too few voices leaves out, first to last: perfect fifth, root, eleventh, ninth, thirteenth."""


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


def voice(source: Clip | Sequence[TimedChord], options: VoicingOptions | None = None, count: int = 1) -> list[Voicing]:
    """Up to ``count`` voicings: the best, then the best that differ from each before in a third of the chords or more.

    Raises EmptyClip without notes or chords, Refused where range or locks leave no clear placement. Fewer come where
    the style doesn't offer more.
    """
    options = options or VoicingOptions()
    spans = spans_of(source, top_locked=options.top_locked, bass_locked=options.bass_locked)
    like = source if isinstance(source, Clip) else None
    chordal = {id(note) for span in spans for hit in span.hits for note in hit.notes}
    beside = () if like is None else tuple(note for note in like.notes if id(note) not in chordal)
    return voice_spans(spans, options, count, like, beside)


def voice_spans(
    spans: Sequence[Span],
    options: VoicingOptions,
    count: int = 1,
    like: Clip | None = None,
    beside: tuple[Note, ...] = (),
) -> list[Voicing]:
    """What ``voice`` does, for spans that are found already.

    like    gives length, tempo and names to the results
    beside  notes that stay as they are: single ones between the chords
    """
    if not spans:
        raise EmptyClip("There are no chords to voice; choose a clip with notes.")
    scale = options.scale or scale_of([TimedChord(span.onset, span.end - span.onset, span.chord) for span in spans])
    chords = tuple(
        TimedChord(span.onset, span.end - span.onset, extended(span.chord, options.extensions, scale)) for span in spans
    )
    wanted = wanted_of(spans, [timed.chord for timed in chords], options)
    length = like.length if like is not None else max(span.end for span in spans)
    results = []
    for placed in _chosen(wanted, options.loop, count):
        notes = without_overlaps([*played(spans, placed, options.rhythm, options.step, length), *beside], length)
        clip = Clip(notes, length, role="chords") if like is None else replace(like, notes=notes)
        results.append(Voicing(clip, tuple(placed), chords, _report(chords, wanted, placed, options.loop)))
    return results


def wanted_of(spans: Sequence[Span], chords: Sequence[Chord], options: VoicingOptions) -> list[Wanted]:
    """What each span's chord has to keep, before a placement is chosen."""
    low, high = options.style_range
    if options.range is None:
        low, high = _at_the_prompt(low, high, spans)
    wanted = []
    for span, chord in zip(spans, chords, strict=True):
        tones = _tones(chord, options)
        voices = _voices(len(tones), options)
        if span.broken:
            voices = min(MOST_VOICES, max(len(tones), sum(pitch in span.chord for pitch in span.pitches)))
        bass = chord.bass if chord.bass != chord.root and options.bass_kind != "none" else None
        if options.style == "spread" and bass is None and 0 in tones:
            bass = chord.root
        wanted.append(
            Wanted(
                root=chord.root,
                tones=tones,
                voices=voices,
                style=options.style,
                bass_kind=options.bass_kind,
                bass=bass,
                low=low,
                high=high,
                top=span.pitches[-1] if options.top_locked and span.hits else None,
                bottom=span.pitches[0] if options.bass_locked and span.hits else None,
            )
        )
    return wanted


def _at_the_prompt(low: int, high: int, spans: Sequence[Span]) -> tuple[int, int]:
    """The style's range an octave or more higher where the prompt lies higher; never lower, where it would be mud."""
    pitches = [pitch for span in spans for pitch in span.pitches]
    if not pitches:
        return low, high
    octaves = max(0, round((sum(pitches) / len(pitches) - (low + high) / 2) / 12))
    while high + 12 * octaves > 120:
        octaves -= 1
    return low + 12 * octaves, high + 12 * octaves


def _tones(chord: Chord, options: VoicingOptions) -> tuple[int, ...]:
    """Semitones above the root that have to sound, rising."""
    tones = {interval % 12 for interval in chord.intervals}
    if options.bass_kind != "none":
        tones.add((chord.bass - chord.root) % 12)
    many = len(tones) >= 4
    if options.style == "rootless" and many and options.bass_kind != "under" and 0 in tones:
        tones.remove(0)
    if options.style == "shell" and many and tones & {9, 10, 11}:
        tones.discard(7)
    most = options.voices or MOST_VOICES
    for tone in _LEAVES_OUT:
        if len(tones) > most and not (tone == 0 and options.bass_kind != "none"):
            tones.discard(tone)
    return tuple(sorted(tones))


def _voices(tones: int, options: VoicingOptions) -> int:
    """How many notes the chord takes: those asked for, never fewer than its tones, with one for the bass if apart."""
    least = tones if tones < 3 else max(_LEAST_VOICES.get(options.style, 0), tones)
    if options.bass_kind == "under" and tones >= 3:
        least = max(4, least)
    return max(tones, options.voices or least)


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
        clear=all(_is_clear(row) for row in placed),
        left_out=tuple(
            tuple(sorted(timed.chord.classes - heard)) for timed, heard in zip(chords, sounding, strict=True)
        ),
    )


def _is_clear(row: tuple[int, ...]) -> bool:
    return bool(limits_kept(np.array([row]))[0])
