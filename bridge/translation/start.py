"""A ``Request`` to the clips and the start message that carry it, and back.

Offers: ``to_load`` and ``to_start``, and their reverse ``to_request``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.messages.request import Start
from bridge.transfer.parts import WireClip
from bridge.translation.notes import (
    MILLI,
    chords_of,
    role_number,
    role_of,
    selection,
    to_beats,
    to_clip,
    to_ticks,
    to_wire,
)
from bridge.translation.sentence import clean
from models.generator import BASSES, DENSITIES, FLAGS, OUTSIDE_NOTES, Locks, Request
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.scale import Scale
from models.tasks.table import MOST_CONTEXT, MOST_MOOD, MOST_STYLE, MOST_VARIATIONS

_CLIP_KEYS = ("second", "chords", "context")
_REPEATED = ("lane", "context")
KEYS = (
    "region_start",
    "region_end",
    "locks",
    "lane",
    "scale_root",
    "scale_mask",
    "outside",
    "density",
    "range_low",
    "range_high",
    "polyphony",
    "role",
    "bars",
    "voices",
    "bass",
    "every",
    "amount",
    "tempo",
    "numerator",
    "denominator",
    *_CLIP_KEYS,
)
"""Every key of start's pairs."""


class UnknownTransfer(BadValue):
    """A start that names a clip that hasn't come, or is no longer held (404)."""


@dataclass(frozen=True)
class Load:
    """The clips of a request, to be sent before its start; ``names`` says what each is to it."""

    clips: tuple[WireClip, ...]
    names: tuple[str, ...]


def to_load(request: Request) -> Load:
    """The clips that a request needs on the other side; raises BadValue."""
    if len(request.context) > MOST_CONTEXT:
        raise BadValue(
            f"At most {MOST_CONTEXT} context clips can be sent, not {len(request.context)}.", field="context"
        )
    if request.plan:
        raise BadValue("A plan of your own can't be sent; name one of the server's.", field="plan")
    clips = [to_wire(clip) for clip in request.prompts]
    names = ["prompt", "second"][: len(clips)]
    if clips:
        clips[0] = to_wire(request.prompt, request.selected, request.chords)
    elif request.chords:
        clips.append(to_wire(Clip((), max(chord.end for chord in request.chords)), chords=request.chords))
        names.append("chords")
    clips += [to_wire(clip) for clip in request.context]
    names += ["context"] * len(request.context)
    return Load(tuple(clips), tuple(names))


def to_start(request: Request, engine: str, session: int, number: int, transfers: Mapping[int, str]) -> Start:
    """The start message; ``transfers`` says what each transfer of the load is: prompt, second, chords, context."""
    prompt = next((transfer for transfer, name in transfers.items() if name == "prompt"), 0)
    clips = [(name, transfer) for transfer, name in transfers.items() if name != "prompt"]
    similarity = -1 if request.similarity is None else round(request.similarity * MILLI)
    return Start(
        session,
        number,
        prompt,
        request.task,
        engine,
        clean(request.mood, MOST_MOOD),
        clean(request.style, MOST_STYLE),
        request.count,
        round(request.temperature * MILLI),
        similarity,
        request.seed,
        (*_pairs(request), *clips),
    )


def _pairs(request: Request) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    if request.region:
        found += zip(("region_start", "region_end"), map(to_ticks, request.region), strict=True)
    found += [("locks", locks_to_bits(request.locks))] if locks_to_bits(request.locks) else []
    found += [("lane", lane) for lane in sorted(request.locks.lanes)]
    if request.scale:
        found += [
            ("scale_root", request.scale.root),
            ("scale_mask", request.scale.mask),
            ("outside", OUTSIDE_NOTES.index(request.outside)),
        ]
    if request.density != "same":
        found.append(("density", DENSITIES.index(request.density)))
    if request.range:
        found += zip(("range_low", "range_high"), request.range, strict=True)
    for name in ("polyphony", "bars", "voices"):
        if getattr(request, name) is not None:
            found.append((name, getattr(request, name)))
    found += [("bass", BASSES.index(request.bass))] if request.bass else []
    found += [("every", to_ticks(request.every))] if request.every else []
    found += [("amount", round(request.amount * MILLI))] if request.amount else []
    found += [("role", role_number(request.role))] if request.role else []
    found += [("tempo", round(request.tempo * MILLI))] if request.tempo else []
    if request.metre:
        found += [("numerator", request.metre.numerator), ("denominator", request.metre.denominator)]
    return tuple(found)


def locks_to_bits(locks: Locks) -> int:
    """Rhythm 1, pitch 2, contour 4, velocity 8, top 16, bass 32, added up."""
    return sum(1 << place for place, flag in enumerate(FLAGS) if getattr(locks, flag))


