"""The one road off the window's thread, and the one back.

Methods hand work over and return at once; answers come as signals, which Qt delivers on the window's thread.
Three threads stand behind it: the background worker (files), the watch over the server, and one for the request;
for a moment after the server came a fourth has it load the engine that is wanted first.
"""

from __future__ import annotations

import contextlib
import faulthandler
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from PyQt6.QtCore import QObject, QThreadPool, pyqtSignal

from gui.link import clip_files, round_files
from gui.link.live import LiveLink
from gui.link.request_run import RequestRun
from gui.link.server import ServerProcess
from gui.link.settings import folder
from gui.link.song_files import SongEdit
from gui.state.rounds import Round
from gui.state.wish import FIRST_CHOICE
from models.generator import Request
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.note import Note

if TYPE_CHECKING:
    from bridge.client.client import Client
    from bridge.messages.greeting import Card

_LOOK_S = 0.1
_PATIENCE_MS = 5000


@dataclass(frozen=True, slots=True)
class UserFolders:
    """Folders of the user's: settings, the server's (None: the usual one), and variations to be dragged."""

    settings: Path
    server: Path | None
    variations: Path

    @classmethod
    def usual(cls) -> UserFolders:
        """Where the system wants them."""
        import platformdirs

        return cls(folder(), None, Path(platformdirs.user_cache_dir("clipkin", appauthor=False)) / "variations")


