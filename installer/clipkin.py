"""Where the program that is built with PyInstaller begins: it stands in for Python, too.

Clipkin starts its server, panel and player as processes of their own, ``sys.executable -m MODULE``, and its doctor
looks for the screen's library with ``-c CODE``; in the built program that executable is Clipkin itself.
"""

from __future__ import annotations

import multiprocessing
import runpy
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.argv[1:2] == ["-m"]:
        module = sys.argv[2]
        del sys.argv[1:3]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    elif sys.argv[1:2] == ["-c"]:
        exec(sys.argv[2])  # noqa: S102 - our own words, as with python -c
    else:
        from bridge.command_line.main import main

        sys.exit(main())
