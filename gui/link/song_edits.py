"""Edits of an arranged song: what one track does in one section, how long a section is, and where it stands.

Offers: ``SongEdit``, ``edited``, ``CELL_ACTIONS``, ``SECTION_ACTIONS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gui.link.song_files import Sections
from models.music.clip import Clip
from models.music.errors import BadValue

CELL_ACTIONS = {
    "out": "Leave out",
    "keep": "As the clip is",
    "thin": "Thin out",
    "vary": "Vary",
    "fill": "Fill at the end",
    "lift": "Lift",
    "build": "Build up",
}
"""What a track can do in a section, after the words of a plan."""

SECTION_ACTIONS = {
    "longer": "Twice as long",
    "shorter": "Half as long",
    "earlier": "Earlier",
    "later": "Later",
    "again": "Once more",
    "remove": "Remove",
}
"""What can be done with a whole section."""

_THIN_SHARE = 0.6
"""What thinning leaves of a track's notes."""


@dataclass(frozen=True, slots=True)
class SongEdit:
    """One edit: an action of ``CELL_ACTIONS`` with a track, or of ``SECTION_ACTIONS`` without one."""

    action: str
    section: int
    track: int | None = None


def edited(
    names: Sequence[str], sections: Sections, edit: SongEdit, loops: Sequence[Clip], vary: Callable[[Clip], Clip]
) -> tuple[tuple[str, ...], Sections]:
    """The song's names and sections after an edit; raises BadValue where nothing would be left.

    loops  the clip of each track; vary: makes a variation of a clip, of the same length
    """
    if edit.track is not None:
        length = next(clip.length for clip in sections[edit.section] if clip)
        clips = list(sections[edit.section])
        clips[edit.track] = _cell(edit.action, clips[edit.track], loops[edit.track].looped(length), vary)
        if not any(clips):
            raise BadValue("A section needs a track that plays; remove the section instead.", field="section")
        return tuple(names), (*sections[: edit.section], tuple(clips), *sections[edit.section + 1 :])
    order = _order(edit.action, edit.section, len(names))
    if not order:
        raise BadValue("A song needs a section; this is the last one.", field="section")
    made = [sections[place] for place in order]
    if edit.action in ("longer", "shorter"):
        factor = 2.0 if edit.action == "longer" else 0.5
        made[edit.section] = tuple(clip and _resized(clip, factor) for clip in made[edit.section])
    return tuple(names[place] for place in order), tuple(made)


def _cell(action: str, clip: Clip | None, loop: Clip, vary: Callable[[Clip], Clip]) -> Clip | None:
    from models.analysis.role import find_role
    from models.arrangement.thinning import thinned
    from models.arrangement.treatments import built, filled, lifted

    plain: Mapping[str, Callable[[Clip], Clip]] = {"fill": filled, "lift": lifted, "build": built, "vary": vary}
    if action == "out":
        return None
    if action == "keep":
        return loop
    # What goes first, and what a fill is, depends on the role; few files say theirs.
    playing = clip or loop
    known = replace(playing, role=playing.role or find_role(playing))
    made = thinned(known, _THIN_SHARE) if action == "thin" else plain[action](known)
    return replace(made, role=playing.role, length=loop.length)


def _resized(clip: Clip, factor: float) -> Clip:
    """The clip looped or cut to a length in whole bars, one at least."""
    bar = clip.metre.bar
    return (
        clip.looped(length)
        if (length := max(bar, round(clip.length * factor / bar) * bar)) > clip.length
        else (clip.cut(0.0, length))
    )


def _order(action: str, place: int, count: int) -> list[int]:
    """The sections by their old places."""
    order = list(range(count))
    if action == "remove":
        order.remove(place)
    elif action == "again":
        order.insert(place, place)
    elif action in ("earlier", "later"):
        other = min(max(place + (1 if action == "later" else -1), 0), count - 1)
        order[place], order[other] = order[other], order[place]
    return order
