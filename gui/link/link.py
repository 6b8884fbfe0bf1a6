"""The one road off the window's thread, and the one back.

Methods hand work over and return at once; answers come as signals, which Qt delivers on the window's thread.
Three threads stand behind it: the background worker (files), the watch over the server, and one for the request.
"""

from __future__ import annotations

import faulthandler
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from PyQt6.QtCore import QObject, QThreadPool, pyqtSignal

from gui.link import clip_files, song_files
from gui.link.server_process import ServerProcess
from gui.link.settings import PanelSettings, folder, write
from gui.link.whole_file import write_whole
from gui.state.values import Order, Result
from models.generator import Variation
from models.music.errors import BadValue, ClipkinError
from models.tasks.table import TABLE

if TYPE_CHECKING:
    from bridge.client.client import Client

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
    prompt_read = pyqtSignal(object)
    second_read = pyqtSignal(object)
    context_read = pyqtSignal(object)
    progress_came = pyqtSignal(float, str)
    result_came = pyqtSignal(object)
    song_came = pyqtSignal(object)
    request_ended = pyqtSignal(str)
    failed = pyqtSignal(str)
    told = pyqtSignal(str)

    def __init__(self, places: UserFolders, process: ServerProcess | None = None) -> None:
        super().__init__()
        self._places, self._process = places, process or ServerProcess(folder=places.variations.parent)
        self._background_worker = QThreadPool()
        self._background_worker.setMaxThreadCount(1)  # files are read and written in the order asked for
        self._closing, self._start_wanted = threading.Event(), threading.Event()
        self._cancelled = threading.Event()
        self._client: Client | None = None
        self._fault_log: TextIO | None = None
        self._watch: threading.Thread | None = None
        self._request: threading.Thread | None = None

    # ---- the server

    def begin(self) -> None:
        """Look for the server from now on, and start it when none runs."""
        self._watch = threading.Thread(target=self._look, name="clipkin-watch", daemon=True)
        self._watch.start()

    def start_server(self) -> None:
        """Start the server again after it failed or went away."""
        self._start_wanted.set()

    def _look(self) -> None:
        # The client is loaded here, so that the window doesn't wait for it.
        from bridge.client.client import Client
        from gui.link.server_watch import ServerWatch

        self._client = client = Client(name="panel", folder=self._places.server)
        watch = ServerWatch(
            client, self._process, self.server_news.emit, self.engines_news.emit, self.told.emit, time.monotonic()
        )
        while not self._closing.wait(_LOOK_S):
            if self._start_wanted.is_set():
                self._start_wanted.clear()
                watch.start(time.monotonic())
            watch.look(time.monotonic())
        client.close()

    # ---- a request

    def vary(self, order: Order) -> None:
        """Send a request of any task; answers: progress_came, result_came (of a song at the end song_came as well),
        and one request_ended ("" when all went well).
        """
        self._cancelled = threading.Event()
        self._request = threading.Thread(
            target=self._vary, args=(order, self._cancelled), name="clipkin-request", daemon=True
        )
        self._request.start()

    @property
    def cancelled(self) -> bool:
        """Was the last request stopped by the user?"""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Stop the request; what has come stays."""
        self._cancelled.set()

    def _vary(self, order: Order, cancelled: threading.Event) -> None:
        request = order.request
        folder = self._places.variations / f"{time.strftime('%Y%m%d-%H%M%S')}-{request.seed}"
        try:
            if self._client is None:
                raise BadValue("The server doesn't answer yet; try again in a moment.")
            made = self._client.vary(request, order.engine, self.progress_came.emit, cancelled.is_set)
            results = []
            for number, variation in enumerate(made, 1):
                results.append(_written(folder, order, number, variation))
                self.result_came.emit(results[-1])
            if request.task == "arrange" and results and not cancelled.is_set():
                self.song_came.emit(song_files.write_song(folder, order.stem, order.tracks, results))
        except ClipkinError as error:
            self.request_ended.emit(error.sentence)
        except Exception as error:
            # The panel must not stay busy for ever; the mistake itself goes to the report.
            self.request_ended.emit(f"The panel made a mistake ({type(error).__name__}); copy the diagnostics.")
            raise
        else:
            self.request_ended.emit("")

    # ---- files

    def open_clip(self, path: Path, track: int = 0, *, second: bool = False) -> None:
        """Read a track of a .mid file; answer: prompt_read, second_read for the clip to morph into, or failed."""
        answer = self.second_read if second else self.prompt_read
        self._run(lambda: answer.emit(clip_files.read_prompt(path, track)))

    def open_context(self, path: Path) -> None:
        """Read all tracks of a .mid file; answer: context_read, or failed."""
        self._run(lambda: self.context_read.emit(clip_files.read_context(path)))

    def save(self, source: Path, target: Path) -> None:
        """Save a file that was made elsewhere as well; answer: told, or failed."""
        self._run(lambda: clip_files.save_copy(source, target), f"{source.name} saved as {target}.")

    def save_text(self, text: str, target: Path) -> None:
        """Write a text file, such as the log; answer: told, or failed."""
        self._run(lambda: write_whole(target, text.encode()), f"Saved as {target}.")

    def save_settings(self, settings: PanelSettings) -> None:
        """Write the settings; answer only when they can't be: failed."""
        self._run(lambda: write(self._places.settings, settings))

    def sweep(self) -> None:
        """Take old files of variations away."""
        self._run(lambda: clip_files.sweep(self._places.variations))

    def _run(self, work: Callable[[], object], told: str = "") -> None:
        """Hand ``work`` to the background worker; after ``close`` nothing is left to do."""

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
        self._cancelled.set()
        self._closing.set()
        self._background_worker.waitForDone(_PATIENCE_MS)
        for thread in (self._request, self._watch):
            if thread is not None:
                thread.join(timeout=3)

    def keep_fault_log(self) -> None:
        """Have a crash inside Qt or numpy write where it was, next to the variations' folder."""

        def open_log() -> None:
            folder = self._places.variations.parent
            folder.mkdir(parents=True, exist_ok=True)
            self._fault_log = (folder / "panel-fault.log").open("w", encoding="utf-8")
            faulthandler.enable(self._fault_log)

        self._run(open_log)

    def stop_server(self) -> None:
        """End the server if this panel has started it: for pictures."""
        self._process.stop()


def _written(folder: Path, order: Order, number: int, variation: Variation) -> Result:
    """The variation as a file, and all that the window shows of it."""
    request, place = order.request, variation.place
    if place is None or place.track >= len(order.tracks):
        path = clip_files.write_variation(folder, f"{order.stem}-{number}", variation)
        behind = request.prompt if TABLE[request.task].in_place and request.prompts else None
        return Result(number, variation, path, behind, request.similarity)
    track = order.tracks[place.track]
    loop = (*request.prompts, *request.context)[place.track]
    path = clip_files.write_variation(folder, song_files.clip_stem(order.stem, track, place), variation)
    return Result(number, replace(variation, kept=song_files.kept_of_loop(variation, loop)), path, track=track)
