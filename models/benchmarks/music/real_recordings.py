"""``clipkin benchmark hear --recordings DIR``: what is heard in real recordings, beside what somebody says is in them.

DIR/truth.json is a list of objects, one a recording: its ``file``; ``as`` melody, chords or drums; and

    notes    [[seconds, pitch], …]
    kick     and the other groups of ``drums``: a sign for each step, "x" struck, "." not, "?" neither way, "x..?x.."
    step     seconds from a sign to the next; ``start``: of the first one (0)
    tempo    quarter notes a minute, where there is one

A group that nobody told is not judged. Offers: ``measure_real``, ``note_f1``, ``sounded``, ``NEAR_S``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from models.benchmarks.figure import Figure
from models.listening import drums
from models.listening.audio import Recording, read_recording
from models.listening.hear import Kind, Wish, hear
from models.listening.pitched import likelihoods, one_voice, several_voices
from models.music.errors import EmptyClip

NEAR_S = 0.05
Struck = tuple[float, object]
"""Seconds, and a pitch or a group of drums."""


def measure_real(folder: Path) -> Iterator[Figure]:
    """Notes or hits, and the tempo, of every recording that truth.json tells of."""
    for told in json.loads((folder / "truth.json").read_text(encoding="utf-8")):
        recording = read_recording(folder / told["file"])
        asked, either = _told(told)
        groups = {what for _, what in [*asked, *either]}
        found = [each for each in sounded(recording, told["as"]) if told["as"] != "drums" or each[1] in groups]
        unit = f"F1 of {len(asked)} {'hits' if told['as'] == 'drums' else 'notes'}"
        yield Figure(told["file"], note_f1(asked, found, either), unit)
        if "tempo" in told:
            yield Figure("  tempo, or its octave, is off by", 100 * _off(recording, told), "%", (0.0, 2.0))


def _told(told: dict[str, Any]) -> tuple[list[Struck], list[Struck]]:
    """What must be heard, and what may be."""
    signs: dict[str, list[Struck]] = {"x": [(second, pitch) for second, pitch in told.get("notes", ())]}
    for group in drums.GROUPS:
        for number, sign in enumerate(told.get(group, "")):
            signs.setdefault(sign, []).append((told.get("start", 0.0) + number * told["step"], group))
    return signs["x"], signs.get("?", [])


def _off(recording: Recording, told: dict[str, Any]) -> float:
    """How far the tempo is from the one told, its half or its double, of that."""
    try:
        ratio = (hear(recording, Wish(told["as"])).tempo or 0.0) / told["tempo"]
    except EmptyClip:
        return 1.0
    return min(abs(ratio / octave - 1) for octave in (0.5, 1.0, 2.0))


def sounded(recording: Recording, kind: Kind) -> list[Struck]:
    """What is heard in a recording."""
    if kind == "drums":
        return [(hit.start, hit.group) for hit in drums.hits(recording)]
    voices = one_voice if kind == "melody" else several_voices
    return [(note.start, note.pitch) for note in voices(likelihoods(recording))]


def note_f1(asked: Sequence[Struck], found: Sequence[Struck], either: Sequence[Struck] = ()) -> float:
    """F1 of what was found, each counted for the nearest asked one of its kind within NEAR_S; what is found near one
    of ``either`` of its kind, but no asked one, counts neither way.
    """
    left = list(found)
    matched = 0
    for second, what in sorted(set(asked), key=lambda pair: pair[0]):
        near = [pair for pair in left if pair[1] == what and abs(pair[0] - second) <= NEAR_S]
        if near:
            left.remove(min(near, key=lambda pair: abs(pair[0] - second)))
            matched += 1
    wrong = [pair for pair in left if not any(what == pair[1] and abs(at - pair[0]) <= NEAR_S for at, what in either)]
    return 2 * matched / max(1, len(set(asked)) + matched + len(wrong))
