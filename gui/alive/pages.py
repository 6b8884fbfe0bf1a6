"""Pages that run a command: play with Clipkin, music that follows a game or a picture, practice."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QPushButton

from gui.alive.page import Page, choice
from gui.appearance import Tiles, gap, label, row
from gui.controls.pieces import Toggle, WholeBox, line
from gui.hearing.listening import Listening
from gui.language.say import say
from gui.link.clip_files import read_prompt
from gui.link.settings import EXAMPLE
from gui.state.panel_state import PanelState
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.pitch import name as pitch_name

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
        self.rehearse = self.button("Let the clip call", lambda: self._jam("--call", *self.written(self.clips)), hint)
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
            none = "No MIDI keyboard was found; plug one in, or let the clip call."
            self.say(none if find_spec("rtmidi") else why)

    def toggle(self) -> None:
        if self.command.running:
            self.command.stop()
            return
        places = ("--from", self.source.currentData() or "", "--to", self.target.currentData() or "")
        clock = ("--clock",) if self.clock.isChecked() else ()
        self._jam("--tempo", str(self.tempo.value()), *places, *clock)

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


class FollowPage(Page):
    """Runs ``clipkin score-scene`` and ``follow --demo`` with the prompt and what plays along, or shipped clips."""

    def __init__(self, state: PanelState, listening: Listening) -> None:
        super().__init__(state, listening, "follow")
        self.length = WholeBox(say("Seconds"), 4, 600, 30)
        self.moods = line(say("Moods over seconds"), "tense 0-8, hopeful 8-24, triumphant 24-30")
        self.hits = line(say("Hits at seconds"), "8, 24")
        self.moods.setMinimumWidth(gap(self, 24.0))
        self.write = self.button("Write the music", self.score_scene, "", "start")
        hint = "Half a minute: a script of ten events steers the music, as a game would over OSC."
        self.demo = self.button("Play the demo game", lambda: self._begin("follow", "--demo"), hint)
        game = label(say("A game or a stage controller steers a running piece over OSC: clipkin follow."), "quiet")
        places = {"Moods over seconds": self.moods, "Seconds": self.length, "Hits at seconds": self.hits}
        self.lay_out(
            "Music to picture: moods over seconds, hits exactly where you want them; markers are the cues.",
            self.fields(places),
            row(self, self.write, self.demo, game, None),
        )

    def score_scene(self) -> None:
        how = ("--moods", self.moods.text(), "--hits", self.hits.text())
        self._begin("score-scene", "--length", str(self.length.value()), *how)

    def _begin(self, command: str, *how: str) -> None:
        prompts = [self.state.prompt, *self.state.playing] if self.state.prompt and self.state.playing else []
        self.begin(command, *self.written(prompt.clip for prompt in prompts), *how)

    def _end(self, code: int, sentence: str) -> None:
        super()._end(code, sentence)
        if not code:
            self.play_file(self.chosen)


_IN_A_ROW = 12
_UP_AFTER, _DOWN_AFTER = 3, 2
"""So many right in a row, and the next level comes; so many wrong, and the one before."""
_EASIEST, _HARDEST = 1, 8
_SKILLS = {"rhythm": "Rhythm", "reading": "Reading", "ear": "Ear", "transposition": "Transposition"}
_HANDS = {"right": "Right", "left": "Left", "both": "Both"}


class PracticePage(Page):
    """One note of the tune is changed; the user hears both and says which. Below: ``clipkin practise``.

    in_a_row  how many were right in a row (below 0: wrong)
    place     of the note that changed, among those of the ``tune``
    """

    def __init__(self, state: PanelState, listening: Listening) -> None:
        super().__init__(state, listening, "practice")
        self.level, self.seed, self.in_a_row, self.right, self.asked = _EASIEST, 0, 0, 0, 0
        self.tune = self.changed = Clip((), 4.0)
        self.place = -1
        self.answers: list[QPushButton] = []
        self.first = self.button("Hear the tune", lambda: self.play_clips(self.tune))
        self.second = self.button("Hear it changed", lambda: self.play_clips(self.changed))
        self.next = self.button("Next", self.ask)
        self.score, self._grid = label("", "quiet"), Tiles(self, _IN_A_ROW)
        self.skill, self.hands = choice("Skill", _SKILLS), choice("Hands", _HANDS)
        self.hard = choice("Level", range(_EASIEST, _HARDEST + 1))
        hint = "A MIDI file to hear and a MusicXML page to print, with the answer."
        self.write = self.button("Write an exercise", self.write_exercise, hint)
        self.lay_out(
            "Hear the tune, then hear it with one note changed. Click the note that is another.",
            row(self, self.first, self.second, self.next, self.score, None),
            self._grid,
            self.fields({"Skill": self.skill, "Hands": self.hands, "Level": self.hard}, self.write),
        )

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.ask()

    def ask(self) -> None:
        """A new question, out of the prompt or, where it has no tune, of a shipped clip."""
        from models.practice.exercises import exercise

        self.listening.stop()
        tunes = [clip for clip in self.clips if not clip.drums] or [read_prompt(EXAMPLE).clip]
        self.seed += 1
        try:
            made = exercise(tunes[0], self.level, skill="ear", seed=self.seed)
        except ClipkinError as problem:
            self.say(problem.sentence, "error")
            return
        self.tune, self.changed = made.answer[0], made.hands[0]
        pairs = zip(self.tune.notes, self.changed.notes, strict=True)
        self.place = next(place for place, (before, after) in enumerate(pairs) if before.pitch != after.pitch)
        self.say("Which note changed?")
        self.answers = []
        for place in range(len(self.tune.notes)):
            each = self.button(str(place + 1), partial(self.answer, place))
            each.setAccessibleName(say("Note {number}", number=place + 1))
            each.setCheckable(True)
            self.answers.append(each)
        self._grid.fill(self.answers)
        self._show_score()

    def answer(self, place: int) -> None:
        """The user says which note it was, by its place."""
        was, now = (pitch_name(clip.notes[self.place].pitch) for clip in (self.tune, self.changed))
        right = place == self.place
        said = "Right: note {number} was {was} and is {now}." if right else "No, note {number} was {was} and is {now}."
        self.say(say(said, number=self.place + 1, was=was, now=now), "good" if right else "bad")
        self.asked, self.right = self.asked + 1, self.right + right
        self.in_a_row = max(self.in_a_row, 0) + 1 if right else min(self.in_a_row, 0) - 1
        if self.in_a_row in (_UP_AFTER, -_DOWN_AFTER):
            self.level = min(max(self.level + (1 if right else -1), _EASIEST), _HARDEST)
            self.in_a_row = 0
        for number, each in enumerate(self.answers):
            each.setEnabled(number == self.place)
            each.setChecked(number == self.place)
        self._show_score()

    def write_exercise(self) -> None:
        prompt = self.written(self.clips) or [str(EXAMPLE)]
        how = ("--skill", self.skill.currentData(), "--hands", self.hands.currentData())
        self.begin("practise", *prompt, "--level", self.hard.currentText(), *how)

    def _show_score(self) -> None:
        words = say("{right} of {asked} right, level {level}", right=self.right, asked=self.asked, level=self.level)
        self.score.setText(words)
