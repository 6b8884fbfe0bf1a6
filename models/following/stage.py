"""A running piece that events steer: intensity, mood, section, new parts, the end.

Pure, as a jam is: it is given beats and gives back messages. A change lands at the next beat (the metre's unit), bar or
phrase, as asked; there all that rings is ended before the new layers begin, at the same place of the same loops, so
that no chord of before sounds into one of after. It ends on the chord that the piece begins with.

Offers: ``Stage``, ``Event``, ``AT``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from models.drums.kit import pitch_for
from models.following.layers import Feeling, Layers, feeling_of, felt, section_named
from models.jam.jam import Timed
from models.jam.sounding import DRUM_CHANNEL, note_off, note_on
from models.music.beats import TIGHT
from models.music.clip import Clip, Role
from models.music.errors import BadValue

AT = ("beat", "bar", "phrase")
_AHEAD = 0.1
"""Beats before each step at which it is put on its way; an event that comes later than that lands one step later."""

_RISE = 0.25
"""A rise of intensity from which the new layers begin with a crash."""

_SHORTEST = 1 / 32
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Event:
    """One change, and where it lands: at the next beat, bar or phrase; raises BadValue. What is None stays.

    intensity 0-1 · mood words, "" for none · section by a name of the house plan · parts: new loops for roles
    """

    at: str = "bar"
    intensity: float | None = None
    mood: str | None = None
    section: str | None = None
    parts: tuple[tuple[Role, Clip], ...] = ()
    end: bool = False

    def __post_init__(self) -> None:
        if self.at not in AT:
            raise BadValue(f'A change lands at the next {", ".join(AT)}, not "{self.at}".', field="at")
        if self.intensity is not None and not 0 <= self.intensity <= 1:
            raise BadValue(f"The intensity must be 0 to 1, not {self.intensity:g}.", field="intensity")


@dataclass
class Stage:
    """The state of a running piece; ``layers`` may be had from ``Layers.of``.

    intensity  as last asked, 0-1
    ended      True once the last note has been put on its way
    """

    layers: Layers
    intensity: float = 0.4
    ended: bool = False

    def __post_init__(self) -> None:
        self.metre = self.layers.loops[0].metre
        self._feeling = Feeling()
        self._clips = self.layers.at(self.intensity)
        self._waiting: list[Event] = []
        self._step = 0
        self._ringing: dict[tuple[int, int], float] = {}
        self._end: float | None = None
        self._crash = False
        self._asked = [(0.0, self.intensity)]

    def check(self, event: Event) -> None:
        """Raise BadValue where a section or mood is not known."""
        if event.section is not None:
            section_named(event.section)
        if event.mood:
            feeling_of(event.mood, self.layers.scale)

    def tell(self, event: Event) -> None:
        """Take a change; raises BadValue as ``check``, and then nothing changes."""
        self.check(event)
        self._waiting.append(event)

    @property
    def end_beat(self) -> float:
        """Where the last note ends; infinite until an end has landed."""
        return math.inf if self._end is None else self._end

    def asked_at(self, beat: float) -> float:
        """The intensity that had landed by a beat."""
        return next((asked for at, asked in reversed(self._asked) if at <= beat + TIGHT), self._asked[0][1])

    def channel(self, number: int) -> int:
        """The MIDI channel 0-15 of a track."""
        if self.layers.loops[number].drums:
            return DRUM_CHANNEL
        return number if number < DRUM_CHANNEL else min(15, number + 1)

    def restart(self, beat: float) -> None:
        """The beat begins, or has jumped: go on at the next bar line; what rang has been ended."""
        bar = self.metre.bar
        self._step = round(max(0.0, -(-(beat - 0.05) // bar)) * bar / self.metre.unit)
        self._ringing.clear()

    def advance(self, beat: float) -> list[Timed]:
        """What is to be sent from now on because the beat has come as far as this."""
        events: list[Timed] = []
        while not self.ended and beat >= self._step * self.metre.unit - _AHEAD:
            events += self._one_step()
        return events

    def _one_step(self) -> list[Timed]:
        start, end = self._step * self.metre.unit, (self._step + 1) * self.metre.unit
        self._step += 1
        events = self._ends(start)
        if self._end is not None:
            if start >= self._end - TIGHT:
                self.ended = True
                return [*events, *self._cut(start)]
            return [*events, *self._ends(end)]
        landing = [event for event in self._waiting if self._lands(event, start)]
        if landing:
            self._waiting = [event for event in self._waiting if not self._lands(event, start)]
            events += self._cut(start)
            self._change(landing, start)
            if self._end is not None:
                return [*events, *self._home(start)]
        for number, clip in enumerate(self._clips):
            events += self._played(number, clip, start, end)
        return [*events, *self._ends(end)]

    def _lands(self, event: Event, start: float) -> bool:
        grid = {"beat": self.metre.unit, "bar": self.metre.bar, "phrase": self.layers.phrase}[event.at]
        return abs(start / grid - round(start / grid)) * grid < TIGHT

    def _change(self, events: Sequence[Event], start: float) -> None:
        """Let changes land together, in the order in which they came."""
        before, section = self.intensity, None
        for event in events:
            for role, clip in event.parts:
                self.layers = self.layers.with_loop(role, clip)
            if event.mood is not None:
                self._feeling = feeling_of(event.mood, self.layers.scale) if event.mood else Feeling()
            if event.intensity is not None:
                self.intensity, section = event.intensity, None
            if event.section is not None:
                section = event.section
            if event.end:
                self._end = start + self.metre.bar
        self._clips = self.layers.at(self.intensity)
        if section is not None:
            self._clips, self.intensity = self.layers.of_section(section)
        self._clips = tuple(felt(clip, self._feeling) for clip in self._clips)
        self._crash = self.intensity - before >= _RISE
        self._asked = [*self._asked, (start, self.intensity)][-_REMEMBERED:]

    def _played(self, number: int, clip: Clip, start: float, end: float) -> list[Timed]:
        """A track's notes that begin in the step."""
        channel, place = self.channel(number), start % clip.length
        events: list[Timed] = []
        crash, self._crash = self._crash and clip.drums and bool(clip.notes), self._crash and not clip.drums
        if crash:
            events += self._strike(channel, pitch_for(clip.notes, "crash"), 100, start, start + 1)
        for note in clip.notes:
            # A loop that ends within the step begins again there.
            for turn in range(2):
                onset = start - place + note.onset + turn * clip.length
                if start - TIGHT <= onset < end - TIGHT and not note.mute:
                    last = onset + max(_SHORTEST, note.duration)
                    events += self._strike(channel, note.pitch, note.velocity, max(start, onset), last)
        return events

    def _strike(self, channel: int, pitch: int, velocity: int, onset: float, end: float) -> list[Timed]:
        before = self._ringing.pop((channel, pitch), None)
        self._ringing[channel, pitch] = end
        ended = [Timed(min(before, onset), note_off(channel, pitch))] if before is not None else []
        return [*ended, Timed(onset, note_on(channel, pitch, velocity))]

    def _ends(self, until: float) -> list[Timed]:
        """The ends, up to a beat, of what rings."""
        over = [(key, end) for key, end in self._ringing.items() if end <= until - TIGHT]
        for key, _ in over:
            del self._ringing[key]
        return [Timed(end, note_off(*key)) for key, end in over]

    def _cut(self, at: float) -> list[Timed]:
        """The ends, at a beat, of all that rings."""
        cut = [Timed(min(at, end), note_off(*key)) for key, end in self._ringing.items()]
        self._ringing.clear()
        return cut

    def _home(self, start: float) -> list[Timed]:
        """The last bar: the chord that the piece begins with, in every track that has pitches, and a crash."""
        events: list[Timed] = []
        assert self._end is not None
        for number, loop in enumerate(self.layers.loops):
            clip = felt(loop, self._feeling)
            if clip.drums:
                pitches: Sequence[int] = [pitch_for(clip.notes, "kick"), pitch_for(clip.notes, "crash")]
            else:
                first = clip.notes[0].onset
                pitches = sorted({note.pitch for note in clip.notes if note.onset - first < 0.1})
            for pitch in pitches if clip.drums or clip.notes[0].onset < self.metre.bar / 2 else ():
                events += self._strike(self.channel(number), pitch, 100, start, self._end)
        return events
