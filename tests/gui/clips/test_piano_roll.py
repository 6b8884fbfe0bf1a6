"""Piano rolls: where notes lie, what kind they are, and how long painting takes."""

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QPixmap

from gui.appearance import Colours
from gui.clips.note_sign import NoteSign
from gui.clips.piano_roll import PianoRoll
from gui.clips.prompt_view import RegionRoll
from gui.clips.roll_rows import Rows, describe, kinds
from models.generator import Report, Variation
from models.music.clip import Clip
from models.music.note import Note


def clip_of(*pitches, **changes):
    return Clip(
        tuple(Note(pitch, index * 1.0, 1.0) for index, pitch in enumerate(pitches)), max(1.0, len(pitches)), **changes
    )


@pytest.mark.parametrize(
    ("pitches", "role", "rows"),
    [
        ((60, 64), None, range(56, 69)),
        ((), None, range(54, 67)),
        ((0, 127), None, range(0, 128)),
        ((36, 42, 38), "drums", (36, 38, 42)),
        ((0,), None, range(0, 7)),
        ((40, 80), None, range(39, 82)),
    ],
)
def test_rows(pitches, role, rows):
    assert Rows.of([clip_of(*pitches, role=role)]).pitches == tuple(rows)


def test_the_highest_row_is_on_top():
    rows = Rows.of([clip_of(60, 64)])
    assert rows.from_top(rows.pitches[-1]) == 0
    assert rows.from_top(rows.pitches[0]) == len(rows) - 1


@pytest.mark.parametrize(
    ("clip", "labels"), [(clip_of(60, 64), {60: "C3"}), (clip_of(36, 99, role="drums"), {36: "kick", 99: "D#6"})]
)
def test_labels(clip, labels):
    assert Rows.of([clip]).labels() == labels


@pytest.mark.parametrize(
    ("clip", "words"),
    [
        (clip_of(60, 64), "2 notes, C3 to E3, 1 bar"),
        (clip_of(60), "1 note, C3 to C3, 1 bar"),
        (clip_of(), "0 notes, 1 bar"),
        (clip_of(*[36] * 8, role="drums"), "8 notes, 2 bars"),
    ],
)
def test_description(clip, words):
    assert describe(clip) == words


def test_kinds_of_notes():
    prompt, clip = clip_of(60, 62), clip_of(60, 63)
    variation = Variation(clip, 1, (0, None), Report(0.7))
    assert [(note.pitch, kind) for note, kind in kinds(variation, prompt)] == [(62, "gone"), (60, "kept"), (63, "new")]
    assert [kind for _, kind in kinds(variation, None)] == ["kept", "new"]


@pytest.fixture
def roll(qtbot):
    roll = RegionRoll("Roll", lines=8)
    qtbot.addWidget(roll)
    roll.resize(800, 300)
    return roll


def middle_of(roll, note, clip):
    field, rows = roll.field, Rows.of([clip])
    height = field.height() / len(rows)
    return QPoint(
        round(roll.x_of(note.onset + note.duration / 2)),
        round(field.top() + (rows.from_top(note.pitch) + 0.5) * height),
    )


def test_a_note_is_painted_where_it_lies(roll):
    clip = clip_of(60, 64, 67, 65)
    roll.show_clip(clip.with_notes(note.moved(velocity=127) for note in clip.notes))
    picture = roll.grab().toImage()
    for note in clip.notes:
        assert picture.pixelColor(middle_of(roll, note, clip)) == QColor(Colours.of(roll).kept)


def test_kept_new_and_gone_differ_in_colour_and_in_shape(roll):
    prompt, clip = clip_of(60, 64, 67, 65), clip_of(60, 62, 67, 65)
    kept = (0, None, 2, 3)
    roll.show_variation(Variation(clip, 1, kept, Report(0.7)), prompt)
    picture, colours = roll.grab().toImage(), Colours.of(roll)

    def height(note):
        place = middle_of(roll, note, prompt)
        ink, y = picture.pixelColor(place), place.y()
        while picture.pixelColor(place.x(), y) == ink:
            y += 1
        return y - place.y()

    assert height(clip.notes[1]) > height(clip.notes[0])
    left = middle_of(roll, clip.notes[1], prompt)
    assert picture.pixelColor(round(roll.x_of(1.0)) + 1, left.y()) == QColor(colours.onset)
    assert picture.pixelColor(middle_of(roll, prompt.notes[1], prompt)) != QColor(colours.kept)


def test_x_and_beats_are_reverses(roll):
    roll.show_clip(clip_of(60, 64, 67, 65))
    assert [roll.beats_at(roll.x_of(beats)) for beats in (0.0, 1.5, 4.0)] == pytest.approx([0.0, 1.5, 4.0])
    assert (roll.beats_at(-9), roll.beats_at(9999)) == (0.0, 4.0)


@pytest.mark.parametrize(
    ("start", "end", "region"),
    [(0.2, 2.5, (0.0, 3.0)), (2.5, 0.2, (0.0, 3.0)), (1.0, 2.0, (1.0, 2.0)), (3.2, 9.0, (3.0, 4.0)), (1.1, 1.1, None)],
)
def test_a_region_is_dragged_in_whole_beats(roll, qtbot, start, end, region):
    roll.show_clip(clip_of(60, 64, 67, 65))
    roll.show()
    places = [QPoint(round(roll.x_of(beats)), 100) for beats in (start, end)]
    qtbot.mousePress(roll, Qt.MouseButton.LeftButton, pos=places[0])
    with qtbot.waitSignal(roll.region_dragged, timeout=500) as dragged:
        qtbot.mouseRelease(roll, Qt.MouseButton.LeftButton, pos=places[1])
    assert dragged.args == [region]


def test_without_a_clip_nothing_is_dragged(roll, qtbot):
    with qtbot.assertNotEmitted(roll.region_dragged):
        qtbot.mouseClick(roll, Qt.MouseButton.LeftButton)


def test_a_roll_says_what_it_shows(roll):
    prompt = clip_of(60, 64)
    roll.show_variation(Variation(clip_of(60, 62), 1, (0, None), Report(0.7)), prompt)
    assert roll.accessibleDescription() == "2 notes, C3 to D3, 1 bar; 1 kept, 1 new"


def test_ten_thousand_notes_are_painted_once_and_then_shown_from_a_picture(qtbot, monkeypatch):
    painted = []
    paint = PianoRoll._paint
    monkeypatch.setattr(PianoRoll, "_paint", lambda roll, picture: painted.append(1) or paint(roll, picture))
    roll = PianoRoll("Roll")
    qtbot.addWidget(roll)
    roll.resize(1000, 400)
    notes = tuple(Note(30 + index % 60, index * 0.1, 0.2, 1 + index % 127) for index in range(10_000))
    roll.show_clip(Clip(notes, 1000.0))
    for _ in range(10):
        roll.render(QPixmap(roll.size()))
    assert len(painted) == 1


@pytest.mark.parametrize("kind", ["kept", "new", "gone"])
def test_a_sign_has_the_colour_of_its_notes(qtbot, kind):
    sign = NoteSign(kind)
    qtbot.addWidget(sign)
    sign.resize(sign.sizeHint())
    picture = sign.grab().toImage()
    found = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert getattr(Colours.of(sign), kind) in found
