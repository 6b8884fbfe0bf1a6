"""What came of a variation, in words for a producer."""

from __future__ import annotations

from gui.clips.grid.rows import counted
from gui.language.say import say
from gui.state.values import Result

_FAR = 0.05
"""Further from the dial than this is said; design, promises: ±0.05 wherever locks and notes allow it."""


SECOND = "similarity to the second clip"
"""The measure that a step of a morph carries."""


def headline(result: Result) -> str:
    """How near the prompt it is, and what it kept: "0.71 similar · 20 of 32 notes kept"."""
    report, notes = result.variation.report, len(result.variation.clip.notes)
    if SECOND in report.measures:
        parts = [
            say("{value} similar to the prompt", value=f"{report.similarity:.2f}"),
            say("{value} to the second clip", value=f"{report.measures[SECOND]:.2f}"),
        ]
    elif result.behind is not None:
        similarity = say("{value} similar", value=f"{report.similarity:.2f}")
        if result.asked is not None and abs(report.similarity - result.asked) > _FAR:
            similarity += " " + say("(asked {value})", value=f"{result.asked:.2f}")
        parts = [similarity, say("{kept} of {all} notes kept", kept=result.variation.kept_count, all=notes)]
    else:
        parts = [counted(notes, "note")]
    return " · ".join(parts)


def short(result: Result) -> str:
    """The same where there is little room: "0.71 · 20/32"."""
    notes = len(result.variation.clip.notes)
    if result.behind is None:
        return counted(notes, "note")
    return f"{result.variation.report.similarity:.2f} · {result.variation.kept_count}/{notes}"


def details(result: Result) -> str:
    """Scale, locks, originality and score, as far as they were judged, and the seed."""
    report = result.variation.report
    parts = [say("new notes {share} in scale", share=f"{report.in_scale:.0%}")]
    for name, held in report.locks.items():
        lock = say(name).replace(":", " ")
        parts.append(say("{lock} lock held", lock=lock) if held else say("{lock} lock did not hold", lock=lock))
    if report.originality is not None:
        parts.append(say("originality {value}", value=f"{report.originality:.2f}"))
    if report.score is not None:
        parts.append(say("score {value}", value=f"{report.score:.2f}"))
    return " · ".join([*parts, say("seed {seed}", seed=result.variation.seed)])
