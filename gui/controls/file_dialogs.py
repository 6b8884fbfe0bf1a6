"""Files that the user chooses: clips to open, places to save results, presets and the log; the folder is remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QWidget

from gui.language.say import say
from gui.link.clip_files import RECORDINGS, SUFFIXES, save_copy
from gui.link.link import Link
from gui.link.settings import read_preset, write_preset, write_whole
from gui.state.panel_state import PanelState

_FILES = "MIDI (*.mid *.midi *.smf)"
_CLIPS = f"MIDI, WAV, … ({' '.join(f'*{ending}' for ending in (*SUFFIXES, *RECORDINGS))})"
_PRESETS = "Clipkin (*.json)"


class FileDialogs:
    """Asks, and hands what was chosen to the link."""

    def __init__(self, state: PanelState, link: Link, window: Callable[[], QWidget], folder: str) -> None:
        """window: what they stand before; folder: where the last file was."""
        self.state, self.link, self._window, self.folder = state, link, window, folder

    def ask_for_clip(self) -> None:
        """Let the user choose the prompt."""
        self._open(say("Open a clip…"), self.link.open_clip)

    def ask_for_second(self) -> None:
        """Let the user choose the clip to morph into."""
        self._open(say("Open the clip to morph into"), partial(self.link.open_clip, second=True))

    def ask_for_context(self) -> None:
        """Let the user choose clips that play at the same time."""
        self._open(say("Open clips that play along"), self.link.open_context, several=True)

    def ask_for_other(self) -> None:
        """Let the user choose what the task takes besides the prompt: a second clip, or context."""
        if self.state.wish.row.reads == "pair":
            self.ask_for_second()
        elif self.state.wish.takes("context"):
            self.ask_for_context()

    def ask_for_preset(self) -> None:
        """Let the user choose a preset."""
        self._open(say("Open a preset…"), self.read_preset, kinds=_PRESETS)

    def read_preset(self, path: Path) -> None:
        """Put the controls to where a preset has them."""
        self.link.run(lambda: self.link.preset_read.emit(read_preset(path, self.state.wish)))

    def ask_where_to_save(self, source: Path) -> None:
        """Let the user choose where a file that was made goes."""
        self._save(say("Save the clip"), source.name, _FILES, partial(save_copy, source))

    def ask_where_to_save_log(self) -> None:
        """Let the user choose where the log goes."""
        text = "\n".join(self.state.log) + "\n"
        self._save(
            say("Save the log"), "clipkin-log.txt", "Text (*.txt)", lambda path: write_whole(path, text.encode())
        )

    def ask_where_to_save_preset(self) -> None:
        """Let the user choose where the settings go as a preset."""
        wish, title = self.state.wish, say("Save the settings as a preset…")
        self._save(title, f"{wish.task}.json", _PRESETS, lambda path: write_preset(path, wish))

    def _open(self, title: str, then: Callable[[Path], object], *, several: bool = False, kinds: str = _CLIPS) -> None:
        ask = QFileDialog.getOpenFileNames if several else QFileDialog.getOpenFileName
        found, _ = ask(self._window(), title, self.folder, kinds)
        for name in filter(None, [found] if isinstance(found, str) else found):
            self.folder = str(Path(name).parent)
            then(Path(name))

    def _save(self, title: str, name: str, kinds: str, write: Callable[[Path], object]) -> None:
        found, _ = QFileDialog.getSaveFileName(self._window(), title, str(Path(self.folder) / name), kinds)
        if found:
            path = Path(found)
            self.folder = str(path.parent)
            path = path if path.suffix else path.with_suffix(Path(name).suffix)
            self.link.run(partial(write, path), f"Saved as {path}.")
