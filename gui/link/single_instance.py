"""One panel for each user: a second start brings the first one's window to the front."""

from __future__ import annotations

import tempfile
import zlib
from pathlib import Path

from PyQt6.QtCore import QLockFile, QObject, pyqtSignal
from PyQt6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500
_LOCK_WAIT_MS = 100
_LONGEST = 16_384


class SingleInstance(QObject):
    """``first`` says whether this is the only panel; ``raised`` comes with the file a second start was given, or ""."""

    raised = pyqtSignal(str)

    def __init__(self, folder: Path, name: str = "clipkin-panel") -> None:
        """folder: where the lock lies; name: of the local socket, one for each user (a pipe on Windows)."""
        super().__init__()
        self._address = f"{name}-{zlib.crc32(str(folder).encode()):x}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:  # a home that can't be written
            folder, name = Path(tempfile.gettempdir()), self._address
        self._lock = QLockFile(str(folder / f"{name}.lock"))
        self._lock.setStaleLockTime(0)  # a lock is stale only when its process is gone, however long it has run
        self.first = self._lock.tryLock(_LOCK_WAIT_MS)
        self._server: QLocalServer | None = None
        if self.first:
            self._listen()

    def raise_first(self, path: str = "") -> bool:
        """Ask the panel that runs to show itself, and open ``path``; False when it doesn't answer."""
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(path.encode() + b"\n")
        sent = socket.waitForBytesWritten(_WAIT_MS)
        socket.disconnectFromServer()
        return sent

    def close(self) -> None:
        """Let the place go."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _listen(self) -> None:
        QLocalServer.removeServer(self._address)  # what a killed panel left behind
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._take)
        self._server.listen(self._address)

    def _take(self) -> None:
        socket = self._server.nextPendingConnection() if self._server else None
        if socket is None:
            return
        socket.readyRead.connect(lambda: self._read(socket))
        socket.disconnected.connect(socket.deleteLater)
        self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.canReadLine():
            self.raised.emit(bytes(socket.readLine(_LONGEST)).decode(errors="replace").strip())
