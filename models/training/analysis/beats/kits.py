"""Drum kits that beats can be played by: presets of soundfonts, and Hydrogen's kits (drumkit.xml beside its samples).

Offers: ``Kit``, ``kits_of``, ``shipped_kits``, ``STICKS``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import soundfile

from models.music.drum_kit import Lane, lane_of
from models.sound.frames import RATE
from models.sound.soundfont import SoundFont, shipped
from models.sound.voice import voice_of

Kit = Callable[[int, int], np.ndarray]
"""The samples (frames,) at ``RATE`` of a pitch struck with a velocity; none where the kit has no such drum."""
STICKS = (37, 39)
"""Pitches that sound unlike their lane, the snare."""
_NAMES: dict[Lane | str, str] = {
    "stick": r"stick|rim ?click|clap",
    "": r"roll|bell|snap|tamb|agogo|choke|swish",
    "kick": r"kick|bass ?drum|\bbd\b|thump",
    "snare": r"snare|\bsd\b|slap",
    "open hat": r"(hat|hh).*\bop|op(en)?\w* ?(hat|hh)|\boh\b",
    "closed hat": r"hat|hh|\bhi-hat",
    "low tom": r"tom.*(low|floor)|(low|floor) ?tom",
    "high tom": r"tom.*(hi|1)|hi\w* ?tom",
    "mid tom": r"tom",
    "ride": r"ride(?!.*crash)",
    "crash": r"crash|cymbal|splash|china",
}
"""What instruments of a lane are called; the first that fits holds."""
_LONGEST_S = 4


def shipped_kits() -> tuple[Kit, ...]:
    """Those of the soundfont that comes with Clipkin."""
    return _of_font(shipped())


def kits_of(paths: Iterable[Path]) -> tuple[Kit, ...]:
    """The kits of soundfonts (.sf2) and of Hydrogen's folders, at any depth; raises UnreadableFile for no soundfont."""
    kits: list[Kit] = []
    for path in paths:
        kits += _of_font(SoundFont(path.read_bytes())) if path.is_file() else ()
        kits += [kit for found in sorted(path.rglob("drumkit.xml")) if (kit := _of_folder(found))]
    return tuple(kits)


def _of_font(font: SoundFont) -> tuple[Kit, ...]:
    def played(program: int, pitch: int, velocity: int) -> np.ndarray:
        sounded: np.ndarray = voice_of(font, program, True, pitch, velocity, 0).mean(axis=1)
        return sounded

    return tuple(functools.partial(played, program) for program in font.kits)


def _of_folder(description: Path) -> Kit | None:
    """A Hydrogen kit; None where it has no kick, no snare or no hat."""
    text = re.sub(r'\sxmlns="[^"]+"', "", description.read_text(encoding="utf-8", errors="replace"))
    drums: dict[str, list[list[tuple[float, Path]]]] = {}
    for instrument in ElementTree.fromstring(text).iter("instrument"):
        name = (instrument.findtext("name") or "").lower()
        lane = next((lane for lane, words in _NAMES.items() if re.search(words, name)), "")
        layers = [
            (float(layer.findtext("max") or 1), description.parent / (layer.findtext("filename") or ""))
            for layer in [*instrument.iter("layer"), instrument]
        ]
        layers = sorted((most, file) for most, file in layers if file.is_file())
        if lane and layers:
            drums.setdefault(lane, []).append(layers)
    if not {"kick", "snare", "closed hat"} <= drums.keys():
        return None

    def played(pitch: int, velocity: int) -> np.ndarray:
        lane = "stick" if pitch in STICKS else lane_of(pitch) or ""
        instruments = drums.get(lane)
        if not instruments:
            return np.zeros(0)
        layers = instruments[pitch % len(instruments)]  # the same drum for a pitch, another for its neighbour
        most, file = next((layer for layer in layers if velocity / 127 <= layer[0]), layers[-1])
        within = velocity / 127 / most if len(layers) > 1 else velocity / 127
        return _read(file) * np.float32(min(1.0, within) ** 1.6)

    return played


@functools.lru_cache(maxsize=2048)
def _read(file: Path) -> np.ndarray:
    samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    mono = samples[: _LONGEST_S * rate].mean(axis=1)
    read: np.ndarray = np.interp(np.arange(0, len(mono) - 1, rate / RATE), np.arange(len(mono)), mono)
    return read
