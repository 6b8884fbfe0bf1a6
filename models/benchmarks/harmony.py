"""``clipkin benchmark harmony``: voicing, harmonising, accompanying, drumming and arranging, on shipped tunes.

How fast voicing is, whether it finds the best, and how well melodies are harmonised; the rest is ``band``'s.

Offers: ``main``, ``benchmark``, ``timed``, ``PROGRESSIONS``.
"""

from __future__ import annotations

import itertools
import json
import math
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence

from models.benchmarks import band
from models.benchmarks.band import PROGRESSIONS, TUNES, timed, tune
from models.benchmarks.figure import Figure, show
from models.harmony.harmonise import HarmoniseOptions, harmonise
from models.harmony.progressions import WEIGHTS, progressions
from models.harmony.reharmonise import ReharmoniseOptions, reharmonise
from models.music.clip import Clip
from models.music.errors import EngineUnavailable
from models.studio import Studio
from models.training.options import Options
from models.voicing.candidates import candidates
from models.voicing.motion import motion
from models.voicing.options import PRESETS, STYLES, VoicingOptions
from models.voicing.spans import spans_of
from models.voicing.voice import voice
from models.voicing.wanted import wanted_of

_SHORT = 3
_DIALS = (1.0, 0.85, 0.7, 0.55)


def main(arguments: Sequence[str]) -> None:
    """The command."""
    as_json = Options("benchmark harmony", __doc__, data="", json=True).parse_args(arguments).json
    studio = Studio(patient=True)
    show(
        (
            *benchmark(),
            *band.accompanying(studio.player("kin")),
            *band.drumming(studio.player("rnn")),
            *band.arranging(),
        ),
        as_json=as_json,
    )


def benchmark(melodies: Iterable[Clip] | None = None) -> Iterator[Figure]:
    """Figures of voicing and harmonising, each as it is ready; ``melodies`` to harmonise, else the shipped tunes."""
    yield Figure("voicing 16 chords, slowest preset, median", voicing_ms(), "ms", (0, 30))
    yield Figure("voice-leading motion above exhaustive search", worst_excess(), "semitones", (0, 0))
    every = [VoicingOptions(style=style) for style in STYLES] + [*PRESETS.values()]
    reports = [
        voicing.report
        for labels in PROGRESSIONS.values()
        for options in every
        for voicing in voice(timed(labels), options, count=3)
    ]
    yield Figure("pitch-class content kept", statistics.fmean(report.content for report in reports), goal=(1, 1))
    yield Figure("low-interval limits kept", statistics.fmean(report.clear for report in reports), goal=(1, 1))
    chosen = list(melodies) if melodies is not None else [tune(name) for name in TUNES]
    for colour in (0.0, 0.3, 0.7):
        options = HarmoniseOptions(colour=colour)
        shares = [result.chord_tones for melody in chosen for result in harmonise(melody, options, count=2)]
        name = f"chord tones on strong beats, colour {colour:g}"
        yield Figure(name, statistics.fmean(shares), goal=(0.85, math.inf))
    errors = [
        abs(reharmonise(timed(labels), ReharmoniseOptions(similarity=dial))[0].similarity - dial)
        for labels in PROGRESSIONS.values()
        for dial in _DIALS
    ]
    yield Figure("reharmonising: distance from the dial, mean", statistics.fmean(errors), "similarity", (0, 0.05))
    likelier = likelier_than_bigram()
    yield Figure("held-out chords likelier than under a bigram (card)", likelier, "times", (1.2, math.inf))


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
