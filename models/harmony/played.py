"""A clip's chords as they are played, and other chords in their place: the bass goes to the new roots, the chords are
laid out near where they were and struck as they were, the tune stays.

Offers: ``Played`` (``of``, ``anew``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from models.analysis.chords import find_chords
from models.music.beats import TIGHT
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip, without_overlaps
from models.music.note import Note
from models.voicing.layers import EARLY, Hit, Layers, hits_of
from models.voicing.options import VoicingOptions
from models.voicing.spans import Span, bass_under, held_above, is_broken, room_between, spans_of
from models.voicing.voice import Voicing, voice_spans

_LOWEST_BASS, _LOWEST_STRING, _DEEPER, _LATE, _BACK = 24, 40, 3, 0.5, 8.0
"""Pitches, of any bass and of a guitar's E; semitones that a new bass may lie below the clip's own; beats after a
chord's beginning within which its bass comes, and before it where one is looked for.
"""
_ROOTLESS = (1, 127)
"""Room of chords whose bass plays elsewhere."""

Part = tuple[float, float, Chord, Chord]
"""Onset and end in beats, the chord that was played there, and the new one."""


@dataclass(frozen=True)
class Played:
    """A clip and its harmony; of a row of chords without a clip the chords, held."""

    clip: Clip | None
    chords: tuple[TimedChord, ...]
    layers: Layers

    @classmethod
    def of(cls, source: Clip | Sequence[TimedChord], chords: Sequence[TimedChord] = ()) -> Played:
        """Heard, unless the chords are given; each chord lasts until the next."""
        if not isinstance(source, Clip):
            return cls(None, tuple(source), Layers((), (), ()))
        heard = tuple(chords) or find_chords(source)
        if not chords and not Layers.of(source, heard).tune and not is_broken(hits_of(source.notes)):
            # What is struck says it more exactly than a beat can: colours, pushes.
            struck = [TimedChord(span.onset, span.end - span.onset, span.chord) for span in spans_of(source)]
            heard = _exact(heard, struck)
        starts = [0.0, *(timed.onset for timed in heard[1:])] if heard else []
        whole = tuple(
            TimedChord(onset, end - onset, timed.chord)
            for timed, onset, end in zip(heard, starts, [*starts[1:], source.length], strict=True)
        )
        return cls(source, whole, Layers.of(source, whole))

    def anew(self, parts: Sequence[Part], options: VoicingOptions, unlike: Sequence[Clip] = ()) -> Voicing:
        """The clip with the new chords in the places of the old, laid out ``unlike`` other clips where that can be."""
        if self.clip is None:
            spans = [Span(onset, end, chord) for onset, end, _, chord in parts]
            return (voice_spans(spans, options, unlike=unlike) or voice_spans(spans, options))[0]
        moved: list[Note] = []
        own = min((note.pitch for note in self.layers.bass), default=0)
        lowest = max(_LOWEST_BASS if own < _LOWEST_STRING else _LOWEST_STRING, own - _DEEPER)
        for part, following in zip_longest(parts, parts[1:]):
            rings = any(note.end > part[0] + 2 * TIGHT and note.onset < part[0] for note in moved)
            anew = _moved(self.layers.bass, part, lowest, rings=rings)
            if following is not None and following[2] != following[3]:
                # A new chord comes on a bass of its own.
                anew = [note.moved(duration=min(note.duration, part[1] - note.onset)) for note in anew]
            moved += anew
        bass = tuple(moved)
        layers = replace(self.layers, bass=bass)
        hits = hits_of(self.layers.middle)
        broken = is_broken(hits)
        every = [self._span(part, hits, layers, broken) for part in parts]
        muted = tuple(note for note in self.clip.notes if note.mute)
        beside = (*self.layers.tune, *bass, *muted)
        spans = [span for span in every if span is not None]
        stays = without_overlaps(beside, self.clip.length)
        found = (voice_spans(spans, options, 1, self.clip, stays, others) for others in (unlike, ()))
        voicing = next(filter(None, found))[0]
        return replace(voicing, clip=self._grounded(voicing.clip, parts))

    def _grounded(self, made: Clip, parts: Sequence[Part]) -> Clip:
        """The clip where every new chord that came with more than the tune still does: with its bass at least."""
        assert self.clip is not None
        tune, notes = set(self.layers.tune), list(made.notes)
        for onset, end, old, new in parts:

            def begun(some: Sequence[Note], onset: float = onset) -> list[Note]:
                return [n for n in some if onset - TIGHT <= n.onset < onset + _LATE and n not in tune and not n.mute]

            if new != old and (had := begun(self.clip.notes)) and not begun(notes):
                low = min(had, key=lambda note: note.pitch)
                pitch = low.pitch + (new.bass - low.pitch + 6) % 12 - 6
                notes.append(low.moved(pitch=pitch, duration=min(low.duration, end - low.onset)))
        return made.with_notes(without_overlaps(notes, made.length))

    def _span(self, part: Part, hits: Sequence[Hit], layers: Layers, broken: bool) -> Span | None:
        """A new chord in the hits of its time; one that has none is struck as the last before it, or not at all."""
        onset, end, old, new = part
        inside = [hit for hit in hits if onset - EARLY <= hit.onset < end - EARLY]
        before = [
            hit for hit in hits if hit.onset < onset - EARLY and max(note.end for note in hit.notes) > onset + TIGHT
        ]
        if not inside and before:
            inside = [Hit(tuple(note.moved(onset=onset, duration=end - onset) for note in before[-1].notes))]
        if not inside:
            return None
        cut = tuple(
            Hit(tuple(note.moved(duration=min(note.duration, max(end - note.onset, 1 / 32))) for note in hit.notes))
            if new != old
            else hit
            for hit in inside
        )
        room = room_between(onset, end, layers)
        tones = new.intervals
        if old.root not in {note.pitch % 12 for hit in cut for note in hit.notes}:
            # Another part has the root: the bass below, or a player that isn't here.
            tones = tuple(tone for tone in tones if tone) if len(tones) > 3 else tones
            room = room or _ROOTLESS
        chord = Chord(new.root, tones, new.bass)
        below, above = bass_under(onset, end, layers), held_above(onset, end, layers.tune)
        return Span(onset, end, chord, cut, broken, room, old, below, above)


def _exact(heard: Sequence[TimedChord], struck: Sequence[TimedChord]) -> tuple[TimedChord, ...]:
    """The chords heard, with all the tones that are struck in their time where those explain them on the same root."""
    exact = []
    for timed in heard:
        # What comes in the last beat may belong to the next chord.
        last = timed.end - min(1.0, timed.duration / 2)
        inside = [one.chord for one in struck if one.onset < last + TIGHT and one.end > timed.onset + TIGHT]
        same = [chord for chord in inside if chord.root == timed.chord.root]
        tones = {*timed.chord.intervals, *(same[0].intervals if same else ())}
        exact.append(timed._replace(chord=Chord.spelled(timed.chord.root, tones, timed.chord.bass)))
    return tuple(exact)


def _moved(bass: Sequence[Note], part: Part, lowest: int, *, rings: bool) -> list[Note]:
    """A part's bass notes, none below ``lowest``: root for root, fifth for fifth, others on the nearest tone."""
    onset, end, old, new = part
    inside = [note for note in bass if onset - EARLY <= note.onset < end - EARLY]
    if not any(note.onset < onset + _LATE for note in inside) and not (rings and new == old):
        # A note that rang on here ended with the chord before, or has to go elsewhere: it is struck again; and a new
        # chord that comes after the old one's root takes its own, or nobody hears it.
        before = [note for note in bass if onset - _BACK < note.onset < onset - EARLY]
        again = [note for note in before if note.end > onset + TIGHT][-1:]
        if new != old and not again:
            again = [note for note in before if note.pitch % 12 == old.bass][-1:]
        lasts = ((note, note.end if note.end > onset + TIGHT else end) for note in again)
        inside = [*(note.moved(onset=onset, duration=min(until, end) - onset) for note, until in lasts), *inside]
    if new == old:
        return inside
    moved = []
    for note in inside:
        tone = note.pitch % 12
        fifth = (new.root + 7) % 12
        if tone in (old.root, old.bass):
            wanted = new.bass
        elif tone == (old.root + 7) % 12 and fifth in new.classes:
            wanted = fifth
        else:
            wanted = min(new.classes, key=lambda other: (abs((other - tone + 6) % 12 - 6), other))
        pitch = note.pitch + (wanted - tone + 6) % 12 - 6
        pitch += 12 * (pitch < lowest)
        moved.append(note.moved(pitch=pitch, duration=min(note.duration, end - note.onset)))
    return moved
