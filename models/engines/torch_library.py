"""Torch's largest library, brought into memory while other threads go on.

Python holds every thread up while it loads a library, and torch's takes up to two seconds: a server that imports torch
beside its work would answer nobody meanwhile. A call by ctypes holds nobody up, and the import then finds it there.

Offers: ``load_apart``.
"""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

_LIBRARIES = (("torch_global_deps", "RTLD_GLOBAL"), ("torch_cpu", "RTLD_LOCAL"))
"""In torch's own order, and as it loads them; none of them knows Python."""


def load_apart() -> bool:
    """Load it; False where that can't be done: no torch, torch is imported already, or the system is Windows."""
    spec = None if "torch" in sys.modules or os.name != "posix" else find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    folder, ending = Path(spec.origin).parent / "lib", "dylib" if sys.platform == "darwin" else "so"
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
    found = [
        dlopen(os.fsencode(folder / f"lib{name}.{ending}"), os.RTLD_NOW | getattr(os, how)) for name, how in _LIBRARIES
    ]
    return bool(found[-1])
