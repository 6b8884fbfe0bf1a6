"""Kinds of music that the corpora lack, as tables: which drum may fall on which 16th, how bass and chords play to it.

A pattern is a text of 16 or 32 places, one or two bars of 16ths:
    X  an accent        x  a stroke        g  a ghost note
    o  a stroke in half of the bars' versions        -  one in a fifth of them
    r  two 32nds        t  a triplet of 16ths over an 8th (the next place is taken)        .  nothing

The patterns are the common property of their styles (four to the floor, two-step, half-time, son clave); none is taken
from a recording.

Offers: ``STYLES``, ``Style``.
"""

from __future__ import annotations

from dataclasses import dataclass

BACKBEAT = "....X.......X..."
_FOUR = "X...X...X...X..."
KICK, RIM, SNARE, CLAP, CLOSED, PEDAL, OPEN, SHAKER, RIDE = 36, 37, 38, 39, 42, 44, 46, 70, 51
LOW_TOM, MID_TOM, LOW_CONGA, CONGA, COWBELL = 43, 47, 64, 63, 56


@dataclass(frozen=True)
class Style:
    """One kind of music.

    tempo    lowest and highest quarter notes a minute
    swing    lowest and highest share (0.5-0.66) of an 8th that its first 16th takes
    human    lowest and highest share (0-1) of a drummer's timing and dynamics that is put on
    lanes    for each drum pitch the patterns to choose from
    spare    pitches that a piece may do without
    figures  bass figures of ``accompaniment.bass``
    presets  voicings of ``voicing.options``
    rhythms  patterns of the chords; "" holds each chord
    gate     lowest and highest share of the time to the next stroke that a chord sounds
    """

    tempo: tuple[int, int]
    swing: tuple[float, float]
    human: tuple[float, float]
    lanes: dict[int, tuple[str, ...]]
    spare: tuple[int, ...]
    figures: tuple[str, ...]
    presets: tuple[str, ...]
    rhythms: tuple[str, ...]
    gate: tuple[float, float]


