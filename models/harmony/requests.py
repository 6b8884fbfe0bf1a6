"""The chord tasks: a request in the words of ``models/harmony``, its answers as offers, the best first.

Offers: ``voiced``, ``harmonised``, ``reharmonised``; ``options_of``, ``on_a_bass``, ``few_voices``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import groupby
from statistics import median
from typing import Literal, cast

from models.analysis.chords import find_chords
from models.generator import Request
from models.harmony.harmonise import HarmoniseOptions, chord_tone_share, harmonies, room_under, struck_with, top_line
from models.harmony.offer import Freed, Offer
from models.harmony.reharmonise import ReharmoniseOptions, reharmonise
from models.harmony.substitution_search import TOLERANCE
from models.harmony.symbols import colour_of
from models.music import pitch as pitches
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.music.errors import EmptyClip, Refused
from models.music.similarity import similarity
from models.tasks.table import TABLE
from models.voicing.extensions import within
from models.voicing.layers import hits_of
from models.voicing.options import MOST_VOICES, Style, VoicingOptions, Wording, read_style
from models.voicing.rules import HAND
from models.voicing.shapes import is_strummed
from models.voicing.spans import spans_of
from models.voicing.voice import Voicing, voice

_TOO_ALIKE, _AS_BEFORE = 0.65, 0.84
"""The likeness of what may change to that of an earlier result, and of the prompt, up to which one is another idea."""
_GOOD, _AGAIN = 0.03, 0.04
"""What an idea may have too much of that to be taken at once, and what one that was taken before has more of it."""
_LEAP, _PER_LEAP, _FAR, _PER_STEP, _SHIFTS = 5, 0.01, 4.0, 0.05, (9, 6.0)
"""Semitones that its top may leap, and each voice move at a change in the mean, and what one more weighs; and both
where a hand shifts along a neck.
"""
_IDEAS = {
    "triads": "close, close add9, open, drop2 7, spread add9, open 6, quartal add9, close +1, drop2 +1, rootless 9",
    "sevenths": "close, drop2, shell 9, rootless 13 +1, quartal 11, rootless 9, spread 9, drop2 13, close +1",
    "guitar": "guitar, guitar -1, guitar add9, guitar 6, guitar 7, guitar 9",
}
"""Ways to voice triads, sevenths and what a guitar strums: style, colours, and notes more than the clip strikes."""
_HAND, _BOTH_HANDS, _HELD, _TRIAD, _STRINGS, _FINGERS = 14, 24, 2.0, 3, 4, 5
"""Semitones that chords of one hand span, and of both where they are struck short; beats from which on they are held;
notes of a triad, of a small grip, and of one hand.
"""
_LOW, _REACHES = 49, {"inversions": HAND, "stabs": _BOTH_HANDS, "low stabs": _BOTH_HANDS}
"""The pitch below which stabs have a bass as well; how far what has none below it may span."""

Make = Callable[[VoicingOptions], list[Voicing]]
Hand = Literal["guitar", "right", "alone", "inversions", "stabs", "low stabs"]
_BASS = 57
"""Pitches up to this one give a chord its root."""


def voiced(request: Request, count: int) -> Iterator[Offer]:
    """The prompt's chords, or those given with an empty prompt, voiced otherwise: idea after idea (``_ideas``)."""
    wording = read_style(request)
    options = options_of(request, wording)
    freed = Freed.of(request) if request.prompt.notes else None
    source: Clip | list[TimedChord]
    if freed is None:
        source = [
            timed._replace(chord=within(timed.chord, request.scale)) if request.scale else timed
            for timed in request.chords
        ]
    else:
        source = freed.source if options.rhythm == "keep" else freed.free_until_the_end
    hand, grip = _hand_of(source, request.chords) if isinstance(source, Clip) and not wording.given else (None, 0)
    options = replace(options, style="guitar") if hand == "guitar" else options
    options = replace(options, reach=_REACHES.get(hand or ""))
    options = options if hand in ("inversions", "stabs") else on_a_bass(options)
    heard = request.chords or (find_chords(source) if isinstance(source, Clip) else source)
    ideas = _ideas(options, wording, hand, grip, heard)
    # With words the first two are what they say and no more.
    given, taken = [request.prompt], [-int(wording.given), *[0] * (len(ideas) - 1)]
    for _ in range(count):
        turns = sorted(range(len(ideas)), key=lambda turn: (taken[turn], turn))
        make = partial(voice, source, chords=request.chords if freed else (), unlike=given)

        def tried(turns: Sequence[int], make: Make, *, loose: bool) -> dict[int, tuple[float, Voicing]]:
            found = {}
            for turn in turns:
                asked = replace(ideas[turn][0], loose=loose)
                with suppress(*([Refused] if turn else [])):  # a colour that locks or range leave no room is no idea
                    for each in few_voices(make, asked, request.polyphony):
                        excess = _excess(each, given, guitar=hand == "guitar") + _AGAIN * max(0, taken[turn])
                        found[turn] = excess, each
                if turn in found and (found[turn][0] <= _GOOD or taken[0] < wording.given):
                    break
            return found

        # What the words fix stays, as long as it gives anything new.
        found = tried(turns, make, loose=not wording.given) or tried(turns, make, loose=True)
        if not found:
            return
        turn = min(found, key=lambda turn: (found[turn][0], turn))
        taken[turn] += 1
        told, each = ideas[turn][1], found[turn][1]
        given.append(each.clip)
        clip = freed.joined(each.clip.notes) if freed else replace(request.prompt, notes=each.clip.notes)
        figures = {name: getattr(each.report, name) for name in ("motion", "top_leap", "content")}
        yield Offer(clip, figures, (*told, *_without_roots(each, clip)))


