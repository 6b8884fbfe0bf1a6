"""Files that the user chooses: none chosen, nothing happens; the folder is remembered; nothing is half written."""

from types import SimpleNamespace

import pytest
from PyQt6.QtWidgets import QFileDialog, QWidget

from gui.controls.files import Files
from gui.link.settings import write_preset
from gui.state.wish import Wish
from models.music.errors import BadValue
from models.tasks.table import TABLE, TASKS


class Link:
    """Keeps what is asked of it; ``run`` works at once, as the background worker does."""

    def __init__(self):
        self.said, self.found = [], []

    def run(self, work, then=None, told=""):
        try:
            found = work()
        except BadValue as error:
            self.said.append(error.sentence)
        else:
            if then is not None:
                self.found.append(found)
            self.said.append(told)


class Opening(Files):
    """Keeps what is to be opened."""

    def open_clip(self, path, track=0, *, second=False):
        self.opened.append((path, second))

    def open_context(self, path):
        self.along.append(path)


@pytest.fixture
def asked(monkeypatch):
    """What the dialogs were asked with; ``answer`` is what the user chooses, one or several."""
    asked = SimpleNamespace(answer="", titles=[], folders=[], kinds=[])

    def choose(window, title, folder, kinds):
        asked.titles.append(title)
        asked.folders.append(str(folder))
        asked.kinds.append(kinds)
        return asked.answer, ""

    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, choose)
    return asked


@pytest.fixture
def link():
    return Link()


@pytest.fixture
def files(state, link, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    made = Opening(state, link, lambda: window, "")
    made.opened, made.along = [], []
    return made


def test_who_chooses_nothing_changes_nothing(files, link, asked, tmp_path):
    files.folder = str(tmp_path)
    for where in ("prompt", "second", "context"):
        files.ask_for(where)
    files.ask_for_preset()
    files.ask_where_to_save(tmp_path / "lead-1.mid")
    files.ask_where_to_save_log()
    assert (files.opened, files.along, link.said, link.found) == ([], [], [], [])
    assert files.folder == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_the_last_file_is_where_the_next_is_looked_for(files, link, asked, tmp_path):
    asked.answer = str(tmp_path / "loops" / "lead.mid")
    files.ask_for("prompt")
    files.ask_for("second")
    assert files.opened == [(tmp_path / "loops" / "lead.mid", False), (tmp_path / "loops" / "lead.mid", True)]
    assert asked.folders == ["", str(tmp_path / "loops")]
    assert "*.mid" in asked.kinds[0]
    assert "*.wav" in asked.kinds[0]  # a recording is a prompt, too


def test_several_clips_play_along(files, link, asked, tmp_path):
    asked.answer = [str(tmp_path / "bass.mid"), str(tmp_path / "beat.mid")]
    files.ask_for("context")
    assert files.along == [tmp_path / "bass.mid", tmp_path / "beat.mid"]


@pytest.mark.parametrize("task", TASKS)
def test_what_else_a_task_takes_is_asked_for(files, state, link, asked, tmp_path, task):
    asked.answer = str(tmp_path / "other.mid")
    state.change(task=task)
    files.ask_for_other()
    pair = TABLE[task].reads == "pair"
    assert [second for _, second in files.opened] == [True] * pair
    assert len(files.along) == (not pair and state.wish.takes("context"))


def test_a_copy_gets_the_ending_that_was_not_typed(files, link, asked, tmp_path):
    source = tmp_path / "lead-1.mid"
    source.write_bytes(b"MThd")
    asked.answer = str(tmp_path / "my song")
    files.ask_where_to_save(source)
    assert (tmp_path / "my song.mid").read_bytes() == b"MThd"
    assert link.said == [f"Saved as {tmp_path / 'my song.mid'}."]
    assert source.read_bytes() == b"MThd"


def test_a_copy_that_can_not_be_written_leaves_what_was_there(files, link, asked, tmp_path):
    kept = tmp_path / "kept.mid"
    kept.write_bytes(b"before")
    asked.answer = str(kept)
    files.ask_where_to_save(tmp_path / "gone.mid")
    assert kept.read_bytes() == b"before"
    assert "can't be written" in link.said[0]


def test_a_preset_goes_there_and_back_and_leaves_seed_and_chords_alone(files, state, link, asked, tmp_path):
    state.set_wish(Wish(task="drums", mood="dark", seed=77, chords="Am | F"))
    asked.answer = str(tmp_path / "mine")
    files.ask_where_to_save_preset()
    state.set_wish(Wish(seed=5, chords="C"))
    asked.answer = str(tmp_path / "mine.json")
    files.ask_for_preset()
    [wish] = link.found
    assert (wish.task, wish.mood, wish.seed, wish.chords) == ("drums", "dark", 5, "C")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"wish": {}}', '{"clipkin-preset": 1, "wish": []}'])
def test_what_is_no_preset_is_a_sentence(files, link, asked, tmp_path, text):
    (tmp_path / "other.json").write_text(text)
    files.read_preset(tmp_path / "other.json")
    assert link.said == ['"other.json" is not a preset of Clipkin.']
    assert link.found == []


def test_a_preset_with_nonsense_in_it_gives_what_makes_sense(files, state, link, tmp_path):
    write_preset(tmp_path / "half.json", Wish(task="vary", count=9))
    text = (tmp_path / "half.json").read_text().replace('"temperature": 1.0', '"temperature": 99')
    (tmp_path / "half.json").write_text(text)
    files.read_preset(tmp_path / "half.json")
    assert (link.found[0].count, link.found[0].temperature) == (9, Wish().temperature)
