"""The script under engines that know ES5 and nothing newer, as Max's js does: every flow of the script's own tests."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
SCRIPT_TESTS = FOLDER.parent / "script"
FLOWS = ("tasks", "song", "parts", "reading", "writing", "face", "wire", "link")
ENGINES = {"mujs": "mujs", "duktape": "duk"}


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory, node: str, script: Path, frozen_device: Path) -> list[str]:
    """What passed between script and host in each flow, written down while Node ran it."""
    if not any(shutil.which(engine) for engine in ENGINES.values()):
        pytest.skip("Neither mujs nor duktape is here; both are in Debian (apt install mujs duktape).")
    folder = tmp_path_factory.mktemp("traces")
    files = [str(SCRIPT_TESTS / f"{name}.test.js") for name in FLOWS] + [
        str(FOLDER / f"{name}.test.js") for name in ("unkind", "undo", "arrangement")
    ]
    files.append(str(FOLDER.parent / "jam" / "jam.test.js"))
    environment = {
        **os.environ,
        "CLIPKIN_SCRIPT": str(script),
        "CLIPKIN_TRACES": str(folder),
        "CLIPKIN_DEVICE": str(frozen_device),
    }
    subprocess.run([node, "--test", *files], env=environment, capture_output=True, timeout=300, check=False)
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json"))]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_flow_is_the_same_under_an_es5_engine(
    engine: str, traces: list[str], script: Path, tmp_path: Path
) -> None:
    program = shutil.which(ENGINES[engine])
    if program is None:
        pytest.skip(f"{engine} isn't here; Debian has it (apt install {engine}).")
    mute = re.search(r"const MUTE = (.*?);\n", (FOLDER / "trace.js").read_text(encoding="utf-8"), re.DOTALL)
    assert mute is not None
    source = script.read_text(encoding="ascii")
    (tmp_path / "script.js").write_text(source, encoding="ascii")
    quiet = json.loads(re.sub(r'"\s*\+\s*"', "", mute[1]))
    (tmp_path / "mute.js").write_text(quiet, encoding="ascii")
    text = "\n".join(
        (
            f"var FOLDER = {json.dumps(f'{tmp_path}/')}, SCRIPT = {json.dumps(source)};",
            f"var MUTE = {json.dumps(quiet)};",
            f"var TRACES = {json.dumps(traces)};",
            (FOLDER / "replay.js").read_text(encoding="utf-8"),
        )
    )
    file = tmp_path / "replay.js"
    file.write_text(text, encoding="utf-8")
    ran = subprocess.run([program, str(file)], capture_output=True, text=True, timeout=300, check=False)
    found = re.search(r"(\d+) flows, (\d+) failed", ran.stdout)
    assert found is not None, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert int(found[1]) >= 100
    assert int(found[2]) == 0, ran.stdout[-3000:]
