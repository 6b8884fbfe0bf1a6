"""Harmony of every kind, note for note: what was read and kept is written down in ``golden_harmony.txt``.

Whoever changes the music reads the new lines, and if they are better writes them with
``python -m tests.models.harmony.test_golden_harmony``.
"""

from collections.abc import Iterator
from pathlib import Path

from models.generator import Locks, Request
from models.harmony.suggest import suggest
from models.music.chord_track import parse_chord_track
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.note import Note
from models.music.scale import Scale
from models.studio import Studio
from tests.models.harmony.test_four_ideas import PIANO, STABS, TRIADS
from tests.models.harmony.test_harmonies_read import TUNES, sung

RINGING = Clip(
    (
        *(Note(pitch, 8.0 * turn, 7.9, 90) for turn, pitch in enumerate((36, 41))),
        *(note for note in PIANO.notes if note.pitch >= 48),
    ),
    16.0,
    role="chords",
)
"""Chords over a bass that rings on under two of them."""

GOLDEN = Path(__file__).with_name("golden_harmony.txt")
A_MINOR, C_MAJOR = Scale.parse("A minor"), Scale.parse("C major")
WORDS = ("close", "open 7", "drop2 7", "guitar", "rootless 7", "quartal", "spread 9", "shell 9")
TRACKS = ("C | Am | Dm7 | G7", "Em | C | G | D", "Fm | Db | Ab | Eb", "Am7b5 | D7 | Gm | Gm", "Bbmaj7 | A7 | Dm | C")


def told(notes: tuple[Note, ...]) -> str:
    """Notes by onset; of strums the chord."""
    rows: list[list[Note]] = []
    for note in notes:
        if rows and note.onset - rows[-1][0].onset < 0.2:
            rows[-1].append(note)
        else:
            rows.append([note])
    return " ".join(
        f"{row[0].onset:.2f}:{'+'.join(str(p) for p in sorted(n.pitch for n in row))}/{row[0].duration:.1f}"
        for row in rows
    )


def answers(name: str, request: Request) -> Iterator[str]:
    """A line a result, or the sentence of a refusal."""
    try:
        for number, one in enumerate(Studio().generate(request, "harmony")):
            remarks = " ".join(one.report.remarks) if not number else ""
            yield f"{name} {number} | {told(one.clip.notes)} | {remarks}".rstrip(" |")
    except ClipkinError as error:
        yield f"{name} | {error}"


def lines() -> list[str]:
    """Tunes in several colours, rhythms of harmony and scales; chords anew; voicings of every word; spots."""
    made: list[str] = []
    for name, tune in ((name, sung(text)) for name, text in TUNES.items()):
        for colour in (0.3, 1.0, 1.7):
            request = Request(task="harmonise", prompts=(tune,), temperature=colour, count=2)
            made += answers(f"harmonise {name} {colour}", request)
        for every in (1.0, 4.0):
            made += answers(
                f"harmonise {name} every {every:g}", Request(task="harmonise", prompts=(tune,), every=every, count=1)
            )
        for scale in (A_MINOR, C_MAJOR):
            made += answers(
                f"harmonise {name} {scale.root}", Request(task="harmonise", prompts=(tune,), scale=scale, count=1)
            )
    for name, chords in (("triads", TRIADS), ("piano", PIANO), ("stabs", STABS), ("ringing", RINGING)):
        for colour in (0.4, 1.0, 1.6):
            request = Request(task="reharmonise", prompts=(chords,), temperature=colour, count=2)
            made += answers(f"reharmonise {name} {colour}", request)
        request = Request(task="reharmonise", prompts=(chords,), scale=C_MAJOR, similarity=0.4, count=1)
        made += answers(f"reharmonise {name} in C", request)
        request = Request(task="reharmonise", prompts=(chords,), similarity=0.9, count=2)
        made += answers(f"reharmonise {name} nearly the same", request)
        for style in WORDS:
            made += answers(f"voice {name} {style}", Request(task="voice", prompts=(chords,), style=style, count=1))
        for voices, bass in ((3, None), (5, "under"), (4, "none")):
            request = Request(task="voice", prompts=(chords,), voices=voices, bass=bass, count=1)
            made += answers(f"voice {name} {voices} {bass}", request)
        bounds = Request(task="voice", prompts=(chords,), range=(52, 69), locks=Locks(top=True), count=1)
        made += answers(f"voice {name} bounded", bounds)
    for text in TRACKS:
        track = parse_chord_track(text, 4.0, 16.0)
        for at in (4.0, 12.0):
            made += [
                f"suggest {text} {at:g} | {one.chord.label} | {one.reason}" for one in suggest(track, at=at, count=8)
            ]
    made += [f"suggest tune | {one.chord.label} | {one.reason}" for one in suggest(sung(TUNES["ballad"]), at=8.0)]
    return made


def test_every_harmony_is_as_it_was_read() -> None:
    wanted = GOLDEN.read_text("utf-8").splitlines()
    for line, golden in zip(lines(), wanted, strict=True):
        assert line == golden


def test_no_reason_stands_without_its_chord() -> None:
    spots = [line.split(" | ") for line in GOLDEN.read_text("utf-8").splitlines() if line.startswith("suggest")]
    assert len({row[-1].partition(":")[0] for row in spots}) >= 5
    assert all(":" in row[-2] and ":" in row[-1] for row in spots)


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(lines()) + "\n", encoding="utf-8")
