"""Servers in processes of their own, to be flooded, stopped, killed and counted.

Offers: ``ServerProcess``; ``begun``, ``first_line``, ``ended``; ``environment``, ``free_port``;
``watch_sockets``, ``sockets``; ``ROOT``.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bridge.port_file import HOST, PortFile

ROOT = Path(__file__).parents[4]
_WATCH = """
import os
import sys
found = set()
def watch(event, arguments):
    # Every address that a socket is bound, connected or sends to, and every name looked up: each once a process.
    address = arguments[1:2] if event.startswith("socket.") else ()
    if event == "socket.getaddrinfo":
        address = arguments
    elif event not in ("socket.bind", "socket.connect", "socket.sendto", "socket.sendmsg"):
        return
    host = address[0] if address and isinstance(address[0], str) else address[0][0] if address and address[0] else ""
    if (event, host) not in found:
        found.add((event, host))
        # Closed, since a warning fails tests; and where no file may be written (R12) the socket isn't to blame.
        try:
            with open({record!r}, "a") as record:
                record.write(f"{{os.getpid()}} {{event}} {{host}}\\n")
        except OSError:
            pass
sys.addaudithook(watch)
"""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_watch_folder = tempfile.TemporaryDirectory(prefix="clipkin-watch-")
_RECORD = Path(_watch_folder.name) / "sockets.txt"


def sockets() -> tuple[int, int]:
    """Uses of a socket by the processes of the programme, each kind with each address once a process, and those among
    them that were for another computer. A path is a socket of this one."""
    lines = _RECORD.read_text(errors="replace").splitlines() if _RECORD.exists() else []
    hosts = [line.split(" ", 2)[2] for line in lines]
    return len(hosts), sum(bool(host) and host not in _LOOPBACK and not host.startswith("/") for host in hosts)


def watch_sockets() -> None:
    """Watch this process and every Python that it starts from now on with ``environment``."""
    code = _WATCH.format(record=str(_RECORD))
    (Path(_watch_folder.name) / "sitecustomize.py").write_text(code, encoding="utf-8")
    exec(compile(code, "watch", "exec"), {})  # noqa: S102 - the very text that the other processes run


_SERVE = """
import sys
from pathlib import Path
from bridge.server.serve import serve
{make}
sys.exit(serve({port}, studio, folder=Path({folder!r})))
"""
STUDIOS = {
    "echo": "from tests.bridge.trial.echo import Echo; studio = Echo()",
    "slow": "from tests.bridge.trial.echo import SlowEcho; studio = SlowEcho()",
    "brief": "from tests.bridge.trial.echo import SlowEcho; studio = SlowEcho(0.3)",
    "real": "from models.studio import Studio; studio = Studio(); studio.warm_up()",
}


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def environment(folder: Path) -> dict[str, str]:
    """This one, with every folder of the user's inside ``folder``, and sockets watched."""
    own = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA")
    path = os.pathsep.join(filter(None, (_watch_folder.name, os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, **dict.fromkeys(own, str(folder)), "OMP_NUM_THREADS": "1", "PYTHONPATH": path}


def begun(words: Sequence[str], folder: Path, preexec: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """A Python process with these arguments, whose user's folders lie in ``folder``."""
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=preexec,  # noqa: PLW1509 - no other thread of ours holds a lock that the child needs
    )


def first_line(process: subprocess.Popen[str]) -> str:
    """What it says first on standard output, which is waited for."""
    assert process.stdout is not None
    return process.stdout.readline()


def ended(words: Sequence[str], folder: Path, preexec: Callable[[], None] | None = None) -> tuple[int, str]:
    """Such a process run to its end: exit code and errors."""
    process = begun(words, folder, preexec)
    errors = process.communicate()[1]
    return process.returncode, errors


class ServerProcess:
    """A server whose studio is one of STUDIOS, from ``with`` to its end; its files lie in ``folder``, or in one of its
    own.
    """

    def __init__(
        self, folder: Path | None = None, studio: str = "echo", port: int = 0, preexec: Callable[[], None] | None = None
    ) -> None:
        self._own = tempfile.TemporaryDirectory()
        self.folder, self.studio = folder or Path(self._own.name), studio
        self.port = port or free_port()
        self._preexec = preexec
        self.start()

    def start(self) -> None:
        """Start it (again), and wait until it listens; raises AssertionError with what it says where it doesn't."""
        code = _SERVE.format(make=STUDIOS[self.studio], port=self.port, folder=str(self.folder))
        self.process = begun(("-c", code), self.folder, self._preexec)
        if "listens" not in first_line(self.process):
            raise AssertionError(self.process.communicate()[1])

    @property
    def epoch(self) -> int:
        """The number of its run, as the port file says; 0 for none."""
        found = PortFile.read(self.folder)
        return found.epoch if found else 0

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        self.process.kill()
        self.process.communicate()

    def freeze(self, seconds: float) -> None:
        """Stop it for so long; not on Windows."""
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def stands(self) -> tuple[float, int, int]:
        """Memory in MB, threads, open handles, once what has just ended is gone; Linux only, elsewhere zeros."""
        time.sleep(0.2)  # a thread that watches over a request looks round a hundred times a second
        place = Path(f"/proc/{self.process.pid}")
        if not place.exists():
            return 0.0, 0, 0
        rows = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines() if ":" in line)
        handles = len(list((place / "fd").iterdir()))
        return int(rows["VmRSS"].split()[0]) / 1000, int(rows["Threads"]), handles

    def end(self) -> str:
        """End it politely; what it said on standard error."""
        self.process.terminate()
        try:
            return self.process.communicate(timeout=10)[1]
        except subprocess.TimeoutExpired:
            self.kill()
            return self.process.communicate()[1]

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._own.cleanup()
