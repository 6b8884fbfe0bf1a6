"""Voicings: the smoothest of all, with the harmony, the limits and the locks kept."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.chord import QUALITIES, Chord, TimedChord
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip, Refused
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.best_paths import best_path
from models.voicing.candidates import candidates
from models.voicing.motion import motion
from models.voicing.options import EXTENSIONS, PRESETS, STYLES, VoicingOptions
from models.voicing.rules import LOWEST_OF_INTERVAL
from models.voicing.spans import spans_of
from models.voicing.voice import stages_of, voice
from models.voicing.wanted import wanted_of

POP = "C:maj G:maj A:min F:maj"
JAZZ = "D:min7 G:7 C:maj7 A:7"
SLASHES = "C:maj G:maj/3 A:min F:maj/2"

chords = st.builds(Chord.of, st.integers(0, 11), st.sampled_from([name for name in QUALITIES if name != "1"]))
slash_chords = st.builds(
    Chord.of, st.integers(0, 11), st.sampled_from(["maj", "min", "min7", "maj7"]), st.integers(0, 11)
)
progressions = st.lists(chords | slash_chords, min_size=1, max_size=6)


def a_row(labels, beats=4.0):
    return timed(Chord.parse(label) for label in labels.split())


def timed(row, beats=4.0):
    return [TimedChord(place * beats, beats, chord) for place, chord in enumerate(row)]


def a_clip(*hits, duration=1.0, velocity=100):
    notes = [Note(pitch, onset, duration, velocity) for onset, pitches in hits for pitch in pitches]
    return Clip(tuple(notes), length=hits[-1][0] + max(duration, 1.0))


def keeps_limits(pitches):
    return all(low >= LOWEST_OF_INTERVAL.get(high - low, 0) for low, high in itertools.combinations(pitches, 2))


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("labels", [POP, JAZZ, SLASHES])
@pytest.mark.parametrize("style", STYLES)
def test_no_way_through_the_candidates_moves_less(style, labels, loop):
    row = a_row(labels)[:3]
    options = VoicingOptions(style=style, loop=loop)
    choices = [
        [tuple(int(pitch) for pitch in pitches) for pitches in candidates(want)]
        for want in wanted_of(spans_of(row), [each.chord for each in row], options)
    ]
    least = min(
        sum(motion(a, b) for a, b in zip(path, path[1:] + path[:loop], strict=False))
        for path in itertools.product(*choices)
    )
    assert voice(row, options)[0].report.motion == least


@pytest.mark.parametrize("loop", [False, True])
def test_the_dynamic_program_finds_the_cheapest_path(loop):
    row = a_row(JAZZ)[:3]
    stages = stages_of(wanted_of(spans_of(row), [each.chord for each in row], VoicingOptions(style="drop2")), loop)
    every = itertools.product(*(range(len(costs)) for costs in stages.nodes))

    def cost(path):
        steps = sum(int(step[a, b]) for step, a, b in zip(stages.steps, path, path[1:], strict=False))
        back = 0 if stages.closing is None else int(stages.closing[path[-1], path[0]])
        return sum(int(costs[node]) for costs, node in zip(stages.nodes, path, strict=True)) + steps + back

    assert cost(best_path(stages)) == min(map(cost, every))


@given(progressions, st.sampled_from(STYLES), st.booleans())
@settings(max_examples=80, deadline=None)
def test_content_and_limits_always_hold(row, style, loop):
    voicing = voice(timed(row), VoicingOptions(style=style, loop=loop))[0]
    assert voicing.report.content == 1.0
    assert voicing.report.clear
    for chord, pitches in zip(row, voicing.pitches, strict=True):
        assert keeps_limits(pitches) or style == "guitar"
        assert {pitch % 12 for pitch in pitches} <= chord.classes
        if style not in ("rootless", "shell", "guitar"):  # which leaves out the fifth of a large chord
            assert {pitch % 12 for pitch in pitches} == chord.classes


@given(progressions, st.sampled_from(list(PRESETS)))
@settings(max_examples=60, deadline=None)
def test_presets_keep_limits_and_their_range(row, preset):
    options = VoicingOptions.preset(preset)
    voicing = voice(timed(row), options)[0]
    low, high = options.style_range
    assert all(keeps_limits(pitches) and low <= pitches[0] and pitches[-1] <= high for pitches in voicing.pitches)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_reach_chords_over_any_bass(preset):
    options = VoicingOptions.preset(preset)
    for quality, bass in itertools.product(("7", "min7", "hdim7"), range(1, 12)):
        (pitches,) = voice(timed([Chord.of(0, quality, bass)]), options)[0].pitches
        assert options.bass_kind == "none" or pitches[0] % 12 == bass


@given(progressions, st.sampled_from(EXTENSIONS))
@settings(max_examples=40, deadline=None)
def test_extensions_add_only_what_was_asked_for(row, extension):
    voicing = voice(timed(row), VoicingOptions(style="open", extensions=(extension,), scale=Scale.parse("C major")))[0]
    for before, after in zip(row, voicing.chords, strict=True):
        assert after.chord.root == before.root
        assert len(set(after.chord.intervals) - set(before.intervals)) <= 3
        if not extension.startswith("sus"):
            assert set(before.intervals) <= set(after.chord.intervals)


def test_ninths_are_those_of_the_key():
    voicing = voice(a_row("C:maj D:min E:min"), VoicingOptions(extensions=("9",), scale=Scale.parse("C major")))[0]
    assert [each.chord.quality for each in voicing.chords] == ["maj9", "min9", "min7"]


def test_a_slash_bass_stays_lowest():
    for style in STYLES:
        if style != "rootless":
            voicing = voice(a_row(SLASHES), VoicingOptions(style=style))[0]
            assert [pitches[0] % 12 for pitches in voicing.pitches][1::2] == [11, 7]


def test_the_bass_under_is_the_root():
    voicing = voice(a_row(POP), VoicingOptions(bass="under"))[0]
    assert [pitches[0] % 12 for pitches in voicing.pitches] == [0, 7, 9, 5]


def test_rootless_leaves_out_only_the_root():
    voicing = voice(a_row(JAZZ), VoicingOptions(style="rootless"))[0]
    assert voicing.report.left_out == ((2,), (7,), (0,), (9,))


def test_results_differ_in_a_third_of_the_chords():
    results = voice(a_row(JAZZ + " " + POP), VoicingOptions(style="drop2"), count=4)
    assert len(results) == 4
    rows = [result.pitches for result in results]
    assert all(sum(a != b for a, b in zip(a, b, strict=True)) >= 3 for a, b in itertools.combinations(rows, 2))
    assert all(results[0].report.motion <= result.report.motion for result in results)


def test_the_same_request_gives_the_same_notes():
    assert voice(a_row(JAZZ), count=3) == voice(a_row(JAZZ), count=3)


def test_a_close_progression_holds_its_common_tones():
    # C G Am F round a loop: 2 + 1 semitones, 1 + 2 … the textbook's least motion.
    assert voice(a_row(POP))[0].report.motion == 12


def test_rhythm_and_velocities_are_kept():
    prompt = a_clip((0, (60, 64, 67)), (1.5, (60, 64, 67)), (2, (57, 60, 64)), (3.75, (53, 57, 60)), velocity=77)
    for style in STYLES:
        clip = voice(prompt, VoicingOptions(style=style))[0].clip
        assert sorted({note.onset for note in clip.notes}) == [0, 1.5, 2, 3.75]
        assert {note.velocity for note in clip.notes} == {77}
        assert clip.length == prompt.length


@given(
    st.lists(
        st.tuples(st.sampled_from([place / 4 for place in range(16)]), st.integers(30, 96)),
        min_size=1,
        max_size=24,
        unique=True,
    ),
    st.sampled_from(STYLES),
)
@settings(max_examples=60, deadline=None)
def test_any_clip_can_be_voiced_and_keeps_its_tones(rows, style):
    prompt = Clip(tuple(Note(pitch, onset, 0.25) for onset, pitch in rows), 4.0)
    voicing = voice(prompt, VoicingOptions(style=style))[0]
    assert voicing.report.clear
    assert voicing.report.content == 1.0
    onsets = {note.onset for note in prompt.notes}
    assert all(any(abs(note.onset - onset) < 0.14 for onset in onsets) for note in voicing.clip.notes)
    if style not in ("rootless", "shell", "guitar"):
        sounding, asked = ({note.pitch % 12 for note in clip.notes} for clip in (voicing.clip, prompt))
        assert sounding <= asked
        assert asked - sounding <= {tone for tones in voicing.report.left_out for tone in tones}, "lost without a word"


def test_single_notes_between_chords_stay():
    prompt = a_clip((0, (36,)), (0.5, (60, 64, 67)), (1, (43,)), (1.5, (60, 64, 67)), (2, (41,)), (2.5, (57, 60, 65)))
    for style in STYLES:
        clip = voice(prompt, VoicingOptions(style=style))[0].clip
        assert {(note.onset, note.pitch) for note in prompt.notes if note.onset % 1 == 0} == {
            (note.onset, note.pitch) for note in clip.notes if note.onset % 1 == 0
        }


def test_an_arpeggio_stays_one():
    rows = ((60, 64, 67, 72), (55, 59, 62, 67), (57, 60, 64, 69), (53, 57, 60, 65))
    prompt = Clip(
        tuple(
            Note(pitch, 4 * bar + place / 2, 0.5) for bar, row in enumerate(rows) for place, pitch in enumerate(row * 2)
        ),
        16.0,
    )
    clip = voice(prompt, VoicingOptions(style="open"))[0].clip
    assert [note.onset for note in clip.notes] == [note.onset for note in prompt.notes]
    pitches = [note.pitch for note in clip.notes]
    assert all(pitches[start : start + 4] == sorted(pitches[start : start + 4]) for start in range(0, 32, 4))
    assert [{pitch % 12 for pitch in pitches[start : start + 8]} for start in range(0, 32, 8)] == [
        {0, 4, 7},
        {2, 7, 11},
        {0, 4, 9},
        {0, 5, 9},
    ]


def test_a_repeated_chord_keeps_its_voicing_and_a_partial_hit_its_tones():
    prompt = a_clip((0, (48, 60, 64, 67)), (1, (60, 64)), (2, (48, 60, 64, 67)))
    clip = voice(prompt, VoicingOptions(style="open"))[0].clip
    at = {onset: [note.pitch for note in clip.notes if note.onset == onset] for onset in (0, 1, 2)}
    assert at[0] == at[2]
    assert {pitch % 12 for pitch in at[1]} == {0, 4}
    assert set(at[1]) <= set(at[0])


@pytest.mark.parametrize("style", STYLES)
def test_locked_lines_stay(style):
    prompt = a_clip((0, (48, 64, 67, 72)), (1, (50, 65, 69, 74)), (2, (55, 62, 65, 71)), (3, (48, 64, 67, 76)))
    for lock, end in (("top_locked", -1), ("bass_locked", 0)):
        clip = voice(prompt, VoicingOptions(style=style, **{lock: True}))[0].clip
        for onset in range(4):
            before, after = ([note.pitch for note in each.notes if note.onset == onset] for each in (prompt, clip))
            assert sorted(before)[end] == sorted(after)[end]


def test_strum_stab_and_arpeggio():
    row = a_row("C:maj7")
    strum, stab, arpeggio = (
        voice(row, VoicingOptions(rhythm=rhythm))[0].clip for rhythm in ("strum", "stab", "arpeggio")
    )
    assert len({note.onset for note in strum.notes}) == 4
    assert len({note.end for note in strum.notes}) == 1
    assert max(note.duration for note in stab.notes) == 0.25
    assert len(stab.notes) == 16
    assert len(arpeggio.notes) == 16
    assert {note.pitch % 12 for note in arpeggio.notes} == {0, 4, 7, 11}


def test_unequal_sizes_share_voices():
    assert motion((60, 64, 67), (60, 64, 67, 72)) == 5
    assert motion((60,), (58, 62)) == 4
    assert motion((60, 64, 67), (59, 62, 67)) == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"style": "wide"}, "style"),
        ({"extensions": ("8",)}, "extensions"),
        ({"voices": 1}, "voices"),
        ({"range": (60, 62)}, "range"),
        ({"step": 0.0}, "step"),
        ({"rhythm": "swing"}, "rhythm"),
    ],
)
def test_a_bad_option_is_named(changes, field):
    with pytest.raises(BadValue) as found:
        VoicingOptions(**changes)
    assert found.value.field == field


def test_what_cannot_be_voiced_is_refused_with_a_sentence():
    with pytest.raises(Refused, match="wider or a higher range"):
        voice(a_row("C:maj"), VoicingOptions(range=(20, 32)))
    with pytest.raises(EmptyClip):
        voice(Clip((), 4.0))
