"""Files that the user chooses: none chosen, nothing happens; the folder is remembered; nothing is half written."""

from types import SimpleNamespace

import pytest
from PyQt6.QtWidgets import QFileDialog, QWidget

from gui.controls.file_dialogs import FileDialogs
from gui.link.settings import write_preset
from gui.state.wish import Wish
from models.music.errors import BadValue
from models.tasks.table import TABLE, TASKS


class Link:
    """Keeps what is asked of it; ``run`` works at once, as the background worker does."""

    def __init__(self):
        self.opened, self.along, self.said, self.wishes = [], [], [], []
        self.preset_read = SimpleNamespace(emit=self.wishes.append)

    def open_clip(self, path, track=0, *, second=False):
        self.opened.append((path, second))

    def open_context(self, path):
        self.along.append(path)

    def run(self, work, told=""):
        try:
            work()
        except BadValue as error:
            self.said.append(error.sentence)
        else:
            self.said.append(told)


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
def dialogs(state, link, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return FileDialogs(state, link, lambda: window, "")


def test_who_chooses_nothing_changes_nothing(dialogs, link, asked, tmp_path):
    dialogs.folder = str(tmp_path)
    for ask in (dialogs.ask_for_clip, dialogs.ask_for_second, dialogs.ask_for_context, dialogs.ask_for_preset):
        ask()
    dialogs.ask_where_to_save(tmp_path / "lead-1.mid")
    dialogs.ask_where_to_save_log()
    assert (link.opened, link.along, link.said, link.wishes) == ([], [], [], [])
    assert dialogs.folder == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_the_last_file_is_where_the_next_is_looked_for(dialogs, link, asked, tmp_path):
    asked.answer = str(tmp_path / "loops" / "lead.mid")
    dialogs.ask_for_clip()
    dialogs.ask_for_second()
    assert link.opened == [(tmp_path / "loops" / "lead.mid", False), (tmp_path / "loops" / "lead.mid", True)]
    assert asked.folders == ["", str(tmp_path / "loops")]
    assert "*.mid" in asked.kinds[0]
    assert "*.wav" in asked.kinds[0]  # a recording is a prompt, too


def test_several_clips_play_along(dialogs, link, asked, tmp_path):
    asked.answer = [str(tmp_path / "bass.mid"), str(tmp_path / "beat.mid")]
    dialogs.ask_for_context()
    assert link.along == [tmp_path / "bass.mid", tmp_path / "beat.mid"]


@pytest.mark.parametrize("task", TASKS)
def test_what_else_a_task_takes_is_asked_for(dialogs, state, link, asked, tmp_path, task):
    asked.answer = str(tmp_path / "other.mid")
    state.change(task=task)
    dialogs.ask_for_other()
    pair = TABLE[task].reads == "pair"
    assert [second for _, second in link.opened] == [True] * pair
    assert len(link.along) == (not pair and state.wish.takes("context"))


def test_a_copy_gets_the_ending_that_was_not_typed(dialogs, link, asked, tmp_path):
    source = tmp_path / "lead-1.mid"
    source.write_bytes(b"MThd")
    asked.answer = str(tmp_path / "my song")
    dialogs.ask_where_to_save(source)
    assert (tmp_path / "my song.mid").read_bytes() == b"MThd"
    assert link.said == [f"Saved as {tmp_path / 'my song.mid'}."]
    assert source.read_bytes() == b"MThd"


def test_a_copy_that_can_not_be_written_leaves_what_was_there(dialogs, link, asked, tmp_path):
    kept = tmp_path / "kept.mid"
    kept.write_bytes(b"before")
    asked.answer = str(kept)
    dialogs.ask_where_to_save(tmp_path / "gone.mid")
    assert kept.read_bytes() == b"before"
    assert "can't be written" in link.said[0]


def test_a_preset_goes_there_and_back_and_leaves_seed_and_chords_alone(dialogs, state, link, asked, tmp_path):
    state.set_wish(Wish(task="drums", mood="dark", seed=77, chords="Am | F"))
    asked.answer = str(tmp_path / "mine")
    dialogs.ask_where_to_save_preset()
    state.set_wish(Wish(seed=5, chords="C"))
    asked.answer = str(tmp_path / "mine.json")
    dialogs.ask_for_preset()
    [wish] = link.wishes
    assert (wish.task, wish.mood, wish.seed, wish.chords) == ("drums", "dark", 5, "C")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"wish": {}}', '{"clipkin-preset": 1, "wish": []}'])
def test_what_is_no_preset_is_a_sentence(dialogs, link, asked, tmp_path, text):
    (tmp_path / "other.json").write_text(text)
    dialogs.read_preset(tmp_path / "other.json")
    assert link.said == ['"other.json" is not a preset of Clipkin.']
    assert link.wishes == []


def test_a_preset_with_nonsense_in_it_gives_what_makes_sense(dialogs, state, link, tmp_path):
    write_preset(tmp_path / "half.json", Wish(task="vary", count=9))
    text = (tmp_path / "half.json").read_text().replace('"temperature": 1.0', '"temperature": 99')
    (tmp_path / "half.json").write_text(text)
    dialogs.read_preset(tmp_path / "half.json")
    assert (link.wishes[0].count, link.wishes[0].temperature) == (9, Wish().temperature)
