"""The grid: one set of axes, notes told apart by shape, a region dragged over it, and how fast it is."""

from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PyQt6.QtWidgets import QApplication

from gui.appearance import LIGHT, Colours
from gui.clips.grid.grid_picture import Axes, lead_sheet
from gui.clips.grid.grid_view import GridView
from gui.clips.grid.note_layer import LayerShelf
from gui.clips.grid.rows import Rows, describe, words_of
from gui.state.values import Choice, Prompt, Result
from models.generator import Report, Variation
from models.music.chord import Chord, TimedChord
from models.music.chord_track import parse_symbol
from models.music.clip import Clip
from models.music.note import Note


@pytest.fixture
def grid(qtbot, ready):
    grid = GridView(ready, LayerShelf())
    qtbot.addWidget(grid)
    grid.resize(800, 400)
    grid.show()
    return grid


def show_result(state, result):
    made = state.add_round(state.order)
    state.add_result(made, result)
    state.choose(Choice(made.number, result.number))


def test_prompt_and_result_share_time_and_pitch_to_the_pixel(grid, ready, a_result):
    show_result(ready, a_result())
    prompt, result = grid.lanes
    axes = grid.axes
    assert prompt.rows == result.rows
    assert axes.field(0).width() == axes.field(1).width()
    assert axes.field(0).height() == axes.field(1).height()
    assert axes.field(0).left() == axes.field(1).left()
    for pitch in (prompt.clip.notes[0].pitch, result.clip.notes[0].pitch):
        offsets = {axes.first_row_y(lane) - axes.field(lane).top() + prompt.rows.from_top(pitch) for lane in (0, 1)}
        assert len(offsets) == 1


def test_the_picture_has_each_note_where_the_axes_say(grid, ready, qapp):
    picture, axes, lane = grid.picture(grid.viewport().size()).toImage(), grid.axes, grid.lanes[0]
    tall, kept = axes.row_height(len(lane.rows)), QColor(Colours.of(grid).kept)
    for note in lane.clip.notes[::7]:
        x = axes.x_of(note.onset + note.duration / 2)
        y = axes.first_row_y(0) + (lane.rows.from_top(note.pitch) + 0.5) * tall
        found = picture.pixelColor(QPoint(round(x), round(y)))
        assert abs(found.hue() - kept.hue()) < 12, (note, found.name())


@pytest.mark.parametrize("zoom", [1.0, 4.0])
@pytest.mark.parametrize("beats", [0.0, 3.25, 16.0])
def test_beats_and_pixels_are_each_other_s_reverse(zoom, beats):
    axes = Axes(50, 700, 400, 20, 20, 2, 16.0, zoom, 100.0 if zoom > 1 else 0.0)
    assert axes.beats_at(axes.x_of(beats)) == pytest.approx(beats)


def test_a_zoom_keeps_the_time_under_the_hand(grid):
    x = grid.axes.x_of(12.0)
    grid.zoom(4.0, x)
    assert grid.axes.beats_at(x) == pytest.approx(12.0, abs=0.05)
    assert grid.axes.seen[1] - grid.axes.seen[0] == pytest.approx(4.0, abs=0.01)
    grid.show_all()
    assert grid.axes.seen == (0.0, 16.0)


@pytest.mark.parametrize(
    ("modifier", "changed"),
    [
        (Qt.KeyboardModifier.ControlModifier, "zoom"),
        (Qt.KeyboardModifier.AltModifier, "rows_zoom"),
        (Qt.KeyboardModifier.ShiftModifier, "scroll"),
    ],
)
def test_the_wheel_works_as_in_a_daw(grid, modifier, changed):
    grid.zoom(2.0)
    grid.horizontalScrollBar().setValue(0)
    before = grid.axes
    turned = QPoint(0, -120 if changed == "scroll" else 120)
    place = QPointF(400, 200)
    grid.wheelEvent(
        QWheelEvent(
            place, place, QPoint(), turned, Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False
        )
    )
    assert getattr(grid.axes, changed) > getattr(before, changed)


def test_the_keyboard_zooms_and_scrolls(grid, qtbot):
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        qtbot.keyClick(grid, key)
    assert grid.axes.zoom == pytest.approx(1.25)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.axes.scroll > 0
    qtbot.keyClick(grid, Qt.Key.Key_0)
    assert grid.axes.zoom == 1.0


# ---- lanes


