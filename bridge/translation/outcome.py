"""A ``Variation`` to the clip, report and remarks of the wire, and back.

Offers: ``to_wire_variation`` and its reverse ``to_variation``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bridge.messages.clip import Remark, VariationReport
from bridge.messages.message import LARGEST, Malformed
from bridge.transfer.parts import WireClip
from bridge.translation.notes import MILLI, note_to_wire, to_clip, to_wire, wire_order
from bridge.translation.sentence import clean, put_numbers_in, take_numbers_out
from bridge.translation.start import locks_from_bits
from models.generator import FLAGS, Report, Variation
from models.music.clip import Clip

MOST_REMARKS = 8
_MOST_LANES = 30
_MOST_MEASURES = 12
_LANE = "lane"
_BROKEN = "lane_broken"


def _permille(share: float | None) -> int:
    return -1 if share is None else round(min(1.0, max(0.0, share)) * MILLI)


def _lock_bits(locks: Mapping[str, bool], held_only: bool) -> int:
    return sum(1 << place for place, flag in enumerate(FLAGS) if locks.get(flag, False) or
               (not held_only and flag in locks))


def _report_pairs(report: Report) -> tuple[tuple[str, int], ...]:
    lanes = [(_LANE if held else _BROKEN, int(name[len("lane:"):]))
             for name, held in report.locks.items() if name.startswith("lane:")]
    figures = [(clean(name, 32), round(value * MILLI)) for name, value in report.measures.items()
               if abs(value) * MILLI <= LARGEST and name not in (_LANE, _BROKEN)]
    return (*lanes[:_MOST_LANES], *figures[:_MOST_MEASURES])


def to_wire_variation(variation: Variation, order: Sequence[int]) -> WireClip:
    """The variation in numbers; ``order``: for each note of the prompt, its place as it was sent."""
    report = variation.report
    said = VariationReport(
        1, 1, 0, variation.seed, _permille(report.similarity), variation.kept_count, len(variation.clip.notes),
        _permille(report.in_scale), _permille(report.originality), _permille(report.score),
        _lock_bits(report.locks, False), _lock_bits(report.locks, True), _report_pairs(report))
    remarks = tuple(Remark(1, 1, 0, *take_numbers_out(sentence)) for sentence in report.remarks[:MOST_REMARKS])
    kept = tuple(0 if index is None else 1 + order[index] for index in variation.kept)
    return replace(to_wire(variation.clip), kept=kept, report=said, remarks=remarks)


def to_variation(wire: WireClip, prompt: Clip | None) -> Variation:
    """The variation of the numbers; the reverse of ``to_wire_variation``; raises Malformed, BadValue.

    Kept notes become the prompt's own again, with their exact times, if their eight numbers agree.
    """
    if wire.report is None or len(wire.kept) != len(wire.notes):
        raise Malformed("The variation came without its report or without what was kept.", field="report")
    clip = to_clip(wire)
    originals = prompt.notes if prompt else ()
    kept = tuple(_index(wire.kept[place], len(originals)) for place in wire_order(wire))
    notes = tuple(originals[index] if index is not None and note_to_wire(originals[index]) == note_to_wire(note)
                  else note for note, index in zip(clip.notes, kept, strict=True))
    if prompt is not None:
        length = prompt.length if to_wire(prompt.with_notes(())).length == wire.length else clip.length
        clip = replace(clip, name=prompt.name, key=prompt.key, length=length)
    order = sorted(range(len(notes)), key=lambda place: notes[place].order)
    return Variation(replace(clip, notes=tuple(notes[place] for place in order)), wire.report.seed,
                     tuple(kept[place] for place in order), _to_report(wire.report, wire.remarks))


def _index(kept: int, notes: int) -> int | None:
    if not 0 <= kept <= notes:
        raise Malformed("A kept note is not one of the prompt's.", field="kept")
    return kept - 1 if kept else None


def _to_report(said: VariationReport, remarks: Sequence[Remark]) -> Report:
    asked, held = locks_from_bits(said.locks_asked), locks_from_bits(said.locks_held)
    locks = {name: name in held.names for name in asked.names}
    locks |= {f"lane:{value}": key == _LANE for key, value in said.pairs if key in (_LANE, _BROKEN)}
    return Report(
        similarity=max(0, said.similarity) / MILLI, in_scale=max(0, said.in_scale) / MILLI, locks=locks,
        originality=None if said.originality < 0 else said.originality / MILLI,
        score=None if said.score < 0 else said.score / MILLI,
        measures={key: value / MILLI for key, value in said.pairs if key not in (_LANE, _BROKEN)},
        remarks=tuple(put_numbers_in(remark.sentence, remark.numbers) for remark in remarks))
