"""The pages beside the main one: each opens in both languages, runs its command and falls silent when it is left."""

from __future__ import annotations

import re
import wave

import numpy as np
import pytest
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLabel, QVBoxLayout, QWidget

from gui.alive.pages import FollowPage, JamPage, PracticePage
from gui.alive.recording import RecordingPage
from gui.hearing.output import NoSound
from gui.language.say import speak
from gui.link.settings import EXAMPLE
from models import midi_file
from models.sound.frames import RATE
from models.sound.rendering import render


class FakePlayer(QWidget):
    """Takes what is to be played and is silent."""

    moved = pyqtSignal(float)

    def __init__(self):
        super().__init__()
        self.context, self.played = (), []

    def play(self, clip, start=0.0, loop=True):
        self.played.append((clip, *self.context))


class FakeListening:
    def __init__(self):
        self.player, self.sounds, self.stops = FakePlayer(), False, 0

    def stop(self):
        self.stops += 1


class Around(QWidget):
    """What a page stands in."""

    clips_dropped = pyqtSignal(str, list)


@pytest.fixture
def opened(qtbot, state, tmp_path):
    """Opens a page within something that takes clips; ``dropped`` is what it was given."""
    pages = []

    def open_page(kind, *more):
        around, page = Around(), kind(state, FakeListening(), *more)
        page.folder, around.dropped = tmp_path, []
        around.clips_dropped.connect(lambda where, paths: around.dropped.extend(paths))
        box = QVBoxLayout(around)
        box.addWidget(page)
        qtbot.addWidget(around)
        around.show()
        pages.append((around, page))
        return page

    yield open_page
    for _, page in pages:
        page.command.stop()


def by_rule(page):
    """Have the page's command answered at once."""
    start = page.command.start
    page.command.start = lambda *words: start(*words, "--engine", "rules")


def finished(qtbot, page, timeout=60_000):
    qtbot.waitUntil(lambda: not page.command.running, timeout=timeout)
    return page.said.text()


@pytest.mark.parametrize("kind", [RecordingPage, JamPage, PracticePage, FollowPage])
def test_every_page_opens_and_speaks_chinese(kind, qtbot, state, qapp):
    speak("zh")
    try:
        page = kind(state, FakeListening())
        qtbot.addWidget(page)
        page.show()
    finally:
        speak("en")
    shown = []
    for widget in page.findChildren(QWidget):
        shown += [widget.accessibleName(), widget.toolTip()]
        if isinstance(widget, (QLabel, QAbstractButton)):
            shown.append(widget.text())
        if isinstance(widget, QComboBox):
            shown += [widget.itemText(place) for place in range(widget.count())]
    names = r"\(&.\)|clipkin follow|Clipkin|MIDI|MusicXML|OSC|Midi Through.*|python-rtmidi：pip install .*"
    assert [text for text in shown if re.search(r"[A-Za-z]{3,}", re.sub(names, "", text))] == []


def test_a_clip_calls_and_all_of_it_is_heard(qtbot, opened):
    page = opened(JamPage)
    by_rule(page)
    page.bars.setCurrentIndex(0)
    page.rehearse.click()
    assert page.start.text() == "End the jam"
    assert finished(qtbot, page) == "Calls and answers in turn."
    names = [page.files.item(place).text() for place in range(page.files.count())]
    assert names[-1] == "jam-1"
    assert {"call-1", "answer-1", "call-4", "answer-4"} <= set(names)
    assert [len(clips) for clips in page.listening.player.played] == [2]  # calls and answers, together
    page.go_on.click()
    assert page.window().dropped == [page.chosen]


def test_what_a_command_refuses_is_said(qtbot, opened):
    page = opened(JamPage)
    page.mood.setText("blorb")
    page.rehearse.click()
    assert "blorb" in finished(qtbot, page)
    assert page.said.objectName() == "error"


def test_leaving_a_page_ends_its_command(qtbot, opened):
    page = opened(JamPage)
    page.rehearse.click()
    page.hide()
    assert not page.command.running
    assert page.listening.stops


def test_one_note_changed_and_the_level_follows_the_answers(opened):
    page = opened(PracticePage)
    for question in range(3):
        differ = [
            place
            for place, (was, now) in enumerate(zip(page.tune.notes, page.changed.notes, strict=True))
            if was != now
        ]
        assert differ == [page.place]
        page.answers[page.place].click()
        assert page.said.text().startswith(f"Right: note {page.place + 1} was ")
        assert page.score.text() == f"{question + 1} of {question + 1} right, level {1 if question < 2 else 2}"
        page.next.click()
    for _ in range(2):
        page.answers[page.place - 1].click()
        assert page.said.text().startswith("No, note")
        page.next.click()
    assert page.level == 1


