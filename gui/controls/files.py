"""Files that come and go: clips to open, results, presets and the log to save; the folder is remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtWidgets import QApplication, QFileDialog

from gui.clips.dragging import paths_in
from gui.language.say import say
from gui.link.clip_files import RECORDINGS, SUFFIXES, midi_files_in, read_context, read_prompt, save_copy
from gui.link.link import Link
from gui.link.settings import read_preset, write_preset, write_whole
from gui.state.panel_state import PanelState
from gui.window import Where, Window

_FILES = "MIDI (*.mid *.midi *.smf)"
_CLIPS = f"MIDI, WAV, … ({' '.join(f'*{ending}' for ending in (*SUFFIXES, *RECORDINGS))})"
_PRESETS = "Clipkin (*.json)"
_TITLES = {"prompt": "Open a clip…", "second": "Open the clip to morph into", "context": "Open clips that play along"}


class Files:
    """Asks the user for files, and has the link read and write them; what was read goes into the state."""

    def __init__(self, state: PanelState, link: Link, window: Callable[[], Window], folder: str) -> None:
        """window: what dialogs stand before; folder: where the last file was."""
        self.state, self.link, self._window, self.folder = state, link, window, folder

    # ---- clips

    def open(self, path: Path) -> None:
        """Take the clip in the file as the prompt, and look for the next file there."""
        self.folder = str(path.parent)
        self.open_clip(path)

    def open_clip(self, path: Path, track: int = 0, *, second: bool = False) -> None:
        """Take a track of a file as the prompt, or as the clip to morph into."""
        then, what = (self.state.set_second, " as the second clip") if second else (self.state.set_prompt, "")
        self._window().show_reading(path.name)
        self.link.run(partial(read_prompt, path, track), then, f"Opened {path}{what}.")
        self.link.run(lambda: "", lambda name: self._window().show_reading(name))

    def open_context(self, path: Path) -> None:
        """Have all tracks of a file play along."""
        self.link.run(partial(read_context, path), self.state.add_context, f"Opened {path} as context.")

    def choose_track(self, track: int, *, second: bool = False) -> None:
        """Take another track of the prompt's file, or of the second clip's."""
        clip = self.state.second if second else self.state.prompt
        if clip is not None:
            self.open_clip(clip.path, track, second=second)

    def drop(self, where: Where, paths: list[Path]) -> None:
        """Open the clips in what was dropped on a part of the window; each file that is none is named."""
        self.link.run(partial(midi_files_in, paths), lambda found: self._take(where, *found))

    def paste(self) -> None:
        """Take the files on the clipboard as the prompt and what plays along."""
        clipboard = QApplication.clipboard()
        if clipboard is not None and (paths := paths_in(clipboard.mimeData())):
            self.drop("prompt", paths)

    def _take(self, where: Where, paths: tuple[Path, ...], refused: tuple[str, ...] = ()) -> None:
        """On the prompt the first replaces it, and others replace what plays along; on the context all are added."""
        for sentence in refused:
            self.state.add_error(sentence)
        if where != "context" and paths:
            (self.open if where == "prompt" else partial(self.open_clip, second=True))(paths[0])
            paths = paths[1:] if where == "prompt" and self.state.wish.takes("context") else ()
            if paths:
                self.state.set_context(())
        for path in paths:
            self.open_context(path)

    # ---- what the user is asked for

    def ask_for(self, where: Where) -> None:
        """Let the user choose the prompt, the clip to morph into, or clips that play at the same time."""
        several = where == "context"
        for path in self._ask(say(_TITLES[where]), _CLIPS, several=several):
            self.open_context(path) if several else self.open_clip(path, second=where == "second")

    def ask_for_other(self) -> None:
        """Let the user choose what the task takes besides the prompt: a second clip, or context."""
        if self.state.wish.row.reads == "pair":
            self.ask_for("second")
        elif self.state.wish.takes("context"):
            self.ask_for("context")

    def ask_for_preset(self) -> None:
        for path in self._ask(say("Open a preset…"), _PRESETS):
            self.read_preset(path)

    def read_preset(self, path: Path) -> None:
        """Put the controls to where a preset has them."""
        self.link.run(partial(read_preset, path, self.state.wish), self.state.set_wish)

    def ask_where_to_save(self, source: Path) -> None:
        self._save(say("Save the clip"), source.name, _FILES, partial(save_copy, source))

    def ask_where_to_save_log(self) -> None:
        text = ("\n".join(self.state.log) + "\n").encode()
        self._save(say("Save the log"), "clipkin-log.txt", "Text (*.txt)", lambda path: write_whole(path, text))

    def ask_where_to_save_preset(self) -> None:
        wish, title = self.state.wish, say("Save the settings as a preset…")
        self._save(title, f"{wish.task}.json", _PRESETS, lambda path: write_preset(path, wish))

    def _ask(self, title: str, kinds: str, *, several: bool = False) -> list[Path]:
        ask = QFileDialog.getOpenFileNames if several else QFileDialog.getOpenFileName
        found, _ = ask(self._window(), title, self.folder, kinds)
        paths = [Path(name) for name in ([found] if isinstance(found, str) else found) if name]
        self.folder = str(paths[-1].parent) if paths else self.folder
        return paths

    def _save(self, title: str, name: str, kinds: str, write: Callable[[Path], object]) -> None:
        found, _ = QFileDialog.getSaveFileName(self._window(), title, str(Path(self.folder) / name), kinds)
        if found:
            path = Path(found)
            self.folder = str(path.parent)
            path = path if path.suffix else path.with_suffix(Path(name).suffix)
            self.link.run(partial(write, path), told=f"Saved as {path}.")
