"""One note of one instrument as samples.

The signal path is SoundFont 2's: a recording, read faster or slower, through a low-pass filter and an envelope.

Offers: ``voice``, ``voice_of``.
"""

import functools

import numpy as np

from models.sound.frames import LONGEST_TAIL_S, RATE
from models.sound.soundfont import SoundFont, Zone, shipped

_SILENT_DB = 72.0
_FULL_DB = 100.0
"""What an envelope's decay and release times are the times of, after the specification."""
_DARKEST_CENTS, _BRIGHTEST_CENTS = 1500, 13500
_LONGEST_HIT_S = 4.0


@functools.lru_cache(maxsize=32)  # of seconds each: more would take tens of MB
def voice(program: int, drums: bool, pitch: int, velocity: int, held: int, bend: float = 0.0) -> np.ndarray:
    """The samples of a note, (frames, 2) float32, its beginning at frame 0; not to be written into.

    held   frames until the key is let go; a drum rings out whatever it is
    bend   cents by which it sounds higher
    """
    return voice_of(shipped(), program, drums, pitch, velocity, held, bend)


def voice_of(  # noqa: PLR0913 - a note of a font
    font: SoundFont, program: int, drums: bool, pitch: int, velocity: int, held: int, bend: float = 0.0
) -> np.ndarray:
    """As ``voice``, of any soundfont."""
    every = font.zones(program, drums)
    zones = [zone for zone in every if zone.holds(pitch, velocity)]
    if not zones and not drums:  # above or below what the instrument can play: the nearest recording, further bent
        nearest = min(every, key=lambda zone: min(abs(pitch - key) for key in zone.keys))
        zones = [zone for zone in every if zone.keys == nearest.keys]
    parts = [
        _zone_samples(zone, pitch, velocity, int(_LONGEST_HIT_S * RATE) if drums else held, bend) for zone in zones
    ]
    mixed = np.zeros((max((len(part) for part in parts), default=0), 2), np.float32)
    for part in parts:
        mixed[: len(part)] += part
    return mixed


def _zone_samples(zone: Zone, pitch: int, velocity: int, held: int, bend: float) -> np.ndarray:
    cents = zone["scale_tuning"] * (pitch - zone.root) + bend
    step = 2 ** (cents / 1200) * zone.rate / RATE
    release_s = min(zone.seconds("release") * _SILENT_DB / _FULL_DB, LONGEST_TAIL_S)
    frames = held + int(release_s * RATE)
    if zone.loop is None:
        frames = min(frames, int((len(zone.samples) - 1) / step))
    if frames <= 0:
        return np.zeros((0, 2), np.float32)
    time = np.arange(frames, dtype=np.float32) / RATE
    level = _envelope(zone, time, held, pitch)
    audible = int(np.flatnonzero(level)[-1]) + 1 if level.any() else 0
    mono = _recording(zone, time[:audible], step)
    mono = _filtered(zone, mono, time[:audible]) * level[:audible]
    if zone["mod_lfo_to_volume"]:
        mono *= 10 ** (zone["mod_lfo_to_volume"] / 200 * _oscillator(zone, "mod_lfo", time[:audible]))
    # The specification's curve of velocity, in decibels: 40 log10(127 / velocity); attenuation counts 0.4 of what the
    # file says, as on the hardware that such files were made for.
    gain = (velocity / 127) ** 2 * 10 ** (-0.4 * zone["attenuation"] / 200)
    angle = (zone["pan"] / 500 + 1) * np.pi / 4
    return mono[:, None] * np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(gain)


