"""Record a prompt: a bar is counted in, then what is hummed, played or tapped is heard as a clip."""

from __future__ import annotations

import json
import time
import wave
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QHideEvent
from PyQt6.QtWidgets import QProgressBar

from gui.alive.page import Page, choice
from gui.controls.pieces import WholeBox
from gui.hearing.listening import Listening
from gui.hearing.output import Microphone, NoSound
from gui.language.say import say
from gui.state.panel_state import PanelState
from models.music.clip import Clip
from models.music.note import Note
from models.sound.frames import RATE

_TICK_MS = 30
_BEATS = 4
_EARLY_S, _TAIL_S, _SHORTEST_S = 0.12, 0.4, 0.5
"""What comes a little before the first beat belongs to the take, and what rings behind the last one."""
_STICK = 37
_BYTES = 2
_KINDS = {"": "As it sounds", "melody": "A tune", "chords": "Chords", "drums": "A beat"}


class RecordingPage(Page):
    """Counts in, records so many bars, and has ``clipkin hear`` hear them; what it heard becomes the prompt."""

    def __init__(
        self, state: PanelState, listening: Listening, open_source: Callable[[], Microphone] = Microphone
    ) -> None:
        super().__init__(state, listening, "recordings")
        self._open_source = open_source
        self._source: Microphone | None = None
        self._begun, self._samples = 0.0, bytearray()
        self.kind, self.bars = choice("What it is", _KINDS), choice("Bars", (1, 2, 4, 8, 16))
        self.bars.setCurrentIndex(2)
        self.tempo = WholeBox(say("Tempo"), 40, 240, 100)
        self.record = self.button("Record", self.toggle, "", "start")
        self.level = QProgressBar()
        self.level.setTextVisible(False)
        self.level.setAccessibleName(say("Loudness"))
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self.lay_out(
            "Hum or whistle a tune, tap or beatbox a beat, play chords. A bar is counted in; use headphones.",
            self.fields({"What it is": self.kind, "Tempo": self.tempo, "Bars": self.bars}, self.record),
            self.level,
        )

    @property
    def _beat_s(self) -> float:
        return 60 / self.tempo.value()

    def toggle(self) -> None:
        """Begin with the count-in, or end the take."""
        if self._source is not None:
            self._end_take()
            return
        try:
            self._source = self._open_source()
        except NoSound as problem:
            self.say(problem.sentence, "error")
            return
        self._samples.clear()
        self._begun = time.monotonic() + _BEATS * self._beat_s
        clicks = tuple(Note(_STICK, float(beat), 0.1, 90 if beat else 115) for beat in range(_BEATS))
        self.listening.player.moved.connect(self._counted)
        self.play_clips(Clip(clicks, float(_BEATS), "count-in", float(self.tempo.value()), role="drums"))
        self.record.setText(say("End the take"))
        self._timer.start(_TICK_MS)

    def _counted(self, beat: float) -> None:
        """The count-in is heard: the take begins when its last beat is over, whatever the speakers' delay."""
        if beat < _BEATS - 1:
            self._begun = time.monotonic() + (_BEATS - beat) * self._beat_s

    def _look(self) -> None:
        import numpy as np

        came = self._source.read() if self._source else b""
        self._samples += came
        peak = int(np.abs(np.frombuffer(came[: len(came) // 2 * 2], "<i2").astype(int)).max(initial=1))
        self.level.setValue(int(100 + 100 / 60 * 20 * float(np.log10(max(peak, 33) / 32768))))  # 60 dB of it
        left = self._begun - time.monotonic()
        if left > 0:
            self.say(say("{count}…", count=min(_BEATS, int(left / self._beat_s) + 1)))
        elif -left < int(self.bars.currentText()) * _BEATS * self._beat_s + _TAIL_S:
            self.say("Recording…")
        else:
            self._end_take()

    def _let_go(self) -> None:
        """Close the microphone; what it gave until now is there."""
        if self._source is not None:
            self._samples += self._source.read()
            self._source.close()
            self._source = None
            self._timer.stop()
            self.listening.player.moved.disconnect(self._counted)
            self.level.setValue(0)
            self.record.setText(say("Record"))

    def _end_take(self) -> None:
        """What there is of the take is written and heard."""
        frames = int((time.monotonic() - self._begun + _EARLY_S) * RATE)
        self._let_go()
        take = bytes(self._samples[-frames * _BYTES :]) if frames > 0 else b""
        if len(take) < _SHORTEST_S * RATE * _BYTES:
            self.say("The take is too short to be heard.", "error")
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = next(path for n in range(1, 10**6) if not (path := self.folder / f"take-{n}.wav").exists())
        with wave.open(str(path), "wb") as file:
            file.setparams((1, _BYTES, RATE, 0, "NONE", ""))
            file.writeframes(take)
        kind = ("--as", self.kind.currentData()) if self.kind.currentData() else ()
        self.begin("hear", str(path), *kind, "--tempo", str(self.tempo.value()), "--json")

    def _take(self, line: str) -> None:
        """What was heard becomes the prompt; what is unsure is said."""
        heard = json.loads(line)
        super()._take(str(Path(heard["file"])))
        said = [say("{count} notes were heard; they are the prompt now.", count=heard["notes"])]
        self.say(" ".join((*said, *map(say, heard["remarks"]))))
        self._open()

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._let_go()  # left in the middle of a take: nothing is kept of it
        super().hideEvent(event)