def locks_from_bits(bits: int, lanes: Iterable[int] = ()) -> Locks:
    """The reverse of ``locks_to_bits``; raises BadValue."""
    if not 0 <= bits < 1 << len(FLAGS):
        raise BadValue(f"The locks must be 0 to {(1 << len(FLAGS)) - 1}, not {bits}.", field="locks")
    return Locks(**{flag: bool(bits >> place & 1) for place, flag in enumerate(FLAGS)}, lanes=frozenset(lanes))


def to_request(start: Start, clip_of: Callable[[int], WireClip | None]) -> Request:
    """The request that a start message makes of the clips at hand; raises BadValue, UnknownTransfer."""
    keys, lanes, context = _sorted_pairs(start)
    prompts = [start.transfer] if start.transfer else []
    prompts += [keys["second"]] if "second" in keys else []
    held = [_held(clip_of, transfer) for transfer in prompts]
    chords = chords_of(held[0]) if held else ()
    if "chords" in keys:
        chords = chords_of(_held(clip_of, keys["chords"]))
    values: dict[str, Any] = {name: keys[name] for name in ("polyphony", "bars", "voices") if name in keys}
    return Request(
        task=start.task,  # type: ignore[arg-type]  # Request checks the task
        prompts=tuple(map(to_clip, held)),
        region=_both(keys, "region_start", "region_end", lambda start, end: (to_beats(start), to_beats(end))),
        selected=selection(held[0]) if held else None,
        locks=locks_from_bits(keys.get("locks", 0), lanes),
        scale=_both(keys, "scale_root", "scale_mask", Scale),
        outside=_word(keys, "outside", OUTSIDE_NOTES, 0),  # type: ignore[arg-type]
        similarity=None if start.similarity < 0 else start.similarity / MILLI,
        temperature=start.temperature / MILLI,
        density=_word(keys, "density", DENSITIES, DENSITIES.index("same")),  # type: ignore[arg-type]
        range=_both(keys, "range_low", "range_high", lambda low, high: (low, high)),
        mood=start.mood,
        style=start.style,
        count=_count(start),
        seed=start.seed,
        context=tuple(to_clip(_held(clip_of, transfer)) for transfer in context),
        role=role_of(keys.get("role", 0)),
        chords=chords,
        tempo=keys["tempo"] / MILLI if "tempo" in keys else None,
        metre=_both(keys, "numerator", "denominator", Metre),
        bass=_word(keys, "bass", BASSES, 0) if "bass" in keys else None,  # type: ignore[arg-type]
        every=to_beats(keys["every"]) if "every" in keys else None,
        amount=keys["amount"] / MILLI if "amount" in keys else None,
        **values,
    )


def clips_sent(start: Start) -> tuple[int, ...]:
    """The transfers of a start's prompts and context, in the order of the request's clips."""
    wanted = {key: [value for name, value in start.pairs if name == key] for key in ("second", "context")}
    return (*filter(None, (start.transfer,)), *wanted["second"], *wanted["context"])


def _count(start: Start) -> int:
    """How many are asked for; an arrangement has as many clips as its plan says, whatever stands there."""
    return max(1, min(start.count, MOST_VARIATIONS)) if start.task == "arrange" else start.count


def _sorted_pairs(start: Start) -> tuple[dict[str, int], list[int], list[int]]:
    """The keys that come once, the locked lanes, and the context's transfers."""
    keys: dict[str, int] = {}
    repeated: dict[str, list[int]] = {key: [] for key in _REPEATED}
    for key, value in start.pairs:
        if key not in KEYS:
            raise BadValue(f'The key "{key}" is not in the protocol; keys are {", ".join(KEYS)}.', field="pairs")
        if key in repeated:
            repeated[key].append(value)
        elif key in keys:
            raise BadValue(f'The key "{key}" may come only once.', field=key)
        else:
            keys[key] = value
    if any(not 0 <= lane <= 127 for lane in repeated["lane"]):
        raise BadValue("A locked lane must be a pitch of 0 to 127.", field="lane")
    if len(repeated["context"]) > MOST_CONTEXT:
        raise BadValue(f"At most {MOST_CONTEXT} context clips can be used.", field="context")
    return keys, repeated["lane"], repeated["context"]


def _held(clip_of: Callable[[int], WireClip | None], transfer: int) -> WireClip:
    clip = clip_of(transfer)
    if clip is None:
        raise UnknownTransfer("The clip of this request has not arrived; send it again, then start.", field="transfer")
    return clip


def _both(keys: Mapping[str, int], first: str, second: str, make: Callable[[int, int], Any]) -> Any:  # noqa: ANN401
    """What two keys make together; None when neither is there."""
    if first in keys and second in keys:
        return make(keys[first], keys[second])
    if first in keys or second in keys:
        raise BadValue(f"The keys {first} and {second} come together or not at all.", field=first)
    return None


def _word(keys: Mapping[str, int], key: str, allowed: tuple[str, ...], usual: int) -> str:
    value = keys.get(key, usual)
    if not 0 <= value < len(allowed):
        raise BadValue(f"The {key} must be 0 to {len(allowed) - 1}, not {value}.", field=key)
    return allowed[value]
