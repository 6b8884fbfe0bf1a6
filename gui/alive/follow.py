"""Music that follows: a demo in which a small script is the game, and music to picture with moods and hits."""

from __future__ import annotations

from gui.alive.page import Page
from gui.appearance import gap, label, row
from gui.controls.pieces import WholeBox, line
from gui.hearing.listening import Listening
from gui.language.say import say
from gui.state.panel_state import PanelState

_MOODS = "tense 0-8, hopeful 8-24, triumphant 24-30"


class FollowPage(Page):
    """Runs ``clipkin score-scene`` and ``follow --demo`` with the prompt and what plays along, or shipped clips."""

    def __init__(self, state: PanelState, listening: Listening) -> None:
        super().__init__(state, listening, "follow")
        self.length = WholeBox(say("Seconds"), 4, 600, 30)
        self.moods, self.hits = line(say("Moods over seconds"), _MOODS), line(say("Hits at seconds"), "8, 24")
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
        """Have the music written."""
        how = ("--moods", self.moods.text(), "--hits", self.hits.text())
        self._begin("score-scene", "--length", str(self.length.value()), *how)

    def _begin(self, command: str, *how: str) -> None:
        prompts = [self.state.prompt, *self.state.playing] if self.state.prompt and self.state.playing else []
        self.begin(command, *self.written(prompt.clip for prompt in prompts), *how)

    def _end(self, code: int, sentence: str) -> None:
        super()._end(code, sentence)
        if not code:
            self.play_file(self.chosen)
