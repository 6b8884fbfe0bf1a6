"""The chord tasks: a request in the words of ``models/harmony``, its answers as offers, the best first.

Offers: ``voiced``, ``harmonised``, ``reharmonised``; ``colour_of``, ``temperature_of``, ``options_of``, ``few_voices``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from models.generator import Request
from models.harmony.harmonise import Harmonisation, HarmoniseOptions, harmonies
from models.harmony.offer import Offer
from models.harmony.parted import Freed
from models.harmony.reharmonise import TOLERANCE, ReharmoniseOptions, reharmonise
from models.music.errors import BadValue, Refused
from models.tasks.table import TABLE
from models.voicing.extensions import within
from models.voicing.options import MOST_VOICES, VoicingOptions
from models.voicing.voice import Voicing, voice
from models.voicing.words import Wording, read_style

_USUAL_COLOUR = 0.3


def voiced(request: Request, count: int) -> list[Offer]:
    """The prompt's chords, or those given with an empty prompt, voiced otherwise."""
    wording = read_style(request)
    options = options_of(request, wording)
    if not request.prompt.notes and request.chords:
        chords = [
            timed._replace(chord=within(timed.chord, request.scale)) if request.scale else timed
            for timed in request.chords
        ]
        found = few_voices(lambda asked: voice(chords, asked, count), options, request.polyphony)
        return [Offer(replace(request.prompt, notes=each.clip.notes), _figures(each)) for each in found]
    freed = Freed.of(request)
    source = freed.source if options.rhythm == "keep" else freed.free_until_the_end
    found = few_voices(lambda asked: voice(source, asked, count), options, request.polyphony)
    return [Offer(freed.joined(each.clip.notes), _figures(each)) for each in found]


def harmonised(request: Request, count: int) -> Iterator[Offer]:
    """Chords under the prompt, each as soon as they are found."""
    wording = read_style(request)
    colour = colour_of(request.temperature)
    options = HarmoniseOptions(scale=request.scale, within=request.scale, colour=colour, every=request.every)
    chosen = wording.given or request.range is not None or request.polyphony is not None
    # Without words the chords are laid close under the melody, wherever it lies.
    options = replace(options, voicing=options_of(request, wording) if chosen else None)
    for found in harmonies(request.prompt, options, count):
        harmony = _thinned(request, options, found)
        yield Offer(
            harmony.clip,
            {"chord_tones": harmony.chord_tones, "surprise": harmony.surprise},
            (f"In {harmony.scale}: {', '.join(harmony.numerals)}.",),
        )


def _thinned(request: Request, options: HarmoniseOptions, found: Harmonisation) -> Harmonisation:
    """A harmony whose chords have no more notes than the polyphony allows."""
    if options.voicing is None or request.polyphony is None:
        return found
    voicing = few_voices(lambda asked: voice(found.chords, asked), options.voicing, request.polyphony)[0]
    return replace(found, voicing=replace(voicing, clip=replace(found.clip, notes=voicing.clip.notes)))


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
        found.extend(reharmonise(freed.source, replace(options, voicing=voicing), count))
        return [each.voicing for each in found]

    few_voices(make, options_of(request, wording), request.polyphony)
    return [
        Offer(
            freed.joined(each.clip.notes), {"chord_similarity": each.similarity}, _off_the_dial(each.similarity, target)
        )
        for each in found
    ]


def colour_of(temperature: float) -> float:
    """The colour, 0-1, of a temperature: 0.1 is 0, 1 the usual 0.3, 2 is 1; straight lines between."""
    if temperature <= 1:
        return max(0.0, (temperature - 0.1) / 0.9 * _USUAL_COLOUR)
    return min(1.0, _USUAL_COLOUR + (temperature - 1) * (1 - _USUAL_COLOUR))


def temperature_of(colour: float) -> float:
    """The temperature of a colour; the reverse of ``colour_of``; raises BadValue."""
    if not 0 <= colour <= 1:
        raise BadValue(f"The colour must be 0 to 1, not {colour:g}.", field="temperature")
    if colour <= _USUAL_COLOUR:
        return 0.1 + 0.9 * colour / _USUAL_COLOUR
    return 1 + (colour - _USUAL_COLOUR) / (1 - _USUAL_COLOUR)


def options_of(request: Request, wording: Wording) -> VoicingOptions:
    """The words' options with the request's scale, range and locked lines."""
    return replace(
        wording.options,
        scale=request.scale,
        range=request.range or wording.options.range,
        top_locked=request.locks.top,
        bass_locked=request.locks.bass,
    )


def few_voices(
    make: Callable[[VoicingOptions], list[Voicing]], options: VoicingOptions, most: int | None
) -> list[Voicing]:
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


def _figures(voicing: Voicing) -> dict[str, float]:
    report = voicing.report
    return {"motion": report.motion, "top_leap": report.top_leap, "content": report.content}


def _off_the_dial(reached: float, target: float) -> tuple[str, ...]:
    if abs(reached - target) <= TOLERANCE:
        return ()
    return (f"The harmony's similarity is {reached:.2f}, as near to {target:.2f} as substitutes come here.",)
