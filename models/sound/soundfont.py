"""A SoundFont 2 file: which recordings sound for a pitch and velocity of a program, and how they are played.

After "SoundFont Technical Specification 2.04" (E-mu, 2006). Read is what General MIDI banks of the Awave kind use:
zones with generators, one instrument a preset; modulators are left out. Times are seconds, levels decibels of
attenuation, pitches cents, frequencies hertz.

Offers: ``SoundFont``, ``Zone``, ``shipped``.
"""

import functools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.music.errors import UnreadableFile

SHIPPED = Path(__file__).with_name("TimGM6mb.sf2")
"""Tim Brechbill's General MIDI bank, GPL: see NOTICES.md."""
KITS = 128
"""The bank of drum kits."""

_LONGEST_LEAD_IN = 1000
_SILENT_SHARE = 0.03

_GENERATORS = {
    2: ("loop_start_offset", 0),
    3: ("loop_end_offset", 0),
    5: ("mod_lfo_to_pitch", 0),
    6: ("vibrato_to_pitch", 0),
    8: ("filter", 13500),
    9: ("resonance", 0),
    11: ("mod_envelope_to_filter", 0),
    13: ("mod_lfo_to_volume", 0),
    17: ("pan", 0),
    21: ("mod_lfo_delay", -12000),
    22: ("mod_lfo_frequency", 0),
    23: ("vibrato_delay", -12000),
    24: ("vibrato_frequency", 0),
    26: ("mod_attack", -12000),
    27: ("mod_hold", -12000),
    28: ("mod_decay", -12000),
    29: ("mod_sustain", 0),
    33: ("delay", -12000),
    34: ("attack", -12000),
    35: ("hold", -12000),
    36: ("decay", -12000),
    37: ("sustain", 0),
    38: ("release", -12000),
    40: ("key_to_decay", 0),
    48: ("attenuation", 0),
    51: ("coarse_tune", 0),
    52: ("fine_tune", 0),
    54: ("sample_modes", 0),
    56: ("scale_tuning", 100),
    57: ("exclusive_class", 0),
    58: ("root", -1),
}
"""Generators by number: name here and what holds where a zone is silent, in the file's units."""
_INSTRUMENT, _KEYS, _VELOCITIES, _SAMPLE = 41, 43, 44, 53


@dataclass(frozen=True)
class Zone:
    """One recording under a range of pitches and velocities, with its generators in the file's units (cents,
    timecents, centibels, tenths of a percent).

    samples     int16, mono
    rate        of the recording, hertz
    loop        first frame and the one behind the last; None: it is played once
    root        the pitch at which it sounds as recorded, as a fraction: the recording's own error is in it
    """

    keys: tuple[int, int]
    velocities: tuple[int, int]
    samples: np.ndarray
    rate: int
    loop: tuple[int, int] | None
    root: float
    generators: dict[str, int]

    def holds(self, pitch: int, velocity: int) -> bool:
        """Does it sound for that key?"""
        return self.keys[0] <= pitch <= self.keys[1] and self.velocities[0] <= velocity <= self.velocities[1]

    def __getitem__(self, name: str) -> int:
        return self.generators[name]

    def seconds(self, name: str) -> float:
        """A time that the file gives in timecents."""
        return float(2 ** (self.generators[name] / 1200))

    def hertz(self, name: str) -> float:
        """A frequency that the file gives in cents above 8.176 Hz."""
        return float(8.1758 * 2 ** (self.generators[name] / 1200))


