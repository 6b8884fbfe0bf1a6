"""Clips as producers write them: chords with their colours and basses, keys and roles as a musician hears them."""

import pytest

from models.analysis.analyse import analyse
from models.analysis.chords import find_chords
from models.analysis.key import clip_scale
from models.analysis.role import find_role
from models.music.chord import chord_at, family_of
from models.music.scale import Scale
from tests.models.analysis.producer_clips import CLIPS

NAMED_TO_THE_LETTER = (
    "deep house stabs",
    "lo-fi, rolled",
    "bossa nova, pushed",
    "gospel, slash chords",
    "minor two-five with alterations",
    "dorian vamp",
    "lydian film pad",
    "slow R&B, elevenths",
    "disco, octave bass",
    "UK garage stabs",
    "royal road",
    "country boom-chick",
    "city pop",
)
"""Everything that chords can be is in these; the rest of the table is held as a share."""


def thirds(chord):
    family = family_of(chord.intervals)
    return "minor" if family in ("min", "min7") else "major" if family in ("maj", "7", "maj7") else None


def agreement(truth, found, same):
    """Whether ``same`` holds of what a musician hears and what was found, every quarter of a beat."""
    moments = [place / 4 + 0.125 for place in range(int(4 * max((timed.end for timed in truth), default=0)))]
    pairs = [(chord_at(truth, at), chord_at(found, at)) for at in moments]
    return [heard is not None and same(right, heard) for right, heard in pairs if right is not None]


def test_roots_thirds_and_basses_are_those_that_a_musician_hears():
    roots, majmin, basses = [], [], []
    for case in CLIPS:
        found = find_chords(case.clip)
        roots += agreement(case.truth, found, lambda one, other: one.root == other.root)
        basses += agreement(case.truth, found, lambda one, other: one.bass == other.bass)
        majmin += agreement(
            [timed for timed in case.truth if thirds(timed.chord)],
            found,
            lambda one, other: (one.root, thirds(one)) == (other.root, thirds(other)),
        )
    assert sum(roots) / len(roots) >= 0.95
    assert sum(majmin) / len(majmin) >= 0.95
    assert sum(basses) / len(basses) >= 0.92


@pytest.mark.parametrize("case", [case for case in CLIPS if case.name in NAMED_TO_THE_LETTER], ids=lambda one: one.name)
def test_colours_and_basses_are_named(case):
    wanted = [timed.chord for place, timed in enumerate(case.truth)]
    found = [timed.chord for timed in find_chords(case.clip)]
    assert [chord.label for chord in found] == [chord.label for chord in wanted]


def test_keys_are_called_what_their_makers_call_them():
    asked = [case for case in CLIPS if case.key]
    wrong = [(case.name, found) for case in asked if (found := analyse(case.clip).key) != case.key]
    assert len(wrong) <= 0.1 * len(asked), wrong


@pytest.mark.parametrize("case", [case for case in CLIPS if case.scale], ids=lambda one: one.name)
def test_the_clips_own_notes_are_its_scale(case):
    assert clip_scale(case.clip) == Scale.parse(case.scale)


@pytest.mark.parametrize("case", CLIPS, ids=lambda one: one.name)
def test_no_line_of_chords_is_taken_for_drums(case):
    assert find_role(case.clip) != "drums"
    if case.role:
        assert find_role(case.clip) == case.role


@pytest.mark.parametrize("semitones", [-5, 1, 6])
def test_a_moved_clip_has_moved_chords(semitones):
    for case in CLIPS[::5]:
        clip = case.clip
        moved = clip.with_notes(note.moved(pitch=note.pitch + semitones) for note in clip.notes)
        plain = [timed._replace(chord=timed.chord.transposed(semitones)) for timed in find_chords(clip)]
        roots = [(timed.onset, timed.chord.root) for timed in find_chords(moved)]
        agreed = [timed for timed in plain if (timed.onset, timed.chord.root) in roots]
        # What counts as a bass is a matter of register, so a clip moved far may be read otherwise in places.
        assert len(agreed) >= 0.7 * len(plain), case.name
