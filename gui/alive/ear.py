"""Practice: which note changed? And exercises out of the user's own music, to play and to print."""

from __future__ import annotations

from functools import partial

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QPushButton

from gui.alive.page import Page, choice
from gui.appearance import Tiles, label, row
from gui.hearing.listening import Listening
from gui.language.say import say
from gui.link.settings import EXAMPLE
from gui.state.panel_state import PanelState
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.pitch import name as pitch_name

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
        from gui.link.clip_files import read_prompt
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
        self._show_notes()

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
        """Have an exercise written."""
        prompt = self.written(self.clips) or [str(EXAMPLE)]
        how = ("--skill", self.skill.currentData(), "--hands", self.hands.currentData())
        self.begin("practise", *prompt, "--level", self.hard.currentText(), *how)

    def _show_notes(self) -> None:
        self.answers = []
        for place in range(len(self.tune.notes)):
            each = self.button(str(place + 1), partial(self.answer, place))
            each.setAccessibleName(say("Note {number}", number=place + 1))
            each.setCheckable(True)
            self.answers.append(each)
        self._grid.fill(self.answers)
        self._show_score()

    def _show_score(self) -> None:
        words = say("{right} of {asked} right, level {level}", right=self.right, asked=self.asked, level=self.level)
        self.score.setText(words)