class SoundFont:
    """The presets of a file; zones are worked out for a program when it is first asked for."""

    def __init__(self, data: bytes) -> None:
        """Raises UnreadableFile when ``data`` is no SoundFont 2."""
        try:
            # Views of the bytes: the recordings are megabytes, and a copy of them each time would be, too.
            lists = {bytes(body[:4]): dict(_chunks(body[4:])) for _, body in _chunks(memoryview(data)[12:])}
            self._samples = np.frombuffer(lists[b"sdta"][b"smpl"], "<i2")
            tables = lists[b"pdta"]
            self._headers = np.frombuffer(tables[b"shdr"], _SAMPLE_HEADER)
            self._presets = np.frombuffer(tables[b"phdr"], _PRESET_HEADER)
            self._instruments = np.frombuffer(tables[b"inst"], _INSTRUMENT_HEADER)
            self._bags = {
                kind: np.frombuffer(tables[kind + b"bag"], "<u2").reshape(-1, 2)[:, 0] for kind in (b"p", b"i")
            }
            self._lists = {kind: np.frombuffer(tables[kind + b"gen"], "<u2").reshape(-1, 2) for kind in (b"p", b"i")}
        except (KeyError, ValueError, struct.error) as problem:
            raise UnreadableFile("The soundfont is damaged; install Clipkin again.") from problem
        self._places = {
            (int(row["bank"]), int(row["program"])): number for number, row in enumerate(self._presets[:-1])
        }

    @property
    def kits(self) -> tuple[int, ...]:
        """The programs of the kits that it has, of General MIDI 2's seven that are drum sets."""
        return tuple(program for program in (0, 8, 16, 24, 25, 32, 40) if (KITS, program) in self._places)

    @functools.lru_cache(maxsize=64)  # noqa: B019 - there is one soundfont, and it lives as long as the process
    def zones(self, program: int, drums: bool) -> tuple[Zone, ...]:
        """The zones of a General MIDI program 0-127 or, of ``drums``, of a kit; what isn't there sounds as 0."""
        bank = KITS if drums else 0
        place = self._places.get((bank, program), self._places[bank, 0])
        found: list[Zone] = []
        for preset in self._zones_of(b"p", *self._presets["bag"][place : place + 2]):
            if _INSTRUMENT not in preset:
                continue
            bags = self._instruments["bag"][preset[_INSTRUMENT] : preset[_INSTRUMENT] + 2]
            shared: dict[int, int] = {}
            for generators in self._zones_of(b"i", *bags):
                if _SAMPLE in generators:
                    found.append(self._zone(shared | generators))
                else:
                    shared = generators  # the first zone of an instrument that names no sample holds for all
        return tuple(found)

    def _zones_of(self, kind: bytes, first: int, end: int) -> Iterator[dict[int, int]]:
        bags, rows = self._bags[kind], self._lists[kind]
        for bag in range(first, end):
            yield {int(number): int(amount) for number, amount in rows[bags[bag] : bags[bag + 1]]}

    def _zone(self, raw: dict[int, int]) -> Zone:
        values = {
            name: raw[number] - (raw[number] >= 1 << 15) * (1 << 16) if number in raw else usual
            for number, (name, usual) in _GENERATORS.items()
        }
        header = self._headers[raw[_SAMPLE]]
        start, end = int(header["start"]), int(header["end"])
        first = int(header["loop_start"]) - start + values["loop_start_offset"]
        last = int(header["loop_end"]) - start + values["loop_end_offset"]
        loop = (first, last) if values["sample_modes"] & 1 and 0 <= first < last <= end - start else None
        skipped = _lead_in(self._samples[start : start + first if loop else end])
        root = values["root"] if values["root"] >= 0 else int(header["pitch"])
        tuned = values["coarse_tune"] + (values["fine_tune"] + int(header["correction"])) / 100
        return Zone(
            keys=_span(raw.get(_KEYS)),
            velocities=_span(raw.get(_VELOCITIES)),
            samples=self._samples[start + skipped : end],
            rate=int(header["rate"]),
            loop=(loop[0] - skipped, loop[1] - skipped) if loop else None,
            root=root - tuned,
            generators=values,
        )


@functools.lru_cache(maxsize=1)
def shipped() -> SoundFont:
    """The soundfont that comes with Clipkin; raises UnreadableFile."""
    try:
        return SoundFont(SHIPPED.read_bytes())
    except OSError as problem:
        raise UnreadableFile(f"The soundfont can't be opened ({problem.strerror}); install Clipkin again.") from problem


_SAMPLE_HEADER: Any = np.dtype(
    [("name", "S20"), ("start", "<u4"), ("end", "<u4"), ("loop_start", "<u4"), ("loop_end", "<u4"), ("rate", "<u4")]
    + [("pitch", "u1"), ("correction", "i1"), ("link", "<u2"), ("kind", "<u2")]
)
_PRESET_HEADER: Any = np.dtype(
    [("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("library", "V12")]
)
_INSTRUMENT_HEADER: Any = np.dtype([("name", "S20"), ("bag", "<u2")])


def _chunks(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Name and body of each RIFF chunk."""
    place = 0
    while place + 8 <= len(data):
        (size,) = struct.unpack_from("<I", data, place + 4)
        yield bytes(data[place : place + 4]), data[place + 8 : place + 8 + size]
        place += 8 + size + size % 2


def _lead_in(samples: np.ndarray) -> int:
    """How many frames of silence a recording begins with: some have 8 ms, which would come late in every bar."""
    level = np.abs(samples.astype(np.int32))
    loud = level[:_LONGEST_LEAD_IN] > _SILENT_SHARE * level.max(initial=1)
    return int(np.argmax(loud)) if loud.any() else 0


def _span(amount: int | None) -> tuple[int, int]:
    """Lowest and highest of a range: the low and the high byte."""
    return (0, 127) if amount is None else (amount & 255, amount >> 8)
