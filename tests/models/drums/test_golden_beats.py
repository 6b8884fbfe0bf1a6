"""Every beat, fill, lane and addition, hit for hit: what was read and kept is written down in ``golden_beats.txt``.

Whoever changes the music reads the new lines, and if they are better writes them with
``python -m tests.models.drums.test_golden_beats``.
"""

from pathlib import Path

from models.drums.drums import DrumsOptions, drums
from models.drums.fill import FILLS
from models.drums.hearing import styles_of_beat
from models.drums.rhythm import strokes_of
from models.drums.styles import STYLES
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.note import Note

GOLDEN = Path(__file__).with_name("golden_beats.txt")


def kit(rows, bars=2, tempo=96.0, swing=0.0, metre=Metre(4, 4)):  # noqa: B008 - a value
    notes = [
        Note(pitch, bar * metre.bar + cell / 4 + swing * (cell % 2), 0.1, {"X": 112, "x": 88, "o": 60, "g": 36}[sign])
        for pitch, row in rows.items()
        for bar in range(bars)
        for cell, sign in enumerate(row)
        if sign != "."
    ]
    return Clip(tuple(notes), bars * metre.bar, tempo=tempo, metre=metre, role="drums")


BEATS = {
    "boom bap": kit({36: "X......x..X.....", 38: "....X.......X..g", 42: "x.o.x.ox.x.ox.o."}, swing=0.05),
    "techno": kit(
        {36: "X...X...X...X...", 39: "....X.......X...", 46: "..x...x...x...x.", 45: "......o........."}, tempo=132.0
    ),
    "trap": kit({36: "X.....x...x.....", 39: "........X.......", 42: "x.x.x.xxx.x.x.x."}, tempo=142.0),
    "rock": kit(
        {36: "X.......X.x.....", 38: "....X.......X...", 42: "X.x.X.x.X.x.X.x.", 45: ".............o.."}, tempo=130.0
    ),
    "waltz": kit({36: "X...........", 38: "....o...o...", 51: "x.o.x.o.x.o."}, metre=Metre(3, 4)),
    "hands": kit({62: "x...x.......x...", 63: "..x...x.x.......", 64: "..........x...x."}, tempo=110.0),
}
TAPS = Clip(tuple(Note(60, at, 0.3, v) for at, v in ((0, 110), (0.75, 70), (1.5, 96), (2.5, 104), (3.5, 60))), 4.0)
SHUFFLE = Clip(tuple(Note(60, beat + late, 0.2, 90) for beat in range(4) for late in (0.0, 1 / 3, 2 / 3)), 4.0)


def told(notes) -> str:
    """Hits in a line, by drum."""
    rows: dict[int, list[Note]] = {}
    for note in notes:
        rows.setdefault(note.pitch, []).append(note)
    return " ".join(
        f"{pitch}=" + ",".join(f"{note.onset:.3f}'{note.velocity}/{note.duration:.2g}" for note in row)
        for pitch, row in sorted(rows.items())
    )


def lines() -> list[str]:
    """What is made of each beat, and of two rhythms in each style."""
    made = []
    for style, each in STYLES.items():
        for name, clip in (("taps", TAPS), ("shuffle", SHUFFLE)):
            count = len(each.beats) + 1 if name == "taps" else 1
            found = drums(clip, DrumsOptions(style=style), count)
            made += [f"{name} {style} | {told(one.clip.notes)}" for one in found]
    for name, clip in BEATS.items():
        made.append(f"{name} heard {' '.join(styles_of_beat('', clip))}")
        for options, count in (
            *((DrumsOptions(make="fill", style=kind), 2) for kind in FILLS),
            (DrumsOptions(make="fill", style="down toms"), 1),
            (DrumsOptions(make="fill"), 3),
            (DrumsOptions(make="busier", seed=3), 3),
            (DrumsOptions(make="sparser", seed=3), 2),
            *((DrumsOptions(make="lane", lane=lane), 3) for lane in ("kick", "snare", "hat", "ride", "crash", "conga")),
        ):
            for one in drums(clip, options, count):
                new = [note for note, kept in zip(one.clip.notes, one.kept, strict=True) if kept is None]
                gone = len(clip.notes) + len(new) - len(one.clip.notes)
                made.append(f"{name} {options.make} {one.report.remarks[0]} -{gone} | {told(new)}")
    for metre in (Metre(3, 4), Metre(5, 4), Metre(6, 8), Metre(7, 8), Metre(12, 8)):
        carried = strokes_of("R-3-5.A.x...o..>", 0, metre)
        made.append(f"{metre} {' '.join(f'{one.onset:g}-{one.duration:g}{one.sign}' for one in carried)}")
    return made


def test_every_beat_is_played_as_it_was_read():
    wanted = GOLDEN.read_text("utf-8").splitlines()
    for line, golden in zip(lines(), wanted, strict=True):
        assert line == golden


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(lines()) + "\n", encoding="utf-8")
