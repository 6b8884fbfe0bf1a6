"""What the pages share: a command at work, a line that says how it goes, a list of the files that came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import platformdirs
from PyQt6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, pyqtSignal
from PyQt6.QtGui import QHideEvent
from PyQt6.QtWidgets import QLayout, QListWidget, QListWidgetItem, QPushButton, QWidget

from gui.appearance import Item, button, column, label, row, show_as
from gui.controls.pieces import Menu, named
from gui.hearing.listening import Listening
from gui.language.say import say
from gui.link.clip_files import read_context
from gui.link.server import COMMAND
from gui.state.panel_state import PanelState
from models.music.clip import Clip

_PATIENCE_MS = 1500
_MOST_LINES = 6


def choice(name: str, values: Mapping[object, str] | Iterable[object]) -> Menu:
    """A menu of values, each shown by its words (English; ``say`` translates), or as it is."""
    menu = Menu(say(name))
    for value in values:
        menu.add(say(values[value]) if isinstance(values, Mapping) else str(value), value, "", True)
    return menu


class Command(QObject):
    """A command of Clipkin's in a process of its own, one at a time: what it prints comes line by line.

    A jam keeps its beat there, whatever the window is doing, and libraries that hear or learn stay out of the panel.

    line   what it printed, a line
    ended  its exit code, and its last sentence on standard error: "" when all went well
    """

    line = pyqtSignal(str)
    ended = pyqtSignal(int, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        for name in ("PYTHONUNBUFFERED", "PYTHONUTF8"):
            environment.insert(name, "1")
        self._process.setProcessEnvironment(environment)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._end)

    @property
    def running(self) -> bool:
        """Is one at work?"""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self, *words: str) -> None:
        """Begin ``clipkin WORDS``; one that is at work is ended first."""
        self.stop()
        self._process.start(COMMAND[0], [*COMMAND[1:-1], *words])

    def type(self, words: str) -> None:
        if self.running:
            self._process.write(f"{words}\n".encode())

    def stop(self) -> None:
        """End it and wait for it: politely, so that no note is left sounding."""
        self.type("stop")
        self._process.closeWriteChannel()
        for ask in (lambda: None, self._process.terminate, self._process.kill):
            if self.running:
                ask()
                self._process.waitForFinished(_PATIENCE_MS)

    def _read(self) -> None:
        while self._process.canReadLine():
            if words := bytes(self._process.readLine().data()).decode(errors="replace").strip():
                self.line.emit(words)

    def _end(self, code: int) -> None:
        self._read()
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip()
        self.ended.emit(code, said.split("\n")[-1] if code else "")


class Page(QWidget):
    """A page of the panel; falls silent when it is left."""

    def __init__(self, state: PanelState, listening: Listening, name: str) -> None:
        super().__init__()
        self.state, self.listening = state, listening
        self.folder = Path(platformdirs.user_documents_dir()) / "Clipkin" / name  # where its files go
        self._lines: tuple[str, ...] = ()
        self.command = Command(self)
        self.command.line.connect(self._take)
        self.command.ended.connect(self._end)
        self.said = label("", wraps=True)
        self.files = QListWidget()
        self.files.setObjectName("rounds")
        self.files.setAccessibleName(say("What was made"))
        self.files.itemActivated.connect(lambda: self.play_file(self.chosen))
        self.play = self.button("Play", lambda: self.play_file(self.chosen))
        self.go_on = self.button("Make it the prompt", self._open)

    def button(self, words: str, then: Callable[[], object], hint: str = "", kind: str = "") -> QPushButton:
        """A button; ``kind``: "start" for the one that the page is about."""
        return button(say(words), say(words), say(hint) if hint else "", lambda: then(), kind)

    def fields(self, places: Mapping[str, QWidget], *others: Item) -> QLayout:
        """Fields beside each other, each below its name, and what stands on their line."""
        fields = (named(say(name), field) for name, field in places.items())
        return row(self, *fields, column(self, None, row(self, *others), space=0), None)

    def lay_out(self, what: str, *items: Item) -> None:
        """What the page is, its own controls, what is said, the files, and what one does with them."""
        below = self.said, self.files, row(self, self.play, self.go_on, None)
        self.setLayout(column(self, label(say(what), "quiet", wraps=True), *items, *below, wide=self.files))

    @property
    def chosen(self) -> Path | None:
        """The file that is chosen in the list."""
        item = self.files.currentItem()
        return Path(item.data(Qt.ItemDataRole.UserRole)) if item else None

    @property
    def clips(self) -> list[Clip]:
        """The prompt's clip; none where none is open or it has no notes."""
        return [self.state.prompt.clip] if self.state.prompt and self.state.prompt.clip.notes else []

    def written(self, clips: Iterable[Clip]) -> list[str]:
        from models import midi_file

        self.folder.mkdir(parents=True, exist_ok=True)
        return [str(midi_file.write_numbered(self.folder, "prompt", clip)) for clip in clips]

    def say(self, sentence: str, kind: str = "") -> None:
        """Show a sentence; ``kind`` as of ``gui.appearance.label``."""
        show_as(self.said, kind)
        self.said.setText(say(sentence))

    def play_file(self, path: Path | None) -> None:
        """Play all tracks of a file once; or stop, if something is heard."""
        if self.listening.sounds or path is None:
            self.listening.stop()
            return
        self.play_clips(*(prompt.clip for prompt in read_context(path)))

    def play_clips(self, first: Clip, *others: Clip) -> None:
        """Play clips together, once."""
        self.listening.stop()
        self.listening.player.context = others
        self.listening.player.play(first, loop=False)

    def begin(self, *words: str) -> None:
        """Start a command whose files go to the page's folder."""
        self.say("One moment…")
        self._lines = ()
        self.command.start(*words, "--out", str(self.folder))

    def _open(self) -> None:
        if self.chosen is not None:
            self.window().clips_dropped.emit("prompt", [self.chosen])  # type: ignore[union-attr]  # of gui.window

    def _take(self, line: str) -> None:
        """A line of the command: "PATH: what it is" is a file, others are said."""
        path = Path(line.partition(": ")[0])
        if path.suffix != ".mid" or not path.is_file():
            self._lines = (*self._lines[1 - _MOST_LINES :], say(line))
            self.say("\n".join(self._lines))
            return
        item = QListWidgetItem(path.stem)
        item.setData(Qt.ItemDataRole.UserRole, str(path))
        item.setToolTip(str(path))
        self.files.addItem(item)
        self.files.setCurrentItem(item)

    def _end(self, code: int, sentence: str) -> None:
        if code:
            self.say(sentence, "error")

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self.command.stop()
        self.listening.stop()
