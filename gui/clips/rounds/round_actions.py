"""What is done with rounds: a press, a result that is gone on from, another like it, an edit of a song."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal

from gui.clips.dragging import show_in_folder, to_clipboard
from gui.clips.rounds.round_model import Entry
from gui.language.say import say
from gui.link import round_files
from gui.link.clip_files import key_of
from gui.link.link import Link
from gui.link.song_files import SongEdit
from gui.state.panel_state import PanelState
from gui.state.values import LiveClip, LiveState, Prompt, Result, Round, RunningRequest
from gui.state.wish import Wish
from models.generator import LARGEST_SEED
from models.music.errors import ClipkinError

_LIKE_IT = 0.85
"""How near the results stay to the one that more are wanted like, at least."""


class RoundActions(QObject):
    """Changes the state and asks the link; emits ``save_wanted`` with a path, ``play_wanted`` with an entry."""

    save_wanted = pyqtSignal(object)
    play_wanted = pyqtSignal(object)

    def __init__(self, state: PanelState, link: Link) -> None:
        super().__init__()
        self.state, self.link = state, link
        link.progress_came.connect(self._take_progress)
        link.result_came.connect(state.add_result)
        link.song_came.connect(state.set_song)
        link.request_ended.connect(self._take_end)
        link.live_news.connect(self._take_live)
        link.live_taken.connect(self._take_clip_of_live)
        state.prompt_changed.connect(self._cancel_for)

    def read_rounds(self) -> None:
        folder = self.link.places.variations
        self.link.run(partial(round_files.read_rounds, folder), lambda found: self.state.take_rounds(*found))

    def start(self) -> None:
        """Ask for what the wish says; the window says why when it can't be."""
        state = self.state
        if state.why_not:
            return
        if not state.wish.seed_locked:
            # What is ranked begins with the best, unless another choice is asked for.
            state.change(seed=0 if state.wish.row.ranked else random.randint(0, LARGEST_SEED))
        try:
            order = state.order
        except ClipkinError as error:
            state.add_error(error.sentence)
            return
        made, request = state.add_round(order), order.request
        state.set_work(RunningRequest(None if request.task == "arrange" else request.count))
        state.tell(f"{request.task.capitalize()}: {order.stem}, seed {request.seed}.")
        self.link.vary(made)

    def cancel(self) -> None:
        if self.state.work is not None:
            self.state.tell("Cancelled.")
            self.link.cancel()

    def take_way(self, way: str, entry: Entry | None) -> None:
        """Do with a result what a word of ``round_list.WAYS`` says; nothing where there is none."""
        if entry is None or entry.result is None or entry.path is None or entry.choice is None:
            return
        state, made, result, path = self.state, entry.round, entry.result, entry.path
        if way == "star":
            state.star(entry.choice)
            self.link.run(partial(round_files.write_stars, made, state.stars))
        elif way == "go_on":
            state.set_prompt(prompt_of(result, made))
        elif way == "back" and made.prompt is not None:
            state.set_prompt(made.prompt)
        elif way == "again":
            self._press_again(made.wish, made.prompt)
        elif way == "more":
            near = max(_LIKE_IT, made.wish.similarity)
            self._press_again(made.wish.but(task="vary", similarity=near, region=None), prompt_of(result, made))
        elif way == "copy":
            to_clipboard(path)
            state.tell(f"{path.name} copied.")
        elif way == "save":
            self.save_wanted.emit(path)
        elif way == "folder":
            self.link.run(partial(show_in_folder, path))
        elif way in ("live", "all_live"):
            self.link.live.put(made.results if made.song or way == "all_live" else [result], made.prompt)
        elif way == "play":
            self.play_wanted.emit(entry)

    def _press_again(self, wish: Wish, prompt: Prompt | None) -> None:
        """Press with these settings and another seed."""
        state, kept = self.state, self.state.wish.seed_locked
        if state.work is None:
            if prompt is not None:
                state.set_prompt(prompt)
            state.set_wish(wish.but(seed=random.randint(1, LARGEST_SEED), seed_locked=True))
            self.start()
            state.change(seed_locked=kept)

    def edit_song(self, edit: SongEdit) -> None:
        state, before = self.state, self.state.round_of(self.state.chosen)
        if before is None or before.song is None or state.work is not None:
            return
        made = state.add_round(replace(before.order, tracks=before.song.tracks))
        state.set_work(RunningRequest(None))
        self.link.vary(made, before, edit)

    # ---- what comes back

    def _cancel_for(self, prompt: Prompt) -> None:
        """Another prompt was opened: nobody waits for what is at work for the old one."""
        if self.state.work is not None and self.state.rounds and self.state.rounds[-1].prompt != prompt:
            self.cancel()

    def _take_progress(self, share: float, stage: str) -> None:
        if self.state.work is not None:
            self.state.set_work(replace(self.state.work, share=share, stage=stage))

    def _take_live(self, live: LiveState | None) -> None:
        before = self.state.live
        self.state.set_live(live)
        if live and self.state.follows and not (before and before.selection == live.selection):
            self.link.live.take()

    def _take_clip_of_live(self, clip: LiveClip) -> None:
        self.state.set_prompt(clip.prompt)
        self.state.set_context(clip.context)

    def _take_end(self, made: Round, error: str) -> None:
        state, come = self.state, len(made.results)
        count = state.work.count if state.work and not self.link.cancelled else None
        state.end_round(made, error)
        state.set_work(None)
        self.link.run(partial(round_files.write_round, made))
        state.add_error(error) if error else state.tell(f"{come} here.")
        if not error and come < (count or 0):
            why = say("the locks and the number of notes leave no more that differ.")
            few = say("Only {come} of {count} came:", come=come, count=count) if come else say("Nothing came:")
            state.add_error(f"{few} {why}")


def prompt_of(result: Result, made: Round) -> Prompt:
    """A result as the next prompt."""
    clip = result.variation.clip
    key = made.prompt.key if made.prompt and made.prompt.key and not clip.drums else key_of(clip)
    pads = made.prompt.pads if made.prompt and clip.drums else ()
    return Prompt(clip, result.path, key, chords=result.chords, pads=pads)
