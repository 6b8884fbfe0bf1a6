"""Where the beat is: by a tempo of one's own, by taps, or by MIDI clock.

Times are seconds of any clock that only goes forward, given from outside; beats are quarter notes from the start.
MIDI clock is followed by a phase-locked loop of second order: each pulse (24 a beat) corrects the next one's expected
time by a share of its error and the period by a smaller one, so that jitter is smoothed and no error adds up.

Offers: ``BeatClock``, ``PULSE``, ``START``, ``CONTINUE``, ``STOP``.
"""

import math
from collections import deque
from itertools import pairwise
from statistics import median

from models.music.errors import BadValue

PULSE, START, CONTINUE, STOP = 0xF8, 0xFA, 0xFB, 0xFC
_PULSES = 24
SLOWEST, FASTEST = 30.0, 300.0
"""Quarter notes a minute."""

_SILENT_S = 0.5
"""Without a pulse for longer than that the clock has stopped."""

_PHASE, _PERIOD = 0.12, 0.008
_SETTLING = 12
"""Pulses over which the period is measured before the loop takes over."""

_LOST = 0.5
"""Share of a pulse by which one may come early or late; beyond it the tempo has changed and is measured anew."""

_TAP_S = 2.0
_TAPS = 5


class BeatClock:
    """A clock that one asks for beats.

    tempo     quarter notes a minute, 30-300; raises BadValue
    followed  True: MIDI clock gives the beat, and none passes before it runs
    """

    def __init__(self, tempo: float = 120.0, now: float = 0.0, *, followed: bool = False) -> None:
        if not SLOWEST <= tempo <= FASTEST:
            raise BadValue(f"The tempo must be {SLOWEST:g} to {FASTEST:g}, not {tempo:g}.", field="tempo")
        self.followed = followed
        self._anchor = (now, 0.0)
        self._beat_s = 60 / tempo
        self._taps: deque[float] = deque(maxlen=_TAPS)
        self._pulses: deque[float] = deque(maxlen=_SETTLING)
        self._count = 0
        self._told_to_run = True

    @property
    def tempo(self) -> float:
        """Quarter notes a minute, as they pass now."""
        return 60 / self._beat_s

    def runs(self, now: float) -> bool:
        """Do beats pass?"""
        if not self.followed:
            return True
        return self._told_to_run and len(self._pulses) > 1 and now - self._pulses[-1] < _SILENT_S

    def beat(self, now: float) -> float:
        """The beat at ``now``, below 0 before it begins; where a MIDI clock has stopped, the last one."""
        at, beat = self._anchor
        if self.followed:
            now = min(now, (self._pulses[-1] if self._pulses else at) + _SILENT_S) if self._told_to_run else at
        passed = beat + (now - at) / self._beat_s
        return max(0.0, passed) if self.followed else passed

    def seconds(self, beat: float) -> float:
        """When ``beat`` is, as far as one can tell now; the reverse of ``beat``."""
        at, begun = self._anchor
        return at + (beat - begun) * self._beat_s

    def begin(self, at: float) -> None:
        """Beat 0 is at these seconds."""
        self._anchor = (at, 0.0)

    def tap(self, now: float) -> None:
        """A beat is tapped by hand: from the third on within two seconds of each other they set the tempo."""
        if self._taps and now - self._taps[-1] > _TAP_S:
            self._taps.clear()
        self._taps.append(now)
        gaps = [later - tap for tap, later in pairwise(self._taps)]
        if len(gaps) > 1:
            beat = self.beat(now)
            self._beat_s = min(max(median(gaps), 60 / FASTEST), 60 / SLOWEST)
            self._anchor = (now, float(round(beat)))

    def take(self, status: int, now: float) -> None:
        """One realtime byte of a MIDI clock; others are passed by."""
        if status == PULSE and self._told_to_run:
            self._pulse(now)
        elif status in (START, CONTINUE):
            self._told_to_run = True
            self._pulses.clear()
            if status == START:
                self._count = 0
        elif status == STOP:
            self._anchor = (now, self.beat(now))
            self._told_to_run = False

    def _pulse(self, now: float) -> None:
        if self._pulses and now - self._pulses[-1] > _SILENT_S:
            self._pulses.clear()
        self._pulses.append(now)
        beat = self._count / _PULSES
        self._count += 1
        pulse_s = self._beat_s / _PULSES
        error = now - self.seconds(beat)
        if len(self._pulses) < _SETTLING or abs(error) > _LOST * pulse_s:
            self._measure(now, beat)
        else:
            self._anchor = (now - error * (1 - _PHASE), beat)
            self._set_pulse(pulse_s + _PERIOD * error)

    def _measure(self, now: float, beat: float) -> None:
        gaps = [later - pulse for pulse, later in pairwise(self._pulses)]
        if gaps:
            self._set_pulse(sum(gaps) / len(gaps) if len(gaps) < _SETTLING - 1 else median(gaps[-4:]))
        self._anchor = (now, beat)

    def _set_pulse(self, pulse_s: float) -> None:
        if math.isfinite(pulse_s):
            self._beat_s = min(max(pulse_s * _PULSES, 60 / FASTEST), 60 / SLOWEST)
