"""What the server is told of the set: what an order to take reads, the selected clip and what goes with it; where a
clip of nobody's goes; and where the user stands, looked at now and then, without a listener.

Offers: ``read_take``, ``home``, ``Answer``, ``Whereabouts``.
"""

from __future__ import annotations

from typing import Any, List, Tuple

from .osc import Atom, cut
from .reading import (
    Heard,
    Refusal,
    Shape,
    Steps,
    drum_pads,
    highlighted,
    lives,
    read_context,
    read_prompt,
    read_scale,
    selected_clip,
    tempo_of,
    track_of,
)

CONTEXT, NEEDS_SELECTION, ALL_NOTES = 1, 2, 4
Answer = List[Tuple[str, List[Atom]]]
"""Messages: address, and the arguments behind the order's number."""


def read_take(song: Any, reads: int) -> Steps:
    """The answer, and the clips as ``Heard``; raises Refusal."""
    clip = selected_clip(song)
    prompt = yield from read_prompt(song, clip, bool(reads & NEEDS_SELECTION), not reads & ALL_NOTES)
    clips = [prompt]
    if reads & CONTEXT:
        clips += yield from read_context(song, prompt, clip)
    pads = drum_pads(prompt.track) or {}
    named = enumerate(sorted(pads.items()))
    answer = [("/clipkin/host/pad", [index, pitch, cut(name) or "-"]) for index, (pitch, name) in named]
    scale = read_scale(song) or (-1, 0)
    said = [len(clips), len(pads), scale[0], scale[1], cut(prompt.track.name) or "-"]
    return answer + [("/clipkin/host/taken", said)], clips


def home(song: Any) -> Heard:
    """Where the user stands, for clips that aren't made of one of Live's; raises Refusal."""
    track, slot = highlighted(song)
    metre = (song.signature_numerator, song.signature_denominator)
    shape = Shape("", track.color, True, tempo_of(song), *metre, 0.0, 1 / 13440, 0.0, 1 / 13440)
    return Heard(shape, [], track=track, slot=slot)


LOOK_S, OFFER_S = 0.25, 2.0


class Whereabouts:
    """``look`` gives what to tell the server: a number that changes with the selected clip, and four names."""

    def __init__(self) -> None:
        self._clip: Any = None
        self._selection = 0
        self._said: list[Atom] = []
        self._look_due = self._say_due = 0.0

    def say_again(self) -> None:
        """The server doesn't know it any more."""
        self._look_due = self._say_due = 0.0

    def look(self, song: Any, now: float) -> list[Atom] | None:
        """What has changed, or is due to be told again; else None."""
        if now < self._look_due:
            return None
        self._look_due = now + LOOK_S
        here = self._here(song)
        if here == self._said and now < self._say_due:
            return None
        self._said, self._say_due = here, now + OFFER_S
        return here

    def _here(self, song: Any) -> list[Atom]:
        try:
            clip = selected_clip(song)
        except Refusal:
            clip = None
        # Not an inequality: a clip that was deleted meanwhile equals None, and nothing else.
        same = clip == self._clip if lives(clip) and lives(self._clip) else not lives(clip) and self._clip is None
        if not same:
            self._clip, self._selection = clip, self._selection + 1
        track = track_of(clip) if lives(clip) else song.view.selected_track
        names = [_version(), getattr(song, "name", ""), track.name, clip.name if lives(clip) else ""]
        return [self._selection, *(cut(name) or "-" for name in names)]


def _version() -> str:
    """Live's version: "Live 12.4.6"."""
    try:
        import Live  # only there inside Live

        app = Live.Application.get_application()
        if hasattr(app, "get_version_string"):
            return "Live " + app.get_version_string()
        return f"Live {app.get_major_version()}.{app.get_minor_version()}.{app.get_bugfix_version()}"
    except Exception:
        return "Live"
