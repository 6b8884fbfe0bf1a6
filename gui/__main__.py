"""``python -m gui [CLIP.mid]``: the panel, one for each user: a second start brings the first one's window to the
front. ``--screenshot FILE`` takes a picture of it at work, and ends.
"""

from __future__ import annotations

import argparse
import signal
import sys
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtNetwork import QLocalServer, QLocalSocket
from PyQt6.QtWidgets import QApplication

from gui.appearance import SCHEMES, dress
from gui.language.say import LANGUAGES, speak
from gui.link.link import Link, UserFolders

if TYPE_CHECKING:
    from gui.panel import Panel

_SIGNALS_EVERY_MS = 300


def main(arguments: list[str] | None = None) -> int:
    """Run the panel until its window is closed; 0, or 2 for wrong arguments."""
    asked = _asked(arguments)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Clipkin")
    application.setDesktopFileName("clipkin")
    if asked.screenshot or asked.pictures or asked.tour:
        from gui.status.screenshot import take, take_all, take_tour

        dress(application, asked.look or "system")
        speak(asked.language or "system")
        if asked.screenshot:
            return take(asked.screenshot, asked.clip)
        return take_all(asked.pictures) if asked.pictures else take_tour(asked.tour)
    return _run(application, UserFolders.usual(), asked.clip, asked.look, asked.language)


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gui", description="Clipkin's control panel.")
    parser.add_argument("clip", nargs="?", type=Path, metavar="CLIP.mid", help="the prompt to begin with")
    parser.add_argument("--look", choices=SCHEMES, help="light, dark, or as the system has it")
    parser.add_argument("--language", choices=LANGUAGES, help="en, zh, or as the system has it")
    parser.add_argument(
        "--screenshot",
        type=Path,
        metavar="FILE.png",
        help="make variations of the clip (one of its own without CLIP.mid), save a picture, and end",
    )
    parser.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="save a picture of every screen in both looks and languages"
    )
    parser.add_argument("--tour", type=Path, metavar="FOLDER", help="save the pictures of the README's tour")
    return parser.parse_args(arguments)


def _run(
    application: QApplication, places: UserFolders, clip: Path | None, look: str | None = None, words: str | None = None
) -> int:
    """Look and language (``words``) for this run; None: as the settings say."""
    instance = SingleInstance(places.settings)
    if not instance.first and instance.raise_first(str(clip.resolve()) if clip else ""):
        return 0
    panel = opened(application, Link(places), look, words)
    from gui.status.reports import CrashReport, diagnostics

    crash_report = CrashReport(partial(diagnostics, panel.state), panel.state.tell)
    crash_report.take_over()
    instance.raised.connect(panel.show_again)
    panel.rounds.read_rounds()
    panel.link.keep_fault_log()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: application.quit())
    moment = QTimer()  # Python sees a signal only when it is given a moment
    moment.timeout.connect(lambda: None)
    moment.start(_SIGNALS_EVERY_MS)
    if clip is not None:
        panel.files.open(clip)
    try:
        return application.exec()
    finally:
        moment.stop()
        panel.close()
        instance.close()


def opened(application: QApplication, link: Link, look: str | None = None, words: str | None = None) -> Panel:
    """The panel with its window shown, in a look and a language (None: as the settings say)."""
    from gui.link.settings import read

    # Read here before there is a window that could freeze; afterwards only the link touches files.
    settings, notice = read(link.places.settings)
    dress(application, look or settings.look)
    speak(words or settings.language)
    from gui.panel import Panel

    panel = Panel(link, settings, notice)
    panel.window.show()
    link.begin()
    return panel


_WAIT_MS = 500
_LONGEST = 16_384


class SingleInstance(QObject):
    """``first`` says whether this is the only panel; ``raised`` comes with the file a second start was given, or ""."""

    raised = pyqtSignal(str)

    def __init__(self, folder: Path, name: str = "clipkin-panel") -> None:
        """folder: the user's settings, and name: what the local socket is called after (a pipe on Windows)."""
        super().__init__()
        self._address = f"{name}-{zlib.crc32(str(folder).encode()):x}"
        self._server, self._socket = QLocalServer(self), QLocalSocket(self)
        self._socket.connectToServer(self._address)
        self.first = not self._socket.waitForConnected(_WAIT_MS)
        if self.first:
            QLocalServer.removeServer(self._address)  # what a killed panel left behind
            self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
            self._server.newConnection.connect(self._take)
            self._server.listen(self._address)

    def raise_first(self, path: str = "") -> bool:
        """Ask the panel that runs to show itself, and open ``path``; False when it doesn't answer."""
        self._socket.write(path.encode() + b"\n")
        sent = self._socket.waitForBytesWritten(_WAIT_MS)
        self._socket.disconnectFromServer()
        return sent

    def close(self) -> None:
        self._server.close()

    def _take(self) -> None:
        if (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.canReadLine():
            self.raised.emit(bytes(socket.readLine(_LONGEST)).decode(errors="replace").strip())


if __name__ == "__main__":
    sys.exit(main())