def _recording(zone: Zone, time: np.ndarray, step: float) -> np.ndarray:
    """The recording read at ``step`` of its frames for each of ours, with vibrato; linear interpolation."""
    depth = zone["vibrato_to_pitch"], zone["mod_lfo_to_pitch"]
    if any(depth):
        cents = depth[0] * _oscillator(zone, "vibrato", time) + depth[1] * _oscillator(zone, "mod_lfo", time)
        steps = step * np.exp2(cents.astype(np.float64) / 1200)
        place = np.concatenate([[0.0], np.cumsum(steps[:-1])])
    else:
        place = np.arange(len(time)) * step
    if zone.loop:
        start, end = zone.loop
        place = np.where(place < end, place, start + (place - start) % (end - start))
    left = np.minimum(place.astype(np.int64), len(zone.samples) - 2)
    share = (place - left).astype(np.float32)
    samples: np.ndarray = zone.samples[left] * (1 - share) + zone.samples[left + 1] * share
    return samples.astype(np.float32) / 32768


def _oscillator(zone: Zone, name: str, time: np.ndarray) -> np.ndarray:
    """A triangle of -1…1 that begins after its delay."""
    phase = np.maximum(0, time - zone.seconds(f"{name}_delay")) * zone.hertz(f"{name}_frequency")
    wave: np.ndarray = 1 - np.abs((phase + 0.75) % 1 * 4 - 2)
    return wave


def _envelope(zone: Zone, time: np.ndarray, held: int, pitch: int) -> np.ndarray:
    """How loud each frame is, 0-1: linear attack, then straight lines in decibels; exact 0 once it can't be heard."""
    begin, attack = zone.seconds("delay"), zone.seconds("attack")
    peak_end = begin + attack + zone.seconds("hold")
    sustain = min(max(zone["sustain"] / 10, 0.0), _FULL_DB)
    decay = zone.seconds("decay") * 2 ** (zone["key_to_decay"] * (60 - pitch) / 1200)
    down = np.interp(time, [peak_end, peak_end + max(decay * sustain / _FULL_DB, 1e-4)], [0.0, sustain])
    if held < len(time):
        down[held:] = down[held] + (time[held:] - time[held]) * (_FULL_DB / zone.seconds("release"))
    rise = np.clip((time - begin) / attack, 0, 1)
    if held < len(time):
        rise[held:] = rise[held]
    return np.where(down < _SILENT_DB, rise * np.exp(down * (-np.log(10) / 20)), 0).astype(np.float32)


def _filtered(zone: Zone, mono: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Through the zone's low-pass of two poles; the modulation envelope fades from its brightest to its darkest."""
    darkest = zone["filter"]
    brightest = darkest + zone["mod_envelope_to_filter"]
    sustain = 1 - min(max(zone["mod_sustain"] / 1000, 0.0), 1.0)
    ends = _cutoff(brightest), _cutoff(darkest + (brightest - darkest) * sustain)
    if min(ends) >= _BRIGHTEST_CENTS:
        return mono
    size = 1 << (len(mono) + 1024).bit_length()
    spectrum = np.fft.rfft(mono, size)
    passed = [
        np.fft.irfft(spectrum * _low_pass(cents, zone["resonance"], size), size)[: len(mono)]
        for cents in dict.fromkeys(ends)
    ]
    peak_end = zone.seconds("mod_attack") + zone.seconds("mod_hold")
    share = np.interp(time, [peak_end, peak_end + zone.seconds("mod_decay") * (1 - sustain)], [1.0, 0.0])
    faded: np.ndarray = passed[0] * share + passed[-1] * (1 - share)
    return faded.astype(np.float32)


def _cutoff(cents: float) -> int:
    return int(min(max(cents, _DARKEST_CENTS), _BRIGHTEST_CENTS))


@functools.lru_cache(maxsize=8)
def _low_pass(cents: int, resonance: int, size: int) -> np.ndarray:
    """The answer of a low-pass of two poles to each frequency of a real transform of ``size`` frames."""
    quality = 10 ** ((resonance / 10 - 3.01) / 20)
    ratio = np.fft.rfftfreq(size, 1 / RATE) / (8.1758 * 2 ** (cents / 1200))
    answer: np.ndarray = 1 / (1 - ratio**2 + 1j * ratio / quality) / max(1.0, quality**0.5)
    return answer