def test_drums_are_a_drum_grid_and_never_mixed_with_pitches(grid, ready, a_clip):
    beat = a_clip(4, role="drums").with_notes(Note(pitch, place, 0.25) for place, pitch in enumerate((36, 38, 42, 36)))
    variation = Variation(beat, 1, (None,) * 4, Report(0.0))
    show_result(ready, Result(1, variation, Path("beat.mid")))
    prompt, result = grid.lanes
    assert (prompt.rows.drums, result.rows.drums) == (False, True)
    assert result.rows.labels() == {36: "kick", 38: "snare", 42: "closed hat"}


def test_a_continuation_begins_where_the_prompt_ends(grid, ready, a_clip):
    more = Result(1, Variation(a_clip(8), 1, (None,) * 8, Report(0.0)), Path("more.mid"), follows=True)
    show_result(ready, more)
    assert [lane.offset for lane in grid.lanes] == [0.0, 16.0]
    assert grid.axes.length == 20.0


def test_a_result_is_shown_with_the_prompt_that_it_was_made_of(grid, ready, a_clip, a_result):
    first = ready.prompt
    show_result(ready, a_result())
    ready.set_prompt(Prompt(a_clip(4), Path("other.mid")))
    assert [lane.clip for lane in grid.lanes] == [ready.prompt.clip]
    ready.choose(Choice(1, 1))
    assert grid.lanes[0].clip is first.clip


def test_the_second_clip_of_a_morph_has_a_lane(grid, ready, a_clip):
    ready.change(task="morph")
    ready.set_second(Prompt(a_clip(4), Path("other.mid")))
    assert [lane.title for lane in grid.lanes] == ["Prompt", "Second clip"]


def shapes(kind_indices, small, rows=None):
    """How high, outlined or marked the first note of each kind is painted: what is told without colour."""
    prompt = Clip((Note(60, 0.0, 1.0), Note(62, 2.0, 1.0)), 4.0)
    clip = Clip((Note(60, 0.0, 1.0), Note(64, 1.0, 1.0)), 4.0)
    rows = Rows((59, 60, 61, 62, 63, 64, 65))
    layer = LayerShelf().of_variation(Variation(clip, 1, (0, None), Report(0.5)), prompt, rows)
    size = QSize(80, 42) if small else QSize(400, 210)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.roll))
    painter = QPainter(image)
    pixels = (size.width() / 4.0, size.height() / len(rows))
    painter.scale(*pixels)
    layer.paint(painter, LIGHT, (0.0, 4.0), pixels, small)
    painter.end()
    found = []
    for pitch, onset in ((60, 0.0), (64, 1.0), (62, 2.0)):
        x, top = round((onset + 0.5) * pixels[0]), rows.from_top(pitch) * pixels[1]
        column = [image.pixelColor(x, round(top + place)).lightness() for place in range(int(pixels[1]))]
        found.append((sum(light < 235 for light in column), column[len(column) // 2] < 235))
    return found


@pytest.mark.parametrize("small", [False, True])
def test_kept_new_and_gone_differ_without_colour(small):
    (kept, kept_filled), (new, new_filled), (gone, gone_filled) = shapes((0, None), small)
    assert kept_filled
    assert new_filled
    assert not gone_filled  # an outline
    assert new > kept > gone


# ---- words


@pytest.mark.parametrize(
    ("symbol", "words"),
    [("Am7", "Am7"), ("C", "C"), ("C/E", "C/E"), ("G7b9", "G7(b9)"), ("F#m7b5", "F#ø7"), ("Dm13", "Dm13")],
)
def test_chords_are_written_as_on_a_lead_sheet(symbol, words):
    assert lead_sheet(parse_symbol(symbol).label) == words


def test_a_clip_in_words(a_clip):
    assert describe(a_clip(8)) == "8 notes, A2 to E3, 1 bar"
    prompt = Prompt(a_clip(8), Path("lead.mid"), "A minor")
    assert words_of(prompt) == "lead.mid · 8 notes, A2 to E3, 1 bar · 4/4 · 120 BPM · A minor"


def test_those_who_hear_it_are_told_what_is_shown(grid, ready, a_result):
    show_result(ready, a_result())
    assert grid.accessibleDescription().startswith("Prompt: 32 notes")
    assert "Result 1: 8 notes" in grid.accessibleDescription()


# ---- region and playhead


def drag(qtbot, grid, start, end):
    axes, view = grid.axes, grid.viewport()
    y = round(axes.field(0).center().y())
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(axes.x_of(start)), y))
    qtbot.mouseMove(view, QPoint(round(axes.x_of(end)), y))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(round(axes.x_of(end)), y))


