#!/usr/bin/env python3
"""Clipkin's door: makes ``.venv``, installs the project into it, runs ``clipkin ARGS…``.

    python3 start.py            the panel and the server
    python3 start.py demo       the main job on a shipped clip
    python3 start.py test       installs what the tests need and runs them

Needs nothing but Python 3.10 to 3.13. A second start skips the installing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST, NEWEST = (3, 10), (3, 13)

QT_PACKAGES = ("libdbus-1-3", "libegl1", "libfontconfig1", "libgl1", "libglib2.0-0", "libxkbcommon0")
"""Debian packages without which Qt's offscreen platform doesn't start."""

PEER_PACKAGES = ("liblo-tools", "puredata-core", "mujs", "duktape")
"""Debian packages whose programs talk to the server in the tests; tests whose partner is missing skip."""


def main(arguments: list[str]) -> int:
    """Install what is missing and run; gives the exit code."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return complain(
            f"Clipkin needs Python 3.10 to 3.13, not {sys.version.split()[0]}; run start.py with one of those."
        )
    testing = arguments[:1] == ["test"]
    if testing:
        install_debian_packages()
    problem = install("test" if testing else "")
    if problem:
        return complain(problem)
    if testing:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        # A worker a core; each with one thread, or they would wait for each other.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        return run(["-m", "pytest", "-n", "auto", "--dist", "worksteal", *arguments[1:]], cwd=ROOT)
    return run(["-m", "bridge.command_line", *arguments])


def complain(sentence: str) -> int:
    """Say what is wrong; gives the exit code of bad input."""
    sys.stderr.write(sentence + "\n")
    return 2


def run(command: list[str], cwd: Path | None = None) -> int:
    """Run the environment's Python in place of this process, so that signals and the exit code are its own."""
    whole = [str(PYTHON), *command]
    if os.name != "nt" and cwd is None:
        sys.stdout.flush()
        os.execv(whole[0], whole)
    try:
        return subprocess.call(whole, cwd=cwd)
    except KeyboardInterrupt:
        return 130


def install(extra: str) -> str:
    """Make the environment and install the project, unless that has been done; gives a sentence when it can't be."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()
    if any(stamp(name).is_file() and stamp(name).read_text(encoding="ascii") == wanted for name in {extra, "test"}):
        return ""
    sys.stderr.write("Installing Clipkin into .venv, once; this takes a few minutes.\n")
    if not PYTHON.exists():
        problem = make_environment()
        if problem:
            return problem
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    done = subprocess.call(
        [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--editable", target],
        stdout=sys.stderr,
    )
    if done != 0:
        return "Installing failed, see above; check the network, then run start.py again."
    stamp(extra).write_text(wanted, encoding="ascii")
    return ""


def stamp(extra: str) -> Path:
    """The file that says what is installed."""
    return VENV / f"clipkin-installed{'-' + extra if extra else ''}"


def make_environment() -> str:
    """Make ``.venv``; gives a sentence when it can't be made."""
    for attempt in range(2):
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
        if made.returncode == 0:
            return ""
        # Debian's Python comes without venv; what the failed try left would be taken for an environment.
        shutil.rmtree(VENV, ignore_errors=True)
        if attempt or not apt_install(("python3-venv",)):
            break
    return "Python's venv can't make an environment; install it (Debian: apt install python3-venv) and try again."


def install_debian_packages() -> None:
    """Where this is Debian and we are root: the packages that the tests use. Elsewhere: say what is good to have."""
    if not sys.platform.startswith("linux"):
        return
    missing = missing_packages(QT_PACKAGES), missing_packages(PEER_PACKAGES)
    if missing[0] and not apt_install(missing[0]):
        sys.stderr.write(
            f"The panel's tests need {' '.join(missing[0])} (Debian's names); install them if they fail.\n"
        )
    if missing[1] and not apt_install(missing[1]):
        sys.stderr.write(f"Tests with other programs need {' '.join(missing[1])}; without them they skip.\n")


def missing_packages(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those that dpkg doesn't know as installed; all where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return names
    return tuple(
        name
        for name in names
        if "install ok installed"
        not in subprocess.run(
            ["dpkg-query", "-W", "-f", "${Status}", name], capture_output=True, text=True, check=False
        ).stdout
    )


def apt_install(names: tuple[str, ...]) -> bool:
    """Install Debian packages if we may; False when that can't be done or fails."""
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A list that can't be brought up to date may still hold what is wanted.
    subprocess.call(["apt-get", "-qq", "update"], env=environment, stdout=sys.stderr)
    return (
        subprocess.call(
            ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *names], env=environment, stdout=sys.stderr
        )
        == 0
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
