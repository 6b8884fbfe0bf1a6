"""Play with Clipkin: the user plays a phrase on a MIDI keyboard, or a clip does, and answers come in time."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

from PyQt6.QtGui import QShowEvent

from gui.alive.page import Page, choice
from gui.appearance import row
from gui.controls.pieces import Toggle, WholeBox, line
from gui.hearing.listening import Listening
from gui.language.say import say
from gui.state.panel_state import PanelState

_PARTNERS = {"same": "As you play", "melody": "Melody", "chords": "Chords", "bass": "Bass", "drums": "Drums"}
_WORDS = {"closer": "Closer", "farther": "Farther", "denser": "Denser", "sparser": "Sparser", "": "Tap the tempo"}


class JamPage(Page):
    """Runs ``clipkin jam`` and turns its dials."""

    def __init__(self, state: PanelState, listening: Listening) -> None:
        super().__init__(state, listening, "jam")
        self.source, self.target = choice("You play on", ()), choice("Clipkin answers on", ())
        self.bars, self.partner = choice("Bars of a turn", (1, 2, 4, 8)), choice("Who answers", _PARTNERS)
        self.bars.setCurrentIndex(1)
        self.tempo = WholeBox(say("Tempo"), 30, 300, 120)
        words = say("Follow MIDI clock")
        self.clock = Toggle(words, words, say("The beat comes from the keyboard."))
        self.mood = line(say("Mood of the answers"), "", say("a mood, then Enter"))
        self.start = self.button("Jam", self.toggle, "", "start")
        hint = "Without a keyboard: the prompt plays the calls, and you hear both."
        self.rehearse = self.button("Let the clip call", self.let_the_clip_call, hint)
        self.steers = [self.button(words, partial(self.command.type, typed)) for typed, words in _WORDS.items()]
        self.mood.returnPressed.connect(lambda: self.command.type(f"mood {self.mood.text().strip()}"))
        self.bars.currentIndexChanged.connect(lambda: self.command.type(f"bars {self.bars.currentData()}"))
        self.partner.currentIndexChanged.connect(lambda: self.command.type(f"with {self.partner.currentData()}"))
        places = {"You play on": self.source, "Clipkin answers on": self.target, "Bars of a turn": self.bars}
        self.lay_out(
            "You play a phrase, Clipkin answers in your key and groove. Everything played is kept as clips.",
            self.fields({**places, "Who answers": self.partner, "Tempo": self.tempo}, self.clock),
            row(self, self.start, self.rehearse, *self.steers, self.mood, wide=self.mood),
        )
        self._show()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        from gui.hearing.output import ports  # with numpy behind it: not before the page

        heard, why = ports("MidiIn")
        for menu, names in ((self.source, heard), (self.target, ports()[0])):
            menu.clear()
            for name in ("", *names):
                menu.add(name or say("A port of Clipkin's own"), name, "", True)
        self.source.setCurrentIndex(min(1, len(heard)))
        if why:
            self.say(
                why if not find_spec("rtmidi") else "No MIDI keyboard was found; plug one in, or let the clip call."
            )

    def toggle(self) -> None:
        """Begin, or end."""
        if self.command.running:
            self.command.stop()
            return
        places = ("--from", self.source.currentData() or "", "--to", self.target.currentData() or "")
        clock = ("--clock",) if self.clock.isChecked() else ()
        self._jam("--tempo", str(self.tempo.value()), *places, *clock)

    def let_the_clip_call(self) -> None:
        """A clip plays the calls; all of it is heard when it is made."""
        self._jam("--call", *self.written(self.clips))

    def _jam(self, *words: str) -> None:
        self.files.clear()
        mood = ("--mood", self.mood.text().strip()) if self.mood.text().strip() else ()
        self.begin("jam", *words, "--bars", self.bars.currentText(), "--with", self.partner.currentData(), *mood)
        self._show()

    def _take(self, line: str) -> None:
        super()._take(line)
        if "calls and answers in turn" in line:
            self.say("Calls and answers in turn.")
            self.play_file(self.chosen)

    def _end(self, code: int, sentence: str) -> None:
        super()._end(code, sentence)
        self._show()

    def _show(self) -> None:
        on = self.command.running
        self.start.setText(say("End the jam") if on else say("Jam"))
        for steer in self.steers:
            steer.setEnabled(on)
        for each in (self.source, self.target, self.tempo, self.clock, self.rehearse):
            each.setEnabled(not on)
