"""Measure drumming: whether promises hold, whether busier is busier, how fast, and how a groove is spread.

``clipkin benchmark harmony`` shows these rows; how near grooves come to what drummers played is measured on the
corpora, ``python -m models.benchmarks.grooves``.

Offers: ``benchmark``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

from models.benchmarks.harmony import KICKS, Row, a_bar_of_drums
from models.drums.drums import DrumsOptions, drums
from models.drums.rhythm import TOGETHER, Rhythm
from models.drums.styles import STYLES
from models.generator import Engine, Variation
from models.harmony.tunes import TUNES, tune
from models.music.beats import snap
from models.music.clip import Clip
from models.music.note import Note

_BARS = 4

Stays = Callable[[Note], bool]


def benchmark(player: Engine | None = None) -> Iterator[Row]:
    """Every figure, as it is ready; the groove's where somebody can be asked."""
    beats = [a_bar_of_drums(kicks).looped(4.0 * _BARS) for kicks in KICKS]
    struck = [
        _struck(tune(name), result)
        for name in TUNES
        for style in STYLES
        for result in drums(tune(name), DrumsOptions(style=style), 2)
    ]
    yield _whole("beat from a tune: strokes of the tune that are struck", sum(struck) / len(struck))
    milliseconds = _milliseconds(tune(next(iter(TUNES))))
    yield Row("four beats from a tune, median", milliseconds, "ms", "< 50", milliseconds < 50)
    yield _whole(
        "fill: results that leave all before the last bar as it was",
        _share(
            _same(beat, result, lambda note: note.onset < 4.0 * (_BARS - 1))
            for beat in beats
            for result in drums(beat, DrumsOptions(make="fill"), 8)
        ),
    )
    yield _whole(
        "lane: results that leave the other drums as they were",
        _share(
            _same(beat, result, partial(_is_other, lane))
            for beat in beats
            for lane, name in ((36, "kick"), (38, "snare"), (42, "42"))
            for result in drums(beat, DrumsOptions(make="lane", lane=name), 4)
        ),
    )
    yield _whole(
        "busier, sparser: each version more, or less, than the one before",
        _share(_rises(beat, make, sign) for beat in beats for make, sign in (("busier", 1), ("sparser", -1))),
    )
    if player is not None:
        yield from _groove(beats, player)


def _whole(name: str, value: float) -> Row:
    return Row(name, value, "share", "1", value == 1)


def _share(held: Iterator[bool]) -> float:
    values = list(held)
    return sum(values) / len(values)


def _struck(prompt: Clip, result: Variation) -> float:
    strokes = Rhythm.of((prompt,), prompt.length).strokes
    onsets = [note.onset for note in result.clip.notes]
    return sum(any(abs(stroke.onset - onset) <= 2 * TOGETHER for onset in onsets) for stroke in strokes) / len(strokes)


def _milliseconds(prompt: Clip) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        list(drums(prompt, DrumsOptions(), 4))
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def _same(prompt: Clip, result: Variation, stays: Stays) -> bool:
    return [note for note in prompt.notes if stays(note)] == [note for note in result.clip.notes if stays(note)]


def _is_other(lane: int, note: Note) -> bool:
    return note.pitch != lane


def _rises(prompt: Clip, make: str, sign: int) -> bool:
    hits = [len(prompt.notes), *(len(result.clip.notes) for result in drums(prompt, DrumsOptions(make=make), 4))]
    return all(sign * (after - before) > 0 for before, after in zip(hits, hits[1:], strict=False))


def _groove(beats: list[Clip], player: Engine) -> Iterator[Row]:
    """How far from the grid, and how unevenly loud, a flat beat becomes."""
    results = [
        result.clip for beat in beats for result in drums(beat, DrumsOptions(make="groove"), 2, players=(player,))
    ]
    late = [
        statistics.pstdev(note.onset - snap(note.onset, 0.25) for note in clip.notes) * 60_000 / clip.tempo
        for clip in results
    ]
    loud = [statistics.pstdev(note.velocity for note in clip.notes) for clip in results]
    timing, loudness = sum(late) / len(late), sum(loud) / len(loud)
    yield Row("groove: spread of the timing", timing, "ms", "3-25", 3 <= timing <= 25)
    yield Row("groove: spread of the velocity", loudness, "steps", "8-36", 8 <= loudness <= 36)
