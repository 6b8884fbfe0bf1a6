"""Layers of notes: made once for the very same things, found fast, the last ones kept."""

import numpy as np
import pytest

from gui.clips.grid import note_layer
from gui.clips.grid.note_layer import LayerShelf, mixed
from gui.clips.grid.rows import Rows


@pytest.fixture
def shelf(qapp):
    return LayerShelf()


def test_a_layer_is_made_once_for_the_same_clip_and_rows(shelf, a_clip):
    clip = a_clip(8)
    rows = Rows.of([clip])
    assert shelf.of_clip(clip, rows) is shelf.of_clip(clip, Rows.of([clip]))
    assert shelf.of_clip(clip, rows) is not shelf.of_clip(a_clip(8), rows)  # equal is not the same: comparing is slow
    wider = Rows.of([clip, a_clip(40)])
    assert shelf.of_clip(clip, wider) is not shelf.of_clip(clip, rows)


def test_only_the_last_layers_are_kept(shelf, a_clip, monkeypatch):
    monkeypatch.setattr(note_layer, "_KEPT_LAYERS", 6)
    clips = [a_clip(4) for _ in range(9)]
    layers = [shelf.of_clip(clip, Rows.of([clip])) for clip in clips]
    assert len(shelf._made) <= 6
    assert shelf.of_clip(clips[-1], Rows.of([clips[-1]])) is layers[-1]
    assert shelf.of_clip(clips[0], Rows.of([clips[0]])) is not layers[0]


def test_of_a_variation_each_note_is_kept_new_or_gone(shelf, a_result):
    result = a_result()
    rows = Rows.of([result.variation.clip, result.behind])
    layer = shelf.of_variation(result.variation, result.behind, rows)
    count = {}
    for group in layer._groups:
        count[group.kind] = count.get(group.kind, 0) + len(group.onsets)
    kept = result.variation.kept_count
    notes = len(result.variation.clip.notes)
    assert count == {"kept": kept, "new": notes - kept, "gone": len(result.behind.notes) - kept}
    alone = shelf.of_variation(result.variation, None, rows)
    assert "gone" not in {group.kind for group in alone._groups if len(group.onsets)}


def test_what_sounds_in_a_stretch_is_found_with_what_rings_into_it(shelf, a_clip):
    layer = shelf.of_clip(a_clip(8), Rows.of([a_clip(8)]))  # a note each half beat, half a beat long
    onsets = np.arange(8) * 0.5
    assert list(onsets[layer._seen(onsets, (1.0, 2.0))]) == [0.5, 1.0, 1.5]
    assert not len(onsets[layer._seen(onsets, (50.0, 60.0))])


@pytest.mark.parametrize(("share", "colour"), [(0.0, "#000000"), (1.0, "#ff8040"), (0.5, "#804020")])
def test_colours_are_mixed(share, colour):
    assert mixed("#ff8040", "#000000", share).name() == colour