@pytest.mark.parametrize(("start", "end"), [(4.1, 7.8), (7.8, 4.1)])
def test_a_region_is_dragged_in_whole_beats_and_a_click_takes_it_away(grid, ready, qtbot, start, end):
    drag(qtbot, grid, start, end)
    assert ready.wish.region == (4.0, 8.0)
    drag(qtbot, grid, 2.0, 2.0)
    assert ready.wish.region is None


def test_where_the_task_takes_no_region_none_is_dragged(grid, ready, qtbot):
    ready.change(task="continue")
    drag(qtbot, grid, 4.0, 8.0)
    assert ready.wish.region is None


def test_a_click_in_the_ruler_is_a_place_to_hear_from(grid, qtbot):
    with qtbot.waitSignal(grid.seek, timeout=500) as sought:
        x = round(grid.axes.x_of(6.0))
        qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 4))
    assert sought.args[0] == pytest.approx(6.0, abs=0.1)


def test_the_playhead_moves_without_a_new_picture(grid):
    grid.grab()
    picture = grid._picture
    for beat in (0.0, 1.0, None):
        grid.set_playhead(beat)
        QApplication.processEvents()
    assert grid._picture is picture


def test_the_grid_has_a_menu(grid, ready, a_result, qtbot):
    ready.change(region=(0.0, 4.0))
    show_result(ready, a_result())
    play, everything, closer, away, region, alone = grid.menu_at(6.0).actions()
    with qtbot.waitSignal(grid.seek, timeout=500) as sought:
        play.trigger()
    assert sought.args == [6.0]
    closer.trigger()
    assert grid.axes.zoom == 2.0
    away.trigger()
    assert grid.axes.zoom == 1.0
    region.trigger()
    alone.trigger()
    everything.trigger()
    assert (ready.wish.region, ready.chosen) == (None, None)


def test_a_resting_hand_is_told_chord_and_note(grid, ready, a_clip):
    chords = (TimedChord(0.0, 8.0, Chord.parse("A:min7")),)
    ready.set_prompt(Prompt(a_clip(16), Path("lead.mid"), chords=chords))  # a semitone higher each half beat, from A2
    axes = grid.axes
    assert grid.words_at(QPoint(round(axes.x_of(1.0)), round(axes.strip(0).center().y()))) == "Am7: A C E G"
    row = axes.first_row_y(0) + (grid.lanes[0].rows.from_top(60) + 0.5) * axes.row_height(len(grid.lanes[0].rows))
    assert grid.words_at(QPoint(round(axes.x_of(1.7)), round(row))) == "C3 · velocity 100 · bar 1, beat 2.5"
    assert grid.words_at(QPoint(round(axes.x_of(3.7)), round(row))) == ""
    assert grid.words_at(QPoint(2, round(row))) == ""


# ---- many notes


@pytest.fixture
def many():
    notes = [Note(36 + index * 7 % 60, index * 0.1, 0.3, 40 + index % 80) for index in range(10_000)]
    return Clip(tuple(notes), 1004.0)


def test_ten_thousand_notes_are_drawn_near_and_far(grid, ready, many):
    ready.set_prompt(Prompt(many, Path("many.mid")))
    far = grid.picture(QSize(1100, 500))
    grid.zoom(16.0)
    near = grid.picture(QSize(1100, 500))
    assert far.size() == near.size() == QSize(1100, 500)
    assert far.toImage() != near.toImage()


def test_fifty_thousand_notes_are_shown(grid, ready):
    notes = tuple(Note(36 + index % 60, index * 0.02, 0.3) for index in range(50_000))
    ready.set_prompt(Prompt(Clip(notes, 1004.0), Path("many.mid")))
    full = grid.picture(QSize(1100, 500)).toImage()
    ready.set_prompt(Prompt(Clip((), 1004.0), Path("none.mid")))
    assert grid.picture(QSize(1100, 500)).toImage() != full


def test_pads_go_by_their_names_in_live(grid, ready, a_clip):
    beat = Clip((Note(36, 0.0, 0.25, 100), Note(38, 1.0, 0.25, 100), Note(90, 2.0, 0.25, 100)), 4.0, role="drums")
    ready.set_prompt(Prompt(beat, Path("beat.mid"), pads=((36, "Boom"), (90, "Vox"))))
    assert grid.lanes[0].rows.labels() == {36: "Boom", 38: "snare", 90: "Vox"}
