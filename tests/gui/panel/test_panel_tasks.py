"""Every task from the panel over the real wire: what is sent, what is listed, and clips dropped on their places."""

import pytest

from bridge.server.serve import Server
from gui.link.settings import PanelSettings, read
from gui.link.song_files import SongEdit
from gui.state.wish import Wish
from models import midi_file
from models.generator import Place, Report, Variation
from models.music.clip import Clip
from models.music.note import Note
from models.tasks.table import TABLE, TASKS


class AnyTaskStudio:
    """Remembers what it was asked for, and gives a bar for each; of a song two sections for every track."""

    def __init__(self, cards):
        self.cards, self.requests, self.most = cards, [], 99

    def engines(self):
        return self.cards

    def generate(self, request, engine="auto", on_progress=None, cancelled=None):
        self.requests.append(request)
        places = [None] * min(self.most, request.count)
        if request.task == "arrange":
            tracks = range(1 + len(request.context))
            places = [Place(section, track, name) for section, name in enumerate(("intro", "drop")) for track in tracks]
        for number, place in enumerate(places):
            clip = Clip((Note(60 + number, 0.0, 1.0),), 4.0, name=place.section_name if place else "")
            yield Variation(clip, number, (None,), Report(0.5), place)


@pytest.fixture
def studio(a_card):
    card = a_card(tasks=TASKS, available=True, reason="", parameters=None, licence="", data="")
    return AnyTaskStudio((card,))


@pytest.fixture
def panel(a_panel, qtbot, places, studio):
    with Server(0, studio, folder=places.server):
        panel = a_panel(settings=PanelSettings(Wish(seed=5, seed_locked=True, count=2)))
        panel.window.show()
        panel.link.begin()
        qtbot.waitUntil(lambda: panel.state.server.online and bool(panel.state.engines), timeout=5000)
        yield panel
        panel.close()


def give(panel, qtbot, prompt, second=None, context=()):
    panel.files.open(prompt)
    if second:
        panel.files.open_clip(second, second=True)
    for path in context:
        panel.files.open_context(path)
    qtbot.waitUntil(
        lambda: (
            panel.state.prompt is not None
            and (second is None or panel.state.second is not None)
            and len(panel.state.context) >= len(context)
        ),
        timeout=5000,
    )


def ask(panel, qtbot, error=""):
    assert panel.window.progress.start.isEnabled(), panel.state.why_not
    panel.window.progress.start.click()
    qtbot.waitUntil(lambda: panel.state.work is None, timeout=10_000)
    assert panel.state.errors == ((error,) if error else ())
    return panel.state.rounds[-1].results


@pytest.mark.parametrize("task", TASKS)
def test_every_task_reaches_the_server(panel, qtbot, files, studio, task):
    give(panel, qtbot, files["lead"], files["pad"], [files["bass"]])
    panel.state.change(task=task, mood="dark", region=(0.0, 2.0))
    results = ask(panel, qtbot)
    (request,) = studio.requests
    assert request.task == task
    assert [len(clip.notes) for clip in request.prompts] == {"generate": [], "morph": [16, 4]}.get(task, [16])
    assert [len(clip.notes) for clip in request.context] == ([8] if "context" in TABLE[task].takes else [])
    assert request.mood == ("dark" if "mood" in TABLE[task].takes else "")
    assert len(results) == (4 if task == "arrange" else 2)
    assert all(result.path.is_file() for result in results)


def test_style_and_part_reach_the_server(panel, qtbot, files, studio):
    give(panel, qtbot, files["lead"], context=[files["bass"]])
    panel.state.change(task="accompany", part="chords")
    qtbot.keyClicks(panel.window.form.task.style_words, "house  funk")
    assert [result.path.name for result in ask(panel, qtbot)] == ["lead chords-1.mid", "lead chords-2.mid"]
    assert (studio.requests[0].style, studio.requests[0].role) == ("house funk", "chords")


def test_without_a_prompt(panel, qtbot, studio):
    panel.state.change(task="generate")
    results = ask(panel, qtbot)
    assert [result.path.name for result in results] == ["melody-1.mid", "melody-2.mid"]
    assert studio.requests[0].prompts == ()


def test_context_clips_are_enough_to_accompany(panel, qtbot, files, studio):
    panel.state.change(task="accompany")
    panel.files.open_context(files["scene"])
    qtbot.waitUntil(lambda: len(panel.state.context) == 2, timeout=5000)
    assert [result.path.name for result in ask(panel, qtbot)] == ["scene bass-1.mid", "scene bass-2.mid"]
    assert (studio.requests[0].prompts, len(studio.requests[0].context)) == ((), 2)


