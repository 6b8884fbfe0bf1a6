"""What of the panel is heard, on which beat of the grid, through an output that only counts."""

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt

from gui.clips.rounds.round_model import entries_of
from gui.hearing.listening import Listening
from gui.hearing.output import NoSound
from gui.state.values import Choice, Prompt, Result, SongFiles
from models.generator import Report, Variation


class FakePlayer:
    """Remembers what it was told."""

    def __init__(self):
        self.playing, self.context, self.told = None, (), []

    def play(self, clip, start=0.0, loop=True):
        self.playing = clip
        self.told.append(("play", clip, start))

    def swap(self, clip):
        self.playing = clip
        self.told.append(("swap", clip))

    def stop(self):
        self.playing = None
        self.told.append(("stop",))


@pytest.fixture
def heard(ready, a_result):
    made = ready.add_round(ready.order)
    for number in (1, 2):
        ready.add_result(made, a_result(number))
    listening = Listening(ready)
    listening._player = FakePlayer()
    return listening


def clip_of(state, number):
    return state.rounds[0].result(number).variation.clip


def test_the_result_before_the_prompt_and_stop(heard, ready):
    heard.toggle()
    assert heard.player.told == [("play", clip_of(ready, 1), 0.0)]
    heard.toggle()
    assert (heard.player.told[-1], heard.sounds) == (("stop",), False)


def test_another_result_takes_over_in_time_and_so_does_the_prompt(heard, ready):
    playing = []
    heard.playing_changed.connect(playing.append)
    heard.toggle()
    ready.choose(Choice(1, 2))
    heard.swap()
    heard.swap()
    prompt, second = ready.rounds[0].prompt.clip, clip_of(ready, 2)
    assert heard.player.told[1:] == [("swap", second), ("swap", prompt), ("swap", second)]
    assert playing == [Choice(1, 1), Choice(1, 2), None, Choice(1, 2)]


def test_a_clip_that_is_replaced_while_it_plays_falls_silent(heard, ready, a_clip):
    ready.choose(None)
    heard.toggle()
    ready.set_prompt(Prompt(a_clip(4), Path("other.mid")))
    assert not heard.sounds


def test_an_entry_is_played_and_stopped_by_the_same_press(heard, ready):
    entry = entries_of(ready.rounds[0])[2]
    heard.play_entry(entry)
    assert (heard.player.playing, ready.chosen) == (clip_of(ready, 2), Choice(1, 2))
    heard.play_entry(entry)
    assert not heard.sounds


def test_a_continuation_is_heard_behind_the_prompt(heard, ready, a_clip):
    made = ready.add_round(ready.order)
    more = Result(1, Variation(a_clip(8), 1, (None,) * 8, Report(0.0)), made.order.stem, follows=True)
    ready.add_result(made, more)
    ready.choose(Choice(2, 1))
    heard.play_from(17.0)
    heard.play_from(3.0)
    assert heard.player.told == [("play", more.variation.clip, 1.0), ("play", made.prompt.clip, 3.0)]


def test_context_sounds_along_unless_it_is_switched_off(heard, ready, a_clip):
    ready.set_context((Prompt(a_clip(4), Path("bass.mid")),))
    heard.toggle()
    assert heard.player.context == (ready.context[0].clip,)
    heard.hears_context = False
    heard.play_from(0.0)
    assert heard.player.context == ()


def test_of_a_song_all_of_it_is_heard(heard, ready, a_clip):
    made = ready.rounds[0]
    low, high = a_clip(8), a_clip(8)
    ready.set_song(made, SongFiles(Path("song.mid"), ("intro", "verse"), ((low, None), (low, high)), (), ("a", "b")))
    heard.toggle()
    assert (heard.player.playing.length, len(heard.player.context), heard._heard) == (8.0, 1, Choice(1, 1))
    heard.toggle()
    assert not heard.sounds


def test_a_round_that_is_undone_while_it_plays_gives_way_to_the_prompt(heard, ready):
    heard.toggle()
    ready.history.undo()
    assert heard.player.told[-1] == ("swap", ready.prompt.clip)


def test_a_clip_that_is_taken_away_sounds_no_longer(heard, ready, a_clip):
    ready.set_context((Prompt(a_clip(4), Path("bass.mid")),))
    heard.toggle()
    heard._tell(3.0)
    ready.set_context(())
    assert heard.player.context == ()
    assert heard.player.told[-1] == ("play", clip_of(ready, 1), 3.0)


def test_without_a_device_the_panel_says_so(a_panel, ready, qtbot):
    def nothing():
        raise NoSound("No sound device was found.")

    panel = a_panel()
    panel.state.set_prompt(ready.prompt)
    panel.listening.player._open_output = nothing
    panel.window.result.play.click()
    assert panel.state.errors == ("No sound device was found.",)
    assert panel.window.result.play.text() == "▶"


def test_keys_play_and_swap(a_panel, ready, qtbot, a_result):
    panel = a_panel()
    panel.state.set_prompt(ready.prompt)
    panel.state.add_result(panel.state.add_round(panel.state.order), a_result())
    player = panel.listening._player = FakePlayer()
    qtbot.keyClick(panel.window.rounds, Qt.Key.Key_Space)
    qtbot.keyClick(panel.window.grid, Qt.Key.Key_B)
    qtbot.keyClick(panel.window.grid, Qt.Key.Key_Space)
    assert [told[0] for told in player.told] == ["play", "swap", "stop"]
    panel.listening.moved.emit(2.0)
    assert panel.window.grid._playhead == 2.0


def test_a_hand_on_a_sign_hears_the_result_and_chooses_nothing(heard, ready):
    entry = entries_of(ready.rounds[0])[2]
    heard.audition(entry)
    assert (heard.player.playing, ready.chosen) == (clip_of(ready, 2), Choice(1, 1))
    heard.audition(None)
    assert not heard.sounds


def test_what_the_hand_has_begun_goes_on_after_a_click(heard, ready):
    entry = entries_of(ready.rounds[0])[2]
    heard.audition(entry)
    heard.play_entry(entry)
    heard.audition(None)
    assert [told[0] for told in heard.player.told] == ["play"]
    assert (heard.player.playing, ready.chosen) == (clip_of(ready, 2), Choice(1, 2))


def test_what_plays_is_not_disturbed_by_a_hand(heard, ready):
    heard.toggle()
    heard.audition(entries_of(ready.rounds[0])[2])
    heard.audition(None)
    assert [told[0] for told in heard.player.told] == ["play"]
