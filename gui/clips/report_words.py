"""What came of a variation, in words for a producer."""

from __future__ import annotations

from gui.state.values import Result

_FAR = 0.05
"""Further from the dial than this is said; design, promises: ±0.05 wherever locks and notes allow it."""


SECOND = "similarity to the second clip"
"""The measure that a step of a morph carries."""


def headline(result: Result) -> str:
    """How near the prompt it is, and what it kept: "0.71 similar · 20 of 32 notes kept"."""
    report, notes = result.variation.report, len(result.variation.clip.notes)
    parts = []
    if SECOND in report.measures:
        parts = [f"{report.similarity:.2f} similar to the prompt", f"{report.measures[SECOND]:.2f} to the second clip"]
    elif result.behind is not None:
        similarity = f"{report.similarity:.2f} similar"
        if result.asked is not None and abs(report.similarity - result.asked) > _FAR:
            similarity += f" (asked {result.asked:.2f})"
        parts = [similarity, f"{result.variation.kept_count} of {notes} notes kept"]
    else:
        parts = [f"{notes} new {'note' if notes == 1 else 'notes'}"]
    return " · ".join(parts)


def details(result: Result) -> str:
    """Scale, locks, originality and score, as far as they were judged, and the seed."""
    report = result.variation.report
    parts = [f"new notes {report.in_scale:.0%} in scale"]
    parts += [
        f"{name.replace(':', ' ')} lock {'held' if held else 'did not hold'}" for name, held in report.locks.items()
    ]
    if report.originality is not None:
        parts.append(f"originality {report.originality:.2f}")
    if report.score is not None:
        parts.append(f"score {report.score:.2f}")
    return " · ".join([*parts, f"seed {result.variation.seed}"])