STYLES: dict[str, Style] = {
    "house": Style(
        (118, 128),
        (0.5, 0.58),
        (0.0, 0.4),
        {
            KICK: (_FOUR, "X...X...X...X..-", "X...X...X...X.-."),
            CLAP: (BACKBEAT, "....X.......X..-", "....X..-....X..."),
            CLOSED: ("x.x.x.x.x.x.x.x.", "gxxgxxgxgxxgxxgx", "..x...x...x...x.", "x-xgx-xgx-xgx-xg"),
            OPEN: ("..X...X...X...X.", "..X...X...X...Xo"),
            SHAKER: ("xgxgxgxgxgxgxgxg", "x.ggx.ggx.ggx.gg"),
            RIM: ("...x..x....x..o.", "x..x..x...-.x..."),
            RIDE: ("..x...x...x...x.", "x...x...x...x..."),
        },
        (CLOSED, SHAKER, RIM, RIDE),
        ("octave", "syncopated", "root"),
        ("house-stab", "deep-house", "gospel"),
        ("x..x..x...x..-..", "..x...x...x...x.", "x.....x...x.....", "x..x..x..x..x...", "..x..x....x..x.o"),
        (0.35, 0.7),
    ),
    "techno": Style(
        (126, 140),
        (0.5, 0.53),
        (0.0, 0.25),
        {
            KICK: (_FOUR, "X...X...X...X.-.", "X...X..-X...X..."),
            CLAP: (BACKBEAT, "............X...", "....X..-....X-.."),
            CLOSED: ("gxXxgxXxgxXxgxXx", "..x...x...x...x.", "xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxx.xx"),
            OPEN: ("..X...X...X...X.", "......X.......X."),
            LOW_TOM: ("...x..x...-...x.", "x..x..x..x..x..x", ".......x......oo"),
            RIM: ("..-x...x..-x...x", "x.....x.....x...", "...x.....x.-...x"),
            RIDE: ("x.x.x.x.x.x.x.x.", "..x...x...x...x."),
        },
        (CLAP, CLOSED, LOW_TOM, RIM, RIDE),
        ("root", "octave", "syncopated"),
        ("trap-dark", "trance", "ambient"),
        ("x.....x.....x...", "..x.....x.......", "x..x..x..x..x..x", "...x......x.....", ""),
        (0.2, 0.6),
    ),
    "trap": Style(
        (132, 150),
        (0.5, 0.5),
        (0.0, 0.3),
        {
            KICK: (
                "X.....x...-.....X..-..x.........",
                "X..x......x...-.X.....-...x..-..",
                "X.......-.x.....X..x...-..x.....",
                "X.-....x..x..-..X......x..o.....",
            ),
            SNARE: (
                "........X...............X.......",
                "........X.....-.........X....-..",
                "........X...............X.....oo",
            ),
            CLAP: ("........x.......", "........x......."),
            CLOSED: (
                "x.x.x.x.x.x.x.x.",
                "x.x.x.r.x.x.t.x.",
                "x.xxx.x.x.r.x.xx",
                "x.x.t.x.x.x.x.rr",
                "x.x.x.x.xrx.x.t.x.x.r.x.x.x.xxrr",
            ),
            OPEN: ("......-.......o.", "..............X.", "....-.........-."),
            RIM: ("...-...x......-.", "...x..-....x...."),
        },
        (CLAP, OPEN, RIM),
        ("sub", "root"),
        ("trap-dark", "cinematic", "lofi"),
        ("", "x.......x.......", "x.....x...x.....", "x...............", "x..x..x.x..x..x."),
        (0.7, 1.0),
    ),
    "drum and bass": Style(
        (168, 176),
        (0.5, 0.54),
        (0.1, 0.7),
        {
            KICK: (
                "X.........x.....",
                "X.........x..-..",
                "X.x.......xx....X.x.......x..x..",
                "X......-..x.....X..x......x.....",
            ),
            SNARE: (BACKBEAT, "....X..g.g..X..g", "....X..-.g..X..-....X..g.-..X.gg", "....X.-....-X.-."),
            CLOSED: ("x.x.x.x.x.x.x.x.", "xgxgxgxgxgxgxgxg", "x.xxx.x.x.xxx.x.", "..x...x...x...x."),
            RIDE: ("x.x.x.x.x.x.x.x.", "x...x...x...x..."),
            OPEN: ("......-.......o.", "..............x."),
            SHAKER: ("xgxgxgxgxgxgxgxg", "gxgxgxgxgxgxgxgx"),
        },
        (RIDE, OPEN, SHAKER),
        ("sub", "syncopated", "root"),
        ("ambient", "deep-house", "jazz"),
        ("", "x...............", "x.....x.........", "x..x..x.....x..."),
        (0.6, 1.0),
    ),
    "lo-fi": Style(
        (70, 92),
        (0.54, 0.64),
        (0.5, 1.0),
        {
            KICK: ("X......x..x.....", "X..-...x..x..-..", "X.....-xx.......", "X......x.xx....-", "X.x.....-.x....."),
            SNARE: (BACKBEAT, "....X..g....X..-", "....X.......X.g.", "....X..-.g..X..."),
            CLOSED: ("x.x.x.x.x.x.x.x.", "x.x.x.xgx.x.x.xg", "x.xgx.x.x.x-x.x.", "x...x...x...x..."),
            OPEN: ("......-.......o.", ".......-......-."),
            RIM: ("...-......-...-.", "..............o."),
            SHAKER: ("g.x.g.x.g.x.g.x.", "gxgxgxgxgxgxgxgx"),
        },
        (OPEN, RIM, SHAKER),
        ("root", "walking", "syncopated", "sub"),
        ("lofi", "neo-soul", "jazz"),
        ("x......x..x.....", "x.........x..-..", "x.....x.........", "x..x......x.....", ""),
        (0.6, 0.98),
    ),
    "garage": Style(
        (128, 136),
        (0.54, 0.62),
        (0.1, 0.6),
        {
            KICK: ("X.........x.....", "X.......-.x..-..", "X..-......x.....X.........x..x..", "X.....x...x....-"),
            SNARE: (BACKBEAT, "....X..-....X..g", "....X.......X-.."),
            RIM: ("...x...-.x.....-", ".......x.-.x....", "..-x......-x..x."),
            CLOSED: ("..x...x...x...x.", "x.xxx.x.x.xxx.x.", "x.xgx.xgx.xgx.xg", "..xx..x-..xx..x-"),
            OPEN: ("..X...X...X...X.", "......x.......x.", "..-...x...-...x."),
            SHAKER: ("xgxgxgxgxgxgxgxg", "x.gxx.gxx.gxx.gx"),
        },
        (RIM, OPEN, SHAKER),
        ("syncopated", "octave", "sub"),
        ("deep-house", "house-stab", "neo-soul"),
        ("..x..x....x..x..", "x..x......x..x..", "...x..x....x..x.", "x.....x..x......"),
        (0.35, 0.8),
    ),
    "afro": Style(
        (100, 122),
        (0.5, 0.56),
        (0.3, 0.9),
        {
            KICK: ("X...x...X...x...", "X..x..-.X..x..-.", "X.....x...x.....", "X..x......x...-.", _FOUR),
            RIM: ("X..x..x...x.x...", "..x.x...X..x..x.", "X..x..x.X..x..x.", "X..x...x..x.x..."),
            CLAP: (BACKBEAT, "......x.......x.", "....x..x....x..-"),
            SHAKER: ("Xgxgxgxgxgxgxgxg", "x.gxx.gxx.gxx.gx", "gxXxgxXxgxXxgxXx"),
            CONGA: ("..x..-x...x..xx.", "...x..xx...x..x.", "xg.xg.x.xg.xg.xx"),
            LOW_CONGA: ("......x.......xx", "x.....-.x.....x.", "...-......xx...."),
            COWBELL: ("x..x..x...x.-...", "x.x.xx.x.x.xx.x."),
            OPEN: ("..x...x...x...x.", "......-.......x."),
        },
        (RIM, CLAP, COWBELL, OPEN, LOW_CONGA),
        ("syncopated", "root", "octave"),
        ("deep-house", "jazz", "pop"),
        ("..x..xx...x..x..", "x..x..x...x.x...", "..x...x..x....x.", "...x..x...x..x.."),
        (0.3, 0.7),
    ),
}