def _excess(voicing: Voicing, given: Sequence[Clip], *, guitar: bool) -> float:
    """How much too like the prompt, the first of those given, and the results after it a voicing is, or how much it
    leaps; 0: it is an idea of its own.
    """
    stays = set(voicing.beside)
    own = [note for note in voicing.clip.notes if note not in stays]
    before, *others = (similarity(own, [note for note in other.notes if note not in stays]) for other in given)
    steps = voicing.report.motion / sum(map(len, voicing.pitches))
    leap, far = _SHIFTS if guitar else (_LEAP, _FAR)
    leaps = (voicing.report.top_leap - leap) * _PER_LEAP, (steps - far) * _PER_STEP
    return max(0.0, before - _AS_BEFORE, *(2 * (like - _TOO_ALIKE) for like in others), *leaps)


def on_a_bass(options: VoicingOptions) -> VoicingOptions:
    """Chords keep their bass below them, unless a style or the user leaves it to others."""
    return options if options.bass_kind != "free" or options.bass else replace(options, bass="under")


def _hand_of(source: Clip, chords: Sequence[TimedChord]) -> tuple[Hand | None, int]:
    """Who strikes a clip's chords, where that bounds how they may be laid out: a guitar; the right hand over a bass;
    one hand with no bass below, often in inversions, which leave the roots to another player, in root position, held or
    struck short. And how many notes it strikes at once.
    """
    spans = spans_of(source, chords=chords)
    hits = [hit for span in spans for hit in span.hits]
    grip = round(median(len(hit.notes) for hit in hits)) if hits else 0
    if is_strummed(hit.notes for hit in hits_of(source.notes)):
        return "guitar", grip
    if not hits or any(span.broken for span in spans):
        return None, grip
    short = median(max(note.duration for note in hit.notes) for hit in hits) < _HELD
    if all(span.between for span in spans):
        return "right" if short else None, grip
    if any(span.between or span.pitches[-1] - span.pitches[0] > _HAND for span in spans):
        return None, grip
    inverted = sum(span.pitches[0] % 12 != span.chord.root for span in spans)
    if 3 * inverted > len(spans) or not short:
        return "inversions" if 3 * inverted > len(spans) else "alone", grip
    return "stabs" if min(span.pitches[0] for span in spans) >= _LOW else "low stabs", grip


def _ideas(
    options: VoicingOptions, wording: Wording, hand: Hand | None, grip: int, heard: Sequence[TimedChord]
) -> list[tuple[VoicingOptions, tuple[str, ...]]]:
    """Ways to voice that differ in spacing and colour, each with what is to be said of it; what the words fix stays."""
    sevenths = sum(bool({10, 11} & set(timed.chord.intervals)) for timed in heard)
    jazzy = 2 * sevenths > len(heard)
    rows = _IDEAS["guitar" if hand == "guitar" else "sevenths" if jazzy else "triads"]
    ideas = [options] if wording.given else []
    for style, *words in (row.split() for row in rows.split(", ")):
        more = sum(int(word) for word in words if word[0] in "+-")
        colour = tuple(word for word in words if word[0] not in "+-")
        if style == "rootless" and not (hand == "right" or (hand == "stabs" and jazzy)):
            style = "drop2"  # nobody else has the root
        kept = options.style if wording.given or style == "close" else cast(Style, style)
        voices = None
        if hand == "guitar":
            voices = _STRINGS if more else None
        elif grip >= _TRIAD:
            fuller = bool(colour) and (hand in (None, "alone") or (hand in _REACHES and grip == _TRIAD))
            voices = min(max(_TRIAD, grip + more + fuller), max(_FINGERS, grip) if hand else MOST_VOICES)
        asked = replace(options, style=kept, extensions=options.extensions or colour, voices=options.voices or voices)
        # Stabs in root position keep their roots below, but with colours, whose roots a bass may have.
        asked = asked if colour or hand != "stabs" else on_a_bass(asked)
        ideas.append(replace(asked, loose=not wording.given))
    told = [f"With {', '.join(idea.extensions)} where the key has it." for idea in ideas]
    return [
        (idea, (said,) if idea.extensions != options.extensions else ())
        for idea, said in dict(zip(ideas, told, strict=True)).items()
    ]


