"""Chord tracks as musicians write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.chord import Chord
from models.music.chord_track import parse_chord_track, parse_symbol
from models.music.errors import BadValue


@pytest.mark.parametrize(
    ("symbol", "label"),
    [
        ("C", "C:maj"),
        ("Am", "A:min"),
        ("A-7", "A:min7"),
        ("Amin7", "A:min7"),
        ("Am9", "A:min9"),
        ("Fmaj9", "F:maj9"),
        ("FΔ", "F:maj7"),
        ("F#m7b5", "F#:hdim7"),
        ("Bø", "B:hdim7"),
        ("Bdim7", "B:dim7"),
        ("G7", "G:7"),
        ("G7/B", "G:7/3"),
        ("C/E", "C:maj/3"),
        ("E♭maj7", "Eb:maj7"),
        ("F7#9", "F:7(#9)"),
        ("G7(b9)", "G:7(b9)"),
        ("C7sus4", "C:sus4(b7)"),
        ("Dsus2", "D:sus2"),
        ("Cadd9", "C:maj(9)"),
        ("A5", "A:5"),
        ("Bb:min7", "Bb:min7"),
        ("Cm6", "C:min6"),
        ("Ebm11", "Eb:min11"),
        ("Ab13", "Ab:13"),
        ("CmMaj7", "C:minmaj7"),
    ],
)
def test_symbols_are_read_as_people_write_them(symbol: str, label: str) -> None:
    expected = Chord.parse(label)
    found = parse_symbol(symbol)
    assert found is not None
    assert expected is not None
    assert (found.root, found.classes, found.bass) == (expected.root, expected.classes, expected.bass)


def spelled(text: str, bar: float, length: float) -> list[tuple[float, float, int]]:
    return [(timed.onset, timed.duration, timed.chord.root) for timed in parse_chord_track(text, bar, length)]


@pytest.mark.parametrize(
    ("text", "bar", "length", "expected"),
    [
        ("Am | F", 4, 8, [(0, 4, 9), (4, 4, 5)]),
        ("| Am | F |", 4, 16, [(0, 4, 9), (4, 4, 5), (8, 4, 9), (12, 4, 5)]),  # begins again
        ("Am F | %", 4, 8, [(0, 2, 9), (2, 2, 5), (4, 2, 9), (6, 2, 5)]),
        ("C . . G7", 4, 4, [(0, 3, 0), (3, 1, 7)]),
        ("C | . G", 3, 6, [(0, 4.5, 0), (4.5, 1.5, 7)]),
        ("C | C", 4, 8, [(0, 8, 0)]),
        ("C | N.C. | G", 4, 12, [(0, 4, 0), (8, 4, 7)]),
        ("C | G", 4, 6, [(0, 4, 0), (4, 2, 7)]),
    ],
)
def test_bars_shares_and_repeats(text, bar, length, expected) -> None:
    assert spelled(text, bar, length) == expected


@pytest.mark.parametrize("text", ["", "  ", "|", "H7", "Am | Qx", "C/H", "%", "Cfoo", "C/", "C " * 70])
def test_what_is_no_chord_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadValue, match=r"^[^\n]+\.$"):
        parse_chord_track(text, 4, 8)


@given(st.text("ABCDEFGabdimsujM7965431+-#/.|% ()°ø", max_size=24), st.sampled_from((3.0, 4.0, 3.75)))
def test_any_text_gives_chords_in_order_or_a_sentence(text: str, bar: float) -> None:
    try:
        timed = parse_chord_track(text, bar, 10.0)
    except BadValue:
        return
    assert all(one.end <= other.onset + 1e-6 for one, other in zip(timed, timed[1:], strict=False))
    assert all(one.duration > 0 and one.end <= 10.0 + 1e-6 for one in timed)
