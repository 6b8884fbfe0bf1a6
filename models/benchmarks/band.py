"""Measure what plays along: accompanying, drumming, arranging.

A part must do what can be counted: a bass lies on kick and chords, a kick on bass and chords, tunes and chords sound
chord tones on strong beats, a counter-melody speaks when the tune doesn't. The grammar has to reach the goals; an
engine's figures stand beside them for comparison and say why ``auto`` doesn't take it. Drums: whether promises hold,
whether busier is busier, how a groove is spread. A song: how fast, how close to its plan, whether scales hold.

Offers: ``accompanying``, ``drumming``, ``arranging``.
"""

from __future__ import annotations

import itertools
import json
import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from models.accompaniment.accompany import Accompaniment, AccompanyOptions, accompany
from models.accompaniment.surroundings import TOGETHER, Surroundings
from models.arrangement.arrange import arrange
from models.arrangement.plan import PLANS, plan_named
from models.benchmarks.figure import NO_GOAL, Figure
from models.drums.drums import DrumsOptions, drums
from models.drums.rhythm import TOGETHER as STRUCK_TOGETHER
from models.drums.rhythm import Rhythm
from models.drums.styles import STYLES
from models.generator import Engine, Variation
from models.harmony.harmonise import harmonise
from models.music import pitch as pitches
from models.music.beats import Metre, snap, strength
from models.music.chord import Chord, TimedChord, chord_at
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.options import VoicingOptions
from models.voicing.voice import voice

C_MAJOR, A_MINOR = Scale.parse("C major"), Scale.parse("A minor")
PROGRESSIONS = {
    "pop": "C:maj G:maj A:min F:maj",
    "turnaround": "C:maj7 A:7 D:min7 G:7 E:min7 A:7 D:min7 G:7 G:min7 C:7 F:maj7 Bb:7 E:min7 A:7 D:min7 G:7",
    "slashes": "C:maj G:maj/3 A:min F:maj/2 E:min7 A:7 D:min7 G:sus4",
    "minor": "A:min F:maj C:maj E:7 A:min D:min B:hdim7 E:7",
}
KICKS = ((0.0, 1.0, 2.0, 3.0), (0.0, 1.5, 2.75), (0.0, 0.75, 2.5), (0.0, 2.5, 3.25))
_LOOP = "A:min F:maj C:maj G:maj A:min F:maj D:min E:min"


def timed(labels: str, beats: float = 4.0) -> list[TimedChord]:
    """Chords of ``beats`` each, from labels separated by blanks."""
    chords = [chord for label in labels.split() if (chord := Chord.parse(label)) is not None]
    return [TimedChord(number * beats, beats, chord) for number, chord in enumerate(chords)]


def _beat(lanes: Sequence[tuple[int, Sequence[float]]], length: float) -> Clip:
    notes = tuple(Note(pitch, onset, 0.2) for pitch, onsets in lanes for onset in onsets)
    return Clip(notes, length, name="drums", role="drums")


def a_bar_of_drums(kicks: tuple[float, ...]) -> Clip:
    """A bar of drums: these kicks, a backbeat and eighths of the hat."""
    return _beat(((36, kicks), (38, (1.0, 3.0)), (42, tuple(eighth / 2 for eighth in range(8)))), 4.0)


def bands() -> list[tuple[Clip, Clip, Clip]]:
    """Drums, chords and a bass in C major: every kick pattern with every progression."""
    scenes = []
    for kicks, labels in product(KICKS, PROGRESSIONS.values()):
        drums, chords = a_bar_of_drums(kicks), voice(timed(labels))[0].clip
        bass = accompany((drums, chords), AccompanyOptions(scale=C_MAJOR, style="syncopated"))[0].clip
        scenes.append((drums, chords, bass))
    return scenes


def songs() -> list[tuple[Clip, Clip]]:
    """Tunes with chords under them."""
    return [(tune(name), harmonise(tune(name))[0].clip) for name in list(TUNES)[:4]]


