"""Measure arranging: how fast, how close to the plan, whether scales hold. Rows as in ``models.benchmarks.harmony``.

Offers: ``benchmark``, ``a_scene``.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace

from models.accompaniment.accompany import AccompanyOptions, accompany
from models.arrangement.arrange import arrange
from models.arrangement.plan import PLANS, plan_named
from models.benchmarks.harmony import Row, timed
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.options import VoicingOptions
from models.voicing.voice import voice

_SCALE = Scale.parse("A minor")
_CHORDS = "A:min F:maj C:maj G:maj A:min F:maj D:min E:min"


def a_scene() -> tuple[Clip, ...]:
    """Four tracks of eight bars in A minor: drums, bass, chords and a lead, made by this house's own rules."""
    chords = voice(timed(_CHORDS), VoicingOptions(rhythm="stab", scale=_SCALE))[0].clip
    lanes = [(36, range(32)), (38, range(1, 32, 2)), (42, [place / 2 for place in range(64)])]
    drums = Clip(
        tuple(Note(pitch, float(onset), 0.2) for pitch, onsets in lanes for onset in onsets),
        32.0,
        name="drums",
        role="drums",
    )
    bass = accompany((drums, chords), AccompanyOptions(style="octave", scale=_SCALE))[0].clip
    lead = accompany((drums, chords), AccompanyOptions(part="counter", scale=_SCALE))[0].clip
    lead = lead.with_notes(
        note.moved(pitch=note.pitch + 12, onset=note.onset + beat, duration=0.9)
        for note in lead.notes
        for beat in (0.0, 1.5, 2.5)
    )
    return drums, replace(bass, name="bass"), replace(chords, name="chords"), replace(lead, name="lead")


def benchmark() -> Iterator[Row]:
    """Every figure, as it is ready."""
    scene = a_scene()
    start = time.perf_counter()
    arrange(scene, plan_named("pop"))
    seconds = time.perf_counter() - start
    yield Row("4 tracks of 8 bars arranged into 64 bars, no engine asked", seconds, "s", "< 3", seconds < 3)
    subsets = [each for size in range(1, len(scene) + 1) for each in itertools.combinations(scene, size)]
    songs = [arrange(tracks, plan_named(name)) for name in PLANS for tracks in subsets]
    agreement = min(song.density_agreement for song in songs)
    yield Row("density against the plan, rank correlation, worst", agreement, "rho", "≥ 0.9", agreement >= 0.9)
    notes = [note for song in songs for clip in song.song if not clip.drums for note in clip.notes]
    inside = sum(note.pitch in _SCALE for note in notes) / len(notes)
    yield Row("arranged notes inside the scene's scale", inside, "share", "1", inside == 1)
