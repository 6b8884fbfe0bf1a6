"""One panel for each user: a second start brings the first one's window to the front."""

from __future__ import annotations

import zlib
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtNetwork import QLocalServer, QLocalSocket

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
        """Let the place go."""
        self._server.close()

    def _take(self) -> None:
        if (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.canReadLine():
            self.raised.emit(bytes(socket.readLine(_LONGEST)).decode(errors="replace").strip())
