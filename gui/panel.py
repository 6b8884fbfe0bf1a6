"""The panel: state, link and window joined. What the window asks for goes over the link, answers go into the state."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QByteArray, QObject, QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog

from gui.clips.drag_out import mime_of, show_in_folder
from gui.link.link import Link
from gui.link.settings import PanelSettings
from gui.state.panel_state import PanelState
from gui.state.values import Prompt, RunningRequest, ServerState
from gui.status.diagnostics import diagnostics
from gui.window import Where, Window
from models.generator import LARGEST_SEED
from models.music.errors import ClipkinError

_SAVE_AFTER_MS = 1000
_FILES = "MIDI files (*.mid *.midi *.smf)"


class Panel(QObject):
    """Everything one panel consists of."""

    def __init__(self, link: Link, settings: PanelSettings, notice: str = "") -> None:
        """notice: a sentence about the settings, "" when all is well."""
        super().__init__()
        self.state, self.link = PanelState(settings.wish), link
        self.window = Window(self.state)
        self._settings, self._failure = settings, ""
        self._save_soon = QTimer(self)
        self._save_soon.setSingleShot(True)
        self._save_soon.setInterval(_SAVE_AFTER_MS)
        self._connect_window()
        self._connect_link()
        if settings.window:
            self.window.restoreGeometry(QByteArray(settings.window))
        self.window.show_log(settings.log_shown)
        self.state.tell("The panel is here.")
        if notice:
            self.state.set_error(notice)

    def _connect_window(self) -> None:
        window, state = self.window, self.state
        window.start.clicked.connect(self.start)
        window.progress.cancel_wanted.connect(self.cancel)
        window.prompt.open_wanted.connect(self.ask_for_clip)
        window.prompt.track_wanted.connect(self.choose_track)
        window.second.open_wanted.connect(self.ask_for_second)
        window.second.track_wanted.connect(lambda track: self.choose_track(track, second=True))
        window.context.add_wanted.connect(self.ask_for_context)
        window.clips_dropped.connect(self.take_dropped)
        ways = {"prompt": self.open, "save": self.ask_where_to_save, "folder": show_in_folder, "copy": self.copy}
        window.variations.wanted.connect(lambda what, path: ways[what](path))
        window.status.copy_wanted.connect(self.copy_diagnostics)
        window.status.start_wanted.connect(self.link.start_server)
        window.log.save_wanted.connect(self.ask_where_to_save_log)
        window.closing.connect(self.save_settings)
        for keys, then in (
            ("Ctrl+O", self.ask_for_clip),
            ("Ctrl+Shift+O", self.ask_for_other),
            ("Ctrl+Return", self.start),
            ("Ctrl+Enter", self.start),
            ("Escape", self.cancel),
            ("Ctrl+Q", window.close),
        ):
            window.add_shortcut(keys, then)
        state.wish_changed.connect(lambda: self._save_soon.start())
        self._save_soon.timeout.connect(self.save_settings)

    def _connect_link(self) -> None:
        link, state = self.link, self.state
        link.server_news.connect(self._take_server)
        link.engines_news.connect(state.set_engines)
        link.prompt_read.connect(self._take_prompt)
        link.second_read.connect(self._take_second)
        link.context_read.connect(self._take_context)
        link.progress_came.connect(self._take_progress)
        link.result_came.connect(state.add_result)
        link.song_came.connect(state.set_song)
        link.request_ended.connect(self._take_end)
        link.failed.connect(state.set_error)
        link.told.connect(state.tell)

    # ---- what the user asks for

    def open(self, path: Path) -> None:
        """Take the clip in the file as the prompt."""
        self._settings = replace(self._settings, folder=str(path.parent))
        self.link.open_clip(path)

    def choose_track(self, track: int, *, second: bool = False) -> None:
        """Take another track of the prompt's file, or of the second clip's."""
        clip = self.state.second if second else self.state.prompt
        if clip is not None:
            self.link.open_clip(clip.path, track, second=second)

    def take_dropped(self, where: Where, paths: list[Path]) -> None:
        """Files were dropped on a part of the window; of several the first is the prompt, the others its context."""
        if where == "second":
            self.link.open_clip(paths[0], second=True)
            return
        if where == "prompt":
            self.open(paths[0])
            paths = paths[1:] if self.state.wish.takes("context") else []
        for path in paths:
            self.link.open_context(path)

    def start(self) -> None:
        """Ask for what the wish says; the window says why when it can't be."""
        self.window.finish_typing()
        state = self.state
        if state.why_not:
            return
        if not state.wish.seed_locked:
            # What is ranked begins with the best, unless another choice is asked for.
            state.change(seed=0 if state.wish.row.ranked else random.randint(0, LARGEST_SEED))
        try:
            order = state.order
        except ClipkinError as error:
            state.set_error(error.sentence)
            return
        state.set_error("")
        state.clear_results()
        request = order.request
        state.set_work(RunningRequest(None if request.task == "arrange" else request.count))
        state.tell(f"{request.task.capitalize()}: {order.stem}, seed {request.seed}.")
        self.link.vary(order)

    def cancel(self) -> None:
        """Stop the request at work, if there is one."""
        if self.state.work is not None:
            self.state.tell("Cancelled.")
            self.link.cancel()

    def copy(self, path: Path) -> None:
        """Put a file on the clipboard."""
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setMimeData(mime_of(path))
            self.state.tell(f"{path.name} copied.")

    def copy_diagnostics(self) -> None:
        """Put what a helper needs to know on the clipboard."""
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.report())
            self.state.tell("Diagnostics copied.")

    def report(self, trace: str = "") -> str:
        """The diagnostics."""
        return diagnostics(self.state, trace)

    def ask_for_clip(self) -> None:
        """Let the user choose the prompt."""
        for path in self._asked_for("Open a clip", several=False):
            self.open(path)

    def ask_for_second(self) -> None:
        """Let the user choose the clip to morph into."""
        for path in self._asked_for("Open the second clip", several=False):
            self.link.open_clip(path, second=True)

    def ask_for_context(self) -> None:
        """Let the user choose clips that play at the same time."""
        for path in self._asked_for("Open clips that play at the same time", several=True):
            self.link.open_context(path)

    def ask_for_other(self) -> None:
        """Let the user choose what the task takes besides the prompt: a second clip, or context."""
        if self.state.wish.row.reads == "pair":
            self.ask_for_second()
        elif self.state.wish.takes("context"):
            self.ask_for_context()

    def _asked_for(self, title: str, several: bool) -> list[Path]:
        ask = QFileDialog.getOpenFileNames if several else QFileDialog.getOpenFileName
        found, _ = ask(self.window, title, self._settings.folder, _FILES)
        paths = [Path(name) for name in ([found] if isinstance(found, str) else found) if name]
        if paths:
            self._settings = replace(self._settings, folder=str(paths[0].parent))
        return paths

    def ask_where_to_save(self, source: Path) -> None:
        """Let the user choose where a file that was made goes."""
        path = self._asked_where("Save the clip", source.name, _FILES)
        if path is not None:
            self._settings = replace(self._settings, folder=str(path.parent))
            self.link.save(source, path if path.suffix else path.with_suffix(".mid"))

    def ask_where_to_save_log(self) -> None:
        """Let the user choose where the log goes."""
        path = self._asked_where("Save the log", "clipkin-log.txt", "Text (*.txt)")
        if path is not None:
            self.link.save_text("\n".join(self.state.log) + "\n", path)

    def _asked_where(self, title: str, name: str, kinds: str) -> Path | None:
        start = str(Path(self._settings.folder) / name)
        path, _ = QFileDialog.getSaveFileName(self.window, title, start, kinds)
        return Path(path) if path else None

    def show_again(self, path: str) -> None:
        """A second start brings this window to the front, with the clip that it was given ("": none)."""
        self.window.to_front()
        if path:
            self.open(Path(path))

    def save_settings(self) -> None:
        """Remember the controls and the window."""
        self._save_soon.stop()
        self._settings = replace(
            self._settings,
            wish=self.state.wish,
            window=bytes(self.window.saveGeometry().data()),
            log_shown=self.window.log.isVisibleTo(self.window),
        )
        self.link.save_settings(self._settings)

    def close(self) -> None:
        """End everything that is ours."""
        self.window.close()
        self.link.close()

    # ---- what comes back

    def _take_server(self, server: ServerState) -> None:
        failure, self._failure = self._failure, server.sentence or self._failure
        self.state.set_server(server)
        if server.standing == "failed":
            self.state.set_error(server.sentence)
        elif server.online and failure and self.state.error == failure:
            self.state.set_error("")

    def _take_prompt(self, prompt: Prompt) -> None:
        self._opened(prompt, "")
        self.state.set_prompt(prompt)

    def _take_second(self, second: Prompt) -> None:
        self._opened(second, " as the second clip")
        self.state.set_second(second)

    def _take_context(self, clips: tuple[Prompt, ...]) -> None:
        self._opened(clips[0], " as context")
        self.state.set_context((*self.state.context, *(clip for clip in clips if clip not in self.state.context)))

    def _opened(self, clip: Prompt, where: str) -> None:
        self.state.set_error("")
        self.state.tell(f"Opened {clip.path}{where}.")

    def _take_progress(self, share: float, stage: str) -> None:
        work = self.state.work
        if work is not None:
            self.state.set_work(replace(work, share=share, stage=stage))

    def _take_end(self, error: str) -> None:
        work, came = self.state.work, len(self.state.results)
        self.state.set_work(None)
        self.state.set_error(error)
        if not error:
            self.state.tell(f"{came} here.")
        if not error and work is not None and work.count is not None and not self.link.cancelled and came < work.count:
            few = f"Only {came} of {work.count}" if came else "Nothing"
            self.state.set_error(f"{few} came: the locks and the number of notes leave no more that differ.")
