"""R17, and R2 for files: what is written is read alike by others' readers, and no mutated file does harm.

A reader is None where its program isn't there; nothing of it is installed for Clipkin itself.

Offers: ``readers``, ``mutated_files``, ``READERS``.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from models import midi_file
from models.benchmarks.figure import Figure
from models.music.errors import UnreadableFile
from tests.bridge.trial.reliability.codec import mutated
from tests.bridge.trial.reliability.processes import ROOT

EXAMPLES = sorted((ROOT / "bridge" / "examples").glob("*.mid"))
FILES = (2_000, 1_000_000)

Heard = list[tuple[int, int, int]]
"""Onset in thousandths of a beat (0 where the reader tells none), pitch and velocity of every note, sorted."""


def _by_mido(path: Path) -> Heard:
    file, found = import_module("mido").MidiFile(path), []
    for track in file.tracks:
        ticks = 0
        for event in track:
            ticks += event.time
            if event.type == "note_on" and event.velocity:
                found.append((round(1000 * ticks / file.ticks_per_beat), event.note, event.velocity))
    return sorted(found)


def _by_symusic(path: Path) -> Heard:
    score = import_module("symusic").Score(path)
    return sorted(
        (round(1000 * note.time / score.ticks_per_quarter), note.pitch, note.velocity)
        for track in score.tracks
        for note in track.notes
    )


def _said(*command: object, stdin: str = "") -> str:
    done = subprocess.run(
        [str(part) for part in command],
        input=stdin,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def _by_mftext(path: Path) -> Heard:
    said = _said("mftext", path)
    division = int(re.search(r"division=(\d+)", said)[1])  # type: ignore[index]  # it begins with that
    rows = re.findall(r"Time=(\d+) +Note on, chan=\d+ pitch=(\d+) vol=(\d+)", said)
    return sorted((round(1000 * int(at) / division), int(pitch), int(loud)) for at, pitch, loud in rows if int(loud))


def _by_midish(path: Path) -> Heard:
    """By the song that it saves: ticks between the events of a track, in braces."""
    saved = path.with_suffix(".msh")
    _said("midish", "-b", stdin=f'import "{path}"\nsave "{saved}"\n')
    text, found = saved.read_text(errors="replace"), []
    unit = int(re.search(r"tics_per_unit (\d+)", text)[1]) / 4  # type: ignore[index]  # it begins with that
    for track in text.split("track {")[1:]:
        ticks = 0
        for line in track.splitlines():
            words = line.split()
            if len(words) == 1 and words[0].isdecimal():
                ticks += int(words[0])
            elif words[:1] == ["non"] and words[-1] != "0":
                found.append((round(1000 * ticks / unit), int(words[-2]), int(words[-1])))
    return sorted(found)


def _by_fluidsynth(path: Path) -> Heard:
    """By the notes that it plays, faster than they sound; it tells no onsets."""
    font = ROOT / "models" / "sound" / "TimGM6mb.sf2"
    said = _said("fluidsynth", "-niqv", "-F", path.with_suffix(".raw"), "-T", "raw", "-r", "8000", font, path)
    return sorted((0, int(pitch), int(loud)) for pitch, loud in re.findall(r"noteon\t\d+\t(\d+)\t(\d+)", said))


READERS: dict[str, Callable[[Path], Heard] | None] = {
    "mido": _by_mido,
    "symusic": _by_symusic if find_spec("symusic") else None,
    "mftext": _by_mftext if shutil.which("mftext") else None,
    "midish": _by_midish if shutil.which("midish") else None,
    "fluidsynth": _by_fluidsynth if shutil.which("fluidsynth") else None,
}


def readers(long: bool) -> Iterator[Figure]:
    """R17: each reader that is there hears onset, pitch and velocity of every note as they were meant."""
    del long
    clips = [midi_file.read(path) for path in EXAMPLES]
    for name, reader in READERS.items():
        if reader is None:
            yield Figure(f"R17 {name} isn't installed, so it was not asked", 0, "")
            continue
        alike = 0
        with tempfile.TemporaryDirectory() as folder:
            for number, clip in enumerate(clips):
                path = Path(folder) / f"{number}.mid"
                midi_file.write(path, clip)
                heard = reader(path)
                timed = any(onset for onset, _, _ in heard)
                meant = sorted(
                    (round(1000 * note.onset) * timed, note.pitch, round(note.velocity)) for note in clip.notes
                )
                alike += heard == meant
        yield Figure(f"R17 files that {name} reads as they were meant, of {len(clips)}", alike, "", (len(clips),) * 2)


def mutated_files(long: bool) -> Iterator[Figure]:
    """R2 for files: a damaged file is read as sound notes, or refused in a sentence, and soon."""
    chance, count = random.Random(17), FILES[long]
    good = [path.read_bytes() for path in EXAMPLES]
    foreign = unsound = refused = 0
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutated.mid"
        for _ in range(count):
            path.write_bytes(mutated(chance, chance.choice(good)))
            began = time.thread_time()
            try:
                clips = midi_file.read_tracks(path)
            except UnreadableFile:
                refused += 1
            except Exception:  # noqa: BLE001 - what must not happen is counted
                foreign += 1
            else:
                unsound += any(
                    not (note.duration > 0 and 0 <= note.onset < clip.length) for clip in clips for note in clip.notes
                )
            slowest = max(slowest, time.thread_time() - began)
    yield Figure("R2 mutated files", count, "")
    yield Figure("R2 files refused in a sentence", refused, "")
    yield Figure("R2 files: other errors than that", foreign, "", (0, 0))
    yield Figure("R2 files: notes outside their clip", unsound, "", (0, 0))
    yield Figure("R2 files: slowest", slowest, "s", (0, 10))
