"""What the dial finds and what lies between two clips, note for note: read once, and written down in
``golden_results.txt``.

Whoever changes the search or the morphs reads the new lines, and if they are better writes them with
``python -m tests.models.constraints.test_golden_results``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.diff import diff, diff_in_place
from models.constraints.morphing.hybrids import hybrids
from models.constraints.morphing.steps import NEARNESS, morph
from models.constraints.outside import treat_outside_notes
from models.constraints.similarity_search import search_similarity
from models.generator import Locks, Request, ignore_progress, never_cancelled
from models.music.beats import Metre
from models.music.chord_track import parse_chord_track
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from tests.models.constraints.test_morph import CRADLE, DEMBOW, HOOK, JAZZ, POP, PUNK, RIFF, SOUL, SPANISH, TRANCE
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_player, a_tune, some_chords

GOLDEN = Path(__file__).with_name("golden_results.txt")
EVERY = {36: 0.75, 38: 2.0, 46: 0.5, 45: 3.5}
OTHER_BEAT = a_clip(
    *(a_note(pitch, at, 0.25, 90) for pitch, beats in EVERY.items() for at in np.arange(0, 16, beats).tolist()),
    role="drums",
)
BROKEN = a_clip(*(a_note((57, 64, 60, 67)[at % 4] - 2 * (at // 8), at / 2, 0.5) for at in range(32)), role="chords")
WALTZ = Clip(tuple(a_note(67 + at % 5, at, 1) for at in range(12)), 12.0, metre=Metre(3, 4), role="melody")
CLIPS = {
    "tune": (a_tune(), HOOK),
    "bass": (a_bass_line(), DEMBOW),
    "chords": (some_chords(), BROKEN),
    "drums": (a_beat(), OTHER_BEAT),
    "short": (a_clip(a_note(60, 0, 1), a_note(64, 1, 1), a_note(67, 2, 2), length=4.0), POP.cut(0, 4)),
}
ASKED: tuple[dict, ...] = (
    {},
    {"locks": Locks.parse("rhythm")},
    {"locks": Locks.parse("pitch")},
    {"locks": Locks.parse("contour")},
    {"locks": Locks.parse("velocity")},
    {"locks": Locks.parse("top")},
    {"locks": Locks.parse("bass")},
    {"region": (1.0, 9.0), "scale": Scale.parse("A minor")},
    {"polyphony": 2, "range": (50, 70), "outside": "snap", "scale": Scale.parse("D")},
)
DIALS = (0.25, 0.5, 0.7, 0.9, 0.97)
MORPHS = {
    "pop to jazz": (POP, JAZZ),
    "hook to trance": (HOOK, TRANCE),
    "soul to cradle": (SOUL, CRADLE),
    "riff to spanish": (RIFF, SPANISH),
    "dembow to punk": (DEMBOW, PUNK),
    "chords to broken": (some_chords(), BROKEN),
    "tune to chords": (a_tune(), some_chords()),
    "beat to beat": (a_beat(), OTHER_BEAT),
    "tune to waltz": (a_tune(), WALTZ),
}


def told(notes: tuple[Note, ...] | list[Note]) -> str:
    return " ".join(f"{note.pitch}@{note.onset:.4g}-{note.duration:.3g}'{note.velocity}" for note in notes)


def found() -> Iterator[str]:
    """What the dial finds among the edits that lead to another clip, under each lock."""
    for name, (clip, other) in CLIPS.items():
        for number, asked in enumerate(ASKED):
            role = clip.role or "melody"
            request = Request(prompts=(clip,), role=role, **({} if clip.length < 9 and "region" in asked else asked))
            constraints = Constraints.of(request, role)
            rng = np.random.default_rng(number)
            if number % 3 == 2:
                forms = {
                    at: note.moved(onset=note.onset + 0.25, pitch=note.pitch + 2) for at, note in enumerate(clip.notes)
                }
                edits = diff_in_place(constraints, {at: forms[at] for at in constraints.free if at in forms}, rng)
            else:
                edits = diff(constraints, other.notes, rng)
            taken: list[tuple[Note, ...]] = []
            for dial in DIALS:
                result = search_similarity(edits, dial, taken)
                if result is None:
                    yield f"{name} {number} {dial}: nothing"
                    continue
                taken.append(result.notes)
                new = [note for note, kept in zip(result.notes, result.kept, strict=True) if kept is None]
                gone = sorted(set(range(len(clip.notes))) - set(result.kept))
                yield f"{name} {number} {dial}: {result.similarity:.4f} -{','.join(map(str, gone))} +{told(new)}"


def between() -> Iterator[str]:
    """The steps between two clips, and a sum over all hybrids that there are."""
    player = a_player(lambda request: iter(()))
    for name, (first, second) in MORPHS.items():
        drums = bool(first.drums)
        if first.length == second.length:
            for halves in (False, True):
                every = hybrids(first, second, drums=drums, halves=halves)
                digest = hashlib.sha256("\n".join(map(told, every)).encode()).hexdigest()[:12]
                yield f"{name}, hybrids: {len(every)} {digest}"
        chords = () if drums else parse_chord_track("Am | F | C | G", 4.0, 16.0)
        for count, asked in ((5, {}), (1, {}), (4, {"scale": Scale.parse("C")}), (4, {"chords": chords})):
            request = Request(task="morph", prompts=(first, second), count=count, role=first.role or "melody", **asked)
            for made in morph(player, request, ignore_progress, never_cancelled):
                near = made.report.measures[NEARNESS]
                yield f"{name} of {count}{' in C' if 'scale' in asked else ''}: {near:.3f} {told(made.clip.notes)}"


def snapped() -> Iterator[str]:
    """Notes outside a scale, snapped or dropped under locks."""
    for clip in (TRANCE, SPANISH, some_chords()):
        for scale in ("C", "F# minor pentatonic"):
            for locks in ("", "top", "bass", "velocity"):
                request = Request(prompts=(clip,), scale=Scale.parse(scale), outside="snap", locks=Locks.parse(locks))
                notes, origin = treat_outside_notes(request, "melody", frozenset(range(len(clip.notes))))
                pitches = " ".join(str(note.pitch) for note in notes)
                yield f"{scale} {locks}: {pitches} {sum(same for _, same in origin)}"


def lines() -> list[str]:
    return [*found(), *between(), *snapped()]


def test_the_dial_and_the_morphs_give_what_was_read() -> None:
    wanted = GOLDEN.read_text("utf-8").splitlines()
    for line, golden in zip(lines(), wanted, strict=True):
        assert line == golden


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(lines()) + "\n", encoding="utf-8")