def _without_roots(voicing: Voicing, clip: Clip) -> tuple[str, ...]:
    """Who plays the roots, where the chords don't and nothing lies below them."""
    roots = [
        timed.chord.root
        for timed, left in zip(voicing.chords, voicing.report.left_out, strict=True)
        if timed.chord.root in left
    ]
    low = {note.pitch % 12 for note in clip.notes if note.pitch <= _BASS}
    missing = dict.fromkeys(pitches.class_name(root) for root in roots if root not in low)
    return (f"The roots are left to a bass: {', '.join(missing)}.",) if missing else ()


def harmonised(request: Request, count: int) -> Iterator[Offer]:
    """Chords under the prompt, each as soon as they are found; those given, if there are any, laid out in many ways."""
    wording = read_style(request)
    chosen = wording.given or request.range is not None or request.polyphony is not None
    # Without words the chords are laid close under the melody, wherever it lies.
    voicing = on_a_bass(options_of(request, wording)) if chosen else None
    if request.chords:
        yield from _given_chords(request, count, voicing)
        return
    colour = colour_of(request.temperature)
    options = HarmoniseOptions(
        scale=request.scale, within=request.scale, colour=colour, every=request.every, voicing=voicing
    )
    for found in harmonies(request.prompt, options, count):
        notes = found.clip.notes
        if voicing is not None and request.polyphony is not None:
            notes = few_voices(partial(voice, found.chords), voicing, request.polyphony)[0].clip.notes
        yield Offer(
            found.clip.with_notes(notes),
            {"chord_tones": found.chord_tones, "surprise": found.surprise},
            (f"In {found.scale}: {', '.join(found.numerals)}.",),
        )


def _given_chords(request: Request, count: int, voicing: VoicingOptions | None) -> Iterator[Offer]:
    """The chords that the user gives, under the melody."""
    line = top_line(request.prompt)
    if not line:
        raise EmptyClip("There is no melody to harmonise; choose a clip with notes.")
    options = voicing or VoicingOptions(range=room_under(line), bass="under", scale=request.scale)
    tones = chord_tone_share(line, request.chords, request.prompt.metre)
    empty = replace(request.prompt, notes=(), role="chords")
    for offer in voiced(request.but(task="voice", prompts=(empty,), range=options.range, bass=options.bass), count):
        notes = offer.clip.notes if voicing else struck_with(line, offer.clip.notes, request.prompt.metre)
        yield Offer(offer.clip.with_notes(notes), {**offer.measures, "chord_tones": tones}, offer.remarks)


def reharmonised(request: Request, count: int) -> list[Offer]:
    """Substitutes for the prompt's chords."""
    wording = read_style(request)
    target = TABLE["reharmonise"].similarity if request.similarity is None else request.similarity
    assert target is not None
    options = ReharmoniseOptions(similarity=target, scale=request.scale, within=request.scale)
    freed = Freed.of(request)
    found: list = []

    def make(voicing: VoicingOptions) -> list[Voicing]:
        found.clear()
        found.extend(reharmonise(freed.source, replace(options, voicing=voicing), count, chords=request.chords))
        return [each.voicing for each in found]

    few_voices(make, replace(on_a_bass(options_of(request, wording)), loose=not wording.given), request.polyphony)
    offers = []
    for each in found:
        names = (label for label, _ in groupby(timed.chord.label_in(each.scale) for timed in each.chords))
        told = [f"Chords: {', '.join(names)}."]
        if abs(each.similarity - target) > TOLERANCE:
            told.append(
                f"The harmony's similarity is {each.similarity:.2f}, as near to {target:.2f} as substitutes come here."
            )
        offers.append(Offer(freed.joined(each.clip.notes), {"chord_similarity": each.similarity}, tuple(told)))
    return offers


def options_of(request: Request, wording: Wording) -> VoicingOptions:
    """The words' options with the request's scale, range and locked lines."""
    return replace(
        wording.options,
        scale=request.scale,
        range=request.range or wording.options.range,
        top_locked=request.locks.top,
        bass_locked=request.locks.bass,
    )


def few_voices(make: Make, options: VoicingOptions, most: int | None) -> list[Voicing]:
    """What ``make`` finds; where a chord has more than ``most`` notes, with so many voices."""
    if most == 1:
        raise Refused("A chord needs two notes at once; allow a polyphony of 2 or more.", field="polyphony")
    found = make(options)
    if most is None or _widest(found) <= most:
        return found
    fewer = replace(options, voices=min(most, MOST_VOICES))
    found = make(fewer)
    # A style or a colour that can't do with so few gives way.
    return found if _widest(found) <= most else make(replace(fewer, style="close", extensions=()))


def _widest(found: list[Voicing]) -> int:
    return max((len(row) for voicing in found for row in voicing.pitches), default=0)
