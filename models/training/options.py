"""The options of a command that trains or measures: what is wrong with them is raised, as everywhere, as one sentence.

Offers: ``Options``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from models.music.errors import BadValue


class Options(argparse.ArgumentParser):
    """The parser of ``clipkin NAME``, described by the first paragraph of a module's docstring.

    data  "required", "optional" or "": how it takes --data, a folder that must be there
    json  True: it takes --json
    """

    def __init__(self, name: str, doc: str | None, data: str = "required", *, json: bool = False) -> None:
        super().__init__(prog=f"clipkin {name}", description=(doc or "").split("\n\n")[0].replace("``", ""))
        if data:
            said = "folder of the packed corpora"
            self.add_argument("--data", type=_folder, required=data == "required", metavar="DIR", help=said)
        if json:
            self.add_argument("--json", action="store_true", help="the figures as JSON on standard output")

    def error(self, message: str) -> NoReturn:
        """Raise BadValue with the sentence."""
        raise BadValue(f"{message[:1].upper()}{message[1:].rstrip('.')}; see {self.prog} --help.")


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f'there is no folder "{text}"; give the folder of the corpora with --data')
    return Path(text)