def a_scene() -> tuple[Clip, ...]:
    """Four tracks of eight bars in A minor: drums, bass, chords and a lead."""
    chords = voice(timed(_LOOP), VoicingOptions(rhythm="stab", scale=A_MINOR))[0].clip
    beats = [float(beat) for beat in range(32)]
    drums = _beat(((36, beats), (38, beats[1::2]), (42, [eighth / 2 for eighth in range(64)])), 32.0)
    bass = accompany((drums, chords), AccompanyOptions(style="octave", scale=A_MINOR))[0].clip
    lead = accompany((drums, chords), AccompanyOptions(part="counter", scale=A_MINOR))[0].clip
    lead = lead.with_notes(
        note.moved(pitch=note.pitch + 12, onset=note.onset + beat, duration=0.9)
        for note in lead.notes
        for beat in (0.0, 1.5, 2.5)
        if note.onset % 4.0 + beat < 4.0  # an echo stays in the bar of its chord
    )
    return drums, replace(bass, name="bass"), replace(chords, name="chords"), replace(lead, name="lead")


TUNES: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("tunes.json").read_text(encoding="utf-8"))
"""Name → key, metre and notes: a pitch, or r for a rest, and its beats."""


def tune(name: str) -> Clip:
    """The tune as a clip of whole bars."""
    told = TUNES[name]
    metre, onset, notes = Metre.parse(told["metre"]), 0.0, []
    for word in told["notes"].split():
        place, beats = word.split(":")
        if place != "r":
            notes.append(Note(pitches.parse(place), onset, float(beats), 96))
        onset += float(beats)
    return Clip(tuple(notes), metre.bars(onset) * metre.bar, name=name, metre=metre, role="melody", key=told["key"])


_STRONG = 0.6
_STYLE = "pop rock hip-hop funk"
"""Styles whose kick follows the scene; a kick on every beat doesn't."""

GRAMMAR = "grammar"
"""Who plays where no engine does."""

Found = list[tuple[Surroundings, Accompaniment]]


def accompanying(player: Engine | None = None) -> Iterator[Figure]:
    """Every part by the grammar and, where one is given, by an engine, on the same scenes."""
    for who in (None, player) if player else (None,):
        name = who.name if who else GRAMMAR
        band, tunes = bands(), songs()
        basses = _parts("bass", who, [scene[:2] for scene in band])
        players = _parts("drums", who, [scene[1:] for scene in band])
        counters = _parts("counter", who, tunes)
        chords = _parts("chords", who, [scene[:1] for scene in tunes])
        inside = [each.in_scale for found in (basses, counters, chords) for _, each in found]
        for what, values, mean, goal in (
            ("bass by {}: onsets on kick or chords, worst", [each.shared for _, each in basses], min, 0.6),
            ("bass by {}: chord tones on strong beats", _chord_tones(basses), statistics.fmean, 0.85),
            ("drums by {}: kicks on bass or chords", [each.shared for _, each in players], statistics.fmean, 0.6),
            ("counter by {}: chord tones on strong beats", _chord_tones(counters), statistics.fmean, 0.85),
            ("counter by {}: begins while the tune does not", _answers(counters), statistics.fmean, 0.5),
            ("chords by {}: chord tones on strong beats", _chord_tones(chords), statistics.fmean, 0.85),
            ("parts by {}: notes inside the scale, worst", inside, min, 1.0),
        ):
            yield Figure(what.format(name), mean(values), goal=(goal, math.inf) if name == GRAMMAR else NO_GOAL)


def _parts(part: str, player: Engine | None, scenes: Sequence[Sequence[Clip]]) -> Found:
    """Three parts for each scene."""
    style = _STYLE if part == "drums" else ""
    found = []
    for scene in scenes:
        around = Surroundings.of(scene, C_MAJOR if part in ("bass", "drums") else None)
        options = AccompanyOptions(part=part, style=style, scale=around.scale)
        for each in accompany(scene, options, 3, player=player):
            found.append((around if player else around.harmonised(each.seed), each))
    return found


def _chord_tones(found: Found) -> list[float]:
    """Of each part the share of the notes on strong beats that belong to their chord; 1 where there are none."""
    shares = []
    for around, part in found:
        strong = [note for note in part.clip.notes if strength(note.onset, around.metre) >= _STRONG]
        chords = [(note, chord_at(around.chords, min(note.onset, around.length - TOGETHER))) for note in strong]
        shares.append(_share(chord is not None and note.pitch in chord for note, chord in chords))
    return shares


def _answers(found: Found) -> list[float]:
    """Of each part the share of the notes that begin while the tune begins none."""
    return [
        _share(all(abs(note.onset - other.onset) > TOGETHER for other in around.tune) for note in part.clip.notes)
        for around, part in found
    ]


