"""What of the panel is heard: a result, its prompt, a song or a clip of it; another that is chosen takes over in time.

The player, with numpy and Qt's sound, is loaded when something is first to be heard, not before the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from gui.clips.rounds.round_model import Entry
from gui.link.song_files import joined
from gui.state.panel_state import PanelState
from gui.state.values import Choice
from models.music.clip import Clip

if TYPE_CHECKING:
    from gui.hearing.player import Player


class Listening(QObject):
    """Plays what the state shows.

    moved            the beat that is heard on the grid's axis; None: nothing is heard, or nothing that it shows
    playing_changed  the result that is heard; None: the prompt, a clip of a song, or nothing
    """

    moved = pyqtSignal(object)
    playing_changed = pyqtSignal(object)

    def __init__(self, state: PanelState, port: str = "") -> None:
        """port: the MIDI port to play on; "": the speakers."""
        super().__init__()
        self._state, self.port = state, port
        self.hears_context = self.loops = True
        self._player: Player | None = None
        self._offset: float | None = None
        self._at: float | None = None
        self._heard: Choice | None = None
        self._auditioned = False
        state.follow("chosen rounds", self._take_over)
        state.follow("context", self._play_on)
        state.follow("prompt", self.stop)

    @property
    def player(self) -> Player:
        """The player, made when it is first asked for."""
        if self._player is None:
            from gui.hearing.player import Player

            self._player = player = Player(self)
            player.moved.connect(self._tell)
            player.stopped.connect(self._end)
            player.failed.connect(self._state.add_error)
            player.choose(self.port)
        return self._player

    @property
    def sounds(self) -> bool:
        return self._player is not None and self._player.playing is not None

    def toggle(self) -> None:
        """Play what is shown, a song or the result before the prompt; or stop."""
        if self.sounds:
            self.stop()
        elif not self._play_song(self._state.chosen):
            self.play_from(0.0)

    def play_entry(self, entry: Entry) -> None:
        """Play a result of the list, of a song all of it; or stop, if it is heard."""
        again = self.sounds and self._heard == entry.choice
        if again and not self._auditioned:
            self.stop()
        elif not self._play_song(entry.choice):
            self._state.choose(entry.choice)
            if again:  # what the hand has begun goes on, and the grid shows where it is
                self._auditioned, self._offset = False, self._shown()[1]
            else:
                self.play_from(0.0)

    def audition(self, entry: Entry | None) -> None:
        """Hear a result while the hand rests on its sign, and choose nothing; None: the hand has left. What was begun
        in another way plays on.
        """
        if entry is None or entry.result is None:
            if self._auditioned:
                self.stop()
        elif not self.sounds or self._auditioned:
            if not self._play_song(entry.choice):
                self._play(entry.result.variation.clip, self._context, None, entry.choice)
            self._auditioned = self.sounds

    def _play_song(self, choice: Choice | None) -> bool:
        """Play all of the song that a result belongs to; False: to none."""
        made = self._state.round_of(choice)
        if made is None or made.song is None:
            return False
        first, *others = joined(made.song.clips, made.song.tracks)
        self._play(first, tuple(others), None, choice)
        return True

    def play_from(self, beat: float) -> None:
        """Play what the grid shows from a beat of its axis on."""
        clip, offset, choice = self._shown()
        if beat < offset:
            clip, offset, choice = self._prompt, 0.0, None
        if clip is not None:
            self._play(clip, self._context, offset, choice, min(max(0.0, beat - offset), clip.length - 0.01))

    def play_clips(self, clips: tuple[Clip, ...]) -> None:
        """Play clips of a song together; or stop, if there are none or they are heard."""
        if not clips or (self.sounds and self.player.playing is clips[0]):
            self.stop()
        else:
            self._play(clips[0], clips[1:], None, None)

    def swap(self) -> None:
        """The prompt instead of the result, or the other way round, from where it plays."""
        clip, offset, choice = self._shown()
        if clip is None or (prompt := self._prompt) is None or not self.sounds:
            self.toggle()
        elif self.player.playing is clip and clip is not prompt:
            self._swap_to(prompt, 0.0, None)
        else:
            self._swap_to(clip, offset, choice)

    def stop(self) -> None:
        if self._player is not None:
            self._player.stop()

    def choose_port(self, port: str) -> None:
        """Play through a MIDI port; "": through the speakers."""
        self.port = port
        if self._player is not None:
            self._player.choose(port)

    # ---- what is to be heard

    @property
    def _prompt(self) -> Clip | None:
        """The prompt of what is shown."""
        prompt = (self._state.round_of(self._state.chosen) or self._state).prompt
        return prompt.clip if prompt else None

    @property
    def _context(self) -> tuple[Clip, ...]:
        return tuple(clip.clip for clip in self._state.playing) if self.hears_context else ()

    def _shown(self) -> tuple[Clip | None, float, Choice | None]:
        """The clip to hear, where it begins on the grid's axis, and which result it is."""
        result, prompt = self._state.chosen_result, self._prompt
        if result is None:
            return prompt, 0.0, None
        return result.variation.clip, prompt.length if result.follows and prompt else 0.0, self._state.chosen

    def _play(
        self, clip: Clip, context: tuple[Clip, ...], offset: float | None, choice: Choice | None, start: float = 0.0
    ) -> None:
        self.player.context = context
        self._offset, self._auditioned = offset, False
        self.player.play(clip, start, self.loops)
        self._show(choice if self.sounds else None)

    def _swap_to(self, clip: Clip, offset: float, choice: Choice | None) -> None:
        self._offset = offset
        self.player.swap(clip)
        self._show(choice)

    def _tell(self, beat: float) -> None:
        self._at = None if self._offset is None else beat + self._offset
        self.moved.emit(self._at)

    def _play_on(self) -> None:
        """What plays along is another: the same from there on, with it."""
        if self.sounds and self._at is not None and self.hears_context:
            self.play_from(self._at)

    def _take_over(self) -> None:
        """Another result is shown while one is heard, or its round was undone: what is shown goes on from there."""
        clip, offset, choice = self._shown()
        made = self._state.round_of(choice)
        if self.sounds and clip is not None and not (made and made.song) and self.player.playing is not clip:
            self._swap_to(clip, offset, choice)

    def _show(self, choice: Choice | None) -> None:
        self._heard = choice
        self.playing_changed.emit(choice)

    def _end(self) -> None:
        self._offset, self._auditioned, self._at = None, False, None
        self._show(None)
        self.moved.emit(None)
