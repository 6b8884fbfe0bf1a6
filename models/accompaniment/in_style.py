"""A part out of nothing in a style: one song for each seed, of which one part is asked for.

A song is a progression that is usual in the style, at a tempo that is, and four players: drums with a fill where the
phrase ends, a bass on their kick, chords over both, and a tune over all. Whoever is asked for, the others are thought
of as well, so the four parts of one seed fit together. Where clips play already (``context``) they take their part, and
where the harmony is told, or heard in them, it is the song's.

Offers: ``in_style``, ``style_of``, ``Song`` (``Song.of``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from models.accompaniment.accompany import AccompanyOptions, accompany
from models.accompaniment.figures import PLAYING
from models.accompaniment.request import PARTS
from models.accompaniment.surroundings import Surroundings, held_over
from models.analysis.role import find_role
from models.drums.beat import write_beat
from models.drums.fill import write_fill
from models.drums.hearing import styles_named
from models.drums.rhythm import Rhythm
from models.drums.styles import STYLES
from models.engines.harmony.compose import USUAL_BARS, composed, thinned
from models.engines.rules.humanise import touched
from models.evaluation.judge import Judge
from models.generator import (
    LARGEST_SEED,
    Cancelled,
    Engine,
    OfRequest,
    OnProgress,
    Report,
    Request,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.harmony.symbols import roman, symbol_of
from models.mood.mood_control import MoodControl
from models.music.beats import TIGHT, Metre
from models.music.chord import TimedChord
from models.music.chord_track import parse_chord_track
from models.music.clip import Clip, Role, without_overlaps
from models.music.errors import Refused
from models.music.scale import Scale
from models.voicing.extensions import scale_of

_ON_GRID = ("house", "techno", "trap", "drum-and-bass", "garage", "reggaeton", "disco")
"""Styles that machines play; elsewhere hands do."""

_TOMS = ("rock", "pop", "ballad", "funk", "soul", "reggae", "disco")
_TOUCH = 0.7
_HEARD: tuple[Role, ...] = ("drums", "bass", "chords")
_BELOW: dict[Role, int] = {"bass": 1, "chords": 2, "melody": 3}
"""Who is thought of first, and how many of them each part hears."""
_TOLD = 8
"""Chords of a song that its remark names."""


def style_of(words: str) -> str:
    """The style of music among the words of a request; "" where none is."""
    return next(iter(styles_named(words)), "")


@dataclass(frozen=True)
class Song:
    """The song of a style and a seed, in the time, the key and beside the clips of a request.

    chords  over the whole length, without a gap
    scale   the key; locked: the user's, which every note keeps to
    beside  the clips that play already, as long as the song
    """

    style: str
    seed: int
    length: float
    tempo: float
    metre: Metre
    scale: Scale
    locked: Scale | None
    chords: tuple[TimedChord, ...]
    beside: tuple[Clip, ...]

    @classmethod
    def of(cls, request: Request, seed: int) -> Song:
        """The song of a seed; clips beside of another metre are passed by."""
        style, like = style_of(request.style), request.context[0] if request.context else None
        metre = request.metre or (like.metre if like else Metre())
        usual = Random(seed).randint(*PLAYING["styles"][style]["usual"])
        tempo = request.tempo or (like.tempo if like else float(usual))
        length = (request.bars or USUAL_BARS) * metre.bar
        sounding = [clip for clip in request.context if any(not note.mute for note in clip.notes)]
        beside = tuple(replace(clip.looped(length), tempo=tempo) for clip in sounding if clip.metre == metre)
        if request.chords:
            chords = held_over(request.chords, length)
            scale = scale_of(chords)
        elif any(find_role(clip) != "drums" for clip in beside):
            around = Surroundings.of(beside, request.scale)
            chords, scale = held_over(around.chords, length), around.scale
        else:
            chords, scale = _progression(style, request.scale, seed, length, metre)
        return cls(style, seed, length, tempo, metre, request.scale or scale, request.scale, chords, beside)

    @property
    def told(self) -> str:
        """Key, tempo and progression in a sentence."""
        row = ", ".join(roman(symbol_of(timed.chord, self.scale.root)) for timed in self.chords[:_TOLD])
        return f"{self.style.capitalize()} in {self.scale}, {self.tempo:g} BPM: {row}."

    def part(self, role: Role) -> Clip:
        """The part of a role; a melody is a tune over the others."""
        if role == "drums":
            return self._struck(self._with_fill(self._beat))
        below = [self.playing(other) for other in _HEARD[: _BELOW[role]]]
        return self._written(PARTS[role], below)

    def playing(self, role: Role) -> Clip:
        """The clip beside that plays a role, else the song's own part; of drums the beat without its fill, which tells
        nobody how the song goes."""
        beside = next((clip for clip in self.beside if find_role(clip) == role), None)
        return beside or (self._struck(self._beat) if role == "drums" else self.part(role))

    @cached_property
    def _beat(self) -> Clip:
        still = Rhythm((), self.length, self.metre, self.tempo, False, False, False, 0.5, 0.0)
        beat = write_beat(still, self.style, self.seed, self.seed, cover=False)
        return Clip(beat, self.length, f"drums {self.style}", self.tempo, self.metre, "drums")

    def _with_fill(self, beat: Clip) -> Clip:
        """The beat with a fill of its style at the end of several bars: half a bar, behind eight bars a whole one."""
        fills, bar = STYLES[self.style].fills, self.metre.bar
        start = self.length - (bar if self.length >= 8 * bar - TIGHT else bar / 2)
        if not fills or start < bar - TIGHT:
            return beat
        kind, toms = fills[self.seed % len(fills)], self.style in _TOMS
        fill = write_fill(beat, start, self.length, kind, self.seed, toms=toms)
        return beat.with_notes((*(note for note in beat.notes if note.onset < start - TIGHT), *fill))

    def _struck(self, beat: Clip) -> Clip:
        """As a hand strikes it, on the grid where machines play."""
        ordered = sorted(beat.notes, key=lambda note: note.order)
        struck = touched(ordered, self.metre, self.tempo, self.seed, drums=True, width=_TOUCH)
        if self.style in _ON_GRID:
            struck = [note.moved(velocity=hand.velocity) for note, hand in zip(ordered, struck, strict=True)]
        return beat.with_notes(without_overlaps(struck, self.length))

    def _written(self, part: str, clips: Sequence[Clip]) -> Clip:
        # A key that is told cuts chords to it, so one with foreign chords is left to be heard.
        own = self.scale if all(each.chord.classes <= set(self.scale.classes) for each in self.chords) else self.locked
        options = AccompanyOptions(part=part, style=self.style, scale=own, chords=self.chords, seed=self.seed)
        return replace(accompany(clips, options)[0].clip, name=f"{part} {self.style}")


def _progression(
    style: str, scale: Scale | None, seed: int, length: float, metre: Metre
) -> tuple[tuple[TimedChord, ...], Scale]:
    """The seed's turn of the style's progressions that the length has room for, and its key: on the white keys, or
    the one asked for, out of those of its mode and, where there are any, those that keep to it."""
    rows = [row for row in PLAYING["styles"][style]["songs"] if row.count("|") < length / metre.bar - TIGHT]
    found = []
    for row in rows or PLAYING["styles"][style]["songs"]:
        chords = parse_chord_track(row, metre.bar, length)
        minor = any(timed.chord.root == 0 and 3 in timed.chord.intervals for timed in chords)
        key = scale or Scale.parse("A minor" if minor else "C major")
        moved = tuple(timed._replace(chord=timed.chord.transposed(key.root)) for timed in chords)
        fits = all(timed.chord.classes <= set(key.classes) for timed in moved)
        found.append((scale is None or minor == ((key.root + 3) % 12 in key), scale is None or fits, moved, key))
    best = max(each[:2] for each in found)
    of_mode = [each[2:] for each in found if each[:2] == best]
    return of_mode[seed % len(of_mode)]


def in_style(
    request: Request,
    players: Sequence[Engine] = (),
    on_progress: OnProgress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Iterator[Variation]:
    """``request.count`` parts of the request's role, each of the song of its seed.

    players  the engine that plays the part to the song's harmony and its other parts, if one shall
    Words for chords lay the song's chords out as they say. Raises Refused where nothing lies in range and scale.
    """
    mood, judge = MoodControl.of(request), Judge(request)
    remarks: tuple[str, ...] = ()
    if players or mood is None:
        found = _parts(request, players, on_progress, cancelled)
    else:
        found = map(mood.applied, _parts(mood.asked, (), on_progress, cancelled))
        remarks = tuple(map(OfRequest, mood.remarks()))
    if request.temperature != 1 and not players:
        role, idle = request.role or "chords", "temperature"
        remarks = (*remarks, OfRequest(f"Without effect on {role}: {idle}."))
    for made in found:
        clip = made.clip if players else _kept(request, made.clip)
        if clip.notes:
            kept = replace(made, clip=clip, kept=(None,) * len(clip.notes))
            yield judge.assess(kept).variation.saying(*remarks)
            remarks = ()
        elif not cancelled():
            raise Refused("No note of this part lies in the range and the scale; widen them.", field="range")


def _parts(
    request: Request, players: Sequence[Engine], on_progress: OnProgress, cancelled: Cancelled
) -> Iterator[Variation]:
    """The part of each seed, by the engine or by rule, as it is before it is judged."""
    role, own = request.role or "chords", request.style.split()
    words = " ".join(word for word in own if not styles_named(word)) if role == "chords" else ""
    for number in range(request.count):
        if cancelled():
            return
        seed = (request.seed + number) % (LARGEST_SEED + 1)
        song = Song.of(request, seed)
        asked = request.but(style=words, chords=song.chords, tempo=song.tempo, metre=song.metre, count=1, seed=seed)
        if players:
            heard = tuple(song.playing(other) for other in _HEARD if other != role)
            made = players[0].generate(asked.but(context=heard), ignore_progress, cancelled)
        elif words or request.voices or request.bass:
            made = composed(asked.but(context=()), ignore_progress, cancelled)
        else:
            clip = song.part(role)
            made = iter((Variation(clip, seed, (None,) * len(clip.notes), Report(0.0)),))
        on_progress((number + 1) / request.count, "in style")
        for variation in made:
            remarks = [remark for remark in variation.report.remarks if not (number and isinstance(remark, OfRequest))]
            yield replace(variation, report=replace(variation.report, remarks=(song.told, *remarks)))


def _kept(request: Request, clip: Clip) -> Clip:
    """The clip inside the scale, the range and the polyphony that are asked for."""
    notes = list(clip.notes)
    if clip.role != "drums":
        low, high = request.range or (0, 127)
        notes = [note for note in notes if request.scale is None or note.pitch in request.scale]
        up = [12 * max(0, -(-(low - note.pitch) // 12)) - 12 * max(0, -(-(note.pitch - high) // 12)) for note in notes]
        notes = [note.moved(pitch=note.pitch + octaves) for note, octaves in zip(notes, up, strict=True)]
        notes = [note for note in notes if low <= note.pitch <= high]
    notes = list(without_overlaps(notes, clip.length))
    return clip.with_notes(notes if request.polyphony is None else thinned(notes, request.polyphony))