def _share(held: Iterator[bool]) -> float:
    """Share of what holds; 1 where there is nothing."""
    values = list(held)
    return statistics.fmean(values) if values else 1.0


def drumming(player: Engine | None = None) -> Iterator[Figure]:
    """Beats, fills, lanes, busier and sparser versions; grooves where an engine is given."""
    bars = 4
    beats = [a_bar_of_drums(kicks).looped(4.0 * bars) for kicks in KICKS]
    struck = [
        _struck(tune(name), result)
        for name in TUNES
        for style in STYLES
        for result in drums(tune(name), DrumsOptions(style=style), 2)
    ]
    yield Figure("beat from a tune: strokes of the tune that are struck", statistics.fmean(struck), goal=(1, 1))
    milliseconds = [_ms(lambda: list(drums(tune(next(iter(TUNES))), DrumsOptions(), 4))) for _ in range(5)]
    yield Figure("four beats from a tune, median", statistics.median(milliseconds), "ms", (0, 50))

    def kept(options: DrumsOptions, count: int, stays: Callable[[Note], bool]) -> Iterator[bool]:
        for beat in beats:
            own = [note for note in beat.notes if stays(note)]
            for result in drums(beat, options, count):
                yield own == [note for note in result.clip.notes if stays(note)]

    before_last = kept(DrumsOptions(make="fill"), 8, lambda note: note.onset < 4.0 * (bars - 1))
    yield Figure("fill: results that leave all before the last bar as it was", _share(before_last), goal=(1, 1))
    others = (
        same
        for lane, name in ((36, "kick"), (38, "snare"), (42, "42"))
        for same in kept(DrumsOptions(make="lane", lane=name), 4, lambda note, lane=lane: note.pitch != lane)
    )
    yield Figure("lane: results that leave the other drums as they were", _share(others), goal=(1, 1))
    rises = (_rises(beat, make, sign) for beat in beats for make, sign in (("busier", 1), ("sparser", -1)))
    yield Figure("busier, sparser: each version more, or less, than the one before", _share(rises), goal=(1, 1))
    if player is not None:
        grooves = [
            result.clip for beat in beats for result in drums(beat, DrumsOptions(make="groove"), 2, players=(player,))
        ]
        late = [statistics.pstdev(n.onset - snap(n.onset, 0.25) for n in clip.notes) for clip in grooves]
        ms = [spread * 60_000 / clip.tempo for spread, clip in zip(late, grooves, strict=True)]
        loud = [statistics.pstdev(note.velocity for note in clip.notes) for clip in grooves]
        yield Figure("groove: spread of the timing", statistics.fmean(ms), "ms", (3, 25))
        yield Figure("groove: spread of the velocity", statistics.fmean(loud), "steps", (8, 36))


def _struck(prompt: Clip, result: Variation) -> float:
    """Share of the strokes of a tune's rhythm that a beat strikes."""
    strokes = Rhythm.of((prompt,), prompt.length).strokes
    onsets = [note.onset for note in result.clip.notes]
    return _share(any(abs(stroke.onset - onset) <= 2 * STRUCK_TOGETHER for onset in onsets) for stroke in strokes)


def _rises(prompt: Clip, make: str, sign: int) -> bool:
    hits = [len(prompt.notes), *(len(result.clip.notes) for result in drums(prompt, DrumsOptions(make=make), 4))]
    return all(sign * (after - before) > 0 for before, after in zip(hits, hits[1:], strict=False))


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def arranging() -> Iterator[Figure]:
    """Songs of a scene and of all its parts, by every plan."""
    scene = a_scene()
    seconds = _ms(lambda: arrange(scene, plan_named("pop"))) / 1000
    yield Figure("4 tracks of 8 bars arranged into 64 bars, no engine asked", seconds, "s", (0, 3))
    subsets = [each for size in range(3, len(scene) + 1) for each in itertools.combinations(scene, size)]
    arranged = [arrange(tracks, plan_named(name)) for name in PLANS for tracks in subsets]
    agreement = min(song.density_agreement for song in arranged)
    yield Figure("density against the plan, rank correlation, worst", agreement, "rho", (0.8, math.inf))
    notes = [note for song in arranged for clip in song.song if not clip.drums for note in clip.notes]
    yield Figure(
        "arranged notes inside the scene's scale", _share(note.pitch in A_MINOR for note in notes), goal=(1, 1)
    )
