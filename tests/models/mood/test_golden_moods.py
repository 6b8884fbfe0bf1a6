"""What arrangers make of clips in moods, idea by idea, note for note: what was read and kept stands in
``golden_moods.txt``, and what holds for every idea is held here.

Whoever changes the music reads the new lines, and if they are better writes them with
``python -m tests.models.mood.test_golden_moods``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from models.generator import Request, Variation
from models.mood.mood_control import MoodControl
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.studio import Studio
from models.tasks.table import LARGEST_SEED, SEEDS_APART
from tests.models.mood.test_mood_arranged import BOSSA, DEMBOW, DISCO, ROCK, SKANK, TUNE
from tests.strategies import a_clip, a_note

GOLDEN = Path(__file__).with_name("golden_moods.txt")
MOODS = ("欢快", "energetic", "calm", "romantic", "darker", "dreamy")
DIAL, TOLERANCE, SEEDS = 0.7, 0.05, 4
STUDIO = Studio()


def _bars(rows: tuple[tuple[int, ...], ...], *hits: tuple[float, float], role: str = "chords") -> Clip:
    """The rows of pitches, one a bar, struck at these beats for so long."""
    notes = [
        a_note(pitch, 4.0 * bar + at, beats, 82 - 6 * (at % 1 > 0))
        for bar, row in enumerate(rows)
        for at, beats in hits
        for pitch in row
    ]
    return a_clip(*notes, length=16.0, role=role)


def _line(role: str, beats: float, *pitches: int) -> Clip:
    """Notes in a row; 0 is a rest."""
    notes = [a_note(pitch, beats * place, 0.9 * beats, 92) for place, pitch in enumerate(pitches) if pitch]
    return a_clip(*notes, length=16.0, role=role)


CLIPS = {
    "tune": a_clip(*(a_note(pitch, at, 0.45, 90) for at, pitch in TUNE), length=16.0),
    "slow": _line("melody", 1.0, 67, 64, 60, 62, 65, 0, 62, 0, 64, 67, 72, 71, 67, 0, 0, 0),
    "riff": _line("melody", 0.5, *(64, 0, 64, 67, 0, 69, 67, 64, 62, 0, 60, 62, 64, 0, 0, 0) * 2),
    "bass": _line("bass", 0.5, *(33, 0, 33, 33, 0, 33, 31, 0, 29, 0, 29, 29, 0, 29, 28, 0) * 2),
    "walking": _line("bass", 1.0, 31, 35, 38, 40, 36, 40, 31, 33, 33, 36, 40, 36, 38, 36, 33, 30),
    "bossa": _bars(BOSSA, (0, 1.4), (1.5, 0.9), (2.5, 0.4), (3, 0.9)),
    "skank": _bars(SKANK, (0.5, 0.25), (1.5, 0.25), (2.5, 0.25), (3.5, 0.25)),
    "pad": _bars(BOSSA, (0, 3.9)),
    "eighths": _bars(
        ((43, 55, 59, 62), (40, 52, 55, 59), (36, 52, 55, 60), (38, 50, 54, 57)), *((n / 2, 0.4) for n in range(8))
    ),
    "arpeggio": _line(
        "chords", 0.5, *(48, 55, 60, 64, 67, 64, 60, 55), *(45, 52, 57, 60, 64, 60, 57, 52),
        *(41, 48, 53, 57, 60, 57, 53, 48), *(43, 50, 55, 59, 62, 59, 55, 50),
    ),
    "rock": ROCK, "disco": DISCO, "dembow": DEMBOW,
}  # fmt: skip


@cache
def ideas(name: str, mood: str) -> tuple[Variation, ...]:
    """What seeds that follow each other make of the clip itself, none twice."""
    clip = CLIPS[name]
    control = MoodControl.of(Request(prompts=(clip,), role=clip.role, mood=mood, similarity=DIAL))
    assert control is not None
    found: dict[tuple[object, ...], Variation] = {}
    for number in range(SEEDS):
        own = control.of_the_prompt(number * SEEDS_APART, set())
        if own is not None:
            found.setdefault(own.clip.notes, own)
    return tuple(found.values())


def lines() -> Iterator[str]:
    """A line an idea: notes by onset, with length and loudness of the first."""
    for name in CLIPS:
        for mood in MOODS:
            for number, own in enumerate(ideas(name, mood)):
                rows: dict[float, list] = {}
                for note in own.clip.notes:
                    rows.setdefault(round(note.onset, 2), []).append(note)
                told = " ".join(
                    f"{at:g}:{'+'.join(str(n.pitch) for n in row)}/{row[0].duration:.1f}'{row[0].velocity}"
                    for at, row in rows.items()
                )
                yield f"{name} {mood} {number} | {told}"


def test_every_mood_is_as_it_was_read() -> None:
    for line, golden in zip(lines(), GOLDEN.read_text("utf-8").splitlines(), strict=True):
        assert line == golden


@pytest.mark.parametrize("name", CLIPS)
def test_ideas_lie_on_the_dial_and_are_not_the_same_hits_with_another_touch(name: str) -> None:
    for mood in MOODS:
        found = ideas(name, mood)
        for own in found:
            assert abs(own.report.similarity - DIAL) <= TOLERANCE + 1e-6, mood
        struck = [{(round(n.onset, 2), n.pitch) for n in own.clip.notes} for own in found]
        assert all(len(one ^ other) > 0 for one, other in combinations(struck, 2)), mood


@pytest.mark.parametrize("name", [name for name, clip in CLIPS.items() if clip.role in ("melody", "bass")])
def test_no_line_leaps_further_than_it_did_by_more_than_an_octave_s_bounce(name: str) -> None:
    clip = CLIPS[name]
    for mood in MOODS:
        for own in ideas(name, mood):
            steps = [abs(after.pitch - one.pitch) for one, after in pairwise(own.clip.notes)]
            widest = max(abs(after.pitch - one.pitch) for one, after in pairwise(clip.notes))
            # An octave's bounce comes from its own root; a tune goes on in its register.
            assert max(steps) <= (widest + 12 if clip.role == "bass" else max(widest, 7) + 2), mood
            assert min(n.pitch for n in own.clip.notes) >= min(n.pitch for n in clip.notes) - 12


@pytest.mark.parametrize("name", ["rock", "disco", "dembow"])
def test_no_hit_is_pushed_off_the_grid_and_the_backbeat_stays(name: str) -> None:
    clip = CLIPS[name]
    backbeat = {(n.pitch, n.onset) for n in clip.notes if lane_of(n.pitch) == "snare"}
    for mood in MOODS:
        for own in ideas(name, mood):
            assert all(abs(n.onset * 4 - round(n.onset * 4)) < 1e-6 for n in own.clip.notes), mood
            assert backbeat <= {(n.pitch, n.onset) for n in own.clip.notes}, mood
            assert {n.pitch for n in own.clip.notes} <= {n.pitch for n in clip.notes}, mood


@pytest.mark.parametrize("mood", ["calm", "romantic", "darker", "dreamy"])
@pytest.mark.parametrize("name", CLIPS)
def test_what_is_to_be_soft_is_softer_than_the_clip(name: str, mood: str) -> None:
    def mean(clip: Clip) -> float:
        return sum(n.velocity for n in clip.notes) / len(clip.notes)

    assert all(mean(own.clip) < mean(CLIPS[name]) for own in ideas(name, mood))


@pytest.mark.parametrize("seed", [0, 5, LARGEST_SEED - SEEDS_APART])
@pytest.mark.parametrize("name", CLIPS)
def test_what_a_seed_gave_among_others_it_gives_alone(name: str, seed: int) -> None:
    clip = CLIPS[name]
    request = Request(prompts=(clip,), role=clip.role, mood="calm", similarity=DIAL, count=4, seed=seed)
    for among in list(STUDIO.generate(request, "rules")):
        (alone,) = STUDIO.generate(request.but(seed=among.seed, count=1), "rules")
        assert alone.clip.notes == among.clip.notes


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(lines()) + "\n", encoding="utf-8")
