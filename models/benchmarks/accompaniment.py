"""Measure accompanying: each part by the grammar and, where somebody can be asked, by an engine, on the same scenes.

What is counted is what a part must do: a bass lies on kick and chords, a kick on bass and chords, tunes and chords
sound chord tones on strong beats, a counter-melody speaks when the tune doesn't. ``clipkin benchmark harmony`` shows
the rows.

Offers: ``benchmark``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.accompaniment.accompany import Accompaniment, AccompanyOptions, accompany
from models.accompaniment.surroundings import TOGETHER, Surroundings
from models.benchmarks.harmony import KICKS, PROGRESSIONS, Row, a_bar_of_drums, timed
from models.generator import Engine
from models.harmony.harmonise import harmonise
from models.harmony.tunes import TUNES, tune
from models.music.beats import strength
from models.music.chord import chord_at
from models.music.clip import Clip
from models.music.scale import Scale
from models.voicing.voice import voice

GRAMMAR = "grammar"
_SCALE = Scale.parse("C major")
_STRONG = 0.6
_STYLE = "pop rock hip-hop funk"
"""Styles whose kick follows the scene; a kick on every beat doesn't."""

Found = list[tuple[Surroundings, Accompaniment]]


def benchmark(player: Engine | None = None) -> Iterator[Row]:
    """Every figure, as it is ready: the grammar's with its goal, then the engine's for comparison."""
    for who in (None, player) if player else (None,):
        yield from _rows(who)


def _rows(player: Engine | None) -> Iterator[Row]:
    name = player.name if player else GRAMMAR
    basses = _parts("bass", player, [scene[:2] for scene in _bands()])
    yield _least(f"bass by {name}: onsets on kick or chords, worst", [each.shared for _, each in basses], name, 0.6)
    yield _mean(f"bass by {name}: chord tones on strong beats", [_chord_tones(*each) for each in basses], name, 0.85)
    drums = _parts("drums", player, [scene[1:] for scene in _bands()])
    yield _mean(f"drums by {name}: kicks on bass or chords", [each.shared for _, each in drums], name, 0.6)
    counters = _parts("counter", player, _songs())
    yield _mean(
        f"counter by {name}: chord tones on strong beats", [_chord_tones(*each) for each in counters], name, 0.85
    )
    yield _mean(f"counter by {name}: begins while the tune does not", [_answers(*each) for each in counters], name, 0.5)
    chords = _parts("chords", player, [scene[:1] for scene in _songs()])
    yield _mean(f"chords by {name}: chord tones on strong beats", [_chord_tones(*each) for each in chords], name, 0.85)
    inside = [each.in_scale for found in (basses, counters, chords) for _, each in found]
    yield _least(f"parts by {name}: notes inside the scale, worst", inside, name, 1.0)


def _parts(part: str, player: Engine | None, scenes: Sequence[Sequence[Clip]]) -> Found:
    """Three parts for each scene."""
    style = _STYLE if part == "drums" else ""
    found = []
    for scene in scenes:
        around = Surroundings.of(scene, _SCALE if part in ("bass", "drums") else None)
        options = AccompanyOptions(part=part, style=style, scale=around.scale)
        found += [(around, each) for each in accompany(scene, options, 3, player=player)]
    return found


def _bands() -> list[tuple[Clip, ...]]:
    """Scenes of drums and chords, and for the drummer of chords and a bass."""
    scenes: list[tuple[Clip, ...]] = []
    for kicks, labels in zip(KICKS, PROGRESSIONS.values(), strict=True):
        drums, chords = a_bar_of_drums(kicks), voice(timed(labels))[0].clip
        bass = accompany((drums, chords), AccompanyOptions(scale=_SCALE, style="syncopated"))[0].clip
        scenes.append((drums, chords, bass))
    return scenes


def _songs() -> list[tuple[Clip, ...]]:
    """Tunes with chords under them."""
    return [(tune(name), harmonise(tune(name))[0].clip) for name in list(TUNES)[:4]]


def _chord_tones(around: Surroundings, part: Accompaniment) -> float:
    """Share of the notes on strong beats that belong to their chord; 1 where there are none."""
    strong = [note for note in part.clip.notes if strength(note.onset, around.metre) >= _STRONG]
    chords = [(note, chord_at(around.chords, min(note.onset, around.length - TOGETHER))) for note in strong]
    return sum(chord is not None and note.pitch in chord for note, chord in chords) / len(chords) if chords else 1.0


def _answers(around: Surroundings, part: Accompaniment) -> float:
    """Share of the notes that begin while the tune begins none."""
    tune_onsets = [note.onset for note in around.tune]
    free = [all(abs(note.onset - onset) > TOGETHER for onset in tune_onsets) for note in part.clip.notes]
    return sum(free) / len(free) if free else 1.0


def _least(name: str, values: Sequence[float], engine: str, goal: float) -> Row:
    return _row(name, min(values), engine, goal)


def _mean(name: str, values: Sequence[float], engine: str, goal: float) -> Row:
    return _row(name, sum(values) / len(values), engine, goal)


def _row(name: str, value: float, engine: str, goal: float) -> Row:
    """Only the grammar has to reach the goal: the engine's row says why ``auto`` doesn't take it."""
    if engine != GRAMMAR:
        return Row(name, value, "share", "to compare", True)
    return Row(name, value, "share", "1" if goal == 1 else f"≥ {goal:g}", value >= goal)
