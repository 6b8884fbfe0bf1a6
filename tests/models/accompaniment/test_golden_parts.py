"""Every way to play, note for note: what was read and kept is written down in ``golden_parts.txt``.

Whoever changes the music reads the new lines, and if they are better writes them with
``python -m tests.models.accompaniment.test_golden_parts``.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from models.accompaniment.accompany import Accompaniment, AccompanyOptions, accompany
from models.accompaniment.comping import COMPINGS
from models.accompaniment.counter import MANNERS
from models.accompaniment.figures import FIGURES
from models.benchmarks.harmony import timed
from models.drums.styles import STYLES
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.note import Note

GOLDEN = Path(__file__).with_name("golden_parts.txt")
ROW = tuple(timed("A:min7 F:maj7/3 C:maj G:7"))


def hits(pitch, *places, bars=4, bar=4.0, velocity=100):
    return [Note(pitch, number * bar + place, 0.1, velocity) for number in range(bars) for place in places]


FUNK = Clip(
    (*hits(36, 0, 0.75, 2.5), *hits(38, 1, 3, velocity=108), *hits(42, *(n / 2 for n in range(8)), velocity=70)),
    16.0,
    tempo=104.0,
    role="drums",
)
TUNE = Clip(
    tuple(
        Note(pitch, onset, length, 84)
        for pitch, onset, length in (
            (76, 0, 0.5), (74, 0.5, 0.5), (72, 1, 1.0), (69, 4, 0.5), (72, 4.5, 0.5), (77, 5, 2.5), (76, 8, 0.5),
            (79, 8.5, 0.5), (76, 9, 0.5), (74, 9.5, 0.5), (72, 10, 0.5), (74, 10.5, 0.5), (76, 11, 1.0), (74, 12, 3.0),
        )
    ),
    16.0,
    tempo=104.0,
    role="melody",
)  # fmt: skip
WALTZ = Clip(
    tuple(
        Note(pitch, 3.0 * bar + beat + 0.02 * (beat > 0), 0.8, 70 - 9 * (beat > 0))
        for bar, (low, *row) in enumerate(((45, 57, 60, 64), (50, 57, 62, 65), (52, 56, 59, 64), (45, 57, 60, 64)))
        for beat in range(3)
        for pitch in ([low] if beat == 0 else row)
    ),
    12.0,
    tempo=90.0,
    metre=Metre(3, 4),
    role="chords",
)
HOUSE = Clip(
    (*hits(36, 0, 1, 2, 3), *hits(39, 1, 3), *hits(46, 0.5, 1.5, 2.5, 3.5, velocity=80)),
    16.0,
    tempo=124.0,
    role="drums",
)
LINE = Clip(
    tuple(Note(low, 4.0 * bar + at, 0.4, 96) for bar, low in enumerate((33, 29, 36, 31)) for at in (0, 1.5, 2.75)),
    16.0,
    tempo=104.0,
    role="bass",
)
SCENES = {"funk": ((FUNK, TUNE), ROW), "waltz": ((WALTZ,), ()), "house": ((HOUSE, LINE, TUNE), ROW)}


def told_strokes(found: Accompaniment) -> str:
    """Chords in a line: how they are struck; which tones is the voicing room's affair."""
    strokes: list[Note] = []
    for note in found.clip.notes:
        if not strokes or note.onset > strokes[-1].onset + 0.2:
            strokes.append(note)
    return f"{found.manner} {found.seed} | " + " ".join(f"{note.onset:.2f}/{note.duration:.1f}" for note in strokes)


def told(found: Accompaniment) -> str:
    """A part in a line: what it is, figures, notes by onset."""
    if found.clip.role == "chords":
        return told_strokes(found)
    rows: dict[float, list[Note]] = {}
    for note in found.clip.notes:
        rows.setdefault(round(note.onset, 3), []).append(note)
    played = " ".join(
        f"{onset:g}:{'+'.join(str(n.pitch) for n in row)}/{max(n.duration for n in row):.2g}'{row[0].velocity}"
        for onset, row in rows.items()
    )
    return f"{found.manner} {found.shared:.2f} {found.in_scale:.2f} {found.on_chord:.2f} {found.seed} | {played}"


def lines() -> list[str]:
    """Every figure, comping, manner and style of beats, and what each scene chooses by itself."""
    made = []
    for name, (clips, chords) in SCENES.items():
        for part, words in (("bass", FIGURES), ("chords", COMPINGS), ("counter", MANNERS), ("drums", STYLES)):
            for word in words if name == "funk" or part == "counter" else ():
                asked = AccompanyOptions(part=part, style=word, chords=chords, seed=1)
                made += [f"{name} {part} {told(each)}" for each in accompany(clips, asked, 1)]
            heard = tuple(clip for clip in clips if clip.role != part) if part in ("bass", "drums") else clips
            asked = AccompanyOptions(part=part, chords=chords)
            made += [f"{name} {part} {told(each)}" for each in accompany(heard, asked, 4)]
    for part in ("bass", "chords"):
        for style in STYLES:
            found = accompany((FUNK, TUNE), AccompanyOptions(part=part, style=style, chords=ROW), 4)
            made.append(f"{style} {part}: {' '.join(each.manner for each in found)}")
    late = replace(FUNK, notes=tuple(n.moved(onset=n.onset + 0.03) for n in FUNK.notes))
    made += [f"late bass {told(each)}" for each in accompany((late, TUNE), AccompanyOptions(chords=ROW), 2)]
    return made


def test_every_part_is_played_as_it_was_read():
    wanted = GOLDEN.read_text("utf-8").splitlines()
    for line, golden in zip(lines(), wanted, strict=True):
        assert line == golden


@pytest.mark.parametrize("name", SCENES)
def test_no_part_is_played_twice(name):
    mine = [
        line.partition("|")[2] for line in GOLDEN.read_text("utf-8").splitlines() if line.startswith(f"{name} bass")
    ]
    assert len(set(mine[-4:])) == 4


def test_no_way_to_play_is_called_like_a_style():
    assert not set(STYLES) & {*FIGURES, *COMPINGS, *MANNERS}


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(lines()) + "\n", encoding="utf-8")
