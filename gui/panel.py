"""The panel: state, link and window joined. What the window asks for goes over the link, answers go into the state."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

from PyQt6.QtCore import QByteArray, QObject, Qt, QTimer
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QAbstractSpinBox, QApplication, QWidget

from gui.appearance import dress
from gui.clips.dragging import to_clipboard
from gui.clips.rounds.round_actions import RoundActions
from gui.controls.files import Files
from gui.controls.main_menu import PAGES, Command, main_menu, sound_menu
from gui.hearing.listening import Listening
from gui.language.say import LANGUAGES, WORDS, speak
from gui.link.link import Link
from gui.link.settings import EXAMPLE, PanelSettings, write
from gui.state.panel_state import PanelState
from gui.state.values import ServerState
from gui.status.reports import Help, diagnostics
from gui.window import Window

_SAVE_AFTER_MS = 1000


class Panel(QObject):
    """Everything one panel consists of."""

    def __init__(self, link: Link, settings: PanelSettings, notice: str = "") -> None:
        """notice: a sentence about the settings, "" when all is well."""
        super().__init__()
        self.state, self.link = PanelState(settings.wish), link
        self._settings, self._failure = settings, ""
        self._pages: dict[str, QWidget] = {}
        self._save_soon = QTimer(self)
        self._save_soon.setSingleShot(True)
        self._save_soon.timeout.connect(self.save_settings)
        self.files = Files(self.state, link, lambda: self.window, settings.folder)
        self.rounds = RoundActions(self.state, link)
        self.rounds.save_wanted.connect(self.files.ask_where_to_save)
        self.listening = Listening(self.state, settings.port)
        self.rounds.play_wanted.connect(self.listening.play_entry)
        self.window = Window(self.state)
        self._connect_window()
        for news, take in (
            (link.server_news, self._take_server),
            (link.engines_news, self.state.set_engines),
            (link.loading_news, self.state.set_loading),
            (link.failed, self.state.add_error),
            (link.told, self.state.tell),
        ):
            news.connect(take)
        self.state.wish_changed.connect(lambda: self._save_soon.start(_SAVE_AFTER_MS))
        self.state.tell("The panel is here.")
        if notice:
            self.state.add_error(notice)

    def _connect_window(self) -> None:
        window, link, files, heard = self.window, self.link, self.files, self.listening
        window.progress.start.clicked.connect(self.start)
        window.progress.cancel.clicked.connect(self.rounds.cancel)
        for opening in (window.prompt.button, window.first.open):
            opening.clicked.connect(partial(files.ask_for, "prompt"))
        window.prompt.track.activated.connect(files.choose_track)
        window.second.button.clicked.connect(partial(files.ask_for, "second"))
        window.second.track.activated.connect(partial(files.choose_track, second=True))
        window.context.add.clicked.connect(partial(files.ask_for, "context"))
        window.first.example.clicked.connect(lambda: files.open_clip(EXAMPLE))
        for taking in (window.take, window.first.take):
            taking.clicked.connect(link.live.take)
        window.clips_dropped.connect(files.drop)
        window.rounds.wanted.connect(self.rounds.take_way)
        window.result.wanted.connect(self.rounds.take_way)
        window.song.edit_wanted.connect(self.rounds.edit_song)
        for play in (window.grid.play_wanted, window.result.play.clicked):
            play.connect(heard.toggle)
        for swap in (window.grid.swap_wanted, window.result.swap.clicked, window.rounds.swap_wanted):
            swap.connect(heard.swap)
        window.grid.seek.connect(heard.play_from)
        window.song.play_wanted.connect(heard.play_clips)
        window.rounds.audition_wanted.connect(heard.audition)
        heard.moved.connect(window.grid.set_playhead)
        heard.playing_changed.connect(window.rounds.show_playing)
        heard.playing_changed.connect(lambda: self.window.result.show_playing(heard.sounds))
        window.status.copy.clicked.connect(self.copy_diagnostics)
        window.status.start.clicked.connect(link.start_server)
        window.log.save.clicked.connect(files.ask_where_to_save_log)
        commands, now = self._commands(), self._settings
        for _, keys, then in commands:
            if keys and then is not None:
                QShortcut(QKeySequence(keys), window).activated.connect(then)  # wherever the focus is in the window
        look, language = (WORDS["looks"], now.look, self.set_look), (LANGUAGES, now.language, self.set_language)
        menu = main_menu(window.menu, commands, (("Look", *look), ("Language", *language)))
        sound_menu(menu, self.listening)
        window.menu.setMenu(menu)
        if self._settings.window:
            window.restoreGeometry(QByteArray(self._settings.window))
        window.status.log.setChecked(self._settings.log_shown)
        window.form.show_more(self._settings.more_shown)

    def _commands(self) -> tuple[Command, ...]:
        window, files, history = self.window, self.files, self.state.history
        return (
            ("Open a clip…", "Ctrl+O", partial(files.ask_for, "prompt")),
            ("Try an example", "", partial(files.open_clip, EXAMPLE)),
            ("Save as…", "Ctrl+S", lambda: self.rounds.take_way("save", window.rounds.entry)),
            ("-", "", None),
            *((title, "", partial(self.open_page, title)) for title in PAGES),
            ("-", "", None),
            ("Open a preset…", "", files.ask_for_preset),
            ("Save the settings as a preset…", "", files.ask_where_to_save_preset),
            ("-", "", None),
            ("Show the log", "Ctrl+L", window.status.log.toggle),
            ("Copy report", "", self.copy_diagnostics),
            ("Help", "F1", self.show_help),
            ("", "Ctrl+Shift+O", files.ask_for_other),
            ("", "Ctrl+T", self.link.live.take),
            ("", "Ctrl+C", lambda: self.rounds.take_way("copy", window.rounds.entry)),
            ("", "Ctrl+V", files.paste),
            ("", "Ctrl+Z", history.undo),
            ("", "Ctrl+Shift+Z", history.redo),
            ("", "Ctrl+Y", history.redo),
            ("", "Ctrl+Space", self.listening.toggle),
            ("", "Ctrl+Return", self.start),
            ("", "Ctrl+Enter", self.start),
            ("", "Escape", self.leave),
            ("", "Ctrl+1", window.form.task.menu.setFocus),
            ("", "Ctrl+2", lambda: (window.song if window.song.song_round else window.grid).setFocus()),
            ("", "Ctrl+3", window.rounds.setFocus),
            ("", "F10", window.menu.showMenu),
            ("", "Ctrl+Q", window.close),
        )

    # ---- what the user does

    def start(self) -> None:
        """Ask for what the wish says, with what is being typed as it stands."""
        box = self.window.focusWidget()
        if isinstance(box, QAbstractSpinBox):
            box.interpretText()  # a shortcut may come before Return or Tab
        self.rounds.start()

    def open_page(self, title: str) -> None:
        """Show one of the pages in ``gui.controls.main_menu.PAGES``."""
        if title not in self._pages:
            module, _, name = PAGES[title].partition(":")
            self._pages[title] = getattr(import_module(module), name)(self.state, self.listening)
        self.window.show_page(title, self._pages[title])

    def leave(self) -> None:
        """Leave the page that is open; or else stop the request at work."""
        if self.window.places.currentIndex():
            self.window.show_page()
        else:
            self.rounds.cancel()

    # ---- settings, help, the end

    def copy_diagnostics(self) -> None:
        """Put what a helper needs to know on the clipboard."""
        to_clipboard(diagnostics(self.state, "", self.link.live.tried))
        self.state.tell("Report copied.")

    def show_help(self) -> None:
        Help(self.window).open()

    def set_look(self, look: str) -> None:
        """Light, dark, or as the system has it."""
        self._settings = replace(self._settings, look=look)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            dress(application, look)
        self.save_settings()

    def set_language(self, language: str) -> None:
        """Another language: the same window anew, with the words of it."""
        self.save_settings()
        self._settings = replace(self._settings, language=language)
        speak(language)
        old, self.window = self.window, Window(self.state)
        self._pages.clear()
        self._connect_window()
        if old.isVisible():
            self.window.show()
        old.close()
        old.deleteLater()
        self.save_settings()

    def show_again(self, path: str) -> None:
        """A second start brings this window to the front, with the clip that it was given ("": none)."""
        window = self.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if path:
            self.files.open(Path(path))

    def save_settings(self) -> None:
        self._save_soon.stop()
        self._settings = replace(
            self._settings,
            wish=self.state.wish,
            window=bytes(self.window.saveGeometry().data()),
            log_shown=self.window.log.isVisibleTo(self.window),
            more_shown=self.window.form.more.isChecked(),
            port=self.listening.port,
            folder=self.files.folder,
        )
        self.link.run(partial(write, self.link.places.settings, self._settings))

    def close(self) -> None:
        """End everything that is ours: the server too where we started it, unless Live uses it, or was seen to."""
        self.save_settings()
        self.window.close()
        self.listening.stop()
        self.link.close()
        if not self.state.others and self.state.live is None:
            self.link.process.stop()

    # ---- what comes back

    def _take_server(self, server: ServerState) -> None:
        failure, self._failure = self._failure, server.sentence or self._failure
        self.state.set_server(server)
        if server.standing == "failed":
            self.state.add_error(server.sentence)
        elif server.online and failure:
            self.state.dismiss(failure)
