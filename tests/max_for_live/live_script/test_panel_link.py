"""The panel's link to Live: it sees where the user stands, takes the clip, puts results below it, songs as scenes."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from gui.link.live import LiveLink
from gui.state.values import Result
from models import midi_file
from models.generator import Place, Report, Variation


@pytest.fixture
def linked(stage, tmp_path):
    live = stage()
    live.put_clip(16)
    live.connect()
    news = {"states": [], "taken": [], "told": [], "failed": []}
    signals = {"live_news": "states", "live_taken": "taken", "told": "told", "failed": "failed"}
    link = LiveLink(
        SimpleNamespace(  # what it needs of the panel's link
            client=live.client,
            places=SimpleNamespace(variations=tmp_path),
            **{name: SimpleNamespace(emit=news[kind].append) for name, kind in signals.items()},
        )
    )
    link.begin()
    yield live, link, news
    link.close(5.0)


def result(clip, number=1, place=None):
    return Result(number, Variation(clip, 1, (None,) * len(clip.notes), Report(0.5), place), None)


def test_where_the_user_stands_is_seen(linked):
    live, _, news = linked
    live.until(lambda: news["states"])
    assert (news["states"][0].clip, news["failed"]) == ("prompt", [])


def test_a_clip_is_taken_as_a_prompt_and_results_go_below_it(linked):
    live, link, news = linked
    link.take()
    live.until(lambda: news["taken"])
    prompt = news["taken"][0].prompt
    assert (prompt.clip.name, len(prompt.clip.notes), prompt.path.stem) == ("prompt", 16, "prompt")
    assert midi_file.read(prompt.path).notes  # without the muted ones, as a file has none
    link.put([result(prompt.clip), result(prompt.clip, 2)], prompt)
    live.until(lambda: news["told"])
    assert news["told"] == ["2 clips are in free slots of this track."]
    assert len(live.clips()) == 3


def test_a_song_becomes_scenes(linked):
    live, link, news = linked
    link.take()
    live.until(lambda: news["taken"])
    clip = replace(news["taken"][0].prompt.clip, name="")
    scenes = len(live.song.scenes)
    link.put([result(clip, 1 + section, Place(section, 0, "verse")) for section in (0, 1)], news["taken"][0].prompt)
    live.until(lambda: news["told"] or news["failed"])
    assert news["failed"] == []
    assert len(live.song.scenes) == scenes + 2


def test_a_refusal_of_live_is_a_sentence(linked):
    live, link, news = linked
    live.song.view.detail_clip = None
    link.take()
    live.until(lambda: news["failed"])
    assert news["failed"][0].endswith(".")
