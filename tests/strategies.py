"""Builders and hypothesis strategies: notes, clips, locks and requests that try to break a promise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace

from hypothesis import strategies as st

from models.generator import DENSITIES, TASKS, Engine, Locks, Request, Variation
from models.music.beats import Metre
from models.music.clip import ROLES, Clip, Role, without_overlaps
from models.music.note import Note
from models.music.scale import SCALES, Scale
from models.tasks.table import TABLE, Task

GRID = (0.25, 0.5, 1 / 3, 1 / 6, 0.125)
DRUM_PITCHES = (36, 38, 42, 46, 45, 49, 51, 37, 44)


def a_note(pitch: int = 60, onset: float = 0.0, duration: float = 1.0, velocity: int = 100, **others: object) -> Note:
    """A note; a test names only what it is about."""
    return Note(pitch, onset, duration, velocity, **others)  # type: ignore[arg-type]


def a_clip(*notes: Note, length: float = 16.0, role: Role | None = None, **others: object) -> Clip:
    """A clip of these notes."""
    return Clip(tuple(notes), length, role=role, **others)  # type: ignore[arg-type]


def a_tune() -> Clip:
    """Four bars in A minor, the last of them with a leading note."""
    line = (
        (69, 0, 0.5),
        (72, 0.5, 0.5),
        (76, 1, 1),
        (74, 2, 0.5),
        (72, 2.5, 0.5),
        (71, 3, 0.5),
        (72, 3.5, 0.5),
        (69, 4, 1.5),
        (64, 5.5, 0.5),
        (65, 6, 1),
        (67, 7, 1),
        (69, 8, 0.5),
        (72, 8.5, 0.5),
        (76, 9, 1),
        (77, 10, 0.5),
        (76, 10.5, 0.5),
        (74, 11, 0.5),
        (72, 11.5, 0.5),
        (71, 12, 1),
        (68, 13, 1),
        (69, 14, 2),
    )
    return a_clip(
        *(a_note(pitch, onset, duration, 70 + (7 * place) % 50) for place, (pitch, onset, duration) in enumerate(line)),
        role="melody",
    )


def a_beat() -> Clip:
    """Four bars of kick, snare and hats."""
    notes = []
    for bar in range(4):
        start = 4.0 * bar
        notes += [a_note(36, start, 0.25, 110), a_note(36, start + 2.5, 0.25, 100)]
        notes += [a_note(38, start + 1, 0.25, 105), a_note(38, start + 3, 0.25, 108)]
        notes += [a_note(42, start + eighth / 2, 0.25, 80 if eighth % 2 == 0 else 60) for eighth in range(8)]
    return a_clip(*notes, role="drums")


def some_chords() -> Clip:
    """Four bars of held triads: A minor, F, C, G."""
    triads = ((57, 60, 64), (53, 57, 60), (55, 60, 64), (55, 59, 62))
    return a_clip(
        *(a_note(pitch, 4.0 * bar, 3.5, 80) for bar, triad in enumerate(triads) for pitch in triad), role="chords"
    )


def a_bass_line() -> Clip:
    """Four bars of roots and fifths."""
    roots = (33, 29, 36, 31)
    return a_clip(
        *(
            a_note(root + (7 if place == 3 else 0), 4.0 * bar + place, 0.75, 95)
            for bar, root in enumerate(roots)
            for place in range(4)
        ),
        role="bass",
    )


@st.composite
def clips(draw: st.DrawFn, role: Role = "melody", most: int = 24, fewest: int = 1) -> Clip:
    """Clips of any shape that a producer may have: odd metres, triplets, micro-timing, probability, mutes."""
    metre = draw(st.sampled_from((Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(7, 8), Metre(5, 4))))
    length = metre.bar * draw(st.integers(1, 4))
    step = draw(st.sampled_from(GRID))
    count = draw(st.integers(fewest, most))
    low, high = {"melody": (55, 84), "chords": (48, 76), "bass": (28, 50), "drums": (0, 8)}[role]
    micro = draw(st.sampled_from((0.0, 0.02)))
    notes = []
    for _ in range(count):
        pitch = draw(st.integers(low, high))
        onset = draw(st.integers(0, max(0, int(length / step) - 1))) * step
        onset = min(onset + micro * draw(st.floats(0, 1)), length - 0.05)
        notes.append(
            Note(
                DRUM_PITCHES[pitch] if role == "drums" else pitch,
                onset,
                draw(st.integers(1, 8)) * step,
                draw(st.integers(1, 127)),
                mute=draw(st.booleans()),
                probability=draw(st.sampled_from((1.0, 0.5))),
                velocity_deviation=draw(st.integers(-10, 10)),
                release_velocity=draw(st.integers(0, 127)),
            )
        )
    return Clip(without_overlaps(notes, length), length, metre=metre, role=role)


@st.composite
def locks(draw: st.DrawFn, role: Role = "melody") -> Locks:
    """Any set of locks; a drum clip may have locked lanes."""
    flags = draw(st.sets(st.sampled_from(("rhythm", "pitch", "contour", "velocity", "top", "bass")), max_size=2))
    lanes = draw(st.sets(st.sampled_from(DRUM_PITCHES), max_size=2)) if role == "drums" else set()
    return Locks(**{flag: True for flag in flags}, lanes=frozenset(lanes))


scales = st.builds(
    lambda root, kind: Scale.from_intervals(root, SCALES[kind]),
    st.integers(0, 11),
    st.sampled_from(("Major", "Minor", "Dorian", "Minor Pentatonic", "Whole Tone")),
)


@st.composite
def requests(draw: st.DrawFn, role: Role = "melody", task: str = "vary", most: int = 24) -> Request:
    """Requests with any combination of locks, scale, region, selection, range, polyphony and dials."""
    clip = draw(clips(role, most=most))
    region, selected = None, None
    narrowed = draw(st.sampled_from(("no", "no", "region", "selected")))
    if narrowed == "region":
        start = draw(st.floats(0, clip.length * 0.8))
        region = (start, start + draw(st.floats(0.5, clip.length)))
    elif narrowed == "selected":
        selected = frozenset(draw(st.sets(st.integers(0, len(clip.notes) - 1), min_size=1)))
    return Request(
        task=task,
        prompts=(clip,),
        region=region,
        selected=selected,  # type: ignore[arg-type]
        locks=draw(locks(role)),
        scale=draw(st.none() | scales),
        outside=draw(st.sampled_from(("keep", "snap", "drop"))),
        similarity=draw(st.none() | st.floats(0, 1)),
        temperature=draw(st.floats(0.1, 2)),
        density=draw(st.sampled_from(("low", "same", "high"))),
        polyphony=draw(st.none() | st.integers(1, 6)),
        range=draw(st.none() | st.just((40, 90))),
        count=draw(st.integers(1, 4)),
        seed=draw(st.integers(0, 2**24 - 1)),
        role=role,
    )


@st.composite
def strange_clips(draw: st.DrawFn) -> Clip:
    """Clips that no strategy above thinks of: no notes, any pitch, odd lengths, notes that ring past the end."""
    metre = draw(st.sampled_from((Metre(4, 4), Metre(7, 8), Metre(1, 4), Metre(15, 16), Metre(12, 8))))
    length = draw(st.sampled_from((0.25, metre.bar, 2 * metre.bar, 8 * metre.bar)) | st.floats(0.25, 20))
    pitches = draw(st.sampled_from((tuple(range(128)), (0, 127), (60,), DRUM_PITCHES, tuple(range(48, 72)))))
    notes = draw(
        st.lists(
            st.builds(
                Note,
                st.sampled_from(pitches),
                st.floats(0, length * 0.99),
                st.sampled_from((0.01, 0.25, 1.0, 100.0)),
                st.integers(1, 127),
                st.booleans(),
            ),
            max_size=30,
        )
    )
    return Clip(
        without_overlaps(notes, length) if draw(st.booleans()) else tuple(notes),
        length,
        metre=metre,
        tempo=draw(st.sampled_from((20.0, 120.0, 999.0))),
        role=draw(st.none() | st.sampled_from(ROLES)),
    )


@st.composite
def strange_requests(draw: st.DrawFn, task: Task) -> Request:
    """Requests for a task with any of its fields set, sensibly or not."""
    fewest, most = (1, 1) if task == "accompany" else TABLE[task].clips
    prompts = tuple(draw(st.lists(strange_clips(), min_size=fewest, max_size=most)))
    region, selected = None, None
    if prompts and draw(st.booleans()):
        start = draw(st.floats(0, prompts[0].length, exclude_max=True))
        region = (start, start + draw(st.sampled_from((1e-6, 0.25, 4.0))))
    if prompts and prompts[0].notes and draw(st.booleans()):
        selected = frozenset(draw(st.sets(st.integers(0, len(prompts[0].notes) - 1), max_size=3)))
    return Request(
        task=task,
        prompts=prompts,
        region=region,
        selected=selected,
        locks=draw(locks(draw(st.sampled_from(ROLES)))),
        scale=draw(st.none() | scales),
        outside=draw(st.sampled_from(("keep", "snap", "drop"))),
        similarity=draw(st.none() | st.floats(0, 1)),
        temperature=draw(st.floats(0.1, 2)),
        density=draw(st.sampled_from(DENSITIES)),
        polyphony=draw(st.none() | st.integers(1, 6)),
        range=draw(st.none() | st.sampled_from(((40, 90), (60, 60), (0, 127)))),
        mood=draw(st.sampled_from(("", "darker", "very happy but slow", "浪漫", "xyzzy"))),
        style=draw(st.sampled_from(("", *TABLE[task].styles))),
        bars=draw(st.none() | st.integers(1, 4)),
        context=tuple(draw(st.lists(strange_clips(), max_size=2))),
        role=draw(st.none() | st.sampled_from(ROLES)),
        count=draw(st.integers(1, 3)),
        seed=draw(st.integers(0, 2**24 - 1)),
    )


def a_player(generate: Callable[[Request], Iterator[Variation]], name: str = "somebody") -> Engine:
    """An engine that plays what a function gives for a request."""
    return SimpleNamespace(name=name, tasks=TASKS, roles=ROLES, generate=lambda request, *_: generate(request))  # type: ignore[return-value]


def examples(count: int) -> int:
    """How many examples hypothesis draws: on a desk ``count``, in CI, where an engine is dear, a third of them."""
    return max(3, count // 3) if os.environ.get("CI") else count
