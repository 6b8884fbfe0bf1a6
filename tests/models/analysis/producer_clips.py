"""Thirty-odd clips as producers write them, each with the chords and the key that a musician hears in it.

A clip is a few lines of text. ``chords`` is one chord a line: its name (Harte), its beats and its notes, lowest first.
``figure`` is how every chord is played, counted from its beginning: who, when, for how long.
Who: ``a`` all notes, ``b`` the lowest, ``c`` all but the lowest, a digit the note of that number (0 is the lowest),
``t`` the highest, ``o`` the lowest an octave up, ``r`` all notes one after the other within .16 beat.
A figure may begin before its chord (``a-.5/1.5``), which is an anticipation, and is cut off where the chord ends
(``!`` after a length lets it ring on).

Offers: ``CLIPS``, ``ProducerClip``, ``spoken``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from models.music import pitch as pitches
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, Role
from models.music.note import Note

_ROLL = 0.05


@dataclass(frozen=True)
class ProducerClip:
    """``key`` is the tonic and "major" or "minor", None where musicians would argue; ``scale`` as Scale.parse reads."""

    name: str
    key: str | None
    chords: str
    figure: str
    metre: str = "4/4"
    role: Role | None = None
    scale: str | None = None
    repeats: int = 1

    @cached_property
    def truth(self) -> tuple[TimedChord, ...]:
        """The chords that a musician would write above the clip."""
        found, at = [], 0.0
        for label, beats, _ in self._rows:
            chord = Chord.parse(label)
            assert chord is not None, label
            found.append(TimedChord(at, beats, chord))
            at += beats
        return tuple(found)

    @cached_property
    def clip(self) -> Clip:
        """The clip itself; it says no role."""
        notes: list[Note] = []
        length = sum(beats for _, beats, _ in self._rows)
        at = 0.0
        for _, beats, tones in self._rows:
            notes += spoken(self.figure, tones, at, beats, length)
            at += beats
        return Clip(_without_doubles(notes), length, metre=Metre.parse(self.metre))

    @property
    def _rows(self) -> list[tuple[str, float, list[int]]]:
        lines = [line.split() for line in self.chords.strip().splitlines()] * self.repeats
        return [(label, float(beats), [pitches.parse(tone) for tone in tones]) for label, beats, *tones in lines]


def spoken(figure: str, tones: list[int], at: float, beats: float, length: float) -> list[Note]:
    """The notes of a figure over the tones of one chord (see the head of the file)."""
    notes = []
    for word in figure.split():
        who, times = word[0], word[1:]
        if times.startswith(tuple("0123456789")) and ":" in times:
            raise ValueError(word)
        onset, duration = times.rstrip("!").split("/")
        start = at + float(onset)
        if float(onset) >= beats - 1e-6 or start < -1e-6 or start >= length:
            continue
        end = start + float(duration)
        end = min(end, length if times.endswith("!") else at + beats)
        chosen = {
            "a": tones, "r": tones, "b": tones[:1], "c": tones[1:], "t": tones[-1:], "o": [tones[0] + 12],
        }.get(who) or ([tones[int(who) % len(tones)]] if who.isdigit() else [])  # fmt: skip
        for place, tone in enumerate(chosen):
            late = place * min(_ROLL, 0.16 / len(chosen)) if who == "r" else 0.0
            notes.append(Note(tone, start + late, max(end - start - late, 0.05), 90 if place else 96))
    return notes


def _without_doubles(notes: list[Note]) -> tuple[Note, ...]:
    """No note twice, none across the next of its pitch."""
    kept: list[Note] = []
    for note in sorted(notes, key=lambda one: (one.pitch, one.onset, -one.duration)):
        if kept and kept[-1].pitch == note.pitch:
            if note.onset - kept[-1].onset < 1e-6:
                continue
            if kept[-1].end > note.onset:
                last = kept[-1]
                kept[-1] = Note(last.pitch, last.onset, note.onset - last.onset, last.velocity)
        kept.append(note)
    return tuple(kept)


_STABS = "a0/.7 c.75/.2 a2.5/1"
_BOSSA = "b0/1.4 c0/.5 c1.5/.5 b1.5/.5 b2/1.4 c2.5/.5"
_OOM_PAH = "b0/.9 c1/.5 c2/.5"

CLIPS = (
    ProducerClip(
        "deep house stabs", "F minor",
        """
        F:min9 4 F1 Ab2 C3 Eb3 G3
        Db:maj9 4 Db1 F2 Ab2 C3 Eb3
        Bb:min9 4 Bb0 Db2 F2 Ab2 C3
        C:min7 4 C1 Bb1 Eb2 G2
        """,
        _STABS, repeats=2,
    ),
    ProducerClip(
        "lo-fi, rolled", "Bb major",
        """
        Eb:maj9 4 Eb1 G2 Bb2 D3 F3
        D:min7 4 D1 F2 A2 C3
        C:min9 4 C1 Eb2 G2 Bb2 D3
        F:13 4 F1 Eb2 A2 D3
        """,
        "r.06/1.8 c2.5/.3 r3/1",
    ),
    ProducerClip(
        "bossa nova, pushed", "C major",
        """
        D:min9 4 D1 F2 A2 C3 E3
        G:13 4 G1 F2 B2 E3
        C:maj9 4 C1 E2 G2 B2 D3
        A:7(b9) 4 A0 G2 Bb2 C#3 E3
        """,
        "b0/1.4 c-.5/1 c1/.5 b1.5/.5 b2/1.4 c2/.5", repeats=2,
    ),
    ProducerClip(
        "son montuno", "C major",
        """
        C:maj 2 C2 E2 G2 C3
        F:maj 2 C2 F2 A2 C3
        G:maj 2 B1 D2 G2 B2
        F:maj 2 C2 F2 A2 C3
        """,
        "0-.5/.5 a0/.4 2.5/.4 1.5/.4 3.5/.4 a1/.4", repeats=2, scale="C major",
    ),
    ProducerClip(
        "uplifting trance", "A minor",
        """
        A:min 4 A0 A2 C3 E3 A3
        F:maj 4 F0 A2 C3 F3 A3
        C:maj 4 C1 G2 C3 E3 G3
        G:maj 4 G0 G2 B2 D3 G3
        """,
        "b.5/.4 b1.5/.4 b2.5/.4 b3.5/.4 c0/.25 c.75/.25 c1.5/.25 c2.25/.25 c3/.25 c3.5/.25",
    ),
    ProducerClip(
        "synthwave arpeggio", "E minor",
        """
        E:min 4 E2 G2 B2 E3
        C:maj 4 C2 E2 G2 C3
        G:maj 4 G2 B2 D3 G3
        D:maj 4 D2 F#2 A2 D3
        """,
        " ".join(f"{step % 4}{step / 4}/.24" for step in range(16)),
    ),
    ProducerClip(
        "trap keys, harmonic minor", "C minor",
        """
        C:min 4 C2 Eb2 G2
        Ab:maj 4 Ab1 C2 Eb2
        F:min 4 F1 Ab1 C2
        G:maj 4 G1 B1 D2
        """,
        "a0/2 t2/.5 12.5/.5 t3/1", scale="C harmonic minor",
    ),
    ProducerClip(
        "gospel, slash chords", "Bb major",
        """
        Bb:maj 2 Bb1 F2 Bb2 D3
        F:maj/3 2 A1 F2 A2 C3
        G:min7 2 G1 F2 Bb2 D3
        C:9 2 C1 Bb1 E2 G2 D3
        Eb:maj/5 2 Bb1 Eb2 G2 Bb2
        F:sus4(b7) 2 F1 Eb2 Bb2 C3
        Bb:maj 4 Bb0 F2 Bb2 D3
        """,
        "a0/1.4 c1.5/.5 c2/.9",
    ),
    ProducerClip(
        "rootless two-five-one", "Eb major",
        """
        F:min9 4 Ab2 C3 Eb3 G3
        Bb:13 4 Ab2 C3 D3 G3
        Eb:maj9 4 G2 Bb2 D3 F3
        Eb:maj6(9) 4 G2 C3 F3
        """,
        "a0/1.2 a1.66/.3 a3/.8", repeats=2,
    ),
    ProducerClip(
        "minor two-five with alterations", "D minor",
        """
        E:hdim7 4 E1 G2 Bb2 D3
        A:7(b9,b13) 4 A0 G2 Bb2 C#3 F3
        D:min9 4 D1 F2 A2 C3 E3
        D:min6 4 D1 F2 A2 B2
        """,
        "b0/1 c0/1.5 c2.66/.3 b2/1", repeats=2,
    ),
    ProducerClip(
        "blues in A, shuffle", "A major",
        """
        A:7 4 A1 E2 G2 C#3
        D:7 4 D1 F#2 C3 D3
        A:7 4 A1 E2 G2 C#3
        E:7 2 E1 D2 G#2 B2
        D:7 2 D1 F#2 C3 D3
        """,
        "b0/.9 c.66/.3 b1/.9 c1.66/.3 b2/.9 c2.66/.3 b3/.9 c3.66/.3",
    ),
    ProducerClip(
        "funk, one chord", "E minor",
        "E:7(#9) 4 E1 G#2 D3 G3",
        "b0/.3 c.75/.2 b1.5/.2 c1.75/.2 c2.5/.4 b3.5/.2", repeats=4,
    ),
    ProducerClip(
        "dorian vamp", "D minor",
        """
        D:min7 4 D1 F2 A2 C3
        G:7 4 G1 F2 G2 B2
        """,
        "b0/1 c.5/.4 c1.5/.4 b2/.5 c2.5/1", repeats=4, scale="D dorian",
    ),
    ProducerClip(
        "lydian film pad", "F major",
        """
        F:maj 4 F1 C2 A2 C3 F3
        G:7/b7 4 F1 D2 B2 D3 G3
        F:maj7 4 F1 C2 A2 C3 E3
        G:7/b7 4 F1 D2 B2 D3 G3
        """,
        "a0/4", scale="F lydian",
    ),
    ProducerClip(
        "reggae skank", "A minor",
        """
        A:min 4 A1 A2 C3 E3
        G:maj 4 G1 G2 B2 D3
        """,
        "c1/.2 c3/.2 b0/.9 b1.5/.4 b2.5/.9", repeats=4,
    ),
    ProducerClip(
        "pop piano, falling bass", "C major",
        """
        C:maj 4 C2 G2 C3 E3
        G:maj/3 4 B1 G2 B2 D3
        A:min 4 A1 E2 A2 C3
        F:maj 4 F1 F2 A2 C3
        """,
        "b0/4 c0/.9 c1/.9 c2/.9 c3/.9",
    ),
    ProducerClip(
        "walking bass alone", "F major",
        """
        F:7 4 F1 A1 C2 Eb2
        Bb:7 4 Bb0 D1 F1 Ab1
        F:7 4 F1 Eb1 C1 A0
        C:7 4 C1 E1 G1 Bb1
        """,
        "00/.9 11/.9 22/.9 33/.9", role="bass",
    ),
    ProducerClip(
        "house bass alone", "G minor",
        """
        G:min 4 G0 Bb0
        Eb:maj 4 Eb0 G0
        F:maj 4 F0 A0
        D:min 4 D1 F1
        """,
        "b0/.4 b.75/.2 o1.5/.2 b2/.4 b2.75/.2 13.5/.4", repeats=2, role="bass",
    ),
    ProducerClip(
        "power chords", "E minor",
        """
        E:5 4 E1 B1 E2
        C:5 4 C1 G1 C2
        G:5 4 G1 D2 G2
        D:5 4 D1 A1 D2
        """,
        " ".join(f"a{step / 2}/.45" for step in range(8)),
    ),
    ProducerClip(
        "country boom-chick", "G major",
        """
        G:maj 4 G1 D2 G2 B2
        C:maj 4 C1 E2 G2 C3
        D:7 4 D1 F#2 C3 D3
        G:maj 4 G1 D2 G2 B2
        """,
        "b0/.5 c1/.5 b2/.5 c3/.5",
    ),
    ProducerClip(
        "slow R&B, elevenths", "Ab major",
        """
        F:min11 4 F1 Ab2 Bb2 Eb3 G3
        Bb:min9 4 Bb0 Db2 F2 Ab2 C3
        Eb:13 4 Eb1 Db2 G2 C3 F3
        Ab:maj9 4 Ab0 C2 G2 Bb2 Eb3
        """,
        "r0/2.4 t2.5/.4 c3/.9 b3.5/.4",
    ),
    ProducerClip(
        "sus pads", "D major",
        """
        D:sus4 4 D1 A2 D3 G3
        D:maj 4 D1 A2 D3 F#3
        A:sus4 4 A0 A2 D3 E3
        A:maj 4 A0 A2 C#3 E3
        """,
        "a0/4",
    ),
    ProducerClip(
        "disco, octave bass", "F major",
        """
        G:min7 4 G0 F2 Bb2 D3
        C:9 4 C1 E2 Bb2 D3
        F:maj7 4 F0 E2 A2 C3
        D:7(b9) 4 D1 Eb2 F#2 C3
        """,
        " ".join(f"b{beat}/.4 o{beat}.5/.4" for beat in range(4)) + " c.5/.2 c1.25/.2 c2.5/.4", repeats=2,
    ),
    ProducerClip(
        "UK garage stabs", "C minor",
        """
        Ab:maj7 4 Ab1 C3 Eb3 G3
        G:min7 4 G1 Bb2 D3 F3
        F:min9 4 F1 Ab2 C3 Eb3 G3
        C:min9 4 C1 G2 Bb2 D3 Eb3
        """,
        "a0/.2 c.75/.2 c1.75/.2 b2.5/.3 c3.25/.2",
    ),
    ProducerClip(
        "ballad in six-eight", "A minor",
        """
        A:min 3 A1 E2 A2 C3
        E:7/3 3 G#1 E2 B2 D3
        C:maj/5 3 G1 E2 G2 C3
        D:7/3 3 F#1 D2 A2 C3
        F:maj 3 F1 C2 F2 A2
        E:7 3 E1 B1 E2 G#2 D3
        A:min 3 A1 E2 A2 C3
        """,
        "00/.5 1.5/.5 21/.5 31.5/.5 22/.5 12.5/.5", metre="6/8",
    ),
    ProducerClip(
        "andalusian", "A minor",
        """
        A:min 4 A1 E2 A2 C3
        G:maj 4 G1 D2 G2 B2
        F:maj 4 F1 C2 F2 A2
        E:maj 4 E1 B1 E2 G#2
        """,
        "r0/.9 r1.5/.4 r2/.9 c3/.4 c3.5/.4", repeats=2,
    ),
    ProducerClip(
        "a line inside a chord", "A minor",
        """
        A:min 4 A1 E2 A2 C3
        A:minmaj7 4 A1 E2 G#2 C3
        A:min7 4 A1 E2 G2 C3
        A:min6 4 A1 E2 F#2 C3
        """,
        "b0/2 c0/1 c1/1 c2/1 c3/1 b2/2",
    ),
    ProducerClip(
        "royal road", "C major",
        """
        F:maj7 4 F1 E2 A2 C3
        G:7 4 G1 F2 B2 D3
        E:min7 4 E1 D2 G2 B2
        A:min7 4 A1 E2 G2 C3
        """,
        "b0/1.4 c0/.4 c1/.4 b1.5/.4 c2/.4 c3/.4", repeats=2,
    ),
    ProducerClip(
        "waltz in G minor", "G minor",
        """
        G:min 3 G1 D2 G2 Bb2
        D:7 3 D1 C2 F#2 A2
        D:7/5 3 A1 C2 F#2 D3
        G:min/b3 3 Bb1 D2 G2
        C:min 3 C1 Eb2 G2 C3
        G:min/5 3 D1 D2 G2 Bb2
        D:7 3 D1 C2 F#2 A2
        G:min 3 G1 D2 G2 Bb2
        """,
        _OOM_PAH, metre="3/4",
    ),
    ProducerClip(
        "liquid drum and bass", "D minor",
        """
        Bb:maj9 4 Bb1 D2 A2 C3 F3
        C:maj6 4 C1 E2 G2 A2
        D:min9 4 D1 A2 C3 E3 F3
        A:min7 4 A1 G2 C3 E3
        """,
        "a0/3.5 t3.5/.5", repeats=2,
    ),
    ProducerClip(
        "indie arpeggio with pedal", "D major",
        """
        D:maj 4 D2 F#2 A2 D3
        D:maj7 4 D2 F#2 A2 C#3
        D:7 4 D2 F#2 A2 C3
        G:maj/5 4 D2 G2 B2 D3
        """,
        "00/.5 1.5/.5 21/.5 31.5/.5 22/.5 12.5/.5 33/.5 23.5/.5",
    ),
    ProducerClip(
        "afro house, minor ninth moved", None,
        """
        C:min9 8 C1 Eb2 G2 Bb2 D3
        Bb:min9 8 Bb0 Db2 F2 Ab2 C3
        """,
        "a0/.4 c1.5/.3 c3/.3 a4/.4 c5.5/.3 b7/.8",
    ),
    ProducerClip(
        "city pop", "E major",
        """
        A:maj9 2 A1 C#2 G#2 B2 E3
        B:sus4(b7,9) 2 B1 A2 C#3 E3
        G#:min7 2 G#1 F#2 B2 D#3
        C#:7(b9) 2 C#1 B2 D3 E#3
        F#:min9 2 F#1 A2 C#3 E3 G#3
        B:13 2 B0 A2 D#3 G#3
        E:maj9 4 E1 G#2 B2 D#3 F#3
        """,
        "a0/.4 c.75/.2 b1.25/.2 c1.5/.5", repeats=2,
    ),
    ProducerClip(
        "melodic techno, bass below", "B minor",
        """
        B:min 8 B0 B2 D3 F#3
        G:maj 8 G0 B2 D3 G3
        """,
        " ".join(f"b{step / 2 + 0.25}/.2" for step in range(16))
        + " " + " ".join(f"{1 + step % 3}{step * 0.75}/.3" for step in range(10)), repeats=1,
    ),
)  # fmt: skip
