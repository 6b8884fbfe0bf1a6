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
from typing import TYPE_CHECKING, TextIO, TypeVar

from PyQt6.QtCore import QObject, QThreadPool, pyqtSignal

from gui.link.live import LiveLink
from gui.link.request_run import RequestRun
from gui.link.server import ServerProcess
from gui.link.song_files import SongEdit
from gui.state.values import Round
from gui.state.wish import FIRST_CHOICE
from models.generator import Request
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.note import Note

if TYPE_CHECKING:
    from bridge.client.client import Client
    from bridge.messages.greeting import Card

T = TypeVar("T")

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
        import platformdirs

        settings = platformdirs.user_config_path("clipkin", appauthor=False)
        return cls(settings, None, platformdirs.user_cache_path("clipkin", appauthor=False) / "variations")


class Link(QObject):
    """Files, the server's process and the wire."""

    server_news = pyqtSignal(object)
    engines_news = pyqtSignal(object)
    loading_news = pyqtSignal(str)
    progress_came = pyqtSignal(float, str)
    result_came = pyqtSignal(object, object)
    song_came = pyqtSignal(object, object)
    request_ended = pyqtSignal(object, str)
    live_news = pyqtSignal(object)
    live_taken = pyqtSignal(object)
    failed = pyqtSignal(str)
    told = pyqtSignal(str)
    _came = pyqtSignal(object, object)

    def __init__(self, places: UserFolders, process: ServerProcess | None = None) -> None:
        super().__init__()
        self.places, self.process = places, process or ServerProcess(folder=places.variations.parent)
        self._background_worker = QThreadPool()
        self._background_worker.setMaxThreadCount(1)  # files are read and written in the order asked for
        self._closing, self._start_wanted = threading.Event(), threading.Event()
        self.client: Client | None = None
        self._fault_log: TextIO | None = None
        self.live = LiveLink(self)
        self._watch: threading.Thread | None = None
        self._loading: threading.Thread | None = None
        self._request: RequestRun | None = None
        self._came.connect(self._hand_on)

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
        watch = ServerWatch(client, self.process, *news, time.monotonic(), lambda: PortFile.read(folder))
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

    def vary(self, made: Round, before: Round | None = None, edit: SongEdit | None = None) -> None:
        """Send a round's request, or make it of the song of the round ``before`` with an edit. Answers, each with the
        round: result_came (of a song at the end song_came as well), and one request_ended ("" when all went well);
        progress_came meanwhile.
        """
        self._request = RequestRun(made, self, before, edit)
        self._request.start()

    @property
    def cancelled(self) -> bool:
        """Was the last request stopped by the user?"""
        return bool(self._request and self._request.cancelled.is_set())

    def cancel(self) -> None:
        """Stop the request; what has come stays."""
        if self._request is not None:
            self._request.cancelled.set()

    # ---- files

    def run(self, work: Callable[[], T], then: Callable[[T], object] | None = None, told: str = "") -> None:
        """Have files read or written off the window's thread; what came is given to ``then`` on it. Answer: told, when
        a sentence is given, or failed. After ``close`` nothing is left to do.
        """

        def guarded() -> None:
            try:
                found = work()
            except ClipkinError as error:
                self.failed.emit(error.sentence)
            except OSError as error:
                self.failed.emit(f"A file can't be read or written ({error.strerror or error}).")
            except Exception as error:
                sys.excepthook(type(error), error, error.__traceback__)
            else:
                if then is not None:
                    self._came.emit(then, found)
                if told:
                    self.told.emit(told)

        if not self._closing.is_set():
            self._background_worker.start(guarded)

    def _hand_on(self, then: Callable[[object], object], found: object) -> None:
        then(found)

    # ---- the end

    def close(self) -> None:
        """Write what waits to be written and say goodbye; the server stays."""
        self.cancel()
        self.live.close(1.5)
        self._closing.set()
        self._background_worker.waitForDone(_PATIENCE_MS)
        for thread in (self._request, self._watch, self._loading):
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