class Link(QObject):
    """Files, the server's process and the wire."""

    server_news = pyqtSignal(object)
    engines_news = pyqtSignal(object)
    loading_news = pyqtSignal(str)
    files_found = pyqtSignal(object, object)
    reading = pyqtSignal(str)
    prompt_read = pyqtSignal(object)
    second_read = pyqtSignal(object)
    context_read = pyqtSignal(object)
    rounds_read = pyqtSignal(object, object)
    progress_came = pyqtSignal(float, str)
    result_came = pyqtSignal(object, object)
    song_came = pyqtSignal(object, object)
    request_ended = pyqtSignal(object, str)
    preset_read = pyqtSignal(object)
    live_news = pyqtSignal(object)
    live_taken = pyqtSignal(object)
    failed = pyqtSignal(str)
    told = pyqtSignal(str)

    def __init__(self, places: UserFolders, process: ServerProcess | None = None) -> None:
        super().__init__()
        self.places, self._process = places, process or ServerProcess(folder=places.variations.parent)
        self._background_worker = QThreadPool()
        self._background_worker.setMaxThreadCount(1)  # files are read and written in the order asked for
        self._closing, self._start_wanted = threading.Event(), threading.Event()
        self.client: Client | None = None
        self._fault_log: TextIO | None = None
        self.live = LiveLink(self)
        self._watch: threading.Thread | None = None
        self._loading: threading.Thread | None = None
        self._request: RequestRun | None = None

    # ---- the server

    def begin(self) -> None:
        """Look for the server from now on, and start it when none runs."""
        self._watch = threading.Thread(target=self._look, name="clipkin-watch", daemon=True)
        self._watch.start()
        self.live.begin()

    def start_server(self) -> None:
        """Start the server again after it failed or went away."""
        self._start_wanted.set()

    def _look(self) -> None:
        # The client is loaded here, so that the window doesn't wait for it.
        from bridge.client.client import Client
        from bridge.port_file import PortFile, home
        from gui.link.server import ServerWatch

        folder = self.places.server or home()
        self.client = client = Client(name="panel", folder=self.places.server)
        news = (self.server_news.emit, self._take_engines, self.told.emit)
        watch = ServerWatch(client, self._process, *news, time.monotonic(), lambda: PortFile.read(folder))
        while not self._closing.wait(_LOOK_S):
            if self._start_wanted.is_set():
                self._start_wanted.clear()
                watch.start(time.monotonic(), asked=True)
            watch.look(time.monotonic())
        client.close()

    def _take_engines(self, cards: tuple[Card, ...]) -> None:
        self.engines_news.emit(cards)
        if any(card.name == FIRST_CHOICE and card.available for card in cards):
            self._loading = threading.Thread(target=self._load_first_choice, name="clipkin-load", daemon=True)
            self._loading.start()

    def _load_first_choice(self) -> None:
        """Have the server load the engine that a press will ask for: by the smallest request that needs it."""
        self.loading_news.emit(FIRST_CHOICE)
        tiny = Clip(tuple(Note(60 + 2 * place, float(place), 1.0) for place in range(4)), 4.0)
        with contextlib.suppress(ClipkinError):
            request = Request(prompts=(tiny,), role="melody", similarity=0.5, count=1)
            if self.client is not None:
                list(self.client.vary(request, FIRST_CHOICE, cancelled=self._closing.is_set))
        self.loading_news.emit("")

    # ---- a request

    def vary(self, made: Round) -> None:
        """Send a round's request; answers, each with the round: result_came (of a song at the end song_came as well),
        and one request_ended ("" when all went well); progress_came meanwhile.
        """
        self._request = RequestRun(made, self)
        self._request.start()

    def edit_song(self, made: Round, before: Round, edit: SongEdit) -> None:
        """The song of the round ``before`` with an edit, as the round ``made``; answers as ``vary``."""
        self._request = RequestRun(made, self)
        self._request.start(edit, before)

    @property
    def cancelled(self) -> bool:
        """Was the last request stopped by the user?"""
        return self._request is not None and self._request.cancelled

    def cancel(self) -> None:
        """Stop the request; what has come stays."""
        if self._request is not None:
            self._request.cancel()

    # ---- rounds that last

    def read_rounds(self) -> None:
        """Read the rounds of earlier runs, after old ones were taken away; answer: rounds_read."""

        def read() -> None:
            clip_files.sweep(self.places.variations)
            self.rounds_read.emit(*round_files.read_rounds(self.places.variations))

        self.run(read)

    # ---- files

    def open_clip(self, path: Path, track: int = 0, *, second: bool = False) -> None:
        """Read a track of a .mid file; answer: prompt_read, second_read for the clip to morph into, or failed."""
        answer = self.second_read if second else self.prompt_read
        self.reading.emit(path.name)
        told = f"Opened {path} as the second clip." if second else f"Opened {path}."
        self.run(lambda: answer.emit(clip_files.read_prompt(path, track)), told)
        self.run(lambda: self.reading.emit(""))

    def find_files(self, where: str, paths: list[Path]) -> None:
        """The .mid files in what was dropped on a part of the window; answer: files_found, failed for each other."""

        def find() -> None:
            found, refused = clip_files.midi_files_in(paths)
            for sentence in refused:
                self.failed.emit(sentence)
            self.files_found.emit(where, found)

        self.run(find)

    def open_context(self, path: Path) -> None:
        """Read all tracks of a .mid file; answer: context_read, or failed."""
        self.run(lambda: self.context_read.emit(clip_files.read_context(path)), f"Opened {path} as context.")

    def run(self, work: Callable[[], object], told: str = "") -> None:
        """Have files read or written off the window's thread; answer: told, when a sentence is given, or failed. After
        ``close`` nothing is left to do.
        """

        def guarded() -> None:
            try:
                work()
            except ClipkinError as error:
                self.failed.emit(error.sentence)
            except OSError as error:
                self.failed.emit(f"A file can't be read or written ({error.strerror or error}).")
            except Exception as error:
                sys.excepthook(type(error), error, error.__traceback__)
            else:
                if told:
                    self.told.emit(told)

        if not self._closing.is_set():
            self._background_worker.start(guarded)

    # ---- the end

    def close(self) -> None:
        """Write what waits to be written and say goodbye; the server stays."""
        self.cancel()
        self.live.close(1.5)
        self._closing.set()
        self._background_worker.waitForDone(_PATIENCE_MS)
        if self._request is not None:
            self._request.wait(3)
        for thread in (self._watch, self._loading):
            if thread is not None:
                thread.join(timeout=3)

    def keep_fault_log(self) -> None:
        """Have a crash inside Qt or numpy write where it was, next to the variations' folder."""

        def open_log() -> None:
            folder = self.places.variations.parent
            folder.mkdir(parents=True, exist_ok=True)
            self._fault_log = (folder / "panel-fault.log").open("w", encoding="utf-8")
            faulthandler.enable(self._fault_log)

        self.run(open_log)

    def stop_server(self) -> None:
        """End the server if this panel has started it."""
        self._process.stop()
