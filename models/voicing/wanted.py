"""What each chord of a progression has to keep before a placement is chosen: its tones, how many voices, and where.

A colour comes where it tells the chord apart no less; between tune and bass, and round the prompt's own register.

Offers: ``possible``, ``afield``, ``wanted_of``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.music.beats import TIGHT
from models.music.chord import Chord, TimedChord
from models.music.errors import Refused
from models.music.scale import Scale
from models.voicing.candidates import candidates
from models.voicing.extensions import extended
from models.voicing.options import MOST_VOICES, Bass, Style, VoicingOptions
from models.voicing.rules import AFIELD, NEARER, Wanted, fewer, tones_of, voices_of
from models.voicing.spans import OVER_A_BASS, Span

_LOWEST_UNDER_A_LINE, _LOWEST_OVER_A_BASS, _CLOSER = 36, 48, 9
_WHOLE: dict[Style, Style] = {"rootless": "close", "shell": "close"}
"""What styles that leave tones out give way to."""
_PASSING = 2.0
"""Beats that a clip's chord lasts at least to take a colour."""

_ROUND_THE_PROMPT, _LEAST_ROOM, _DEEPER, _MORE = 14, 24, 7, 6
"""Semitones round the mean of the prompt's chords, of room at least, that a style may move down to a low prompt, and of
room on either side that another idea has.
"""


def possible(
    spans: Sequence[Span], options: VoicingOptions, scale: Scale
) -> tuple[list[Span], list[Wanted], tuple[TimedChord, ...]]:
    """The spans that can be voiced; those that a tune and a bass leave no room stay as they are played."""
    chords = [
        # What a clip only passes through takes no colour.
        TimedChord(
            span.onset,
            span.end - span.onset,
            span.chord
            if (span.hits and span.end - span.onset < _PASSING - TIGHT) or _inverted(span)
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


def _inverted(span: Span) -> bool:
    """Does a chord stand on another bass than its root, so that it's only known by all its tones?"""
    foreign = (span.chord.bass - span.chord.root) % 12 not in (0, *span.chord.intervals)
    return foreign or (span.over is not None and span.over % 12 != span.chord.root)


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
    (low, high), middle = register, None
    if span.pitches and (options.reach is not None or (span.broken and options.loose)):
        low, middle = max(low, min(span.pitches) - _DEEPER), sum(register) / 2  # the hand stays where it is
    # Where a bass plays, the chords above it have none of their own.
    kind: Bass = "none" if span.between is not None and span.between[0] > 0 else options.bass_kind
    if span.between is not None:
        low, high = max(low, span.between[0]), min(high, span.between[1])
    if options.top_locked and span.hits:
        low = min(low, max(_LOWEST_UNDER_A_LINE, span.pitches[-1] - 24))  # a low line needs room below it
    if span.hits and _inverted(span) and not span.broken:
        options = replace(options, style=_WHOLE.get(options.style, options.style), voices=None)
    rooted = span.over is not None and span.over % 12 == chord.root
    tones = tones_of(chord, options, kind, rooted=rooted)
    under = None if span.between is None or span.between[0] <= 0 else span.between[0] - OVER_A_BASS
    fullest = max((len(hit.notes) for hit in span.hits), default=0)
    coloured = len(chord.intervals) > len(span.chord.intervals)
    full = max(3, options.voices or fullest)
    if coloured and rooted and len(tones) > full:
        # A colour comes in place of the root, which the bass has.
        tones = fewer(tuple(tone for tone in tones if tone), full + (not options.voices))
    if span.broken:
        tones = fewer(tones, len(span.pitches))
        own = sum(pitch in (span.replaced or span.chord) for pitch in span.pitches)
        voices = min(MOST_VOICES, max(len(tones), own))
    else:
        voices = voices_of(len(tones), options, kind, fullest)
    grounded = span.broken and span.over is None and span.pitches[0] % 12 == (span.replaced or chord).root
    bass = chord.bass if chord.bass != chord.root and kind != "none" else None
    if kind != "none" and (grounded or (options.style == "spread" and bass is None and 0 in tones)):
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
        middle=middle,
        tune=span.tune,
        reach=options.reach,
        loose=options.loose and options.style != "guitar",
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


def afield(
    wanted: Sequence[Wanted], chords: Sequence[TimedChord], spans: Sequence[Span], options: VoicingOptions
) -> tuple[list[Wanted], tuple[TimedChord, ...]]:
    """The same with more room, for another idea than those before; a chord that can't lie there cleanly comes without
    its colour, or where it lay.
    """
    ceiling = max((pitch for span in spans for pitch in span.pitches), default=127) + 12
    bare = wanted_of(spans, [span.chord for span in spans], options)
    found, named = [], []
    for want, plain, timed, span in zip(wanted, bare, chords, spans, strict=True):
        more = _MORE * (options.range is None)

        def far(one: Wanted, span: Span = span, more: int = more) -> Wanted:
            below, above = span.between or (0, 127)
            deepest = min((_LOWEST_OVER_A_BASS, *span.pitches))
            low = min(one.low, max(one.low - more, below)) if span.over is None else max(one.low, deepest)
            low = one.low if options.reach is not None or span.broken else low
            high = max(one.high, min(one.high + more, ceiling, above))
            furthest = AFIELD if options.reach is None else NEARER * options.reach
            return replace(one, furthest=furthest, middle=one.centre, low=low, high=high)

        bare_name = timed._replace(chord=span.chord)
        choices = [(far(want), timed), (far(plain), bare_name), (plain, bare_name)]
        choice, name = next((each for each in choices[:2] if _has_room(each[0])), choices[2])
        found.append(choice)
        named.append(name)
    return found, tuple(named)
