"""The server's log: a file that rotates, beside the port file; what it did, not what it was given.

It says which engine made what for which seed, from how many drafts, with what score, how long it took, and what was
dropped. It holds no notes, no moods and no names of clips: an exception leaves its place and kind, not its text.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

FILE_NAME = "server.log"
LARGEST_BYTES = 2**19
OLD_ONES = 3

_clipkin = logging.getLogger("clipkin")


@contextmanager
def logged(folder: Path) -> Iterator[Path]:
    """What is logged under ``clipkin`` goes into a file of ``folder`` as well; gives its path.

    Where it can't be written, one sentence says so on standard error, and all else goes on.
    """
    handler: logging.Handler = _Rotating(
        folder / FILE_NAME, maxBytes=LARGEST_BYTES, backupCount=OLD_ONES, encoding="utf-8", delay=True
    )
    handler.setFormatter(_Places("%(asctime)s %(levelname)s %(message)s"))
    # What is said on standard error stays as much as it was: a program that started the server may not be reading it.
    console = logging.StreamHandler()
    console.setLevel(_clipkin.getEffectiveLevel())
    console.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    before = _clipkin.level, _clipkin.propagate
    _clipkin.propagate = False
    _clipkin.setLevel(min(console.level, logging.INFO))
    for each in (handler, console):
        _clipkin.addHandler(each)
    try:
        yield folder / FILE_NAME
    finally:
        for each in (handler, console):
            _clipkin.removeHandler(each)
        _clipkin.setLevel(before[0])
        _clipkin.propagate = before[1]
        handler.close()


class _Rotating(RotatingFileHandler):
    """One that warns once, and is silent about the rest."""

    _warned = False

    def close(self) -> None:
        with suppress(OSError):  # what the disk had no room for is lost, and was told
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        if not self._warned:
            self._warned = True
            sys.stderr.write(f"The log {self.baseFilename} can't be written ({sys.exc_info()[1]}); all else goes on.\n")


class _Places(logging.Formatter):
    """Exceptions as their kind and the lines they passed: their text may hold what a user wrote."""

    def formatException(  # noqa: N802 - logging's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, _, trace = ei
        frames = traceback.extract_tb(trace)
        places = [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        return "\n".join((*places, f"  {kind.__name__ if kind else ''}"))
