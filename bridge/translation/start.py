"""A ``Request`` to the clips and the start message that carry it, and back.

Offers: ``to_load`` and ``to_start``, their reverse ``to_request``, and ``to_ask`` (a call of a jam).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from bridge.messages.request import Start
from bridge.transfer.parts import WireClip
from bridge.translation import notes
from models.generator import BASSES, DENSITIES, FLAGS, OUTSIDE_NOTES, Locks, Request
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.scale import Scale
from models.tasks.table import MOST_CONTEXT, MOST_MOOD, MOST_STYLE, MOST_VARIATIONS

if TYPE_CHECKING:
    from models.jam.jam import Ask


@dataclass(frozen=True)
class _Key:
    """How a field of a request travels: under which names, and how its value becomes their numbers and back."""

    field: str
    names: tuple[str, ...]
    to_numbers: Callable[[Any], Iterable[int]]
    of_numbers: Callable[..., Any]


def _number(name: str, unit: Callable[[Any], int] = int, back: Callable[[int], Any] = int) -> _Key:
    return _Key(name, (name,), lambda value: (unit(value),), back)


def _milli(name: str) -> _Key:
    return _number(name, lambda value: round(value * notes.MILLI), lambda number: number / notes.MILLI)


def _word(name: str, words: tuple[str, ...]) -> _Key:
    def word(number: int) -> str:
        if not 0 <= number < len(words):
            raise BadValue(f"The {name} must be 0 to {len(words) - 1}, not {number}.", field=name)
        return words[number]

    return _number(name, words.index, word)


_KEYS = (
    _Key(
        "region",
        ("region_start", "region_end"),
        lambda region: map(notes.to_ticks, region),
        lambda start, end: (notes.to_beats(start), notes.to_beats(end)),
    ),
    _Key("scale", ("scale_root", "scale_mask"), lambda scale: (scale.root, scale.mask), Scale),
    _word("outside", OUTSIDE_NOTES),
    _word("density", DENSITIES),
    _Key("range", ("range_low", "range_high"), tuple, lambda low, high: (low, high)),
    _number("polyphony"),
    _number("role", notes.role_number, notes.role_of),
    _number("bars"),
    _number("voices"),
    _word("bass", BASSES),
    _number("every", notes.to_ticks, notes.to_beats),
    _milli("amount"),
    _milli("tempo"),
    _Key("metre", ("numerator", "denominator"), lambda metre: (metre.numerator, metre.denominator), Metre),
)
_CLIP_KEYS = ("second", "chords", "context")
_REPEATED = ("lane", "context")
_ANSWER = "answer"
KEYS = (*(name for key in _KEYS for name in key.names), "locks", "lane", _ANSWER, *_CLIP_KEYS)
"""Every key of start's pairs."""
_DEFAULTS = {field.name: field.default for field in fields(Request)}


def to_load(request: Request) -> list[tuple[str, WireClip]]:
    """The clips that a request needs on the other side before its start, each with what it is to it: prompt, second,
    chords, context. Raises BadValue.
    """
    if len(request.context) > MOST_CONTEXT:
        wrong = f"At most {MOST_CONTEXT} context clips can be sent, not {len(request.context)}."
        raise BadValue(wrong, field="context")
    if request.plan:
        raise BadValue("A plan of your own can't be sent; name one of the server's.", field="plan")
    load = [("second", notes.to_wire(clip)) for clip in request.prompts[1:]]
    if request.prompts:
        load.insert(0, ("prompt", notes.to_wire(request.prompt, request.selected, request.chords)))
    elif request.chords:
        silence = Clip((), max(chord.end for chord in request.chords))
        load.append(("chords", notes.to_wire(silence, chords=request.chords)))
    return [*load, *(("context", notes.to_wire(clip)) for clip in request.context)]


def to_start(request: Request, engine: str, session: int, number: int, transfers: Mapping[int, str]) -> Start:
    """The start message; ``transfers`` says what each transfer of the load is: prompt, second, chords, context."""
    prompt = next((transfer for transfer, name in transfers.items() if name == "prompt"), 0)
    clips = [(name, transfer) for transfer, name in transfers.items() if name != "prompt"]
    similarity = -1 if request.similarity is None else round(request.similarity * notes.MILLI)
    words = request.task, engine, notes.clean(request.mood, MOST_MOOD), notes.clean(request.style, MOST_STYLE)
    dials = request.count, round(request.temperature * notes.MILLI), similarity, request.seed
    return Start(session, number, prompt, *words, *dials, (*_pairs(request), *clips))


