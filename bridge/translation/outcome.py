"""A ``Variation`` to the clip, report and remarks of the wire, and back.

Offers: ``to_wire_variation`` and its reverse ``to_variation``.
"""

from collections.abc import Sequence
from dataclasses import replace

from bridge.messages.clip import MOST_NAME, Remark, VariationReport
from bridge.messages.message import LARGEST, Malformed
from bridge.transfer.parts import WireClip
from bridge.translation.notes import (
    MILLI,
    clean,
    note_to_wire,
    put_numbers_in,
    take_numbers_out,
    to_clip,
    to_wire,
    wire_order,
)
from bridge.translation.start import locks_from_bits
from models.constraints.result import carrying
from models.generator import FLAGS, Place, Report, Request, Variation

MOST_REMARKS = 8
_MOST_LANES = 30
_MOST_MEASURES = 12
_LANE = "lane"
_BROKEN = "lane_broken"
_SECTION, _TRACK = "section", "track"
_NO_MEASURES = (_LANE, _BROKEN, _SECTION, _TRACK)
"""Keys of the pairs that are no figures in ‰."""


def _permille(share: float | None) -> int:
    return -1 if share is None else round(min(1.0, max(0.0, share)) * MILLI)


def _report_pairs(report: Report, place: Place | None) -> tuple[tuple[str, int], ...]:
    where = [(_SECTION, place.section), (_TRACK, place.track)] if place else []
    asked = ((name.partition("lane:")[2], held) for name, held in report.locks.items())
    lanes = [(_LANE if held else _BROKEN, int(lane)) for lane, held in asked if lane]
    figures = [
        (clean(name, 32), round(value * MILLI))
        for name, value in report.measures.items()
        if abs(value) * MILLI <= LARGEST and name not in _NO_MEASURES
    ]
    return (*where, *lanes[:_MOST_LANES], *figures[:_MOST_MEASURES])


def source_of(request: Request, place: Place | None) -> int | None:
    """Which of prompts and context a variation was made of: the first prompt, in a song the loop of its track."""
    if place is not None:
        return place.track
    return 0 if request.prompts else None


def to_wire_variation(variation: Variation, order: Sequence[int], named: str = "") -> WireClip:
    """The variation in numbers; ``order``: for each note of the clip that it was made of, its place as it was sent.

    named  the name of that clip; the variation's own travels where it is another one, in a song that of the section
    """
    report, place = variation.report, variation.place
    name = place.section_name if place else variation.clip.name if variation.clip.name != named else ""
    counts = _permille(report.similarity), variation.kept_count, len(variation.clip.notes)
    shares = _permille(report.in_scale), _permille(report.originality), _permille(report.score)
    asked = sum(1 << place for place, flag in enumerate(FLAGS) if flag in report.locks)
    held = sum(1 << place for place, flag in enumerate(FLAGS) if report.locks.get(flag))
    said = VariationReport(1, 1, 0, variation.seed, *counts, *shares, asked, held, _report_pairs(report, place))
    remarks = tuple(Remark(1, 1, 0, *take_numbers_out(sentence)) for sentence in report.remarks[:MOST_REMARKS])
    kept = tuple(0 if index is None else 1 + order[index] for index in variation.kept)
    return replace(to_wire(variation.clip), name=clean(name, MOST_NAME), kept=kept, report=said, remarks=remarks)


def to_variation(wire: WireClip, request: Request) -> Variation:
    """The variation of the numbers; the reverse of ``to_wire_variation``; raises Malformed, BadValue.

    Kept notes become the request's own again, with their exact times, if their eight numbers agree.
    """
    if wire.report is None or len(wire.kept) != len(wire.notes):
        raise Malformed("The variation came without its report or without what was kept.", field="report")
    clip, place = to_clip(wire), _place_of(wire)
    source, clips = source_of(request, place), (*request.prompts, *request.context)
    if source is not None and source >= len(clips):
        raise Malformed("The variation is for a track that was not sent.", field="track")
    prompt = None if source is None else clips[source]
    originals = prompt.notes if prompt else ()
    if not all(0 <= index <= len(originals) for index in wire.kept):
        raise Malformed("A kept note is not one of the prompt's.", field="kept")
    kept = tuple(wire.kept[sent] - 1 if wire.kept[sent] else None for sent in wire_order(wire))
    notes = tuple(
        originals[index] if index is not None and note_to_wire(originals[index]) == note_to_wire(note) else note
        for note, index in zip(clip.notes, kept, strict=True)
    )
    if prompt is not None:
        length = prompt.length if to_wire(prompt.with_notes(())).length == wire.length else clip.length
        name, instrument = clip.name or prompt.name, prompt.carried and prompt.carried.instrument
        clip = replace(clip, name=name, key=prompt.key, length=length, carried=instrument)
    order = sorted(range(len(notes)), key=lambda index: notes[index].order)
    clip, report = clip.with_notes(notes[index] for index in order), _to_report(wire.report, wire.remarks)
    variation = Variation(clip, wire.report.seed, tuple(kept[index] for index in order), report, place)
    # What a file holds besides notes doesn't travel: it stays with who has the file.
    return carrying(request, variation)


def _place_of(wire: WireClip) -> Place | None:
    """Where in a song the clip belongs; None where the report doesn't say."""
    pairs = dict(wire.report.pairs) if wire.report else {}
    if _SECTION not in pairs or _TRACK not in pairs:
        return None
    if pairs[_SECTION] < 0 or pairs[_TRACK] < 0:
        raise Malformed("The sections and tracks of a song count from 0.", field="track")
    return Place(pairs[_SECTION], pairs[_TRACK], wire.name)


def _to_report(said: VariationReport, remarks: Sequence[Remark]) -> Report:
    asked, held = locks_from_bits(said.locks_asked), locks_from_bits(said.locks_held)
    locks = {name: name in held.names for name in asked.names}
    locks |= {f"lane:{value}": key == _LANE for key, value in said.pairs if key in (_LANE, _BROKEN)}
    return Report(
        similarity=max(0, said.similarity) / MILLI,
        in_scale=max(0, said.in_scale) / MILLI,
        locks=locks,
        originality=None if said.originality < 0 else said.originality / MILLI,
        score=None if said.score < 0 else said.score / MILLI,
        measures={key: value / MILLI for key, value in said.pairs if key not in _NO_MEASURES},
        remarks=tuple(put_numbers_in(remark.sentence, remark.numbers) for remark in remarks),
    )