def test_both_tunes_are_heard(opened):
    page = opened(PracticePage)
    page.first.click()
    page.second.click()
    assert page.listening.player.played == [(page.tune,), (page.changed,)]


def test_an_exercise_is_written(qtbot, opened, tmp_path):
    page = opened(PracticePage)
    page.skill.setCurrentIndex(3)
    page.write.click()
    assert "Difficulty" in finished(qtbot, page)
    assert {path.suffix for path in tmp_path.iterdir()} == {".mid", ".musicxml"}
    assert page.files.count() == 2  # the exercise and its answer


def test_music_to_picture_is_written_and_heard(qtbot, opened):
    page = opened(FollowPage)
    page.length.setValue(8)
    page.moods.setText("tense 0-4, hopeful 4-8")
    page.hits.setText("4")
    page.write.click()
    said = finished(qtbot, page)
    assert "hopeful" in said
    assert "hit" in said
    assert len(page.listening.player.played) == 1


class FakeMicrophone:
    """Gives the samples of a tune that begins when the count-in is over."""

    def __init__(self, clock, samples):
        self.clock, self.samples, self.given, self.closed = clock, samples, 0, False

    def read(self):
        until = min(len(self.samples), int(self.clock() * RATE))
        came, self.given = self.samples[self.given : until], max(until, self.given)
        return came.astype("<i2").tobytes()

    def close(self):
        self.closed = True


@pytest.fixture
def in_time(monkeypatch):
    """The page's clock: each look is a tenth of a second later."""
    seconds = [0.0]
    monkeypatch.setattr("gui.alive.recording.time.monotonic", lambda: seconds[0])

    def pass_by(page, until):
        while seconds[0] < until and page._source is not None:
            seconds[0] += 0.1
            page._look()

    return seconds, pass_by


def test_a_take_is_counted_in_recorded_and_heard(qtbot, opened, in_time, tmp_path):
    pytest.importorskip("soundfile")
    pytest.importorskip("onnxruntime")
    seconds, pass_by = in_time
    clip = midi_file.read(EXAMPLE).cut(0, 4.0)
    sound = render([clip]).mean(axis=1)
    count_in_s = 4 * 60 / 120
    samples = np.concatenate([np.zeros(int(count_in_s * RATE)), sound * 20_000, np.zeros(RATE)])
    page = opened(RecordingPage, lambda: FakeMicrophone(lambda: seconds[0], samples))
    page.tempo.setValue(120)
    page.bars.setCurrentIndex(0)
    page.record.click()
    assert [len(clips) for clips in page.listening.player.played] == [1]  # the clicks
    pass_by(page, 1.0)
    assert page.said.text() == "2…"
    pass_by(page, 3.0)
    assert page.said.text() == "Recording…"
    pass_by(page, 9.0)
    assert finished(qtbot, page).split()[1:4] == ["notes", "were", "heard;"]
    with wave.open(str(tmp_path / "take-1.wav")) as file:
        assert file.getnframes() / RATE == pytest.approx(2.0 + 0.4 + 0.12, abs=0.15)
    heard = midi_file.read(page.window().dropped[0])
    assert heard.tempo == pytest.approx(120, abs=0.1)
    wanted = {(round(note.onset * 4), note.pitch) for note in clip.notes}
    got = {(round(note.onset * 4), note.pitch) for note in heard.notes}
    assert len(wanted & got) >= 0.75 * len(wanted)


def test_a_take_that_is_left_is_let_go(opened, in_time, tmp_path):
    seconds, pass_by = in_time
    microphone = FakeMicrophone(lambda: seconds[0], np.zeros(10 * RATE))
    page = opened(RecordingPage, lambda: microphone)
    page.record.click()
    pass_by(page, 1.0)
    page.hide()
    assert microphone.closed
    assert not page._timer.isActive()
    assert list(tmp_path.iterdir()) == []


def test_without_a_microphone_it_is_said(opened):
    def none():
        raise NoSound("No microphone was found; plug one in, or drop a recording on the window.")

    page = opened(RecordingPage, none)
    page.record.click()
    assert page.said.text().startswith("No microphone was found")
    assert page.record.text() == "Record"


def test_a_take_of_nothing_is_said(opened, in_time):
    seconds, pass_by = in_time
    page = opened(RecordingPage, lambda: FakeMicrophone(lambda: seconds[0], np.zeros(RATE)))
    page.record.click()
    pass_by(page, 0.5)
    page.record.click()  # ended during the count-in
    assert page.said.text() == "The take is too short to be heard."
