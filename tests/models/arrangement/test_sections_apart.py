"""A song closes on its home chord, no section is another one, and what is thinned keeps what its style stands on."""

import itertools

import pytest

from models.arrangement.arrange import arrange
from models.arrangement.closing import home_of, without_lost_pickup
from models.arrangement.plan import PLANS, Plan, plan_named
from models.arrangement.playing.drumming import hats_alone
from models.arrangement.thinning import thinned
from models.arrangement.treatments import dubbed
from models.generator import Report, Variation
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.note import Note
from models.music.scale import Scale
from tests.models.arrangement.test_arrange import SCENE, bass, chords, drums, lead
from tests.strategies import a_player

DJ = ("house", "disco", "techno", "drum-and-bass")
TURNED = tuple(TimedChord(4.0 * bar, 4.0, Chord.parse(label)) for bar, label in enumerate(("D:min7", "G:7", "C:maj7")))


@pytest.mark.parametrize("name", [name for name in PLANS if name not in DJ])
@pytest.mark.parametrize("tracks", [SCENE, SCENE[:3], SCENE[1:]])
def test_a_song_ends_on_its_home_chord_with_all_tracks(name, tracks):
    last = arrange(tracks, plan_named(name)).sections[-1]
    start = last.clips[0].length - 4
    for clip in last.clips:
        struck = [note for note in clip.notes if note.end > start]
        assert {note.onset for note in struck} == ({start} if clip.notes or name != "ambient" else set())
        assert all(note.end == clip.length for note in struck)
        classes = {note.pitch % 12 for note in struck}
        if clip.drums and struck:
            assert {lane_of(note.pitch) for note in struck} == {"kick", "crash"}
        elif clip.role == "chords":
            assert classes == {9, 0, 4}
        elif struck:
            assert classes == {9}  # A, the loop's first chord's and the key's


@pytest.mark.parametrize("name", DJ)
def test_what_a_dj_mixes_out_of_is_beats_alone(name):
    assert not any(clip.notes for clip in arrange(SCENE, plan_named(name)).sections[-1].clips[1:])


def test_home_is_the_key_s_first_degree_wherever_it_comes():
    line = (62, 65, 69, 72, 67, 71, 74, 77, 60, 64, 67, 71, 60, 64, 67, 72)
    tune = Clip(tuple(Note(pitch, float(place), 0.9) for place, pitch in enumerate(line)), 16.0, role="melody")
    assert home_of([tune], TURNED) == TURNED[2]
    assert home_of([lead()], (TimedChord(0, 4, Chord.parse("A:min")), *TURNED)).chord.root == 9
    assert home_of([drums()], ()) is None


def _struck(section):
    return [{(note.pitch, round(note.onset, 3)) for note in clip.notes} for clip in section.clips]


def _moved_up(request):
    notes = [
        note.moved(pitch=note.pitch + 2) if place % 4 == 3 else note for place, note in enumerate(request.prompt.notes)
    ]
    yield Variation(request.prompt.with_notes(notes), request.seed, (None,) * len(notes), Report(0.8))


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("tracks", [SCENE, SCENE[:3], SCENE[:2], SCENE[1:3]])
@pytest.mark.parametrize("player", [None, a_player(_moved_up)])
def test_no_two_sections_are_the_same(name, tracks, player):
    sections = arrange(tracks, plan_named(name), player=player).sections
    for one, other in itertools.combinations(sections, 2):
        assert _struck(one) != _struck(other), (one.name, other.name)


def test_a_chorus_that_comes_again_is_lifted_without_a_tune():
    plan = Plan.parse('[lines]\n"verse" = "8 bars, energy 0.8, drums keep, chords keep"\n'
                      '"chorus" = "8 bars, energy 0.9, drums keep, chords keep"')  # fmt: skip
    verse, chorus = arrange(SCENE[:3], plan).sections
    lanes = {lane_of(note.pitch) for note in chorus.clips[0].notes}
    assert lanes - {lane_of(note.pitch) for note in verse.clips[0].notes} == {"open hat", "crash"}


