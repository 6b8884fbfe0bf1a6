"""A request to arrange, answered: every clip of the song with its place, section by section.

Offers: ``song``, and its reverse ``arrangement_of``, the song that those clips make together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from models.analysis.role import find_role
from models.arrangement.arrange import arrange
from models.arrangement.arranged import Arrangement, Section
from models.arrangement.clashes import clashes, matched, phrase_of
from models.arrangement.plan import Plan, plan_named
from models.constraints.result import kept_notes
from models.generator import (
    Cancelled,
    Engine,
    OnProgress,
    Place,
    Report,
    Request,
    Stopped,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.music.clip import Clip

DEFAULT_PLAN = "pop"
MATCH = "match"
"""The word that moves clashing tracks into one key, tempo and phrase."""


def song(
    request: Request,
    player: Engine | None,
    on_progress: OnProgress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Iterator[Variation]:
    """One variation for each section and track that plays, in the order of sections, then of tracks.

    player  who makes the variations that the plan asks for; what it refuses stays as it is
    The tracks are the request's prompt and its context. Raises EmptyClip, BadValue or Refused before the first one.
    """
    tracks = (*request.prompts, *request.context)
    if request.role is not None:
        tracks = (replace(tracks[0], role=request.role), *tracks[1:])
    matches = MATCH in request.style.split()
    playing = [number for number, clip in enumerate(tracks) if clip.notes]
    heard = [replace(tracks[number], role=find_role(tracks[number])) for number in playing]
    told = clashes(heard, matches=matches) if heard else ()
    if heard and matches:
        fitting = dict(zip(playing, matched(heard), strict=True))
        tracks = tuple(fitting.get(number, clip) for number, clip in enumerate(tracks))
    plan = _plan(request, phrase_of([tracks[number] for number in playing]) if playing else 1)
    expected = max(1, plan.variations)
    begun = 0

    def on_vary() -> None:
        nonlocal begun
        if cancelled():
            raise Stopped
        begun += 1
        on_progress(min(0.99, begun / (expected + 1)), "varying")

    try:
        arranged = arrange(
            tracks, plan, player=player, scale=request.scale, chords=request.chords, seed=request.seed, on_vary=on_vary
        )
    except Stopped:
        return
    listed = ", ".join(f"{section.name} {section.bars}" for section in plan.sections)
    remarks: tuple[str, ...] = (f"Plan {plan.name}: {listed}.", *told)
    for number, section in enumerate(arranged.sections):
        for track, clip in zip(playing, section.clips, strict=True):
            if not clip.notes:
                continue
            if cancelled():
                return
            yield _placed(request, tracks[track], clip, section, Place(number, track, section.name), remarks)
            remarks = ()  # once is enough
    on_progress(1.0, "arranged")


def arrangement_of(request: Request, variations: Iterable[Variation]) -> Arrangement:
    """The song that ``song`` gave clip by clip; a track that is silent in a section has an empty clip there."""
    tracks = (*request.prompts, *request.context)
    sections: dict[int, dict[int, Variation]] = {}
    for variation in variations:
        if variation.place is not None:
            sections.setdefault(variation.place.section, {})[variation.place.track] = variation
    playing = sorted({track for section in sections.values() for track in section})
    return Arrangement(tuple(_section(tracks, playing, sections[number]) for number in sorted(sections)))


def _section(tracks: tuple[Clip, ...], playing: list[int], made: dict[int, Variation]) -> Section:
    one = next(iter(made.values()))
    clips = (
        replace(made[track].clip, name=tracks[track].name)
        if track in made
        else replace(tracks[track], notes=(), length=one.clip.length)
        for track in playing
    )
    bars = one.clip.metre.bars(one.clip.length)
    return Section(one.clip.name, bars, one.report.measures["energy"], tuple(clips))


def _plan(request: Request, phrase: int) -> Plan:
    """The plan of the user's own, or the one that the style names, as long as asked; without a length of its own each
    section ends with the loops' phrase.

    No word of a request is ever taken for a path.
    """
    words = [word for word in request.style.split() if word != MATCH]
    plan = Plan.parse(request.plan) if request.plan else plan_named(" ".join(words) or DEFAULT_PLAN).fitted(phrase)
    return plan.scaled(request.bars, phrase) if request.bars is not None else plan


def _placed(
    request: Request, loop: Clip, clip: Clip, section: Section, place: Place, remarks: tuple[str, ...]
) -> Variation:
    kept = kept_notes(loop.notes, clip.notes)
    classes = {note.pitch % 12 for note in loop.notes}
    # A pitch that the loop has is its own when the loop comes again; only what it never had is new to the scale.
    new = [note for note in clip.notes if note.pitch % 12 not in classes]
    judged = request.scale if request.scale is not None and new and clip.role != "drums" else None
    report = Report(
        similarity=0.0,
        in_scale=sum(note.pitch in judged for note in new) / len(new) if judged else 1.0,
        measures={"energy": section.energy, "density": section.density},
        remarks=remarks,
    )
    return Variation(replace(clip, name=section.name), request.seed, kept, report, place)
