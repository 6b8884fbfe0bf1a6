"""What a file held besides its notes: cut, repeated and thinned with the clip that carries it."""

from __future__ import annotations

from models.music.beats import Metre
from models.music.carried import Carried, Voice, in_a_row, kind_of
from tests.strategies import a_clip, a_note

PROGRAM, VOLUME, PAN, BEND = bytes((0xC0, 5)), bytes((0xB0, 7, 90)), bytes((0xB0, 10, 20)), bytes((0xE0, 0, 80))
TOLD = Carried(
    channel=3,
    division=96,
    events=((0.0, PROGRAM), (1.0, VOLUME), (2.0, PAN), (5.0, BEND), (8.0, VOLUME)),
    markers=((0.0, "verse"), (4.0, "chorus"), (8.0, "end")),
    tempos=((4.0, 140.0),),
    metres=((4.0, Metre(3, 4)),),
    key="A minor",
    voices=(Voice(1.0, 60, 2), Voice(4.0, 62, 4, ((0.5, BEND),))),
    texts=((6.0, ("lyrics", "la")),),
)


def test_a_controllers_number_belongs_to_what_it_sets():
    assert [kind_of(message) for message in (VOLUME, PAN, PROGRAM, BEND)] == [
        VOLUME[:2], PAN[:2], PROGRAM[:1], BEND[:1],
    ]  # fmt: skip
    assert kind_of(bytes((0xA0, 60, 5))) == bytes((0xA0, 60))
    assert kind_of(bytes((0xD0, 9))) == bytes((0xD0,))


def test_a_cut_counts_from_its_start_and_holds_what_was_set_before():
    cut = TOLD.cut(4.0, 8.0)
    assert cut.events == ((0.0, PROGRAM), (0.0, VOLUME), (0.0, PAN), (1.0, BEND))
    assert (cut.markers, cut.tempos, cut.metres) == (((0.0, "chorus"),), ((0.0, 140.0),), ((0.0, Metre(3, 4)),))
    assert cut.texts == ((2.0, ("lyrics", "la")),)
    assert [(voice.onset, voice.pitch) for voice in cut.voices] == [(0.0, 62)]
    assert (cut.channel, cut.division, cut.key) == (3, 96, "A minor")


def test_the_last_value_before_the_cut_is_the_one_that_holds():
    louder = Carried(events=((0.0, VOLUME), (1.0, bytes((0xB0, 7, 99)))))
    assert louder.cut(2.0, 4.0).events == ((0.0, bytes((0xB0, 7, 99))),)


def test_a_hair_before_the_cut_is_in_it_and_a_hair_before_its_end_is_not():
    near = Carried(markers=((4 - 5e-7, "in"), (8 - 5e-7, "out")), events=((4 - 5e-7, VOLUME),))
    assert near.cut(4.0, 8.0).markers == ((0.0, "in"),)
    assert near.cut(4.0, 8.0).events == ((0.0, VOLUME),)


def test_an_instrument_is_its_first_program_at_the_start():
    later = Carried(
        3, 96, ((1.0, VOLUME), (2.0, PROGRAM), (4.0, bytes((0xC0, 9)))), key="C major", markers=((0.0, "a"),)
    )
    assert later.instrument == Carried(3, 96, ((0.0, PROGRAM),))
    assert Carried(3, 96, ((1.0, VOLUME),)).instrument == Carried(3, 96)


def test_what_is_played_is_more_than_a_program():
    assert not Carried(events=((0.0, PROGRAM),), voices=(Voice(0.0, 60, 2),)).is_played
    assert Carried(events=((0.0, PROGRAM), (0.0, VOLUME))).is_played
    assert Carried(voices=(Voice(0.0, 60, 2, ((0.0, BEND),)),)).is_played


def test_things_in_a_row_are_told_each_from_its_beat_on():
    row = in_a_row([(0.0, None), (4.0, TOLD), (12.0, Carried(events=((1.0, PAN),), voices=(Voice(2.0, 50, 1),)))])
    assert row.events[0] == (4.0, PROGRAM)
    assert row.events[-1] == (13.0, PAN)
    assert [voice.onset for voice in row.voices] == [5.0, 8.0, 14.0]
    assert (row.channel, row.markers, row.texts, row.tempos, row.metres) == (3, (), (), (), ())
    assert in_a_row([(0.0, None)]) is None


def test_a_loop_of_its_own_length_keeps_all_and_a_longer_one_repeats_the_controllers():
    clip = a_clip(a_note(60, 0, 1), length=4.0, carried=Carried(markers=((1.0, "a"),), events=((1.0, PAN),)))
    assert clip.looped(4.0).carried.markers == ((1.0, "a"),)
    twice = clip.looped(8.0).carried
    assert (twice.markers, twice.events) == ((), ((1.0, PAN), (5.0, PAN)))
    assert clip.looped(2.0).carried.markers == ((1.0, "a"),)
    assert clip.cut(2.0, 4.0).carried.events == ((0.0, PAN),)
