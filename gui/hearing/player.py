"""What plays clips: one at a time, with its context, from any beat, over and over; another can take over in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

from gui.hearing.output import MidiPort, NoSound, Output, Speakers
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.sound.frames import LONGEST_TAIL_S, RATE

if TYPE_CHECKING:
    from models.sound.rendering import Rendering

_TICK_MS = 15
_KEPT = 6
_PIECE = 1024
_FEWEST_FRAMES = 256


class Player(QObject):
    """Plays clips and tells where it is. Every method returns at once; samples are made on a thread.

    moved    the beat that is heard, in [0, the clip's length], about 60 times a second
    stopped  nothing is heard any more: the end was reached, or ``stop`` was called, or playing failed
    failed   a sentence: why nothing can be heard
    """

    moved = pyqtSignal(float)
    stopped = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None, open_output: Callable[[], Output] = Speakers) -> None:
        """open_output: makes what is played through; raises NoSound. Called when something is to be heard."""
        super().__init__(parent)
        self.context: tuple[Clip, ...] = ()
        """Clips that sound along with whatever is played next; shorter ones are repeated."""
        self._open_output = open_output
        self._output: Output | None = None
        self._makers: list[_Maker] = []
        self._waiting: _Wish | None = None
        self._segments: list[_Segment] = []
        self._written = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> Clip | None:
        """The clip that is heard, or about to be; None in silence."""
        if self._waiting is not None:
            return self._waiting.maker.clips[0]
        return self._segments[-1].maker.clips[0] if self._segments else None

    def choose(self, port: str) -> None:
        """Play through a MIDI port (a name of ``midi_port.ports``); "": through the speakers. What is heard stops."""
        self.stop()
        self._open_output = (lambda: MidiPort(port)) if port else Speakers

    def play(self, clip: Clip, start: float = 0.0, loop: bool = True) -> None:
        """Play a clip from a beat on, in place of what is heard; with ``loop`` until it is stopped."""
        try:
            self._output = self._output or self._open_output()
        except NoSound as problem:
            self.failed.emit(problem.sentence)
            return
        self._segments = []
        self._waiting = _Wish(self._maker(clip, start), start, loop)
        self._timer.start(_TICK_MS)

    def swap(self, other: Clip) -> None:
        """Another clip from the beat on where this one is, without a gap: A/B in time. In silence: play it."""
        if not self._segments:
            self.play(other)
        elif self.playing is not other:
            last = self._segments[-1]
            self._waiting = _Wish(self._maker(other, last.beat(self._written)), None, last.loop)

    def stop(self) -> None:
        if self._output is not None:
            self._timer.stop()
            self._output.close()
            self._output, self._waiting, self._segments, self._written = None, None, [], 0
            self.stopped.emit()

    def _maker(self, clip: Clip, start: float) -> _Maker:
        """What makes the clip's samples; the last few are kept, so that going back to one is heard at once."""
        clips = (clip, *(beside for beside in self.context if beside is not clip))
        # By identity: comparing thousands of notes takes longer than a user waits for a sound.
        found = next((maker for maker in self._makers if [*map(id, maker.clips)] == [*map(id, clips)]), None)
        maker = found or _Maker(clips, start)
        self._makers = [*(other for other in self._makers if other is not maker), maker]
        while len(self._makers) > _KEPT:
            self._makers.pop(0).cancelled.set()
        return maker

    def _tick(self) -> None:
        if (output := self._output) is None:
            return
        if problem := output.problem() or (self._waiting.maker.problem if self._waiting else ""):
            self.failed.emit(problem)
            self.stop()
            return
        self._take_over(output.free())
        if self._segments:
            self._fill(output)
            self._tell(output.heard())

    def _take_over(self, free: int) -> None:
        """Begin with what is waited for, once enough of it is made."""
        wish = self._waiting
        if wish is None or (rendering := wish.maker.rendering) is None:
            return
        beat = self._segments[-1].beat(self._written) if wish.start is None else wish.start
        position = round(rendering.tempo.seconds(beat % wish.maker.clips[0].length) * RATE)
        if rendering.ready(position, min(max(free, _PIECE), rendering.frames)):
            self._segments.append(_Segment(wish.maker, rendering, self._written, position, wish.loop))
            self._waiting = None

    def _fill(self, output: Output) -> None:
        segment, free = self._segments[-1], output.free()
        while free >= _FEWEST_FRAMES:
            count, position = min(free, _PIECE), segment.position(self._written)
            if not segment.rendering.ready(position, min(count, segment.rendering.frames)):
                return
            output.write(segment.rendering, position, count, segment.loop)
            self._written += count
            free -= count

    def _tell(self, heard: int) -> None:
        while len(self._segments) > 1 and self._segments[1].begins <= heard:
            self._segments.pop(0)
        segment = self._segments[0]
        if not segment.loop and segment.position(heard) >= segment.rendering.frames + LONGEST_TAIL_S * RATE:
            self.stop()
        else:
            self.moved.emit(segment.beat(heard))


@dataclass(frozen=True)
class _Wish:
    """What is to be heard next; start None: from the beat on where the present one is."""

    maker: _Maker
    start: float | None
    loop: bool


@dataclass(frozen=True)
class _Segment:
    """A rendering that is heard from the written frame ``begins`` on, from its frame ``first``."""

    maker: _Maker
    rendering: Rendering
    begins: int
    first: int
    loop: bool

    def position(self, frame: int) -> int:
        """Where in the rendering a written frame lies, passes of the loop counted on."""
        return self.first + max(0, frame - self.begins)

    def beat(self, frame: int) -> float:
        """The clip's beat at a written frame, in [0, length]."""
        position = self.position(frame)
        position = position % self.rendering.frames if self.loop else min(position, self.rendering.frames)
        return min(self.rendering.tempo.beat(position / RATE), self.maker.clips[0].length)


class _Maker:
    """Renders clips on a thread of its own, beginning at once."""

    def __init__(self, clips: tuple[Clip, ...], start: float) -> None:
        self.clips = clips
        self.rendering: Rendering | None = None
        self.problem = ""
        self.cancelled = threading.Event()
        threading.Thread(target=self._work, args=(start,), name="clipkin-sound", daemon=True).start()

    def _work(self, start: float) -> None:
        from models.sound.rendering import Rendering  # with numpy: the window need not wait for it

        try:
            self.rendering = Rendering(self.clips, start)
            while not self.cancelled.is_set() and self.rendering.step():
                pass
        except ClipkinError as problem:
            self.problem = problem.sentence
        except MemoryError:
            self.problem = "There is too little memory to hear this clip; close other programs."