def _pairs(request: Request) -> tuple[tuple[str, int], ...]:
    bits, found = locks_to_bits(request.locks), [("lane", lane) for lane in sorted(request.locks.lanes)]
    found += [("locks", bits)] if bits else []
    for key in _KEYS:
        value = getattr(request, key.field)
        if value != _DEFAULTS[key.field]:
            found += zip(key.names, key.to_numbers(value), strict=True)
    return tuple(found)


def locks_to_bits(locks: Locks) -> int:
    """Rhythm 1, pitch 2, contour 4, velocity 8, top 16, bass 32, added up."""
    return sum(1 << place for place, flag in enumerate(FLAGS) if getattr(locks, flag))


def locks_from_bits(bits: int, lanes: Iterable[int] = ()) -> Locks:
    """The reverse of ``locks_to_bits``; raises BadValue."""
    if not 0 <= bits < 1 << len(FLAGS):
        raise BadValue(f"The locks must be 0 to {(1 << len(FLAGS)) - 1}, not {bits}.", field="locks")
    return Locks(**{flag: bool(bits >> place & 1) for place, flag in enumerate(FLAGS)}, lanes=frozenset(lanes))


def to_request(start: Start, clips: Mapping[int, WireClip]) -> Request:
    """The request that a start message makes of the clips that it names, by their transfers; raises BadValue."""
    found = _sorted_pairs(start)
    prompts = [clips[transfer] for transfer in (*filter(None, (start.transfer,)), *found["second"])]
    with_chords = [clips[transfer] for transfer in found["chords"]] or prompts
    return Request(
        task=start.task,  # type: ignore[arg-type]  # Request checks the task
        prompts=tuple(map(notes.to_clip, prompts)),
        selected=notes.selection(prompts[0]) if prompts else None,
        locks=locks_from_bits(sum(found["locks"]), found["lane"]),
        similarity=None if start.similarity < 0 else start.similarity / notes.MILLI,
        temperature=start.temperature / notes.MILLI,
        mood=start.mood,
        style=start.style,
        # An arrangement has as many clips as its plan says, whatever stands there.
        count=max(1, min(start.count, MOST_VARIATIONS)) if start.task == "arrange" else start.count,
        seed=start.seed,
        context=tuple(notes.to_clip(clips[transfer]) for transfer in found["context"]),
        chords=notes.chords_of(with_chords[0]) if with_chords else (),
        **{key.field: value for key in _KEYS for value in _values(key, found)},
    )


def to_ask(start: Start, request: Request) -> Ask | None:
    """The start of a jam's call as what is asked for; None for any other start. Raises BadValue."""
    if (_ANSWER, 1) not in start.pairs:
        return None
    # A server says hello before numpy is there, which dials load.
    from models.jam.dials import Dials
    from models.jam.jam import Ask

    call = request.prompt
    dials = Dials(
        similarity=Dials().similarity if request.similarity is None else request.similarity,
        density=request.density,
        mood=request.mood,
        bars=call.metre.bars(call.length),
        partner=request.role or "same",
        engine=start.engine or "auto",
    )
    return Ask(start.seed, call, request.context, dials)


def _values(key: _Key, found: Mapping[str, list[int]]) -> Iterator[Any]:
    """The value of a field, if the start has one; its keys come together or not at all."""
    given = [number for name in key.names for number in found[name]]
    if len(given) == len(key.names):
        yield key.of_numbers(*given)
    elif given:
        raise BadValue(f"The keys {' and '.join(key.names)} come together or not at all.", field=key.names[0])


def clips_sent(start: Start, keys: Sequence[str] = ("second", "context")) -> list[int]:
    """The transfers of a start's prompts and context, in the order of the request's clips; or those of other keys."""
    return [*filter(None, (start.transfer,)), *(value for key in keys for name, value in start.pairs if name == key)]


def _sorted_pairs(start: Start) -> defaultdict[str, list[int]]:
    """The values of each key, which only lanes and context may have several of."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for key, value in start.pairs:
        if key not in KEYS:
            raise BadValue(f'The key "{key}" is not in the protocol; keys are {", ".join(KEYS)}.', field="pairs")
        if key in found and key not in _REPEATED:
            raise BadValue(f'The key "{key}" may come only once.', field=key)
        found[key].append(value)
    if any(not 0 <= lane <= 127 for lane in found["lane"]):
        raise BadValue("A locked lane must be a pitch of 0 to 127.", field="lane")
    if len(found["context"]) > MOST_CONTEXT:
        raise BadValue(f"At most {MOST_CONTEXT} context clips can be used.", field="context")
    return found
