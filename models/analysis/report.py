"""An analysis for programs, as plain values, and for people, as text.

Offers: ``to_dict``, ``to_text``.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.analysis.analyse import Analysis
from models.analysis.key import RankedKey
from models.music import pitch as pitches

_SHOWN_KEYS = 6
_SURE = 0.5


def to_dict(analysis: Analysis) -> dict[str, object]:
    """What json can write; times in beats, rounded to 1/10 000."""
    groove, register, mood = analysis.groove, analysis.register, analysis.mood
    return {
        "key": analysis.key,
        "key_is_clear": analysis.key_is_clear,
        "keys": [{"key": key.name, "confidence": round(key.confidence, 4)} for key in analysis.keys[:_SHOWN_KEYS]],
        "scale": str(analysis.scale) if analysis.scale else None,
        "chords": [
            [round(chord.onset, 4), round(chord.duration, 4), analysis.label(chord.chord)] for chord in analysis.chords
        ],
        "role": analysis.role,
        "manner": analysis.manner,
        "metre": str(analysis.metre),
        "pickup": analysis.pickup,
        "tempo": analysis.tempo,
        "length": analysis.length,
        "notes": analysis.notes,
        "groove": None
        if groove is None
        else {
            "grid": groove.grid,
            "quantised": round(groove.quantised, 3),
            "swing": round(groove.swing, 3),
            "swing_unit": groove.swing_unit,
            "micro_mean": round(groove.micro_mean, 4),
            "micro_spread": round(groove.micro_spread, 4),
            "template": list(groove.template),
            "syncopation": round(groove.syncopation, 2),
        },
        "density": round(groove.density, 3) if groove else 0.0,
        "polyphony": groove.polyphony if groove else 0,
        "mean_polyphony": round(groove.mean_polyphony, 2) if groove else 0.0,
        "register": None
        if register is None
        else {"lowest": register.lowest, "highest": register.highest, "mean": round(register.mean, 1)},
        "melody": list(analysis.melody),
        "bass": list(analysis.bass),
        "contour": analysis.contour,
        "period_bars": analysis.period,
        "sections": [
            [round(section.onset, 4), round(section.duration, 4), section.letter] for section in analysis.sections
        ],
        "longest_repeat": analysis.longest_repeat,
        "phrase_ends": [round(end, 4) for end in analysis.phrase_ends],
        "drum_lanes": [
            {"pitch": lane.pitch, "name": lane.name, "duty": lane.duty, "hits": lane.hits} for lane in analysis.lanes
        ],
        "mood": None if mood is None else {"valence": round(mood.valence, 2), "arousal": round(mood.arousal, 2)},
    }


def to_text(analysis: Analysis) -> str:
    """Some lines that a producer reads."""
    if not analysis.notes:
        return "The clip has no notes."
    return "\n".join(f"{name:<9}{text}" for name, text in _lines(analysis) if text)


def _lines(analysis: Analysis) -> Iterator[tuple[str, str]]:
    yield "role", f"{analysis.role}, {analysis.manner}" if analysis.manner else str(analysis.role)
    yield "key", _key(analysis)
    yield (
        "chords",
        "  ".join(analysis.label(chord.chord) for chord in analysis.chords[:16])
        + (f"  … {len(analysis.chords) - 16} more" if len(analysis.chords) > 16 else ""),
    )
    yield "metre", f"{analysis.metre}, {analysis.tempo:g} BPM, {analysis.length:g} beats, {analysis.notes} notes"
    yield "groove", _groove(analysis)
    if analysis.register is not None and analysis.role != "drums":
        yield "register", f"{pitches.name(analysis.register.lowest)} to {pitches.name(analysis.register.highest)}"
    yield "form", _form(analysis)
    for lane in analysis.lanes:
        yield "drum", f"{lane.pitch} {lane.name or 'not in General MIDI'}: {lane.duty}, {lane.per_bar:.1f} a bar"
    if analysis.mood:
        yield "mood", f"valence {analysis.mood.valence:+.2f}, arousal {analysis.mood.arousal:+.2f} (-1 … 1)"


def _key(analysis: Analysis) -> str:
    if not analysis.keys:
        return ""
    candidates = ", ".join(_ranked(key) for key in analysis.keys[:3])
    if not analysis.key_is_clear:
        return f"too short to tell; perhaps {candidates}"
    colour = f" ({analysis.scale})" if analysis.scale not in (None, analysis.keys[0].scale) else ""
    if analysis.keys[0].confidence >= _SURE:
        return f"{_ranked(analysis.keys[0])}{colour}"
    return f"{_ranked(analysis.keys[0])}{colour}; or {', '.join(_ranked(key) for key in analysis.keys[1:3])}"


def _ranked(key: RankedKey) -> str:
    return f"{key.name} {key.confidence:.0%}"


def _groove(analysis: Analysis) -> str:
    groove = analysis.groove
    if groove is None:
        return ""
    swing = f", {groove.swing_unit} swung {groove.swing:.0%}" if groove.swing_unit else ""
    mean, spread = (beats * 60_000 / analysis.tempo for beats in (groove.micro_mean, groove.micro_spread))
    played = "" if groove.quantised >= 0.98 else f", played {mean:+.0f} ms off the grid ± {spread:.0f}"
    return (
        f"grid {groove.grid}{swing}{played}, {groove.density:.2g} onsets a beat, "
        f"up to {groove.polyphony} at once, syncopation {groove.syncopation:.1f} a bar"
    )


def _form(analysis: Analysis) -> str:
    letters = " ".join(section.letter for section in analysis.sections) if len(analysis.sections) > 1 else ""
    bars = f"repeats after {analysis.period} bar{'s' * (analysis.period != 1)}" if analysis.period else ""
    parts = [letters, analysis.contour or "", bars]
    if len(analysis.phrase_ends) > 1:
        parts.append(f"phrases end at {', '.join(f'{end:g}' for end in analysis.phrase_ends[:8])}")
    return ", ".join(filter(None, parts))
