"""Measure the room: how fast voicing is, whether it finds the best, and how well melodies are harmonised.

``clipkin benchmark harmony`` shows these rows.

Offers: ``benchmark``, ``Row``, ``ROWS``, ``timed``, ``a_bar_of_drums``, ``KICKS``, ``PROGRESSIONS``.
"""

from __future__ import annotations

import itertools
import json
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.accompaniment.accompany import AccompanyOptions, accompany
from models.harmony.harmonise import HarmoniseOptions, harmonise
from models.harmony.progressions import WEIGHTS, progressions
from models.harmony.reharmonise import ReharmoniseOptions, reharmonise
from models.harmony.tunes import TUNES, tune
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.errors import EngineUnavailable
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.candidates import candidates
from models.voicing.motion import motion
from models.voicing.options import PRESETS, STYLES, VoicingOptions
from models.voicing.spans import spans_of
from models.voicing.voice import voice, wanted_of

PROGRESSIONS = {
    "pop": "C:maj G:maj A:min F:maj",
    "turnaround": "C:maj7 A:7 D:min7 G:7 E:min7 A:7 D:min7 G:7 G:min7 C:7 F:maj7 Bb:7 E:min7 A:7 D:min7 G:7",
    "slashes": "C:maj G:maj/3 A:min F:maj/2 E:min7 A:7 D:min7 G:sus4",
    "minor": "A:min F:maj C:maj E:7 A:min D:min B:hdim7 E:7",
}
_SHORT = 3
_DIALS = (1.0, 0.85, 0.7, 0.55)
KICKS = ((0.0, 1.0, 2.0, 3.0), (0.0, 1.5, 2.75), (0.0, 0.75, 2.5), (0.0, 2.5, 3.25))


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what was measured, its value and unit, and what it must reach, as a word ("≤ 30")."""

    name: str
    value: float
    unit: str
    goal: str
    reached: bool


def benchmark(melodies: Iterable[Clip] | None = None) -> Iterator[Row]:
    """Every figure, as it is ready; ``melodies`` to harmonise, else the shipped tunes."""
    milliseconds = voicing_ms()
    yield Row("voicing 16 chords, slowest preset, median", milliseconds, "ms", "< 30", milliseconds < 30)
    excess = worst_excess()
    yield Row("voice-leading motion above exhaustive search", excess, "semitones", "0", excess == 0)
    content, clear = content_and_limits()
    yield Row("pitch-class content kept", content, "share", "1", content == 1)
    yield Row("low-interval limits kept", clear, "share", "1", clear == 1)
    chosen = list(melodies) if melodies is not None else [tune(name) for name in TUNES]
    for colour in (0.0, 0.3, 0.7):
        share = chord_tones(chosen, colour)
        yield Row(f"chord tones on strong beats, colour {colour:g}", share, "share", "≥ 0.85", share >= 0.85)
    off = dial_error()
    yield Row("reharmonising: distance from the dial, mean", off, "similarity", "≤ 0.05", off <= 0.05)
    shared, inside = bass_figures()
    yield Row("bass onsets on the kick or the chords, worst", shared, "share", "≥ 0.6", shared >= 0.6)
    yield Row("bass notes inside the scale asked for", inside, "share", "1", inside == 1)
    likelier = likelier_than_bigram()
    yield Row("held-out chords likelier than under a bigram (card)", likelier, "times", "≥ 1.2", likelier >= 1.2)


ROWS = 11
"""How many rows ``benchmark`` gives, for a progress bar."""


def timed(labels: str, beats: float = 4.0) -> list[TimedChord]:
    """Chords of ``beats`` each, from labels separated by blanks."""
    chords = [chord for label in labels.split() if (chord := Chord.parse(label)) is not None]
    return [TimedChord(place * beats, beats, chord) for place, chord in enumerate(chords)]


def voicing_ms(repeats: int = 5) -> float:
    """Milliseconds to voice sixteen chords with the slowest preset: the median, found anew each time."""
    row = timed(PROGRESSIONS["turnaround"])

    def once(preset: str) -> float:
        candidates.cache_clear()
        start = time.perf_counter()
        voice(row, VoicingOptions.preset(preset))
        return 1000 * (time.perf_counter() - start)

    return max(statistics.median(once(preset) for _ in range(repeats)) for preset in PRESETS)


def worst_excess() -> int:
    """Semitones by which the found motion exceeds the least of all ways through the candidates; over all styles."""
    worst = 0
    for labels, style in itertools.product(PROGRESSIONS.values(), STYLES):
        row, options = timed(labels)[:_SHORT], VoicingOptions(style=style)
        choices = [
            [tuple(int(pitch) for pitch in placed) for placed in candidates(want)]
            for want in wanted_of(spans_of(row), [each.chord for each in row], options)
        ]
        least = min(sum(map(motion, path, path[1:] + path[:1])) for path in itertools.product(*choices))
        worst = max(worst, voice(row, options)[0].report.motion - least)
    return worst


def content_and_limits() -> tuple[float, float]:
    """Mean share of the tones asked for that sound, and share of voicings without mud; all styles and presets."""
    every = [VoicingOptions(style=style) for style in STYLES] + [preset.options for preset in PRESETS.values()]
    reports = [
        voicing.report
        for labels in PROGRESSIONS.values()
        for options in every
        for voicing in voice(timed(labels), options, count=3)
    ]
    return (
        sum(report.content for report in reports) / len(reports),
        sum(report.clear for report in reports) / len(reports),
    )


def chord_tones(melodies: list[Clip], colour: float) -> float:
    """Mean share of strong notes that belong to their chord, over the best two results for each melody."""
    shares = [
        result.chord_tones
        for melody in melodies
        for result in harmonise(melody, HarmoniseOptions(colour=colour), count=2)
    ]
    return sum(shares) / len(shares)


def dial_error() -> float:
    """Mean distance of the measured similarity from the dial."""
    errors = [
        abs(reharmonise(timed(labels), ReharmoniseOptions(similarity=dial))[0].similarity - dial)
        for labels in PROGRESSIONS.values()
        for dial in _DIALS
    ]
    return sum(errors) / len(errors)


def bass_figures() -> tuple[float, float]:
    """Least share of onsets that a bass has in common with kick or chords, and its least share inside the scale."""
    scale = Scale.parse("C major")
    results = [
        result
        for kicks in KICKS
        for labels in PROGRESSIONS.values()
        for result in accompany((a_bar_of_drums(kicks), voice(timed(labels))[0].clip), AccompanyOptions(scale=scale), 5)
    ]
    return min(result.shared for result in results), min(result.in_scale for result in results)


def a_bar_of_drums(kicks: tuple[float, ...]) -> Clip:
    """A bar of drums: these kicks, a backbeat and eighths of the hat."""
    lanes = [(36, kicks), (38, (1.0, 3.0)), (42, tuple(place / 2 for place in range(8)))]
    return Clip(tuple(Note(pitch, onset, 0.2) for pitch, onsets in lanes for onset in onsets), 4.0, role="drums")


def likelier_than_bigram() -> float:
    """The figure of the shipped table's card, measured when it was trained; raises EngineUnavailable without one."""
    progressions()
    try:
        card = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
        return float(card["figures"]["likelier_than_bigram"])
    except (OSError, ValueError, KeyError) as error:
        raise EngineUnavailable(
            "The card of the table of progressions is missing or damaged; install Clipkin again."
        ) from error