def test_a_solo_is_another_tune_each_time_it_comes():
    asked = []

    def vary(request):
        asked.append(request)
        notes = [note.moved(pitch=note.pitch + len(asked)) for note in request.prompt.notes]
        yield Variation(request.prompt.with_notes(notes), request.seed, (None,) * len(notes), Report(0.5))

    plan = Plan.parse('[lines]\n"solo 1" = "16 bars, melody solo"\n"solo 2" = "16 bars, energy 0.9, melody solo"')
    tune = arrange(SCENE, plan, player=a_player(vary)).song[3]
    passes = [[note.pitch for note in tune.notes if note.onset // 32 == turn] for turn in range(4)]
    plain = [note.pitch for note in lead().notes]
    assert len({tuple(each) for each in (*passes, plain)}) == 5
    assert len({request.seed for request in asked}) == len(asked)


def test_a_dub_leaves_the_bass_and_single_stabs_with_their_echoes():
    beat, stabs = dubbed(drums()), dubbed(chords())
    thrown = [note for note in beat.notes if 8 <= note.onset < 14]
    assert {lane_of(note.pitch) for note in thrown} == {"snare"}  # the last stroke, in echoes
    assert [note.velocity for note in thrown] == sorted((note.velocity for note in thrown), reverse=True)
    assert {lane_of(note.pitch) for note in beat.notes if note.onset >= 14} >= {"kick", "closed hat"}
    assert {note.onset for note in stabs.notes} == {at + turn * 0.75 for at in (0, 8) for turn in range(8)}
    louds = [note.velocity for note in stabs.notes if note.pitch == 57]
    assert louds == sorted(louds, reverse=True)
    assert dubbed(bass()) == bass()


def test_a_bare_bass_has_the_hats_beside_it():
    plan = Plan.parse(
        '[lines]\n"break" = "8 bars, energy 0.3, bass keep"\n"all" = "8 bars, energy 1, drums keep, bass keep"'
    )
    pause = arrange(SCENE[:2], plan).sections[0]
    assert {lane_of(note.pitch) for note in pause.clips[0].notes} == {"closed hat"}
    assert {int(note.onset // 4) for note in pause.clips[0].notes} == set(range(pause.bars))
    assert hats_alone(bass()) == bass()


def test_thinning_leaves_off_beats_first_beats_and_ends_of_phrases():
    accented = [Note(42, place / 2, 0.1, 60 + 30 * (place % 2)) for place in range(32)]
    house = Clip((*(Note(36, float(beat), 0.2) for beat in range(16)), *accented), 16.0, role="drums")
    assert thinned(house, 0.4) == house
    early = drums().with_notes([note.moved(onset=max(0.0, note.onset - 0.02)) for note in drums().notes])
    kept = {round(note.onset + 0.01) for note in thinned(early, 0.5).notes if lane_of(note.pitch) == "closed hat"}
    assert kept == set(range(16))
    skank = Clip(tuple(Note(pitch, beat + 0.5, 0.2) for beat in range(16) for pitch in (60, 64)), 16.0, role="chords")
    assert thinned(skank, 0.5) == skank
    pattern = (0, 0.5, 1, 1.5, 4, 4.5, 5, 6)
    sung = Clip(tuple(Note(72, 8.0 * turn + at, 0.4) for turn in range(4) for at in pattern), 32.0, role="melody")
    left = {note.onset // 8 for note in thinned(sung, 0.5).notes}
    assert left == {0, 3}
    assert all(sum(note.onset // 8 == turn for note in thinned(sung, 0.5).notes) == 8 for turn in left)


def test_a_pickup_goes_where_nothing_follows_it():
    tune = Clip(tuple(Note(72, at, 0.4) for at in (0, 1, 2, 4, 5, 6, 12, 13, 15, 15.5)), 16.0, role="melody")
    assert [note.onset for note in without_lost_pickup(tune).notes] == [0, 1, 2, 4, 5, 6, 12, 13]
    led = tune.with_notes([*tune.notes, Note(72, 14.0, 0.9)])
    assert without_lost_pickup(led) == led  # no rest before it: the end of the phrase itself
    plan = Plan.parse('[lines]\n"a" = "4 bars, energy 1, melody keep, chords keep"\n"b" = "4 bars, chords keep"')
    assert max(note.onset for note in arrange((tune, chords()), plan).sections[0].clips[0].notes) == 13


def test_a_solo_longer_than_the_section_is_cut_and_the_scale_holds_to_the_last_chord():
    def vary(request):
        notes = [note.moved(pitch=note.pitch - 12) for note in request.prompt.notes]
        yield Variation(request.prompt.with_notes(notes), request.seed, (None,) * len(notes), Report(0.5))

    plan = Plan.parse('[lines]\n"a" = "7 bars, energy 1, melody solo"\n"b" = "2 bars, melody out+end, bass out+end"')
    home = (TimedChord(0.0, 16.0, Chord.parse("Ab:maj")),)
    song = arrange(SCENE, plan, player=a_player(vary), scale=Scale.parse("A minor"), chords=home)
    tune = song.sections[0].clips[3]
    assert max(note.end for note in tune.notes) <= tune.length == 28
    assert not any(note.pitch % 12 == 8 for clip in song.song for note in clip.notes if not clip.drums)
