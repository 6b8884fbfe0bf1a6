"""The whole way by the panel's own buttons: panel, server, control surface, a fake Live, and back."""

import re
from pathlib import Path

import pytest

import max_for_live
from gui.link.settings import PanelSettings
from gui.state.wish import Wish
from tests.max_for_live.live_script.conftest import stage  # noqa: F401  (a fixture)
from tests.max_for_live.live_script.fake_set import Chain, Device, DrumPad
from tests.max_for_live.live_script.stage import fill


@pytest.fixture
def both(stage, a_panel, qapp, places, server):  # noqa: F811  (the fixture)
    """A Live with a clip and the panel beside it; ``until`` lets both run."""
    live = stage(folder=places.server)
    live.put_clip(16)
    panel = a_panel(settings=PanelSettings(Wish(count=3, seed=5, seed_locked=True)))
    panel.window.show()
    panel.link.begin()

    def until(come):
        return live.until(lambda: (qapp.processEvents(), come())[1])

    until(lambda: panel.state.live and panel.state.engines)
    return live, panel, until


def test_take_make_put_and_the_report(both, qapp):
    live, panel, until = both
    window, state = panel.window, panel.state
    for words in (window.first.live.text(), window.status.device.accessibleName()):
        assert "My set · 0 · prompt" in words
    window.first.take.click()
    until(lambda: state.prompt)
    assert (state.prompt.clip.name, state.prompt.key) == ("prompt", "D Dorian")
    window.progress.start.click()
    until(lambda: state.rounds and state.work is None)
    entry = window.rounds.entry
    window.result.ways["live"].click()
    until(lambda: len(live.clips()) == 2)
    window.rounds.wanted.emit("all_live", entry)
    until(lambda: len(live.clips()) == 5)
    assert [clip.name for clip in live.clips()] == ["prompt", "prompt ~1", "prompt ~1", "prompt ~2", "prompt ~3"]
    assert live.world.steps == 2
    until(lambda: "put 3" in panel.link.live.tried)
    window.status.copy.click()
    assert qapp.clipboard().text().split("In Live:\n")[1].splitlines()[1:5] == [
        "Live: Live 12.4.0",
        "take: 16 notes",
        "put 1: One clip is in free slots of this track.",
        "put 3: 3 clips are in free slots of this track.",
    ]
    live.song.tracks[0].is_frozen = True
    window.rounds.wanted.emit("live", entry)
    until(lambda: state.errors)
    assert state.errors[-1] == "The track is frozen. Unfreeze it first."


def test_follow_takes_each_clip_that_is_selected_with_what_plays_beside_it(both):
    live, panel, until = both
    other = live.put_clip(8, track=1, name="other")
    panel.window.follow.click()
    live.song.view.detail_clip = other
    until(lambda: panel.state.prompt and panel.state.prompt.clip.name == "other")
    assert [len(clip.clip.notes) for clip in panel.state.context] == [16]
    panel.window.follow.click()
    live.song.view.detail_clip = live.clips()[0]
    until(lambda: panel.state.live.clip == "prompt")
    assert panel.state.prompt.clip.name == "other"


def test_drum_pads_have_their_names_of_live_among_the_locks(both):
    live, panel, until = both
    beat = live.put_clip(0, track=1, name="beat")
    fill(beat, 3)
    for note, pitch in zip(beat.notes.values(), (36, 38, 42), strict=True):
        note["pitch"] = pitch
    pads = [
        DrumPad(live.world, note=pitch, name=name, chains=[Chain(live.world, devices=[])])
        for pitch, name in ((36, "Kick 808"), (38, "Snap & Clap"), (42, "Shaker"), (46, "not played"))
    ]
    rack = Device(live.world, can_have_drum_pads=True, can_have_chains=True, chains=[], drum_pads=pads)
    live.song.tracks[1].devices = [rack]
    live.song.view.detail_clip = beat
    panel.window.first.take.click()
    until(lambda: panel.state.prompt)
    buttons = panel.window.form.locks.lanes
    assert [buttons[pitch].text() for pitch in (36, 38, 42)] == ["Kick 808", "Snap && Clap", "Shaker"]


def test_the_plan_for_people_with_live_names_the_buttons_as_they_are(a_panel):
    window = a_panel().window
    plan = (Path(max_for_live.__file__).parent / "LIVE-PLAN.md").read_text(encoding="utf-8")
    named = {
        word for row in re.findall(r"^\| [67] \|.*", plan, re.MULTILINE) for word in re.findall(r"\*\*(.+?)\*\*", row)
    }
    buttons = (window.take, window.progress.start, window.result.ways["live"], window.status.copy)
    assert named == {button.text() for button in buttons}
