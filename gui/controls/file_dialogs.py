"""Files that the user chooses: clips to open, places to save results, presets and the log; the folder is remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QWidget

from gui.language.say import say
from gui.link.clip_files import RECORDINGS, SUFFIXES
from gui.link.link import Link
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
        for path in self._asked_for(say("Open a clip…"), several=False):
            self.link.open_clip(path)

    def ask_for_second(self) -> None:
        """Let the user choose the clip to morph into."""
        for path in self._asked_for(say("Open the clip to morph into"), several=False):
            self.link.open_clip(path, second=True)

    def ask_for_context(self) -> None:
        """Let the user choose clips that play at the same time."""
        for path in self._asked_for(say("Open clips that play along"), several=True):
            self.link.open_context(path)

    def ask_for_other(self) -> None:
        """Let the user choose what the task takes besides the prompt: a second clip, or context."""
        if self.state.wish.row.reads == "pair":
            self.ask_for_second()
        elif self.state.wish.takes("context"):
            self.ask_for_context()

    def ask_where_to_save(self, source: Path) -> None:
        """Let the user choose where a file that was made goes."""
        path = self._asked_where(say("Save the clip"), source.name, _FILES)
        if path is not None:
            self.link.save(source, path if path.suffix else path.with_suffix(".mid"))

    def ask_where_to_save_log(self) -> None:
        """Let the user choose where the log goes."""
        path = self._asked_where(say("Save the log"), "clipkin-log.txt", "Text (*.txt)")
        if path is not None:
            self.link.save_text("\n".join(self.state.log) + "\n", path)

    def ask_for_preset(self) -> None:
        """Let the user choose a preset."""
        for path in self._asked_for(say("Open a preset…"), several=False, kinds=_PRESETS):
            self.link.read_preset(path, self.state.wish)

    def ask_where_to_save_preset(self) -> None:
        """Let the user choose where the settings go as a preset."""
        path = self._asked_where(say("Save the settings as a preset…"), f"{self.state.wish.task}.json", _PRESETS)
        if path is not None:
            self.link.save_preset(self.state.wish, path.with_suffix(".json"))

    def _asked_for(self, title: str, several: bool, kinds: str = _CLIPS) -> list[Path]:
        ask = QFileDialog.getOpenFileNames if several else QFileDialog.getOpenFileName
        found, _ = ask(self._window(), title, self.folder, kinds)
        paths = [Path(name) for name in ([found] if isinstance(found, str) else found) if name]
        if paths:
            self.folder = str(paths[0].parent)
        return paths

    def _asked_where(self, title: str, name: str, kinds: str) -> Path | None:
        start = str(Path(self.folder) / name)
        path, _ = QFileDialog.getSaveFileName(self._window(), title, start, kinds)
        if path:
            self.folder = str(Path(path).parent)
        return Path(path) if path else None