def test_a_song_is_listed_by_section_and_is_one_file_at_the_end(panel, qtbot, files, studio):
    give(panel, qtbot, files["lead"], context=[files["scene"]])
    qtbot.waitUntil(lambda: len(panel.state.context) == 2, timeout=5000)
    panel.state.change(task="arrange", style="house")
    assert len(ask(panel, qtbot)) == 6
    made, table = panel.state.rounds[-1], panel.window.song
    assert [[result.track for result in made.results[section : section + 3]] for section in (0, 3)] == [
        ["lead", "Keys", "drums"]
    ] * 2
    assert (table.rowCount(), table.columnCount(), panel.window.shown.currentWidget()) == (3, 2, table)
    song = midi_file.read_tracks(made.song.path)
    assert made.song.path.name == "lead song.mid"
    assert [(clip.name, clip.length, [note.onset for note in clip.notes]) for clip in song] == [
        (name, 8.0, [0.0, 4.0]) for name in ("lead", "Keys", "drums")
    ]
    assert made.results[0].path.name == "lead 01 intro lead.mid"


def test_fewer_results_than_asked_for_are_said_to_be_fewer(panel, qtbot, files, studio):
    studio.most = 1
    give(panel, qtbot, files["lead"])
    panel.state.change(count=3)
    assert len(ask(panel, qtbot, "Only 1 of 3 came: the locks and the number of notes leave no more that differ.")) == 1


def test_a_file_with_several_tracks_is_a_scene(panel, qtbot, files, studio):
    give(panel, qtbot, files["scene"])
    panel.state.change(task="arrange")
    ask(panel, qtbot)
    assert [len(clip.notes) for clip in (*studio.requests[0].prompts, *studio.requests[0].context)] == [16, 6]


@pytest.fixture
def unlearned(unlearned_studio, places):
    return Server(0, unlearned_studio, folder=places.server)


@pytest.mark.parametrize(
    ("task", "prompt", "words"),
    [
        ("voice", "triads", {"style": "drop2"}),
        ("harmonise", "lead", {}),
        ("reharmonise", "triads", {"similarity": 0.6}),
        ("accompany", "triads", {"part": "bass", "style": "house"}),
        ("drums", "scene", {"style": "beat house"}),
        ("arrange", "scene", {"style": "pop"}),
    ],
)
def test_the_real_server_does_it(a_panel, qtbot, files, unlearned, task, prompt, words):
    with unlearned:
        # The rules help where an engine can: nothing learned has to be loaded.
        panel = a_panel(settings=PanelSettings(Wish(task=task, engine="rules", count=2).but(**words)))
        panel.window.show()
        panel.link.begin()
        panel.files.open(files[prompt])
        qtbot.waitUntil(lambda: bool(panel.state.engines and panel.state.prompt), timeout=5000)
        results = ask(panel, qtbot)
        assert results
        assert all(midi_file.read(result.path).notes for result in results)
        assert (panel.state.rounds[-1].song is not None) == (task == "arrange")
        panel.close()


def test_task_style_mood_and_part_last(a_panel, places):
    panel = a_panel()
    panel.state.change(task="voice", style="drop2 lofi", mood="浪漫")
    panel.state.change(task="accompany", part="drums")
    panel.close()
    wish = read(places.settings)[0].wish
    assert (wish.task, wish.mood, wish.part) == ("accompany", "浪漫", "drums")
    assert wish.but(task="voice").style == "drop2 lofi"


def test_a_song_is_edited_as_another_round(panel, qtbot, files, studio):
    give(panel, qtbot, files["lead"], context=[files["bass"]])
    panel.state.change(task="arrange", style="house")
    ask(panel, qtbot)
    first = panel.state.rounds[0]
    for edit, names in (
        (SongEdit("again", 0), ("intro", "intro", "drop")),
        (SongEdit("vary", 1, 0), ("intro", "intro", "drop")),
        (SongEdit("out", 2, 1), ("intro", "intro", "drop")),
    ):
        panel.window.song.edit_wanted.emit(edit)
        qtbot.waitUntil(lambda: panel.state.work is None, timeout=10_000)
        assert panel.state.errors == ()
        assert panel.state.rounds[-1].song.names == names
        assert panel.window.song.columnCount() == len(names)
    assert (first.song.names, len(panel.state.rounds)) == (("intro", "drop"), 4)
    assert panel.state.rounds[-1].song.clips[2][1] is None
    assert studio.requests[-1].task == "vary"
    panel.state.history.undo()
    assert panel.state.rounds[-1].song.clips[2][1] is not None
